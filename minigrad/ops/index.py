"""Some of the entries: x[...] in all its forms, select, narrow. Gradients go back to where the entries were."""

from __future__ import annotations

import re
import warnings
from operator import attrgetter
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.autograd.layout import laid
from minigrad.ops import formulas
from minigrad.ops.arguments import Shape, TensorT, axis, numpy_names, refuse_huge, tensor
from minigrad.ops.formulas import put
from minigrad.ops.shape import Alias, Unsqueeze

__all__ = ["index_put", "narrow", "select"]


class Select(Op):
    """One entry was picked along a dimension: its gradient goes back there, the rest gets zero."""

    __slots__ = ("index", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    _saved_dim = property(lambda node: len(node.index) - 2)
    _saved_index = property(lambda node: node.index[-2])
    view = True
    glyph, tex, row = "[i]", "{0}[{2}]", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, i: int) -> Any:
        ctx.shape, ctx.index = x.shape, ((slice(None),) * dim + (i, ...))
        return x[ctx.index]

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return put(ctx.shape, ctx.index, grad)


class Slice(Op):
    """A stretch was cut out along a dimension: its gradient goes back there, the rest gets zero."""

    __slots__ = ("index", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    _saved_dim = property(lambda node: len(node.index) - 1)
    _saved_start = property(lambda node: node.index[-1].start)
    _saved_end = property(lambda node: node.index[-1].stop)
    _saved_step = property(lambda node: node.index[-1].step)
    view = True
    glyph, tex, row = "[:]", "{0}[{2}:{3}]", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, start: int, stop: int, step: int) -> Any:
        ctx.shape, ctx.index = x.shape, ((slice(None),) * dim + (slice(start, stop, step),))
        return x[ctx.index]

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return put(ctx.shape, ctx.index, grad)


class Index(Op):
    """Entries were picked by a list or a mask: each one's gradient goes back to its place, and adds up there."""

    __slots__ = ("pattern", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    saved_names = ("*indices",)
    lies = 2
    glyph, tex, row = "[…]", r"{0}[\ldots]", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, index: tuple[Any, ...]) -> Any:
        ctx.shape = x.shape
        ctx.pattern = tuple([None if isinstance(i, TensorBase) else i for i in index])
        ctx.save_for_backward(*[i for i in index if isinstance(i, TensorBase)])
        places = tuple([i._array if isinstance(i, TensorBase) else i for i in index])
        y = x[places]
        return laid(y, () if x.flags.c_contiguous else _walked(x, places, y.shape))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        found = iter(ctx.saved_tensors)
        return put(ctx.shape, tuple([next(found) if i is None else i for i in ctx.pattern]), grad)


def _walked(x: Array, places: tuple[Any, ...], shape: Shape) -> tuple[Array, ...]:
    """Return arrays that step through memory as a result is read: ``x``, without a step along indices, and those."""
    left: list[int] = list(x.strides)
    steps: list[int] = []
    first: int | None = None  # where the dimensions of the indices begin in the result
    apart = False
    for i, place in enumerate(places):
        if isinstance(place, np.ndarray):
            apart = apart or (first is not None and not isinstance(places[i - 1], np.ndarray))
            first = len(steps) if first is None else first
            del left[: place.ndim if place.dtype == np.bool_ else 1]
        elif place == slice(None):
            steps.append(left.pop(0))
        else:
            return ()
    steps += left
    at, picked = 0 if apart or first is None else first, len(shape) - len(steps)
    steps[at:at] = [0] * picked
    index = np.empty((*(1,) * at, *shape[at : at + picked], *(1,) * (len(shape) - at - picked)), np.int8)
    return np.lib.stride_tricks.as_strided(x, shape, steps), index


class IndexPut(Op):
    """Values were put in places that an index picks: their gradient is picked up there, the rest passes unchanged."""

    __slots__ = ("accumulate", "pattern")
    saved_names = ("*indices",)
    arity = 2
    glyph, tex, row = "[…]←", r"{0}[\ldots] = {1}", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, values: Any, index: tuple[Any, ...], accumulate: bool) -> Any:
        ctx.accumulate = accumulate
        ctx.pattern = tuple([None if isinstance(i, TensorBase) else i for i in index])
        ctx.save_for_backward(*[i for i in index if isinstance(i, TensorBase)])
        places = tuple([i._array if isinstance(i, TensorBase) else i for i in index])
        try:
            return formulas.placed(x, places, values, accumulate)
        except (TypeError, ValueError):  # of several dimensions for one mask, or of other sizes
            raise _misfit(values, x[places].shape) from None

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        found = iter(ctx.saved_tensors)
        index = tuple([next(found) if i is None else i for i in ctx.pattern])
        kept = grad if ctx.accumulate else formulas.placed(grad, index, 0.0, False)
        return kept, formulas.take(grad, index) if ctx.needs_input_grad[1] else None


def index_put(input: TensorT, indices: Any, values: Any, accumulate: bool = False) -> TensorT:
    """Return the tensor with values in the places that indices pick.

    Parameters
    ----------
    input : Tensor
        Any shape.
    indices : tuple of Tensor
        One for each of the first dimensions, or a mask.
    values : Tensor
        Of the same dtype, and a shape that broadcasts to what the indices pick.
    accumulate : bool
        Add to what is there, instead of replacing it.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If dtypes or shapes do not fit.

    Examples
    --------
    >>> mg.zeros(3).index_put((mg.tensor([0, 2]),), mg.tensor([5.0, 6.0]))
    tensor([5., 0., 6.])
    """
    array, given = tensor(input, "index_put")._array, tensor(values, "index_put", "values", 3)._array
    parts = tuple([slice(None) if i is None else i for i in indices])
    check_masks(input, parts)
    try:
        if array.dtype != given.dtype and not is_masked_fill(indices, values, accumulate):
            picked = pick(input.detach(), parts)._array.shape  # type: ignore[attr-defined]
            try:
                np.broadcast_to(given, picked)
            except ValueError:
                raise _misfit(given, picked) from None
            raise RuntimeError(
                "Index put requires the source and destination dtypes match, got "
                f"{dtypes.of(array.dtype).title} for the destination and {dtypes.of(given.dtype).title} for the source."
            )
        return apply(IndexPut, input, values, parts, accumulate)  # type: ignore[no-any-return]
    except IndexError as error:
        raise index_error(error, parts) from None


def _misfit(values: Array, picked: tuple[int, ...]) -> RuntimeError:
    """Return what is wrong with values that have no place in what an index picks."""
    return RuntimeError(
        f"shape mismatch: value tensor of shape {list(values.shape)} cannot be broadcast to indexing result of shape "
        f"{list(picked)}"
    )


def is_masked_fill(indices: Any, values: Any, accumulate: bool) -> bool:
    """Return whether one value goes wherever a mask holds: it may be of any dtype, and lie where it is written to."""
    if accumulate or not isinstance(values, TensorBase) or values._array.size != 1:
        return False
    left = [i for i in indices if i is not None and not isinstance(i, slice)]
    return len(left) == 1 and isinstance(left[0], TensorBase) and left[0]._array.dtype.kind == "b"


# --- x[...] --------------------------------------------------------------------------------------------------------

# Note [An index is taken apart]
#
# As in PyTorch, `x[0, 1:, None, mask]` is a chain of simple ops: an integer selects, a slice slices, None adds a
# dimension, all of them views; lists, arrays and masks that are left over make one last op, which copies.


def getitem(x: TensorT, index: Any) -> TensorT:
    """Return ``x[index]``. See Note [An index is taken apart]."""
    out, left = view_part(x, index)
    if left is not None:
        return pick(out, left)
    return apply(Alias, x) if out is x else out


def pick(x: TensorT, index: tuple[Any, ...]) -> TensorT:
    """Return the entries that an advanced index picks, with PyTorch's sentences where it fails."""
    check_masks(x, index)
    try:
        return apply(Index, x, index)  # type: ignore[no-any-return]
    except IndexError as error:
        raise index_error(error, index) from None


def index_error(error: IndexError, index: tuple[Any, ...]) -> IndexError:
    """Return NumPy's error in PyTorch's words."""
    if "broadcast" in str(error):
        shapes = ", ".join([str(list(i._array.shape)) for i in index if isinstance(i, TensorBase)])
        return IndexError(f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}")
    if "with size 0" in str(error):
        return IndexError("index is out of bounds for dimension with size 0")
    # PyTorch moves the dimensions that are indexed to the front, and counts them there.
    return IndexError(re.sub(r"axis (\d+)", lambda axis: f"dimension {_front(index, int(axis[1]))}", str(error)))


def _front(index: tuple[Any, ...], axis: int) -> int:
    """Return how many parts of an index come before a dimension and are no slices."""
    return sum([not isinstance(i, slice) for i in index[:axis]])


def check_masks(x: TensorBase, index: tuple[Any, ...]) -> None:
    """Refuse a mask whose shape is not that of the dimensions it covers."""
    shape, d = x._array.shape, 0
    for i in index:
        if isinstance(i, TensorBase) and i._array.dtype.kind == "b":
            mask = i._array.shape
            if mask != shape[d : d + len(mask)]:
                k = next((k for k, n in enumerate(mask) if d + k >= len(shape) or shape[d + k] != n), 0)
                raise IndexError(
                    f"The shape of the mask {list(mask)} at index {k} does not match the shape of the indexed tensor "
                    f"{list(shape)} at index {d + k}"
                )
            d += len(mask)
        else:
            d += 1


def view_part(x: TensorT, index: Any, whole: bool = False) -> tuple[TensorT, tuple[Any, ...] | None]:
    """Return the view that the simple parts of an index lead to, and what is left over, or None.

    ``x[:]`` is a view of its own to read from; with ``whole``, to write to, it is ``x``.
    """
    if type(index) is list and not _SIMPLE.issuperset(map(type, index)) and _means_tuple(index):
        warnings.warn(
            "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch "
            "2.9; use x[tuple(seq)] instead of x[seq]. In pytorch 2.9 this will be interpreted as tensor index, "
            "x[torch.tensor(seq)], which will result either in an error or a different result",
            UserWarning,
            stacklevel=3,
        )
        index = tuple(index)
    alone = type(index) is not tuple and not whole
    parts = [_part(i) for i in (index if type(index) is tuple else (index,))]
    covered = sum([_covers(i) for i in parts])
    ndim = x._array.ndim
    if covered > ndim:
        if ndim == 0 and type(parts[0]) is int:
            raise IndexError(
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to "
                "convert a 0-dim tensor to a number"
            )
        if ndim == 0 and isinstance(parts[0], slice):
            raise IndexError("slice() cannot be applied to a 0-dim tensor.")
        raise IndexError(f"too many indices for tensor of dimension {ndim}")
    out: Any = x
    dim = own = 0  # a dimension of the result so far, and of the tensor itself
    left: list[Any] = []  # one entry a dimension, up to the last that is not simple
    for part in parts:
        if type(part) is int:
            out = _selected(out, dim, part, own)
        elif isinstance(part, slice):
            out = _sliced(out, dim, part, alone)
            dim += 1
        elif part is None:
            out = apply(Unsqueeze, out, dim)
            dim += 1
        elif part is ...:
            dim += ndim - covered
        elif isinstance(part, bool):
            out = apply(Unsqueeze, out, dim)
            left += [slice(None)] * (dim - _reach(left)) + [wrap(np.zeros(int(part), np.int64))]
            dim += 1
        else:
            left += [slice(None)] * (dim - _reach(left)) + [part]
            dim += _covers(part)
        own += ndim - covered if part is ... else _covers(part)
    return out, (tuple(left) if left else None)


_SIMPLE = frozenset({int, bool})


def _means_tuple(index: list[Any]) -> bool:
    """Return whether PyTorch, as NumPy did, takes a list for an index in several dimensions: what it holds is none."""
    parts = (TensorBase, np.ndarray, list, tuple, range, str, slice, type(None), type(...))
    return len(index) < 32 and any(isinstance(i, parts) for i in index)


def _reach(left: list[Any]) -> int:
    return sum([_covers(i) for i in left])


def _covers(part: Any) -> int:
    """Return how many dimensions of the tensor a part of an index stands for."""
    if isinstance(part, TensorBase):
        return part._array.ndim if part._array.dtype.kind == "b" else 1
    return 0 if part is None or part is ... or isinstance(part, bool) else 1


def _part(i: Any) -> Any:
    """Return one part of an index as an int, slice, None, ..., bool or tensor."""
    if isinstance(i, (int, slice)) or i is None or i is ...:  # bool is an int
        return i
    if isinstance(i, np.generic):
        i = i.item()
        if isinstance(i, int):
            return i
    elif isinstance(i, TensorBase):
        array = i._array
        if array.ndim == 0 and array.dtype.kind in "iub":
            return array.item()
        if array.dtype.kind == "b" or array.dtype in (np.int64, np.int32):
            return i
        if array.dtype == np.uint8:
            return wrap(array != 0)
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    elif isinstance(i, (list, tuple, range, np.ndarray)):
        array = np.asarray([k._array if isinstance(k, TensorBase) else k for k in i] if isinstance(i, list) else i)
        if array.size == 0 and array.dtype.kind == "f":
            array = array.astype(np.int64)
        if array.dtype.kind in "iub":
            return _part(wrap(array.view() if array.dtype.kind == "b" else array.astype(np.int64)))
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    elif isinstance(i, str):
        raise TypeError("new(): invalid data type 'str'")
    elif hasattr(i, "__index__"):
        return i.__index__()
    raise IndexError(
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got "
        f"{type(i).__name__})"
    )


def _selected(x: Any, dim: int, i: int, own: int) -> Any:
    """Return ``x`` at one place along ``dim``, which an error calls by its ``own`` number."""
    n = x._array.shape[dim]
    if not -n <= i < n:
        refuse_huge(i)
        raise IndexError(f"index {i} is out of bounds for dimension {own} with size {n}")
    return apply(Select, x, dim, i % n)


def _sliced(x: Any, dim: int, part: slice, always: bool) -> Any:
    """Return ``x`` sliced along ``dim``; a slice of everything is left out unless it stands alone."""
    n = x._array.shape[dim]
    start, stop, step = part.indices(n)
    if step < 0:
        raise ValueError("step must be greater than zero. Use .flip() to turn the order round.")
    if not always and (start, step) == (0, 1) and stop >= n and not part.start:
        return x
    return apply(Slice, x, dim, start, stop, step)


@numpy_names
def select(input: TensorT, dim: int, index: int) -> TensorT:
    """Return one slice along a dimension, which disappears.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    dim : int
        The dimension.
    index : int
        Which; negative ones count from the end.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    IndexError
        If there is no such entry.

    Examples
    --------
    >>> mg.select(mg.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    shape = tensor(input, "select")._array.shape
    if not shape:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    d = axis(dim, len(shape))
    if not -shape[d] <= index < shape[d]:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(shape)} at dimension {d}")
    return apply(Select, input, d, index % shape[d])  # type: ignore[no-any-return]


@numpy_names
def narrow(input: TensorT, dim: int, start: int, length: int) -> TensorT:
    """Return a stretch of so many entries along a dimension.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    dim : int
        The dimension.
    start, length : int
        Where it begins, and how many entries it has.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    RuntimeError
        If it reaches beyond the end.

    Examples
    --------
    >>> mg.narrow(mg.tensor([1, 2, 3, 4]), 0, 1, 2)
    tensor([2, 3])
    """
    shape = tensor(input, "narrow")._array.shape
    if not shape:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    d = axis(dim, len(shape))
    n = shape[d]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -n <= start <= n:
        raise IndexError(f"start out of range (expected to be in range of [{-n}, {n}], but got {start})")
    start = start + n if start < 0 else start
    if start + length > n:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({n}).")
    return apply(Slice, input, d, start, start + length, 1)  # type: ignore[no-any-return]
