"""What all steps of a telling share: the graph and its words, and what each leaf's dock shows at the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minigrad.trace.events import AccumulateEvent
from minigrad.trace.graph import Graph, Operator, Variable
from minigrad.trace.pieces import Json, effect
from minigrad.trace.values import Snapshot, value
from minigrad.trace.voice import Voice


class Stage:
    """Where the steps play.

    Parameters
    ----------
    graph : Graph
        What is shown.
    words : mapping
        The sentences.
    """

    def __init__(self, graph: Graph, words: Mapping[str, str]) -> None:
        self.graph = graph
        self.voice = Voice(graph, words)
        self.recording = graph.recording
        self.events, self.values = self.recording.events, self.recording.values
        self.glyph_lines: dict[int, list[str]] = {}
        self.late: set[int] = set()  # values that are not there at the start
        self.shown_grad: dict[int, Snapshot | None] = {}  # what each leaf's .grad row shows at the moment
        self.firsts = self._first_accumulations()

    def _first_accumulations(self) -> dict[int, Snapshot | None]:
        """Return what each leaf's .grad held before the first gradient came."""
        found: dict[int, Snapshot | None] = {}
        for event in self.events:
            if isinstance(event, AccumulateEvent):
                found.setdefault(event.leaf, event.before)
        return found

    def given(self, variable: Variable) -> list[Json]:
        """Return the effects of a value that no op made: it is there, and so is its .grad."""
        effects = [effect(variable, "value", "shown", value(variable.seen.value))]
        if variable.leaf:
            grad = self._grad_at_start(variable.seen.number)
            effects.append(effect(variable, "grad", "none" if grad is None else "stored", value(grad)))
        return effects

    def late_ones(self, numbers: Sequence[int | None]) -> list[Json]:
        """Return the effects of the operands that are shown from here on."""
        effects = []
        for number in dict.fromkeys(numbers):
            if number in self.late:
                self.late.discard(number)
                effects += self.given(self.graph.variables[number])
        return effects

    def _grad_at_start(self, number: int) -> Snapshot | None:
        grad = self.firsts[number] if number in self.firsts else self.values[number].grad
        self.shown_grad.setdefault(number, grad)
        return grad

    def step(
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
        """Return a step at an operator."""
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
