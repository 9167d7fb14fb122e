"""Fonts for user text: the ones matplotlib ships first, then whichever installed one has the character.

A character that no font has is shown as an empty square, so that no text ever makes matplotlib warn.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from matplotlib import font_manager

__all__ = ["Outline", "Type", "Voice", "outline", "set_type"]

Voice = Literal["sans", "mono", "serif"]

# all of these come with matplotlib
SHIPPED: dict[str, tuple[str, ...]] = {
    "sans": ("DejaVu Sans", "STIXGeneral"),
    "mono": ("DejaVu Sans Mono", "DejaVu Sans", "STIXGeneral"),
    "serif": ("STIXGeneral", "DejaVu Serif", "DejaVu Sans"),
}
# tried first where those have no glyph, because they look best beside them; then any font at all
PREFERRED = (
    "Noto Sans SC", "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei", "Noto Sans", "Arial Unicode MS", "Segoe UI Symbol",
)  # fmt: skip
MISSING = "□"


class Type(NamedTuple):
    """How a text is set: the text as it can be shown, its font families in the order in which they are asked."""

    text: str
    families: list[str]
    style: str
    weight: str


def set_type(text: str, voice: Voice, *, bold: bool = False) -> Type:
    """Return how to write ``text`` on one line, such that some font has every glyph; the serif voice is slanted."""
    plain = "".join(map(_plain, text))
    weight = "bold" if bold else "normal"
    styles = ("italic", "normal") if voice == "serif" else ("normal",)
    for style in styles:
        found = {character: _family_with(character, voice, style, weight) for character in plain}
        if all(found.values()):  # a script that nobody slants is written upright
            break
    families = list(dict.fromkeys([*SHIPPED[voice], *filter(None, found.values())]))
    return Type("".join(c if found[c] else MISSING for c in plain), families, style, weight)


class Outline(NamedTuple):
    """A text as shapes, in units of its size: where it is filled, and how wide it is."""

    points: Any  # float array, shape (n, 2), y upwards from the baseline
    codes: Any  # matplotlib's path codes, shape (n,)
    width: float


@lru_cache(maxsize=4096)
def outline(text: str, voice: Voice, *, bold: bool = False) -> Outline:
    """Return a text as it would be written, as one shape: much of it is drawn in a fraction of the time."""
    kind = set_type(text, voice, bold=bold)
    points: list[Any] = [np.empty((0, 2))]
    codes: list[Any] = [np.empty(0, np.uint8)]
    width = 0.0
    for character in kind.text:
        glyph = _glyph(_family_with(character, voice, kind.style, kind.weight), character, kind.style, kind.weight)
        points.append(np.add(glyph.points, (width, 0.0)))
        codes.append(glyph.codes)
        width += glyph.width
    return Outline(np.concatenate(points), np.concatenate(codes), width)


@lru_cache(maxsize=4096)
def _glyph(family: str | None, character: str, style: str, weight: str) -> Outline:
    font = font_manager.get_font(_file_of(family or SHIPPED["sans"][0], style, weight))
    try:
        font.set_size(100, 72)  # so that a length is a hundredth of the size
        width = font.load_char(ord(character)).linearHoriAdvance / 65536
        points, codes = font.get_path()
    except RuntimeError:  # a font of pictures has no outlines
        return _glyph(None, MISSING, "normal", "normal")
    return Outline(np.asarray(points) / 100, np.asarray(codes, np.uint8), width / 100)


def _plain(character: str) -> str:
    """No control may break a line or turn its direction."""
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    return MISSING if unicodedata.category(character).startswith("C") else character


@lru_cache(maxsize=4096)
def _family_with(character: str, voice: Voice, style: str, weight: str) -> str | None:
    for family in (*SHIPPED[voice], *PREFERRED):
        if family in _families() and _has(_file_of(family, style, weight), character):
            return family
    # the font of last resort has a box for everything
    for family in sorted(name for name in _families() if "LastResort" not in name):
        if _has(_file_of(family, style, weight), character):
            return family
    return None


@lru_cache(maxsize=1)
def _families() -> frozenset[str]:
    return frozenset(font_manager.get_font_names())


@lru_cache(maxsize=1024)
def _file_of(family: str, style: str, weight: str) -> str:
    """The file that matplotlib takes for a family that is installed."""
    wanted = font_manager.FontProperties(family=[family], style=style, weight=weight)  # type: ignore[arg-type]
    return str(font_manager.findfont(wanted, fallback_to_default=False))


def _has(path: str, character: str) -> bool:
    try:
        return bool(font_manager.get_font(path).get_char_index(ord(character)))
    except (OSError, RuntimeError):  # a font file that cannot be read has no glyphs
        return False
