"""Ranks: which column each node of a directed acyclic graph stands in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

__all__ = ["rank_nodes"]


def rank_nodes(
    count: int,
    ends: Sequence[tuple[int, int]],
    entries: Collection[int] = (),
    exits: Collection[int] = (),
    shortest: bool = False,
) -> list[int]:
    """A rank for each of ``count`` nodes: as late as possible, then tightened until no move shortens the edges.

    A move takes a node, or neighbours all together. In the ``shortest`` ranks no other move does, either. The nodes of
    ``entries``, which have no edge into them, stand before all others; ``exits`` behind all others.
    """
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
    while moved:  # every move shortens the edges in total, or goes to the left where they stay as they are
        moved = _move_nodes(rank, order, before, after) or _move_groups(rank, ends)
    if shortest:
        _shorten(rank, ends)
    inner = [rank[node] for node in range(count) if node not in entries and node not in exits] or [1]
    for node in entries:
        rank[node] = min(inner) - 1
    for node in exits:
        rank[node] = max(inner) + 1
    lowest = min(rank)
    return [r - lowest for r in rank]


def _move_nodes(rank: list[int], order: list[int], before: list[list[int]], after: list[list[int]]) -> bool:
    """Move each node to the side where it has more edges; a result that could stand anywhere follows its operator."""
    moved = False
    for node in (*order, *reversed(order)):
        pull = len(before[node]) - len(after[node])
        if pull > 0 or (pull == 0 and len(before[node]) == 1 and len(after[before[node][0]]) == 1):
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


def _shorten(rank: list[int], ends: Sequence[tuple[int, int]]) -> None:
    """Make the edges of a connected graph as short in total as they can be, by the network simplex method.

    A tree of edges that cannot be shorter joins all nodes. Without one of them it falls in two; where the rest pulls
    the two apart more than together, they part until another edge is as short as it can be and takes the first one's
    place.

    References
    ----------
    Gansner, Koutsofios, North & Vo (1993), section 2.3, doi:10.1109/32.221135.
    """
    tree = _tight_tree(rank, ends)
    pull = [0] * len(rank)  # how much shorter the edges get in total when a node moves to the left by one
    for source, target in ends:
        pull[target] += 1
        pull[source] -= 1
    for _ in range(4 * len(rank)):  # many more than it takes
        order, hangs_on = _hang(tree, ends, len(rank))
        total = list(pull)  # of a node and all that hangs on it
        for node in reversed(order[1:]):
            total[sum(ends[hangs_on[node]]) - node] += total[node]
        # what hangs on an edge's source would leave to the left, and on its target to the right
        gains = [total[node] if ends[hangs_on[node]][0] == node else -total[node] for node in order[1:]]
        if max(gains, default=0) <= 0:
            return
        top = order[1 + gains.index(max(gains))]
        moving = {top}
        for node in order[1:]:
            if sum(ends[hangs_on[node]]) - node in moving:
                moving.add(node)
        leaves_left = ends[hangs_on[top]][0] == top
        free, found = min(
            (rank[target] - rank[source] - 1, index)
            for index, (source, target) in enumerate(ends)
            if (source in moving) != (target in moving) and (target in moving) == leaves_left
        )
        for node in moving:
            rank[node] += -free if leaves_left else free
        tree[tree.index(hangs_on[top])] = found


def _tight_tree(rank: list[int], ends: Sequence[tuple[int, int]]) -> list[int]:
    """Edges between neighbouring ranks that join all nodes; what they do not reach is moved until they do."""
    tree: list[int] = []
    joined = {0}
    while True:
        grown = True
        while grown:
            grown = False
            for index, (source, target) in enumerate(ends):
                if (source in joined) != (target in joined) and rank[target] - rank[source] == 1:
                    joined |= {source, target}
                    tree.append(index)
                    grown = True
        crossing = [
            (rank[target] - rank[source] - 1, source in joined, index)
            for index, (source, target) in enumerate(ends)
            if (source in joined) != (target in joined)
        ]
        if not crossing:
            return tree
        free, to_the_right, _ = min(crossing)
        for node in joined:
            rank[node] += free if to_the_right else -free


def _hang(tree: Sequence[int], ends: Sequence[tuple[int, int]], count: int) -> tuple[list[int], list[int]]:
    """The nodes of a tree, the first one on top and each before what hangs on it; and on which edge each hangs."""
    near: list[list[int]] = [[] for _ in range(count)]
    for index in tree:
        for node in ends[index]:
            near[node].append(index)
    order, hangs_on = [0], [-1] * count
    for node in order:
        for index in near[node]:
            if index != hangs_on[node]:
                other = sum(ends[index]) - node
                hangs_on[other] = index
                order.append(other)
    return order, hangs_on
