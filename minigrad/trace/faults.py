"""Where an error comes from: the places in the source, and the nodes, that a message is about."""

from __future__ import annotations

from minigrad.trace.events import BeginEvent, EndEvent, EscapeEvent, FailEvent, NodeEvent, OpEvent, Site
from minigrad.trace.graph import Graph
from minigrad.trace.marks import Marks
from minigrad.trace.pieces import Json
from minigrad.trace.voice import Voice

MOST_PLACES = 3
NO_GRAD = "does not require grad"
SECOND_TIME = "Trying to backward through the graph a second time"
LEAVING = ("numpy", "data", "item", "tolist", "float")  # numbers taken away this way may have come back as a tensor


class Faults:
    """Explains what a message is about.

    Parameters
    ----------
    graph : Graph
        What is shown.
    voice : Voice
        Names and sentences.
    marks : Marks
        Where the way back is cut.
    """

    def __init__(self, graph: Graph, voice: Voice, marks: Marks) -> None:
        self.graph, self.voice, self.marks = graph, voice, marks
        self.recording = graph.recording
        self.events, self.values = self.recording.events, self.recording.values

    def explain(self, text: str, root: int | None) -> tuple[str, list[Json]]:
        """Return what is to be added to a message, and the places that it is about.

        Parameters
        ----------
        text : str
            The message.
        root : int or None
            The value that a gradient was wanted of.
        """
        if self.recording.fault is not None:
            saved, modified = self.recording.fault
            culprits = (self._of_op("saved", saved), self._of_op("modified", modified))
            return "", [place for place in culprits if place is not None]
        last = next((event for event in reversed(self.events) if not isinstance(event, EndEvent)), None)
        if isinstance(last, OpEvent) and last.refused is not None:
            place = self._of_op("refused", last.number)
            return "", [] if place is None else [place]
        if isinstance(last, FailEvent):
            places = self._second_time() if SECOND_TIME in text else []
            place = self._of_op("refused", last.op)
            return "", places or ([] if place is None else [place])
        if NO_GRAD in text:
            places = self._cuts()
            if places:
                return self.voice.say("cut_at", places=self.voice.join([place["text"] for place in places])), places
            if (
                "requires_grad=True" not in text
                and root is not None
                and not any(value.requires_grad for value in self.values)
            ):
                return self.voice.say("cut_nowhere"), []
        if SECOND_TIME in text:
            return "", self._second_time()
        return "", []

    def _of_op(self, kind: str, number: int | None) -> Json | None:
        event = None if number is None else self.events[number]
        if not isinstance(event, OpEvent):
            return None
        operator = self.graph.operators.get(event.number)
        return self._place(kind, event.sites, None if operator is None else operator.id)

    def _place(self, kind: str, sites: tuple[Site, ...], node: str | None) -> Json | None:
        place, shown = self.graph.where(sites)
        if place is None and node is None:
            return None
        line = self.graph.line_text(place)
        text = "" if place is None else f"`{place.text}`"
        return {
            "kind": kind,
            "node": node,
            "span": None if shown is None else list(shown.span),
            "label": self.voice.say(f"fault_{kind}"),
            "text": f"{text}, {line}" if text and line else text or (line or ""),
        }

    def _cuts(self) -> list[Json]:
        """Return where the way back from the root was cut; where numbers left the graph, if it was nowhere else."""
        places: list[Json] = []
        for edge in self.graph.edges:
            if self.marks.cut(edge) is not None:
                operator = self.graph.operators[edge.operator]
                place = self._place("cut", operator.event.sites, operator.id)
                if place is not None and place not in places:
                    places.append(place)
        if not places:
            for event in self.events:
                if isinstance(event, EscapeEvent) and event.how in LEAVING and self.values[event.value].requires_grad:
                    place = self._place("cut", event.sites, None)
                    if place is not None and place not in places:
                        places.append(place)
        return places[:MOST_PLACES]

    def _second_time(self) -> list[Json]:
        """Return which op's saved tensors are needed again, and the call that freed them; the message says it too."""
        freed: dict[int, BeginEvent] = {}
        begin: BeginEvent | None = None
        ran: list[int] = []
        reached: set[int] = set()
        for event in self.events:
            if isinstance(event, BeginEvent):
                if begin is not None and not begin.keep:
                    freed.update(dict.fromkeys(ran, begin))
                begin, ran = event, []
                reached = {maker for root in event.roots if (maker := self.values[root].maker) is not None}
            elif isinstance(event, NodeEvent):
                ran.append(event.op)
                op = self.events[event.op]
                assert isinstance(op, OpEvent)
                for number, edge in zip(op.inputs, op.edges, strict=True):
                    maker = None if number is None or edge is None else self.values[number].maker
                    if maker is not None:
                        reached.add(maker)
        failed = [
            op
            for n in sorted(reached - set(ran))
            if n in freed and isinstance(op := self.events[n], OpEvent) and op.saved
        ]
        if not failed:
            return []
        op = failed[-1]  # the newest runs first
        number = op.number
        first = self._place("freed", freed[number].sites, None)
        second = self._of_op("used", number)
        return [place for place in (second, first) if place is not None]
