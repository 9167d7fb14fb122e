"""Decompositions under PyTorch's former names, as older programs call them."""

from __future__ import annotations

from typing import Any

from minigrad.ops import decompositions
from minigrad.ops.decompositions import same_dtype
from minigrad.ops.results import named
from minigrad.ops.solving import solve_triangular

__all__ = ["qr", "svd", "triangular_solve"]

_QR = named("qr", "Q R")
_SVD = named("svd", "U S V")
_TRIANGULAR = named("triangular_solve", "solution cloned_coefficient")


def qr(input: Any, some: bool = True) -> Any:
    """Return ``linalg.qr``, under its former name.

    Parameters
    ----------
    input : Tensor, shape (..., m, n)
        Floats.
    some : bool
        False for a square Q.

    Returns
    -------
    tuple of Tensor
        Q and R.

    Examples
    --------
    >>> mg.qr(mg.tensor([[3.0], [4.0]])).R
    tensor([[-5.]])
    """
    return _QR(*decompositions.qr(input, "reduced" if some else "complete"))


def svd(input: Any, some: bool = True, compute_uv: bool = True) -> Any:
    """Return ``linalg.svd`` under its former name, and V in place of its transpose.

    Parameters
    ----------
    input : Tensor, shape (..., m, n)
        Floats.
    some : bool
        False for square U and V.
    compute_uv : bool
        False for zeros in place of U and V.

    Returns
    -------
    tuple of Tensor
        U, S and V.

    Examples
    --------
    >>> mg.svd(mg.tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    u, s, vh = decompositions.svd(input, full_matrices=not (some and compute_uv))
    if not compute_uv:
        return _SVD(input.new_zeros(u.shape), s, input.new_zeros(vh.shape))
    return _SVD(u, s, vh.mT)


def triangular_solve(b: Any, A: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False) -> Any:
    """Return ``linalg.solve_triangular`` under its former name, and the matrix.

    Parameters
    ----------
    b : Tensor, shape (..., n, k)
        The right side.
    A : Tensor, shape (..., n, n)
        The triangle.
    upper : bool
        Which it is.
    transpose : bool
        Whether it is taken transposed.
    unitriangular : bool
        Whether its diagonal counts as ones.

    Returns
    -------
    tuple of Tensor
        The solution, and a copy of the matrix.

    Examples
    --------
    >>> mg.triangular_solve(mg.tensor([[4.0]]), mg.tensor([[2.0]])).solution
    tensor([[2.]])
    """
    same_dtype(b, A, "triangular_solve")
    matrix, up = (A.mT, not upper) if transpose else (A, upper)
    return _TRIANGULAR(solve_triangular(matrix, b, upper=up, unitriangular=unitriangular), A.clone())
