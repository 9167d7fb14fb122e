"""NumPy's door: a NumPy function that is given a tensor runs the op of the same meaning, which is recorded."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.grad_mode import local
from minigrad.ops import (
    activations,
    arithmetic,
    choice,
    combining,
    compare,
    elementwise,
    higher,
    joining,
    linalg,
    logic,
    powers,
    rounding,
    trigonometry,
)

# Note [Two doors]
#
# NumPy asks a tensor twice. A ufunc (np.exp, np.multiply, and so `array * t`) comes through `__array_ufunc__` and finds
# its op in the first table below. Any other function (np.sum, np.concatenate) comes through
# `__array_function__` and finds a line below, which translates NumPy's arguments. What stands in neither table is
# computed on plain arrays if nothing would be lost by it, and refused by name if a gradient would.

_told = False


def ufunc(function: np.ufunc, method: str, inputs: Any, out: Any, settings: Any) -> Any:
    """Answer ``__array_ufunc__``: run the op of a ufunc.

    Parameters
    ----------
    function : ufunc
        What was called.
    method : str
        How: ``"__call__"``, ``"reduce"`` ...
    inputs, out, settings : tuple, tuple of ndarray or None, dict
        With what; ``array += t`` passes ``out``, and no graph goes through the array that is written to.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError
        If there is no such op.
    """
    if out is not None:
        return getattr(function, method)(*_plain(inputs), out=out, **settings)
    op = _UFUNCS.get(function)
    if op is None or method != "__call__" or settings:
        name = function.__name__ if method == "__call__" else f"{function.__name__}.{method}"
        given = f" with {', '.join(settings)}=" if settings else ""
        raise TypeError(
            f"np.{name}{given} is not recorded on tensors. Use an op of minigrad, or t.detach().numpy() for the "
            "numbers alone."
        )
    if len(inputs) == 1 and not _told:
        _tell(function.__name__, op.__name__, inputs[0])
    if op in _TENSORS_ONLY:
        kind = next(x for x in inputs if isinstance(x, TensorBase))._array.dtype
        inputs = tuple([x if isinstance(x, TensorBase) else wrap(np.asarray(x, kind)) for x in inputs])
    return op(*inputs)


def _tell(name: str, op: str, x: Any) -> None:
    """Say once that PyTorch would refuse here."""
    global _told
    if x._requires_grad and not local.state.backward_records:
        _told = True
        warnings.warn(
            f"np.{name} on a tensor that requires grad is recorded by minigrad; PyTorch refuses it. mg.{op} is the "
            "same in both. (This is said once.)",
            UserWarning,
            stacklevel=4,
        )


def array_function(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Answer ``__array_function__``: run the op of a NumPy function that is no ufunc.

    Parameters
    ----------
    function : callable
        What was called.
    args, kwargs : tuple, dict
        With what.

    Returns
    -------
    Tensor, or what NumPy returns

    Raises
    ------
    TypeError
        If there is no such op, and a gradient would be lost.
    """
    if kwargs.get("out") is None:
        kwargs = {name: value for name, value in kwargs.items() if value is not np._NoValue and name != "out"}
    line = _FUNCTIONS.get(function)
    if line is not None:
        try:
            return line(*args, **kwargs)
        except TypeError as error:
            if "unexpected keyword" not in str(error):
                raise
            raise TypeError(f"{_name(function)} on tensors: {error}. Use an op of minigrad for this.") from None
    if any(x.requires_grad for x in _tensors((args, kwargs))):
        raise TypeError(
            f"{_name(function)} is not recorded on tensors, and this one requires grad. Use an op of minigrad, or "
            "t.detach().numpy() for the numbers alone."
        )
    return function(*_plain(args), **_plain(kwargs))


def _name(function: Any) -> str:
    return f"{function.__module__.replace('numpy', 'np')}.{function.__name__}"


def _tensors(value: Any) -> list[Any]:
    """Return all tensors inside arguments."""
    if isinstance(value, TensorBase):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (tuple, list)):
        return []
    return [x for part in value for x in _tensors(part)]


def _plain(value: Any) -> Any:
    """Return arguments with arrays for tensors."""
    if isinstance(value, TensorBase):
        return np.asarray(value)
    if isinstance(value, dict):
        return {name: _plain(x) for name, x in value.items()}
    return type(value)([_plain(x) for x in value]) if type(value) in (tuple, list) else value


def _t(x: Any) -> Any:
    """Return an operand as a tensor."""
    return x if isinstance(x, TensorBase) else wrap(np.array(x))


def _all_t(arrays: Any) -> list[Any]:
    return [_t(x) for x in arrays]


def _reduction(name: str) -> Callable[..., Any]:
    """Return NumPy's form of a method that takes dimensions away."""

    def reduce(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        method = getattr(_t(a), name)
        if axis is None:
            axis = tuple(range(_t(a).ndim))
        return method(axis, keepdim=keepdims)

    return reduce


def _spread(name: str) -> Callable[..., Any]:
    def spread(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
        return getattr(_t(a), name)(axis, correction=ddof, keepdim=keepdims)

    return spread


def _place(name: str) -> Callable[..., Any]:
    def place(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        return getattr(_t(a), name)(axis, keepdim=keepdims)

    return place


def _running(name: str) -> Callable[..., Any]:
    def running(a: Any, axis: Any = None) -> Any:
        x = _t(a)
        return getattr(x.reshape(-1) if axis is None else x, name)(0 if axis is None else axis)

    return running


def _product(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return _t(a).prod() if axis is None else _t(a).prod(axis, keepdim=keepdims)


def _where(condition: Any, *choices: Any) -> Any:
    if not choices:
        return _t(condition).nonzero(as_tuple=True)
    x: Any
    y: Any
    x, y = (c if isinstance(c, (TensorBase, int, float)) else _t(c) for c in choices)
    if not isinstance(x, TensorBase):  # Tensor.where wants a tensor to be asked
        x = wrap(np.asarray(x, _t(y)._array.dtype))
    return x.where(_t(condition).bool(), y)


def _joined(name: str) -> Callable[..., Any]:
    def join(arrays: Any, axis: Any = 0) -> Any:
        tensors = _all_t(arrays)
        if axis is None:
            tensors, axis = [x.reshape(-1) for x in tensors], 0
        return getattr(joining, name)(tensors, axis)

    return join


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord is None and axis is None:
        return _t(x).reshape(-1).norm()
    if isinstance(axis, int) or (axis is None and _t(x).ndim == 1):
        return _t(x).norm(2 if ord is None else ord, axis, keepdim=keepdims)
    raise TypeError("np.linalg.norm of matrices is not recorded on tensors. Use mg.linalg.norm.")


def _dot(a: Any, b: Any) -> Any:
    x, y = _t(a), _t(b)
    if x.ndim == 0 or y.ndim == 0:
        return x * y
    if y.ndim > 2:
        raise TypeError("np.dot with more than two dimensions is not recorded on tensors. Use mg.tensordot or `@`.")
    return x @ y


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    return _t(a).clamp(a_min if min is None else min, a_max if max is None else max)


def _transpose(a: Any, axes: Any = None) -> Any:
    x = _t(a)
    return x.permute(tuple(reversed(range(x.ndim))) if axes is None else tuple(axes))


def _squeeze(a: Any, axis: Any = None) -> Any:
    return _t(a).squeeze() if axis is None else _t(a).squeeze(axis)


def _expand_dims(a: Any, axis: Any) -> Any:
    x = _t(a)
    for one in sorted([axis] if isinstance(axis, int) else axis):
        x = x.unsqueeze(one)
    return x


def _flip(m: Any, axis: Any = None) -> Any:
    x = _t(m)
    return x.flip(tuple(range(x.ndim)) if axis is None else axis)


_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.sum: _reduction("sum"),
    np.mean: _reduction("mean"),
    np.max: _reduction("amax"),
    np.amax: _reduction("amax"),
    np.min: _reduction("amin"),
    np.amin: _reduction("amin"),
    np.prod: _product,
    np.std: _spread("std"),
    np.var: _spread("var"),
    np.argmax: _place("argmax"),
    np.argmin: _place("argmin"),
    np.cumsum: _running("cumsum"),
    np.cumprod: _running("cumprod"),
    np.where: _where,
    np.concatenate: _joined("cat"),
    np.stack: _joined("stack"),
    np.clip: _clip,
    np.dot: _dot,
    np.outer: lambda a, b: _t(a).reshape(-1).outer(_t(b).reshape(-1)),
    np.linalg.norm: _norm,
    np.reshape: lambda a, shape, order="C": _t(a).reshape(shape),
    np.ravel: lambda a, order="C": _t(a).reshape(-1),
    np.transpose: _transpose,
    np.swapaxes: lambda a, axis1, axis2: _t(a).transpose(axis1, axis2),
    np.moveaxis: lambda a, source, destination: _t(a).movedim(source, destination),
    np.squeeze: _squeeze,
    np.expand_dims: _expand_dims,
    np.broadcast_to: lambda array, shape: _t(array).expand(shape),
    np.flip: _flip,
    np.round: lambda a, decimals=0: _t(a).round(decimals=decimals),
    np.around: lambda a, decimals=0: _t(a).round(decimals=decimals),
    np.copy: lambda a, order="K", subok=False: _t(a).clone(),
    np.shape: lambda a: tuple(a.shape),
    np.ndim: lambda a: a.ndim,
    np.size: lambda a, axis=None: a.numel() if axis is None else a.size(axis),
}

# NumPy's functions of single numbers, and the op that records each.
_UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.negative: arithmetic.neg,
    np.positive: arithmetic.positive,
    np.power: powers.pow,
    np.float_power: powers.float_power,
    np.square: powers.square,
    np.sqrt: powers.sqrt,
    np.reciprocal: powers.reciprocal,
    np.absolute: rounding.abs,
    np.fabs: rounding.abs,
    np.sign: rounding.sign,
    np.floor: rounding.floor,
    np.ceil: rounding.ceil,
    np.trunc: rounding.trunc,
    np.rint: rounding.round,
    np.floor_divide: rounding.floor_divide,
    np.remainder: rounding.remainder,
    np.fmod: rounding.fmod,
    np.maximum: choice.maximum,
    np.minimum: choice.minimum,
    np.hypot: combining.hypot,
    np.logaddexp: combining.logaddexp,
    np.logaddexp2: combining.logaddexp2,
    np.copysign: combining.copysign,
    np.fmax: combining.fmax,
    np.fmin: combining.fmin,
    np.gcd: combining.gcd,
    np.lcm: combining.lcm,
    np.deg2rad: higher.deg2rad,
    np.rad2deg: higher.rad2deg,
    np.exp: elementwise.exp,
    np.exp2: elementwise.exp2,
    np.expm1: elementwise.expm1,
    np.log: elementwise.log,
    np.log2: elementwise.log2,
    np.log10: elementwise.log10,
    np.log1p: elementwise.log1p,
    np.sin: trigonometry.sin,
    np.cos: trigonometry.cos,
    np.tan: trigonometry.tan,
    np.arcsin: trigonometry.asin,
    np.arccos: trigonometry.acos,
    np.arctan: trigonometry.atan,
    np.sinh: trigonometry.sinh,
    np.cosh: trigonometry.cosh,
    np.arcsinh: trigonometry.asinh,
    np.arccosh: trigonometry.acosh,
    np.arctanh: trigonometry.atanh,
    np.arctan2: trigonometry.atan2,
    np.tanh: activations.tanh,
    np.equal: compare.eq,
    np.not_equal: compare.ne,
    np.less: compare.lt,
    np.less_equal: compare.le,
    np.greater: compare.gt,
    np.greater_equal: compare.ge,
    np.isnan: compare.isnan,
    np.isinf: compare.isinf,
    np.isfinite: compare.isfinite,
    np.logical_and: logic.logical_and,
    np.logical_or: logic.logical_or,
    np.logical_xor: logic.logical_xor,
    np.logical_not: logic.logical_not,
    np.bitwise_and: logic.bitwise_and,
    np.bitwise_or: logic.bitwise_or,
    np.bitwise_xor: logic.bitwise_xor,
    np.invert: logic.bitwise_not,
    np.matmul: linalg.matmul,
}

_TENSORS_ONLY: frozenset[Any] = frozenset(
    {
        *(choice.maximum, choice.minimum, trigonometry.atan2, linalg.matmul),
        *(logic.logical_and, logic.logical_or, logic.logical_xor),
    }
)
