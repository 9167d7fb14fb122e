"""A folded graph, level by level: what stands side by side, and the lines between, cut where they enter a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Level", "Wire", "cut_hulls", "cut_levels"]


@dataclass
class Wire:
    """A line within one level. Edges of one variable that go to the same box share it."""

    id: str
    source: str  # a node, a box, or a port of the level's own box
    target: str
    slot: int | None  # at an op, which argument; None where it arrives at a box or a port
    gradient: bool
    edges: list[str]
    chip: Mapping[str, Any] | None = None
    cut: str | None = None  # why no gradient comes back, though its source requires one


@dataclass
class Level:
    """What stands side by side: the graph as it opens, or the inside of a box."""

    group: str | None
    nodes: list[str] = field(default_factory=list)  # variables and operators
    boxes: list[str] = field(default_factory=list)
    entries: dict[str, None] = field(default_factory=dict)  # ports at its left edge, one a variable that comes in
    exits: dict[str, None] = field(default_factory=dict)  # ... and at its right edge
    wires: list[Wire] = field(default_factory=list)
    hulls: list[dict[str, Any]] = field(default_factory=list)  # what of each hull stands here


def cut_levels(graph: Mapping[str, Any]) -> list[Level]:
    """Return the levels of a graph, the outermost first; a graph without boxes has one, whose wires are its edges.

    Parameters
    ----------
    graph : mapping
        The graph of a play document.

    Returns
    -------
    list of Level
        An outer level comes before those inside it.
    """
    groups: Sequence[Mapping[str, Any]] = graph.get("groups") or ()
    around: dict[str | None, list[str]] = {None: []}  # the boxes around what stands in a box, and that box
    levels: dict[str | None, Level] = {None: Level(None)}
    for group in groups:
        around[group["id"]] = [*around[group["parent"]], group["id"]]
        levels[group["id"]] = Level(group["id"])
        levels[group["parent"]].boxes.append(group["id"])
    home: dict[str, list[str]] = {}
    for node in (*graph["variables"], *graph["operators"]):
        levels[node.get("group")].nodes.append(node["id"])
        home[node["id"]] = around[node.get("group")]
    found: dict[tuple[str | None, str, str, int | None], Wire] = {}
    names = {variable["id"] for variable in graph["variables"]}

    for edge in graph["edges"]:
        source, target = edge["source"], edge["target"]
        variable = source if source in names else target
        outwards, inwards = home[source], home[target]
        shared = 0
        while shared < min(len(outwards), len(inwards)) and outwards[shared] == inwards[shared]:
            shared += 1
        pieces: list[tuple[str | None, str, str]] = []
        at = source
        for box in reversed(outwards[shared:]):
            pieces.append((box, at, port(levels[box].exits, box, ">", variable)))
            at = box
        level: str | None = outwards[shared - 1] if shared else None
        for box in inwards[shared:]:
            pieces.append((level, at, box))
            level, at = box, port(levels[box].entries, box, "<", variable)
        pieces.append((level, at, target))
        for level, start, end in pieces:
            last = end == target
            key = (level, start, end if last else f"{end} {variable}", edge["slot"] if last else None)
            wire = found.get(key)
            if wire is None:
                identity = edge["id"] if not groups else f"w{len(found)}"
                chip = edge.get("chip") if last else None
                wire = Wire(identity, start, end, key[3], False, [], chip, edge.get("cut") if last else None)
                found[key] = wire
                levels[level].wires.append(wire)
            wire.gradient = wire.gradient or bool(edge.get("gradient"))
            wire.edges.append(edge["id"])
    found_levels = list(levels.values())
    cut_hulls(graph, found_levels)
    return found_levels


def cut_hulls(graph: Mapping[str, Any], levels: Sequence[Level]) -> None:
    """Give each level its part of every hull: the members that stand there, and the boxes that hold nothing else.

    Parameters
    ----------
    graph : mapping
        The graph of a play document.
    levels : sequence of Level
        Its levels, an outer one before those inside it.
    """
    hulls: Sequence[Mapping[str, Any]] = graph.get("hulls") or ()
    if not hulls:
        return
    around = {name: number for number, hull in enumerate(hulls) for name in hull["members"]}
    within: dict[str, int | None] = {}  # box -> the hull that all of its ops are in
    parents = {group["id"]: group["parent"] for group in graph.get("groups") or ()}
    for operator in graph["operators"]:
        number, box = around.get(operator["id"]), operator.get("group")
        while box is not None:
            within[box] = number if within.get(box, number) == number else None
            box = parents[box]
    for level in levels:
        members: dict[int, list[str]] = {}
        for name in level.nodes:
            if name in around:
                members.setdefault(around[name], []).append(name)
        for box in level.boxes:
            number = within.get(box)
            if number is not None:
                members.setdefault(number, []).append(box)
        for number, names in sorted(members.items()):
            own = {**hulls[number], "members": names}
            level.hulls.append(own if level.group is None else {**own, "group": level.group})


def port(ports: dict[str, None], group: str, side: str, variable: str) -> str:
    """The name of the place where a variable enters or leaves a box; it is added to the box's ports."""
    name = f"{group}{side}{variable}"
    ports[name] = None
    return name
