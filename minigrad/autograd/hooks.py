"""Who watches a gradient pass: hooks on tensors and on nodes, in PyTorch's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, type_name, wrap
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import AccumulateGrad, Hooks, Node

# Note [The order of hooks]
#
# Hooks on a node's output tensors, then what `retain_grad` keeps, then the node's prehooks, then the node, then its
# posthooks; at a leaf, what waits for `.grad` to be complete comes before the posthooks. In each place they are called
# in the order in which they were registered. A hook that is removed while its neighbours run is still called this once.


def on_tensors(hooks: Hooks, node: Node, grads: Sequence[Any]) -> list[Any]:
    """Call the hooks on a node's outputs, then store what ``retain_grad`` keeps; return the gradients that go on."""
    grads = list(grads)
    recorder = local.state.recorder
    for nr, watchers in list(hooks.tensor.items()):
        for hook in list(watchers.values()):
            shown = _shown(grads[nr])
            result = hook(shown)
            if result is not None and result is not shown:
                _check(hook, shown, result)
            if recorder is not None:
                recorder.hook("tensor", node, nr, hook, shown, result)
            grads[nr] = _hidden(shown if result is None else result)
    for nr, held in hooks.retain.items():
        tensor = held()
        if tensor is not None and grads[nr] is not None:
            before = tensor._grad
            tensor._grad = _retained(grads[nr], before)
            if recorder is not None:
                recorder.hook("retain", node, nr, None, before, tensor._grad)
    return grads


def _retained(grad: Any, old: Any) -> TensorBase:
    """Return what a tensor that keeps its gradient holds from here on: a fresh tensor each time, as in PyTorch."""
    if isinstance(grad, TensorBase):
        return grad.contiguous().clone() if old is None else old + grad  # type: ignore[attr-defined, no-any-return]
    kept = np.array(grad, order="C") if old is None else np.asarray(local.state.quietly(np.add, old._array, grad))
    tensor: TensorBase = wrap(kept)
    return tensor


def before_node(hooks: Hooks, node: Node, grads: list[Any]) -> list[Any]:
    """Call a node's prehooks; each may replace all that the node receives."""
    for hook in list(hooks.before.values()):
        shown = tuple([_shown(g) for g in grads])
        result = hook(shown)
        grads = _after(hook, node, "prehook", shown, result, grads)
    return grads


def after_node(hooks: Hooks, node: Node, sent: Sequence[Any], received: Sequence[Any]) -> Sequence[Any]:
    """Call a node's posthooks; each may replace what the node sends, edge by edge."""
    for hook in list(hooks.after.values()):
        shown = tuple([_shown(g) for g in sent])
        result = hook(shown, tuple([_shown(g) for g in received]))
        sent = _after(hook, node, "posthook", shown, result, list(sent))
    return sent


def after_accumulating(hooks: Hooks, node: AccumulateGrad) -> None:
    """Call what waits for a leaf's ``.grad`` to be complete."""
    for hook in list(hooks.after_accumulate.values()):
        leaf = node.variable
        recorder = local.state.recorder
        before = None if recorder is None or leaf._grad is None else wrap(leaf._grad._array.copy())
        result = hook(leaf)
        if result is not None:
            _check(hook, leaf, result)
            raise RuntimeError(
                f"Tensor post accumulate grad hooks should return None. '{_name(hook)}' may change the tensor that it "
                "is given, or its .grad, but what it returns takes the place of neither."
            )
        if recorder is not None:
            recorder.hook("post_accumulate", node, 0, hook, before, leaf._grad)


def _after(hook: Callable[..., Any], node: Node, kind: str, shown: Any, result: Any, grads: list[Any]) -> list[Any]:
    """Check what a node's hook gave back, tell the recorder, and return the gradients that go on."""
    if result is not None and result is not shown:
        if not isinstance(result, tuple):
            raise TypeError(
                f"expected tuple, but hook returned '{type_name(result)}': '{_name(hook)}' must return a tuple of "
                f"{len(shown)}, or None to change nothing"
            )
        if len(result) != len(shown):
            raise RuntimeError(
                f"hook '{_name(hook)}' has returned an incorrect number of values (got {len(result)}, but expected "
                f"{len(shown)})"
            )
        for old, new in zip(shown, result, strict=True):
            _check(hook, old, new)
        grads = [_hidden(g) for g in result]
    recorder = local.state.recorder
    if recorder is not None:
        recorder.hook(kind, node, None, hook, shown, result)
    return grads


def _check(hook: Callable[..., Any], shown: Any, result: Any) -> None:
    """Refuse what cannot take a gradient's place."""
    if result is None:
        return
    if shown is None:
        raise RuntimeError(
            f"can't replace a None gradient with a non-None value: nothing arrived here, and '{_name(hook)}' returned "
            "something"
        )
    if not isinstance(result, TensorBase):
        raise TypeError(
            f"expected Variable, but hook returned '{type_name(result)}': '{_name(hook)}' must return a tensor"
        )
    if result._array.dtype != shown._array.dtype:
        was, got = dtypes.of(shown._array.dtype).title, dtypes.of(result._array.dtype).title
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the type of value (was torch.{was}Tensor got torch.{got}Tensor)"
        )
    if result._array.shape != shown._array.shape:
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the size of value: it got {list(shown._array.shape)} and returned "
            f"{list(result._array.shape)}"
        )


def _shown(grad: Any) -> Any:
    """Return a gradient as a hook sees it: a tensor, or None."""
    return grad if grad is None or isinstance(grad, TensorBase) else wrap(grad)


def _hidden(grad: Any) -> Any:
    """Return what a hook gave back, as the engine passes it on."""
    return grad if grad is None or local.state.backward_records else grad._array


def _name(hook: Callable[..., Any]) -> str:
    return getattr(hook, "__name__", type(hook).__name__)
