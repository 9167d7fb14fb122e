"""Numbers dropped at random, with PyTorch's random numbers: dropout and its relatives."""

from __future__ import annotations

import math
import warnings
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.ops.arguments import Shape, TensorT, tensor

__all__ = ["alpha_dropout", "dropout"]

# Note [Dropout is a product]
#
# As in PyTorch, the numbers that stay are scaled by 1 / (1 - p), and the node is that of the product with the mask.

_SATURATION = 1.7580993408473766  # what SELU goes to on the left, as a positive number


def _kept(x: Any, p: float, shape: Shape) -> Any:
    """Return ones where numbers stay, and zeros elsewhere."""
    same = shape == x._array.shape  # then drawn in the order in which the entries of x lie
    return (x.detach().clone() if same else x.new_empty(shape)).bernoulli_(1 - p)


def _of_features(shape: Shape) -> Shape:
    if len(shape) < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    return (*shape[:2], *(1 for _ in shape[2:]))


def _drop(name: str, input: Any, p: float, training: bool, inplace: bool, features: bool = False) -> Any:
    """Run a dropout of entries, or of whole features: everything after the first two dimensions."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    x: Any = tensor(input, name)
    shape = x._array.shape
    if not training or p == 0 or not x._array.size:
        return x
    if features:
        shape = _of_features(shape)
    if p == 1:
        mask = x.new_zeros(())
    else:
        with no_grad():
            mask = _kept(x, p, shape).div_(1 - p)
    return x.mul_(mask) if inplace else x * mask


def dropout(input: TensorT, p: float = 0.5, training: bool = True, inplace: bool = False) -> TensorT:
    """Set each entry to 0 with probability ``p``, and scale the others so that the mean stays.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    p : float
        The probability.
    training : bool
        Whether to do so at all.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If ``p`` is no probability.

    References
    ----------
    Hinton, Srivastava, Krizhevsky, Sutskever & Salakhutdinov (2012), arXiv:1207.0580.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.dropout(mg.ones(4))
    tensor([0., 0., 2., 0.])
    """
    return _drop("dropout", input, p, training, inplace)  # type: ignore[no-any-return]


def alpha_dropout(input: TensorT, p: float = 0.5, training: bool = False, inplace: bool = False) -> TensorT:
    """Set entries to what SELU saturates at, then scale and shift so that mean and variance stay.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    p : float
        The probability.
    training : bool
        Whether to do so at all.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If ``p`` is no probability.

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), arXiv:1706.02515.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.alpha_dropout(mg.ones(2))
    tensor([1., 1.])
    """
    return _saturated("alpha_dropout", input, p, training, inplace)  # type: ignore[no-any-return]


def feature_alpha_dropout(input: TensorT, p: float = 0.5, training: bool = False, inplace: bool = False) -> TensorT:
    """Set whole channels to what SELU saturates at, then scale and shift so that mean and variance stay.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        Floats.
    p : float
        The probability.
    training : bool
        Whether to do so at all.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If ``p`` is no probability.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.feature_alpha_dropout(mg.ones(1, 2, 3), training=False)[0, 0]
    tensor([1., 1., 1.])
    """
    return _saturated("feature_alpha_dropout", input, p, training, inplace, features=True)  # type: ignore[no-any-return]


def _saturated(name: str, input: Any, p: float, training: bool, inplace: bool, features: bool = False) -> Any:
    """Run an alpha dropout of entries, or of whole features."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    x: Any = tensor(input, name)
    if not training or p == 0 or not x._array.size:
        return x
    if p == 1:
        return x.mul_(x.new_zeros(())) if inplace else x * x.new_zeros(())
    scale = 1.0 / math.sqrt((_SATURATION * _SATURATION * p + 1) * (1 - p))
    with no_grad():
        mask = _kept(x, p, _of_features(x._array.shape) if features else x._array.shape)
        shift = (mask + -1).mul_(_SATURATION * scale).add_(_SATURATION * scale * p)
        mask.mul_(scale)
    return x.mul_(mask).add_(shift) if inplace else x * mask + shift


def feature_dropout(input: TensorT, p: float, training: bool, inplace: bool = False) -> TensorT:
    """Set whole features to zero at random: everything after the first two dimensions."""
    return _drop("feature_dropout", input, p, training, inplace, features=True)  # type: ignore[no-any-return]


def dropout1d(input: TensorT, p: float = 0.5, training: bool = True, inplace: bool = False) -> TensorT:
    """Set whole channels of signals to 0 with probability ``p``, and scale the others so that the mean stays.

    Parameters
    ----------
    input : Tensor, shape (n, c, length)
        Floats.
    p : float
        The probability.
    training : bool
        Whether to do so at all.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If ``p`` is no probability.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.dropout1d(mg.ones(1, 4, 1)).flatten()
    tensor([0., 0., 2., 0.])
    """
    ndim = tensor(input, "dropout1d")._array.ndim
    if ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {ndim}D input. Note that dropout1d exists to provide "
            "channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch "
            "dimension (i.e. 2D or 3D inputs)."
        )
    if ndim == 2:
        x: Any = input.unsqueeze(0)  # type: ignore[attr-defined]
        return _drop("dropout1d", x, p, training, inplace, features=True).squeeze(0)  # type: ignore[no-any-return]
    return _drop("dropout1d", input, p, training, inplace, features=True)  # type: ignore[no-any-return]


def dropout2d(input: TensorT, p: float = 0.5, training: bool = True, inplace: bool = False) -> TensorT:
    """Set whole channels of images to 0 with probability ``p``, and scale the others so that the mean stays.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width)
        Floats.
    p : float
        The probability.
    training : bool
        Whether to do so at all.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If ``p`` is no probability.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.dropout2d(mg.ones(1, 4, 1, 1)).flatten()
    tensor([0., 0., 2., 0.])
    """
    ndim = tensor(input, "dropout2d")._array.ndim
    if ndim not in (3, 4):
        warnings.warn(
            f"dropout2d: Received a {ndim}-D input to dropout2d, which is deprecated and will result in an error in a "
            "future release. To retain the behavior and silence this warning, please use dropout instead. Note that "
            "dropout2d exists to provide channel-wise dropout on inputs with 2 spatial dimensions, a channel "
            "dimension, and an optional batch dimension (i.e. 3D or 4D inputs).",
            UserWarning,
            stacklevel=2,
        )
    if ndim == 3:
        warnings.warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired "
            "- input is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a "
            "future release to interpret the input as one without a batch dimension, i.e. shape (C, H, W). To "
            "maintain the 1D channel-wise dropout behavior, please switch to using dropout1d instead.",
            UserWarning,
            stacklevel=2,
        )
    return _drop("dropout2d", input, p, training, inplace, features=True)  # type: ignore[no-any-return]


def dropout3d(input: TensorT, p: float = 0.5, training: bool = True, inplace: bool = False) -> TensorT:
    """Put 0 for whole channels of volumes with probability ``p``, and scale the others up to make up for it.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
    p : float
        The probability, from 0 to 1.
    training : bool
        False hands the input on.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.dropout3d(mg.ones(1, 4, 1, 1, 1), training=False).flatten()
    tensor([1., 1., 1., 1.])
    """
    x: Any = tensor(input, "dropout3d")
    if x._array.ndim == 4:
        return _drop("dropout3d", x.unsqueeze(0), p, training, inplace, features=True).squeeze(0)  # type: ignore[no-any-return]
    return _drop("dropout3d", x, p, training, inplace, features=True)  # type: ignore[no-any-return]
