"""The pieces that steps are made of: boxes, equations, effects and flows, as plain JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from minigrad.trace import mathml
from minigrad.trace.graph import Edge, Variable, shorten
from minigrad.trace.values import Snapshot, Statistics, none_value, shape_text, value

Json: TypeAlias = dict[str, Any]

LONGEST_SAYING = 400  # characters of an error
LONGEST_CHIP = 24  # characters of numbers that travel along an edge


def row_text(row: Mapping[str, Any]) -> str:
    """Return an equation row as one line of text."""
    text = " ".join([part if isinstance(part, str) else part["value"]["summary"] for part in row["terms"]])
    if row["left"] is not None:
        text = f"{mathml.plain(row['left'])} = {text}"
    then = row["then"]
    if then is not None:
        text = f"{text}, {' '.join([part for part in (then['badge'], then['text']) if part])}"
    return text


def box_of(caption: str, role: str, data: Any) -> Json:
    """Return a box of numbers in an equation."""
    return {"caption": caption, "role": role, "value": none_value() if data is None else value(data), "code": None}


def row_of(kind: str, left: Any, terms: list[Any], badge: str | None = None, text: str | None = None) -> Json:
    """Return an equation: boxes with symbols between them, and what becomes of the last one."""
    then = None if text is None else {"badge": badge, "text": text}
    return {"kind": kind, "left": left, "terms": terms, "then": then}


def effect(
    variable: Variable, row: str, state: str, found: Json | None, badge: str | None = None, note: str | None = None
) -> Json:
    """Return what a row of a variable's dock shows from a step on."""
    return {"variable": variable.id, "row": row, "state": state, "value": found, "badge": badge, "note": note}


def flow(edge: Edge, lane: str, data: Any) -> Json:
    """Return what moves along an edge."""
    return {"edge": edge.id, "lane": lane, "chip": brief(data, LONGEST_CHIP)}


def brief(data: Any, longest: int) -> str | None:
    """Return numbers in one short line, or None if that is too long; for large arrays their shape."""
    found = value(data)
    if found is None:
        return None
    if found["kind"] != "cells":
        return shape_text(found["shape"])
    return found["summary"] if len(found["summary"]) <= longest else shape_text(found["shape"])


def summary(data: Any) -> str:
    """Return numbers in one line, as they are read out."""
    found = value(data)
    return "None" if found is None else str(found["summary"])


def shape_of(data: Snapshot | None) -> tuple[int, ...]:
    """Return a shape; of nothing, that of a number."""
    return () if data is None else tuple(data.shape)


def is_set(data: Snapshot | None) -> bool:
    """Return whether a gradient holds something else than zeros."""
    if data is None:
        return False
    if isinstance(data, Statistics):
        return not (data.low == 0 and data.high == 0)
    return bool(np.any(data))


def equal(a: Snapshot | None, b: Snapshot | None) -> bool:
    """Return whether two gradients hold the same numbers."""
    if a is None or b is None:
        return a is b
    if isinstance(a, Statistics) or isinstance(b, Statistics):
        return a is b or (isinstance(a, Statistics) and isinstance(b, Statistics) and a == b)
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))


def first_sentence(text: str) -> str:
    """Return the first sentence of an error, which is PyTorch's where PyTorch has one; of a long one the beginning."""
    return shorten(re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(text.split()), maxsplit=1)[0], LONGEST_SAYING)


def comma(where: Json | None) -> str:
    """Return where a step was written, as it is read out after a title."""
    if where is None:
        return ""
    return f", {where['text']}, {where['code']}" if where["code"] else f", {where['text']}"
