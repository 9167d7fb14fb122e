"""What changes when memory is written to in place: who has a new place in the graph, and what may not be written to."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase, wanted, wrap
from minigrad.autograd.grad_mode import State, local
from minigrad.autograd.node import Node, sequence
from minigrad.autograd.op import refresh, refuse_view, relocate, replay
from minigrad.autograd.saved import Freed, freed


def wants_grad(x: TensorBase) -> bool:
    """Return whether a gradient is wanted for ``x``, or for the base it views."""
    return (x._rare and refresh(x)) or x._requires_grad


def check_leaf(x: TensorBase, verb: str = "is being used") -> None:
    """Refuse a leaf that requires grad, or a view that was made of one under no_grad."""
    if x._node is None and wanted(x):
        raise RuntimeError(
            f"a leaf Variable that requires grad {verb} in an in-place operation. To change its numbers and "
            "record nothing, do it inside mg.no_grad()."
        )


def check(x: TensorBase) -> None:
    """Refuse what may not be changed while ops are recorded."""
    view = x._view
    if view is not None:
        if view.made:
            refuse_view(x, "is being")
        if view.base._node is None and (x._requires_grad or view.base._requires_grad):
            raise RuntimeError(
                "a view of a leaf Variable that requires grad is being used in an in-place operation. To change the "
                "leaf's numbers and record nothing, do it inside mg.no_grad()."
            )
    check_leaf(x)


def rebase(x: TensorBase, node: Node, nr: int, slot: int = 0) -> None:
    """Put ``x``, or the base that it views, where ``node`` computed it from its operand number ``slot``."""
    if x._view is None:
        relocate(x, node, nr)
        x._rare = bool(nr) or not x._array.flags.c_contiguous
    else:
        relocate(x._view.base, CopySlices(x, node, slot), 0)
        x._view.seen = -1
        refresh(x)


class CopySlices(Node):
    """The base after one of its views was changed: what the view's op sends back, put among the base's gradient.

    It holds the op that the view went through, runs it on the part of the gradient that the view stands for, and puts
    what comes out in that part's place. The part is found by the ops that made the view.
    """

    __slots__ = ("slot", "way")

    def __init__(self, view: TensorBase, inner: Node, slot: int) -> None:
        assert view._view is not None
        base, array = view._view.base, view._view.base._array
        self.way = view._view.way
        self.slot = slot  # which operand of the inner op the view was; the base's gradient comes first here
        ports = inner._ports or (0,) * len(inner._edges)
        self._edges = (base._node, *inner._edges[:slot], *inner._edges[slot + 1 :])
        ports = (base._output_nr if base._node is not None else 0, *ports[:slot], *ports[slot + 1 :])
        self._ports = ports if any(ports) else None
        self._saved = (inner,)
        self._hooks = self._versions = None
        self._outputs, self._shape, self._dtype = 1, array.shape, array.dtype
        self._seq = next(sequence)

    def name(self) -> str:
        """Return PyTorch's name."""
        return "torch::autograd::CopySlices"

    def _release(self, freed: tuple[Any, ...]) -> None:
        self._saved = freed  # the op's own node goes with it, unless a recorded gradient still needs it

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        if type(self._saved) is Freed:
            raise freed(self)
        (inner,) = self._saved
        (grad,) = grads
        if grad is None:
            return (None,) * len(self._edges)
        recorder, state.recorder = state.recorder, None
        try:
            if state.backward_records:
                return self._through(inner, grad.clone(), state)
            # Views and writes on a tensor outside the graph: nothing of this is recorded.
            total, *others = self._through(inner, wrap(np.array(grad)), state)
            return (None if total is None else total._array, *others)
        finally:
            state.recorder = recorder

    def _through(self, inner: Node, total: Any, state: State) -> tuple[Any, ...]:
        """Send the view's part of ``total`` through ``inner``, and put what comes out in its place."""
        part = replay(self.way, total)
        sent = list(inner._run([part.clone() if local.state.backward_records else part._array.copy()], state))
        mine = sent.pop(self.slot)
        if self._edges[0] is None:
            return (None, *sent)
        if mine is None:
            part.zero_()
        else:
            part.copy_(mine if isinstance(mine, TensorBase) else wrap(np.asarray(mine)))
        return (total, *sent)
