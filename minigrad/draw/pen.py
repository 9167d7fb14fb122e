"""Ink on matplotlib's axes, in a play document's own pixels: shapes, text, and networkx's nodes and labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from minigrad.draw.fonts import Voice, outline, set_type
from minigrad.draw.rects import text_width

__all__ = ["Pen", "add_lane", "ellipse", "rounded"]

READABLE = 3.0  # type that would be smaller than this on the page is left out

Lane = tuple[list[Path], list[Path]]  # lines, and the heads of their arrows


class Pen:
    """Draws at the document's coordinates, moved by ``left`` and ``top``; ``dot`` is how many points a pixel is.

    ``outlines``: text is drawn as shapes, all that has one ink at once, and no longer found as text on the axes.
    """

    def __init__(
        self, ax: Axes, G: nx.MultiDiGraph, left: float, top: float, dot: float, *, outlines: bool = False
    ) -> None:
        self.ax, self.G, self.left, self.top, self.dot, self.outlines = ax, G, left, top, dot, outlines
        self.legible = READABLE * 0.72 / dot  # the smallest type that can be read, in pixels
        self._shapes: dict[tuple[Any, ...], list[Path]] = {}  # by their ink
        self._letters: dict[str, tuple[list[Any], list[Any]]] = {}  # points and codes, by their ink
        self._bodies: dict[tuple[Any, ...], tuple[Path, list[tuple[float, float]]]] = {}  # by shape and ink

    def shape(
        self,
        path: Path | Sequence[Path],
        *,
        fill: str = "none",
        stroke: str = "none",
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
        alpha: float | None = None,
        zorder: float = 2.0,
        cap: Any = "butt",
    ) -> None:
        """Draw a path, or many in the same ink, with ``width`` and ``dash`` in pixels."""
        paths = [path] if isinstance(path, Path) else list(path)
        if paths:
            self._shapes.setdefault((fill, stroke, width, dash, alpha, zorder, cap), []).extend(paths)

    def finish(self) -> None:
        """Put on the axes what was drawn: all that has one ink in one stroke, the ink that was used first below."""
        for (fill, stroke, width, dash, alpha, zorder, cap), paths in self._shapes.items():
            style: Any = "solid" if dash is None else (0, tuple(length / width for length in dash))
            whole = Path.make_compound_path(*paths) if len(paths) > 1 else paths[0]
            self.ax.add_artist(
                PathPatch(
                    whole.transformed(Affine2D().translate(self.left, self.top)),
                    facecolor=fill,
                    edgecolor=stroke,
                    linewidth=width * self.dot,
                    linestyle=style,
                    alpha=alpha,
                    zorder=zorder,
                    capstyle=cap,
                    joinstyle="round",
                )
            )
        for (_, fill, stroke, width, dashed), (path, nodes) in self._bodies.items():
            reach = float(np.abs(path.vertices).max())  # matplotlib scales a marker so that this is half its size
            # as networkx draws nodes, but for all of one shape at once: it takes one node a call where that is a path
            xs, ys = zip(*nodes, strict=True)
            drawn: PathCollection = self.ax.scatter(
                xs,
                ys,
                s=(2 * reach * self.dot) ** 2,
                c=fill,
                marker=MarkerStyle(path),
                edgecolors=stroke,
                linewidths=width * self.dot,
            )
            drawn.set_zorder(3)
            if dashed:
                drawn.set_linestyle((0, (2.6, 2.0)))
        for ink, (points, codes) in self._letters.items():
            letters = Path(np.concatenate(points), np.concatenate(codes))
            self.ax.add_artist(PathPatch(letters, facecolor=ink, edgecolor="none", linewidth=0, zorder=5))
        self._shapes.clear()
        self._letters.clear()
        self._bodies.clear()

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        ink: str,
        voice: Voice = "sans",
        bold: bool = False,
        align: str = "center",
        room: float | None = None,
    ) -> None:
        """Write user text as it is, on a baseline at ``y``: ``$``, ``_`` and backslashes mean themselves.

        Where there is only so much ``room`` it is written smaller, and cut if that does not help.
        """
        if room is not None:
            size, text = _fit(text, room, size)
        if size < self.legible or not text:
            return
        if self.outlines:
            self._draw_letters(x, y, text, size, ink, voice, bold=bold, align=align)
            return
        kind = set_type(text, voice, bold=bold)
        self.ax.text(
            x + self.left,
            y + self.top,
            kind.text,
            fontsize=size * self.dot,
            fontfamily=kind.families,
            fontstyle=kind.style,
            fontweight=kind.weight,
            color=ink,
            ha=align,
            va="baseline",
            parse_math=False,
            usetex=False,
            zorder=5,
        )

    def name(self, node: str, y: float, text: str, *, size: float, ink: str, voice: Voice) -> None:
        """Write what a node is called, with networkx's own labels; in the voice of mathematics it is slanted."""
        if size < self.legible or not text:
            return
        if self.outlines:
            self._draw_letters(self.G.nodes[node]["pos"][0], y, text, size, ink, voice)
            return
        kind = set_type(text, voice)
        written = nx.draw_networkx_labels(
            self.G,
            {node: (self.G.nodes[node]["pos"][0] + self.left, y + self.top)},
            labels={node: kind.text},
            font_size=size * self.dot,
            font_color=ink,
            font_family=kind.families,
            verticalalignment="baseline",
            ax=self.ax,
            clip_on=False,
        )
        written[node].set(parse_math=False, usetex=False, fontstyle=kind.style, zorder=5)

    def _draw_letters(
        self, x: float, y: float, text: str, size: float, ink: str, voice: Voice, *, bold: bool = False,
        align: str = "center",
    ) -> None:  # fmt: skip
        found = outline(text, voice, bold=bold)
        if len(found.points):
            x += self.left - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * found.width * size
            points, codes = self._letters.setdefault(ink, ([], []))
            points.append(found.points * (size, -size) + (x, y + self.top))
            codes.append(found.codes)

    def body(self, node: str, path: Path, *, fill: str, stroke: str, width: float, dashed: bool = False) -> None:
        """Draw the body of a node; ``path`` lies around its centre."""
        x, y = self.G.nodes[node]["pos"]
        key = (np.asarray(path.vertices).tobytes(), fill, stroke, width, dashed)
        self._bodies.setdefault(key, (path, []))[1].append((x + self.left, y + self.top))


def _fit(text: str, room: float, size: float) -> tuple[float, str]:
    """A type size at which a text fits, down to two thirds of ``size``, and as much of the text as then does."""
    wanted = text_width(text, size)
    if wanted <= room:
        return size, text
    size = max(size * 2 / 3, size * room / wanted)
    while len(text) > 1 and text_width(text, size) > room:
        text = text[:-2] + "…"
    return size, text


def add_lane(lane: Lane, commands: Sequence[Sequence[Any]], *, forward: bool) -> None:
    """Add a way and its arrow head: at its end, or at its start where a gradient travels it backwards."""
    codes: list[Any] = []
    points: list[tuple[float, float]] = []
    for command, *numbers in commands:
        found = list(zip(numbers[::2], numbers[1::2], strict=True))
        codes += [{"M": Path.MOVETO, "L": Path.LINETO, "C": Path.CURVE4}[command]] * len(found)
        points += found
    tip, behind = (points[-1], points[-2]) if forward else (points[0], points[1])
    angle = math.atan2(tip[1] - behind[1], tip[0] - behind[0])
    head = Path([(0.4, 0), (-5.7, -2.9), (-5.7, 2.9), (0.4, 0)], closed=True)
    lane[1].append(head.transformed(Affine2D().rotate(angle).translate(*tip)))
    # the line ends inside its head, not at the sharp tip
    points[-1 if forward else 0] = (tip[0] - 3 * math.cos(angle), tip[1] - 3 * math.sin(angle))
    lane[0].append(Path(points, codes))


def ellipse(rx: float, ry: float, x: float = 0.0, y: float = 0.0) -> Path:
    """An ellipse by its radii and its centre."""
    return Path.unit_circle().transformed(Affine2D().scale(rx, ry).translate(x, y))


def rounded(x: float, y: float, w: float, h: float, radius: float) -> Path:
    """A rectangle with round corners."""
    r = min(radius, w / 2, h / 2)
    k = 0.5523 * r  # the control points of a quarter of a circle
    right, bottom = x + w, y + h
    pieces: list[tuple[Any, list[tuple[float, float]]]] = [
        (Path.MOVETO, [(x + r, y)]),
        (Path.LINETO, [(right - r, y)]),
        (Path.CURVE4, [(right - r + k, y), (right, y + r - k), (right, y + r)]),
        (Path.LINETO, [(right, bottom - r)]),
        (Path.CURVE4, [(right, bottom - r + k), (right - r + k, bottom), (right - r, bottom)]),
        (Path.LINETO, [(x + r, bottom)]),
        (Path.CURVE4, [(x + r - k, bottom), (x, bottom - r + k), (x, bottom - r)]),
        (Path.LINETO, [(x, y + r)]),
        (Path.CURVE4, [(x, y + r - k), (x + r - k, y), (x + r, y)]),
        (Path.CLOSEPOLY, [(x + r, y)]),
    ]
    codes = [code for code, points in pieces for _ in points]
    return Path([point for _, points in pieces for point in points], codes)
