"""How a module's backward hooks see its gradients: through a doorway before its inputs and one after its outputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Function
from minigrad.autograd.grad_mode import is_grad_enabled


class BackwardHookFunction(Function):
    """Hand tensors on as they are: its node is where hooks can stand."""

    @staticmethod
    def forward(ctx: Any, *tensors: Any) -> Any:
        """Return views of the tensors."""
        return tensors

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """Return the gradients."""
        return grads


class Watch:
    """One call of a module, watched: it tells the hooks what gradients reached the outputs and left the inputs."""

    def __init__(self, module: Any, hooks: list[Callable[..., Any]], pre_hooks: list[Callable[..., Any]]) -> None:
        self.module, self.hooks, self.pre_hooks = module, hooks, pre_hooks
        self.grad_output: tuple[Any, ...] | None = None
        self.places: list[int] | None = None  # which arguments are tensors; None if no input requires a gradient
        self.count = 0  # how many arguments there are

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments, passed through the doorway before the module."""
        self.count = len(args)
        out, places, node = _through(args)
        if node is not None:
            self.places = places
            node.register_hook(self._left)
        return out

    def outputs(self, result: Any) -> Any:
        """Return the result, passed through the doorway after the module."""
        several = isinstance(result, (tuple, list))
        out, places, node = _through(tuple(result) if several else (result,))
        if node is not None:
            length = len(out)
            node.register_prehook(lambda grads: self._arrived(grads, places, length))
        if not several:
            return out[0]
        return type(result)(out)

    def _arrived(self, grads: tuple[Any, ...], places: list[int], length: int) -> Any:
        """Run when the gradients of the outputs are known."""
        arrived = _spread(grads, places, length)
        for hook in self.pre_hooks:
            found = hook(self.module, arrived)
            if found is not None:
                arrived = found if isinstance(found, tuple) else (found,)
        self.grad_output = arrived
        if self.places is None:
            if self.hooks:
                warnings.warn(
                    "Full backward hook is firing when gradients are computed with respect to module outputs since no "
                    "inputs require gradients. See https://docs.pytorch.org/docs/main/generated/"
                    "torch.nn.Module.html#torch.nn.Module.register_full_backward_hook for more details.",
                    UserWarning,
                    stacklevel=5,
                )
            self._tell((None,) * self.count)
        return tuple([arrived[i] for i in places])

    def _left(self, grad_input: tuple[Any, ...], _: Any) -> Any:
        """Run when the gradients of the inputs are known."""
        if self.places is None or self.grad_output is None:
            return None
        told = self._tell(_spread(grad_input, self.places, self.count))
        return tuple([told[i] for i in self.places])

    def _tell(self, grad_input: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in self.hooks:
            found = hook(self.module, grad_input, self.grad_output)
            if found is None:
                continue
            found = found if isinstance(found, tuple) else (found,)
            if self.places is None and any(g is not None for g in found):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or None for "
                    "all gradients."
                )
            if len(found) != len(grad_input):
                raise RuntimeError(
                    f"Backward hook returned an invalid number of grad_input, got {len(found)}, but expected "
                    f"{len(grad_input)}"
                )
            grad_input = found
        self.grad_output = None
        return grad_input


def _through(values: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int], Any]:
    """Return values with their tensors passed through a doorway, the places of these, and the doorway's node."""
    places = [i for i, value in enumerate(values) if isinstance(value, TensorBase)]
    tensors = [values[i] for i in places]
    if not (is_grad_enabled() and any(x.requires_grad for x in tensors)):
        return values, places, None
    passed = BackwardHookFunction.apply(*tensors)
    node = next(x.grad_fn for x in passed if x.grad_fn is not None)
    out = list(values)
    for i, x in zip(places, passed, strict=True):
        out[i] = x
    return tuple(out), places, node


def _spread(grads: tuple[Any, ...], places: list[int], length: int) -> tuple[Any, ...]:
    """Return the tensors' gradients at their places among all values, None elsewhere."""
    out: list[Any] = [None] * length
    for i, grad in zip(places, grads, strict=True):
        out[i] = grad
    return tuple(out)
