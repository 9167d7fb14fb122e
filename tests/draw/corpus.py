"""Computation graphs to lay out, made by rule: chains, networks of single numbers, recurrences, random expressions.

Variables and operators are nodes, as in the player; the key and ``slot`` of an edge say which argument it is. The
same name gives the same graph on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import networkx as nx

__all__ = ["CORPUS", "OPERATOR", "VARIABLE", "commuting", "size_of"]

VARIABLE, OPERATOR = (100.0, 84.0), (60.0, 54.0)  # the room that each takes


def size_of(node: str) -> tuple[float, float]:
    return VARIABLE if node[0] == "v" else OPERATOR


class Writer:
    """Writes a graph op by op."""

    def __init__(self) -> None:
        self.G = nx.MultiDiGraph()
        self.variables = self.operators = 0

    def leaf(self) -> str:
        name = f"v{self.variables}"
        self.variables += 1
        self.G.add_node(name)
        return name

    def op(self, *arguments: str, commutes: bool = True) -> str:
        operator = f"o{self.operators}"
        self.operators += 1
        self.G.add_node(operator, commutes=commutes)
        for slot, argument in enumerate(arguments):
            self.G.add_edge(argument, operator, key=slot, slot=slot)
        result = self.leaf()
        self.G.add_edge(operator, result, key=0, slot=0)
        return result


def chain(ops: int) -> nx.MultiDiGraph:
    """One number through many ops, every third of them with a number of its own."""
    write = Writer()
    h = write.leaf()
    for k in range(ops):
        h = write.op(h, write.leaf()) if k % 3 == 0 else write.op(h)
    return write.G


def mlp(*widths: int) -> nx.MultiDiGraph:
    """A network of single numbers: every unit is tanh of a dot product written as one op a product and one a sum."""
    write = Writer()
    units = [write.leaf() for _ in range(widths[0])]
    for width in widths[1:]:
        above, units = units, []
        for _ in range(width):
            total = write.leaf()
            for unit in above:
                total = write.op(total, write.op(write.leaf(), unit))
            units.append(write.op(total))
    return write.G


def neurons(*widths: int) -> nx.MultiDiGraph:
    """A network whose units are one op each, of all units before and of weights of their own."""
    write = Writer()
    units = [write.leaf() for _ in range(widths[0])]
    for width in widths[1:]:
        units = [write.op(*units, write.leaf(), commutes=False) for _ in range(width)]
    return write.G


def rnn(rounds: int) -> nx.MultiDiGraph:
    """h = tanh(w * h + u * x + b), with the same w, u and b in every round, and the sum of all h."""
    write = Writer()
    w, u, b, h = (write.leaf() for _ in range(4))
    loss = None
    for _ in range(rounds):
        h = write.op(write.op(write.op(write.op(w, h), write.op(u, write.leaf())), b))
        loss = h if loss is None else write.op(loss, h)
    return write.G


def residual(blocks: int) -> nx.MultiDiGraph:
    """h = h + f(g(h)), with a weight in each of f and g."""
    write = Writer()
    h = write.leaf()
    for _ in range(blocks):
        h = write.op(h, write.op(write.op(h, write.leaf()), write.leaf()))
    return write.G


def expression(seed: int, ops: int) -> nx.MultiDiGraph:
    """Ops of one or two arguments, each mostly one of the latest results; every third one is a difference."""
    rng = random.Random(seed)
    write = Writer()
    values = [write.leaf() for _ in range(3)]
    unused = list(values)
    for k in range(ops):
        arguments = []
        for _ in range(1 if rng.random() < 0.3 else 2):
            if unused and rng.random() < 0.55:
                arguments.append(unused.pop(rng.randrange(len(unused))))
            else:
                arguments.append(values[max(0, len(values) - 1 - int(rng.expovariate(0.25)))])
        result = write.op(*arguments, commutes=k % 3 < 2)
        values.append(result)
        unused.append(result)
        unused = [value for value in unused if value not in arguments]
    return write.G


def commuting(G: nx.MultiDiGraph) -> list[str]:
    """The ops that do not mind the order of their arguments, as sums and products."""
    return [node for node, commutes in G.nodes(data="commutes") if commutes]


CORPUS: dict[str, Callable[[], nx.MultiDiGraph]] = {
    "chain of 9": lambda: chain(9),
    "chain of 40": lambda: chain(40),
    "mlp 2-2-1": lambda: mlp(2, 2, 1),
    "mlp 2-3-1": lambda: mlp(2, 3, 1),
    "mlp 2-3-2": lambda: mlp(2, 3, 2),
    "mlp 3-3-2": lambda: mlp(3, 3, 2),
    "neurons 3-4-2": lambda: neurons(3, 4, 2),
    "neurons 4-4-4-2": lambda: neurons(4, 4, 4, 2),
    "rnn of 2": lambda: rnn(2),
    "rnn of 4": lambda: rnn(4),
    "rnn of 8": lambda: rnn(8),
    "rnn of 12": lambda: rnn(12),
    "residual of 3": lambda: residual(3),
    "residual of 12": lambda: residual(12),
    **{
        f"expression {seed} of {ops}": (lambda seed=seed, ops=ops: expression(seed, ops))
        for ops, seeds in ((8, range(4)), (20, range(6)), (40, range(6)), (70, range(4)))
        for seed in seeds
    },
}
