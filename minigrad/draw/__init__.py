"""A computation graph as a networkx graph, as positions, and as a still picture.

This room imports networkx and matplotlib; `import minigrad` does not import this room.
"""

from minigrad.draw.figure import figure, png
from minigrad.draw.graph import to_networkx
from minigrad.draw.layout import layered_layout
from minigrad.draw.place import place

__all__ = ["figure", "layered_layout", "place", "png", "to_networkx"]
