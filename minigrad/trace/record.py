"""Record a run: which ops ran where and on what, and what each step of each backward pass received and sent.

A recording holds plain data: numbers are copied (or summed up where they are many), tensors and nodes are referred to
by number and held weakly, so that it keeps nothing of the run alive.
"""

from __future__ import annotations

import linecache
import sys
import weakref
from collections.abc import Sequence
from os import sep
from os.path import dirname
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, TracebackType
from typing import Any

import numpy as np

from minigrad.autograd.anomaly_mode import listen
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op
from minigrad.autograd.grad_mode import local
from minigrad.autograd.graph import GradientEdge
from minigrad.autograd.node import AccumulateGrad, Node
from minigrad.autograd.saved import SavedOutput, SavedPromoted
from minigrad.autograd.why import Cut
from minigrad.trace.events import (
    AccumulateEvent,
    BeginEvent,
    DetachEvent,
    EndEvent,
    EscapeEvent,
    HookEvent,
    NodeEvent,
    NodeHookEvent,
    Opaque,
    OpEvent,
    Recording,
    Scope,
    Seen,
    Site,
    Table,
)
from minigrad.trace.frames import Finder, variables
from minigrad.trace.frames import names as names_of
from minigrad.trace.source import Sources
from minigrad.trace.values import Snapshot, snapshot

__all__ = ["OpEvent", "Recorder", "record"]

PACKAGE = dirname(dirname(__file__)) + sep
DEEPEST = 8  # so many of the user's frames are noted for each op


class Recorder:
    """What the core talks to while a recording is made."""

    def __init__(self, recording: Recording, home: CodeType | None) -> None:
        self.recording = recording
        self._events = recording.events
        self._values = recording.values
        self._tensors = recording._tensors
        self._nodes = Table()  # node -> number of the event that made it
        self._writes: dict[int, tuple[Any, int]] = {}  # version counter -> (itself, the last event that wrote)
        self._leaks: dict[int, Any] = {}  # version counters of memory that someone may write to without a word
        self._strangers: list[weakref.ref[Any]] = []  # nodes made before the recording began
        self._home = home
        self._main = recording.filename
        self._depth = 0  # of backward passes
        self._open_scopes: list[Scope] = []
        self._finder = Finder()
        self._arriving: dict[int, int] = {}  # id of an accumulator -> the value that the gradient's edge came from
        self.namespace: dict[str, Any] | None = None  # the variables of the cell
        self._sources: Sources | None = None  # of the lines where a chain was cut

    # --- Where ---------------------------------------------------------------------------------------------------

    def _where(self) -> tuple[tuple[Site, ...], list[Site], list[FrameType]]:
        """Return the user's sites from the innermost out to the cell, those inside this package, the user's frames."""
        frame: FrameType | None = sys._getframe(2)
        inner: list[Site] = []
        while frame is not None:
            code = frame.f_code
            if not code.co_filename.startswith(PACKAGE):
                break
            inner.append((code, frame.f_lasti))
            frame = frame.f_back
        sites: list[Site] = []
        frames: list[FrameType] = []
        home, main = self._home, self._main
        while frame is not None and len(sites) < DEEPEST:
            code = frame.f_code
            sites.append((code, frame.f_lasti))
            frames.append(frame)
            if code is home:
                break
            if code.co_filename == main and code.co_name == "<module>":
                if self.namespace is None:
                    self.namespace = frame.f_locals
                break
            frame = frame.f_back
        return tuple(sites), inner, frames

    # --- Values --------------------------------------------------------------------------------------------------

    def _number(self, tensor: TensorBase, frames: Sequence[FrameType], changed: bool = False) -> int:
        """Return the number of the value that a tensor holds; ``changed`` if the op at hand has just written to it."""
        ref = self._tensors.refs.get(id(tensor))
        if ref is None:
            return self._meet(tensor, frames, changed)
        number = ref.number
        if changed:
            return number
        seen = self._values[number]
        counter = tensor._counter
        if counter is not None and counter.count != seen.version:
            return self._renew(tensor, seen)
        if (seen.leaked or (self._leaks and id(counter) in self._leaks)) and _differs(tensor, seen):
            return self._renew(tensor, seen)
        if tensor._requires_grad and not seen.requires_grad:
            seen.requires_grad = True
        return number

    def _meet(self, tensor: TensorBase, frames: Sequence[FrameType], changed: bool = False) -> int:
        """Note a value that no recorded op made."""
        array = tensor._array
        node = tensor._node
        names = names_of(tensor, frames)
        if tensor._requires_grad and node is None and not any(names):
            names = tuple([self._finder.search(tensor, frame) for frame in reversed(frames)])
        seen = Seen(
            len(self._values),
            None if changed else snapshot(array),
            array.shape,
            _kind(array.dtype),
            node is None,
            tensor._requires_grad,
            tensor._version,
            names,
        )
        if tensor._grad is not None:
            seen.grad = snapshot(tensor._grad._array)
        self._values.append(seen)
        self._tensors.put(tensor, seen.number)
        if node is not None and self._nodes.get(node) is None:
            self._strangers.append(weakref.ref(node))
        return seen.number

    def _renew(self, tensor: TensorBase, seen: Seen) -> int:
        """Note that a tensor holds other numbers than when it was last seen."""
        counter = tensor._counter
        entry = None if counter is None else self._writes.get(id(counter))
        number = self._output(tensor, None, 0)
        made = self._values[number]
        made.before = seen.number
        made.names = seen.names
        made.leaked = seen.leaked
        write = entry[1] if entry is not None and entry[0] is counter else None
        event = None if write is None else self._events[write]
        sites = event.sites if isinstance(event, OpEvent) else ()
        node = tensor._node
        if tensor._view is not None and node is not None and self._nodes.get(node) is None:
            # its base was written to, so that the core has worked out the view's history again
            self._adopt([node], {(node, tensor._output_nr): number}, "again", sites)
        elif write is not None and isinstance(event, OpEvent):
            made.maker, made.output_nr = write, len(event.outputs)
            event.outputs = (*event.outputs, number)
            event.inputs = (*event.inputs, seen.number)
            event.constants = (*event.constants, None)
            event.edges = (*event.edges, None)
        return number

    def _output(self, tensor: TensorBase, maker: int | None, nr: int) -> int:
        array = tensor._array
        values = self._values
        number = len(values)
        counter = tensor._counter
        values.append(
            Seen(
                number,
                snapshot(array),
                array.shape,
                _KINDS.get(array.dtype) or _kind(array.dtype),
                tensor._node is None,
                tensor._requires_grad,
                0 if counter is None else counter.count,
                (),
                maker,
                nr,
            )
        )
        self._tensors.put(tensor, number)
        return number

    # --- Forward -------------------------------------------------------------------------------------------------

    def forward(self, op: type[Any], node: Node | None, operands: tuple[Any, ...], outputs: Any) -> None:
        """An op ran."""
        sites, inner, frames = self._where()
        made = outputs if type(outputs) is tuple else (outputs,)
        view = None
        if made[0] is outputs and issubclass(type(outputs), TensorBase) and outputs._rare:
            view = outputs._view
        if view is not None and operands and operands[0] is outputs:
            # a view was written to: what changes is its base. See Note [In place]
            made, operands = (view.base,), (view.base, *operands[1:])
        inputs: list[int | None] = []
        constants: list[Any] = []
        in_place = False
        for x in operands:
            if issubclass(type(x), TensorBase):
                changed = False
                for out in made:
                    if out is x:
                        changed = in_place = True
                inputs.append(self._number(x, frames, changed))
                constants.append(None)
            else:
                inputs.append(None)
                constants.append(x if type(x) in _PLAIN else _plain(x))
        index = len(self._events)
        numbers = []
        for nr, out in enumerate(made):
            if issubclass(type(out), TensorBase):
                before = self._tensors.get(out) if in_place else None
                number = self._output(out, index, nr)
                if before is not None:
                    seen, old = self._values[number], self._values[before]
                    seen.before, seen.names, seen.leaked = before, old.names, old.leaked
                numbers.append(number)
                if in_place and out._counter is not None:
                    self._writes[id(out._counter)] = (out._counter, index)
        edges: list[int | None] = [None] * len(inputs)
        name = None
        saved: tuple[int | None, ...] = ()
        if node is not None:
            # a built-in op has an edge for each of its first operands, a user's Function one for each tensor
            saved = () if not node._saved else self._saved(node, numbers, inputs[0] if in_place else None)
            if view is not None and in_place and view.base._node is not None:
                node = view.base._node
            assert node is not None
            builtin = issubclass(op, Op)
            slots = list(range(len(inputs))) if builtin else [i for i, n in enumerate(inputs) if n is not None]
            for edge, (i, target) in enumerate(zip(slots, node._edges, strict=False)):
                if target is not None:
                    edges[i] = edge
            name = node._short_name()
            self._nodes.put(node, index)
        self._events.append(
            OpEvent(
                op,
                tuple(inputs),
                tuple(constants),
                tuple(numbers),
                sites,
                tuple(inner[::-1]),
                tuple(edges),
                name,
                saved,
                local.state.grad_enabled,
                self._depth > 0,
                in_place,
                index,
                view is not None and in_place,
            )
        )
        if node is None and not in_place:
            self._note_cut(op, operands, made, sites)

    def _note_cut(
        self, op: type[Any], operands: Sequence[Any], outputs: Sequence[Any], sites: tuple[Site, ...]
    ) -> None:
        """Leave word with the results of an op of where the chain to what wants a gradient is cut."""
        cut = None
        for x in operands:
            if issubclass(type(x), TensorBase):
                if x._requires_grad:
                    state = local.state
                    kind = "inference_mode" if state.inference else "no gradient" if state.grad_enabled else "no_grad"
                    cut = self._cut(kind, op.__name__, sites)
                    break
                cut = cut or x._cut
        for out in outputs if cut is not None else ():
            if issubclass(type(out), TensorBase):
                out._cut = cut

    def _cut(self, kind: str, op: str, sites: tuple[Site, ...]) -> Cut:
        """Say where a chain is cut."""
        self._sources = self._sources or self.recording.sources()
        main = [site for site in sites if site[0].co_filename == self._main]
        place = self._sources.place((main or sites)[0]) if sites else None
        return Cut(kind, op) if place is None else Cut(kind, op, place.text, place.line)

    def _saved(self, node: Node, outputs: Sequence[int], old: int | None) -> tuple[int | None, ...]:
        """Return which values a node keeps: their numbers, and None for its own result.

        An op in place keeps the ``old`` value as a tensor of its own.
        """
        kept: list[int | None] = []
        for entry in node._saved or ():
            if isinstance(entry, SavedOutput):
                kept.append(None)
                continue
            tensor = entry._tensor if isinstance(entry, SavedPromoted) else entry
            if not isinstance(tensor, TensorBase):
                continue
            number = self._tensors.get(tensor)
            if number is None:
                number = old
            if number is not None:
                kept.append(None if number in outputs else number)
        return tuple(kept)

    def detach(self, source: TensorBase, twin: TensorBase) -> None:
        """A tensor was detached."""
        sites, _, frames = self._where()
        number = self._number(source, frames)
        index = len(self._events)
        self._events.append(DetachEvent(number, self._output(twin, index, 0), sites, index))
        twin._cut = self._cut("detach", "detach", sites) if source._requires_grad else source._cut

    def escape(self, tensor: TensorBase, how: str) -> None:
        """Numbers left the graph."""
        sites, inner, frames = self._where()
        if inner:
            how = _CONVERSIONS.get(inner[-1][0].co_name, how)  # float(x) asks for x.item()
        number = self._number(tensor, frames)
        if how in ("data", "numpy"):
            self._values[number].leaked = True
            if tensor._counter is not None:
                self._leaks[id(tensor._counter)] = tensor._counter
        self._events.append(EscapeEvent(number, how, sites, len(self._events)))

    # --- Scopes --------------------------------------------------------------------------------------------------

    def enter_scope(self, name: str) -> None:
        """A named part begins."""
        self._open_scopes.append(Scope(name, len(self._events)))
        self.recording.scopes.append(self._open_scopes[-1])

    def leave_scope(self) -> None:
        """The named part that began last ends; one that began before the recording is none of it."""
        if self._open_scopes:
            self._open_scopes.pop().end = len(self._events)

    # --- Backward ------------------------------------------------------------------------------------------------

    def begin(
        self,
        roots: Sequence[TensorBase | GradientEdge],
        gradients: Sequence[Any],
        inputs: Sequence[TensorBase | GradientEdge] | None,
        keep: bool,
        create_graph: bool,
        accumulate: bool,
    ) -> None:
        """A backward pass begins."""
        sites, _, frames = self._where()
        self._depth += 1
        starts = tuple([self._place(root, frames) for root in roots])
        ends = None if inputs is None else tuple([self._place(x, frames) for x in inputs])
        strangers = [ref() for ref in self._strangers]
        self._strangers.clear()
        nodes = [
            node
            for node in (*strangers, *[root._node for root in roots if isinstance(root, TensorBase)])
            if node is not None
        ]
        self._adopt(nodes, {}, "before", (), frames)
        given = [snapshot(_array(gradient)) for gradient in gradients]
        plain = all(isinstance(g, np.ndarray) and g.size == 1 and g.item() == 1 for g in given)
        self._arriving.clear()
        self._events.append(
            BeginEvent(
                starts,
                tuple(given),
                ends,
                bool(keep),
                create_graph,
                accumulate,
                sites,
                not plain,
                len(self._events),
                tuple([self._number(g, frames) if isinstance(g, TensorBase) else None for g in gradients]),
            )
        )

    def _place(self, x: TensorBase | GradientEdge, frames: Sequence[FrameType]) -> int:
        """Return the value that a root or an input of a backward pass is: a tensor, or an edge that stands for one."""
        if isinstance(x, TensorBase):
            return self._number(x, frames)
        if isinstance(x.node, AccumulateGrad):
            return self._number(x.node.variable, frames)
        return self._port(x.node, x.output_nr, {})

    def failed(self, node: Node, error: BaseException) -> None:
        """A node could not run; the steps end before it."""

    def number_of(self, node: Node) -> int | None:
        """Return the number of the event that made a node."""
        return self._nodes.get(node)

    def see(self, tensor: TensorBase, frame: FrameType) -> None:
        """Note a tensor that exists, and the graph below it; ``frame`` gives the names."""
        self._number(tensor, [frame])
        if tensor._node is not None:
            self._strangers.clear()
            self._adopt([tensor._node], {}, "before", (), [frame])

    def end(self) -> None:
        """A backward pass ended, or failed."""
        self._depth -= 1
        self._events.append(EndEvent(len(self._events)))

    def _adopt(
        self,
        starts: Sequence[Node],
        made: dict[tuple[Node, int], int],
        origin: str,
        sites: tuple[Site, ...] = (),
        frames: Sequence[FrameType] = (),
    ) -> None:
        """Note nodes that no op which was heard of has made, and those below them, as ops whose operands are unknown.

        ``made`` are the numbers of the outputs that are known.
        """
        order: list[Node] = []
        found: set[Node] = set()
        todo = list(starts)
        while todo:
            node = todo.pop()
            if node in found or isinstance(node, AccumulateGrad) or self._nodes.get(node) is not None:
                continue
            found.add(node)
            order.append(node)
            todo.extend([target for target in node._edges if target is not None])
        order.sort(key=lambda node: node._seq)
        if not order:
            return
        for frame in frames[-1:]:  # what the cell's own variables still hold has a value and a name
            for _, thing in variables(frame):
                if issubclass(type(thing), TensorBase) and thing._node in found:
                    self._number(thing, frames)
        for node in order if origin == "before" else ():  # ... and so has what nodes keep for their backward
            for entry in node._saved or ():
                if isinstance(entry, TensorBase):
                    self._number(entry, frames)
                elif isinstance(entry, SavedOutput):
                    made.setdefault((node, entry._output_nr), self._kept(node, entry))
        for ref in list(self._tensors.refs.values()):
            tensor = ref()
            if tensor is not None and tensor._node in found:
                made.setdefault((tensor._node, tensor._output_nr), ref.number)
        for node in order:
            index = len(self._events)
            ports = node._ports or (0,) * len(node._edges)
            inputs: list[int | None] = []
            for target, nr in zip(node._edges, ports, strict=True):
                if target is None:
                    inputs.append(None)
                elif isinstance(target, AccumulateGrad):
                    inputs.append(self._number(target.variable, frames))
                else:
                    inputs.append(self._port(target, nr, made))
            outputs = []
            for nr in range(node._outputs):
                number = made.get((node, nr))
                if number is None:
                    number = made[node, nr] = self._unknown(node, nr)
                self._values[number].maker, self._values[number].output_nr = index, nr
                outputs.append(number)
            self._nodes.put(node, index)
            self._events.append(
                OpEvent(
                    type(node),
                    tuple(inputs),
                    (Opaque("…"),) * len(inputs),
                    tuple(outputs),
                    sites,
                    (),
                    tuple([None if edge is None else i for i, edge in enumerate(node._edges)]),
                    node._short_name(),
                    (),
                    True,
                    self._depth > 0 and origin == "again",
                    False,
                    index,
                    False,
                    origin,
                )
            )

    def _port(self, node: Node, nr: int, made: dict[tuple[Node, int], int]) -> int:
        """Return the value that is one output of a node."""
        event = self._nodes.get(node)
        if event is not None:
            op = self._events[event]
            if isinstance(op, OpEvent) and nr < len(op.outputs):
                return op.outputs[nr]
        number = made.get((node, nr))
        if number is None:
            number = made[node, nr] = self._unknown(node, nr)
        return number

    def _kept(self, node: Node, entry: SavedOutput) -> int:
        """Note an output that its own node has kept."""
        for ref in self._tensors.refs.values():
            tensor = ref()
            if tensor is not None and tensor._node is node and tensor._output_nr == entry._output_nr:
                return ref.number
        number = len(self._values)
        array = entry._array
        self._values.append(Seen(number, snapshot(array), array.shape, _kind(array.dtype), False, True))
        return number

    def _unknown(self, node: Node, nr: int) -> int:
        shape, dtype = node._output_metadata(nr)
        number = len(self._values)
        self._values.append(Seen(number, None, shape, _kind(dtype), False, True))
        return number

    def backward(self, node: Node, received: Sequence[Any], sent: Sequence[Any], passed: Sequence[Any]) -> None:
        """A node ran."""
        index = self._nodes.get(node)
        if index is None:
            return
        copies: dict[int, Snapshot] = {}
        hooks = node._hooks
        retained = () if hooks is None else tuple([nr for nr, held in hooks.retain.items() if held() is not None])
        op = self._events[index]
        if isinstance(op, OpEvent):
            for number, edge in zip(op.inputs, op.edges, strict=True):
                target = None if edge is None else node._edges[edge]
                if type(target) is AccumulateGrad and number is not None:
                    self._arriving[id(target)] = number
        self._events.append(
            NodeEvent(
                index,
                node._short_name(),
                tuple([_copied(g, copies) for g in received]),
                tuple([_copied(g, copies) for g in sent]),
                tuple([_copied(g, copies) for g in passed]),
                retained,
                len(self._events),
                tuple([self._tensors.get(g) if isinstance(g, TensorBase) else None for g in passed]),
            )
        )

    def accumulate(self, node: AccumulateGrad, before: Any, contribution: Any) -> None:
        """A leaf's .grad was added to."""
        leaf = node.variable
        number = self._arriving.get(id(node))
        if number is None:
            number = self._number(leaf, ())
        after = leaf._grad
        assert after is not None
        self._events.append(
            AccumulateEvent(
                number,
                None if before is None else snapshot(_array(before)),
                snapshot(_array(contribution)),
                snapshot(after._array),
                len(self._events),
            )
        )

    def hook(self, kind: str, node: Node, nr: int | None, hook: Any, before: Any, after: Any) -> None:
        """A hook ran: on the gradient of output ``nr``, or with no number on all that a node received or sends."""
        index = self._nodes.get(node)
        target = None
        if isinstance(node, AccumulateGrad):
            target = self._arriving.get(id(node))
            if target is None:
                target = self._number(node.variable, ())
        name = hook.__name__ if type(hook) in _NAMED else "" if hook is None else type(hook).__name__
        number = len(self._events)
        if nr is None:
            befores, afters = _snapshots(before), None if after is None else _snapshots(after)
            self._events.append(NodeHookEvent(index, target, kind, name, befores, afters, number))
            return
        if target is None:
            op = None if index is None else self._events[index]
            if not isinstance(op, OpEvent) or nr >= len(op.outputs):
                return
            target = op.outputs[nr]
        self._events.append(HookEvent(target, name, _snapshot(before), _snapshot(after), number, kind, nr))

    def explain_freed(self, node: Node, message: str) -> str:
        """Add to PyTorch's sentence which call freed what a node had saved."""
        index = self._nodes.get(node)
        begin = None
        for event in self._events:
            if isinstance(event, BeginEvent):
                begin = event
            elif isinstance(event, NodeEvent) and event.op == index and begin is not None and not begin.keep:
                main = [site for site in begin.sites if site[0].co_filename == self._main]
                place = self.recording.sources().statement((main or begin.sites)[0]) if begin.sites else None
                if place is not None:
                    return f"{message} It was freed by `{place.text}`, line {place.line}."
        return message

    def explain_modified(self, node: Node, i: int, message: str) -> str:
        """Add to PyTorch's sentence where the tensor was saved, and where it was modified."""
        entry = (node._saved or ())[i] if node._saved and i < len(node._saved) else None
        counter = getattr(entry, "_counter", None)
        write = self._writes.get(id(counter))
        index = self._nodes.get(node)
        self.recording.fault = (index, None if write is None else write[1])
        sources = self.recording.sources()
        parts = []
        for kind, number in (("saved", index), ("modified", write[1] if write is not None else None)):
            event = None if number is None else self._events[number]
            if not isinstance(event, OpEvent) or not event.sites:
                continue
            main = [site for site in event.sites if site[0].co_filename == self._main]
            find = sources.place if kind == "saved" else sources.statement
            place = find((main or event.sites)[0])
            if place is not None:
                parts.append(f"{kind} by `{place.text}`, line {place.line}")
        return f"{message}\nHere it was {', and '.join(parts)}." if parts else message


_KINDS: dict[np.dtype[Any], str] = {}  # NumPy takes microseconds to say a dtype's name


def _kind(dtype: np.dtype[Any]) -> str:
    return _KINDS.setdefault(dtype, dtype.name)


def _array(gradient: Any) -> Any:
    return gradient._array if isinstance(gradient, TensorBase) else gradient


def _snapshot(tensor: TensorBase | None) -> Snapshot | None:
    return None if tensor is None else snapshot(tensor._array)


def _snapshots(tensors: Sequence[TensorBase | None]) -> tuple[Snapshot | None, ...]:
    return tuple([_snapshot(tensor) for tensor in tensors])


def _copied(gradient: Any, copies: dict[int, Snapshot]) -> Snapshot | None:
    """Return a snapshot; one object that occurs twice is copied once."""
    if gradient is None:
        return None
    found = copies.get(id(gradient))
    if found is None:
        found = copies[id(gradient)] = snapshot(_array(gradient))
    return found


def _differs(tensor: TensorBase, seen: Seen) -> bool:
    """Return whether a tensor's numbers are no longer those that were seen."""
    value = seen.value
    if not isinstance(value, np.ndarray):
        return False
    array = tensor._array
    return array.shape != value.shape or not np.array_equal(array, value, equal_nan=array.dtype.kind == "f")


_CONVERSIONS = {"__bool__": "bool", "__float__": "float", "__int__": "int", "__index__": "int"}
_NAMED = frozenset({FunctionType, MethodType, BuiltinFunctionType})
_PLAIN = frozenset({int, float, bool, complex, str, type(None)})


def _plain(x: Any, depth: int = 0) -> Any:
    """Return a setting as plain data that shares nothing with the user's; what is none becomes the name of its type."""
    kind = type(x)
    if kind in _PLAIN or issubclass(kind, np.dtype) or x is Ellipsis:
        return x
    if depth < 4:
        if kind in (tuple, list):
            return kind([_plain(item, depth + 1) for item in x])
        if kind is slice:
            return slice(_plain(x.start, depth + 1), _plain(x.stop, depth + 1), _plain(x.step, depth + 1))
    if issubclass(type(x), TensorBase):
        return snapshot(x._array)
    if issubclass(kind, np.generic):
        return x.item()
    if issubclass(kind, np.ndarray):
        return snapshot(x)
    if issubclass(kind, tuple):
        return tuple([_plain(item, depth + 1) for item in x]) if depth < 4 else Opaque(kind.__name__)
    return Opaque(kind.__name__)


# --- The context manager -------------------------------------------------------------------------------------------


class record:
    """Record what happens inside a ``with`` block, in this thread.

    Parameters
    ----------
    filename : str, optional
        The file, or notebook cell, whose source is shown beside the graph; by default the caller's.
    text : str, optional
        Its text, where ``linecache`` doesn't know it.
    namespace : dict, optional
        The variables of that cell; by default those of the caller.
    depth : int
        How many calls away the caller is: 2 inside of another context manager.

    Examples
    --------
    >>> with record() as recording:
    ...     z = (mg.tensor([1.0, 2.0], requires_grad=True) ** 2).sum()
    ...     z.backward()
    >>> len(recording.events)
    7
    """

    def __init__(
        self,
        filename: str | None = None,
        text: str | None = None,
        namespace: dict[str, Any] | None = None,
        *,
        depth: int = 1,
    ) -> None:
        self._filename = filename
        self._depth = depth
        self._text = text
        self._namespace = namespace
        self._outer: list[Any] = []
        self._recorder: Recorder | None = None

    def __enter__(self) -> Recording:
        frame = sys._getframe(self._depth)
        home = None
        lines = None
        filename = self._filename
        if filename is None:
            home, filename = frame.f_code, frame.f_code.co_filename
            lines = Sources({}).of(filename).block(frame.f_lineno)
        text = self._text
        if text is None:
            text = "".join(linecache.getlines(filename)) or None  # a cell that runs again replaces its entry
        recording = Recording(filename, text, lines)
        self._recorder = Recorder(recording, home)
        self._outer.append(listen(self._recorder))
        return recording

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        listen(self._outer.pop())
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        recording = recorder.recording
        namespace = self._namespace if self._namespace is not None else recorder.namespace
        recording.hold(list(namespace.items()) if namespace is not None else variables(sys._getframe(self._depth)))
        if error is None:
            return
        try:
            text = str(error).strip()
        except Exception:
            text = ""  # an exception class of the user's may fail at this too
        recording.error = f"{type(error).__name__}: {text}" if text else type(error).__name__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == recording.filename:
                recording.error_line = trace.tb_lineno
            trace = trace.tb_next
