"""A wide picture cut into strips that stand below each other, as a line of text is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["wrap"]

WIDEST = 2400.0  # pixels; a narrower graph is left as it is
SHAPE = 1.8  # the width of the picture that is sought, by its height
GAP = 16.0  # between two strips
MARGIN = 28.0  # at their ends

Command = Sequence[Any]


def wrap(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document whose graph is no long sliver: it is cut between columns, and a line goes on in the next strip.

    Parameters
    ----------
    document : mapping
        A play document with positions, as one sees it: without boxes, or with closed ones.

    Returns
    -------
    mapping
        A document with other positions; one that is not wide is that itself.
    """
    graph = document["graph"]
    width, height = graph["width"], graph["height"]
    strips = round(math.sqrt(width / (SHAPE * (height + GAP))))
    if width <= WIDEST or strips < 2:
        return document
    cuts = _cuts(graph, strips)
    if len(cuts) < 3:
        return document
    rows = _rows(graph, cuts)

    def strip(x: float) -> int:
        return max(i for i, cut in enumerate(cuts[:-1]) if cut <= x or i == 0)

    def moved(item: Mapping[str, Any], at: int) -> dict[str, Any]:
        found = {**item, "x": item["x"] - cuts[at] + MARGIN, "y": item["y"] + rows[at]}
        if item.get("dock"):
            found["dock"] = moved(item["dock"], at)
        if item.get("shows"):
            found["shows"] = moved_shows(item["shows"], at)
        return found

    def moved_shows(shows: Mapping[str, Any], at: int) -> dict[str, Any]:
        return {**shows, "dock": moved(shows["dock"], at)}

    edges = []
    for edge in graph["edges"]:
        chip = edge.get("chip")
        chip_strip = strip(chip["x"]) if chip else -1
        values = _pieces(edge["value_path"], cuts)
        gradients = dict(_pieces(edge["gradient_path"], cuts))
        start = values[0][0] if values else 0
        for at, path in values:
            edges.append({
                **edge,
                "chip": moved(chip, at) if at == chip_strip else None,
                "reference": moved(edge["reference"], at) if at == start and edge.get("reference") else None,
                "scissors": None,  # they stand where the line ends
                "value_path": _shifted(path, MARGIN - cuts[at], rows[at]),
                "gradient_path": _shifted(gradients.get(at, []), MARGIN - cuts[at], rows[at]),
            })  # fmt: skip
        if edge.get("scissors") and values:
            last = edges[-1]
            at = values[-1][0]
            stub = _shifted(edge["scissors"]["stub"], MARGIN - cuts[at], rows[at])
            last["scissors"] = {**moved(edge["scissors"], at), "stub": stub}
    found = {
        **graph,
        "width": math.ceil(2 * MARGIN + max(b - a for a, b in itertools.pairwise(cuts))),
        "height": math.ceil(rows[-1]),
        "edges": edges,
        "hulls": [_hull(hull, cuts, rows) for hull in graph.get("hulls") or ()],
    }
    for kind in ("variables", "operators", "boxes"):
        if kind in graph:
            found[kind] = [moved(item, strip(item["x"])) for item in graph[kind]]
    return {**document, "graph": found}


def _hull(hull: Mapping[str, Any], cuts: Sequence[float], rows: Sequence[float]) -> dict[str, Any]:
    """A hull whose boxes and bands go on in the next strip as lines do; its label stands in the first of its strips."""
    boxes = []
    for left, top, width, height in hull["boxes"]:
        for at, (start, end) in enumerate(itertools.pairwise(cuts)):
            low, high = max(left, start), min(left + width, end)
            if high - low > 1:
                boxes.append([low - start + MARGIN, top + rows[at], high - low, height])
    bands = [
        _shifted(piece, MARGIN - cuts[at], rows[at]) for band in hull["bands"] for at, piece in _pieces(band, cuts)
    ]
    at = max(i for i, cut in enumerate(cuts[:-1]) if cut <= hull["x"] or i == 0)
    return {
        **hull, "boxes": boxes, "bands": bands, "x": hull["x"] - cuts[at] + MARGIN, "y": hull["y"] + rows[at],
    }  # fmt: skip


def _cuts(graph: Mapping[str, Any], strips: int) -> list[float]:
    """Where strips begin and end: in the gaps between columns that leave them most alike in width."""
    spans = []
    for item in _items(graph):
        half = item["rx"] + 8 if "rx" in item else item["w"] / 2 + 8
        dock = item.get("dock")
        left, right = item["x"] - half, item["x"] + half
        spans.append((min(left, dock["x"]), max(right, dock["x"] + dock["w"] + 36)) if dock else (left, right))
    gaps = []
    reach = 0.0
    for left, right in sorted(spans):
        if left > reach + 8:
            gaps.append((reach + left) / 2)
        reach = max(reach, right)
    width = graph["width"]
    wanted = [width * nr / strips for nr in range(1, strips)]
    chosen = {min(gaps, key=lambda gap: abs(gap - x)) for x in wanted} if gaps else set()
    return [0.0, *sorted(cut for cut in chosen if 100 < cut < width - 100), width]


def _items(graph: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*graph["variables"], *graph["operators"], *graph.get("boxes", ())]


ABOVE, BELOW = 36.0, 46.0  # what stands over and under an ellipse or a rectangle: its line, its tags, a note


def _rows(graph: Mapping[str, Any], cuts: Sequence[float]) -> list[float]:
    """How far each strip moves down, so that none is higher than what it holds; last, the height of all."""
    tops = [math.inf] * (len(cuts) - 1)
    bottoms = [-math.inf] * (len(cuts) - 1)

    def hold(x: float, top: float, bottom: float) -> None:
        at = max(i for i, cut in enumerate(cuts[:-1]) if cut <= x or i == 0)
        tops[at], bottoms[at] = min(tops[at], top), max(bottoms[at], bottom)

    for item in _items(graph):
        half = item["ry"] if "ry" in item else item["h"] / 2
        dock = item.get("dock")
        low = dock["y"] + 2 * (dock["row_h"] + dock["gap"]) if dock else item["y"] + half
        hold(item["x"], item["y"] - half - ABOVE, low + BELOW)
    for hull in graph.get("hulls") or ():
        for left, top, width, height in hull["boxes"]:
            for start, end in itertools.pairwise(cuts):
                if min(left + width, end) - max(left, start) > 1:
                    hold(max(left, start), top - 4, top + height + 4)
    for edge in graph["edges"]:
        for path in (edge["value_path"], edge["gradient_path"]):
            for at, piece in _pieces(path, cuts):
                for command in piece:
                    hold(cuts[at], command[-1] - 10, command[-1] + 10)
    rows = []
    reach = 0.0
    for top, bottom in zip(tops, bottoms, strict=True):
        top = max(0.0, top) if math.isfinite(top) else 0.0
        rows.append(reach - top)
        reach += (bottom - top if math.isfinite(bottom) else 0.0) + GAP
    return [*rows, reach - GAP]


def _pieces(path: Sequence[Command], cuts: Sequence[float]) -> list[tuple[int, list[Command]]]:
    """The parts of a path in each strip that it passes; paths go to the right."""
    if not path:
        return []
    at = max(i for i, cut in enumerate(cuts[:-1]) if cut <= path[0][1] or i == 0)
    found: list[tuple[int, list[Command]]] = [(at, [path[0]])]
    x, y = path[0][1:3]
    for command in path[1:]:
        rest = command
        while at + 2 < len(cuts) and rest[-2] > cuts[at + 1]:
            before, rest = _split((x, y), rest, cuts[at + 1])
            found[-1][1].append(before)
            x, y = before[-2], before[-1]
            at += 1
            found.append((at, [["M", x, y]]))
        found[-1][1].append(rest)
        x, y = rest[-2], rest[-1]
    return found


def _split(start: tuple[float, float], command: Command, x: float) -> tuple[Command, Command]:
    """Cut a command where it comes to ``x``."""
    if command[0] == "L":
        share = (x - start[0]) / (command[1] - start[0])
        y = start[1] + share * (command[2] - start[1])
        return ["L", x, y], command
    points = [start, *zip(command[1::2], command[2::2], strict=True)]
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _halves(points, middle)[0][-1][0] < x else (low, middle)
    first, second = _halves(points, (low + high) / 2)
    return (
        ["C", *(number for point in first[1:] for number in point)],
        ["C", *(number for point in second[1:] for number in point)],
    )


def _halves(points: list[Any], share: float) -> tuple[list[Any], list[Any]]:
    """De Casteljau: the control points of both parts of a curve."""
    first, second = [points[0]], [points[-1]]
    while len(points) > 1:
        points = [tuple(p + share * (q - p) for p, q in zip(a, b, strict=True)) for a, b in itertools.pairwise(points)]
        first.append(points[0])
        second.insert(0, points[-1])
    return first, second


def _shifted(path: Sequence[Command], dx: float, dy: float) -> list[Command]:
    return [
        [letter, *(number + (dy if i % 2 else dx) for i, number in enumerate(numbers))] for letter, *numbers in path
    ]
