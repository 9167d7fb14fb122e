"""Losses that ask for a margin, or are content with one; each calls the function of its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.distance import PairwiseDistance
from minigrad.nn.modules.loss import Loss, WeightedLoss

__all__ = [
    "CosineEmbeddingLoss",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class _MarginLoss(Loss):
    """A loss that is content with a margin."""

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin


class CosineEmbeddingLoss(_MarginLoss):
    """Turn pairs of vectors towards each other (target 1) or apart (target -1)."""

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        """Return the loss of two batches of vectors."""
        return F.cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class HingeEmbeddingLoss(_MarginLoss):
    """Make distances small (target 1), or larger than a margin (target -1)."""

    def __init__(
        self,
        margin: float = 1.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of distances against targets, of one shape."""
        return F.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class MarginRankingLoss(_MarginLoss):
    """Make the first score larger than the second (target 1), or smaller (target -1)."""

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        """Return the loss of two batches of scores."""
        return F.margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class TripletMarginLoss(Loss):
    """Draw an anchor nearer to the positive than to the negative, by a margin.

    Parameters
    ----------
    margin : float
        By how much.
    p : float
        The norm that measures distances.
    eps : float
        Added, so that no root of 0 is taken.
    swap : bool
        Measure the negative's distance from the nearer of the other two.
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the samples' losses become one.
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        if margin <= 0:
            raise ValueError(f"TripletMarginLoss: expected margin to be greater than 0, got {margin} instead")
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """Return the loss of three batches of vectors."""
        return F.triplet_margin_loss(
            anchor,
            positive,
            negative,
            margin=self.margin,
            p=self.p,
            eps=self.eps,
            swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(Loss):
    """Draw an anchor nearer to the positive than to the negative, by a margin and any measure of distance.

    Parameters
    ----------
    distance_function : callable, optional
        Takes two batches and returns their distances; by default the usual one.
    margin : float
        By how much.
    swap : bool
        Measure the negative's distance from the nearer of the other two.
    reduction : {"mean", "sum", "none"}
        How the samples' losses become one.
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(None, None, reduction)
        if margin <= 0:
            raise ValueError(
                f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {margin} instead"
            )
        # a module among the modules, so that its parameters are found; any other function as it is
        self.distance_function: Any = PairwiseDistance() if distance_function is None else distance_function
        self.margin, self.swap = margin, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """Return the loss of three batches of samples."""
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


class SoftMarginLoss(Loss):
    """Put scores on the side of their targets, 1 or -1."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores against targets, of one shape."""
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class MultiMarginLoss(WeightedLoss):
    """Put the right class's score above all others, by a margin.

    Parameters
    ----------
    p : {1, 2}
        The power to which a violation counts.
    margin : float
        By how much.
    weight : Tensor, shape (c,), optional
        How much each class counts.
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the samples' losses become one.

    Raises
    ------
    ValueError
        If p is neither 1 nor 2.
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Any = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError("only p == 1 and p == 2 supported")
        self.p, self.margin = p, margin

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores, shape (n, c), against classes, shape (n,)."""
        return F.multi_margin_loss(
            input, target, p=self.p, margin=self.margin, weight=self.weight, reduction=self.reduction
        )


class MultiLabelMarginLoss(Loss):
    """Put the scores of all right classes above those of the wrong ones, by a margin of 1."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores against the right classes, which -1 ends; of one shape."""
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(WeightedLoss):
    """The mean surprise at which classes are right, each a yes or no of its own."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores against targets from 0 to 1, of one shape."""
        return F.multilabel_soft_margin_loss(input, target, weight=self.weight, reduction=self.reduction)
