"""Convolution, pooling, norms, embedding, dropout: what they refuse, what they draw, and what they keep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.nn import functional as F

ones = mg.ones

REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("channels", lambda: F.conv2d(ones(2, 3, 5, 5), ones(4, 2, 3, 3)), RuntimeError, "to have 2 channels, but got 3"),
    (
        "small",
        lambda: F.conv2d(ones(2, 3, 2, 2), ones(4, 3, 3, 3)),
        RuntimeError,
        "padded input size per channel: (2 x",
    ),
    ("rank", lambda: F.conv2d(ones(2, 3), ones(4, 3, 3, 3)), RuntimeError, "Expected 3D (unbatched) or 4D (batched)"),
    ("dtype", lambda: F.conv2d(ones(1, 1, 3, 3).double(), ones(1, 1, 2, 2)), RuntimeError, "expected scalar type"),
    ("bias", lambda: F.conv2d(ones(1, 1, 3, 3), ones(2, 1, 2, 2), ones(3)), RuntimeError, "expected bias to be 1-dim"),
    (
        "same and strided",
        lambda: F.conv2d(ones(1, 1, 3, 3), ones(1, 1, 2, 2), stride=2, padding="same"),
        RuntimeError,
        "padding='same' is not supported for strided convolutions",
    ),
    (
        "groups",
        lambda: F.conv2d(ones(2, 4, 5, 5), ones(3, 2, 3, 3), groups=2),
        RuntimeError,
        "Given groups=2, expected",
    ),
    ("stride", lambda: F.conv2d(ones(1, 1, 3, 3), ones(1, 1, 2, 2), stride=0), RuntimeError, "non-positive stride"),
    ("large window", lambda: F.max_pool2d(ones(1, 1, 2, 2), 3), RuntimeError, "Output size is too small"),
    ("much padding", lambda: F.max_pool2d(ones(1, 1, 4, 4), 2, padding=2), RuntimeError, "pad should be at most half"),
    ("features", lambda: F.layer_norm(ones(2, 3), (4,)), RuntimeError, "expected input with shape [*, 4]"),
    (
        "one value",
        lambda: F.batch_norm(ones(1, 3), None, None, training=True),
        ValueError,
        "Expected more than 1 value",
    ),
    ("no stats", lambda: F.batch_norm(ones(2, 3), None, None), RuntimeError, "must be defined in evaluation mode"),
    ("groups of channels", lambda: F.group_norm(ones(2, 3), 2), RuntimeError, "to be divisible by num_groups"),
    ("row", lambda: F.embedding(mg.tensor([3]), ones(3, 2)), IndexError, "index out of range in self"),
    ("numbers of rows", lambda: F.embedding(ones(1), ones(3, 2)), RuntimeError, "scalar types: Long, Int; but got"),
    ("negative class", lambda: F.one_hot(mg.tensor([-1])), RuntimeError, "Class values must be non-negative."),
    (
        "few classes",
        lambda: F.one_hot(mg.tensor([3]), 2),
        RuntimeError,
        "Class values must be smaller than num_classes",
    ),
    (
        "mirror",
        lambda: F.pad(ones(1, 1, 3), (3, 3), "reflect"),
        RuntimeError,
        "Argument #4: Padding size should be less",
    ),
    ("odd", lambda: F.pad(ones(3), (1,)), RuntimeError, "Padding length must be divisible by 2"),
    ("probability", lambda: F.dropout(ones(3), 1.5), ValueError, "dropout probability has to be between 0 and 1"),
    ("linear", lambda: F.linear(ones(2, 3), ones(4, 2)), RuntimeError, "mat1 and mat2 shapes cannot be multiplied"),
]


@pytest.mark.parametrize(("call", "error", "words"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_does_not_fit_is_refused_in_pytorch_s_words(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_dropout_draws_pytorch_s_mask() -> None:
    mg.manual_seed(0)
    assert F.dropout(ones(4)).tolist() == [0.0, 0.0, 2.0, 0.0]


@pytest.mark.parametrize("name", ["dropout", "alpha_dropout", "dropout1d", "dropout2d", "gumbel_softmax"])
@pytest.mark.parametrize("n", [1, 7, 16, 40])
def test_what_is_drawn_is_what_pytorch_draws(name: str, n: int) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    shape = (3, n, 2, 2) if name == "dropout2d" else (3, n, 2)
    settings = {} if name == "gumbel_softmax" else {"p": 0.3, "training": True}
    for seed in range(5):
        mg.manual_seed(seed)
        torch.manual_seed(seed)
        ours = getattr(F, name)(mg.ones(shape), **settings).numpy()
        theirs = getattr(torch.nn.functional, name)(torch.ones(shape), **settings).numpy()
        np.testing.assert_allclose(ours, theirs, rtol=3e-7 if settings else 1e-6)


def test_dropout_leaves_its_input_alone_when_not_training() -> None:
    x = ones(3)
    assert F.dropout(x, training=False) is x
    assert F.dropout(x, 1.0).tolist() == [0.0, 0.0, 0.0]


def test_a_padding_row_gets_no_gradient_and_a_frequent_one_its_mean() -> None:
    table = mg.tensor([[0.0], [1.0], [2.0]], requires_grad=True)
    rows = F.embedding(mg.tensor([0, 2, 2]), table, padding_idx=0, scale_grad_by_freq=True)
    (rows * mg.tensor([[1.0], [2.0], [4.0]])).sum().backward()
    assert rows.tolist() == [[0.0], [2.0], [2.0]]
    assert table.grad.tolist() == [[0.0], [0.0], [3.0]]


def test_rows_that_are_too_long_are_shortened_in_the_table() -> None:
    table = mg.tensor([[3.0, 4.0], [6.0, 8.0]])
    F.embedding(mg.tensor([0]), table, max_norm=1.0)
    np.testing.assert_allclose(table.numpy(), [[0.6, 0.8], [6.0, 8.0]], rtol=1e-6)


def test_the_running_statistics_move_towards_the_batch_s() -> None:
    mean, var = mg.zeros(1), mg.ones(1)
    F.batch_norm(mg.tensor([[1.0], [3.0]]), mean, var, training=True, momentum=0.5)
    assert mean.tolist() == [1.0]
    assert var.tolist() == [1.5]  # half of 1 and half of 2, the unbiased variance


def test_the_statistics_of_several_batches_are_pytorch_s() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    rng = np.random.default_rng(0)
    for norm in ("batch_norm", "instance_norm"):
        kept = [(np.zeros(3, np.float32), np.ones(3, np.float32))] * 2
        ours = [mg.tensor(a) for a in kept[0]]
        theirs = [torch.tensor(a) for a in kept[1]]
        for _ in range(3):
            x = rng.normal(size=(4, 3, 5)).astype(np.float32)
            on = {"batch_norm": "training", "instance_norm": "use_input_stats"}[norm]
            a = getattr(F, norm)(mg.tensor(x), *ours, **{on: True})
            b = getattr(torch.nn.functional, norm)(torch.tensor(x), *theirs, **{on: True})
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-5)
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5)


def test_a_convolution_by_hand() -> None:
    x = mg.tensor([[[1.0, 2.0, 4.0]]], requires_grad=True)
    w = mg.tensor([[[-1.0, 1.0]]], requires_grad=True)
    y = F.conv1d(x, w)
    y.sum().backward()
    assert y.tolist() == [[[1.0, 2.0]]]
    assert x.grad.tolist() == [[[-1.0, 0.0, 1.0]]]
    assert w.grad.tolist() == [[[3.0, 6.0]]]


def test_the_largest_is_found_where_it_stands_and_the_first_of_those_that_tie() -> None:
    x = mg.tensor([[[[1.0, 5.0], [5.0, 2.0]]]], requires_grad=True)
    y, where = F.max_pool2d(x, 2, return_indices=True)
    y.sum().backward()
    assert (y.item(), where.item()) == (5.0, 1)
    assert x.grad.tolist() == [[[[0.0, 1.0], [0.0, 0.0]]]]


def test_one_hot_rows() -> None:
    assert F.one_hot(mg.tensor([[1, 2]])).tolist() == [[[0, 1, 0], [0, 0, 1]]]
    assert F.one_hot(mg.zeros(0).long(), 3).shape == (0, 3)


def test_a_query_that_may_look_nowhere_gets_zeros() -> None:
    q = mg.ones(2, 3)
    mask = mg.tensor([[True, False], [False, False]])
    y = F.scaled_dot_product_attention(q, mg.ones(2, 3), mg.tensor([[1.0], [2.0]]), attn_mask=mask)
    assert y.tolist() == [[1.0], [0.0]]


def test_the_same_padding_of_an_even_kernel_is_longer_at_the_end() -> None:
    assert F.conv1d(mg.tensor([[[1.0, 2.0, 4.0]]]), mg.tensor([[[1.0, 1.0]]]), padding="same").tolist() == [
        [[3.0, 6.0, 4.0]]
    ]


def test_a_transposed_convolution_makes_the_size_that_is_wanted():
    shrink, grow = mg.nn.Conv1d(1, 1, 3, 2, 1), mg.nn.ConvTranspose1d(1, 1, 3, 2, 1)
    x = mg.ones(1, 1, 12)
    assert grow(shrink(x)).shape == (1, 1, 11)
    assert grow(shrink(x), output_size=x.size()).shape == grow(shrink(x), output_size=[12]).shape == (1, 1, 12)
    with pytest.raises(ValueError, match=r"requested an output size of \[13\], but valid sizes range from \[11\] to"):
        grow(shrink(x), output_size=[13])
    with pytest.raises(ValueError, match=r"output_size must have 1 or 3 elements \(got 2\)"):
        grow(shrink(x), output_size=[1, 12])


def test_a_bag_stands_on_a_table_that_exists():
    bag = mg.nn.EmbeddingBag.from_pretrained(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mode="sum")
    assert bag(mg.tensor([[0, 1]])).tolist() == [[4.0, 6.0]]
    assert not bag.weight.requires_grad
    with pytest.raises(AssertionError, match="expected to be 2-dimensional"):
        mg.nn.EmbeddingBag.from_pretrained(mg.ones(2))
