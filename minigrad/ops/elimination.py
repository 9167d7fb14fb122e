"""Elimination: a matrix as a permutation times a lower times an upper triangle, and what that solves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, supported, tensor
from minigrad.ops.decompositions import LinAlgError, by_columns, floats
from minigrad.ops.formulas import concatenate, eye, inverse, lower, part, swap, take_along
from minigrad.ops.results import named
from minigrad.ops.solving import solve_triangular

__all__ = ["lu", "lu_solve", "lu_unpack"]


def _size(x: Any) -> Any:
    """Return what LAPACK compares: of complex numbers, the sum of the sizes of the parts."""
    return np.abs(x.real) + np.abs(x.imag) if x.dtype.kind == "c" else np.abs(x)


def _eliminated(x: Any) -> tuple[Any, Any, Any]:
    """Return both triangles in one matrix, the order of the rows, and which row each step took, counted from 1."""
    m, n = x.shape[-2:]
    lead = x.shape[:-2]
    stack = np.array(x).reshape(math.prod(lead), m, n)
    order = np.tile(np.arange(m), (stack.shape[0], 1))
    pivots = np.empty((stack.shape[0], min(m, n)), np.int32)
    each = np.arange(stack.shape[0])
    for k in range(min(m, n)):
        best = np.argmax(_size(stack[:, k:, k]), 1) + k
        for rows in (stack, order):
            rows[each, k], rows[each, best] = rows[each, best], rows[each, k].copy()
        pivots[:, k] = best + 1
        pivot = stack[:, k, k, None]
        stack[:, k + 1 :, k] /= np.where(pivot == 0, 1, pivot)
        stack[:, k + 1 :, k + 1 :] -= stack[:, k + 1 :, k, None] * stack[:, None, k, k + 1 :]
    return stack.reshape(x.shape), order.reshape(*lead, m), pivots.reshape(*lead, min(m, n))


def _back_in_order(order: Any, columns: int) -> Any:
    """Return where each row of the matrix went, as an index along rows."""
    return wrap(np.repeat(np.argsort(order, -1)[..., None], columns, -1))


def _through_triangles(low: Any, up: Any, grad_low: Any, grad_up: Any) -> Any:
    """Return the gradient of the product of two triangles, by that of each."""
    last, size = len(low.shape) - 1, low.shape[-1]
    square, grad_square = part(low, last - 1, 0, size), part(grad_low, last - 1, 0, size)
    corner, grad_corner = part(up, last, 0, size), part(grad_up, last, 0, size)
    below = right = None
    if low.shape[-2] > size:
        below = part(grad_low, last - 1, size, low.shape[-2]) @ swap(inverse(corner))
        grad_corner = grad_corner - swap(part(low, last - 1, size, low.shape[-2])) @ below
    if up.shape[-1] > size:
        right = swap(inverse(square)) @ part(grad_up, last, size, up.shape[-1])
        grad_square = grad_square - right @ swap(part(up, last, size, up.shape[-1]))
    inner = lower(swap(square) @ grad_square, -1) + swap(lower(corner @ swap(grad_corner)))
    result = swap(inverse(square)) @ inner @ swap(inverse(corner))
    if below is not None:
        return concatenate([result, below], last - 1)
    return result if right is None else concatenate([result, right], last)


class LinalgLu(Op):
    """Rows take turns, then a lower times an upper triangle is the matrix: each triangle's gradient goes back its way.

    References
    ----------
    de Hoog, Anderssen & Lukas (2011), Differentiation of matrix functionals using triangular factorization.
    """

    __slots__ = ()
    saved_names = ("L", "U", None)
    glyph, tex, row = "LU", r"\mathrm{{lu}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        packed, order, _ = _eliminated(x)
        size = min(x.shape[-2:])
        low = np.tril(packed[..., :size], -1) + np.eye(x.shape[-2], size, dtype=x.dtype)
        up = np.triu(packed[..., :size, :])
        ctx.save_for_backward(low, up, _back_in_order(order, x.shape[-1]))
        return low, up, order

    @staticmethod
    def backward(ctx: Any, grad_low: Any, grad_up: Any) -> Any:
        low, up, back = ctx.saved_tensors
        return take_along(_through_triangles(low, up, grad_low, grad_up), back, len(low.shape) - 2)


class LinalgLuFactorEx(Op):
    """Both triangles lie in one matrix: the part of its gradient below the diagonal is the lower one's.

    References
    ----------
    de Hoog, Anderssen & Lukas (2011), Differentiation of matrix functionals using triangular factorization.
    """

    __slots__ = ()
    saved_names = ("LU", None)
    glyph, tex, row = "LU", r"\mathrm{{lu}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        packed, order, pivots = _eliminated(x)
        packed = by_columns(packed)
        ctx.save_for_backward(packed, _back_in_order(order, x.shape[-1]))
        return packed, pivots

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        packed, back = ctx.saved_tensors
        last, size = len(packed.shape) - 1, min(packed.shape[-2:])
        left, grad_left = part(packed, last, 0, size), part(grad, last, 0, size)
        top, grad_top = part(packed, last - 1, 0, size), part(grad, last - 1, 0, size)
        low = lower(part(left, last - 1, 0, size), -1) + eye(left)
        if left.shape[-2] > size:
            low = concatenate([low, part(left, last - 1, size, left.shape[-2])], last - 1)
        result = _through_triangles(low, swap(lower(swap(top))), lower(grad_left, -1), swap(lower(swap(grad_top))))
        return take_along(result, back, last - 1)


_LU = named("linalg_lu", "P L U")
_FACTOR = named("linalg_lu_factor", "LU pivots")
_FACTOR_EX = named("linalg_lu_factor_ex", "LU pivots info")
_UNPACK = named("lu_unpack", "P L U")


def _checked(A: Any, name: str, pivot: bool) -> Any:
    array = tensor(A, name)._array
    supported(array, "biue", "lu_cpu")
    if not pivot:
        raise RuntimeError(f"{name}: LU without pivoting is not implemented on the CPU")
    return floats(A, name)


def linalg_lu(A: TensorT, *, pivot: bool = True) -> Any:
    """Return a permutation, a lower triangle with ones on its diagonal and an upper one, whose product is the matrix.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    pivot : bool
        Whether rows may change places; they must, here as in PyTorch on a CPU.

    Returns
    -------
    tuple of Tensor
        P, of shape (..., m, m), L, (..., m, k), and U, (..., k, n), where k is the smaller of both sizes.

    Raises
    ------
    RuntimeError
        If ``A`` is no matrix of floats.

    Examples
    --------
    >>> mg.linalg.lu(mg.tensor([[1.0, 2.0], [2.0, 2.0]])).U
    tensor([[2., 2.],
            [0., 1.]])
    """
    array = _checked(A, "linalg.lu", pivot)
    low, up, order = apply(LinalgLu, A)
    return _LU(wrap(_permutation(order._array, array.dtype)), low, up)


def _permutation(order: Any, dtype: Any) -> Any:
    """Return the matrix that puts rows back in order."""
    return np.asarray(order[..., None, :] == np.arange(order.shape[-1])[:, None]).astype(dtype)


def lu_factor_ex(A: TensorT, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """Return ``lu_factor``, and for each matrix the first step that met a 0, counted from 1; 0 if none did.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    pivot : bool
        As of ``linalg.lu``.
    check_errors : bool
        Whether to refuse such a matrix.

    Returns
    -------
    tuple of Tensor
        LU, pivots and info.

    Raises
    ------
    LinAlgError
        If errors are checked, and a step met a 0.

    Examples
    --------
    >>> mg.linalg.lu_factor_ex(mg.zeros(1, 1)).info
    tensor(1, dtype=torch.int32)
    """
    _checked(A, "torch.linalg.lu_factor_ex", pivot)
    packed, pivots = apply(LinalgLuFactorEx, A)
    diagonal = np.diagonal(packed._array, 0, -2, -1) == 0
    first = np.argmax(diagonal, -1) + 1 if diagonal.size else 0
    info = np.where(diagonal.any(-1), first, 0).astype(np.int32)
    if check_errors:
        _refuse_zero(info, "lu_factor_ex")
    return _FACTOR_EX(packed, pivots, wrap(np.asarray(info)))


def _refuse_zero(info: Any, name: str) -> None:
    if info.any():
        k = int(info[info != 0].reshape(-1)[0]) if info.ndim else int(info)
        raise LinAlgError(
            f"torch.linalg.{name}: U[{k},{k}] is zero and using it on lu_solve would result in a division by zero. If "
            "you still want to perform the factorization, consider calling linalg.lu(A, pivot) or "
            "linalg.lu_factor_ex(A, pivot)"
        )


def lu_factor(A: TensorT, *, pivot: bool = True) -> Any:
    """Return both triangles of ``linalg.lu`` in one matrix, and which row each step of the elimination took.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    pivot : bool
        As of ``linalg.lu``.

    Returns
    -------
    tuple of Tensor
        LU, and the pivots, counted from 1.

    Raises
    ------
    LinAlgError
        If a matrix is singular.

    Examples
    --------
    >>> LU, pivots = mg.linalg.lu_factor(mg.tensor([[1.0, 2.0], [2.0, 2.0]]))
    >>> LU
    tensor([[2.0000, 2.0000],
            [0.5000, 1.0000]])
    >>> pivots
    tensor([2, 2], dtype=torch.int32)
    """
    packed, pivots, info = lu_factor_ex(A, pivot=pivot)
    _refuse_zero(info._array, "lu_factor")
    return _FACTOR(packed, pivots)


def lu(A: TensorT, pivot: bool = True, get_infos: bool = False) -> Any:
    """Return ``linalg.lu_factor``, under its former name.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    pivot : bool
        As of ``linalg.lu``.
    get_infos : bool
        Return also, for each matrix, the first step that met a 0.

    Returns
    -------
    tuple of Tensor
        LU and pivots, and info if that is wanted.

    Examples
    --------
    >>> mg.lu(mg.eye(2))[1]
    tensor([1, 2], dtype=torch.int32)
    """
    packed, pivots, info = lu_factor_ex(A, pivot=pivot)
    if not get_infos:
        _refuse_zero(info._array, "lu_factor")
    return (packed, pivots, info) if get_infos else (packed, pivots)


def lu_unpack(LU_data: TensorT, LU_pivots: Any, unpack_data: bool = True, unpack_pivots: bool = True) -> Any:
    """Return the three factors that ``lu_factor`` has in one matrix and a list of rows.

    Parameters
    ----------
    LU_data : Tensor, shape (..., m, n)
        Both triangles.
    LU_pivots : Tensor of int32, shape (..., k)
        Which row each step took.
    unpack_data, unpack_pivots : bool
        Whether the triangles and the permutation are wanted; what is not is empty.

    Returns
    -------
    tuple of Tensor
        P, L and U.

    Raises
    ------
    RuntimeError
        If the pivots are not of int32.

    Examples
    --------
    >>> mg.lu_unpack(*mg.linalg.lu_factor(mg.tensor([[1.0, 2.0], [2.0, 2.0]]))).P
    tensor([[0., 1.],
            [1., 0.]])
    """
    packed: Any = tensor(LU_data, "lu_unpack", "LU_data")
    pivots = tensor(LU_pivots, "lu_unpack", "LU_pivots", 2)._array
    if pivots.dtype != np.int32:
        raise RuntimeError("torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.")
    m, size = packed._array.shape[-2], min(packed._array.shape[-2:])
    p = low = up = packed.new_zeros(0)
    if unpack_data:
        low = packed[..., :size].tril(-1) + packed.new_tensor(np.eye(m, size))
        up = packed[..., :size, :].triu()
    if unpack_pivots:
        p = wrap(_permutation(_order(pivots, m), packed._array.dtype))
    return _UNPACK(p, low, up)


def _order(pivots: Any, m: int) -> Any:
    """Return the order of the rows after each step has exchanged two of them."""
    order = np.tile(np.arange(m), (*pivots.shape[:-1], 1))
    for k in range(pivots.shape[-1]):
        there = pivots[..., k, None].astype(np.int64) - 1
        taken = np.take_along_axis(order, there, -1)
        np.put_along_axis(order, there, order[..., k, None], -1)
        order[..., k] = taken[..., 0]
    return order


def linalg_lu_solve(LU: TensorT, pivots: Any, B: Any, *, left: bool = True, adjoint: bool = False) -> Any:
    """Return the matrix ``X`` with ``A @ X == B``, by what ``lu_factor`` made of ``A``.

    Parameters
    ----------
    LU : Tensor, shape (..., n, n)
        Both triangles.
    pivots : Tensor of int32, shape (..., n)
        Which row each step took.
    B : Tensor, shape (..., n, k)
        The right side.
    left : bool
        False for ``X @ A == B``.
    adjoint : bool
        Whether ``A`` is taken transposed and conjugated.

    Returns
    -------
    Tensor, shape (..., n, k)

    Examples
    --------
    >>> LU, pivots = mg.linalg.lu_factor(mg.tensor([[1.0, 2.0], [2.0, 2.0]]))
    >>> mg.linalg.lu_solve(LU, pivots, mg.tensor([[3.0], [4.0]]))
    tensor([[1.],
            [1.]])
    """
    if not left:
        return linalg_lu_solve(LU, pivots, B.mH, adjoint=not adjoint).mH
    p, low, up = lu_unpack(LU, pivots)
    if adjoint:
        inner = solve_triangular(up.mH, B, upper=False)
        return p @ solve_triangular(low.mH, inner, upper=True, unitriangular=True)
    return solve_triangular(up, solve_triangular(low, p.mT @ B, upper=False, unitriangular=True), upper=True)


def lu_solve(b: Any, LU_data: Any, LU_pivots: Any) -> Any:
    """Return ``linalg.lu_solve``, under its former name and with the right side first.

    Parameters
    ----------
    b : Tensor, shape (..., n, k)
        The right side.
    LU_data : Tensor, shape (..., n, n)
        Both triangles.
    LU_pivots : Tensor of int32, shape (..., n)
        Which row each step took.

    Returns
    -------
    Tensor, shape (..., n, k)

    Examples
    --------
    >>> mg.lu_solve(mg.tensor([[6.0]]), *mg.linalg.lu_factor(mg.tensor([[2.0]])))
    tensor([[3.]])
    """
    return linalg_lu_solve(LU_data, LU_pivots, b)
