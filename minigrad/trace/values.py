"""Numbers as the player shows them: short, with a real minus sign, and with statistics where they are many."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from minigrad.autograd.base import Array

CELLS = 8  # so many numbers stand in cells of their own
KEPT = 1000  # so many are recorded one by one; of more, statistics
SAMPLE = 8
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is kept of an array that is too large to be copied."""

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    mean: float
    sample: tuple[Any, ...]  # its first entries


Snapshot: TypeAlias = "Array | Statistics"


def snapshot(array: Any) -> Snapshot:
    """Return a copy of an array, or statistics if it is large; nothing of it is shared."""
    if type(array) is not np.ndarray:
        array = np.asarray(array)
    copy: Array | None = array.copy() if array.size <= KEPT else None
    return _statistics(array) if copy is None else copy


def _statistics(array: Array) -> Statistics:
    sample = tuple(array.flat[:SAMPLE].tolist())
    if array.dtype.kind not in "fbiu":
        nan = math.nan
        return Statistics(array.shape, str(array.dtype), nan, nan, nan, sample)
    with np.errstate(all="ignore"):
        low, high, mean = float(array.min()), float(array.max()), float(array.mean(dtype=np.float64))
    return Statistics(array.shape, str(array.dtype), low, high, mean, sample)


def number_text(number: Any) -> str:
    """Return a number in at most four significant digits; whole numbers below a million in full.

    Examples
    --------
    >>> number_text(-0.5), number_text(1 / 3), number_text(12345), number_text(1e-7)
    ('−0.5', '0.3333', '12345', '1e−7')
    """
    if isinstance(number, (bool, np.bool_)):
        return str(bool(number))
    if isinstance(number, (int, np.integer)):
        return str(int(number)).replace("-", MINUS)
    if isinstance(number, (complex, np.complexfloating)):
        plain = complex(number)
        sign = MINUS if math.copysign(1, plain.imag) < 0 else "+"
        return f"{number_text(plain.real)}{sign}{number_text(abs(plain.imag))}j"
    number = float(number)
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else MINUS + "inf"
    if number == 0:
        return "0"
    if number.is_integer() and abs(number) < 1e6:
        return str(int(number)).replace("-", MINUS)
    text = f"{number:.4g}"
    mantissa, e, exponent = text.partition("e")
    if e:
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def bytes_text(count: int) -> str:
    """Return how much memory that is, in the largest unit of which there is at least one.

    Examples
    --------
    >>> bytes_text(24), bytes_text(4096), bytes_text(1_500_000)
    ('24 B', '4 KiB', '1.431 MiB')
    """
    size, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{number_text(size)} {unit}"


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape as Python writes it: ``()``, ``(3,)``, ``(2, 3)``."""
    return str(tuple(int(n) for n in shape))


# Values of snapshots by identity, while they are remembered; a snapshot beside its Value keeps its identity its own.
_known: dict[int, tuple[Any, dict[str, Any]]] | None = None


@contextmanager
def remembering() -> Iterator[None]:
    """Work out the Value of each snapshot once: a gradient is shown where it is sent and where it arrives."""
    global _known
    before, _known = _known, {}
    try:
        yield
    finally:
        _known = before


def value(data: Any) -> dict[str, Any] | None:
    """Return the Value of a play document for a snapshot, an array or a number; None for None."""
    if data is None:
        return None
    if _known is None or not isinstance(data, (np.ndarray, Statistics)):
        return _value(data)
    found = _known.get(id(data))
    if found is None:
        found = _known[id(data)] = (data, _value(data))
    return found[1]


def _value(data: Any) -> dict[str, Any]:
    if isinstance(data, Statistics):
        return _large(data)
    array = np.asarray(data)
    if array.size > KEPT:
        return _large(_statistics(array))
    if array.dtype.kind not in "fcbiu" or not array.size:
        return _plain(
            array.shape, "stats", [], [], f"empty, shape {shape_text(array.shape)}" if not array.size else "?"
        )
    flat = array.ravel()
    texts = [number_text(n) for n in flat.tolist()]
    if array.size <= CELLS:
        return _plain(array.shape, "cells", texts, _numbers(flat), _nested(texts, array.shape))
    return _plain(array.shape, "heat", texts, _numbers(flat), _summary(_statistics(array)))


def cells_of(data: Any, shape: Sequence[int]) -> int:
    """Return how many numbers a variable's rows write out: none, if a map or a summary stands for them."""
    if data is None:  # its gradient may be known all the same
        return math.prod(shape) if math.prod(shape) <= CELLS else 0
    found = value(data)
    return len(found["text"]) if found is not None and found["kind"] == "cells" else 0


def unheld_value(shape: Sequence[int], text: str) -> dict[str, Any]:
    """Return the Value that stands for numbers that nobody holds any more."""
    return _plain(shape, "stats", [], [], text)


def none_value() -> dict[str, Any]:
    """Return the Value that stands for Python's None, where a gradient is missing."""
    return _plain((), "cells", ["None"], [None], "None")


def _large(stats: Statistics) -> dict[str, Any]:
    return _plain(stats.shape, "stats", [], [], _summary(stats))


def _summary(stats: Statistics) -> str:
    if stats.dtype.startswith("complex"):  # these have no order
        return f"shape {shape_text(stats.shape)}, {stats.dtype}"
    low, high, mean = number_text(stats.low), number_text(stats.high), number_text(stats.mean)
    return f"shape {shape_text(stats.shape)}, min {low} max {high}, mean {mean}"


def _plain(
    shape: Sequence[int], kind: str, texts: list[str], numbers: list[float | int | None], summary: str
) -> dict[str, Any]:
    count = math.prod(shape)
    cols = int(shape[-1]) if shape else 1
    return {
        "shape": [int(n) for n in shape],
        "kind": kind,
        "text": texts,
        "numbers": numbers,
        "rows": count // cols if cols else 0,
        "cols": cols,
        "summary": summary,
    }


def _numbers(flat: Array) -> list[float | int | None]:
    """Return plain numbers, the shortest that mean the same in the array's precision; None where JSON has none."""
    if flat.dtype.kind == "c":
        return [None] * flat.size
    if flat.dtype.kind != "f":
        return [int(n) for n in flat]
    if flat.dtype.itemsize < 8:
        return [float(str(n)) if np.isfinite(n) else None for n in flat]
    return [float(n) if math.isfinite(n) else None for n in flat]


def _nested(texts: list[str], shape: Sequence[int]) -> str:
    """Return the numbers as nested lists, as a tensor prints them."""
    if not shape:
        return texts[0]
    items = texts
    for size in reversed(shape[1:]):
        items = [f"[{', '.join(items[i : i + size])}]" for i in range(0, len(items), size)]
    return f"[{', '.join(items)}]"
