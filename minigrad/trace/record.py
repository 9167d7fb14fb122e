"""Record a run: which ops ran where and on what, and what each step of each backward pass received and sent.

A recording holds plain data: numbers are copied (or summed up where they are many), tensors and nodes are referred to
by number and held weakly, so that it keeps nothing of the run alive.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Sequence
from os import sep
from os.path import dirname
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, TracebackType
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op
from minigrad.autograd.grad_mode import local
from minigrad.autograd.graph import GradientEdge
from minigrad.autograd.node import AccumulateGrad, Node, short_name
from minigrad.autograd.saved import SavedOutput, SavedPromoted
from minigrad.autograd.why import Cut
from minigrad.trace import refusals
from minigrad.trace.adopt import Adopting
from minigrad.trace.copies import KINDS, PLAIN, array_of, copied, differs, kind_name, plain, snapshot_of, snapshots_of
from minigrad.trace.events import (
    AccumulateEvent,
    BeginEvent,
    DetachEvent,
    EndEvent,
    EscapeEvent,
    FailEvent,
    HookEvent,
    NodeEvent,
    NodeHookEvent,
    OpEvent,
    Recording,
    Scope,
    Seen,
    Site,
    Table,
)
from minigrad.trace.frames import Finder
from minigrad.trace.frames import names as names_of
from minigrad.trace.source import Sources
from minigrad.trace.values import Snapshot, snapshot

PACKAGE = dirname(dirname(__file__)) + sep
MODULES = PACKAGE + "nn" + sep
DEEPEST = 8  # so many of the user's frames are noted for each op
_CONVERSIONS = {"__bool__": "bool", "__float__": "float", "__int__": "int", "__index__": "int"}
_NAMED = frozenset({FunctionType, MethodType, BuiltinFunctionType})


class Recorder(Adopting):
    """What the core talks to while a recording is made."""

    def __init__(self, recording: Recording, home: CodeType | None) -> None:
        self.recording = recording
        self._events = recording.events
        self._values = recording.values
        self._tensors = recording._tensors
        self._stored = Table()  # the .grad of a leaf -> the leaf's value
        self._nodes = Table()  # node -> number of the event that made it
        self._writes: dict[int, tuple[Any, int]] = {}  # version counter -> (itself, the last event that wrote)
        self._leaks: dict[int, Any] = {}  # version counters of memory that someone may write to without a word
        self._strangers: list[weakref.ref[Any]] = []  # nodes made before the recording began
        self._home = home
        self._main = recording.filename
        self._depth = 0  # of backward passes
        self._call: FrameType | None = None  # that of the module which the user called, while its ops follow each other
        self._calls = 0
        self._open_scopes: list[Scope] = []
        self._finder = Finder()
        self._arriving: dict[int, int] = {}  # id of an accumulator -> the value that the gradient's edge came from
        self.namespace: dict[str, Any] | None = None  # the variables of the cell
        self._sources: Sources | None = None  # of the lines where a chain was cut

    # --- Where ---------------------------------------------------------------------------------------------------

    def _where(self) -> tuple[tuple[Site, ...], list[Site], list[FrameType]]:
        """Return the user's sites from the innermost out to the cell, those inside this package, the user's frames."""
        frame: FrameType | None = sys._getframe(2)
        outermost = None
        inner: list[Site] = []
        while frame is not None:
            code = frame.f_code
            if not code.co_filename.startswith(PACKAGE):
                break
            inner.append((code, frame.f_lasti))
            outermost, frame = frame, frame.f_back
        if not inner or not inner[-1][0].co_filename.startswith(MODULES):
            self._call = None
        elif outermost is not self._call:
            self._call = outermost
            self._calls += 1
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
        if (seen.leaked or (self._leaks and id(counter) in self._leaks)) and differs(tensor, seen):
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
            kind_name(array.dtype),
            node is None,
            tensor._requires_grad,
            0 if tensor._inference else tensor._version,
            names,
        )
        if tensor._grad is not None:
            seen.grad = snapshot(tensor._grad._array)
            self._stored.put(tensor._grad, seen.number)
        seen.grad_of = self._stored.get(tensor)
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
                KINDS.get(array.dtype) or kind_name(array.dtype),
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
        if node is None and operands and made[0] is operands[0] and self._is_initialising(made[0], inner):
            return
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
                constants.append(x if type(x) in PLAIN else plain(x))
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
                call=0 if self._call is None else self._calls,
            )
        )
        if node is None and not in_place:
            self._note_cut(op, operands, made, sites)

    def _is_initialising(self, parameter: Any, inner: Sequence[Site]) -> bool:
        """Return whether a module writes the first numbers of a parameter: it is then given, and no op made it."""
        return (
            issubclass(type(parameter), TensorBase)
            and parameter._requires_grad
            and self._tensors.get(parameter) is None
            and any(code.co_filename.startswith(MODULES) for code, _ in inner)
        )

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
                    cut = self._cut(kind, short_name(op), sites)
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

    def refused(self, error: BaseException, trace: TracebackType | None) -> None:
        """The recording ends in an error: note the op that it came from, if it was one."""
        nothing_yet = not self.recording.has_ops and not self.recording.has_backward
        refusal = refusals.find(error, trace, self._main, self.recording.sources(), nothing_yet)
        if refusal is None:
            return
        inputs = [self._number(x, refusal.frames) for x in refusal.operands]
        nothing = (None,) * len(inputs)
        self._events.append(
            OpEvent(
                refusal.op, tuple(inputs), nothing, (), refusal.sites, refusal.inner, nothing, None, (),
                local.state.grad_enabled, False, False, len(self._events), refused=refusal.shown,
            )
        )  # fmt: skip

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
        given = [snapshot(array_of(gradient)) for gradient in gradients]
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
        """A node could not run."""
        index = self._nodes.get(node)
        if index is not None and isinstance(error, Exception):
            says = refusals.text_of(error) or type(error).__name__
            self._events.append(FailEvent(index, node._short_name(), says, len(self._events)))

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
                tuple([copied(g, copies) for g in received]),
                tuple([copied(g, copies) for g in sent]),
                tuple([copied(g, copies) for g in passed]),
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
        self._stored.put(after, number)
        self._events.append(
            AccumulateEvent(
                number,
                None if before is None else snapshot(array_of(before)),
                snapshot(array_of(contribution)),
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
            befores, afters = snapshots_of(before), None if after is None else snapshots_of(after)
            self._events.append(NodeHookEvent(index, target, kind, name, befores, afters, number))
            return
        if target is None:
            op = None if index is None else self._events[index]
            if not isinstance(op, OpEvent) or nr >= len(op.outputs):
                return
            target = op.outputs[nr]
        self._events.append(HookEvent(target, name, snapshot_of(before), snapshot_of(after), number, kind, nr))

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
