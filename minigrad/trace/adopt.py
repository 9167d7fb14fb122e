"""Nodes that no recorded op has made: those from before the recording, and those of views that are worked out again."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op
from minigrad.autograd.node import AccumulateGrad, Node
from minigrad.autograd.saved import SavedOutput
from minigrad.trace.copies import kind_name
from minigrad.trace.events import Event, Opaque, OpEvent, Seen, Site, Table
from minigrad.trace.frames import variables
from minigrad.trace.values import snapshot


class Adopting:
    """The part of a recorder that notes a graph which stands already."""

    _events: list[Event]
    _values: list[Seen]
    _tensors: Table
    _nodes: Table
    _depth: int

    def _number(self, tensor: TensorBase, frames: Sequence[FrameType], changed: bool = False) -> int:
        raise NotImplementedError

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
            if inputs.count(None) == 1 and origin == "before":
                plain = self._plain_operand(node, frames)
                inputs = [plain if number is None else number for number in inputs]
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

    def _plain_operand(self, node: Node, frames: Sequence[FrameType]) -> int | None:
        """Return the one operand that needs no gradient, where a built-in op has kept it: it keeps operands alone."""
        kept = [entry for entry in node._saved or () if isinstance(entry, TensorBase)]
        plain = [tensor for tensor in kept if not tensor._requires_grad and tensor._array.dtype.kind == "f"]
        return self._number(plain[0], frames) if isinstance(node, Op) and len(plain) == 1 else None

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
        self._values.append(Seen(number, snapshot(array), array.shape, kind_name(array.dtype), False, True))
        return number

    def _unknown(self, node: Node, nr: int) -> int:
        shape, dtype = node._output_metadata(nr)
        number = len(self._values)
        self._values.append(Seen(number, None, shape, kind_name(dtype), False, True))
        return number
