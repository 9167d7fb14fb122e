"""What the user's variables hold: the names under which a tensor can be found, without running any code of theirs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from types import FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase

MOST_LOOKED_AT = 100_000  # so many objects are looked into for the names of parameters, in one recording
MOST_AT_ONCE = 2_000
DEEPEST = 3
CO_OPTIMIZED = inspect.CO_OPTIMIZED  # a function's code, whose variables are no dict


def names(tensor: TensorBase, frames: Sequence[FrameType]) -> tuple[tuple[str, ...], ...]:
    """Return the names under which the frames hold a tensor, a tuple a frame, outermost first."""
    found = []
    for frame in reversed(frames):
        found.append(tuple([name for name, held in variables(frame) if held is tensor]))
    if frames and not any(found) and frames[0].f_code.co_flags & CO_OPTIMIZED:
        found.append(tuple([name for name, held in list(frames[0].f_globals.items()) if held is tensor]))
    return tuple(found)


def variables(frame: FrameType) -> list[tuple[str, Any]]:
    """Return a frame's variables, without the frame's keeping what they held."""
    names: Any = frame.f_locals
    found = list(names.items())
    # Before Python 3.13, asking a function's frame for its variables leaves a copy of them there, which would hold what
    # the function itself has let go of. It is emptied, unless the function has asked for `locals()` too.
    if frame.f_code.co_flags & CO_OPTIMIZED and type(names) is dict and sys.getrefcount(names) <= 3:
        names.clear()
    return found


def _parts(path: str, thing: Any) -> list[tuple[str, Any]]:
    """Return what an object holds, and how one would write it."""
    kind = type(thing)
    if kind in (list, tuple):
        return [(f"{path}[{i}]", held) for i, held in enumerate(thing[:100])]
    if kind is dict:
        return [(f"{path}[{key!r}]", held) for key, held in list(thing.items())[:100] if type(key) in (str, int)]
    if issubclass(kind, (type, ModuleType, TensorBase, np.ndarray, FunctionType)):
        return []
    try:
        attributes = object.__getattribute__(thing, "__dict__")
    except Exception:
        return []
    found = []
    for key, held in list(attributes.items())[:100] if type(attributes) is dict else ():
        if key in ("_parameters", "_modules", "_buffers") and type(held) is dict:  # what a module's attributes are
            found += [(f"{path}.{name}", inner) for name, inner in list(held.items())[:100]]
        else:
            found.append((f"{path}.{key}", held))
    return found


class Finder:
    """Finds parameters inside the user's objects; it tires, so that a large program is not searched without end."""

    def __init__(self) -> None:
        self._patience = MOST_LOOKED_AT

    def search(self, tensor: TensorBase, frame: FrameType) -> tuple[str, ...]:
        """Return where a frame's objects hold a parameter: ``layer.w``, ``ws[0]``."""
        todo = [(name, thing, 0) for name, thing in variables(frame) if name[:1] != "_" and name not in ("In", "Out")]
        met: set[int] = set()
        for path, thing, depth in todo:  # it grows while it is gone through: breadth first
            if thing is tensor:
                return (path,)
            if depth > DEEPEST or id(thing) in met or self._patience <= 0 or len(met) > MOST_AT_ONCE:
                continue
            met.add(id(thing))
            self._patience -= 1
            todo.extend([(inner, held, depth + 1) for inner, held in _parts(path, thing)])
        return ()
