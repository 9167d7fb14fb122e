"""References: a leaf that is used far away is named there again, instead of a line across the whole picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from minigrad.draw.layers import Box, Point
from minigrad.draw.levels import Level, Wire
from minigrad.draw.rects import Rect, text_width

__all__ = ["REFERENCE_HEIGHT", "Reference", "far_wires", "reference_to"]

FAR = 900.0  # pixels from a leaf to its first use, or from that on
REFERENCE_HEIGHT = 22.0
REFERENCE_SIZE = 12.0
LONGEST = 12  # characters


class Reference(NamedTuple):
    """The name of a leaf, where the leaf itself is far away."""

    variable: str
    text: str
    width: float

    @property
    def box(self) -> Box:
        """The room that it takes in a layout."""
        return Box.of(self.width, REFERENCE_HEIGHT)

    @property
    def rect(self) -> Rect:
        """What it covers, around its middle."""
        return Rect.around(0, 0, self.width, REFERENCE_HEIGHT)

    def at(self, place: Point) -> dict[str, Any]:
        """Its entry in a play document."""
        return {"variable": self.variable, "text": self.text, "x": place[0], "y": place[1], "w": self.width}


def reference_to(variable: Mapping[str, Any]) -> Reference:
    """Return the reference to a variable."""
    name = variable["name"]
    text = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
    return Reference(variable["id"], text, float(round(max(30.0, text_width(text, REFERENCE_SIZE, 0.6) + 16))))


def far_wires(level: Level, nodes: Mapping[str, Any], positions: Mapping[Any, Point]) -> list[Wire]:
    """Return the lines that are better cut: from what nothing in the level makes, to an op that is far away."""
    made = {wire.target for wire in level.wires}
    first: dict[str, float] = {}
    for wire in level.wires:
        x = positions[wire.target][0]
        first[wire.source] = min(first.get(wire.source, x), x)
    return [
        wire
        for wire in level.wires
        if wire.source in nodes
        and wire.source not in made
        and wire.target in nodes
        and positions[wire.target][0] - first[wire.source] > FAR
    ]
