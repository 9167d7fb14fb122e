"""Heights: where in its column each node stands, by isotonic regression."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from minigrad.draw.layers import Layers

__all__ = ["isotonic", "settle_heights"]

SPINE, TRUNK, LEAF = 1e6, 1e3, 1.0  # who gives way to whom


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


def settle_heights(layers: Layers, node_gap: float) -> list[float]:
    """Return a height for every node near its neighbours', in the order of its rank, with room for every box.

    What is deepest leads: the longest chain behind an operator runs into it straight, and leaves gather around it.
    """
    heights = _Heights(layers, node_gap)
    last = len(layers.ranks) - 1
    for _ in range(6):
        for index in range(last, -1, -1):
            heights.settle(index, heights.seek_right, heights.weight)
        for index in range(last + 1):
            heights.settle(index, heights.seek_left, heights.weight)
    for trunk in layers.trunks:
        heights.straighten(trunk)
    for index in range(last, -1, -1):  # last of all the leaves, while everything else stays
        heights.settle(index, heights.seek_right_if_leaf, heights.weight_of_leaves)
    return [round(2 * y) / 2 for y in heights.y]  # to half a pixel


class _Heights:
    """Heights on their way to rest. A sweep settles rank after rank on what stands at its left, or at its right."""

    def __init__(self, layers: Layers, node_gap: float) -> None:
        self.layers = layers
        count = len(layers.rank)
        depth = [0] * count
        for nodes in layers.ranks[1:]:
            for node in nodes:
                longer = 0 if layers.is_dummy(node) else 1
                depth[node] = max((depth[other] + longer for other, _ in layers.before[node]), default=0)
        # the neighbours whose mean a node seeks, at its left ...
        self.leaders: list[list[int]] = []
        for node in range(count):
            deepest = max((depth[other] for other, _ in layers.before[node]), default=0)
            self.leaders.append([other for other, _ in layers.before[node] if depth[other] == deepest])
        # ... and at its right, each with the height of its port there
        self.followers = [self._followers(node) for node in range(count)]
        # how far below the first node of its rank each node has to stand at least
        self.stairs = [self._stairs(nodes, node_gap) for nodes in layers.ranks]
        self.y = [0.0] * count
        for nodes, steps in zip(layers.ranks, self.stairs, strict=True):
            for node, step in zip(nodes, steps, strict=True):
                self.y[node] = step - steps[-1] / 2

    def settle(self, index: int, target: Callable[[int], float], weight: Callable[[int], float]) -> None:
        """Bring the nodes of one rank as near to their targets as their boxes let them."""
        nodes, steps = self.layers.ranks[index], self.stairs[index]
        wanted = [target(node) - step for node, step in zip(nodes, steps, strict=True)]
        found = isotonic(wanted, [weight(node) for node in nodes])
        for node, base, step in zip(nodes, found, steps, strict=True):
            self.y[node] = base + step

    def seek_left(self, node: int) -> float:
        others = self.leaders[node]
        return sum(self.y[other] for other in others) / len(others) if others else self.y[node]

    def seek_right(self, node: int) -> float:
        others = self.followers[node]
        return sum(self.y[other] + port for other, port in others) / len(others) if others else self.y[node]

    def seek_right_if_leaf(self, node: int) -> float:
        return self.y[node] if self.layers.before[node] else self.seek_right(node)

    def weight(self, node: int) -> float:
        return TRUNK if self.layers.is_dummy(node) else SPINE if self.layers.before[node] else LEAF

    def weight_of_leaves(self, node: int) -> float:
        return SPINE if self.layers.before[node] else LEAF

    def straighten(self, trunk: list[int]) -> None:
        """Give runs of a trunk one height, for as long as its neighbours leave it room."""
        run: list[int] = []
        low, high = -math.inf, math.inf
        for dummy in [*trunk, None]:
            lower, upper = self._between_neighbours(dummy) if dummy is not None else (math.inf, -math.inf)
            if run and max(low, lower) > min(high, upper):
                source = self.layers.before[run[0]][0][0]
                wanted = self.y[source] if run[0] == trunk[0] else self.y[run[-1]]
                for other in run:
                    self.y[other] = min(max(wanted, low), high)
                run, low, high = [], -math.inf, math.inf
            if dummy is not None:
                run.append(dummy)
            low, high = max(low, lower), min(high, upper)

    def _between_neighbours(self, node: int) -> tuple[float, float]:
        nodes, steps = self.layers.ranks[self.layers.rank[node]], self.stairs[self.layers.rank[node]]
        at = self.layers.place[node]
        above = self.y[nodes[at - 1]] + steps[at] - steps[at - 1] if at else -math.inf
        below = self.y[nodes[at + 1]] + steps[at] - steps[at + 1] if at + 1 < len(nodes) else math.inf
        return above, below

    def _followers(self, node: int) -> list[tuple[int, float]]:
        layers = self.layers
        if layers.is_dummy(node):  # a trunk goes on straight, whatever branches off
            onward = [(other, 0.0) for other, _ in layers.after[node] if layers.is_dummy(other)]
        else:  # what leads an operator stands straight before it
            onward = [
                (other, 0.0)
                for other, _ in layers.after[node]
                if not layers.is_dummy(other) and node in self.leaders[other]
            ]
        return onward or [(other, self._port_height(other, port)) for other, port in layers.after[node]]

    def _port_height(self, node: int, port: int) -> float:
        """How far from the middle of its target an edge arrives."""
        if self.layers.is_dummy(node):
            return 0.0
        return self.layers.ports(node, len(self.layers.before[node]))[port]

    def _stairs(self, nodes: list[int], node_gap: float) -> list[float]:
        steps = [0.0]
        for above, below in pairwise(nodes):
            dummies = self.layers.is_dummy(above) + self.layers.is_dummy(below)
            gap = node_gap / 2**dummies if dummies < 2 else 0.0
            steps.append(steps[-1] + self._span(above)[1] + gap + self._span(below)[0])
        return steps

    def _span(self, node: int) -> tuple[float, float]:
        """The room above and below a node; an operator also leaves its result room, to stand straight beside it."""
        layers, box = self.layers, self.layers.boxes[node]
        if not layers.is_dummy(node) and layers.before[node] and len(layers.after[node]) == 1:
            result = layers.after[node][0][0]
            if not layers.is_dummy(result) and len(layers.before[result]) == 1:
                return max(box.up, layers.boxes[result].up), max(box.down, layers.boxes[result].down)
        return box.up, box.down
