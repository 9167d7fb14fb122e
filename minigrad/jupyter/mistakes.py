"""Which kind of mistake is it? Numbers are held against the right ones, and against what usual mistakes lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from minigrad.autograd.base import Array, TensorBase

__all__ = ["Found", "Mistake", "Suspect", "as_numbers", "classify", "close"]

MOST_PLACES = 3  # so many wrong entries are named
WHOLE_FACTORS = 12  # a single number that is off by such a factor, or by one over it, has lost a factor


Found: TypeAlias = "tuple[str, Mapping[str, object]]"  # a kind of mistake, and what its sentence names


class Mistake(Exception):
    """What was handed in cannot be compared at all.

    Parameters
    ----------
    kind : str
        The mistake, a key of the words.
    **blanks : object
        What the sentence about it names.
    """

    def __init__(self, kind: str, **blanks: object) -> None:
        super().__init__(kind)
        self.found: Found = (kind, blanks)


@dataclass(frozen=True)
class Suspect:
    """What one comes to by one certain mistake.

    Parameters
    ----------
    kind : str
        The mistake, a key of the words.
    value : ndarray
        What it leads to.
    blanks : mapping of str to str
        What the sentence about it names.
    """

    kind: str
    value: Array
    blanks: Mapping[str, object] = field(default_factory=dict)


def as_numbers(answer: Any) -> Array:
    """Return an answer as an array of float64; what is no number at all is a Mistake."""
    if isinstance(answer, str | bytes):
        raise Mistake("text")
    if callable(answer):
        raise Mistake("not_called")
    try:
        array = np.asarray(_plain(answer))
    except ValueError:
        raise Mistake("ragged") from None
    if array.dtype.kind in "USO" and any(isinstance(item, str | bytes) for item in array.flat):
        raise Mistake("text")
    if array.dtype.kind == "O" and array.ndim and any(item is None for item in array.flat):
        raise Mistake("none_inside")
    try:
        if array.dtype.kind not in "fiubO":
            raise TypeError
        return np.array(array, dtype=np.float64)  # of fractions, and of numbers of several kinds, too
    except (TypeError, ValueError, OverflowError):
        raise Mistake("no_number", type=type(answer).__name__) from None


def _plain(answer: Any) -> Any:
    """Return tensors as arrays, also those in a list, and those of PyTorch that require a gradient."""
    if isinstance(answer, list | tuple):
        return [_plain(item) for item in answer]
    if isinstance(answer, TensorBase):
        return answer._array
    detach = getattr(answer, "detach", None)
    return detach() if callable(detach) else answer


def close(answer: Array, right: Array) -> bool:
    """Whether an answer is right: as printed, with four digits, is near enough."""
    return answer.shape == right.shape and bool(np.all(_near(answer, right)))


def _near(answer: Array, right: Array) -> Array:
    with np.errstate(all="ignore"):
        near = np.isfinite(right) & (np.abs(answer - right) <= 5e-4 * np.abs(right) + 1e-9)
        printed = np.isfinite(right) & (np.abs(right) > 1e-3) & (np.abs(answer - right) <= 5.1e-5)
        return np.asarray(near | printed | (answer == right) | (np.isnan(answer) & np.isnan(right)))


def classify(
    answer: Array,
    right: Array,
    suspects: Sequence[Suspect] = (),
    place: Callable[[tuple[int, ...]], str] | None = None,
) -> Found:
    """Return ``("right", {})``, or the kind of mistake and what its sentence names.

    Parameters
    ----------
    answer, right : ndarray of float64
        What was handed in, and what is right.
    suspects : sequence of Suspect
        What certain mistakes lead to, the likeliest first.
    place : callable, optional
        Says where an entry stands; its index in brackets if not given.

    Returns
    -------
    tuple of str and mapping
        The kind, a key of the words, and what stands in the sentence's gaps.
    """
    if close(answer, right):
        return "right", {}
    if answer.shape != right.shape:
        return _shapes(answer, right)
    if np.isfinite(right).all() and not np.isfinite(answer).all():
        return "nan", {}
    if not np.isfinite(right).all() and np.isfinite(answer).all():
        return "no_nan", {}
    if close(answer, -right):
        return "sign", {}
    for suspect in suspects:
        if close(answer, suspect.value) and not close(suspect.value, right):
            return suspect.kind, dict(suspect.blanks)
    if not answer.any():
        return "zeros", {}
    good = _near(answer, right)
    say = place or (lambda index: str(list(index)))
    wrong = [tuple(int(i) for i in index) for index in np.argwhere(~good)]
    places = {"places": ", ".join(say(index) for index in wrong[:MOST_PLACES]) + (" ..." * (len(wrong) > MOST_PLACES))}
    if close(np.abs(answer), np.abs(right)):
        return "sign_some", places
    if right.ndim == 2 and close(answer.T, right):
        return "transposed", {}
    if close(np.sort(answer, axis=None), np.sort(right, axis=None)):
        return "order", {}
    if np.all(np.abs(answer - right) <= 0.03 * np.abs(right)):
        return "rounded", {}
    factor = _factor(answer, right)
    if factor is not None:
        return ("factor_sign" if factor < 0 else "factor_small" if factor < 1 else "factor_large"), {}
    if right.size > 1 and close(answer - (answer - right).flat[0], right):
        return "offset", {}
    if good.any():
        return "some", {"count": int(good.sum()), "size": right.size, **places}
    return ("other_number" if right.size == 1 else "other_numbers"), {}


def _shapes(answer: Array, right: Array) -> Found:
    """Name the mistake in an answer of another shape."""
    if answer.T.shape == right.shape and close(answer.T, right):
        return "transposed", {}
    if answer.ndim >= right.ndim and answer.size > right.size:
        lead = answer.ndim - right.ndim
        summed = answer.sum(axis=tuple(range(lead)))
        stretched = tuple(axis for axis, size in enumerate(right.shape) if size == 1 != summed.shape[axis])
        if close(np.asarray(summed.sum(axis=stretched, keepdims=True)), right):
            return "not_summed", {}
    got = {"got": answer.shape if answer.shape else "a single number"}
    if answer.size == right.size and close(answer.reshape(right.shape), right):
        return "shape_only", got
    return "shape", got  # and not which one is needed: that may be half of the answer


def _factor(answer: Array, right: Array) -> float | None:
    """Return by which one factor an answer is off, or None."""
    used = right != 0
    if not used.any() or answer[~used].any() or not answer[used].all():
        return None
    ratios = answer[used] / right[used]
    ratio = float(ratios.flat[0])
    if not np.all(_near(ratios, np.full_like(ratios, ratio))):
        return None
    if ratios.size == 1:  # any two numbers have a ratio: only a simple one tells something
        size = max(abs(ratio), 1 / abs(ratio))
        if abs(size - round(size)) > 1e-3 or size > WHOLE_FACTORS:
            return None
    return ratio
