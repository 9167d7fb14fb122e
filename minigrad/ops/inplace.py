"""Changes in place: y.add_(1), y += 1, y[i] = 1. The numbers change at once; the graph is told that they did."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, counter, wrap
from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node
from minigrad.autograd.saved import SavedOutput
from minigrad.autograd.views import check, rebase, wants_grad
from minigrad.ops import activations, arithmetic, choice, elementwise, formulas, index, masks, powers, reduce, rounding
from minigrad.ops import trigonometry as trig
from minigrad.ops.arguments import TensorT, operand, refuse, unbroadcastable
from minigrad.ops.axes import expand

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
    tensors: list[TensorBase] = [x, *[a for a in operands if isinstance(a, TensorBase)]]
    recording = False
    if state.grad_enabled:
        for tensor in tensors:
            recording = wants_grad(tensor) or recording
    if recording:
        check(x)
    array = x._array
    if not array.flags.writeable and 0 in array.strides:
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
            "Please clone() the tensor before performing the operation."
        )
    recorder = state.recorder
    heard = state.recorder = None if recorder is None else _Listener()
    try:
        old = _stand_in(x) if recording else x
        result = apply(compute, old, *operands) if isinstance(compute, type) else compute(old, *operands, **settings)
    finally:
        state.recorder = recorder
    _fits(result._array, array)
    state.quietly(np.copyto, array, result._array, "unsafe")
    counter(x).count += 1
    node = result._node if recording else None
    if node is not None:
        _take_over(x, result, node)
    if recorder is not None and heard is not None and heard.op is not None:
        recorder.forward(heard.op, node, (x, *heard.operands[1:]), x)
    return x


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


def _stand_in(x: TensorBase) -> Any:
    """Return a tensor in ``x``'s place in the graph, with a copy of its numbers."""
    old = wrap(x._array.copy(), x._node, x._requires_grad)
    if x._output_nr:
        old._output_nr, old._rare = x._output_nr, True
    return old


def _fits(result: Any, array: Any) -> None:
    """Refuse a result that the tensor has no room for."""
    to, kind = array.dtype.kind, result.dtype.kind
    lossy = (to in "biu" and kind in "fc") or (to == "b" and kind in "iu") or (to == "f" and kind == "c")
    if lossy:
        raise RuntimeError(
            f"result type {dtypes.of(result.dtype).title} can't be cast to the desired output type "
            f"{dtypes.of(array.dtype).title}"
        )
    if result.shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape {list(result.shape)}"
        )


def _take_over(x: TensorBase, result: TensorBase, node: Node) -> None:
    """Put ``x``, or the base that it views, in the result's place in the graph."""
    nr = result._output_nr
    if result._array.dtype == x._array.dtype:
        _adopt_saved(x, result, node)
    else:
        node._dtype = x._array.dtype
    rebase(x, node, nr)


def _adopt_saved(x: TensorBase, result: TensorBase, node: Node) -> None:
    """Let what ``node`` saved of its output refer to the memory that the output was written to."""
    for k, entry in enumerate(node._saved or ()):
        if isinstance(entry, SavedOutput) and entry._array is result._array:
            entry._array, entry._counter = x._array, counter(x)
            versions = list(node._versions or (0,) * len(node._saved))
            versions[k] = entry._counter.count
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


class FillTensor(Op):
    """A value took the place of what was there, everywhere: all the gradient goes to that value."""

    __slots__ = ()
    arity = 2
    glyph, tex, local = "fill", "{1}", ("0", "1")

    def name(self) -> str:
        """Return PyTorch's name."""
        return "FillBackward3"

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

    def name(self) -> str:
        """Return PyTorch's name."""
        return "torch::autograd::CopyBackwards"

    @staticmethod
    def forward(ctx: Any, x: Any, source: Any) -> Any:
        return np.broadcast_to(source, x.shape).astype(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad), grad


class Draw(Op):
    """Random numbers took the place of those that were there: no gradient passes."""

    __slots__ = ("kind",)
    kind: str
    glyph, tex, local = "🎲", r"\mathrm{{random}}", ("0",)

    def name(self) -> str:
        """Return PyTorch's name, which says from what distribution they were drawn."""
        return f"{self.kind}Backward0"

    @staticmethod
    def forward(ctx: Any, x: Any, numbers: Any, kind: str) -> Any:
        ctx.kind = kind
        return numbers

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad)


def zero_(input: TensorT) -> TensorT:
    """Set every entry to 0."""
    return in_place(Zero, input)


def fill_(input: TensorT, value: Any) -> TensorT:
    """Set every entry to a number or a 0-d tensor."""
    number = operand(value)
    if isinstance(number, TensorBase):
        if number._array.ndim:
            raise RuntimeError(
                f"fill_ only supports 0-dimension value tensor but got tensor with {number._array.ndim} dimensions."
            )
        return in_place(FillTensor, input, number)
    if number is NotImplemented:
        refuse(value, "fill_", "value", 1, "Number")
    return in_place(Fill, input, number)


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
    except ValueError as error:
        raise unbroadcastable(error, input, source) from None
    if wide != shape:
        raise RuntimeError(f"output with shape {list(shape)} doesn't match the broadcast shape {list(wide)}")
    return in_place(Copy, input, source)


def draw(input: TensorT, numbers: Any, kind: str) -> TensorT:
    """Set the entries to numbers that were drawn at random."""
    return in_place(Draw, input, numbers, kind)


# --- Parts: x[...] = value -----------------------------------------------------------------------------------------


def set_item(x: Any, key: Any, value: Any) -> None:
    """Write into part of a tensor: through a view for simple indices, else into the entries that the index picks."""
    given = operand(value)
    if given is NotImplemented:
        raise TypeError(f"can't assign a {type(value).__name__} to a {x.type()}")
    if not isinstance(given, TensorBase):
        with np.errstate(all="ignore"):
            given = wrap(np.asarray(given).astype(x._array.dtype))
    part, left = index.view_part(x, key, whole=True)
    if left is not None:
        index_put_(part, left, given)
    elif given._array.ndim == 0:
        fill_(part, given)
    else:
        shape = list(given._array.shape)
        while len(shape) > part._array.ndim and shape[0] == 1:
            given, shape = given.squeeze(0), shape[1:]
        copy_(part, given if given._array.shape == part._array.shape else expand(given, part._array.shape))


def index_put_(input: TensorT, indices: Any, values: Any, accumulate: bool = False) -> TensorT:
    """Write values into the entries that indices pick, or add them there."""
    return in_place(lambda x, v: index.index_put(x, indices, v, accumulate), input, values)


# --- The ops of arithmetic and their like, in place ----------------------------------------------------------------
# Each is the function of its name, with the result written into its first argument.


def add_(input: TensorT, other: Any, *, alpha: Any = 1) -> TensorT:
    """Add to the entries."""
    return in_place(arithmetic.add, input, other, alpha=alpha)


def sub_(input: TensorT, other: Any, *, alpha: Any = 1) -> TensorT:
    """Subtract from the entries."""
    return in_place(arithmetic.sub, input, other, alpha=alpha)


def mul_(input: TensorT, other: Any) -> TensorT:
    """Multiply the entries."""
    return in_place(arithmetic.mul, input, other)


def div_(input: TensorT, other: Any, *, rounding_mode: str | None = None) -> TensorT:
    """Divide the entries."""
    return in_place(arithmetic.div, input, other, rounding_mode=rounding_mode)


def floor_divide_(input: TensorT, other: Any) -> TensorT:
    """Divide the entries and round down."""
    return in_place(rounding.floor_divide, input, other)


def remainder_(input: TensorT, other: Any) -> TensorT:
    """Replace the entries by their remainders, with the divisor's sign."""
    return in_place(rounding.remainder, input, other)


def fmod_(input: TensorT, other: Any) -> TensorT:
    """Replace the entries by their remainders, with their own sign."""
    return in_place(rounding.fmod, input, other)


def pow_(input: TensorT, exponent: Any) -> TensorT:
    """Raise the entries to a power."""
    return in_place(powers.pow, input, exponent)


def lerp_(input: TensorT, end: Any, weight: Any) -> TensorT:
    """Move the entries toward others."""
    return in_place(arithmetic.lerp, input, end, weight)


def neg_(input: TensorT) -> TensorT:
    """Turn the sign of the entries."""
    return in_place(arithmetic.neg, input)


def reciprocal_(input: TensorT) -> TensorT:
    """Replace the entries by one over them."""
    return in_place(powers.reciprocal, input)


def square_(input: TensorT) -> TensorT:
    """Square the entries."""
    return in_place(powers.square, input)


def sqrt_(input: TensorT) -> TensorT:
    """Replace the entries by their square roots."""
    return in_place(powers.sqrt, input)


def rsqrt_(input: TensorT) -> TensorT:
    """Replace the entries by one over their square roots."""
    return in_place(powers.rsqrt, input)


def abs_(input: TensorT) -> TensorT:
    """Drop the signs of the entries."""
    return in_place(rounding.abs, input)


def sign_(input: TensorT) -> TensorT:
    """Replace the entries by their signs."""
    return in_place(rounding.sign, input)


def floor_(input: TensorT) -> TensorT:
    """Round the entries down."""
    return in_place(rounding.floor, input)


def ceil_(input: TensorT) -> TensorT:
    """Round the entries up."""
    return in_place(rounding.ceil, input)


def round_(input: TensorT, *, decimals: int = 0) -> TensorT:
    """Round the entries."""
    return in_place(rounding.round, input, decimals=decimals)


def trunc_(input: TensorT) -> TensorT:
    """Drop the fractions of the entries."""
    return in_place(rounding.trunc, input)


def clamp_(input: TensorT, min: Any = None, max: Any = None) -> TensorT:
    """Move the entries into bounds."""
    return in_place(choice.clamp, input, min, max)


def clamp_min_(input: TensorT, min: Any) -> TensorT:
    """Raise the entries to a lower bound."""
    return in_place(choice.clamp_min, input, min)


def clamp_max_(input: TensorT, max: Any) -> TensorT:
    """Lower the entries to an upper bound."""
    return in_place(choice.clamp_max, input, max)


def exp_(input: TensorT) -> TensorT:
    """Replace the entries by their exponentials."""
    return in_place(elementwise.exp, input)


def exp2_(input: TensorT) -> TensorT:
    """Replace the entries by powers of two."""
    return in_place(elementwise.exp2, input)


def expm1_(input: TensorT) -> TensorT:
    """Replace the entries by their exponentials less 1."""
    return in_place(elementwise.expm1, input)


def log_(input: TensorT) -> TensorT:
    """Replace the entries by their natural logarithms."""
    return in_place(elementwise.log, input)


def log2_(input: TensorT) -> TensorT:
    """Replace the entries by their logarithms to base 2."""
    return in_place(elementwise.log2, input)


def log10_(input: TensorT) -> TensorT:
    """Replace the entries by their logarithms to base 10."""
    return in_place(elementwise.log10, input)


def log1p_(input: TensorT) -> TensorT:
    """Replace the entries by the logarithms of one more."""
    return in_place(elementwise.log1p, input)


def sin_(input: TensorT) -> TensorT:
    """Replace the entries by their sines."""
    return in_place(trig.sin, input)


def cos_(input: TensorT) -> TensorT:
    """Replace the entries by their cosines."""
    return in_place(trig.cos, input)


def tan_(input: TensorT) -> TensorT:
    """Replace the entries by their tangents."""
    return in_place(trig.tan, input)


def tanh_(input: TensorT) -> TensorT:
    """Replace the entries by their hyperbolic tangents."""
    return in_place(activations.tanh, input)


def sigmoid_(input: TensorT) -> TensorT:
    """Replace the entries by their sigmoids."""
    return in_place(activations.sigmoid, input)


def relu_(input: TensorT) -> TensorT:
    """Replace negative entries by 0."""
    return in_place(activations.relu, input)


def erf_(input: TensorT) -> TensorT:
    """Replace the entries by their error functions."""
    return in_place(activations.erf, input)


def cumsum_(input: TensorT, dim: int) -> TensorT:
    """Replace the entries by the sums of everything up to them."""
    return in_place(reduce.cumsum, input, dim)


def masked_fill_(input: TensorT, mask: Any, value: Any) -> TensorT:
    """Set the entries where the mask holds."""
    return in_place(masks.masked_fill, input, mask, value)


def detach_(input: TensorT) -> TensorT:
    """Cut the tensor itself off the graph: it becomes a leaf."""
    if input._view is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for "
            "training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence "
            "detach_() cannot be called on these gradients. To fix this error, please refer to the "
            "Optimizer.zero_grad() function in torch/optim/optimizer.py as a solution."
        )
    input._node, input._requires_grad, input._rare = None, False, False
    if input._output_nr:
        input._output_nr = 0
    return input


subtract_, multiply_, divide_, true_divide_, negative_, absolute_, clip_ = sub_, mul_, div_, div_, neg_, abs_, clamp_
