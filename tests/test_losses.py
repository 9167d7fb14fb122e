"""Losses and activations: what they refuse, and what they warn of, in PyTorch's words."""

from __future__ import annotations

from typing import Any

import pytest

import minigrad as mg
from minigrad.nn import functional as F

ones = mg.ones

REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("reduction", lambda: F.mse_loss(ones(3), ones(3), reduction="avg"), ValueError, "avg is not a valid value"),
    ("huber", lambda: F.huber_loss(ones(3), ones(3), delta=0.0), RuntimeError, "non-positive values for delta"),
    ("smooth_l1", lambda: F.smooth_l1_loss(ones(3), ones(3), beta=-1.0), RuntimeError, "negative values for beta"),
    ("class", lambda: F.nll_loss(ones(2, 3), mg.tensor([0, 3])), IndexError, "Target 3 is out of bounds."),
    ("batch", lambda: F.nll_loss(ones(2, 3), mg.tensor([0])), ValueError, "Expected input batch_size (2) to match"),
    ("dtype", lambda: F.nll_loss(ones(2, 3), ones(2)), RuntimeError, "expected target dtype to be Long or Byte"),
    ("rank", lambda: F.nll_loss(ones(2, 3), mg.zeros(2, 1).long()), RuntimeError, "0D or 1D target tensor expected"),
    (
        "class weights",
        lambda: F.cross_entropy(ones(2, 3), mg.tensor([0, 1]), ones(2)),
        RuntimeError,
        "weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: [2]",
    ),
    (
        "smoothing",
        lambda: F.cross_entropy(ones(2, 3), mg.tensor([0, 1]), label_smoothing=1.5),
        RuntimeError,
        "label_smoothing must be between 0.0 and 1.0. Got: 1.5",
    ),
    (
        "shares of integers",
        lambda: F.cross_entropy(ones(2, 3), ones(2, 3).long()),
        RuntimeError,
        "Expected floating point type for target with class probabilities, got Long",
    ),
    ("grid", lambda: F.nll_loss(ones(2, 3, 4), mg.zeros(2, 5).long()), RuntimeError, "Expected target size [2, 4]"),
    (
        "no probability",
        lambda: F.binary_cross_entropy(ones(3) * 2, ones(3)),
        RuntimeError,
        "all elements of input should be between 0 and 1",
    ),
    ("bce shapes", lambda: F.binary_cross_entropy(ones(3, 1), ones(3)), ValueError, "Using a target size"),
    (
        "logits' shapes",
        lambda: F.binary_cross_entropy_with_logits(ones(3, 1), ones(3)),
        ValueError,
        "Target size (torch.Size([3])) must be the same as input size (torch.Size([3, 1]))",
    ),
    (
        "a weight that learns",
        lambda: F.binary_cross_entropy(ones(3), ones(3), ones(3).requires_grad_()),
        RuntimeError,
        "The function 'binary_cross_entropy' is not differentiable with respect to argument 'weight'",
    ),
    ("variance", lambda: F.gaussian_nll_loss(ones(3), ones(3), -ones(3)), ValueError, "var has negative entry"),
    ("halves", lambda: F.glu(ones(3)), RuntimeError, "Halving dimension must be even, but dimension 0 is size 3"),
    ("channels", lambda: F.prelu(ones(2, 3), ones(2)), RuntimeError, "Mismatch of parameter numbers"),
    ("celu", lambda: F.celu(ones(3), 0.0), RuntimeError, "alpha cannot be 0 for CELU"),
    ("bounds", lambda: F.hardtanh(ones(3), 1.0, -1.0), ValueError, "min_val cannot be greater than max_val"),
]


@pytest.mark.parametrize(("call", "error", "words"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_does_not_fit_is_refused_in_pytorch_s_words(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


@pytest.mark.parametrize("loss", [F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss])
def test_a_target_of_another_shape_is_warned_of_and_broadcast(loss: Any) -> None:
    words = (
        r"Using a target size \(torch.Size\(\[3\]\)\) that is different to the input size \(torch.Size\(\[2, 3\]\)\)"
    )
    x = mg.zeros(2, 3, requires_grad=True)
    with pytest.warns(UserWarning, match=words):
        loss(x, mg.ones(3)).backward()
    assert x.grad.shape == (2, 3)


def test_the_mean_of_kl_div_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="'batchmean' divides only by the batch size"):
        F.kl_div(ones(2, 3), ones(2, 3))


def test_the_former_names_of_a_reduction_are_understood() -> None:
    with pytest.warns(UserWarning, match="please use reduction='sum' instead"):
        assert F.mse_loss(mg.zeros(3), mg.ones(3), size_average=False).item() == 3.0


def test_softmax_without_a_dimension_warns_and_takes_the_last_of_a_matrix() -> None:
    with pytest.warns(UserWarning, match="Implicit dimension choice for softmax has been deprecated"):
        assert F.softmax(mg.zeros(2, 4)).tolist() == [[0.25] * 4] * 2


def test_targets_that_are_all_ignored_give_nan_and_no_gradient() -> None:
    x = mg.zeros(2, 3, requires_grad=True)
    loss = F.cross_entropy(x, mg.tensor([-100, -100]))
    loss.backward()
    assert loss.isnan()
    assert x.grad.tolist() == [[0.0] * 3] * 2


def test_the_gradient_of_a_cross_entropy_is_the_shares_less_what_is_right() -> None:
    x = mg.tensor([[0.0, 0.0]], requires_grad=True)
    F.cross_entropy(x, mg.tensor([1])).backward()
    assert x.grad.tolist() == [[0.5, -0.5]]


def test_an_activation_in_place_changes_its_input() -> None:
    x = mg.tensor([-1.0, 2.0])
    for f in (F.relu, F.leaky_relu, F.elu, F.selu, F.silu, F.mish, F.hardswish, F.hardsigmoid, F.relu6, F.hardtanh):
        y = x.clone()
        assert f(y, inplace=True) is y
        assert y.tolist() == f(x).tolist()


def test_a_hard_gumbel_choice_is_one_and_its_gradient_the_soft_one_s() -> None:
    mg.manual_seed(0)
    x = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = F.gumbel_softmax(x, hard=True)
    assert sorted(y.tolist()) == [0.0, 0.0, 1.0]
    (y * mg.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert abs(x.grad.sum().item()) < 1e-6
    assert x.grad.abs().sum().item() > 0


def test_the_second_derivative_of_the_huber_loss_is_zero_from_delta_on():
    x = mg.tensor([0.5, 1.0, -1.0, 2.0], requires_grad=True)
    (g,) = mg.autograd.grad(F.huber_loss(x, mg.zeros(4), reduction="sum"), x, create_graph=True)
    assert g.tolist() == [0.5, 1.0, -1.0, 1.0]
    assert mg.autograd.grad(g.sum(), x)[0].tolist() == [1.0, 0.0, 0.0, 0.0]
