"""Matrices taken apart: cholesky, qr, svd, eigh."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, refuse_complex, tensor
from minigrad.ops.formulas import as_column, concatenate, eye, inverse, lower, part, swap, zeros_like
from minigrad.ops.results import named

__all__ = ["cholesky"]

# Note [What a factor's gradient can say]
#
# The columns of U and V, and eigenvectors, may each be turned round together without changing the product. A loss that
# depends on such a choice has no derivative; PyTorch's formulas, which these are, hold for all others. The signs are
# those of LAPACK, here as in PyTorch.


class LinAlgError(RuntimeError):
    """What a matrix does not allow: an inverse of a singular one, a Cholesky factor of one not positive definite.

    Examples
    --------
    >>> try:
    ...     mg.linalg.inv(mg.zeros(1, 1))
    ... except mg.linalg.LinAlgError:
    ...     print("singular")
    singular
    """

    __module__, __qualname__ = "torch._C", "_LinAlgError"  # as PyTorch shows it

    def __reduce__(self) -> Any:
        return _lin_alg_error, self.args


def _lin_alg_error(*args: Any) -> LinAlgError:
    """Make the error: pickled, it is found by this, as its class goes by PyTorch's name."""
    return LinAlgError(*args)


def floats(x: Any, name: str, square: bool = False) -> Array:
    """Return the array of matrices, having refused what is none, in PyTorch's words."""
    array: Array = tensor(x, name)._array
    if array.dtype.kind not in "fc":
        kind = dtypes.of(array.dtype).title
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {kind}")
    if array.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")
    n, m = array.shape[-2:]
    if square and n != m:
        raise RuntimeError(f"{name}: A must be batches of square matrices, but they are {n} by {m} matrices")
    return array


def which(found: Array) -> str:
    """Return the words that name the first matrix of a batch for which something holds."""
    return f"(Batch element {int(np.argmax(found.reshape(-1)))}): " if found.ndim else ""


def by_columns(x: Any) -> Any:
    """Return matrices laid out column by column in memory, as LAPACK and so PyTorch leave them."""
    return swap(np.ascontiguousarray(swap(x)))


def same_dtype(a: Any, b: Any, name: str) -> None:
    """Refuse two matrices of different dtypes, in PyTorch's words."""
    if a._array.dtype != b._array.dtype:
        raise RuntimeError(
            f"{name}: Expected A and B to have the same dtype, but found A of type {a.dtype.title} and B of type "
            f"{b.dtype.title} instead"
        )


class LinalgCholeskyEx(Op):
    """The factor is a matrix's root: its gradient goes back through both halves of the product, symmetrically."""

    __slots__ = ("upper",)
    saved_names = ("L",)
    glyph, tex, row = "chol", r"\mathrm{{chol}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, upper: bool) -> Any:
        refuse_complex(ctx, x)
        ctx.upper = upper
        y = np.linalg.cholesky(x)
        y = by_columns(swap(y) if upper else y)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (factor,) = ctx.saved_tensors
        factor, grad = (swap(factor), swap(grad)) if ctx.upper else (factor, grad)
        back, inner = inverse(factor), lower(swap(factor) @ grad)
        return swap(back) @ ((inner + swap(lower(inner, -1))) * 0.5) @ back


def cholesky(input: TensorT, upper: bool = False) -> TensorT:
    """Return the lower triangle whose product with its transpose is the matrix.

    Parameters
    ----------
    input : Tensor, shape (..., n, n)
        Symmetric and positive definite; only its lower triangle is read.
    upper : bool
        Return the transpose instead.

    Returns
    -------
    Tensor, shape (..., n, n)

    Raises
    ------
    LinAlgError
        If a matrix is not positive definite.
    RuntimeError
        If it is not square, or holds no floats.

    References
    ----------
    Murray (2016), arXiv:1602.07527.

    Examples
    --------
    >>> mg.linalg.cholesky(mg.tensor([[4.0, 2.0], [2.0, 2.0]]))
    tensor([[2., 0.],
            [1., 1.]])
    """
    array = floats(input, "linalg.cholesky", square=True)
    try:
        return apply(LinalgCholeskyEx, input, upper)  # type: ignore[no-any-return]
    except np.linalg.LinAlgError:
        raise LinAlgError(_indefinite(array)) from None


def _indefinite(array: Array) -> str:
    """Say which leading minor is not positive."""
    stack = array.reshape(-1, *array.shape[-2:])
    for i, matrix in enumerate(stack):
        for k in range(1, matrix.shape[0] + 1):
            try:
                np.linalg.cholesky(matrix[:k, :k])
            except np.linalg.LinAlgError:
                batch = f"(Batch element {i}): " if array.ndim > 2 else ""
                return (
                    f"linalg.cholesky: {batch}The factorization could not be completed because the input is not "
                    f"positive-definite (the leading minor of order {k} is not positive-definite)."
                )
    return "linalg.cholesky: The factorization could not be completed."


class LinalgQr(Op):
    """A matrix is a turn times a triangle: what turns goes back one way, what stretches the other."""

    __slots__ = ("mode",)
    saved_names = ("Q", "R")
    glyph, tex, row = "QR", r"\mathrm{{qr}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, mode: str) -> Any:
        refuse_complex(ctx, x)
        ctx.mode = mode
        if mode == "r":
            return np.zeros(0, x.dtype), by_columns(np.linalg.qr(x, "r"))
        q, r = map(by_columns, np.linalg.qr(x, mode))  # type: ignore[call-overload]
        ctx.save_for_backward(q, r)
        return q, r

    @staticmethod
    def backward(ctx: Any, grad_q: Any, grad_r: Any) -> Any:
        if ctx.mode == "r":
            raise RuntimeError(
                "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use "
                "linalg.qr(A, mode='reduced') if you are going to require gradients wrt A."
            )
        q, r = ctx.saved_tensors
        m, n = q.shape[-2], r.shape[-1]
        if ctx.mode == "complete" and m > n:
            raise RuntimeError(
                "The QR decomposition is not differentiable when mode='complete' and nrows > ncols. Use mode='reduced'."
            )
        if m >= n:
            return _through_qr(q, r, grad_q, grad_r)
        last = len(r.shape) - 1
        square, rest = part(r, last, 0, m), part(r, last, m, n)
        by_square, by_rest = part(grad_r, last, 0, m), part(grad_r, last, m, n)
        turned = grad_q + (q @ rest) @ swap(by_rest)
        return concatenate([_through_qr(q, square, turned, by_square), q @ by_rest], last)


def _through_qr(q: Any, r: Any, grad_q: Any, grad_r: Any) -> Any:
    """Return the gradient of a matrix that is at least as high as wide."""
    inner = r @ swap(grad_r) - swap(grad_q) @ q
    mirrored = lower(inner) + swap(lower(inner, -1))
    return (grad_q + q @ mirrored) @ swap(inverse(r))


_QR = named("linalg_qr", "Q R")


def qr(A: TensorT, mode: str = "reduced") -> Any:
    """Return a matrix with orthonormal columns, and an upper triangle, whose product is the matrix.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    mode : {"reduced", "complete", "r"}
        Whether Q has as many columns as needed, all, or is left out.

    Returns
    -------
    tuple of Tensor
        Q, and R. The signs are LAPACK's.

    Raises
    ------
    RuntimeError
        If there is no such mode, or ``A`` is no matrix of floats.

    References
    ----------
    Roberts & Roberts (2020), arXiv:2009.10071.

    Examples
    --------
    >>> mg.linalg.qr(mg.tensor([[3.0], [4.0]])).R
    tensor([[-5.]])
    """
    floats(A, "linalg.qr")
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    return _QR(*apply(LinalgQr, A, mode))


class LinalgSvd(Op):
    """A matrix turns, stretches, and turns again: each singular value grows with the matrix along its own axes."""

    __slots__ = ("full",)
    partial = True
    saved_names = (None, "S", None)  # the signs of the others are the LAPACK's at hand
    glyph, tex, row = "SVD", r"\mathrm{{svd}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, full: bool) -> Any:
        refuse_complex(ctx, x)
        ctx.full = full
        u, s, vh = np.linalg.svd(x, full)
        u, vh = by_columns(u), by_columns(vh)
        ctx.save_for_backward(u, s, vh)
        return u, s, vh

    @staticmethod
    def backward(ctx: Any, grad_u: Any, grad_s: Any, grad_vh: Any) -> Any:
        u, s, vh = ctx.saved_tensors
        k = s.shape[-1]
        last = len(vh.shape) - 1
        if ctx.full:  # what lies beyond the singular values is arbitrary: no loss may depend on it
            u, grad_u = part(u, last, 0, k), grad_u if grad_u is None else part(grad_u, last, 0, k)
            vh, grad_vh = part(vh, last - 1, 0, k), grad_vh if grad_vh is None else part(grad_vh, last - 1, 0, k)
        row, column = swap(as_column(s)), as_column(s)
        same = eye(column * row)
        inner = 0.0 if grad_s is None else same * as_column(grad_s)
        if grad_u is None and grad_vh is None:
            return None if grad_s is None else u @ inner @ vh
        v = swap(vh)
        grad_u = zeros_like(u) if grad_u is None else grad_u
        grad_v = zeros_like(v) if grad_vh is None else swap(grad_vh)
        over = 1 / (row * row - column * column + same)  # of equal ones no direction is known: nan, as in PyTorch
        turn_u, turn_v = swap(u) @ grad_u, swap(v) @ grad_v
        inner = (turn_u - swap(turn_u)) * over * row + column * ((turn_v - swap(turn_v)) * over) + inner
        result = u @ inner @ vh
        if u.shape[-2] > k:
            outside = grad_u / row
            result = result + (outside - u @ (swap(u) @ outside)) @ vh
        if vh.shape[-1] > k:
            outside = grad_v / row
            result = result + u @ swap(outside - v @ (vh @ outside))
        return result


_SVD = named("linalg_svd", "U S Vh")


def svd(A: TensorT, full_matrices: bool = True) -> Any:
    """Return the singular value decomposition: two turns, and the stretches between them.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    full_matrices : bool
        Whether U and Vh are square.

    Returns
    -------
    tuple of Tensor
        U, S (from the largest), and Vh.

    Raises
    ------
    RuntimeError
        If ``A`` is no matrix of floats.

    References
    ----------
    Townsend (2016), Differentiating the singular value decomposition.

    Examples
    --------
    >>> mg.linalg.svd(mg.tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    floats(A, "linalg.svd")
    return _SVD(*apply(LinalgSvd, A, full_matrices))


def svdvals(A: TensorT) -> TensorT:
    """Return the singular values, from the largest.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.

    Returns
    -------
    Tensor, shape (..., min(m, n))

    Raises
    ------
    RuntimeError
        If ``A`` is no matrix of floats.

    Examples
    --------
    >>> mg.linalg.svdvals(mg.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    floats(A, "linalg.svdvals")
    return apply(LinalgSvd, A, False)[1]  # type: ignore[no-any-return]


class LinalgEigh(Op):
    """A symmetric matrix stretches along its eigenvectors: each eigenvalue grows with the matrix along its own."""

    __slots__ = ()
    partial = True
    saved_names = ("eigenvalues", "eigenvectors")
    glyph, tex, row = "eigh", r"\mathrm{{eigh}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, uplo: str) -> Any:
        refuse_complex(ctx, x)
        values, vectors = np.linalg.eigh(x, uplo)  # type: ignore[call-overload]
        vectors = by_columns(vectors)
        ctx.save_for_backward(values, vectors)
        return values, vectors

    @staticmethod
    def backward(ctx: Any, grad_values: Any, grad_vectors: Any) -> Any:
        values, v = ctx.saved_tensors
        inner = 0.0 if grad_values is None else eye(v) * as_column(grad_values)
        if grad_vectors is None:
            return None if grad_values is None else v @ inner @ swap(v)
        gap = swap(as_column(values)) - as_column(values) + eye(v)
        turn = swap(v) @ grad_vectors
        return v @ ((turn - swap(turn)) * 0.5 / gap + inner) @ swap(v)


_EIGH = named("linalg_eigh", "eigenvalues eigenvectors")


def eigh(A: TensorT, UPLO: str = "L") -> Any:
    """Return eigenvalues and eigenvectors of a symmetric matrix.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats.
    UPLO : {"L", "U"}
        Which triangle is read.

    Returns
    -------
    tuple of Tensor
        Eigenvalues from the smallest, and the eigenvectors as columns.

    Raises
    ------
    RuntimeError
        If ``A`` is not square.

    References
    ----------
    Giles (2008), Collected matrix derivative results for forward and reverse mode algorithmic differentiation.

    Examples
    --------
    >>> mg.linalg.eigh(mg.tensor([[2.0, 1.0], [1.0, 2.0]])).eigenvalues
    tensor([1., 3.])
    """
    floats(A, "linalg.eigh", square=True)
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return _EIGH(*apply(LinalgEigh, A, UPLO))


def eigvalsh(A: TensorT, UPLO: str = "L") -> TensorT:
    """Return the eigenvalues of a symmetric matrix, from the smallest.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats.
    UPLO : {"L", "U"}
        Which triangle is read.

    Returns
    -------
    Tensor, shape (..., n)

    Raises
    ------
    RuntimeError
        If ``A`` is not square.

    Examples
    --------
    >>> mg.linalg.eigvalsh(mg.tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
    floats(A, "linalg.eigh", square=True)
    return apply(LinalgEigh, A, UPLO)[0]  # type: ignore[no-any-return]
