"""Inference tensors: made in inference mode, without a version, and kept out of what autograd saves."""

from __future__ import annotations

import pytest

import minigrad as mg
from minigrad.trace import record


def made() -> mg.Tensor:
    with mg.inference_mode():
        return mg.ones(3) * 2


def test_what_is_made_in_inference_mode_stays_an_inference_tensor() -> None:
    with mg.inference_mode():
        assert mg.ones(2).is_inference()
        assert mg.ones(2, requires_grad=True).requires_grad
    x = made()
    assert x.is_inference()
    assert x[:2].is_inference()
    assert x.detach().is_inference()
    assert mg.is_inference(x.data)
    assert not (x * 2).is_inference()
    assert not x.clone().is_inference()


def test_an_inference_tensor_has_no_version() -> None:
    with pytest.raises(RuntimeError, match="Inference tensors do not track version counter."):
        _ = made()._version


def test_an_inference_tensor_may_not_be_saved_but_may_be_added() -> None:
    x, w = made(), mg.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward. Please do not use Tensors"):
        x * w
    (x + w).sum().backward()
    assert w.grad.tolist() == [1, 1, 1]


def test_a_function_may_not_save_an_inference_tensor() -> None:
    class Scale(mg.autograd.Function):
        @staticmethod
        def forward(ctx, w, x):
            ctx.save_for_backward(x)
            return w * x

        @staticmethod
        def backward(ctx, grad):
            return grad * ctx.saved_tensors[0], None

    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward."):
        Scale.apply(mg.ones(3, requires_grad=True), made())


def test_an_inference_tensor_is_written_to_in_inference_mode_alone() -> None:
    x = made()
    for write in (lambda: x.add_(1), lambda: x[:2].add_(1), lambda: x.requires_grad_()):
        with pytest.raises(RuntimeError, match="nference tensor outside InferenceMode is not allowed"):
            write()
    assert x.tolist() == [2, 2, 2]
    with mg.inference_mode():
        x.add_(1)
    assert x.tolist() == [3, 3, 3]


def test_a_normal_tensor_in_inference_mode_stays_normal_and_counts_its_versions() -> None:
    x, w = mg.zeros(3), mg.ones(2, requires_grad=True)
    with mg.inference_mode():
        x.add_(1)
        view = x[:2]
        view.add_(1)
        assert not view.is_inference()
        assert not (w * 2).requires_grad
    assert (x.tolist(), x._version, view._version) == ([2, 2, 1], 2, 2)
    with pytest.raises(
        RuntimeError, match="was created in inference mode and is being modified inplace in normal mode"
    ):
        view.mul_(w)


def test_a_pass_in_inference_mode_records_nothing_and_leaves_inference_tensors() -> None:
    x = mg.ones(2, requires_grad=True)
    y = (x * x).sum()
    with mg.inference_mode():
        (g,) = mg.autograd.grad(y, x, create_graph=True)
        y.backward()
    assert (g.is_inference(), g.requires_grad, x.grad.is_inference()) == (True, False, True)
    with pytest.raises(RuntimeError, match="Inplace update to inference tensor outside InferenceMode"):
        (x * x).sum().backward()
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        g * x


def test_enable_grad_inside_inference_mode_counts_as_enabled_and_records_nothing() -> None:
    x = mg.ones(2, requires_grad=True)
    with mg.inference_mode():
        with mg.enable_grad():
            assert mg.is_grad_enabled()
            assert not (x * 2).requires_grad
        assert not mg.is_grad_enabled()
        with mg.set_grad_enabled(True):
            assert mg.is_grad_enabled()
            assert (x * 2).is_inference()
        with mg.inference_mode(False):
            assert (x * 2).requires_grad
    assert (x * 2).requires_grad


def test_an_inference_tensor_is_no_place_for_out_outside_of_the_mode() -> None:
    with mg.inference_mode():
        out = mg.zeros(2)
        mg.add(mg.ones(2), 1, out=out)
    with pytest.raises(RuntimeError, match="Inplace update to inference tensor outside InferenceMode is not allowed"):
        mg.add(mg.ones(2), 2, out=out)
    assert out.tolist() == [2.0, 2.0]


def test_a_recording_meets_an_inference_tensor_made_before_it() -> None:
    with mg.inference_mode():
        made = mg.ones(2)
    with record() as recording:
        assert (made + 1).tolist() == [2.0, 2.0]
    assert recording.has_ops
