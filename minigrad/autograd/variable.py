"""Variable: the name that tensors had before they could require a gradient themselves."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, alias, type_name, wrap
from minigrad.autograd.engine import ExecutionEngine

__all__ = ["Variable"]


class _VariableMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, TensorBase)


class Variable(metaclass=_VariableMeta):
    """The name that tensors had before they could require a gradient themselves; kept for older programs.

    Parameters
    ----------
    data : Tensor, optional
        What to wrap; the memory is shared. Left out, nothing.
    requires_grad : bool
        Whether ops on it are recorded.
    volatile : bool
        Has no effect, and says so.

    Raises
    ------
    TypeError
        If the data are no tensor.
    RuntimeError
        If they are no floats and shall require a gradient.
    ValueError
        If it shall be volatile and require a gradient.

    Examples
    --------
    >>> mg.Variable(mg.ones(2), requires_grad=True)
    tensor([1., 1.], requires_grad=True)
    """

    _execution_engine = ExecutionEngine()

    def __new__(cls, data: Any = None, requires_grad: bool = False, volatile: bool = False) -> Any:
        """Return a tensor."""
        if volatile:
            if requires_grad:
                raise ValueError("Variable can't be volatile and require_grad at the same time!")
            warnings.warn(
                "volatile was removed and now has no effect. Use `with torch.no_grad():` instead.",
                UserWarning,
                stacklevel=2,
            )
        if data is None:
            data = wrap(np.empty(0, dtypes.get_default_dtype().numpy))
        if not isinstance(data, TensorBase):
            raise TypeError(f"Variable data has to be a tensor, but got {type_name(data)}")
        if requires_grad and not dtypes.can_require_grad(data._array.dtype):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        return alias(data).requires_grad_(bool(requires_grad))
