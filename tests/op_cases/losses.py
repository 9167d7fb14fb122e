"""Losses: how wrong a prediction is."""

from __future__ import annotations

from typing import Any

from op_cases.case import ONE, Case, Shapes, nn

SAME: tuple[Shapes, ...] = (((), ()), ((3,), (3,)), ((2, 3), (2, 3)))
PAIR: tuple[Shapes, ...] = (*SAME, ((2, 3), (3,)))
SHARES: tuple[Shapes, ...] = (((), ()), ((4,), (4,)), ((2, 3), (2, 3)))
ROWS: tuple[Shapes, ...] = (((2, 3),), ((2, 3, 4),), ((2, 3, 2, 2),), ((3,),), ((2, 3, 2, 1, 2),))


def classes(m: Any, x: Any) -> Any:
    """Return right classes for scores of this shape."""
    shape = () if x.ndim == 1 else (x.shape[0], *x.shape[2:])
    count = 1
    for n in shape:
        count *= n
    return (m.arange(count) % 3).reshape(shape)


def labels(m: Any, x: Any) -> Any:
    """Return, for three classes, which are right: two and then the end, or one and then the end."""
    right = m.tensor([[2, 0, -1], [1, -1, 0]])
    return right if x.ndim == 2 else right[0]


def weight(m: Any, x: Any) -> Any:
    return m.tensor([0.5, 1.0, 3.0], dtype=x.dtype)


def signs(m: Any, x: Any) -> Any:
    return (x > 0).detach() * 2 - 1


CASES = [
    *[
        Case(
            f"{name} {reduction}",
            lambda m, a, b, f=name, r=reduction: getattr(nn(m), f)(a, b, reduction=r),
            grad_fn,
            SAME,
        )
        for name, base in (
            ("mse_loss", "MseLoss"),
            ("smooth_l1_loss", "SmoothL1Loss"),
            ("huber_loss", "HuberLoss"),
            ("l1_loss", ""),
        )
        for reduction, own in (("mean", "Mean"), ("sum", "Sum"), ("none", "Abs"))
        for grad_fn in (f"{base or own}Backward0",)
    ],
    Case("mse_loss weight", lambda m, a, b: nn(m).mse_loss(a, b, weight=b.detach() * 0 + 2), "DivBackward0", SAME),
    Case("smooth_l1_loss beta", lambda m, a, b: nn(m).smooth_l1_loss(a, b, beta=0.5), "SmoothL1LossBackward0", SAME),
    Case("huber_loss delta", lambda m, a, b: nn(m).huber_loss(a, b, delta=0.7), "HuberLossBackward0", SAME),
    # classes
    *[
        Case(
            f"nll_loss {r}",
            lambda m, a, r=r: nn(m).nll_loss(a, classes(m, a), reduction=r),
            "NllLossBackward0",
            ROWS[:1] + ROWS[3:4],
        )
        for r in ("mean", "sum", "none")
    ],
    Case("nll_loss weight", lambda m, a: nn(m).nll_loss(a, classes(m, a), weight(m, a)), "NllLossBackward0", ROWS[:1]),
    Case(
        "nll_loss ignore", lambda m, a: nn(m).nll_loss(a, classes(m, a), ignore_index=1), "NllLossBackward0", ROWS[:1]
    ),
    Case("nll_loss grid", lambda m, a: nn(m).nll_loss(a, classes(m, a)), "NllLoss2DBackward0", ROWS[1:3] + ROWS[4:]),
    Case(
        "nll_loss grid none",
        lambda m, a: nn(m).nll_loss(a, classes(m, a), reduction="none"),
        "NllLoss2DBackward0",
        ROWS[2:3],
    ),
    Case(
        "nll_loss line none",
        lambda m, a: nn(m).nll_loss(a, classes(m, a), reduction="none"),
        "ViewBackward0",
        ROWS[1:2],
    ),
    Case("cross_entropy", lambda m, a: nn(m).cross_entropy(a, classes(m, a)), "NllLossBackward0", ROWS[:1] + ROWS[3:4]),
    Case(
        "cross_entropy grid",
        lambda m, a: nn(m).cross_entropy(a, classes(m, a), weight(m, a)),
        "NllLoss2DBackward0",
        ROWS[1:3],
    ),
    *[
        Case(
            f"cross_entropy smooth {r}",
            lambda m, a, r=r: nn(m).cross_entropy(a, classes(m, a), label_smoothing=0.1, ignore_index=1, reduction=r),
            "AddBackward0",
            ROWS,
        )
        for r in ("mean", "sum", "none")
    ],
    Case(
        "cross_entropy smooth weight",
        lambda m, a: nn(m).cross_entropy(a, classes(m, a), weight(m, a), label_smoothing=0.1),
        "AddBackward0",
        ROWS,
    ),
    *[
        Case(
            f"cross_entropy shares {r}",
            lambda m, a, b, r=r: nn(m).cross_entropy(a, b, reduction=r),
            f"{name}Backward{k}",
            SHARES[1:],
        )
        for r, name, k in (("mean", "Div", 1), ("sum", "Neg", 0), ("none", "Neg", 0))
    ],
    Case(
        "cross_entropy shares smooth",
        lambda m, a, b: nn(m).cross_entropy(a, b, weight(m, a), label_smoothing=0.1),
        "DivBackward1",
        SAME[1:],
    ),
    # probabilities
    *[
        Case(
            f"binary_cross_entropy {r}",
            lambda m, a, b, r=r: nn(m).binary_cross_entropy(a, b, reduction=r),
            "BinaryCrossEntropyBackward0",
            SHARES,
            (0.1, 0.9),
        )
        for r in ("mean", "sum", "none")
    ],
    Case(
        "binary_cross_entropy weight",
        lambda m, a, b: nn(m).binary_cross_entropy(a, b, weight(m, a)),
        "BinaryCrossEntropyBackward0",
        SHARES[2:],
        (0.1, 0.9),
    ),
    *[
        Case(
            f"bce_with_logits {r}",
            lambda m, a, b, r=r: nn(m).binary_cross_entropy_with_logits(a, b, reduction=r),
            "BinaryCrossEntropyWithLogitsBackward0",
            SAME,
        )
        for r in ("mean", "sum", "none")
    ],
    Case(
        "bce_with_logits weights",
        lambda m, a, b: nn(m).binary_cross_entropy_with_logits(a, b, weight(m, a), pos_weight=weight(m, a) + 1),
        "BinaryCrossEntropyWithLogitsBackward0",
        SAME[2:],
    ),
    Case("kl_div log", lambda m, a, b: nn(m).kl_div(a, b, reduction="sum", log_target=True), "SumBackward0", PAIR),
    Case(
        "kl_div fixed", lambda m, a: nn(m).kl_div(a, a.detach() * 0 + 0.3, reduction="batchmean"), "DivBackward0", ONE
    ),
    Case("kl_div", lambda m, a, b: nn(m).kl_div(a, b, reduction="sum"), "SumBackward0", PAIR, (0.1, 0.9)),
    Case("poisson_nll_loss", lambda m, a, b: nn(m).poisson_nll_loss(a, b), "MeanBackward0", PAIR),
    Case(
        "poisson_nll_loss plain",
        lambda m, a, b: nn(m).poisson_nll_loss(a, b, log_input=False, reduction="none"),
        "SubBackward0",
        PAIR,
        (0.1, 0.9),
    ),
    Case("gaussian_nll_loss", lambda m, a, b: nn(m).gaussian_nll_loss(a, b, b * b, full=True), "MeanBackward0", SAME),
    # distances
    Case(
        "cosine_similarity",
        lambda m, a, b: m.cosine_similarity(a, b, -1),
        "SumBackward1",
        (((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3,))),
    ),
    Case(
        "pairwise_distance",
        lambda m, a, b: nn(m).pairwise_distance(a, b),
        "NormBackward1",
        (((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3,))),
    ),
    Case(
        "pairwise_distance 3",
        lambda m, a, b: nn(m).pairwise_distance(a, b, 3.0, keepdim=True),
        "NormBackward1",
        (((3,), (3,)), ((2, 3), (2, 3))),
    ),
    Case("hinge_embedding_loss", lambda m, a: nn(m).hinge_embedding_loss(a, signs(m, a)), "MeanBackward0"),
    Case(
        "margin_ranking_loss", lambda m, a, b: nn(m).margin_ranking_loss(a, b, signs(m, a), 0.3), "MeanBackward0", SAME
    ),
    Case(
        "triplet_margin_loss",
        lambda m, a, b: nn(m).triplet_margin_loss(a, b, a * b, swap=True),
        "MeanBackward0",
        SAME[1:],
    ),
    Case(
        "triplet_margin_with_distance_loss",
        lambda m, a, b: nn(m).triplet_margin_with_distance_loss(
            a, b, a * b, distance_function=lambda x, y: ((x - y) ** 2).sum(-1), margin=0.5, swap=True, reduction="sum"
        ),
        "SumBackward0",
        SAME[1:],
    ),
    # margins
    *[
        Case(
            f"soft_margin_loss {r}",
            lambda m, a, r=r: nn(m).soft_margin_loss(a, signs(m, a).to(a.dtype), reduction=r),
            "SoftMarginLossBackward0",
        )
        for r in ("mean", "sum", "none")
    ],
    *[
        Case(
            f"multi_margin_loss {p} {r}",
            lambda m, a, p=p, r=r: nn(m).multi_margin_loss(a, classes(m, a), p, 0.7, weight(m, a), reduction=r),
            "MultiMarginLossBackward0",
            ROWS[:1] + ROWS[3:4],
        )
        for p in (1, 2)
        for r in ("mean", "sum", "none")
    ],
    *[
        Case(
            f"multilabel_margin_loss {r}",
            lambda m, a, r=r: nn(m).multilabel_margin_loss(a, labels(m, a), reduction=r),
            "MultilabelMarginLossBackward0",
            ROWS[:1] + ROWS[3:4],
        )
        for r in ("mean", "sum", "none")
    ],
    Case(
        "multilabel_soft_margin_loss",
        lambda m, a: nn(m).multilabel_soft_margin_loss(a, (a > 0).detach().to(a.dtype), weight(m, a)),
        "MeanBackward0",
        ROWS[:1] + ROWS[3:4],
    ),
    Case(
        "cosine_embedding_loss",
        lambda m, a, b: nn(m).cosine_embedding_loss(a, b, m.tensor([1, -1])),
        "MeanBackward0",
        (((2, 3), (2, 3)),),
    ),
    # for what log_softmax returns, which is what PyTorch's gradient is right for
    *[
        Case(
            f"ctc_loss {r}",
            lambda m, a, r=r: nn(m).ctc_loss(
                a.log_softmax(-1), m.tensor([[1, 2, 2], [2, 1, 0]]), (6, 5), (3, 2), reduction=r
            ),
            {"mean": "MeanBackward0", "sum": "SumBackward0", "none": "CtcLossBackward0"}[r],
            (((6, 2, 3),),),
        )
        for r in ("mean", "sum", "none")
    ],
    Case(
        "ctc_loss zero_infinity",
        lambda m, a: nn(m).ctc_loss(
            a.log_softmax(-1), m.tensor([0, 1, 1, 0]), (2, 3), (2, 2), 2, "none", zero_infinity=True
        ),
        "WhereBackward0",
        (((3, 2, 3),),),
    ),
]
