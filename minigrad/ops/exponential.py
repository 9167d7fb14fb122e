"""Matrices as numbers that grow: the exponential, eigenvalues in general, and equations of several dimensions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, axis, tensor
from minigrad.ops.decompositions import LinAlgError, by_columns, cholesky, floats
from minigrad.ops.formulas import concatenate, magnitude, part, swap, zeros_like
from minigrad.ops.formulas import matrix_exp as exponential
from minigrad.ops.joining import cat
from minigrad.ops.results import named
from minigrad.ops.solving import inv, solve, solve_triangular

__all__ = ["cholesky_inverse", "matrix_exp"]


class LinalgMatrixExp(Op):
    """An exponential turns what reaches it as it turned the vectors: its derivative is the exponential of a block.

    References
    ----------
    Al-Mohy & Higham (2009), SIAM J. Matrix Anal. Appl. 30, doi:10.1137/080716426.
    """

    __slots__ = ()
    glyph, tex, row = "exp", r"e^{{{0}}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return exponential(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        n, last = x.shape[-1], len(x.shape) - 1
        turned, size = swap(x), magnitude(grad)  # the block is as large as the matrix, however large the gradient
        upper = concatenate([turned, grad / size], last)
        block = concatenate([upper, concatenate([zeros_like(x), turned], last)], last - 1)
        return part(part(exponential(block), last - 1, 0, n), last, n, 2 * n) * size


def matrix_exp(A: TensorT) -> TensorT:
    """Return the exponential of a matrix: the sum of its powers, each over its number's factorial.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats.

    Returns
    -------
    Tensor, shape (..., n, n)

    Raises
    ------
    RuntimeError
        If it is not square, or holds no floats.

    References
    ----------
    Higham (2005), SIAM J. Matrix Anal. Appl. 26, doi:10.1137/04061101X.

    Examples
    --------
    >>> mg.matrix_exp(mg.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    floats(A, "linalg.matrix_exp", square=True)
    return apply(LinalgMatrixExp, A)  # type: ignore[no-any-return]


_EIG = named("linalg_eig", "eigenvalues eigenvectors")
_INV_EX = named("linalg_inv_ex", "inverse info")
_CHOLESKY_EX = named("linalg_cholesky_ex", "L info")
_SOLVE_EX = named("linalg_solve_ex", "result info")


def _eigen(A: Any, name: str) -> Any:
    array = floats(A, name, square=True)
    if A.requires_grad:
        raise RuntimeError(
            f"{name} has no gradient here: a complex eigenvector has no sign, but any angle, of its own. "
            "Use linalg.eigh for a symmetric matrix, or A.detach()."
        )
    return array, np.complex64 if array.dtype in (np.float32, np.complex64) else np.complex128


def eig(A: TensorT) -> Any:
    """Return eigenvalues and eigenvectors of a square matrix, as complex numbers.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats; it may not require grad.

    Returns
    -------
    tuple of Tensor
        Eigenvalues in LAPACK's order, and the eigenvectors as columns of length 1.

    Raises
    ------
    RuntimeError
        If ``A`` is not square, or requires grad.

    Examples
    --------
    >>> mg.linalg.eig(mg.tensor([[0.0, 1.0], [-1.0, 0.0]])).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """
    array, kind = _eigen(A, "linalg.eig")
    values, vectors = np.linalg.eig(array)
    return _EIG(wrap(values.astype(kind)), wrap(by_columns(vectors.astype(kind))))


def eigvals(A: TensorT) -> Any:
    """Return the eigenvalues of a square matrix, as complex numbers.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats; it may not require grad.

    Returns
    -------
    Tensor of complex numbers, shape (..., n)

    Raises
    ------
    RuntimeError
        If ``A`` is not square, or requires grad.

    Examples
    --------
    >>> mg.linalg.eigvals(mg.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    tensor([0.+1.j, 0.-1.j])
    """
    array, kind = _eigen(A, "linalg.eigvals")
    return wrap(np.linalg.eigvals(array).astype(kind))


# --- With a number that tells what failed, in place of an error -----------------------------------------------------


def _info(array: Any, failed: bool, check: bool, error: Exception | None) -> Any:
    if error is not None and check:
        raise error
    return wrap(np.full(array.shape[:-2], int(failed), np.int32))


def inv_ex(A: TensorT, *, check_errors: bool = False) -> Any:
    """Return the inverse, and 0 where there is one; where there is none, not 0 and numbers without meaning.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats.
    check_errors : bool
        Whether to raise an error instead.

    Returns
    -------
    tuple of Tensor
        The inverse, and info of int32.

    Examples
    --------
    >>> mg.linalg.inv_ex(mg.zeros(1, 1)).info
    tensor(1, dtype=torch.int32)
    """
    array = floats(A, "linalg.inv_ex", square=True)
    try:
        return _INV_EX(inv(A), _info(array, False, check_errors, None))
    except LinAlgError as error:
        return _INV_EX(wrap(np.full_like(array, np.nan)), _info(array, True, check_errors, error))


def cholesky_ex(A: TensorT, *, upper: bool = False, check_errors: bool = False) -> Any:
    """Return the Cholesky factor, and 0 where there is one; where there is none, not 0 and numbers without meaning.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Symmetric.
    upper : bool
        Return the transpose instead.
    check_errors : bool
        Whether to raise an error instead.

    Returns
    -------
    tuple of Tensor
        The factor, and info of int32.

    Examples
    --------
    >>> mg.linalg.cholesky_ex(mg.eye(2)).info
    tensor(0, dtype=torch.int32)
    """
    array = floats(A, "linalg.cholesky_ex", square=True)
    try:
        return _CHOLESKY_EX(cholesky(A, upper), _info(array, False, check_errors, None))
    except LinAlgError as error:
        return _CHOLESKY_EX(wrap(np.full_like(array, np.nan)), _info(array, True, check_errors, error))


def solve_ex(A: TensorT, B: TensorT, *, left: bool = True, check_errors: bool = False) -> Any:
    """Return the solution of ``A @ X == B``, and 0 where there is one; else not 0, and numbers without meaning.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats.
    B : Tensor, shape (..., n, k) or (..., n)
        The right side.
    left : bool
        False for ``X @ A == B``.
    check_errors : bool
        Whether to raise an error instead.

    Returns
    -------
    tuple of Tensor
        The solution, and info of int32.

    Examples
    --------
    >>> mg.linalg.solve_ex(mg.eye(1), mg.ones(1, 1)).result
    tensor([[1.]])
    """
    array = floats(A, "linalg.solve_ex", square=True)
    try:
        return _SOLVE_EX(solve(A, B, left=left), _info(array, False, check_errors, None))
    except LinAlgError as error:
        return _SOLVE_EX(wrap(np.full_like(B._array, np.nan)), _info(array, True, check_errors, error))


def cholesky_inverse(L: TensorT, upper: bool = False) -> TensorT:
    """Return the inverse of ``L @ L.T``.

    Parameters
    ----------
    L : Tensor, shape (..., n, n)
        A Cholesky factor.
    upper : bool
        Whether it is the upper one.

    Returns
    -------
    Tensor, shape (..., n, n)

    Examples
    --------
    >>> mg.cholesky_inverse(mg.tensor([[2.0]]))
    tensor([[0.2500]])
    """
    array = floats(L, "cholesky_inverse", square=True)
    factor: Any = L.mH if upper else L  # type: ignore[attr-defined]
    ones: Any = wrap(np.eye(array.shape[-1], dtype=array.dtype))
    back = solve_triangular(factor, ones.expand(array.shape), upper=False)
    return back.mH @ back  # type: ignore[no-any-return]


# --- Several dimensions ---------------------------------------------------------------------------------------------


def tensorinv(A: TensorT, ind: int = 2) -> TensorT:
    """Return the inverse of ``tensordot(A, x, ind)``, the first ``ind`` dimensions of ``A`` counting as rows.

    Parameters
    ----------
    A : Tensor
        Its first ``ind`` dimensions have as many entries as the others.
    ind : int
        How many of them are rows.

    Returns
    -------
    Tensor
        The other dimensions come first.

    Raises
    ------
    RuntimeError
        If ``ind`` is not positive, or the dimensions do not fit.

    Examples
    --------
    >>> mg.linalg.tensorinv(mg.eye(4).view(2, 2, 4), ind=2).shape
    torch.Size([4, 2, 2])
    """
    x: Any = tensor(A, "tensorinv")
    if ind <= 0:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    rows, columns = x._array.shape[:ind], x._array.shape[ind:]
    if math.prod(rows) != math.prod(columns):
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{math.prod(columns)} != {math.prod(rows)}"
        )
    return inv(x.reshape(math.prod(rows), math.prod(columns))).reshape(*columns, *rows)  # type: ignore[no-any-return]


def tensorsolve(A: TensorT, B: TensorT, dims: Any = None) -> TensorT:
    """Return ``X`` with ``tensordot(A, X, X.ndim) == B``.

    Parameters
    ----------
    A : Tensor
        Its first dimensions are those of ``B``; the others have as many entries.
    B : Tensor
        The right side.
    dims : tuple of int, optional
        Dimensions of ``A`` that are moved to its end first.

    Returns
    -------
    Tensor
        Of the shape of the other dimensions.

    Raises
    ------
    RuntimeError
        If the sizes do not fit.

    Examples
    --------
    >>> mg.linalg.tensorsolve(mg.eye(4).view(2, 2, 4), mg.ones(2, 2)).shape
    torch.Size([4])
    """
    x: Any = tensor(A, "tensorsolve")
    b: Any = tensor(B, "tensorsolve", "other", 2)
    if dims is not None:
        x = x.movedim(tuple(dims), tuple(range(-len(dims), 0)))
    columns = x._array.shape[b._array.ndim :]
    if math.prod(columns) != b._array.size:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), "
            f"but got {math.prod(columns)} != {b._array.size}"
        )
    return solve(x.reshape(b._array.size, -1), b.reshape(-1)).reshape(columns)  # type: ignore[no-any-return]


def vecdot(x: TensorT, y: TensorT, *, dim: int = -1) -> TensorT:
    """Return the dot products of vectors along a dimension.

    Parameters
    ----------
    x, y : Tensor
        Of shapes that broadcast.
    dim : int
        The dimension that is a vector's.

    Returns
    -------
    Tensor
        Without that dimension.

    Examples
    --------
    >>> mg.linalg.vecdot(mg.ones(2, 3), mg.tensor([1.0, 2.0, 3.0]))
    tensor([6., 6.])
    """
    a: Any = tensor(x, "linalg_vecdot", "x")
    if a._array.dtype != y._array.dtype:
        kinds = a.dtype.title, y.dtype.title  # type: ignore[attr-defined]
        raise RuntimeError(
            f"linalg.vecdot: Expected x and y to have the same dtype, but found x of type {kinds[0]} and y of type "
            f"{kinds[1]} instead"
        )
    axis(dim, max(a._array.ndim, tensor(y, "linalg_vecdot", "y", 2)._array.ndim))
    return (a.conj() * y).sum(dim)  # type: ignore[no-any-return]


def linalg_diagonal(A: TensorT, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Return a diagonal of a matrix, or of each in a stack.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        The matrices.
    offset : int
        Which diagonal, counted upwards from the main one.
    dim1, dim2 : int
        Which dimensions are a matrix.

    Returns
    -------
    Tensor
        A view.

    Examples
    --------
    >>> mg.linalg.diagonal(mg.ones(2, 3, 3)).shape
    torch.Size([2, 3])
    """
    return A.diagonal(offset, dim1, dim2)  # type: ignore[attr-defined]


def linalg_vander(x: TensorT, *, N: int | None = None) -> Any:
    """Return the matrix of the powers of a vector's entries, which grow from left to right.

    Parameters
    ----------
    x : Tensor, shape (..., n)
        The entries.
    N : int, optional
        How many powers; ``n`` by default.

    Returns
    -------
    Tensor, shape (..., n, N)

    Examples
    --------
    >>> mg.linalg.vander(mg.tensor([1.0, 2.0]), N=3)
    tensor([[1., 1., 1.],
            [1., 2., 4.]])
    """
    a: Any = tensor(x, "linalg_vander", "x")
    if a._array.dtype.char in "?e":
        raise RuntimeError(
            f"linalg.vander supports floating point, complex, and integer tensors, but got {a.dtype.title}"
        )
    a = a if a._array.ndim else a.reshape(1)
    count = a._array.shape[-1] if N is None else N
    if count <= 1:
        raise RuntimeError("N must be greater than 1.")
    columns = a.unsqueeze(-1).expand(*a._array.shape, count - 1).cumprod(-1)
    return cat([columns.new_ones((*a._array.shape, 1)), columns], -1)
