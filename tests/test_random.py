"""The random stream: the same numbers as PyTorch, from literal values everywhere and from torch itself where it is."""

from __future__ import annotations

import copy
import pickle
import random as python_random
from typing import Any

import numpy as np
import pytest

import minigrad
from minigrad import dtypes
from minigrad.random import Generator, default_generator, fork_rng, initial_seed, manual_seed, seed

F16, F32, F64 = dtypes.float16.numpy, dtypes.float32.numpy, dtypes.float64.numpy
C64, C128 = dtypes.complex64.numpy, dtypes.complex128.numpy


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="the parity tests compare with torch, which is not installed")


def ends(x: np.ndarray) -> np.ndarray:
    return x if x.size < 16 else np.concatenate([x[:3], x[-2:]])


CHANCES = np.linspace(0, 1, 8, dtype=F32)
WEIGHTS = np.array([1, 2, 3, 4], F32)

# One program, run from the top: each draw starts where the one before it left the stream.
PROGRAM = {
    "rand": lambda g: g.rand_array(3),
    "rand float64": lambda g: g.rand_array((2,), F64),
    "rand float16": lambda g: g.rand_array(2, F16),
    "randn, an odd number": lambda g: g.randn_array(3),
    "randn float64, with the one that waited": lambda g: g.randn_array(2, F64),
    "randn, one block": lambda g: g.randn_array((4, 4)).reshape(-1),
    "randn, a block and a tail": lambda g: g.randn_array(18),
    "randn float64, a block and a tail": lambda g: g.randn_array(18, F64),
    "randn float16, a block and a tail": lambda g: g.randn_array(18, F16),
    "randint": lambda g: g.randint_array(-5, 10, (6,)),
    "randint, wide": lambda g: g.randint_array(0, 2**40, 2),
    "randperm": lambda g: g.randperm_array(8),
    "uniform": lambda g: g.uniform_array(-2.0, 3.0, 2),
    "normal": lambda g: g.normal_array(1.0, 2.0, 3),
    "bernoulli, one p": lambda g: g.bernoulli_array(0.3, 8),
    "bernoulli, a p each": lambda g: g.bernoulli_array(CHANCES),
    "exponential": lambda g: g.exponential_array(1.0, 2),
    "multinomial": lambda g: g.multinomial_array(WEIGHTS, 3),
    "multinomial, replaced": lambda g: g.multinomial_array(WEIGHTS, 5, True),
    "random_": lambda g: g.random_array(2),
}

# What torch 2.13 draws in the same program (of 16 and 18 values, the first three and the last two).
EXPECTED = {
    0: {
        "rand": [0.49625659, 0.768221796, 0.0884774327],
        "rand float64": [0.0562441839043476, 0.07262971157225484],
        "rand float16": [0.896484375, 0.455566406],
        "randn, an odd number": [0.64724797, 0.249002218, -0.335395128],
        "randn float64, with the one that waited": [0.4563527811756777, -0.625465829322795],
        "randn, one block": [-1.55509508, -0.34136039, 1.85300612, 0.0537369028, 0.618056655],
        "randn, a block and a tail": [0.112411186, 0.64079237, -0.395157546, -0.193837121, 0.445512176],
        "randn float64, a block and a tail": [
            0.6024184596320747,
            -0.5914098608385674,
            1.7333434809296027,
            -1.2903649890281932,
            -0.6119667643003155,
        ],
        "randn float16, a block and a tail": [-1.84570312, -0.0250244141, 0.172241211, 0.213378906, -0.120056152],
        "randint": [2, 0, -2, 1, -2, -4],
        "randint, wide": [158610119434, 370735430699],
        "randperm": [0, 7, 2, 5, 4, 1, 6, 3],
        "uniform": [-1.56020355, 1.85461032],
        "normal": [1.90775847, 1.5629499, 2.12069106],
        "bernoulli, one p": [1, 0, 0, 1, 0, 0, 0, 0],
        "bernoulli, a p each": [0, 0, 0, 1, 1, 1, 1, 1],
        "exponential": [0.261327446, 1.247491],
        "multinomial": [2, 3, 1],
        "multinomial, replaced": [0, 2, 2, 3, 2],
        "random_": [4155208083768870777, 24430557953799285],
    },
    42: {
        "rand": [0.882269263, 0.915003955, 0.38286376],
        "rand float64": [0.6744455013246242, 0.8071630471508437],
        "rand float16": [0.793457031, 0.940917969],
        "randn, an odd number": [1.52313387, 0.664664865, -1.0324477],
        "randn float64, with the one that waited": [-0.277033220453965, -0.1671342540245819],
        "randn, one block": [1.07831764, 0.800800562, 1.68062055, -0.621595383, -0.592000544],
        "randn, a block and a tail": [-0.424518973, 0.305720925, -0.735992789, 0.561173856, -0.45274803],
        "randn float64, a block and a tail": [
            0.7010464899151753,
            0.2950472763522901,
            -0.43871181259273545,
            0.28326288949178147,
            0.17506709073406437,
        ],
        "randn float16, a block and a tail": [0.818847656, 1.48046875, 0.497558594, 1.35253906, 1.2890625],
        "randint": [9, -2, 6, 7, -1, -3],
        "randint, wide": [148057035712, 971176262244],
        "randperm": [6, 0, 1, 3, 4, 7, 2, 5],
        "uniform": [-0.16200316, 0.7674523],
        "normal": [0.784207284, 0.313062847, 3.45733476],
        "bernoulli, one p": [0, 1, 0, 0, 0, 0, 0, 0],
        "bernoulli, a p each": [0, 0, 1, 1, 1, 0, 1, 1],
        "exponential": [1.0638088, 0.529291213],
        "multinomial": [2, 1, 3],
        "multinomial, replaced": [3, 3, 0, 3, 2],
        "random_": [5671269951411922934, 7306594908036814296],
    },
    -1: {
        "rand": [0.993799388, 0.571306348, 0.570008039],
        "rand float64": [0.39603032542958383, 0.9060367488878238],
        "rand float16": [0.27734375, 0.592773438],
        "randn, an odd number": [-0.281148493, -2.83512592, -0.524542511],
        "randn float64, with the one that waited": [0.48100290033980075, -0.33895061848431984],
        "randn, one block": [0.424003005, 0.265636146, -3.14929533, -1.20969021, -2.76625967],
        "randn, a block and a tail": [-0.103016309, -1.2180537, -0.170792878, -0.363567531, 0.386349142],
        "randn float64, a block and a tail": [
            0.08186489178278746,
            0.33015493695278547,
            -0.577275249575612,
            -0.48954514807553834,
            1.4018560714152517,
        ],
        "randn float16, a block and a tail": [0.521484375, -0.657226562, 0.591308594, 1.09765625, -0.599609375],
        "randint": [4, 9, -2, 6, -3, 6],
        "randint, wide": [167027737718, 983379037602],
        "randperm": [2, 5, 4, 7, 3, 6, 1, 0],
        "uniform": [2.64535117, -1.8996985],
        "normal": [-1.03396606, -0.879276514, 2.51172566],
        "bernoulli, one p": [0, 1, 1, 0, 0, 0, 1, 1],
        "bernoulli, a p each": [0, 0, 0, 1, 0, 0, 1, 1],
        "exponential": [2.01361752, 0.369507313],
        "multinomial": [3, 0, 2],
        "multinomial, replaced": [3, 1, 3, 3, 2],
        "random_": [3378690131415692035, 4439159168548828339],
    },
}


@pytest.mark.parametrize("start", EXPECTED)
def test_a_program_draws_the_numbers_that_pytorch_draws(start: int) -> None:
    g = Generator().manual_seed(start)
    for name, draw in PROGRAM.items():
        got = ends(draw(g))
        expected = np.array(EXPECTED[start][name]).astype(got.dtype)
        if got.dtype == np.float64:  # NumPy's log, sin and cos may differ from the C library's in the last bit
            np.testing.assert_allclose(got, expected, rtol=1e-14, err_msg=name)
        else:
            np.testing.assert_array_equal(got, expected, err_msg=name)


# --- Seeds and states ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [(0, 0), (-1, 2**64 - 1), (-(2**63), 2**63), (2**64 - 1, 2**64 - 1), (np.int64(3), 3), (2**32 + 5, 2**32 + 5)],
)
def test_a_seed_is_kept_modulo_2_to_the_64(given: int, kept: int) -> None:
    assert Generator().manual_seed(given).initial_seed() == kept


def test_only_the_low_32_bits_of_a_seed_choose_the_stream() -> None:
    first, second = Generator().manual_seed(5), Generator().manual_seed(2**32 + 5)
    np.testing.assert_array_equal(first.rand_array(4), second.rand_array(4))


@pytest.mark.parametrize("wrong", [1.5, True, "a", None])
def test_a_seed_is_an_integer(wrong: Any) -> None:
    with pytest.raises(RuntimeError, match=f"manual_seed expected a long, but got {type(wrong).__name__}"):
        Generator().manual_seed(wrong)


@pytest.mark.parametrize("wrong", [2**64, -(2**63) - 1])
def test_a_seed_fits_in_64_bits(wrong: int) -> None:
    with pytest.raises(ValueError, match="Overflow when unpacking long long"):
        Generator().manual_seed(wrong)


def test_a_generator_that_nobody_seeded_has_pytorchs_own_seed() -> None:
    assert Generator().initial_seed() == 67280421310721


def test_seed_starts_a_stream_that_can_be_started_again() -> None:
    g = Generator()
    start = g.seed()
    first = g.rand_array(3)
    assert g.initial_seed() == start
    np.testing.assert_array_equal(g.manual_seed(start).rand_array(3), first)
    assert g.seed() != start


def test_seeding_forgets_the_normal_that_waits() -> None:
    g = Generator().manual_seed(0)
    first = g.randn_array(1)
    np.testing.assert_array_equal(g.manual_seed(0).randn_array(1), first)


@pytest.mark.parametrize("warm_up", [0, 1, 623, 624, 625])
def test_a_state_holds_the_place_the_seed_and_the_normal_that_waits(warm_up: int) -> None:
    g = Generator().manual_seed(9)
    g.rand_array(warm_up)
    g.randn_array(1)
    state = g.get_state()
    expected = g.randn_array(3), g.rand_array(700)
    other = Generator()
    other.set_state(state)
    assert other.initial_seed() == 9
    for values in expected:
        draw = other.randn_array if values.size == 3 else other.rand_array
        np.testing.assert_array_equal(draw(values.size), values)


def test_a_state_does_not_follow_the_generator() -> None:
    g = Generator().manual_seed(9)
    state = g.get_state().numpy()
    kept = state.copy()
    g.rand_array(5)
    np.testing.assert_array_equal(state, kept)


def test_a_clone_and_a_copy_stand_where_the_original_stands() -> None:
    g = Generator().manual_seed(3)
    g.randn_array(1)
    others = [g.clone_state(), copy.deepcopy(g), pickle.loads(pickle.dumps(g))]
    expected = g.randn_array(4)
    for other in others:
        np.testing.assert_array_equal(other.randn_array(4), expected)


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        (np.zeros(5056), TypeError, "RNG state must be a torch.ByteTensor"),
        (np.zeros(3, np.uint8), RuntimeError, "of size 5056 but found the input RNG state size to be 3"),
        (np.zeros(5056, np.uint8), RuntimeError, "Invalid mt19937 state"),
    ],
)
def test_a_state_that_is_none_is_refused_and_nothing_is_lost(state: np.ndarray, kind: Any, words: str) -> None:
    g = Generator().manual_seed(1)
    with pytest.raises(kind, match=words):
        g.set_state(state)
    np.testing.assert_array_equal(g.rand_array(3), Generator().manual_seed(1).rand_array(3))


def test_the_shared_generator_is_what_the_functions_seed() -> None:
    with fork_rng():
        assert manual_seed(11) is default_generator
        assert initial_seed() == 11
        assert seed() == initial_seed() != 11


def test_fork_rng_leaves_the_stream_where_it_was() -> None:
    def fail_inside() -> None:
        with fork_rng():
            default_generator.randn_array(3)
            raise KeyError

    before = default_generator.get_state()
    with pytest.raises(KeyError):
        fail_inside()
    np.testing.assert_array_equal(default_generator.get_state(), before)
    with fork_rng(enabled=False):
        default_generator.rand_array(1)
    assert (default_generator.get_state() != before).any()
    default_generator.set_state(before)


def test_there_is_no_generator_on_another_device() -> None:
    with pytest.raises(RuntimeError, match="device 'cuda'"):
        Generator("cuda")


# --- What is drawn -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [F16, F32, F64, C64, C128])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0), (4, 5)])
def test_shape_and_dtype_are_those_asked_for(dtype: Any, shape: tuple[int, ...]) -> None:
    g = Generator()
    for x in (
        g.rand_array(shape, dtype),
        g.randn_array(shape, dtype),
        g.uniform_array(1, 2, shape, dtype),
        g.normal_array(1, 2, shape, dtype),
    ):
        assert isinstance(x, np.ndarray)
        assert x.shape == shape
        assert x.dtype == dtype
        assert x.flags.writeable


@pytest.mark.parametrize("shape", [np.int64(3), [3], (np.int32(3),)])
def test_a_shape_may_be_of_numpys_integers(shape: Any) -> None:
    g = Generator()
    for x in (g.rand_array(shape), g.randn_array(shape, C64), g.randint_array(0, 2, shape)):
        assert x.shape == (3,)


def test_the_default_dtype_is_drawn_unless_another_is_asked_for() -> None:
    g = Generator()
    dtypes.set_default_dtype(dtypes.float64)
    try:
        drawn = [g.rand_array(1), g.randn_array(1), g.uniform_array(), g.normal_array(), g.exponential_array()]
        drawn.append(g.bernoulli_array())
    finally:
        dtypes.set_default_dtype(dtypes.float32)
    assert {x.dtype for x in drawn} == {F64}


def test_half_precision_does_not_round_up_to_the_end_of_the_interval() -> None:
    drawn = Generator().manual_seed(0).rand_array(100_000, F16)
    assert drawn.max() < 1


def test_an_empty_draw_takes_nothing_from_the_stream() -> None:
    g = Generator().manual_seed(2)
    g.randn_array(1)  # leaves one waiting
    for draw in (g.rand_array, g.randn_array, g.randperm_array, g.random_array):
        assert draw(0).size == 0
    other = Generator().manual_seed(2)
    other.randn_array(1)
    np.testing.assert_array_equal(g.randn_array(3), other.randn_array(3))


def test_from_2_to_the_28_on_a_range_takes_two_words() -> None:
    g = Generator().manual_seed(0)
    assert g.randint_array(0, 2**28 - 1, 2).tolist() == [209652404, 130329144]  # torch 2.13's
    assert g.randint_array(0, 2**28, 2).tolist() == [136432832, 195187451]


def test_a_permutation_has_each_number_once() -> None:
    assert sorted(Generator().randperm_array(1000).tolist()) == list(range(1000))


def test_normals_have_the_mean_and_the_deviation_asked_for() -> None:
    x = Generator().manual_seed(0).normal_array(3.0, 0.5, 100_000, F64)
    assert x.mean() == pytest.approx(3, abs=0.01)
    assert x.std() == pytest.approx(0.5, abs=0.01)


def test_arrays_of_means_and_deviations_broadcast() -> None:
    x = Generator().normal_array(np.zeros((3, 1), F32), np.array([0, 1], F32))
    assert x.shape == (3, 2)
    assert (x[:, 0] == 0).all()


def test_without_replacement_no_index_comes_twice() -> None:
    rows = Generator().multinomial_array(np.ones((5, 6), F32), 6)
    assert [sorted(row) for row in rows.tolist()] == [list(range(6))] * 5


WRONG = {
    "an empty range": (
        lambda g: g.randint_array(5, 5, 2),
        RuntimeError,
        "random_ expects 'from' to be less than 'to', but got from=5 >= to=5",
    ),
    "a range that the dtype cannot hold": (
        lambda g: g.randint_array(0, 300, 2, np.dtype(np.uint8)),
        RuntimeError,
        "to - 1 is out of bounds for unsigned char",
    ),
    "a range below the dtype": (
        lambda g: g.randint_array(-300, 2, 2, np.dtype(np.int8)),
        RuntimeError,
        "from is out of bounds for signed char",
    ),
    "an interval the wrong way round": (
        lambda g: g.uniform_array(3, 2),
        RuntimeError,
        r"uniform_ expects to return a \[from, to\) range, but found from=3 > to=2",
    ),
    "an interval without an end": (
        lambda g: g.uniform_array(0, float("inf")),
        RuntimeError,
        "to is out of bounds for float",
    ),
    "nan as an end": (lambda g: g.uniform_array(float("nan"), 1), RuntimeError, "from is out of bounds for float"),
    "a negative deviation": (
        lambda g: g.normal_array(0, -1),
        RuntimeError,
        "normal expects std >= 0.0, but found std -1",
    ),
    "a negative deviation among others": (
        lambda g: g.normal_array(0, -np.ones(2, F32)),
        RuntimeError,
        "normal expects all elements of std >= 0.0",
    ),
    "a probability above one": (
        lambda g: g.bernoulli_array(1.5),
        RuntimeError,
        r"bernoulli_ expects p to be in \[0, 1\], but got p=1.5",
    ),
    "a probability above one among others": (
        lambda g: g.bernoulli_array(np.array([0.5, 1.5])),
        RuntimeError,
        "Expected p_in >= 0 && p_in <= 1 to be true, but got false",
    ),
    "whole probabilities": (
        lambda g: g.bernoulli_array(np.array([1, 0])),
        NotImplementedError,
        "\"bernoulli_tensor_cpu_p_\" not implemented for 'Long'",
    ),
    "whole uniforms": (
        lambda g: g.rand_array(2, np.dtype(np.int64)),
        NotImplementedError,
        "\"check_uniform_bounds\" not implemented for 'Long'",
    ),
    "whole normals": (
        lambda g: g.randn_array(2, np.dtype(np.bool_)),
        NotImplementedError,
        "\"normal_kernel_cpu\" not implemented for 'Bool'",
    ),
    "a negative dimension": (
        lambda g: g.rand_array((2, -1)),
        RuntimeError,
        r"Trying to create tensor with negative dimension -1: \[2, -1\]",
    ),
    "a negative permutation": (lambda g: g.randperm_array(-1), RuntimeError, "negative dimension -1"),
    "a range that ends between integers": (lambda g: g.randint_array(0, 3.5, 2), TypeError, "float"),
    "half a permutation": (lambda g: g.randperm_array(2.5), TypeError, "float"),
    "a rate of zero": (lambda g: g.exponential_array(0), RuntimeError, "exponential_ expects lambda > 0.0"),
    "negative weights": (
        lambda g: g.multinomial_array(-np.ones(3), 1),
        RuntimeError,
        "probability tensor contains either `inf`, `nan` or element < 0",
    ),
    "no weight at all": (
        lambda g: g.multinomial_array(np.zeros(3), 1),
        RuntimeError,
        r"invalid multinomial distribution \(sum of probabilities <= 0\)",
    ),
    "too many samples": (
        lambda g: g.multinomial_array(np.ones(3), 4),
        RuntimeError,
        r"cannot sample n_sample > prob_dist.size\(-1\) samples without replacement",
    ),
    "no samples": (lambda g: g.multinomial_array(np.ones(3), 0), RuntimeError, "cannot sample n_sample <= 0 samples"),
    "whole weights": (
        lambda g: g.multinomial_array(np.ones(3, np.int64), 1),
        RuntimeError,
        "multinomial only supports floating-point dtypes for input, got: Long",
    ),
    "a cube of weights": (
        lambda g: g.multinomial_array(np.ones((2, 2, 2)), 1),
        RuntimeError,
        "prob_dist must be 1 or 2 dim",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_drawn_is_refused_before_the_stream_moves(case: str) -> None:
    draw, kind, words = WRONG[case]
    g = Generator().manual_seed(0)
    with pytest.raises(kind, match=words):
        draw(g)
    np.testing.assert_array_equal(g.get_state(), Generator().manual_seed(0).get_state())


# --- Against torch -------------------------------------------------------------------------------------------------


def assert_same(ours: np.ndarray, theirs: Any, torch: Any, what: str = "") -> None:
    """Equal to the last bit, but for functions whose last bit depends on the machine."""
    expected = theirs.numpy()
    assert ours.dtype == expected.dtype, what
    assert ours.shape == expected.shape, what
    if ours.dtype in (F64, C128):
        np.testing.assert_allclose(ours, expected, rtol=1e-13, atol=1e-15, err_msg=what)
    elif ours.dtype in (F32, F16, C64) and torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=5e-6, err_msg=what)
    else:
        np.testing.assert_array_equal(ours, expected, err_msg=what)


BOTH = {
    "rand float32": (lambda g, n: g.rand_array(n), lambda t, g, n: t.rand(n, generator=g)),
    "rand float64": (lambda g, n: g.rand_array(n, F64), lambda t, g, n: t.rand(n, generator=g, dtype=t.float64)),
    "rand float16": (lambda g, n: g.rand_array(n, F16), lambda t, g, n: t.rand(n, generator=g, dtype=t.float16)),
    "rand complex64": (lambda g, n: g.rand_array(n, C64), lambda t, g, n: t.rand(n, generator=g, dtype=t.complex64)),
    "randn float32": (lambda g, n: g.randn_array(n), lambda t, g, n: t.randn(n, generator=g)),
    "randn float64": (lambda g, n: g.randn_array(n, F64), lambda t, g, n: t.randn(n, generator=g, dtype=t.float64)),
    "randn float16": (lambda g, n: g.randn_array(n, F16), lambda t, g, n: t.randn(n, generator=g, dtype=t.float16)),
    "randn complex64": (lambda g, n: g.randn_array(n, C64), lambda t, g, n: t.randn(n, generator=g, dtype=t.complex64)),
    "uniform": (
        lambda g, n: g.uniform_array(-0.3, 1.7, n),
        lambda t, g, n: t.empty(n).uniform_(-0.3, 1.7, generator=g),
    ),
    "uniform float64": (
        lambda g, n: g.uniform_array(-0.3, 1.7, n, F64),
        lambda t, g, n: t.empty(n, dtype=t.float64).uniform_(-0.3, 1.7, generator=g),
    ),
    "normal": (lambda g, n: g.normal_array(0.3, 1.7, n), lambda t, g, n: t.normal(0.3, 1.7, (n,), generator=g)),
    "normal float64": (
        lambda g, n: g.normal_array(0.3, 1.7, n, F64),
        lambda t, g, n: t.empty(n, dtype=t.float64).normal_(0.3, 1.7, generator=g),
    ),
    "normal, a mean each": (
        lambda g, n: g.normal_array(np.arange(n).astype(F32), 1.7),
        lambda t, g, n: t.normal(t.arange(n).float(), 1.7, generator=g),
    ),
    "normal, a deviation each": (
        lambda g, n: g.normal_array(0.3, np.arange(n).astype(F32)),
        lambda t, g, n: t.normal(0.3, t.arange(n).float(), generator=g),
    ),
    "randint": (lambda g, n: g.randint_array(-3, 7, n), lambda t, g, n: t.randint(-3, 7, (n,), generator=g)),
    "randint, 28 bits": (
        lambda g, n: g.randint_array(0, 2**28, n),
        lambda t, g, n: t.randint(0, 2**28, (n,), generator=g),
    ),
    "randint, 64 bits": (
        lambda g, n: g.randint_array(-(2**63), 2**63 - 1, n),
        lambda t, g, n: t.randint(-(2**63), 2**63 - 1, (n,), generator=g),
    ),
    "randperm": (lambda g, n: g.randperm_array(n), lambda t, g, n: t.randperm(n, generator=g)),
    "bernoulli": (
        lambda g, n: g.bernoulli_array(0.3, n),
        lambda t, g, n: t.empty(n).bernoulli_(0.3, generator=g),
    ),
    "bernoulli, a p each": (
        lambda g, n: g.bernoulli_array(np.full(n, 0.3, F32)),
        lambda t, g, n: t.bernoulli(t.full((n,), 0.3), generator=g),
    ),
    "bernoulli, a float64 p each": (
        lambda g, n: g.bernoulli_array(np.full(n, 0.3)),
        lambda t, g, n: t.bernoulli(t.full((n,), 0.3, dtype=t.float64), generator=g),
    ),
    "exponential": (
        lambda g, n: g.exponential_array(1.5, n),
        lambda t, g, n: t.empty(n).exponential_(1.5, generator=g),
    ),
    "random_ int64": (
        lambda g, n: g.random_array(n),
        lambda t, g, n: t.empty(n, dtype=t.int64).random_(generator=g),
    ),
    "random_ uint8": (
        lambda g, n: g.random_array(n, np.dtype(np.uint8)),
        lambda t, g, n: t.empty(n, dtype=t.uint8).random_(generator=g),
    ),
    "multinomial": (
        lambda g, n: g.multinomial_array(np.arange(1, n + 2).astype(F32), min(n + 1, 20)),
        lambda t, g, n: t.multinomial(t.arange(1, n + 2).float(), min(n + 1, 20), generator=g),
    ),
    "multinomial, replaced": (
        lambda g, n: g.multinomial_array(np.arange(1, n + 2).astype(F32), 20, True),
        lambda t, g, n: t.multinomial(t.arange(1, n + 2).float(), 20, True, generator=g),
    ),
}


@pytest.mark.parametrize("kind", BOTH)
def test_every_size_from_0_to_1000_agrees_with_torch(torch: Any, kind: str) -> None:
    ours, theirs = BOTH[kind]
    for start in range(20):
        mine, its = Generator().manual_seed(start), torch.Generator().manual_seed(start)
        for n in (*range(start, 64, 20), *range(start, 1001, 60 if "multinomial" in kind else 20)):
            assert_same(ours(mine, n), theirs(torch, its, n), torch, f"{kind}, seed {start}, size {n}")


def test_mixed_programs_stay_in_step_with_torch(torch: Any) -> None:
    choose = python_random.Random(0)
    for start in range(200):
        mine, its = Generator().manual_seed(-start), torch.Generator().manual_seed(-start)
        for _ in range(10):
            kind = choose.choice(list(BOTH))
            ours, theirs = BOTH[kind]
            n = choose.choice([0, 1, 2, 3, 15, 16, 17, 33, 100])
            assert_same(ours(mine, n), theirs(torch, its, n), torch, f"{kind}, seed {-start}, size {n}")


def test_large_draws_agree_with_torch(torch: Any) -> None:
    mine, its = Generator().manual_seed(1), torch.Generator().manual_seed(1)
    for kind in ("rand float32", "randn float32", "randn float64", "randint", "randperm", "bernoulli"):
        ours, theirs = BOTH[kind]
        assert_same(ours(mine, 100_003), theirs(torch, its, 100_003), torch, kind)


@pytest.mark.parametrize("warm_up", [0, 1, 700])
def test_torch_and_minigrad_continue_from_each_others_state(torch: Any, warm_up: int) -> None:
    mine, its = Generator().manual_seed(-3), torch.Generator().manual_seed(8)
    mine.rand_array(warm_up)
    mine.randn_array(1)
    np.testing.assert_array_equal(mine.get_state().numpy(), mine.clone_state().get_state().numpy())
    its.set_state(torch.from_numpy(mine.get_state().numpy()))
    assert its.initial_seed() == mine.initial_seed()
    assert_same(mine.randn_array(5, F64), torch.randn(5, generator=its, dtype=torch.float64), torch)
    np.testing.assert_array_equal(mine.get_state().numpy(), its.get_state().numpy())

    mine.set_state(its.get_state().numpy())
    assert_same(mine.rand_array(700), torch.rand(700, generator=its), torch)


@pytest.mark.parametrize("start", [0, 1, -1, -(2**63), 2**63, 2**64 - 1, 2**40 + 7])
def test_a_seed_means_what_it_means_to_torch(torch: Any, start: int) -> None:
    mine, its = Generator().manual_seed(start), torch.Generator().manual_seed(start)
    assert mine.initial_seed() == its.initial_seed()
    np.testing.assert_array_equal(mine.get_state().numpy(), its.get_state().numpy())
    assert_same(mine.rand_array(5), torch.rand(5, generator=its), torch)


IN_PLACE = {
    "uniform_": [(), (-2, 3.5)],
    "normal_": [(), (1.5, 2.0)],
    "bernoulli_": [(), (0.3,)],
    "exponential_": [(), (2.5,)],
    "random_": [(), (10,), (-5, 2**20)],
    "geometric_": [(0.3,), (0.9,)],
    "log_normal_": [(), (0.5, 0.25)],
    "cauchy_": [(), (1.0, 2.0)],
}


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 100, 1000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "args"), [(name, args) for name, several in IN_PLACE.items() for args in several])
def test_what_is_drawn_into_a_tensor_is_what_pytorch_draws(
    torch: Any, name: str, args: tuple[float, ...], dtype: str, size: int
) -> None:
    for start in range(20):
        drawn = []
        for library in (minigrad, torch):
            library.manual_seed(start)
            x = library.zeros(size, dtype=getattr(library, dtype))
            getattr(x, name)(*args)
            drawn.append((x.numpy(), library.rand(3).tolist()))
        (mine, then), (its, after) = drawn
        np.testing.assert_allclose(mine, its, rtol=3e-7 if dtype == "float32" else 1e-12)
        assert then == after, "the stream stands where PyTorch's does"


def test_what_is_drawn_into_a_tensor_has_known_numbers() -> None:
    minigrad.manual_seed(0)
    assert minigrad.zeros(3).geometric_(0.5).tolist() == [1, 1, 2]
    minigrad.manual_seed(0)
    np.testing.assert_allclose(minigrad.zeros(2).log_normal_(0, 1).numpy(), [4.6692, 0.7457], atol=1e-4)
    minigrad.manual_seed(0)
    np.testing.assert_allclose(minigrad.zeros(2).cauchy_().numpy(), [10.5977, 0.7648], atol=1e-4)


def test_the_shared_stream_continues_from_a_state_of_it() -> None:
    minigrad.manual_seed(4)
    state = minigrad.get_rng_state()
    first = minigrad.rand(3)
    minigrad.set_rng_state(state)
    assert minigrad.rand(3).tolist() == first.tolist()
    with fork_rng():
        minigrad.rand(5)
        inside = minigrad.rand(1)
    assert minigrad.rand(1).tolist() != inside.tolist()


def test_weights_that_lie_by_column_are_drawn_by_column() -> None:
    weights = minigrad.arange(1.0, 13.0).reshape(4, 3).t()
    manual_seed(0)
    assert minigrad.multinomial(weights, 2).tolist() == [[2, 3], [2, 3], [3, 2]]  # PyTorch's
