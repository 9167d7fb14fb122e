"""Fonts for user text: the ones matplotlib ships first, then whichever installed one has the character.

A character that no font has is shown as an empty square. So no text ever makes matplotlib warn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from matplotlib import font_manager

__all__ = ["Voice", "fit_fonts"]

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


def fit_fonts(text: str, voice: Voice) -> tuple[str, list[str]]:
    """Return ``text`` as it can be shown, on one line, and the font families that have all its glyphs."""
    families = list(SHIPPED[voice])
    shown = []
    for character in text:
        if character.isspace() or not character.isprintable():
            shown.append(" ")
            continue
        family = _family_with(character, voice)
        shown.append(character if family else MISSING)
        if family and family not in families:
            families.append(family)
    return "".join(shown), families


@lru_cache(maxsize=4096)
def _family_with(character: str, voice: Voice) -> str | None:
    for family in SHIPPED[voice]:
        if _has(font_manager.findfont(family), character):
            return family
    fonts = font_manager.fontManager.ttflist
    rank = {family: i for i, family in enumerate(PREFERRED)}
    for font in sorted(fonts, key=lambda f: (rank.get(f.name, len(rank)), f.style != "normal", f.name, f.fname)):
        # the font of last resort has a box for everything
        if "LastResort" not in font.name and font.weight in (400, "normal", "regular") and _has(font.fname, character):
            return font.name
    return None


def _has(path: str, character: str) -> bool:
    try:
        return bool(font_manager.get_font(path).get_char_index(ord(character)))
    except (OSError, RuntimeError):  # a font file that cannot be read has no glyphs
        return False
