"""The number types a tensor can hold, the default one, and which type comes out when several meet."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "bfloat16",
    "bool_",
    "can_require_grad",
    "cdouble",
    "cfloat",
    "complex64",
    "complex128",
    "double",
    "dtype",
    "float16",
    "float32",
    "float64",
    "float_",
    "get_default_dtype",
    "half",
    "int8",
    "int16",
    "int32",
    "int64",
    "int_",
    "long",
    "of",
    "promote_types",
    "result_type",
    "set_default_dtype",
    "short",
    "to_numpy",
    "uint8",
]

NumpyDtype: TypeAlias = np.dtype[Any]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class dtype:
    """A type of number, such as ``mg.float32``: one object a type, compared by identity.

    It prints as PyTorch prints it, because printed tensors must read the same in both.

    Parameters
    ----------
    name : str
        The name without the library, ``"float32"``.
    numpy : numpy.dtype
        The same type in NumPy.
    title : str
        What PyTorch calls it in sentences and in ``FloatTensor``: ``"Float"``.

    Attributes
    ----------
    is_floating_point, is_complex, is_signed : bool
        Which family it belongs to.
    itemsize : int
        Bytes an element.

    Examples
    --------
    >>> mg.float32
    torch.float32
    >>> mg.float32.itemsize, mg.float32.is_floating_point
    (4, True)
    """

    __module__ = "minigrad"  # where a program finds it

    name: str
    numpy: NumpyDtype
    title: str

    @property
    def is_floating_point(self) -> builtins.bool:
        """Whether it is a real type with a fraction."""
        return self.numpy.kind == "f"

    @property
    def is_complex(self) -> builtins.bool:
        """Whether it has an imaginary part."""
        return self.numpy.kind == "c"

    @property
    def is_signed(self) -> builtins.bool:
        """Whether it can hold a negative number."""
        return self.numpy.kind not in "ub"

    @property
    def itemsize(self) -> builtins.int:
        """Bytes an element."""
        return self.numpy.itemsize

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name  # a bare name: pickle and copy look it up in `minigrad` and get the one object back


class _NotHere(dtype):
    """A type that PyTorch has and NumPy has not: programs may ask whether a tensor is of it, but not for such a one."""

    __slots__ = ()
    is_floating_point = is_signed = True
    is_complex = False
    itemsize = 2

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "name", name)

    @property
    def numpy(self) -> NumpyDtype:
        """Refuse: there is none."""
        raise NotImplementedError(
            f"minigrad has no numbers of {self.name}: NumPy has no such type. Use float32, or float16."
        )


bfloat16: Final = _NotHere("bfloat16")
float16: Final = dtype("float16", np.dtype(np.float16), "Half")
float32: Final = dtype("float32", np.dtype(np.float32), "Float")
float64: Final = dtype("float64", np.dtype(np.float64), "Double")
int8: Final = dtype("int8", np.dtype(np.int8), "Char")
int16: Final = dtype("int16", np.dtype(np.int16), "Short")
int32: Final = dtype("int32", np.dtype(np.int32), "Int")
int64: Final = dtype("int64", np.dtype(np.int64), "Long")
uint8: Final = dtype("uint8", np.dtype(np.uint8), "Byte")
complex64: Final = dtype("complex64", np.dtype(np.complex64), "ComplexFloat")
complex128: Final = dtype("complex128", np.dtype(np.complex128), "ComplexDouble")
# The names that Python itself uses carry an underscore in this file; `__getattr__` answers to them without.
bool_: Final = dtype("bool", np.dtype(np.bool_), "Bool")

half, float_, double = float16, float32, float64
short, int_, long = int16, int32, int64
cfloat, cdouble = complex64, complex128

_BY_NUMPY: Final[dict[NumpyDtype, dtype]] = {
    d.numpy: d for d in (float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint8, bool_)
}
_BY_PYTHON: Final[dict[type, NumpyDtype]] = {
    float: float64.numpy,
    int: int64.numpy,
    bool: bool_.numpy,
    complex: complex128.numpy,
}


def __getattr__(name: str) -> dtype:
    """Answer ``dtypes.bool``, ``dtypes.int`` and ``dtypes.float`` without hiding Python's own from this file."""
    if name in ("bool", "int", "float"):
        return {"bool": bool_, "int": int_, "float": float_}[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def of(numpy_dtype: NumpyDtype) -> dtype:
    """Return the dtype that stands for a NumPy dtype.

    Parameters
    ----------
    numpy_dtype : numpy.dtype
        In the machine's own byte order.

    Returns
    -------
    dtype
        The one object for this type.

    Raises
    ------
    TypeError
        If tensors cannot hold it (strings, objects, uint16, longdouble ...).
    ValueError
        If its bytes are in the other order.

    Examples
    --------
    >>> from minigrad import dtypes
    >>> dtypes.of(np.dtype("float32"))
    torch.float32
    """
    try:
        return _BY_NUMPY[numpy_dtype]
    except KeyError:
        raise _unsupported(numpy_dtype) from None


def _unsupported(numpy_dtype: NumpyDtype) -> Exception:
    """Say, in PyTorch's words, why no tensor holds this type."""
    if numpy_dtype.newbyteorder("=") in _BY_NUMPY:
        return ValueError(
            "given numpy array has byte order different from the native byte order. "
            "Conversion between byte orders is currently not supported. "
            "Convert it first, for example with array.astype(array.dtype.newbyteorder('='))."
        )
    names = ", ".join(d.name for d in _BY_NUMPY.values() if d is not bool_)
    return TypeError(
        f"can't convert np.ndarray of type numpy.{numpy_dtype.type.__name__}. "
        f"The only supported types are: {names}, and bool."
    )


def to_numpy(like: object) -> NumpyDtype:
    """Return the NumPy dtype for anything a user may pass as ``dtype=``.

    Parameters
    ----------
    like : dtype, numpy.dtype, NumPy scalar type, or Python's float, int, bool or complex
        As in PyTorch, ``float`` means float64 and ``complex`` complex128 here.

    Returns
    -------
    numpy.dtype

    Raises
    ------
    TypeError
        If it names no type that tensors can hold.

    Examples
    --------
    >>> from minigrad import dtypes
    >>> dtypes.to_numpy(mg.float32), dtypes.to_numpy(float)
    (dtype('float32'), dtype('float64'))
    """
    if isinstance(like, dtype):
        return like.numpy
    if isinstance(like, np.dtype):
        return of(like).numpy
    if isinstance(like, type):
        if like in _BY_PYTHON:
            return _BY_PYTHON[like]
        if issubclass(like, np.generic):
            return of(np.dtype(like)).numpy
    raise TypeError(f"argument 'dtype' must be torch.dtype, not {type(like).__name__}; for example dtype=mg.float32")


# --- The default dtype ---------------------------------------------------------------------------------------------

_default: dtype = float32


def get_default_dtype() -> dtype:
    """Return the dtype that Python floats become: float32 unless it was set.

    Returns
    -------
    dtype

    Examples
    --------
    >>> mg.get_default_dtype()
    torch.float32
    """
    return _default


def set_default_dtype(d: dtype) -> None:
    """Set the dtype that Python floats become.

    Parameters
    ----------
    d : dtype
        A real floating point type.

    Raises
    ------
    TypeError
        If it is anything else.

    Examples
    --------
    >>> mg.set_default_dtype(mg.float64)
    >>> mg.tensor(0.1).dtype
    torch.float64
    >>> mg.set_default_dtype(mg.float32)
    """
    global _default
    if not isinstance(d, dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _default = d
    _results.clear()


def _of_scalar(kind: type) -> NumpyDtype:
    """Return the NumPy dtype that a Python or NumPy scalar of this class counts as."""
    if issubclass(kind, (bool, np.bool_)):
        return bool_.numpy
    if issubclass(kind, (int, np.integer)):
        return int64.numpy
    if issubclass(kind, (float, np.floating)):
        return _default.numpy
    if issubclass(kind, (complex, np.complexfloating)):
        # PyTorch has a complex32 to go with float16; NumPy's smallest is complex64.
        return complex128.numpy if _default is float64 else complex64.numpy
    raise TypeError(f"a tensor or a number was needed, not {kind.__name__}")


# --- Promotion -----------------------------------------------------------------------------------------------------

# Note [Three levels of promotion]
#
# Operands with dimensions decide the result's type; 0-d tensors only when they belong to a higher family of numbers
# (bool < integer < float < complex), and Python's scalars, last, by the same rule. So `x * 2.5` and `x * s` keep a
# float32 `x` in float32 even where `s` is a 0-d float64, and an integer `x` becomes whatever float it met.

_FAMILY: Final = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}

_results: dict[tuple[Any, ...], NumpyDtype] = {}


def promote_types(a: dtype, b: dtype) -> dtype:
    """Return the smallest dtype that both convert to, where an integer fits any float.

    Parameters
    ----------
    a, b : dtype
        Any two.

    Returns
    -------
    dtype

    Examples
    --------
    >>> mg.promote_types(mg.int64, mg.float32)
    torch.float32
    >>> mg.promote_types(mg.uint8, mg.int8)
    torch.int16
    """
    return of(_promote(a.numpy, b.numpy))


def _promote(a: NumpyDtype, b: NumpyDtype) -> NumpyDtype:
    """Promote two types of one level."""
    low, high = sorted((a, b), key=lambda d: _FAMILY[d.kind])
    if _FAMILY[low.kind] < _FAMILY[high.kind] and low.kind != "f":
        return high  # NumPy would widen a float that meets an integer; PyTorch does not
    return np.promote_types(low, high)


def _outranked(strong: NumpyDtype | None, weak: NumpyDtype | None) -> NumpyDtype | None:
    """Combine two levels: the weaker one counts only when its family is higher."""
    if strong is None or weak is None:
        return strong or weak
    if _FAMILY[weak.kind] <= _FAMILY[strong.kind]:
        return strong
    if strong.kind == "f":  # real meets complex: keep the precision of the stronger side
        return complex128.numpy if strong is float64.numpy else complex64.numpy
    return weak


def result_type(*operands: npt.NDArray[Any] | complex | np.generic) -> NumpyDtype:
    """Return the NumPy dtype in which PyTorch computes an op on these operands.

    Parameters
    ----------
    *operands : ndarray or number
        Arrays with dimensions, 0-d arrays, and Python numbers count differently: see Note [Three levels of promotion].
        A NumPy scalar counts as a Python number.

    Returns
    -------
    numpy.dtype

    Raises
    ------
    TypeError
        If an operand is neither, or is of a type that tensors cannot hold.

    Examples
    --------
    >>> from minigrad import dtypes
    >>> dtypes.result_type(np.ones(3, np.int64), 2.5)
    dtype('float32')
    >>> dtypes.result_type(np.ones(3, np.float32), np.array(2.5))
    dtype('float32')
    """
    key: tuple[Any, ...] = ()
    for x in operands:  # one flat tuple: it is built and hashed at every op whose operands differ in type
        key += (x.dtype, x.ndim > 0) if isinstance(x, np.ndarray) else (type(x),)
    try:
        return _results[key]
    except KeyError:
        found = _results[key] = _result_of_key(key)
        return found


def _result_of_key(key: tuple[Any, ...]) -> NumpyDtype:
    """Work out a result that is not in the cache."""
    if not key:
        raise TypeError("result_type() needs at least one operand")
    levels: dict[str, NumpyDtype] = {}
    parts = iter(key)
    for part in parts:
        if isinstance(part, type):
            level, found = "number", _of_scalar(part)
        else:
            found = of(part).numpy
            level = "dimensioned" if next(parts) else "zero_dim"
        levels[level] = _promote(levels[level], found) if level in levels else found
    result = _outranked(_outranked(levels.get("dimensioned"), levels.get("zero_dim")), levels.get("number"))
    assert result is not None
    return result


def can_require_grad(numpy_dtype: NumpyDtype) -> builtins.bool:
    """Return whether a tensor of this NumPy dtype may require a gradient: those of real and complex numbers.

    Parameters
    ----------
    numpy_dtype : numpy.dtype
        Of the tensor's array.

    Returns
    -------
    bool

    Examples
    --------
    >>> from minigrad import dtypes
    >>> dtypes.can_require_grad(np.dtype("float32")), dtypes.can_require_grad(np.dtype("int64"))
    (True, False)
    """
    return numpy_dtype.kind in "fc"


def cpp_type(numpy_dtype: NumpyDtype) -> str:
    """Return a compiler's name of a dtype, as PyTorch's errors about operands of two dtypes use it."""
    words = {"int64_t": "long int", "int16_t": "short int", "int8_t": "signed char", "uint8_t": "unsigned char"}
    name = cpp_name(numpy_dtype)
    return words.get(name, name)


def cpp_name(numpy_dtype: NumpyDtype) -> str:
    """Return C++'s word for a dtype, as PyTorch's errors use it."""
    name = of(numpy_dtype).name
    words = {"float32": "float", "float64": "double", "int32": "int", "float16": "c10::Half"}
    words |= {"complex64": "c10::complex<float>", "complex128": "c10::complex<double>"}
    return words.get(name, f"{name}_t" if "int" in name else name)
