"""Pooling back and forth, other sizes, alignments of sequences: values over many settings, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.nn import functional as F

torch = pytest.importorskip("torch")
BOTH = ((mg, F), (torch, torch.nn.functional))


def run(call: Any, *arrays: Any) -> list[Any]:
    """Return, for each library, the numbers of the result and of the first input's gradient; or the error."""
    seen: list[Any] = []
    for library, functional in BOTH:
        inputs = [library.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
        try:
            y = call(library, functional, *inputs)
        except Exception as error:
            seen.append((type(error).__name__, str(error).split("\n")[0]))
            continue
        weights = library.tensor(np.cos(np.arange(y.numel())).reshape(tuple(y.shape)))
        (grad,) = library.autograd.grad((y * weights).sum(), inputs[:1])
        seen.append((y.detach().numpy(), grad.numpy()))
    return seen


def agree(call: Any, *arrays: Any) -> None:
    ours, theirs = run(call, *arrays)
    if isinstance(theirs[0], str):
        assert ours == theirs
        return
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6, atol=1e-7)


def test_any_alignment_has_pytorchs_loss_and_gradient() -> None:
    rng = np.random.default_rng(0)
    for i in range(60):
        t, n, c, s = (int(rng.integers(low, high)) for low, high in ((1, 9), (1, 4), (2, 5), (1, 4)))
        steps = tuple(int(k) for k in rng.integers(0 if i % 3 == 0 else 1, t + 1, n))
        lengths = tuple(int(k) for k in rng.integers(0, s + 1, n))
        blank = int(rng.integers(0, c))
        targets = rng.choice([k for k in range(c) if k != blank], (n, s) if i % 2 else sum(lengths))
        how = {"blank": blank, "reduction": ("none", "mean", "sum")[i % 3], "zero_infinity": i % 5 == 0}
        agree(
            lambda m, f, x, y, steps=steps, lengths=lengths, how=how: f.ctc_loss(
                x.log_softmax(-1), y, steps, lengths, **how
            ),
            rng.normal(size=(t, n, c)),
            targets,
        )


@pytest.mark.parametrize(
    "call",
    [
        lambda m, f, x, t: f.ctc_loss(x, t, (5,), (3, 2)),
        lambda m, f, x, t: f.ctc_loss(x, t, (5, 5), (3,)),
        lambda m, f, x, t: f.ctc_loss(x, t, (6, 5), (3, 2)),
        lambda m, f, x, t: f.ctc_loss(x, t, (5, 5), (4, 2)),
        lambda m, f, x, t: f.ctc_loss(x, t, (5, 5), (-1, 2)),
        lambda m, f, x, t: f.ctc_loss(x, t, (5, 5), (3, 2), blank=4),
        lambda m, f, x, t: f.ctc_loss(x, t[0], (5, 5), (3, 2)),
        lambda m, f, x, t: f.ctc_loss(x, t[None], m.tensor([5, 5]), m.tensor([3, 2])),
        lambda m, f, x, t: f.ctc_loss(x, t, m.tensor([5.0, 5.0]), m.tensor([3, 2])),
        lambda m, f, x, t: f.ctc_loss(x[0, 0], t, (5, 5), (3, 2)),
        lambda m, f, x, t: f.ctc_loss(x.half(), t, (5, 5), (3, 2)),
        lambda m, f, x, t: f.ctc_loss(x, t, (5, 5), (3, 2), reduction="x"),
        lambda m, f, x, t: f.ctc_loss(x[:, 0], t[1, :2], m.tensor(5), m.tensor(2)),
        lambda m, f, x, t: f.ctc_loss(x[:, 0], t[1, :2], (5,), (2,), reduction="none"),
        lambda m, f, x, t: m.nn.CTCLoss(reduction="sum")(x, t.float(), (5, 4), (3, 2)),
    ],
)
def test_lengths_of_an_alignment_are_checked_as_in_pytorch(call: Any) -> None:
    x = np.log(np.random.default_rng(1).dirichlet(np.ones(4), (5, 2)))
    agree(call, x, np.array([[1, 2, 2], [3, 1, 0]]))


def test_a_sequence_by_hand() -> None:
    even = mg.full((2, 1, 2), 0.5).log()
    assert F.ctc_loss(even, mg.tensor([[1]]), (2,), (1,)).exp().item() == pytest.approx(4 / 3)  # 11, 01 and 10
    assert F.ctc_loss(even, mg.tensor([[1, 1]]), (2,), (2,), reduction="none").item() == float("inf")
    with pytest.raises(IndexError, match="targets must be labels from 0 to 1, of which 0 is the blank"):
        F.ctc_loss(even, mg.tensor([[2]]), (2,), (1,))


MODES = {1: ["linear"], 2: ["bilinear", "bicubic", "lanczos"], 3: ["trilinear"]}


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_any_other_size_has_pytorchs_numbers(dims: int) -> None:
    rng = np.random.default_rng(dims)
    for mode in ["nearest", "nearest-exact", "area", *MODES[dims]]:
        for align in (None, True, False) if mode in MODES[dims] else (None,):
            for antialias in (False, True) if dims == 2 and mode in MODES[2] else (False,):
                for i in range(6):
                    old = rng.integers(1, 7, dims)
                    how = {"mode": mode, "align_corners": align, "antialias": antialias}
                    how |= [
                        {"size": tuple(int(n) for n in rng.integers(1, 9, dims))},
                        {"scale_factor": float(rng.choice([1.0, 1.5, 2.0, 2.7]))},
                        {"scale_factor": 1.3, "recompute_scale_factor": True},
                    ][i % 3]
                    x = rng.normal(size=(2, 1, *old))
                    if not antialias or F.interpolate(mg.tensor(x), **{**how, "mode": "bilinear"}).shape[-1] > 1:
                        agree(lambda m, f, x, how=how: f.interpolate(x, **how), x)


@pytest.mark.parametrize(
    "call",
    [
        lambda m, f, x: f.interpolate(x, 2, mode="nearest", align_corners=False),
        lambda m, f, x: f.interpolate(x, 2, mode="linear"),
        lambda m, f, x: f.interpolate(x, 2, mode="cubic"),
        lambda m, f, x: f.interpolate(x, 2, mode="nearest", antialias=True),
        lambda m, f, x: f.interpolate(x, 2, 2.0),
        lambda m, f, x: f.interpolate(x),
        lambda m, f, x: f.max_unpool2d(x, m.ones(2, 1, 3, 2, dtype=m.int64) * 24, 2),
        lambda m, f, x: f.max_unpool2d(x, m.ones(2, 1, 3, 2, dtype=m.int32), 2),
        lambda m, f, x: f.max_unpool2d(x, m.ones(2, 1, 3, dtype=m.int64), 2),
        lambda m, f, x: f.max_unpool2d(x, m.ones(2, 1, 3, 2, dtype=m.int64), 2, output_size=(9, 9)),
    ],
)
def test_what_pooling_refuses_it_refuses_as_pytorch(call: Any) -> None:
    ours, theirs = run(call, np.ones((2, 1, 3, 2)))
    assert isinstance(theirs[0], str)
    assert ours[0] == theirs[0]
    assert re.split(r" and scale| \(dim", theirs[1])[0] in ours[1] or ours[1] == theirs[1]


def test_there_and_back_again_of_any_size() -> None:
    rng = np.random.default_rng(3)
    for dims in (1, 2, 3):
        for size in ((6,) * dims, (5,) * dims):
            agree(
                lambda m, f, x, d=dims, size=size: getattr(f, f"max_unpool{d}d")(
                    *getattr(f, f"max_pool{d}d_with_indices")(x, 2), 2, output_size=size
                ),
                rng.normal(size=(1, 2, *size)),
            )
            agree(
                lambda m, f, x, d=dims: getattr(f, f"adaptive_max_pool{d}d_with_indices")(x, 3)[0],
                rng.normal(size=(1, 2, *size)),
            )


def test_whole_channels_saturate_with_pytorchs_draws() -> None:
    def call(m: Any, f: Any, x: Any) -> Any:
        m.manual_seed(0)
        return f.feature_alpha_dropout(x, 0.4, True)

    agree(call, np.random.default_rng(0).normal(size=(3, 4, 2)))
