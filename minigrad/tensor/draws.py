"""Methods that draw random numbers, from PyTorch's stream."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Self

import numpy as np

from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.autograd.function import apply
from minigrad.ops import inplace
from minigrad.ops.arguments import TensorT
from minigrad.random import default_generator

__all__ = ["Draws"]


def _order(array: Array) -> list[int]:
    """Return the dimensions of an array as they lie in memory, outermost first."""
    return sorted(range(array.ndim), key=lambda d: -array.strides[d])


def _draw(x: TensorT, kind: str, draw: Callable[..., Array], *settings: Any) -> TensorT:
    """Set the entries to random numbers, drawn in the order in which the entries lie in memory."""
    order = _order(x._array)
    drawn = draw(*settings, tuple([x._array.shape[d] for d in order]), x._array.dtype)
    return inplace.draw(x, drawn.transpose([order.index(d) for d in range(len(order))]), kind)


class Draws(TensorBase):
    """The part of ``Tensor`` that draws: into itself, or with its entries as chances."""

    __slots__ = ()

    def uniform_(self, from_: float = 0.0, to: float = 1.0, *, generator: Any = None) -> Self:
        """Set the entries to random numbers between two bounds, all equally likely."""
        return _draw(self, "Uniform", (generator or default_generator).uniform_array, from_, to)

    def normal_(self, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Self:
        """Set the entries to random numbers from a normal distribution."""
        draw = partial((generator or default_generator).normal_array, by_pairs=not self._array.flags.c_contiguous)
        return _draw(self, "Normal", draw, mean, std)

    def bernoulli_(self, p: Any = 0.5, *, generator: Any = None) -> Self:
        """Set the entries to ones, with probability ``p``, and zeros."""
        chance = p
        if isinstance(p, TensorBase):
            chance = p._array
            if not self._array.flags.c_contiguous:
                chance = np.broadcast_to(chance, self._array.shape).transpose(_order(self._array))
        kind = "Bernoulli1" if isinstance(p, TensorBase) else "Bernoulli2"
        return _draw(self, kind, (generator or default_generator).bernoulli_array, chance)

    def exponential_(self, lambd: float = 1.0, *, generator: Any = None) -> Self:
        """Set the entries to random numbers from an exponential distribution."""
        return _draw(self, "Exponential", (generator or default_generator).exponential_array, lambd)

    def geometric_(self, p: float, *, generator: Any = None) -> Self:
        """Draw how many tries it takes until one succeeds, each with chance ``p``."""
        return _draw(self, "Geometric", (generator or default_generator).geometric_array, p)

    def log_normal_(self, mean: float = 1.0, std: float = 2.0, *, generator: Any = None) -> Self:
        """Draw numbers whose logarithms are normal, with this mean and standard deviation."""
        return _draw(self, "LogNormal", (generator or default_generator).lognormal_array, mean, std)

    def cauchy_(self, median: float = 0.0, sigma: float = 1.0, *, generator: Any = None) -> Self:
        """Draw from the Cauchy distribution."""
        return _draw(self, "Cauchy", (generator or default_generator).cauchy_array, median, sigma)

    def random_(self, from_: int | None = None, to: int | None = None, *, generator: Any = None) -> Self:
        """Set the entries to random integers from ``from_`` up to, but without, ``to``; or below the one bound."""
        source = generator or default_generator
        if from_ is None:
            return _draw(self, "Random2", source.random_array)
        low, high = (0, from_) if to is None else (from_, to)
        return _draw(self, "Random1" if to is None else "Random0", source.randint_array, low, high)

    def bernoulli(self, p: float | None = None, *, generator: Any = None) -> Any:
        """Draw 0 or 1 for each entry, which is the chance of a 1 unless ``p`` is."""
        source, array = generator or default_generator, self._array
        drawn = source.bernoulli_array(array if p is None else p, array.shape, array.dtype)
        return apply(inplace.Draw, self, drawn, "Bernoulli")

    def multinomial(self, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Any:
        """Draw indices, each as likely as its entry is large."""
        source = generator or default_generator
        return wrap(source.multinomial_array(self._array, num_samples, replacement))
