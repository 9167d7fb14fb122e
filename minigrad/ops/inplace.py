"""Changes in place: what may be written to, and how a write takes its place in the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase, counter, wrap
from minigrad.autograd.function import Op, apply, refresh, replay
from minigrad.autograd.grad_mode import State, local
from minigrad.autograd.node import Node, SavedOutput, accumulator, sequence
from minigrad.ops.formulas import take, where, zeros_like
from minigrad.ops.index import check_masks, index_error, view_part

# Note [In place]
#
# `y.mul_(w)` is the op `y * w`, whose result is written into y's memory; y then takes the result's place in the graph.
# The op runs on a stand-in that keeps y's old place, so whatever it saves of the old value is a private copy. When y
# is a view, its base changes too: the base's history becomes a CopySlices node, which runs the op's backward on the
# part of the gradient that belongs to the view, found by the chain of view ops that made it. Other views of that base
# work out their history again when they are next used.


class Copy(Op):
    """What is copied over is forgotten: the gradient goes to the source alone."""

    __slots__ = ()
    arity = 2
    glyph, tex, local = "⧉", "{1}", ("0", "1")

    def name(self) -> str:
        """Return PyTorch's name, which bears no number."""
        return "torch::autograd::CopyBackwards"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        out = np.empty(a.shape, a.dtype)
        out[...] = b
        return out

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad), grad


class Fill(Op):
    """What is overwritten by a number is forgotten: its gradient is zero."""

    __slots__ = ()
    glyph, tex, local = "⌑", "{1}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any, value: float) -> Any:
        return np.full(x.shape, value).astype(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


class Zero(Op):
    """What is set to zero is forgotten: its gradient is zero."""

    __slots__ = ()
    glyph, tex, local = "0", "0", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.zeros(x.shape, x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


class Overwrite(Op):
    """Entries that are overwritten are forgotten: their gradients go to what was put there."""

    __slots__ = ("index", "mask")
    arity = 2
    glyph, tex, row = "⌑", "{0}[i] = {1}", "scatter"

    def name(self) -> str:
        """Return PyTorch's name for it."""
        return "IndexPutBackward0"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, index: tuple[Any, ...]) -> Any:
        ctx.index = tuple([i._array if isinstance(i, TensorBase) else i for i in index])
        ctx.mask = np.zeros(a.shape, bool)
        ctx.mask[ctx.index] = True
        out = a.copy()
        out[ctx.index] = b
        return out

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return where(ctx.mask, 0.0, grad), take(grad, ctx.index)


def in_place(compute: Any, x: Any, *operands: Any, **settings: Any) -> Any:
    """Compute something from ``x``, write the result into ``x``, and return ``x``.

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
    refresh(x)
    requires_grad = any(t._requires_grad for t in (x, *operands) if isinstance(t, TensorBase))
    records = requires_grad and local.state.grad_enabled
    if records:
        _check_may_change(x)
    stand_in = _stand_in(x, records)
    state = local.state
    recorder, listener = state.recorder, _Listener()
    state.recorder = listener  # whoever records is told below, of x itself
    try:
        if isinstance(compute, type):
            result = apply(compute, stand_in, *operands)
        else:
            result = compute(stand_in, *operands, **settings)
    finally:
        state.recorder = recorder
    _check_fits(result, x)
    np.copyto(x._array, result._array, casting="unsafe")
    counter(x).count += 1
    node = result._node
    if node is not None:
        _save_new_value(node, x)
        if x._view is None:
            _move_in(x, node)
        else:
            _copy_slices(x, node)
    elif x._view is not None:
        refresh(x)
    if recorder is not None:
        recorder.forward(listener.op, node, tuple([x if t is stand_in else t for t in listener.operands]), x)
    return x


class _Listener:
    """Notes which op ran last."""

    op: Any = Copy
    operands: tuple[Any, ...] = ()

    def forward(self, op: Any, node: Node | None, operands: tuple[Any, ...], outputs: Any) -> None:
        """An op ran."""
        self.op, self.operands = op, operands

    def escape(self, tensor: Any, how: str) -> None:
        """Numbers left the graph."""

    def detach(self, source: Any, twin: Any) -> None:
        """A tensor was detached."""


def set_item(x: Any, index: Any, value: Any) -> None:
    """Do ``x[index] = value``: through a view where the index makes one, else entry by entry.

    Parameters
    ----------
    x : Tensor
        The tensor to change.
    index : any index that ``x`` takes
        Integers, slices, ``None``, ``...``, boolean masks, and tensors or lists of integers.
    value : Tensor or number
        Broadcasts to the shape of ``x[index]``.
    """
    part, left = view_part(x, index)
    if left is not None:
        check_masks(part, left)
        try:
            in_place(Overwrite, part, _like(value, x), left)
        except IndexError as error:
            raise index_error(error, left) from None
        return
    if isinstance(value, (int, float, complex)) and not isinstance(value, np.generic):
        in_place(Fill, part, value)
        return
    value = _like(value, x)
    extra = value._array.ndim - part._array.ndim
    if extra > 0 and all(n == 1 for n in value._array.shape[:extra]):
        value = value.reshape(value._array.shape[extra:])
    if not _broadcasts(value._array.shape, part._array.shape):
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(value._array.shape)} cannot be broadcast to indexing result "
            f"of shape {list(part._array.shape)}"
        )
    in_place(Copy, part, value)


def _like(value: Any, x: TensorBase) -> Any:
    """Return a value to be put into ``x``, as a tensor."""
    return value if isinstance(value, TensorBase) else wrap(np.array(value, x._array.dtype))


def _broadcasts(small: tuple[int, ...], large: tuple[int, ...]) -> bool:
    """Return whether ``small`` broadcasts to ``large``."""
    if len(small) > len(large):
        return False
    return all(s in (1, n) for s, n in zip(small[::-1], large[::-1], strict=False))


# --- What may be written to ----------------------------------------------------------------------------------------


def _check_may_change(x: TensorBase) -> None:
    """Refuse, before anything is written, what autograd could not follow."""
    view = x._view
    if view is not None and view.made:
        _refuse_view(x)
    base = x if view is None else view.base
    if base._requires_grad and base._node is None:
        what = "a leaf Variable" if view is None else "a view of a leaf Variable"
        raise RuntimeError(
            f"{what} that requires grad is being used in an in-place operation. Change it under mg.no_grad(), as an "
            "optimizer does, or write y = x + ... to compute something else from it."
        )


def _refuse_view(x: TensorBase) -> None:
    """Say why a view may not be changed in place."""
    assert x._view is not None
    if x._view.made == "no_grad":
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this "
            "use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view "
            "and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or "
            "both outside (if you want the inplace to be tracked)."
        )
    raise RuntimeError(
        f"Output {x._output_nr} of {x._view.made} is a view and is being modified inplace. This view is the "
        "output of a function that returns multiple views. Such functions do not allow the output views to be "
        "modified inplace. You should replace the inplace operation by an out-of-place one."
    )


_FAMILY = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


def _check_fits(result: Any, x: Any) -> None:
    """Refuse a result that has another shape than ``x``, or a number type that ``x`` cannot hold."""
    if result._array.shape != x._array.shape:
        raise RuntimeError(
            f"output with shape {list(x._array.shape)} doesn't match the broadcast shape {list(result._array.shape)}"
        )
    if _FAMILY[result._array.dtype.kind] > _FAMILY[x._array.dtype.kind]:
        raise RuntimeError(f"result type {result.dtype.title} can't be cast to the desired output type {x.dtype.title}")


# --- Taking a place in the graph -----------------------------------------------------------------------------------


def _stand_in(x: TensorBase, records: bool) -> Any:
    """Return a tensor with the value and the place in the graph that ``x`` has before it changes."""
    twin = wrap(x._array.copy() if records else x._array, x._node, x._requires_grad)
    twin._accumulator = accumulator(x) if x._requires_grad and x._node is None else None
    if x._output_nr:
        twin._output_nr, twin._rare = x._output_nr, True
    return twin


def _save_new_value(node: Node, x: TensorBase) -> None:
    """If the op saved its result, that is ``x`` from here on, at its new version."""
    saved = node._saved or ()
    versions = list(node._versions or [0] * len(saved))
    for i, entry in enumerate(saved):
        if isinstance(entry, SavedOutput):
            entry._array, entry._counter = x._array, counter(x)
            versions[i] = entry._counter.count
    node._versions = tuple(versions) if any(versions) else None
    node._dtype = x._array.dtype


def _move_in(x: TensorBase, node: Node) -> None:
    """Let ``x`` be the output of ``node``; a gradient that it retains is the new value's."""
    old = x._node
    held = None if old is None or old._hooks is None else old._hooks.retain.get(x._output_nr)
    if old is not None and old._hooks is not None and held is not None and held() is x:
        del old._hooks.retain[x._output_nr]
        node._hooks_of().retain[0] = held
    x._node = node
    x._requires_grad = True
    if x._output_nr:
        x._output_nr = 0


# --- Views ---------------------------------------------------------------------------------------------------------


class CopySlices(Node):
    """A part of the base was computed anew: that part of the gradient goes through the op, the rest passes by."""

    __slots__ = ("chain", "op_node")

    chain: tuple[Any, ...]  # the view ops that lead from the base to the part
    op_node: Any  # the op that computed the part

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        records = state.backward_records
        grad = grads[0]
        if grad is None:
            return (None,) * len(self._edges)
        recorder = state.recorder
        if not records:
            state.recorder = None  # these ops are part of this step, not steps of their own
        try:
            rest = grad.clone() if records else wrap(np.array(grad))
            part = replay(self.chain, rest)
            received = part.clone() if records else np.array(part._array)
            first, *others = self.op_node._run([received], state)
            if first is None:
                first = received * 0
            in_place(Copy, part, first if isinstance(first, TensorBase) else wrap(np.asarray(first)))
        finally:
            state.recorder = recorder
        return (rest if records else rest._array, *others)

    def _release(self) -> None:
        self.op_node._release()

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What the op on the part saved."""
        return self.op_node.saved_tensors  # type: ignore[no-any-return]


def _copy_slices(view: TensorBase, node: Node) -> None:
    """Rewrite the history of a view's base after the view was changed by ``node``."""
    assert view._view is not None
    base = view._view.base
    slices = CopySlices()
    slices.chain, slices.op_node = view._view.chain, node
    old = (base._node or accumulator(base)) if base._requires_grad else None
    slices._edges = (old, *node._edges[1:])
    ports = (base._output_nr if old is not None else 0, *(node._ports or (0,) * len(node._edges))[1:])
    slices._ports = ports if any(ports) else None
    slices._saved = node._saved and (True,)  # what there is to free is the op's
    slices._versions = slices._hooks = None
    slices._seq = next(sequence)
    slices._outputs, slices._shape, slices._dtype = 1, base._array.shape, base._array.dtype
    _move_in(base, slices)
    view._view.seen = -1
    refresh(view)
