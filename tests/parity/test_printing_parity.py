"""Printing: random arrays of every dtype, shape and size of numbers, character for character as PyTorch prints them."""

import numpy as np
import pytest

import minigrad as mg

torch = pytest.importorskip("torch")

DTYPES = "float16 float32 float64 int8 int16 int32 int64 uint8 bool complex64 complex128".split()
SHAPES = [(), (1,), (7,), (30,), (1200,), (0,), (2, 0), (3, 4), (2, 3, 4), (1, 40), (40, 40), (2, 2, 1, 3), (5, 300)]
SETTINGS = [
    {},
    {},
    {"precision": 2},
    {"precision": 7, "linewidth": 120},
    {"sci_mode": True},
    {"sci_mode": False},
    {"threshold": 10, "edgeitems": 2},
    {"linewidth": 40},
    {"profile": "short"},
    {"profile": "full"},
]


def drawn(rng, dtype, shape):
    """Return a random array: of small, large, whole, mixed or special numbers."""
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if "int" in dtype:
        high = rng.choice([2, 12, 127])
        return rng.integers(0 if dtype == "uint8" else -high, high, shape).astype(dtype)
    if dtype.startswith("complex"):
        array = np.empty(shape, dtype)
        with np.errstate(all="ignore"):
            array.real, array.imag = drawn(rng, "float64", shape), drawn(rng, "float64", shape)
        return array
    numbers = np.asarray(rng.normal(size=shape) * 10.0 ** rng.integers(-7, 9))
    style = rng.integers(0, 6)
    if style == 0:
        numbers = np.round(numbers)
    elif style == 1:
        numbers = np.asarray(numbers * 10.0 ** rng.integers(-6, 6, shape))
    elif style == 2:
        numbers = np.where(rng.random(shape) < 0.4, rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0]), numbers)
    elif style == 3:
        numbers = np.round(numbers / 10.0 ** rng.integers(-3, 9), 2)
    with np.errstate(all="ignore"):
        return numbers.astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_random_array_prints_as_pytorch_prints_it(dtype):
    rng = np.random.default_rng(sum(map(ord, dtype)))
    try:
        for i in range(400):
            settings = SETTINGS[i % len(SETTINGS)]
            for lib in (mg, torch):
                lib.set_printoptions(profile="default")
                lib.set_printoptions(**settings)
            array = drawn(rng, dtype, SHAPES[rng.integers(len(SHAPES))])
            grad = dtype.startswith("float") and rng.random() < 0.3
            ours, theirs = mg.tensor(array, requires_grad=grad), torch.tensor(array, requires_grad=grad)
            if grad and rng.random() < 0.5:
                ours, theirs = ours * 1, theirs * 1
            assert repr(ours) == repr(theirs), (settings, array.shape)
    finally:
        for lib in (mg, torch):
            lib.set_printoptions(profile="default")
