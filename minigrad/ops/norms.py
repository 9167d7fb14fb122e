"""How large a matrix is: its norms, and its condition; and vectors made one long."""

from __future__ import annotations

import math
from typing import Any

from minigrad.ops.arguments import TensorT, axis, numpy_names, tensor
from minigrad.ops.decompositions import LinAlgError, floats, svdvals
from minigrad.ops.formulas import where
from minigrad.ops.joining import stack
from minigrad.ops.reduce import length

__all__ = ["norm", "renorm"]


def vector_norm(x: TensorT, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> TensorT:
    """Return the length of a vector: the p-norm of all entries, or along dimensions.

    Parameters
    ----------
    x : Tensor
        Floats of any shape.
    ord : float
        2 for the usual length; 1 for the sum of sizes; inf for the largest; 0 counts what is not 0.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.linalg.vector_norm(mg.tensor([3.0, 4.0]))
    tensor(5.)
    """
    return length(x, ord, dim, keepdim, dtype)


def matrix_norm(
    A: TensorT, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> TensorT:
    """Return how large a matrix is.

    Parameters
    ----------
    A : Tensor, shape (..., n, m)
        Floats.
    ord : {"fro", "nuc", 1, -1, 2, -2, inf, -inf}
        The root of the sum of squares; the sum of singular values; the largest (smallest) sum of a column; the largest
        (smallest) singular value; the largest (smallest) sum of a row.
    dim : tuple of int
        Rows and columns.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor, shape (...)

    Raises
    ------
    RuntimeError
        If there is no such norm, or ``A`` is no matrix of floats.

    Examples
    --------
    >>> mg.linalg.matrix_norm(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor(6.)
    """
    x: Any = tensor(A, "linalg.matrix_norm")
    x = x if dtype is None else x.to(dtype)
    floats(x, "linalg.matrix_norm")
    if len(dim) != 2:
        raise RuntimeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {' '.join(map(str, dim))}")
    rows, columns = (axis(d, x._array.ndim) for d in dim)
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({dim[0]}, {dim[1]})")
    if ord == "fro":
        return length(x, 2, (rows, columns), keepdim)  # type: ignore[no-any-return]
    if ord == "nuc" or ord in (2, -2):
        front = [d for d in range(x._array.ndim) if d not in (rows, columns)]
        values: Any = svdvals(x.permute([*front, rows, columns]))
        y = values.sum(-1) if ord == "nuc" else values.amax(-1) if ord == 2 else values.amin(-1)
        return y.unsqueeze(min(rows, columns)).unsqueeze(max(rows, columns)) if keepdim else y  # type: ignore[no-any-return]
    if ord not in (1, -1, math.inf, -math.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    summed, compared = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums: Any = length(x, 1, summed, keepdim)
    compared -= 0 if keepdim or compared < summed else 1
    return sums.amax(compared, keepdim) if ord > 0 else sums.amin(compared, keepdim)  # type: ignore[no-any-return]


@numpy_names
def norm(input: TensorT, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None) -> TensorT:
    """Return the length of a vector: the p-norm of all entries, or along dimensions; or how large a matrix is.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    p : float, "fro" or "nuc"
        2, as "fro", for the usual length; 1 for the sum of sizes; inf for the largest; 0 counts what is not 0. "nuc" is
        the sum of a matrix's singular values.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the entries are integers or booleans.

    Examples
    --------
    >>> mg.norm(mg.tensor([3.0, 4.0]))
    tensor(5.)
    """
    if p in ("fro", None):
        p = 2
    if not isinstance(p, str):
        return length(input, p, dim, keepdim, dtype)
    dims = (
        range(tensor(input, "norm")._array.ndim) if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
    )
    return matrix_norm(input, p, tuple(dims), keepdim, dtype=dtype)


def linalg_norm(A: TensorT, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> TensorT:
    """Return the norm of a vector or of a matrix.

    Parameters
    ----------
    A : Tensor
        Floats of any shape.
    ord : float or str, optional
        Which norm: see ``vector_norm`` and ``matrix_norm``. Without it, the root of the sum of squares.
    dim : int or tuple of int, optional
        One dimension for vectors, two for matrices.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If there is no such norm.

    Examples
    --------
    >>> mg.linalg.norm(mg.tensor([[3.0], [4.0]]))
    tensor(5.)
    """
    rank = tensor(A, "linalg.norm")._array.ndim
    pair = isinstance(dim, (tuple, list)) and len(dim) == 2
    if ord is None:
        return length(A, 2, dim, keepdim, dtype)
    if dim is None and rank not in (1, 2):
        raise RuntimeError(f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {rank}D.")
    if isinstance(ord, str) or pair or (dim is None and rank == 2):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return length(A, ord, dim, keepdim, dtype)


def cond(A: TensorT, p: Any = None) -> TensorT:
    """Return how much errors may grow when an equation is solved with the matrix.

    Parameters
    ----------
    A : Tensor, shape (..., n, m)
        Floats; square, unless ``p`` is 2 or -2.
    p : float or str, optional
        Which matrix norm; the largest singular value over the smallest, if not given.

    Returns
    -------
    Tensor, shape (...)

    Examples
    --------
    >>> mg.linalg.cond(mg.tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
    if p is None or p in (2, -2):
        values: Any = svdvals(A)
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest  # type: ignore[no-any-return]
    size: Any = matrix_norm(A, p)
    try:
        other: Any = matrix_norm(A.inverse(), p)  # type: ignore[attr-defined]
    except LinAlgError:
        if size._array.ndim:
            return stack([cond(matrix, p) for matrix in A])  # type: ignore[attr-defined, no-any-return]
        return (size if p == "nuc" else size + 1) * math.inf  # type: ignore[no-any-return]
    return size * other  # type: ignore[no-any-return]


def renorm(input: TensorT, p: float, dim: int, maxnorm: float) -> TensorT:
    """Return a tensor whose slices along a dimension are shrunk to a norm, where they have a larger one.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.
    p : float
        Which norm.
    dim : int
        The dimension that numbers the slices.
    maxnorm : float
        The largest norm a slice may have.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.renorm(mg.tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1.0)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    x: Any = tensor(input, "renorm")
    if p <= 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if x._array.ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {x._array.ndim} dimensions")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm:g}")
    kept = axis(dim, x._array.ndim)
    size = vector_norm(x, p, tuple([d for d in range(x._array.ndim) if d != kept]), True)
    return x * where(size > maxnorm, maxnorm / (size + 1e-7), 1.0)  # type: ignore[no-any-return]


def normalize(input: TensorT, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> TensorT:
    """Return vectors divided by their lengths.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    p : float
        Which norm is the length.
    dim : int or tuple of int
        The dimensions that are a vector's.
    eps : float
        A length smaller than this counts as this.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.normalize(mg.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    x: Any = tensor(input, "normalize")
    return x / x.norm(p, dim, keepdim=True).clamp_min(eps).expand_as(x)  # type: ignore[no-any-return]
