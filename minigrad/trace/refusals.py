"""An op that refused to run: which one it was and what it was given, read from the error's traceback.

It left no event, as an op is heard of once it has run; and to listen before each op would cost every one of them. The
traceback knows all: the frame of minigrad that the user's line called, and the tensors that it was called with.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from os import sep
from os.path import dirname
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from minigrad.autograd import engine
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Function, Op
from minigrad.autograd.node import Node, short_name
from minigrad.tensor.graph import Graph
from minigrad.trace.events import Refused, Site
from minigrad.trace.frames import variables
from minigrad.trace.source import Sources

PACKAGE = dirname(dirname(__file__)) + sep
LIBRARY = (PACKAGE, dirname(np.__file__) + sep, dirname(inspect.__file__) + sep)
ROOMS = tuple([PACKAGE + room for room in ("ops" + sep, "tensor" + sep, "numpy_protocol" + sep)])
BACKWARD = Graph.backward.__code__  # no op; what else a tensor is asked about its graph is shown like one
WRAPPERS = frozenset({"call", "method", "wrapped", "wrapper", "__operator__"})
OPERATORS = {  # as one writes them, and the op's name
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.MatMult: "mm", ast.Pow: "pow",
    ast.Mod: "remainder", ast.FloorDiv: "floor_divide", ast.USub: "neg",
}  # fmt: skip
AUGMENTED = "+−×÷"  # what has an in-place form with an equals sign
MOST_OPERANDS = 8


@dataclass
class Refusal:
    """A call that was refused: its operands, where the user called it, and how it is shown."""

    op: type[Any]
    operands: list[TensorBase]
    sites: tuple[Site, ...]  # innermost first
    inner: tuple[Site, ...]  # the frames of this package, from the one that the user called inwards
    frames: list[FrameType]
    shown: Refused


def find(
    error: BaseException, trace: TracebackType | None, filename: str | None, sources: Sources, anywhere: bool = False
) -> Refusal | None:
    """Return the op that an error came from, or None if it was no op: a mistake of Python, or a backward pass.

    Parameters
    ----------
    error : BaseException
        What was raised.
    trace : traceback
        Where it passed through.
    filename : str or None
        The recorded file or cell.
    sources : Sources
        The sources of the recording.
    anywhere : bool
        Take any function of minigrad for an op: where no op has run there is nothing else to show.
    """
    if not isinstance(error, Exception):
        return None
    calls: list[tuple[FrameType, int]] = []
    while trace is not None:
        calls.append((trace.tb_frame, trace.tb_lasti))
        trace = trace.tb_next
    if any(frame.f_code is engine.run_backward.__code__ for frame, _ in calls):
        return None
    files = [frame.f_code.co_filename for frame, _ in calls]
    start = files.index(filename) if filename in files else 0
    calls, files = calls[start:], files[start:]
    custom = next((i for i, (frame, _) in enumerate(calls) if frame.f_code is Function.apply.__func__.__code__), None)  # type: ignore[attr-defined]
    end = len(calls) if custom is None else custom
    mine = [i for i in range(end) if not files[i].startswith(LIBRARY)]
    if not mine or mine[-1] == len(calls) - 1:
        return None
    called = custom
    if called is None:
        inside = range(mine[-1] + 1, len(calls))
        called = next((i for i in inside if files[i].startswith(ROOMS) and calls[i][0].f_code is not BACKWARD), None)
        if called is None and anywhere:
            called = next((i for i in inside if files[i].startswith(PACKAGE) and _given(calls[i][0])), None)
    if called is None:
        return None
    says = text_of(error) or type(error).__name__
    given = dict(variables(calls[called][0]))
    operands = _given(calls[called][0])
    if not operands:
        return None
    sites = tuple([(calls[i][0].f_code, calls[i][1]) for i in reversed(mine)])
    if custom is not None:
        op = given["cls"]
        shown = Refused("ƒ", op.__name__, says)
    else:
        name = _name(sites[0], sources) if called == mine[-1] + 1 else None
        inner = [frame.f_code.co_name for frame, _ in calls[called:]]
        name = name or next((n for n in inner if n not in WRAPPERS and n[:2] != "__"), inner[0].strip("_"))
        op, shown = _shown(name, says)
    inner_sites = tuple([(frame.f_code, offset) for frame, offset in calls[mine[-1] + 1 : called + 1]])
    return Refusal(op, operands, sites, inner_sites, [calls[i][0] for i in reversed(mine)], shown)


def is_about_tensors(error: BaseException) -> bool:
    """Return whether a function of minigrad that an error passed through was given a tensor, or a node, to show."""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        here = variables(frame) if frame.f_code.co_filename.startswith(PACKAGE) else []
        if any(isinstance(thing, Node) for _, thing in here) or (here and _given(frame)):
            return True
        trace = trace.tb_next
    return False


def text_of(error: BaseException) -> str:
    """Return what an error says; an exception class of the user's may fail at this too."""
    try:
        return str(error).strip()
    except Exception:
        return ""


def _given(frame: FrameType) -> list[TensorBase]:
    """Return the first tensors among a call's arguments."""
    return list(_tensors(frame, dict(variables(frame))))[:MOST_OPERANDS]


def _tensors(frame: FrameType, given: dict[str, Any]) -> Iterator[TensorBase]:
    """Yield the tensors among a call's arguments, and in lists of them."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    met: set[int] = set()
    todo = [given[name] for name in reversed(code.co_varnames[:count]) if name in given]
    while todo:
        thing = todo.pop()
        if isinstance(thing, TensorBase):
            if id(thing) not in met:
                met.add(id(thing))
                yield thing
        elif type(thing) in (tuple, list):
            todo.extend(reversed(thing[:MOST_OPERANDS]))
        elif type(thing) is dict:
            todo.extend(list(thing.values())[:MOST_OPERANDS])


def _name(site: Site, sources: Sources) -> str | None:
    """Return what the user called there: ``add`` for ``a + b``, ``add_`` for ``a += b``, ``view`` for ``a.view(5)``."""
    found = sources.node(site)
    node = None if found is None else found[1]
    if isinstance(node, (ast.BinOp, ast.UnaryOp)):
        return OPERATORS.get(type(node.op))
    if isinstance(node, ast.AugAssign):
        name = OPERATORS.get(type(node.op))
        return None if name is None else f"{name}_"
    if isinstance(node, ast.Call):
        called = node.func
        return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else None
    if isinstance(node, ast.Subscript):
        return "[ ]=" if isinstance(node.ctx, ast.Store) else "[ ]"
    return None


def _shown(name: str, says: str) -> tuple[type[Any], Refused]:
    """Return the op of a name, and how it is shown; one that no op is called by is shown by its name."""
    in_place = name.endswith("_")
    bare = name.strip("_").lower()
    op = _ops().get(bare)
    glyph = (op.glyph if op is not None else "") or name
    if in_place and glyph in AUGMENTED:
        glyph += "="
    words = {"[ ]": "index", "[ ]=": "set item", "mm": "matmul"}
    return op or Refused, Refused(glyph, words.get(name, bare).upper(), says)


@functools.cache
def _ops() -> dict[str, type[Any]]:
    """All built-in ops, by the name that one calls them by."""
    found: dict[str, type[Any]] = {}
    todo = [Op]
    while todo:
        op = todo.pop()
        todo.extend(op.__subclasses__())
        if op.__module__.startswith("minigrad.ops"):
            found.setdefault(short_name(op).lower(), op)
    return found
