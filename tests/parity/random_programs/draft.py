"""Writing a random program: each line is drawn with an eye on what PyTorch made of the lines before."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import torch

from random_programs.library import Session

LARGE = 30.0  # beyond it an entry is only squashed: sin(1e6) would make one bit of rounding into anything


@dataclass
class Program:
    """A program, what it uses, and what PyTorch did."""

    lines: list[str] = field(default_factory=list)
    codes: list[CodeType] = field(default_factory=list)
    errors: list[str | None] = field(default_factory=list)  # PyTorch's, a line
    ops: Counter[str] = field(default_factory=Counter)
    features: set[str] = field(default_factory=set)
    seen: dict[str, Any] = field(default_factory=dict)  # what could be seen under PyTorch at the end
    gradients: set[str] = field(default_factory=set)  # names of gradients and of what shares memory with one
    single: bool = False  # it computed in float32 somewhere

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def compiled(self) -> Program:
        """Compile its lines again, and return it: it came from another process."""
        self.codes = [compiled(line) for line in self.lines]
        return self


def compiled(line: str) -> CodeType:
    """Return a line's code."""
    return compile(line, "<program>", "exec")


def memory(x: Any) -> int:
    """Return where a tensor's numbers lie; zeros that PyTorch only thinks of lie nowhere."""
    return int(x.untyped_storage().data_ptr()) if not x._is_zerotensor() else 0


RESHAPED = re.compile(r"(\w+) = (\w+)\.(?:reshape|flatten|contiguous)\(")


class Draft:
    """A program being written; it runs under PyTorch meanwhile."""

    def __init__(self, whole: Callable[[int, int], int]) -> None:
        self.whole = whole  # draws a whole number between two, both included
        self.session = Session(torch)
        self.program = Program()
        self.made = 0
        self.frozen: list[Any] = []  # leaves of which it was said that they want no gradient
        self.entries = 0

    # --- choosing ---------------------------------------------------------------------------------------------------

    def one_of(self, choices: Any) -> Any:
        return choices[self.whole(0, len(choices) - 1)]

    def chance(self, one_in: int) -> bool:
        return self.whole(1, one_in) == one_in

    def tensor(self, wanted: Callable[[Any], bool] = lambda x: True) -> tuple[str, Any] | None:
        """Choose a tensor of the program, a late one rather than an early one."""
        names = [(k, x) for k, x in self.session.tensors().items() if self.holds(wanted, x)]
        if not names:
            return None
        return names[max(self.whole(0, len(names) - 1), self.whole(0, len(names) - 1))]

    def floating(self, wanted: Callable[[Any], bool] = lambda x: True) -> tuple[str, Any] | None:
        return self.tensor(lambda x: x.is_floating_point() and wanted(x))

    def holds(self, wanted: Callable[[Any], bool], x: Any) -> bool:
        """Return whether a tensor is as wanted; a view that may not be read any more is not."""
        try:
            return x is not None and x.grad_fn is x.grad_fn and wanted(x)
        except RuntimeError:
            return False

    # --- writing ----------------------------------------------------------------------------------------------------

    def name(self, kind: str = "x") -> str:
        self.made += 1
        return f"{kind}{self.made}"

    def write(self, op: str, line: str, *features: str) -> None:
        """Add one statement, and run it."""
        code = compiled(line)
        self.program.lines.append(line)
        self.program.codes.append(code)
        self.program.errors.append(self.session.run(code))
        self.program.ops[op] += 1
        self.program.features.update(features)

    def gradients_memory(self) -> set[int]:
        """Return where the numbers of gradients lie."""
        tensors = self.session.tensors()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # to ask a result for its gradient is to be warned
            kept = [grad for x in tensors.values() if (grad := torch.Tensor.grad.__get__(x)) is not None]
        return {memory(x) for x in kept} | {memory(x) for name, x in tensors.items() if name.startswith("g")}

    def finish(self) -> Program:
        program = self.program
        held = self.gradients_memory()
        program.gradients = {name for name, x in self.session.tensors().items() if memory(x) in held}
        for line in program.lines:  # what gives a gradient in another shape may be a copy or a view, as it lies
            if (made := RESHAPED.search(line)) and made[2] in program.gradients:
                program.gradients.add(made[1])
        program.seen = self.session.seen(program.gradients)
        program.single = any("float32" in line or ".float()" in line for line in program.lines)
        return program
