"""A folded play document as it opens: with every box closed, and nothing of what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["first_view"]


def first_view(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document whose graph is what one sees before any box is opened; one without boxes is that itself.

    Parameters
    ----------
    document : mapping
        A play document with positions.

    Returns
    -------
    mapping
        A document whose edges are the lines between what is seen, and whose ``boxes`` are the closed boxes.
    """
    graph = document["graph"]
    if not graph.get("groups"):
        return document
    lines = [wire for wire in graph["wires"] if wire["group"] is None]
    bearers: dict[str, list[str]] = {}
    for line in lines:
        for edge in line["edges"]:
            bearers.setdefault(edge, []).append(line["id"])
    parents = {group["id"]: group["parent"] for group in graph["groups"]}
    home = {node["id"]: node.get("group") for node in (*graph["variables"], *graph["operators"])}

    def seen(node: str | None) -> str | None:
        at = None if node is None else home.get(node)
        while at is not None:
            node, at = at, parents[at]
        return node

    steps = [
        {
            **step,
            "focus": seen(step.get("focus")),
            "flows": [
                {**flow, "edge": line} for flow in step.get("flows", ()) for line in bearers.get(flow["edge"], ())
            ],
        }
        for step in document["steps"]
    ]
    shown = {group["shows"]["variable"] for group in graph["groups"] if group["parent"] is None and group["shows"]}
    outside = {
        **graph,
        "variables": [variable for variable in graph["variables"] if variable.get("group") is None],
        "operators": [operator for operator in graph["operators"] if operator.get("group") is None],
        "edges": lines,
        "given": [v for v in graph["variables"] if v["id"] in shown],
        "boxes": [group for group in graph["groups"] if group["parent"] is None],
        "hulls": [hull for hull in graph.get("hulls") or () if hull.get("group") is None],
    }
    return {**document, "graph": outside, "steps": steps}
