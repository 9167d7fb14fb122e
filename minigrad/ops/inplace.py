"""Changes in place: y.add_(1), y += 1, y[i] = 1. The numbers change at once; the graph is told that they did."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, View, counter, wanted, wrap
from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node, accumulator, sequence
from minigrad.autograd.op import refuse_view, relocate
from minigrad.autograd.refusals import unbroadcastable
from minigrad.autograd.saved import SavedOutput, SavedViewOutput
from minigrad.autograd.views import check, rebase, wants_grad
from minigrad.ops import arithmetic, diagonals, formulas, index, masks, overlap, powers, rounding, windows
from minigrad.ops.arguments import TensorT, fitted, operand, refuse, refuse_huge, refuse_lossy, refuse_unfit, tensor
from minigrad.ops.axes import expand
from minigrad.ops.shape import squeeze

__all__ = ["fill"]

# Note [In place]
#
# A change in place runs the ordinary op on a stand-in for the tensor that keeps its old place in the graph, with a
# private copy of its numbers: what the op saves of them stays true. Then the result is written into the tensor's
# memory, the version that all its views share goes up by one, and the tensor takes the result's place in the graph.
# If it is a view, it is its base that takes a new place: see CopySlices. The views of a base that was written to find
# their own new place when they are next used (`refresh`).


def in_place(compute: Any, x: TensorT, *operands: Any, **settings: Any) -> TensorT:
    """Compute something from ``x``, write the result into ``x``, and return ``x``. See Note [In place].

    Parameters
    ----------
    compute : callable, or subclass of Op
        Takes the tensor that changes, then the operands: ``mg.mul`` for ``mul_``.
    x : Tensor
        The tensor to change.
    *operands, **settings
        What else ``compute`` takes.

    Returns
    -------
    Tensor
        ``x`` itself.

    Raises
    ------
    RuntimeError
        If ``x`` is a leaf that requires grad, a view that may not be written to, or the result does not fit into it.
        Nothing is written then.
    """
    state = local.state
    recording = _recording(x, operands)
    array = x._array
    _OVERLAP.get(compute, overlap.refuse)(x, operands)
    if not array.flags.writeable:
        array = writeable(array)
    recorder = state.recorder
    heard = state.recorder = None if recorder is None else _Listener()
    try:
        old = _stand_in(x) if recording else x
        result = apply(compute, old, *operands) if isinstance(compute, type) else compute(old, *operands, **settings)
    finally:
        state.recorder = recorder
    _fits(result._array, array, compute)
    state.quietly(np.copyto, array, result._array, "unsafe")
    counter(x).count += 1
    node = result._node if recording else None
    if node is not None:
        _take_over(x, result, node)
    if recorder is not None and heard is not None and heard.op is not None:
        recorder.forward(heard.op, node, (x, *heard.operands[1:]), x)
    return x


def _recording(x: TensorBase, operands: Sequence[Any]) -> bool:
    """Return whether a write into ``x`` is recorded; refuse it where ``x`` may not be written to."""
    state = local.state
    refuse_inference(x)
    recording = False
    if state.grad_enabled:
        if x._rare and x._view is not None and x._view.made and wanted(x):
            refuse_view(x, "is being")
        for tensor in (x, *operands):
            if isinstance(tensor, TensorBase):
                recording = wants_grad(tensor) or recording
    if recording:
        check(x)
    return recording


def refuse_inference(x: TensorBase) -> None:
    """Refuse to write, outside of inference mode, to what was made in it."""
    if x._rare and x._inference and not local.state.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a "
            "normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details."
        )


class _Listener:
    """Listens in the recorder's place while an op in place runs its ordinary op."""

    op: type[Op] | None = None
    operands: tuple[Any, ...] = ()

    def forward(self, op: type[Op], node: Node | None, operands: tuple[Any, ...], outputs: Any) -> None:
        """Remember the op that ran last."""
        self.op, self.operands = op, operands

    def escape(self, tensor: TensorBase, how: str) -> None:
        """Numbers left the graph on the way; the op itself is what is told."""

    def detach(self, source: TensorBase, twin: TensorBase) -> None:
        """A tensor was detached on the way; the op itself is what is told."""


def writeable(array: Array) -> Array:
    """Return an array that may be written to, though NumPy would rather not: what `expand` made is read-only there."""
    array = array.view()
    try:
        array.flags.writeable = True
    except ValueError:
        raise RuntimeError(
            "this tensor shares its memory with a NumPy array that is read-only. Copy it first: mg.tensor(array)."
        ) from None
    return array


def _stand_in(x: TensorBase, array: Array | None = None) -> Any:
    """Return a tensor in ``x``'s place in the graph, with a copy of its numbers."""
    old = wrap(x._array.copy() if array is None else array, x._node, x._requires_grad)
    if x._output_nr:
        old._output_nr, old._rare = x._output_nr, True
    return old


_IN_C = {"int64": "long int", "int32": "int", "int16": "short int", "int8": "signed char", "uint8": "unsigned char"}


def _fits(result: Any, array: Any, compute: Any) -> None:
    """Refuse a result that the tensor has no room for."""
    wanted = dtypes.of(array.dtype).title
    if compute is powers.float_power and result.dtype != array.dtype:
        raise RuntimeError(
            f"the base given to float_power_ has dtype {wanted} but the operation's result requires dtype "
            f"{dtypes.of(result.dtype).title}"
        )
    if compute is rounding.abs and array.dtype.kind == "c":
        raise RuntimeError("In-place abs is not supported for complex tensors.")
    if result.shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape {list(result.shape)}"
        )
    if getattr(compute, "__name__", "").startswith("clamp"):  # PyTorch's clamp_ alone has C's names
        wanted = dtypes.cpp_type(array.dtype)
    refuse_lossy(result, array, wanted)


def _take_over(x: TensorBase, result: TensorBase, node: Node) -> None:
    """Put ``x``, or the base that it views, in the result's place in the graph."""
    nr = result._output_nr
    rebase(x, node, nr)
    if result._array.dtype == x._array.dtype:
        _adopt_saved(x, result, node)
    else:
        node._dtype = x._array.dtype


def _adopt_saved(x: TensorBase, result: TensorBase, node: Node) -> None:
    """Let what ``node`` saved of its output refer to the memory that the output was written to."""
    for k, entry in enumerate(node._saved or ()):
        if isinstance(entry, SavedOutput) and entry._array is result._array:
            entry._array, entry._counter = x._array, counter(x)
            if x._view is not None:
                node._saved = (*node._saved[:k], SavedViewOutput(x), *node._saved[k + 1 :])
            versions = list(node._versions or (0,) * len(node._saved))
            versions[k] = counter(x).count
            node._versions = tuple(versions)


# --- What replaces the entries altogether --------------------------------------------------------------------------


class Zero(Op):
    """Everything that was there is gone: no gradient passes."""

    __slots__ = ()
    glyph, tex, local = "0", "0", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.zeros_like(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad)


class Fill(Op):
    """A number took the place of what was there: no gradient passes."""

    __slots__ = ()
    suffix = "2"
    glyph, tex, local = "fill", "{1}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any, value: Any) -> Any:
        return np.full_like(x, value)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad)


class Verdict(Op):
    """Yes or no took the place of what was there: no gradient passes."""

    __slots__ = ()
    arity = -2
    glyph, tex, row = "?", r"[{0} \gtrless {1}]", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, *rest: Any) -> Any:
        *others, answer, name = rest
        ctx.become(f"{name}Backward{len(others)}")
        return answer

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return tuple([formulas.zeros_like(grad) for _ in ctx.needs_input_grad])


class FillTensor(Op):
    """A value took the place of what was there, everywhere: all the gradient goes to that value."""

    __slots__ = ()
    arity = 2
    glyph, tex, local = "fill", "{1}", ("0", "1")

    called = "FillBackward3"

    @staticmethod
    def forward(ctx: Any, x: Any, value: Any) -> Any:
        return np.full_like(x, value)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad), grad


class Copy(Op):
    """Other numbers took the place of those that were there: all the gradient goes to where they came from."""

    __slots__ = ()
    arity = 2
    glyph, tex, local = "←", "{1}", ("0", "1")

    called = "torch::autograd::CopyBackwards"

    @staticmethod
    def forward(ctx: Any, x: Any, source: Any) -> Any:
        return np.broadcast_to(source, x.shape).astype(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad), grad


class Draw(Op):
    """Random numbers took the place of those that were there: no gradient passes."""

    __slots__ = ()
    glyph, tex, local = "🎲", r"\mathrm{{random}}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any, numbers: Any, kind: str) -> Any:
        ctx.become(f"{kind[:-1]}Backward{kind[-1]}" if kind[-1].isdigit() else f"{kind}Backward0")  # it says from what
        return numbers

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad)


def _index_put_overlap(x: TensorBase, operands: tuple[Any, ...]) -> None:
    """Refuse values and indices that share memory with what they are put into, but for one value under a mask."""
    indices, values, accumulate = operands
    overlap.warn_repeats(x, "index_put_", " This also applies to advanced indexing e.g. tensor[indices] = tensor")
    if not index.is_masked_fill(indices, values, accumulate):
        for source in (values, *indices):
            overlap.refuse_shared(x, source, even_itself=True)


def _lerp_overlap(x: TensorBase, operands: tuple[Any, ...]) -> None:
    """Refuse what every elementwise op does, but first an end of another dtype."""
    arithmetic.refuse_other_dtypes(x._array, *[end._array for end in operands if isinstance(end, TensorBase)])
    overlap.refuse(x, operands)


# What is done about shared memory, where it is not what every elementwise op does.
_OVERLAP: dict[Any, Callable[[TensorBase, tuple[Any, ...]], None]] = {
    Zero: overlap.allow,
    Fill: overlap.allow,
    Copy: lambda x, operands: None if overlap.is_same(x, operands[0]) else overlap.refuse(x, operands),
    arithmetic.lerp: _lerp_overlap,
    FillTensor: lambda x, _: overlap.refuse_repeats(x),
    masks.masked_fill: lambda x, _: overlap.warn_repeats(x, "masked_fill_"),
    index.index_put: _index_put_overlap,
}


def zero_(input: TensorT) -> TensorT:
    """Set every entry to 0."""
    return in_place(Zero, input)


def fill_(input: TensorT, value: Any) -> TensorT:
    """Set every entry to a number or a 0-d tensor."""
    return in_place(*_filling(input, value))


def fill(input: TensorT, value: Any) -> TensorT:
    """Return a tensor of the same shape and dtype with one value everywhere.

    Parameters
    ----------
    input : Tensor
        Any shape.
    value : number or 0-d Tensor
        What to put everywhere.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the value has dimensions.

    Examples
    --------
    >>> mg.fill(mg.zeros(2), 3)
    tensor([3., 3.])
    """
    op, *operands = _filling(tensor(input, "fill"), value)
    out = apply(op, *operands)
    if out._node is not None:
        out._node.become("FillBackward0" if op is Fill else "FillBackward1")
    return out  # type: ignore[no-any-return]


def _filling(input: TensorT, value: Any) -> tuple[Any, TensorT, Any]:
    """Return the op that fills a tensor with a value, and its operands."""
    number = operand(value)
    if isinstance(number, TensorBase):
        if number._array.ndim:
            raise RuntimeError(
                f"fill_ only supports 0-dimension value tensor but got tensor with {number._array.ndim} dimensions."
            )
        return FillTensor, input, number
    if number is NotImplemented:
        refuse(value, "fill_", "value", 1, "Number")
    return Fill, input, fitted(number, input._array.dtype)


def fill_diagonal_(input: TensorT, fill_value: Any, wrap: bool = False) -> TensorT:
    """Set the entries of the main diagonal to a number; with ``wrap``, that of a tall matrix begins again below."""
    array = input._array
    shape = array.shape
    if len(shape) < 2:
        raise RuntimeError("dimensions must larger than 1")
    if len(shape) > 2 and len(set(shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    if len(shape) > 2:
        step = sum(array.strides) // array.itemsize
        fill_(windows.as_strided(input, shape[:1], (step,)), fill_value)
        return input
    rows, columns = shape
    for start in range(0, rows if wrap else 1, columns + 1):
        fill_(diagonals.diagonal(index.narrow(input, 0, start, rows - start)), fill_value)
    return input


def copy_(input: TensorT, src: Any, non_blocking: bool = False) -> TensorT:
    """Copy the entries of another tensor, which broadcasts to this one."""
    source = operand(src)
    if source is NotImplemented:
        refuse(src, "copy_", "other", 1)
    if not isinstance(source, TensorBase):
        source = wrap(np.asarray(source))
    shape = input._array.shape
    try:
        wide = np.broadcast_shapes(shape, source._array.shape)
        problem: Exception | None = None
    except ValueError as error:
        wide, problem = (), unbroadcastable(error, input, source)
    if problem is not None or wide != shape:
        _recording(input, (source,))  # what may not be written to is said first
        overlap.refuse(input, (source,))
        raise problem or RuntimeError(f"output with shape {list(shape)} doesn't match the broadcast shape {list(wide)}")
    return in_place(Copy, input, source)


def draw(input: TensorT, numbers: Any, kind: str) -> TensorT:
    """Set the entries to numbers that were drawn at random."""
    return in_place(Draw, input, numbers, kind)


# --- Parts: x[...] = value -----------------------------------------------------------------------------------------


def set_item(x: Any, key: Any, value: Any) -> None:
    """Write into part of a tensor: through a view for simple indices, else into the entries that the index picks."""
    if key is False:
        return  # nothing is picked, so nothing is written
    if key is True:
        key = None  # all of it, in one more dimension
    if type(value) is int:
        refuse_huge(value)
    given: Any = NotImplemented if isinstance(value, np.ndarray) else operand(value)
    if given is NotImplemented:
        kind = type(value)
        name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
        raise TypeError(f"can't assign a {name} to a {x.type()}. Make a tensor of it first: mg.tensor(...).")
    if not isinstance(given, TensorBase):
        given = wrap(_converted(given, x._array.dtype))
    part, left = index.view_part(x, key, whole=True)
    if left is not None:
        index_put_(part, left, _without_front(given, 0))
    elif given._array.ndim == 0 and (part is not x or x._array.ndim):
        fill_(part, given)
    else:
        given = _without_front(given, part._array.ndim)
        copy_(part, given if given._array.shape == part._array.shape else expand(given, part._array.shape))


def _without_front(x: Any, ndim: int) -> Any:
    """Return a tensor without the leading dimensions of one entry that it has beyond ``ndim``."""
    while x._array.ndim > ndim and x._array.shape[0] == 1:
        x = squeeze(x, 0)
    return x


def _converted(number: Any, dtype: np.dtype[Any]) -> Array:
    """Return a Python number in a tensor's dtype; an imaginary part is not dropped."""
    with np.errstate(all="ignore"):
        refuse_unfit(number, dtype)
        return np.asarray(number.real if dtype.kind != "c" else number).astype(dtype)


def index_put_(input: TensorT, indices: Any, values: Any, accumulate: bool = False) -> TensorT:
    """Write values into the entries that indices pick, or add them there."""
    return in_place(index.index_put, input, indices, values, accumulate)


# --- Any op in place -----------------------------------------------------------------------------------------------


_OWN_NAMES = {
    **{f"{name}Backward0": f"{name}Backward1" for name in ("T", "Transpose", "Unsqueeze")},
    **{f"SqueezeBackward{i}": f"SqueezeBackward{i + 3}" for i in range(3)},
}


def of(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that computes ``function`` and writes the result into its first argument: ``exp_`` of ``exp``.

    This is the one rule behind every name with an underscore. See Note [In place].
    """

    def method(input: Any, *args: Any, **settings: Any) -> Any:
        return in_place(function, input, *args, **settings)

    name = f"{function.__name__}_"
    functools.update_wrapper(method, function)
    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"Write the result of ``{function.__name__}`` into the tensor itself, and return it."
    return method


def verdict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that writes the answer to a question into the tensor itself: ``gt_`` of ``gt``."""

    def ask(input: Any, other: Any) -> Any:
        answer = function(input, other)._array.astype(input._array.dtype)
        others = [other] if isinstance(other, TensorBase) else []
        return apply(Verdict, input, *others, answer, function.__name__.title())

    functools.update_wrapper(ask, function)
    return of(ask)


def shape_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that gives the tensor itself the shape of a view: ``unsqueeze_`` of ``unsqueeze``."""

    def method(input: Any, *args: Any, **settings: Any) -> Any:
        recording = local.state.grad_enabled and wants_grad(input)
        if recording:
            check(input)
        recorder, local.state.recorder = local.state.recorder, None
        try:
            view = function(_stand_in(input, input._array.view()), *args, **settings)
        finally:
            local.state.recorder = recorder
        input._array = view._array
        counter(input).count += 1
        if input._view is not None:
            _, *step = view._view.way
            input._view = View(input._view.base, (input._view.way, *step), input._version, input._view.made)
        if recording:
            relocate(input, view._node, view._output_nr)
            if (called := _OWN_NAMES.get(view._node.name())) is not None:
                view._node.become(called)  # PyTorch's, where it has another one in place
        return input

    functools.update_wrapper(method, function)
    method.__name__ = method.__qualname__ = f"{function.__name__}_"
    method.__doc__ = f"Give the tensor itself the shape that ``{function.__name__}`` would, and return it."
    return method


def detach_(input: TensorT) -> TensorT:
    """Cut the tensor itself off the graph: it becomes a leaf."""
    if input._view is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for "
            "training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence "
            "detach_() cannot be called on these gradients. To fix this error, please refer to the "
            "Optimizer.zero_grad() function in torch/optim/optimizer.py as a solution."
        )
    if input._node is not None:
        input._cut_at, counter(input).cut = next(sequence), True  # what saved it would miss its history
        input._retains = input.retains_grad  # type: ignore[attr-defined]  # Tensor has it, its base does not
        hooks = None if input._node._hooks is None else input._node._hooks.tensor.get(input._output_nr)
        if hooks:  # they stay, should it want a gradient as a leaf
            accumulator(input)._hooks_of().tensor[0] = hooks
    input._node, input._requires_grad = None, False
    input._rare = not input._array.flags.c_contiguous
    if input._output_nr:
        input._output_nr = 0
    return input
