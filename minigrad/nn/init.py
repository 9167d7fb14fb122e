"""How weights start: each function fills a tensor in place, unrecorded, with PyTorch's numbers for the same seed."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import creation
from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import empty, empty_like, from_numpy, randperm
from minigrad.ops.masks import where

__all__ = [
    "calculate_gain",
    "constant",
    "constant_",
    "dirac",
    "dirac_",
    "eye",
    "eye_",
    "kaiming_normal",
    "kaiming_normal_",
    "kaiming_uniform",
    "kaiming_uniform_",
    "normal",
    "normal_",
    "ones_",
    "orthogonal",
    "orthogonal_",
    "sparse",
    "sparse_",
    "trunc_normal_",
    "uniform",
    "uniform_",
    "xavier_normal",
    "xavier_normal_",
    "xavier_uniform",
    "xavier_uniform_",
    "zeros_",
]


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return by how much a layer's weights are scaled to make up for the nonlinearity after it.

    Parameters
    ----------
    nonlinearity : str
        ``"linear"``, ``"conv1d"``, ``"sigmoid"``, ``"tanh"``, ``"relu"``, ``"leaky_relu"`` or ``"selu"``.
    param : float, optional
        The negative slope of leaky_relu; 0.01 if left out.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is no such nonlinearity.

    References
    ----------
    Glorot & Bengio (2010), AISTATS; He et al. (2015), doi:10.1109/ICCV.2015.123.

    Examples
    --------
    >>> mg.nn.init.calculate_gain("tanh")
    1.6666666666666667
    """
    if nonlinearity in ("linear", "sigmoid") or nonlinearity.startswith("conv"):
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "selu":
        return 3.0 / 4
    if nonlinearity == "leaky_relu":
        if param is not None and (isinstance(param, bool) or not isinstance(param, (int, float))):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


def _fans(tensor: Any) -> tuple[int, int]:
    """Return how many inputs an output has, and how many outputs an input has."""
    shape = tensor._array.shape
    if len(shape) < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def _fan(tensor: Any, mode: str) -> int:
    mode = mode.lower()
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    return _fans(tensor)[mode == "fan_out"]


def uniform_(tensor: Any, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Any:
    """Fill with numbers between two bounds, all equally likely.

    Parameters
    ----------
    tensor : Tensor
        Filled in place.
    a, b : float
        The bounds.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    Examples
    --------
    >>> mg.nn.init.uniform_(mg.empty(2))
    tensor([0.4963, 0.7682])
    """
    with no_grad():
        return tensor.uniform_(a, b, generator=generator)


def normal_(tensor: Any, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Any:
    """Fill with numbers from a normal distribution.

    Parameters
    ----------
    tensor : Tensor
        Filled in place.
    mean, std : float
        Where its middle is, and how wide it is.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    Examples
    --------
    >>> mg.nn.init.normal_(mg.empty(2))
    tensor([ 1.5410, -0.2934])
    """
    with no_grad():
        return tensor.normal_(mean, std, generator=generator)


def trunc_normal_(
    tensor: Any, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Any = None
) -> Any:
    """Fill with numbers from a normal distribution that is cut off at two bounds.

    Parameters
    ----------
    tensor : Tensor
        Filled in place.
    mean, std : float
        Of the distribution before it is cut.
    a, b : float
        The bounds.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    Examples
    --------
    >>> bool((mg.nn.init.trunc_normal_(mg.empty(100)).abs() <= 2).all())
    True
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be "
            "incorrect.",
            stacklevel=2,
        )
    low, high = (0.5 * (1 + math.erf((bound - mean) / std / math.sqrt(2.0))) for bound in (a, b))
    with no_grad():
        if high - low > 0.3:  # most of the bell lies between the bounds: draw from it, and again what lies outside
            tensor.normal_(mean, std, generator=generator)
            while (outside := (tensor < a) | (tensor > b)).any():
                again = empty_like(tensor).normal_(mean, std, generator=generator)
                tensor.copy_(where(outside, again, tensor))
            return tensor
        # Little does: draw evenly between the bounds, and again what lies above the bell.
        top = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
        waiting = None
        while waiting is None or waiting.any():
            drawn = empty_like(tensor).uniform_(a, b, generator=generator)
            tensor.copy_(drawn if waiting is None else where(waiting, drawn, tensor))
            height = -0.5 * ((drawn - mean) / std) ** 2 - top
            above = empty_like(tensor).uniform_(generator=generator).log() > height
            waiting = above if waiting is None else waiting & above
        return tensor


def constant_(tensor: Any, val: float) -> Any:
    """Fill with one number.

    Parameters
    ----------
    tensor : Tensor
        Filled in place.
    val : float
        The number.

    Returns
    -------
    Tensor
        The same tensor.

    Examples
    --------
    >>> mg.nn.init.constant_(mg.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    with no_grad():
        return tensor.fill_(val)


def ones_(tensor: Any) -> Any:
    """Fill with ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Any) -> Any:
    """Fill with zeros."""
    return constant_(tensor, 0.0)


def eye_(tensor: Any) -> Any:
    """Fill a matrix with ones on its diagonal and zeros elsewhere."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    with no_grad():
        return tensor.copy_(creation.eye(*tensor.shape))


def dirac_(tensor: Any, groups: int = 1) -> Any:
    """Fill a convolution's weight so that it hands its input on: a one in the middle of each window.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, ...)
        Filled in place; of three to five dimensions.
    groups : int
        How many convolutions stand beside each other.

    Returns
    -------
    Tensor
        The same tensor.

    Examples
    --------
    >>> mg.nn.init.dirac_(mg.empty(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    if not 3 <= tensor.ndim <= 5:
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    shape = tensor._array.shape
    if shape[0] % groups != 0:
        raise ValueError("dim 0 must be divisible by groups")
    outputs = shape[0] // groups
    middle = tuple([n // 2 for n in shape[2:]])
    with no_grad():
        tensor.zero_()
        for group in range(groups):
            for i in range(min(outputs, shape[1])):
                tensor[(group * outputs + i, i, *middle)] = 1
        return tensor


def xavier_uniform_(tensor: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Fill uniformly so that signals keep their size forwards and backwards through a linear layer.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, ...)
        Filled in place.
    gain : float
        Scales the bound; see ``calculate_gain``.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    References
    ----------
    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, AISTATS.

    Examples
    --------
    >>> mg.nn.init.xavier_uniform_(mg.empty(1, 2))
    tensor([[-0.0106,  0.7586]])
    """
    fan_in, fan_out = _fans(tensor)
    std = gain * math.sqrt(2.0 / float(fan_in + fan_out))
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Fill from a normal distribution so that signals keep their size forwards and backwards through a linear layer.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, ...)
        Filled in place.
    gain : float
        Scales the width; see ``calculate_gain``.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    References
    ----------
    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, AISTATS.

    Examples
    --------
    >>> mg.nn.init.xavier_normal_(mg.empty(1, 2))
    tensor([[ 1.2582, -0.2396]])
    """
    fan_in, fan_out = _fans(tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / float(fan_in + fan_out)), generator)


def kaiming_uniform_(
    tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Any:
    """Fill uniformly so that signals keep their size through layers with ReLU.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, ...)
        Filled in place.
    a : float
        The negative slope of leaky_relu.
    mode : {"fan_in", "fan_out"}
        Whether signals keep their size forwards or backwards.
    nonlinearity : str
        What follows the layer; see ``calculate_gain``.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    References
    ----------
    He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, doi:10.1109/ICCV.2015.123.

    Examples
    --------
    >>> mg.nn.init.kaiming_uniform_(mg.empty(1, 2))
    tensor([[-0.0130,  0.9291]])
    """
    if 0 in tensor._array.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Any:
    """Fill from a normal distribution so that signals keep their size through layers with ReLU.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, ...)
        Filled in place.
    a : float
        The negative slope of leaky_relu.
    mode : {"fan_in", "fan_out"}
        Whether signals keep their size forwards or backwards.
    nonlinearity : str
        What follows the layer; see ``calculate_gain``.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    References
    ----------
    He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, doi:10.1109/ICCV.2015.123.

    Examples
    --------
    >>> mg.nn.init.kaiming_normal_(mg.empty(1, 2))
    tensor([[ 1.5410, -0.2934]])
    """
    if 0 in tensor._array.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def orthogonal_(tensor: Any, gain: float = 1, generator: Any = None) -> Any:
    """Fill with a matrix whose rows (or columns, the shorter) are orthogonal and of length ``gain``.

    Parameters
    ----------
    tensor : Tensor, shape (rows, ...)
        Filled in place; the last dimensions count as one.
    gain : float
        The length.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    References
    ----------
    Saxe, McClelland & Ganguli (2014), Exact solutions to the nonlinear dynamics of learning, arXiv:1312.6120.

    Examples
    --------
    >>> w = mg.nn.init.orthogonal_(mg.empty(2, 3))
    >>> mg.allclose(w @ w.T, mg.eye(2), atol=1e-6)
    True
    """
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.size(0)
    cols = tensor.numel() // rows
    flat = empty(rows, cols, dtype=tensor.dtype).normal_(0, 1, generator=generator)
    q, r = np.linalg.qr(flat._array.T if rows < cols else flat._array)
    q = q * np.sign(np.diagonal(r))  # makes the distribution uniform
    with no_grad():
        tensor.copy_(from_numpy(np.ascontiguousarray(q.T if rows < cols else q)).view(tensor.shape))
        return tensor.mul_(gain)


def sparse_(tensor: Any, sparsity: float, std: float = 0.01, generator: Any = None) -> Any:
    """Fill a matrix from a normal distribution, with a share of zeros in each column.

    Parameters
    ----------
    tensor : Tensor, shape (rows, columns)
        Filled in place.
    sparsity : float
        The share of zeros.
    std : float
        How wide the distribution of the others is.
    generator : Generator, optional
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same tensor.

    Examples
    --------
    >>> int((mg.nn.init.sparse_(mg.empty(10, 1), sparsity=0.3) == 0).sum())
    3
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, cols = tensor.shape
    zeros = math.ceil(sparsity * rows)
    with no_grad():
        tensor.normal_(0, std, generator=generator)
        for col in range(cols):
            tensor[randperm(rows)[:zeros], col] = 0
    return tensor


# --- As they were called before ------------------------------------------------------------------------------------


def _former(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function under its name of old, which warns."""
    name = function.__name__.removesuffix("_")

    @functools.wraps(function)
    def with_warning(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(
            f"`nn.init.{name}` is now deprecated in favor of `nn.init.{function.__name__}`.",
            FutureWarning,
            stacklevel=2,
        )
        return function(*args, **kwargs)

    with_warning.__name__ = with_warning.__qualname__ = name
    with_warning.__doc__ = f"Do what ``{function.__name__}`` does: its former name."
    return with_warning


constant, dirac, eye, normal = _former(constant_), _former(dirac_), _former(eye_), _former(normal_)
orthogonal, sparse, uniform = _former(orthogonal_), _former(sparse_), _former(uniform_)
kaiming_normal, kaiming_uniform = _former(kaiming_normal_), _former(kaiming_uniform_)
xavier_normal, xavier_uniform = _former(xavier_normal_), _former(xavier_uniform_)
