"""Where entries lie, the older constructors, copies and pickles, devices."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg


def test_a_view_looks_at_the_memory_of_its_base() -> None:
    x = mg.arange(6.0).reshape(2, 3)
    assert x.untyped_storage().data_ptr() == x[1].untyped_storage().data_ptr() == x.t().data_ptr()
    assert (x.storage_offset(), x[1].storage_offset(), x[1, 1:].storage_offset()) == (0, 3, 4)
    assert x[1].storage().tolist() == [0, 1, 2, 3, 4, 5]
    assert (x.untyped_storage().nbytes(), len(x.storage()), x.nbytes, x.element_size()) == (24, 6, 24, 4)
    assert x.is_set_to(x.view(2, 3))
    assert not x.is_set_to(x[0])
    assert (x.t().stride(), x.t().is_contiguous(), repr(x.layout)) == ((1, 3), False, "torch.strided")


def test_an_expanded_tensor_steps_as_in_pytorch_along_one_entry() -> None:
    x = mg.tensor([1.0, 2.0])
    assert [x.expand(1, 2).stride(), x.expand(2, 1, 2).stride(), x.expand(2, 2)[:1].stride()] == [
        (2, 1), (0, 2, 1), (0, 1),
    ]  # fmt: skip
    x.view(1, 2)[...] = x
    with pytest.raises(RuntimeError, match="some elements of the input tensor and the written-to tensor refer to a"):
        x.expand(2, 2)[:1][...] = x


def test_what_is_empty_is_a_view_as_well_and_has_steps() -> None:
    x = mg.zeros(0, 3)
    assert x.stride() == (3, 1)
    assert all(v._base is x for v in (x.expand(2, 0, 3), x.unfold(1, 2, 1), x.squeeze(), x.t()))


def test_what_an_index_picks_lies_as_what_it_is_picked_from() -> None:
    x = mg.zeros(2, 3, 4).permute(2, 0, 1)
    assert x[mg.tensor([0, 1])].stride() == (6, 3, 1)
    assert x[:, mg.tensor([0, 1])].stride() == (1, 4, 8)
    assert not x[:, mg.tensor([0, 1])].flatten()._is_view()


def test_a_tensor_may_be_written_into_itself_behind_dimensions_of_one_entry() -> None:
    x = mg.arange(2.0).view(1, 2, 1)[..., ::2]
    x[0] = x
    assert x.flatten().tolist() == [0.0, 1.0]


def test_views_and_results_of_memory_in_another_order_lie_as_in_pytorch() -> None:
    x, wide = mg.tensor([1.0, 2.0, 3.0]), mg.ones(2, 3, dtype=mg.float64)
    assert (x.expand(2, 3) + wide).stride() == (3, 1)  # x is cast on the way
    columns = mg.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1) + 1
    assert columns.expand(1, 4, 2, 3).tolist() == [columns.tolist()]
    assert columns.as_strided((2, 2), (1, 3)).tolist() == [[1, 4], [2, 5]]


def test_memory_is_made_larger_smaller_or_anothers() -> None:
    x = mg.ones(4)
    assert x.resize_(2, 1).tolist() == [[1], [1]]
    assert x.resize_(3).shape == (3,)
    assert x.resize_as_(mg.zeros(1, 2)).shape == (1, 2)
    other = mg.zeros(2)
    x.set_(other)
    x.add_(1)
    assert other.tolist() == [1, 1]
    with pytest.raises(RuntimeError, match="cannot resize variables that require grad"):
        mg.ones(2, requires_grad=True).resize_(3)


def test_the_class_itself_makes_a_tensor_of_a_shape_or_of_numbers() -> None:
    assert mg.Tensor(2, 3).shape == (2, 3)
    assert mg.Tensor().tolist() == []
    assert mg.Tensor([1, 2]).dtype == mg.float32
    assert mg.Tensor((2, 3)).tolist() == [2, 3]
    assert mg.Tensor(mg.ones(2, 3).shape).shape == (2, 3)
    assert mg.LongTensor([1, 2]).dtype == mg.int64
    assert mg.FloatTensor(np.array([1.0])).dtype == mg.float32
    assert isinstance(mg.ones(2), mg.FloatTensor)
    assert not isinstance(mg.ones(2), mg.LongTensor)
    assert repr(mg.FloatTensor) == "<class 'torch.FloatTensor'>"
    with pytest.raises(TypeError, match=r"new\(\): data must be a sequence \(got float\)"):
        mg.Tensor(2.5)
    with pytest.raises(TypeError, match="invalid data type 'str'"):
        mg.Tensor("a")


@pytest.mark.parametrize("name", ["torch.DoubleTensor", mg.DoubleTensor, mg.float64])
def test_a_type_is_named_in_three_ways(name: object) -> None:
    assert mg.ones(1).type(name).type() == "torch.DoubleTensor" == mg.typename(mg.ones(1).double())
    with pytest.raises(ValueError, match="invalid type: 'foo'"):
        mg.ones(1).type("foo")


def test_a_subclass_is_made_in_two_ways_and_takes_part_in_a_graph() -> None:
    class Marked(mg.Tensor):
        """A tensor with one more method."""

        def mark(self) -> str:
            return "!"

    x = Marked([1.0, 2.0])
    x.requires_grad_()
    (x * 2).sum().backward()
    assert (x.grad.tolist(), x.mark(), isinstance(x, mg.Tensor)) == ([2, 2], "!", True)
    y = mg.ones(2, requires_grad=True)
    z = y.as_subclass(Marked)
    assert z.mark() == "!"
    mg.Tensor.mul(z, 3).sum().backward()
    assert y.grad.tolist() == [3, 3]


def used_leaf() -> mg.Tensor:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    x.note = "mine"
    return x


def test_a_pickle_holds_a_leaf_without_its_gradient() -> None:
    x = pickle.loads(pickle.dumps(used_leaf()))
    assert (x.tolist(), x.requires_grad, x.is_leaf, x.grad, x.note) == ([1, 2], True, True, None, "mine")
    computed = pickle.loads(pickle.dumps(used_leaf() * 2))
    assert (computed.tolist(), computed.requires_grad, computed.grad_fn) == ([2, 4], True, None)
    assert pickle.loads(pickle.dumps(mg.device("cpu"))) == mg.device("cpu")


def test_a_deep_copy_holds_the_gradient_and_a_shallow_one_the_memory() -> None:
    x = used_leaf()
    deep, shallow = copy.deepcopy(x), copy.copy(x)
    assert (deep.grad.tolist(), deep.note, deep.data_ptr() == x.data_ptr()) == ([2, 4], "mine", False)
    assert (shallow.grad, shallow.note, shallow.data_ptr() == x.data_ptr()) == (None, "mine", True)
    both = copy.deepcopy({"a": x, "b": x})
    assert both["a"] is both["b"]
    with pytest.raises(RuntimeError, match="Only Tensors created explicitly by the user"):
        copy.deepcopy(x * 2)


def test_programs_that_ask_for_a_graphics_card_go_on_with_the_cpu() -> None:
    device = mg.device("cuda" if mg.cuda.is_available() else "cpu")
    x = mg.ones(2).to(device)
    assert (str(x.device), x.is_cuda, x.get_device(), mg.cuda.device_count()) == ("cpu", False, -1, 0)
    assert (str(mg.device("cpu:0")), mg.device("cpu", 0)) == ("cpu:0", mg.device("cpu:0"))
    mg.cuda.manual_seed_all(0)
    mg.backends.cudnn.deterministic = True
    assert not mg.backends.mps.is_available()
    with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
        x.cuda()


def test_a_complex_tensor_has_two_parts_and_no_gradient() -> None:
    z = mg.tensor([1 + 2j])
    assert (z.real.tolist(), z.imag.tolist()) == ([1], [2])
    z.imag.add_(1)
    assert z.tolist() == [1 + 3j]
    with pytest.raises(RuntimeError, match="imag is not implemented for tensors with non-complex dtypes"):
        _ = mg.ones(1).imag


def test_untyped_memory_prints_its_bytes():
    storage = mg.tensor([4.0]).untyped_storage()
    assert repr(storage) == " 0\n 0\n 128\n 64\n[torch.storage.UntypedStorage(device=cpu) of size 4]"
    assert storage[2] == 128
