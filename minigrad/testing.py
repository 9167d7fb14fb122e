"""Assertions for tests of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase

__all__ = ["assert_close"]

# By dtype: how far apart numbers may be, relative to the expected one and absolutely; as in PyTorch.
_TOLERANCES = {
    "float16": (1e-3, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex64": (1.3e-6, 1e-5),
    "complex128": (1e-7, 1e-7),
}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """Raise unless two tensors, numbers, or containers of them are close, of one shape and one dtype.

    Parameters
    ----------
    actual, expected : Tensor, ndarray, number, sequence or mapping
        What was found, and what was wanted.
    allow_subclasses : bool
        Accepted; it changes nothing.
    rtol, atol : float, optional
        The tolerances; by dtype, if both are left out.
    equal_nan : bool
        Whether nan equals nan.
    check_device : bool
        Accepted; everything is on the CPU.
    check_dtype : bool
        Whether dtypes must be equal.
    check_layout, check_stride : bool
        Accepted; they change nothing.
    msg : str or callable, optional
        What to say instead, or a function of what would be said.

    Raises
    ------
    AssertionError
        If they are not close: how many entries differ, by how much at most, and where.
    ValueError
        If only one of the tolerances is given.

    Examples
    --------
    >>> mg.testing.assert_close(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 2.0000001]))
    """
    if (rtol is None) != (atol is None):
        missing = "atol" if atol is None else "rtol"
        raise ValueError(f"Both 'rtol' and 'atol' must be either specified or omitted, but got no {missing}.")
    found = _difference(actual, expected, rtol, atol, equal_nan, check_dtype)
    if found:
        raise AssertionError(found if msg is None else msg(found) if callable(msg) else msg)


def _difference(a: Any, b: Any, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool) -> str:
    """Return what is wrong, or nothing."""
    settings = (rtol, atol, equal_nan, check_dtype)
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if a.keys() != b.keys():
            return f"The keys of the mappings do not match: {sorted(map(str, a))} and {sorted(map(str, b))}"
        parts = [(key, a[key], b[key]) for key in a]
    elif _is_row(a) and _is_row(b):
        if len(a) != len(b):
            return f"The length of the sequences mismatch: {len(a)} != {len(b)}"
        parts = [(i, x, y) for i, (x, y) in enumerate(zip(a, b, strict=True))]
    else:
        return _of_arrays(a, b, *settings)
    for key, x, y in parts:
        found = _difference(x, y, *settings)
        if found:
            return f"{found}\n\nThe failure occurred for item [{key!r}]"
    return ""


def _is_row(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _of_arrays(a: Any, b: Any, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool) -> str:
    x, y = (v._array if isinstance(v, TensorBase) else np.asarray(v) for v in (a, b))
    scalar = not isinstance(a, (TensorBase, np.ndarray))
    if x.shape != y.shape:
        shapes = f"torch.Size({list(x.shape)}) != torch.Size({list(y.shape)})"
        return f"The values for attribute 'shape' do not match: {shapes}."
    if check_dtype and not scalar and x.dtype != y.dtype:
        return f"The values for attribute 'dtype' do not match: torch.{x.dtype} != torch.{y.dtype}."
    if rtol is None or atol is None:
        of_both = [_TOLERANCES.get(str(v.dtype), (0.0, 0.0)) for v in (x, y)]
        rtol, atol = max(t[0] for t in of_both), max(t[1] for t in of_both)
    kind = np.result_type(x, y)
    p, q = (v.astype(np.int64 if kind.kind in "biu" else kind) for v in (x, y))
    with np.errstate(all="ignore"):
        close = (p == q) | (np.abs(p - q) <= atol + rtol * np.abs(q)) & np.isfinite(p) & np.isfinite(q)
        if equal_nan:
            close |= np.isnan(p) & np.isnan(q)
        if close.all():
            return ""
        absolute = np.where(close, 0, np.abs(p - q))
        ratio = np.abs(p - q) / np.abs(q)
        relative = np.where(close, 0, ratio if kind.kind in "fc" else ratio.astype(np.float32))
    exact = rtol == 0 and atol == 0
    word = "equal" if exact else "close"
    if x.ndim == 0:
        text = f"Scalars are not {word}!\n\n"
        text += f"Expected {y.item()} but got {x.item()}.\n"
        return text + (
            f"Absolute difference: {absolute.item()}" + ("" if exact else f" (up to {atol} allowed)") + "\n"
            f"Relative difference: {relative.item()}" + ("" if exact else f" (up to {rtol} allowed)")
        )
    wrong = int((~close).sum())
    text = f"Tensor-likes are not {word}!\n\nMismatched elements: {wrong} / {x.size} ({100 * wrong / x.size:.1f}%)\n"
    for name, values, bound in [("absolute", absolute, atol), ("relative", relative, rtol)]:
        at = np.unravel_index(int(np.nanargmax(values)) if not np.isnan(values).all() else 0, values.shape)
        place = tuple(int(i) for i in at)
        allowed = "" if exact else f" (up to {bound} allowed)"
        text += f"Greatest {name} difference: {values[at].item()} at index {place}{allowed}\n"
    return text.rstrip("\n")
