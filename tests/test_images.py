"""Layers for images and signals: each example normalised alone, made larger, or given a border."""

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.nn import functional as F
from minigrad.ops import sliding


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


@pytest.mark.parametrize("options", [{"padding": 1}, {"stride": 2}, {"dilation": 2, "padding": (2, 0)}, {"groups": 2}])
def test_a_convolution_in_bands_is_the_one_at_once(options: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large image is gone over in bands of rows, many small images in bundles: no number may depend on that."""

    def numbers(band: int) -> list[Any]:
        monkeypatch.setattr(sliding, "BAND", band)
        mg.manual_seed(0)
        x, weight = mg.randn(3, 4, 7, 6, dtype=mg.float64), mg.randn(2, 4 // options.get("groups", 1), 3, 2).double()
        x.requires_grad_()
        weight.requires_grad_()
        y = mg.conv2d(x, weight, **options)
        first = mg.autograd.grad((y**3).sum(), (x, weight), create_graph=True)
        second = mg.autograd.grad((first[0] * first[1].sum()).sum(), (x, weight))
        return [t.detach().numpy() for t in (y, *first, *second)]

    whole = numbers(2**18)
    for band in (1, 50, 300):
        for a, b in zip(numbers(band), whole, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-9)


def test_a_mean_whose_window_reaches_past_the_end_sends_its_gradient_back():
    x = mg.tensor([[[1.0, 2.0, 3.0, 4.0, 5.0]]], requires_grad=True)
    y = mg.nn.functional.avg_pool1d(x, 2, 2, ceil_mode=True)
    assert y.tolist() == [[[1.5, 3.5, 5.0]]]
    (y * mg.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert x.grad.tolist() == [[[0.5, 0.5, 1.0, 1.0, 3.0]]]


def test_a_mean_of_whole_numbers_is_cut_off_towards_0():
    assert mg.nn.functional.avg_pool2d(mg.tensor([[[-1, -2], [-3, -1]]]), 2).tolist() == [[[-1]]]


def test_means_of_whole_numbers_are_refused_by_the_kernels_names() -> None:
    for pool, kernel in (
        (lambda: F.max_pool1d(mg.arange(4)[None], 2), "max_pool1d_impl"),
        (lambda: F.adaptive_avg_pool2d(mg.arange(4).view(1, 2, 2), 2), "adaptive_avg_pool2d"),
        (lambda: F.adaptive_avg_pool3d(mg.arange(8).view(1, 2, 2, 2), 2), "adaptive_avg_pool3d_cpu"),
    ):
        with pytest.raises(NotImplementedError, match=f"\"{kernel}\" not implemented for 'Long'"):
            pool()
