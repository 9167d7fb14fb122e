"""Modules: what PyTorch's print, hold, refuse and start with."""

import warnings

import numpy as np
import pytest

import minigrad as mg
import minigrad.nn

torch = pytest.importorskip("torch")
import torch.nn as torch_nn  # noqa: E402  after the skip

PRINTED = """
nn.Linear(2, 3, bias=False)
nn.Identity(4)
nn.Flatten()
nn.Unflatten(1, (2, 3))
nn.ReLU()
nn.ReLU(True)
nn.ReLU6()
nn.LeakyReLU()
nn.LeakyReLU(0.2, True)
nn.ELU()
nn.RReLU()
nn.RReLU(0.1, 0.2, True)
nn.SELU()
nn.CELU()
nn.GELU()
nn.GELU('tanh')
nn.SiLU()
nn.SiLU(True)
nn.Mish()
nn.Softplus()
nn.Softsign()
nn.Softmax(dim=1)
nn.Softmax()
nn.LogSoftmax(-1)
nn.Softmin(0)
nn.Softmax2d()
nn.Sigmoid()
nn.LogSigmoid()
nn.Tanh()
nn.Tanhshrink()
nn.Hardtanh()
nn.Hardtanh(inplace=True)
nn.Hardsigmoid()
nn.Hardsigmoid(True)
nn.Hardswish()
nn.PReLU()
nn.GLU()
nn.Threshold(0.1, 20)
nn.Softshrink()
nn.Hardshrink()
nn.MSELoss()
nn.CrossEntropyLoss()
nn.CosineSimilarity()
nn.Bilinear(1, 2, 3)
nn.Conv2d(1, 2, 3)
nn.Conv3d(1, 2, 3)
nn.CircularPad1d(1)
nn.CircularPad2d((1,2,0,1))
nn.CircularPad3d(1)
nn.ReflectionPad3d(1)
nn.ReplicationPad3d(1)
nn.ConstantPad3d(1,2.0)
nn.ZeroPad3d(1)
nn.LPPool1d(2,3)
nn.LPPool2d(2,3,stride=2)
nn.LPPool3d(2,3)
nn.MaxUnpool1d(2)
nn.MaxUnpool2d(2,2)
nn.MaxUnpool3d(2)
nn.AdaptiveMaxPool3d((1,2,3))
nn.FeatureAlphaDropout()
nn.CTCLoss()
nn.ConvTranspose3d(2, 4, (1, 2, 3), stride=2)
nn.MaxPool3d(2)
nn.AvgPool3d(2, 1)
nn.AdaptiveAvgPool3d((1, 2, None))
nn.AdaptiveMaxPool1d(3)
nn.BatchNorm3d(3)
nn.InstanceNorm3d(3)
nn.Dropout3d(0.2)
nn.PixelShuffle(3)
nn.PixelUnshuffle(3)
nn.ChannelShuffle(2)
nn.Unfold(2, padding=1)
nn.Fold((4, 5), 2)
nn.UpsamplingNearest2d(scale_factor=2)
nn.UpsamplingBilinear2d(size=(2, 3))
nn.EmbeddingBag(10, 3)
nn.EmbeddingBag(10, 3, mode='sum', padding_idx=2)
nn.Conv2d(2, 2, 3, stride=2, padding=1, dilation=2, groups=2, bias=False, padding_mode='reflect')
nn.Conv1d(1, 2, 3, padding='same')
nn.ConvTranspose2d(1, 2, 3)
nn.ConvTranspose2d(1, 2, 3, 2, output_padding=1)
nn.MaxPool2d(2)
nn.MaxPool2d((2, 3), stride=1)
nn.MaxPool1d(2)
nn.AvgPool2d(2)
nn.AvgPool1d(2)
nn.AdaptiveAvgPool2d((1, 1))
nn.AdaptiveMaxPool2d(2)
nn.Dropout()
nn.Dropout2d(0.1, True)
nn.AlphaDropout()
nn.Embedding(3, 4)
nn.Embedding(3, 4, padding_idx=0, max_norm=1.0, scale_grad_by_freq=True)
nn.Embedding(4, 3, padding_idx=-1).weight[-1]
nn.LayerNorm(3)
nn.LayerNorm((3, 4), elementwise_affine=False)
nn.GroupNorm(2, 4)
nn.LocalResponseNorm(2)
nn.SoftMarginLoss()
nn.MultiMarginLoss(2)
nn.MultiLabelMarginLoss()
nn.MultiLabelSoftMarginLoss()
nn.TripletMarginWithDistanceLoss()
nn.RMSNorm(3)
nn.BatchNorm1d(3)
nn.BatchNorm2d(3, affine=False)
nn.RNN(2, 3)
nn.RNN(2, 3, 2, nonlinearity='relu', bias=False, batch_first=True, dropout=0.1, bidirectional=True)
nn.LSTM(2, 3, num_layers=2)
nn.GRU(2, 3)
nn.RNNCell(2, 3)
nn.RNNCell(2, 3, False, 'relu')
nn.LSTMCell(2, 3)
nn.GRUCell(2, 3, bias=False)
list(nn.LSTM(2, 3, 2, bidirectional=True).state_dict())
list(nn.BatchNorm2d(2).state_dict())
nn.PairwiseDistance()
nn.Sequential()
nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(3, 1)))
nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)])
nn.ModuleList([])
nn.ModuleList([nn.Sequential(nn.ReLU()), nn.Sequential(nn.ReLU())])
nn.ModuleDict({'a': nn.Linear(2, 2), 'b': nn.Tanh()})
nn.ParameterList([lib.ones(2), nn.Parameter(lib.ones(2, 3))])
nn.ParameterDict({'a': lib.ones(2), 'b': lib.ones(3)})
nn.Parameter(lib.ones(2))
nn.Parameter(lib.ones(2), requires_grad=False)
nn.Parameter()
nn.Linear(2, 2).load_state_dict(nn.Linear(2, 2).state_dict())
nn.Linear(2, 2).load_state_dict({'x': lib.ones(1)}, strict=False)
nn.Linear(2, 2).to(lib.float64).weight.dtype
[name for name, _ in nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Tanh())).named_modules()]
[name for name, _ in nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)).named_parameters('net')]
nn.Sequential(nn.Linear(2, 2), nn.Tanh())[1:]
nn.Sequential(nn.Linear(2, 2), nn.Tanh())[-1]
nn.Sequential(nn.Tanh()).append(nn.ReLU()).insert(0, nn.Sigmoid()).extend([nn.ELU()])
nn.Sequential(nn.Tanh()) + nn.Sequential(nn.ReLU())
nn.Sequential(nn.Tanh()) * 2
nn.init.calculate_gain('leaky_relu', 0.2), nn.init.calculate_gain('relu'), nn.init.calculate_gain('selu')
""".strip().splitlines()


@pytest.mark.parametrize("program", PRINTED)
def test_it_prints_what_pytorch_prints(program):
    lib_seeded = {}
    for lib, nn in ((torch, torch_nn), (mg, mg.nn)):
        lib.manual_seed(0)
        lib_seeded[lib] = repr(eval(program, {"nn": nn, "lib": lib}))
    assert lib_seeded[mg] == lib_seeded[torch]


REFUSED = """
setattr(layer, 'weight', 5)
setattr(layer, 'weight', lib.ones(2))
setattr(net, '0', 5)
layer.register_parameter('a.b', None)
layer.register_parameter('', None)
layer.register_parameter(3, None)
layer.register_parameter('w', 5)
layer.register_parameter('w', nn.Parameter(lib.ones(1)) * 2)
layer.register_parameter('forward', nn.Parameter(lib.ones(1)))
layer.register_buffer('b', 5)
layer.register_buffer('weight', lib.ones(1))
layer.register_buffer('x.y', None)
layer.register_buffer('', None)
layer.register_buffer(3, None)
layer.add_module('x', 5)
layer.add_module('weight', layer)
layer.add_module('a.b', layer)
layer.add_module('', layer)
layer.add_module(3, layer)
layer.foo
layer.train(3)
layer.get_parameter('w')
layer.get_submodule('a.b')
layer.get_buffer('w')
layer.get_buffer('weight')
layer.to(lib.int64)
nn.Module()(3)
nn.Module(3)
layer(lib.ones(3))
layer(lib.ones(2, 3))
layer.load_state_dict({'weight': lib.ones(3, 3), 'z': lib.ones(3)})
layer.load_state_dict({'weight': 5, 'bias': lib.ones(2)})
layer.load_state_dict(5)
nn.Sequential(5)
net[3]
nn.ModuleList([5])
nn.ModuleDict({'a': 5})
net.append(5)
nn.ModuleList([layer])(3)
nn.Parameter(lib.ones(2, dtype=lib.int64))
nn.Linear(2, 2, 7, 7, 7, 7)
nn.init.calculate_gain('foo')
nn.init.xavier_uniform_(lib.ones(2))
nn.init.kaiming_normal_(lib.ones(2, 2), mode='foo')
nn.init.eye_(lib.ones(2))
nn.init.orthogonal_(lib.ones(2))
nn.Unflatten(1, 3)
nn.Dropout(2)
nn.Conv2d(3, 2, 3, groups=2)
nn.Conv2d(2, 2, 3, padding='same', stride=2)
nn.BatchNorm1d(3)(lib.ones(3))
nn.BatchNorm2d(3)(lib.ones(3, 3))
nn.RNN(2, 3, nonlinearity='foo')
nn.LSTM(2, 3)(lib.ones(4, 3, 5))
nn.LSTM(2, 3, dropout=2.0)
nn.GroupNorm(2, 3)
WithoutInit()
""".strip().splitlines()


def without_init(nn):
    class WithoutInit(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 2)

    return WithoutInit


@pytest.mark.parametrize("program", REFUSED)
def test_what_pytorch_refuses_is_refused_in_its_words(program):
    def run(lib, nn):
        layer = nn.Linear(2, 2)
        names = {"nn": nn, "lib": lib, "layer": layer, "net": nn.Sequential(layer), "WithoutInit": without_init(nn)}
        eval(program, names)

    with pytest.raises(Exception) as theirs:  # noqa: PT011  whatever it is, ours must be the same
        run(torch, torch_nn)
    with pytest.raises(type(theirs.value)) as ours:
        run(mg, mg.nn)
    assert str(theirs.value) in str(ours.value)


INITIALISERS = [
    ("uniform_", (-2.0, 3.0)),
    ("normal_", (1.0, 2.0)),
    ("constant_", (0.3,)),
    ("ones_", ()),
    ("zeros_", ()),
    ("eye_", ()),
    ("xavier_uniform_", (2.0,)),
    ("xavier_normal_", ()),
    ("kaiming_uniform_", (0.1,)),
    ("kaiming_normal_", (0, "fan_out", "relu")),
    ("orthogonal_", (1.5,)),
    ("sparse_", (0.3,)),
    ("trunc_normal_", (0.5, 0.8, -1.0, 1.5)),
    ("trunc_normal_", (0.0, 1.0, 1.0, 1.5)),
]


@pytest.mark.parametrize(("name", "settings"), INITIALISERS, ids=[name for name, _ in INITIALISERS])
@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (17, 5), (40, 30)], ids=str)
def test_an_initialiser_gives_pytorchs_numbers(name, settings, shape):
    for seed in range(5):
        torch.manual_seed(seed)
        mg.manual_seed(seed)
        theirs = getattr(torch_nn.init, name)(torch.empty(shape), *settings)
        ours = getattr(mg.nn.init, name)(mg.empty(shape), *settings)
        np.testing.assert_allclose(
            ours.numpy(),
            theirs.numpy(),
            rtol=3e-6 if name == "orthogonal_" else 3e-7,
            atol=3e-6 if name == "orthogonal_" else 1e-9,
        )


STARTS = """
nn.Linear(3, 4)
nn.Linear(100, 7)
nn.Linear(1, 1)
nn.Bilinear(2, 3, 4)
nn.Conv1d(2, 3, 3)
nn.Conv2d(1, 4, 3)
nn.Conv2d(4, 6, (2, 3), groups=2)
nn.Conv3d(2, 4, (1, 2, 3))
nn.EmbeddingBag(5, 3, padding_idx=1)
nn.ConvTranspose2d(3, 2, 3)
nn.Embedding(7, 3)
nn.BatchNorm2d(3)
nn.LayerNorm((2, 3))
nn.RNN(2, 3)
nn.LSTM(2, 3, 2, bidirectional=True)
nn.GRUCell(4, 3)
""".strip().splitlines()


@pytest.mark.parametrize("make", STARTS)
def test_layers_start_with_pytorchs_numbers(make):
    for seed in range(20):
        torch.manual_seed(seed)
        mg.manual_seed(seed)
        theirs, ours = eval(make, {"nn": torch_nn}), eval(make, {"nn": mg.nn})
        assert list(ours.state_dict()) == list(theirs.state_dict())
        for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
            np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=3e-7)


def hooked(lib, nn):
    """Call a network with hooks of every kind, and return what they were told."""
    lib.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    told = []

    def tell(kind):
        def hook(module, *values):
            told.append((kind, type(module).__name__, *(shapes(value) for value in values)))

        return hook

    def shapes(value):
        if isinstance(value, (tuple, list)):
            return tuple(map(shapes, value))
        return None if value is None else (tuple(value.shape), [round(x, 4) for x in value.flatten().tolist()])

    for module in net.modules():
        module.register_forward_pre_hook(tell("before"))
        module.register_forward_hook(tell("after"))
        module.register_full_backward_pre_hook(tell("backward begins"))
        module.register_full_backward_hook(tell("backward ends"))
    net[1].register_forward_hook(lambda module, args, output: output * 2)
    net[1].register_full_backward_hook(lambda module, grad_input, grad_output: (grad_input[0] * 10,))
    net[2].register_forward_pre_hook(lambda module, args: (args[0] + 1,))
    net[2].register_full_backward_pre_hook(lambda module, grad_output: (grad_output[0] * 3,))
    x = lib.ones(3, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net(x).sum().backward()
        x = lib.ones(3, 2, requires_grad=True)
        net(x).sum().backward()
    told.append(("leaf", shapes(x.grad), *(shapes(p.grad) for p in net.parameters())))
    return told


def test_hooks_of_every_kind_are_told_what_pytorchs_are():
    ours, theirs = hooked(mg, mg.nn), hooked(torch, torch_nn)
    assert ours == theirs


def test_a_network_trains_as_in_pytorch():
    def train(lib, nn, optim):
        lib.manual_seed(1)
        net = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 2))
        x, y = lib.randn(30, 3), lib.randint(0, 2, (30,))
        optimizer = optim.Adam(net.parameters(), lr=0.01)
        loss_fn = nn.CrossEntropyLoss()
        losses = []
        for _ in range(100):
            optimizer.zero_grad()
            loss = loss_fn(net(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimizer.step()
            losses.append(loss.item())
        return losses

    assert train(mg, mg.nn, mg.optim) == pytest.approx(train(torch, torch_nn, torch.optim), rel=1e-5)


def test_clipping_gives_pytorchs_gradients_and_norms():
    def run(lib, nn, clip):
        a, b = lib.ones(2, requires_grad=True), lib.ones(3, requires_grad=True)
        a.grad, b.grad = lib.tensor([3.0, -4.0]), lib.tensor([0.1, 12.0, 0.0])
        norm = clip(nn.utils, [a, b])
        return None if norm is None else norm.item(), a.grad.tolist(), b.grad.tolist()

    for clip in (
        lambda utils, ps: utils.clip_grad_norm_(ps, 2.0),
        lambda utils, ps: utils.clip_grad_norm_(ps, 2.0, norm_type=float("inf")),
        lambda utils, ps: utils.clip_grad_norm_(ps, 100.0, norm_type=1),
        lambda utils, ps: utils.clip_grad_value_(ps, 0.5),
    ):
        ours, theirs = run(mg, mg.nn, clip), run(torch, torch_nn, clip)
        assert ours[0] == pytest.approx(theirs[0])
        assert ours[1:] == tuple(pytest.approx(row) for row in theirs[1:])


def test_every_public_module_is_pytorchs():
    assert [name for name in mg.nn.__all__ if not hasattr(torch_nn, name)] == []
    assert [name for name in mg.nn.init.__all__ if not hasattr(torch_nn.init, name)] == []


CALLS = """
nn.Linear(3, 4)(x(5, 3))
nn.Linear(3, 4, bias=False)(x(2, 5, 3))
nn.Bilinear(2, 3, 4)(x(5, 2), x(5, 3))
nn.Conv1d(2, 3, 3, padding=1)(x(4, 2, 8))
nn.Conv2d(2, 4, 3, stride=2, padding=1)(x(3, 2, 7, 7))
nn.Conv2d(2, 4, 3, padding='same', padding_mode='circular')(x(3, 2, 5, 6))
nn.Conv2d(4, 4, 3, groups=4, dilation=2)(x(1, 4, 8, 8))
nn.ConvTranspose2d(3, 2, 3, stride=2, output_padding=1)(x(2, 3, 4, 4))
nn.MaxPool2d(2)(x(2, 3, 6, 6))
nn.Conv3d(2, 3, (2, 3, 1), stride=(1, 2, 1), padding=1)(x(2, 2, 3, 4, 3))
nn.ConvTranspose3d(2, 1, 2, stride=2)(x(1, 2, 2, 3, 2))
nn.MaxPool3d(2, stride=1, padding=1)(x(2, 2, 3, 3, 4))
nn.AvgPool3d(2)(x(2, 2, 4, 3, 4))
nn.AdaptiveAvgPool3d((1, 2, 3))(x(2, 2, 3, 3, 4))
nn.AdaptiveMaxPool1d(2)(x(2, 3, 5))
nn.BatchNorm3d(2)(x(2, 2, 3, 2, 2))
nn.InstanceNorm3d(2, affine=True)(x(2, 2, 3, 2, 2))
nn.Dropout3d(0.4)(x(3, 5, 2, 2, 2))
nn.PixelShuffle(2)(x(2, 8, 3, 2))
nn.PixelUnshuffle(2)(x(2, 2, 4, 6))
nn.ChannelShuffle(3)(x(2, 6, 3))
nn.Unfold((2, 3), padding=1)(x(2, 2, 4, 5))
nn.Fold((4, 5), (2, 3))(x(2, 12, 9))
nn.UpsamplingNearest2d(scale_factor=3)(x(1, 2, 3, 3))
nn.UpsamplingBilinear2d((5, 4))(x(1, 2, 3, 3))
nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)(x(2, 3, 6, 6))
nn.AdaptiveAvgPool2d((2, None))(x(2, 3, 5, 6))
nn.Dropout(0.3)(x(4, 50))
nn.Dropout2d(0.5)(x(4, 5, 2, 2))
nn.Embedding(9, 4)(lib.tensor([[1, 8], [3, 1]]))
nn.LayerNorm(6)(x(4, 6))
nn.GroupNorm(2, 4)(x(3, 4, 5))
nn.RMSNorm(6)(x(4, 6))
nn.BatchNorm1d(5)(x(8, 5))
nn.BatchNorm2d(3)(x(4, 3, 5, 5))
nn.BatchNorm2d(3, momentum=None, affine=False)(x(4, 3, 5, 5))
nn.RNN(3, 4, 2, nonlinearity='relu')(x(5, 2, 3))[0]
nn.RNN(3, 4, batch_first=True, bidirectional=True)(x(5, 2, 3))[1]
nn.LSTM(3, 4, 2, bidirectional=True)(x(5, 2, 3))[0]
nn.LSTM(3, 4)(x(5, 3), (x(1, 4), x(1, 4)))[1][1]
nn.GRU(3, 4, 2, batch_first=True)(x(2, 5, 3))[0]
nn.LSTMCell(3, 4)(x(2, 3))[1]
nn.GRUCell(3, 4)(x(2, 3), x(2, 4))
nn.RNNCell(3, 4)(x(3))
nn.PReLU(3)(x(2, 3))
nn.CrossEntropyLoss(label_smoothing=0.1)(x(5, 3), lib.tensor([0, 1, 2, 1, 0]))
nn.BCEWithLogitsLoss(pos_weight=lib.tensor(2.0))(x(6), lib.tensor([0.0, 1, 1, 0, 1, 0]))
nn.SmoothL1Loss(beta=0.5)(x(6), lib.zeros(6))
nn.KLDivLoss(reduction='batchmean')(x(3, 4).log_softmax(1), lib.full((3, 4), 0.25))
nn.TripletMarginLoss()(x(3, 4), x(3, 4), x(3, 4))
nn.TripletMarginWithDistanceLoss(swap=True)(x(3, 4), x(3, 4), x(3, 4))
nn.SoftMarginLoss(reduction='sum')(x(6), lib.tensor([1.0, -1, -1, 1, 1, 1]))
nn.MultiMarginLoss(2, 0.5, lib.tensor([1.0, 2, 3]))(x(4, 3), lib.tensor([0, 2, 1, 1]))
nn.MultiLabelMarginLoss()(x(2, 3), lib.tensor([[2, 0, -1], [1, -1, 0]]))
nn.MultiLabelSoftMarginLoss()(x(2, 3), lib.tensor([[1.0, 0, 1], [0, 0, 1]]))
nn.LocalResponseNorm(3, 0.1)(x(2, 5, 3, 3))
""".strip().splitlines()


@pytest.mark.parametrize("call", CALLS)
def test_a_layer_computes_and_differentiates_as_pytorchs(call):
    def run(lib, nn):
        lib.manual_seed(2)
        leaves, layers = [], []

        def x(*shape):
            leaves.append(lib.randn(*shape).requires_grad_())
            return leaves[-1]

        class Rooms:  # hands out the modules of nn, and keeps those that were made
            def __getattr__(self, name):
                return lambda *args, **kwargs: layers.append(getattr(nn, name)(*args, **kwargs)) or layers[-1]

        out = eval(call, {"lib": lib, "nn": Rooms(), "x": x})
        (out * lib.arange(1.0, out.numel() + 1).reshape(out.shape)).sum().backward()
        grads = [t.grad for t in [*leaves, *layers[0].parameters()]]
        buffers = list(layers[0].buffers())
        return [t.detach().numpy() for t in [out, *(g for g in grads if g is not None), *buffers]]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = run(mg, mg.nn), run(torch, torch_nn)
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=3e-5, atol=1e-5 * max(1, np.abs(b).max(initial=0)))
