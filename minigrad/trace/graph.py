"""The part of a recording that is shown: which values and ops lead to the root, and what each is called."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from minigrad.autograd.function import Op
from minigrad.autograd.node import short_name
from minigrad.tensor import Tensor
from minigrad.trace import mathml
from minigrad.trace.abridge import abridge
from minigrad.trace.events import (
    SLICES,
    BeginEvent,
    DetachEvent,
    NodeEvent,
    Opaque,
    OpEvent,
    Recording,
    Seen,
    Site,
)
from minigrad.trace.source import RETURNED, Place, Source, Sources, operand_candidates, receiver
from minigrad.trace.values import Statistics, number_text

LONGEST_NAME = 14
LONGEST_WITHIN = 9  # in the formula of another value
LONGEST_APART = 30  # where two names would be shortened to the same
AUGMENTED = "+−×÷"  # what has an in-place form with an equals sign
LONGEST_OPERATOR = 10
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Maker: TypeAlias = OpEvent | DetachEvent


@dataclass(slots=True)
class Variable:
    """A value that is shown."""

    id: str
    seen: Seen
    name: str  # shortened, numbered
    full_name: str
    expression: bool  # the name is source text
    place: Place | None

    @property
    def code(self) -> str:
        """The name as one writes it in code: x₂ is x, a second time."""
        return self.full_name.rstrip("₀₁₂₃₄₅₆₇₈₉")

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient comes here."""
        return self.seen.requires_grad

    @property
    def leaf(self) -> bool:
        """Whether a gradient that comes here is kept."""
        return self.seen.leaf and self.seen.requires_grad


@dataclass(slots=True)
class Operator:
    """An op that is shown."""

    id: str
    event: Maker
    glyph: str
    name: str
    place: Place | None  # where it was called, in whatever file
    shown: Place | None  # where that is in the source beside the graph


@dataclass(slots=True)
class Edge:
    """An argument of an op, or its result."""

    id: str
    source: str
    target: str
    slot: int
    gradient: bool
    variable: int
    operator: int


class Graph:
    """What leads to the roots of a recording, named.

    Parameters
    ----------
    recording : Recording
        What happened.
    roots : iterable of int
        Numbers of values; the roots of every backward pass are added.
    """

    def __init__(self, recording: Recording, roots: Iterable[int]) -> None:
        self.recording = recording
        self.sources = recording.sources()
        self.main = None if recording.filename is None else self.sources.of(recording.filename)
        starts = [*roots]
        for event in recording.events:
            if isinstance(event, BeginEvent):
                starts.extend(event.roots)
        for number in recording.fault or ():  # what an error is about is shown, wherever it leads
            culprit = None if number is None else recording.events[number]
            starts.extend(culprit.outputs if isinstance(culprit, OpEvent) else ())
        refused = [event for event in recording.events[-1:] if isinstance(event, OpEvent) and event.refused]
        for event in refused:
            starts.extend([number for number in event.inputs if number is not None])
        makers, numbers = self._ancestors(starts)
        makers.update([event.number for event in refused])
        self.variables: dict[int, Variable] = {}
        self.operators: dict[int, Operator] = {}
        self.edges: list[Edge] = []
        self.arguments: dict[tuple[int, int], Edge] = {}  # (event, operand) -> edge
        self.results: dict[tuple[int, int], Edge] = {}  # (event, output) -> edge
        for index in sorted(makers):
            self._add_operator(index)
        namer = _Namer(self, numbers)
        self.first_use = {number: event.number for number, (event, _) in namer.first_use.items()}
        for number in sorted(numbers, key=namer.when):
            self.variables[number] = namer.variable(number, f"v{len(self.variables)}")
        for index, operator in self.operators.items():
            self._connect(index, operator)

    def _ancestors(self, starts: Sequence[int]) -> tuple[set[int], set[int]]:
        events, values = self.recording.events, self.recording.values
        makers: set[int] = set()
        numbers: set[int] = set()
        todo = list(starts)
        while todo:
            number = todo.pop()
            if number in numbers:
                continue
            numbers.add(number)
            seen = values[number]
            if seen.maker is None or seen.maker in makers:
                continue
            makers.add(seen.maker)
            maker = events[seen.maker]
            if isinstance(maker, DetachEvent):
                todo.append(maker.source)
            elif isinstance(maker, OpEvent):
                todo.extend([n for n in maker.inputs if n is not None])
        return makers, numbers

    def _add_operator(self, index: int) -> None:
        event = self.recording.events[index]
        assert isinstance(event, (OpEvent, DetachEvent))
        place, shown = self.where(event.sites)
        if isinstance(event, DetachEvent):
            glyph, name = "✂", "DETACH"
        elif event.refused is not None:
            glyph, name = event.refused.glyph, event.refused.name
        else:
            glyph = glyph_of(event.op)
            if event.in_place and glyph in AUGMENTED and not event.through_view:
                glyph += "="
            name = operator_name(event)
        self.operators[index] = Operator(f"o{len(self.operators)}", event, glyph, name, place, shown)

    def _connect(self, index: int, operator: Operator) -> None:
        event = operator.event
        if isinstance(event, DetachEvent):
            inputs: Sequence[int | None] = (event.source,)
            outputs: Sequence[int] = (event.twin,)
            flags: Sequence[int | None] = (None,)
        else:
            inputs, outputs, flags = event.inputs, event.outputs, event.edges
        for slot, number in enumerate(inputs):
            if number is not None:
                passes = flags[slot] is not None
                edge = Edge(f"e{len(self.edges)}", self.variables[number].id, operator.id, slot, passes, number, index)
                self.edges.append(edge)
                self.arguments[index, slot] = edge
        for nr, number in enumerate(outputs):
            if number not in self.variables:
                continue  # nothing that is shown comes of it
            passes = any(flag is not None for flag in flags) and self.recording.values[number].requires_grad
            edge = Edge(f"e{len(self.edges)}", operator.id, self.variables[number].id, nr, passes, number, index)
            self.edges.append(edge)
            self.results[index, nr] = edge

    def results_of(self, event: OpEvent) -> list[Variable]:
        """Return the outputs of an op that are shown."""
        return [self.variables[number] for number in event.outputs if number in self.variables]

    def where(self, sites: Sequence[Site]) -> tuple[Place | None, Place | None]:
        """Return where the user's innermost frame stood, and the innermost one in the source that is shown."""
        place = shown = None
        for i, site in enumerate(sites):
            if i == 0:
                place = self.sources.place(site)
            if site[0].co_filename == self.recording.filename:
                shown = place if i == 0 else self.sources.place(site)
                break
        return place, shown

    def line_text(self, place: Place | None) -> str | None:
        """Return ``line 5``; in another file than what is shown ``helpers.py:5``, in another cell ``In[2]:5``."""
        if place is None:
            return None
        if place.filename == self.recording.filename:
            return f"line {place.line}"
        name = self.file_name(place.filename)
        return None if name is None else f"{name}:{place.line}"

    def file_name(self, filename: str) -> str | None:
        """Return what a file, or another notebook cell, is called; None for code that stands in neither."""
        called = None if self.recording.cell_name is None else self.recording.cell_name(filename)
        if called is not None:
            return called
        name = re.split(r"[/\\]", filename)[-1]
        return None if name[:1] == "<" else name


def glyph_of(op: type[Any]) -> str:
    """Return what stands on an operator: the op's own glyph, ƒ for a user's Function."""
    if not issubclass(op, Op):
        return "⌑" if op.__name__ == SLICES else "ƒ"
    return op.glyph or short_name(op)


def commutes(event: OpEvent) -> bool:
    """Whether the picture may show the operands in another order; what an op changes in place stays its first."""
    return getattr(event.op, "commutes", False) and not event.in_place and event.refused is None


def operator_name(event: OpEvent) -> str:
    """Return what stands under the glyph: PyTorch's name of the op in capitals, a user's Function as it is called."""
    if not issubclass(event.op, Op):
        return event.op.__name__
    name = re.sub(r"Backwards?\d*$", "", event.name or "")
    if not name or name == SLICES or len(name) > LONGEST_OPERATOR:
        name = short_name(event.op)
    return re.sub(r"(Tensor|Scalar)$", "", name).upper()


def shorten(text: str, longest: int = LONGEST_NAME) -> str:
    """Return text of at most so many characters, an ellipsis in the place of what is left out."""
    return text if len(text) <= longest else text[: longest - 1].rstrip(" …") + "…"


# --- Names ---------------------------------------------------------------------------------------------------------


class _Namer:
    """Finds the names of values, and numbers those that occur twice."""

    def __init__(self, graph: Graph, numbers: set[int]) -> None:
        self.graph = graph
        self.recording = graph.recording
        self.sources: Sources = graph.sources
        self.events, self.values = self.recording.events, self.recording.values
        self.first_use = self._first_uses(numbers)
        self.inside = self._inside_of_a_call()
        self.gradients = self._gradients()
        self.base: dict[int, tuple[str, bool]] = {}
        self.brief: dict[int, str] = {}  # formulas that leave out what others say
        self.owners: dict[str, str] = {}  # a name as it is shown -> in full
        self.taken: dict[str, int] = {}  # names as they are shown
        self.bases: dict[str, int] = {}  # ... and in full

    def variable(self, number: int, identity: str) -> Variable:
        seen = self.values[number]
        base, expression = self._base(number)
        name = self._short(self.brief.get(number, base), expression, base)
        full = self._numbered(base, expression, self.bases)
        name = full if name == base and not expression else self._numbered(name, expression, self.taken)
        maker = None if seen.maker is None else self.events[seen.maker]
        place = None
        if isinstance(maker, (OpEvent, DetachEvent)):
            place = self.graph.where(maker.sites)[1]
        elif number in self.first_use:
            place = self._leaf_place(number, base)
        return Variable(identity, seen, name, full, expression, place)

    def _short(self, text: str, expression: bool, base: str) -> str:
        """Return a name as it is shown: a longer one where another value is called so already."""
        longest = LONGEST_NAME if expression else LONGEST_NAME + 4
        name = abridge(text, longest)
        while self.owners.get(name, base) != base and longest < LONGEST_APART:
            longest += 5
            name = abridge(text, longest)
        self.owners.setdefault(name, base)
        return name

    @staticmethod
    def _numbered(name: str, expression: bool, taken: dict[str, int]) -> str:
        """Return a name with a number, if it was given before."""
        count = taken[name] = taken.get(name, 0) + 1
        if count == 1:
            return name
        bracketed = f"({name})" if expression and mathml.needs_brackets(name) else name
        return bracketed + str(count).translate(SUBSCRIPTS)

    def when(self, number: int) -> tuple[float, int]:
        """Return a key that sorts values by when they first were there: a leaf comes before the op that uses it."""
        maker = self.values[number].maker
        if maker is not None:
            return (maker, number)
        use = self.first_use.get(number)
        return (use[0].number - 0.5 if use is not None else -1, number)

    def _base(self, number: int) -> tuple[str, bool]:
        """Return a value's name without its number, and whether it is source text."""
        found = self.base.get(number)
        if found is None:
            found = self.base[number] = self._find(number)
        return found

    def _find(self, number: int) -> tuple[str, bool]:
        seen = self.values[number]
        while seen.before is not None:  # changed in place: a new value of the same name
            number = seen.before
            if number in self.base:
                return self.base[number]
            seen = self.values[number]
        maker = None if seen.maker is None else self.events[seen.maker]
        gradient = self.gradients.get(number)
        if gradient is not None:
            held = self.recording.held.get(number, ())
            root, target = (self._base(n)[0] for n in gradient)
            return (held[0], False) if held else (mathml.partial(shorten(root), shorten(target)), True)
        if isinstance(maker, (OpEvent, DetachEvent)):
            return self._made(number, seen, maker)
        name = self._held(number, seen)
        if name is None and seen.grad_of is not None:
            name = f"{self._base(seen.grad_of)[0]}.grad"
        if name is not None:
            return name, False
        return self._operand_text(number) or ("tensor", True)

    def _made(self, number: int, seen: Seen, maker: Maker) -> tuple[str, bool]:
        sites = maker.sites
        outputs = 1 if isinstance(maker, DetachEvent) else len(maker.outputs)
        held = self.recording.held.get(number, ())
        if sites and maker.number not in self.inside and not (isinstance(maker, OpEvent) and maker.in_backward):
            name, depth = self._received(sites, seen.output_nr, outputs)
            if name is not None and (depth == len(sites) - 1 or not held):
                return name, False
            if held:
                return held[0], False
            place = self.sources.place(sites[0])
            if place is not None and place.text:
                return (place.text if outputs == 1 else f"{place.text}[{seen.output_nr}]"), True
        if held:
            return held[0], False
        name = self._held(number, seen)
        if name is not None:
            return name, False
        self.brief[number] = self._formula(maker, self._within)
        return self._formula(maker, lambda operand: shorten(self.base[operand][0], 24)), True

    def _formula(self, maker: Maker, called: Callable[[int], str]) -> str:
        """Return a formula for a value that no source text computes."""
        if isinstance(maker, DetachEvent):
            return "detach"
        template = getattr(maker.op, "tex", "")
        if template:
            texts = []
            for number, constant in zip(maker.inputs, maker.constants, strict=True):
                if number is None:
                    texts.append(constant_text(constant))
                else:
                    texts.append(called(number) if number in self.base else "…")
            tree = mathml.formula(template, texts, y="y")
            if tree is not None:
                return shorten(mathml.plain(tree), 40)
        return f"{short_name(maker.op).lower()}(…)"

    def _within(self, number: int) -> str:
        """Return what stands for a value in the formula of another: its name, if that is a short one."""
        name, expression = self.base[number]
        name = self.brief.get(number, name)
        if expression and ("…" in name or len(name) > LONGEST_WITHIN):
            return "…"
        return shorten(name if len(name) <= LONGEST_WITHIN or "[" in name else name.rpartition(".")[2], 24)

    def _received(self, sites: Sequence[Site], output: int, outputs: int) -> tuple[str | None, int]:
        """Return the name that the source gives to a result, and how many calls out that was."""
        for depth, site in enumerate(sites):
            found = self.sources.node(site)
            if found is None:
                return None, depth
            name = receiver(*found, output, outputs)
            if name != RETURNED:
                return name, depth
        return None, len(sites) - 1

    def _held(self, number: int, seen: Seen) -> str | None:
        """Return the name of a variable that held the tensor when it was first used, or holds it in the end."""
        main = self.graph.main
        loops = main.loop_names if main is not None else frozenset()
        stores = main.stores if main is not None else {}
        texts: set[str] = set()
        use = self.first_use.get(number)
        if use is not None and not (isinstance(use[0], OpEvent) and use[0].in_backward):
            found = self._node(use[0])
            if found is not None:
                texts = {found[0].text_of(part) for part in operand_candidates(found[1])}

        def badness(name: str) -> tuple[bool, bool, bool, bool]:
            # what a loop runs through, or what is assigned again, soon is the name of something else
            return (name[:1] == "_", name in loops, len(stores.get(name, ())) > 1, name not in texts)

        for names in (*seen.names, self.recording.held.get(number, ())):
            public = [name for name in names if not re.fullmatch(r"_+|_+i*\d*|_i+", name)]
            if public:
                return min(public, key=badness)
        return None

    def _operand_text(self, number: int) -> tuple[str, bool] | None:
        """Return the source text of the operand that a value was first used as."""
        use = self.first_use.get(number)
        if use is None:
            return None
        event, position = use
        found = self._node(event)
        if found is None or not isinstance(event, OpEvent) or event.in_backward:
            return None
        source, node = found
        parent = source.parents.get(node)
        if isinstance(node, ast.Subscript) and isinstance(parent, ast.Assign) and parent.value is not node:
            return source.text_of(parent.value), True  # y[0] = ...
        parts = operand_candidates(node)
        unnamed = [
            p for p, n in enumerate(event.inputs) if n is not None and self.values[n].maker is None
            and self._held_names(n) is None
        ]  # fmt: skip
        if isinstance(node, ast.BinOp) and all(n is not None for n in event.inputs[:2]) and len(event.inputs) >= 2:
            part = parts[position] if position < 2 else None
        elif position == 0 and _is_method_of_a_result(node):
            part = parts[0]  # mg.tensor(...).to(mg.float64)
        else:
            open_parts = [p for p in parts if not isinstance(p, ast.Name) and not _is_literal(p)]
            part = open_parts[unnamed.index(position)] if len(open_parts) == len(unnamed) else None
        if part is None:
            return None
        text = source.text_of(part)
        return (text, not isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))) if text else None

    def _held_names(self, number: int) -> str | None:
        return next((name for names in self.values[number].names for name in names), None)

    def _leaf_place(self, number: int, name: str) -> Place | None:
        """Return where the shown source assigns a leaf, if it does so once."""
        main = self.graph.main
        if main is None or not name.isidentifier():
            return None
        places = main.stores.get(name, ())
        return places[0] if len(places) == 1 else None

    def _node(self, event: Maker) -> tuple[Source, ast.AST] | None:
        return self.sources.node(event.sites[0]) if event.sites else None

    def _gradients(self) -> dict[int, tuple[int, int]]:
        """Return which values are gradients, in passes that were themselves recorded: of what, by what."""
        found: dict[int, tuple[int, int]] = {}
        root = -1
        for event in self.events:
            if isinstance(event, BeginEvent) and event.create_graph:
                root = event.roots[0] if event.roots else -1
                for number, start in zip(event.tensors, event.roots, strict=True):
                    if number is not None:
                        found.setdefault(number, (start, start))
            elif isinstance(event, NodeEvent) and root >= 0:
                op = self.events[event.op]
                if isinstance(op, OpEvent):
                    for operand, edge in zip(op.inputs, op.edges, strict=True):
                        number = None if edge is None or edge >= len(event.tensors) else event.tensors[edge]
                        if number is not None and operand is not None:
                            found.setdefault(number, (root, operand))
        return found

    def _first_uses(self, numbers: set[int]) -> dict[int, tuple[Maker, int]]:
        found: dict[int, tuple[Maker, int]] = {}
        for index in sorted(self.graph.operators):
            event = self.events[index]
            if isinstance(event, OpEvent):
                for position, number in enumerate(event.inputs):
                    if number is not None and number in numbers:
                        found.setdefault(number, (event, position))
            elif isinstance(event, DetachEvent):
                found.setdefault(event.source, (event, 0))
        return found

    def _inside_of_a_call(self) -> set[int]:
        """Return the ops that one call of the user's made on its way to its result: all of its ops but the last."""
        inside: set[int] = set()
        before: OpEvent | None = None
        for event in self.events:
            if isinstance(event, DetachEvent) and before is not None and event.sites == before.sites:
                continue
            if not isinstance(event, OpEvent) or not event.sites:
                before = None
                continue
            if before is not None and before.sites == event.sites and self._goes_on(before, event):
                inside.add(before.number)
            before = event
        return inside

    def _goes_on(self, before: OpEvent, event: OpEvent) -> bool:
        """Return whether two ops of one place ran in the same call of it, and not in two rounds of a loop."""
        if before.call or event.call:
            return before.call == event.call or event.refused is not None
        found = self.sources.node(event.sites[0])
        node = None if found is None else found[1]
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
            return event.inputs[:1] == before.outputs[:1]  # x[1:, 0] takes one index after the other
        for (code, offset), (other, other_offset) in zip(before.inner, event.inner, strict=False):
            if code is not other:
                break
            if offset != other_offset:
                return offset < other_offset  # one function of the package has run both
        called = event.inner[0][0].co_name if event.inner else ""
        # sum([a, b]) has called `__add__` again
        return isinstance(node, ast.Call) and called.startswith("__") and called != "__call__"


def _is_method_of_a_result(node: ast.AST) -> bool:
    """Return whether an expression calls a tensor's method on what another call has returned."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return isinstance(node.func.value, ast.Call) and hasattr(Tensor, node.func.attr)


def _is_literal(node: ast.AST) -> bool:
    """Return whether an expression is a number written out, with a sign or without."""
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def constant_text(constant: Any) -> str:
    """Return a setting or number as it stands in a formula."""
    if constant is None:
        return "None"
    if isinstance(constant, (bool, int, float, complex)):
        return number_text(constant)
    if isinstance(constant, Statistics):
        return "array"
    if isinstance(constant, slice):
        parts = ["" if p is None else str(p) for p in (constant.start, constant.stop, constant.step)]
        return ":".join(parts if parts[2] else parts[:2])
    if isinstance(constant, tuple):
        return f"({', '.join([constant_text(item) for item in constant])})"
    if isinstance(constant, str):
        return constant
    if isinstance(constant, Opaque):
        return "…"
    return getattr(constant, "name", None) or type(constant).__name__
