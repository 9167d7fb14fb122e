"""Equations of matrices: determinants, inverses, solutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, refuse_complex, supported, tensor
from minigrad.ops.decompositions import LinAlgError, by_columns, eigvalsh, floats, same_dtype, svdvals, which
from minigrad.ops.formulas import as_column, cofactors, eye, inverse, lower, reshape, swap
from minigrad.ops.results import named

__all__ = ["cholesky_solve", "det", "logdet", "slogdet"]


class LinalgDet(Op):
    """A determinant grows by an entry's cofactor: the determinant of what is left without its row and column."""

    __slots__ = ()
    saved_names = ("A", "result")
    glyph, tex, row = "det", r"\det {0}", "jvp"
    local = (r"{y}\,{0}^{{-T}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.asarray(np.linalg.det(x))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return as_column(as_column(grad)) * cofactors(x, y)


def det(input: TensorT) -> TensorT:
    """Return the determinant of a matrix, or of each in a stack.

    Parameters
    ----------
    input : Tensor, shape (..., n, n)
        Floats.

    Returns
    -------
    Tensor, shape (...)

    Raises
    ------
    RuntimeError
        If it is not square, or holds no floats.

    Examples
    --------
    >>> mg.det(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(-2.)
    """
    floats(input, "linalg.det", square=True)
    return apply(LinalgDet, input)  # type: ignore[no-any-return]


class LinalgSlogdet(Op):
    """The logarithm of a determinant grows by the entries of the inverse, transposed."""

    __slots__ = ()
    saved_names = ("A",)
    glyph, tex, row = "ln det", r"\ln |\det {0}|", "jvp"
    local = (r"{0}^{{-T}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return tuple(np.linalg.slogdet(x))

    @staticmethod
    def backward(ctx: Any, _: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return as_column(as_column(grad)) * swap(inverse(x))


_LINALG_SLOGDET, _SLOGDET = (named(name, "sign logabsdet") for name in ("linalg_slogdet", "slogdet"))


def slogdet(input: TensorT) -> Any:
    """Return the sign of the determinant, and the logarithm of its size, without overflow.

    Parameters
    ----------
    input : Tensor, shape (..., n, n)
        Floats.

    Returns
    -------
    tuple of Tensor, shape (...)

    Raises
    ------
    RuntimeError
        If it is not square, or holds no floats.

    Examples
    --------
    >>> mg.slogdet(mg.tensor([[0.0, 1.0], [1.0, 0.0]])).sign
    tensor(-1.)
    """
    return _SLOGDET(*linalg_slogdet(input))


def linalg_slogdet(A: TensorT) -> Any:
    """Return the sign of the determinant, and the logarithm of its size: ``mg.slogdet``, where linear algebra is.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats.

    Returns
    -------
    tuple of Tensor, shape (...)

    Raises
    ------
    RuntimeError
        If it is not square, or holds no floats.

    Examples
    --------
    >>> mg.linalg.slogdet(mg.tensor([[0.0, 1.0], [1.0, 0.0]])).logabsdet
    tensor(0.)
    """
    floats(A, "linalg.slogdet", square=True)
    return _LINALG_SLOGDET(*apply(LinalgSlogdet, A))


def logdet(input: TensorT) -> TensorT:
    """Return the logarithm of the determinant: nan where that is negative.

    Parameters
    ----------
    input : Tensor, shape (..., n, n)
        Floats.

    Returns
    -------
    Tensor, shape (...)

    Raises
    ------
    RuntimeError
        If it is not square, or holds no floats.

    Examples
    --------
    >>> mg.logdet(mg.eye(3) * 2)
    tensor(2.0794)
    """
    floats(input, "logdet", square=True)
    sign, size = apply(LinalgSlogdet, input)
    if sign._array.dtype.kind == "c":
        return det(input).log()  # type: ignore[attr-defined, no-any-return]
    return size._where(sign == -1, float("nan"), size)  # type: ignore[no-any-return]


class LinalgInvEx(Op):
    """An inverse moves against the matrix: its gradient goes back between two transposed inverses, with a minus."""

    __slots__ = ()
    saved_names = ("inverse",)
    glyph, tex, row = "inv", r"{0}^{{-1}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = by_columns(np.linalg.inv(x))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return -(swap(y) @ grad @ swap(y))


def inv(input: TensorT) -> TensorT:
    """Return the inverse of a matrix, or of each in a stack.

    Parameters
    ----------
    input : Tensor, shape (..., n, n)
        Floats.

    Returns
    -------
    Tensor, shape (..., n, n)

    Raises
    ------
    LinAlgError
        If a matrix is singular.
    RuntimeError
        If it is not square, or holds no floats.

    Examples
    --------
    >>> mg.linalg.inv(mg.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    array = floats(input, "linalg.inv", square=True)
    try:
        return apply(LinalgInvEx, input)  # type: ignore[no-any-return]
    except np.linalg.LinAlgError:
        zero = int(np.linalg.matrix_rank(array.reshape(-1, *array.shape[-2:])[0])) + 1 if array.size else 1
        raise LinAlgError(
            f"linalg.inv: {which(np.linalg.det(array) == 0)}The diagonal element {zero} is zero, the inversion could "
            "not be completed because the input matrix is singular."
        ) from None


class LinalgPinv(Op):
    """A pseudo-inverse moves against the matrix, and turns with the directions that the matrix leaves out."""

    __slots__ = ("hermitian", "rcond")
    saved_names = ("self", "result")
    glyph, tex, row = "pinv", r"{0}^{{+}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, rtol: Any, hermitian: bool) -> Any:
        refuse_complex(ctx, x)
        y = np.linalg.pinv(x, rcond=rtol, hermitian=hermitian)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        down, across = swap(y), swap(grad)
        left, right = eye(x @ y) - x @ y, eye(y @ x) - y @ x
        return left @ across @ y @ down + down @ y @ across @ right - down @ grad @ down


def pinv(input: TensorT, *, rtol: Any = None, hermitian: bool = False) -> TensorT:
    """Return the pseudo-inverse: of all matrices that come closest to an inverse, the smallest.

    Parameters
    ----------
    input : Tensor, shape (..., m, n)
        Floats.
    rtol : float, optional
        Singular values smaller than this times the largest count as 0.
    hermitian : bool
        Whether the matrix is known to be symmetric.

    Returns
    -------
    Tensor, shape (..., n, m)

    Raises
    ------
    RuntimeError
        If it is no matrix of floats.

    References
    ----------
    Golub & Pereyra (1973), SIAM J. Numer. Anal. 10, doi:10.1137/0710036.

    Examples
    --------
    >>> mg.linalg.pinv(mg.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    array = floats(input, "linalg.pinv")
    least = max(array.shape[-2:]) * float(np.finfo(array.dtype).eps)
    return apply(LinalgPinv, input, least if rtol is None else rtol, hermitian)  # type: ignore[no-any-return]


class LinalgSolveEx(Op):
    """The right side's gradient solves the transposed equation; the matrix's is that, times the solution, negative."""

    __slots__ = ("vector",)
    arity = 2
    saved_names = ("A", "result")
    glyph, tex, row = "solve", r"{0}^{{-1}}\,{1}", "jvp"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, vector: bool) -> Any:
        ctx.vector = vector
        y = np.squeeze(np.linalg.solve(a, b[..., None]), -1) if vector else by_columns(np.linalg.solve(a, b))
        ctx.save_for_backward(a, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, y = ctx.saved_tensors
        grad, y = (as_column(grad), as_column(y)) if ctx.vector else (grad, y)
        by_b = swap(inverse(a)) @ grad
        by_a = -(by_b @ swap(y))
        return by_a, (reshape(by_b, by_b.shape[:-1]) if ctx.vector else by_b)


def solve(A: TensorT, B: TensorT, *, left: bool = True) -> TensorT:
    """Return the matrix ``X`` with ``A @ X == B``.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats.
    B : Tensor, shape (..., n, k) or (..., n)
        The right side, of the same dtype.
    left : bool
        False for ``X @ A == B``.

    Returns
    -------
    Tensor
        Of the shape of ``B``.

    Raises
    ------
    LinAlgError
        If a matrix is singular.
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.linalg.solve(mg.tensor([[2.0, 0.0], [0.0, 4.0]]), mg.tensor([2.0, 2.0]))
    tensor([1.0000, 0.5000])
    """
    a, b = floats(A, "linalg.solve", square=True), tensor(B, "linalg.solve", "B", 2)._array
    same_dtype(A, B, "linalg.solve")
    if not b.ndim:
        raise RuntimeError("linalg.solve: The input tensor B must have at least 2 dimensions.")
    vector = b.ndim == 1 or (a.ndim - 1 == b.ndim and b.shape == a.shape[:-1])
    if not left:
        if vector:
            raise RuntimeError(
                "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False."
            )
        return solve(A.mT, B.mT).mT  # type: ignore[attr-defined,no-any-return]
    rows, columns = (b.shape[-1], 1) if vector else b.shape[-2:]
    if rows != a.shape[-1]:
        raise RuntimeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation AX = B ({a.shape[-2]}x{a.shape[-1]} and "
            f"{rows}x{columns})"
        )
    try:
        return apply(LinalgSolveEx, A, B, vector)  # type: ignore[no-any-return]
    except np.linalg.LinAlgError:
        raise LinAlgError(
            f"torch.linalg.solve: {which(np.linalg.det(a) == 0)}The solver failed because the input matrix is singular."
        ) from None


class LinalgSolveTriangular(Op):
    """As for any equation, but of the matrix only its triangle is read, and only that gets a gradient."""

    __slots__ = ("diagonal", "upper")
    arity = 2
    saved_names = ("self", "result")
    glyph, tex, row = "solve", r"{0}^{{-1}}\,{1}", "jvp"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, upper: bool, unit: bool) -> Any:
        ctx.upper, ctx.diagonal = upper, -1 if unit else 0
        y = by_columns(np.linalg.solve(_triangle(a, upper, ctx.diagonal), b))
        ctx.save_for_backward(a, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, y = ctx.saved_tensors
        by_b = swap(inverse(_triangle(a, ctx.upper, ctx.diagonal))) @ grad
        by_a = -(by_b @ swap(y))
        by_a = swap(lower(swap(by_a), ctx.diagonal)) if ctx.upper else lower(by_a, ctx.diagonal)
        return by_a, by_b


def _triangle(a: Any, upper: bool, diagonal: int) -> Any:
    """Return a triangle of a matrix, with ones on the diagonal if that is not read."""
    kept = swap(lower(swap(a), diagonal)) if upper else lower(a, diagonal)
    return kept + eye(a) if diagonal else kept


def solve_triangular(A: TensorT, B: TensorT, *, upper: bool, left: bool = True, unitriangular: bool = False) -> TensorT:
    """Return the matrix ``X`` with ``A @ X == B``, for a triangle ``A``.

    Parameters
    ----------
    A : Tensor, shape (..., n, n)
        Floats; the other triangle is not read.
    B : Tensor, shape (..., n, k)
        The right side.
    upper : bool
        Which triangle ``A`` is.
    left : bool
        False for ``X @ A == B``.
    unitriangular : bool
        Whether the diagonal counts as ones and is not read.

    Returns
    -------
    Tensor, shape (..., n, k)

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.linalg.solve_triangular(mg.tensor([[2.0, 9.0], [1.0, 1.0]]), mg.tensor([[2.0], [3.0]]), upper=False)
    tensor([[1.],
            [2.]])
    """
    floats(A, "linalg.solve_triangular", square=True)
    floats(B, "linalg.solve_triangular")
    n, (rows, columns) = A._array.shape[-1], B._array.shape[-2:]
    if n != (rows if left else columns):
        equation = "AX = B" if left else "XA = B"
        raise RuntimeError(
            f"linalg.solve_triangular: Incompatible shapes of A and B for the equation {equation} ({n}x{n} and "
            f"{rows}x{columns})"
        )
    supported(A._array, "e", "triangular_solve_cpu")
    a: Any = A
    b: Any = B if B._array.dtype == A._array.dtype else B.to(a.dtype)  # type: ignore[attr-defined]
    if not left:
        return solve_triangular(a.mT, b.mT, upper=not upper, unitriangular=unitriangular).mT  # type: ignore[no-any-return]
    return apply(LinalgSolveTriangular, a, b, upper, unitriangular)  # type: ignore[no-any-return]


def cholesky_solve(B: TensorT, L: TensorT, upper: bool = False) -> TensorT:
    """Return the matrix ``X`` with ``L @ L.T @ X == B``.

    Parameters
    ----------
    B : Tensor, shape (..., n, k)
        The right side.
    L : Tensor, shape (..., n, n)
        The Cholesky factor of the matrix.
    upper : bool
        Whether it is the upper one.

    Returns
    -------
    Tensor, shape (..., n, k)

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.cholesky_solve(mg.tensor([[8.0]]), mg.tensor([[2.0]]))
    tensor([[2.]])
    """
    same_dtype(B, L, "cholesky_solve")
    factor: Any = L.mH if upper else L  # type: ignore[attr-defined]
    return solve_triangular(factor.mH, solve_triangular(factor, B, upper=False), upper=True)  # type: ignore[no-any-return]


_LSTSQ = named("linalg_lstsq", "solution residuals rank singular_values")


def lstsq(A: TensorT, B: TensorT, rcond: Any = None, *, driver: str | None = None) -> Any:
    """Return the matrix ``X`` for which ``A @ X`` comes closest to ``B``, by least squares.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    B : Tensor, shape (..., m, k) or (..., m)
        The right side.
    rcond : float, optional
        Singular values smaller than this times the largest count as 0.
    driver : {"gelsy", "gels", "gelsd", "gelss"}, optional
        Which of the results beside the solution PyTorch's routine of that name gives; the others are empty. The
        solution is the same.

    Returns
    -------
    tuple of Tensor
        Solution; residuals, the sums of squares that are left (all but "gelsy", for ``m > n`` and full rank); rank (all
        but "gels"); singular values ("gelsd" and "gelss").

    Raises
    ------
    RuntimeError
        If ``A`` is no matrix of floats.

    Examples
    --------
    >>> mg.linalg.lstsq(mg.tensor([[2.0]]), mg.tensor([[4.0]])).solution
    tensor([[2.]])
    """
    array = floats(A, "linalg.lstsq")
    if driver not in (None, "gels", "gelsy", "gelsd", "gelss"):
        raise RuntimeError(
            "torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss), "
            f"but got {driver!r} instead"
        )
    m, n = array.shape[-2:]
    b: Any = B
    vector = b._array.ndim == 1 or (b._array.ndim == array.ndim - 1 and b._array.shape == array.shape[:-1])
    b = b.unsqueeze(-1) if vector else b
    x: Any = pinv(A, rtol=rcond) @ b
    rank: Any = matrix_rank(A)
    full = driver == "gels" or bool((rank._array == n).all())
    left = ((A @ x - b) ** 2).sum(-2) if m > n and driver not in (None, "gelsy") and full else x.new_zeros(0)
    values: Any = svdvals(A.detach()) if driver in ("gelsd", "gelss") else left.real.new_zeros(0)  # type: ignore[attr-defined]
    rank = rank if driver != "gels" else rank.new_zeros(0)
    return _LSTSQ(x.squeeze(-1) if vector else x, left, rank, values)


def matrix_rank(A: TensorT, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Any:
    """Return how many singular values are not 0, up to rounding.

    Parameters
    ----------
    A : Tensor, shape (..., m, n)
        Floats.
    tol : float, optional
        Values up to this count as 0.
    hermitian : bool
        Whether the matrix is known to be symmetric: its lower triangle is all that is read then.
    atol : float, optional
        The same.
    rtol : float, optional
        Values up to this times the largest count as 0.

    Returns
    -------
    Tensor of int64, shape (...)

    Examples
    --------
    >>> mg.linalg.matrix_rank(mg.ones(2, 2))
    tensor(1)
    """
    array = floats(A, "linalg.matrix_rank")
    if 0 in array.shape[-2:]:
        return wrap(np.zeros(array.shape[:-2], np.int64))
    matrix: Any = A.detach()  # type: ignore[attr-defined]
    values: Any = eigvalsh(matrix).abs() if hermitian else svdvals(matrix)
    least = tol if tol is not None else atol
    if least is None or rtol is not None:
        relative = max(array.shape[-2:]) * float(np.finfo(array.dtype).eps) if rtol is None else rtol
        share = values.amax(-1, keepdim=True) * relative
        least = share if least is None else share.clamp(min=least)
    return (values > least).sum(-1)
