"""A connected graph cut into ranks: the order within each rank, the columns, and the ways of the edges."""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from minigrad.draw.ranks import rank_nodes

__all__ = ["Box", "Edge", "Layers"]

Node = Hashable
Point = tuple[float, float]
EdgeKey = tuple[Node, Node, Hashable]  # source, target, key; the key of a simple DiGraph is 0

AIR = 4.0  # between the end of an edge and the body it points to
LEVEL = 30.0  # an edge that climbs or falls less than this is as good as level
LANE = 8.0  # half the height that a long edge keeps free on its way
LARGE = 1500  # nodes and dummies; beyond, fewer orders are tried
KICKS = 24  # starts from disturbed orders; fewer in a graph of more than 200 nodes and dummies


class Box(NamedTuple):
    """A node's body, and the room around its centre that nothing else may enter."""

    left: float
    up: float
    right: float
    down: float
    half_width: float  # edges end at the body
    half_height: float
    round: bool = False  # the body is an ellipse

    @classmethod
    def of(cls, width: float, height: float) -> Box:
        """A plain rectangle."""
        return cls(width / 2, height / 2, width / 2, height / 2, width / 2, height / 2)

    def edge_of_body(self, offset: float) -> float:
        """How far from the centre the body ends, at a height of ``offset`` from it."""
        if not self.round or self.half_height <= 0:
            return self.half_width
        return self.half_width * math.sqrt(max(0.0, 1 - (offset / self.half_height) ** 2))


class Edge(NamedTuple):
    key: EdgeKey
    source: int
    target: int
    port: int  # its place among the edges into its target, or 0 where any place will do


class _Column(NamedTuple):
    centre: float
    left: float
    right: float


@dataclass
class Layers:
    """One connected component, cut into ranks. Nodes are numbers: real ones first, then the dummies of long edges.

    All long edges of one node share one trunk of dummies, from which they branch off: a leaf that a loop uses a
    thousand times draws one line, not a thousand.
    """

    names: list[Node]
    boxes: list[Box]
    edges: list[Edge]
    ranks: list[list[int]]  # the nodes of each rank, from top to bottom
    rank: list[int]
    before: list[list[tuple[int, int]]]  # (neighbour in the rank before, port)
    after: list[list[tuple[int, int]]]  # (neighbour in the rank after, its port)
    trunks: list[list[int]]  # the dummies of each real node
    ordered_ports: list[bool]  # whether slots order the edges into a real node
    place: list[int] = field(default_factory=list)  # index within its rank
    y: list[float] = field(default_factory=list)
    _best: list[list[int]] = field(default_factory=list)
    _fewest: int = 0

    @classmethod
    def cut(
        cls,
        names: list[Node],
        boxes: list[Box],
        edges: list[Edge],
        ordered_ports: list[bool],
        entries: Collection[Node] = (),
        exits: Collection[Node] = (),
    ) -> Layers:
        """Rank the nodes, lay the trunks, and find a first order."""
        ends = [{i for i, name in enumerate(names) if name in side} if side else set() for side in (entries, exits)]
        rank = rank_nodes(len(names), [(edge.source, edge.target) for edge in edges], *ends)
        boxes = list(boxes)
        trunks: list[list[int]] = [[] for _ in names]
        before: list[list[tuple[int, int]]] = [[] for _ in names]
        after: list[list[tuple[int, int]]] = [[] for _ in names]
        for edge in edges:
            trunk = trunks[edge.source]
            while rank[edge.source] + len(trunk) < rank[edge.target] - 1:
                parent = trunk[-1] if trunk else edge.source
                dummy = len(rank)
                trunk.append(dummy)
                rank.append(rank[parent] + 1)
                boxes.append(Box(0, LANE, 0, LANE, 0, 0))
                before.append([(parent, 0)])
                after.append([])
                after[parent].append((dummy, 0))
            length = rank[edge.target] - rank[edge.source]
            last = trunk[length - 2] if length > 1 else edge.source
            after[last].append((edge.target, edge.port))
            before[edge.target].append((last, edge.port))
        for neighbours in before:
            neighbours.sort(key=lambda pair: pair[1])  # stable: where ports do not say, the order of the graph does
        layers = cls(names, boxes, edges, [], rank, before, after, trunks, ordered_ports)
        layers.first_order()
        return layers

    # -- order within the ranks --

    def first_order(self, from_roots: bool = True) -> None:
        """Walk from the roots to the leaves, first argument first: a formula that is a tree has no crossing then.

        Or walk from the leaves to the roots, which often suits what is no tree.
        """
        here, there = (self.before, self.after) if from_roots else (self.after, self.before)
        self.ranks = [[] for _ in range(max(self.rank) + 1)]
        seen = [False] * len(self.rank)
        ends = [node for node in range(len(self.rank)) if not there[node]]
        ends.sort(key=self.rank.__getitem__, reverse=from_roots)
        for end in ends:
            stack = [end]
            while stack:
                node = stack.pop()
                if seen[node]:
                    continue
                seen[node] = True
                self.ranks[self.rank[node]].append(node)
                stack.extend(neighbour for neighbour, _ in reversed(here[node]))
        self.place = [0] * len(self.rank)
        self._number_places()

    def _number_places(self) -> None:
        for nodes in self.ranks:
            for index, node in enumerate(nodes):
                self.place[node] = index

    def _left_keys(self, node: int) -> list[float]:
        """Where the edges into a node come from, in order."""
        return sorted([float(self.place[other]) for other, _ in self.before[node]])

    def _right_keys(self, node: int) -> list[float]:
        """Where the edges out of a node go, in order: the ports of one target stand between it and the next."""
        return sorted([self.place[other] + port / 4096 for other, port in self.after[node]])

    def count_crossings(self) -> int:
        """How many pairs of edges cross, in the order as it is."""
        total = 0
        for nodes in self.ranks[:-1]:
            arrived: list[float] = []
            for node in nodes:
                keys = self._right_keys(node)
                total += sum(len(arrived) - bisect_right(arrived, key) for key in keys)
                for key in keys:
                    insort(arrived, key)
        return total

    def reduce_crossings(self) -> None:
        """Sweep forward and back, each rank by the medians of its neighbours, and keep the best order seen.

        The first order is kept where it is as good as any: it is that of the arguments.
        """
        self._best, self._fewest = [list(nodes) for nodes in self.ranks], self.count_crossings()
        size = len(self.rank)
        for from_roots in (True,) if size > LARGE else (True, False):
            if self._fewest:
                self.first_order(from_roots)
                self._sweep_until_it_fails(patience=2 if size > LARGE else 4)
        for attempt in range(min(KICKS, KICKS * 200 // size)):
            if self._fewest:
                self._kick(attempt)
                self._sweep_until_it_fails(patience=4)
        self.ranks = self._best
        self._number_places()

    def _sweep_until_it_fails(self, patience: int) -> None:
        """Sweep for as long as that removes crossings now and then; keep the best order."""
        self._transpose()
        own, failures = math.inf, 0
        for sweep in range(24):
            count = self.count_crossings()
            own, failures = (count, 0) if count < own else (own, failures + 1)
            if count < self._fewest:
                self._best, self._fewest = [list(nodes) for nodes in self.ranks], count
            if not self._fewest or failures > patience:
                return
            self._sweep(forward=sweep % 2 == 0, turned=sweep % 4 >= 2)
            self._transpose()

    def _kick(self, attempt: int) -> None:
        """Leave the best order by moving some nodes elsewhere in their ranks: from there a sweep may find a better one.

        Which nodes and where to is worked out from their numbers, so that it is the same every time.
        """
        self.ranks = [list(nodes) for nodes in self._best]
        for index, nodes in enumerate(self.ranks):
            if len(nodes) > 2 and (index * 7 + attempt * 5) % 3 == 0:
                taken = nodes.pop((attempt * 31 + index * 17) % len(nodes))
                nodes.insert((attempt * 13 + index * 29) % (len(nodes) + 1), taken)
        self._number_places()

    def _sweep(self, forward: bool, turned: bool) -> None:
        """Sort each rank by where its neighbours in the rank before, or after, stand.

        Every other pair of sweeps is ``turned``: it takes means for medians and swaps what is equal, so that sweeping
        does not stop at the first order that it cannot improve.
        """
        for index in range(1, len(self.ranks)) if forward else range(len(self.ranks) - 2, -1, -1):
            nodes = self.ranks[index]
            middle: dict[int, float] = {}
            for node in reversed(nodes) if turned else nodes:
                keys = self._left_keys(node) if forward else self._right_keys(node)
                if keys:  # a node without neighbours on that side keeps its place
                    middle[node] = sum(keys) / len(keys) if turned else _median(keys)
            arranged = iter(sorted(middle, key=middle.__getitem__))
            self.ranks[index] = [next(arranged) if node in middle else node for node in nodes]
            for place, node in enumerate(self.ranks[index]):
                self.place[node] = place

    def _transpose(self) -> None:
        """Swap neighbours for as long as that removes crossings."""
        for _ in range(8):
            swapped = False
            for nodes in self.ranks:
                if len(nodes) < 2:
                    continue
                left = {v: self._left_keys(v) for v in nodes}
                right = {v: self._right_keys(v) for v in nodes}
                for i in range(len(nodes) - 1):
                    v, w = nodes[i], nodes[i + 1]
                    as_is = _inversions(left[v], left[w]) + _inversions(right[v], right[w])
                    if as_is and _inversions(left[w], left[v]) + _inversions(right[w], right[v]) < as_is:
                        nodes[i], nodes[i + 1] = w, v
                        self.place[v], self.place[w] = i + 1, i
                        swapped = True
            if not swapped:
                return

    def top(self) -> float:
        """The height at which the topmost box begins."""
        return min(self.y[node] - self.boxes[node].up for node in range(len(self.y)))

    def bottom(self) -> float:
        """The height at which the lowest box ends."""
        return max(self.y[node] + self.boxes[node].down for node in range(len(self.y)))

    # -- columns and routes --

    def columns(self, rank_gap: float, room: Mapping[EdgeKey, float]) -> list[_Column]:
        """A column for each rank; the channel before it is wide enough for steep curves, and for ``room``.

        An edge that leaves level has room above the lower part of its source, too.
        """
        boxes = [[self.boxes[node] for node in nodes] for nodes in self.ranks]
        lefts = [max(max(box.left, box.half_width + AIR) for box in rank) for rank in boxes]
        rights = [max(max(box.right, box.half_width + AIR) for box in rank) for rank in boxes]
        channel = [rank_gap] * len(self.ranks)  # before each rank
        for index, nodes in enumerate(self.ranks):
            steepest = max((abs(self.y[v] - self.y[other]) for v in nodes for other, _ in self.before[v]), default=0.0)
            channel[index] += min(0.16 * max(0.0, steepest - 40), 4 * rank_gap)
        for edge in self.edges:
            stop, last = self._last_stop(edge), self.rank[edge.target]
            level = abs(self.y[stop] - self.y[edge.target]) < LEVEL
            above = rights[last - 1] - self.boxes[stop].half_width - 2 * AIR if level else 0.0
            channel[last] = max(channel[last], room.get(edge.key, 0.0) - above)
        columns: list[_Column] = []
        for gap, left_side, right_side in zip(channel, lefts, rights, strict=True):
            left = columns[-1].right + gap if columns else 0.0
            centre = float(math.ceil(left + left_side))
            columns.append(_Column(centre, left, centre + right_side))
        return columns

    def positions(self, columns: list[_Column]) -> Iterable[tuple[Node, Point]]:
        """Yield each node's name and its place."""
        for node, name in enumerate(self.names):
            yield name, (columns[self.rank[node]].centre, self.y[node])

    def routes(self, columns: list[_Column], every_corner: bool = False) -> Iterable[tuple[EdgeKey, list[Point]]]:
        """Straight out of its source past the column, through its dummies, and level into its port.

        Corners on a level line say nothing, but where columns may grow they say which part of the line is where.
        """
        leaves = self._exits()
        arrives = self._entries()
        for index, edge in enumerate(self.edges):
            first, last = self.rank[edge.source], self.rank[edge.target]
            box = self.boxes[edge.source]
            height = self.y[edge.source] + leaves[index]
            x = columns[first].centre + box.edge_of_body(leaves[index]) + AIR
            points = [(x, height), (columns[first].right, height)]
            for dummy in self.trunks[edge.source][: last - first - 1]:
                column = columns[self.rank[dummy]]
                points += [(column.left, self.y[dummy]), (column.right, self.y[dummy])]
            box = self.boxes[edge.target]
            height = self.y[edge.target] + arrives[index]
            x = columns[last].centre - box.edge_of_body(arrives[index]) - AIR
            points += [(columns[last].left, height), (x, height)]
            yield edge.key, points if every_corner else _without_needless_corners(points)

    def is_dummy(self, node: int) -> bool:
        """Whether a number is no node, but a place where a long edge passes."""
        return node >= len(self.names)

    def ports(self, node: int, count: int) -> list[float]:
        """The heights, from the centre of a node, at which ``count`` edges touch it."""
        step = min(18.0, 1.4 * self.boxes[node].half_height / max(1, count - 1))
        return [(i - (count - 1) / 2) * step for i in range(count)]

    def _exits(self) -> list[float]:
        """How far from the middle of its source each edge leaves: all as one, or apart where two go the same way."""
        lines: dict[int, dict[tuple[int, int], list[int]]] = {}  # by source: the edges to each port, and on the trunk
        for index, edge in enumerate(self.edges):
            way = (edge.target, edge.port if self.ordered_ports[edge.target] else index)
            if self.rank[edge.target] - self.rank[edge.source] > 1:
                way = (self.trunks[edge.source][0], 0)
            lines.setdefault(edge.source, {}).setdefault(way, []).append(index)
        offsets = [0.0] * len(self.edges)
        for source, ways in lines.items():
            if len({first for first, _ in ways}) == len(ways):
                continue  # no two go to the same node
            ordered = sorted(ways, key=lambda way: (self.place[way[0]], way[1]))
            for way, offset in zip(ordered, self.ports(source, len(ways)), strict=True):
                for index in ways[way]:
                    offsets[index] = offset
        return offsets

    def _entries(self) -> list[float]:
        """How far from the middle of its target each edge arrives: by slot, or by where it comes from."""
        into: dict[int, list[int]] = {}
        for index, edge in enumerate(self.edges):
            into.setdefault(edge.target, []).append(index)
        offsets = [0.0] * len(self.edges)
        for target, indices in into.items():
            if self.ordered_ports[target]:
                indices.sort(key=lambda k: self.edges[k].port)
            else:
                indices.sort(key=lambda k: self.y[self._last_stop(self.edges[k])])
            for index, offset in zip(indices, self.ports(target, len(indices)), strict=True):
                offsets[index] = offset
        return offsets

    def _last_stop(self, edge: Edge) -> int:
        length = self.rank[edge.target] - self.rank[edge.source]
        return self.trunks[edge.source][length - 2] if length > 1 else edge.source


def _median(keys: list[float]) -> float:
    """The weighted median of Gansner et al.: it leans to the side where the neighbours are packed."""
    middle = len(keys) // 2
    if len(keys) % 2:
        return keys[middle]
    if len(keys) == 2:
        return (keys[0] + keys[1]) / 2
    left, right = keys[middle - 1] - keys[0], keys[-1] - keys[middle]
    if left + right == 0:
        return (keys[middle - 1] + keys[middle]) / 2
    return (keys[middle - 1] * right + keys[middle] * left) / (left + right)


def _inversions(above: list[float], below: list[float]) -> int:
    """Crossings of two nodes' edges, given where they end: pairs that end the other way round."""
    if not above or not below or above[-1] <= below[0]:
        return 0
    return sum(len(above) - bisect_right(above, key) for key in below)


def _without_needless_corners(points: list[Point]) -> list[Point]:
    kept = points[:1]
    for here, ahead in pairwise(points[1:]):
        if not kept[-1][1] == here[1] == ahead[1]:
            kept.append(here)
    return [*kept, points[-1]]
