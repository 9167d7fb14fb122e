"""Run an exercise's program, and find in its recording what is right and what usual mistakes lead to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from minigrad.autograd.base import Array, TensorBase
from minigrad.autograd.grad_mode import enable_grad, inference_mode
from minigrad.jupyter.mistakes import Suspect
from minigrad.trace import Recording, record
from minigrad.trace.events import AccumulateEvent, BeginEvent, NodeEvent, OpEvent

__all__ = ["Gradients", "numbers", "run"]


def run(program: str, backward: bool = False) -> tuple[dict[str, Any], Recording]:
    """Run a program and return its variables and a recording; with ``backward``, one is called if it calls none."""
    namespace: dict[str, Any] = {"mg": import_module("minigrad")}
    with inference_mode(False), enable_grad(), record() as recording:
        exec(compile(program, "<exercise>", "exec"), namespace)
        if backward and not recording.has_backward:
            namespace[_last_name(program)].backward()
    return namespace, recording


def _last_name(program: str) -> str:
    """Return the variable assigned last at the top of a program."""
    for statement in reversed(ast.parse(program).body):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            return statement.targets[0].id
    raise ValueError("the program assigns no variable whose backward() could be called")


class Gradients:
    """The gradients of a recorded run, added up and one by one.

    Parameters
    ----------
    recording : Recording
        Of a program with at least one backward pass.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        # of the last pass: what came to each value, with the gradient that its operator had received
        self.arrived: dict[int, list[tuple[Array, Array | None]]] = {}
        self.stored: dict[int, list[AccumulateEvent]] = {}  # of all passes, by leaf
        for event in recording.events:
            if isinstance(event, BeginEvent):
                self.arrived = {
                    root: [(numbers(g), None)] for root, g in zip(event.roots, event.gradients, strict=True)
                }
            elif isinstance(event, NodeEvent):
                op = recording.events[event.op]
                if isinstance(op, OpEvent):
                    self._node(event, op)
            elif isinstance(event, AccumulateEvent):
                self.stored.setdefault(event.leaf, []).append(event)

    def _node(self, event: NodeEvent, op: OpEvent) -> None:
        received = next((numbers(g) for g in event.received if isinstance(g, np.ndarray)), None)
        for number, edge in zip(op.inputs, op.edges, strict=True):
            if number is None or edge is None or edge >= len(event.passed):
                continue
            gradient = event.passed[edge]
            if isinstance(gradient, np.ndarray):
                self.arrived.setdefault(number, []).append((numbers(gradient), received))

    def _versions(self, tensor: Any) -> list[int]:
        """Return the numbers of a tensor's values, the last one first: changed in place, it is another value."""
        number = self.recording.number_of(tensor)
        found: list[int] = []
        while number is not None:
            found.append(number)
            number = self.recording.values[number].before
        return found

    def of(self, tensor: Any) -> Array | None:
        """Return a tensor's gradient: what its ``.grad`` holds in the end, or what the last pass brought it."""
        if (tensor.is_leaf or tensor.retains_grad) and tensor.grad is not None:
            return numbers(tensor.grad)
        arrived = self._arrived(tensor)
        return sum((gradient for gradient, _ in arrived[1:]), arrived[0][0]) if arrived else None

    def _arrived(self, tensor: Any) -> list[tuple[Array, Array | None]]:
        return next((self.arrived[number] for number in self._versions(tensor) if number in self.arrived), [])

    def suspects(self, tensor: Any, name: str, namespace: Mapping[str, Any]) -> Iterator[Suspect]:
        """Yield what usual mistakes lead to, the likeliest first."""
        arrived = self._arrived(tensor)
        if len(arrived) > 1:
            for gradient, _ in arrived:
                yield Suspect("one_path", gradient, {"name": name, "count": len(arrived)})
            whole = np.asarray(sum((gradient for gradient, _ in arrived[1:]), arrived[0][0]))
            for gradient, _ in arrived:
                yield Suspect("path_missing", whole - gradient, {"name": name, "count": len(arrived)})
        passes = [event for number in reversed(self._versions(tensor)) for event in self.stored.get(number, [])]
        brought = [numbers(event.contribution) for event in passes]
        if len(brought) > 1:
            for gradient in brought:
                yield Suspect("one_pass", gradient, {"name": name})
            yield Suspect("all_passes", sum(brought[1:], brought[0]), {"name": name})
        yield from self._halves(arrived, name)
        others = [(other, thing) for other, thing in namespace.items() if isinstance(thing, TensorBase)]
        for other, thing in others:
            if thing is not tensor:
                gradient_of_other = self.of(thing)
                if gradient_of_other is not None:
                    yield Suspect("other", gradient_of_other, {"name": name, "other": other})
        for other, thing in others:
            yield Suspect("value", numbers(thing), {"name": name, "other": other})
        for seen in self.recording.values:
            if isinstance(seen.value, np.ndarray):
                yield Suspect("value", numbers(seen.value), {"name": name, "other": "an inner result"})

    def reduced(self, right: Array) -> Iterator[Suspect]:
        """Yield what comes of a mean that is taken for a sum, and of a sum that is taken for a mean."""
        for event in self.recording.events:
            if not isinstance(event, OpEvent) or event.inputs[0] is None:
                continue
            before, after = (self.recording.values[n].value for n in (event.inputs[0], event.outputs[0]))
            if isinstance(before, np.ndarray) and isinstance(after, np.ndarray) and before.size > after.size > 0:
                count = before.size // after.size
                if event.op.__name__.startswith("Mean"):
                    yield Suspect("not_averaged", right * count)
                elif event.op.__name__.startswith("Sum"):
                    yield Suspect("averaged", right / count)

    def _halves(self, arrived: Sequence[tuple[Array, Array | None]], name: str) -> Iterator[Suspect]:
        """Yield the upstream without the local derivative, and the local derivative without the upstream."""
        pairs = [(sent, upstream) for sent, upstream in arrived if upstream is not None]
        if not pairs:
            return
        spread = [np.broadcast_to(up, sent.shape) if up.ndim == 0 else up for sent, up in pairs]
        if any(up.shape != sent.shape for (sent, _), up in zip(pairs, spread, strict=True)):
            return
        for up in [*spread, np.asarray(sum(spread[1:], spread[0]))]:
            yield Suspect("upstream", up, {"name": name})
        if all(up.all() for up in spread):
            local = [sent / up for (sent, _), up in zip(pairs, spread, strict=True)]
            for one in [*local, np.asarray(sum(local[1:], local[0]))]:
                yield Suspect("local", one, {"name": name})


def numbers(thing: Any) -> Array:
    """Return a tensor, or a plain number or list, as an array of float64 of its own."""
    return np.array(thing._array if isinstance(thing, TensorBase) else thing, dtype=np.float64)
