"""The order within each rank: that of the arguments at first, then whatever order crosses less."""

from __future__ import annotations

import math
import random
from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from minigrad.draw.layers import Layers

__all__ = ["BEFORE_ONE_OP", "SMALL", "order_ranks"]

LARGE = 1500  # nodes and dummies; beyond, fewer orders are tried
SMALL = 600  # ... and up to this, more of them
TRIES = 50  # lines that are pulled apart in vain before that is given up

# Note [What a crossing costs]
# Of two orders with as many crossings the better one has them right before an op that both edges run into: whoever
# loses the way there arrives all the same. And where an op does not mind the order of its arguments, they cross
# nobody, but are better read as they were written; no crossing elsewhere is worth that. All three are told from one
# number an edge, the key of where it ends: the place of its target in the rank, its port there if ports are strict,
# and its port if they are loose. Last of all, a result stands best straight beside its op; lines that cross had better
# do so before or behind.
CROSSING, BEFORE_ONE_OP, OUT_OF_ORDER, BENT = 64, 63, 1, 1
PLACE, STRICT = 24, 12  # bits below them
LOOSE_PORT, PORTS = (1 << STRICT) - 1, (1 << PLACE) - 1  # masks


def order_ranks(layers: Layers) -> int:
    """Order each rank so that few edges cross; return what is left, at `CROSSING` a crossing.

    Sweep forward and back, each rank by the medians of its neighbours, and swap neighbours (Gansner, Koutsofios, North
    & Vo 1993, doi:10.1109/32.221135); then pull lines that still cross past each other, each as a whole, as in the
    global sifting of Bachmaier, Brandenburg, Brunner & Hübner (2011), J. Graph Algorithms Appl. 15(5), 631-659. The
    first order is kept where it is as good as any: it is that of the arguments.
    """
    size = len(layers.rank)
    order = _Order(layers)
    order.improve(size)
    if order.least >= BEFORE_ONE_OP and size <= LARGE:
        other = _Order(layers, from_roots=False)
        other.improve(size)
        if other.least < order.least:
            order = other
    if order.least:
        order.tidy()
    layers.set_order(order.best)
    return order.least


class _Order:
    """An order on its way to a better one, and the best that was seen."""

    def __init__(self, layers: Layers, from_roots: bool = True) -> None:
        self.rank = layers.rank
        self.left = [[other for other, _ in before] for before in layers.before]
        strict = [*layers.strict, *[False] * (len(layers.rank) - len(layers.strict))]
        self.right = [
            [(other, min(port, LOOSE_PORT) << (STRICT if strict[other] else 0)) for other, port in after]
            for after in layers.after
        ]
        # where a line goes on: along its trunk if it has one
        self.ahead = [max((other for other, _ in after), default=-1) for after in layers.after]
        self.behind = [others[0] if others else -1 for others in self.left]
        # an op's result, and the other way round: nothing else leads there, or away from here
        self.result, self.maker = [-1] * len(self.rank), [-1] * len(self.rank)
        for node, after in enumerate(layers.after):
            if len(after) == 1 and len(self.left[after[0][0]]) == 1:
                self.result[node] = after[0][0]
                self.maker[after[0][0]] = node
        self.ranks: list[list[int]] = []
        self.place = [0] * len(layers.rank)
        self._begin(from_roots)
        self.best, self.least = self._copy(), sum(self._costs())

    def improve(self, size: int) -> None:
        """Sweep, then pull lines apart: in a large graph less of both."""
        if self.least:
            self._sweep_until_it_fails(patience=2 if size > LARGE else 4)
        self._pull_lines_apart(TRIES if size <= SMALL else TRIES // 5 if size <= LARGE else 0)

    def tidy(self) -> None:
        """Swap neighbours where that costs no crossing and reads better; see Note [What a crossing costs]."""
        self._return_to_best()
        self._transpose(range(len(self.ranks)), tidy=True)
        self.best, self.least = self.ranks, sum(self._costs())

    def _begin(self, from_roots: bool) -> None:
        """Walk from the roots to the leaves, first argument first: a formula that is a tree has no crossing then.

        Or walk from the leaves to the roots, which often suits what is no tree.
        """
        right = [[other for other, _ in after] for after in self.right]
        here, there = (self.left, right) if from_roots else (right, self.left)
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
                stack.extend(reversed(here[node]))
        self._number_places(range(len(self.ranks)))

    def _sweep_until_it_fails(self, patience: int) -> None:
        """Sweep for as long as that removes crossings now and then; keep the best order."""
        everywhere = range(len(self.ranks))
        self._transpose(everywhere)
        own, failures = math.inf, 0
        for sweep in range(24):
            cost = sum(self._costs())
            own, failures = (cost, 0) if cost < own else (own, failures + 1)
            if cost < self.least:
                self.best, self.least = self._copy(), cost
            if not self.least or failures > patience:
                return
            turned = sweep % 4 >= 2
            self._sweep(forward=sweep % 2 == 0, turned=turned)
            self._transpose(everywhere, turned=turned)

    def _pull_lines_apart(self, tries: int) -> None:
        """Take two lines that cross, and put one on the other side of the other for as long as they run side by side.

        A step that costs nothing is taken, too: it may lead to one that saves a crossing. Which lines are taken is left
        to chance, but the dice fall the same every time.
        """
        self._return_to_best()
        costs, dice = self._costs(), random.Random(0)
        in_vain = 0
        while in_vain < tries:
            in_vain += 1
            crossed = [index for index, cost in enumerate(costs) if cost >= BEFORE_ONE_OP]
            if not crossed:
                return
            index = crossed[int(dice.random() * len(crossed))]
            crossings = self._crossings(index)
            upper, lower, end_of_upper, end_of_lower = crossings[int(dice.random() * len(crossings))]
            if dice.random() < 0.5 and end_of_upper != end_of_lower:
                index, upper, lower = index + 1, end_of_lower, end_of_upper
            before = self._copy()
            changed = self._pull_past(index, *((upper, lower) if dice.random() < 0.5 else (lower, upper)))
            changed |= self._transpose({near for rank in changed for near in self._around(rank)})
            fresh = {index: self._cost_after(index) for rank in changed for index in (rank - 1, rank)}
            if sum(fresh.values()) > sum(costs[index] for index in fresh):
                for rank in changed:
                    self.ranks[rank] = before[rank]
                self._number_places(changed)
                continue
            for index, cost in fresh.items():
                costs[index] = cost
            if sum(costs) < self.least:
                in_vain = 0
                self.best, self.least = self._copy(), sum(costs)

    def _return_to_best(self) -> None:
        self.ranks = [list(nodes) for nodes in self.best]
        self._number_places(range(len(self.ranks)))

    def _copy(self) -> list[list[int]]:
        return [list(nodes) for nodes in self.ranks]

    def _number_places(self, ranks: Iterable[int]) -> None:
        for rank in ranks:
            for place, node in enumerate(self.ranks[rank]):
                self.place[node] = place

    def _around(self, rank: int) -> range:
        """A rank and its neighbours."""
        return range(max(0, rank - 1), min(rank + 2, len(self.ranks)))

    def _left_keys(self, node: int) -> list[int]:
        """Where the edges into a node come from, in order."""
        return sorted([self.place[other] << PLACE for other in self.left[node]])

    def _right_keys(self, node: int) -> list[int]:
        """Where the edges out of a node go, in order. See Note [What a crossing costs]."""
        return sorted([self.place[other] << PLACE | port for other, port in self.right[node]])

    def _costs(self) -> list[int]:
        """What the crossings between each rank and the one after cost; a last 0 stands before the first rank, too."""
        return [*[self._cost_after(rank) for rank in range(len(self.ranks) - 1)], 0]

    def _cost_after(self, rank: int) -> int:
        if not 0 <= rank < len(self.ranks) - 1:
            return 0
        cost = 0
        arrived: list[int] = []
        for node in self.ranks[rank]:
            keys = self._right_keys(node)
            cost += _cost(arrived, keys, OUT_OF_ORDER)
            for key in keys:
                insort(arrived, key)
        return cost

    def _crossings(self, rank: int) -> list[tuple[int, int, int, int]]:
        """The pairs of edges that cross after a rank: where the upper one and the lower one come from and go to."""
        arrived: list[tuple[int, int, int]] = []
        found = []
        for node in self.ranks[rank]:
            edges = [(self.place[other] << PLACE | port, node, other) for other, port in self.right[node]]
            for key, _, other in edges:
                found += [(upper, node, end, other) for above, upper, end in arrived if above > key | LOOSE_PORT]
            arrived += edges
        return found

    def _pull_past(self, rank: int, node: int, other: int) -> set[int]:
        """Put a node and its line on the other side of another and its line; return in which ranks that was."""
        below = self.place[node] < self.place[other]
        pairs = [(rank, node, other)]
        for step, follow in ((1, self.ahead), (-1, self.behind)):
            at, mover, stayer = rank, follow[node], follow[other]
            while mover != stayer and min(mover, stayer) >= 0 and (self.place[mover] < self.place[stayer]) == below:
                at += step
                pairs.append((at, mover, stayer))
                mover, stayer = follow[mover], follow[stayer]
        for at, mover, stayer in pairs:
            nodes = self.ranks[at]
            nodes.remove(mover)
            nodes.insert(nodes.index(stayer) + below, mover)
        changed = {at for at, _, _ in pairs}
        self._number_places(changed)
        return changed

    def _sweep(self, forward: bool, turned: bool) -> None:
        """Sort each rank by where its neighbours in the rank before, or after, stand.

        Every other pair of sweeps is ``turned``: it takes means for medians and swaps what is equal, so that sweeping
        does not stop at the first order that it cannot improve.
        """
        for index in range(1, len(self.ranks)) if forward else range(len(self.ranks) - 2, -1, -1):
            nodes = self.ranks[index]
            middle: dict[int, float] = {}
            for node in reversed(nodes) if turned else nodes:
                keys = self._left_keys(node) if forward else [key & ~LOOSE_PORT for key in self._right_keys(node)]
                if keys:  # a node without neighbours on that side keeps its place
                    middle[node] = sum(keys) / len(keys) if turned else _median(keys)
            arranged = iter(sorted(middle, key=middle.__getitem__))
            self.ranks[index] = [next(arranged) if node in middle else node for node in nodes]
            self._number_places([index])

    def _transpose(self, ranks: Collection[int], turned: bool = False, tidy: bool = False) -> set[int]:
        """Swap neighbours in ``ranks``, and around what was swapped, for as long as that makes crossings cheaper.

        A ``turned`` one begins with swaps that cost nothing; only a ``tidy`` one minds what costs less than a crossing.
        Return the ranks in which something was swapped.
        """
        price = OUT_OF_ORDER if tidy else 0
        changed: set[int] = set()
        for turn in range(8):
            again: set[int] = set()
            for index in sorted(ranks):
                nodes = self.ranks[index]
                if len(nodes) < 2:
                    continue
                left = [self._left_keys(node) for node in nodes]
                right = [self._right_keys(node) for node in nodes]
                for i, j in pairwise(range(len(nodes))):
                    as_is = _cost(left[i], left[j]) + _cost(right[i], right[j], price)
                    if not as_is:
                        continue
                    swapped = _cost(left[j], left[i]) + _cost(right[j], right[i], price)
                    if tidy:
                        as_is += self._bent(nodes[i], nodes[j])
                        swapped += self._bent(nodes[j], nodes[i])
                    if swapped < as_is or (turned and not turn and swapped == as_is):
                        nodes[i], nodes[j] = nodes[j], nodes[i]
                        for keys in (left, right):
                            keys[i], keys[j] = keys[j], keys[i]
                        self.place[nodes[i]], self.place[nodes[j]] = i, j
                        changed.add(index)
                        again.update(self._around(index))
            if not again:
                break
            ranks = again
        return changed

    def _bent(self, upper: int, lower: int) -> int:
        """How many lines from an op to its result cross, if one of two ops, or results, stands above the other."""
        pairs = [(follow[upper], follow[lower]) for follow in (self.result, self.maker)]
        return sum(BENT for one, other in pairs if min(one, other) >= 0 and self.place[one] > self.place[other])


def _median(keys: Sequence[float]) -> float:
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


def _cost(above: list[int], below: list[int], price: int = 0) -> int:
    """What the crossings of two nodes' edges cost, given where they end: of those that end the other way round."""
    if not above or not below or above[-1] <= below[0]:
        return 0
    cost, count, last = 0, len(above), above[-1]
    for key in below:
        if key >= last:
            break
        cost += price * (count - bisect_right(above, key))
        cost += (BEFORE_ONE_OP - price) * (count - bisect_right(above, key | LOOSE_PORT))
        cost += (CROSSING - BEFORE_ONE_OP) * (count - bisect_right(above, key | PORTS))
    return cost
