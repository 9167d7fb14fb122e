"""What an op says of itself: its sentence, its local derivatives, what it saved, and a user's own lines."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minigrad.autograd.function import Op
from minigrad.autograd.node import short_name
from minigrad.trace import mathml
from minigrad.trace.events import SLICES, OpEvent
from minigrad.trace.graph import SUBSCRIPTS, Graph, Variable, constant_text, shorten
from minigrad.trace.mathml import partial

LONGEST_FACTOR = 12  # characters of a local derivative on an edge
LONGEST_ASIDE = 14  # lines of a user's backward
SHORT = 18  # characters of a name inside a caption


def broadcast_axes(large: tuple[int, ...], small: tuple[int, ...]) -> list[int]:
    """Return the axes that a gradient is summed over, from the shape that it has to the one that it should have."""
    lead = len(large) - len(small)
    return [i for i, n in enumerate(large) if i < lead or (small[i - lead] == 1 and n != 1)]


class Voice:
    """Words and formulas for what a graph shows.

    Parameters
    ----------
    graph : Graph
        What is shown.
    words : mapping
        The sentences.
    """

    def __init__(self, graph: Graph, words: Mapping[str, str]) -> None:
        self.graph = graph
        self.words = words
        self.recording = graph.recording
        self._chips: dict[tuple[int, int], str | None] = {}

    def say(self, key: str, **parts: Any) -> str:
        """Return a text of the language, with its parts put in."""
        return self.words[key].format(**parts)

    def sentence(self, op: OpEvent) -> str:
        """Return the one sentence that explains an op's backward."""
        if op.name == SLICES:
            return self.say("slices_sentence", name=self.graph.results_of(op)[0].name)
        if not issubclass(op.op, Op):
            return self.say("custom_sentence")
        return first_line(op.op)

    def rule(self, op: OpEvent) -> str:
        """Return the pattern of an op's equations, as a caption."""
        key = "slices" if op.name == SLICES else row_kind(op)
        return self.words.get(f"rule_{key}", self.words["rule_jvp"])

    def saved_names(self, event: OpEvent, result: str | None = None) -> list[str]:
        """Return the names of what an op keeps; ``result`` stands for what it made itself."""
        names = []
        for number in event.saved:
            if number is None:
                if result is not None:
                    names.append(result)
            elif number in self.graph.variables:
                names.append(self.graph.variables[number].name)
        return list(dict.fromkeys(names))

    def saved_bytes(self, event: OpEvent) -> int:
        """Return how many bytes an op keeps for the backward pass; what it keeps twice counts once."""
        numbers = {event.outputs[0] if number is None else number for number in event.saved}
        seen = [self.recording.values[number] for number in numbers]
        return sum(math.prod(value.shape) * np.dtype(value.dtype).itemsize for value in seen)

    def local_caption(self, op: OpEvent, slot: int, output: str, name: str) -> str:
        """Return what stands over the numbers of a local derivative."""
        formula = self._formula(op, slot)
        derivative = partial(output, name)
        if formula is None:
            return self.say("local", partial=derivative)
        return self.say("local_is", partial=derivative, formula=shorten(formula, 28))

    def _formula(self, op: OpEvent, slot: int, letters: bool = False) -> str | None:
        """Return the local derivative as plain text: ``x``, ``2x``, ``1 − y²``; with ``letters`` for all names."""
        templates = getattr(op.op, "local", ()) if issubclass(op.op, Op) else ()
        if slot >= len(templates) or not templates[slot]:
            return None
        texts = [
            self.short(self.graph.variables[number]) if number is not None else constant_text(constant)
            for number, constant in zip(op.inputs, op.constants, strict=True)
        ]
        result = next((self.short(variable) for variable in self.graph.results_of(op)), "y")
        if letters:
            count = sum(number is not None for number in op.inputs)
            names = iter("x" if count == 1 else "abcdefgh")
            texts = [t if n is None else next(names, "x") for t, n in zip(texts, op.inputs, strict=True)]
            result = "y"
        tree = mathml.formula(templates[slot], texts, y=result, n="n")
        return None if tree is None else mathml.plain(tree)

    def chip(self, op: int, slot: int) -> str | None:
        """Return the local derivative of an operand as an edge shows it: ``× x``, ``Σ₀ × 1``, ``@ Bᵀ``."""
        key = (op, slot)
        if key not in self._chips:
            self._chips[key] = self._make_chip(op, slot)
        return self._chips[key]

    def _make_chip(self, index: int, slot: int) -> str | None:
        event = self.recording.events[index]
        if not isinstance(event, OpEvent) or event.edges[slot] is None:
            return None
        kind = row_kind(event)
        if kind == "matmul":
            numbers = [number for number in event.inputs if number is not None]
            if len(numbers) == 2 and slot < 2:
                other = self.graph.variables[numbers[1 - slot]]
                name = mathml.plain(mathml.name_tree(self.short(other)))
                if len(other.seen.shape) < 2:
                    return f"× {name}" if len(self.recording.values[event.outputs[0]].shape) == 0 else f"⊗ {name}"
                turned = f"{name}ᵀ"
                return f"@ {turned}" if slot == 0 else f"{turned} @"
            return "@"
        if kind not in ("elementwise", "spread"):
            return self.words.get(f"chip_{kind}", "× J")
        formula = self._formula(event, slot)
        if formula is None:
            return "× …"
        if len(formula) > LONGEST_FACTOR:
            formula = self._formula(event, slot, letters=True) or formula
        text = f"× ({formula})" if mathml.is_sum(formula) else f"× {formula}"
        number = event.inputs[slot]
        if kind != "elementwise" or number is None:
            return shorten(text, LONGEST_FACTOR + 6)
        shapes = self.recording.values[event.outputs[0]].shape, self.recording.values[number].shape
        axes = broadcast_axes(*shapes)
        marks = "".join([str(axis) for axis in axes]).translate(SUBSCRIPTS)
        return shorten(f"Σ{marks} {text}" if axes else text, LONGEST_FACTOR + 8)

    def _own_place(self, op: OpEvent) -> tuple[str, int, int] | None:
        """Return file, first and last line of a user's backward."""
        function = getattr(op.op, "backward", None)
        code = getattr(function, "__code__", None)
        if code is None:
            return None
        lines = [line for _, _, line in code.co_lines() if line is not None]
        return (code.co_filename, min(lines), max(lines)) if lines else None

    def own_code(self, op: OpEvent, slot: int) -> str | None:
        """Return what a user's backward returns for one operand, as its source says."""
        place = self._own_place(op)
        if place is None:
            return None
        source = self.graph.sources.of(place[0])
        found = [node for node in source.parents if isinstance(node, ast.Return) and node.value is not None]
        returns = [node for node in found if place[1] <= node.lineno <= place[2]]
        if not returns:
            return None
        value = max(returns, key=lambda node: node.lineno).value
        assert value is not None
        if isinstance(value, ast.Tuple) and slot < len(value.elts) and not isinstance(value.elts[0], ast.Starred):
            value = value.elts[slot]
        return source.text_of(value) or None

    def own_lines(self, op: OpEvent) -> list[int]:
        """Return the lines of a user's backward, where they are in the source that is shown."""
        place = self._own_place(op)
        if place is None or place[0] != self.recording.filename:
            return []
        return list(range(place[1], place[2] + 1))

    def own_source(self, op: OpEvent) -> dict[str, Any] | None:
        """Return a user's backward that is not in the source that is shown: its lines, and where they stand."""
        place = self._own_place(op)
        if place is None or place[0] == self.recording.filename:
            return None
        lines = self.graph.sources.of(place[0]).lines[place[1] - 1 : place[2]]
        if not lines:
            return None
        margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        shown = [{"number": place[1] + i, "text": line[margin:]} for i, line in enumerate(lines[:LONGEST_ASIDE])]
        where = self.graph.file_name(place[0])
        name = f"{short_name(op.op)}.backward"
        return {"title": name if where is None else self.say("aside", name=name, where=where), "lines": shown}

    def short(self, variable: Variable) -> str:
        """Return a variable's name as it stands in a caption."""
        return variable.name

    def join(self, names: Sequence[str]) -> str:
        """Return ``a, b and c``."""
        names = list(names)
        if len(names) < 2:
            return "".join(names)
        return self.say("and", most=", ".join(names[:-1]), last=names[-1])


def row_kind(op: OpEvent) -> str:
    """Return the kind of equation that tells an op's backward."""
    if op.name == SLICES:
        return "scatter"
    return op.op.row if issubclass(op.op, Op) else "custom"


def first_line(op: type[Any]) -> str:
    """Return the sentence of a built-in op: the first line of its docstring."""
    text = (op.__doc__ or "").strip()
    return text.split("\n\n", 1)[0].replace("\n", " ").strip() if text else short_name(op)
