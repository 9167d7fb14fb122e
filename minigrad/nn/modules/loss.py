"""Losses as modules: each calls the function of its name in ``minigrad.nn.functional``."""

from __future__ import annotations

from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.ops.losses import chosen

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
]


class Loss(Module):
    """What all of them have: how the losses of the entries become one."""

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        if size_average is not None or reduce is not None:  # the arguments of old
            reduction = chosen(size_average, reduce, reduction)
        self.reduction = reduction


class WeightedLoss(Loss):
    """A loss that weighs classes or entries; the weight is a buffer."""

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class MSELoss(Loss):
    """The mean of the squared differences.

    Parameters
    ----------
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.

    Examples
    --------
    >>> mg.nn.MSELoss()(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(2.)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` against ``target``, of one shape."""
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The mean of the differences' sizes.

    Parameters
    ----------
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.

    Examples
    --------
    >>> mg.nn.L1Loss()(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(1.)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` against ``target``, of one shape."""
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """Squared for small differences, straight for those larger than ``beta``.

    Parameters
    ----------
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.
    beta : float
        Where the square turns into a line.

    Examples
    --------
    >>> mg.nn.SmoothL1Loss()(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(0.7500)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` against ``target``, of one shape."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """Squared for small differences, straight for those larger than ``delta``.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.
    delta : float
        Where the square turns into a line.

    Examples
    --------
    >>> mg.nn.HuberLoss()(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(0.7500)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` against ``target``, of one shape."""
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class NLLLoss(WeightedLoss):
    """The negative logarithm of the probability that was given to the right class.

    Parameters
    ----------
    weight : Tensor, shape (C,), optional
        How much each class counts.
    size_average : bool, optional
        A former name of ``reduction``.
    ignore_index : int
        A class that does not count.
    reduce : bool, optional
        A former name of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the samples' losses become one.

    Examples
    --------
    >>> log_p = mg.tensor([[0.25, 0.75]]).log()
    >>> mg.nn.NLLLoss()(log_p, mg.tensor([1]))
    tensor(0.2877)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of log-probabilities, shape (N, C, ...), against classes, shape (N, ...)."""
        return F.nll_loss(input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class CrossEntropyLoss(WeightedLoss):
    """The negative logarithm of the probability that softmax gives to the right class.

    Parameters
    ----------
    weight : Tensor, shape (C,), optional
        How much each class counts.
    size_average : bool, optional
        A former name of ``reduction``.
    ignore_index : int
        A class that does not count.
    reduce : bool, optional
        A former name of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the samples' losses become one.
    label_smoothing : float
        How much of the target is shared out among all classes, from 0 to 1.

    Examples
    --------
    >>> mg.nn.CrossEntropyLoss()(mg.tensor([[0.0, 0.0]]), mg.tensor([1]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores, shape (N, C, ...), against classes, shape (N, ...), or probabilities."""
        return F.cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class BCELoss(WeightedLoss):
    """The cross entropy of probabilities of yes or no.

    Parameters
    ----------
    weight : Tensor, optional
        How much each entry counts.
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.

    Examples
    --------
    >>> mg.nn.BCELoss()(mg.tensor([0.5]), mg.tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of probabilities against targets from 0 to 1, of one shape."""
        return F.binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """The cross entropy of yes or no, where the probability is the sigmoid of the input; without overflow.

    Parameters
    ----------
    weight : Tensor, optional
        How much each entry counts.
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.
    pos_weight : Tensor, optional
        How much a yes counts.

    Examples
    --------
    >>> mg.nn.BCEWithLogitsLoss()(mg.tensor([0.0]), mg.tensor([1.0]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Any = None,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores against targets from 0 to 1, of one shape."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )


class KLDivLoss(Loss):
    """How much one distribution diverges from another, in nats; the input holds log-probabilities.

    Parameters
    ----------
    size_average, reduce : bool, optional
        The former names of ``reduction``.
    reduction : {"mean", "batchmean", "sum", "none"}
        How the entries' losses become one; ``"batchmean"`` is the mathematical one.
    log_target : bool
        Whether the target holds log-probabilities too.

    Examples
    --------
    >>> p = mg.tensor([[0.5, 0.5]])
    >>> mg.nn.KLDivLoss(reduction="batchmean")(p.log(), p)
    tensor(0.)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` against ``target``, of one shape."""
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class PoissonNLLLoss(Loss):
    """The negative log-likelihood of counts under Poisson distributions.

    Parameters
    ----------
    log_input : bool
        Whether the input is the logarithm of the rate.
    full : bool
        Add the term that depends on the target alone, by Stirling's formula.
    size_average : bool, optional
        A former name of ``reduction``.
    eps : float
        Added to the rate, so that no logarithm of 0 is taken.
    reduce : bool, optional
        A former name of ``reduction``.
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-8,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, log_input: Any, target: Any) -> Any:
        """Return the loss of rates against counts, of one shape."""
        return F.poisson_nll_loss(
            log_input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(Loss):
    """The negative log-likelihood of numbers under normal distributions.

    Parameters
    ----------
    full : bool
        Add the constant term.
    eps : float
        The least variance.
    reduction : {"mean", "sum", "none"}
        How the entries' losses become one.
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full, self.eps = full, eps

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        """Return the loss of means and variances against targets."""
        return F.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)


class CTCLoss(Module):
    """How improbable it is that a sequence of predictions spells its target, blanks and repetitions aside.

    Parameters
    ----------
    blank : int
        Which label is the blank.
    reduction : {"mean", "sum", "none"}
        How the losses become one; for the mean, each is divided by its target's length before.
    zero_infinity : bool
        Whether targets that are too long to be spelled count as 0 instead of inf.

    References
    ----------
    Graves, Fernández, Gomez & Schmidhuber (2006), ICML, doi:10.1145/1143844.1143891.

    Examples
    --------
    >>> log_p = mg.randn(50, 16, 20).log_softmax(2)
    >>> targets = mg.randint(1, 20, (16, 30))
    >>> lengths = mg.full((16,), 50), mg.full((16,), 10)
    >>> mg.nn.CTCLoss()(log_p, targets, *lengths).shape
    torch.Size([])
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__()
        self.blank, self.reduction, self.zero_infinity = blank, reduction, zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Any:
        """Return the loss, for logarithms of probabilities of shape (T, N, C) or (T, C)."""
        return F.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
