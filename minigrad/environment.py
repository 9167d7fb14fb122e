"""What programs set or ask of PyTorch's surroundings, and what it means here: one CPU, nothing to compile."""

from __future__ import annotations

from typing import Any

from minigrad import random
from minigrad.autograd.base import TensorBase
from minigrad.creation import tensor
from minigrad.dtypes import uint8
from minigrad.ops.arguments import check_device

__all__ = [
    "are_deterministic_algorithms_enabled",
    "compile",
    "get_num_threads",
    "get_rng_state",
    "set_default_device",
    "set_num_threads",
    "set_rng_state",
    "use_deterministic_algorithms",
]

_threads = 1


def compile(model: Any = None, **settings: Any) -> Any:
    """Return a function or module as it is: there is nothing to compile to.

    Parameters
    ----------
    model : callable, optional
        What PyTorch would compile; left out, a decorator is returned.
    **settings : optional
        Accepted; they change nothing.

    Returns
    -------
    callable

    Examples
    --------
    >>> mg.compile(len) is len
    True
    """
    return (lambda function: function) if model is None else model


def get_num_threads() -> int:
    """Return what ``set_num_threads`` set; 1 at first."""
    return _threads


def set_num_threads(num: int) -> None:
    """Remember a number of threads; NumPy decides how many it uses.

    Parameters
    ----------
    num : int
        At least 1.
    """
    global _threads
    if num < 1:
        raise RuntimeError("set_num_threads expects a positive integer")
    _threads = num


def set_default_device(device: Any) -> None:
    """Accept the CPU, and refuse every other device."""
    check_device(device)


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Do nothing: all algorithms are deterministic."""


def are_deterministic_algorithms_enabled() -> bool:
    """Return True: all algorithms are deterministic."""
    return True


def get_rng_state() -> Any:
    """Return the state of the default generator, as a tensor of bytes."""
    return tensor(random.default_generator.get_state(), dtype=uint8)


def set_rng_state(new_state: Any) -> None:
    """Take the default generator back to a state that ``get_rng_state`` returned."""
    random.default_generator.set_state(new_state._array if isinstance(new_state, TensorBase) else new_state)
