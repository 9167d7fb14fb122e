"""The graph as data: its nodes and edges, what they saved, and hooks on all of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, NamedTuple

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import refresh
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node, accumulator

__all__ = [
    "GradientEdge",
    "Node",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "save_on_cpu",
    "saved_tensors_hooks",
]


# --- Edges ---------------------------------------------------------------------------------------------------------


class GradientEdge(NamedTuple):
    """A place in the graph where a gradient arrives: ``backward`` and ``grad`` take it like a tensor.

    It keeps the graph alive, but not the tensor's numbers.
    """

    node: Node
    output_nr: int
    ownership_token: Any = None  # PyTorch's; nothing needs it here


def get_gradient_edge(tensor: TensorBase) -> GradientEdge:
    """Return the place where a tensor's gradient arrives.

    Parameters
    ----------
    tensor : Tensor
        One that requires grad.

    Returns
    -------
    GradientEdge
        Its ``node`` and ``output_nr``; for a leaf, the node that accumulates its gradient.

    Raises
    ------
    RuntimeError
        If the tensor does not require grad.

    Examples
    --------
    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> y = x * x
    >>> edge = mg.autograd.graph.get_gradient_edge(y)
    >>> mg.autograd.grad(edge, x, mg.ones(1))
    (tensor([6.]),)
    """
    refresh(tensor)
    if not tensor._requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    return GradientEdge(tensor._node or accumulator(tensor), tensor._output_nr)


# --- What is saved -------------------------------------------------------------------------------------------------


class saved_tensors_hooks:
    """Let ``pack_hook`` decide how tensors are kept for the backward pass, and ``unpack_hook`` give them back.

    Parameters
    ----------
    pack_hook : callable
        Gets each tensor that an op saves inside the block, and returns anything. It may not change the tensor.
    unpack_hook : callable
        Gets what ``pack_hook`` returned, when the backward pass needs it, and returns a tensor of the same numbers.

    Raises
    ------
    RuntimeError
        If such hooks are disabled here, or ``pack_hook`` writes to its input.
    TypeError
        If a hook cannot be called, or ``unpack_hook`` returns something that is no tensor.

    Notes
    -----
    Of nested blocks the innermost counts. Versions are not checked of what went through hooks.

    Examples
    --------
    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> with mg.autograd.graph.saved_tensors_hooks(lambda t: print("saved", t.item()) or t, lambda t: t):
    ...     y = x ** 2
    saved 3.0
    """

    def __init__(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self) -> None:
        hooks: tuple[Any, ...] = (self.pack_hook, self.unpack_hook)
        if not all(callable(hook) for hook in hooks):
            kinds = ", ".join(type(hook).__name__ for hook in hooks)
            raise TypeError(f"saved_tensors_hooks needs two callables, pack_hook and unpack_hook, but got: {kinds}")
        state = local.state
        if state.saved_hooks_forbidden is not None:
            raise RuntimeError(state.saved_hooks_forbidden)
        state.saved_hooks.append((self.pack_hook, self.unpack_hook))

    def __exit__(self, *exception: object) -> None:
        local.state.saved_hooks.pop()


class save_on_cpu(saved_tensors_hooks):
    """Keep what ops save on the CPU: here, where all tensors are, it keeps a copy.

    Parameters
    ----------
    pin_memory : bool
        Accepted as in PyTorch, and without effect.
    device_type : str
        Likewise.

    Examples
    --------
    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> with mg.autograd.graph.save_on_cpu():
    ...     y = x ** 2
    >>> y.backward()
    >>> x.grad
    tensor([6.])
    """

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: tensor.detach().clone(), lambda packed: packed)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Generator[None, None, None]:
    """Refuse ``saved_tensors_hooks`` inside the block, with this message.

    Parameters
    ----------
    error_message : str
        What the ``RuntimeError`` says.

    Raises
    ------
    RuntimeError
        If such hooks are active already.

    Examples
    --------
    >>> with mg.autograd.graph.disable_saved_tensors_hooks("not here"):
    ...     with mg.autograd.graph.save_on_cpu():
    ...         pass
    Traceback (most recent call last):
        ...
    RuntimeError: not here
    """
    state = local.state
    if state.saved_hooks:
        raise RuntimeError(error_message)
    before, state.saved_hooks_forbidden = state.saved_hooks_forbidden, error_message
    try:
        yield
    finally:
        local.state.saved_hooks_forbidden = before
