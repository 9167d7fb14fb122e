"""What a condition picks: where, masked_fill, masked_select."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.autograd.refusals import unbroadcastable
from minigrad.ops import formulas
from minigrad.ops.arguments import Number, TensorT, fitted, operand, refuse, refuse_unfit, tensor
from minigrad.ops.places import nonzero

__all__ = ["masked_fill", "masked_select", "where"]


class Where(Op):
    """The gradient goes to the input that was chosen; the other one gets none."""

    __slots__ = ()
    saved_names = ("condition",)
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "if", r"\mathrm{{where}}(c, {0}, {1})", ("[c]", "1 - [c]")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, condition: TensorBase) -> Any:
        ctx.save_for_backward(condition)
        return np.where(condition._array, a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (condition,) = ctx.saved_tensors
        return formulas.where(condition, grad, 0.0), formulas.where(condition, 0.0, grad)


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """Return ``input`` where the condition holds, else ``other``.

    Parameters
    ----------
    condition : Tensor
        Booleans, of a shape that broadcasts with the others'.
    input, other : Tensor or number
        What to choose from. Without both, the indices where the condition holds are returned.

    Returns
    -------
    Tensor, or tuple of Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If the condition is not boolean, or the shapes do not broadcast.

    Examples
    --------
    >>> x = mg.tensor([-1.0, 2.0])
    >>> mg.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    mask = tensor(condition, "where", "condition", 1)
    if input is None and other is None:
        return nonzero(mask, as_tuple=True)
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {mask.dtype.title}"
        )
    a, b = operand(input), operand(other)
    if a is NotImplemented or b is NotImplemented:
        refuse(*((input, "where", "input", 2) if a is NotImplemented else (other, "where", "other", 3)))
    if not isinstance(a, TensorBase) and not isinstance(b, TensorBase):
        target = dtypes.result_type(a, b)
        a, b = wrap(np.asarray(a, target)), wrap(np.asarray(b, target))
    elif not isinstance(a, TensorBase) or not isinstance(b, TensorBase):
        target = dtypes.result_type(*[x._array if isinstance(x, TensorBase) else x for x in (a, b)])
        a, b = (x if isinstance(x, TensorBase) else fitted(x, target) for x in (a, b))
    try:
        return apply(Where, a, b, mask)
    except ValueError as error:
        raise unbroadcastable(error, mask, *[x for x in (a, b) if isinstance(x, TensorBase)]) from None


class MaskedFill(Op):
    """Where the mask covered the input no gradient passes; elsewhere it passes unchanged."""

    __slots__ = ()
    saved_names = ("mask",)
    lies = 0
    glyph, tex, local = "mask", r"\mathrm{{masked\_fill}}({0})", ("1 - [m]",)

    @staticmethod
    def forward(ctx: Any, x: Any, mask: TensorBase, value: Number) -> Any:
        ctx.save_for_backward(mask)
        return formulas.in_order(np.where(mask._array, np.asarray(value).astype(x.dtype), x))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (mask,) = ctx.saved_tensors
        return formulas.where(mask, 0.0, grad)


class MaskedFillTensor(Op):
    """Where the mask covered the input the gradient goes to the value, elsewhere to the input."""

    __slots__ = ()
    saved_names = ("mask",)
    arity, lies = 2, 0
    glyph, tex, local = "mask", r"\mathrm{{masked\_fill}}({0}, {1})", ("1 - [m]", "[m]")

    called = "MaskedFillBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, value: Any, mask: TensorBase) -> Any:
        ctx.save_for_backward(mask)
        return formulas.in_order(np.where(mask._array, value.astype(x.dtype), x))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (mask,) = ctx.saved_tensors
        return formulas.where(mask, 0.0, grad), formulas.where(mask, grad, 0.0)


def masked_fill(input: TensorT, mask: Any, value: Any) -> TensorT:
    """Return the tensor with ``value`` where the mask holds.

    Parameters
    ----------
    input : Tensor
        Any shape.
    mask : Tensor
        Booleans, of a shape that broadcasts with the input's.
    value : number or 0-d Tensor
        What to put there.

    Returns
    -------
    Tensor
        Of the broadcast shape and the input's dtype.

    Raises
    ------
    RuntimeError
        If the mask is not boolean, the value has dimensions, or the shapes do not broadcast.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> mg.masked_fill(x, x > 1, 0.0)
    tensor([1., 0., 0.])
    """
    x, where_ = tensor(input, "masked_fill"), tensor(mask, "masked_fill", "mask", 2)
    if where_._array.dtype.kind != "b":
        raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {where_.dtype.name}")
    filling = operand(value)
    if filling is NotImplemented:
        refuse(value, "masked_fill", "value", 3, "Number")
    try:
        if not isinstance(filling, TensorBase):
            refuse_unfit(filling, x._array.dtype)
            return apply(MaskedFill, x, where_, filling)  # type: ignore[no-any-return]
        if filling._array.ndim:
            raise RuntimeError(
                "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
                f"{filling._array.ndim} dimension(s)."
            )
        return apply(MaskedFillTensor, x, filling, where_)  # type: ignore[no-any-return]
    except ValueError as error:
        raise unbroadcastable(error, where_, x) from None


class MaskedSelect(Op):
    """What the mask picked sends its gradient back to where it was; the rest gets zero."""

    __slots__ = ("shape",)
    saved_names = ("mask",)
    glyph, tex, row = "mask", r"{0}[m]", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, mask: TensorBase) -> Any:
        ctx.shape = np.broadcast_shapes(x.shape, mask._array.shape)
        ctx.save_for_backward(mask)
        return np.broadcast_to(x, ctx.shape)[np.broadcast_to(mask._array, ctx.shape)]

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (mask,) = ctx.saved_tensors
        return formulas.put(ctx.shape, (formulas.expand(mask, ctx.shape),), grad)


def masked_select(input: TensorT, mask: Any) -> TensorT:
    """Return the entries where the mask holds, in one row.

    Parameters
    ----------
    input : Tensor
        Any shape.
    mask : Tensor
        Booleans, of a shape that broadcasts with the input's.

    Returns
    -------
    Tensor, shape (n,)
        One entry for each True.

    Raises
    ------
    RuntimeError
        If the mask is not boolean, or the shapes do not broadcast.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> mg.masked_select(x, x > 1)
    tensor([2., 3.])
    """
    x, where_ = tensor(input, "masked_select"), tensor(mask, "masked_select", "mask", 2)
    if where_._array.dtype.kind != "b":
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    try:
        return apply(MaskedSelect, x, where_)  # type: ignore[no-any-return]
    except ValueError as error:
        raise unbroadcastable(error, where_, x) from None
