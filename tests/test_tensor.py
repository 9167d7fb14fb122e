"""Tensor, the public class: conversions, NumPy's door, and what is shared with whom."""

import copy
import math
import operator

import numpy as np
import pytest

import minigrad as mg
from minigrad.ops import beneath, recurrence


def test_a_method_is_the_function_of_its_name():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    assert x.exp().tolist() == mg.exp(x).tolist()
    missing = [
        name
        for name in ("add", "exp", "sum", "max", "softmax", "view", "matmul", "eq", "clamp", "gather", "where", "norm")
        if not hasattr(mg.Tensor, name)
    ]
    assert missing == []


FUNCTIONS_WITHOUT_A_METHOD = {
    # they take sequences, make tensors, or are properties or predicates of the module
    "arange", "as_tensor", "asarray", "atleast_1d", "atleast_2d", "atleast_3d", "bernoulli", "block_diag",
    "broadcast_shapes", "broadcast_tensors", "bucketize", "can_cast", "cartesian_prod", "column_stack", "combinations",
    "lu_unpack",
    "complex", "cumulative_trapezoid", "dstack", "get_rng_state", "isin", "meshgrid", "polar", "poisson",
    "result_type", "row_stack", "scalar_tensor", "searchsorted", "set_rng_state", "std_mean", "trapezoid", "trapz",
    "tril_indices", "triu_indices", "vander", "var_mean", "view_as_complex", "view_as_real", "gradient", "cat",
    "concat", "concatenate", "empty", "empty_like", "eye",
    "from_numpy", "full", "full_like", "get_default_dtype", "grad", "hstack", "initial_seed", "is_grad_enabled",
    "is_anomaly_check_nan_enabled", "is_anomaly_enabled", "is_inference_mode_enabled", "set_anomaly_enabled", "vmap",
    "is_tensor", "linspace", "logspace", "manual_seed", "multinomial", "normal", "ones", "ones_like", "promote_types",
    "rand", "rand_like", "randint", "randint_like", "randn", "randn_like", "randperm", "rsub", "seed",
    "get_default_device", "set_default_tensor_type", "typename", "play", "record",
    "are_deterministic_algorithms_enabled", "compile", "get_float32_matmul_precision", "get_num_interop_threads",
    "get_num_threads", "load", "save", "set_default_device", "set_float32_matmul_precision", "set_num_interop_threads",
    "set_num_threads", "use_deterministic_algorithms",
    "set_default_dtype", "set_printoptions", "stack", "tensor", "vstack", "zeros", "zeros_like",
    "bartlett_window", "binomial", "blackman_window", "empty_permuted", "empty_strided", "fill", "from_dlpack",
    "frombuffer", "hamming_window", "hann_window", "histogramdd", "kaiser_window", "pdist", "range", "unravel_index",
    *[name for name in mg.__all__ if name.endswith("_copy")],  # narrow_copy alone is one
}  # fmt: skip

FUNCTIONS_OF_NETWORKS = {
    *beneath.__all__, *recurrence.__all__,
    "celu_", "ctc_loss", "rrelu", "rrelu_", "selu_", "threshold_",
    "channel_shuffle", "max_pool3d", "pixel_shuffle", "pixel_unshuffle",
    "adaptive_avg_pool1d", "adaptive_max_pool1d", "alpha_dropout", "avg_pool1d", "batch_norm", "bilinear", "cdist",
    "celu", "chain_matmul", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    "cosine_embedding_loss", "cosine_similarity", "dropout", "einsum", "embedding", "group_norm",
    "hinge_embedding_loss", "instance_norm", "layer_norm", "margin_ranking_loss", "max_pool1d", "max_pool2d",
    "pairwise_distance", "poisson_nll_loss", "rms_norm", "selu", "tensordot", "threshold", "triplet_margin_loss",
}  # fmt: skip


def test_every_function_of_a_tensor_is_a_method_too():
    functions = {
        name
        for name in mg.__all__
        if callable(getattr(mg, name)) and not isinstance(getattr(mg, name), type | mg.dtype)
    }
    missing = {
        name for name in functions - FUNCTIONS_WITHOUT_A_METHOD - FUNCTIONS_OF_NETWORKS if not hasattr(mg.Tensor, name)
    }
    assert missing - {"load_ipython_extension", "unload_ipython_extension"} == set()


def test_numpy_functions_of_numbers_record_like_the_ops_they_stand_for():
    x = mg.tensor([0.5, 1.0], requires_grad=True)
    array = np.array([2.0, 3.0], np.float32)
    for y, name in (
        (np.exp(x), "ExpBackward0"),
        (np.multiply(array, x), "MulBackward0"),
        (array * x, "MulBackward0"),
        (array - x, "SubBackward0"),
        (np.float64(2) * x, "MulBackward0"),
        (np.maximum(x, 0.7), "MaximumBackward0"),
        (x**array, "PowBackward1"),
        (array @ x, "DotBackward0"),
    ):
        assert isinstance(y, mg.Tensor)
        assert y.grad_fn.name() == name
        assert y.dtype is mg.float32
    assert (array > x).dtype is mg.bool


def test_a_numpy_function_that_is_not_recorded_says_so():
    x = mg.tensor([0.5, 1.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"np.cbrt is not recorded on tensors. Use an op of minigrad"):
        np.cbrt(x)
    with pytest.raises(TypeError, match=r"np.add.accumulate is not recorded"):
        np.add.accumulate(x)
    with pytest.raises(RuntimeError, match=r"Can't call numpy\(\) on Tensor that requires grad"):
        np.asarray(x)
    total = np.zeros(2)
    total += x.detach()
    assert total.tolist() == [0.5, 1.0]


def test_numpy_shares_memory_and_detach_does_too():
    x = mg.zeros(2)
    x.numpy()[0] = 3
    x.detach()[1] = 4
    assert x.tolist() == [3.0, 4.0]
    assert x._version == 1  # autograd sees the write through detach(), not the one through NumPy


def test_one_entry_becomes_a_python_number():
    x = mg.tensor([2.5])
    assert float(x) == x.item() == 2.5
    assert int(x) == 2
    assert math.sqrt(mg.tensor(4.0)) == 2.0
    assert [10, 20, 30][mg.tensor(1)] == 20
    assert f"{mg.tensor(1.5):.2f}" == "1.50"
    with pytest.raises(ValueError, match="only one element tensors can be converted to Python scalars"):
        float(mg.zeros(2))
    with pytest.raises(RuntimeError, match="Boolean value of Tensor with no values is ambiguous"):
        bool(mg.zeros(0))


def test_a_size_is_a_tuple_that_stays_a_size():
    size = mg.zeros(2, 3).shape
    assert size == (2, 3)
    assert repr(size) == "torch.Size([2, 3])"
    assert repr(size[:1]) == "torch.Size([2])"
    assert repr(size + (1,)) == "torch.Size([2, 3, 1])"  # noqa: RUF005 (that is what is tested)
    assert size.numel() == 6
    assert mg.zeros(2, 3).size(-1) == 3
    with pytest.raises(IndexError, match="Dimension out of range"):
        mg.zeros(2, 3).size(2)


def test_to_returns_the_tensor_itself_when_nothing_changes():
    x = mg.zeros(2, requires_grad=True)
    assert x.to(mg.float32) is x.to("cpu") is x.float() is x.cpu() is x.contiguous() is x
    assert x.to(mg.float32, copy=True) is not x
    assert x.to("cpu", mg.float64).dtype is x.to(mg.zeros(1, dtype=mg.float64)).dtype is mg.float64
    assert x.type() == "torch.FloatTensor"
    assert x.type("torch.DoubleTensor").dtype is mg.float64
    x.double().sum().backward()
    assert x.grad.dtype is mg.float32


def test_a_view_shares_memory_and_a_copy_does_not():
    x = mg.zeros(2, 3)
    for view in (x.view(6), x.t(), x[0], x[:, 1:], x.unsqueeze(0), x.expand(2, 2, 3), x.split(1)[0], x.permute(1, 0)):
        assert np.shares_memory(view.numpy(), x.numpy())
        assert view._base is x
    for other in (x.clone(), x[[0]], x.t().reshape(-1), x.repeat(1, 1), x.flip(0), x.t().contiguous()):
        assert not np.shares_memory(other.numpy(), x.numpy())


def test_an_expanded_tensor_may_not_be_written_to():
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory"):
        mg.zeros(1).expand(3).add_(1)


def test_writing_in_place_returns_the_same_object_and_counts_its_version():
    x = mg.zeros(2)
    same = x
    x += 1
    assert x is same
    assert x.mul_(2) is x
    x[0] = 5
    assert x.tolist() == [5.0, 2.0]
    assert x._version == 3


def test_a_failed_write_changes_nothing():
    x = mg.zeros(3)
    for write in (lambda: x.add_(mg.ones(2, 3)), lambda: x.add_(mg.ones(2)), lambda: x.__setitem__(5, 1.0)):
        with pytest.raises((RuntimeError, IndexError)):
            write()
    leaf = mg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        leaf += 1
    assert x.tolist() == [0.0, 0.0, 0.0]
    assert (x._version, leaf._version, leaf.tolist()) == (0, 0, [1.0, 1.0])


def test_views_of_views_and_their_base_keep_one_history():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = x * 1
    row = y[0]
    corner = row[1:]
    corner.mul_(10)
    y[1] = 0
    (y * mg.tensor([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
    assert x.grad.tolist() == [[1.0, 20.0], [0.0, 0.0]]
    assert row.grad_fn is not None
    assert row.tolist() == [1.0, 20.0]


def test_iterating_and_asking_for_membership():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert [row.tolist() for row in x] == [[1.0, 2.0], [3.0, 4.0]]
    assert [row.grad_fn.name() for row in x] == ["UnbindBackward0"] * 2
    assert 3.0 in x
    assert 5 not in x
    with pytest.raises(TypeError, match="iteration over a 0-d tensor"):
        iter(mg.tensor(1.0))


def test_equality_compares_entries_and_hashing_identity():
    x = mg.tensor([1.0, 2.0])
    assert (x == mg.tensor([1.0, 3.0])).tolist() == [True, False]
    assert len({x, x, x.clone()}) == 2
    assert copy.deepcopy(x).tolist() == x.tolist()


@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod])
def test_an_operator_meets_numbers_arrays_and_tensors_on_either_side(op):
    x = mg.tensor([2.0, 3.0])
    expected = op(np.array([2.0, 3.0], np.float32), np.array([4.0, 5.0], np.float32))
    for other in (mg.tensor([4.0, 5.0]), np.array([4.0, 5.0], np.float32)):
        np.testing.assert_allclose(op(x, other).numpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(op(4, x).numpy(), op(4, np.array([2.0, 3.0], np.float32)), rtol=1e-6)
    with pytest.raises(TypeError, match="unsupported operand"):
        op(x, {})


def test_a_tensor_s_hash_is_its_identity() -> None:
    x = mg.ones(2)
    assert hash(x) == id(x)
    assert {x: 1}[x] == 1
    assert len({x, x.detach()}) == 2


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x + 2**70,
        lambda x: 2**70 * x,
        lambda x: x**2**70,
        lambda x: x == 2**70,
        lambda x: x.clamp(0, 2**70),
        lambda x: x.fill_(-(2**70)),
        lambda x: mg.full((2,), 2**64),
    ],
)
def test_an_integer_that_no_machine_holds_is_refused(compute) -> None:
    with pytest.raises(OverflowError, match="int too big to convert"):
        compute(mg.ones(2))


@pytest.mark.parametrize(
    "ask", [lambda x: x[2**70], lambda x: x.sum(2**70), lambda x: mg.tensor(2**63), lambda x: x.__setitem__(0, 2**70)]
)
def test_an_integer_that_no_int64_holds_is_no_index(ask) -> None:
    with pytest.raises(ValueError, match="Overflow when unpacking long long"):
        ask(mg.ones(2))


def test_a_huge_integer_may_be_the_number_of_a_float() -> None:
    assert mg.tensor(2**70, dtype=mg.float64).item() == 2.0**70


def test_a_number_that_its_dtype_has_no_room_for_is_not_written() -> None:
    x = mg.zeros(2, dtype=mg.uint8)
    for write in (lambda: x.fill_(300), lambda: x.__setitem__(0, 300), lambda: mg.full((2,), 300, dtype=mg.uint8)):
        with pytest.raises(RuntimeError, match="value cannot be converted to type uint8_t without overflow"):
            write()


@pytest.mark.parametrize(
    ("index", "dimension"),
    [((0, 9), 1), ((slice(None), 9), 1), ((None, 0, 9), 1), ((..., 9), 1), ((slice(None), [9]), 0), (([0], [9]), 1)],
)
def test_an_index_out_of_bounds_is_told_by_its_dimension(index, dimension: int) -> None:
    x = mg.zeros(2, 3)
    with pytest.raises(IndexError, match=f"index 9 is out of bounds for dimension {dimension} with size 3"):
        x[index]


def test_replaced_data_of_another_shape_get_gradients_of_their_own_shape() -> None:
    x = mg.ones(3, requires_grad=True)
    seen = []
    x.register_hook(lambda g: seen.append(tuple(g.shape)))
    before = x * 2
    x.data = mg.ones(2)
    before.sum().backward()
    assert x.grad.tolist() == [2, 2, 2]  # the graph was built while x had three entries
    with pytest.raises(RuntimeError, match=r"The size of tensor a \(3\) must match the size of tensor b \(2\)"):
        (x * 2).sum().backward()
    x.grad = None
    (x * 2).sum().backward()
    assert (x.grad.tolist(), seen) == ([2, 2], [(3,), (2,), (2,)])


def test_data_replaced_under_what_was_saved_do_not_fit_any_more() -> None:
    x = mg.ones(3, requires_grad=True)
    y = x * x
    x.data = mg.ones(2)
    with pytest.raises(RuntimeError, match="must match the size of tensor b"):
        y.sum().backward()
