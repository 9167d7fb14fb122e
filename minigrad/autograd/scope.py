"""Name a part of a computation: the player shows it as one box that can be opened."""

from __future__ import annotations

from types import TracebackType

from minigrad.autograd.grad_mode import _GradMode as Block  # it decorates functions of every kind
from minigrad.autograd.grad_mode import local

__all__ = ["scope"]


class scope(Block):
    """Give what is computed inside a name: the player folds it into one box with that title.

    A context manager and a decorator. It changes nothing of the computation, and does nothing at all while nobody
    records.

    Parameters
    ----------
    name : str
        The title of the box.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> with mg.scope("square and add"):
    ...     z = (x * x).sum()
    >>> @mg.scope("layer")
    ... def layer(x, w):
    ...     return (x * w).tanh()
    >>> layer(z, 0.0)
    tensor(0., grad_fn=<TanhBackward0>)
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = str(name)

    def __enter__(self) -> None:
        recorder = local.state.recorder
        if recorder is not None:
            recorder.enter_scope(self.name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        recorder = local.state.recorder
        if recorder is not None:
            recorder.leave_scope()

    def clone(self) -> scope:
        """Return the manager itself: it keeps nothing, so that any number of threads may use it at once."""
        return self
