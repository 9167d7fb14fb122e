"""The best place for each chip along its edge: on nothing that one wants to read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from minigrad.draw.layers import Point
from minigrad.draw.levels import Wire
from minigrad.draw.rects import Rect

__all__ = ["CHIP_HEIGHT", "place_chips"]

CHIP_HEIGHT = 18.0
PLACES = 90  # how many places are looked at for a chip
BESIDE = 19.0  # from an edge to the middle of a chip above or below it
LANES = 4.0  # from the middle of an edge to the far side of its lanes
TWIN = 30.0  # how much a chip dislikes to lie on another edge between the same two nodes: which of them does it mean?


def _tidy(number: float) -> float:
    return round(number, 1) + 0.0


class _Spot(NamedTuple):
    x: float
    y: float
    steep: bool


def _spots(route: Sequence[Point], apart: float = 12.0) -> Iterator[_Spot]:
    """Places along a route, about so many pixels apart."""
    for (x0, y0), (x1, y1) in pairwise(route):
        count = max(2, math.ceil((abs(x1 - x0) + abs(y1 - y0)) / apart))
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
    if not bends:
        return [(max(route[0][0], route[-1][0] - 240), route[0][1]), route[-1]]
    first = bends[-1]
    x, y = route[first]
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


def place_chips(
    widths: Mapping[str, float],
    wires: Sequence[Wire],
    routes: Mapping[str, Sequence[Point]],
    solid: Iterable[Rect],
    page: Rect,
) -> dict[str, tuple[float, float]]:
    """The best place of each chip along its edge: clear of every box and chip, and of other edges if it can be."""
    crowd = _Crowd(page)
    for rect in solid:
        crowd.add(rect)
    longest: dict[str, str] = {}  # all ways out of one node share a trunk, which the longest follows to its end
    for wire in wires:
        best = longest.setdefault(wire.source, wire.id)
        if routes[wire.id][-1][0] > routes[best][-1][0]:
            longest[wire.source] = wire.id
    whole = set(longest.values())
    for name, route in routes.items():
        crowd.add_way(name, route if name in whole else _own_part(route))
    beside: dict[tuple[str, str], list[str]] = {}
    for wire in wires:
        beside.setdefault((wire.source, wire.target), []).append(wire.id)
    twins: dict[str, list[str]] = {wire.id: [] for wire in wires}  # the next ones of those between the same two nodes
    for names in beside.values():
        for one, other in pairwise(names):
            twins[one].append(other)
            twins[other].append(one)
    places = {}
    for name, width in widths.items():
        near = [spot for twin in twins[name] for spot in _spots(_own_part(routes[twin]), 4.0)]
        x, y = _best_place(name, width, _own_part(routes[name]), crowd, near)
        places[name] = _tidy(x), _tidy(y)
        crowd.add(Rect.around(*places[name], width, CHIP_HEIGHT).grown(1))
    return places


def _best_place(
    name: str, width: float, route: Sequence[Point], crowd: _Crowd, near: Sequence[_Spot]
) -> tuple[float, float]:
    """The centre of a chip: in the middle of its edge's last bend, or else shortly before its end."""
    way = list(_spots(route))
    start, end = way[0].x, way[-1].x
    bend = [spot for spot in way if spot.steep]
    ideal = bend[len(bend) // 2] if bend else _Spot(end - width / 2 - 16, way[-1].y, False)
    places: list[tuple[float, float, float, bool]] = []
    for spot in way:
        # on a slope a chip lies on its edge, or beside it; on the level above it, or below, or at the worst on it
        aside = width / 2 + 12
        on_slope = ((0, 0, 0), (aside, 0, 9), (-aside, 0, 9), (0, BESIDE, 9), (0, -BESIDE, 9))
        on_level = ((0, -BESIDE, 0), (0, BESIDE, 3), (0, 0, 14))
        for right, down, dislike in on_slope if spot.steep else on_level:
            cost = dislike + 0.08 * (abs(spot.x - ideal.x) + abs(spot.y - ideal.y))
            cost += 40 * (spot.x + right + width / 2 > end - 5) + 40 * (spot.x + right - width / 2 < start)
            places.append((cost, spot.x + right, spot.y + down, right == down == 0))
    best = (math.inf, ideal.x, ideal.y)
    for cost, x, y, on_edge in sorted(places)[:PLACES]:
        if cost >= best[0]:
            break
        rect = Rect.around(x, y, width, CHIP_HEIGHT)
        covered = crowd.covered(rect.grown(2))
        cost += 1000 + covered if covered else 0
        if near:
            lanes = rect.grown(LANES)
            cost += TWIN * any(lanes.left < on.x < lanes.right and lanes.top < on.y < lanes.bottom for on in near)
        if cost < best[0]:
            best = min(best, (cost + 4 * crowd.crossed(rect, name if on_edge else ""), x, y))
    return best[1:]
