"""Places for the marks of a graph: tags on nodes, scissors where a lane ends, hulls around what belongs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minigrad.draw import theme
from minigrad.draw.layers import Point
from minigrad.draw.layout import path_commands
from minigrad.draw.rects import Rect, text_width

TAG_HEIGHT, TAG_GAP, TAG_PAD = 15.0, 4.0, 12.0
SAVED_BOTTOM = 29.0  # where tags begin below an operator that has saved something
STUB = 16.0  # how much of a gradient lane is left beside the scissors
HULL_PAD, HULL_TOP = 9.0, 16.0  # around its members, and above them for its label
BAND = 22.0  # how wide a hull is along an edge

Box = list[float]


def tag_parts(node: Mapping[str, Any]) -> list[Rect]:
    """Return where the tags of a node lie, around its centre: above an ellipse, below a rectangle."""
    tags = node.get("tags") or ()
    if not tags:
        return []
    if "dock" in node:
        middle = -(node["ry"] + 9 + TAG_HEIGHT / 2)
    else:
        middle = node["h"] / 2 + (SAVED_BOTTOM if node.get("saved") else 8) + TAG_HEIGHT / 2
    widths = [_tag_width(tag) for tag in tags]
    left = -(sum(widths) + TAG_GAP * (len(tags) - 1)) / 2
    found = []
    for width in widths:
        found.append(Rect(left, middle - TAG_HEIGHT / 2, left + width, middle + TAG_HEIGHT / 2))
        left += width + TAG_GAP
    return found


def _tag_width(tag: Mapping[str, Any]) -> float:
    icon = 10.0 if tag["kind"] in ("pin", "escape", "fault") else 0.0
    return float(round(text_width(tag["text"], theme.LABEL_SIZE) + TAG_PAD + icon))


def place_tags(node: dict[str, Any]) -> None:
    """Give each tag its centre and its width."""
    if node.get("tags"):
        tags = []
        for tag, part in zip(node["tags"], tag_parts(node), strict=True):
            x, y = node["x"] + (part.left + part.right) / 2, node["y"] + part.top + TAG_HEIGHT / 2
            tags.append({**tag, "x": _tidy(x), "y": _tidy(y), "w": part.right - part.left})
        node["tags"] = tags


def scissors(route: Sequence[Point]) -> dict[str, Any]:
    """Return where the gradient lane of a cut edge ends: just before the operator that cuts it."""
    x, y = route[-1]
    y += theme.LANE_OFFSET
    start = max(x - STUB, route[0][0])
    return {"x": _tidy(start - 5), "y": _tidy(y), "stub": [["M", _tidy(start), _tidy(y)], ["L", _tidy(x), _tidy(y)]]}


def hull_room(hulls: Sequence[Mapping[str, Any]], parts: Mapping[str, Sequence[Rect]]) -> dict[str, list[Rect]]:
    """Return what each node covers, with the room of its hull around it, so that no stranger's edge comes too near."""
    members = {name for hull in hulls for name in hull["members"]}
    return {
        name: [*found, _padded(_around(found)).grown(-HULL_PAD / 2)] if name in members else list(found)
        for name, found in parts.items()
    }


def place_hulls(
    hulls: Sequence[Mapping[str, Any]],
    covered: Mapping[str, Sequence[Rect]],
    inside: Sequence[Sequence[Sequence[Point]]],
) -> tuple[list[dict[str, Any]], list[Rect]]:
    """Return the boxes and bands of each hull, and the rectangles that their labels take up.

    A hull is one box where nothing else stands inside of it; otherwise a box around each member, and a band along
    each of the routes ``inside``, which run between two of them.
    """
    placed: list[dict[str, Any]] = []
    labels: list[Rect] = []
    for hull, ways in zip(hulls, inside, strict=True):
        members = set(hull["members"])
        rects = [_around(covered[name]) for name in hull["members"]]
        whole = _padded(_around(rects))
        strangers = [part for name, parts in covered.items() if name not in members for part in parts]
        bands: list[Any] = []
        if any(part.shared(whole) > 0 for part in strangers):
            boxes = [rect.grown(HULL_PAD) for rect in rects]
            first = min(range(len(boxes)), key=lambda i: (boxes[i].left, boxes[i].top))
            boxes[first] = whole = _padded(rects[first])
            bands = [path_commands(list(way)) for way in ways]
        else:
            boxes = [whole]
        x, y = whole.left + 10, whole.top + 12
        labels.append(Rect(x, y - 9, x + text_width(hull["label"], theme.LABEL_SIZE, 0.55), y + 3))
        shapes: list[Box] = [
            [_tidy(b.left), _tidy(b.top), _tidy(b.right - b.left), _tidy(b.bottom - b.top)] for b in boxes
        ]
        placed.append({"boxes": shapes, "bands": bands, "x": _tidy(x), "y": _tidy(y)})
    return placed, labels


def _padded(rect: Rect) -> Rect:
    padded = rect.grown(HULL_PAD)
    return padded._replace(top=padded.top - HULL_TOP)


def _around(rects: Sequence[Rect]) -> Rect:
    return Rect(
        min(rect.left for rect in rects),
        min(rect.top for rect in rects),
        max(rect.right for rect in rects),
        max(rect.bottom for rect in rects),
    )


def _tidy(number: float) -> float:
    return round(number, 1) + 0.0
