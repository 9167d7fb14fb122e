"""A play document as a networkx graph: to get, to query and to draw."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

import networkx as nx

__all__ = ["to_networkx"]

_NOT_FINITE = {"inf": math.inf, "-inf": -math.inf, "∞": math.inf, "-∞": -math.inf}


def to_networkx(document: Mapping[str, Any]) -> nx.MultiDiGraph:
    """Return the graph of a play document, with one node a variable or operator and one edge an argument.

    Parameters
    ----------
    document : mapping
        A play document, with positions or without.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are the document's ids, in its order. Every node has ``kind`` ("variable" or "operator"), ``name``,
        ``label``, ``line`` (a number, or None) and, where the document has positions, ``pos``. A variable also has
        ``full_name``, ``expression``, ``shape`` (a tuple), ``dtype``, ``leaf``, ``requires_grad``, ``value`` and
        ``grad`` (nested lists, as ``tolist`` gives them; None where there is none or it is too large to be kept);
        an operator ``title``, ``glyph``, ``saved``, ``requires_grad`` and ``sentence``. The key of an edge is its
        argument slot, so that ``a + a`` has two edges, and an edge has ``id``, ``slot`` and ``gradient``.

    Examples
    --------
    >>> from minigrad import trace
    >>> with trace.record() as recording:
    ...     w = mg.tensor(3.0, requires_grad=True)
    ...     z = w * w
    ...     z.backward()
    >>> G = to_networkx(trace.play_document(recording, z))
    >>> [(data["name"], data["grad"]) for _, data in G.nodes(data=True) if data.get("leaf")]
    [('w', 6.0)]
    >>> sorted(G.edges(keys=True), key=str)[-2:]  # w * w has two edges
    [('v0', 'o0', 0), ('v0', 'o0', 1)]
    """
    graph = document["graph"]
    grads = last_rows(document, "grad")
    G = nx.MultiDiGraph(title=document.get("title", {}).get("code", ""), call=document.get("title", {}).get("call", ""))
    for variable in graph["variables"]:
        grad = grads.get(variable["id"]) or {}
        G.add_node(
            variable["id"],
            kind="variable",
            name=variable["name"],
            full_name=variable.get("full_name", variable["name"]),
            label=variable.get("label", variable["name"]),
            expression=bool(variable.get("expression")),
            shape=_shape(variable),
            dtype=variable.get("dtype"),
            leaf=bool(variable.get("leaf")),
            requires_grad=bool(variable.get("requires_grad")),
            value=_numbers(variable.get("value")),
            grad=_numbers(grad.get("value")) if grad.get("state") in ("stored", "shown") else None,
            line=_line(variable),
            **_position(variable),
        )
    for operator in graph["operators"]:
        G.add_node(
            operator["id"],
            kind="operator",
            name=operator["name"],
            title=operator.get("title", operator["name"]),
            label=operator.get("label", operator["name"]),
            glyph=operator.get("glyph", ""),
            saved=operator.get("saved"),
            requires_grad=bool(operator.get("requires_grad", True)),
            sentence=operator.get("sentence"),
            line=_line(operator),
            **_position(operator),
        )
    for edge in graph["edges"]:
        G.add_edge(
            edge["source"],
            edge["target"],
            key=edge["slot"],
            id=edge["id"],
            slot=edge["slot"],
            gradient=bool(edge.get("gradient")),
        )
    return G


def last_rows(document: Mapping[str, Any], row: str, position: int | None = None) -> dict[str, Mapping[str, Any]]:
    """The effect that decides each variable's ``row`` at ``position``; the end of the document if there is none."""
    effects = list(document.get("start", {}).get("effects", ()))
    for step in list(document.get("steps", ()))[:position]:
        effects += step.get("effects", ())
    return {effect["variable"]: effect for effect in effects if effect["row"] == row}


def _shape(variable: Mapping[str, Any]) -> tuple[int, ...]:
    value = variable.get("value")
    if value is not None:
        return tuple(value["shape"])
    try:
        return tuple(ast.literal_eval(variable.get("shape") or "()"))
    except (SyntaxError, ValueError, TypeError):
        return ()


def _line(item: Mapping[str, Any]) -> int | None:
    span = item.get("span")
    return int(span[0]) if span else None


def _position(item: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    return {"pos": (item["x"], item["y"])} if "x" in item else {}


def _numbers(value: Mapping[str, Any] | None) -> Any:
    """A Value as nested lists; where it has no number, its text says which infinity or nan it is."""
    if value is None or value["kind"] == "stats":
        return None
    flat: list[Any] = [
        _NOT_FINITE.get(text.replace("\N{MINUS SIGN}", "-"), math.nan) if number is None else number
        for number, text in zip(value["numbers"], value["text"], strict=True)
    ]
    for size in reversed(value["shape"][1:]):
        flat = [flat[i : i + size] for i in range(0, len(flat), size)] if size else []
    return flat if value["shape"] else flat[0]
