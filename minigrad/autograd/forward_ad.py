"""Forward mode: a tensor and its tangent travel together, and a result has a tangent too.

PyTorch carries the tangent along, op by op. Here it is found afterwards, by differentiating twice: what a backward pass
sends from a result to the inputs is linear in what the pass begins with, and the derivative of a linear map, run
backward itself, is the map that leads forward.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, NamedTuple

import numpy as np

from minigrad import dtypes
from minigrad.autograd import enable_grad, grad
from minigrad.autograd.base import TensorBase, wrap

__all__ = ["UnpackedDualTensor", "dual_level", "enter_dual_level", "exit_dual_level", "make_dual", "unpack_dual"]


class UnpackedDualTensor(NamedTuple):
    """A tensor and its tangent, which is None if it has none.

    Attributes
    ----------
    primal : Tensor
    tangent : Tensor or None
    """

    primal: Any
    tangent: Any


class _Level:
    """What was made dual in it: for each tensor a probe of zeros that was added to it, and a tangent."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Any, Any]] = []
        self.made: list[tuple[Any, Any]] = []  # the dual tensors themselves, and their tangents
        self.recorded = False  # whether someone wants gradients of what is computed


_levels: list[_Level] = []


def enter_dual_level() -> int:
    """Begin a level, and return its number.

    Raises
    ------
    RuntimeError
        If there is one already.
    """
    if _levels:
        raise RuntimeError("Nested forward mode AD is not supported at the moment")
    _levels.append(_Level())
    return 0


def exit_dual_level(*, level: int | None = None) -> None:
    """End a level: what was made dual has no tangent any more."""
    if not _levels or level not in (None, 0):
        raise RuntimeError(
            "Trying to exit a forward AD level that was not the last one that was created. This is not supported."
        )
    _levels.pop()


class dual_level:
    """A block in which tensors can be made dual.

    Examples
    --------
    >>> import minigrad.autograd.forward_ad as fwAD
    >>> with fwAD.dual_level():
    ...     x = fwAD.make_dual(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 0.0]))
    ...     fwAD.unpack_dual(x * x).tangent
    tensor([2., 0.])
    """

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        exit_dual_level()


def make_dual(tensor: Any, tangent: Any, *, level: int | None = None) -> Any:
    """Return a tensor with a tangent.

    Parameters
    ----------
    tensor : Tensor
        Floats of any shape.
    tangent : Tensor
        Of the same shape and dtype: the direction in which ``tensor`` moves.
    level : int, optional
        The level, of which there is but one.

    Returns
    -------
    Tensor
        The same numbers.

    Raises
    ------
    RuntimeError
        If no level was begun, or the shapes differ.
    ValueError
        If one holds no floats.
    """
    if not _levels:
        raise RuntimeError(
            "Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first."
        )
    for name, x in (("primal", tensor), ("tangent", tangent)):
        if x._array.dtype.kind != "f":
            raise ValueError(f"Expected {name} to be floating point or complex, but got: {dtypes.of(x._array.dtype)}")
    shape, other = list(tensor._array.shape), list(tangent._array.shape)
    if shape != other:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not "
            f"supported. Tensor is of size {shape} while the given forward gradient is of size {other}."
        )
    (current,) = _levels
    current.recorded = current.recorded or tensor.requires_grad or tangent.requires_grad
    probe = wrap(np.zeros_like(tensor._array), None, True)
    current.pairs.append((probe, tangent))
    with enable_grad():
        dual = tensor + probe
    current.made.append((dual, tangent))
    return dual


def unpack_dual(tensor: TensorBase, *, level: int | None = None) -> UnpackedDualTensor:
    """Return a tensor and its tangent apart.

    Parameters
    ----------
    tensor : Tensor
        Made dual, or computed from such tensors while grad mode was on.
    level : int, optional
        The level, of which there is but one.

    Returns
    -------
    UnpackedDualTensor
        The numbers, and how they move: of the same shape, or None.
    """
    if not _levels or not tensor.requires_grad:  # type: ignore[attr-defined]  # Tensor has it, its base does not
        return UnpackedDualTensor(tensor, None)
    (current,) = _levels
    for dual, tangent in current.made:
        if tensor is dual:
            return UnpackedDualTensor(tensor if current.recorded else tensor.detach(), tangent)
    with enable_grad():
        begun = wrap(np.zeros_like(tensor._array), None, True)
        probes = [probe for probe, _ in current.pairs]
        sent: Any = grad(tensor, probes, begun, create_graph=True, allow_unused=True) if probes else ()
        moved = [(g * t).sum() for g, (_, t) in zip(sent, current.pairs, strict=True) if g is not None]
        if not moved:
            return UnpackedDualTensor(tensor, None)
        total = sum(moved[1:], moved[0])
        tangent = wrap(np.zeros_like(tensor._array))
        if total.requires_grad:
            (found,) = grad(total, begun, create_graph=current.recorded, allow_unused=True)
            tangent = tangent if found is None else found
    return UnpackedDualTensor(tensor if current.recorded else tensor.detach(), tangent)  # type: ignore[attr-defined]
