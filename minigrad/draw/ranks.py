"""Ranks: which column each node of a directed acyclic graph stands in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

__all__ = ["rank_nodes"]


def rank_nodes(
    count: int, ends: Sequence[tuple[int, int]], entries: Collection[int] = (), exits: Collection[int] = ()
) -> list[int]:
    """A rank for each of ``count`` nodes: as late as possible, then tightened until no move shortens the edges.

    The nodes of ``entries``, which have no edge into them, stand before all others; ``exits`` behind all others.
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
