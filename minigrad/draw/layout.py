"""Where every node of a graph stands and the way every edge takes: a layered layout, from left to right.

The layers are those of Sugiyama, Tagawa & Toda (1981), doi:10.1109/TSMC.1981.4308636, worked out in five plain steps:
ranks as late as possible, then tightened; dummies that lead long edges past the boxes; crossings reduced by medians
and transposition (Gansner, Koutsofios, North & Vo 1993, doi:10.1109/32.221135); heights by isotonic regression, so
that no two boxes touch; columns wide enough for the curves between them.

Nothing here is random and no set is iterated: the same graph gives the same numbers, to the byte.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import networkx as nx

__all__ = ["Box", "Layout", "arrange", "crossings", "isotonic", "layered_layout", "path_commands"]

Node = Hashable
Point = tuple[float, float]
EdgeKey = tuple[Node, Node, Hashable]  # source, target, key; the key of a simple DiGraph is 0
Size = tuple[float, float] | Mapping[Node, tuple[float, float]] | Callable[[Node], tuple[float, float]]

AIR = 4.0  # between the end of an edge and the body it points to
LANE = 8.0  # half the height that a long edge keeps free on its way
SPINE, TRUNK, LEAF = 1e6, 1e3, 1.0  # who gives way to whom when heights are settled


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


@dataclass(frozen=True)
class Layout:
    """Positions and routes in pixels; x grows to the right and y grows downwards, as on a screen."""

    positions: dict[Node, Point]
    routes: dict[EdgeKey, list[Point]]  # corner points; see `path_commands`
    width: float
    height: float


def layered_layout(
    G: nx.DiGraph,
    *,
    size: Size = (60.0, 54.0),
    rank_gap: float = 48.0,
    node_gap: float = 24.0,
    slot: str = "slot",
) -> dict[Node, Point]:
    """Return a position for every node of a directed acyclic graph, in ranks from left to right.

    Leaves stand at the left and the root at the right; a node stands as near to what uses it as it can. The result
    depends on nothing but the graph and the order in which its nodes and edges were added.

    Parameters
    ----------
    G : networkx.DiGraph or networkx.MultiDiGraph
        Parallel edges are kept; components that are not connected are stacked.
    size : (width, height), or a mapping or function from a node to it
        The room that a node needs. No two rooms overlap.
    rank_gap : float
        The least room between two columns.
    node_gap : float
        The least room between two nodes of a column.
    slot : str
        The edge attribute that orders the edges into a node from top to bottom, as arguments are ordered. Edges
        without it arrive in whatever order crosses least.

    Returns
    -------
    dict of node to (x, y)
        Pixels, with y growing upwards, as `networkx.draw` wants it.

    Raises
    ------
    ValueError
        If the graph is not directed, or has a cycle or a self loop.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.MultiDiGraph([("w", "*"), ("x", "*"), ("*", "y")])
    >>> layered_layout(G, size=(60, 54))
    {'w': (34.0, -27.0), '*': (150.0, -66.0), 'x': (34.0, -105.0), 'y': (266.0, -66.0)}
    """
    layout = arrange(G, boxes=_boxes(G, size), rank_gap=rank_gap, node_gap=node_gap, slot=slot)
    return {node: (x, -y) for node, (x, y) in layout.positions.items()}


def arrange(
    G: nx.DiGraph,
    *,
    boxes: Mapping[Node, Box],
    rank_gap: float = 48.0,
    node_gap: float = 24.0,
    slot: str = "slot",
    room: Mapping[EdgeKey, float] | None = None,
) -> Layout:
    """Return the positions of all nodes and the routes of all edges; ``room`` is what an edge needs before its end."""
    if not G.is_directed():
        raise ValueError("a layered layout needs a directed graph; this one is undirected")
    _refuse_cycles(G)
    positions: dict[Node, Point] = {}
    routes: dict[EdgeKey, list[Point]] = {}
    width = height = 0.0
    for members in _components(G):
        layers = _Layers.cut(G, members, boxes, slot)
        layers.reduce_crossings()
        layers.settle_heights(node_gap)
        columns = layers.columns(rank_gap, room or {})
        top = height + node_gap if height else 0.0
        shift = top - layers.top()
        for name, point in layers.positions(columns):
            positions[name] = (point[0], _tidy(point[1] + shift))
        for key, points in layers.routes(columns):
            routes[key] = [(x, _tidy(y + shift)) for x, y in points]
        width = max(width, columns[-1].right)
        height = top + layers.bottom() - layers.top()
    # in the order of the graph, whatever the order of its components
    return Layout({node: positions[node] for node in G}, {k: routes[k] for k in _edge_keys(G)}, width, height)


def crossings(G: nx.DiGraph, positions: Mapping[Node, Point]) -> int:
    """Count the pairs of edges that cross when drawn straight between ``positions`` (shared ends do not count)."""
    edges = [(positions[u], positions[v]) for u, v in G.edges() if u != v]

    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    count = 0
    for i, (a, b) in enumerate(edges):
        for c, d in edges[:i]:
            if len({a, b, c, d}) == 4:
                count += side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
    return count


def isotonic(targets: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the non-decreasing numbers nearest to ``targets`` in weighted least squares.

    Pool adjacent violators: numbers that stand in the wrong order share their mean, and a pool that then stands in
    the wrong order joins its neighbour.

    References
    ----------
    Best & Chakravarti (1990), Mathematical Programming 47, doi:10.1007/BF01580873.

    Examples
    --------
    >>> isotonic([1, 3, 2, 4], [1, 1, 1, 1])
    [1, 2.5, 2.5, 4]
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for target, own in zip(targets, weights, strict=True):
        mean, weight, count = target, own, 1
        while pools and pools[-1][0] > mean:
            other, heavier, more = pools.pop()
            mean = (other * heavier + mean * weight) / (heavier + weight)
            weight, count = weight + heavier, count + more
        pools.append((mean, weight, count))
    return [mean for mean, _, count in pools for _ in range(count)]


def path_commands(route: Sequence[Point], offset: float = 0.0) -> list[list[Any]]:
    """Return a route as path commands ``["M", x, y]``, ``["L", x, y]`` and ``["C", x1, y1, x2, y2, x, y]``.

    Corners of equal height are joined by a straight line, others by a curve that is level at both ends. ``offset``
    draws a lane beside the route: that many pixels to the right of its direction, all the way.
    """
    x, y = route[0]
    commands: list[list[Any]] = [["M", _tidy(x), _tidy(y + offset)]]
    for (x0, y0), (x1, y1) in pairwise(route):
        if y0 == y1:
            commands.append(["L", _tidy(x1), _tidy(y1 + offset)])
            continue
        reach = 0.55 * (x1 - x0)
        # the curve's angle at its middle, and how far a lane beside it is pushed sideways there (by three quarters
        # of what its two control points are)
        angle = math.atan2(y1 - y0, x1 - x0 - reach)
        push = -offset * math.tan(angle / 2) / 0.75
        commands.append(
            ["C", _tidy(x0 + reach + push), _tidy(y0 + offset), _tidy(x1 - reach + push), _tidy(y1 + offset),
             _tidy(x1), _tidy(y1 + offset)]
        )  # fmt: skip
    return commands


# -- the graph as it comes ------------------------------------------------------------------------------------------


def _tidy(number: float) -> float:
    """One decimal is finer than any screen, and keeps the text of a document short."""
    return round(number, 1) + 0.0  # + 0.0 makes -0.0 plain


def _edge_keys(G: nx.DiGraph) -> list[EdgeKey]:
    if G.is_multigraph():
        return list(G.edges(keys=True))
    return [(u, v, 0) for u, v in G.edges()]


def _boxes(G: nx.DiGraph, size: Size) -> dict[Node, Box]:
    if callable(size):
        return {node: Box.of(*size(node)) for node in G}
    if isinstance(size, Mapping):
        return {node: Box.of(*size[node]) for node in G}
    return {node: Box.of(*size) for node in G}


def _refuse_cycles(G: nx.DiGraph) -> None:
    for node in nx.nodes_with_selfloops(G):
        raise ValueError(f"a layered layout needs a graph without cycles; {node!r} has an edge to itself")
    try:
        cycle = nx.find_cycle(G)
    except nx.NetworkXNoCycle:
        return
    names = [repr(edge[0]) for edge in cycle]
    shown = " -> ".join([*names, names[0]] if len(names) < 9 else [*names[:7], "...", names[0]])
    raise ValueError(f"a layered layout needs a graph without cycles; this one has {shown}")


def _components(G: nx.DiGraph) -> list[list[Node]]:
    """The weakly connected components, each in the order of the graph, the one with the first node first."""
    number: dict[Node, int] = {}
    members: list[list[Node]] = []
    for start in G:
        if start in number:
            continue
        number[start] = len(members)
        stack = [start]
        while stack:
            node = stack.pop()
            for other in (*G.successors(node), *G.predecessors(node)):
                if other not in number:
                    number[other] = len(members)
                    stack.append(other)
        members.append([])
    for node in G:
        members[number[node]].append(node)
    return members


# -- ranks ----------------------------------------------------------------------------------------------------------


def _ranks(count: int, ends: Sequence[tuple[int, int]]) -> list[int]:
    """A rank for each of ``count`` nodes: as late as possible, then tightened until no move shortens the edges."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in ends:
        before[target].append(source)
        after[source].append(target)

    waiting = [len(users) for users in after]
    order = [node for node in range(count) if not waiting[node]]  # what uses a node comes before it
    rank = [0] * count
    for node in order:
        for source in before[node]:
            rank[source] = min(rank[source], rank[node] - 1)
            waiting[source] -= 1
            if not waiting[source]:
                order.append(source)

    moved = True
    while moved:  # every move shortens the edges in total, so this ends
        moved = _move_nodes(rank, order, before, after) or _move_groups(rank, ends)
    first = min(rank)
    return [r - first for r in rank]


def _move_nodes(rank: list[int], order: list[int], before: list[list[int]], after: list[list[int]]) -> bool:
    """Move each node towards the side where it has more edges."""
    moved = False
    for node in (*order, *reversed(order)):
        pull = len(before[node]) - len(after[node])
        if pull > 0:
            best = max(rank[other] for other in before[node]) + 1
        elif pull < 0:
            best = min(rank[other] for other in after[node]) - 1
        else:
            continue
        moved |= best != rank[node]
        rank[node] = best
    return moved


def _move_groups(rank: list[int], ends: Sequence[tuple[int, int]]) -> bool:
    """Do the same with groups of nodes that stand in neighbouring ranks: a branch that leads nowhere moves whole."""
    parent = list(range(len(rank)))

    def group(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    slack: list[tuple[int, int]] = []
    for source, target in ends:
        if rank[target] - rank[source] == 1:
            parent[group(target)] = group(source)
        else:
            slack.append((source, target))
    arriving: dict[int, list[tuple[int, int]]] = {}
    leaving: dict[int, list[tuple[int, int]]] = {}
    for source, target in slack:
        if group(source) != group(target):
            arriving.setdefault(group(target), []).append((source, target))
            leaving.setdefault(group(source), []).append((source, target))
    shift: dict[int, int] = {}
    for name in dict.fromkeys([*arriving, *leaving]):
        into, out = arriving.get(name, []), leaving.get(name, [])
        pull = len(into) - len(out)
        free = (
            rank[t] + shift.get(group(t), 0) - rank[s] - shift.get(group(s), 0) - 1
            for s, t in (into if pull > 0 else out)
        )
        if pull:
            shift[name] = -min(free) if pull > 0 else min(free)
    if not any(shift.values()):
        return False
    for node in range(len(rank)):
        rank[node] += shift.get(group(node), 0)
    return True


# -- layers ---------------------------------------------------------------------------------------------------------


class _Edge(NamedTuple):
    key: EdgeKey
    source: int
    target: int
    port: int  # its place among the edges into its target, or 0 where any place will do


class _Column(NamedTuple):
    centre: float
    left: float
    right: float


@dataclass
class _Layers:
    """One connected component, cut into ranks. Nodes are numbers: real ones first, then the dummies of long edges.

    All long edges of one node share one trunk of dummies, from which they branch off: a leaf that a loop uses a
    thousand times draws one line, not a thousand.
    """

    names: list[Node]
    boxes: list[Box]
    edges: list[_Edge]
    ranks: list[list[int]]  # the nodes of each rank, from top to bottom
    rank: list[int]
    before: list[list[tuple[int, int]]]  # (neighbour in the rank before, port)
    after: list[list[tuple[int, int]]]  # (neighbour in the rank after, its port)
    trunks: list[list[int]]  # the dummies of each real node
    ordered_ports: list[bool]  # whether slots order the edges into a real node
    place: list[int] = field(default_factory=list)  # index within its rank
    y: list[float] = field(default_factory=list)

    @classmethod
    def cut(cls, G: nx.DiGraph, members: list[Node], boxes: Mapping[Node, Box], slot: str) -> _Layers:
        number = {name: i for i, name in enumerate(members)}
        edges, ordered = _read_edges(G, members, number, slot)
        rank = _ranks(len(members), [(e.source, e.target) for e in edges])
        all_boxes = [boxes[name] for name in members]
        trunks: list[list[int]] = [[] for _ in members]
        before: list[list[tuple[int, int]]] = [[] for _ in members]
        after: list[list[tuple[int, int]]] = [[] for _ in members]
        for edge in edges:
            trunk = trunks[edge.source]
            while rank[edge.source] + len(trunk) < rank[edge.target] - 1:
                parent = trunk[-1] if trunk else edge.source
                dummy = len(rank)
                trunk.append(dummy)
                rank.append(rank[parent] + 1)
                all_boxes.append(Box(0, LANE, 0, LANE, 0, 0))
                before.append([(parent, 0)])
                after.append([])
                after[parent].append((dummy, 0))
            length = rank[edge.target] - rank[edge.source]
            last = trunk[length - 2] if length > 1 else edge.source
            after[last].append((edge.target, edge.port))
            before[edge.target].append((last, edge.port))
        for neighbours in before:
            neighbours.sort(key=lambda pair: pair[1])  # stable: where ports do not say, the order of the graph does
        layers = cls(members, all_boxes, edges, [], rank, before, after, trunks, ordered)
        layers.first_order()
        return layers

    # -- order within the ranks --

    def first_order(self) -> None:
        """Walk from the roots to the leaves, first argument first: a formula that is a tree has no crossing then."""
        self.ranks = [[] for _ in range(max(self.rank) + 1)]
        seen = [False] * len(self.rank)
        roots = sorted((node for node in range(len(self.rank)) if not self.after[node]), key=lambda v: -self.rank[v])
        for root in roots:
            stack = [root]
            while stack:
                node = stack.pop()
                if seen[node]:
                    continue
                seen[node] = True
                self.ranks[self.rank[node]].append(node)
                stack.extend(neighbour for neighbour, _ in reversed(self.before[node]))
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
        """Sweep forward and back, each rank by the medians of its neighbours, and keep the best order seen."""
        best, fewest = [list(nodes) for nodes in self.ranks], self.count_crossings()
        if fewest:  # a first try without any sweep keeps the order of the arguments
            self._transpose()
        patience = 4 if len(self.rank) < 4000 else 2
        failures = 0
        sweep = 0
        while fewest and failures < patience and sweep < 24:
            count = self.count_crossings()
            if count < fewest:
                best, fewest, failures = [list(nodes) for nodes in self.ranks], count, 0
            elif sweep:
                failures += 1
            forward = sweep % 2 == 0
            steps = range(1, len(self.ranks)) if forward else range(len(self.ranks) - 2, -1, -1)
            for index in steps:
                self._sort_by_medians(index, forward)
            self._transpose()
            sweep += 1
        self.ranks = best
        self._number_places()

    def _sort_by_medians(self, index: int, forward: bool) -> None:
        nodes = self.ranks[index]
        medians: dict[int, float] = {}
        for node in nodes:
            keys = self._left_keys(node) if forward else self._right_keys(node)
            if keys:  # a node without neighbours on that side keeps its place
                medians[node] = _median(keys)
        arranged = iter(sorted(medians, key=lambda node: medians[node]))
        self.ranks[index] = nodes = [next(arranged) if node in medians else node for node in nodes]
        for place, node in enumerate(nodes):
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

    # -- heights --

    def settle_heights(self, node_gap: float) -> None:
        """Give every node a height near its neighbours', in the order found, with room for every box.

        What is deepest leads: the longest chain behind an operator runs into it straight, and leaves gather around.
        """
        depth = [0] * len(self.rank)
        for nodes in self.ranks[1:]:
            for node in nodes:
                longer = 1 if node < len(self.names) else 0
                depth[node] = max((depth[other] + longer for other, _ in self.before[node]), default=0)
        port = self._port_offsets()
        weight = [
            TRUNK if node >= len(self.names) else SPINE if self.before[node] else LEAF for node in range(len(self.rank))
        ]
        from_left: list[list[int]] = []  # the neighbours whose mean a node seeks, on its left ...
        from_right: list[list[tuple[int, float]]] = []  # ... and on its right, with the height of the port there
        for node in range(len(self.rank)):
            deepest = max((depth[other] for other, _ in self.before[node]), default=0)
            from_left.append([other for other, _ in self.before[node] if depth[other] == deepest])
        for node in range(len(self.rank)):
            if node >= len(self.names):  # a trunk goes on straight, whatever branches off
                onward = [(other, 0.0) for other, _ in self.after[node] if other >= len(self.names)]
            elif self.before[node]:  # what leads an operator stands straight before it
                onward = [(o, 0.0) for o, _ in self.after[node] if o < len(self.names) and node in from_left[o]]
            else:
                onward = []
            from_right.append(onward or [(other, port[other][p]) for other, p in self.after[node]])

        stairs = self._stairs(node_gap)
        self.y = [0.0] * len(self.rank)
        for nodes, steps in zip(self.ranks, stairs, strict=True):
            for node, step in zip(nodes, steps, strict=True):
                self.y[node] = step - steps[-1] / 2

        def settle(index: int, targets: Callable[[int], float], weights: Callable[[int], float]) -> None:
            nodes, steps = self.ranks[index], stairs[index]
            wanted = [targets(node) - step for node, step in zip(nodes, steps, strict=True)]
            for node, base, step in zip(nodes, isotonic(wanted, [weights(v) for v in nodes]), steps, strict=True):
                self.y[node] = base + step

        def seek_left(node: int) -> float:
            others = from_left[node]
            return sum(self.y[other] for other in others) / len(others) if others else self.y[node]

        def seek_right(node: int) -> float:
            others = from_right[node]
            return sum(self.y[other] + offset for other, offset in others) / len(others) if others else self.y[node]

        last = len(self.ranks) - 1
        for _ in range(6):
            for index in range(last, -1, -1):
                settle(index, seek_right, weight.__getitem__)
            for index in range(last + 1):
                settle(index, seek_left, weight.__getitem__)
        for trunk in self.trunks:
            self._straighten(trunk, stairs)
        for index in range(last, -1, -1):  # last of all the leaves, while everything else stays
            settle(
                index,
                lambda node: self.y[node] if self.before[node] else seek_right(node),
                lambda node: SPINE if self.before[node] else LEAF,
            )
        self.y = [float(round(y)) for y in self.y]

    def _stairs(self, node_gap: float) -> list[list[float]]:
        """For each rank, how far below its first node each of its nodes has to stand at least."""
        span = [self._span(node) for node in range(len(self.rank))]
        stairs: list[list[float]] = []
        for nodes in self.ranks:
            steps = [0.0]
            for above, below in pairwise(nodes):
                dummies = (above >= len(self.names)) + (below >= len(self.names))
                gap = node_gap / 2**dummies if dummies < 2 else 0.0
                steps.append(steps[-1] + span[above][1] + gap + span[below][0])
            stairs.append(steps)
        return stairs

    def _straighten(self, trunk: list[int], stairs: list[list[float]]) -> None:
        """Give runs of a trunk one height, as long as their neighbours leave them room for it."""
        run: list[int] = []
        low, high = -math.inf, math.inf
        for dummy in [*trunk, -1]:
            lower, upper = -math.inf, -math.inf  # the end of the trunk leaves no room at all
            if dummy >= 0:
                nodes, steps = self.ranks[self.rank[dummy]], stairs[self.rank[dummy]]
                at = self.place[dummy]
                lower = self.y[nodes[at - 1]] + steps[at] - steps[at - 1] if at else -math.inf
                upper = self.y[nodes[at + 1]] + steps[at] - steps[at + 1] if at + 1 < len(nodes) else math.inf
            if run and max(low, lower) > min(high, upper):
                wanted = self.y[self.before[run[0]][0][0]] if run[0] == trunk[0] else self.y[run[-1]]
                for other in run:
                    self.y[other] = min(max(wanted, low), high)
                run, low, high = [], -math.inf, math.inf
            run.append(dummy)
            low, high = max(low, lower), min(high, upper)

    def _span(self, node: int) -> tuple[float, float]:
        """The room above and below a node; an operator also leaves its result room, to stand straight beside it."""
        box = self.boxes[node]
        if node < len(self.names) and len(self.after[node]) == 1 and self.before[node]:
            result = self.after[node][0][0]
            if result < len(self.names) and len(self.before[result]) == 1:
                return max(box.up, self.boxes[result].up), max(box.down, self.boxes[result].down)
        return box.up, box.down

    def _port_offsets(self) -> list[list[float]]:
        """For each node the heights, from its centre, at which its edges arrive."""
        offsets: list[list[float]] = []
        for node, box in enumerate(self.boxes):
            count = len(self.before[node])
            step = min(18.0, 1.4 * box.half_height / max(1, count - 1))
            offsets.append([(i - (count - 1) / 2) * step for i in range(count)] or [0.0])
            if node < len(self.names) and not self.ordered_ports[node]:
                offsets[-1] = [0.0] * max(1, count)
        return offsets

    def top(self) -> float:
        return min(self.y[node] - self.boxes[node].up for node in range(len(self.y)))

    def bottom(self) -> float:
        return max(self.y[node] + self.boxes[node].down for node in range(len(self.y)))

    # -- columns and routes --

    def columns(self, rank_gap: float, room: Mapping[EdgeKey, float]) -> list[_Column]:
        """A column for each rank; the channel between two of them is wider where its curves are steep."""
        channel = [rank_gap] * len(self.ranks)  # before each rank
        for index, nodes in enumerate(self.ranks):
            steepest = max((abs(self.y[v] - self.y[other]) for v in nodes for other, _ in self.before[v]), default=0.0)
            channel[index] += min(0.16 * max(0.0, steepest - 40), 4 * rank_gap)
        for edge in self.edges:
            channel[self.rank[edge.target]] = max(channel[self.rank[edge.target]], room.get(edge.key, 0.0))
        columns: list[_Column] = []
        for index, nodes in enumerate(self.ranks):
            left = columns[-1].right + channel[index] if columns else 0.0
            boxes = [self.boxes[node] for node in nodes]
            centre = float(math.ceil(left + max(max(box.left, box.half_width + AIR) for box in boxes)))
            right = centre + max(max(box.right, box.half_width + AIR) for box in boxes)
            columns.append(_Column(centre, left, right))
        return columns

    def positions(self, columns: list[_Column]) -> Iterable[tuple[Node, Point]]:
        for node, name in enumerate(self.names):
            yield name, (columns[self.rank[node]].centre, self.y[node])

    def routes(self, columns: list[_Column]) -> Iterable[tuple[EdgeKey, list[Point]]]:
        """Straight out of its source past the column, through its dummies, and level into its port."""
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
            yield edge.key, _without_needless_corners(points)

    def _exits(self) -> list[float]:
        """How far from the middle of its source each edge leaves: parallel edges leave side by side, others as one."""
        twins: dict[tuple[int, int], list[int]] = {}
        for index, edge in enumerate(self.edges):
            twins.setdefault((edge.source, edge.target), []).append(index)
        offsets = [0.0] * len(self.edges)
        for (source, _), indices in twins.items():
            step = min(18.0, 1.2 * self.boxes[source].half_height / max(1, len(indices) - 1))
            for i, index in enumerate(sorted(indices, key=lambda k: self.edges[k].port)):
                offsets[index] = (i - (len(indices) - 1) / 2) * step
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
            step = min(18.0, 1.4 * self.boxes[target].half_height / max(1, len(indices) - 1))
            for i, index in enumerate(indices):
                offsets[index] = (i - (len(indices) - 1) / 2) * step
        return offsets

    def _last_stop(self, edge: _Edge) -> int:
        length = self.rank[edge.target] - self.rank[edge.source]
        return self.trunks[edge.source][length - 2] if length > 1 else edge.source


def _read_edges(
    G: nx.DiGraph, members: list[Node], number: dict[Node, int], slot: str
) -> tuple[list[_Edge], list[bool]]:
    """The edges in the graph's order, with the place of each among the arguments of its target."""
    multi = G.is_multigraph()
    edges: list[_Edge] = []
    into: dict[int, list[tuple[Any, int]]] = {}
    for name in members:
        for _, target, *rest in G.out_edges(name, keys=True, data=slot) if multi else G.out_edges(name, data=slot):
            key, place = rest if multi else (0, rest[0])
            if place is not None:
                into.setdefault(number[target], []).append((place, len(edges)))
            edges.append(_Edge((name, target, key), number[name], number[target], 0))
    ordered = [False] * len(members)
    for node, found in into.items():
        ordered[node] = True
        for port, (_, index) in enumerate(sorted(found)):
            edges[index] = edges[index]._replace(port=port)
    return edges, ordered


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
