"""A play document as a still picture: the player's positions and colours, in matplotlib.

Everything is drawn on a figure of its own: no pyplot figure is opened, and no setting is changed.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from minigrad.draw import theme as look
from minigrad.draw.fonts import Voice, fit_fonts
from minigrad.draw.graph import last_rows, to_networkx
from minigrad.draw.place import CHIP_HEIGHT, place, row_count, saved_width, text_width
from minigrad.draw.theme import THEMES, Theme, blend

__all__ = ["figure", "png"]

FOOT = 34.0  # the strip with the legend
HEAD = 30.0  # the strip with the document's message
SMALLEST = 300.0  # width of a picture
WIDEST, HIGHEST, LARGEST = 4000.0, 2000.0, 4e6  # beyond this width, height or area a picture is scaled down ...
READABLE = 3.0  # ... and what would be smaller than this is left out
DPI = 200  # two dots a pixel

HEAT = ListedColormap(look.DIVERGING)


def figure(
    document: Mapping[str, Any],
    *,
    theme: look.ThemeName = "light",
    position: int | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Return a picture of a play document.

    Parameters
    ----------
    document : mapping
        A play document. One without positions is placed first.
    theme : {"light", "dark"}
        The colours.
    position : int, optional
        The step after which to look: 0 is before the first one. The end, if it is not given.
    ax : matplotlib.axes.Axes, optional
        Where to draw. A figure of its own, if it is not given.

    Returns
    -------
    matplotlib.figure.Figure
        The figure drawn on. It belongs to no window: show it with ``display``, or save it.

    Raises
    ------
    ValueError
        If there is no such theme or position.
    """
    if theme not in THEMES:
        raise ValueError(f"theme is one of {', '.join(map(repr, THEMES))}, not {theme!r}")
    last = len(document["steps"])
    if position is not None and not 0 <= position <= last:
        raise ValueError(f"position is a number from 0 to {last}, not {position!r}")
    if "width" not in document["graph"]:
        document = place(document)
    graph = document["graph"]
    width = max(SMALLEST, graph["width"])
    top = HEAD if document.get("message") else 0.0
    height = top + graph["height"] + FOOT
    if ax is None:
        scale = min(1.0, WIDEST / width, HIGHEST / height, math.sqrt(LARGEST / (width * height)))
        made = Figure(figsize=(width * scale / 100, height * scale / 100), dpi=DPI)
        FigureCanvasAgg(made)
        ax = made.add_axes((0, 0, 1, 1))
    _Picture(document, THEMES[theme], position, ax, width, height, top).draw()
    return ax.get_figure(root=True)  # type: ignore[return-value]


def png(document: Mapping[str, Any], *, theme: look.ThemeName = "light", position: int | None = None) -> bytes:
    """Return the picture as a PNG file, two dots a pixel; the same document gives the same bytes."""
    canvas: Any = figure(document, theme=theme, position=position).canvas
    buffer = io.BytesIO()
    canvas.print_png(buffer, metadata={"Software": None})  # no version and no date
    return buffer.getvalue()


class _Picture:
    """One drawing. Lengths are the document's pixels; ``dot`` is how many points one of them is."""

    def __init__(
        self,
        document: Mapping[str, Any],
        theme: Theme,
        position: int | None,
        ax: Axes,
        width: float,
        height: float,
        top: float,
    ) -> None:
        self.document, self.graph, self.theme, self.ax = document, document["graph"], theme, ax
        self.width, self.height, self.top = width, height, top
        window = ax.get_window_extent()
        dpi = ax.get_figure(root=True).dpi  # type: ignore[union-attr]
        self.dot = min(window.width / width, window.height / height) * 72 / dpi
        self.legible = READABLE * 0.72 / self.dot  # the smallest type that can be read, in pixels
        steps = document["steps"]
        self.step: Mapping[str, Any] = steps[position - 1] if position else {}
        self.values = last_rows(document, "value", position)
        self.grads = last_rows(document, "grad", position)
        self.flown = {(flow["edge"], flow["lane"]) for step in list(steps)[:position] for flow in step.get("flows", ())}
        self.active = {flow["edge"] for flow in self.step.get("flows", ()) if flow["lane"] == "gradient"}
        self.G = to_networkx(document)
        # a small graph stands in the middle of a picture that its legend made wider
        self.left = (width - self.graph["width"]) / 2

    def draw(self) -> None:
        self._ground()
        self._lanes()
        for operator in self.graph["operators"]:
            self._operator(operator)
        for variable in self.graph["variables"]:
            self._variable(variable)
        for edge in self.graph["edges"]:
            if edge.get("chip"):
                self._chip(edge["chip"])
        self._message()
        self._legend()
        self.ax.set_xlim(0, self.width)
        self.ax.set_ylim(self.height, 0)
        self.ax.set_aspect("equal")
        self.ax.set_axis_off()

    # -- pens --

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
        round_cap: bool = False,
    ) -> None:
        """Draw a path, or many in the same ink, with ``width`` and ``dash`` in pixels."""
        paths = [path] if isinstance(path, Path) else list(path)
        if not paths:
            return
        points = width * self.dot
        style: Any = "solid" if dash is None else (0, tuple(length / width for length in dash))
        whole = Path.make_compound_path(*paths) if len(paths) > 1 else paths[0]
        self.ax.add_patch(
            PathPatch(
                whole.transformed(Affine2D().translate(self.left, self.top)),
                facecolor=fill,
                edgecolor=stroke,
                linewidth=points,
                linestyle=style,
                alpha=alpha,
                zorder=zorder,
                capstyle="round" if round_cap else "butt",
                joinstyle="round",
            )
        )

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
        italic: bool = False,
        align: str = "center",
        alpha: float | None = None,
    ) -> Text | None:
        """Write user text as it is, on a baseline at ``y``; ``$``, ``_`` and backslashes mean themselves."""
        if size < self.legible or not text:
            return None
        shown, families = fit_fonts(text, voice)
        return self.ax.text(
            x + self.left,
            y + self.top,
            shown,
            fontsize=size * self.dot,
            fontfamily=families,
            fontweight="bold" if bold else "normal",
            fontstyle="italic" if italic else "normal",
            color=ink,
            ha=align,
            va="baseline",
            alpha=alpha,
            parse_math=False,
            usetex=False,
            zorder=5,
        )

    def label(
        self, node: str, y: float, text: str, *, size: float, ink: str, voice: Voice, italic: bool = False
    ) -> None:
        """Write the name of a node, with networkx's own labels."""
        if size < self.legible or not text:
            return
        shown, families = fit_fonts(text, voice)
        written = nx.draw_networkx_labels(
            self.G,
            {node: (self.G.nodes[node]["pos"][0] + self.left, y + self.top)},
            labels={node: shown},
            font_size=size * self.dot,
            font_color=ink,
            font_family=families,
            verticalalignment="baseline",
            ax=self.ax,
            clip_on=False,
            hide_ticks=False,
        )
        for text_item in written.values():
            text_item.set(parse_math=False, usetex=False, fontstyle="italic" if italic else "normal", zorder=5)

    def body(self, node: str, path: Path, *, fill: str, stroke: str, width: float, dashed: bool = False) -> None:
        """Draw the body of a node, with networkx's own nodes."""
        x, y = self.G.nodes[node]["pos"]
        reach = float(np.abs(path.vertices).max())
        drawn: PathCollection = nx.draw_networkx_nodes(
            self.G,
            {node: (x + self.left, y + self.top)},
            nodelist=[node],
            node_shape=path,
            node_size=(2 * reach * self.dot) ** 2,
            node_color=fill,
            edgecolors=stroke,
            linewidths=width * self.dot,
            ax=self.ax,
            hide_ticks=False,
        )
        drawn.set_zorder(3)
        if dashed:
            drawn.set_linestyle((0, (2.6, 2.0)))

    # -- the ground and the edges --

    def _ground(self) -> None:
        self.ax.get_figure(root=True).set_facecolor(self.theme.canvas)  # type: ignore[union-attr]
        back = Path([(0, 0), (self.width, 0), (self.width, self.height), (0, self.height), (0, 0)], closed=True)
        self.shape(back.transformed(Affine2D().translate(-self.left, -self.top)), fill=self.theme.canvas, zorder=0)
        if self.legible < 6:
            across, down = int(self.width // 18), int(self.height // 18)
            self.ax.scatter(
                [18 * i + 9 for _ in range(down) for i in range(across + 1)],
                [18 * j + 9 for j in range(down) for _ in range(across + 1)],
                s=(2.0 * self.dot) ** 2,
                color=self.theme.dots,
                linewidths=0,
                zorder=0.5,
            )

    def _lanes(self) -> None:
        """All edges, in few strokes: what has not been used yet is grey, and what moves in this step is thick."""
        theme = self.theme
        lanes: dict[tuple[str, str], tuple[list[Path], list[Path]]] = {}
        for edge in self.graph["edges"]:
            value = "value" if (edge["id"], "value") in self.flown else "pending"
            _add_lane(lanes.setdefault(("value", value), ([], [])), edge["value_path"], forward=True)
            if edge["gradient_path"] and (edge["id"], "gradient") in self.flown:
                state = "active" if edge["id"] in self.active else "gradient"
                _add_lane(lanes.setdefault(("gradient", state), ([], [])), edge["gradient_path"], forward=False)
        inks = {
            "value": (blend(theme.value, theme.canvas, 0.88), 1.8),
            "pending": (blend(theme.pending, theme.canvas, 0.6), 1.5),
            "gradient": (blend(theme.gradient, theme.canvas, 0.62), 1.8),
            "active": (theme.gradient, 3.4),
        }
        for (_, state), (paths, heads) in sorted(lanes.items(), key=lambda item: list(inks).index(item[0][1])):
            ink, width = inks[state]
            self.shape(paths, stroke=ink, width=width, zorder=1.5, round_cap=True)
            self.shape(heads, fill=ink, zorder=1.6)

    def _chip(self, chip: Mapping[str, Any]) -> None:
        size = look.CHIP_SIZE
        pill = _rounded(chip["x"] - chip["w"] / 2, chip["y"] - CHIP_HEIGHT / 2, chip["w"], CHIP_HEIGHT, CHIP_HEIGHT / 2)
        self.shape(pill, fill=self.theme.canvas, stroke=self.theme.line, width=1.0, zorder=4)
        self.write(chip["x"], chip["y"] + 3.8, chip["text"], size=size, ink=self.theme.muted, voice="mono")

    # -- nodes --

    def _operator(self, operator: Mapping[str, Any]) -> None:
        theme, (x, y, w, h) = self.theme, (operator["x"], operator["y"], operator["w"], operator["h"])
        lit = operator["id"] == self.step.get("focus")
        fill, ink = theme.operator, theme.on_operator
        if lit:
            backward = self.step.get("phase") == "backward"
            fill = theme.gradient if backward else theme.value
            ink = theme.on_gradient
            for grown in (9, 6, 3):
                glow = _rounded(x - w / 2 - grown, y - h / 2 - grown, w + 2 * grown, h + 2 * grown, 8 + grown)
                self.shape(glow, fill=fill, alpha=0.12, zorder=2.5)
        self.body(operator["id"], _rounded(-w / 2, -h / 2, w, h, 8), fill=fill, stroke="none", width=0)
        self.label(
            operator["id"], y + 4, operator.get("glyph") or "", size=_glyph_size(operator), ink=ink, voice="sans"
        )
        self.write(x, y + 19.5, operator["name"], size=look.OPERATOR_NAME_SIZE, ink=ink, bold=True)
        if operator.get("line"):
            self.write(
                x + w / 2,
                y - h / 2 - 6,
                operator["line"],
                size=look.LINE_SIZE,
                ink=theme.gradient_text if lit else theme.muted,
                voice="mono",
                align="right",
            )
        if operator.get("saved"):
            wide = saved_width(operator["saved"])
            tag = _rounded(x - wide / 2, y + h / 2 + 8, wide, 17, 5)
            self.shape(tag, fill=theme.canvas, stroke=theme.value, width=1.0, dash=(2, 2))
            self.write(x, y + h / 2 + 20, operator["saved"], size=look.LABEL_SIZE, ink=theme.value_text, voice="mono")

    def _variable(self, variable: Mapping[str, Any]) -> None:
        theme, (x, y, rx, ry) = self.theme, (variable["x"], variable["y"], variable["rx"], variable["ry"])
        leaf, follows = variable["leaf"], variable["requires_grad"]
        stroke = theme.value if follows else theme.pending
        if leaf:
            ring = blend(stroke, theme.canvas, 0.55)
            self.body(variable["id"], _ellipse(rx + 4, ry + 4), fill="none", stroke=ring, width=1.2)
        fill = theme.value_tint if leaf and follows else theme.panel
        self.body(
            variable["id"],
            _ellipse(rx, ry),
            fill=fill,
            stroke=stroke,
            width=2.0 if leaf and follows else 1.5,
            dashed=not follows,
        )
        plain = variable.get("expression")
        self.label(
            variable["id"],
            y + 2,
            variable["name"],
            size=variable["font"],
            ink=theme.text,
            voice="mono" if plain else "serif",
            italic=not plain,
        )
        self.write(x, y + 16, variable["shape"], size=look.SHAPE_SIZE, ink=theme.muted, voice="mono")
        dock, rows = variable["dock"], ("value", "grad")[: row_count(variable)]
        for index, row in enumerate(rows):
            effect = (self.values if row == "value" else self.grads).get(variable["id"]) or {}
            self._row(variable, dock["y"] + index * (dock["row_h"] + dock["gap"]), row, effect)
        note = (self.grads.get(variable["id"]) or {}).get("note")
        if note:
            below = dock["y"] + len(rows) * (dock["row_h"] + dock["gap"])
            ink = theme.gradient_text if self.grads[variable["id"]]["state"] == "flight" else theme.muted
            self.write(x, below + 10, note, size=look.NOTE_SIZE, ink=ink)

    # -- docks --

    def _row(self, variable: Mapping[str, Any], y: float, row: str, effect: Mapping[str, Any]) -> None:
        theme, dock = self.theme, variable["dock"]
        x, w, h, label_w = dock["x"], dock["w"], dock["row_h"], dock["label_w"]
        state, value = effect.get("state", "none"), effect.get("value")
        if row == "value":
            stroke, ink, fill = theme.value, theme.value_text, theme.value_tint
        else:
            stroke, ink, fill = theme.gradient, theme.gradient_text, theme.gradient_tint
        if row == "value" and not variable["requires_grad"]:
            stroke, ink, fill = theme.pending, theme.muted, theme.panel
        if state == "freed":  # faded, but its numbers can still be read
            stroke, ink, fill = blend(stroke, theme.canvas, 0.45), theme.muted, blend(fill, theme.canvas, 0.5)
        if value is None:
            stroke, ink, fill = theme.line, theme.muted, theme.panel
        middle = y + h / 2
        dash = (3.0, 2.5) if state in ("flight", "freed") else None
        self.shape(_rounded(x, y, w, h, 5), fill=fill, stroke=stroke, width=1.1, dash=dash)
        label = variable["value_label" if row == "value" else "grad_label"] or ""
        self.write(x + label_w / 2, middle + 3.5, label, size=look.LABEL_SIZE, ink=ink, voice="mono", bold=True)
        if value is None:
            text = "None" if row == "grad" else "…"
            self.write(x + (label_w + w) / 2, middle + 3.9, text, size=11, ink=ink, voice="mono")
        elif variable["cells"] and value["kind"] == "cells":
            self._cells(dock, y, value, stroke, ink)
        elif value["kind"] == "heat":
            self._heat(dock, y, value, 0.5 if state == "freed" else 1.0)
        else:
            room = int((w - label_w - 10) / (0.605 * look.LABEL_SIZE))
            summary = value.get("summary") or ""
            text = summary if len(summary) <= room else summary[: max(1, room - 1)] + "…"
            self.write(x + (label_w + w) / 2, middle + 3.5, text, size=look.LABEL_SIZE, ink=ink, voice="mono")
        if effect.get("badge") and effect in self.step.get("effects", ()):
            self.shape(_rounded(x + w + 7, middle - 9, 27, 18, 5), fill=theme.gradient)
            self.write(
                x + w + 20.5, middle + 4.1, effect["badge"], size=11, ink=theme.on_gradient, voice="mono", bold=True
            )

    def _cells(self, dock: Mapping[str, Any], y: float, value: Mapping[str, Any], stroke: str, ink: str) -> None:
        """Numbers, each with a signed bar; bars of one row share one scale."""
        x, cell, middle = dock["x"] + dock["label_w"], dock["cell_w"], y + dock["row_h"] / 2
        longest = _bar_scale(value["numbers"])
        dividers, zeros, bars = [], [], []
        for i, (number, text) in enumerate(zip(value["numbers"], value["text"], strict=True)):
            at = x + i * cell
            dividers.append(Path([(at, y + 1), (at, y + dock["row_h"] - 1)]))
            zeros.append(Path([(at + 4, middle), (at + 11, middle)]))
            if number is not None:
                length = abs(number) / longest * 8
                bars.append(_rounded(at + 5.2, middle - (length if number >= 0 else 0), 4.6, max(length, 0.6), 0.3))
            self.write(at + cell / 2 + 6, middle + 4.1, text, size=look.CELL_SIZE, ink=ink, voice="mono")
        self.shape(dividers, stroke=stroke, width=0.8, alpha=0.35)
        self.shape(zeros, stroke=stroke, width=0.8, alpha=0.6)
        self.shape(bars, fill=stroke, alpha=0.75)

    def _heat(self, dock: Mapping[str, Any], y: float, value: Mapping[str, Any], alpha: float) -> None:
        """A map of the entries, white at zero, purple below and green above."""
        rows, cols = value["rows"], value["cols"]
        largest = max((abs(number) for number in value["numbers"] if number is not None), default=0.0) or 1.0
        grid = [
            [math.nan if n is None else n / largest for n in value["numbers"][r * cols : (r + 1) * cols]]
            for r in range(rows)
        ]
        x, right = dock["x"] + dock["label_w"] + 2, dock["x"] + dock["w"] - 3
        top, bottom = y + 3, y + dock["row_h"] - 3
        self.ax.imshow(
            grid,
            cmap=HEAT.with_extremes(bad=self.theme.pending),
            vmin=-1.1,  # eleven classes, the middle one around zero
            vmax=1.1,
            extent=(x + self.left, right + self.left, bottom + self.top, top + self.top),
            aspect="auto",
            interpolation="nearest",
            alpha=alpha,
            zorder=4,
        )

    # -- head and foot --

    def _message(self) -> None:
        message = self.document.get("message")
        if not message:
            return
        error = message.get("kind") == "error"
        sign, ink = ("✕", self.theme.error) if error else ("!", self.theme.gradient_text)
        room = int((self.width - 50) / (0.6 * 12))
        text = message["text"] if len(message["text"]) <= room else message["text"][: room - 1] + "…"
        self.write(20 - self.left, 20 - self.top, sign, size=12, ink=ink, bold=True, align="left")
        self.write(38 - self.left, 20 - self.top, text, size=12, ink=ink, align="left")

    def _legend(self) -> None:
        theme, words = self.theme, self.document.get("words") or {}
        y = self.graph["height"] + FOOT / 2 - 2
        entries = [
            (26.0, self._value_key, words.get("legend_value", "value")),
            (26.0, self._gradient_key, words.get("legend_gradient", "gradient")),
            (22.0, self._variable_key, words.get("legend_variable", "variable")),
            (17.0, self._operator_key, words.get("legend_operator", "op")),
        ]
        if any((v.get("value") or {}).get("kind") == "heat" for v in self.graph["variables"]):
            entries.append((44.0, self._heat_key, f"{chr(0x2212)} 0 +"))
        size = 11.0
        lengths = [width + 7 + text_width(text, size, 0.6) for width, _, text in entries]
        x = self.width - self.left - 20 - sum(lengths) - 18 * (len(entries) - 1)
        start = x
        for (width, key, text), length in zip(entries, lengths, strict=True):
            key(x, y)
            self.write(x + width + 7, y + 4, text, size=size, ink=theme.muted, align="left")
            x += length + 18
        title = self.document.get("title") or {}
        parts = [title.get("code") or "", title.get("call") or ""]
        line = "  ·  ".join(part for part in parts if part)
        if text_width(line, size) < start + self.left - 50:
            self.write(20 - self.left, y + 4, line, size=size, ink=theme.muted, voice="mono", align="left")

    def _value_key(self, x: float, y: float) -> None:
        self._lane_key(x, y, self.theme.value, forward=True)

    def _gradient_key(self, x: float, y: float) -> None:
        self._lane_key(x, y, self.theme.gradient, forward=False)

    def _lane_key(self, x: float, y: float, ink: str, *, forward: bool) -> None:
        lane: tuple[list[Path], list[Path]] = ([], [])
        _add_lane(lane, [["M", x, y], ["L", x + 26, y]], forward=forward)
        self.shape(lane[0], stroke=ink, width=2, round_cap=True)
        self.shape(lane[1], fill=ink)

    def _variable_key(self, x: float, y: float) -> None:
        oval = _ellipse(11, 6.5).transformed(Affine2D().translate(x + 11, y))
        self.shape(oval, fill=self.theme.panel, stroke=self.theme.value, width=1.4)

    def _operator_key(self, x: float, y: float) -> None:
        self.shape(_rounded(x, y - 6.5, 17, 13, 3), fill=self.theme.operator)

    def _heat_key(self, x: float, y: float) -> None:
        for i, colour in enumerate(look.DIVERGING):
            self.shape(_rounded(x + 4 * i, y - 6, 4.2, 12, 0), fill=colour)


# -- paths ----------------------------------------------------------------------------------------------------------


def _add_lane(lane: tuple[list[Path], list[Path]], commands: Sequence[Sequence[Any]], *, forward: bool) -> None:
    """Add a lane's line and its arrow head: at its end, or at its start where a gradient travels backwards."""
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
    end = (tip[0] - 3 * math.cos(angle), tip[1] - 3 * math.sin(angle))
    points[-1 if forward else 0] = end
    lane[0].append(Path(points, codes))


def _ellipse(rx: float, ry: float) -> Path:
    return Path.unit_circle().transformed(Affine2D().scale(rx, ry))


def _rounded(x: float, y: float, w: float, h: float, radius: float) -> Path:
    """A rectangle with round corners."""
    r = min(radius, w / 2, h / 2)
    k = 0.5523 * r  # the control points of a quarter of a circle
    right, bottom = x + w, y + h
    corners = [
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
    codes = [code for code, points in corners for _ in points]
    return Path([point for _, points in corners for point in points], codes)


def _bar_scale(numbers: Sequence[float | None]) -> float:
    """The number whose bar has full length: a round one, so that small changes do not change the scale."""
    peak = max((abs(number) for number in numbers if number is not None), default=0.0)
    if not peak > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(peak))
    return next((end * power for end in (1.5, 3, 6, 10) if end * power >= peak), peak)


def _glyph_size(operator: Mapping[str, Any]) -> float:
    """Words in the place of a glyph are written smaller."""
    return look.GLYPH_SIZE if len(operator.get("glyph") or "") <= 2 else 17.0
