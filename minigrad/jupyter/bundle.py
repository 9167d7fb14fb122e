"""Where the front end's one ES module lies: in the wheel beside this file, in a checkout where npm builds it."""

from __future__ import annotations

from pathlib import Path

ROOM = Path(__file__).parent
PLACES = (
    ROOM / "static" / "player.js",
    ROOM.parents[1] / "widgets" / "dist" / "player.js",
)


def find(places: tuple[Path, ...] = PLACES) -> Path | None:
    """Return the first of ``places`` that is a file; None in a checkout whose front end was never built."""
    for place in places:
        if place.is_file():
            return place
    return None
