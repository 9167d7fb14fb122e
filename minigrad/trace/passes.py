"""One backward pass while it is told: what has arrived where, by which way, and the chain so far."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from minigrad.trace.abridge import abridge
from minigrad.trace.events import BeginEvent, HookEvent, NodeHookEvent, OpEvent
from minigrad.trace.graph import Variable
from minigrad.trace.mathml import partial
from minigrad.trace.pieces import Json, brief
from minigrad.trace.values import Snapshot
from minigrad.trace.voice import SHORT, Voice

LONGEST_CHAIN = 6  # ops in the chain so far


class Pass:
    """What has happened in a backward pass up to a step.

    Parameters
    ----------
    begin : BeginEvent
        How it began.
    voice : Voice
        Names and formulas.
    number : int
        Which pass of the recording it is, from 1.
    """

    def __init__(self, begin: BeginEvent, voice: Voice, number: int) -> None:
        self.begin = begin
        self.number = number
        self.voice = voice
        self.variables = voice.graph.variables
        self.total: dict[int, Snapshot] = {}  # what has arrived at a value, added up ...
        self.arrivals: dict[int, list[tuple[str, Snapshot]]] = {}  # ... and one by one, with the glyph it came from
        self.used_up: list[int] = []  # values whose gradient goes before the next step
        self.hooks: list[HookEvent | NodeHookEvent] = []  # those that ran since the last step
        self._way: dict[int, tuple[int, int]] = {}  # value -> the op and operand by which a gradient came first

    @property
    def root_name(self) -> str:
        """What is differentiated: of several roots, their sum."""
        return abridge(" + ".join([self.variables[root].name for root in self.begin.roots]) or "y", SHORT)

    def returns(self, number: int) -> bool:
        """Return whether a value's gradient is handed back by ``grad()``, and stored nowhere."""
        return not self.begin.accumulate and number in (self.begin.inputs or ())

    def arrive(self, number: int, glyph: str, passed: Snapshot, way: tuple[int, int]) -> Snapshot:
        """Note a gradient that has come to a value, and return the sum so far."""
        self.total[number] = total = self.added(number, passed)
        self.arrivals.setdefault(number, []).append((glyph, passed))
        self._way.setdefault(number, way)
        return total

    def added(self, number: int, passed: Snapshot) -> Snapshot:
        """Return what has arrived at a value, with one more gradient added."""
        old = self.total.get(number)
        if not isinstance(old, np.ndarray) or not isinstance(passed, np.ndarray) or old.shape != passed.shape:
            return passed
        with np.errstate(all="ignore"):
            return np.asarray(old + passed)

    def take_hooks(self, outputs: Collection[int], op: int | None = None) -> list[HookEvent | NodeHookEvent]:
        """Return the hooks that ran on these values' gradients, or on that op, and forget them."""
        mine = [hook for hook in self.hooks if _belongs(hook, outputs, op)]
        self.hooks = [hook for hook in self.hooks if hook not in mine]
        return mine

    # --- The chain so far ----------------------------------------------------------------------------------------

    def chain_through(self, op: OpEvent, slot: int, outputs: Sequence[Variable]) -> Json:
        """Return the chain from the root through an op to one of its operands."""
        number = op.inputs[slot]
        assert number is not None
        above = next((v.seen.number for v in outputs if v.seen.number in self.total), outputs[0].seen.number)
        links, root = self._links(above)
        name = self.voice.graph.operators[op.number].name
        links.append({"text": name, "factor": self.voice.chip(op.number, slot), "state": "active"})
        return self._chain(links, root, self.variables[number], "pending")

    def chain_to(self, leaf: int) -> Json:
        """Return the chain from the root to a leaf."""
        links, root = self._links(leaf)
        return self._chain(links, root, self.variables[leaf], "active", len(self.arrivals.get(leaf, ())))

    def _chain(self, links: list[Json], root: int, target: Variable, state: str, count: int = 1) -> Json:
        start = self.variables[root]
        if target.leaf:
            text = self.voice.say("chain_leaf", name=target.code)
        else:
            text = partial(self.voice.short(start), self.voice.short(target))
        key = "chain" if count < 2 else "chain_one"
        caption = self.voice.say(key, root=start.name, name=target.name, count=count)
        return {"caption": caption, "links": [*links, {"text": text, "factor": None, "state": state}]}

    def _links(self, number: int) -> tuple[list[Json], int]:
        """Return the links from the root to a value, and the root; of a long way, the last ones."""
        graph = self.voice.graph
        links: list[Json] = []
        left_out = False
        while number in self._way:
            op, slot = self._way[number]
            if len(links) == LONGEST_CHAIN:
                left_out = True
                number = self.begin.roots[0] if self.begin.roots else number
                break
            links.append({"text": graph.operators[op].name, "factor": self.voice.chip(op, slot), "state": "done"})
            event = graph.recording.events[op]
            assert isinstance(event, OpEvent)
            shown = [variable.seen.number for variable in graph.results_of(event)]
            number = next((n for n in shown if n in self.total), shown[0])
        if left_out:
            links.append({"text": "…", "factor": None, "state": "done"})
        top = self.voice.short(self.variables[number])
        roots = self.begin.roots
        gradient = self.begin.gradients[roots.index(number)] if number in roots else None
        links.append({"text": partial(top, top), "factor": brief(gradient, 8) or "…", "state": "seed"})
        links.reverse()
        return links, number


def _belongs(hook: HookEvent | NodeHookEvent, outputs: Collection[int], op: int | None) -> bool:
    if isinstance(hook, HookEvent):
        return hook.target in outputs
    return hook.op == op if hook.leaf is None else hook.leaf in outputs
