"""The equations of the backward pass in numbers: what an op sends to each operand, and what hooks make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.trace.abridge import abridge
from minigrad.trace.events import NodeEvent, OpEvent
from minigrad.trace.graph import Variable, constant_text
from minigrad.trace.mathml import fraction, partial
from minigrad.trace.passes import Pass
from minigrad.trace.pieces import Json, box_of, brief, equal, row_of, shape_of, summary
from minigrad.trace.replay import agree, local_derivatives
from minigrad.trace.values import Snapshot, Statistics, shape_text
from minigrad.trace.voice import SHORT, Voice, broadcast_axes, row_kind


class Equations:
    """Makes the rows of a step.

    Parameters
    ----------
    voice : Voice
        Names and formulas.
    """

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.graph = voice.graph

    def derivatives(self, op: OpEvent, event: NodeEvent) -> tuple[Any, ...]:
        """Return the local derivative by each operand in numbers, where an op's rows show them."""
        if row_kind(op) not in ("elementwise", "spread") or any(isinstance(g, Statistics) for g in event.received):
            return ()
        known = self.graph.recording.derivatives.get(op.number)
        return known if known is not None else local_derivatives(op, self.graph.recording.values)

    def of_operand(
        self,
        op: OpEvent,
        event: NodeEvent,
        slot: int,
        which: int,
        outputs: Sequence[Variable],
        derivatives: Sequence[Any],
        sent: Snapshot | None,
        now: Pass,
    ) -> tuple[Json, str]:
        """Return the equation of what one operand gets, and the sentence that reads it.

        ``sent`` is what the op's own formula sends there: hooks and a sum over what was broadcast come after it.
        """
        number = op.inputs[slot]
        assert number is not None
        variable = self.graph.variables[number]
        root = now.root_name
        name = self.voice.short(variable)
        left = fraction(root, name)
        kind = row_kind(op)
        upstream, output = self._upstream(event, outputs)
        passed = event.passed[which]
        terms: list[Any] = []
        above = None
        if upstream is not None:
            above = box_of(self.voice.say("upstream", partial=partial(root, output)), "upstream", upstream)
            terms.append(above)
        if passed is None:
            terms += ["→", box_of(self.voice.say("sent", name=name), "sent", None)]
            key = "not_asked" if now.begin.inputs is not None else "nothing"
            return (
                row_of(kind, left, terms, None, self.voice.say(key, name=name)),
                self.voice.say("spoken_nothing", name=variable.name),
            )
        end = box_of(self.voice.say("sent", name=name), "sent", sent if sent is not None else passed)
        derivative = derivatives[slot] if slot < len(derivatives) else None
        read = self.voice.say("spoken_sent_plain", upstream=summary(upstream), sent=summary(passed), name=variable.name)
        if kind == "spread" and above is not None and not agree(upstream, derivative, sent):
            upstream = _with_kept_axes(upstream, op)
            above = terms[0] = box_of(above["caption"], "upstream", upstream)
        if kind in ("elementwise", "spread") and above is not None and agree(upstream, derivative, sent):
            terms += ["⊙", box_of(self.voice.local_caption(op, slot, output, name), "local", derivative), "=", end]
            read = self.voice.say(
                "spoken_sent", upstream=summary(upstream), local=summary(derivative), sent=summary(passed),
                name=variable.name,
            )  # fmt: skip
        elif (
            kind == "matmul"
            and above is not None
            and (product := self._product(op, slot, above, upstream, sent)) is not None
        ):
            terms = [*product, "=", end]
        else:
            symbol = {"custom": "ƒ", "jvp": "· J ="}.get(kind, "→")
            terms += [symbol, end] if terms else [end]
            if kind == "custom":
                end["code"] = self.voice.own_code(op, slot)
            elif kind in ("elementwise", "spread"):
                kind = "jvp"
        badge, text = self._then(variable, number, name, sent, passed, now)
        return row_of(kind, left, terms, badge, text), read

    def _upstream(self, event: NodeEvent, outputs: Sequence[Variable]) -> tuple[Snapshot | None, str]:
        """Return the gradient that came in, and the name of the output that it came to; the first that did."""
        for variable in outputs:
            received = event.received[variable.seen.output_nr]
            if received is not None:
                return received, self.voice.short(variable)
        return None, self.voice.short(outputs[0]) if outputs else "y"

    def _product(self, op: OpEvent, slot: int, above: Json, upstream: Any, sent: Any) -> list[Any] | None:
        """Return the terms of a matrix product's gradient: upstream and the other operand, in their order.

        The operands are the op's last two tensors; one before them is added, and gets what came. What does not give
        what was sent is not said.
        """
        slots = [i for i, number in enumerate(op.inputs) if number is not None]
        scales = [c for c in op.constants if isinstance(c, (int, float)) and not isinstance(c, bool)]
        if slot not in slots[-2:]:
            if equal(upstream, sent):
                return [above]
            scale = next((c for c in scales if agree(upstream, np.asarray(c), sent)), None)
            return None if scale is None else [above, "⊙", box_of("", "local", scale)]
        if len(slots) < 2:
            return None
        first = slot == slots[-2]
        number = op.inputs[slots[-1] if first else slots[-2]]
        assert number is not None
        variable = self.graph.variables[number]
        other, name = variable.seen.value, self.voice.short(variable)
        if not isinstance(other, np.ndarray):
            return None
        turned_name = self.voice.say("transposed", name=name)
        for scale in (1, *scales):
            for symbol, caption, data in (
                ("@", turned_name, turned(other)), ("@", name, other), ("⊗", name, other), ("⊙", name, other),
            ):  # fmt: skip
                data = data if scale == 1 else data * scale
                if _gives(symbol, *((upstream, data) if first else (data, upstream)), sent=sent):
                    box = box_of(caption if scale == 1 else f"{constant_text(scale)} · {caption}", "local", data)
                    return [above, symbol, box] if first else [box, symbol, above]
        return None

    def _then(
        self, variable: Variable, number: int, name: str, sent: Snapshot | None, passed: Snapshot, now: Pass
    ) -> tuple[str | None, str | None]:
        """Say what becomes of what was sent: summed where it had been broadcast, added where there is some already."""
        badge, text = self._fate(variable, number, name, passed, now)
        large, small = shape_of(sent), shape_of(passed)
        if sent is None or large == small:
            return badge, text
        axes = broadcast_axes(large, small)
        if len(axes) == len(large) > 1:
            over = self.voice.say("all_axes")
        else:
            over = self.voice.say("axis" if len(axes) == 1 else "axes", axes=self.voice.join([str(a) for a in axes]))
        total = ", ".join([brief(passed, 40) or "…", *([f"{badge} {text}"] if badge else [])])
        return "Σ", self.voice.say(
            "summed", axes=over, total=total, name=variable.name, small=shape_text(small), large=shape_text(large)
        )

    def _fate(
        self, variable: Variable, number: int, name: str, passed: Snapshot, now: Pass
    ) -> tuple[str | None, str | None]:
        """Say where a gradient goes: into a leaf, or onto what has arrived before; nothing of one that goes through."""
        if now.returns(number):
            return None, self.voice.say("captured")
        if variable.leaf:
            return "+=", self.voice.say("into", name=abridge(variable.code, SHORT))
        if number in now.total:
            old, new = now.total[number], now.added(number, passed)
            return "+=", self.voice.say("onto", name=name, old=brief(old, 24) or "…", new=brief(new, 24) or "…")
        return None, None


_PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {"@": np.matmul, "⊗": np.multiply.outer, "⊙": np.multiply}


def turned(matrix: Any) -> Any:
    """Return a matrix, or a stack of them, transposed; a vector as it is."""
    return np.swapaxes(matrix, -1, -2) if matrix.ndim > 1 else matrix


def _gives(symbol: str, a: Any, b: Any, *, sent: Any) -> bool:
    """Return whether a product of two arrays is what was sent, up to rounding."""
    if not all(isinstance(x, np.ndarray) for x in (a, b, sent)):
        return False
    with np.errstate(all="ignore"):
        try:
            made = _PRODUCTS[symbol](a, b)
        except ValueError:
            return False
        return made.shape == sent.shape and bool(np.allclose(made, sent, rtol=1e-3, atol=1e-6, equal_nan=True))


def _with_kept_axes(upstream: Snapshot | None, op: OpEvent) -> Snapshot | None:
    """Return a gradient with the axes that a sum has removed, each of size 1."""
    dims = next((constant for constant in op.constants if isinstance(constant, tuple)), None)
    if not isinstance(upstream, np.ndarray) or dims is None or not all(isinstance(d, int) for d in dims):
        return upstream
    try:
        return np.expand_dims(upstream, dims)
    except ValueError:
        return upstream
