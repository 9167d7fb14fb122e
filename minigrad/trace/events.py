"""What a recording holds: values, and events in the order in which they happened, as plain data."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, TypeAlias

from minigrad.autograd.base import TensorBase
from minigrad.trace.source import Sources
from minigrad.trace.values import Snapshot

SLICES = "CopySlices"  # the node of a base whose view was written to

# Where an op was called: a code object and the offset of its instruction. What it says is decoded when it is read.
Site: TypeAlias = tuple[CodeType, int]


@dataclass(slots=True)
class Seen:
    """One value of the run. A tensor that is changed in place is a new value of the same name."""

    number: int
    value: Snapshot | None  # None where it was changed before it was first seen
    shape: tuple[int, ...]
    dtype: str
    leaf: bool
    requires_grad: bool
    version: int = 0
    names: tuple[tuple[str, ...], ...] = ()  # the variables that hold it, a tuple a frame, outermost first
    maker: int | None = None  # the number of the event that made it
    output_nr: int = 0
    before: int | None = None  # the value of the same tensor before an in-place op
    grad: Snapshot | None = None  # what its .grad held when it was first seen
    grad_of: int | None = None  # the value whose .grad this is
    retained: bool = False
    leaked: bool = False  # someone may write to it without a word


@dataclass(frozen=True, slots=True)
class Refused:
    """How an op is shown that did not run, and what it said."""

    glyph: str
    name: str
    says: str


@dataclass(slots=True)
class OpEvent:
    """An op ran, or refused to."""

    op: type[Any]
    inputs: tuple[int | None, ...]  # per operand the number of a value, or None for a setting or a number
    constants: tuple[Any, ...]  # per operand what is no tensor
    outputs: tuple[int, ...]
    sites: tuple[Site, ...]  # the user's frames, innermost first
    inner: tuple[Site, ...]  # the frames of this package, from the one that the user called inwards
    edges: tuple[int | None, ...]  # per operand, the number of the node's edge to it; None: no gradient goes there
    name: str | None  # of its node; None if no gradient will pass
    saved: tuple[int | None, ...]  # the values it keeps for backward; None for the result
    recording_on: bool  # grad mode
    in_backward: bool
    in_place: bool
    number: int = -1
    through_view: bool = False  # a view was written to, and what changed is its base
    origin: str = "call"  # "before" the recording began; "again": a view's history after its base was written to
    call: int = 0  # which of the user's calls of a module ran it, from 1
    refused: Refused | None = None


@dataclass(slots=True)
class DetachEvent:
    """A tensor was detached: the same numbers, with no history."""

    source: int
    twin: int
    sites: tuple[Site, ...]
    number: int = -1


@dataclass(slots=True)
class EscapeEvent:
    """Numbers left the graph, by item(), tolist() and the like."""

    value: int
    how: str
    sites: tuple[Site, ...]
    number: int = -1


@dataclass(slots=True)
class BeginEvent:
    """A backward pass began."""

    roots: tuple[int, ...]
    gradients: tuple[Snapshot, ...]
    inputs: tuple[int, ...] | None
    keep: bool
    create_graph: bool
    accumulate: bool
    sites: tuple[Site, ...]
    given: bool = False  # some gradient is not simply one
    number: int = -1
    tensors: tuple[int | None, ...] = ()  # the gradients' own numbers, where the pass is itself recorded


@dataclass(slots=True)
class NodeEvent:
    """A node ran."""

    op: int  # the number of the OpEvent (or of the adopted one) that made the node
    name: str
    received: tuple[Snapshot | None, ...]
    sent: tuple[Snapshot | None, ...]
    passed: tuple[Snapshot | None, ...]
    retained: tuple[int, ...]  # the outputs whose gradient is kept
    number: int = -1
    tensors: tuple[int | None, ...] = ()  # the numbers of what was passed, where the pass is itself recorded


@dataclass(slots=True)
class AccumulateEvent:
    """A leaf's .grad was added to."""

    leaf: int
    before: Snapshot | None
    contribution: Snapshot
    after: Snapshot
    number: int = -1


@dataclass(slots=True)
class HookEvent:
    """A tensor's hook saw a gradient, and may have changed it; or a gradient was kept, or a ``.grad`` was complete.

    Its kind is ``"tensor"``; ``"retain"`` (before and after: the tensor's ``.grad``; there is no hook); or
    ``"post_accumulate"`` (before and after: the leaf's ``.grad``).
    """

    target: int  # the value whose gradient it is
    hook: str
    before: Snapshot | None
    after: Snapshot | None
    number: int = -1
    kind: str = "tensor"
    output_nr: int = 0


@dataclass(slots=True)
class NodeHookEvent:
    """A node's hook saw what the node received (``"prehook"``) or sends (``"posthook"``), and may have changed it."""

    op: int | None  # the number of the OpEvent that made the node; None at a leaf, or if it was not heard of
    leaf: int | None  # at a leaf, its value
    kind: str
    hook: str
    before: tuple[Snapshot | None, ...]
    after: tuple[Snapshot | None, ...] | None  # None if the hook returned None
    number: int = -1


@dataclass(slots=True)
class FailEvent:
    """A node could not run, and the backward pass ended."""

    op: int  # the number of the OpEvent that made the node
    name: str
    says: str
    number: int = -1


@dataclass(slots=True)
class EndEvent:
    """A backward pass ended."""

    number: int = -1


Event: TypeAlias = (
    OpEvent
    | DetachEvent
    | EscapeEvent
    | BeginEvent
    | NodeEvent
    | AccumulateEvent
    | HookEvent
    | NodeHookEvent
    | FailEvent
    | EndEvent
)


@dataclass(slots=True)
class Scope:
    """A part of the run that the user gave a name, from one event up to another."""

    name: str
    first: int
    end: int | None = None  # the number of the event after it; None while it lasts


@dataclass(frozen=True, slots=True)
class Opaque:
    """A user's object: only its type is noted."""

    kind: str


# --- The recording -------------------------------------------------------------------------------------------------


class Ref(weakref.ref[Any]):
    """A weak reference that knows what it is the key of."""

    __slots__ = ("key", "number")
    key: int
    number: int


class Table:
    """Numbers of objects by identity. An entry goes when its object does, so that no other can take its place."""

    def __init__(self) -> None:
        refs: dict[int, Ref] = {}
        self.refs = refs

        def forget(ref: Any) -> None:
            key = ref.key
            if refs.get(key) is ref:
                del refs[key]

        self._forget = forget

    def get(self, thing: Any) -> int | None:
        ref = self.refs.get(id(thing))
        return None if ref is None else ref.number

    def put(self, thing: Any, number: int) -> None:
        key = id(thing)
        ref = self.refs.get(key)
        if ref is None:
            ref = Ref(thing, self._forget)
            ref.key = key
            self.refs[key] = ref
        ref.number = number


@dataclass
class Recording:
    """What happened while ``record()`` listened; events in order, as plain data.

    Attributes
    ----------
    events : list of Event
        What happened.
    values : list of Seen
        Every value that took part.
    filename : str or None
        The file, or notebook cell, that is shown beside the graph.
    lines : tuple of (int, int) or None
        The first and last line of it to show; None for all.
    error : str or None
        The exception that ended the run.
    """

    filename: str | None = None
    text: str | None = None
    lines: tuple[int, int] | None = None
    events: list[Event] = field(default_factory=list)
    values: list[Seen] = field(default_factory=list)
    error: str | None = None
    error_line: int | None = None
    derivatives: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # an op's local ones, where known
    cell_name: Callable[[str], str | None] | None = field(default=None, repr=False)  # the number of a notebook's cell
    fault: tuple[int | None, int | None] | None = None  # the op that saved what was modified, the op that did it
    scopes: list[Scope] = field(default_factory=list)  # an outer one before those inside it
    held: dict[int, tuple[str, ...]] = field(default_factory=dict)  # the names that hold each value in the end
    _tensors: Table = field(default_factory=Table, repr=False)

    @property
    def has_backward(self) -> bool:
        """Whether a backward pass began."""
        return any(isinstance(event, BeginEvent) for event in self.events)

    @property
    def has_ops(self) -> bool:
        """Whether any op ran."""
        return any(isinstance(event, OpEvent) for event in self.events)

    @property
    def op_count(self) -> int:
        """How many ops ran."""
        return sum(isinstance(event, OpEvent) for event in self.events)

    def hold(self, variables: Sequence[tuple[str, Any]]) -> None:
        """Note under which names the values are held."""
        found: dict[int, tuple[str, ...]] = {}
        for name, thing in variables:
            if issubclass(type(thing), TensorBase) and isinstance(name, str) and name[:1] != "_":
                number = self._tensors.get(thing)
                if number is not None:
                    found[number] = (*found.get(number, ()), name)
        self.held = found

    def number_of(self, tensor: Any) -> int | None:
        """Return the number of the value that ``tensor`` held last, or None if it took no part."""
        return self._tensors.get(tensor)

    def last_tensor(self, namespace: dict[str, Any]) -> tuple[str, Any] | None:
        """Return the name and the tensor last assigned in the recorded source, as ``namespace`` holds it."""
        if self.filename is None:
            return None
        for name in self.sources().of(self.filename).assigned():
            if isinstance(namespace.get(name), TensorBase):
                return name, namespace[name]
        return None

    def last_output(self) -> int | None:
        """Return the number of the value made last by an op outside of any backward pass."""
        for event in reversed(self.events):
            if isinstance(event, OpEvent) and not event.in_backward and event.outputs:
                return event.outputs[0]
        return None

    def sources(self) -> Sources:
        """Return the sources, with the recorded cell's own text."""
        return Sources({} if self.filename is None or self.text is None else {self.filename: self.text})
