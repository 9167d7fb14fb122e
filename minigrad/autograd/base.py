"""What a tensor is made of: an array, its place in the graph, and the count of its in-place changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from minigrad.autograd.node import AccumulateGrad, Node

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# Note [One array, one tensor]
#
# An ndarray object belongs to exactly one Tensor: whatever shares its memory (a view, `detach()`, `data`,
# `from_numpy`, an op that hands back its input) wraps an ndarray view of its own. Saved tensors can then be
# recognised by identity: the array that a formula asks to save *is* an input's, or the output's, or nobody's.


class Version:
    """How often a piece of storage was written to in place; a base, its views and ``detach()`` share one."""

    __slots__ = ("count", "cut")

    def __init__(self) -> None:
        self.count = 0
        self.cut = False  # whether `detach_()` cut off a tensor that an op may have saved before


# How a base becomes a view: the way to the view before the last one, then the last op, its settings, and which of its
# outputs. A view of a view shares the way that led there: a chain of views takes memory, and time, in proportion.
Way: TypeAlias = tuple[Any, Any, tuple[Any, ...], int]


class View:
    """Where a view looks: the base it shares memory with, and the view ops that lead from base to view."""

    __slots__ = ("base", "made", "seen", "way")

    def __init__(self, base: TensorBase, way: Way | None, seen: int, made: str):
        self.base = base
        self.way = way
        self.seen = seen  # the version at which the view's grad_fn was last worked out
        self.made = made  # "", or how it was made so that it may not be written to: see `op.refuse_view`


class TensorBase:
    """The part of a tensor that the engine sees; ``minigrad.Tensor`` adds the public face."""

    __slots__ = ("__dict__", "__weakref__", "_accumulator", "_array", "_counter", "_node", "_rare", "_requires_grad")

    _array: Array
    _node: Node | None  # the node that computed it; None for a leaf
    _accumulator: AccumulateGrad | None  # a leaf's own node, made when a graph first needs it
    _requires_grad: bool
    _counter: Version | None  # None stands for a version of 0 that nobody shares
    _rare: bool  # whether it is a view, or not the first output of its node, or lies out of order in memory

    # What few tensors have lives in the instance's dict, so that an ordinary result pays nothing for it.
    _output_nr: int = 0  # which of its node's outputs it is
    _view: View | None = None
    _grad: TensorBase | None = None
    _inference: bool = False  # whether it was made in inference mode; `_rare` then
    _retains: bool = False  # whether it kept its gradient when `detach_()` cut it off the graph, and so still does
    _joined_at: int = -1  # the number of the node that gave it a place in the graph, if it was made without one
    _cut_at: int = 0  # the number that the next node would have had when `detach_()` cut it off the graph
    _cleared: bool = False  # whether a gradient was there and was set to None
    _cut: Any = None  # where the chain to what wants a gradient was cut, if a recording saw it: a why.Cut

    @property
    def _version(self) -> int:
        if self._rare and self._inference:
            raise RuntimeError("Inference tensors do not track version counter.")
        counter = self._counter
        return 0 if counter is None else counter.count


def wanted(tensor: TensorBase) -> bool:
    """Return whether a gradient is wanted for the tensor, or for the base that it views."""
    return tensor._requires_grad or (tensor._view is not None and tensor._view.base._requires_grad)


def counter(tensor: TensorBase) -> Version:
    """Return the tensor's version counter, made when it is first asked for."""
    if tensor._counter is None:
        tensor._counter = Version()
    return tensor._counter


def owner(array: Array) -> Any:
    """Return the object that owns the memory an array looks at."""
    return array if array.base is None else array.base


_tensor_class: type[TensorBase] = TensorBase
_new = object.__new__


def register(cls: type[TensorBase]) -> type[TensorBase]:
    """Make ``cls`` the class of every result; ``minigrad.tensor`` calls it once."""
    global _tensor_class
    _tensor_class = cls
    return cls


def wrap(array: Any, node: Node | None = None, requires_grad: bool = False) -> Any:
    """Return a tensor that owns ``array``, which no other tensor may hold. See Note [One array, one tensor]."""
    tensor: Any = _new(_tensor_class)
    tensor._array = array if type(array) is np.ndarray else np.asarray(array)
    tensor._node = node
    tensor._requires_grad = requires_grad
    tensor._accumulator = tensor._counter = None
    tensor._rare = False
    return tensor


def alias(tensor: TensorBase) -> Any:
    """Return a tensor outside the graph that shares memory and version with ``tensor``."""
    twin = wrap(tensor._array.view())
    twin._counter, twin._rare = counter(tensor), tensor._rare
    if tensor._inference:
        mark_inference(twin)
    return twin


def mark_inference(tensor: TensorBase) -> None:
    """Say that a tensor was made in inference mode: it has no version, and no gradient passes through it."""
    tensor._inference = tensor._rare = True


def type_name(value: object) -> str:
    """Return the name of a value's type, as PyTorch's sentences have it."""
    kind = type(value)
    named_in_python = kind.__flags__ & 1 << 9  # those that are written in C have their module in their name
    return kind.__name__ if named_in_python or kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
