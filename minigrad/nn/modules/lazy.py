"""Lazy modules: their first input says how large their parameters are; from then on they are ordinary ones."""

from __future__ import annotations

from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import tensor
from minigrad.nn.modules.batchnorm import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from minigrad.nn.modules.conv import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from minigrad.nn.modules.linear import Linear
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import UninitializedBuffer, UninitializedParameter, is_lazy

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
    "LazyModuleMixin",
]


class LazyModuleMixin(Module):
    """What makes a module lazy: put it before the module's class, and say in ``initialize_parameters`` what to do.

    The first call initialises, and turns the module into one of the class ``cls_to_become``.

    Examples
    --------
    >>> net = mg.nn.Sequential(mg.nn.LazyLinear(2), mg.nn.ReLU())
    >>> net(mg.ones(1, 3)).shape
    torch.Size([1, 2])
    >>> net
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
      (1): ReLU()
    )
    """

    cls_to_become: type[Module] | None = None

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Make the parameters, given what ``forward`` will be called with; a subclass must define it."""
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self) -> bool:
        """Return whether a parameter or a buffer of the module itself has no shape yet."""
        return any(map(is_lazy, self._parameters.values())) or any(map(is_lazy, self._buffers.values()))

    def reset_parameters(self) -> None:
        """Draw the parameters anew, if they are there."""
        if not self.has_uninitialized_params() and all(p is None or p.numel() for p in self._parameters.values()):
            super().reset_parameters()  # type: ignore[misc]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.initialize_parameters(*args, **kwargs)
        if self.has_uninitialized_params():
            raise RuntimeError(f"module {self._get_name()} has not been fully initialized")
        if self.cls_to_become is None:
            return super().__call__(*args, **kwargs)
        self.__class__ = self.cls_to_become  # type: ignore[assignment]
        return self(*args, **kwargs)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *rest: Any) -> None:
        """Take the shapes from the state, then the numbers."""
        for name, value in self._own_state():
            given = state_dict.get(prefix + name)
            if is_lazy(value) and given is not None and not is_lazy(given):
                value.materialize(given.shape)
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def _settle(self, **shapes: Any) -> None:
        """Give each parameter and buffer that has none its shape, and draw or reset the numbers."""
        if self.has_uninitialized_params():
            with no_grad():
                for name, shape in shapes.items():
                    if is_lazy(getattr(self, name)):
                        getattr(self, name).materialize(shape)
                self.reset_parameters()


class LazyLinear(LazyModuleMixin, Linear):
    """A linear layer that learns from its first input how many numbers go in.

    Parameters
    ----------
    out_features : int
        How many numbers come out.
    bias : bool
        Whether something is added.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> layer = mg.nn.LazyLinear(2)
    >>> layer(mg.ones(4, 3)).shape, layer.weight.shape
    (torch.Size([4, 2]), torch.Size([2, 3]))
    """

    cls_to_become = Linear

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(0, 0, False)
        self.out_features = out_features
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def initialize_parameters(self, input: Any) -> None:
        """Take the size from the last dimension of the input."""
        self.in_features = input.shape[-1]
        self._settle(weight=(self.out_features, self.in_features), bias=(self.out_features,))


# --- Convolutions --------------------------------------------------------------------------------------------------


class _LazyConv(LazyModuleMixin):
    """What lazy convolutions share: the first input says how many channels come in."""

    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
        **more: Any,
    ) -> None:
        settings: Any = {"dilation": dilation, "groups": groups, "bias": False, "padding_mode": padding_mode, **more}
        super().__init__(0, 0, kernel_size, stride, padding, **settings)  # type: ignore[call-arg]
        self.out_channels = out_channels
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def initialize_parameters(self, input: Any, *args: Any) -> None:
        """Take the number of channels from the input, which may be a batch or stand alone."""
        ranks = self.dims + 1, self.dims + 2
        if input.dim() not in ranks:
            raise RuntimeError(
                f"Expected {ranks[0]}D (unbatched) or {ranks[1]}D (batched) input to {type(self).__name__}, but got "
                f"input of size: {input.shape}"
            )
        self.in_channels = input.shape[-self.dims - 1]
        if self.in_channels % self.groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        channels = [self.out_channels, self.in_channels]
        if self.transposed:
            channels.reverse()
        self._settle(weight=(channels[0], channels[1] // self.groups, *self.kernel_size), bias=(self.out_channels,))


class _LazyConvTranspose(_LazyConv):
    """The same for their transposes, whose settings stand in another order."""

    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        settings = stride, padding, dilation, groups, bias, padding_mode, device, dtype
        super().__init__(out_channels, kernel_size, *settings, output_padding=output_padding)


class LazyConv1d(_LazyConv, Conv1d):  # type: ignore[misc]  # the first class says how it begins
    """A ``Conv1d`` that learns from its first input how many channels come in.

    Parameters
    ----------
    out_channels : int
        How many channels come out.
    kernel_size, stride, padding : int or tuple of int
        As of ``Conv1d``, and so are all others.
    dilation : int or tuple of int
        How far apart the window's places are.
    groups : int
        How many convolutions stand beside each other.
    bias : bool
        Whether something is added.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the input is extended with.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.LazyConv1d(2, kernel_size=2)(mg.ones(1, 3, 4)).shape
    torch.Size([1, 2, 3])
    """

    cls_to_become = Conv1d


class LazyConv2d(_LazyConv, Conv2d):  # type: ignore[misc]  # the first class says how it begins
    """A ``Conv2d`` that learns from its first input how many channels come in.

    Parameters
    ----------
    out_channels : int
        How many channels come out.
    kernel_size, stride, padding : int or tuple of int
        As of ``Conv2d``, and so are all others.
    dilation : int or tuple of int
        How far apart the window's places are.
    groups : int
        How many convolutions stand beside each other.
    bias : bool
        Whether something is added.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the input is extended with.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.LazyConv2d(2, kernel_size=2)(mg.ones(1, 3, 4, 4)).shape
    torch.Size([1, 2, 3, 3])
    """

    cls_to_become = Conv2d


class LazyConv3d(_LazyConv, Conv3d):  # type: ignore[misc]  # the first class says how it begins
    """A ``Conv3d`` that learns from its first input how many channels come in.

    Parameters
    ----------
    out_channels : int
        How many channels come out.
    kernel_size, stride, padding : int or tuple of int
        As of ``Conv3d``, and so are all others.
    dilation : int or tuple of int
        How far apart the window's places are.
    groups : int
        How many convolutions stand beside each other.
    bias : bool
        Whether something is added.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the input is extended with.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.LazyConv3d(2, kernel_size=2)(mg.ones(1, 3, 4, 4, 4)).shape
    torch.Size([1, 2, 3, 3, 3])
    """

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyConvTranspose, ConvTranspose1d):  # type: ignore[misc]  # the first class says how it begins
    """A ``ConvTranspose1d`` that learns from its first input how many channels come in.

    Parameters
    ----------
    out_channels : int
        How many channels come out.
    kernel_size, stride, padding : int or tuple of int
        As of ``ConvTranspose1d``, and so are all others.
    output_padding : int or tuple of int
        Added to the output's size.
    groups : int
        How many convolutions stand beside each other.
    bias : bool
        Whether something is added.
    dilation : int or tuple of int
        How far apart the window's places are.
    padding_mode : {"zeros"}
        The only one.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.LazyConvTranspose1d(2, kernel_size=2)(mg.ones(1, 3, 4)).shape
    torch.Size([1, 2, 5])
    """

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTranspose, ConvTranspose2d):  # type: ignore[misc]  # the first class says how it begins
    """A ``ConvTranspose2d`` that learns from its first input how many channels come in.

    Parameters
    ----------
    out_channels : int
        How many channels come out.
    kernel_size, stride, padding : int or tuple of int
        As of ``ConvTranspose2d``, and so are all others.
    output_padding : int or tuple of int
        Added to the output's size.
    groups : int
        How many convolutions stand beside each other.
    bias : bool
        Whether something is added.
    dilation : int or tuple of int
        How far apart the window's places are.
    padding_mode : {"zeros"}
        The only one.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.LazyConvTranspose2d(2, kernel_size=2)(mg.ones(1, 3, 4, 4)).shape
    torch.Size([1, 2, 5, 5])
    """

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTranspose, ConvTranspose3d):  # type: ignore[misc]  # the first class says how it begins
    """A ``ConvTranspose3d`` that learns from its first input how many channels come in.

    Parameters
    ----------
    out_channels : int
        How many channels come out.
    kernel_size, stride, padding : int or tuple of int
        As of ``ConvTranspose3d``, and so are all others.
    output_padding : int or tuple of int
        Added to the output's size.
    groups : int
        How many convolutions stand beside each other.
    bias : bool
        Whether something is added.
    dilation : int or tuple of int
        How far apart the window's places are.
    padding_mode : {"zeros"}
        The only one.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.LazyConvTranspose3d(2, kernel_size=2)(mg.ones(1, 3, 4, 4, 4)).shape
    torch.Size([1, 2, 5, 5, 5])
    """

    cls_to_become = ConvTranspose3d


# --- Normalisation -------------------------------------------------------------------------------------------------


class _LazyNorm(LazyModuleMixin):
    """What lazy normalisations share: the first input says how many channels there are."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, False, False)  # type: ignore[call-arg]
        self.affine, self.track_running_stats = affine, track_running_stats
        if affine:
            self.weight = UninitializedParameter(device=device, dtype=dtype)
            self.bias = UninitializedParameter(device=device, dtype=dtype) if bias else None
        if track_running_stats:
            self.running_mean = UninitializedBuffer(device=device, dtype=dtype)
            self.running_var = UninitializedBuffer(device=device, dtype=dtype)
            self.num_batches_tracked = tensor(0)

    def initialize_parameters(self, input: Any) -> None:
        """Take the number of channels from the input's second dimension."""
        n = self.num_features = input.shape[1]
        self._settle(weight=(n,), bias=(n,), running_mean=(n,), running_var=(n,))


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """A ``BatchNorm1d`` that learns from its first input how many channels there are.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    Examples
    --------
    >>> layer = mg.nn.LazyBatchNorm1d()
    >>> layer(mg.ones(2, 3, 4)).shape
    torch.Size([2, 3, 4])
    >>> layer.num_features
    3
    """

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """A ``BatchNorm2d`` that learns from its first input how many channels there are.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    Examples
    --------
    >>> layer = mg.nn.LazyBatchNorm2d()
    >>> layer(mg.ones(2, 3, 4, 4)).shape
    torch.Size([2, 3, 4, 4])
    >>> layer.num_features
    3
    """

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """A ``BatchNorm3d`` that learns from its first input how many channels there are.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    Examples
    --------
    >>> layer = mg.nn.LazyBatchNorm3d()
    >>> layer(mg.ones(2, 3, 4, 4, 4)).shape
    torch.Size([2, 3, 4, 4, 4])
    >>> layer.num_features
    3
    """

    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(_LazyNorm, InstanceNorm1d):
    """A ``InstanceNorm1d`` that learns from its first input how many channels there are.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    Examples
    --------
    >>> layer = mg.nn.LazyInstanceNorm1d()
    >>> layer(mg.ones(2, 3, 4)).shape
    torch.Size([2, 3, 4])
    >>> layer.num_features
    3
    """

    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNorm, InstanceNorm2d):
    """A ``InstanceNorm2d`` that learns from its first input how many channels there are.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    Examples
    --------
    >>> layer = mg.nn.LazyInstanceNorm2d()
    >>> layer(mg.ones(2, 3, 4, 4)).shape
    torch.Size([2, 3, 4, 4])
    >>> layer.num_features
    3
    """

    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNorm, InstanceNorm3d):
    """A ``InstanceNorm3d`` that learns from its first input how many channels there are.

    Parameters
    ----------
    eps : float
        Added to the variance.
    momentum : float, optional
        The share of a batch in the running mean and variance.
    affine : bool
        Whether scale and shift are learned.
    track_running_stats : bool
        Whether mean and variance are kept for ``eval()``.
    device, dtype : optional
        As of a tensor.
    bias : bool
        Whether the shift is learned.

    Examples
    --------
    >>> layer = mg.nn.LazyInstanceNorm3d()
    >>> layer(mg.ones(2, 3, 4, 4, 4)).shape
    torch.Size([2, 3, 4, 4, 4])
    >>> layer.num_features
    3
    """

    cls_to_become = InstanceNorm3d
