"""Running one program in one library, and what can be seen of it afterwards."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Collection, Iterable
from types import CodeType, ModuleType
from typing import Any

# What every program finds in its namespace, beside the library itself under the name `m`.
PREAMBLE = """
def times(factor):
    def hook(grad):
        note("hook", grad)
        return None if grad is None else grad * factor
    return hook

def watch(*grads):
    note("watch", *grads)

def before(grads):
    note("before", *grads)

def after(inputs, outputs):
    note("after", *outputs)

def stored(leaf):
    note("stored", leaf.grad)

class Cube(m.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 3 * x * x

class SumAndProduct(m.autograd.Function):
    @staticmethod
    def forward(ctx, x, y, scale):
        ctx.save_for_backward(x, y)
        ctx.scale = scale
        return x + y, scale * x * y

    @staticmethod
    def backward(ctx, first, second):
        x, y = ctx.saved_tensors
        return first + ctx.scale * second * y, first + ctx.scale * second * x, None

class Doubled(m.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, grad):
        return grad * 2
"""
_PREAMBLE = compile(PREAMBLE, "<preamble>", "exec")

# Errors are the same if their class is, and the one of these that they contain.
SENTENCES = (
    "modified by an inplace operation",
    "second time",
    "does not require grad",
    "leaf Variable",
    "scalar outputs",
    "not have been used",
    "is a view",
    "view was created",
    "no_grad mode",
    "leaf variables",
    "more than one element of the written-to tensor",
    "must match the size",
    "can't retain_grad",
    "input tensor and the written-to tensor",
    "detached in-place",
    "moved into the graph interior",
)
CHANGED, AGAIN, OVERLAPPING, STALE, ITSELF, CUT, MOVED = (
    f"RuntimeError: {s}"
    for s in (
        "modified by an inplace operation",
        "second time",
        "more than one element of the written-to tensor",
        "view was created",
        "input tensor and the written-to tensor",
        "detached in-place",
        "moved into the graph interior",
    )
)


class Refused(list[Any]):
    """What hooks saw before a pass was refused: how far it came, the order of a formula's steps decides.

    A formula that was recorded is one node in PyTorch and several here (see the table of differences), so that the one
    that lacks what it saved comes sooner or later. A leaf that has become a stale view is refused where it was saved
    there, and when its gradient comes here.
    """


class AnyOrder(list[Any]):
    """What hooks saw in one line, where a gradient with a graph is about.

    The nodes of that graph are made in the order in which a formula's lines run, for PyTorch that of its arguments'
    names: a pass through it may come to one leaf before another here, and after it there.
    """


class Session:
    """A namespace in which a program runs, line by line."""

    def __init__(self, library: ModuleType) -> None:
        self.library = library
        library.set_grad_enabled(True)
        self.log: list[Any] = []
        self.recorded = False  # whether a gradient with a graph may be about
        self.names: dict[str, Any] = {"m": library, "note": self._note}
        exec(_PREAMBLE, self.names)

    def _note(self, kind: str, *tensors: Any) -> None:
        self.log.append((kind, [None if x is None else values(x) for x in tensors]))

    def run(self, code: CodeType) -> str | None:
        """Run one statement; return what its error is known by, None if it had none."""
        before = len(self.log)
        self.recorded = self.recorded or any("create_graph" in x for x in code.co_consts if isinstance(x, tuple))
        error = self._error(code)
        seen = self.log[before:]
        if (self.recorded and error in (CHANGED, AGAIN)) or error in (STALE, CUT, MOVED):
            self.log[before:] = [Refused(seen)]
        elif self.recorded and len(seen) > 1:
            self.log[before:] = [AnyOrder(seen)]
        return error

    def _error(self, code: CodeType) -> str | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(code, self.names)
            except Exception as error:
                text = str(error)
                famous = next((s for s in SENTENCES if s in text), "")
                return f"{type(error).__name__}: {famous}"
        return None

    def tensors(self) -> dict[str, Any]:
        """Return the program's tensors by name, in the order in which the names appeared."""
        return {k: v for k, v in self.names.items() if isinstance(v, self.library.Tensor)}

    def look(self) -> None:
        """Look at every tensor's place in the graph; one that may not be read any more is left alone."""
        for x in self.tensors().values():
            look(x, ["grad_fn"])

    def seen(self, gradients: Collection[str]) -> dict[str, Any]:
        """Return all that can be seen of the program's tensors, and what its hooks saw.

        How a gradient came about, in how many writes and by which ops, is a library's own affair: they are named.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            facts = {
                name: look(x, FACTS.keys() - PRIVATE if name in gradients else FACTS)
                for name, x in self.tensors().items()
            }
        return {**facts, "what hooks saw": list(self.log)}


def values(x: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Return a tensor's shape, and its entries as a flat list; a copy has them where PyTorch only thinks of zeros."""
    return tuple(x.shape), x.detach().clone().reshape(-1).tolist()


FACTS: dict[str, Callable[[Any], Any]] = {
    "value": values,
    "dtype": lambda x: str(x.dtype),
    "requires_grad": lambda x: x.requires_grad,
    "is_leaf": lambda x: x.is_leaf,
    "version": lambda x: x._version,
    "retains_grad": lambda x: x.retains_grad,
    "output_nr": lambda x: x.output_nr,
    "is_view": lambda x: x._is_view(),
    "grad_fn": lambda x: None if x.grad_fn is None else family(x.grad_fn.name()),
    "grad": lambda x: values(x.grad) if (x.is_leaf or x.retains_grad) and x.grad is not None else None,
    "grad's graph": lambda x: (x.is_leaf or x.retains_grad) and x.grad is not None and x.grad.requires_grad,
}


PRIVATE = {"version", "is_view", "grad_fn"}


def look(x: Any, wanted: Iterable[str]) -> dict[str, Any]:
    """Return what a program could read of one tensor; the class of the error where it cannot."""
    facts = {}
    for what in wanted:
        try:
            facts[what] = FACTS[what](x)
        except Exception as error:
            facts[what] = type(error).__name__
    return facts


# A view whose base was written to is named after its strides by PyTorch, after its own op by minigrad.
_VIEWS = {
    "AsStridedBackward0", "SliceBackward0", "SelectBackward0", "ViewBackward0", "TBackward0", "TransposeBackward0",
    "PermuteBackward0", "UnsqueezeBackward0", "SqueezeBackward0", "SqueezeBackward1", "ExpandBackward0",
    "ReshapeAliasBackward0", "DiagonalBackward0", "AliasBackward0",
}  # fmt: skip


def family(name: str) -> str:
    """Return a node's name, or "a view" for those of views."""
    return "a view" if name in _VIEWS else name


def differ(ours: Any, theirs: Any, tolerance: float) -> bool:
    """Return whether two facts differ; numbers may by rounding, in proportion to their size."""
    if isinstance(theirs, float) and isinstance(ours, float):
        if math.isnan(theirs) or math.isinf(theirs):
            return not (ours == theirs or (math.isnan(ours) and math.isnan(theirs)))
        return not abs(ours - theirs) <= tolerance * max(1.0, abs(theirs))
    if isinstance(theirs, Refused) and isinstance(ours, Refused):
        more, less = (ours, theirs) if len(ours) > len(theirs) else (theirs, ours)
        return not _paired(list(more), less, tolerance)
    if isinstance(theirs, AnyOrder) and isinstance(ours, AnyOrder):
        return len(ours) != len(theirs) or not _paired(list(ours), theirs, tolerance)
    if isinstance(theirs, list | tuple) and isinstance(ours, list | tuple):
        return len(ours) != len(theirs) or any(differ(a, b, tolerance) for a, b in zip(ours, theirs, strict=True))
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return ours.keys() != theirs.keys() or any(differ(ours[k], theirs[k], tolerance) for k in theirs)
    return bool(ours != theirs)


def _paired(facts: list[Any], some: list[Any], tolerance: float) -> bool:
    """Return whether ``some`` are among the facts, in any order, each one once."""
    for one in some:
        alike = [i for i, fact in enumerate(facts) if not differ(fact, one, tolerance)]
        if not alike:
            return False
        del facts[alike[0]]
    return True
