"""Products that are added to something, cross products, traces, distances between all pairs."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Number, TensorT, axis, integer, supported, tensor
from minigrad.ops.axes import expand as expand_tensor
from minigrad.ops.formulas import as_column, cross_product, expand, put, reshape, swap, times
from minigrad.ops.linalg import Addmm, Dot, of_one_dtype, same_for_dot, weighted

__all__ = ["addbmm", "addmv", "addr", "baddbmm", "cdist", "cross", "vander", "vdot"]


class Addmv(Op):
    """A matrix times a vector, and what is added: the sum passes the gradient on, the product swaps its factors."""

    __slots__ = ("alpha", "beta")
    arity, saved_for = 3, (2, 1)
    saved_names = ("mat", "vec")
    glyph, tex, row, local = "+@", r"{0} + {1}\,{2}", "matmul", ("1", "{2}^T", "{1}^T")

    @staticmethod
    def forward(ctx: Any, x: Any, a: Any, v: Any, beta: Number, alpha: Number) -> Any:
        ctx.beta, ctx.alpha = beta, alpha
        ctx.save_for_backward(a, v)
        return weighted(x, a @ v, beta, alpha)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, v = ctx.saved_tensors
        scaled = grad * ctx.alpha
        return (
            grad if ctx.beta == 1 else times(grad, ctx.beta),
            as_column(scaled) * v if v is not None else None,
            swap(a) @ scaled if a is not None else None,
        )


class Addr(Op):
    """Every entry of one vector times every entry of another, and what is added: each vector gets the other back."""

    __slots__ = ("alpha", "beta")
    arity, saved_for = 3, (2, 1)
    saved_names = ("vec1", "vec2")
    glyph, tex, row, local = "+⊗", r"{0} + {1}\,{2}^T", "matmul", ("1", "{2}", "{1}")

    @staticmethod
    def forward(ctx: Any, x: Any, a: Any, b: Any, beta: Number, alpha: Number) -> Any:
        ctx.beta, ctx.alpha = beta, alpha
        ctx.save_for_backward(a, b)
        return weighted(x, a[:, None] * b, beta, alpha)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        scaled = grad * ctx.alpha
        return (
            grad if ctx.beta == 1 else times(grad, ctx.beta),
            scaled @ b if b is not None else None,
            swap(scaled) @ a if a is not None else None,
        )


class Baddbmm(Addmm):
    """A stack of products and what is added to it: the sum passes the gradient on, the product swaps its factors."""

    __slots__ = ()
    saved_names = ("batch1", "batch2")


class Addbmm(Op):
    """The sum of a stack of products, and what is added: each product gets the same gradient."""

    __slots__ = ("alpha", "beta")
    arity, saved_for = 3, (2, 1)
    saved_names = ("batch1", "batch2")
    glyph, tex, row, local = "+Σ@", r"{0} + \sum {1}\,{2}", "matmul", ("1", "{2}^T", "{1}^T")

    @staticmethod
    def forward(ctx: Any, x: Any, a: Any, b: Any, beta: Number, alpha: Number) -> Any:
        ctx.beta, ctx.alpha = beta, alpha
        ctx.save_for_backward(a, b)
        return weighted(x, np.add.reduce(a @ b, 0), beta, alpha)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        scaled = grad * ctx.alpha
        return (
            grad if ctx.beta == 1 else times(grad, ctx.beta),
            scaled @ swap(b) if b is not None else None,
            swap(a) @ scaled if a is not None else None,
        )


def _check(input: Any, a: Any, b: Any, name: str) -> None:
    """Refuse stacks of matrices that do not fit."""
    if a.ndim != 3:
        raise RuntimeError("batch1 must be a 3D tensor")
    if b.ndim != 3:
        raise RuntimeError("batch2 must be a 3D tensor")
    if a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{a.shape[0]}, {a.shape[2]}] but got: "
            f"[{b.shape[0]}, {b.shape[1]}]."
        )
    shape = (a.shape[1], b.shape[2]) if name == "addbmm" else (a.shape[0], a.shape[1], b.shape[2])
    expand_tensor(tensor(input, name).detach(), shape)  # refuses what does not broadcast to it


def addmv(input: TensorT, mat: TensorT, vec: TensorT, *, beta: Number = 1, alpha: Number = 1) -> TensorT:
    """Return ``beta * input + alpha * (mat @ vec)``.

    Parameters
    ----------
    input : Tensor
        A shape that broadcasts to the product's.
    mat : Tensor, shape (n, m)
        The left factor.
    vec : Tensor, shape (m,)
        The right factor.
    beta, alpha : number
        The weights.

    Returns
    -------
    Tensor, shape (n,)

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.addmv(mg.tensor([1.0]), mg.tensor([[1.0, 2.0]]), mg.tensor([3.0, 4.0]))
    tensor([12.])
    """
    a, v = tensor(mat, "addmv", "mat", 2)._array, tensor(vec, "addmv", "vec", 3)._array
    if a.ndim != 2 or v.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {input._array.ndim}, {a.ndim}, {v.ndim}")
    given = input._array.size
    if a.shape[1] != v.shape[0] or given not in (1, a.shape[0]):
        raise RuntimeError(f"size mismatch, got input ({given}), mat ({a.shape[0]}x{a.shape[1]}), vec ({v.shape[0]})")
    of_one_dtype(tensor(input, "addmv")._array, a, v)
    return apply(Addmv, input, mat, vec, beta, alpha)  # type: ignore[no-any-return]


def addr(input: TensorT, vec1: TensorT, vec2: TensorT, *, beta: Number = 1, alpha: Number = 1) -> TensorT:
    """Return ``beta * input + alpha * vec1[:, None] * vec2``.

    Parameters
    ----------
    input : Tensor
        A shape that broadcasts to the product's.
    vec1 : Tensor, shape (n,)
        The left factor.
    vec2 : Tensor, shape (m,)
        The right factor.
    beta, alpha : number
        The weights.

    Returns
    -------
    Tensor, shape (n, m)

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.addr(mg.zeros(1, 2), mg.tensor([2.0]), mg.tensor([3.0, 4.0]))
    tensor([[6., 8.]])
    """
    a, b = tensor(vec1, "addr", "vec1", 2)._array, tensor(vec2, "addr", "vec2", 3)._array
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(f"addr: Expected 1-D argument vec{1 if a.ndim != 1 else 2}, but got {max(a.ndim, b.ndim)}-D")
    for weight, name in ((beta, "beta"), (alpha, "alpha")):
        if isinstance(weight, float) and a.dtype.kind in "iu":
            raise RuntimeError(f"For integral input tensors, argument {name} must not be a floating point number.")
    expand_tensor(tensor(input, "addr").detach(), (a.shape[0], b.shape[0]))  # type: ignore[attr-defined]
    return apply(Addr, input, vec1, vec2, beta, alpha)  # type: ignore[no-any-return]


def baddbmm(input: TensorT, batch1: TensorT, batch2: TensorT, *, beta: Number = 1, alpha: Number = 1) -> TensorT:
    """Return ``beta * input + alpha * (batch1 @ batch2)``.

    Parameters
    ----------
    input : Tensor
        A shape that broadcasts to the product's.
    batch1 : Tensor, shape (b, n, m)
        The left factor.
    batch2 : Tensor, shape (b, m, p)
        The right factor.
    beta, alpha : number
        The weights.

    Returns
    -------
    Tensor, shape (b, n, p)

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.baddbmm(mg.zeros(1), mg.ones(2, 1, 3), mg.ones(2, 3, 1)).flatten()
    tensor([3., 3.])
    """
    a, b = tensor(batch1, "baddbmm", "batch1", 2)._array, tensor(batch2, "baddbmm", "batch2", 3)._array
    _check(input, a, b, "baddbmm")
    return apply(Baddbmm, input, batch1, batch2, beta, alpha)  # type: ignore[no-any-return]


def addbmm(input: TensorT, batch1: TensorT, batch2: TensorT, *, beta: Number = 1, alpha: Number = 1) -> TensorT:
    """Return ``beta * input + alpha * (batch1 @ batch2).sum(0)``.

    Parameters
    ----------
    input : Tensor
        A shape that broadcasts to the product's.
    batch1 : Tensor, shape (b, n, m)
        The left factor.
    batch2 : Tensor, shape (b, m, p)
        The right factor.
    beta, alpha : number
        The weights.

    Returns
    -------
    Tensor, shape (n, p)

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.addbmm(mg.zeros(1), mg.ones(2, 1, 3), mg.ones(2, 3, 1)).flatten()
    tensor([6.])
    """
    a, b = tensor(batch1, "addbmm", "batch1", 2)._array, tensor(batch2, "addbmm", "batch2", 3)._array
    _check(input, a, b, "addbmm")
    return apply(Addbmm, input, batch1, batch2, beta, alpha)  # type: ignore[no-any-return]


class Vdot(Dot):
    """In a dot product each vector's gradient is the other one, scaled."""

    __slots__ = ()
    saved_names = ("self", "other")


def vdot(input: TensorT, other: TensorT) -> TensorT:
    """Return the dot product of two vectors.

    Parameters
    ----------
    input, other : Tensor, shape (n,)
        Of one dtype.

    Returns
    -------
    Tensor, shape ()

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.vdot(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    a, b = tensor(input, "vdot")._array, tensor(other, "vdot", "other", 2)._array
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors")
    if a.shape != b.shape:
        n, m = a.shape[0], b.shape[0]
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor [{n}] and src [{m}] to have the same number of elements, but "
            f"got {n} and {m} elements respectively"
        )
    same_for_dot(a, b)
    if a.dtype.kind == "c":
        return (input.conj() * other).sum()  # type: ignore[attr-defined,no-any-return]
    return apply(Vdot, input, other)  # type: ignore[no-any-return]


class LinalgCross(Op):
    """A cross product turns each vector's gradient by the other one: it is a cross product again."""

    __slots__ = ("dim",)
    arity, promote = 2, "arithmetic"
    glyph, tex, row = "×", r"{0} \times {1}", "jvp"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, dim: int) -> Any:
        ctx.dim = dim
        ctx.save_for_backward(a, b)
        return cross_product(a, b, dim)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return cross_product(b, grad, ctx.dim), cross_product(grad, a, ctx.dim)


def linalg_cross(input: TensorT, other: TensorT, *, dim: int = -1) -> TensorT:
    """Return the cross product of vectors of three entries.

    Parameters
    ----------
    input, other : Tensor
        Of as many dimensions; they broadcast.
    dim : int
        The dimension that is a vector's.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If a vector has not three entries.

    Examples
    --------
    >>> mg.linalg.cross(mg.tensor([1.0, 0.0, 0.0]), mg.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    a, b = tensor(input, "linalg.cross")._array, tensor(other, "linalg.cross", "other", 2)._array
    if a.ndim != b.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    d = axis(dim, a.ndim)
    if a.shape[d] != 3 or b.shape[d] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {a.shape[d]} and {b.shape[d]}"
        )
    _one_dtype(a, b)
    supported(a, "b", "cross")
    return apply(LinalgCross, input, other, d)  # type: ignore[no-any-return]


def _one_dtype(a: Any, b: Any) -> None:
    """Refuse two arrays of different dtypes, in PyTorch's words."""
    if a.dtype != b.dtype:
        kinds = [dtypes.of(x.dtype).title for x in (a, b)]
        raise RuntimeError(f"expected scalar type {kinds[0]} but found {kinds[1]}. Both must have one dtype.")


def cross(input: TensorT, other: TensorT, dim: int | None = None) -> TensorT:
    """Return the cross product of vectors of three entries.

    Parameters
    ----------
    input, other : Tensor
        Of as many dimensions; they broadcast.
    dim : int, optional
        The dimension that is a vector's; the first of size 3, if not given.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If a vector has not three entries.

    Examples
    --------
    >>> mg.cross(mg.tensor([1.0, 0.0, 0.0]), mg.tensor([0.0, 1.0, 0.0]), dim=0)
    tensor([0., 0., 1.])
    """
    if dim is None:
        shape = tensor(input, "cross")._array.shape
        if 3 not in shape:
            raise RuntimeError("no dimension of size 3 in input")
        dim = shape.index(3)
    return linalg_cross(input, other, dim=dim)


class Trace(Op):
    """A trace gives the entries on the diagonal its gradient, and all others none."""

    __slots__ = ("count", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    glyph, tex, row, local = "tr", r"\mathrm{{tr}}\,{0}", "scatter", ("I",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.shape, ctx.count = x.shape, min(x.shape)
        supported(x, "b", "trace")
        return np.trace(x, dtype=np.int64 if x.dtype.kind in "iu" else x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        places = list(range(ctx.count))
        return put(ctx.shape, (places, places), expand(reshape(grad, (1,)), (ctx.count,)))


def trace(input: TensorT) -> TensorT:
    """Return the sum of the diagonal of a matrix.

    Parameters
    ----------
    input : Tensor, shape (n, m)
        Any numbers.

    Returns
    -------
    Tensor, shape ()

    Raises
    ------
    RuntimeError
        If it is no matrix.

    Examples
    --------
    >>> mg.tensor([[1.0, 2.0], [3.0, 4.0]]).trace()
    tensor(5.)
    """
    array = tensor(input, "trace")._array
    if array.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {array.ndim}")
    return apply(Trace, input)  # type: ignore[no-any-return]


def cdist(x1: TensorT, x2: TensorT, p: float = 2.0, compute_mode: str | None = None) -> TensorT:
    """Return how far every vector of one set is from every vector of another.

    Parameters
    ----------
    x1 : Tensor, shape (..., n, d)
        The first set.
    x2 : Tensor, shape (..., m, d)
        The second.
    p : float
        Which norm of the difference is the distance.
    compute_mode : str, optional
        Accepted as in PyTorch; the differences are formed in any case.

    Returns
    -------
    Tensor, shape (..., n, m)

    Raises
    ------
    RuntimeError
        If the vectors differ in length.

    Examples
    --------
    >>> mg.cdist(mg.tensor([[0.0, 0.0]]), mg.tensor([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
    a: Any = tensor(x1, "cdist", "x1")
    b: Any = tensor(x2, "cdist", "x2", 2)
    for name, x in (("X1", a._array), ("X2", b._array)):
        if x.dtype.kind != "f":
            raise RuntimeError(f"cdist only supports floating-point dtypes, {name} got: {dtypes.of(x.dtype).title}")
        if x.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {x.ndim}D")
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    if a._array.shape[-1] != b._array.shape[-1]:
        raise RuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {a._array.shape[-1]} X2: {b._array.shape[-1]}"
        )
    supported(a._array, "e", "cdist")
    _one_dtype(a._array, b._array)
    return (a.unsqueeze(-2) - b.unsqueeze(-3)).norm(p, -1)  # type: ignore[no-any-return]


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Return the matrix of the powers of a vector's entries: one row an entry, one column a power.

    Parameters
    ----------
    x : Tensor, shape (n,)
        The entries.
    N : int, optional
        How many columns; ``n`` by default.
    increasing : bool
        Whether the powers grow from left to right.

    Returns
    -------
    Tensor, shape (n, N)

    Raises
    ------
    RuntimeError
        If ``x`` is no vector, or ``N`` is negative.

    Examples
    --------
    >>> mg.vander(mg.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    entries: Any = tensor(x, "vander", "x")
    if entries._array.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    columns = len(entries._array) if N is None else integer(N, "vander", "N", 2)
    if columns < 0:
        raise RuntimeError("N must be non-negative.")
    powers = range(columns) if increasing else range(columns - 1, -1, -1)
    return entries.unsqueeze(-1) ** wrap(np.array(powers, np.int64))
