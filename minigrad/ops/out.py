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
from minigrad.autograd.base import Array, TensorBase, counter
from minigrad.autograd.grad_mode import local
from minigrad.ops import overlap
from minigrad.ops.arguments import refuse_lossy
from minigrad.ops.inplace import refuse_inference
from minigrad.ops.results import named as named_result

Called = TypeVar("Called", bound=Callable[..., Any])


# Note [What out may hold]
#
# Most results are cast to the dtype of `out`, unless their kind has no room there. These want it to be their own, each
# in PyTorch's words. `sum` and its kin compute in the dtype of `out`.
OWN_DTYPE = {
    "Expected out tensor to have dtype {own_c}, but got {got_c} instead": "addmm addmv aminmax argmax argmin baddbmm "
    "bmm cross diag eigh eigvalsh gather histc inv isin kthvalue log_softmax matmul matrix_norm matrix_power max "
    "median min mm mode msort multi_dot mv nanmedian nonzero norm qr renorm scatter slice_scatter slogdet softmax "
    "solve sort svd svdvals take_along_dim topk tril triu vector_norm",
    "Found dtype {got} but expected {own}": "abs bitwise_not ceil clamp clamp_max clamp_min floor frac hardshrink neg "
    "round sgn sign trunc",
    "{name}(): self and result must have the same scalar type": "index_select masked_select",
    "{name}(): self and out expected to have the same dtype, but got self.dtype = {own} and out.dtype = {got}": "take",
    "Expected the dtype for input and out to match, but got {own} for input's dtype and {got} for out's dtype.": "amax "
    "amin",
    "expected scalar_type {own} but found {got}": "cummax cummin logcumsumexp",
    "result dtype {got} does not match input dtype {own}": "dot vdot",
    "Expected out type to be {own} but got {got}": "where",
    "quantile() out tensor must be same dtype as the input tensor": "quantile nanquantile",
    "tensordot: Expected the output tensor to have dtype {own}, but got an output tensor with dtype {got}": "inner "
    "tensordot",
    "{name} does not support non-boolean outputs.": "isneginf isposinf signbit",
    "{name} only supports bool tensor for result, got: {got}": "all any",
}
_SENTENCES = {name: sentence for sentence, names in OWN_DTYPE.items() for name in names.split()}
_IN_OUT = ("sum", "prod", "cumsum", "cumprod")
_JOINED = ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "row_stack", "dstack", "column_stack")
_IN_C = {
    "Float": "float",
    "Double": "double",
    "Half": "c10::Half",
    "Long": "long int",
    "Int": "int",
    "Short": "short int",
    "Char": "signed char",
    "Byte": "unsigned char",
    "Bool": "bool",
}


def takes_out(function: Called) -> Called:
    """Let a function write its result into the tensor, or the tensors, given as ``out``."""
    write, computes = into, _computed_in_out

    def call(*args: Any, **named: Any) -> Any:
        if not named or "out" not in named:
            return function(*args, **named)
        out = named.pop("out")
        if out is None:
            return function(*args, **named)
        return write(out, computes(function, out, args, named), function.__name__)

    return _as(function, call)


def _computed_in_out(function: Callable[..., Any], out: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Return a result, computed in the dtype of ``out`` where that is PyTorch's way."""
    name = function.__name__
    if name in _IN_OUT and isinstance(out, TensorBase):
        if len(args) < 2 and "dim" not in named and "axis" not in named:
            raise TypeError(
                f"{name}() received an invalid combination of arguments: with out=, the dimension to reduce is named"
            )
        own = dtypes.of(out._array.dtype)
        if (named.get("dtype") or own) != own:
            raise RuntimeError(_sentence("mm", name, named["dtype"], own))
        return function(*args, **named, dtype=own) if "dtype" not in named else function(*args, **named)
    return function(*args, **named)


def _sentence(kind: str, name: str, own: dtypes.dtype, got: dtypes.dtype) -> str:
    """Return PyTorch's sentence for an ``out`` of another dtype than the result's."""
    own_c, got_c = (_IN_C.get(x.title, x.title) for x in (own, got))
    return _SENTENCES[kind].format(name=name, own=own.title, got=got.title, own_c=own_c, got_c=got_c)


def _refuse_dtype(name: str, made: Array, target: Array, several: bool) -> None:
    """Refuse a dtype of ``out`` in which the result may not be written. See Note [What out may hold]."""
    free = (name in ("all", "any") and target.dtype == np.uint8) or (name in ("max", "min") and not several)
    if name in _SENTENCES and made.dtype != target.dtype and not free:
        raise RuntimeError(_sentence(name, name, dtypes.of(made.dtype), dtypes.of(target.dtype)))
    try:
        refuse_lossy(made, target)
    except RuntimeError:
        if name not in _JOINED:
            raise
        wanted = dtypes.of(target.dtype).title
        raise TypeError(f"torch.cat(): input types can't be cast to the desired output type {wanted}") from None


def makes_out(function: Called) -> Called:
    """Let a maker of tensors fill the tensor given as ``out``, in whose dtype it makes the numbers.

    One that takes its sizes one by one may be given them as one tuple, under their name.
    """
    fill, plain = _made, _plainly
    takes_sizes = bool(function.__code__.co_flags & CO_VARARGS)

    def call(*args: Any, **named: Any) -> Any:
        if named and takes_sizes and "size" in named:
            args = (*args, named.pop("size"))
        if "layout" in named or "pin_memory" in named:
            plain(function.__name__, named)
        if not named or named.get("out") is None:
            named.pop("out", None)
            return function(*args, **named)
        return fill(function, args, **named)

    return _as(function, call)


def lies_plainly(function: Called) -> Called:
    """Let a maker of tensors be told how their entries shall lie in memory, where that is as they do."""
    plain = _plainly

    def call(*args: Any, **named: Any) -> Any:
        if "layout" in named or "pin_memory" in named:
            plain(function.__name__, named)
        return function(*args, **named)

    return _as(function, call)


def _plainly(name: str, named: dict[str, Any]) -> None:
    """Take out what says how entries lie: so many steps apart, in ordinary memory."""
    layout, pinned = named.pop("layout", None), named.pop("pin_memory", False)
    if layout is not None and str(layout) != "torch.strided":
        raise TypeError(f"{name}(): argument 'layout' must be torch.layout, not {type(layout).__name__}")
    if not isinstance(pinned, bool):
        raise TypeError(f"{name}(): argument 'pin_memory' must be bool, not {type(pinned).__name__}")
    if pinned:
        raise RuntimeError(
            "pin_memory=True requires a CUDA or other accelerator backend; no pinned memory allocator is available on "
            "this system."
        )


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
        _refuse_dtype(name, made._array, target._array, several)
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
    refuse_inference(target)
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
