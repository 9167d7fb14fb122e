"""Tell a recording as steps: one an op, one where a backward pass begins, one a node, one a leaf's ``.grad``."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.autograd.function import Op
from minigrad.trace import mathml
from minigrad.trace.events import (
    SLICES,
    AccumulateEvent,
    BeginEvent,
    DetachEvent,
    EndEvent,
    HookEvent,
    NodeEvent,
    OpEvent,
)
from minigrad.trace.graph import Edge, Graph, Operator, Variable, constant_text, shorten
from minigrad.trace.mathml import fraction, partial
from minigrad.trace.replay import agree, local_derivatives
from minigrad.trace.source import Place
from minigrad.trace.values import Snapshot, Statistics, none_value, shape_text, value

Json = dict[str, Any]

LONGEST_CHIP = 24  # characters of numbers that travel along an edge
LONGEST_FACTOR = 12  # characters of a local derivative on an edge
LONGEST_LINKS = 6  # ops in the chain so far
MOST_GIVEN = 5  # leaves that the beginning names
SHORT = 10  # characters of a name inside a caption
INFIX = "+−×÷@·⊙"


@dataclass(slots=True)
class _Pass:
    """One backward pass while it is told."""

    begin: BeginEvent
    roots: tuple[int, ...]
    total: dict[int, Snapshot] = field(default_factory=dict)  # what has arrived at a value, added up
    arrivals: dict[int, list[tuple[str, Snapshot]]] = field(default_factory=dict)  # ... and one by one
    parent: dict[int, tuple[int, int]] = field(default_factory=dict)  # value -> (op, operand) it came by first
    used_up: list[int] = field(default_factory=list)  # values whose gradient goes before the next step
    hooks: list[HookEvent] = field(default_factory=list)  # those that ran since the last step
    captured: frozenset[int] = frozenset()


class Teller:
    """Makes the steps, and what else the page shows of a gradient.

    Parameters
    ----------
    graph : Graph
        What is shown.
    words : mapping
        The sentences.
    root : int or None
        The value that gradients are taken of, where no backward pass says so.
    added_line : int or None
        The line of the source that stands for a backward call which the user did not write.
    added_call : str, optional
        The text of that call.
    """

    def __init__(
        self,
        graph: Graph,
        words: Mapping[str, str],
        root: int | None,
        added_line: int | None,
        added_call: str | None = None,
    ) -> None:
        self.graph = graph
        self.words = words
        self.root = root
        self.added_line = added_line
        self.added_call = added_call
        self.recording = graph.recording
        self.events, self.values = self.recording.events, self.recording.values
        self.steps: list[Json] = []
        self.grad_labels: dict[int, str] = {}
        self.glyph_lines: dict[int, list[str]] = {}
        self._shown_grad: dict[int, Snapshot | None] = {}  # what each leaf's .grad row shows at the moment
        self._later: list[Json] = []  # ops that a recorded backward pass ran: they are told after it
        self._chips: dict[tuple[int, int], str | None] = {}
        self._firsts = self._first_accumulations()

    def say(self, key: str, **parts: Any) -> str:
        """Return a text of the language, with its parts put in."""
        return self.words[key].format(**parts)

    # --- All of it -----------------------------------------------------------------------------------------------

    def tell(self) -> list[Json]:
        """Return the steps, in the order in which things happened."""
        now: _Pass | None = None
        for event in self.events:
            if isinstance(event, OpEvent):
                if event.number in self.graph.operators:
                    step = self._op_step(event)
                    (self._later if event.in_backward else self.steps).append(step)
            elif isinstance(event, DetachEvent):
                if event.number in self.graph.operators:
                    self.steps.append(self._detach_step(event))
            elif isinstance(event, BeginEvent):
                now = _Pass(event, event.roots, captured=frozenset(event.inputs or ()))
                self._seed_steps(now)
            elif isinstance(event, EndEvent):
                if now is not None:
                    self._end(now)
                now = None
            elif now is None:
                continue
            elif isinstance(event, HookEvent):
                if event.target in self.graph.variables:
                    now.hooks.append(event)
            elif isinstance(event, NodeEvent):
                if event.op in self.graph.operators:
                    self.steps.append(self._node_step(event, now))
            elif isinstance(event, AccumulateEvent) and event.leaf in self.graph.variables:
                self.steps.append(self._accumulate_step(event, now))
        return self.steps

    def start(self) -> Json:
        """Return the moment before the first step: the leaves have their values."""
        effects = []
        given = []
        for number, variable in self.graph.variables.items():
            if variable.seen.maker is not None:
                continue
            given.append(variable)
            effects.append(_effect(variable, "value", "shown", value(variable.seen.value)))
            if variable.leaf:
                grad = self._shown_grad_at_start(number)
                state = "none" if grad is None else "stored"
                effects.append(_effect(variable, "grad", state, value(grad)))
        if not self.graph.operators and not self.recording.has_backward:
            title, sentence = self.say("start_empty_title"), self.say("start_empty")
            return {"title": title, "sentence": sentence, "spoken": sentence, "effects": effects}
        names = [variable.name for variable in given[:MOST_GIVEN]]
        if len(given) > MOST_GIVEN:
            names.append(self.say("more", count=len(given) - MOST_GIVEN))
        root = None if self.root is None else self.graph.variables.get(self.root)
        sentence = self.say(
            "start_sentence_backward" if self.recording.has_backward else "start_sentence",
            names=self._and(names), are=self.say("is" if len(given) == 1 else "are"),
            root="" if root is None else root.name,
        )  # fmt: skip
        values = [self.say("equals", name=v.name, value=_summary(v.seen.value)) for v in given[:MOST_GIVEN]]
        title = self.say("start_title", code=self.title_code())
        return {"title": title, "sentence": sentence, "spoken": " ".join([sentence, *values]), "effects": effects}

    def not_zeroed(self) -> list[str]:
        """Return the ``.grad`` of each leaf to which an earlier run's gradient was added."""
        return [
            f"{self.graph.variables[number].code}.grad"
            for number, before in self._firsts.items()
            if number in self.graph.variables and self.values[number].maker is None and _is_set(before)
        ]

    def title_code(self) -> str:
        """Return the statement that computes the root."""
        variable = None if self.root is None else self.graph.variables.get(self.root)
        if variable is None:
            return ""
        maker = None if variable.seen.maker is None else self.events[variable.seen.maker]
        sites = maker.sites if isinstance(maker, (OpEvent, DetachEvent)) else ()
        for site in sites:
            found = self.graph.sources.node(site)
            if site[0].co_filename != self.recording.filename or found is None:
                continue
            source, node = found
            statement = source.statement(node)
            if statement is not None:
                text = source.text_of(statement)
                return shorten(text.split(":", 1)[0] if "\n" in text else text, 80)
        return variable.full_name

    def title_call(self) -> str | None:
        """Return the text of the call that begins the backward pass: the last one from the root."""
        found = None
        for event in self.events:
            if isinstance(event, BeginEvent) and (found is None or self.root in event.roots):
                found = event
        return None if found is None else self._call_of(found)[0]

    def _first_accumulations(self) -> dict[int, Snapshot | None]:
        """Return what each leaf's .grad held before the first gradient came."""
        found: dict[int, Snapshot | None] = {}
        for event in self.events:
            if isinstance(event, AccumulateEvent):
                found.setdefault(event.leaf, event.before)
        return found

    def _shown_grad_at_start(self, number: int) -> Snapshot | None:
        grad = self._firsts[number] if number in self._firsts else self.values[number].grad
        self._shown_grad.setdefault(number, grad)
        return grad

    # --- Forward -------------------------------------------------------------------------------------------------

    def _op_step(self, event: OpEvent) -> Json:
        operator = self.graph.operators[event.number]
        outputs = self.graph.results_of(event)
        title = operator.name
        out = ", ".join([v.name for v in outputs]) or "–"
        names = [self.graph.variables[n].name for n in dict.fromkeys(event.inputs) if n is not None]
        if event.origin == "before":
            sentence = self.say("forward_unknown", name=title)
        elif event.origin == "again":
            sentence = self.say("forward_again", name=title, out=out, inputs=self._and(names))
        elif event.in_backward:
            sentence = self.say("forward_recorded", name=title, out=out)
        elif event.in_place:
            sentence = self.say("forward_in_place", name=title, out=out)
        elif event.name is None and any(self.graph.variables[n].requires_grad for n in event.inputs if n is not None):
            sentence = self.say("forward_no_grad", name=title, out=out)
        elif names:
            sentence = self.say(
                "forward_sentence", name=title, out=out, inputs=self._and(names), keeps=self._keeps(event)
            )
        else:
            sentence = self.say("forward_sentence_alone", name=title, out=out, keeps=self._keeps(event))
        row = self._forward_row(event, operator, outputs)
        flows = []
        for slot, number in enumerate(event.inputs):
            if number is not None:
                flows.append(_flow(self.graph.arguments[event.number, slot], "value", self.values[number].value))
        for nr, number in enumerate(event.outputs):
            if (event.number, nr) in self.graph.results:
                flows.append(_flow(self.graph.results[event.number, nr], "value", self.values[number].value))
        effects = [_effect(v, "value", "shown", value(v.seen.value)) for v in outputs]
        equation = row_text(row) if row is not None else title
        line = self._where_forward(operator)
        return self._step(
            "forward", "op", ("op", operator.glyph), operator.id, title, line, operator,
            sentence=sentence, rows=[] if row is None else [row], flows=flows, effects=effects,
            spoken=self.say("forward_spoken", title=title, where=_comma(line), equation=equation, sentence=sentence),
        )  # fmt: skip

    def _keeps(self, event: OpEvent) -> str:
        if not event.saved:
            return ""
        names = self.saved_names(event)
        if not names:
            return self.say("forward_keeps_result") if None in event.saved else ""
        return self.say("forward_keeps", names=self._and(names))

    def saved_names(self, event: OpEvent, result: str | None = None) -> list[str]:
        """Return the names of what an op keeps; ``result`` stands for what it made itself."""
        names = []
        for number in event.saved:
            if number is None:
                if result is not None:
                    names.append(result)
            elif number in self.graph.variables:
                names.append(self.graph.variables[number].name)
        return list(dict.fromkeys(names))

    def _forward_row(self, event: OpEvent, operator: Operator, outputs: Sequence[Variable]) -> Json | None:
        """Return ``w × x = y`` in numbers; ``x → y`` where the op stands between no two."""
        if not outputs or outputs[0].seen.value is None:
            return None
        boxes, tensors = [], []
        for number, constant in zip(event.inputs, event.constants, strict=True):
            if number is not None:
                variable = self.graph.variables[number]
                if variable.seen.value is None:
                    return None
                boxes.append(_term(variable.name, "value", variable.seen.value))
                tensors.append(boxes[-1])
            elif isinstance(constant, (int, float)) and not isinstance(constant, bool):
                boxes.append(_term("", "value", constant))
        template = getattr(event.op, "tex", "") if issubclass(event.op, Op) else ""
        order = [int(i) for i in re.findall(r"\{(\d)\}", template.replace("{{", "").replace("}}", ""))]
        if len(boxes) == 2 and operator.glyph in INFIX and not event.through_view:
            if order[:2] == [1, 0]:
                boxes.reverse()
            terms: list[Any] = [boxes[0], operator.glyph, boxes[1], "="]
        else:
            terms = []
            for i, box in enumerate((boxes if event.through_view else tensors)[:4]):
                terms += [",", box] if i else [box]
            terms.append("→")
        if terms == ["→"]:
            return None
        for i, variable in enumerate(outputs[:4]):
            terms += [","] if i else []
            terms.append(_term(variable.name, "value", variable.seen.value))
        return _row("forward", None, terms)

    def _where_forward(self, operator: Operator) -> Json | None:
        line = self.graph.line_text(operator.place)
        if operator.place is None or line is None:
            return None
        return {"text": self.say("at", line=line), "code": shorten(operator.place.text, 60)}

    def _detach_step(self, event: DetachEvent) -> Json:
        operator = self.graph.operators[event.number]
        twin = self.graph.variables[event.twin]
        sentence = self.say("detach_sentence")
        return self._step(
            "forward", "op", ("op", operator.glyph), operator.id, operator.name,
            self._where_forward(operator), operator, sentence=sentence,
            flows=[
                _flow(self.graph.arguments[event.number, 0], "value", twin.seen.value),
                _flow(self.graph.results[event.number, 0], "value", twin.seen.value),
            ],
            effects=[_effect(twin, "value", "shown", value(twin.seen.value))],
            spoken=f"{operator.name}. {sentence}",
        )  # fmt: skip

    # --- Where a backward pass begins ----------------------------------------------------------------------------

    def _call_of(self, begin: BeginEvent) -> tuple[str, Place | None]:
        place, shown = self.graph.where(begin.sites)
        if self.added_line is not None and self.added_call is not None:
            return self.added_call, None
        if shown is not None and shown.text:
            return shorten(shown.text, 60), shown
        if self.added_line is not None and begin.roots:
            variable = self.graph.variables.get(begin.roots[0])
            name = "" if variable is None else variable.full_name
            return (f"({name})" if mathml.needs_brackets(name) else name) + ".backward()", None
        return (self.say("seed_title_plain") if place is None else shorten(place.text, 60)), None

    def _seed_steps(self, now: _Pass) -> None:
        begin = now.begin
        call, shown = self._call_of(begin)
        lines = [shown.line] if shown is not None else [] if self.added_line is None else [self.added_line]
        for line in lines:
            glyphs = self.glyph_lines.setdefault(line, [])
            if "◀" not in glyphs:
                glyphs.append("◀")
        first = True
        for number, gradient in zip(begin.roots, begin.gradients, strict=True):
            variable = self.graph.variables[number]
            now.total[number] = gradient
            top = self._short(variable)
            label = partial(top, top)
            self._label(number, now)
            key = "seed_sentence_given" if begin.given else "seed_sentence"
            sentence = self.say(key, name=variable.name)
            caption = self.say("seed_caption", partial=label)
            row = _row("seed", fraction(top, top), [_term(caption, "upstream", gradient)])
            if variable.leaf:
                effects = []
            else:
                effects = [_effect(variable, "grad", "flight", value(gradient), None, self.say("flight"))]
            if first:
                effects = self._synchronise(begin) + effects
            where = None if shown is None else {"text": f"line {shown.line}", "code": call}
            if shown is None and self.added_line is not None:
                where = {"text": self.say("seed_added"), "code": call}
            seed = value(gradient)
            mark = seed["text"][0] if seed and len(seed["text"]) == 1 else "1" if not begin.given else "g"
            self.steps.append(
                {
                    "phase": "backward",
                    "kind": "seed",
                    "mark": {"shape": "seed", "text": mark},
                    "focus": variable.id,
                    "title": self.say("seed_title", call=call),
                    "where": where,
                    "rule": None,
                    "sentence": sentence,
                    "lines": lines,
                    "span": None if shown is None else list(shown.span),
                    "rows": [row],
                    "chain": {
                        "caption": self.say("chain", root=variable.name, name=variable.name),
                        "links": [{"text": label, "factor": _brief(gradient, 8), "state": "seed"}],
                    },
                    "flows": [],
                    "effects": effects,
                    "spoken": f"{call}. {sentence} {label} = {_summary(gradient)}.",
                }
            )
            first = False

    def _synchronise(self, begin: BeginEvent) -> list[Json]:
        """Show what each leaf's .grad really holds as the pass begins: the user may have zeroed it."""
        effects = []
        met: set[int] = set()
        for event in self.events[begin.number + 1 :]:
            if isinstance(event, (BeginEvent, EndEvent)):
                break
            if not isinstance(event, AccumulateEvent) or event.leaf in met or event.leaf not in self.graph.variables:
                continue
            met.add(event.leaf)
            variable = self.graph.variables[event.leaf]
            shown = self._shown_grad.get(event.leaf)
            if not _equal(shown, event.before):
                state = "none" if event.before is None else "stored"
                effects.append(_effect(variable, "grad", state, value(event.before)))
                self._shown_grad[event.leaf] = event.before
        return effects

    # --- Backward: an op -----------------------------------------------------------------------------------------

    def _node_step(self, event: NodeEvent, now: _Pass) -> Json:
        operator = self.graph.operators[event.op]
        op = operator.event
        assert isinstance(op, OpEvent)
        outputs = [v for v in self.graph.results_of(op) if v.seen.output_nr < len(event.received)]
        effects = self._free(now)
        rows, hook_effects, spoken_hooks = self._hook_rows(now)
        effects += hook_effects
        flows = []
        for variable in outputs:
            nr, number = variable.seen.output_nr, variable.seen.number
            received = event.received[nr]
            if received is None:
                continue
            edge = self.graph.results[event.op, op.outputs.index(number)]
            if edge.gradient:
                flows.append({"edge": edge.id, "lane": "gradient", "chip": None})
            if nr in event.retained:
                effects.append(_effect(variable, "grad", "stored", value(received)))
                self.grad_labels[number] = ".grad"
            else:
                if not _equal(now.total.get(number), received) and not hook_effects:
                    effects.append(_effect(variable, "grad", "flight", value(received), None, self.say("flight")))
                now.used_up.append(number)
            now.total[number] = received
        derivatives = self._derivatives(op, event)
        spoken_rows = []
        target: int | None = None
        for slot, operand in enumerate(op.inputs):
            which = op.edges[slot]
            if operand is None or which is None or which >= len(event.passed):
                continue
            passed = event.passed[which]
            row, spoken = self._node_row(op, event, slot, which, outputs, derivatives, now)
            rows.append(row)
            spoken_rows.append(spoken)
            if passed is None:
                continue
            target = slot if target is None else target
            edge = self.graph.arguments[event.op, slot]
            flows.append(_flow(edge, "gradient", passed))
            effects += self._arrive(operand, operator.glyph, passed, now, (event.op, slot))
        line = self.graph.line_text(operator.place)
        where = None
        if operator.place is not None and line is not None:
            where = {"text": self.say("undoes", line=line), "code": shorten(operator.place.text, 60)}
        sentence = self.sentence(op)
        for variable in outputs:
            if variable.seen.output_nr in event.retained:
                sentence += " " + self.say("retained", name=variable.code)
        kind = row_kind(op)
        step = self._step(
            "backward", "node", ("op", operator.glyph), operator.id, event.name, where, operator,
            rule=self.words.get("rule_slices" if op.name == SLICES else f"rule_{kind}", self.words["rule_jvp"]),
            sentence=sentence, rows=rows, flows=flows, effects=effects,
            chain=self._chain(now, op, target, outputs),
            spoken=self.say(
                "node_spoken", title=event.name, where=_comma(where), sentence=sentence,
                rows=" ".join(spoken_hooks + spoken_rows),
            ).strip(),
        )  # fmt: skip
        if kind == "custom":
            step["lines"] = sorted({*step["lines"], *self._own_lines(op)})
        return step

    def sentence(self, op: OpEvent) -> str:
        """Return the one sentence that explains an op's backward."""
        if op.name == SLICES:
            return self.say("slices_sentence", name=self.graph.results_of(op)[0].name)
        if not issubclass(op.op, Op):
            return self.say("custom_sentence")
        return first_line(op.op)

    def _derivatives(self, op: OpEvent, event: NodeEvent) -> tuple[Any, ...]:
        if row_kind(op) not in ("elementwise", "spread") or any(isinstance(g, Statistics) for g in event.received):
            return ()
        return local_derivatives(op, self.values)

    def _node_row(
        self,
        op: OpEvent,
        event: NodeEvent,
        slot: int,
        which: int,
        outputs: Sequence[Variable],
        derivatives: Sequence[Any],
        now: _Pass,
    ) -> tuple[Json, str]:
        """Return the equation of what one operand gets, and the sentence that reads it."""
        number = op.inputs[slot]
        assert number is not None
        variable = self.graph.variables[number]
        root = self._root_name(now)
        name = self._short(variable)
        left = fraction(root, name)
        kind = row_kind(op)
        upstream, output = self._upstream(event, outputs)
        sent, passed = event.sent[which] if which < len(event.sent) else None, event.passed[which]
        terms: list[Any] = []
        above = None
        if upstream is not None:
            above = _term(self.say("upstream", partial=partial(root, output)), "upstream", upstream)
            terms.append(above)
        if passed is None:
            terms += ["→", _term(self.say("sent", name=name), "sent", None)]
            key = "not_asked" if now.begin.inputs is not None else "nothing"
            return (
                _row(kind, left, terms, None, self.say(key, name=name)),
                self.say("spoken_nothing", name=variable.name),
            )
        end = _term(self.say("sent", name=name), "sent", sent if sent is not None else passed)
        derivative = derivatives[slot] if slot < len(derivatives) else None
        read = self.say("spoken_sent_plain", upstream=_summary(upstream), sent=_summary(passed), name=variable.name)
        if kind == "spread" and above is not None and not agree(upstream, derivative, sent):
            upstream = _with_kept_axes(upstream, op)
            above = terms[0] = _term(above["caption"], "upstream", upstream)
        if kind in ("elementwise", "spread") and above is not None and agree(upstream, derivative, sent):
            terms += ["⊙", _term(self._local_caption(op, slot, output, name), "local", derivative), "=", end]
            read = self.say(
                "spoken_sent", upstream=_summary(upstream), local=_summary(derivative), sent=_summary(passed),
                name=variable.name,
            )  # fmt: skip
        elif kind == "matmul" and above is not None and (product := self._product(op, slot, above)) is not None:
            terms = [*product, "=", end]
        else:
            symbol = {"custom": "ƒ", "jvp": "· J ="}.get(kind, "→")
            terms += [symbol, end] if terms else [end]
            if kind == "custom":
                end["code"] = self._own_code(op, slot)
            elif kind in ("elementwise", "spread"):
                kind = "jvp"
        badge, text = self._then(variable, number, name, sent, passed, now)
        return _row(kind, left, terms, badge, text), read

    def _upstream(self, event: NodeEvent, outputs: Sequence[Variable]) -> tuple[Snapshot | None, str]:
        """Return the gradient that came in, and the name of the output that it came to; the first that did."""
        for variable in outputs:
            received = event.received[variable.seen.output_nr]
            if received is not None:
                return received, self._short(variable)
        return None, self._short(outputs[0]) if outputs else "y"

    def _local_caption(self, op: OpEvent, slot: int, output: str, name: str) -> str:
        formula = self._local_formula(op, slot)
        derivative = partial(output, name)
        if formula is None:
            return self.say("local", partial=derivative)
        return self.say("local_is", partial=derivative, formula=shorten(formula, 28))

    def _local_formula(self, op: OpEvent, slot: int, letters: bool = False) -> str | None:
        """Return the local derivative as plain text: ``x``, ``2x``, ``1 − y²``; with ``letters`` for all names."""
        templates = getattr(op.op, "local", ()) if issubclass(op.op, Op) else ()
        if slot >= len(templates) or not templates[slot]:
            return None
        texts = [
            self._short(self.graph.variables[number]) if number is not None else constant_text(constant)
            for number, constant in zip(op.inputs, op.constants, strict=True)
        ]
        result = next((self._short(variable) for variable in self.graph.results_of(op)), "y")
        if letters:
            count = sum(number is not None for number in op.inputs)
            names = iter("x" if count == 1 else "abcdefgh")
            texts = [t if n is None else next(names, "x") for t, n in zip(texts, op.inputs, strict=True)]
            result = "y"
        tree = mathml.formula(templates[slot], texts, y=result, n="n")
        return None if tree is None else mathml.plain(tree)

    def _product(self, op: OpEvent, slot: int, above: Json) -> list[Any] | None:
        """Return the terms of a matrix product's gradient: upstream and the other operand, in their order."""
        numbers = [number for number in op.inputs if number is not None]
        if len(numbers) != 2 or slot > 1:
            return None
        this, other = (self.graph.variables[numbers[i]] for i in (slot, 1 - slot))
        if other.seen.value is None:
            return None
        rank, other_rank = len(this.seen.shape), len(other.seen.shape)
        turned = other_rank >= 2
        data = np.swapaxes(other.seen.value, -1, -2) if turned and isinstance(other.seen.value, np.ndarray) else None
        name = self._short(other)
        if turned and data is not None:
            box = _term(self.say("transposed", name=name), "local", data)
        elif turned:
            return None
        else:
            box = _term(name, "local", other.seen.value)
        if not rank or not other_rank:
            return None
        if rank == 1 and other_rank == 1:
            return [above, "⊙", box]
        if other_rank == 1:
            return [above, "⊗", box]
        if rank == 1 and slot == 1 and len(self.graph.variables[numbers[0]].seen.shape) == 2:
            return [box, "@", above]
        return [above, "@", box] if slot == 0 else [box, "@", above]

    def _then(
        self, variable: Variable, number: int, name: str, sent: Snapshot | None, passed: Snapshot, now: _Pass
    ) -> tuple[str | None, str | None]:
        """Say what becomes of what was sent: summed where it had been broadcast, added where there is some already."""
        large, small = _shape(sent), _shape(passed)
        if sent is not None and large != small:
            lead = len(large) - len(small)
            axes = [i for i, n in enumerate(large) if i < lead or (small[i - lead] == 1 and n != 1)]
            if len(axes) == len(large) > 1:
                over = self.say("all_axes")
            else:
                over = self.say("axis" if len(axes) == 1 else "axes", axes=self._and([str(a) for a in axes]))
            return "Σ", self.say(
                "summed", axes=over, total=_brief(passed, 40) or "…", name=variable.name, small=shape_text(small),
                large=shape_text(large),
            )  # fmt: skip
        if number in now.captured and not now.begin.accumulate:
            return None, self.say("captured")
        if variable.leaf:
            return "+=", self.say("into", name=shorten(variable.code, SHORT + 2))
        if number in now.total:
            return "+=", self.say("onto", name=name)
        return None, None

    def _arrive(self, number: int, glyph: str, passed: Snapshot, now: _Pass, parent: tuple[int, int]) -> list[Json]:
        """Add up what arrives at a value, and show it there."""
        variable = self.graph.variables[number]
        old = now.total.get(number)
        again = old is not None
        if isinstance(old, np.ndarray) and isinstance(passed, np.ndarray) and old.shape == passed.shape:
            with np.errstate(all="ignore"):
                total: Snapshot = np.asarray(old + passed)
        else:
            total = passed
        now.total[number] = total
        now.arrivals.setdefault(number, []).append((glyph, passed))
        now.parent.setdefault(number, parent)
        self._label(number, now)
        if number in now.captured and not now.begin.accumulate:
            return [_effect(variable, "grad", "flight", value(total), "+=" if again else None, self.say("captured"))]
        if variable.leaf:
            return []  # it waits for all of them; the step of its accumulator shows the sum
        return [_effect(variable, "grad", "flight", value(total), "+=" if again else None, self.say("flight"))]

    def _label(self, number: int, now: _Pass) -> None:
        variable = self.graph.variables[number]
        if variable.leaf and (now.begin.accumulate or number in self._firsts):
            self.grad_labels[number] = ".grad"
        else:
            self.grad_labels.setdefault(number, partial(self._root_name(now), self._short(variable)))

    def default_label(self, variable: Variable) -> str:
        """Return what a gradient's row is called where no backward pass came by."""
        root = None if self.root is None else self.graph.variables.get(self.root)
        return partial("…" if root is None else self._short(root), self._short(variable))

    def _free(self, now: _Pass) -> list[Json]:
        """Return the effects of gradients that were used and that nobody keeps."""
        effects = []
        for number in dict.fromkeys(now.used_up):
            variable = self.graph.variables[number]
            note = self.say("freed") if variable.expression else self.say("freed_hint", name=variable.code)
            effects.append(_effect(variable, "grad", "freed", value(now.total.get(number)), None, note))
        now.used_up.clear()
        return effects

    def _end(self, now: _Pass) -> None:
        if self.steps and self.steps[-1]["phase"] == "backward":
            self.steps[-1]["effects"] += self._free(now)
        self.steps += self._later
        self._later = []

    # --- Backward: hooks -----------------------------------------------------------------------------------------

    def _hook_rows(self, now: _Pass) -> tuple[list[Json], list[Json], list[str]]:
        """Return rows, effects and sentences for the hooks that ran since the last step."""
        rows, effects, spoken = [], [], []
        root = self._root_name(now)
        for event in now.hooks:
            variable = self.graph.variables[event.target]
            name = self._short(variable)
            after = event.before if event.after is None else event.after
            before = self.say("hook_before", partial=partial(root, name), hook=event.hook)
            terms = [
                _term(before, "upstream", event.before),
                f"ƒ {shorten(event.hook, 24)}",
                _term(self.say("hook_after", hook=event.hook), "upstream", after),
            ]
            same = self.say("hook_same") if event.after is None else None
            rows.append(_row("custom", fraction(root, name), terms, None, same))
            spoken.append(
                self.say("hook_spoken", hook=event.hook, before=_summary(event.before), after=_summary(after))
            )
            if after is not None:
                now.total[event.target] = after
            if not variable.leaf:
                effects.append(_effect(variable, "grad", "flight", value(after), "ƒ", self.say("flight")))
        now.hooks.clear()
        return rows, effects, spoken

    # --- Backward: a leaf ----------------------------------------------------------------------------------------

    def _accumulate_step(self, event: AccumulateEvent, now: _Pass) -> Json:
        variable = self.graph.variables[event.leaf]
        name, code = self._short(variable), shorten(variable.code, SHORT + 2)
        effects = self._free(now)
        arrived = now.hooks[0].before if now.hooks else event.contribution
        rows, _, spoken_hooks = self._hook_rows(now)
        root = self._root_name(now)
        arrivals = now.arrivals.get(event.leaf, [])
        sentence = self.say("accumulate_sentence", name=variable.name, code=variable.code)
        if len(arrivals) > 1:
            sentence = self.say("accumulate_sentence_many", name=variable.name, count=len(arrivals))
            if len(arrivals) <= 4:
                terms: list[Any] = []
                for glyph, passed in arrivals:
                    terms += ["+"] if terms else []
                    terms.append(_term(self.say("arrived", glyph=glyph), "sent", passed))
                terms += ["=", _term(self.say("contribution"), "sent", arrived)]
                rows.insert(0, _row("elementwise", fraction(root, name), terms))
        elif event.before is not None:
            sentence = self.say("accumulate_sentence_old", code=variable.code)
        rows.append(
            _row(
                "accumulate",
                None,
                [
                    _term(self.say("old", name=code), "grad", event.before),
                    "+=",
                    _term(self.say("contribution"), "sent", event.contribution),
                    "=",
                    _term(self.say("new", name=code), "grad", event.after),
                ],
            )
        )
        effects.append(_effect(variable, "grad", "stored", value(event.after), "+="))
        self._shown_grad[event.leaf] = event.after
        self.grad_labels[event.leaf] = ".grad"
        key = "accumulate_spoken_first" if event.before is None else "accumulate_spoken"
        spoken = self.say(
            key, name=variable.code, new=_summary(event.after), old=_summary(event.before),
            contribution=_summary(event.contribution),
        )  # fmt: skip
        return {
            "phase": "backward",
            "kind": "accumulate",
            "mark": {"shape": "leaf", "text": shorten(variable.name, 4)},
            "focus": variable.id,
            "title": self.say("accumulate_title", name=variable.code),
            "where": {"text": self.say("accumulate_where"), "code": None},
            "rule": self.say("rule_accumulate"),
            "sentence": sentence,
            "lines": [variable.place.line] if variable.place is not None else [],
            "span": None if variable.place is None else list(variable.place.span),
            "rows": rows,
            "chain": self._leaf_chain(now, event.leaf),
            "flows": [],
            "effects": effects,
            "spoken": " ".join([*spoken_hooks, sentence, spoken]),
        }

    # --- The chain so far ----------------------------------------------------------------------------------------

    def chip(self, op: int, slot: int) -> str | None:
        """Return the local derivative of an operand as an edge shows it: ``× x``, ``Σ × 1``, ``@ Bᵀ``."""
        key = (op, slot)
        if key not in self._chips:
            self._chips[key] = self._make_chip(op, slot)
        return self._chips[key]

    def _make_chip(self, index: int, slot: int) -> str | None:
        event = self.events[index]
        if not isinstance(event, OpEvent) or event.edges[slot] is None:
            return None
        kind = row_kind(event)
        if kind == "matmul":
            numbers = [number for number in event.inputs if number is not None]
            if len(numbers) == 2 and slot < 2:
                other = self.graph.variables[numbers[1 - slot]]
                name = mathml.plain(mathml.name_tree(self._short(other)))
                if len(other.seen.shape) < 2:
                    return f"× {name}" if len(self.values[event.outputs[0]].shape) == 0 else f"⊗ {name}"
                turned = f"{name}ᵀ"
                return f"@ {turned}" if slot == 0 else f"{turned} @"
            return "@"
        if kind not in ("elementwise", "spread"):
            return self.words.get(f"chip_{kind}", "× J")
        formula = self._local_formula(event, slot)
        if formula is None:
            return "× …"
        if len(formula) > LONGEST_FACTOR:
            formula = self._local_formula(event, slot, letters=True) or formula
        loose = any(sign in formula for sign in (" + ", " − ")) and not formula.startswith("(")
        text = f"× ({formula})" if loose else f"× {formula}"
        number = event.inputs[slot]
        broadcast = (
            kind == "elementwise"
            and number is not None
            and self.values[number].shape != self.values[event.outputs[0]].shape
        )
        return shorten(f"Σ {text}" if broadcast else text, LONGEST_FACTOR + 6)

    def _path(self, now: _Pass, number: int) -> tuple[list[Json], int, bool]:
        """Return the links of the ops that a gradient came by, their root, and whether some are left out."""
        links: list[Json] = []
        left_out = False
        while number in now.parent:
            op, slot = now.parent[number]
            if len(links) < LONGEST_LINKS:
                links.append({"text": self.graph.operators[op].name, "factor": self.chip(op, slot), "state": "done"})
            else:
                left_out = True
                number = next((root for root in now.roots), number)
                break
            event = self.events[op]
            assert isinstance(event, OpEvent)
            shown = [variable.seen.number for variable in self.graph.results_of(event)]
            number = next((n for n in shown if n in now.total), shown[0])
        links.reverse()
        return links, number, left_out

    def _links(self, now: _Pass, number: int) -> tuple[list[Json], int]:
        links, root, left_out = self._path(now, number)
        top = self._short(self.graph.variables[root])
        gradient = now.begin.gradients[now.roots.index(root)] if root in now.roots else None
        first: list[Json] = [{"text": partial(top, top), "factor": _brief(gradient, 8) or "…", "state": "seed"}]
        if left_out:
            first.append({"text": "…", "factor": None, "state": "done"})
        return first + links, root

    def _chain(self, now: _Pass, op: OpEvent, slot: int | None, outputs: Sequence[Variable]) -> Json | None:
        if slot is None or not outputs:
            return None
        number = op.inputs[slot]
        assert number is not None
        above = next((v.seen.number for v in outputs if v.seen.number in now.total), outputs[0].seen.number)
        links, root = self._links(now, above)
        target = self.graph.variables[number]
        operator = self.graph.operators[op.number]
        links.append({"text": operator.name, "factor": self.chip(op.number, slot), "state": "active"})
        links.append({"text": self._end_text(target, root), "factor": None, "state": "pending"})
        return self._chain_of(root, target, links)

    def _leaf_chain(self, now: _Pass, leaf: int) -> Json:
        links, root = self._links(now, leaf)
        target = self.graph.variables[leaf]
        links.append({"text": self._end_text(target, root), "factor": None, "state": "active"})
        return self._chain_of(root, target, links, len(now.arrivals.get(leaf, ())))

    def _chain_of(self, root: int, target: Variable, links: list[Json], count: int = 1) -> Json:
        key = "chain" if count < 2 else "chain_one"
        caption = self.say(key, root=self.graph.variables[root].name, name=target.name, count=count)
        return {"caption": caption, "links": links}

    def _end_text(self, target: Variable, root: int) -> str:
        if target.leaf:
            return self.say("chain_leaf", name=target.code)
        return partial(self._short(self.graph.variables[root]), self._short(target))

    # --- A user's own Function -----------------------------------------------------------------------------------

    def _own_place(self, op: OpEvent) -> tuple[str, int, int] | None:
        """Return file, first and last line of a user's backward."""
        function = getattr(op.op, "backward", None)
        code = getattr(function, "__code__", None)
        if code is None:
            return None
        lines = [line for _, _, line in code.co_lines() if line is not None]
        return (code.co_filename, min(lines), max(lines)) if lines else None

    def _own_code(self, op: OpEvent, slot: int) -> str | None:
        """Return what a user's backward returns for one operand, as its source says."""
        place = self._own_place(op)
        if place is None:
            return None
        source = self.graph.sources.of(place[0])
        found = [node for node in source.parents if isinstance(node, ast.Return) and node.value is not None]
        returns = [node for node in found if place[1] <= node.lineno <= place[2]]
        if not returns:
            return None
        value = max(returns, key=lambda node: node.lineno).value
        assert value is not None
        if isinstance(value, ast.Tuple) and slot < len(value.elts) and not isinstance(value.elts[0], ast.Starred):
            value = value.elts[slot]
        return source.text_of(value) or None

    def _own_lines(self, op: OpEvent) -> list[int]:
        place = self._own_place(op)
        if place is None or place[0] != self.recording.filename:
            return []
        return list(range(place[1], place[2] + 1))

    # --- Small things --------------------------------------------------------------------------------------------

    def _step(
        self,
        phase: str,
        kind: str,
        mark: tuple[str, str],
        focus: str,
        title: str,
        where: Json | None,
        operator: Operator,
        *,
        sentence: str,
        spoken: str,
        flows: list[Json],
        effects: list[Json],
        rows: list[Json] | None = None,
        rule: str | None = None,
        chain: Json | None = None,
    ) -> Json:
        shown = operator.shown
        if shown is not None:
            glyphs = self.glyph_lines.setdefault(shown.line, [])
            if operator.glyph not in glyphs:
                glyphs.append(operator.glyph)
        return {
            "phase": phase,
            "kind": kind,
            "mark": {"shape": mark[0], "text": mark[1]},
            "focus": focus,
            "title": title,
            "where": where,
            "rule": rule,
            "sentence": sentence,
            "lines": [] if shown is None else list(range(shown.line, shown.end_line + 1)),
            "span": None if shown is None else list(shown.span),
            "rows": rows or [],
            "chain": chain,
            "flows": flows,
            "effects": effects,
            "spoken": spoken,
        }

    def _root_name(self, now: _Pass) -> str:
        return self._short(self.graph.variables[now.roots[0]]) if now.roots else "y"

    def _short(self, variable: Variable) -> str:
        return shorten(variable.name, SHORT + 2)

    def _and(self, names: Sequence[str]) -> str:
        names = list(names)
        if len(names) < 2:
            return "".join(names)
        return self.say("and", most=", ".join(names[:-1]), last=names[-1])


def row_kind(op: OpEvent) -> str:
    """Return the kind of equation that tells an op's backward."""
    if op.name == SLICES:
        return "scatter"
    return op.op.row if issubclass(op.op, Op) else "custom"


def _with_kept_axes(upstream: Snapshot | None, op: OpEvent) -> Snapshot | None:
    """Return a gradient with the axes that a sum has removed, each of size 1."""
    dims = next((constant for constant in op.constants if isinstance(constant, tuple)), None)
    if not isinstance(upstream, np.ndarray) or dims is None or not all(isinstance(d, int) for d in dims):
        return upstream
    try:
        return np.expand_dims(upstream, dims)
    except ValueError:
        return upstream


def first_line(op: type[Any]) -> str:
    """Return the sentence of a built-in op: the first line of its docstring."""
    text = (op.__doc__ or "").strip()
    return text.split("\n\n", 1)[0].replace("\n", " ").strip() if text else op.__name__


def row_text(row: Mapping[str, Any]) -> str:
    """Return an equation row as one line of text."""
    parts = []
    for term in row["terms"]:
        parts.append(term if isinstance(term, str) else term["value"]["summary"])
    text = " ".join(parts)
    if row["left"] is not None:
        text = f"{mathml.plain(row['left'])} = {text}"
    then = row["then"]
    if then is not None:
        text = f"{text}, {' '.join([part for part in (then['badge'], then['text']) if part])}"
    return text


def _term(caption: str, role: str, data: Any) -> Json:
    return {"caption": caption, "role": role, "value": none_value() if data is None else value(data), "code": None}


def _row(kind: str, left: Any, terms: list[Any], badge: str | None = None, text: str | None = None) -> Json:
    then = None if text is None else {"badge": badge, "text": text}
    return {"kind": kind, "left": left, "terms": terms, "then": then}


def _effect(
    variable: Variable, row: str, state: str, found: Json | None, badge: str | None = None, note: str | None = None
) -> Json:
    return {"variable": variable.id, "row": row, "state": state, "value": found, "badge": badge, "note": note}


def _flow(edge: Edge, lane: str, data: Any) -> Json:
    return {"edge": edge.id, "lane": lane, "chip": _brief(data, LONGEST_CHIP)}


def _brief(data: Any, longest: int) -> str | None:
    """Return numbers in one short line, or None if that is too long; for large arrays their shape."""
    found = value(data)
    if found is None:
        return None
    if found["kind"] != "cells":
        return shape_text(found["shape"])
    return found["summary"] if len(found["summary"]) <= longest else shape_text(found["shape"])


def _summary(data: Any) -> str:
    found = value(data)
    return "None" if found is None else str(found["summary"])


def _shape(data: Snapshot | None) -> tuple[int, ...]:
    return () if data is None else tuple(data.shape)


def _is_set(data: Snapshot | None) -> bool:
    """Return whether a gradient holds something else than zeros."""
    if data is None:
        return False
    if isinstance(data, Statistics):
        return not (data.low == 0 and data.high == 0)
    return bool(np.any(data))


def _equal(a: Snapshot | None, b: Snapshot | None) -> bool:
    if a is None or b is None:
        return a is b
    if isinstance(a, Statistics) or isinstance(b, Statistics):
        return a is b or (isinstance(a, Statistics) and isinstance(b, Statistics) and a == b)
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))


def _comma(where: Json | None) -> str:
    if where is None:
        return ""
    return f", {where['text']}, {where['code']}" if where["code"] else f", {where['text']}"
