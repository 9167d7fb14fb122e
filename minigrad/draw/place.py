"""Positions for a play document: every length that the page and the picture need.

Nothing is measured here: widths are estimated from the number of characters, generously, so that a page whose fonts
differ still fits.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx

from minigrad.draw import theme
from minigrad.draw.chips import place_chips
from minigrad.draw.layers import Box, Point
from minigrad.draw.layout import Layout, arrange, path_commands
from minigrad.draw.levels import Level, Wire, cut_levels
from minigrad.draw.marks import HULL_TOP, hull_room, place_hulls, place_tags, scissors, tag_parts
from minigrad.draw.rects import Rect, text_width
from minigrad.draw.references import Reference, far_wires, reference_to
from minigrad.trace.collection import paused_collection

__all__ = ["place"]

MARGIN = 20.0
RX, RY, RING, WIDEST_RX = 44.0, 25.0, 5.0, 110.0
OPERATOR_WIDTH, OPERATOR_HEIGHT = 60.0, 54.0
ROW_HEIGHT, ROW_GAP = 21.0, 3.0
DOCK_DROP = 9.0  # from an ellipse down to its dock
BADGE_WIDTH = 27.0
NOTE_HEIGHT = 17.0
FULL = 60  # variables and operators; in a larger graph several numbers are shown as a strip
MOST_COMPACT = 2  # numbers that are written there
STRIP = 64.0
WIDEST_NUMBER = 178.0  # of those that travel
TITLE = 30.0  # the bar at the top of an open box
PORT = Box(0, 8, 0, 8, 0, 0)  # where a line enters or leaves a box


@paused_collection()
def place(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the play document with a position for everything in its graph.

    Variables get ``x y rx ry font dock``, operators ``x y w h``, edges ``value_path`` and ``gradient_path`` (empty
    where no gradient travels) and their chip's ``x y w``, the graph its ``width`` and ``height``. In a folded graph
    everything has its place in the innermost box around it, and instead of the edges the graph's ``wires`` have paths:
    an edge is cut where it enters or leaves a box. A box gets ``x y w h`` of itself closed, the ``column`` it stands
    in, what it ``shows``, and of itself open ``inner``. The document that was given stays as it is; what has no
    position (source, steps, words) is shared with it. Positions that it already had are made again.

    Parameters
    ----------
    document : mapping
        A play document, as `minigrad.trace` makes it.

    Returns
    -------
    dict
        The completed document.

    Raises
    ------
    ValueError
        If the graph has a cycle.
    """
    graph = document["graph"]
    levels = cut_levels(graph)
    rows = _rows(document)
    compact = len(levels) == 1 and len(graph["variables"]) + len(graph["operators"]) > FULL
    variables = {v["id"]: _size_variable(v, rows[v["id"]], compact) for v in graph["variables"]}
    arguments: dict[str, int] = {}
    for edge in graph["edges"]:
        arguments[edge["target"]] = arguments.get(edge["target"], 0) + 1
    operators = {o["id"]: _size_operator(o, arguments.get(o["id"], 0)) for o in graph["operators"]}
    groups = {g["id"]: _size_group(g, variables, rows) for g in graph.get("groups") or ()}
    nodes = {**variables, **operators, **groups}
    parts = {name: _variable_parts(v, rows[name]) for name, v in variables.items()}
    parts |= {name: _operator_parts(o) for name, o in operators.items()}
    parts |= {name: [Rect.around(0, 0, g["w"], g["h"])] for name, g in groups.items()}

    travelling = _travelling(document)
    hulls: list[dict[str, Any]] = []
    known: dict[Any, _Placed] = {}  # the rounds of a loop are mostly alike: one of them is worked out
    lines: dict[str, dict[str, Any]] = {}
    for level in levels:
        names = [*level.nodes, *level.boxes, *level.entries, *level.exits]
        chips = {wire.id: _size_chip(wire.chip) for wire in level.wires if wire.chip}
        rooms = _rooms(level, chips, travelling)
        key = _likeness(level, names, nodes, parts, chips, rooms)
        placed = known.get(key)
        if placed is None:
            placed = known[key] = _place_level(level, names, nodes, parts, chips, rooms)
        for name, (x, y), column in zip(names, placed.positions, placed.columns, strict=True):
            if name not in nodes:
                continue
            node = nodes[name]
            node.update(x=x, y=y)
            if name in groups:
                node["column"] = None if column is None else list(column)
            place_tags(node)
            _move_dock(node)
        ways = zip(level.wires, placed.routes, placed.chips, placed.references, strict=True)
        for wire, route, spot, reference in ways:
            chip = chips.get(wire.id)
            if chip is not None and spot is not None:
                chip.update(x=spot[0], y=spot[1])
            lines[wire.id] = _lanes(wire, route, chip)
            if reference is not None:
                lines[wire.id]["reference"] = reference_to(nodes[wire.source]).at(reference)
        for hull, form in zip(level.hulls, placed.hulls, strict=True):
            along = _inside(level.wires, hull) if form["bands"] else ()
            hulls.append({**hull, **form, "wires": [wire.id for wire in along]})
        if level.group is None:
            width, height = placed.width, placed.height
        else:
            nodes[level.group]["inner"] = {"w": placed.width, "h": placed.height}

    finished = {
        **graph,
        "width": width,
        "height": height,
        "variables": list(variables.values()),
        "operators": list(operators.values()),
    }
    if hulls:
        finished["hulls"] = hulls
    if not groups:
        finished["edges"] = [{**edge, **lines[edge["id"]]} for edge in graph["edges"]]
    else:
        finished["groups"] = list(groups.values())
        finished["wires"] = [
            {
                "id": wire.id, "group": level.group, "source": wire.source, "target": wire.target,
                "slot": wire.slot or 0, "gradient": wire.gradient, "edges": wire.edges, **lines[wire.id],
            }
            for level in levels for wire in level.wires
        ]  # fmt: skip
    return {**document, "graph": finished}


class _Placed(NamedTuple):
    """Where everything of a level stands, in the order of its names and wires, in pixels from the top left corner."""

    positions: list[Point]
    columns: list[tuple[float, float] | None]
    routes: list[list[Point]]
    chips: list[tuple[float, float] | None]
    references: list[Point | None]
    hulls: list[dict[str, Any]]  # the boxes and bands of each, and where its label stands
    width: int
    height: int


def _likeness(
    level: Level,
    names: Sequence[str],
    nodes: Mapping[str, Any],
    parts: Mapping[str, Sequence[Rect]],
    chips: Mapping[str, Any],
    rooms: Mapping[str, float],
) -> Any:
    """What the place of everything in a level follows from."""
    number = {name: i for i, name in enumerate(names)}
    return (
        level.group is None,
        tuple([(_body(nodes[name]), *parts[name]) if name in nodes else name in level.entries for name in names]),
        tuple([name in nodes and nodes[name].get("commutes", False) for name in names]),
        tuple([
            (number[w.source], number[w.target], w.slot, chips[w.id]["w"] if w.id in chips else None, rooms.get(w.id))
            for w in level.wires
        ]),
        tuple([
            reference_to(nodes[name])[2] if name in level.nodes and "rx" in nodes[name] else 0 for name in names
        ]),
        tuple([(hull["label"], tuple([number[name] for name in hull["members"]])) for hull in level.hulls]),
    )  # fmt: skip


def _arrange(
    level: Level,
    names: Sequence[str],
    boxes: Mapping[str, Box],
    rooms: Mapping[str, float],
    references: Mapping[str, Reference],
    loose: Collection[str],
) -> Layout:
    """Lay out a level; a wire of ``references`` comes from a node of its own, which bears the wire's name."""
    G = nx.MultiDiGraph()
    G.add_nodes_from(names)
    for wire in level.wires:
        G.add_edge(wire.id if wire.id in references else wire.source, wire.target, key=wire.id, slot=wire.slot)
    room: dict[Any, Box] = {**boxes}
    room.update({name: found.box for name, found in references.items()})
    return arrange(
        G,
        boxes=room,
        rank_gap=30.0,
        node_gap=34.0,
        room={
            (w.id if w.id in references else w.source, w.target, w.id): rooms[w.id]
            for w in level.wires
            if w.id in rooms
        },
        entries=level.entries,
        exits=level.exits,
        loose=loose,
        every_corner=bool(level.boxes),
    )


def _place_level(
    level: Level,
    names: Sequence[str],
    nodes: Mapping[str, Any],
    parts: Mapping[str, Sequence[Rect]],
    chips: Mapping[str, Any],
    rooms: Mapping[str, float],
) -> _Placed:
    hulls = level.hulls
    own = [name for name in names if name in nodes]
    roomy = hull_room(hulls, {name: parts[name] for name in own})
    boxes = {name: _box(nodes[name], roomy[name]) if name in nodes else PORT for name in names}
    loose = {name for name in own if nodes[name].get("commutes")}
    layout = _arrange(level, names, boxes, rooms, {}, loose)
    references: dict[str, Reference] = {}
    for wire in far_wires(level, {name: node for name, node in nodes.items() if name in level.nodes}, layout.positions):
        references[wire.id] = reference_to(nodes[wire.source])
    if references:
        layout = _arrange(level, names, boxes, rooms, references, loose)
    drop = MARGIN + (TITLE if level.group is not None else 0.0) + (HULL_TOP if hulls else 0.0)
    width, height = math.ceil(layout.width + 2 * MARGIN), math.ceil(layout.height + MARGIN + drop)
    positions = {name: (x + MARGIN, y + drop) for name, (x, y) in layout.positions.items()}
    routes: dict[str, list[Point]] = {}
    for wire in level.wires:
        source = wire.id if wire.id in references else wire.source
        route = [(x + MARGIN, y + drop) for x, y in layout.routes[source, wire.target, wire.id]]
        if wire.source in level.entries:
            route[0] = (0.0, route[0][1])
        if wire.target in level.exits:
            route[-1] = (float(width), route[-1][1])
        routes[wire.id] = route
    covered = {name: [part.moved(*positions[name]) for part in parts[name]] for name in own}
    covered |= {name: [found.rect.moved(*positions[name])] for name, found in references.items()}
    inside = [[routes[wire.id] for wire in _inside(level.wires, hull)] for hull in hulls]
    placed_hulls, labels = place_hulls(hulls, covered, inside)
    solid = [part for found in covered.values() for part in found] + labels
    page = Rect(0, 0, width, height).grown(-MARGIN / 2)
    spots = place_chips({name: chip["w"] for name, chip in chips.items()}, level.wires, routes, solid, page)
    spans = {name: (_tidy(left + MARGIN), _tidy(right + MARGIN)) for name, (left, right) in layout.columns.items()}
    return _Placed(
        [positions[name] for name in names],
        # where a hull would be torn, all of the level makes room
        [spans[name] if layout.parts == 1 and not hulls else None for name in names],
        list(routes.values()),
        [spots.get(wire.id) for wire in level.wires],
        [positions.get(wire.id) for wire in level.wires],
        placed_hulls,
        width,
        height,
    )


def _travelling(document: Mapping[str, Any]) -> dict[str, float]:
    """Return how wide the widest number is that comes back along each edge."""
    widest: dict[str, float] = {}
    for step in document.get("steps", ()):
        for flow in step.get("flows", ()):
            if flow["lane"] == "gradient" and flow.get("chip"):
                width = min(text_width(flow["chip"], theme.CELL_SIZE) + 18, WIDEST_NUMBER)
                widest[flow["edge"]] = max(widest.get(flow["edge"], 0.0), width)
    return widest


def _rooms(level: Level, chips: Mapping[str, Any], travelling: Mapping[str, float]) -> dict[str, float]:
    """Return what each line with a chip needs of a gap; beside a second one, its number needs a place of its own."""
    together = Counter((wire.source, wire.target) for wire in level.wires)
    rooms = {}
    for wire in level.wires:
        if wire.id in chips:
            rooms[wire.id] = chips[wire.id]["w"] + 24
            if together[wire.source, wire.target] > 1:
                rooms[wire.id] += 12 + max((travelling.get(edge, 0.0) for edge in wire.edges), default=0.0)
    return rooms


def _inside(wires: Sequence[Wire], hull: Mapping[str, Any]) -> list[Wire]:
    """Return the lines between two members of a hull."""
    members = set(hull["members"])
    return [wire for wire in wires if wire.source in members and wire.target in members]


# -- sizes ----------------------------------------------------------------------------------------------------------


class _Rows(NamedTuple):
    """What a variable's dock ever has to hold."""

    labels: set[str]
    numbers: list[str]
    badges: set[str]  # the rows that ever bear one
    notes: list[str]


def _rows(document: Mapping[str, Any]) -> dict[str, _Rows]:
    rows = {variable["id"]: _Rows(set(), [], set(), []) for variable in document["graph"]["variables"]}
    for variable in document["graph"]["variables"]:
        rows[variable["id"]].numbers.extend((variable.get("value") or {}).get("text", ()))
    for moment in (document.get("start") or {}, *document.get("steps", ())):
        for effect in moment.get("effects", ()):
            found = rows[effect["variable"]]
            found.numbers.extend((effect.get("value") or {}).get("text", ()))
            if effect.get("label"):
                found.labels.add(effect["label"])
            if effect.get("badge"):
                found.badges.add(effect["row"])
            if effect.get("note"):
                found.notes.append(effect["note"])
    return rows


def row_count(variable: Mapping[str, Any]) -> int:
    """A dock has its value and, where one can arrive, its gradient."""
    return 2 if variable.get("requires_grad") and variable.get("grad_label") else 1


def _size_variable(variable: Mapping[str, Any], rows: _Rows, compact: bool = False) -> dict[str, Any]:
    """A copy with ``rx ry font`` and the size of the dock; in a ``compact`` one several numbers are a strip."""
    if compact and int(variable.get("cells") or 0) > MOST_COMPACT:
        variable = {**variable, "cells": 0}
    name, expression = variable["name"], bool(variable.get("expression"))
    font, smallest, em = (theme.EXPRESSION_SIZE, 10.5, 0.61) if expression else (theme.NAME_SIZE, 14.0, 0.53)
    font = max(smallest, min(font, math.floor(_name_room(RX) / max(1e-9, text_width(name, 1, em)))))
    shape = text_width(variable.get("shape") or "", theme.SHAPE_SIZE)
    rx = max(RX, text_width(name, font, em) / 2 + 7, shape / 2 / 0.68)  # an ellipse is narrower where its shape stands
    if rx > WIDEST_RX:
        font = max(7.0, font * _name_room(WIDEST_RX) / text_width(name, font, em))
    rx = float(math.ceil(min(rx, WIDEST_RX)))
    return {**variable, "rx": rx, "ry": RY, "font": _tidy(font), "dock": _dock(variable, rows, compact)}


def _name_room(rx: float) -> float:
    """The width that a name has inside an ellipse."""
    return 2 * rx - 14


def _dock(variable: Mapping[str, Any], rows: _Rows, compact: bool = False) -> dict[str, float]:
    labels = [variable.get("value_label") or "", variable.get("grad_label") or "", *rows.labels]
    label = min(96.0, max(41.0, *(text_width(text, theme.LABEL_SIZE) + 10 for text in labels)))
    cells, height = int(variable.get("cells") or 0), ROW_HEIGHT
    value = variable.get("value") or {}
    if cells:  # a bar, and the longest number that ever stands beside it
        longest = max((text_width(text, theme.CELL_SIZE) for text in rows.numbers), default=0.0)
        cell = max(52.0 if cells == 1 else 46.0, longest + 22)
    elif compact and len(value.get("numbers") or ()) > 1:
        cell = STRIP
    elif value.get("kind") == "heat":
        cell = min(max(96.0, 9.0 * (value.get("cols") or 1)), 220.0)
        height = min(max(ROW_HEIGHT, 6.0 * (value.get("rows") or 1)), 60.0)
    else:
        cell = min(max(96.0, text_width(value.get("summary") or "", theme.LABEL_SIZE) + 12), 320.0)
    cell, label = float(math.ceil(cell)), float(math.ceil(label))
    width = label + cell * max(1, cells)
    return {"x": 0.0, "y": 0.0, "w": width, "label_w": label, "cell_w": cell, "row_h": height, "gap": ROW_GAP}


def _size_group(
    group: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]], rows: Mapping[str, _Rows]
) -> dict[str, Any]:
    """A copy with ``w h`` of the closed box, and the dock of the value that it gives."""
    shows = None
    width = max(132.0, text_width(group["title"], 13, 0.6) + 44, text_width(group["subtitle"], 10, 0.56) + 44)
    height = 46.0
    if group["gives"]:
        given = variables[group["gives"][-1]]
        label = given["name"] if len(given["name"]) <= 10 else given["name"][:9] + "…"
        cells = int(given.get("cells") or 0) if int(given.get("cells") or 0) <= MOST_COMPACT else 0
        shown = {**given, "value_label": label, "cells": cells}
        shows = {"variable": given["id"], "value_label": label, "cells": cells}
        shows["dock"] = _dock(shown, rows[given["id"]], compact=True)
        width = max(width, shows["dock"]["w"] + 20)
        count = row_count(given)
        height += count * shows["dock"]["row_h"] + (count - 1) * ROW_GAP + 10
    return {**group, "w": float(math.ceil(width)), "h": height, "shows": shows}


def _move_dock(node: dict[str, Any]) -> None:
    """Put a dock below its ellipse, or at the foot of its box."""
    if "dock" in node:
        dock = node["dock"]
        dock.update(x=_tidy(node["x"] - dock["w"] / 2), y=node["y"] + node["ry"] + DOCK_DROP)
    elif node.get("shows"):
        dock = node["shows"]["dock"]
        dock.update(x=_tidy(node["x"] - dock["w"] / 2), y=_tidy(node["y"] - node["h"] / 2 + 46))


def _size_operator(operator: Mapping[str, Any], arguments: int) -> dict[str, Any]:
    """A copy with ``w h``: wide enough for its words, high enough for its ports."""
    name = text_width(operator["name"], theme.OPERATOR_NAME_SIZE, 0.78) + 9
    glyph = text_width(operator.get("glyph") or "", 15, 0.61) + 10  # a word is written smaller than a sign
    height = max(OPERATOR_HEIGHT, 14.4 * (arguments - 1))
    return {**operator, "w": float(math.ceil(max(OPERATOR_WIDTH, name, glyph))), "h": float(math.ceil(height))}


def _size_chip(chip: Mapping[str, Any]) -> dict[str, Any]:
    return {**chip, "w": float(math.ceil(text_width(chip["text"], theme.CHIP_SIZE) + 13))}


def _variable_parts(variable: Mapping[str, Any], rows: _Rows) -> list[Rect]:
    """What a variable covers, around its centre."""
    dock, rx, ry = variable["dock"], variable["rx"] + RING, variable["ry"] + RING
    top = variable["ry"] + DOCK_DROP
    step = dock["row_h"] + dock["gap"]
    bottom = top + row_count(variable) * step - dock["gap"]
    half = dock["w"] / 2
    parts = [Rect(-rx, -ry, rx, ry), Rect(-half, top, half, bottom)]
    for row in sorted(rows.badges):
        at = top + (step if row == "grad" else 0)
        parts.append(Rect(half, at, half + 7 + BADGE_WIDTH, at + dock["row_h"]))
    if rows.notes:
        wide = max(text_width(note, theme.NOTE_SIZE, 0.5) for note in rows.notes) / 2
        parts.append(Rect(-wide, bottom, wide, bottom + NOTE_HEIGHT))
    return parts + tag_parts(variable)


def _operator_parts(operator: Mapping[str, Any]) -> list[Rect]:
    """What an operator covers, around its centre: its body, its line above, what it saved below."""
    half, middle = operator["w"] / 2, operator["h"] / 2
    parts = [Rect(-half, -middle, half, middle)]
    if operator.get("line"):
        parts.append(Rect(half - text_width(operator["line"], theme.LINE_SIZE), -middle - 15, half, -middle))
    if operator.get("saved"):
        wide = saved_width(operator) / 2
        parts.append(Rect(-wide, middle + 8, wide, middle + 25))
    return parts + tag_parts(operator)


def saved_width(operator: Mapping[str, Any]) -> float:
    """How wide the tag below an operator is; a longer text is cut."""
    return min(max(text_width(operator["saved"], theme.LABEL_SIZE) + 14, 48.0), float(operator["w"]) + 64)


def _body(node: Mapping[str, Any]) -> tuple[float, float, bool]:
    """Half the width and half the height of what edges run to, and whether it is an ellipse."""
    if "rx" not in node:
        return node["w"] / 2, node["h"] / 2, False
    ring = 3.0 if node.get("leaf") else 0.0
    return node["rx"] + ring, node["ry"] + ring, True


def _box(node: Mapping[str, Any], parts: Sequence[Rect]) -> Box:
    half_width, half_height, is_round = _body(node)
    return Box(
        left=-min(part.left for part in parts) + (0 if is_round else 8),  # arrows come to an operator level
        up=-min(part.top for part in parts),
        right=max(part.right for part in parts),
        down=max(part.bottom for part in parts),
        half_width=half_width,
        half_height=half_height,
        round=is_round,
    )


# -- edges and their chips ------------------------------------------------------------------------------------------


def _tidy(number: float) -> float:
    return round(number, 1) + 0.0


def _lanes(wire: Wire, route: list[Point], chip: dict[str, Any] | None) -> dict[str, Any]:
    """The lanes of a line: the value keeps to the left of its way and the gradient to the right."""
    if wire.cut:
        value_path = path_commands(route, -theme.LANE_OFFSET)
        return {"chip": chip, "value_path": value_path, "gradient_path": [], "scissors": scissors(route)}
    if not wire.gradient:
        return {"chip": chip, "value_path": path_commands(route), "gradient_path": []}
    return {
        "chip": chip,
        "value_path": path_commands(route, -theme.LANE_OFFSET),
        "gradient_path": path_commands(route, theme.LANE_OFFSET),
    }
