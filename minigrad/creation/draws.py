"""Random tensors, from PyTorch's stream: rand, randn, randint ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import apply
from minigrad.creation.arguments import dtype_of, plain_number, shape_of, source_of
from minigrad.ops.arguments import broadcast_shape, check_device, integer, refuse
from minigrad.ops.arguments import tensor as tensor_
from minigrad.ops.data import leaf
from minigrad.ops.inplace import Draw

__all__ = ["bernoulli", "binomial", "multinomial", "normal", "poisson", "rand", "randint", "randn", "randperm"]


def rand(
    *size: Any,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return random numbers between 0 and 1, all equally likely.

    Parameters
    ----------
    *size : int, or one tuple
        The shape.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    check_device(device)
    return leaf(source_of(generator).rand_array(shape_of(size, "rand"), dtype_of(dtype, "rand")), requires_grad)


def randn(
    *size: Any,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return random numbers from the standard normal distribution.

    Parameters
    ----------
    *size : int, or one tuple
        The shape.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    check_device(device)
    return leaf(source_of(generator).randn_array(shape_of(size, "randn"), dtype_of(dtype, "randn")), requires_grad)


def randint(
    *bounds: Any,
    low: int = 0,
    high: int | None = None,
    size: Any = None,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return random integers from ``low`` up to, but without, ``high``.

    Parameters
    ----------
    *bounds : high, size; or low, high, size
        In that order, as in PyTorch.
    low, high : int
        The same, by name.
    size : tuple of int
        The shape.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        int64 by default.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Only for a floating dtype.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If there is nothing between the bounds.

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.randint(0, 10, (3,))
    tensor([4, 9, 3])
    """
    check_device(device)
    given = list(bounds)
    if size is None and given and isinstance(given[-1], (tuple, list)):
        size = given.pop()
    if len(given) == 2:
        low, high = given
    elif len(given) == 1:
        low, high = (low, given[0]) if high is None else (given[0], high)
    if size is None:
        refuse(bounds[-1] if bounds else None, "randint", "size", max(len(bounds), 1), "tuple of ints")
    if high is None:
        raise TypeError('randint() missing 1 required positional arguments: "high"')
    low, high = (integer(plain_number(n), "randint", name, 1) for n, name in ((low, "low"), (high, "high")))
    shape = shape_of((size,), "randint")
    return leaf(
        source_of(generator).randint_array(low, high, shape, dtype_of(dtype, "randint", dtypes.int64)), requires_grad
    )


def randperm(
    n: int, *, generator: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return the numbers from 0 to ``n - 1`` in random order.

    Parameters
    ----------
    n : int
        How many.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        int64 by default.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Only for a floating dtype.

    Returns
    -------
    Tensor, shape (n,)

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.randperm(4)
    tensor([0, 1, 3, 2])
    """
    check_device(device)
    n = integer(n, "randperm", "n", 1)
    return leaf(source_of(generator).randperm_array(n, dtype_of(dtype, "randperm", dtypes.int64)), requires_grad)


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return random numbers from normal distributions.

    Parameters
    ----------
    mean, std : number or Tensor
        Of all entries, or of each.
    size : tuple of int, optional
        The shape, where both are numbers.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If a standard deviation is negative.

    Examples
    --------
    >>> mg.normal(0.0, 1.0, (2, 3)).shape
    torch.Size([2, 3])
    """
    check_device(device)
    if isinstance(mean, TensorBase) and isinstance(std, TensorBase):
        broadcast_shape(mean, std)
    mean, std = (x._array if isinstance(x, TensorBase) else x for x in (mean, std))
    shape = None if size is None else shape_of((size,), "normal")
    if shape is None and not isinstance(mean, np.ndarray) and not isinstance(std, np.ndarray):
        raise TypeError('normal() missing 1 required positional arguments: "size"')
    arrays = [x for x in (mean, std) if isinstance(x, np.ndarray)]
    target = dtype_of(dtype, "normal") if not arrays or dtype is not None else arrays[0].dtype
    return leaf(source_of(generator).normal_array(mean, std, shape, target), requires_grad)


def bernoulli(input: Any, p: float | None = None, *, generator: Any = None) -> Any:
    """Return ones and zeros, each one with its own probability.

    Parameters
    ----------
    input : Tensor
        The probability of a one at each place.
    p : float, optional
        One probability for all places, instead.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    RuntimeError
        If a probability is not between 0 and 1.

    Examples
    --------
    >>> mg.bernoulli(mg.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    return tensor_(input, "bernoulli").bernoulli(p, generator=generator)


def multinomial(input: Any, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Any:
    """Return random indices, drawn by weight.

    Parameters
    ----------
    input : Tensor, shape (n,) or (m, n)
        The weights; they need not add up to one.
    num_samples : int
        How many to draw, from each row.
    replacement : bool
        Whether an index may be drawn again.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor, shape (num_samples,) or (m, num_samples)
        Of int64.

    Raises
    ------
    RuntimeError
        If weights are negative or none is positive, or there are too few to draw from.

    Examples
    --------
    >>> mg.multinomial(mg.tensor([0.0, 1.0, 0.0]), 1)
    tensor([1])
    """
    array = tensor_(input, "multinomial")._array
    return wrap(source_of(generator).multinomial_array(array, num_samples, replacement))


def poisson(input: Any, generator: Any = None) -> Any:
    """Return how many events happened, drawn where so many are expected.

    Parameters
    ----------
    input : Tensor
        How many are expected at each place, each 0 or more.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor
        Of the input's shape and dtype; no gradient passes through the draw.

    Raises
    ------
    RuntimeError
        If a rate is negative.

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.poisson(mg.full((3,), 4.0))
    tensor([7., 3., 5.])
    """
    return apply(Draw, input, source_of(generator).poisson_array(tensor_(input, "poisson")._array), "Poisson")


def binomial(count: Any, prob: Any, generator: Any = None) -> Any:
    """Return how many of so many tries succeeded, drawn by the chance of each.

    Parameters
    ----------
    count : Tensor
        How many tries, as floats.
    prob : Tensor
        The chance of each, in a shape that broadcasts.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor
        In the dtype of ``count``; it never requires grad.

    Raises
    ------
    ValueError
        If either holds no floats.

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.binomial(mg.full((3,), 4.0), mg.full((3,), 0.3))
    tensor([2., 3., 1.])
    """
    tries, chances = tensor_(count, "binomial", "count")._array, tensor_(prob, "binomial", "prob", 2)._array
    return wrap(source_of(generator).binomial_array(tries, chances))
