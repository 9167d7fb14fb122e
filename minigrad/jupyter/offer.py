"""At the moment of the error: the traceback of an autograd error ends with the offer to see it on the graph."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from minigrad.trace.refusals import is_about_tensors

PACKAGE = Path(__file__).parents[1]
AUTOGRAD = PACKAGE / "autograd"
OPERANDS = "op.py"  # there, what does not fit an op is refused too
OFFER = "See it on the graph: put %%autograd on top of this cell, and run it again."
SHOWN = "The graph above shows it."
SAID = "_minigrad_said"  # an attribute of an error
# What other rooms say of autograd: in-place ops, views, leaves, numpy(), the gradient that is assigned.
ABOUT = re.compile(
    r"\bgrad|requires?[ _]grad|in-?place|no_grad|inference|leaf Variable|non-leaf|graph leaves|written-to"
)


def offer(shell: Any) -> None:
    """Let a shell end the traceback of each autograd error with one line more.

    IPython has no place for that but the method that shows a traceback: its events come after it, and of handlers of
    exceptions (``set_custom_exc``) there can be only one, which may be the user's.
    """
    shell.showtraceback = _Offering(shell, shell.showtraceback)


def withdraw(shell: Any) -> None:
    """Take that away again, unless somebody else has taken the method over since."""
    ours = vars(shell).get("showtraceback")
    if isinstance(ours, _Offering):
        del shell.showtraceback
        if getattr(ours.show, "__func__", None) is not getattr(type(shell), "showtraceback", None):
            shell.showtraceback = ours.show


class _Offering:
    """Shows a traceback as ``show`` does, and adds the offer first."""

    def __init__(self, shell: Any, show: Callable[..., Any]) -> None:
        self.shell = shell
        self.show = show

    def __call__(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> Any:
        with suppress(Exception):  # whatever fails here, the user's own error must be shown
            error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
            if isinstance(error, BaseException) and concerns_autograd(error) and is_about_tensors(error):
                note(error, OFFER)
        return self.show(exc_tuple, *args, **kwargs)


def note(error: BaseException, line: str | None) -> None:
    """Add a line to an error, once: what is shown again, as by %tb, is said already. None: there is nothing to say."""
    if SAID not in vars(error):
        vars(error)[SAID] = True
        if line is not None:
            error.add_note(line)


def concerns_autograd(error: BaseException) -> bool:
    """Return whether an error comes from the graph or the backward pass: not a wrong shape, not the user's own.

    An error of a user's hook or ``backward`` does, as it ends a backward pass.
    """
    files = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        files.append(Path(code.co_filename))
        if code.co_name == "run_backward" and files[-1] == AUTOGRAD / "engine.py":
            return True
        trace = trace.tb_next
    if not files or PACKAGE not in files[-1].parents:
        return False
    if AUTOGRAD in files[-1].parents and files[-1].name != OPERANDS:
        return True
    return ABOUT.search(str(error)) is not None
