"""What a caller passed, checked and made uniform: operands, dimensions, sizes. PyTorch's sentences where they fail."""

from __future__ import annotations

import math
import operator
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import partial, wraps
from inspect import CO_VARARGS
from types import FunctionType
from typing import Any, NoReturn, TypeVar

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.autograd.refusals import refuse_oversized, unbroadcastable

TensorT = TypeVar("TensorT", bound=TensorBase)
Called = TypeVar("Called", bound=Callable[..., Any])
Number = float | int | bool | complex
Shape = tuple[int, ...]


# --- Operands ------------------------------------------------------------------------------------------------------


def tensor(x: TensorT, name: str, argument: str = "input", position: int = 1) -> TensorT:
    """Return ``x`` if it is a tensor; refuse it in PyTorch's words if not."""
    return x if isinstance(x, TensorBase) else refuse(x, name, argument, position)


def refuse(x: object, name: str, argument: str, position: int, wanted: str = "Tensor") -> NoReturn:
    """Say that an argument is of the wrong kind."""
    kind = type(x).__name__
    hint = (
        " Make one with mg.tensor(...)." if wanted == "Tensor" and isinstance(x, (int, float, list, np.ndarray)) else ""
    )
    raise TypeError(f"{name}(): argument '{argument}' (position {position}) must be {wanted}, not {kind}.{hint}")


def refuse_combination(name: str, why: str, *given: Any) -> NoReturn:
    """Say that arguments do not go together."""
    kinds = ", ".join(["Tensor" if isinstance(x, TensorBase) else type(x).__name__ for x in given])
    raise TypeError(f"{name}() received an invalid combination of arguments - got ({kinds}). {why}")


class _Absent:
    """What an argument is that was not passed, where None is no value of it."""

    def __repr__(self) -> str:
        return "..."


ABSENT: Any = _Absent()


def integer(value: Any, name: str, argument: str, position: int) -> int:
    """Return an integer; refuse what is none in PyTorch's words."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        refuse(value, name, argument, position, "int")
    return operator.index(value)


def real_number(value: Any, name: str, argument: str, position: int, wanted: str = "float") -> Any:
    """Return a number that is not complex; refuse what is none in PyTorch's words."""
    if isinstance(value, (str, complex)) or not hasattr(value, "__float__"):
        refuse(value, name, argument, position, wanted)
    return value


def operand(value: Any) -> Any:
    """Return a value as an operator takes it: a tensor or a number; an array becomes a constant tensor."""
    if isinstance(value, TensorBase):
        return value
    if isinstance(value, np.generic):  # before the numbers, for np.float64 is a float too
        return value.item()
    if isinstance(value, (int, float, complex)):
        if type(value) is int:
            refuse_oversized(value)
        return value
    if isinstance(value, np.ndarray):
        dtypes.of(value.dtype)  # refuses what no tensor can hold
        return wrap(value.view())
    return NotImplemented


def pair(name: str, op: type[Op], a: Any, b: Any, *settings: Any) -> Any:
    """Run an op of two operands, each a tensor or a number."""
    if not (isinstance(a, TensorBase) and isinstance(b, TensorBase)):
        x, y = operand(a), operand(b)
        if x is NotImplemented or not (isinstance(x, TensorBase) or isinstance(y, TensorBase)):
            refuse(a, name, "input", 1)
        if y is NotImplemented:
            refuse(b, name, "other", 2)
        a, b = x, y
    return apply(op, a, b, *settings)


def number(weight: Any) -> Any:
    """Return a weight, which may be a tensor of one number, as that number."""
    return weight._array.item() if isinstance(weight, TensorBase) else weight


def number_first(name: str, weight: str, rest: str, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the operands of a call in an older order, the weight before them, with PyTorch's warning."""
    if not all(isinstance(x, TensorBase) for x in given) or len(given) != rest.count(",") + 1:
        count = len(given) + 2
        raise TypeError(f"{name}() takes {rest.count(',') + 2} positional arguments but {count} were given")
    warnings.warn(
        f"This overload of {name} is deprecated:\n\t{name}(Number {weight}, Tensor {rest})\nConsider using one of the "
        f"following signatures instead:\n\t{name}(Tensor {rest}, *, Number {weight} = 1)",
        UserWarning,
        stacklevel=3,
    )
    return given


def broadcast_shape(*tensors: Any) -> Shape:
    """Return the shape to which tensors broadcast; say so if they do not."""
    try:
        return np.broadcast_shapes(*[x._array.shape for x in tensors])
    except ValueError as error:
        raise unbroadcastable(error, *tensors) from None


def supported(array: Array, without: str, kernel: str) -> None:
    """Refuse an array of the kinds ``without`` (NumPy's letters; "e" is half), in the words of PyTorch's kernels."""
    if array.dtype.kind in without or (array.dtype.char == "e" and "e" in without):
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{dtypes.of(array.dtype).title}'")


def counts_in(dtype: np.dtype[Any], without: str, kernel: str) -> None:
    """Refuse to count in a dtype of the kinds ``without``, in the words of PyTorch's kernels."""
    supported(np.empty(0, dtype), without, kernel)


def refuse_complex(ctx: Any, x: Array) -> None:
    """Refuse to record an op whose formula holds for real numbers alone. See Note [Complex numbers]."""
    if x.dtype.kind == "c" and any(ctx.needs_input_grad):
        raise RuntimeError(
            f"{ctx.name()[: -len('Backward0')]} has no gradient for complex numbers here: its formula is that of real "
            "ones. Keep the parts in two tensors, or detach() the input."
        )


def refuse_huge(number: int) -> None:
    """Refuse an integer that no int64 holds."""
    if not -(2**63) <= number < 2**63:
        raise ValueError("Overflow when unpacking long long. An int64 holds at most 9223372036854775807")


def refuse_unfit(number: Any, dtype: np.dtype[Any], half: bool = False) -> None:
    """Refuse a number where its dtype has no room for it; in float16, unless ``half``, it becomes infinity."""
    if dtype.char in "fd" and not isinstance(number, complex) and -3e38 < number < 3e38:
        return  # nearly always
    if isinstance(number, complex):
        fits = dtype.kind in "bc" or not number.imag
    elif dtype.kind in "iu":
        most = np.iinfo(dtype).max
        fits = -most - 1 <= number <= most  # a negative number goes round, also where there are none
    elif dtype == np.float32 or (half and dtype == np.float16):
        fits = not math.isfinite(number) or abs(number) <= np.finfo(dtype).max
    else:
        return
    if not fits:
        raise RuntimeError(f"value cannot be converted to type {dtypes.cpp_name(dtype)} without overflow")


def around(number: Any, dtype: np.dtype[Any]) -> Any:
    """Return a whole number as it goes round where its dtype has no room for it."""
    return int(np.asarray(number).astype(dtype)) if type(number) is int and dtype.kind in "iu" else number


def fitted(number: Any, dtype: np.dtype[Any]) -> Any:
    """Return a number that is to be written in a dtype, having refused what does not fit."""
    refuse_unfit(number, dtype)
    return around(number, dtype)


def refuse_lossy(result: Array, array: Array, wanted: str = "") -> None:
    """Refuse to write numbers where their kind has no room: floats into integers, complex numbers into floats."""
    to, kind = array.dtype.kind, result.dtype.kind
    if (to in "biu" and kind in "fc") or (to == "b" and kind in "iu") or (to == "f" and kind == "c"):
        raise RuntimeError(
            f"result type {dtypes.of(result.dtype).title} can't be cast to the desired output type "
            f"{wanted or dtypes.of(array.dtype).title}"
        )


def settle(x: TensorT, number: Any) -> TensorT:
    """Return ``x`` in the dtype in which it meets a plain number: integers that meet a float become floats."""
    array = x._array
    if array.dtype.kind == "f" and not isinstance(number, complex):
        return x
    target = dtypes.result_type(array, number)
    return x if target == array.dtype else x.to(dtypes.of(target))  # type: ignore[attr-defined]


# --- Names ---------------------------------------------------------------------------------------------------------

_NUMPYS_NAMES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}
_NUMPYS_NAMES |= {"axis0": "dim0", "axis1": "dim1", "split_size": "split_size_or_sections"}
_NUMPYS_NAMES |= dict.fromkeys(("sections", "indices", "tensor_indices_or_sections"), "indices_or_sections")


def numpy_names(function: Called) -> Called:
    """Let a function take NumPy's names for its arguments too, as PyTorch's do: ``axis`` for ``dim``, and so on.

    What is passed as one by one, such as the sizes of ``x.view(2, 3)``, may be passed as one tuple under its name. What
    says yes or no may not be a number.
    """
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    rest = code.co_varnames[len(names)] if code.co_flags & CO_VARARGS else None
    mine = (*names, rest)
    own = {theirs: ours for theirs, ours in _NUMPYS_NAMES.items() if theirs not in mine and ours in mine}
    kinds = function.__annotations__
    flags = {name: i for i, name in enumerate(names) if kinds.get(name, "").startswith("bool")}
    first = min((flags[name] for name in names[: code.co_argcount] if name in flags), default=sys.maxsize)

    def check(name: str, value: Any) -> None:
        if name in flags and not (value is None and "None" in kinds[name]):
            refuse(value, function.__name__, name, flags[name] + 1, "bool")

    titled = partial(_titled, function.__name__)

    def call(*args: Any, **named: Any) -> Any:
        try:
            if len(args) > first and not (type(args[first]) is bool and len(args) == first + 1):
                for name, value in zip(names[first:], args[first:], strict=False):
                    if type(value) is not bool:  # x.sum(0, 1) is no sum over two dimensions
                        check(name, value)
            if not named:
                return function(*args)
            named = {own.get(name, name): value for name, value in named.items()}
            for name, value in named.items():
                if type(value) is not bool:
                    check(name, value)
            if rest in named:
                args = (*args, named.pop(rest)) if args else (named.pop("input"), named.pop(rest))
            elif rest is not None and "input" in named:
                raise TypeError(f'{function.__name__}() missing 1 required positional arguments: "{rest}"')
            return function(*args, **named)
        except TypeError as error:
            raise titled(error, names, named) from None

    # In the function's own globals it counts, for doctest and for tracebacks, as one of its module's.
    made = FunctionType(call.__code__, function.__globals__, function.__name__, None, call.__closure__)
    return wraps(function)(made)  # type: ignore[return-value]


def _titled(function: str, error: TypeError, names: Sequence[str], named: dict[str, Any]) -> TypeError:
    """Return what `axis` says of a dimension that is no number, with the name of the function and its place there."""
    said = str(error)
    if not said.startswith("argument 'dim'"):
        return error
    place = f" (position {names.index('dim') + 1})" if "dim" in names and "dim" not in named else ""
    return TypeError(f"{function}(): {said.replace(' must', f'{place} must', 1)}")


def in_one_tuple(method: Called) -> Called:
    """Return the function of a method whose sizes come one by one: the function takes them in one tuple."""
    name, rest = method.__name__, method.__wrapped__.__code__.co_varnames[1]  # type: ignore[attr-defined]

    @wraps(method)
    def function(input: Any, *given: Any, **named: Any) -> Any:
        if len(given) > 1:
            raise TypeError(f"{name}() takes 2 positional arguments but {len(given) + 1} were given. Put them in ( ).")
        if given and not isinstance(given[0], (tuple, list)):
            refuse(given[0], name, rest, 2, "tuple of ints")
        return method(input, *given, **named)

    return function  # type: ignore[return-value]


# --- Devices -------------------------------------------------------------------------------------------------------


class device:
    """Where numbers are: only ``mg.device("cpu")`` exists here.

    Parameters
    ----------
    type : str or device
        ``"cpu"``, perhaps with a number, ``"cpu:0"``.
    index : int, optional
        The number.

    Examples
    --------
    >>> mg.device("cpu")
    device(type='cpu')
    """

    __module__ = "minigrad"  # where a program finds it

    __slots__ = ("index", "type")

    def __init__(self, type: Any, index: int | None = None) -> None:
        check_device(type)
        name, _, number = str(type).partition(":")
        self.type = name
        self.index = int(number) if number else index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __reduce__(self) -> Any:
        return device, (self.type, self.index)

    def __enter__(self) -> device:
        return self  # tensors are made there anyhow

    def __exit__(self, *exception: object) -> None:
        pass

    def __repr__(self) -> str:
        return (
            f"device(type={self.type!r})" if self.index is None else f"device(type={self.type!r}, index={self.index})"
        )

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"


def check_device(place: Any) -> None:
    """Refuse every device but the CPU."""
    name = place.type if isinstance(place, device) else place
    kind = "cpu" if name is None else str(name).partition(":")[0]
    if kind == "cuda":
        raise AssertionError(
            "Torch not compiled with CUDA enabled. minigrad computes on the CPU alone; write device = 'cuda' if "
            "mg.cuda.is_available() else 'cpu', and pass that."
        )
    if kind != "cpu":
        raise RuntimeError(
            f"minigrad computes on the CPU alone, so there is no device {name!r}; leave it out or say 'cpu'"
        )


CPU = device("cpu")


# --- Dimensions and sizes ------------------------------------------------------------------------------------------


def axis(dim: Any, ndim: int) -> int:
    """Return a dimension counted from the front; a 0-d tensor takes 0 and -1."""
    reach = max(ndim, 1)
    if type(dim) is not int:
        try:
            if isinstance(dim, bool):
                raise AttributeError
            dim = dim.__index__()
        except AttributeError:
            raise TypeError(f"argument 'dim' must be int, not {type(dim).__name__}") from None
    if not -reach <= dim < reach:
        refuse_huge(dim)
        raise IndexError(f"Dimension out of range (expected to be in range of [{-reach}, {reach - 1}], but got {dim})")
    return int(dim % reach)


def axes(dim: Any, ndim: int) -> Shape:
    """Return dimensions counted from the front, each once; all of them for ``()``."""
    if not isinstance(dim, (tuple, list)):
        return (axis(dim, ndim),)
    found = tuple([axis(d, ndim) for d in dim])
    for d in found:
        if found.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    return found or tuple(range(ndim))


def reduced(found: Shape, array: Array) -> Shape:
    """Return the dimensions as NumPy takes them: a 0-d array has none to give up."""
    return found if array.ndim else ()


def sizes(size: Sequence[Any], name: str = "view", argument: str = "size") -> Shape:
    """Return a shape that was passed as ``2, 3`` or as one ``(2, 3)``."""
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        size = size[0]
    try:
        return tuple([n if type(n) is int else n.__index__() for n in size])
    except AttributeError:
        bad = next(n for n in size if not hasattr(n, "__index__"))
        refuse(bad, name, argument, 1, "tuple of ints")


def refuse_negative(shape: Shape) -> Shape:
    """Return a shape; say so if a size in it is negative."""
    for n in shape:
        if n < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {n}: {list(shape)}")
    return shape


def infer(shape: Shape, count: int) -> Shape:
    """Return ``shape`` with its one -1 worked out, for a tensor of ``count`` entries."""
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = 1
    for i, n in enumerate(shape):
        if n < -1:
            raise RuntimeError(f"invalid shape dimension {n} at index {i} of shape {list(shape)}")
        known *= n if n != -1 else 1
    if -1 in shape:
        if known == 0 and count == 0:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {list(shape)} because the unspecified dimension size "
                "-1 can be any value and is ambiguous"
            )
        if known and count % known == 0:
            return tuple([count // known if n == -1 else n for n in shape])
    elif known == count:
        return shape
    raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {count}")
