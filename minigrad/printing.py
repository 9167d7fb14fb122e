"""A tensor as text, character for character as PyTorch prints it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from minigrad import dtypes

__all__ = ["format_tensor", "set_printoptions"]

Array: TypeAlias = npt.NDArray[Any]

_PREFIX: Final = "tensor("


@dataclass(frozen=True, slots=True)
class _Options:
    """What `set_printoptions` sets."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES: Final = {
    "default": _Options(),
    "short": _Options(precision=2, edgeitems=2),
    "full": _Options(threshold=math.inf),
}

_options = _PROFILES["default"]


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are printed.

    Parameters
    ----------
    precision : int, optional
        Digits after the point; 4 at first.
    threshold : float, optional
        With more elements than this, the middle is left out; 1000 at first.
    edgeitems : int, optional
        How many elements stay at either end of a dimension then; 3 at first.
    linewidth : int, optional
        Characters in a line; 80 at first.
    profile : {"default", "short", "full"}, optional
        All of these at once; the other arguments then change it.
    sci_mode : bool, optional
        Always (True) or never (False) in scientific notation. Each call without it returns the choice to the numbers.

    Raises
    ------
    ValueError
        If there is no such profile.

    Examples
    --------
    >>> mg.set_printoptions(precision=2)
    >>> mg.tensor([1.12345])
    tensor([1.12])
    >>> mg.set_printoptions(profile="default")
    """
    global _options
    if profile is not None and profile not in _PROFILES:
        raise ValueError(f"no print profile is called {profile!r}; there are {', '.join(_PROFILES)}")
    base = _options if profile is None else _PROFILES[profile]
    _options = replace(
        base,
        precision=base.precision if precision is None else precision,
        threshold=base.threshold if threshold is None else threshold,
        edgeitems=base.edgeitems if edgeitems is None else edgeitems,
        linewidth=base.linewidth if linewidth is None else linewidth,
        sci_mode=sci_mode,
    )


def format_tensor(array: Array, *, grad_fn: str | None = None, requires_grad: bool = False) -> str:
    """Return the text that PyTorch's ``repr`` gives a tensor with these values.

    Parameters
    ----------
    array : ndarray
        The values, of a dtype that tensors can hold.
    grad_fn : str, optional
        The name of the node that computed it, such as ``"MulBackward0"``.
    requires_grad : bool
        Whether it is a leaf that requires a gradient.

    Returns
    -------
    str

    Examples
    --------
    >>> from minigrad.printing import format_tensor
    >>> print(format_tensor(np.array([0.5, 2.0], np.float32), grad_fn="MulBackward0"))
    tensor([0.5000, 2.0000], grad_fn=<MulBackward0>)
    """
    text = _values(array) if array.size else "[]"
    lines = [_PREFIX + text]
    length = len(lines[0]) - lines[0].rfind("\n") + 1  # PyTorch counts the last line of values two characters longer
    for suffix in _suffixes(array, grad_fn, requires_grad):
        if length + len(suffix) + 2 > _options.linewidth:
            lines.append(" " * len(_PREFIX) + suffix)
            length = len(lines[-1])
        else:
            lines[-1] += ", " + suffix
            length += len(suffix) + 2
    return ",\n".join(lines) + ")"


def _suffixes(array: Array, grad_fn: str | None, requires_grad: bool) -> list[str]:
    """Return what follows the values: only what they do not say by themselves."""
    found = []
    shape_is_hidden = _options.edgeitems == 0 if array.size else array.ndim != 1
    if shape_is_hidden:
        found.append(f"size={array.shape}")
    if not _dtype_is_plain(array):
        found.append(f"dtype={dtypes.of(array.dtype)}")
    if grad_fn is not None:
        found.append(f"grad_fn=<{grad_fn}>")
    elif requires_grad:
        found.append("requires_grad=True")
    return found


def _dtype_is_plain(array: Array) -> bool:
    """Return whether one would guess the dtype from the printed values."""
    default = dtypes.get_default_dtype()
    if array.size == 0:
        return array.dtype == default.numpy
    plain_complex = np.complex128 if default is dtypes.float64 else np.complex64
    return array.dtype in (default.numpy, plain_complex, np.int64, np.bool_)


# --- Numbers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """How every number of one tensor is written."""

    spec: str  # for Python's format()
    dot: bool = False  # whole floats: 3.
    width: int = 0

    def text(self, value: Any) -> str:
        """Write one number, padded to the width of the widest."""
        written = format(value, self.spec)
        if self.dot and math.isfinite(value):
            written += "."
        return written.rjust(self.width)


@dataclass(frozen=True, slots=True)
class _ComplexStyle:
    """How every number of one complex tensor is written: its parts, each in a style of its own."""

    real: _Style
    imag: _Style

    @property
    def width(self) -> int:
        """How many characters a number is taken to need."""
        return self.real.width + self.imag.width + 1

    def text(self, value: complex) -> str:
        """Write the real part padded, the imaginary part not."""
        imag = self.imag.text(value.imag).lstrip()
        return self.real.text(value.real) + ("" if imag.startswith("-") else "+") + imag + "j"


def _style_of(values: Array) -> _Style | _ComplexStyle:
    """Choose a style that suits all of these values."""
    if values.dtype.kind == "c":
        return _ComplexStyle(_style_of_floats(values.real), _style_of_floats(values.imag))
    if values.dtype.kind == "f":
        return _style_of_floats(values)
    spec = "" if values.dtype.kind == "b" else "d"
    return _Style(spec, width=max(len(str(value)) for value in values.reshape(-1).tolist()))


def _style_of_floats(values: Array) -> _Style:
    """Choose between whole numbers with a dot, a fixed number of digits, and scientific notation."""
    flat = values.reshape(-1).astype(np.float64)
    flat = flat[np.isfinite(flat) & (flat != 0)]
    sci = _Style(f".{_options.precision}e")
    fixed = _Style(f".{_options.precision}f")
    whole = _Style(".0f", dot=True)
    if flat.size == 0:
        return replace(whole, width=1)  # nothing to measure: laid out as if each number were one character wide
    sizes = np.abs(flat)
    smallest, largest = float(sizes.min()), float(sizes.max())
    style = whole if (flat == np.ceil(flat)).all() else fixed
    wide = largest / smallest > 1000.0 or largest > 1.0e8 or (style is fixed and smallest < 1.0e-4)
    if _options.sci_mode or (wide and _options.sci_mode is None):
        style = sci
    return replace(style, width=max(len(style.text(value)) for value in flat.tolist()))


# --- Rows and brackets ---------------------------------------------------------------------------------------------


def _values(array: Array) -> str:
    """Write all values, with brackets and line breaks."""
    if array.ndim == 0:
        return _style_of(array).text(array.item())
    short = array.size > _options.threshold
    if short and _options.edgeitems == 0:
        return "[...]"
    style = _style_of(_edges(array) if short else array)
    return _nested(array, len(_PREFIX), style, short)


def _edges(array: Array) -> Array:
    """Return the part of an array that is shown when its middle is left out."""
    edge = _options.edgeitems
    for axis, length in enumerate(array.shape):
        if length > 2 * edge:
            array = np.take(array, [*range(edge), *range(length - edge, length)], axis)
    return array


def _nested(array: Array, indent: int, style: _Style | _ComplexStyle, short: bool) -> str:
    """Write an array inside its brackets, which stand at this column."""
    if array.ndim == 1:
        return _row(array, indent, style, short)
    length, edge = len(array), _options.edgeitems
    if short and length > 2 * edge:
        parts = [_nested(array[i], indent + 1, style, short) for i in range(edge)]
        parts.append("...")
        parts += [_nested(array[i], indent + 1, style, short) for i in range(length - edge, length)]
    else:
        parts = [_nested(part, indent + 1, style, short) for part in array]
    separator = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
    return "[" + separator.join(parts) + "]"


def _row(array: Array, indent: int, style: _Style | _ComplexStyle, short: bool) -> str:
    """Write one row of numbers, over several lines where it must."""
    length, edge = len(array), _options.edgeitems
    if short and length > 2 * edge:
        before, after = array[:edge].tolist(), array[length - edge :].tolist()
        items = [*map(style.text, before), " ...", *map(style.text, after)]
    else:
        items = [style.text(value) for value in array.tolist()]
    per_line = max(1, (_options.linewidth - indent) // (style.width + 2))
    lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
