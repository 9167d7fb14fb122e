"""The few helpers that backward formulas are written in, for arrays and, in a recorded pass, for tensors.

Beyond these, a formula uses operators and NumPy's ufuncs. See Note [A formula is NumPy, and runs twice].
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase, wrap
from minigrad.ops import gamma, special

Shape = tuple[int, ...]


def expand(x: Any, shape: Shape) -> Any:
    """Repeat ``x`` along axes of size 1, or new ones in front, until it has ``shape``."""
    if isinstance(x, TensorBase):
        return x.expand(shape)  # type: ignore[attr-defined]
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


def sum_to(x: Any, shape: Shape) -> Any:
    """Sum ``x`` down to ``shape``: the reverse of broadcasting."""
    if not shape:
        return x.sum() if isinstance(x, TensorBase) else np.add.reduce(x, None)  # type: ignore[attr-defined]
    lead = len(x.shape) - len(shape)
    if lead == 1 and x.shape[1:] == shape and not isinstance(x, TensorBase):
        return np.add.reduce(x, 0)  # a row that was added to each of many: nearly always
    axes = tuple([i for i, n in enumerate(x.shape) if i < lead or (shape[i - lead] == 1 and n != 1)])
    if isinstance(x, TensorBase):
        total: Any = x.sum(axes, keepdim=True) if axes else x  # type: ignore[attr-defined]
        return total.reshape(shape) if lead else total
    if not axes:
        return x
    return np.add.reduce(x, axes, keepdims=True).reshape(shape)


def sum_over(x: Any, dim: tuple[int, ...], keepdim: Any = False) -> Any:
    """Sum along the axes ``dim``."""
    if isinstance(x, TensorBase):
        return x.sum(dim, keepdim=keepdim)  # type: ignore[attr-defined]
    return np.add.reduce(x, dim, keepdims=keepdim)


def reshape(x: Any, shape: Shape) -> Any:
    """Return the same numbers in another shape."""
    return x.reshape(shape)


def permute(x: Any, dims: tuple[int, ...]) -> Any:
    """Return ``x`` with its axes in the order ``dims``."""
    return x.permute(dims) if isinstance(x, TensorBase) else np.transpose(x, dims)  # type: ignore[attr-defined]


def swap(x: Any, dim0: int = -2, dim1: int = -1) -> Any:
    """Return ``x`` with two axes swapped; the last two by default: the transpose of a matrix, or of a stack of them."""
    if isinstance(x, TensorBase):
        return x.transpose(dim0, dim1)  # type: ignore[attr-defined]
    return np.swapaxes(x, dim0, dim1) if x.ndim else x


def transposed(x: Any) -> Any:
    """Return the transpose of a matrix; of a vector or a number, a view."""
    return x.t() if isinstance(x, TensorBase) else np.transpose(x)  # type: ignore[attr-defined]


def take(x: Any, index: Any) -> Any:
    """Return ``x[index]``."""
    return x[index]


def put(shape: Shape, index: Any, grad: Any) -> Any:
    """Return zeros of ``shape`` with ``grad`` added at ``index``: the reverse of ``take``."""
    if isinstance(grad, TensorBase):
        return grad.new_zeros(shape).index_put(_whole(index), grad, True)  # type: ignore[attr-defined]
    return placed(np.zeros(shape, grad.dtype), index, grad, True)


def placed(x: Any, index: Any, values: Any, accumulate: bool) -> Any:
    """Return ``x`` with ``values`` at ``index``, in place of what was there or added to it."""
    if isinstance(x, TensorBase):
        values = values if isinstance(values, TensorBase) else x.new_full((), values)  # type: ignore[attr-defined]
        return x.index_put(_whole(index), values, accumulate)  # type: ignore[attr-defined]
    out = np.array(x)
    if not accumulate:
        out[index] = values
    elif _is_basic(index):
        out[index] += values
    else:
        np.add.at(out, index, values)  # an index may occur twice
    return out


def _whole(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def _is_basic(index: Any) -> bool:
    """Return whether an index selects each entry at most once: integers, slices, None, ... and boolean masks."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        isinstance(p, (int, slice, type(None), type(...))) or getattr(p, "dtype", None) == np.bool_ for p in parts
    )


def put_along(shape: Shape, index: Any, dim: int, grad: Any) -> Any:
    """Return zeros with ``grad`` added where ``index`` points along ``dim``: the reverse of ``take_along``."""
    if isinstance(grad, TensorBase):
        return combined_along(grad.new_zeros(shape), index, dim, grad, "sum")  # type: ignore[attr-defined]
    grad = np.asarray(grad)
    return combined_along(np.zeros(shape, grad.dtype), index, dim, grad, "sum")


def placed_along(x: Any, index: Any, dim: int, values: Any) -> Any:
    """Return ``x`` with ``values``, or one number, put where ``index`` points along ``dim``."""
    if isinstance(x, TensorBase):
        return x.scatter(dim, _tensor(x, index), values)  # type: ignore[attr-defined]
    out = np.array(x)
    if not x.ndim:
        out = np.array(np.reshape(values, ()), x.dtype) if index.size else out
    elif index.size:
        out[_along(index, dim)] = values if np.ndim(values) == 0 else corner(values, index.shape)
    return out


_COMBINE = {"sum": np.add, "prod": np.multiply, "mean": np.add, "amax": np.maximum, "amin": np.minimum}


def combined_along(x: Any, index: Any, dim: int, values: Any, how: str) -> Any:
    """Return ``x`` with ``values`` combined into where ``index`` points along ``dim``: added, for "sum"."""
    if isinstance(x, TensorBase):
        index = _tensor(x, index)
        if how == "sum":
            return x.scatter_add(dim, index, values)  # type: ignore[attr-defined]
        return x.scatter_reduce(dim, index, values, how)  # type: ignore[attr-defined]
    out = np.array(x)
    if index.size:
        where_ = _along(index, dim) if x.ndim else ()
        _COMBINE[how].at(out, where_, np.asarray(corner(values, index.shape) if x.ndim else np.reshape(values, ())))
    return out


def corner(x: Any, shape: Shape) -> Any:
    """Return the first entries of ``x`` along each axis, as many as ``shape`` has."""
    if x.shape == shape:
        return x
    if not x.shape or not shape:  # one entry, in no dimension or in one
        x = reshape(x, (1,) * len(shape))
    return x[tuple([slice(n) for n in shape])]


def padded(x: Any, shape: Shape) -> Any:
    """Return zeros of ``shape`` that begin with ``x`` along each axis: the reverse of ``corner``."""
    if not shape:
        return sum_to(x, shape)  # of one entry, or of none
    return x if x.shape == shape else put(shape, tuple([slice(n) for n in x.shape]), x)


def _tensor(like: Any, index: Any) -> Any:
    """Return an index as a tensor."""
    return index if isinstance(index, TensorBase) else like.new_tensor(index, dtype=index.dtype.type)


def take_along(x: Any, index: Any, dim: int) -> Any:
    """Return the entries of ``x`` to which ``index`` points along ``dim``."""
    if isinstance(x, TensorBase):
        return x.gather(dim, index)  # type: ignore[attr-defined]
    return x[_along(index, dim)] if x.ndim else np.array(np.broadcast_to(x, index.shape))


def _along(index: Any, dim: int) -> tuple[Any, ...]:
    """Return one index array a dimension: ``index`` itself along ``dim``, each place's own number elsewhere."""
    if not index.ndim:
        return (index,)
    places: list[Any] = list(np.ogrid[tuple([slice(n) for n in index.shape])])
    places[dim] = index
    return tuple(places)


def concatenate(parts: Any, dim: int) -> Any:
    """Return the parts joined along an axis."""
    if isinstance(parts[0], TensorBase):
        return parts[0]._cat(parts, dim)  # type: ignore[attr-defined]
    return np.concatenate(parts, dim)


def stack(parts: Any, dim: int) -> Any:
    """Return the parts joined along an axis of their own."""
    if isinstance(parts[0], TensorBase):
        return parts[0]._stack(parts, dim)  # type: ignore[attr-defined]
    return np.stack(parts, dim)


def where(condition: Any, a: Any, b: Any) -> Any:
    """Return ``a`` where the condition holds, else ``b``."""
    for x in (a, b, condition):
        if isinstance(x, TensorBase):
            return x._where(condition, a, b)  # type: ignore[attr-defined]
    return np.where(condition, a, b)


def gate(grad: Any, x: Any, shut: Any, slope: float = 0.0, name: str = "Threshold") -> Any:
    """Return ``grad`` where the gate is open, and where it is shut a fixed part of it.

    In a recorded pass it depends on ``x``, which says where the gate is open, though with a slope of 0.
    """
    if isinstance(grad, TensorBase):
        return grad._gate(x, shut, slope, name)  # type: ignore[attr-defined]
    return np.where(shut, grad * slope if slope else 0.0, grad)


def beside(ctx: Any, grad: Any, *inputs: Any, keep: bool = True) -> Any:
    """Return ``grad``, which PyTorch works out from ``inputs`` too, though it does not depend on them.

    In a recorded pass it is in the graph for them, with a slope of 0: its derivative is then zero, not unknown. With
    ``keep`` that node holds them, so that a pass through it frees the graph.
    """
    return grad._beside(inputs, ctx.name(), keep) if isinstance(grad, TensorBase) else grad  # type: ignore[attr-defined]


def in_order(y: Any) -> Any:
    """Return an array whose entries lie in memory in their order; NumPy would rather keep the order of the parts."""
    return y if y.flags.c_contiguous else np.array(y, order="C")


def strided(x: Any, shape: Shape, steps: Shape, offset: int = 0) -> Any:
    """Return a view of the memory behind ``x``: ``steps`` and ``offset`` (from the first entry) count entries."""
    if not x.size and not math.prod(shape):
        return x.reshape(shape)  # NumPy's own as_strided would hide whose memory it is
    owner = x if x.base is None else x.base
    if isinstance(owner, np.ndarray) and not owner.flags.c_contiguous:  # as memory it must be in order
        owner = owner.transpose(sorted(range(owner.ndim), key=lambda d: -owner.strides[d]))
    if not isinstance(owner, np.ndarray) or not owner.nbytes or not owner.flags.c_contiguous:
        first = x.reshape(-1)[offset:] if offset else x
        return np.lib.stride_tricks.as_strided(first, shape, [s * x.itemsize for s in steps])
    start = x.__array_interface__["data"][0] - owner.__array_interface__["data"][0] + offset * x.itemsize
    y = np.ndarray(shape, x.dtype, owner, start, [s * x.itemsize for s in steps])
    y.flags.writeable = x.flags.writeable
    return y


def has_zeros(x: Any) -> bool:
    """Return whether an entry is 0: where a formula divides, it takes another way then."""
    return not np.all(x._array if isinstance(x, TensorBase) else x)


def is_gone(x: Any) -> bool:
    """Return whether two entries are 0, in a pass that is not recorded: no product of all others is anything else."""
    return not isinstance(x, TensorBase) and x.size - np.count_nonzero(x) > 1


def magnitude(x: Any) -> float:
    """Return the power of two nearest to the largest entry: what is divided by it loses no digit."""
    array = x._array if isinstance(x, TensorBase) else x
    largest = float(np.max(np.abs(array), initial=0.0))
    return 2.0 ** round(math.log2(largest)) if 0 < largest < math.inf else 1.0


def cast(x: Any, like: Any) -> Any:
    """Return ``x`` in the dtype of ``like``."""
    return x.to(like.dtype) if isinstance(x, TensorBase) else np.asarray(x).astype(like.dtype)  # type: ignore[attr-defined]


def times(x: Any, number: float) -> Any:
    """Return ``x * number``; recorded, it keeps the number as PyTorch's C++ does, where no pass frees it."""
    return x._times(number) if isinstance(x, TensorBase) else x * number  # type: ignore[attr-defined]


def over(x: Any, number: float) -> Any:
    """Return ``x / number``; recorded, it keeps the number as PyTorch's C++ does, where no pass frees it."""
    return x._over(number) if isinstance(x, TensorBase) else np.true_divide(x, number)  # type: ignore[attr-defined]


def power(x: Any, n: float) -> Any:
    """Return ``x`` to the power of a number; squares and roots are computed as such, as PyTorch does."""
    if isinstance(x, TensorBase):
        return x**n  # type: ignore[operator]
    if n == 2:
        return x * x
    if n == 0.5:
        return np.sqrt(x)
    if n == -0.5:
        return 1 / np.sqrt(x)
    return np.power(x, n)


def floor_div(a: Any, b: Any) -> Any:
    """Return ``floor(a / b)``; a float divided by zero is inf or nan."""
    for x in (a, b):
        if isinstance(x, TensorBase):
            return x._floor_div(a, b)  # type: ignore[attr-defined]
    y = np.floor_divide(a, b)
    return np.where(np.equal(b, 0), np.true_divide(a, b), y) if y.dtype.kind == "f" else y


def trunc_div(a: Any, b: Any) -> Any:
    """Return ``a / b`` without its fraction; its slope is 0 also where b is."""
    for x in (a, b):
        if isinstance(x, TensorBase):
            return x._trunc_div(a, b)  # type: ignore[attr-defined]
    if np.result_type(a, b).kind == "f":
        return np.trunc(np.true_divide(a, b))
    return np.floor_divide(a - np.fmod(a, b), b)


def sign(x: Any) -> Any:
    """Return 1, 0 or -1: the sign; of nan it is 0."""
    return x.sgn() if isinstance(x, TensorBase) else np.where(np.isnan(x), 0, np.sign(x))  # type: ignore[attr-defined]


def sigmoid(x: Any) -> Any:
    """Return ``1 / (1 + exp(-x))``."""
    return x.sigmoid() if isinstance(x, TensorBase) else 1 / (1 + np.exp(-x))  # type: ignore[attr-defined]


def lerp(start: Any, end: Any, weight: float) -> Any:
    """Return what lies between two ends; it is worked out from the nearer one."""
    if isinstance(start, TensorBase):
        return start.lerp(end, weight)  # type: ignore[attr-defined]
    return start + weight * (end - start) if abs(weight) < 0.5 else end - (end - start) * (1 - weight)


def erf(x: Any) -> Any:
    """Return the error function."""
    return x.erf() if isinstance(x, TensorBase) else special.erf(x)  # type: ignore[attr-defined]


def erfinv(x: Any) -> Any:
    """Return the inverse of the error function."""
    return x.erfinv() if isinstance(x, TensorBase) else gamma.erfinv(x)  # type: ignore[attr-defined]


def digamma(x: Any) -> Any:
    """Return the slope of the logarithm of the gamma function."""
    return x.digamma() if isinstance(x, TensorBase) else gamma.digamma(x)  # type: ignore[attr-defined]


def polygamma(x: Any, n: int) -> Any:
    """Return the ``n``-th derivative of digamma."""
    return x.polygamma(n) if isinstance(x, TensorBase) else gamma.polygamma(x, n)  # type: ignore[attr-defined]


def lgamma(x: Any) -> Any:
    """Return the logarithm of the absolute value of the gamma function."""
    return x.lgamma() if isinstance(x, TensorBase) else gamma.lgamma(x)  # type: ignore[attr-defined]


def zeta(s: Any, q: Any) -> Any:
    """Return Hurwitz's zeta function."""
    for x in (s, q):
        if isinstance(x, TensorBase):
            return x._zeta(s, q)  # type: ignore[attr-defined]
    return gamma.zeta(s, q)


def erfcx(x: Any) -> Any:
    """Return one minus the error function, times ``exp(x * x)``."""
    return x._erfcx() if isinstance(x, TensorBase) else special.erfcx(x)  # type: ignore[attr-defined]


def bessel(x: Any, kind: str) -> Any:
    """Return a modified Bessel function of the first kind: "i0" or "i1", or "i0e" or "i1e", scaled down."""
    return x._bessel(kind) if isinstance(x, TensorBase) else getattr(gamma, kind)(x)  # type: ignore[attr-defined]


def flip(x: Any, dims: tuple[int, ...]) -> Any:
    """Return ``x`` in reverse order along the axes ``dims``."""
    return x.flip(dims) if isinstance(x, TensorBase) else np.flip(x, dims)  # type: ignore[attr-defined]


def roll(x: Any, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Any:
    """Return ``x`` with its entries moved on along the axes ``dims``, or in reading order."""
    if isinstance(x, TensorBase):
        return x.roll(shifts, dims)  # type: ignore[attr-defined]
    return np.roll(x, shifts if dims else shifts[0], dims or None)


def rot90(x: Any, k: int, dims: tuple[int, ...]) -> Any:
    """Return ``x`` turned by ``k`` quarters of a circle, from the first axis towards the second."""
    return x.rot90(k, dims) if isinstance(x, TensorBase) else np.array(np.rot90(x, k, dims))  # type: ignore[attr-defined, arg-type]


def tril(x: Any, k: int) -> Any:
    """Return the lower triangle of a matrix, up to the ``k``-th diagonal above the main one."""
    return x.tril(k) if isinstance(x, TensorBase) else np.tril(x, k)  # type: ignore[attr-defined]


def triu(x: Any, k: int) -> Any:
    """Return the upper triangle of a matrix, from the ``k``-th diagonal above the main one."""
    return x.triu(k) if isinstance(x, TensorBase) else np.triu(x, k)  # type: ignore[attr-defined]


def diagonal(x: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Return a diagonal of a matrix, or of each in a stack of them."""
    if isinstance(x, TensorBase):
        return x.diagonal(offset, dim1, dim2)  # type: ignore[attr-defined]
    return np.diagonal(x, offset, dim1, dim2)


def running_sum(x: Any, dim: int) -> Any:
    """Return, at each place along ``dim``, the sum of everything up to it."""
    return x.cumsum(dim) if isinstance(x, TensorBase) else np.add.accumulate(x, dim)  # type: ignore[attr-defined]


def running_logsum(x: Any, dim: int) -> Any:
    """Return, at each place along ``dim``, the logarithm of the sum of the exponentials up to it."""
    if isinstance(x, TensorBase):
        return x.logcumsumexp(dim)  # type: ignore[attr-defined]
    if not is_complex(x):
        return np.logaddexp.accumulate(x, dim)
    rows = [*np.moveaxis(x, dim, 0)]
    for i in range(1, len(rows)):
        rows[i] = log_add(rows[i - 1], rows[i])
    return np.moveaxis(np.array(rows, x.dtype).reshape(np.moveaxis(x, dim, 0).shape), 0, dim)


def log_add(a: Any, b: Any) -> Any:
    """Return ``log(exp(a) + exp(b))`` of arrays, of complex ones too, which NumPy leaves out."""
    if not np.iscomplexobj(a):
        return np.logaddexp(a, b)
    larger, smaller = np.where(a.real < b.real, b, a), np.where(a.real < b.real, a, b)
    return larger + np.log(1 + np.exp(smaller - np.where(np.isneginf(larger.real), 0, larger)))


def running_product(x: Any, dim: int) -> Any:
    """Return, at each place along ``dim``, the product of everything up to it.

    In a recorded pass it is worked out in steps that double in length, so that every derivative is exact at zeros too.
    """
    if not isinstance(x, TensorBase):
        return np.multiply.accumulate(x, dim)
    reach, n = 1, x.shape[dim]  # type: ignore[attr-defined]
    while reach < n:
        shifted = part(x, dim, 0, n - reach)
        x = concatenate([ones_like(part(x, dim, 0, reach)), shifted], dim) * x
        reach *= 2
    return x


def along(dim: int, index: Any) -> tuple[Any, ...]:
    """Return the whole index of what ``index`` picks along an axis."""
    return (slice(None),) * dim + (index,)


def part(x: Any, dim: int, start: int, stop: int) -> Any:
    """Return ``x`` from ``start`` up to ``stop`` along an axis."""
    return x[along(dim, slice(start, stop))]


def zeros_like(x: Any, shape: Shape | None = None) -> Any:
    """Return zeros of the dtype of ``x``, and of its shape unless another is given; they have no history."""
    shape = x.shape if shape is None else shape
    return x.new_zeros(shape) if isinstance(x, TensorBase) else np.zeros(shape, x.dtype)  # type: ignore[attr-defined]


def ones_like(x: Any) -> Any:
    """Return ones in the shape and dtype of ``x``; they have no history."""
    return x.new_ones(x.shape) if isinstance(x, TensorBase) else np.ones_like(x)  # type: ignore[attr-defined]


# --- Complex numbers -----------------------------------------------------------------------------------------------


def is_complex(x: Any) -> bool:
    """Return whether the entries are complex."""
    return bool((x._array if isinstance(x, TensorBase) else x).dtype.kind == "c")


def squared(x: Any) -> Any:
    """Return the square of the size of each entry."""
    return x * x if x.dtype.kind != "c" else x.real * x.real + x.imag * x.imag


def conj(x: Any) -> Any:
    """Return the conjugates."""
    return x.conj() if isinstance(x, TensorBase) else np.conj(x)  # type: ignore[attr-defined]


def real(x: Any) -> Any:
    """Return the real parts."""
    return x.real


def view_as_real(x: Any) -> Any:
    """Return complex numbers as pairs of real ones."""
    if isinstance(x, TensorBase):
        return x._view_as_real()  # type: ignore[attr-defined]
    return np.stack([x.real, x.imag], -1)


def view_as_complex(x: Any) -> Any:
    """Return pairs of real numbers as complex ones."""
    if isinstance(x, TensorBase):
        return x.contiguous()._view_as_complex()  # type: ignore[attr-defined]
    return x[..., 0] + x[..., 1] * 1j


def fourier(x: Any, dims: Shape, norm: Any, inverse: bool) -> Any:
    """Return the waves of ``x`` along the axes ``dims``; or what it makes, being waves."""
    if isinstance(x, TensorBase):
        return x._fourier(dims, norm, inverse)  # type: ignore[attr-defined]
    return np.fft.ifftn(x, axes=dims, norm=norm) if inverse else np.fft.fftn(x, axes=dims, norm=norm)


def half_fourier(x: Any, dims: Shape, norm: Any) -> Any:
    """Return half of the waves of the real numbers ``x``, the others being their conjugates."""
    if isinstance(x, TensorBase):
        return x._half_fourier(dims, norm)  # type: ignore[attr-defined]
    return np.fft.rfftn(x, axes=dims, norm=norm)


# --- Matrices ------------------------------------------------------------------------------------------------------


def weighed(x: Any, weights: tuple[Any, ...], title: str) -> Any:
    """Return ``x`` with its last dimensions multiplied by a matrix each; ``title`` is whose formula it is."""
    if isinstance(x, TensorBase):
        return x._weighed(weights, title)  # type: ignore[attr-defined]
    y = x @ swap(weights[-1])
    if len(weights) > 1:
        y = weights[-2] @ y
    if len(weights) > 2:
        depth, height, width = y.shape[-3:]
        flat = weights[0] @ reshape(y, (*y.shape[:-3], depth, height * width))
        y = reshape(flat, (*y.shape[:-3], weights[0].shape[0], height, width))
    return y


def inverse(x: Any) -> Any:
    """Return the inverse of a matrix, or of each in a stack."""
    return x.inverse() if isinstance(x, TensorBase) else np.linalg.inv(x)  # type: ignore[attr-defined]


def matrix_exp(x: Any) -> Any:
    """Return the exponential of a matrix, or of each in a stack: a fraction of polynomials, squared again and again."""
    if isinstance(x, TensorBase):
        return x.matrix_exp()  # type: ignore[attr-defined]
    size = float(np.max(np.add.reduce(np.abs(x), -2), initial=0))
    if not 0 < size < np.inf:
        return np.eye(x.shape[-1], dtype=x.dtype) + (x if size == 0 else x * np.nan)
    halved = max(0, math.ceil(math.log2(size / 5.37)))
    x = x * 0.5**halved
    term = even = np.eye(x.shape[-1], dtype=x.dtype)
    odd = np.zeros_like(x)
    for k in range(1, 14):  # Padé's fraction of 13th degree
        term = term @ x * ((14 - k) / ((27 - k) * k))
        even, odd = (even, odd + term) if k % 2 else (even + term, odd)
    y = np.linalg.solve(even - odd, even + odd)
    for _ in range(halved):
        y = y @ y
    return y


def eye(x: Any) -> Any:
    """Return the identity of the size of the last dimension, in the dtype of ``x``."""
    n = x.shape[-1]
    return x.new_tensor(np.eye(n)) if isinstance(x, TensorBase) else np.eye(n, dtype=x.dtype)  # type: ignore[attr-defined]


def lower(x: Any, diagonal: int = 0) -> Any:
    """Return the lower triangle, up to a diagonal; the rest is 0."""
    return x.tril(diagonal) if isinstance(x, TensorBase) else np.tril(x, diagonal)  # type: ignore[attr-defined]


def as_column(x: Any) -> Any:
    """Return vectors as matrices of one column; numbers need two of these."""
    return reshape(x, (*x.shape, 1))


def cofactors(x: Any, det: Any) -> Any:
    """Return each entry's cofactor: the derivative of the determinant, which exists where no inverse does."""
    if isinstance(x, TensorBase):
        n = x.shape[-1]  # type: ignore[attr-defined]
        if n > 12 or np.all(np.abs(det._array) > 100 * np.finfo(det._array.dtype).eps):
            return as_column(as_column(det)) * swap(inverse(x))
        left = np.array([[j for j in range(n) if j != i] for i in range(n)], np.int64).reshape(n, n - 1)
        minors = x[..., wrap(left[:, None, :, None]), wrap(left[None, :, None, :])].det()  # type: ignore[index]
        return minors * x.new_tensor([[(-1.0) ** (i + j) for j in range(n)] for i in range(n)])  # type: ignore[attr-defined]
    u, s, vh = np.linalg.svd(x)
    n = s.shape[-1]
    others = np.ones_like(s)
    for i in range(n):
        others[..., i] = np.multiply.reduce(s[..., [j for j in range(n) if j != i]], -1)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return np.conj((u * others[..., None, :]) @ vh) * sign[..., None, None]


def cross_product(a: Any, b: Any, dim: int) -> Any:
    """Return the cross product of vectors of three entries along an axis."""
    a0, a1, a2 = [part(a, dim, i, i + 1) for i in range(3)]
    b0, b1, b2 = [part(b, dim, i, i + 1) for i in range(3)]
    return concatenate([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0], dim)
