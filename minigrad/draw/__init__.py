"""A computation graph as a networkx graph, as positions, and as a still picture.

This room imports networkx and matplotlib; `import minigrad` does not import this room.
"""

import sys
from types import ModuleType
from typing import Any

from minigrad.draw.figure import figure, png
from minigrad.draw.graph import to_networkx
from minigrad.draw.layout import layered_layout
from minigrad.draw.place import place

__all__ = ["figure", "layered_layout", "place", "png", "to_networkx"]


class _Room(ModuleType):
    """The room can be called: ``mg.draw(z)`` draws a tensor's graph."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        show = sys.modules["minigrad.show"]  # it stands above: minigrad has loaded it
        return show.draw(*arguments, **options)


sys.modules[__name__].__class__ = _Room
