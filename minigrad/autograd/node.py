"""The nodes of the graph: what each remembers for its backward, where its gradients go, and who watches them pass."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.autograd.grad_mode import State, local

sequence = itertools.count()  # each node takes the next number; the engine runs the newest first

# All accumulators share one number, above every other: a gradient that has arrived at a leaf is added at once.
LAST = 2**64 - 1

Edge = tuple["Node | None", int]


class RemovableHandle:
    """What registering a hook returns: call ``remove()`` to take the hook off again.

    Examples
    --------
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> handle = x.register_hook(print)
    >>> handle.remove()
    """

    __module__ = "torch.utils.hooks"  # as PyTorch shows it
    _ids = itertools.count()

    def __init__(self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]) -> None:
        self.id = next(self._ids)
        self._hooks: ref[Any] | dict[int, Any] = hooks
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook off; doing it twice is harmless."""
        assert isinstance(self._hooks, dict)
        self._hooks.pop(self.id, None)

    def __reduce__(self) -> Any:
        return _handle, (self._hooks, self.id)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def _handle(hooks: dict[int, Callable[..., Any]], nr: int) -> RemovableHandle:
    """Return the handle of a hook that is there."""
    handle = object.__new__(RemovableHandle)
    handle._hooks, handle.id = hooks, nr
    return handle


class InputMetadata:
    """What a node expects to receive for one output of its forward: a shape, a dtype, a device."""

    __slots__ = ("device", "dtype", "is_cpp_nested_tensor", "is_nested_tensor", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        like: Any = wrap(np.broadcast_to(np.zeros((), dtype), shape))
        self.shape, self.dtype, self.device = like.shape, like.dtype, like.device
        self.is_nested_tensor = self.is_cpp_nested_tensor = False

    def __repr__(self) -> str:
        return f"InputMetadata(shape={list(self.shape)}, dtype={self.dtype}, device={str(self.device)!r})"


class Hooks:
    """Who watches a node, in the order in which they are called."""

    __slots__ = ("after", "after_accumulate", "before", "metadata", "retain", "tensor")

    def __init__(self) -> None:
        self.tensor: dict[int, dict[int, Callable[..., Any]]] = {}  # output number -> hooks on that output's gradient
        self.retain: dict[int, ref[TensorBase]] = {}  # output number -> the tensor that keeps its gradient
        self.before: dict[int, Callable[..., Any]] = {}
        self.after_accumulate: dict[int, Callable[..., Any]] = {}
        self.after: dict[int, Callable[..., Any]] = {}
        self.metadata: dict[Any, Any] = {}  # whatever the user hangs on the node


class Named(type):
    """The class of the classes of nodes: they print by the name that PyTorch gives them."""

    def __repr__(cls) -> str:
        return f"<class '{cls.__name__}'>"


class Node:
    """A step of the backward pass; ``y.grad_fn`` is one.

    It holds edges to other nodes and what its formula saved, not the tensors of the forward pass: what nobody saved
    is freed.
    """

    __module__ = "minigrad.autograd.graph"  # where a program finds it

    # The collector visits every container again and again while a graph grows. A node owns two at the most (edges,
    # saved); with more, building a chain of a million nodes spent most of its time there.
    __slots__ = (
        "__weakref__",
        "_dtype",
        "_edges",
        "_hooks",
        "_outputs",
        "_ports",
        "_saved",
        "_seq",
        "_shape",
        "_versions",
    )

    _edges: tuple[Node | None, ...]  # one a differentiable operand; None where no gradient is needed
    _ports: tuple[int, ...] | None  # which output of that node each edge points to; None: the first, for all
    _saved: Any  # a tuple, or None
    _versions: tuple[int, ...] | None  # the saved tensors' versions; None: 0, for all
    _seq: int
    _outputs: int  # how many tensors its forward returned
    _shape: Any  # the output's shape; with several outputs, a tuple of theirs
    _dtype: Any  # likewise
    _hooks: Hooks | None

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        """Return one gradient an edge; arrays in an ordinary pass, tensors when the pass itself is recorded."""
        raise NotImplementedError

    def _release(self, freed: tuple[Any, ...]) -> None:
        """Drop what was saved; a node that had saved something cannot run again."""
        if self._saved:
            self._saved = freed

    def _output_metadata(self, nr: int) -> tuple[Any, Any]:
        return (self._shape, self._dtype) if self._outputs == 1 else (self._shape[nr], self._dtype[nr])

    def _hooks_of(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks

    def name(self) -> str:
        """Return the node's name, such as ``"MulBackward0"``."""
        return f"torch::autograd::{type(self).__name__}"

    def _short_name(self) -> str:
        """Return the name without the house it stands in, as printed tensors show it."""
        return self.name().rpartition("::")[2]

    def __repr__(self) -> str:
        return f"<{self._short_name()} object at {id(self):#x}>"

    def __lt__(self, other: Node) -> bool:
        return False  # accumulators tie in the engine's heap, and nothing may break the tie

    @property
    def next_functions(self) -> tuple[Edge, ...]:
        """One ``(node, output_nr)`` an operand: where each gradient goes; ``(None, 0)`` where none is needed."""
        ports = self._ports or (0,) * len(self._edges)
        return tuple(zip(self._edges, ports, strict=True))

    @property
    def metadata(self) -> dict[Any, Any]:
        """A dict for whatever you want to hang on the node."""
        return self._hooks_of().metadata

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient passes: always, for a node that is there."""
        return True

    def _sequence_nr(self) -> int:
        """Return the number by which the engine orders nodes: the newest first, leaves before all."""
        return self._seq

    @property
    def _input_metadata(self) -> tuple[InputMetadata, ...]:
        """What the node expects to receive, one an output of its forward: shape, dtype, device."""
        return tuple([InputMetadata(*self._output_metadata(nr)) for nr in range(self._outputs)])

    def __call__(self, *grads: Any) -> Any:
        """Run the node alone on these gradients, one an output, and return what it sends, one an edge."""
        state = local.state
        before, state.backward_records = state.backward_records, state.grad_enabled
        try:
            given = [g if g is None or state.grad_enabled else g._array for g in grads]
            sent = [g if g is None or isinstance(g, TensorBase) else wrap(g) for g in self._run(given, state)]
        finally:
            state.backward_records = before
        return sent[0] if len(sent) == 1 else tuple(sent)

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(grad_inputs, grad_outputs)`` after the node has run; it may return other ``grad_inputs``.

        Parameters
        ----------
        hook : callable
            It gets two tuples of tensors: what the node sends, one an edge, and what it received.

        Returns
        -------
        RemovableHandle
        """
        return RemovableHandle(self._hooks_of().after, hook)

    def register_prehook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(grad_outputs)`` before the node runs; it may return other ``grad_outputs``.

        Parameters
        ----------
        hook : callable
            It gets a tuple of tensors: what the node received, one an output.

        Returns
        -------
        RemovableHandle
        """
        return RemovableHandle(self._hooks_of().before, hook)


def short_name(kind: type[Any]) -> str:
    """Return the name that a class of nodes, or a user's Function, has in its source: ``Mul`` for MulBackward0."""
    return kind.__qualname__.rpartition(".")[2]


def refuse_misfit(got: tuple[int, ...], shape: tuple[int, ...], node: Node, i: int) -> None:
    """Refuse a gradient of a shape that is not that of edge ``i``'s tensor, broadcast."""
    tail = got[len(got) - len(shape) :]
    if len(shape) > len(got) or not all(n in (1, m) for n, m in zip(shape, tail, strict=True)):
        raise RuntimeError(
            f"Function {node.name()} returned an invalid gradient at index {i} - got {list(got)} but expected shape "
            f"compatible with {list(shape)}"
        )


class Forgone(tuple[None, ...]):
    """What stands in place of what was not saved, as no gradient needs it: there is nothing to free."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


# --- Leaves --------------------------------------------------------------------------------------------------------


class AccumulateGrad(Node, metaclass=Named):
    """The end of the road: it adds what arrives to its leaf's ``.grad``.

    The leaf holds it and edges hold it, so that it is the same object for every graph; it holds the leaf weakly, so
    that the two make no cycle.
    """

    __slots__ = ("_array", "_leaf")

    def __init__(self, leaf: TensorBase) -> None:
        self._leaf: Callable[[], TensorBase | None] = ref(leaf)
        self.take_array(leaf._array)
        self._edges = ()
        self._hooks = self._ports = self._saved = self._versions = None
        self._outputs = 1
        self._seq = LAST

    def take_array(self, array: Array) -> None:
        """Stand for a leaf that holds this array."""
        self._array, self._shape, self._dtype = array, array.shape, array.dtype

    @property
    def variable(self) -> TensorBase:
        """The leaf; when nobody else holds it any more, a tensor on the same memory takes its place."""
        leaf = self._leaf()
        if leaf is None:
            leaf = wrap(self._array.view(), None, True)  # it does not hold this node: the two would make a cycle
            self._leaf = lambda: leaf
        return leaf


def accumulator(leaf: TensorBase) -> AccumulateGrad:
    """Return the leaf's accumulator, made when it is first asked for."""
    if leaf._accumulator is None:
        leaf._accumulator = AccumulateGrad(leaf)
    return leaf._accumulator


def nowhere() -> tuple[Node, int]:
    """Return an edge that no graph leads to."""
    node = Node()
    node._edges, node._outputs, node._seq = (), 1, next(sequence)
    node._hooks = node._ports = node._saved = node._versions = None
    return node, 0


class Astray(Node):
    """The place of a view whose base has none any more: no gradient passes."""

    __slots__ = ()

    def __init__(self, view: TensorBase) -> None:
        self._edges, self._outputs, self._seq = (None,), 1, next(sequence)
        self._hooks = self._ports = self._saved = self._versions = None
        self._shape, self._dtype = view._array.shape, view._array.dtype

    def name(self) -> str:
        """Return the name that PyTorch gives to the place of any view of what was written to."""
        return "AsStridedBackward0"

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        return (None,)
