"""Rectangles, and how wide a text will be, before anything is drawn."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


def text_width(text: str, size: float, em: float = 0.61) -> float:
    """Estimate the width of ``text``: ``em`` a character, twice that for the wide ones of East Asia."""
    return size * em * sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


class Rect(NamedTuple):
    """A rectangle by its corners, in pixels from the top left."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Rect:
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def moved(self, x: float, y: float) -> Rect:
        return Rect(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, by: float) -> Rect:
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def shared(self, other: Rect) -> float:
        """The area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0
