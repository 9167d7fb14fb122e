"""Tell a recording as steps: one an op, one where a backward pass begins, one a node, one a leaf's ``.grad``."""

from __future__ import annotations

from collections.abc import Mapping

from minigrad.trace.backward import Backward
from minigrad.trace.events import (
    AccumulateEvent,
    BeginEvent,
    DetachEvent,
    EndEvent,
    Event,
    FailEvent,
    HookEvent,
    NodeEvent,
    NodeHookEvent,
    OpEvent,
)
from minigrad.trace.forward import Forward
from minigrad.trace.graph import Graph, shorten
from minigrad.trace.passes import Pass
from minigrad.trace.pieces import Json, is_set, summary
from minigrad.trace.stage import Stage

MOST_GIVEN = 5  # leaves that the beginning names


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
        self.stage = Stage(graph, words)
        self.voice = self.stage.voice
        self.forward = Forward(self.stage)
        self.backward = Backward(self.stage, root, added_line, added_call)
        self.root = root
        self.recording = graph.recording
        self.events, self.values = self.recording.events, self.recording.values

    def tell(self) -> list[Json]:
        """Return the steps, in the order in which things happened."""
        running: list[Pass] = []  # a hook may begin a pass inside a pass
        steps: list[Json] = []
        later: list[Json] = []  # ops that a recorded backward pass ran: they are told after it
        for event in self.events:
            if isinstance(event, OpEvent) and event.refused is not None:
                steps.append(self.forward.refused(event, event.refused))
            elif isinstance(event, OpEvent):
                if event.number in self.graph.operators:
                    (later if event.in_backward else steps).append(self.forward.op(event))
            elif isinstance(event, DetachEvent):
                if event.number in self.graph.operators:
                    steps.append(self.forward.detach(event))
            elif isinstance(event, BeginEvent):
                running.append(Pass(event, self.voice, len(self.backward.passes) + 1))
                steps += self.backward.seeds(running[-1])
            elif isinstance(event, EndEvent):
                if running and steps:
                    self.backward.end(running.pop(), steps[-1])
                steps += later
                later = []
            elif running:
                steps += self._backward(event, running[-1], steps)
        return steps + later

    def _backward(self, event: Event, now: Pass, steps: list[Json]) -> list[Json]:
        """Return the steps of what happens inside a pass."""
        variables, operators = self.graph.variables, self.graph.operators
        if isinstance(event, HookEvent):
            if event.target in variables and event.kind == "tensor":
                now.hooks.append(event)
            elif event.target in variables and event.kind == "post_accumulate":
                self.backward.after_accumulating(event, steps[-1])
        elif isinstance(event, NodeHookEvent):
            if event.op in operators or event.leaf in variables:
                now.hooks.append(event)
        elif isinstance(event, NodeEvent):
            if event.op in operators:
                return [self.backward.node(event, now)]
        elif isinstance(event, FailEvent):
            if event.op in operators:
                return [self.backward.failed(event, now)]
        elif isinstance(event, AccumulateEvent) and event.leaf in variables:
            return [self.backward.accumulate(event, now)]
        return []

    def start(self) -> Json:
        """Return the moment before the first step: the leaves have their values."""
        effects = []
        given = []
        begin = next((event for event in self.events if isinstance(event, BeginEvent)), None)
        first = len(self.events) if begin is None else begin.number
        for number, variable in self.graph.variables.items():
            if variable.seen.maker is not None:
                continue
            if self.graph.first_use.get(number, -1) > first:
                self.stage.late.add(
                    number
                )  # it was made, or changed, after a backward pass: the op that uses it shows it
                continue
            given.append(variable)
            effects += self.stage.given(variable)
        if not self.graph.operators and not self.recording.has_backward:
            title, sentence = self.voice.say("start_empty_title"), self.voice.say("start_empty")
            return {"title": title, "sentence": sentence, "spoken": sentence, "effects": effects}
        names = [variable.name for variable in given[:MOST_GIVEN]]
        if len(given) > MOST_GIVEN:
            names.append(self.voice.say("more", count=len(given) - MOST_GIVEN))
        goals = (self.root,) if begin is None else begin.roots  # of several passes, those of the first
        roots = [self.graph.variables[goal].name for goal in goals if goal in self.graph.variables]
        key = "start_sentence_backwards" if len(roots) > 1 else "start_sentence_backward"
        sentence = self.voice.say(
            key if self.recording.has_backward else "start_sentence",
            names=self.voice.join(names), are=self.voice.say("is" if len(given) == 1 else "are"),
            root=self.voice.join(roots),
        )  # fmt: skip
        values = [self.voice.say("equals", name=v.name, value=summary(v.seen.value)) for v in given[:MOST_GIVEN]]
        title = self.voice.say("start_title", code=self.title_code())
        return {"title": title, "sentence": sentence, "spoken": " ".join([sentence, *values]), "effects": effects}

    def not_zeroed(self) -> list[str]:
        """Return the ``.grad`` of each leaf to which an earlier run's gradient was added."""
        return [
            f"{self.graph.variables[number].code}.grad"
            for number, before in self.stage.firsts.items()
            if number in self.graph.variables and self.values[number].maker is None and is_set(before)
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
        return None if found is None else self.backward.call_of(found)[0]
