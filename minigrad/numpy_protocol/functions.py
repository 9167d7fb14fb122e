"""NumPy's functions that are no ufuncs, each in terms of the op that is recorded; the arguments have NumPy's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.ops import (
    decompositions,
    einsum,
    joining,
    meshes,
    norms,
    padding,
    pieces,
    products,
    solving,
    steps,
)


def _t(x: Any) -> Any:
    """Return an operand as a tensor."""
    return x if isinstance(x, TensorBase) else wrap(np.array(x))


def _all_t(arrays: Any) -> list[Any]:
    return [_t(x) for x in arrays]


def _reduction(name: str) -> Callable[..., Any]:
    """Return NumPy's form of a method that takes dimensions away."""

    def reduce(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
        x = _t(a) if dtype is None else _t(a).to(dtypes.of(np.dtype(dtype)))
        return getattr(x, name)(tuple(range(x.ndim)) if axis is None else axis, keepdim=keepdims)

    return reduce


def _spread(name: str) -> Callable[..., Any]:
    def spread(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
        return getattr(_t(a), name)(axis, correction=ddof, keepdim=keepdims)

    return spread


def _place(name: str) -> Callable[..., Any]:
    def place(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        return getattr(_t(a), name)(axis, keepdim=keepdims)

    return place


def _running(name: str) -> Callable[..., Any]:
    def running(a: Any, axis: Any = None) -> Any:
        x = _t(a)
        return getattr(x.reshape(-1) if axis is None else x, name)(0 if axis is None else axis)

    return running


def _product(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    x = _t(a)
    for one in sorted(range(x.ndim) if axis is None else _each_axis(axis, x.ndim), reverse=True):
        x = x.prod(one, keepdim=keepdims)
    return x


def _each_axis(axis: Any, ndim: int) -> list[int]:
    """Return axes, counted from the front."""
    return [one % ndim if ndim else one for one in ([axis] if isinstance(axis, int) else axis)]


def _where(condition: Any, *choices: Any) -> Any:
    if not choices:
        return _t(condition).nonzero(as_tuple=True)
    x: Any
    y: Any
    x, y = (c if isinstance(c, (TensorBase, int, float)) else _t(c) for c in choices)
    if not isinstance(x, TensorBase):  # Tensor.where wants a tensor to be asked
        x = wrap(np.asarray(x, _t(y)._array.dtype))
    return x.where(_t(condition).bool(), y)


def _joined(name: str) -> Callable[..., Any]:
    def join(arrays: Any, axis: Any = 0) -> Any:
        tensors = _all_t(arrays)
        if axis is None:
            tensors, axis = [x.reshape(-1) for x in tensors], 0
        return getattr(joining, name)(tensors, axis)

    return join


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord is None and axis is None:
        return _t(x).reshape(-1).norm()
    if isinstance(axis, int) or (axis is None and _t(x).ndim == 1):
        return _t(x).norm(2 if ord is None else ord, axis, keepdim=keepdims)
    return norms.linalg_norm(_t(x), ord, axis, keepdim=keepdims)


def _dot(a: Any, b: Any) -> Any:
    x, y = _t(a), _t(b)
    if x.ndim == 0 or y.ndim == 0:
        return x * y
    if y.ndim > 2:
        raise TypeError("np.dot with more than two dimensions is not recorded on tensors. Use mg.tensordot or `@`.")
    return x @ y


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    return _t(a).clamp(a_min if min is None else min, a_max if max is None else max)


def _transpose(a: Any, axes: Any = None) -> Any:
    x = _t(a)
    return x.permute(tuple(reversed(range(x.ndim))) if axes is None else tuple(axes))


def _squeeze(a: Any, axis: Any = None) -> Any:
    return _t(a).squeeze() if axis is None else _t(a).squeeze(axis)


def _expand_dims(a: Any, axis: Any) -> Any:
    x = _t(a)
    for one in sorted([axis] if isinstance(axis, int) else axis):
        x = x.unsqueeze(one)
    return x


def _flip(m: Any, axis: Any = None) -> Any:
    x = _t(m)
    return x.flip(tuple(range(x.ndim)) if axis is None else axis)


def _numbers(*values: Any) -> list[Any]:
    """Return the numbers alone, for a question that has no gradient."""
    return [np.asarray(x._array) if isinstance(x, TensorBase) else np.asarray(x) for x in values]


def _ordered(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    x = _t(a)
    return x.reshape(-1).sort(stable=True) if axis is None else x.sort(axis, stable=True)


def _pieces(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    x = _t(ary)
    if isinstance(indices_or_sections, int):
        return list(x.tensor_split(indices_or_sections, axis))
    return list(x.tensor_split(tuple(int(i) for i in indices_or_sections), axis))


def _equal_pieces(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    if isinstance(indices_or_sections, int) and _t(ary).shape[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return _pieces(ary, indices_or_sections, axis)


def _repeated(a: Any, repeats: Any, axis: Any = None) -> Any:
    repeats = repeats if isinstance(repeats, int) else _t(np.asarray(repeats))
    return _t(a).repeat_interleave(repeats, dim=axis)


def _taken(a: Any, indices: Any, axis: Any = None) -> Any:
    x, places = _t(a), np.asarray(indices)
    if axis is None:
        return x.reshape(-1)[_t(places)]
    return x.movedim(axis, 0)[_t(places)].movedim(tuple(range(places.ndim)), tuple(range(axis, axis + places.ndim)))


def _weighed(a: Any, axis: Any = None, weights: Any = None) -> Any:
    x = _t(a)
    if weights is None:
        return x.mean() if axis is None else x.mean(axis)
    w = _t(weights)
    if w.ndim == 1 and axis is not None:
        w = w.reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])
    total = (x * w).sum() if axis is None else (x * w).sum(axis)
    return total / (w.expand(x.shape).sum() if axis is None else w.expand(x.shape).sum(axis))


def _quantile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    x = _t(a)
    q = q if isinstance(q, float) else x.new_tensor(np.asarray(q, np.float64))
    return x.quantile(q, axis, keepdims, interpolation=method)


def _percentile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    return _quantile(a, np.asarray(q) / 100, axis, method=method, keepdims=keepdims)


def _span(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return _reduction("amax")(a, axis, keepdims=keepdims) - _reduction("amin")(a, axis, keepdims=keepdims)


def _bordered(array: Any, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Any:
    x = _t(array)
    if mode != "constant" or not isinstance(constant_values, int | float):
        raise TypeError(f"np.pad with mode {mode!r} is not recorded on tensors. Use mg.nn.functional.pad.")
    widths = np.broadcast_to(np.asarray(pad_width), (x.ndim, 2))
    return padding.pad(x, [int(n) for pair in widths[::-1] for n in pair], value=constant_values)


def _meshgrid(*xi: Any, indexing: str = "xy") -> Any:
    return list(meshes.meshgrid(*_all_t(xi), indexing=indexing))


def _made(name: str) -> Callable[..., Any]:
    """Return NumPy's form of a function that makes a tensor in the shape of another."""

    def make(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
        x = _t(a)
        kind = x.dtype if dtype is None else dtypes.of(np.dtype(dtype))
        return getattr(x, name)(tuple(x.shape) if shape is None else shape, dtype=kind)

    return make


def _filled(a: Any, fill_value: Any, dtype: Any = None) -> Any:
    return _made("new_zeros")(a, dtype).fill_(fill_value)


def _appended(arr: Any, values: Any, axis: Any = None) -> Any:
    return FUNCTIONS[np.concatenate]([arr, _t(values) if axis is not None else _t(values).reshape(-1)], axis)


def _polynomial(p: Any, x: Any) -> Any:
    total = 0 * _t(x)
    for coefficient in p:  # Horner's rule
        total = total * x + coefficient
    return total


def _matrix(name: str) -> Callable[..., Any]:
    """Return NumPy's form of a decomposition or an equation."""
    return lambda a, *args, **named: getattr(solving if hasattr(solving, name) else decompositions, name)(
        *_all_t((a, *args)), **named
    )


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    return decompositions.svd(_t(a), full_matrices) if compute_uv else decompositions.svdvals(_t(a))


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.vstack: lambda tup: joining.vstack(_all_t(tup)),
    np.hstack: lambda tup: joining.hstack(_all_t(tup)),
    np.dstack: lambda tup: pieces.dstack(_all_t(tup)),
    np.column_stack: lambda tup: pieces.column_stack(_all_t(tup)),
    np.einsum: lambda *operands: einsum.einsum(*[x if isinstance(x, (str, list)) else _t(x) for x in operands]),
    np.tensordot: lambda a, b, axes=2: einsum.tensordot(_t(a), _t(b), axes),
    np.inner: lambda a, b: einsum.inner(_t(a), _t(b)),
    np.vdot: lambda a, b: _t(a).reshape(-1).dot(_t(b).reshape(-1)),
    np.kron: lambda a, b: einsum.kron(_t(a), _t(b)),
    np.cross: lambda a, b, axis=-1: products.linalg_cross(_t(a), _t(b), dim=axis),
    np.trace: lambda a, offset=0, axis1=0, axis2=1: _t(a).diagonal(offset, axis1, axis2).sum(-1),
    np.sort: lambda a, *args, **named: _ordered(a, *args, **named)[0],
    np.argsort: lambda a, *args, **named: _ordered(a, *args, **named)[1],
    np.split: _equal_pieces,
    np.array_split: _pieces,
    np.hsplit: lambda ary, indices_or_sections: _equal_pieces(ary, indices_or_sections, 1 if ary.ndim > 1 else 0),
    np.vsplit: _equal_pieces,
    np.dsplit: lambda ary, indices_or_sections: _equal_pieces(ary, indices_or_sections, 2),
    np.unstack: lambda x, axis=0: x.unbind(axis),
    np.tile: lambda A, reps: _t(A).tile(reps),
    np.repeat: _repeated,
    np.take: _taken,
    np.take_along_axis: lambda arr, indices, axis=-1: _t(arr).take_along_dim(_t(indices), axis),
    np.diag: lambda v, k=0: _t(v).diag(k),
    np.diagonal: lambda a, offset=0, axis1=0, axis2=1: _t(a).diagonal(offset, axis1, axis2),
    np.tril: lambda m, k=0: _t(m).tril(k),
    np.triu: lambda m, k=0: _t(m).triu(k),
    np.roll: lambda a, shift, axis=None: _t(a).roll(shift, axis),
    np.rot90: lambda m, k=1, axes=(0, 1): _t(m).rot90(k, axes),
    np.fliplr: lambda m: _t(m).fliplr(),
    np.flipud: lambda m: _t(m).flipud(),
    np.median: lambda a, axis=None, *, keepdims=False: _quantile(a, 0.5, axis, keepdims=keepdims),
    np.quantile: _quantile,
    np.percentile: _percentile,
    np.average: _weighed,
    np.ptp: _span,
    np.nansum: lambda a, axis=None, *, keepdims=False: _t(a).nansum(axis, keepdim=keepdims),
    np.nanmean: lambda a, axis=None, *, keepdims=False: _t(a).nanmean(axis, keepdim=keepdims),
    np.diff: lambda a, n=1, axis=-1: _t(a).diff(n, axis),
    np.cov: lambda m: _t(m).cov(),
    np.corrcoef: lambda x: _t(x).corrcoef(),
    np.trapezoid: lambda y, x=None, dx=1.0, axis=-1: (
        steps.trapezoid(_t(y), dx=dx, dim=axis) if x is None else steps.trapezoid(_t(y), _t(x), dim=axis)
    ),
    np.count_nonzero: lambda a, axis=None: _t(a).count_nonzero(axis),
    np.nonzero: lambda a: _t(a).nonzero(as_tuple=True),
    np.argwhere: lambda a: _t(a).argwhere(),
    np.isclose: lambda a, b, *more, **named: _t(np.isclose(*_numbers(a, b), *more, **named)),
    np.all: lambda a, axis=None: _t(a).all() if axis is None else _t(a).all(axis),
    np.any: lambda a, axis=None: _t(a).any() if axis is None else _t(a).any(axis),
    np.atleast_1d: lambda *arys: pieces.atleast_1d(*_all_t(arys)),
    np.atleast_2d: lambda *arys: pieces.atleast_2d(*_all_t(arys)),
    np.atleast_3d: lambda *arys: pieces.atleast_3d(*_all_t(arys)),
    np.pad: _bordered,
    np.meshgrid: _meshgrid,
    np.zeros_like: _made("new_zeros"),
    np.ones_like: _made("new_ones"),
    np.empty_like: _made("new_empty"),
    np.full_like: _filled,
    np.append: _appended,
    np.polyval: _polynomial,
    np.sinc: lambda x: _t(x).sinc(),
    np.i0: lambda x: _t(x).i0(),
    np.nan_to_num: lambda x, copy=True, nan=0.0, posinf=None, neginf=None: _t(x).nan_to_num(nan, posinf, neginf),
    np.matrix_transpose: lambda x: _t(x).mT,
    np.linalg.inv: _matrix("inv"),
    np.linalg.pinv: lambda a: solving.pinv(_t(a)),
    np.linalg.det: _matrix("det"),
    np.linalg.slogdet: _matrix("slogdet"),
    np.linalg.solve: _matrix("solve"),
    np.linalg.cholesky: _matrix("cholesky"),
    np.linalg.qr: lambda a, mode="reduced": decompositions.qr(_t(a), mode),
    np.linalg.svd: _svd,
    np.linalg.eigh: lambda a, UPLO="L": decompositions.eigh(_t(a), UPLO),
    np.linalg.eigvalsh: lambda a, UPLO="L": decompositions.eigvalsh(_t(a), UPLO),
    np.linalg.matrix_power: lambda a, n: einsum.matrix_power(_t(a), n),
    np.linalg.multi_dot: lambda arrays: einsum.multi_dot(_all_t(arrays)),
    np.linalg.matrix_rank: lambda A: solving.matrix_rank(_t(A)),
    np.sum: _reduction("sum"),
    np.mean: _reduction("mean"),
    np.max: _reduction("amax"),
    np.amax: _reduction("amax"),
    np.min: _reduction("amin"),
    np.amin: _reduction("amin"),
    np.prod: _product,
    np.std: _spread("std"),
    np.var: _spread("var"),
    np.argmax: _place("argmax"),
    np.argmin: _place("argmin"),
    np.cumsum: _running("cumsum"),
    np.cumprod: _running("cumprod"),
    np.where: _where,
    np.concatenate: _joined("cat"),
    np.stack: _joined("stack"),
    np.clip: _clip,
    np.dot: _dot,
    np.outer: lambda a, b: _t(a).reshape(-1).outer(_t(b).reshape(-1)),
    np.linalg.norm: _norm,
    np.reshape: lambda a, shape, order="C": _t(a).reshape(shape),
    np.ravel: lambda a, order="C": _t(a).reshape(-1),
    np.transpose: _transpose,
    np.swapaxes: lambda a, axis1, axis2: _t(a).transpose(axis1, axis2),
    np.moveaxis: lambda a, source, destination: _t(a).movedim(source, destination),
    np.squeeze: _squeeze,
    np.expand_dims: _expand_dims,
    np.broadcast_to: lambda array, shape: _t(array).expand(shape),
    np.flip: _flip,
    np.round: lambda a, decimals=0: _t(a).round(decimals=decimals),
    np.around: lambda a, decimals=0: _t(a).round(decimals=decimals),
    np.copy: lambda a, order="K", subok=False: _t(a).clone(),
    np.shape: lambda a: tuple(a.shape),
    np.ndim: lambda a: a.ndim,
    np.size: lambda a, axis=None: a.numel() if axis is None else a.size(axis),
}

# These ask questions of numbers whose answers have no gradient: they are given the numbers.
QUESTIONS: frozenset[Any] = frozenset(
    {
        *(np.allclose, np.array_equal, np.array_equiv, np.shares_memory, np.may_share_memory, np.result_type),
        *(np.can_cast, np.iscomplexobj, np.isrealobj, np.array2string, np.array_repr, np.array_str),
        *(np.searchsorted, np.digitize, np.histogram, np.bincount, np.flatnonzero, np.argpartition, np.lexsort),
        *(np.isin, np.nanargmax, np.nanargmin, np.save, np.savez, np.savetxt),
    }
)
