"""The backward pass: walk the graph from the root, newest node first, and add up what arrives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from operator import add, iadd
from threading import Lock
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, counter, mark_inference, wanted, wrap
from minigrad.autograd.function import Op, refresh
from minigrad.autograd.grad_mode import State, local
from minigrad.autograd.hooks import after_accumulating, after_node, before_node, on_tensors
from minigrad.autograd.layout import laid
from minigrad.autograd.node import LAST, AccumulateGrad, Node, refuse_misfit
from minigrad.autograd.saved import Freed, SavedOutput, SavedPacked, freed_here
from minigrad.ops import inplace
from minigrad.ops.casting import to
from minigrad.ops.formulas import is_complex, real, sum_to
from minigrad.ops.overlap import repeats

Port = tuple[Node, int]  # one output of one node
FIRST = -LAST  # where accumulators stand in the heap

# Note [What travels along an edge]
#
# In an ordinary pass a gradient is a plain array; when the pass itself is recorded (create_graph=True) it is a
# Tensor, and the formulas that it meets build the graph of the gradient. It is called `grad` either way.
#
# Note [A leaf's turn]
#
# Leaves go first: what arrived is stored and forgotten. One that nobody watches does without the heap as well, if that
# changes no order: the heap hands out equal numbers in the order of PyTorch's, which is first come, first served for
# the up to three leaves of one node, and a leaf with hooks may be waiting there.


def run_backward(
    roots: Sequence[Port],
    gradients: Sequence[Any],
    keep_graph: bool,
    create_graph: bool,
    inputs: Sequence[Port] | None = None,
    accumulate: bool = True,
) -> list[Any]:
    """Run the graph below ``roots`` backward.

    Parameters
    ----------
    roots : sequence of (Node, output number)
        Where to begin.
    gradients : sequence of ndarray, or of Tensor with ``create_graph``
        The gradient that each root starts with.
    keep_graph : bool
        Whether nodes keep what they saved, so that they can run again.
    create_graph : bool
        Whether the pass is recorded, for a derivative of the derivative.
    inputs : sequence of (Node, output number), optional
        Run only what leads to these, and capture the gradients that reach them.
    accumulate : bool
        Whether leaves add to their ``.grad``.

    Returns
    -------
    list
        What reached each of ``inputs``: a gradient, or None.
    """
    state = local.state
    recorder = state.recorder
    calm = _directly if create_graph else state.quietly  # see Note [Quiet arithmetic]
    waiting = _count_arrivals(roots)  # node -> what has arrived for each of its outputs, and how much is to come
    captured: list[Any] = []  # what reached each of `inputs`
    captures: dict[Node, list[tuple[int, int]]] = {}  # node -> of which output the gradient goes where in `captured`
    needed: set[Node] | None = None  # the nodes that lead to `inputs`; None: all
    if inputs is not None:
        captured = [None] * len(inputs)
        for index, (node, nr) in enumerate(inputs):
            captures.setdefault(node, []).append((nr, index))
        needed = _leading_to(captures, waiting, accumulate)

    owned: set[Node] = set()  # accumulators whose waiting gradient no one else can see
    ready: list[tuple[int, Node]] = []  # a heap: highest sequence number first
    for (node, nr), gradient in zip(roots, gradients, strict=True):
        arrived = waiting[node]
        arrived[nr] = gradient if arrived[nr] is None else calm(add, arrived[nr], gradient)
    for node in dict(roots):  # each once
        if not waiting[node][-1]:
            heappush(ready, (-node._seq, node))

    before = state.grad_enabled, state.backward_records, state.task
    state.grad_enabled = state.backward_records = create_graph
    callbacks: list[Callable[[], object]] = []
    state.task = callbacks, waiting, needed, captures
    freed: Freed | None = None
    unwatched = needed is None and recorder is None
    try:
        while ready:  # not recursive: a chain of a million nodes is deeper than any stack
            node = heappop(ready)[1]
            grads = waiting.pop(node)
            grads.pop()  # the count of what was to come: none
            hooks = node._hooks
            if needed is not None:  # `inputs` were named: keep what reached them, and go no further than need be
                if hooks is not None and node not in needed:
                    grads = on_tensors(hooks, node, grads)
                for nr, index in captures.get(node, ()):
                    captured[index] = grads[nr]
                if node not in needed:
                    continue
            if hooks is not None:
                owned.discard(node)  # for a hook may keep what it is shown
                grads = before_node(hooks, node, on_tensors(hooks, node, grads))
            if type(node) is AccumulateGrad:
                if accumulate and grads[0] is not None:
                    _accumulate(node, grads[0], node in owned, state)
                if hooks is not None:
                    after_accumulating(hooks, node)
                    after_node(hooks, node, (), grads)
                continue
            sent: Sequence[Any] = node._run(grads, state)
            if hooks is not None and hooks.after:
                sent = after_node(hooks, node, _conformed(node, sent, calm), grads)
            if node._saved and not keep_graph:
                freed = freed or freed_here()
                node._release(freed)

            edges, ports = node._edges, node._ports
            at_once = unwatched and len(edges) < 4  # see Note [A leaf's turn]
            passed: list[Any] = []  # what each edge carries: `sent`, with broadcasting undone
            for target, grad in zip(edges, sent):  # noqa: B905  # trailing Nones may be missing or too many
                if target is None or (needed is not None and target not in needed and target not in captures):
                    passed.append(None)
                    continue
                arrived = waiting[target]
                if grad is not None:
                    nr = 0 if ports is None else ports[len(passed)]
                    if grad.shape != target._shape or grad.dtype is not target._dtype:
                        grad = calm(_conform, grad, *target._output_metadata(nr), node, len(passed))
                    if arrived[nr] is not None:
                        arrived[nr] = calm(add, arrived[nr], grad)
                        owned.add(target)
                    else:
                        arrived[nr] = grad
                        large = type(target) is AccumulateGrad and not create_graph and grad.nbytes > SMALL
                        if large and _is_fresh(grad, node, grads, sent):
                            owned.add(target)
                passed.append(grad)
                arrived[-1] = missing = arrived[-1] - 1
                if not missing:
                    if (
                        at_once
                        and type(target) is AccumulateGrad
                        and target._hooks is None
                        and (not ready or ready[0][0] != FIRST)
                    ):
                        if accumulate and arrived[0] is not None:
                            _accumulate(target, arrived[0], target in owned, state)
                    else:
                        heappush(ready, (-target._seq, target))
            if recorder is not None:
                recorder.backward(node, grads, sent, passed)
    except BaseException as error:
        if recorder is not None:
            recorder.failed(node, error)
        if isinstance(error, ValueError) and (told := misfit(error)) is not None:
            raise told from None
        raise
    else:
        for callback in callbacks:  # one may queue another
            callback()
    finally:
        state.grad_enabled, state.backward_records, state.task = before
    return captured


# A pass while it runs, as hooks may ask about it: its callbacks, who waits, who is needed (None: all), who is captured.
Task = tuple[list[Callable[[], object]], Mapping[Node, Any], set[Node] | None, Mapping[Node, Any]]


def will_run(task: Task, node: Node, running: Node) -> bool:
    """Return whether a node that has not run will, or its gradient be captured; ``running`` is having its turn."""
    _, waiting, needed, captures = task
    if node is not running and node not in waiting:
        return False
    return needed is None or node in needed or node in captures


def _directly(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


def _count_arrivals(roots: Sequence[Port]) -> dict[Node, list[Any]]:
    """Return what each node waits for: one gradient an output, none yet, and behind them how many are to come."""
    waiting: dict[Node, list[Any]] = {}
    for node, _ in roots:
        waiting[node] = [*[None] * node._outputs, 0]
    todo = list(waiting)
    while todo:
        for target in todo.pop()._edges:
            if target is not None:
                if target in waiting:
                    waiting[target][-1] += 1
                else:
                    waiting[target] = [None, 1] if target._outputs == 1 else [*[None] * target._outputs, 1]
                    if target._edges:
                        todo.append(target)
    return waiting


def _leading_to(captures: Mapping[Node, object], waiting: Iterable[Node], accumulate: bool) -> set[Node]:
    """Return the nodes that must run so that gradients reach the captures; they wait for none but each other."""
    needed: set[Node] = set()
    # A node is newer than all that it points to, so oldest first sees every target before its sources.
    for node in sorted(waiting, key=_age):
        if any(target in needed or target in captures for target in node._edges if target is not None):
            needed.add(node)
    return needed.union(captures) if accumulate else needed


def _age(node: Node) -> int:
    return -1 if isinstance(node, AccumulateGrad) else node._seq


def _conform(grad: Any, shape: tuple[int, ...], dtype: np.dtype[Any] | None, node: Node, i: int) -> Any:
    """Undo broadcasting by summing, and return to the input's dtype; refuse a shape that can't be meant."""
    if grad.shape != shape:
        refuse_misfit(grad.shape, shape, node, i)
        grad = sum_to(grad, shape)
    if dtype is None:
        return grad  # a leaf whose `grad_dtype` is None takes any
    if dtype.kind == "f" and is_complex(grad):
        grad = real(grad)
    if isinstance(grad, TensorBase):
        return to(grad, dtypes.of(dtype))
    return grad if grad.dtype == dtype else grad.astype(dtype)


def _conformed(node: Node, sent: Sequence[Any], calm: Callable[..., Any]) -> tuple[Any, ...]:
    """Return what goes along each edge, with broadcasting undone, as posthooks are shown it."""
    out = []
    for i, (target, port) in enumerate(node.next_functions):
        grad = sent[i] if i < len(sent) and target is not None else None
        if grad is not None and target is not None:
            grad = calm(_conform, grad, *target._output_metadata(port), node, i)
        out.append(grad)
    return tuple(out)


# --- Leaves --------------------------------------------------------------------------------------------------------

# Note [Who owns a gradient]
#
# `.grad` never shares memory with the user's `gradient`, another `.grad`, a saved tensor or a broadcast view. So the
# first contribution is copied, unless it is a sum that the engine made, or an array that a built-in formula made for
# this one edge. Later contributions are added into the array that `.grad` owns, which lies in
# memory as the leaf does: in order, as a rule.


SavedHere = (TensorBase, SavedOutput)  # such an entry of what is saved holds the very array
SMALL = 4096  # bytes: such an array is copied sooner than its history is looked into


def _is_fresh(grad: Any, node: Node, received: Sequence[Any], sent: Sequence[Any]) -> bool:
    """Return whether a built-in formula made this array for one edge alone, so that the leaf may keep it uncopied."""
    if type(grad) is not np.ndarray or grad.base is not None or not isinstance(node, Op) or node._hooks is not None:
        return False
    if local.state.recorder is not None or len([g for g in sent if g is grad]) > 1:
        return False
    for entry in node._saved or ():
        if isinstance(entry, SavedPacked) or (isinstance(entry, SavedHere) and entry._array is grad):
            return False
    return not any(grad is other for other in received)


def _accumulate(node: AccumulateGrad, grad: Any, owned: bool, state: State) -> None:
    """Add a gradient to the leaf's ``.grad``."""
    leaf = node._leaf()
    if leaf is None:
        leaf = node.variable
    if leaf._rare:
        refresh(leaf)
    if leaf._node is not None:
        raise RuntimeError(
            "leaf variable has been moved into the graph interior: it was a leaf when the graph was built, and has "
            "been changed in place, by an op that was recorded, since."
        )
    if not leaf._requires_grad and not wanted(leaf):
        return  # it was frozen, by requires_grad_(False), after the graph was built
    recorder = state.recorder
    with _ADDING:
        old = leaf._grad
        before = None if recorder is None or old is None else old._array.copy()
        if isinstance(grad, TensorBase):
            leaf._grad = _recorded_copy(grad, leaf) if old is None else add(old, grad)
        elif old is None:
            kept = np.asarray(grad, order="C") if owned else np.array(grad, order="C")
            leaf._grad = wrap(laid(kept, (leaf._array,)) if leaf._rare else kept)
            if state.inference:
                mark_inference(leaf._grad)
        else:
            inplace.refuse_inference(old)
            try:
                state.quietly(iadd, old._array, grad)
            except ValueError as error:
                if (told := misfit(error)) is not None:
                    raise told from None
                state.quietly(iadd, _writeable(old._array), grad)
            (old._counter or counter(old)).count += 1
    if recorder is not None:
        recorder.accumulate(node, before, grad)


_ADDING = Lock()  # passes of several threads may meet at one leaf
EXPANDED = (
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
    "Please clone() the tensor before performing the operation. (The tensor is a leaf's .grad, which is added to.)"
)


def _writeable(array: Any) -> Any:
    """Return a ``.grad`` that may be written to: what `expand` made may not in NumPy, though its entries lie apart."""
    if repeats(array):
        raise RuntimeError(EXPANDED) from None
    return inplace.writeable(array)


def misfit(error: ValueError) -> RuntimeError | None:
    """Return PyTorch's sentence where NumPy says that shapes do not broadcast: a leaf's data were replaced."""
    shapes = re.findall(r"\(([\d,]*)\)", str(error)) if "broadcast" in str(error) else []
    if len(shapes) < 2:
        return None
    a, b = ([int(n) for n in reversed(shape.split(",")) if n] for shape in shapes[:2])
    for back, (m, n) in enumerate(zip(a, b, strict=False), 1):
        if m != n and 1 not in (m, n):
            d = max(len(a), len(b)) - back
            return RuntimeError(
                f"The size of tensor a ({m}) must match the size of tensor b ({n}) at non-singleton dimension {d}"
            )
    return None


def _recorded_copy(grad: Any, leaf: TensorBase) -> Any:
    """Return a tensor of its own with the gradient's numbers and, if it has one, its history."""
    kept = np.empty(grad._array.shape, grad._array.dtype)
    twin = wrap(laid(kept, (leaf._array,)) if leaf._rare else kept)
    return inplace.copy_(twin, grad)


class ExecutionEngine:
    """What PyTorch reaches as ``Variable._execution_engine``."""

    @staticmethod
    def queue_callback(callback: Callable[[], object]) -> None:
        """Call ``callback()`` when the backward pass that is running has ended, in the order of queueing.

        Raises
        ------
        RuntimeError
            If no backward pass is running.
        """
        task: Task | None = local.state.task
        if task is None:
            raise RuntimeError("Final callbacks can only be installed during backward pass.")
        task[0].append(callback)
