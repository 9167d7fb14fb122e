"""A tensor that exists: its graph as it stands, and a backward pass through it that leaves nothing behind."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

from minigrad.autograd import backward
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import AccumulateGrad, Node
from minigrad.trace.document import play_document
from minigrad.trace.events import Recording
from minigrad.trace.frames import names, variables
from minigrad.trace.record import Recorder
from minigrad.trace.values import KEPT


def nodes_below(root: TensorBase) -> list[Node]:
    """Return the nodes of a tensor's graph, accumulators included."""
    start = root._node or root._accumulator
    found: dict[Node, None] = {}
    todo = [] if start is None else [start]
    while todo:
        node = todo.pop()
        if node not in found:
            found[node] = None
            todo.extend([target for target in node._edges if target is not None])
    return list(found)


@contextmanager
def on_the_side(root: TensorBase) -> Iterator[None]:
    """Let a backward pass from ``root`` call no hook and change no ``.grad``; the pass itself must keep the graph."""
    nodes = nodes_below(root)
    hooks = [(node, node._hooks) for node in nodes]
    leaves = [leaf for node in nodes if isinstance(node, AccumulateGrad) and (leaf := node._leaf()) is not None]
    if root._node is None and root not in leaves:
        leaves.append(root)
    grads = [(leaf, leaf._grad) for leaf in leaves]
    for node in nodes:
        node._hooks = None
    for leaf, grad in grads:
        if grad is not None:
            leaf._grad = grad.detach().clone()  # type: ignore[attr-defined]  # Tensor has it, its base does not
    try:
        yield
    finally:
        for node, kept in hooks:
            node._hooks = kept
        for leaf, grad in grads:
            leaf._grad = grad


def why_not(name: str, root: TensorBase, given: bool, cut: bool, weigh: str) -> str | None:
    """Return why no backward pass can start at a tensor, in PyTorch's words and with what to change; None if one can.

    Parameters
    ----------
    name : str
        What it is called.
    root : Tensor
        Where the pass would start.
    given : bool
        Whether a gradient to start with is given.
    cut : bool
        Whether something that it comes from requires grad.
    weigh : str
        How a gradient is given; ``{size}`` stands for the root's shape.
    """
    if not root._requires_grad:
        reason = (
            "it was cut off by no_grad(), detach() or an op that has no gradient"
            if cut
            else "nothing that it comes from has requires_grad=True, as in mg.tensor([1., 2.], requires_grad=True)"
        )
        return (
            "element 0 of tensors does not require grad and does not have a grad_fn: no backward pass starts at "
            f"{name}, because {reason}."
        )
    shape = root._array.shape
    if root._array.size != 1 and not given:
        size = ", ".join(map(str, shape))
        return (
            f"grad can be implicitly created only for scalar outputs; {name} has shape [{size}]. Reduce it, for "
            f"example with .sum(), or say how each entry is weighted: {weigh.format(size=size)}."
        )
    return None


def _derivatives(root: TensorBase, recorder: Recorder) -> dict[int, tuple[Any, ...]]:
    """Return what each elementwise op sends for an upstream of ones: its settings are not known to run it again."""
    found = {}
    for node in nodes_below(root):
        number = recorder.number_of(node)
        if number is None or not isinstance(node, Op) or node.row not in ("elementwise", "spread") or node._outputs > 1:
            continue
        if math.prod(node._shape) > KEPT:
            continue
        sent = node._run([np.ones(node._shape, node._dtype)], local.state)
        found[number] = tuple([None if grad is None else np.asarray(grad) for grad in sent])
    return found


def record_standing(root: TensorBase, gradient: Any, frame: FrameType) -> tuple[Recording, str, str | None]:
    """Record the graph of a tensor that exists, and a backward pass through it that leaves nothing behind.

    Parameters
    ----------
    root : Tensor
        Where the pass starts.
    gradient : Tensor or None
        What it starts with.
    frame : frame
        Whose variables give the names.

    Returns
    -------
    tuple of (Recording, str, str or None)
        What was recorded, the name of the root, and why there is no backward pass, if there is none.
    """
    recording = Recording()
    recorder = Recorder(recording, frame.f_code)
    called = next((name for found in names(root, [frame]) for name in found if name[:1] != "_"), "tensor")
    state = local.state
    outer, state.recorder = state.recorder, recorder
    note = why_not(called, root, gradient is not None, False, "gradient=mg.ones({size})")
    try:
        recorder.see(root, frame)
        if note is None:
            with on_the_side(root):
                backward(root, gradient, retain_graph=True)
                state.recorder = None
                recording.derivatives = _derivatives(root, recorder)
    except RuntimeError as error:
        note = str(error)
    finally:
        state.recorder = outer
    recording.hold(variables(frame))
    return recording, called, note


def standing_document(tensor: Any, gradient: Any, language: str, frame: FrameType) -> dict[str, Any]:
    """Return the play document of a tensor that exists, named as ``frame`` names it.

    Raises
    ------
    TypeError
        If it is no tensor.
    """
    if not isinstance(tensor, TensorBase):
        raise TypeError(
            f"a graph hangs on a tensor, and this is a {type(tensor).__name__}: "
            "give what you computed from tensors, as in mg.play(z)."
        )
    recording, name, note = record_standing(tensor, gradient, frame)
    call = f"{name}.backward({'' if gradient is None else 'gradient'})" if recording.has_backward else None
    return play_document(recording, tensor, added_backward=call, language=language, message=note)
