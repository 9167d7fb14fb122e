"""What nn.functional stands on in PyTorch, as ``torch.name``: a setting is a number there, and little is checked."""

from __future__ import annotations

from typing import Any

from minigrad.ops import convolution as convolutions
from minigrad.ops import dropout as dropouts
from minigrad.ops import entropies, padding, sampling
from minigrad.ops.arguments import TensorT

__all__ = [
    "alpha_dropout_",
    "binary_cross_entropy_with_logits",
    "constant_pad_nd",
    "convolution",
    "dropout_",
    "feature_alpha_dropout",
    "feature_alpha_dropout_",
    "feature_dropout",
    "feature_dropout_",
    "grid_sampler",
    "kl_div",
]


def _reduction(number: int) -> str:
    """Return the name of a reduction that is given by its number."""
    return {1: "mean", 2: "sum"}.get(number, "none")


def kl_div(input: TensorT, target: TensorT, reduction: int = 0, *, log_target: bool = False) -> TensorT:
    """Return how far one distribution is from another, as ``nn.functional.kl_div``.

    Parameters
    ----------
    input, target : Tensor
        Logarithms of probabilities, and probabilities.
    reduction : int
        0 for none, 1 for the mean, 2 for the sum.
    log_target : bool
        Whether the target, too, is given by its logarithm.

    Returns
    -------
    Tensor
        A scalar; of the broadcast shape without a reduction.

    Examples
    --------
    >>> mg.kl_div(mg.zeros(2), mg.ones(2), 2)
    tensor(0.)
    """
    return entropies.kl_div(input, target, reduction=_reduction(reduction), log_target=log_target)


def binary_cross_entropy_with_logits(
    input: TensorT, target: TensorT, weight: Any = None, pos_weight: Any = None, reduction: int = 0
) -> TensorT:
    """Return the cross-entropy of yes and no, as ``nn.functional.binary_cross_entropy_with_logits``.

    Parameters
    ----------
    input, target : Tensor
        Logits, and how much of each is yes.
    weight, pos_weight : Tensor, optional
        What an entry counts, and what a yes counts.
    reduction : int
        0 for none, 1 for the mean, 2 for the sum.

    Returns
    -------
    Tensor
        A scalar; of the broadcast shape without a reduction.

    Examples
    --------
    >>> mg.binary_cross_entropy_with_logits(mg.zeros(2), mg.ones(2), reduction=1)
    tensor(0.6931)
    """
    return entropies.binary_cross_entropy_with_logits(
        input, target, weight, reduction=_reduction(reduction), pos_weight=pos_weight
    )


def constant_pad_nd(input: TensorT, pad: Any, value: Any = 0) -> TensorT:
    """Return the tensor with a constant around it, as ``nn.functional.pad``.

    Parameters
    ----------
    input : Tensor
        Any shape.
    pad : sequence of int
        How many before and after, for the last dimension, then for the one before it, and so on.
    value : number
        The constant.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.constant_pad_nd(mg.ones(2), (1, 2))
    tensor([0., 1., 1., 0., 0.])
    """
    if len(pad) % 2:
        raise RuntimeError(f"Length of pad must be even but instead it equals {len(pad)}")
    return padding.pad(input, pad, "constant", value)


def grid_sampler(
    input: TensorT, grid: TensorT, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> TensorT:
    """Return what images hold at given points, as ``nn.functional.grid_sample``.

    Parameters
    ----------
    input, grid : Tensor
        The images, and the points.
    interpolation_mode : int
        0 for bilinear, 1 for nearest, 2 for bicubic.
    padding_mode : int
        0 for zeros, 1 for border, 2 for reflection.
    align_corners : bool
        Whether -1 and 1 are the centres of the outermost pixels, or their edges.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.grid_sampler(mg.ones(1, 1, 2, 2), mg.zeros(1, 1, 1, 2), 0, 0, False)
    tensor([[[[1.]]]])
    """
    mode = ("bilinear", "nearest", "bicubic")[interpolation_mode]
    return sampling.grid_sample(input, grid, mode, ("zeros", "border", "reflection")[padding_mode], align_corners)


def convolution(
    input: TensorT,
    weight: TensorT,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> TensorT:
    """Return a convolution in one, two or three dimensions, or a transposed one.

    Parameters
    ----------
    input, weight : Tensor
        What is convolved, and the kernels.
    bias : Tensor or None
        What is added to each channel.
    stride, padding, dilation : tuple of int
        As of ``nn.functional.conv1d`` and its kin.
    transposed : bool
        Whether it is the transposed one.
    output_padding : tuple of int
        Of the transposed one: how much larger its result is.
    groups : int
        In how many groups the channels are.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.convolution(mg.ones(1, 1, 3), mg.ones(1, 1, 2), None, (1,), (0,), (1,), False, (0,), 1)
    tensor([[[2., 2.]]])
    """
    name = f"{'conv_transpose' if transposed else 'conv'}{weight.dim() - 2}d"  # type: ignore[attr-defined]
    settings = {"output_padding": output_padding} if transposed else {}
    return getattr(convolutions, name)(  # type: ignore[no-any-return]
        input, weight, bias, stride, padding, dilation=dilation, groups=groups, **settings
    )


def feature_dropout(input: TensorT, p: float, train: bool) -> TensorT:
    """Return the tensor with whole features set to zero at random, as ``nn.functional.dropout2d``.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        Any floats.
    p : float
        How likely a feature is to be zero.
    train : bool
        Whether anything is dropped.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.feature_dropout(mg.ones(1, 1, 2), 1.0, True)
    tensor([[[0., 0.]]])
    """
    return dropouts.feature_dropout(input, p, train)


def feature_alpha_dropout(input: TensorT, p: float, train: bool) -> TensorT:
    """Return the tensor with whole features saturated at random, as ``nn.functional.feature_alpha_dropout``.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        Any floats.
    p : float
        How likely a feature is to be saturated.
    train : bool
        Whether anything is.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.feature_alpha_dropout(mg.ones(1, 1, 2), 0.5, False)
    tensor([[[1., 1.]]])
    """
    return dropouts.feature_alpha_dropout(input, p, train)


def _in_place(dropout: Any) -> Any:
    """Return a dropout that writes its result into its input."""

    def drop(input: TensorT, p: float, train: bool) -> TensorT:
        return dropout(input, p, train, inplace=True)  # type: ignore[no-any-return]

    drop.__name__ = drop.__qualname__ = f"{dropout.__name__}_"
    drop.__doc__ = f"""Do ``{dropout.__name__}`` in place.

    Parameters
    ----------
    input : Tensor
        What is written to.
    p : float
        How likely an entry, or a feature, is to be dropped.
    train : bool
        Whether anything is.

    Returns
    -------
    Tensor
        The input.

    Examples
    --------
    >>> mg.{dropout.__name__}_(mg.ones(1, 2), 0.5, False)
    tensor([[1., 1.]])
    """
    return drop


dropout_, alpha_dropout_ = _in_place(dropouts.dropout), _in_place(dropouts.alpha_dropout)
feature_dropout_ = _in_place(dropouts.feature_dropout)
feature_alpha_dropout_ = _in_place(dropouts.feature_alpha_dropout)
