"""What the graph shows beside its nodes: tags on them, hulls around them, and where the way back is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from minigrad.trace.events import DetachEvent, EscapeEvent, HookEvent, NodeEvent, NodeHookEvent, OpEvent
from minigrad.trace.graph import Edge, Graph, Operator, Variable, shorten
from minigrad.trace.pieces import Json
from minigrad.trace.voice import Voice

MOST_TAGS = 3  # on one node; of more, how many there are
LONGEST_TAG = 16


class Marks:
    """Finds the marks of a graph.

    Parameters
    ----------
    graph : Graph
        What is shown.
    voice : Voice
        Names and sentences.
    """

    def __init__(self, graph: Graph, voice: Voice) -> None:
        self.graph, self.voice = graph, voice
        self.events, self.values = graph.recording.events, graph.recording.values
        self._variables: dict[int, list[Json]] = {}
        self._operators: dict[int, list[Json]] = {}
        for number, variable in graph.variables.items():
            self._note_version(number, variable)
        for event in self.events:
            if isinstance(event, HookEvent):
                self._note_hook(event.target, None, event.kind, event.hook)
            elif isinstance(event, NodeHookEvent):
                self._note_hook(event.leaf, event.op, event.kind, event.hook)
            elif isinstance(event, NodeEvent):
                self._note_pins(event)
            elif isinstance(event, EscapeEvent):
                self._note_escape(event)

    # --- Tags --------------------------------------------------------------------------------------------------------

    def of_variable(self, variable: Variable) -> list[Json]:
        """Return the tags of a variable."""
        return self._few(self._variables.get(variable.seen.number, []))

    def of_operator(self, operator: Operator) -> list[Json]:
        """Return the tags of an operator."""
        return self._few(self._operators.get(operator.event.number, []))

    def _few(self, tags: list[Json]) -> list[Json]:
        if len(tags) <= MOST_TAGS:
            return tags
        rest = tags[MOST_TAGS - 1 :]
        label = ", ".join([tag["label"] for tag in rest])
        return [*tags[: MOST_TAGS - 1], {"kind": "more", "text": f"+{len(rest)}", "label": label}]

    def add_faults(self, places: Sequence[Json]) -> None:
        """Mark the operators that a message is about."""
        events = {operator.id: number for number, operator in self.graph.operators.items()}
        for place in places:
            if place["node"] in events:
                tags = self._operators.setdefault(events[place["node"]], [])
                tags.insert(0, {"kind": "fault", "text": place["label"], "label": place["label"]})

    @staticmethod
    def _add(tags: list[Json], kind: str, text: str, label: str) -> None:
        tag = {"kind": kind, "text": shorten(text, LONGEST_TAG), "label": label}
        if tag not in tags:
            tags.append(tag)

    def _note_version(self, number: int, variable: Variable) -> None:
        before = variable.seen.before
        if before is None or self.values[before].version == variable.seen.version:
            return
        old, new = self.values[before].version, variable.seen.version
        label = self.voice.say("tag_version", old=old, new=new)
        self._add(self._variables.setdefault(number, []), "version", f"v{old} → v{new}", label)

    def _note_hook(self, value: int | None, op: int | None, kind: str, hook: str) -> None:
        if kind == "retain":
            return
        tags: list[Json] = []
        if value is not None:
            tags = self._variables.setdefault(value, [])
        elif op is not None:
            tags = self._operators.setdefault(op, [])
        self._add(tags, "hook", f"ƒ {hook}", self.voice.say(f"tag_hook_{kind}", hook=hook))

    def _note_pins(self, event: NodeEvent) -> None:
        op = self.events[event.op]
        assert isinstance(op, OpEvent)
        for nr in event.retained:
            if nr < len(op.outputs):
                self._add(
                    self._variables.setdefault(op.outputs[nr], []), "pin", "retain_grad", self.voice.say("tag_pin")
                )

    def _note_escape(self, event: EscapeEvent) -> None:
        line = self.graph.line_text(self.graph.where(event.sites)[0])
        where = "" if line is None else f", {line}"
        for number in self._shown_sources(event.value):
            label = self.voice.say("tag_escape", how=event.how, where=where)
            self._add(self._variables.setdefault(number, []), "escape", f"{event.how}()", label)

    def _shown_sources(self, number: int) -> Iterator[int]:
        """Yield the shown values that a value comes from: itself, or for ``y > 3`` that of y."""
        todo, met = [number], {number}
        while todo:
            at = todo.pop()
            if at in self.graph.variables:
                yield at
                continue
            maker = self.values[at].maker
            event = None if maker is None else self.events[maker]
            if isinstance(event, OpEvent):
                found = [n for n in event.inputs if n is not None and n not in met]
            else:
                found = [event.source] if isinstance(event, DetachEvent) else []
            met.update(found)
            todo.extend(found)

    # --- Cuts --------------------------------------------------------------------------------------------------------

    def cut(self, edge: Edge) -> str | None:
        """Return why no gradient comes back along an argument that requires one: its kind, or None if it does."""
        if edge.gradient or not edge.target.startswith("o") or not self.graph.variables[edge.variable].requires_grad:
            return None
        event = self.events[edge.operator]
        if isinstance(event, DetachEvent):
            return "detach"
        assert isinstance(event, OpEvent)
        if event.refused is not None:
            return None
        return "op" if event.recording_on else "no_grad"

    # --- Hulls -------------------------------------------------------------------------------------------------------

    def hulls(self) -> list[Json]:
        """Return the parts of the graph that belong together: made under no_grad, or by a recorded backward pass."""
        quiet, recorded = [], []
        for operator in self.graph.operators.values():
            event = operator.event
            if not isinstance(event, OpEvent) or event.origin != "call":
                continue
            if event.in_backward:
                if event.recording_on:
                    recorded.append(operator)
            elif not event.recording_on:
                quiet.append(operator)
        used: dict[int, set[int]] = {}  # value -> the ops that use it
        for index, slot in self.graph.arguments:
            used.setdefault(self.graph.arguments[index, slot].variable, set()).add(index)
        hulls = [self._hull("no_grad", part, used) for part in self._connected(quiet)]
        return hulls + [self._hull("recorded", part, used) for part in self._connected(recorded)]

    def _hull(self, kind: str, operators: Sequence[Operator], used: Mapping[int, set[int]]) -> Json:
        members = [operator.id for operator in operators]
        inside = {operator.event.number for operator in operators}
        constants: dict[str, None] = {}
        for operator in operators:
            event = operator.event
            assert isinstance(event, OpEvent)
            members += [variable.id for variable in self.graph.results_of(event)]
            for number in event.inputs:
                variable = None if number is None else self.graph.variables[number]
                if variable is None or variable.requires_grad or variable.seen.maker is not None:
                    continue
                if number is not None and used[number] <= inside:  # a constant that is used nowhere else
                    constants[variable.id] = None
        return {"kind": kind, "label": self.voice.say(f"hull_{kind}"), "members": [*members, *constants]}

    def _connected(self, operators: Iterable[Operator]) -> list[list[Operator]]:
        """Return operators in groups, each of which hangs together by what its members make and take."""
        group_of: dict[int, list[Operator]] = {}  # what an op made or took -> its group
        groups: dict[int, list[Operator]] = {}
        for operator in operators:
            event = operator.event
            assert isinstance(event, OpEvent)
            taken = [n for n in event.inputs if n is not None and self.values[n].maker is not None]
            joined = {id(group_of[n]): group_of[n] for n in (*taken, *event.outputs) if n in group_of}
            group = max(joined.values(), key=len, default=[])
            groups[id(group)] = group
            for other in joined.values():
                if other is not group:
                    del groups[id(other)]
                    group += other
                    for member in other:
                        assert isinstance(member.event, OpEvent)
                        group_of.update(dict.fromkeys(member.event.outputs, group))
            group.append(operator)
            group_of.update(dict.fromkeys(event.outputs, group))
        return sorted(
            [sorted(group, key=lambda operator: operator.event.number) for group in groups.values()],
            key=lambda group: group[-1].event.number,
        )
