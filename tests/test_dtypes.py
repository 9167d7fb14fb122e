"""Number types: their names, their NumPy counterparts, and what comes out when several meet."""

from __future__ import annotations

import copy
import itertools
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import dtypes

NAMES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "complex64", "complex128"]
ALL = [dtypes.of(np.dtype(name)) for name in NAMES]


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="the parity tests compare with torch, which is not installed")


@pytest.fixture(autouse=True)
def _float32_by_default() -> Iterator[None]:
    yield
    dtypes.set_default_dtype(dtypes.float32)


@pytest.mark.parametrize("d", ALL, ids=str)
def test_a_dtype_prints_as_in_pytorch_and_is_one_object(d: dtypes.dtype) -> None:
    assert repr(d) == f"torch.{d.numpy.name}"
    assert getattr(dtypes, d.name) is d
    assert pickle.loads(pickle.dumps(d)) is d
    assert copy.copy(d) is d
    assert copy.deepcopy(d) is d
    assert {d: "found"}[dtypes.of(d.numpy)] == "found"


def test_short_names_are_pytorchs() -> None:
    assert (dtypes.half, dtypes.float, dtypes.double) == (dtypes.float16, dtypes.float32, dtypes.float64)
    assert (dtypes.short, dtypes.int, dtypes.long) == (dtypes.int16, dtypes.int32, dtypes.int64)
    assert (dtypes.cfloat, dtypes.cdouble) == (dtypes.complex64, dtypes.complex128)
    with pytest.raises(AttributeError, match="float8"):
        dtypes.float8  # noqa: B018 (looking it up is the test)


def test_a_dtype_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        dtypes.float32.name = "float64"  # type: ignore[misc]


@pytest.mark.parametrize("d", ALL, ids=str)
def test_only_floating_point_and_complex_can_require_a_gradient(d: dtypes.dtype) -> None:
    assert dtypes.can_require_grad(d.numpy) == (d.is_floating_point or d.is_complex)


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        (dtypes.float16, np.float16),
        (np.dtype("int16"), np.int16),
        (np.uint8, np.uint8),
        (float, np.float64),
        (int, np.int64),
        (bool, np.bool_),
        (complex, np.complex128),
    ],
)
def test_what_a_user_may_pass_as_dtype(like: Any, expected: Any) -> None:
    assert dtypes.to_numpy(like) == np.dtype(expected)


@pytest.mark.parametrize("like", ["float32", "f", None, str, 3, object, list])
def test_what_names_no_dtype_is_refused(like: Any) -> None:
    with pytest.raises(TypeError, match=f"argument 'dtype' must be torch.dtype, not {type(like).__name__}"):
        dtypes.to_numpy(like)


@pytest.mark.parametrize("name", ["U3", "O", "u2", "u4", "u8", "g", "M8[s]", "V4"])
def test_what_no_tensor_can_hold_is_refused_in_pytorchs_words(name: str) -> None:
    kind = np.dtype(name).type.__name__
    for convert in (dtypes.of, dtypes.to_numpy):
        with pytest.raises(
            TypeError, match=rf"can't convert np.ndarray of type numpy.{kind}\. The only supported types"
        ):
            convert(np.dtype(name))


@pytest.mark.parametrize("name", [">f4", ">i8", ">c16"])
def test_the_other_byte_order_is_refused_in_pytorchs_words(name: str) -> None:
    with pytest.raises(ValueError, match="given numpy array has byte order different from the native byte order"):
        dtypes.of(np.dtype(name))


# --- The default dtype ---------------------------------------------------------------------------------------------


def test_the_default_dtype_is_float32_until_it_is_set() -> None:
    assert dtypes.get_default_dtype() is dtypes.float32
    dtypes.set_default_dtype(dtypes.float64)
    assert dtypes.get_default_dtype() is dtypes.float64


@pytest.mark.parametrize("d", [dtypes.int64, dtypes.bool_, dtypes.complex64])
def test_the_default_dtype_is_real_floating_point(d: dtypes.dtype) -> None:
    with pytest.raises(TypeError, match=r"^only floating-point types are supported as the default type"):
        dtypes.set_default_dtype(d)
    assert dtypes.get_default_dtype() is dtypes.float32


@pytest.mark.parametrize("d", [float, "float64", np.float64])
def test_the_default_dtype_is_a_dtype(d: Any) -> None:
    with pytest.raises(TypeError, match="invalid dtype object: only floating-point types are supported"):
        dtypes.set_default_dtype(d)


# --- Promotion -----------------------------------------------------------------------------------------------------


def dimensioned(name: str) -> np.ndarray:
    return np.ones(2, name)


def zero_dim(name: str) -> np.ndarray:
    return np.ones((), name)


# Each line by PyTorch's documentation of promotion: the highest family of numbers decides, then dimensions before 0-d
# before Python numbers; and a Python float is of the default dtype.
@pytest.mark.parametrize(
    ("operands", "expected"),
    [
        ([dimensioned("float32"), dimensioned("float64")], "float64"),
        ([dimensioned("float32"), zero_dim("float64")], "float32"),
        ([dimensioned("float32"), 2.5], "float32"),
        ([dimensioned("float16"), 2.5], "float16"),
        ([zero_dim("float32"), zero_dim("float64")], "float64"),
        ([zero_dim("float16"), 2.5], "float16"),
        ([dimensioned("int64"), dimensioned("float32")], "float32"),
        ([dimensioned("int64"), dimensioned("float16")], "float16"),
        ([dimensioned("int32"), zero_dim("float64")], "float64"),
        ([dimensioned("int32"), zero_dim("int64")], "int32"),
        ([dimensioned("int32"), 2], "int32"),
        ([dimensioned("int32"), 2.5], "float32"),
        ([dimensioned("uint8"), dimensioned("int8")], "int16"),
        ([dimensioned("uint8"), -1], "uint8"),
        ([dimensioned("bool"), True], "bool"),
        ([dimensioned("bool"), 2], "int64"),
        ([dimensioned("bool"), zero_dim("uint8")], "uint8"),
        ([dimensioned("bool"), 2.5], "float32"),
        ([dimensioned("float32"), 1j], "complex64"),
        ([dimensioned("float64"), 1j], "complex128"),
        ([dimensioned("float64"), zero_dim("complex64")], "complex128"),
        ([dimensioned("float32"), zero_dim("complex128")], "complex64"),
        ([dimensioned("complex64"), dimensioned("float64")], "complex128"),
        ([zero_dim("int64"), 1j], "complex64"),
        ([1, 2.5], "float32"),
        ([True, 1], "int64"),
        ([dimensioned("int8"), zero_dim("float64"), 1j], "complex128"),
        ([2.5, dimensioned("int8"), dimensioned("int16")], "float32"),
        ([dimensioned("float32"), np.float64(2.5)], "float32"),
        ([dimensioned("int32"), np.int64(2)], "int32"),
        ([dimensioned("bool"), np.bool_(True)], "bool"),
    ],
    ids=str,
)
def test_the_type_that_comes_out(operands: list[Any], expected: str) -> None:
    assert dtypes.result_type(*operands) == np.dtype(expected)
    assert dtypes.result_type(*reversed(operands)) == np.dtype(expected)


def test_a_python_float_follows_the_default_dtype() -> None:
    assert dtypes.result_type(dimensioned("int64"), 0.5) == np.float32
    dtypes.set_default_dtype(dtypes.float64)
    assert dtypes.result_type(dimensioned("int64"), 0.5) == np.float64
    assert dtypes.result_type(dimensioned("int64"), 0.5j) == np.complex128


@pytest.mark.parametrize("operands", [["a"], [None, 1.0], [dimensioned("float32"), [1.0]], [np.ones(2, "U1")], []])
def test_what_is_no_operand_is_refused(operands: list[Any]) -> None:
    for _ in range(2):  # an error is not remembered as an answer
        with pytest.raises(TypeError):
            dtypes.result_type(*operands)


def test_promotion_does_not_depend_on_the_order() -> None:
    for a, b in itertools.combinations(ALL, 2):
        assert dtypes.promote_types(a, b) is dtypes.promote_types(b, a)


# --- Against torch -------------------------------------------------------------------------------------------------


def test_names_sizes_and_titles_agree_with_torch(torch: Any) -> None:
    for d in ALL:
        theirs = getattr(torch, d.name)
        assert repr(d) == repr(theirs)
        for attribute in ("itemsize", "is_floating_point", "is_complex", "is_signed"):
            assert getattr(d, attribute) == getattr(theirs, attribute), (d, attribute)
        assert f"torch.{d.title}Tensor" == torch.ones(1, dtype=theirs).type()


def test_every_pair_of_types_promotes_as_in_torch(torch: Any) -> None:
    for a, b in itertools.product(NAMES, NAMES):
        theirs = torch.promote_types(getattr(torch, a), getattr(torch, b))
        assert repr(dtypes.promote_types(getattr(dtypes, a), getattr(dtypes, b))) == repr(theirs), (a, b)


@pytest.mark.parametrize("default", ["float16", "float32", "float64"])
def test_every_pair_of_operands_promotes_as_in_torch(torch: Any, default: str) -> None:
    operands: list[tuple[Any, Any]] = [(x, x) for x in (True, 1, 1.0, 1j, np.float64(1), np.float32(1), np.int32(1))]
    for name in NAMES:
        for shape in ((2,), ()):
            operands.append((np.ones(shape, name), torch.ones(shape, dtype=getattr(torch, name))))
    dtypes.set_default_dtype(getattr(dtypes, default))
    torch.set_default_dtype(getattr(torch, default))
    try:
        for a, b in itertools.product(operands, operands):
            theirs = torch.result_type(a[1], b[1])
            if theirs is torch.complex32:  # NumPy has no such type
                theirs = torch.complex64
            assert repr(dtypes.of(dtypes.result_type(a[0], b[0]))) == repr(theirs), (a, b)
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_program_may_ask_for_bfloat16_but_not_have_such_numbers():
    assert repr(mg.bfloat16) == "torch.bfloat16"
    assert (mg.bfloat16.is_floating_point, mg.bfloat16.is_complex, mg.bfloat16.itemsize) == (True, False, 2)
    assert mg.ones(1).dtype not in (mg.bfloat16, mg.float16)
    assert copy.deepcopy(mg.bfloat16) is mg.bfloat16
    for ask in (lambda: mg.ones(1, dtype=mg.bfloat16), lambda: mg.ones(1).to(mg.bfloat16)):
        with pytest.raises(NotImplementedError, match="NumPy has no such type"):
            ask()


def test_the_class_of_tensors_names_the_default_dtype():
    assert mg.tensor([1, 2]).type(mg.Tensor).dtype == mg.float32
