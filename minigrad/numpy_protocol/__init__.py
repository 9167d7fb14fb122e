"""NumPy's door: a NumPy function that is given a tensor runs the op of the same meaning, which is recorded."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.grad_mode import local
from minigrad.numpy_protocol.functions import FUNCTIONS, QUESTIONS
from minigrad.numpy_protocol.ufuncs import TENSORS_ONLY, UFUNCS

# Note [Two doors]
#
# NumPy asks a tensor twice. A ufunc (np.exp, np.multiply, and so `array * t`) comes through `__array_ufunc__` and finds
# its op in ufuncs.py. Any other function (np.sum, np.concatenate) comes through `__array_function__` and finds a
# line in functions.py, which translates NumPy's arguments. What stands in neither table is computed on plain arrays if
# nothing would be lost by it, and refused by name if a gradient would.

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
    op = UFUNCS.get(function)
    if op is None or method != "__call__" or settings:
        name = function.__name__ if method == "__call__" else f"{function.__name__}.{method}"
        given = f" with {', '.join(settings)}=" if settings else ""
        raise TypeError(
            f"np.{name}{given} is not recorded on tensors. Use an op of minigrad, or t.detach().numpy() for the "
            "numbers alone."
        )
    if len(inputs) == 1 and not _told:
        _tell(function.__name__, op.__name__, inputs[0])
    if op in TENSORS_ONLY:
        kind = dtypes.result_type(*[x._array if isinstance(x, TensorBase) else x for x in inputs])
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
    line = FUNCTIONS.get(function)
    if line is not None:
        try:
            return line(*args, **kwargs)
        except TypeError as error:
            if "unexpected keyword" not in str(error):
                raise
            raise TypeError(f"{_name(function)} on tensors: {error}. Use an op of minigrad for this.") from None
    if function not in QUESTIONS and any(x.requires_grad for x in _tensors((args, kwargs))):
        raise TypeError(
            f"{_name(function)} is not recorded on tensors, and this one requires grad. Use an op of minigrad, or "
            "t.detach().numpy() for the numbers alone."
        )
    if function in QUESTIONS:
        args, kwargs = _detached(args), _detached(kwargs)
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


def _detached(value: Any) -> Any:
    """Return arguments with tensors that have no history."""
    if isinstance(value, TensorBase):
        return value.detach()  # type: ignore[attr-defined]
    if isinstance(value, dict):
        return {name: _detached(x) for name, x in value.items()}
    return type(value)([_detached(x) for x in value]) if type(value) in (tuple, list) else value


def _plain(value: Any) -> Any:
    """Return arguments with arrays for tensors."""
    if isinstance(value, TensorBase):
        return np.asarray(value)
    if isinstance(value, dict):
        return {name: _plain(x) for name, x in value.items()}
    return type(value)([_plain(x) for x in value]) if type(value) in (tuple, list) else value
