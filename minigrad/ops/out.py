"""``out=``: a result written into a tensor that is there already. No gradient goes that way."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from inspect import CO_VARARGS
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, counter
from minigrad.autograd.grad_mode import local
from minigrad.ops import overlap
from minigrad.ops.arguments import refuse_lossy
from minigrad.ops.results import named as named_result

Called = TypeVar("Called", bound=Callable[..., Any])


def takes_out(function: Called) -> Called:
    """Let a function write its result into the tensor, or the tensors, given as ``out``."""
    write = into

    def call(*args: Any, **named: Any) -> Any:
        if not named or "out" not in named:
            return function(*args, **named)
        out = named.pop("out")
        result = function(*args, **named)
        return result if out is None else write(out, result, function.__name__)

    return _as(function, call)


def makes_out(function: Called) -> Called:
    """Let a maker of tensors fill the tensor given as ``out``, in whose dtype it makes the numbers.

    One that takes its sizes one by one may be given them as one tuple, under their name.
    """
    fill = _made
    takes_sizes = bool(function.__code__.co_flags & CO_VARARGS)

    def call(*args: Any, **named: Any) -> Any:
        if named and takes_sizes and "size" in named:
            args = (*args, named.pop("size"))
        if not named or named.get("out") is None:
            named.pop("out", None)
            return function(*args, **named)
        return fill(function, args, **named)

    return _as(function, call)


def _as(function: Called, call: Callable[..., Any]) -> Called:
    """Return ``call`` in the place of a function: for doctest and for tracebacks, one of its module's."""
    made = FunctionType(call.__code__, function.__globals__, function.__name__, None, call.__closure__)
    return functools.wraps(function)(made)  # type: ignore[return-value]


def into(out: Any, result: Any, name: str) -> Any:
    """Write a result into ``out``, and return that.

    Parameters
    ----------
    out : Tensor or tuple of Tensor
        As many as there are results. One of another shape takes on the result's: with a warning, unless it is empty.
    result : Tensor or tuple of Tensor
        What was computed.
    name : str
        The function that computed it, which an error names.

    Returns
    -------
    Tensor or tuple of Tensor
        ``out`` itself, or a tuple of them with the names of the result's.

    Raises
    ------
    RuntimeError
        If a gradient would be lost, or the numbers do not fit ``out``'s dtype.
    """
    several = isinstance(result, tuple)
    if several and (not isinstance(out, (tuple, list)) or len(out) != len(result)):
        raise TypeError(
            f"{name}() received an invalid combination of arguments: it has {len(result)} results, so out must be a "
            f"tuple of {len(result)} tensors"
        )
    pairs = list(zip(out, result, strict=True)) if several else [(out, result)]
    for target, made in pairs:
        _check(target, _asks(target) or _asks(made), name)
        refuse_lossy(made._array, target._array)
    for target, made in pairs:
        _write(target, made._array)
    if not several:
        return out
    if hasattr(result, "_fields"):
        return named_result(f"{type(result).__name__}_out", " ".join(result._fields))(*out)
    return tuple(out)


def _made(function: Callable[..., Any], args: tuple[Any, ...], out: Any, **named: Any) -> Any:
    """Return ``out``, filled with what a maker of tensors makes."""
    name, requires_grad = function.__name__, named.pop("requires_grad", False)
    _check(out, _asks(out), f"aten::{name}")
    own = dtypes.of(out._array.dtype)
    if named.setdefault("dtype", own) is None:
        named["dtype"] = own
    if named["dtype"] != own:
        raise RuntimeError(
            f"dtype {named['dtype'].title} does not match dtype of out parameter ({own.title}): leave dtype out."
        )
    _write(out, function(*args, **named)._array)
    return out.requires_grad_() if requires_grad else out


def _asks(x: Any) -> bool:
    """Return whether a gradient is wanted for a tensor."""
    return isinstance(x, TensorBase) and bool(x.requires_grad)  # type: ignore[attr-defined]


def _check(target: Any, requires_grad: bool, name: str) -> None:
    """Refuse what is no tensor, and to lose a gradient."""
    if not isinstance(target, TensorBase):
        raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type(target).__name__}")
    if requires_grad and local.state.grad_enabled:
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad. Leave out= away, or compute inside mg.no_grad()."
        )


def _write(target: TensorBase, array: Any) -> None:
    """Write numbers into a tensor; give it their shape first if it has another."""
    held = target._array
    if held.shape != array.shape:
        if held.size:
            warnings.warn(
                f"An output with one or more elements was resized since it had shape {list(held.shape)}, which does "
                f"not match the required output shape {list(array.shape)}. This behavior is deprecated, and in a "
                "future PyTorch release outputs will not be resized unless they have zero elements. You can "
                "explicitly reuse an out tensor t by resizing it, inplace, to zero elements with t.resize_(0).",
                UserWarning,
                stacklevel=5,
            )
        target._array = held = np.empty(array.shape, held.dtype)
    overlap.refuse_repeats(target)
    local.state.quietly(np.copyto, held, array, "unsafe")
    counter(target).count += 1
