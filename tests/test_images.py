"""Layers for images and signals: each example normalised alone, made larger, or given a border."""

import pytest

import minigrad as mg


def test_each_channel_of_each_example_is_its_own_measure():
    x = mg.tensor([[[1.0, 3.0], [0.0, 100.0]]])
    assert mg.nn.InstanceNorm1d(2)(x).tolist() == [[pytest.approx([-1, 1], abs=1e-4)] * 2]
    assert mg.nn.InstanceNorm1d(2)(x[0]).shape == (2, 2)
    with pytest.raises(ValueError, match="expected 3D or 4D input"):
        mg.nn.InstanceNorm2d(2)(mg.ones(2, 2))


def test_upsample_repeats_or_interpolates():
    x = mg.tensor([[[1.0, 2.0]]])
    assert mg.nn.Upsample(scale_factor=2)(x).tolist() == [[[1, 1, 2, 2]]]
    assert mg.nn.Upsample(size=3, mode="linear", align_corners=True)(x).tolist() == [[[1, 1.5, 2]]]


def test_a_border_mirrors_repeats_or_is_one_number():
    x = mg.tensor([[1.0, 2.0, 3.0]])
    assert mg.nn.ReflectionPad1d(2)(x).tolist() == [[3, 2, 1, 2, 3, 2, 1]]
    assert mg.nn.ReplicationPad1d((1, 0))(x).tolist() == [[1, 1, 2, 3]]
    assert mg.nn.ConstantPad1d((0, 1), 9.0)(x).tolist() == [[1, 2, 3, 9]]


@pytest.mark.parametrize(
    "program",
    [
        lambda t: t.nn.InstanceNorm2d(3, affine=True),
        lambda t: t.nn.InstanceNorm2d(3, track_running_stats=True),
        lambda t: t.nn.InstanceNorm2d(3, track_running_stats=True).eval(),
        lambda t: t.nn.Upsample(scale_factor=2, mode="bilinear"),
        lambda t: t.nn.Upsample((4, 5)),
        lambda t: t.nn.ZeroPad2d(1),
        lambda t: t.nn.ConstantPad2d((1, 0, 2, 1), 3.5),
        lambda t: t.nn.ReflectionPad2d((1, 2, 0, 3)),
        lambda t: t.nn.ReplicationPad2d(2),
    ],
)
def test_these_layers_are_pytorchs(program):
    torch = pytest.importorskip("torch")
    seen = []
    for t in (torch, mg):
        t.manual_seed(0)
        layer = program(t)
        x = t.randn(2, 3, 4, 4, requires_grad=True)
        y = layer(x)
        (y**3).sum().backward()
        numbers = [y, x.grad, *layer.state_dict().values()]
        seen.append((repr(layer), list(layer.state_dict()), [n.detach().numpy() for n in numbers]))
    assert seen[0][:2] == seen[1][:2]
    for expected, found in zip(seen[0][2], seen[1][2], strict=True):
        assert found == pytest.approx(expected, rel=1e-4, abs=1e-5)
