"""Normalisation: numbers are brought to mean 0 and variance 1, over a layer, a group, or a batch."""

from __future__ import annotations

from typing import Any

from minigrad.creation import ones, zeros
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter

__all__ = ["GroupNorm", "LayerNorm", "LocalResponseNorm", "RMSNorm"]


class _Affine(Module):
    """A learned scale and shift after a normalisation; either may be missing."""

    def _make(self, shape: Any, scale: bool, shift: bool, device: Any, dtype: Any) -> None:
        settings = {"device": device, "dtype": dtype}
        self.register_parameter("weight", Parameter(ones(shape, **settings)) if scale else None)
        self.register_parameter("bias", Parameter(zeros(shape, **settings)) if shift else None)

    def reset_parameters(self) -> None:
        """Set the scale to 1 and the shift to 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self._parameters.get("bias") is not None:
            init.zeros_(self.bias)


class LayerNorm(_Affine):
    """Bring the last dimensions of each sample to mean 0 and variance 1; then scale and shift.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        The last dimensions.
    eps : float
        Added to the variance.
    elementwise_affine : bool
        Whether scale and shift are learned.
    bias : bool
        Whether the shift is.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Ba, Kiros & Hinton (2016), Layer normalization, arXiv:1607.06450.

    Examples
    --------
    >>> mg.nn.LayerNorm(2, elementwise_affine=False)(mg.tensor([[1.0, 3.0]]))
    tensor([[-1.0000,  1.0000]])
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self._make(self.normalized_shape, elementwise_affine, elementwise_affine and bias, device, dtype)

    def forward(self, input: Any) -> Any:
        """Return the input normalised, of the same shape."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(_Affine):
    """Divide the last dimensions of each sample by their root mean square; then scale.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        The last dimensions.
    eps : float, optional
        Added to the mean square; the dtype's own epsilon, if left out.
    elementwise_affine : bool
        Whether a scale is learned.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Zhang & Sennrich (2019), Root mean square layer normalization, arXiv:1910.07467.

    Examples
    --------
    >>> mg.nn.RMSNorm(2, elementwise_affine=False)(mg.tensor([[1.0, 7.0]]))
    tensor([[0.2000, 1.4000]])
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        scale = Parameter(ones(self.normalized_shape, device=device, dtype=dtype)) if elementwise_affine else None
        self.register_parameter("weight", scale)

    def forward(self, input: Any) -> Any:
        """Return the input normalised, of the same shape."""
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(_Affine):
    """Bring groups of channels of each sample to mean 0 and variance 1; then scale and shift each channel.

    Parameters
    ----------
    num_groups : int
        How many groups.
    num_channels : int
        How many channels, the second dimension of the input.
    eps : float
        Added to the variance.
    affine : bool
        Whether scale and shift are learned.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    References
    ----------
    Wu & He (2018), Group normalization, arXiv:1803.08494.

    Examples
    --------
    >>> mg.nn.GroupNorm(1, 2, affine=False)(mg.tensor([[1.0, 3.0]]))
    tensor([[-1.0000,  1.0000]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups != 0:
            raise ValueError(f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self._make(num_channels, affine, affine and bias, device, dtype)

    def forward(self, input: Any) -> Any:
        """Return the input normalised, of the same shape."""
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    """Make a channel's numbers smaller where those of the channels around it are large too.

    Parameters
    ----------
    size : int
        How many channels around each one, itself included.
    alpha, beta, k : float
        What they are divided by: ``(k + alpha * mean of squares) ** beta``.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Any) -> Any:
        """Return the input, shape (n, c, ...), brought down so."""
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """Return the arguments, as they are printed."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
