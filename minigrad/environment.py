"""What programs set or ask of PyTorch's surroundings, and what it means here: one CPU, nothing to compile."""

from __future__ import annotations

from typing import Any

from minigrad.ops.arguments import CPU, check_device, device

__all__ = [
    "are_deterministic_algorithms_enabled",
    "compile",
    "get_default_device",
    "get_float32_matmul_precision",
    "get_num_interop_threads",
    "get_num_threads",
    "set_default_device",
    "set_float32_matmul_precision",
    "set_num_interop_threads",
    "set_num_threads",
    "use_deterministic_algorithms",
]

_threads = 1
_asked: dict[str, Any] = {"deterministic": False, "matmul": "highest", "interop": 1}


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


def get_default_device() -> device:
    """Return where tensors are made: on the CPU."""
    return CPU


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Remember that it was asked for; all algorithms are deterministic."""
    _asked["deterministic"] = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """Return what ``use_deterministic_algorithms`` was told."""
    return bool(_asked["deterministic"])


def set_float32_matmul_precision(precision: str) -> None:
    """Remember "highest", "high" or "medium"; float32 matrices are always multiplied at their full precision."""
    _asked["matmul"] = precision


def get_float32_matmul_precision() -> str:
    """Return what ``set_float32_matmul_precision`` was told; "highest" at first."""
    return str(_asked["matmul"])


def set_num_interop_threads(num: int) -> None:
    """Remember a number of threads that run ops side by side; here one op runs after the other."""
    if num < 1:
        raise RuntimeError("set_num_interop_threads expects a positive integer")
    _asked["interop"] = num


def get_num_interop_threads() -> int:
    """Return what ``set_num_interop_threads`` was told; 1 at first."""
    return int(_asked["interop"])
