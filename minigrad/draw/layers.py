"""A connected graph cut into ranks: the order within each rank, the columns, and the ways of the edges."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
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
    port: int  # its place among the edges into its target; 0 where any will do, until it is handed out


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
    strict: list[bool]  # whether the edges into a real node have to come in the order of their ports
    place: list[int]  # index within its rank
    y: list[float]

    @classmethod
    def cut(
        cls,
        names: list[Node],
        boxes: list[Box],
        edges: list[Edge],
        strict: list[bool],
        entries: Collection[Node] = (),
        exits: Collection[Node] = (),
        shortest: bool = False,
    ) -> Layers:
        """Rank the nodes and lay the trunks; no order yet."""
        first, last = ({i for i, name in enumerate(names) if name in side} for side in (entries, exits))
        rank = rank_nodes(len(names), [(edge.source, edge.target) for edge in edges], first, last, shortest)
        boxes, edges = list(boxes), list(edges)
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
            stop = trunk[length - 2] if length > 1 else edge.source
            after[stop].append((edge.target, edge.port))
            before[edge.target].append((stop, edge.port))
        for neighbours in before:
            neighbours.sort(key=lambda pair: pair[1])  # stable: where ports do not say, the order of the graph does
        count = len(rank)
        return cls(names, boxes, edges, [], rank, before, after, trunks, strict, [0] * count, [0.0] * count)

    def set_order(self, ranks: list[list[int]]) -> None:
        """Take an order for each rank. Where ports are not strict, they are handed out by where the edges come from."""
        self.ranks = ranks
        for nodes in ranks:
            for index, node in enumerate(nodes):
                self.place[node] = index
        into: dict[int, list[int]] = {}
        for index, edge in enumerate(self.edges):
            if not self.strict[edge.target]:
                into.setdefault(edge.target, []).append(index)
        into = {target: indices for target, indices in into.items() if len(indices) > 1}
        self.after = [[(node, port) for node, port in after if node not in into] for after in self.after]
        for target, indices in into.items():
            self.before[target] = []
            indices.sort(key=lambda k: (self.place[self._last_stop(self.edges[k])], self.edges[k].port))
            for port, index in enumerate(indices):
                edge = self.edges[index] = self.edges[index]._replace(port=port)
                stop = self._last_stop(edge)
                self.before[target].append((stop, port))
                self.after[stop].append((target, port))

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
            way = (edge.target, edge.port)
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
            indices.sort(key=lambda k: self.edges[k].port)
            for index, offset in zip(indices, self.ports(target, len(indices)), strict=True):
                offsets[index] = offset
        return offsets

    def _last_stop(self, edge: Edge) -> int:
        length = self.rank[edge.target] - self.rank[edge.source]
        return self.trunks[edge.source][length - 2] if length > 1 else edge.source


def _without_needless_corners(points: list[Point]) -> list[Point]:
    kept = points[:1]
    for here, ahead in pairwise(points[1:]):
        if not kept[-1][1] == here[1] == ahead[1]:
            kept.append(here)
    return [*kept, points[-1]]
