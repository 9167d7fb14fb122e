"""Questions about a tensor that its dtype, or how it was made, answers."""

from __future__ import annotations

from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.ops.arguments import tensor as tensor_

__all__ = ["is_complex", "is_floating_point", "is_inference", "is_nonzero", "is_tensor", "numel"]


def is_tensor(obj: object) -> bool:
    """Return whether ``obj`` is a tensor.

    Parameters
    ----------
    obj : object
        Anything.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_tensor(mg.ones(1)), mg.is_tensor([1])
    (True, False)
    """
    return isinstance(obj, TensorBase)


def is_floating_point(input: Any) -> bool:
    """Return whether a tensor's entries are floats.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_floating_point(mg.ones(1))
    True
    """
    return bool(tensor_(input, "is_floating_point")._array.dtype.kind == "f")


def is_complex(input: Any) -> bool:
    """Return whether a tensor's entries are complex.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_complex(mg.ones(1))
    False
    """
    return bool(tensor_(input, "is_complex")._array.dtype.kind == "c")


def is_inference(input: Any) -> bool:
    """Return whether a tensor was made in inference mode.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> with mg.inference_mode():
    ...     mg.is_inference(mg.ones(1))
    True
    """
    return bool(tensor_(input, "is_inference")._inference)


def is_nonzero(input: Any) -> bool:
    """Return whether the one entry of a tensor is not 0.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_nonzero(mg.tensor(2.0))
    True
    """
    return bool(tensor_(input, "is_nonzero"))


def numel(input: Any) -> int:
    """Return the number of entries.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    int

    Examples
    --------
    >>> mg.numel(mg.ones(2, 3))
    6
    """
    return int(tensor_(input, "numel")._array.size)
