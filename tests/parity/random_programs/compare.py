"""A program of PyTorch's, run under minigrad: the first thing that differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import torch

import minigrad
from random_programs.draft import Program, compiled
from random_programs.library import AGAIN, CHANGED, CUT, ITSELF, MOVED, OVERLAPPING, STALE, Session, differ


@dataclass
class Mismatch:
    """What differed, and after which line."""

    program: Program
    line: int
    what: str
    ours: Any
    theirs: Any

    @property
    def kind(self) -> str:
        """What mismatches of one cause have in common."""
        line = re.sub(r"[xg]\d+", "x", self.program.lines[self.line]).replace("\n", ";")
        said = f" {self.ours} / {self.theirs}" if self.what == "the error" else ""
        return f"{self.what.split(': ')[-1]}{said} after {line if len(line) < 120 else line[:120]}"

    def __str__(self) -> str:
        lines = [f"{'->' if i == self.line else '  '} {text}" for i, text in enumerate(self.program.lines)]
        return "\n".join([*lines, f"{self.what}: minigrad {self.ours!r}, PyTorch {self.theirs!r}"])


def mismatch(program: Program) -> Mismatch | None:
    """Run a program under minigrad; return the first difference from what PyTorch did.

    To look at a view works its place in the graph out again, and so decides on whose turn comes first. PyTorch's
    tensors were looked at while the program was drawn: minigrad may agree with it either unseen or seen.
    """
    found = _mismatch(program, looking=False) and _mismatch(program, looking=True)
    return None if found is None or _cancelled(program) else found


def _mismatch(program: Program, looking: bool) -> Mismatch | None:
    tolerance = 2e-4 if program.single else 1e-8
    ours = Session(minigrad)
    for i, code in enumerate(program.codes):
        if looking:
            ours.look()
        error = ours.run(code)
        if _torn(program.lines[i], error, program.errors[i]):
            return None
        if error != program.errors[i] and not _halfway(program.errors[:i], {error, program.errors[i]}):
            return Mismatch(program, i, "the error", error, program.errors[i])
    seen = ours.seen(program.gradients)
    if not differ(seen, program.seen, tolerance) or _rounding(program, seen):
        return None
    return _place(program, tolerance)


SHAKEN = re.compile(r"-?\d+\.\d+")
LEAF = re.compile(r"m\.tensor\(\[.*?dtype=m\.float")


def _rounding(program: Program, seen: dict[str, Any]) -> bool:
    """Return whether no difference is larger than what the last digit of the leaves' numbers makes of the answers.

    Large gradients that cancel leave what rounding is made of: neither library's digits mean anything then. All leaves
    are moved by one and the same factor, so that what is equal stays equal, and zeros stay zeros.
    """
    lines, last = program.lines, 2**-22 if program.single else 2**-50
    runs = [
        [LEAF.sub(lambda leaf: SHAKEN.sub(lambda n: repr(float(n[0]) * (1 + last)), leaf[0]), line) for line in lines]
    ]
    if program.single:  # what has no digits left in single precision has them in double
        runs.append([line.replace("float32", "float64").replace(".float()", ".double()") for line in lines])
    least, most = (2e-4, 1e-2) if program.single else (1e-8, 1e-6)
    for run in runs:
        other = Session(minigrad)
        for line in run:
            other.run(compiled(line))
        if _within(seen, program.seen, other.seen(program.gradients), least, most):
            return True
    return False


def _within(ours: Any, theirs: Any, shaken: Any, least: float, most: float) -> bool:
    """Return whether facts differ in numbers alone, and by a little more at most than those of a shaken run do."""
    if isinstance(ours, float) and isinstance(theirs, float) and isinstance(shaken, float):
        size = max(1.0, abs(ours))
        near = min(most * size, least * size + 8 * abs(ours - shaken))
        return abs(ours - theirs) <= near or not differ(ours, theirs, 0.0)
    if isinstance(ours, dict) and isinstance(theirs, dict) and isinstance(shaken, dict):
        return ours.keys() == theirs.keys() == shaken.keys() and all(
            _within(ours[k], theirs[k], shaken[k], least, most) for k in ours
        )
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple) and isinstance(shaken, list | tuple):
        return len(ours) == len(theirs) == len(shaken) and all(
            _within(*three, least, most) for three in zip(ours, theirs, shaken, strict=True)
        )
    return bool(ours == theirs)


SUM = re.compile(r"= (\w+ @ \w+|\w+\.(?:std|var|norm|mean|sum|prod|logsumexp)\(.*\))$")


def _cancelled(program: Program) -> bool:
    """Return whether the difference is gone once the last digits of sums and products cannot decide anything.

    Processor instructions that round once for a product and a sum give 1e-17 where others give 0, and a sum taken in
    two orders gives two numbers. Beside what is equal on paper, that decides which entry is the larger one. Rounded to
    twenty binary places in both libraries, they leave all else to be compared.
    """
    if not any(SUM.search(line) for line in program.lines):
        return False
    lines = [SUM.sub(r"= \1 + ((\1 * 2**20).round() / 2**20 - \1).detach()", line) for line in program.lines]
    moved = Program(lines, gradients=program.gradients, single=program.single).compiled()
    theirs = Session(torch)
    moved.errors = [theirs.run(code) for code in moved.codes]
    moved.seen = theirs.seen(program.gradients)
    return _mismatch(moved, looking=False) is None or _mismatch(moved, looking=True) is None


def _torn(line: str, ours: str | None, theirs: str | None) -> bool:
    """Return whether a pass met a write into part of an expanded tensor, where one place in memory is many entries.

    Forward such a write goes well in PyTorch too; going back, it writes into a gradient that is expanded likewise, and
    refuses its own write. What the gradient should be is not defined: the rest of the program is not compared. Here
    such a pass mostly succeeds, unless there is another mistake farther on.

    PyTorch also refuses to copy a view to itself if the steps along a dimension of one entry differ, though no step is
    ever taken there; here such steps are NumPy's in some views of views.
    """
    if {ours, theirs} == {None, ITSELF}:
        return True
    return OVERLAPPING in (ours, theirs) and ("grad(" in line or "backward(" in line)


def _halfway(before: list[str | None], errors: set[str | None]) -> bool:
    """Return whether only the order of two faults differs: of a shape and of memory that is shared, or of two of these.

    What a pass that fails has freed hangs on the nodes that it went through first, and a recorded gradient of a view
    that was written to goes through others in PyTorch: see the table of differences. A leaf that has become a stale
    view, or a result, is refused where it was saved there, and when its gradient comes here.
    """
    if errors & {STALE, CUT, MOVED} and errors <= {STALE, CUT, MOVED, CHANGED, AGAIN}:
        return True
    if errors == {ITSELF, "RuntimeError: "}:
        return True
    return errors == {CHANGED, AGAIN} and CHANGED in before


def _place(program: Program, tolerance: float) -> Mismatch:
    """Run both again, line by line, to find where they part."""
    ours, theirs = Session(minigrad), Session(torch)
    before: tuple[Any, Any] = (None, None)
    for i, code in enumerate(program.codes):
        ours.run(code)
        theirs.run(code)
        a, b = ours.seen(program.gradients), theirs.seen(program.gradients)
        before = (a, b)
        if differ(a, b, tolerance):
            return Mismatch(program, i, *_fact(a, b, tolerance))
    # Looking regenerates views, which may hide what looking only at the end shows.
    session = Session(minigrad)
    for code in program.codes:
        session.run(code)
    return Mismatch(
        program, len(program.codes) - 1, *_fact(session.seen(program.gradients), program.seen, tolerance, before)
    )


def _fact(ours: Any, theirs: Any, tolerance: float, _: Any = None) -> tuple[str, Any, Any]:
    for name in theirs:
        if name not in ours:
            return name, None, theirs[name]
        if differ(ours[name], theirs[name], tolerance):
            if isinstance(theirs[name], dict):
                for key in theirs[name]:
                    if differ(ours[name].get(key), theirs[name][key], tolerance):
                        return f"{name}: {key}", ours[name].get(key), theirs[name][key]
            return name, ours[name], theirs[name]
    return "names", sorted(ours), sorted(theirs)
