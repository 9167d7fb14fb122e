"""Printed tensors: texts that PyTorch prints, and torch itself over thousands of arrays where it is installed."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from minigrad import dtypes
from minigrad.printing import format_tensor, set_printoptions

F32, F64 = np.float32, np.float64
nan, inf = math.nan, math.inf


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="the parity tests compare with torch, which is not installed")


@pytest.fixture(autouse=True)
def _defaults() -> Iterator[None]:
    yield
    set_printoptions(profile="default")
    dtypes.set_default_dtype(dtypes.float32)


# Each text is torch 2.13's.
@pytest.mark.parametrize(
    ("values", "dtype", "text"),
    [
        # whole numbers, fractions, and numbers too far apart
        ([1, 2], F32, "tensor([1., 2.])"),
        ([1, 2, 30], F32, "tensor([ 1.,  2., 30.])"),
        ([0.5, 2, -30], F32, "tensor([  0.5000,   2.0000, -30.0000])"),
        ([1.5, 2e6], F32, "tensor([1.5000e+00, 2.0000e+06])"),
        ([1, 1e9], F32, "tensor([1.0000e+00, 1.0000e+09])"),
        ([1, 1000], F32, "tensor([   1., 1000.])"),
        ([1, 1001], F32, "tensor([1.0000e+00, 1.0010e+03])"),
        ([1e-5], F32, "tensor([1.0000e-05])"),
        ([1e-4], F64, "tensor([0.0001], dtype=torch.float64)"),
        ([1e-4], F32, "tensor([1.0000e-04])"),  # in float32 it is a little less
        # what is no number is not measured for the width, nor is zero
        ([0.0, 0.0], F32, "tensor([0., 0.])"),
        ([-0.0, 0.5], F32, "tensor([-0.0000, 0.5000])"),
        ([nan, 1], F32, "tensor([nan, 1.])"),
        ([nan, inf], F32, "tensor([nan, inf])"),
        ([nan, 1.5, -inf], F32, "tensor([   nan, 1.5000,   -inf])"),
        # other dtypes
        ([-1, 1], np.int64, "tensor([-1,  1])"),
        ([1, 20], np.uint8, "tensor([ 1, 20], dtype=torch.uint8)"),
        ([True, False], np.bool_, "tensor([ True, False])"),
        ([0.1], np.float16, "tensor([0.1000], dtype=torch.float16)"),
        ([1 + 2j, -30 - 4.5j], np.complex64, "tensor([  1.+2.0000j, -30.-4.5000j])"),
        ([complex(nan, nan), complex(inf, -1.5)], np.complex64, "tensor([nan+nanj, inf-1.5000j])"),
        ([1 + 2j], np.complex128, "tensor([1.+2.j], dtype=torch.complex128)"),
        # no dimensions
        (3.14159, F32, "tensor(3.1416)"),
        (3, F32, "tensor(3.)"),
        (1e10, F64, "tensor(1.0000e+10, dtype=torch.float64)"),
        (123456, F32, "tensor(123456.)"),
        (7, np.int64, "tensor(7)"),
        (True, np.bool_, "tensor(True)"),
        (1 + 2j, np.complex64, "tensor(1.+2.j)"),
        # rows and brackets
        ([[1, 0.5], [-2, 3]], F32, "tensor([[ 1.0000,  0.5000],\n        [-2.0000,  3.0000]])"),
        ([[[1], [2]], [[3], [4]]], np.int64, "tensor([[[1],\n         [2]],\n\n        [[3],\n         [4]]])"),
        ([[[[0]]]], F32, "tensor([[[[0.]]]])"),
    ],
    ids=str,
)
def test_a_tensor_reads_as_in_pytorch(values: Any, dtype: Any, text: str) -> None:
    assert format_tensor(np.array(values, dtype)) == text


@pytest.mark.parametrize(
    ("shape", "dtype", "text"),
    [
        ((0,), F32, "tensor([])"),
        ((0, 3), F32, "tensor([], size=(0, 3))"),
        ((2, 0), np.int32, "tensor([], size=(2, 0), dtype=torch.int32)"),
        # with no element to see, only the default dtype goes without saying
        ((0,), np.int64, "tensor([], dtype=torch.int64)"),
        ((0,), np.bool_, "tensor([], dtype=torch.bool)"),
        ((0,), np.complex64, "tensor([], dtype=torch.complex64)"),
    ],
    ids=str,
)
def test_an_empty_tensor_says_its_size(shape: tuple[int, ...], dtype: Any, text: str) -> None:
    assert format_tensor(np.empty(shape, dtype)) == text


def test_the_default_dtype_goes_without_saying() -> None:
    dtypes.set_default_dtype(dtypes.float64)
    assert format_tensor(np.array([0.5])) == "tensor([0.5000])"
    assert format_tensor(np.array([0.5j])) == "tensor([0.+0.5000j])"
    assert format_tensor(np.array([0.5], F32)) == "tensor([0.5000], dtype=torch.float32)"


def test_a_long_row_breaks_at_80_characters() -> None:
    assert format_tensor(np.arange(30, dtype=F32)) == (
        "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n"
        "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n"
        "        28., 29.])"
    )


def test_beyond_a_thousand_elements_the_middle_is_left_out() -> None:
    assert "..." not in format_tensor(np.arange(1000))
    assert format_tensor(np.arange(1001)) == "tensor([   0,    1,    2,  ...,  998,  999, 1000])"
    assert format_tensor(np.zeros((1001, 1), F32)) == (
        "tensor([[0.],\n        [0.],\n        [0.],\n        ...,\n        [0.],\n        [0.],\n        [0.]])"
    )
    assert format_tensor(np.zeros((2, 2, 500), F32)) == (
        "tensor([[[0., 0., 0.,  ..., 0., 0., 0.],\n"
        "         [0., 0., 0.,  ..., 0., 0., 0.]],\n"
        "\n"
        "        [[0., 0., 0.,  ..., 0., 0., 0.],\n"
        "         [0., 0., 0.,  ..., 0., 0., 0.]]])"
    )


def test_what_is_left_out_does_not_widen_the_rest() -> None:
    x = np.zeros(1001, np.int64)
    x[500] = 123456
    assert format_tensor(x) == "tensor([0, 0, 0,  ..., 0, 0, 0])"


# --- What follows the values ---------------------------------------------------------------------------------------


def test_a_result_names_its_node_and_a_leaf_says_that_it_requires_grad() -> None:
    x = np.array([0, 1, 2], F32)
    assert format_tensor(x, requires_grad=True) == "tensor([0., 1., 2.], requires_grad=True)"
    assert format_tensor(x, grad_fn="MulBackward0") == "tensor([0., 1., 2.], grad_fn=<MulBackward0>)"
    assert format_tensor(x, grad_fn="MulBackward0", requires_grad=True) == format_tensor(x, grad_fn="MulBackward0")
    assert format_tensor(np.array(1.5), grad_fn="SumBackward0") == (
        "tensor(1.5000, dtype=torch.float64, grad_fn=<SumBackward0>)"
    )
    assert format_tensor(np.empty((0, 3), F32), requires_grad=True) == "tensor([], size=(0, 3), requires_grad=True)"


def test_what_does_not_fit_stands_on_a_line_of_its_own() -> None:
    assert format_tensor(np.ones(6), grad_fn="AddBackward0") == (
        "tensor([1., 1., 1., 1., 1., 1.], dtype=torch.float64, grad_fn=<AddBackward0>)"
    )
    assert format_tensor(np.ones(7), grad_fn="AddBackward0") == (
        "tensor([1., 1., 1., 1., 1., 1., 1.], dtype=torch.float64,\n       grad_fn=<AddBackward0>)"
    )
    assert format_tensor(np.ones((2, 20), F32), grad_fn="AddBackward0") == (
        "tensor([[1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1.,\n"
        "         1., 1.],\n"
        "        [1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1.,\n"
        "         1., 1.]], grad_fn=<AddBackward0>)"
    )


@pytest.mark.parametrize(("letters", "between"), [(47, " "), (48, "\n       ")])
def test_a_suffix_stays_on_the_line_as_long_as_in_pytorch(letters: int, between: str) -> None:
    name = "N" * letters
    assert format_tensor(np.arange(3, dtype=F32), grad_fn=name) == f"tensor([0., 1., 2.],{between}grad_fn=<{name}>)"


def test_the_grid_of_a_published_lesson() -> None:
    x = [[-0.0791, 5.7351, -0.4285, 0.8841], [-0.074, 53.462, -0.4462, 11.2205], [-0.4075, 47.4507, -0.0703, -0.0598]]
    assert format_tensor(np.array(x, F32), grad_fn="AddBackward0") == (
        "tensor([[-0.0791,  5.7351, -0.4285,  0.8841],\n"
        "        [-0.0740, 53.4620, -0.4462, 11.2205],\n"
        "        [-0.4075, 47.4507, -0.0703, -0.0598]], grad_fn=<AddBackward0>)"
    )


# --- Options -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"precision": 2}, "tensor([0.50, 2.00, 3.25])"),
        ({"precision": 0}, "tensor([0, 2, 3])"),
        ({"sci_mode": True}, "tensor([5.0000e-01, 2.0000e+00, 3.2500e+00])"),
        ({"linewidth": 20}, "tensor([0.5000,\n        2.0000,\n        3.2500])"),
        ({"linewidth": 1}, "tensor([0.5000,\n        2.0000,\n        3.2500])"),
        ({"edgeitems": 1, "threshold": 2}, "tensor([0.5000,  ..., 3.2500])"),
        ({"edgeitems": 0, "threshold": 2}, "tensor([...], size=(3,))"),
        ({"threshold": 2}, "tensor([0.5000, 2.0000, 3.2500])"),
        ({"profile": "short"}, "tensor([0.50, 2.00, 3.25])"),
        ({"profile": "short", "precision": 3}, "tensor([0.500, 2.000, 3.250])"),
    ],
    ids=str,
)
def test_an_option_changes_the_text(options: dict[str, Any], text: str) -> None:
    set_printoptions(**options)
    assert format_tensor(np.array([0.5, 2, 3.25], F32)) == text


def test_without_scientific_notation_small_numbers_vanish() -> None:
    set_printoptions(sci_mode=False)
    x = np.array([1.5, 3e7, 1e-7], F32)
    assert format_tensor(x) == "tensor([       1.5000, 30000000.0000,        0.0000])"


def test_the_full_profile_leaves_nothing_out() -> None:
    set_printoptions(profile="full")
    assert "..." not in format_tensor(np.zeros(2000, F32))


def test_each_call_returns_the_choice_of_notation_to_the_numbers() -> None:
    set_printoptions(sci_mode=True)
    set_printoptions(precision=2)
    assert format_tensor(np.array([1.5], F32)) == "tensor([1.50])"


def test_an_unknown_profile_is_refused_and_changes_nothing() -> None:
    with pytest.raises(ValueError, match="no print profile is called 'long'; there are default, short, full"):
        set_printoptions(profile="long", precision=1)
    assert format_tensor(np.array([1.5], F32)) == "tensor([1.5000])"


def test_printing_neither_warns_nor_changes_the_array() -> None:
    x = np.array([5e-324, 1e308, nan])  # their ratio overflows; a warning would be an error here
    kept = x.copy()
    assert format_tensor(x) == "tensor([4.9407e-324, 1.0000e+308,         nan], dtype=torch.float64)"
    np.testing.assert_array_equal(x, kept)


# --- Against torch -------------------------------------------------------------------------------------------------


class Sampler:
    """Arrays, options and default dtypes drawn at random, with a liking for what is special."""

    NAMES = ("float16", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "complex64", "complex128")

    def __init__(self, start: int) -> None:
        self.choose = random.Random(start)
        self.draw = np.random.RandomState(start)

    def options(self) -> dict[str, Any]:
        possible = {
            "precision": self.choose.randrange(9),
            "threshold": self.choose.randrange(60),
            "edgeitems": self.choose.randrange(5),
            "linewidth": self.choose.randrange(1, 140),
            "sci_mode": self.choose.choice([True, False]),
            "profile": self.choose.choice(["short", "full", "default"]),
        }
        return {k: v for k, v in possible.items() if self.choose.random() < 0.2}

    def shape(self) -> tuple[int, ...]:
        if self.choose.random() < 0.05:
            return (self.choose.choice([80, 200, 1000, 1001, 5000]),)
        dims = self.choose.choice([0, 1, 1, 2, 2, 3, 4])
        sizes = [0, 1, 2, 3, 6, 7, self.choose.randrange(1, 30)] if dims < 3 else [0, 1, 2, 3, 7]
        return tuple(self.choose.choice(sizes) for _ in range(dims))

    def floats(self, n: int) -> np.ndarray:
        digits = self.choose.randrange(1, 10)
        special = [0.0, -0.0, 1, 1000, 1001, 1e8, 1.1e8, 1e-4, 1e-5, 0.5, 99999, 999.99996, 9.99995, 1e-40, 3e38]
        x = self.choose.choice(
            [
                lambda: np.zeros(n),
                lambda: self.draw.randint(-(10**digits), 10**digits, size=n).astype(F64),
                lambda: self.draw.randn(n) * 10.0 ** self.draw.randint(-digits, digits, size=n),
                lambda: np.round(self.draw.randn(n) * 10, 1),
                lambda: self.draw.choice(special, n),
                lambda: self.draw.rand(n) * 10.0 ** (digits - 5),
                lambda: self.draw.randn(n),
            ]
        )()
        if self.choose.random() < 0.25:
            holes = self.draw.rand(n) < self.choose.choice([0.1, 0.5, 1])
            x = np.where(holes, self.draw.choice([nan, inf, -inf], n), x)
        return x

    def array(self) -> np.ndarray:
        name = self.choose.choice([*self.NAMES, *["float32"] * 6])
        shape = self.shape()
        n = math.prod(shape)
        kind = np.dtype(name).kind
        with np.errstate(all="ignore"):  # half precision overflows
            if kind == "b":
                x = self.draw.rand(n) < 0.5
            elif kind in "iu":
                x = self.draw.randint(0, 10 ** self.choose.randrange(1, 18), size=n) * self.draw.choice([1, -1], n)
            elif kind == "f":
                x = self.floats(n)
            else:
                x = np.empty(n, np.complex128)
                x.real, x.imag = self.floats(n), self.floats(n)
            return x.astype(name).reshape(shape)


@pytest.mark.parametrize("start", range(6))
def test_thousands_of_arrays_read_as_in_torch(torch: Any, start: int) -> None:
    sampler = Sampler(start)
    try:
        for _ in range(1000):
            default = sampler.choose.choice(["float32"] * 4 + ["float64", "float16"])
            options = sampler.options()
            torch.set_default_dtype(getattr(torch, default))
            dtypes.set_default_dtype(getattr(dtypes, default))
            torch.set_printoptions(profile="default")
            torch.set_printoptions(**options)
            set_printoptions(profile="default")
            set_printoptions(**options)
            array = sampler.array()
            tensor = torch.from_numpy(array.copy())
            grad_fn = None
            leaf = array.dtype.kind == "f" and sampler.choose.random() < 0.6
            if leaf:
                tensor.requires_grad_()
                if sampler.choose.random() < 0.7:
                    tensor, leaf = tensor.expand(tensor.shape), False
                    grad_fn = tensor.grad_fn.name()
            assert format_tensor(array, grad_fn=grad_fn, requires_grad=leaf) == repr(tensor), (default, options)
    finally:
        torch.set_printoptions(profile="default")
        torch.set_default_dtype(torch.float32)
