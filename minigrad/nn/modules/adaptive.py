"""A softmax over very many classes: the rare ones stand together in clusters, and are looked at only if asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from minigrad.nn import functional as F
from minigrad.nn.modules.container import ModuleList, Sequential
from minigrad.nn.modules.linear import Linear
from minigrad.nn.modules.module import Module

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


class _ASMoutput(NamedTuple):
    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """The log-probabilities of classes sorted by how frequent they are, and the loss of the right ones.

    The head knows the frequent classes and one place for each cluster of rarer ones; a cluster's own, smaller layers
    tell its classes apart.

    Parameters
    ----------
    in_features : int
        How many numbers describe a sample.
    n_classes : int
        How many classes; class 0 is the most frequent.
    cutoffs : sequence of int
        Where clusters begin.
    div_value : float
        By how much each cluster's layer is smaller than the one before.
    head_bias : bool
        Whether the head adds something.
    device, dtype : optional
        As of a tensor.

    Raises
    ------
    ValueError
        If the cutoffs are not increasing whole numbers from 1 to ``n_classes - 1``.

    References
    ----------
    Grave et al. (2017), Efficient softmax approximation for GPUs, arXiv:1609.04309.

    Examples
    --------
    >>> layer = mg.nn.AdaptiveLogSoftmaxWithLoss(16, 10, cutoffs=[3, 6])
    >>> output, loss = layer(mg.ones(2, 16), mg.tensor([0, 9]))
    >>> output.shape, layer.log_prob(mg.ones(2, 16)).shape
    (torch.Size([2]), torch.Size([2, 10]))
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        ends = list(cutoffs)
        if not ends:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if ends != sorted(set(ends)) or ends[0] <= 0 or ends[-1] >= n_classes or any(int(c) != c for c in ends):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each "
                "value is between 1 and n_classes-1"
            )
        settings = {"device": device, "dtype": dtype}
        self.in_features, self.n_classes, self.cutoffs = in_features, n_classes, [*ends, n_classes]
        self.div_value, self.head_bias = div_value, head_bias
        self.shortlist_size, self.n_clusters = ends[0], len(ends)
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, **settings)
        self.tail = ModuleList()
        for i, (start, stop) in enumerate(pairwise(self.cutoffs)):
            width = int(in_features // div_value ** (i + 1))
            layers = (
                Linear(in_features, width, bias=False, **settings),
                Linear(width, stop - start, bias=False, **settings),
            )
            self.tail.append(Sequential(*layers))

    def reset_parameters(self) -> None:
        """Draw all weights again."""
        for layer in self.modules():
            if isinstance(layer, Linear):
                layer.reset_parameters()

    def forward(self, input_: Any, target_: Any) -> Any:
        """Return the log-probability of each sample's class, and minus their mean.

        Parameters
        ----------
        input_ : Tensor, shape (N, in_features) or (in_features,)
            The samples.
        target_ : Tensor of int64, shape (N,) or ()
            Their classes.

        Returns
        -------
        namedtuple
            ``output``, shape as ``target_``, and ``loss``, shape ().
        """
        if target_.dim() > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        batched = target_.dim() == 1
        if batched and input_.size(0) != target_.size(0):
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        if input_.dim() != target_.dim() + 1:
            dims = f"{target_.dim()}D target tensor expects {target_.dim() + 1}D input tensors"
            raise RuntimeError(f"{dims}, but found inputs with size {input_.size()}")
        input, target = (input_, target_) if batched else (input_.unsqueeze(0), target_.unsqueeze(0))
        if bool(((target < 0) | (target >= self.n_classes)).any()):
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range [{target.min().item()}, "
                f"{target.max().item()}] were found. "
            )
        inside, places = input.new_zeros(target.size(0)), target.clone()
        for i, (start, stop) in enumerate(pairwise(self.cutoffs)):
            rows = ((target >= start) & (target < stop)).nonzero().squeeze(1)
            if rows.numel():
                shares = F.log_softmax(self.tail[i](input.index_select(0, rows)), dim=1)
                inside = inside.index_copy(0, rows, shares.gather(1, (target[rows] - start).unsqueeze(1)).squeeze(1))
                places[rows] = self.shortlist_size + i
        head = F.log_softmax(self.head(input), dim=1)
        output = inside + head.gather(1, places.unsqueeze(1)).squeeze(1)
        loss = (-output).mean()
        return _ASMoutput(output if batched else output.squeeze(0), loss)

    def log_prob(self, input: Any) -> Any:
        """Return the log-probabilities of all classes, shape (N, n_classes), of samples of shape (N, in_features)."""
        head = F.log_softmax(self.head(input), dim=1)
        out = input.new_empty((input.size(0), self.n_classes))
        out[:, : self.shortlist_size] = head[:, : self.shortlist_size]
        for i, (start, stop) in enumerate(pairwise(self.cutoffs)):
            shares = F.log_softmax(self.tail[i](input), dim=1)
            out[:, start:stop] = shares + head[:, self.shortlist_size + i].unsqueeze(1)
        return out

    def predict(self, input: Any) -> Any:
        """Return the likeliest class of each sample, shape (N,): the head's, if that is a frequent one."""
        best = self.head(input).argmax(dim=1)
        rare = (best >= self.shortlist_size).nonzero().squeeze(1)
        if rare.numel():
            best[rare] = self.log_prob(input.index_select(0, rare)).argmax(dim=1)
        return best
