"""Products of matrices and vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, Version
from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import local
from minigrad.autograd.refusals import unbroadcastable
from minigrad.ops.arguments import Number, TensorT, around, supported, tensor
from minigrad.ops.arguments import tensor as tensor_  # `dot` has an argument of that name
from minigrad.ops.axes import expand
from minigrad.ops.formulas import reshape, swap, times
from minigrad.ops.shape import Squeeze, UnsafeView, Unsqueeze, view
from minigrad.ops.shape import reshape as reshape_tensor

__all__ = ["addmm", "bmm", "dot", "ger", "matmul", "mm", "mv", "outer"]


def _same_dtype(a: Array, b: Array) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {dtypes.cpp_type(a.dtype)} != "
            f"{dtypes.cpp_type(b.dtype)}. Convert one, for example with .to(other.dtype)."
        )


def _addable(bias: Array, a: Array, b: Array) -> None:
    """Refuse a sum with a product whose three parts are not of one dtype."""
    for name, one, other in (("mat1", a, b), ("self", bias, b)):
        if one.dtype != other.dtype:
            raise RuntimeError(
                f"{name} and mat2 must have the same dtype, but got {dtypes.of(one.dtype).title} and "
                f"{dtypes.of(other.dtype).title}. Convert one, for example with .to(other.dtype)."
            )


class Mm(Op):
    """In a product of matrices each one's gradient is the other's transpose times what comes from above."""

    __slots__ = ("by_column",)
    by_column: tuple[bool, ...]
    saved_names = ("self", "mat2")
    arity, saved_for = 2, (1, 0)
    glyph, tex, row, local = "@", r"{0}\,{1}", "matmul", ("{1}^T", "{0}^T")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "b", "addmm_impl_cpu_")
        ctx.by_column = by_row
        ctx.save_for_backward(a, b)
        return a @ b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        first, second = ctx.by_column
        return (
            product(grad, swap(b), first) if b is not None else None,
            product(swap(a), grad, second) if a is not None else None,
        )


by_row = (False, False)


def product(a: Any, b: Any, by_column: bool) -> Any:
    """Return ``a @ b``; laid column by column in memory, as the factor is that the gradient belongs to."""
    return swap(swap(b) @ swap(a)) if by_column else a @ b


def mm(input: TensorT, mat2: TensorT) -> TensorT:
    """Return the product of two matrices.

    Parameters
    ----------
    input : Tensor, shape (n, m)
        The left one.
    mat2 : Tensor, shape (m, p)
        The right one, of the same dtype.

    Returns
    -------
    Tensor, shape (n, p)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.mm(mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    a, b = tensor(input, "mm")._array, tensor(mat2, "mm", "mat2", 2)._array
    if a.ndim != 2:
        raise RuntimeError("self must be a matrix")
    if b.ndim != 2:
        raise RuntimeError("mat2 must be a matrix")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )
    _same_dtype(a, b)
    return apply(Mm, input, mat2)  # type: ignore[no-any-return]


class Mv(Op):
    """The matrix gets each output's gradient times the vector; the vector gets the matrix's columns, weighted."""

    __slots__ = ()
    saved_names = ("self", "vec")
    arity, saved_for = 2, (1, 0)
    glyph, tex, row, local = "@", r"{0}\,{1}", "matmul", ("{1}^T", "{0}^T")

    @staticmethod
    def forward(ctx: Any, a: Any, v: Any) -> Any:
        ctx.save_for_backward(a, v)
        return a @ v

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, v = ctx.saved_tensors
        return reshape(grad, (-1, 1)) * v if v is not None else None, swap(a) @ grad if a is not None else None


def mv(input: TensorT, vec: TensorT) -> TensorT:
    """Return the product of a matrix and a vector.

    Parameters
    ----------
    input : Tensor, shape (n, m)
        The matrix.
    vec : Tensor, shape (m,)
        The vector, of the same dtype.

    Returns
    -------
    Tensor, shape (n,)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.mv(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    a, v = tensor(input, "mv")._array, tensor(vec, "mv", "vec", 2)._array
    if a.ndim != 2 or v.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {v.ndim}, {a.ndim}, {v.ndim}")
    if a.shape[1] != v.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({a.shape[0]}), mat ({a.shape[0]}x{a.shape[1]}), vec ({v.shape[0]})"
        )
    of_one_dtype(v, a, v)
    return apply(Mv, input, vec)  # type: ignore[no-any-return]


def of_one_dtype(a: Array, b: Array, c: Array) -> None:
    """Refuse operands of a product with a vector that differ in dtype."""
    if not a.dtype == b.dtype == c.dtype:
        kinds = [dtypes.of(x.dtype).title for x in (a, b, c)]
        raise RuntimeError(
            f"addmv input tensors must have the same dtype, but got {kinds[0]}, {kinds[1]}, and {kinds[2]}"
        )


class Dot(Op):
    """In a dot product each vector's gradient is the other one, scaled."""

    __slots__ = ()
    saved_names = ("self", "tensor")
    arity, saved_for = 2, (1, 0)
    glyph, tex, row, local = "·", r"{0}^T\,{1}", "matmul", ("{1}", "{0}")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "b", "dot")
        ctx.save_for_backward(a, b)
        return np.dot(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return grad * b if b is not None else None, grad * a if a is not None else None


def dot(input: TensorT, tensor: TensorT) -> TensorT:
    """Return the dot product of two vectors.

    Parameters
    ----------
    input, tensor : Tensor, shape (n,)
        Of one dtype.

    Returns
    -------
    Tensor, shape ()

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.dot(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    a, b = tensor_(input, "dot")._array, tensor_(tensor, "dot", "tensor", 2)._array
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors")
    same_for_dot(a, b)
    if a.shape != b.shape:
        n, m = a.shape[0], b.shape[0]
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor [{n}] and src [{m}] to have the same number of elements, but "
            f"got {n} and {m} elements respectively"
        )
    return apply(Dot, input, tensor)  # type: ignore[no-any-return]


def same_for_dot(a: Array, b: Array) -> None:
    """Refuse two vectors of different dtypes, in PyTorch's words."""
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"dot : expected both vectors to have same dtype, but found {dtypes.of(a.dtype).title} and "
            f"{dtypes.of(b.dtype).title}"
        )


class Bmm(Op):
    """In a stack of products each matrix's gradient is the other's transpose times what comes from above."""

    __slots__ = ()
    saved_names = ("self", "mat2")
    arity, saved_for = 2, (1, 0)
    glyph, tex, row, local = "@", r"{0}\,{1}", "matmul", ("{1}^T", "{0}^T")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "b", "addmm_impl_cpu_")
        ctx.save_for_backward(a, b)
        return a @ b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return grad @ swap(b) if b is not None else None, swap(a) @ grad if a is not None else None


def bmm(input: TensorT, mat2: TensorT) -> TensorT:
    """Return the products of two stacks of matrices, one by one.

    Parameters
    ----------
    input : Tensor, shape (b, n, m)
        The left ones.
    mat2 : Tensor, shape (b, m, p)
        The right ones, of the same dtype.

    Returns
    -------
    Tensor, shape (b, n, p)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.bmm(mg.ones(2, 1, 3), mg.ones(2, 3, 1)).shape
    torch.Size([2, 1, 1])
    """
    a, b = tensor(input, "bmm")._array, tensor(mat2, "bmm", "mat2", 2)._array
    if a.ndim != 3:
        raise RuntimeError("batch1 must be a 3D tensor")
    if b.ndim != 3:
        raise RuntimeError("batch2 must be a 3D tensor")
    if a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{a.shape[0]}, {a.shape[2]}] but got: "
            f"[{b.shape[0]}, {b.shape[1]}]."
        )
    _same_dtype(a, b)
    return apply(Bmm, input, mat2)  # type: ignore[no-any-return]


def weighted(x: Any, product: Any, beta: Number, alpha: Number) -> Any:
    """Return ``beta * x + alpha * product``, where ``beta`` 0 means that ``x`` is not looked at, nan or not."""
    kind = product.dtype.kind
    if kind in "biu":  # weights of whole numbers are whole, of booleans boolean
        beta, alpha = (bool(beta), bool(alpha)) if kind == "b" else (int(beta), int(alpha))  # type: ignore[arg-type]
        beta, alpha = around(beta, product.dtype), around(alpha, product.dtype)
    product = product if alpha == 1 else alpha * product
    return product if beta == 0 else (x if beta == 1 else beta * x) + product


class Addmm(Op):
    """A matrix product and what is added to it: the sum passes the gradient on, the product swaps its factors."""

    __slots__ = ("alpha", "beta", "by_column")
    by_column: tuple[bool, ...]
    saved_names = ("mat1", "mat2")
    arity, saved_for = 3, (2, 1)
    glyph, tex, row = "+@", r"{0} + {1}\,{2}", "matmul"
    local = ("1", "{2}^T", "{1}^T")

    @staticmethod
    def forward(ctx: Any, x: Any, a: Any, b: Any, beta: Number, alpha: Number) -> Any:
        ctx.beta, ctx.alpha, ctx.by_column = beta, alpha, by_row
        ctx.save_for_backward(a, b)
        return weighted(x, a @ b, beta, alpha)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        alpha, beta = ctx.alpha, ctx.beta
        first, second = ctx.by_column
        scaled = grad if alpha == 1 else grad * alpha
        return (
            grad if beta == 1 else times(grad, beta),
            product(scaled, swap(b), first) if b is not None else None,
            product(swap(a), scaled, second) if a is not None else None,
        )


def addmm(input: TensorT, mat1: TensorT, mat2: TensorT, *, beta: Number = 1, alpha: Number = 1) -> TensorT:
    """Return ``beta * input + alpha * (mat1 @ mat2)``.

    Parameters
    ----------
    input : Tensor
        A shape that broadcasts to the product's.
    mat1 : Tensor, shape (n, m)
        The left matrix.
    mat2 : Tensor, shape (m, p)
        The right matrix, of the same dtype.
    beta, alpha : number
        The weights.

    Returns
    -------
    Tensor, shape (n, p)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.addmm(mg.tensor([1.0]), mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0], [4.0]]))
    tensor([[12.]])
    """
    a, b = tensor(mat1, "addmm", "mat1", 2)._array, tensor(mat2, "addmm", "mat2", 3)._array
    if a.ndim != 2:
        raise RuntimeError(f"mat1 must be a matrix, got {a.ndim}-D tensor")
    if b.ndim != 2:
        raise RuntimeError(f"mat2 must be a matrix, got {b.ndim}-D tensor")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )
    bias = tensor(input, "addmm")._array
    _addable(bias, a, b)
    shape = (a.shape[0], b.shape[1])
    if bias.shape not in (shape, shape[1:]):
        expand(input.detach(), shape)  # type: ignore[attr-defined]  # refuses what does not broadcast to it
    return apply(Addmm, input, mat1, mat2, beta, alpha)  # type: ignore[no-any-return]


# --- matmul: every rank --------------------------------------------------------------------------------------------

# Note [matmul is taken apart]
#
# As in PyTorch, `a @ b` is a dot product, a matrix times a vector, a product of matrices or of stacks of them, with
# views before and after. The grad_fn names and the graph are those that PyTorch shows.


def matmul(input: Any, other: Any) -> Any:
    """Return the matrix product, of tensors of any rank from 1.

    Parameters
    ----------
    input : Tensor, shape (..., n, m) or (m,)
        The left one.
    other : Tensor, shape (..., m, p) or (m,)
        The right one, of the same dtype; what stands in front broadcasts.

    Returns
    -------
    Tensor, shape (..., n, p)
        Without the dimension that a vector lacks.

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit, or one has no dimension.

    Examples
    --------
    >>> a = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> mg.matmul(a, mg.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    a, b = tensor(input, "matmul")._array, tensor(other, "matmul", "other", 2)._array
    ranks = a.ndim, b.ndim
    if ranks == (2, 2):
        return mm(input, other)
    if ranks == (2, 1):
        return mv(input, other)
    if ranks == (1, 1):
        return dot(input, other)
    if 0 in ranks:
        raise RuntimeError(f"both arguments to matmul need to be at least 1D, but they are {a.ndim}D and {b.ndim}D")
    if ranks == (1, 2):
        return _squeezed(mm(apply(Unsqueeze, input, 0), other))
    if _folds(input, other):
        return _folded(input, other)
    return _batched(input, other)


def _squeezed(row: Any) -> Any:
    """Return a matrix of one row as a vector: squeezed in place, since nobody else holds it."""
    state = local.state
    recorder, state.recorder = state.recorder, None
    try:
        vector = apply(Squeeze, row, (0,), 4)
    finally:
        state.recorder = recorder
    vector._view, vector._rare, vector._counter = None, vector._inference, Version()
    vector._counter.count = 1
    if recorder is not None:
        recorder.forward(Squeeze, vector._node, (row, (0,), 4), vector)
    return vector


def _folds(x: TensorBase, y: TensorBase) -> bool:
    """Return whether the larger one's leading dimensions can be made one, so that one plain product is enough."""
    a, b = x._array, y._array
    large, small = (x, y) if a.ndim >= b.ndim else (y, x)
    if large._array.ndim < 3 or small._array.ndim > 2:
        return False
    if small._requires_grad:  # a stack of products would need a copy of the small one for every layer
        return True
    if a.ndim == 2:
        return False
    stack = large._array if large is x else np.swapaxes(large._array, -2, -1)
    return stack.size == 0 or all(
        stack.strides[i] == stack.strides[i + 1] * stack.shape[i + 1] for i in range(stack.ndim - 2)
    )


def _folded(x: Any, y: Any) -> Any:
    """Multiply with the larger one's leading dimensions made one."""
    left = x._array.ndim >= y._array.ndim
    large = x if left else y.mT
    small = y if left else (x.t() if x._array.ndim == 2 else x)
    *front, m = large._array.shape
    flat = reshape_tensor(large, (math.prod(front), m))
    if small._array.ndim == 1:
        return apply(UnsafeView, mv(flat, small), tuple(front))
    product = apply(UnsafeView, mm(flat, small), (*front, small._array.shape[1]))
    return product if left else product.mT.contiguous()


def _batched(x: Any, y: Any) -> Any:
    """Multiply as a stack of matrices, with what stands in front broadcast."""
    a, b = x._array, y._array
    n, m = (a.shape[-2] if a.ndim > 1 else 1), a.shape[-1]
    k, p = (b.shape[-2], b.shape[-1]) if b.ndim > 1 else (b.shape[0], 1)
    if a.ndim == b.ndim == 3 and a.shape[0] != b.shape[0]:
        if a.shape[0] == 1 and x._requires_grad:
            return matmul(x.squeeze(0), y)
        if b.shape[0] == 1 and y._requires_grad:
            return matmul(x, y.squeeze(0))
    try:
        front = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError as error:
        raise unbroadcastable(error, *[_front(t) for t in (x, y)]) from None
    count = math.prod(front)
    left = reshape_tensor(expand(x, (*front, n, m)), (count, n, m))
    if b.ndim == 1:
        right = apply(Unsqueeze, reshape_tensor(expand(y, (*front, k)), (count, k)), 2)
        return apply(UnsafeView, bmm(left, right).squeeze(-1), (*front, n))
    right = reshape_tensor(expand(y, (*front, k, p)), (count, k, p))
    return apply(UnsafeView, bmm(left, right), (*front, n, p) if a.ndim > 1 else (*front, p))


def _front(x: Any) -> Any:
    """Return something of the shape that stands in front of the matrices."""
    return x[(...,) + (0,) * min(2, x._array.ndim)].detach()


def outer(input: TensorT, vec2: TensorT) -> TensorT:
    """Return the product of every entry of one vector with every entry of another.

    Parameters
    ----------
    input : Tensor, shape (n,)
        The rows.
    vec2 : Tensor, shape (m,)
        The columns.

    Returns
    -------
    Tensor, shape (n, m)

    Raises
    ------
    RuntimeError
        If one is no vector.

    Examples
    --------
    >>> mg.outer(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    a, b = tensor(input, "outer")._array, tensor(vec2, "outer", "vec2", 2)._array
    if a.ndim != 1:
        raise RuntimeError(f"outer: Expected 1-D argument self, but got {a.ndim}-D")
    if b.ndim != 1:
        raise RuntimeError(f"outer: Expected 1-D argument vec2, but got {b.ndim}-D")
    return view(input, a.shape[0], 1) * vec2  # type: ignore[operator,no-any-return]


ger = outer
