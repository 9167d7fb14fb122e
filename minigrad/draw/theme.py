"""The colours and type sizes of every picture: the player's style sheet has the same numbers.

Blue is a value and orange a gradient, everywhere. Both stay apart under protan, deutan and tritan vision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["THEMES", "Theme", "ThemeName", "blend", "contrast"]

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, each named for what it says."""

    panel: str
    canvas: str
    dots: str
    line: str
    text: str
    muted: str
    pending: str
    value: str
    value_text: str
    value_tint: str
    gradient: str
    gradient_text: str
    gradient_tint: str
    operator: str
    on_operator: str
    gradient_fill: str  # what is lit: dark enough for small letters on it
    on_gradient: str
    value_fill: str
    on_value: str
    ok: str
    error: str
    diverging: tuple[str, ...]  # of a heat map, from the most negative number over zero to the most positive


THEMES: dict[str, Theme] = {
    "light": Theme(
        panel="#FFFFFF",
        canvas="#FAFBFC",
        dots="#E6EBEF",
        line="#DCE2E8",
        text="#17212B",
        muted="#56636F",
        pending="#7A8894",
        value="#0072B2",
        value_text="#005A8C",
        value_tint="#E4F1FA",
        gradient="#D55E00",
        gradient_text="#A84300",
        gradient_tint="#FDEEE2",
        operator="#24323F",
        on_operator="#FFFFFF",
        gradient_fill="#C25500",
        on_gradient="#FFFFFF",
        value_fill="#0072B2",
        on_value="#FFFFFF",
        ok="#00795A",
        error="#B3123C",
        # PRGn of colorbrewer2.org
        diverging=(
            "#40004B", "#762A83", "#9970AB", "#C2A5CF", "#E7D4E8",
            "#F7F7F7", "#D9F0D3", "#A6DBA0", "#5AAE61", "#1B7837", "#00441B",
        ),
    ),
    "dark": Theme(
        panel="#12181F",
        canvas="#0D1319",
        dots="#1B242D",
        line="#26313B",
        text="#E9EFF4",
        muted="#9DABB8",
        pending="#6F7E8B",
        value="#5DB2EC",
        value_text="#8CCBF5",
        value_tint="#10293B",
        gradient="#FF9447",
        gradient_text="#FFB27D",
        gradient_tint="#3A2111",
        operator="#3A4957",
        on_operator="#FFFFFF",
        gradient_fill="#FF9447",
        on_gradient="#1D0F04",
        value_fill="#5DB2EC",
        on_value="#101418",
        ok="#4FD1A5",
        error="#FF7A93",
        # the same hues, with zero as dark as the panel
        diverging=(
            "#D9B8FF", "#AE86DE", "#8560B4", "#5F4287", "#3A2A55",
            "#12181F", "#17402A", "#276B3F", "#3C9759", "#63C97E", "#A5F0B4",
        ),
    ),
}  # fmt: skip

# type sizes and the few lengths that a picture and its layout share, in pixels
NAME_SIZE = 23.0
EXPRESSION_SIZE = 13.0
SHAPE_SIZE = 9.5
CELL_SIZE = 11.5
LABEL_SIZE = 9.6
NOTE_SIZE = 10.0
CHIP_SIZE = 10.5
GLYPH_SIZE = 23.0
OPERATOR_NAME_SIZE = 9.0
LINE_SIZE = 9.5
LANE_OFFSET = 3.25  # the value lane this far to the left of an edge's way, the gradient lane to its right


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def blend(colour: str, ground: str, share: float) -> str:
    """Return what ``colour`` at opacity ``share`` looks like on ``ground``."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(_channels(colour), _channels(ground), strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def contrast(colour: str, ground: str) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21; running text needs 4.5."""

    def luminance(name: str) -> float:
        parts = [c / 255 for c in _channels(name)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
