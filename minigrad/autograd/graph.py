"""The graph as data: its nodes and edges, what they saved, and hooks on all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Any, Literal, NamedTuple

import numpy as np

from minigrad.autograd.base import TensorBase, counter
from minigrad.autograd.engine import will_run
from minigrad.autograd.function import refresh
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node, RemovableHandle, accumulator
from minigrad.autograd.saved import Freed, tensor_of

__all__ = [
    "GradientEdge",
    "Node",
    "allow_mutation_on_saved_tensors",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors",
    "saved_tensors_hooks",
    "set_warn_on_accumulate_grad_stream_mismatch",
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


class allow_mutation_on_saved_tensors:
    """Let tensors that ops saved be changed in place: the backward pass uses what they were.

    Forward and backward both belong inside the block. A copy is kept of everything that is saved there (PyTorch waits
    with the copy until a tensor is written to).

    Raises
    ------
    RuntimeError
        If such a block is inside another.
    AssertionError
        If a graph that was built inside is run backward outside.

    Examples
    --------
    >>> with mg.autograd.graph.allow_mutation_on_saved_tensors():
    ...     x = mg.tensor([3.0], requires_grad=True)
    ...     y = x.clone()
    ...     z = y ** 2
    ...     _ = y.zero_()
    ...     z.backward()
    >>> x.grad
    tensor([6.])
    """

    _active = threading.local()

    def __init__(self) -> None:
        self._open = False
        self._hooks = saved_tensors_hooks(lambda tensor: tensor.detach().clone(), self._unpack)

    def _unpack(self, packed: Any) -> Any:
        if not self._open:
            raise AssertionError(
                "Trying to backward outside of the 'allow_mutation_on_saved_tensors' context in which the graph was "
                "originally recorded."
            )
        return packed

    def __enter__(self) -> allow_mutation_on_saved_tensors:
        if getattr(self._active, "on", False):
            raise RuntimeError("allow_mutation_on_saved_tensors contexts cannot be nested")
        self._hooks.__enter__()
        self._active.on = self._open = True
        return self

    def __exit__(self, *exception: object) -> None:
        self._hooks.__exit__()
        self._active.on = self._open = False

    def clear(self) -> None:
        """Let go of the copies: here the graph alone holds them, so there is nothing to do."""


def increment_version(tensor: Any) -> None:
    """Let autograd know that tensors were written to behind its back.

    Parameters
    ----------
    tensor : Tensor or iterable of Tensor
        What was changed.

    Raises
    ------
    RuntimeError
        If it is neither.

    Examples
    --------
    >>> x = mg.ones(2)
    >>> x.numpy()[0] = 5
    >>> mg.autograd.graph.increment_version(x)
    >>> x._version
    1
    """
    if not isinstance(tensor, Iterable):
        raise RuntimeError("increment_version expect a Iterable[Tensor] as input")
    for one in [tensor] if isinstance(tensor, TensorBase) else tensor:
        counter(one).count += 1


class SavedEntry(NamedTuple):
    """One thing that a graph keeps for its backward pass."""

    node: Node
    name: str  # as in node._saved_<name>
    tensor: Any
    nbytes: int  # that it adds: 0 if an entry before it holds the same memory


class SavedTensors(tuple[SavedEntry, ...]):
    """What a graph keeps for its backward pass, the newest node first; it prints as a table.

    Attributes
    ----------
    nbytes : int
        How many bytes all of it holds; memory that several entries share counts once.
    """

    __slots__ = ()

    @property
    def nbytes(self) -> int:
        """How many bytes all of it holds."""
        return sum(entry.nbytes for entry in self)

    def __repr__(self) -> str:
        rows = [
            (
                e.node._short_name(),
                e.name,
                str(list(e.tensor.shape)),
                str(e.tensor.dtype),
                f"{e.nbytes:,}" if e.nbytes else "shared",
            )
            for e in self
        ]
        rows.insert(0, ("saved by", "as", "shape", "dtype", "bytes"))
        rows.append(("in all", "", "", "", f"{self.nbytes:,}"))
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        lines = [
            "  ".join([*[c.ljust(w) for c, w in zip(row[:4], widths, strict=False)], row[4].rjust(widths[4])])
            for row in rows
        ]
        return "\n".join(lines)


def saved_tensors(root: Any) -> SavedTensors:
    """Return what the graph below ``root`` keeps for its backward pass: by whom, and the bytes it holds.

    Parameters
    ----------
    root : Tensor, GradientEdge, or Node
        Where the graph begins.

    Returns
    -------
    SavedTensors
        One entry a saved tensor: ``node``, ``name``, ``tensor``, ``nbytes``. It prints as a table.

    Notes
    -----
    The tensors in it keep the memory alive. What hooks made of a tensor is unpacked to be looked at. Nothing is left of
    a graph that ran backward without ``retain_graph``.

    Examples
    --------
    >>> x = mg.ones(2, 3, requires_grad=True)
    >>> y = (x * 2).exp().sin()
    >>> mg.autograd.graph.saved_tensors(y)
    saved by      as      shape   dtype           bytes
    SinBackward0  self    [2, 3]  torch.float32      24
    ExpBackward0  result  [2, 3]  torch.float32  shared
    in all                                           24
    """
    if isinstance(root, GradientEdge):
        start: Node | None = root.node
    else:
        start = root if isinstance(root, Node) else root.grad_fn
    nodes: set[Node] = set()
    todo = [] if start is None else [start]
    while todo:
        node = todo.pop()
        if node not in nodes:
            nodes.add(node)
            todo.extend([target for target in node._edges if target is not None])
    entries = []
    owners: set[int] = set()
    for node in sorted(nodes, key=lambda node: -node._seq):
        names = getattr(node, "saved_names", ())
        for i, entry in enumerate(() if type(node._saved) is Freed else node._saved or ()):
            tensor = tensor_of(entry, node)
            if isinstance(tensor, TensorBase):
                array = tensor._array
                while isinstance(array.base, np.ndarray):
                    array = array.base
                name = (names[i] if i < len(names) else None) or str(i)
                entries.append(SavedEntry(node, name.strip("*"), tensor, 0 if id(array) in owners else array.nbytes))
                owners.add(id(array))
    return SavedTensors(entries)


# --- Hooks ---------------------------------------------------------------------------------------------------------


class _MultiHandle(RemovableHandle):
    """The handles of one hook on several tensors."""

    def __init__(self, handles: tuple[RemovableHandle, ...]) -> None:
        self.handles = handles

    def remove(self) -> None:
        """Take the hook off all of them."""
        for handle in self.handles:
            handle.remove()


def set_warn_on_accumulate_grad_stream_mismatch(enabled: bool) -> None:
    """Do nothing: it is about the streams of a GPU, and there is none here.

    Parameters
    ----------
    enabled : bool
        What PyTorch would be told.
    """


def register_multi_grad_hook(
    tensors: Sequence[Any], fn: Callable[..., Any], *, mode: Literal["all", "any"] = "all"
) -> _MultiHandle:
    """Call ``fn`` when the gradients of several tensors are there.

    Parameters
    ----------
    tensors : sequence of Tensor
        Each requires grad.
    fn : callable
        With ``mode="all"``, called as ``fn(grads)`` once a pass, when all that the pass will compute are there, with
        None for the others; with ``mode="any"``, as ``fn(grad)`` with the first. What it returns is left alone.
    mode : "all" or "any"
        What to wait for.

    Returns
    -------
    RemovableHandle
        Its ``remove()`` takes the hook off.

    Raises
    ------
    ValueError
        If the mode is neither.

    Examples
    --------
    >>> a, b = mg.tensor([2.0], requires_grad=True), mg.tensor([3.0], requires_grad=True)
    >>> handle = mg.autograd.graph.register_multi_grad_hook((a, b), print)
    >>> (a * b).backward()
    [tensor([3.]), tensor([2.])]
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    if mode == "any":
        tensors = [tensor for tensor in tensors if tensor.requires_grad]
    elif not all(tensor.requires_grad for tensor in tensors):
        raise AssertionError("Expected gradient function to be set. One of the tensors does not require grad.")
    places = [get_gradient_edge(tensor).node for tensor in tensors]
    arrived: dict[int, tuple[object, int, list[Any]]] = {}  # pass -> its mark, how many will come, those that came
    first: list[object] = []  # the mark of the pass in which fn was called last
    lock = Lock()

    # A pass is known by its list of callbacks: no two share it, and it holds no graph.
    def wait(nr: int, grad: Any) -> None:
        task = local.state.task
        mark = task[0]
        with lock:
            if id(mark) not in arrived:
                arrived[id(mark)] = mark, sum(will_run(task, node, places[nr]) for node in places), []
            _, expected, came = arrived[id(mark)]
            came.append((nr, grad))
            if len(came) < expected:
                return
            del arrived[id(mark)]
        by_number = dict(came)
        fn([by_number.get(k) for k in range(len(places))])

    def once(grad: Any) -> None:
        mark = local.state.task[0]
        with lock:
            if first and first[0] is mark:
                return
            first[:] = [mark]
        fn(grad)

    hooks = [once if mode == "any" else partial(wait, nr) for nr in range(len(places))]
    return _MultiHandle(tuple([x.register_hook(hook) for x, hook in zip(tensors, hooks, strict=True)]))
