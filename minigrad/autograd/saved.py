"""What a node saved for its backward: kept with its version, handed to hooks, checked when it is asked for."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from os.path import dirname, sep
from types import CodeType
from typing import Any
from weakref import ref

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, Version, alias, counter, wrap
from minigrad.autograd.grad_mode import SavedHooks, local, quiet
from minigrad.autograd.node import AccumulateGrad, Node, accumulator

PACKAGE = dirname(dirname(__file__)) + sep
FREED_MESSAGE = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)

# Note [Saved by identity]
#
# A formula saves arrays. Each is recognised as an input's or the output's own array and kept as that tensor, with its
# version: a change in place is then found out, and a recorded backward gets the tensor, with its history, instead of
# a constant. An input is kept as the Tensor itself. The output cannot be (it holds the node: a cycle), so its array,
# counter and number are kept, and the tensor is rebuilt on this node when it is asked for.


class SavedOutput:
    """An output kept by its own node."""

    __slots__ = ("_array", "_counter", "_output_nr")

    def __init__(self, tensor: TensorBase, counter: Version) -> None:
        self._array = tensor._array
        self._counter = counter
        self._output_nr = tensor._output_nr

    def tensor(self, node: Node) -> TensorBase:
        """Return the output, as a tensor made by ``node``."""
        tensor: TensorBase = wrap(self._array.view(), node, True)
        tensor._counter = self._counter
        if self._output_nr:
            tensor._output_nr, tensor._rare = self._output_nr, True
        return tensor


class SavedViewOutput(SavedOutput):
    """An output that was written into a view: its place in the graph is the view's, not that of the op's own node."""

    __slots__ = ("_maker",)

    def __init__(self, view: TensorBase) -> None:
        super().__init__(view, counter(view))
        self._maker: Callable[[], Any] = ref(view._node)  # weakly: the view's node leads to the one that holds this

    def tensor(self, node: Node) -> TensorBase:
        """Return the output, as the view that it is."""
        return super().tensor(self._maker() or node)


class SavedPromoted:
    """An input whose dtype was promoted before the formula saw it: kept as it was, promoted again when needed."""

    __slots__ = ("_tensor", "dtype")

    def __init__(self, tensor: TensorBase, dtype: np.dtype[Any]) -> None:
        self._tensor = tensor
        self.dtype = dtype

    @property
    def _array(self) -> Array:
        return self._tensor._array.astype(self.dtype)

    @property
    def _counter(self) -> Version | None:
        return self._tensor._counter

    def tensor(self, node: Node) -> Any:
        """Return the input: a float as it was, which what it meets promotes; another promoted, by a recorded op."""
        if self._tensor._array.dtype.kind == self.dtype.kind == "f":
            return self._tensor
        return self._tensor.to(dtypes.of(self.dtype))  # type: ignore[attr-defined]  # Tensor has it, its base does not


class SavedPacked:
    """What a pack hook made of a saved tensor; the unpack hook gives the tensor back. No version is checked."""

    __slots__ = ("_accumulator", "_dtype", "_node", "_output_nr", "_packed", "_plain", "_requires_grad", "_unpack")

    _counter = None

    def __init__(self, entry: Any, node: Node, hooks: SavedHooks, detached: bool = False) -> None:
        self._plain = isinstance(entry, (np.ndarray, np.generic))  # indices and masks are saved as arrays
        self._dtype = entry.dtype if isinstance(entry, SavedPromoted) else None
        tensor = tensor_of(entry, node)
        pack, self._unpack = hooks
        state = local.state
        before, version = state.grad_enabled, tensor._version
        state.grad_enabled = False
        try:
            self._packed = pack(alias(tensor) if detached else tensor)
        finally:
            state.grad_enabled = before
        if tensor._version != version:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook "
                "cannot be modified by in-place operations as this can lead to unexpected side-effects. Please open an "
                f"issue if you need to perform in-place operations on the input to a pack hook. ({node._short_name()} "
                "was saving it.)"
            )
        # The tensor's place in the graph is kept beside it, so that higher derivatives find their way.
        self._requires_grad = tensor._requires_grad
        self._node = None if isinstance(entry, SavedOutput) else tensor._node
        self._output_nr = tensor._output_nr
        leaf = tensor._requires_grad and tensor._node is None
        self._accumulator: AccumulateGrad | None = accumulator(tensor) if leaf else None

    def _unpacked(self) -> TensorBase:
        state = local.state
        before, state.quietly = state.quietly, quiet()  # a formula that asks is inside the old one, and none nest
        try:
            tensor = self._unpack(self._packed)
        finally:
            state.quietly = before
        if not isinstance(tensor, TensorBase):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(tensor).__name__}"
            )
        return tensor

    @property
    def _array(self) -> Array:
        array = self._unpacked()._array
        return array if self._dtype is None else array.astype(self._dtype)

    def tensor(self, node: Node) -> Any:
        """Return what the unpack hook gives, in the place of the tensor that was saved by ``node``."""
        tensor = self.original(node)
        if self._plain:
            return tensor._array
        return tensor if self._dtype is None else tensor.to(dtypes.of(self._dtype))  # type: ignore[attr-defined]  # Tensor has it

    def original(self, node: Node) -> TensorBase:
        """Return the same before any promotion."""
        data = self._unpacked()
        if not self._requires_grad and not data._requires_grad:
            return data
        maker = None if self._accumulator is not None or not self._requires_grad else self._node or node
        tensor: TensorBase = wrap(data._array.view(), maker, self._requires_grad)
        tensor._counter, tensor._accumulator = counter(data), self._accumulator
        if self._output_nr:
            tensor._output_nr, tensor._rare = self._output_nr, True
        return tensor


Saved = (TensorBase, SavedOutput, SavedPromoted, SavedPacked)  # what an entry may be, besides arrays, shapes and None


def tensor_of(entry: Any, node: Node) -> Any:
    """Return one thing that ``node`` saved as a user sees it: a tensor, as it was before any promotion."""
    if isinstance(entry, SavedOutput):
        return entry.tensor(node)
    if isinstance(entry, SavedPromoted):
        return entry._tensor
    if isinstance(entry, SavedPacked):
        return entry.original(node)
    return wrap(np.asarray(entry).view()) if isinstance(entry, (np.ndarray, np.generic)) else entry


def pack(node: Node, hooks: SavedHooks) -> None:
    """Hand each tensor that ``node`` saved to the innermost ``saved_tensors_hooks``."""
    kinds = (TensorBase, SavedOutput, SavedPromoted, np.ndarray, np.generic)
    packed = {k: SavedPacked(node._saved[k], node, hooks) for k in _turns(node) if isinstance(node._saved[k], kinds)}
    node._saved = tuple([packed.get(k, x) for k, x in enumerate(node._saved)])


def unpack(node: Node, as_tensors: bool) -> tuple[Any, ...]:
    """Return what ``node`` saved, checked to be still what it was: arrays, or tensors with their history."""
    saved = node._saved
    if type(saved) is Freed:
        raise freed(node)
    if saved is None:
        return ()
    out: list[Any] = []
    for entry in saved:
        if type(entry) is SavedPacked:
            return _unpacked(node, as_tensors)
        if isinstance(entry, Saved):
            counter = entry._counter
            if counter is not None:
                _check_version(node, len(out), counter)  # the rest of what can be wrong leaves a counter too
            if not as_tensors:
                entry = entry._array
            elif not isinstance(entry, TensorBase):
                entry = entry.tensor(node)
        out.append(entry)
    return tuple(out)


def _unpacked(node: Node, as_tensors: bool) -> tuple[Any, ...]:
    """Return the same where hooks keep some of it: they are asked in PyTorch's order, which they can see."""
    out = list(node._saved)
    for k in _turns(node):
        entry = out[k]
        if isinstance(entry, Saved):
            if entry._counter is not None:
                _check_version(node, k, entry._counter)
            if not as_tensors:
                out[k] = entry._array
            elif not isinstance(entry, TensorBase):
                out[k] = entry.tensor(node)
    return tuple(out)


class Freed(tuple[CodeType, int]):
    """What stands in place of what was saved, once it is gone: the user's code that ran the pass, and where in it."""

    __slots__ = ()

    def __str__(self) -> str:
        """The line, if its source can be had, as a sentence goes on with it."""
        code, at = self
        line = [where[0] for where in code.co_positions()][at // 2]
        text = linecache.getline(code.co_filename, line or 0).strip()
        return f" It was freed by `{text}`, line {line}." if text else ""


def freed_here() -> Freed:
    """Return what to leave where the pass that runs takes away what was saved."""
    frame: Any = sys._getframe(4)  # in between: the engine, and the steps from backward() or grad() to it
    while frame.f_code.co_filename.startswith(PACKAGE) and frame.f_back is not None:
        frame = frame.f_back
    return _new(Freed, (frame.f_code, frame.f_lasti))


_new = tuple.__new__  # a call of the class would take as long again


def freed(node: Node) -> RuntimeError:
    """Return the error of a node that has nothing left to run with, which says who freed it."""
    message = f"{FREED_MESSAGE}\n{node._short_name()} had already run, and what it saved is gone."
    recorder = local.state.recorder
    told = message if recorder is None else recorder.explain_freed(node, message)
    return RuntimeError(f"{message}{node._saved or ''}" if told is message else told)


def _check_version(node: Node, i: int, counter: Version) -> None:
    """Refuse what was changed in place, or cut off its graph in place, since it was saved."""
    if counter.cut or _is_changed(node, i, counter):
        for k in _turns(node):
            _check_entry(node, k)


def _is_changed(node: Node, i: int, counter: Version) -> bool:
    return counter.count != (0 if node._versions is None else node._versions[i])


def _turns(node: Node) -> list[int]:
    """Return in which order PyTorch goes through what a node saved: inputs by name, then outputs."""
    names: Sequence[str | None] | None = getattr(node, "saved_names", None)
    turns = range(len(node._saved))
    if names is None:  # a Function of the user's own: as it saved them
        return list(turns)
    return sorted(turns, key=lambda k: (_is_output(node, k), (names[k] or "") if k < len(names) else ""))


def _is_output(node: Node, i: int) -> bool:
    """Return whether one thing that a node saved is its output; what a hook keeps was one if it leads back here."""
    entry = node._saved[i]
    if isinstance(entry, SavedPacked):
        return entry._node is None and entry._accumulator is None and entry._requires_grad
    return isinstance(entry, SavedOutput)


def _check_entry(node: Node, i: int) -> None:
    """Refuse one thing that a node saved, if it is not what it was."""
    entry = node._saved[i]
    counter = getattr(entry, "_counter", None)
    if counter is not None and (counter.cut or _is_changed(node, i, counter)):
        tensor = entry._tensor if isinstance(entry, SavedPromoted) else entry
        if isinstance(tensor, TensorBase):
            _check_place(node, tensor)
        if _is_changed(node, i, counter):
            raise RuntimeError(_modified(node, i))


def _check_place(node: Node, tensor: TensorBase) -> None:
    """Refuse an input that has no place in the graph any more: a view that may not be read, or what was cut off."""
    state = local.state
    before, state.quietly = state.quietly, quiet()  # a formula that asks is inside the old one, and none nest
    try:
        maker = tensor.grad_fn  # type: ignore[attr-defined]  # Tensor has it, its base does not
    finally:
        state.quietly = before
    was_inside = tensor._joined_at < node._seq < tensor._cut_at
    if maker is None and was_inside and hasattr(type(node), "saved_names"):  # a built-in op's
        raise RuntimeError(
            "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_().This is not supported, "
            f"please use out-of-place `.detach()` instead. {node._short_name()} had saved it."
        )


def _modified(node: Node, i: int) -> str:
    """Say which saved tensor was changed in place, in PyTorch's words."""
    assert node._saved is not None
    entry = node._saved[i]
    tensor = entry if isinstance(entry, TensorBase) else None
    maker: Node | None = node if isinstance(entry, SavedOutput) else (tensor._node if tensor is not None else None)
    nr = entry._output_nr if isinstance(entry, SavedOutput) else (tensor._output_nr if tensor is not None else 0)
    of = f", which is output {nr} of {re.sub('Backward(0$)?', '', maker.name())}," if maker is not None else ""
    expected = 0 if node._versions is None else node._versions[i]
    kind = dtypes.of(entry._array.dtype).title
    message = (
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[torch.{kind}Tensor {list(entry._array.shape)}]{of} is at version {entry._counter.count}; expected version "
        f"{expected} instead. Hint: enable anomaly detection to find the operation that failed to compute its "
        "gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )
    recorder = local.state.recorder
    return message if recorder is None else recorder.explain_modified(node, i, message)


# --- What was saved, by name ---------------------------------------------------------------------------------------


class SavedTensor:
    """One thing that a node saved, as ``grad_fn._raw_saved_self`` gives it: hooks can be put on it."""

    def __init__(self, node: Node, i: int) -> None:
        self._node = node
        self._i = i

    def register_hooks(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        """Let ``pack_hook`` decide how this tensor is kept, and ``unpack_hook`` give it back.

        Parameters
        ----------
        pack_hook : callable
            Gets the tensor, at once, and returns anything.
        unpack_hook : callable
            Gets what ``pack_hook`` returned, and returns a tensor.

        Raises
        ------
        RuntimeError
            If it was freed, is None, or has hooks already.
        """
        hooks: tuple[Any, ...] = (pack_hook, unpack_hook)
        if not all(callable(hook) for hook in hooks):
            kinds = ", ".join(type(hook).__name__ for hook in hooks)
            raise TypeError(f"register_hooks needs two callables, pack_hook and unpack_hook, but got: {kinds}")
        node, i = self._node, self._i
        if type(node._saved) is Freed:
            raise RuntimeError(
                "Calling register_hooks on a saved tensor after it has been freed. Saved intermediate values of the "
                "graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need "
                "to backward through the graph a second time or if you need to access saved variables after calling "
                "backward."
            )
        entry = node._saved[i]
        if entry is None:
            raise RuntimeError("Calling register_hooks on a saved tensor with value None is forbidden")
        if isinstance(entry, SavedPacked):
            raise RuntimeError(
                "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of "
                "hooks is allowed at a time."
            )
        packed = SavedPacked(entry, node, (pack_hook, unpack_hook), detached=True)
        node._saved = (*node._saved[:i], packed, *node._saved[i + 1 :])


# The slots that PyTorch shows too, and their names there; what else an op keeps for its formula is its own affair.
SETTINGS = {"slope": "negative_slope", "k": "diagonal", "pads": "pad"} | {
    slot: slot
    for slot in "accumulate alpha beta delta dim eps exponent groups mode repeats shifts threshold upper value".split()
}


def name_saved(kind: type[Any], names: Sequence[str | None]) -> None:
    """Give a class of nodes ``_saved_self`` and ``_raw_saved_self``, for each name, and ``_saved_dim`` for a setting.

    They are properties: a ``__getattr__`` would slow down every attribute of every node.
    """
    for name in names:
        if name:
            bare = name.strip("*")
            setattr(kind, f"_saved_{bare}", property(partial(_named, name=name, raw=False)))
            setattr(kind, f"_raw_saved_{bare}", property(partial(_named, name=name, raw=True)))
    for slot in kind.__slots__:
        shown = f"_saved_{SETTINGS.get(slot)}"
        if slot in SETTINGS and shown not in vars(kind):
            setattr(kind, shown, property(attrgetter(slot)))


def _named(node: Any, name: str, raw: bool) -> Any:
    """Return what ``node`` saved under PyTorch's name. A name with a star stands for all of it, as a tuple."""
    count = 0 if node._saved is None else len(node._saved)
    if name in node.saved_names:
        if name[0] == "*":
            return tuple([SavedTensor(node, i) if raw else _shown(node, i) for i in range(count)])
        i = node.saved_names.index(name)
        if i < count or type(node._saved) is Freed:
            return SavedTensor(node, i) if raw else _shown(node, i)
    raise AttributeError(f"'{node._short_name()}' object has no attribute '_saved_{name}'")


def _shown(node: Node, i: int) -> Any:
    """Return one thing that ``node`` saved, checked, as PyTorch shows it: a number becomes a tensor."""
    saved = node._saved
    if saved is None or type(saved) is Freed:
        raise freed(node)
    counter = getattr(saved[i], "_counter", None)
    if counter is not None:
        _check_version(node, i, counter)
    kept = tensor_of(saved[i], node)
    return wrap(np.asarray(kept)) if isinstance(kept, (int, float)) else kept
