"""Changes in place, where their place in the graph is easy to lose."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import minigrad as mg


def test_a_recorded_gradient_runs_through_an_exponential_in_a_slice() -> None:
    x = mg.tensor([0.5, 1.0, 2.0], requires_grad=True)
    y = x * 1
    y[:2].exp_()
    (g,) = mg.autograd.grad((y * y).sum(), x, create_graph=True)
    (second,) = mg.autograd.grad((g * g).sum(), x)
    # y = exp(x), so g = 2 exp(2x) and the derivative of g*g is 16 exp(4x); where y = x it is 8x
    expected = mg.cat([16 * mg.exp(4 * x[:2]), 8 * x[2:]])
    assert mg.allclose(second, expected)


def test_a_slice_changed_by_an_op_that_saves_runs_backward_once() -> None:
    x = mg.tensor([0.5, 1.0], requires_grad=True)
    y = x * 1
    y[:1].exp_()
    z = y.sum()
    z.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        z.backward()


def test_a_view_of_what_was_written_to_is_an_operand_with_a_history() -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    b = mg.zeros(2)
    view = b[:1]
    b[:] = w
    c = mg.zeros(1)
    c.add_(view)
    assert c.requires_grad
    c.sum().backward()
    assert w.grad.tolist() == [1, 0]


def test_the_extreme_of_one_number_is_memory_of_its_own() -> None:
    x = mg.tensor(2.0)
    least = x.min(-1).values
    least.add_(1)
    assert x.item() == 2


def test_hooks_stay_when_the_data_is_replaced() -> None:
    seen = []
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    x.register_hook(lambda grad: seen.append(grad.tolist()))
    (x * 2).sum().backward()
    x.data = mg.tensor([5.0, 6.0, 7.0])
    x.grad = None
    (x * x).sum().backward()
    assert seen == [[2, 2], [10, 12, 14]]


# What torch 2.13 lists on a tensor with an underscore at its end, without what draws random numbers, sparse tensors,
# names, other processes and Python callbacks have to do with.
IN_PLACE = """
abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr arccos arccosh arcsin arcsinh arctan arctan2
arctanh asin asinh atan atan2 atanh baddbmm bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift
bitwise_xor ceil clamp clamp_max clamp_min clip conj_physical copysign cos cosh cumprod cumsum deg2rad digamma div
divide eq erf erfc erfinv exp exp2 expm1 fill_diagonal fix float_power floor floor_divide fmod frac gcd ge greater
greater_equal gt heaviside hypot i0 igamma igammac index_add index_copy index_fill index_put index_reduce lcm ldexp le
lerp less less_equal lgamma log log10 log1p log2 logical_and logical_not logical_or logical_xor logit lt masked_fill
masked_scatter mul multiply mvlgamma nan_to_num ne neg negative nextafter not_equal polygamma pow put rad2deg
reciprocal relu remainder renorm round rsqrt scatter scatter_add scatter_reduce sgn sigmoid sign sin sinc sinh sqrt
square squeeze sub subtract swapaxes swapdims t tan tanh transpose tril triu true_divide trunc unsqueeze xlogy
""".split()


@pytest.mark.parametrize("name", [name for name in IN_PLACE if hasattr(mg.Tensor, name)])
def test_every_method_that_has_a_form_in_place_in_pytorch_has_one(name: str) -> None:
    assert hasattr(mg.Tensor, f"{name}_")


def test_the_list_of_methods_in_place_is_pytorchs() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    assert [name for name in IN_PLACE if not hasattr(torch.Tensor, f"{name}_")] == []
    listed = {name[:-1] for name in dir(torch.Tensor) if name[-1] == "_" and name[-2:] != "__"}
    ours = {name for name in listed if name and hasattr(mg.Tensor, name)}
    assert ours - set(IN_PLACE) <= {
        "as_strided",
        "bernoulli",
        "detach",
        "requires_grad",
    }  # bernoulli_ draws with one chance


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("add", (2,), [2.5, 3.0]),
        ("sub", (2,), [-1.5, -1.0]),
        ("div", (2,), [0.25, 0.5]),
        ("asin", (), [0.5236, 1.5708]),
        ("frac", (), [0.5, 0.0]),
        ("gt", (0.7,), [0.0, 1.0]),
        ("logical_not", (), [0.0, 0.0]),
    ],
)
def test_an_op_in_place_gives_what_the_op_gives_and_keeps_the_dtype(name: str, args: tuple, expected: list) -> None:
    x = mg.tensor([0.5, 1.0])
    assert getattr(x, f"{name}_")(*args) is x
    assert x.tolist() == pytest.approx(expected, abs=1e-4)
    assert x.dtype == mg.float32
    assert x._version == 1


def test_a_shape_changed_in_place_has_a_history_and_a_version() -> None:
    a = mg.ones(2, 3, requires_grad=True)
    b = a * 2
    assert b.unsqueeze_(0) is b
    b.transpose_(1, 2)
    assert b.shape == (1, 3, 2)
    assert b._version == 2
    (b * mg.arange(6.0).reshape(1, 3, 2)).sum().backward()
    assert a.grad.tolist() == [[0, 4, 8], [2, 6, 10]]
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        a.t_()


def test_a_shape_changed_in_place_is_found_out_where_it_was_saved() -> None:
    y = mg.ones(2, 3, requires_grad=True) * 1
    z = y * y
    y.t_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_writing_where_entries_are_one_is_refused_unless_all_get_one_value() -> None:
    base = mg.zeros(1, 3)
    wide = base.expand(2, 3)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory"):
        wide.add_(1)
    wide.fill_(2)
    assert base.tolist() == [[2, 2, 2]]
    mg.zeros(3).expand(1, 3).add_(1)  # one row, one memory


def test_writing_over_what_is_yet_to_be_read_is_refused() -> None:
    x = mg.arange(4.0).reshape(2, 2)
    row = mg.arange(5.0)
    for write in (
        lambda: row[1:].add_(row[:-1]),
        lambda: row.__setitem__(slice(1, None), row[:-1]),
        lambda: x.copy_(x.t()),
        lambda: x.add_(x[0]),
    ):
        with pytest.raises(RuntimeError, match="some elements of the input tensor and the written-to tensor refer to"):
            write()
    assert x.add_(x).tolist() == [[0, 2], [4, 6]]
    assert row[:2].add_(row[3:]).tolist() == [3, 5]


def test_a_view_made_under_no_grad_says_what_its_base_says_and_refuses_to_be_written_to() -> None:
    y = mg.ones(3, requires_grad=True) * 1
    with mg.no_grad():
        view = y[:2]
    assert view.requires_grad
    assert view.is_leaf
    for use in (lambda: view.mul_(2), lambda: view[:1].mul_(2)):
        with pytest.raises(RuntimeError, match="created in no_grad mode and is being modified inplace with grad mode"):
            use()
    y.mul_(2)
    for use in (lambda: view.grad_fn, lambda: view * 2):
        with pytest.raises(
            RuntimeError, match="A view was created in no_grad mode and its base or another view of its"
        ):
            use()
    assert view.tolist() == [2, 2]


def test_one_of_several_views_may_not_be_written_to_nor_used_after_its_base_was() -> None:
    y = mg.ones(4, requires_grad=True) * 1
    first, _ = y.split(2)
    several = "This view is the output of a function that returns multiple views"
    with pytest.raises(RuntimeError, match=f"Output 0 of Split is a view and is being modified inplace. {several}"):
        first.mul_(2)
    y.mul_(2)
    with pytest.raises(RuntimeError, match=f"another view of its base has been modified inplace. {several}"):
        first.sum()
    assert repr(first) == "tensor([2., 2.], grad_fn=<Invalid>)"
    plain = mg.ones(2)
    plain.unbind()[0].mul_(5)
    assert plain.tolist() == [5, 1]


def stale() -> tuple[mg.Tensor, mg.Tensor]:
    """Return a leaf, and a view whose base was written to since."""
    w = mg.tensor([2.0, 3.0], requires_grad=True)
    base = mg.ones(2)
    view = base[:1]
    base.mul_(w)
    return w, view


def test_hooks_and_retained_gradients_of_a_view_find_its_place_after_its_base_was_written_to() -> None:
    w, view = stale()
    seen = []
    view.register_hook(lambda grad: seen.append(grad.tolist()))
    view.retain_grad()
    (view * 5).sum().backward()
    assert (seen, view.grad.tolist(), w.grad.tolist()) == ([[5]], [5], [5, 0])


@pytest.mark.parametrize(
    ("look", "sentence"),
    [
        (lambda view: view.numpy(), "Can't call numpy\\(\\) on Tensor that requires grad"),
        (copy.deepcopy, "Only Tensors created explicitly by the user"),
    ],
)
def test_what_asks_a_view_hears_that_its_base_was_written_to(look, sentence: str) -> None:
    with pytest.raises(RuntimeError, match=sentence):
        look(stale()[1])


def test_a_number_of_another_dtype_is_written_where_a_mask_holds() -> None:
    x = mg.zeros(3)
    x[x == 0] = mg.tensor(3)
    assert x.tolist() == [3, 3, 3]
    with pytest.raises(RuntimeError, match="Index put requires the source and destination dtypes match"):
        x[x > 0] = mg.tensor([1, 2, 3])
    with pytest.raises(TypeError, match="can't assign a numpy.ndarray to a torch.FloatTensor"):
        x[0] = np.ones(3)
    with pytest.raises(RuntimeError, match="value cannot be converted to type int64_t without overflow"):
        mg.tensor([1])[0] = 1j


def test_a_gradient_is_not_its_own_tensor() -> None:
    x = mg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="can't assign Variable as its own grad"):
        x.grad = x
