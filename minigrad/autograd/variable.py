"""Variable: the name that tensors had before they could require a gradient themselves."""

from __future__ import annotations

from typing import Any

from minigrad.autograd.base import TensorBase, alias
from minigrad.autograd.engine import ExecutionEngine

__all__ = ["Variable"]


class _VariableMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, TensorBase)


class Variable(metaclass=_VariableMeta):
    """The name that tensors had before they could require a gradient themselves; kept for older programs.

    Parameters
    ----------
    data : Tensor
        What to wrap; the memory is shared.
    requires_grad : bool
        Whether ops on it are recorded.

    Examples
    --------
    >>> mg.Variable(mg.ones(2), requires_grad=True)
    tensor([1., 1.], requires_grad=True)
    """

    _execution_engine = ExecutionEngine()

    def __new__(cls, data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
        """Return a tensor."""
        return alias(data).requires_grad_(requires_grad)
