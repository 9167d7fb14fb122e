"""Making tensors: which dtype, whose memory, and what is refused."""

import numpy as np
import pytest

import minigrad as mg


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1, mg.int64),
        (1.0, mg.float32),
        (True, mg.bool),
        (1j, mg.complex64),
        ([1, 2.5], mg.float32),
        ([True, 2], mg.int64),
        ([], mg.float32),
        ([[1, 2], [3, 4]], mg.int64),
        (np.float64(1), mg.float64),
        ([np.float64(1)], mg.float64),
        ([np.int32(1)], mg.int32),
        (np.zeros(2, np.float16), mg.float16),
        ([np.zeros(2), np.ones(2)], mg.float64),
        (range(3), mg.int64),
        ((1, 2), mg.int64),
    ],
    ids=str,
)
def test_the_dtype_that_numbers_suggest(data, dtype):
    assert mg.tensor(data).dtype is dtype


def test_a_new_default_dtype_is_what_floats_become():
    mg.set_default_dtype(mg.float64)
    try:
        assert mg.tensor(1.5).dtype is mg.float64
        assert mg.zeros(1).dtype is mg.float64
        assert mg.tensor([1j]).dtype is mg.complex128
        assert (mg.tensor([1]) / 2).dtype is mg.float64
    finally:
        mg.set_default_dtype(mg.float32)


def test_tensors_in_a_list_count_as_numbers():
    parts = [mg.tensor(1.0, requires_grad=True), mg.tensor([2.0])]
    made = mg.tensor(parts)
    assert made.tolist() == [1.0, 2.0]
    assert not made.requires_grad
    with pytest.raises(ValueError, match="only one element tensors can be converted to Python scalars"):
        mg.tensor([mg.zeros(2), mg.zeros(2)])


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ([[1, 2], [3]], ValueError, r"expected sequence of length 2 at dim 1 \(got 1\)"),
        ([[1], 2], TypeError, "not a sequence"),
        ([1, [2]], TypeError, "'list' object cannot be interpreted as an integer"),
        ([1, "a"], TypeError, "new\\(\\): invalid data type 'str'"),
        (None, RuntimeError, "Could not infer dtype of NoneType"),
        ({1: 2}, RuntimeError, "Could not infer dtype of dict"),
        (2**63, ValueError, "Overflow when unpacking long long"),
        (np.array(["a"]), TypeError, "can't convert np.ndarray of type numpy.str_"),
    ],
    ids=str,
)
def test_what_no_tensor_can_be_made_of(data, kind, words):
    with pytest.raises(kind, match=words):
        mg.tensor(data)


def test_numbers_that_do_not_fit_are_refused():
    with pytest.raises(RuntimeError, match="value cannot be converted to type uint8 without overflow"):
        mg.tensor([300], dtype=mg.uint8)
    assert mg.tensor([-1], dtype=mg.uint8).tolist() == [255]
    assert mg.tensor([1.7, -1.7], dtype=mg.int32).tolist() == [1, -1]


@pytest.mark.parametrize("make", [mg.zeros_like, mg.ones_like, mg.empty_like])
def test_integers_cannot_require_a_gradient(make):
    sentence = "Only Tensors of floating point and complex dtype can require gradients"
    with pytest.raises(RuntimeError, match=sentence):
        make(mg.zeros(2), dtype=mg.int64, requires_grad=True)
    with pytest.raises(RuntimeError, match=sentence):
        mg.tensor([1, 2], requires_grad=True)


def test_tensor_copies_and_warns_when_it_copies_a_tensor():
    array = np.zeros(2)
    made = mg.tensor(array)
    array[0] = 1
    assert made.tolist() == [0.0, 0.0]
    with pytest.warns(UserWarning, match="To copy construct from a tensor"):
        mg.tensor(made)


def test_from_numpy_shares_memory():
    array = np.zeros(2)
    shared = mg.from_numpy(array)
    shared[0] = 5
    array[1] = 7
    assert array.tolist() == shared.tolist() == [5.0, 7.0]
    assert mg.as_tensor(array).data_ptr() == array.ctypes.data
    assert mg.as_tensor(shared) is shared


@pytest.mark.parametrize(
    ("array", "kind", "words"),
    [
        (np.zeros(3)[::-1], ValueError, "At least one stride in the given numpy array is negative"),
        (np.zeros(3, ">f4"), ValueError, "given numpy array has byte order different from the native byte order"),
        ([1.0], TypeError, r"expected np.ndarray \(got list\)"),
    ],
    ids=["negative stride", "byte order", "list"],
)
def test_from_numpy_refuses(array, kind, words):
    with pytest.raises(kind, match=words):
        mg.from_numpy(array)


def test_sizes_as_numbers_or_as_one_tuple():
    for shape in (
        mg.zeros(2, 3),
        mg.zeros((2, 3)),
        mg.zeros([2, 3]),
        mg.zeros(mg.Size([2, 3])),
        mg.zeros(np.int64(2), 3),
    ):
        assert shape.shape == (2, 3)
    assert mg.zeros(()).shape == ()
    with pytest.raises(TypeError, match=r"zeros\(\): argument 'size' \(position 1\) must be tuple of ints, not float"):
        mg.zeros(2.5)
    with pytest.raises(RuntimeError, match="Dimension size must be non-negative"):
        mg.zeros(2, -1)


def test_the_only_device_is_the_cpu():
    assert mg.zeros(1, device="cpu").device == mg.device("cpu")
    assert repr(mg.device("cpu")) == "device(type='cpu')"
    with pytest.raises(
        AssertionError, match="Torch not compiled with CUDA enabled. minigrad computes on the CPU alone"
    ):
        mg.zeros(1, device="cuda")
    with pytest.raises(RuntimeError, match="there is no device 'mps'"):
        mg.zeros(1).to("mps")


def test_requires_grad_is_kept_under_no_grad():
    with mg.no_grad():
        assert mg.rand(2, requires_grad=True).requires_grad


def test_a_generator_of_ones_own_leaves_the_default_one_alone():
    mg.manual_seed(1)
    expected = mg.rand(2).tolist()
    mg.manual_seed(1)
    mg.rand(5, generator=mg.Generator().manual_seed(7))
    assert mg.rand(2).tolist() == expected


def test_likes_take_shape_and_dtype_from_their_model():
    model = mg.tensor([[1, 2]], dtype=mg.int32)
    for made in (mg.zeros_like(model), mg.ones_like(model), mg.full_like(model, 7), mg.empty_like(model)):
        assert made.shape == (1, 2)
        assert made.dtype is mg.int32
    x = mg.ones(2, dtype=mg.float64)
    assert x.new_zeros(3).dtype is x.new_tensor([1, 2]).dtype is x.new_full((2,), 1).dtype is mg.float64
    assert x.new_zeros(3, dtype=mg.int64).dtype is mg.int64


def test_a_finer_dtype_holds_every_digit_that_was_written() -> None:
    assert mg.tensor([0.1], dtype=mg.float64).item() == 0.1
    assert mg.tensor(0.1, dtype=mg.float64).item() == 0.1
    assert mg.as_tensor([[0.1]], dtype=mg.float64).item() == 0.1
    assert mg.zeros(1, dtype=mg.float64).new_tensor([0.1]).item() == 0.1


def test_a_range_of_whole_numbers_cuts_its_ends_off_first():
    assert mg.arange(0.0, 4.5, 1.5, dtype=mg.int64).tolist() == [0, 1, 2, 3]
    assert mg.linspace(4.3, -3, 10, dtype=mg.int64).tolist() == [4, 3, 2, 1, 0, 0, 0, -1, -2, -3]


def test_a_shape_may_be_passed_by_its_name():
    assert [f(size=(2, 3)).shape for f in (mg.zeros, mg.ones, mg.empty, mg.rand, mg.randn)] == [(2, 3)] * 5
    assert [f(size=(2,)).shape for f in (mg.ones(1).new_zeros, mg.ones(1).new_ones, mg.ones(1).new_empty)] == [(2,)] * 3
