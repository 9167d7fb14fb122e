"""Tensors in tuples, lists and dicts: taken out in their order, and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Rebuild = Callable[[Sequence[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """Return the leaves of a tree, and what puts others in their places.

    Parameters
    ----------
    tree : Any
        Tuples, lists and dicts, one inside the other; anything else is a leaf.

    Returns
    -------
    leaves : list
    rebuild : callable
        Takes as many leaves.
    """
    if isinstance(tree, dict):
        keys = list(tree)
        parts = [flatten(tree[key]) for key in keys]

        def whole(values: list[Any]) -> Any:
            return type(tree)(zip(keys, values, strict=True))
    elif isinstance(tree, (tuple, list)):
        parts = [flatten(item) for item in tree]

        def whole(values: list[Any]) -> Any:
            return type(tree)(*values) if hasattr(tree, "_fields") else type(tree)(values)
    else:
        return [tree], lambda leaves: leaves[0]
    sizes = [len(leaves) for leaves, _ in parts]

    def rebuild(leaves: Sequence[Any]) -> Any:
        values, start = [], 0
        for size, (_, again) in zip(sizes, parts, strict=True):
            values.append(again(leaves[start : start + size]))
            start += size
        return whole(values)

    return [leaf for leaves, _ in parts for leaf in leaves], rebuild


def structure(tree: Any) -> str:
    """Return a tree's shape as text: ``(*, {'a': *})``."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {structure(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, (tuple, list)):
        inside = ", ".join(map(structure, tree))
        return f"[{inside}]" if isinstance(tree, list) else f"({inside})"
    return "*"


def broadcast(prefix: Any, tree: Any) -> list[Any] | None:
    """Return one item of ``prefix`` for each leaf of ``tree``; None if the two do not match.

    A leaf of ``prefix`` stands for all that is in its place.
    """
    if isinstance(prefix, dict) and isinstance(tree, dict) and list(prefix) == list(tree):
        parts = [broadcast(prefix[key], tree[key]) for key in tree]
    elif isinstance(prefix, (tuple, list)) and type(prefix) is type(tree) and len(prefix) == len(tree):
        parts = [broadcast(p, t) for p, t in zip(prefix, tree, strict=True)]
    elif isinstance(prefix, (tuple, list, dict)):
        return None
    else:
        return [prefix] * len(flatten(tree)[0])
    out: list[Any] = []
    for part in parts:
        if part is None:
            return None
        out.extend(part)
    return out
