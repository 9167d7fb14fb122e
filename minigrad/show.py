"""``mg.play`` and ``mg.record``: seeing a graph outside of ``%%autograd``; ``mg.draw`` is the room of that name.

Nothing is loaded here until it is asked for, so that ``import minigrad`` stays NumPy alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from minigrad.jupyter import Player
    from minigrad.tensor import Tensor

__all__ = ["Run", "play", "record"]


def play(
    tensor: Tensor,
    gradient: Tensor | None = None,
    *,
    at: int = 0,
    theme: Literal["auto", "light", "dark"] = "auto",
    language: str = "en",
) -> Player:
    """Return a player for a tensor that exists: its graph, and the backward pass that ``tensor.backward()`` would be.

    The pass leaves nothing behind: no ``.grad`` changes, no hook is called, and the graph can still run. What nobody
    holds any more has no numbers; ``%%autograd`` and ``record`` see everything.

    Parameters
    ----------
    tensor : Tensor
        Where the pass starts.
    gradient : Tensor, optional
        What it starts with, where the tensor is more than one number.
    at : int
        The step to stand at: 0 is before the first one, -1 is the last.
    theme : {"auto", "light", "dark"}
        The colours; ``"auto"`` follows the notebook's.
    language : str
        The language of its sentences.

    Returns
    -------
    Player
        A widget: the last line of a notebook's cell shows it.

    Examples
    --------
    >>> w = mg.tensor([2.0, -1.0], requires_grad=True)
    >>> z = (w * w).sum()
    >>> mg.play(z)
    minigrad: z · z.backward()
    ...
    5  backward  MulBackward0  ∂z/∂w = [1, 1] ⊙ [2, −1] = [2, −1], += into w.grad; ...
    6  backward  w.grad        ∂z/∂w = [2, −1] + [2, −1] = [4, −2]; None += [4, −2] = [4, −2]
    >>> w.grad is None
    True
    """
    from minigrad import trace

    return _player(trace.standing_document(tensor, gradient, language, sys._getframe(1)), at, theme)


def record() -> Run:
    """Record what a ``with`` block computes, to play, draw or read it afterwards.

    Returns
    -------
    Run
        What was recorded, once the block has ended.

    Examples
    --------
    >>> with mg.record() as run:
    ...     x = mg.tensor(3.0, requires_grad=True)
    ...     y = x * x
    ...     y.backward()
    >>> print(run.table())
    minigrad: y = x * x · y.backward()
    start: x = 3
    1  forward   MUL line 3    x * x: 3 × 3 = 9
    2  backward  y.backward()  ∂y/∂y = 1
    3  backward  MulBackward0  ∂y/∂x = 1 ⊙ 3 = 3, += into x.grad; ∂y/∂x = 1 ⊙ 3 = 3, += into x.grad
    4  backward  x.grad        ∂y/∂x = 3 + 3 = 6; None += 6 = 6
    """
    return Run()


class Run:
    """What ``record`` has recorded; it needs NumPy alone until it is played or drawn."""

    def __init__(self) -> None:
        from minigrad import trace

        self._context = trace.record(depth=2)
        self._recording: Any = None
        self._document: dict[str, Any] | None = None

    def __enter__(self) -> Run:
        self._recording = self._context.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.__exit__(kind, error, trace)

    @property
    def document(self) -> dict[str, Any]:
        """The play document: plain JSON that the player, the picture and the table read."""
        if self._document is None:
            from minigrad import trace

            if self._recording is None:
                raise RuntimeError("nothing was recorded: use it as `with mg.record() as run:`, and look afterwards.")
            self._document = trace.play_document(self._recording)
        return self._document

    def table(self) -> str:
        """Return the steps as lines of text."""
        from minigrad import trace

        return trace.step_table(self.document)

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the play document as JSON text, and write it to ``path`` if there is one."""
        from minigrad import trace

        text = trace.to_json(self.document)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def play(self, *, at: int = 0, theme: Literal["auto", "light", "dark"] = "auto") -> Player:
        """Return a player of what was recorded, standing at a step: 0 is before the first one, -1 the last."""
        return _player(self.document, at, theme)

    def draw(self, *, ax: Axes | None = None, at: int = -1, theme: Literal["light", "dark"] = "light") -> Figure:
        """Return a picture of what was recorded, on ``ax`` or a figure of its own, after a step."""
        return _figure(self.document, ax, at, theme)


def _player(document: dict[str, Any], at: int, theme: Literal["auto", "light", "dark"]) -> Player:
    from minigrad import draw, jupyter, trace

    return jupyter.Player(draw.place(document), trace.position_at(document, at), theme)


def _figure(document: dict[str, Any], ax: Axes | None, at: int, theme: Literal["light", "dark"]) -> Figure:
    from minigrad import draw, trace

    return draw.figure(document, theme=theme, position=trace.position_at(document, at), ax=ax)
