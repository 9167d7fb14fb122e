"""Methods that draw random numbers, from PyTorch's stream."""

from __future__ import annotations

from typing import Any, Self

from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import apply
from minigrad.ops import inplace
from minigrad.random import default_generator

__all__ = ["Draws"]


class Draws(TensorBase):
    """The part of ``Tensor`` that draws: into itself, or with its entries as chances."""

    __slots__ = ()

    def uniform_(self, from_: float = 0.0, to: float = 1.0, *, generator: Any = None) -> Self:
        """Set the entries to random numbers between two bounds, all equally likely."""
        source = generator or default_generator
        return inplace.draw(self, source.uniform_array(from_, to, self._array.shape, self._array.dtype), "Uniform")

    def normal_(self, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Self:
        """Set the entries to random numbers from a normal distribution."""
        source = generator or default_generator
        return inplace.draw(self, source.normal_array(mean, std, self._array.shape, self._array.dtype), "Normal")

    def bernoulli_(self, p: Any = 0.5, *, generator: Any = None) -> Self:
        """Set the entries to ones, with probability ``p``, and zeros."""
        source = generator or default_generator
        chance = p._array if isinstance(p, TensorBase) else p
        return inplace.draw(self, source.bernoulli_array(chance, self._array.shape, self._array.dtype), "Bernoulli")

    def exponential_(self, lambd: float = 1.0, *, generator: Any = None) -> Self:
        """Set the entries to random numbers from an exponential distribution."""
        source = generator or default_generator
        return inplace.draw(self, source.exponential_array(lambd, self._array.shape, self._array.dtype), "Exponential")

    def geometric_(self, p: float, *, generator: Any = None) -> Self:
        """Draw how many tries it takes until one succeeds, each with chance ``p``."""
        source = generator or default_generator
        return inplace.draw(self, source.geometric_array(p, self._array.shape, self._array.dtype), "Geometric")

    def log_normal_(self, mean: float = 1.0, std: float = 2.0, *, generator: Any = None) -> Self:
        """Draw numbers whose logarithms are normal, with this mean and standard deviation."""
        source = generator or default_generator
        return inplace.draw(self, source.lognormal_array(mean, std, self._array.shape, self._array.dtype), "LogNormal")

    def cauchy_(self, median: float = 0.0, sigma: float = 1.0, *, generator: Any = None) -> Self:
        """Draw from the Cauchy distribution."""
        source = generator or default_generator
        return inplace.draw(self, source.cauchy_array(median, sigma, self._array.shape, self._array.dtype), "Cauchy")

    def random_(self, from_: int | None = None, to: int | None = None, *, generator: Any = None) -> Self:
        """Set the entries to random integers from ``from_`` up to, but without, ``to``; or below the one bound."""
        source = generator or default_generator
        array = self._array
        if from_ is None:
            return inplace.draw(self, source.random_array(array.shape, array.dtype), "Random")
        low, high = (0, from_) if to is None else (from_, to)
        return inplace.draw(self, source.randint_array(low, high, array.shape, array.dtype), "Random")

    def bernoulli(self, p: float | None = None, *, generator: Any = None) -> Any:
        """Draw 0 or 1 for each entry, which is the chance of a 1 unless ``p`` is."""
        source, array = generator or default_generator, self._array
        drawn = source.bernoulli_array(array if p is None else p, array.shape, array.dtype)
        return apply(inplace.Draw, self, drawn, "Bernoulli")

    def multinomial(self, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Any:
        """Draw indices, each as likely as its entry is large."""
        source = generator or default_generator
        return wrap(source.multinomial_array(self._array, num_samples, replacement))
