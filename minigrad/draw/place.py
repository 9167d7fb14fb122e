"""Positions for a play document: every length that the page and the picture need.

Nothing is measured here: widths are estimated from the number of characters, generously, so that a page whose fonts
differ still fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from minigrad.draw import theme
from minigrad.draw.graph import to_networkx
from minigrad.draw.layers import Box, Point
from minigrad.draw.layout import arrange, path_commands
from minigrad.draw.marks import HULL_TOP, hull_room, place_hulls, place_tags, scissors, tag_parts
from minigrad.draw.rects import Rect, text_width

__all__ = ["place"]

MARGIN = 20.0
RX, RY, RING, WIDEST_RX = 44.0, 25.0, 5.0, 110.0
OPERATOR_WIDTH, OPERATOR_HEIGHT = 60.0, 54.0
ROW_HEIGHT, ROW_GAP = 21.0, 3.0
DOCK_DROP = 9.0  # from an ellipse down to its dock
BADGE_WIDTH = 27.0
NOTE_HEIGHT = 17.0
CHIP_HEIGHT = 18.0
PLACES = 90  # how many places are looked at for a chip
BESIDE = 19.0  # from an edge to the middle of a chip above or below it


def place(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the play document with a position for everything in its graph.

    Variables get ``x y rx ry font dock``, operators ``x y w h``, edges ``value_path`` and ``gradient_path`` (empty
    where no gradient travels) and their chip's ``x y w``, the graph its ``width`` and ``height``. The document that
    was given stays as it is; what has no position (source, steps, words) is shared with it. Positions that it already
    had are made again.

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
    rows = _rows(document)
    variables = {v["id"]: _size_variable(v, rows[v["id"]]) for v in graph["variables"]}
    arguments: dict[str, int] = {}
    for edge in graph["edges"]:
        arguments[edge["target"]] = arguments.get(edge["target"], 0) + 1
    operators = {o["id"]: _size_operator(o, arguments.get(o["id"], 0)) for o in graph["operators"]}
    nodes = {**variables, **operators}
    parts = {name: _variable_parts(v, rows[name]) for name, v in variables.items()}
    parts |= {name: _operator_parts(o) for name, o in operators.items()}
    chips = {edge["id"]: _size_chip(edge["chip"]) for edge in graph["edges"] if edge.get("chip")}

    roomy = hull_room(graph.get("hulls") or (), parts)
    layout = arrange(
        to_networkx(document),
        boxes={name: _box(node, roomy[name]) for name, node in nodes.items()},
        rank_gap=30.0,
        node_gap=34.0,
        room={_key(edge): chips[edge["id"]]["w"] + 24 for edge in graph["edges"] if edge["id"] in chips},
    )
    top = MARGIN + (HULL_TOP if graph.get("hulls") else 0.0)
    for name, (x, y) in layout.positions.items():
        node = nodes[name]
        node.update(x=x + MARGIN, y=y + top)
        place_tags(node)
        if name in variables:
            dock = node["dock"]
            dock.update(x=_tidy(node["x"] - dock["w"] / 2), y=node["y"] + node["ry"] + DOCK_DROP)
    routes = {edge["id"]: [(x + MARGIN, y + top) for x, y in layout.routes[_key(edge)]] for edge in graph["edges"]}
    covered = {name: [part.moved(node["x"], node["y"]) for part in parts[name]] for name, node in nodes.items()}
    width, height = math.ceil(layout.width + 2 * MARGIN), math.ceil(layout.height + top + MARGIN)
    hulls, labels = place_hulls(graph.get("hulls") or (), covered, graph["edges"], routes)
    solid = [part for parts_ in covered.values() for part in parts_] + labels
    _place_chips(chips, graph["edges"], routes, solid, Rect(0, 0, width, height).grown(-MARGIN / 2))

    return {
        **document,
        "graph": {
            **graph,
            "width": width,
            "height": height,
            "variables": list(variables.values()),
            "operators": list(operators.values()),
            "edges": [_finish_edge(edge, routes[edge["id"]], chips.get(edge["id"])) for edge in graph["edges"]],
            **({"hulls": hulls} if hulls else {}),
        },
    }


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


def _size_variable(variable: Mapping[str, Any], rows: _Rows) -> dict[str, Any]:
    """A copy with ``rx ry font`` and the size of the dock."""
    name, expression = variable["name"], bool(variable.get("expression"))
    font, smallest, em = (theme.EXPRESSION_SIZE, 10.5, 0.61) if expression else (theme.NAME_SIZE, 14.0, 0.53)
    font = max(smallest, min(font, math.floor(_name_room(RX) / max(1e-9, text_width(name, 1, em)))))
    shape = text_width(variable.get("shape") or "", theme.SHAPE_SIZE)
    rx = max(RX, text_width(name, font, em) / 2 + 7, shape / 2 / 0.68)  # an ellipse is narrower where its shape stands
    if rx > WIDEST_RX:
        font = max(7.0, font * _name_room(WIDEST_RX) / text_width(name, font, em))
    rx = float(math.ceil(min(rx, WIDEST_RX)))
    return {**variable, "rx": rx, "ry": RY, "font": _tidy(font), "dock": _dock(variable, rows)}


def _name_room(rx: float) -> float:
    """The width that a name has inside an ellipse."""
    return 2 * rx - 14


def _dock(variable: Mapping[str, Any], rows: _Rows) -> dict[str, float]:
    labels = [variable.get("value_label") or "", variable.get("grad_label") or "", *rows.labels]
    label = min(96.0, max(41.0, *(text_width(text, theme.LABEL_SIZE) + 10 for text in labels)))
    cells, height = int(variable.get("cells") or 0), ROW_HEIGHT
    value = variable.get("value") or {}
    if cells:  # a bar, and the longest number that ever stands beside it
        longest = max((text_width(text, theme.CELL_SIZE) for text in rows.numbers), default=0.0)
        cell = max(52.0 if cells == 1 else 46.0, longest + 22)
    elif value.get("kind") == "heat":
        cell = min(max(96.0, 9.0 * (value.get("cols") or 1)), 220.0)
        height = min(max(ROW_HEIGHT, 6.0 * (value.get("rows") or 1)), 60.0)
    else:
        cell = min(max(96.0, text_width(value.get("summary") or "", theme.LABEL_SIZE) + 12), 320.0)
    cell, label = float(math.ceil(cell)), float(math.ceil(label))
    width = label + cell * max(1, cells)
    return {"x": 0.0, "y": 0.0, "w": width, "label_w": label, "cell_w": cell, "row_h": height, "gap": ROW_GAP}


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


def _box(node: Mapping[str, Any], parts: Sequence[Rect]) -> Box:
    operator = "dock" not in node
    ring = 3.0 if node.get("leaf") else 0.0
    half_width, half_height = (node["w"] / 2, node["h"] / 2) if operator else (node["rx"] + ring, node["ry"] + ring)
    return Box(
        left=-min(part.left for part in parts) + (8 if operator else 0),  # arrows come to an operator level
        up=-min(part.top for part in parts),
        right=max(part.right for part in parts),
        down=max(part.bottom for part in parts),
        half_width=half_width,
        half_height=half_height,
        round=not operator,
    )


# -- edges and their chips ------------------------------------------------------------------------------------------


def _key(edge: Mapping[str, Any]) -> tuple[str, str, int]:
    return edge["source"], edge["target"], edge["slot"]


def _tidy(number: float) -> float:
    return round(number, 1) + 0.0


def _finish_edge(edge: Mapping[str, Any], route: list[Point], chip: dict[str, Any] | None) -> dict[str, Any]:
    """A copy with its lanes: the value keeps to the left of its way and the gradient to the right."""
    if edge.get("cut"):
        value_path = path_commands(route, -theme.LANE_OFFSET)
        return {**edge, "chip": chip, "value_path": value_path, "gradient_path": [], "scissors": scissors(route)}
    if not edge.get("gradient"):
        return {**edge, "chip": chip, "value_path": path_commands(route), "gradient_path": []}
    return {
        **edge,
        "chip": chip,
        "value_path": path_commands(route, -theme.LANE_OFFSET),
        "gradient_path": path_commands(route, theme.LANE_OFFSET),
    }


class _Spot(NamedTuple):
    x: float
    y: float
    steep: bool


def _spots(route: Sequence[Point]) -> Iterator[_Spot]:
    """Places along a route, about every twelve pixels."""
    for (x0, y0), (x1, y1) in pairwise(route):
        count = max(2, math.ceil((abs(x1 - x0) + abs(y1 - y0)) / 12))
        for k in range(count + 1):
            t = k / count
            if y0 == y1:
                yield _Spot(x0 + (x1 - x0) * t, y0, False)
                continue
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            reach = 0.55 * (x1 - x0)
            x = a * x0 + b * (x0 + reach) + c * (x1 - reach) + d * x1
            yield _Spot(x, (a + b) * y0 + (c + d) * y1, abs(y1 - y0) > 14 and 0.12 < t < 0.88)


def _own_part(route: Sequence[Point]) -> Sequence[Point]:
    """The end of a route, which no other edge shares: from its last bend on, with a little of the way before that."""
    bends = [i for i, ((_, y0), (_, y1)) in enumerate(pairwise(route)) if y0 != y1]
    first = bends[-1] if bends else len(route) - 2
    x, y = route[first]
    if not bends:
        return [(max(x, route[-1][0] - 240), y), route[-1]]
    before = max(x - 160, route[first - 1][0]) if first and route[first - 1][1] == y else x
    return [(before, y), *route[first:]] if before < x else route[first:]


class _Crowd:
    """What stands where on a page, in a grid, so that looking around takes no longer in a large graph."""

    SQUARE = 32.0  # of the grid of rectangles
    GRAIN = 8.0  # of the grid of ways

    def __init__(self, page: Rect) -> None:
        self.page = page
        self.rects: dict[tuple[int, int], list[Rect]] = {}
        self.ways: dict[tuple[int, int], dict[str, None]] = {}

    def add(self, rect: Rect) -> None:
        for square in _squares(rect, self.SQUARE):
            self.rects.setdefault(square, []).append(rect)

    def add_way(self, name: str, route: Sequence[Point]) -> None:
        for spot in _spots(route):
            self.ways.setdefault((int(spot.x // self.GRAIN), int(spot.y // self.GRAIN)), {})[name] = None

    def covered(self, rect: Rect) -> float:
        """How much of what stands here would be covered, and how much of the rectangle would leave the page."""
        outside = (rect.right - rect.left) * (rect.bottom - rect.top) - rect.shared(self.page)
        found = (rect.shared(other) for square in _squares(rect, self.SQUARE) for other in self.rects.get(square, ()))
        return sum(found, start=outside)

    def crossed(self, rect: Rect, name: str) -> int:
        """How much there is here of the ways of edges other than ``name``; of all edges, if it is empty."""
        count = 0
        for square in _squares(rect, self.GRAIN):
            names = self.ways.get(square)
            if names:
                count += len(names) - (name in names)
        return count


def _squares(rect: Rect, side: float) -> Iterator[tuple[int, int]]:
    down = range(int(rect.top // side), int(rect.bottom // side) + 1)
    for i in range(int(rect.left // side), int(rect.right // side) + 1):
        for j in down:
            yield i, j


def _place_chips(
    chips: dict[str, dict[str, Any]],
    edges: Sequence[Mapping[str, Any]],
    routes: Mapping[str, Sequence[Point]],
    solid: Iterable[Rect],
    page: Rect,
) -> None:
    """Give each chip the best place along its edge: clear of every box and chip, and of other edges if it can be."""
    crowd = _Crowd(page)
    for rect in solid:
        crowd.add(rect)
    longest: dict[str, str] = {}  # all ways out of one node share a trunk, which the longest follows to its end
    for edge in edges:
        best = longest.setdefault(edge["source"], edge["id"])
        if routes[edge["id"]][-1][0] > routes[best][-1][0]:
            longest[edge["source"]] = edge["id"]
    whole = set(longest.values())
    for name, route in routes.items():
        crowd.add_way(name, route if name in whole else _own_part(route))
    for name, chip in chips.items():
        x, y = _best_place(name, chip["w"], _own_part(routes[name]), crowd)
        chip.update(x=_tidy(x), y=_tidy(y))
        crowd.add(Rect.around(chip["x"], chip["y"], chip["w"], CHIP_HEIGHT).grown(1))


def _best_place(name: str, width: float, route: Sequence[Point], crowd: _Crowd) -> tuple[float, float]:
    """The centre of a chip: in the middle of its edge's last bend, or else shortly before its end."""
    way = list(_spots(route))
    start, end = way[0].x, way[-1].x
    bend = [spot for spot in way if spot.steep]
    ideal = bend[len(bend) // 2] if bend else _Spot(end - width / 2 - 16, way[-1].y, False)
    places: list[tuple[float, float, float, bool]] = []
    for spot in way:
        # a chip on a slope lies on its edge, one on the level stands above it, or below, or at the worst on it
        on_slope, on_level = ((0.0, 0.0), (BESIDE, 9.0), (-BESIDE, 9.0)), ((-BESIDE, 0.0), (BESIDE, 3.0), (0.0, 14.0))
        for shift, dislike in on_slope if spot.steep else on_level:
            cost = dislike + 0.08 * (abs(spot.x - ideal.x) + abs(spot.y - ideal.y))
            cost += 40 * (spot.x + width / 2 > end - 5) + 40 * (spot.x - width / 2 < start)
            places.append((cost, spot.x, spot.y + shift, shift == 0))
    best = (math.inf, ideal.x, ideal.y)
    for cost, x, y, on_edge in sorted(places)[:PLACES]:
        if cost >= best[0]:
            break
        rect = Rect.around(x, y, width, CHIP_HEIGHT)
        covered = crowd.covered(rect.grown(2))
        cost += 1000 + covered if covered else 0
        if cost < best[0]:
            best = min(best, (cost + 4 * crowd.crossed(rect, name if on_edge else ""), x, y))
    return best[1:]
