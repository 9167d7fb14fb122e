"""A computation graph as a networkx graph, as positions, and as a still picture.

``mg.draw(z)`` is a matplotlib figure of the graph of ``z``, after the backward pass that ``z.backward()`` would be;
``mg.draw(z, ax=axes, at=0, theme="dark")`` draws on axes, as it is before the first step, in the dark. No ``.grad``
changes. ``help(mg.draw.__call__)`` says all of it.

This room imports networkx and matplotlib; `import minigrad` does not import this room.
"""

import sys
from types import ModuleType
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minigrad import trace
from minigrad.draw.figure import figure, png
from minigrad.draw.graph import to_networkx
from minigrad.draw.layout import layered_layout
from minigrad.draw.place import place

__all__ = ["figure", "layered_layout", "place", "png", "to_networkx"]


class _Room(ModuleType):
    """The room can be called: ``mg.draw(z)`` draws a tensor's graph."""

    def __call__(
        self,
        tensor: Any,
        gradient: Any = None,
        *,
        ax: Axes | None = None,
        at: int = -1,
        theme: Literal["light", "dark"] = "light",
    ) -> Figure:
        """Return a picture of a tensor's graph after the backward pass that ``tensor.backward()`` would be.

        The pass leaves nothing behind, as with ``mg.play``: no ``.grad`` changes, and no hook is called.

        Parameters
        ----------
        tensor : Tensor
            Where the pass starts.
        gradient : Tensor, optional
            What it starts with, where the tensor is more than one number.
        ax : matplotlib.axes.Axes, optional
            Where to draw. A figure of its own, if it is not given.
        at : int
            The step after which to look: 0 is before the first one, -1 is the last.
        theme : {"light", "dark"}
            The colours.

        Returns
        -------
        matplotlib.figure.Figure
            The figure drawn on. The last line of a notebook's cell shows it, and ``savefig`` stores it.

        Raises
        ------
        TypeError
            If ``tensor`` is no tensor.

        Examples
        --------
        >>> w = mg.tensor([2.0, -1.0], requires_grad=True)
        >>> mg.draw((w * w).sum()).savefig("graph.png")  # doctest: +SKIP
        """
        document = trace.standing_document(tensor, gradient, "en", sys._getframe(1))
        return figure(document, theme=theme, position=trace.position_at(document, at), ax=ax)


sys.modules[__name__].__class__ = _Room
