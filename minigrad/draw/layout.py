"""Where every node of a graph stands and the way every edge takes: a layered layout, from left to right.

The layers are those of Sugiyama, Tagawa & Toda (1981), doi:10.1109/TSMC.1981.4308636, worked out in five plain steps:
ranks as late as possible, then tightened; dummies that lead long edges past the boxes; crossings reduced by medians
and transposition (Gansner, Koutsofios, North & Vo 1993, doi:10.1109/32.221135) and by pulling whole lines past each
other; heights by isotonic regression, so that no two boxes touch; columns wide enough for the curves between them.

Nothing depends on the order of a set, and the dice of the third step fall the same every time: the same graph gives the
same numbers, to the byte.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx

from minigrad.draw.heights import settle_heights
from minigrad.draw.layers import Box, Edge, EdgeKey, Layers, Node, Point
from minigrad.draw.order import BEFORE_ONE_OP, SMALL, order_ranks

__all__ = ["Layout", "arrange", "crossings", "layered_layout", "path_commands"]

Size = tuple[float, float] | Mapping[Node, tuple[float, float]] | Callable[[Node], tuple[float, float]]


@dataclass(frozen=True)
class Layout:
    """Positions and routes in pixels; x grows to the right and y grows downwards, as on a screen."""

    positions: dict[Node, Point]
    routes: dict[EdgeKey, list[Point]]  # corner points; see `path_commands`
    width: float
    height: float
    columns: dict[Node, tuple[float, float]]  # where the column of each node begins and ends
    parts: int  # how many there are that no edge joins, stacked


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
    entries: Collection[Node] = (),
    exits: Collection[Node] = (),
    loose: Collection[Node] = (),
    every_corner: bool = False,
) -> Layout:
    """Return the positions of all nodes and the routes of all edges; ``room`` is what an edge needs before its end.

    Nothing may lead into the nodes of ``entries``, which stand at the left edge, or out of ``exits``, at the right one.
    The edges into a node of ``loose`` may come in another order than that of their slots, where fewer cross then.
    """
    if not G.is_directed():
        raise ValueError("a layered layout needs a directed graph; this one is undirected")
    _refuse_cycles(G)
    positions: dict[Node, Point] = {}
    routes: dict[EdgeKey, list[Point]] = {}
    spans: dict[Node, tuple[float, float]] = {}
    width = height = 0.0
    components = _components(G)
    for members in components:
        edges, strict = _read_edges(G, members, slot, loose)
        layers = _rank_and_order(members, [boxes[name] for name in members], edges, strict, entries, exits)
        layers.y = settle_heights(layers, node_gap)
        columns = layers.columns(rank_gap, room or {})
        top = height + node_gap if height else 0.0
        shift = top - layers.top()
        for name, point in layers.positions(columns):
            positions[name] = (point[0], _tidy(point[1] + shift))
        for node, name in enumerate(members):
            column = columns[layers.rank[node]]
            spans[name] = (column.left, column.right)
        for key, points in layers.routes(columns, every_corner):
            routes[key] = [(x, _tidy(y + shift)) for x, y in points]
        width = max(width, columns[-1].right)
        height = top + layers.bottom() - layers.top()
    # in the order of the graph, whatever the order of its components
    ordered = {node: positions[node] for node in G}, {k: routes[k] for k in _edge_keys(G)}
    return Layout(*ordered, width, height, spans, len(components))


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
    if nx.is_directed_acyclic_graph(G):  # in a large graph this is much sooner said than where a cycle would be
        return
    cycle = nx.find_cycle(G)
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


def _rank_and_order(
    names: list[Node],
    boxes: list[Box],
    edges: list[Edge],
    strict: list[bool],
    entries: Collection[Node],
    exits: Collection[Node],
) -> Layers:
    """Layers in order: of the usual ranks, or, where edges still cross and fewer do then, of the shortest."""
    layers = Layers.cut(names, boxes, edges, strict, entries, exits)
    cost = order_ranks(layers)
    if cost >= BEFORE_ONE_OP and len(layers.rank) <= SMALL:
        shortest = Layers.cut(names, boxes, edges, strict, entries, exits, shortest=True)
        if shortest.rank != layers.rank and order_ranks(shortest) < cost:
            return shortest
    return layers


def _read_edges(
    G: nx.DiGraph, members: list[Node], slot: str, loose: Collection[Node]
) -> tuple[list[Edge], list[bool]]:
    """The edges in the graph's order, and for each node whether the edges into it keep to the order of their slots."""
    number = {name: i for i, name in enumerate(members)}
    multi = G.is_multigraph()
    edges: list[Edge] = []
    into: dict[int, list[tuple[Any, int]]] = {}
    for name in members:
        for _, target, *rest in G.out_edges(name, keys=True, data=slot) if multi else G.out_edges(name, data=slot):
            key, place = rest if multi else (0, rest[0])
            if place is not None:
                into.setdefault(number[target], []).append((place, len(edges)))
            edges.append(Edge((name, target, key), number[name], number[target], 0))
    strict = [False] * len(members)
    for node, found in into.items():
        strict[node] = members[node] not in loose
        for port, (_, index) in enumerate(sorted(found)):
            edges[index] = edges[index]._replace(port=port)
    return edges, strict
