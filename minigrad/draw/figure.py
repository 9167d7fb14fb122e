"""A play document as a still picture: the player's positions and colours, in matplotlib.

Everything is drawn on a figure of its own: no pyplot figure is opened, and no setting is changed.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.path import Path
from PIL import Image

from minigrad.draw import theme as look
from minigrad.draw.chips import CHIP_HEIGHT
from minigrad.draw.first_view import first_view
from minigrad.draw.graph import last_rows, to_networkx
from minigrad.draw.marked import draw_hull, draw_scissors, draw_tags
from minigrad.draw.palette import with_few_colours
from minigrad.draw.pen import Lane, Pen, add_lane, ellipse, rounded
from minigrad.draw.place import place, row_count, saved_width
from minigrad.draw.rects import text_width
from minigrad.draw.references import REFERENCE_HEIGHT
from minigrad.draw.theme import THEMES, Theme, blend
from minigrad.draw.wrap import wrap
from minigrad.trace.collection import paused_collection

__all__ = ["figure", "png"]

FOOT = 34.0  # the strip with the legend
NARROWEST = 300.0
WIDEST, HIGHEST, LARGEST = 4000.0, 2000.0, 1.6e6  # beyond this width, height or area a picture is scaled down
DPI = 200  # two dots a pixel ...
MOST_DOTS = 2400  # ... of a PNG that has no more of them from left to right: it is there sooner, and a third as large
LEGEND_SIZE, MESSAGE_SIZE, MESSAGE_STEP = 11.0, 12.0, 18.0

FEW = 64  # entries of a heat map that are drawn one by one


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
        The figure drawn on. One of its own belongs to no window: Jupyter shows it as the value of a cell, and elsewhere
        one saves it.

    Raises
    ------
    ValueError
        If there is no such theme or position.
    """
    return _drawn(document, theme, position, ax)


def _drawn(
    document: Mapping[str, Any],
    theme: look.ThemeName,
    position: int | None,
    ax: Axes | None = None,
    outlines: bool = False,
) -> Figure:
    if theme not in THEMES:
        raise ValueError(f"theme is one of {', '.join(map(repr, THEMES))}, not {theme!r}")
    last = len(document["steps"])
    if position is not None and not 0 <= position <= last:
        raise ValueError(f"position is a number from 0 to {last}, not {position!r}")
    if "width" not in document["graph"]:
        document = place(document)
    picture = _Picture(wrap(first_view(document)) if ax is None else first_view(document), THEMES[theme], position)
    if ax is None:
        width, height = picture.width, picture.height
        scale = min(1.0, WIDEST / width, HIGHEST / height, math.sqrt(LARGEST / (width * height)))
        size = (width * scale / 100, height * scale / 100)
        dpi = min(DPI, max(DPI / 2, MOST_DOTS / size[0])) if outlines else DPI
        made = Picture(figsize=size, dpi=dpi, facecolor=THEMES[theme].canvas)
        FigureCanvasAgg(made)
        ax = made.add_axes((0, 0, 1, 1))
    picture.draw(ax, outlines)
    return _whole_figure(ax)


class Picture(Figure):
    """A figure that Jupyter shows when it is the value of a cell, whatever ``%matplotlib`` says."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=self.dpi)
        return buffer.getvalue()


@paused_collection()
def png(document: Mapping[str, Any], *, theme: look.ThemeName = "light", position: int | None = None) -> bytes:
    """Return the picture as a PNG file; the same document gives the same bytes.

    It has two dots a pixel, fewer where it is wide.

    Parameters
    ----------
    document : mapping
        A play document. One without positions is placed first.
    theme : {"light", "dark"}
        The colours.
    position : int, optional
        The step after which to look. The end, if it is not given.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ValueError
        If there is no such theme or position.
    """
    drawn = _drawn(document, theme, position, outlines=True)
    canvas: Any = drawn.canvas
    canvas.draw()
    dots = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
    buffer = io.BytesIO()
    with_few_colours(dots, theme).save(buffer, "PNG", compress_level=4, dpi=(drawn.dpi, drawn.dpi))
    return buffer.getvalue()


class _Picture:
    """What a document says at one position. Lengths are the document's pixels."""

    def __init__(self, document: Mapping[str, Any], theme: Theme, position: int | None) -> None:
        self.document, self.graph, self.theme = document, document["graph"], theme
        self.words = document.get("words") or {}
        steps = list(document["steps"])
        self.step: Mapping[str, Any] = steps[position - 1] if position else {}
        self.rows = {row: last_rows(document, row, position) for row in ("value", "grad")}
        self.flown = {(flow["edge"], flow["lane"]) for step in steps[:position] for flow in step.get("flows", ())}
        self.released = {name for step in steps[:position] for name in step.get("released") or ()}
        now = max([step.get("pass") or 0 for step in steps[:position]], default=0)
        self.recent = {  # what has flown in the backward pass at hand
            (flow["edge"], flow["lane"])
            for step in steps[:position]
            if (step.get("pass") or 0) == now
            for flow in step.get("flows", ())
        }
        self.active = {(flow["edge"], flow["lane"]) for flow in self.step.get("flows", ())}
        self.peaks: dict[tuple[str, str], float] = {}
        for moment in (document.get("start") or {}, *steps):
            for effect in moment.get("effects", ()):
                key = effect["variable"], effect["row"]
                self.peaks[key] = max(self.peaks.get(key, 0.0), _peak(effect.get("value")))
        self.width = max(NARROWEST, self.graph["width"])
        self.left = (self.width - self.graph["width"]) / 2  # a small graph stands in the middle
        self.message = _message_lines(document.get("message"), self.width)
        self.top = 14 + MESSAGE_STEP * len(self.message) if self.message else 0.0
        self.height = self.top + self.graph["height"] + FOOT

    def draw(self, ax: Axes, outlines: bool = False) -> None:
        window = ax.get_window_extent()
        dot = min(window.width / self.width, window.height / self.height) * 72 / _whole_figure(ax).dpi
        self.pen = Pen(ax, to_networkx(self.document), self.left, self.top, dot, outlines=outlines)
        self._ground()
        reached = self._reached()
        for hull in self.graph.get("hulls") or ():
            if reached.intersection(hull["members"]):
                draw_hull(self.pen, self.theme, hull)
        self._lanes()
        for operator in self.graph["operators"]:
            self._operator(operator)
        for variable in self.graph["variables"]:
            self._variable(variable)
        for node in (*self.graph["operators"], *self.graph["variables"]):
            if node["id"] in reached:
                draw_tags(self.pen, self.theme, node.get("tags") or ())
        for edge in self.graph["edges"]:
            if edge.get("scissors") and (edge["id"], "value") in self.flown:
                draw_scissors(self.pen, self.theme, edge["scissors"])
        for box in self.graph.get("boxes") or ():
            self._box(box)
        for edge in self.graph["edges"]:
            if edge.get("reference"):
                self._reference(edge["reference"], (edge["id"], "value") in self.flown)
        for edge in self.graph["edges"]:
            # a local derivative belongs to the backward pass
            if edge.get("chip") and (edge["id"], "gradient") in self.flown:
                self._chip(edge["chip"])
        self._message()
        self._legend()
        # limits that are known, and no axis: else each stroke would be measured for them
        ax.set_axis_off()
        ax.set_xlim(0, self.width)
        ax.set_ylim(self.height, 0)
        ax.set_aspect("equal")
        self.pen.finish()

    def _reached(self) -> set[str]:
        """The nodes that the run has come to: what has its value, and the operators that something flowed into."""
        found = {edge["target"] for edge in self.graph["edges"] if (edge["id"], "value") in self.flown}
        return found | {name for name, effect in self.rows["value"].items() if effect["state"] != "none"}

    # -- the ground and the edges --

    def _ground(self) -> None:
        theme, pen = self.theme, self.pen
        pen.shape(rounded(-self.left, -self.top, self.width, self.height, 0), fill=theme.canvas, zorder=0)
        if pen.legible > 6:
            return
        across, down = int(self.width // 18) + 1, int(self.height // 18) + 1
        xs, ys = np.meshgrid(18 * np.arange(across) + 9, 18 * np.arange(down) + 9)
        dots: Any = {"marker": "o", "markersize": 2 * pen.dot, "markerfacecolor": theme.dots, "markeredgewidth": 0}
        pen.ax.plot(xs.ravel(), ys.ravel(), linestyle="none", zorder=0.5, **dots)

    def _lanes(self) -> None:
        """All edges, in few strokes: what has not been used yet is grey, and a gradient on its way is thick."""
        theme = self.theme
        inks = {
            "pending": (blend(theme.pending, theme.canvas, 0.6), 1.5),
            "value": (blend(theme.value, theme.canvas, 0.88), 1.8),
            "former": (blend(theme.gradient, theme.canvas, 0.28), 1.8),
            "gradient": (blend(theme.gradient, theme.canvas, 0.62), 1.8),
            "active": (theme.gradient, 3.4),
        }
        lanes: dict[str, Lane] = {state: ([], []) for state in inks}
        for edge in self.graph["edges"]:
            flown = (edge["id"], "value") in self.flown
            add_lane(lanes["value" if flown else "pending"], edge["value_path"], forward=True)
            gradient = edge["id"], "gradient"
            if edge["gradient_path"] and gradient in self.flown:
                state = "active" if gradient in self.active else "gradient" if gradient in self.recent else "former"
                add_lane(lanes[state], edge["gradient_path"], forward=False)
        for state, (lines, heads) in lanes.items():
            ink, width = inks[state]
            self.pen.shape(lines, stroke=ink, width=width, zorder=1.5, cap="round")
            self.pen.shape(heads, fill=ink, zorder=1.6)

    def _chip(self, chip: Mapping[str, Any]) -> None:
        x, y, w = chip["x"], chip["y"], chip["w"]
        pill = rounded(x - w / 2, y - CHIP_HEIGHT / 2, w, CHIP_HEIGHT, CHIP_HEIGHT / 2)
        self.pen.shape(pill, fill=self.theme.canvas, stroke=self.theme.line, width=1.0, zorder=4)
        self.pen.write(x, y + 3.8, chip["text"], size=look.CHIP_SIZE, ink=self.theme.muted, voice="mono", room=w - 8)

    # -- nodes --

    def _operator(self, operator: Mapping[str, Any]) -> None:
        theme, pen = self.theme, self.pen
        x, y, w, h = operator["x"], operator["y"], operator["w"], operator["h"]
        fill, ink, line_ink = theme.operator, theme.on_operator, theme.muted
        if operator["id"] == self.step.get("focus"):
            if self.step["phase"] == "backward":
                fill, ink, line_ink = theme.gradient_fill, theme.on_gradient, theme.gradient_text
            else:
                fill, ink, line_ink = theme.value_fill, theme.on_value, theme.value_text
            for glow in (9, 6, 3):
                halo = rounded(x - w / 2 - glow, y - h / 2 - glow, w + 2 * glow, h + 2 * glow, 8 + glow)
                pen.shape(halo, fill=fill, alpha=0.12)
        pen.body(operator["id"], rounded(-w / 2, -h / 2, w, h, 8), fill=fill, stroke="none", width=0)
        glyph = operator.get("glyph") or ""
        size = min(look.GLYPH_SIZE, (w - 10) / text_width(glyph or " ", 1))
        pen.name(operator["id"], y - 4 + 0.35 * size, glyph, size=size, ink=ink, voice="sans")
        name_y = y + h / 2 - 7.3
        pen.write(x, name_y, operator["name"], size=look.OPERATOR_NAME_SIZE, ink=ink, bold=True)
        if operator.get("line"):
            above = y - h / 2 - 6
            pen.write(
                x + w / 2, above, operator["line"], size=look.LINE_SIZE, ink=line_ink, voice="mono", align="right"
            )
        if operator.get("saved"):
            wide, top = saved_width(operator), y + h / 2 + 8
            tag = rounded(x - wide / 2, top, wide, 17, 5)
            released = operator["id"] in self.released
            ink = blend(theme.value, theme.canvas, 0.45) if released else theme.value
            pen.shape(tag, fill=theme.canvas, stroke=ink, width=1.0, dash=(2, 2))
            ink = theme.muted if released else theme.value_text
            pen.write(x, top + 12, operator["saved"], size=look.LABEL_SIZE, ink=ink, voice="mono", room=wide - 8)
            if released:
                line = Path([(x - wide / 2 + 7, top + 8.7), (x + wide / 2 - 7, top + 8.7)])
                pen.shape(line, stroke=ink, width=1.0, zorder=6)

    def _reference(self, reference: Mapping[str, Any], reached: bool) -> None:
        """The name of a leaf that stands far away."""
        theme, (x, y, w) = self.theme, (reference["x"], reference["y"], reference["w"])
        ink = theme.value if reached else theme.pending
        pill = rounded(x - w / 2, y - REFERENCE_HEIGHT / 2, w, REFERENCE_HEIGHT, REFERENCE_HEIGHT / 2)
        self.pen.shape(pill, fill=theme.canvas, stroke=ink, width=1.2, dash=(3, 2))
        self.pen.write(x, y + 4.2, reference["text"], size=12, ink=theme.text, voice="serif", room=w - 10)

    def _box(self, box: Mapping[str, Any]) -> None:
        """Ops that are shown as one: a title, how many, and the value that they give."""
        theme, pen = self.theme, self.pen
        w, h = box["w"], box["h"]
        left, top = box["x"] - w / 2, box["y"] - h / 2
        lit = box["id"] == self.step.get("focus")
        back = blend(theme.operator, theme.canvas, 0.55)
        for inset in (6, 3):
            pen.shape(rounded(left + inset, top - inset, w, h, 9), fill=theme.panel, stroke=back, width=1.2)
        backward = self.step.get("phase") == "backward"
        stroke = theme.operator if not lit else theme.gradient if backward else theme.value
        pen.shape(rounded(left, top, w, h, 9), fill=theme.panel, stroke=stroke, width=2.6 if lit else 1.4)
        mark = Path(
            [(left + 10, top + 12.5), (left + 15.5, top + 17), (left + 10, top + 21.5), (left + 10, top + 12.5)]
        )
        pen.shape(mark, fill=theme.muted)
        pen.write(
            left + 22, top + 21.5, box["title"], size=13, ink=theme.text, voice="mono", bold=True, align="left",
            room=w - 30,
        )  # fmt: skip
        pen.write(left + 22, top + 36, box["subtitle"], size=10, ink=theme.muted, align="left", room=w - 30)
        shows = box.get("shows")
        if shows:
            given = next(v for v in self.graph["given"] if v["id"] == shows["variable"])
            shown = {**given, "value_label": shows["value_label"], "cells": shows["cells"], "dock": shows["dock"]}
            self._dock(shown)

    def _variable(self, variable: Mapping[str, Any]) -> None:
        theme, pen = self.theme, self.pen
        x, y, rx, ry, name = variable["x"], variable["y"], variable["rx"], variable["ry"], variable["name"]
        constant = not variable["requires_grad"]
        stroke, fill, width = theme.pending if constant else theme.value, theme.panel, 1.5
        if variable["leaf"]:
            ring = blend(stroke, theme.canvas, 0.55)
            pen.body(variable["id"], ellipse(rx + 4, ry + 4), fill="none", stroke=ring, width=1.2)
            if not constant:
                fill, width = theme.value_tint, 2.0
        pen.body(variable["id"], ellipse(rx, ry), fill=fill, stroke=stroke, width=width, dashed=constant)
        font, voice = variable["font"], "mono" if variable.get("expression") else "serif"
        # the small letters of a name are centred above the shape, whatever their size
        pen.name(variable["id"], y - 3.2 + 0.225 * font, name, size=font, ink=theme.text, voice=voice)  # type: ignore[arg-type]
        pen.write(x, y + 0.64 * ry, variable["shape"], size=look.SHAPE_SIZE, ink=theme.muted, voice="mono")

        below = self._dock(variable)
        grad = self.rows["grad"].get(variable["id"]) or {}
        ink = theme.gradient_text if grad.get("state") == "flight" else theme.muted
        pen.write(x, below + 10, grad.get("note") or "", size=look.NOTE_SIZE, ink=ink)

    # -- docks --

    def _dock(self, variable: Mapping[str, Any]) -> float:
        """The rows of a variable; returns where they end."""
        below: float = variable["dock"]["y"]
        for row in ("value", "grad")[: row_count(variable)]:
            self._row(variable, below, row, self.rows[row].get(variable["id"]) or {})
            below += variable["dock"]["row_h"] + variable["dock"]["gap"]
        return below

    def _row(self, variable: Mapping[str, Any], y: float, row: str, effect: Mapping[str, Any]) -> None:
        theme, pen, dock = self.theme, self.pen, variable["dock"]
        x, w, h, label_w = dock["x"], dock["w"], dock["row_h"], dock["label_w"]
        state, value, middle = effect.get("state", "none"), effect.get("value"), y + h / 2
        if value is None:
            stroke, ink, fill = theme.line, theme.muted, theme.panel
        elif row == "grad":
            stroke, ink, fill = theme.gradient, theme.gradient_text, theme.gradient_tint
        elif variable["requires_grad"]:
            stroke, ink, fill = theme.value, theme.value_text, theme.value_tint
        else:
            stroke, ink, fill = theme.pending, theme.muted, theme.panel
        if state == "freed":  # faded, but its numbers can still be read
            stroke, ink, fill = blend(stroke, theme.canvas, 0.45), theme.muted, blend(fill, theme.canvas, 0.5)
        dash = (3.0, 2.5) if state in ("flight", "freed") else None
        pen.shape(rounded(x, y, w, h, 5), fill=fill, stroke=stroke, width=1.1, dash=dash)

        def write(at: float, text: str, size: float, room: float, bold: bool = False) -> None:
            pen.write(at, middle + 0.36 * size, text, size=size, ink=ink, voice="mono", room=room, bold=bold)

        label = effect.get("label") or variable["value_label" if row == "value" else "grad_label"] or ""
        write(x + label_w / 2, label, look.LABEL_SIZE, label_w - 6, bold=True)
        if value is None:
            if row == "grad" and (effect or variable["leaf"]):  # what has not come yet is left empty
                write(x + (label_w + w) / 2, self.words.get("none", "None"), 11, w - label_w)
        elif value["kind"] == "cells" and 0 < len(value["text"]) <= variable["cells"]:
            cell = (w - label_w) / len(value["text"])
            for i, text in enumerate(value["text"]):
                write(x + label_w + (i + 0.5) * cell + 6, text, look.CELL_SIZE, cell - 15)
            self._bars(x + label_w, y, cell, h, value["numbers"], self.peaks[variable["id"], row], stroke)
        elif len(value["numbers"]) > 1:
            self._heat(dock, y, value, 0.5 if state == "freed" else 1.0)
        else:
            write(x + (label_w + w) / 2, value.get("summary") or "", look.LABEL_SIZE, w - label_w - 8)
        if effect.get("badge") and any(effect is current for current in self.step.get("effects", ())):
            pen.shape(rounded(x + w + 7, middle - 9, 27, 18, 5), fill=theme.gradient_fill)
            ink = theme.on_gradient
            pen.write(x + w + 20.5, middle + 4.1, effect["badge"], size=11, ink=ink, voice="mono", bold=True)

    def _bars(
        self, x: float, y: float, cell: float, h: float, numbers: Sequence[float | None], peak: float, stroke: str
    ) -> None:
        """A signed bar beside each number, all on the scale of their row, and rules between the cells."""
        middle, longest = y + h / 2, _bar_scale(peak)
        rules, zeros, bars = [], [], []
        for i, number in enumerate(numbers):
            left = x + i * cell
            rules.append(Path([(left, y + 1), (left, y + h - 1)]))
            if number is not None:
                length = max(abs(number) / longest * 8, 0.6)
                zeros.append(Path([(left + 4, middle), (left + 11, middle)]))
                bars.append(rounded(left + 5.2, middle - (length if number >= 0 else 0), 4.6, length, 0.3))
        self.pen.shape(rules, stroke=stroke, width=0.8, alpha=0.35)
        self.pen.shape(zeros, stroke=stroke, width=0.8, alpha=0.6)
        self.pen.shape(bars, fill=stroke, alpha=0.75)

    def _strip(self, dock: Mapping[str, Any], y: float, value: Mapping[str, Any], largest: float, alpha: float) -> None:
        """The same map of few entries, as plain squares: they go with all others of their colour in one stroke."""
        cols = max(value["cols"], 1)
        rows = max(len(value["numbers"]) // cols, 1)
        w, h = (dock["w"] - dock["label_w"] - 5) / cols, (dock["row_h"] - 6) / rows
        for i, number in enumerate(value["numbers"]):
            colour = self.theme.pending
            if number is not None:
                colour = self.theme.diverging[min(int((number / largest + 1.1) / 0.2), 10)]
            square = rounded(dock["x"] + dock["label_w"] + 2 + i % cols * w, y + 3 + i // cols * h, w, h, 0)
            self.pen.shape(square, fill=colour, alpha=alpha, zorder=4)

    def _heat(self, dock: Mapping[str, Any], y: float, value: Mapping[str, Any], alpha: float) -> None:
        """A map of the entries: purple below zero, green above, and the ground's own tone at it."""
        numbers, cols, largest = value["numbers"], value["cols"], _peak(value) or 1.0
        if len(numbers) <= FEW:
            self._strip(dock, y, value, largest, alpha)
            return
        shares = [math.nan if number is None else number / largest for number in numbers]
        grid = [shares[start : start + cols] for start in range(0, len(shares), cols)]
        x, top = dock["x"] + self.left, y + self.top
        self.pen.ax.imshow(
            grid,
            cmap=ListedColormap(self.theme.diverging).with_extremes(bad=self.theme.pending),
            vmin=-1.1,  # eleven classes, the middle one around zero
            vmax=1.1,
            extent=(x + dock["label_w"] + 2, x + dock["w"] - 3, top + dock["row_h"] - 3, top + 3),
            aspect="auto",
            interpolation="nearest",
            alpha=alpha,
            zorder=4,
        )

    # -- head and foot --

    def _message(self) -> None:
        if not self.message:
            return
        error = self.document["message"]["kind"] == "error"
        sign, ink = ("✕", self.theme.error) if error else ("!", self.theme.gradient_text)
        x, y, size = 20 - self.left, 22 - self.top, MESSAGE_SIZE
        self.pen.write(x, y, sign, size=size, ink=ink, bold=True, align="left")
        for i, line in enumerate(self.message):
            self.pen.write(x + 18, y + MESSAGE_STEP * i, line, size=size, ink=ink, align="left")

    def _legend(self) -> None:
        theme, pen, words = self.theme, self.pen, self.words
        entries = [
            (26.0, self._value_key, words.get("legend_value", "value")),
            (26.0, self._gradient_key, words.get("legend_gradient", "gradient")),
            (22.0, self._variable_key, words.get("legend_variable", "variable")),
            (17.0, self._operator_key, words.get("legend_operator", "op")),
        ]
        if any((variable.get("value") or {}).get("kind") == "heat" for variable in self.graph["variables"]):
            entries.append((44.0, self._heat_key, "− 0 +"))
        widths = [width + 7 + text_width(text, LEGEND_SIZE) for width, _, text in entries]
        y = self.graph["height"] + FOOT / 2 - 2
        x = first = self.width - self.left - 20 - sum(widths) - 16 * (len(entries) - 1)
        for (width, key, text), whole in zip(entries, widths, strict=True):
            key(x, y)
            pen.write(x + width + 7, y + 4, text, size=LEGEND_SIZE, ink=theme.muted, align="left")
            x += whole + 16
        title = self.document.get("title") or {}
        line = "  ·  ".join(part for part in (title.get("code"), title.get("call")) if part)
        start = 20 - self.left
        if text_width(line, LEGEND_SIZE) < first - start - 30:
            pen.write(start, y + 4, line, size=LEGEND_SIZE, ink=theme.muted, voice="mono", align="left")

    def _value_key(self, x: float, y: float) -> None:
        self._lane_key(x, y, self.theme.value, forward=True)

    def _gradient_key(self, x: float, y: float) -> None:
        self._lane_key(x, y, self.theme.gradient, forward=False)

    def _lane_key(self, x: float, y: float, ink: str, *, forward: bool) -> None:
        lane: Lane = ([], [])
        add_lane(lane, [["M", x, y], ["L", x + 26, y]], forward=forward)
        self.pen.shape(lane[0], stroke=ink, width=2, cap="round")
        self.pen.shape(lane[1], fill=ink)

    def _variable_key(self, x: float, y: float) -> None:
        self.pen.shape(ellipse(11, 6.5, x + 11, y), fill=self.theme.panel, stroke=self.theme.value, width=1.4)

    def _operator_key(self, x: float, y: float) -> None:
        self.pen.shape(rounded(x, y - 6.5, 17, 13, 3), fill=self.theme.operator)

    def _heat_key(self, x: float, y: float) -> None:
        for i, colour in enumerate(self.theme.diverging):
            self.pen.shape(rounded(x + 4 * i, y - 6, 4.2, 12, 0), fill=colour)


def _whole_figure(ax: Axes) -> Figure:
    """The figure that axes stand in, also where that is a figure in a figure."""
    part: Any = ax.figure
    whole: Figure = part.figure
    return whole


def _message_lines(message: Mapping[str, Any] | None, width: float) -> list[str]:
    """A message in the lines that it needs, at most four."""
    if not message:
        return []
    columns = max(20, int((width - 58) / (0.58 * MESSAGE_SIZE)))
    return textwrap.wrap(message["text"], columns, max_lines=4, placeholder=" …")


def _bar_scale(peak: float) -> float:
    """The number whose bar has full length: a round one, so that small changes do not change the scale."""
    if not peak > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(peak))
    return next((end * power for end in (1.5, 3, 6, 10) if end * power >= peak), peak)


def _peak(value: Mapping[str, Any] | None) -> float:
    """The largest absolute value among the finite numbers."""
    return max((abs(number) for number in (value or {}).get("numbers", ()) if number is not None), default=0.0)
