"""Ink for the marks of a graph: hulls under it, scissors where a lane ends, tags on nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from minigrad.draw import theme as look
from minigrad.draw.marks import BAND, TAG_HEIGHT
from minigrad.draw.pen import Lane, Pen, add_lane, ellipse, rounded
from minigrad.draw.theme import Theme, blend

SPACING = 9.0  # between the lines of a hatching
ICONS: Mapping[str, tuple[tuple[float, float], ...]] = {  # strokes, as pairs of points around a centre
    "pin": ((-2.2, -3.4), (2.2, -3.4), (-1.5, -3.4), (-1.5, -0.8), (1.5, -3.4), (1.5, -0.8), (-2.7, -0.8), (2.7, -0.8),
            (0, -0.8), (0, 3.6)),
    "escape": ((-3, 3), (3, -3), (3, -3), (-0.6, -3), (3, -3), (3, 0.6)),
    "fault": ((-2.7, -2.7), (2.7, 2.7), (2.7, -2.7), (-2.7, 2.7)),
}  # fmt: skip
SCISSORS = ((-2.5, -1.8), (6, 3.4), (-2.5, 1.8), (6, -3.4))


def draw_hull(pen: Pen, theme: Theme, hull: Mapping[str, Any]) -> None:
    """Draw a hull: its bands and boxes, hatched where nothing was recorded."""
    quiet = hull["kind"] == "no_grad"
    edge = blend(theme.pending if quiet else theme.gradient, theme.canvas, 0.6 if quiet else 0.45)
    ground = blend(theme.pending if quiet else theme.gradient, theme.canvas, 0.07)
    bands: Lane = ([], [])
    for band in hull["bands"]:
        add_lane(bands, band, forward=True)
    boxes = [rounded(x, y, w, h, 10) for x, y, w, h in hull["boxes"]]
    for ink, more in ((edge, 2.0), (ground, 0.0)):
        pen.shape(bands[0], stroke=ink, width=BAND + more, zorder=0.6)
        pen.shape(boxes, fill=ink, stroke=ink, width=more or 0.1, zorder=0.6)
    if quiet:
        for x, y, w, h in hull["boxes"]:
            lines = _hatching(x, y, w, h)
            pen.shape(lines, stroke=blend(theme.pending, theme.canvas, 0.26), width=1.2, zorder=0.7)
    ink = theme.muted if quiet else theme.gradient_text
    pen.write(hull["x"], hull["y"], hull["label"], size=look.LABEL_SIZE, ink=ink, bold=True, align="left")


def _hatching(x: float, y: float, w: float, h: float) -> list[Path]:
    """Lines that rise from left to right across a box, the same ones wherever boxes meet."""
    lines = []
    first, last = int((x + y) // SPACING) + 1, int((x + w + y + h) // SPACING)
    for k in range(first, last + 1):
        total = k * SPACING  # the line x + y = total
        left, right = max(x + 1, total - (y + h - 1)), min(x + w - 1, total - (y + 1))
        if left < right:
            lines.append(Path([(left, total - left), (right, total - right)]))
    return lines


def draw_scissors(pen: Pen, theme: Theme, scissors: Mapping[str, Any]) -> None:
    """Draw what is left of a gradient lane, and the scissors that end it."""
    stub = Path([(x, y) for _, x, y in scissors["stub"]])
    pen.shape(stub, stroke=theme.gradient, width=1.8, dash=(3.0, 2.5), zorder=3.5)
    x, y = scissors["x"], scissors["y"]
    pen.shape(ellipse(8, 8, x, y), fill=theme.canvas, zorder=3.6)
    rings = [ellipse(1.9, 1.9, x - 4, y + side) for side in (-2.9, 2.9)]
    pen.shape(rings, stroke=theme.gradient_text, width=1.4, zorder=3.7)
    pen.shape(_strokes(SCISSORS, x, y), stroke=theme.gradient_text, width=1.4, zorder=3.7, cap="round")


def draw_tags(pen: Pen, theme: Theme, tags: Sequence[Mapping[str, Any]]) -> None:
    """Draw the tags of a node."""
    for tag in tags:
        kind, x, y, w = tag["kind"], tag["x"], tag["y"], tag["w"]
        ink, text = {
            "hook": (theme.gradient, theme.gradient_text),
            "pin": (theme.gradient, theme.gradient_text),
            "fault": (theme.error, theme.error),
            "more": (theme.muted, theme.muted),
        }.get(kind, (theme.value, theme.value_text))
        dash = (3.0, 2.0) if kind == "fault" else None
        pill = rounded(x - w / 2, y - TAG_HEIGHT / 2, w, TAG_HEIGHT, 4)
        pen.shape(pill, fill=theme.canvas, stroke=ink, width=1.0, dash=dash, zorder=4)
        icon = ICONS.get(kind)
        if icon is not None:
            pen.shape(_strokes(icon, x - w / 2 + 9, y), stroke=text, width=1.2, zorder=4.5, cap="round")
        shift, room = (5.0, w - 16) if icon is not None else (0.0, w - 6)
        pen.write(x + shift, y + 3.3, tag["text"], size=look.LABEL_SIZE, ink=text, voice="mono", room=room)


def _strokes(points: Sequence[tuple[float, float]], x: float, y: float) -> list[Path]:
    moved = Affine2D().translate(x, y)
    return [Path([a, b]).transformed(moved) for a, b in zip(points[::2], points[1::2], strict=True)]
