"""The source document's samples run with ``import minigrad as t`` and print what PyTorch prints."""

from __future__ import annotations

import contextlib
import io

import pytest

import minigrad
from seed_samples import SAMPLES

# What PyTorch 2.13 printed for each of them.
PRINTED = {
    "THREE_WAYS": """\
tensor([[ 1.5410, -0.2934, -2.1788,  0.5684],
        [-1.0845, -1.3986,  0.4033,  0.8380],
        [-0.7193, -0.4033, -0.5966,  0.1820]], requires_grad=True)
tensor([[-0.8567,  1.1006, -1.0712,  0.1227],
        [-0.5663,  0.3731, -0.8920, -1.5091],
        [ 0.3704,  1.4565,  0.9398,  0.7748]], requires_grad=True)
tensor([[ 0.1919,  1.2638, -1.2904, -0.7911],
        [-0.0209, -0.7185,  0.5186, -1.3125],
        [ 0.1920,  0.5428, -2.2188,  0.2590]], requires_grad=True)
""",
    "SUM": """\
tensor(-3.1417, grad_fn=<SumBackward0>)
True
tensor([[1., 1., 1., 1.],
        [1., 1., 1., 1.],
        [1., 1., 1., 1.]])
(True, True, True)
(True, True, False)
None
""",
    "BY_HAND_AND_BY_AUTOGRAD": """\
tensor([[11.0879,  0.0642,  0.5373,  0.5705],
        [ 0.3976,  0.4830,  0.2435,  1.6235],
        [ 0.2520,  0.1087,  0.1960,  0.0398]], grad_fn=<MulBackward0>)
tensor([[25.4785, -0.3734,  0.0441,  2.5776],
        [-0.3356, -0.2077,  1.4510,  5.4982],
        [-0.4487, -0.4302, -0.4611,  0.4765]], grad_fn=<AddBackward0>)
tensor([[25.4785, -0.3734,  0.0441,  2.5776],
        [-0.3356, -0.2077,  1.4510,  5.4982],
        [-0.4487, -0.4302, -0.4611,  0.4765]])
""",
    "INTERMEDIATE": """\
(tensor([1., 1., 1.]),)
""",
    "INTERMEDIATE_TWICE": """\
(tensor([0.4963, 0.7682, 0.0885]),)
Trying to backward through the graph a second time (or directly
""",
    "HOOK": """\
y: tensor([1., 1., 1.])
tensor([0.4963, 0.7682, 0.0885]) tensor([1., 1., 1.])
tensor([0.9925, 1.5364, 0.1770]) tensor([2., 2., 2.])
""",
    "CUSTOM_MUL": """\
tensor([0.6283, 1.0756, 0.7226], grad_fn=<MulBackward>)
tensor([0.4963, 0.7682, 0.0885]) tensor([1., 1., 1.]) tensor([1., 1., 1.])
tensor([0.4963, 0.7682, 0.0885]) tensor([2., 2., 2.]) tensor([2., 2., 2.])
""",
}


def printed(code: str, library: object) -> str:
    """Run a sample and return what it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {"t": library})
    return out.getvalue()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_prints_what_pytorch_prints(name: str) -> None:
    assert printed(SAMPLES[name], minigrad) == PRINTED[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_pytorch_still_prints_it(name: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: what it prints cannot be compared")
    assert printed(SAMPLES[name], torch) == PRINTED[name]
