"""Modules without PyTorch at hand: registering, walking, saving, hooks."""

import copy
import pickle

import pytest

import minigrad as mg
from minigrad import nn
from minigrad.nn.modules.module import register_module_forward_hook


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.second = nn.Linear(3, 1, bias=False)
        self.scale = nn.Parameter(mg.tensor(2.0))
        self.register_buffer("seen", mg.tensor(0))
        self.register_buffer("passing", mg.tensor(1), persistent=False)
        self.note = "not a parameter"

    def forward(self, x):
        return self.second(self.first(x).tanh()) * self.scale


def test_what_is_assigned_is_registered():
    net = Net()
    assert [name for name, _ in net.named_parameters()] == ["scale", "first.weight", "first.bias", "second.weight"]
    assert [name for name, _ in net.named_buffers()] == ["seen", "passing"]
    assert [name for name, _ in net.named_children()] == ["first", "second"]
    assert list(net.state_dict()) == ["scale", "seen", "first.weight", "first.bias", "second.weight"]
    del net.first
    assert [name for name, _ in net.named_parameters()] == ["scale", "second.weight"]
    net.scale = None
    assert [name for name, _ in net.named_parameters()] == ["second.weight"]


def test_a_module_used_twice_counts_once():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(list(net.parameters())) == 2
    assert len(list(net.state_dict())) == 4
    assert [name for name, _ in net.named_modules()] == ["", "0", "1"]


def test_a_parameter_is_a_leaf_on_the_memory_it_was_given():
    data = mg.tensor([1.0, 2.0])
    parameter = nn.Parameter(data)
    data[0] = 7.0
    assert parameter.tolist() == [7.0, 2.0]
    assert parameter.is_leaf
    assert parameter.requires_grad
    assert type(parameter * 2) is mg.Tensor


def test_a_state_is_loaded_in_place_and_shares_no_memory():
    one, other = Net(), Net()
    weight = other.first.weight
    assert str(other.load_state_dict(one.state_dict())) == "<All keys matched successfully>"
    assert other.first.weight is weight
    assert mg.equal(weight, one.first.weight)
    with mg.no_grad():
        weight.zero_()
    assert not mg.equal(weight, one.first.weight)


def test_a_copy_is_deep_and_keeps_what_is_shared():
    net = Net()
    net.again = net.first
    twin = copy.deepcopy(net)
    assert twin.again is twin.first
    assert isinstance(twin.scale, nn.Parameter)
    assert twin.scale is not net.scale
    assert mg.equal(twin.first.weight, net.first.weight)


def test_a_fresh_module_survives_pickling():
    net = Net()
    twin = pickle.loads(pickle.dumps(net))
    assert mg.equal(twin.first.weight, net.first.weight)
    assert isinstance(twin.first.weight, nn.Parameter)


def test_modes_reach_all_modules_inside():
    net = nn.Sequential(Net(), nn.Tanh())
    assert all(module.training for module in net.modules())
    net.eval()
    assert not any(module.training for module in net.modules())
    net.requires_grad_(False)
    assert not any(p.requires_grad for p in net.parameters())


def test_zero_grad_forgets_all_gradients():
    net = Net()
    net(mg.ones(1, 2)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_a_dtype_is_changed_in_place_for_floats_alone():
    net = Net()
    weight = net.first.weight
    net.double()
    assert net.first.weight is weight
    assert weight.dtype is mg.float64
    assert net.seen.dtype is mg.int64
    net(mg.ones(1, 2, dtype=mg.float64)).sum().backward()
    assert weight.grad.dtype is mg.float64


def test_apply_reaches_the_inner_modules_first():
    seen = []
    nn.Sequential(nn.Linear(1, 1), nn.Tanh()).apply(lambda module: seen.append(type(module).__name__))
    assert seen == ["Linear", "Tanh", "Sequential"]


def test_a_forward_hook_is_called_even_after_an_error_if_it_asks_to_be():
    layer = nn.Linear(2, 2)
    seen = []
    layer.register_forward_hook(lambda module, args, output: seen.append(output), always_call=True)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        layer(mg.ones(1, 3))
    assert seen == [None]


def test_hooks_can_be_put_first_and_taken_off():
    layer = nn.Identity()
    seen = []
    layer.register_forward_hook(lambda *_: seen.append("second"))
    handle = layer.register_forward_hook(lambda *_: seen.append("first"), prepend=True)
    layer(mg.ones(1))
    handle.remove()
    layer(mg.ones(1))
    assert seen == ["first", "second", "second"]


def test_a_backward_hook_sees_gradients_of_input_and_output():
    layer = nn.Linear(2, 1)
    with mg.no_grad():
        layer.weight.copy_(mg.tensor([[3.0, 5.0]]))
    seen = []
    layer.register_full_backward_hook(lambda module, grad_input, grad_output: seen.append((grad_input, grad_output)))
    x = mg.ones(1, 2, requires_grad=True)
    (layer(x) * 2).sum().backward()
    ((grad_input,), (grad_output,)) = seen[0]
    assert grad_input.tolist() == [[6.0, 10.0]]
    assert grad_output.tolist() == [[2.0]]


def test_a_vector_goes_into_the_parameters_and_comes_out_again():
    net = nn.Linear(2, 1)
    nn.utils.vector_to_parameters(mg.tensor([1.0, 2.0, 3.0]), net.parameters())
    assert net(mg.tensor([[10.0, 100.0]])).item() == 213.0
    assert nn.utils.parameters_to_vector(net.parameters()).tolist() == [1.0, 2.0, 3.0]


def test_a_new_buffer_is_registered_by_assignment():
    module = nn.Module()
    module.kept = nn.Buffer(mg.ones(2))
    module.passing = nn.Buffer(mg.ones(2), persistent=False)
    assert list(module.state_dict()) == ["kept"]
    assert [name for name, _ in module.named_buffers()] == ["kept", "passing"]


def test_a_name_in_front_of_what_is_put_in_between_stays():
    net = mg.nn.Sequential()
    net.add_module("first", mg.nn.Identity())
    net.append(mg.nn.ReLU())
    net.insert(1, mg.nn.Tanh())
    net.insert(-1, mg.nn.Sigmoid())
    assert [(name, type(m).__name__) for name, m in net.named_children()] == [
        ("first", "Identity"),
        ("1", "Tanh"),
        ("2", "Sigmoid"),
        ("3", "ReLU"),
    ]


def test_a_hook_of_all_modules_is_called_until_it_is_removed():
    seen = []
    with register_module_forward_hook(lambda module, args, output: seen.append(type(module).__name__)):
        nn.Sequential(nn.Linear(1, 1), nn.Tanh())(mg.ones(1))
    nn.Tanh()(mg.ones(1))
    assert seen == ["Linear", "Tanh", "Sequential"]


def test_a_pruned_weight_is_its_original_times_a_mask_and_the_original_learns():
    layer = nn.Linear(3, 1, bias=False)
    with mg.no_grad():
        layer.weight.copy_(mg.tensor([[0.5, -0.1, -2.0]]))
    nn.utils.prune.l1_unstructured(layer, "weight", amount=2)
    assert layer.weight.tolist() == [[0.0, 0.0, -2.0]]
    assert [name for name, _ in layer.named_parameters()] == ["weight_orig"]
    layer(mg.ones(1, 3)).sum().backward()
    assert layer.weight_orig.grad.tolist() == [[0.0, 0.0, 1.0]]
    nn.utils.prune.remove(layer, "weight")
    assert layer.weight.is_leaf
    assert layer.weight.tolist() == [[0.0, 0.0, -2.0]]


def test_fusing_a_batch_norm_into_a_linear_layer_changes_no_output():
    line, norm = nn.Linear(2, 1), nn.BatchNorm1d(1).eval()
    with mg.no_grad():
        line.weight.copy_(mg.tensor([[1.0, 2.0]]))
        line.bias.fill_(3.0)
        norm.running_mean.fill_(1.0)
        norm.running_var.fill_(4.0 - norm.eps)
    fused = nn.utils.fuse_linear_bn_eval(line.eval(), norm)
    assert fused.weight.tolist() == [[0.5, 1.0]]
    assert fused.bias.tolist() == [1.0]


def test_what_else_belongs_to_a_state_is_saved_and_loaded():
    class Counter(nn.Module):
        count = 3

        def get_extra_state(self):
            return self.count

        def set_extra_state(self, state):
            self.count = state

    counter = Counter()
    state = counter.state_dict()
    assert dict(state) == {"_extra_state": 3}
    state["_extra_state"] = 8
    counter.load_state_dict(state)
    assert counter.count == 8
