"""A tensor's place in the graph: whether it wants a gradient, who computed it, who watches it, backward()."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Self
from weakref import ref

from minigrad import autograd, dtypes
from minigrad.autograd import why
from minigrad.autograd.base import TensorBase, alias, type_name, wanted, wrap
from minigrad.autograd.function import refresh
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node, RemovableHandle, accumulator
from minigrad.ops.arguments import refuse

__all__ = ["Graph"]


class Graph(TensorBase):
    """The part of ``Tensor`` that knows its place in the graph."""

    __slots__ = ()

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is wanted for this tensor, or for something it was computed from."""
        return wanted(self)

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise RuntimeError(f"requires_grad must be a bool, not {type_name(value)}")
        if value and self._inference and not local.state.inference:
            raise RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
        if self._node is not None:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables."
                + (
                    ""
                    if value
                    else " If you want to use a computed variable in a subgraph that doesn't require differentiation "
                    "use var_no_grad = var.detach()."
                )
            )
        if value and not dtypes.can_require_grad(self._array.dtype):
            raise RuntimeError(
                "only Tensors of floating point and complex dtype can require gradients. This one is "
                f"{dtypes.of(self._array.dtype)}."
            )
        self._requires_grad = bool(value)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for a gradient, or stop asking, and return the tensor itself."""
        if not isinstance(requires_grad, bool):
            refuse(requires_grad, "requires_grad_", "requires_grad", 1, "bool")
        if requires_grad and not dtypes.can_require_grad(self._array.dtype):
            raise RuntimeError(
                "only Tensors of floating point dtype can require gradients. This one is "
                f"{dtypes.of(self._array.dtype)}."
            )
        if not (requires_grad and self._node is not None):  # what was computed from a leaf requires grad as it is
            self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded op made it."""
        return self.grad_fn is None

    @property
    def grad_fn(self) -> Node | None:
        """The node that computes this tensor's inputs' gradients; None for a leaf."""
        if self._rare:
            refresh(self)
        return self._node

    @property
    def output_nr(self) -> int:
        """Which output of its ``grad_fn`` this tensor is."""
        return self._output_nr

    @property
    def grad(self) -> Any:
        """The gradient added up so far; None before any arrived, and for what is no leaf."""
        if self._grad is None and self._node is not None and not self.retains_grad:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute "
                "won't be populated during autograd.backward(). If you indeed want the .grad field to be populated "
                "for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor.",
                UserWarning,
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: TensorBase | None) -> None:
        if value is not None:
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if not isinstance(value, TensorBase):
                raise TypeError(
                    f"assigned grad expected to be a Tensor or None but got grad of type {type_name(value)}"
                )
            if value._array.shape != self._array.shape:
                raise RuntimeError(
                    f"attempting to assign a gradient of size '{list(value._array.shape)}' to a tensor of size "
                    f"'{list(self._array.shape)}'. Please ensure that the gradient and the tensor are the same size"
                )
            theirs, ours = dtypes.of(value._array.dtype), _grad_dtype(self)
            if ours is not None and theirs != ours:
                raise RuntimeError(
                    f"attempting to assign a gradient with dtype '{dtypes.cpp_type(value._array.dtype)}' to a tensor "
                    f"with grad_dtype '{ours.title}'. The gradient must match the tensor's grad_dtype (defaults to the "
                    "tensor's dtype). You can set the tensor's grad_dtype attribute with a specific dtype, or None to "
                    "allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its gradient "
                    "may break downstream systems that assume they match."
                )
        if value is None and self._grad is not None:
            self._cleared = True
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self.grad = None

    @property
    def grad_dtype(self) -> dtypes.dtype | None:
        """The dtype in which a leaf gathers its gradient: its own, unless another is set; None takes any."""
        if self._node is not None:
            raise RuntimeError("grad_dtype can only be accessed on leaf tensors.")
        return _grad_dtype(self)

    @grad_dtype.setter
    def grad_dtype(self, value: dtypes.dtype | None) -> None:
        if self._node is not None:
            raise RuntimeError("grad_dtype can only be set on leaf tensors.")
        if value is not None and not isinstance(value, dtypes.dtype):
            raise RuntimeError(f"grad_dtype must be a torch.dtype or None, but got {type_name(value)}")
        there = self._grad
        if value is not None and there is not None and dtypes.of(there._array.dtype) != value:
            raise RuntimeError(
                f"Cannot set grad_dtype to '{value.title}' because there is already a gradient with dtype "
                f"'{dtypes.cpp_type(there._array.dtype)}'. Please clear the gradient (.grad = None) before changing "
                "grad_dtype, or ensure the new grad_dtype matches the existing gradient's dtype."
            )
        accumulator(self)._dtype = None if value is None else value.numpy

    def why_no_grad(self, root: TensorBase | None = None) -> why.Why:
        """Say why ``.grad`` is None: which op cut the chain, or what was not asked for, for this very graph.

        Parameters
        ----------
        root : Tensor, optional
            From where the backward pass ran, or should; by default the newest result among your variables that
            depends on this tensor.

        Returns
        -------
        Why
            It prints as a sentence; its ``reason``, ``op`` and ``line`` are for programs.

        Examples
        --------
        >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
        >>> y = x * 2
        >>> y.sum().backward()
        >>> y.why_no_grad()
        y is not a leaf: MulBackward0 computed it, and a backward pass keeps the gradients of leaves alone. ...
        """
        return why.why_no_grad(self, root)

    def retain_grad(self) -> None:
        """Keep this tensor's gradient in ``.grad`` though it is no leaf."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self.grad_fn is not None:
            self.grad_fn._hooks_of().retain[self._output_nr] = ref(self)

    @property
    def retains_grad(self) -> bool:
        """Whether ``retain_grad`` was called on this tensor, which is no leaf."""
        hooks = None if self._node is None else self._node._hooks
        held = None if hooks is None else hooks.retain.get(self._output_nr)
        return self._retains or (held is not None and held() is self)

    def register_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook(grad)`` whenever this tensor's gradient is computed; what it returns takes its place.

        Parameters
        ----------
        hook : callable
            It gets the gradient and returns None or a tensor of the same shape.

        Returns
        -------
        RemovableHandle
            Its ``remove()`` takes the hook off.

        Raises
        ------
        RuntimeError
            If the tensor requires no gradient.
        """
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        hooks = (self.grad_fn or accumulator(self))._hooks_of()
        return RemovableHandle(hooks.tensor.setdefault(self._output_nr, {}), hook)

    @property
    def _post_accumulate_grad_hooks(self) -> dict[int, Any] | None:
        node = self._accumulator
        return None if node is None or node._hooks is None else node._hooks.after_accumulate or None

    @property
    def _backward_hooks(self) -> dict[int, Any] | None:
        node = self._node or self._accumulator
        return None if node is None or node._hooks is None else node._hooks.tensor.get(self._output_nr)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook(tensor)`` after a gradient was added to this leaf's ``.grad``."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self.grad_fn is not None:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        return RemovableHandle(accumulator(self)._hooks_of().after_accumulate, hook)

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Compute the gradient of this tensor with respect to the leaves it came from, and add it to their ``.grad``.

        Parameters
        ----------
        gradient : Tensor, optional
            The gradient of whatever comes after with respect to this tensor, of its shape; a scalar needs none.
        retain_graph : bool, optional
            Keep what the graph saved, so that it can run again.
        create_graph : bool
            Record the backward pass too, for higher derivatives.
        inputs : sequence of Tensor, optional
            Fill only these tensors' ``.grad``.

        Raises
        ------
        RuntimeError
            If nothing here requires grad, the tensor is no scalar and ``gradient`` is missing, or the graph was freed.
        """
        autograd.backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def detach(self) -> Self:
        """Return a tensor that shares memory with this one and has no history."""
        twin: Self = alias(self)
        if local.state.recorder is not None:
            local.state.recorder.detach(self, twin)
        return twin

    @property
    def data(self) -> Self:
        """The same memory with no history, and with a version of its own: autograd sees no write through it."""
        self._escape("data")
        twin: Self = wrap(self._array.view())
        twin._inference, twin._rare = self._inference, self._rare
        return twin

    @data.setter
    def data(self, value: TensorBase) -> None:
        if not isinstance(value, TensorBase):
            raise TypeError(f"Variable data has to be a tensor, but got {type_name(value)}")
        if self._requires_grad and not dtypes.can_require_grad(value._array.dtype):
            raise RuntimeError("data set to a tensor that requires gradients must be floating point or complex dtype")
        self._array, self._rare = value._array.view(), self._rare or value._rare
        former = self._accumulator
        if former is not None and (former._shape, former._dtype) == (self._array.shape, self._array.dtype):
            former.take_array(self._array)
        elif former is not None:  # graphs that are there send it what it was; what is computed next has another
            self._accumulator = None
            accumulator(self)._hooks = former._hooks

    def is_inference(self) -> bool:
        """Return whether the tensor was made in inference mode."""
        return self._inference

    @property
    def _base(self) -> TensorBase | None:
        return None if self._view is None else self._view.base

    def _is_view(self) -> bool:
        return self._view is not None

    def _escape(self, how: str) -> None:
        """Tell the recorder that numbers leave the graph here."""
        if local.state.recorder is not None:
            local.state.recorder.escape(self, how)


def _grad_dtype(leaf: TensorBase) -> dtypes.dtype | None:
    """Return the dtype in which a tensor gathers its gradient; None: any."""
    if leaf._accumulator is None:
        return dtypes.of(leaf._array.dtype)
    kind = leaf._accumulator._dtype
    return None if kind is None else dtypes.of(kind)
