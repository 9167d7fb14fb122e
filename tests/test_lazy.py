"""Lazy modules: the first input says how large they are. From then on they are the ordinary ones."""

import copy
import pickle

import pytest

import minigrad as mg
from minigrad import nn

LAYERS = [
    ("Linear", (5,), {}, (4, 3)),
    ("Linear", (5,), {"bias": False}, (3,)),
    ("Conv1d", (4, 2), {}, (2, 3, 5)),
    ("Conv2d", (4, 3), {"stride": 2, "padding": 1}, (2, 3, 5, 5)),
    ("Conv2d", (4, 2), {"groups": 2, "dilation": 2, "bias": False}, (6, 5, 5)),
    ("Conv3d", (4, 2), {}, (1, 3, 3, 3, 3)),
    ("ConvTranspose1d", (4, 2), {"stride": 2, "output_padding": 1}, (1, 3, 4)),
    ("ConvTranspose2d", (4, 2), {"groups": 2}, (1, 2, 3, 3)),
    ("ConvTranspose3d", (4, 2), {}, (1, 2, 2, 2, 2)),
    ("BatchNorm1d", (), {}, (4, 3)),
    ("BatchNorm2d", (), {"affine": False, "momentum": 0.3}, (2, 3, 4, 4)),
    ("BatchNorm3d", (), {"track_running_stats": False}, (2, 3, 2, 2, 2)),
    ("InstanceNorm1d", (), {}, (2, 3, 4)),
    ("InstanceNorm2d", (), {"affine": False}, (2, 3, 4, 4)),
    ("InstanceNorm3d", (), {}, (2, 3, 2, 2, 2)),
]


@pytest.mark.parametrize(("name", "args", "settings", "shape"), LAYERS)
def test_a_lazy_layer_starts_and_computes_as_pytorchs(name, args, settings, shape):
    torch = pytest.importorskip("torch")
    printed, results = [], []
    for library in (mg, torch):
        library.manual_seed(3)
        layer = getattr(library.nn, f"Lazy{name}")(*args, **settings)
        printed.append(str(layer))
        x = library.randn(shape)
        y = layer(x)
        printed.append(str(layer))
        (x.requires_grad_().sum() + layer(x).sum()).backward()
        results.append([y, *layer.state_dict().values(), *[p.grad for p in layer.parameters()]])
    assert printed[:2] == printed[2:]
    for ours, theirs in zip(*results, strict=True):
        assert ours.shape == theirs.shape
        assert ours.flatten().tolist() == pytest.approx(theirs.flatten().tolist(), rel=1e-5, abs=2e-6)


def test_the_first_input_makes_an_ordinary_layer_of_a_lazy_one_and_its_parameters():
    layer = nn.LazyLinear(2)
    weight = layer.weight
    assert (str(layer), str(weight)) == (
        "LazyLinear(in_features=0, out_features=2, bias=True)",
        "<UninitializedParameter>",
    )
    optimizer = mg.optim.SGD(layer.parameters(), lr=0.5)
    layer(mg.ones(1, 3)).sum().backward()
    assert type(layer) is nn.Linear
    assert type(weight) is nn.Parameter
    assert layer.weight is weight
    before = weight.detach().clone()
    optimizer.step()
    assert mg.equal(weight, before - 0.5)


def test_what_has_no_shape_yet_says_so():
    weight = nn.LazyLinear(2).weight
    with pytest.raises(RuntimeError, match="Can't access the shape of an uninitialized parameter or buffer"):
        _ = weight.shape
    for use in (lambda: weight + 1, lambda: weight.numel(), lambda: mg.exp(weight), lambda: nn.init.normal_(weight)):
        with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter in"):
            use()
    assert (weight.dtype, weight.requires_grad, weight.is_leaf, weight.grad) == (mg.float32, True, True, None)
    assert weight.data.normal_().shape == (0,)  # as textbooks write; nothing is drawn
    with pytest.raises(RuntimeError, match="Expected 3D .unbatched. or 4D .batched. input to LazyConv2d, but got"):
        nn.LazyConv2d(3, 2)(mg.ones(2, 2))


def test_a_lazy_layer_takes_its_shapes_from_a_state():
    ready, lazy = nn.BatchNorm1d(3), nn.LazyBatchNorm1d()
    assert str(lazy.load_state_dict(ready.state_dict())) == "<All keys matched successfully>"
    assert lazy.running_mean.shape == (3,)
    with pytest.raises(RuntimeError, match="Can't access the shape"):
        ready.load_state_dict(nn.LazyBatchNorm1d().state_dict())
    twin = nn.LazyLinear(2)
    twin.load_state_dict(nn.LazyLinear(2).state_dict())  # neither has numbers
    assert twin.has_uninitialized_params()


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_a_lazy_layer_is_copied_with_its_dtype(twin):
    layer = twin(nn.LazyBatchNorm1d().double())
    assert layer(mg.ones(2, 3, dtype=mg.float64)).dtype == mg.float64


def test_a_module_of_ones_own_can_be_lazy():
    class Scale(nn.modules.lazy.LazyModuleMixin, nn.Module):
        def __init__(self):
            super().__init__()
            self.factor = nn.UninitializedParameter()

        def initialize_parameters(self, x):
            if self.has_uninitialized_params():
                self.factor.materialize((x.shape[-1],))
                nn.init.ones_(self.factor)

        def forward(self, x):
            return self.factor * x

    assert Scale()(mg.tensor([1.0, 2.0])).tolist() == [1.0, 2.0]
    with pytest.raises(NotImplementedError, match="initialize_parameters is not implemented"):
        nn.modules.lazy.LazyModuleMixin()(1)
