"""Batch normalisation: each channel is brought to mean 0 and variance 1, over the batch or in each example alone."""

from __future__ import annotations

from typing import Any

from minigrad import dtypes
from minigrad.creation import ones, tensor, zeros
from minigrad.nn import functional as F
from minigrad.nn.modules.normalization import _Affine

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"]


class _BatchNorm(_Affine):
    """What both share: while training, the batch is the measure; after ``eval()``, what was seen while training."""

    ranks: tuple[int, ...] = ()
    _version = 2  # counts batches

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self._make(num_features, affine, affine and bias, device, dtype)
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", ones(num_features, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0, dtype=dtypes.int64) if tracked else None)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, local_metadata: dict[str, Any], *rest: Any) -> None:
        counts = f"{prefix}num_batches_tracked"
        if self.track_running_stats and counts not in state_dict and local_metadata.get("version", 1) < 2:
            state_dict[counts] = self.num_batches_tracked  # what is older than the count does not have it
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    def reset_running_stats(self) -> None:
        """Forget what was seen while training."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Forget what was seen while training; set the scale to 1 and the shift to 0."""
        self.reset_running_stats()
        super().reset_parameters()

    def forward(self, input: Any) -> Any:
        """Return the input normalised, of the same shape."""
        if input.dim() not in self.ranks:
            wanted = " or ".join(f"{n}D" for n in self.ranks)
            raise ValueError(f"expected {wanted} input (got {input.dim()}D input)")
        share = 0.0 if self.momentum is None else self.momentum  # of this batch in the running mean
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:
                share = 1.0 / float(self.num_batches_tracked)
        by_batch = self.training or self.running_mean is None
        tracks = not self.training or self.track_running_stats
        return F.batch_norm(
            input,
            self.running_mean if tracks else None,
            self.running_var if tracks else None,
            self.weight,
            self.bias,
            by_batch,
            share,
            self.eps,
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Bring each feature to mean 0 and variance 1 over a batch, shape (N, C) or (N, C, L); then scale and shift.

    Parameters
    ----------
    num_features : int
        How many features or channels, C.
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance; None for the plain mean over all batches.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization, arXiv:1502.03167.

    Examples
    --------
    >>> mg.nn.BatchNorm1d(1, affine=False)(mg.tensor([[1.0], [3.0]]))
    tensor([[-1.0000],
            [ 1.0000]])
    """

    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Bring each channel of images, shape (N, C, H, W), to mean 0 and variance 1 over a batch; then scale and shift.

    Parameters
    ----------
    num_features : int
        How many channels, C.
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance; None for the plain mean over all batches.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization, arXiv:1502.03167.

    Examples
    --------
    >>> mg.nn.BatchNorm2d(3)(mg.ones(2, 3, 4, 4)).shape
    torch.Size([2, 3, 4, 4])
    """

    ranks = (4,)


class BatchNorm3d(_BatchNorm):
    """Bring each channel of volumes, shape (N, C, D, H, W), to mean 0 and variance 1 over a batch; then scale, shift.

    Parameters
    ----------
    num_features : int
        How many channels, C.
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance; None for the plain mean over all batches.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization, arXiv:1502.03167.

    Examples
    --------
    >>> mg.nn.BatchNorm3d(3)(mg.ones(2, 3, 2, 4, 4)).shape
    torch.Size([2, 3, 2, 4, 4])
    """

    ranks = (5,)


class _InstanceNorm(_BatchNorm):
    """What both share: each example is its own measure, unless ``eval()`` has running statistics to go by."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype)

    def forward(self, input: Any) -> Any:
        """Return the input normalised, of the same shape; the batch's dimension may be missing."""
        if input.dim() not in self.ranks:
            wanted = " or ".join(f"{n}D" for n in self.ranks)
            raise ValueError(f"expected {wanted} input (got {input.dim()}D input)")
        alone = input.dim() == self.ranks[0]
        channels = input.shape[0 if alone else 1]
        if self.affine and channels != self.num_features:
            raise ValueError(
                f"expected input's size at dim={0 if alone else 1} to match num_features ({self.num_features}), "
                f"but got: {channels}."
            )
        y = F.instance_norm(
            input.unsqueeze(0) if alone else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return y.squeeze(0) if alone else y


class InstanceNorm1d(_InstanceNorm):
    """Bring each channel of each signal, shape (N, C, L) or (C, L), to mean 0 and variance 1.

    Parameters
    ----------
    num_features : int
        How many channels, C.
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance, where they are kept.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Ulyanov, Vedaldi & Lempitsky (2016), Instance normalization, arXiv:1607.08022.

    Examples
    --------
    >>> mg.nn.InstanceNorm1d(1)(mg.tensor([[[1.0, 3.0]]]))
    tensor([[[-1.0000,  1.0000]]])
    """

    ranks = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Bring each channel of each image, shape (N, C, H, W) or (C, H, W), to mean 0 and variance 1.

    Parameters
    ----------
    num_features : int
        How many channels, C.
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance, where they are kept.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Ulyanov, Vedaldi & Lempitsky (2016), Instance normalization, arXiv:1607.08022.

    Examples
    --------
    >>> mg.nn.InstanceNorm2d(3)(mg.ones(2, 3, 4, 4)).shape
    torch.Size([2, 3, 4, 4])
    """

    ranks = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Bring each channel of each volume, shape (N, C, D, H, W) or (C, D, H, W), to mean 0 and variance 1.

    Parameters
    ----------
    num_features : int
        How many channels, C.
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance, where they are kept.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Ulyanov, Vedaldi & Lempitsky (2016), Instance normalization, arXiv:1607.08022.

    Examples
    --------
    >>> mg.nn.InstanceNorm3d(3)(mg.ones(2, 3, 2, 4, 4)).shape
    torch.Size([2, 3, 2, 4, 4])
    """

    ranks = (4, 5)
