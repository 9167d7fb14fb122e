"""Draws of how often something happens: poisson, binomial."""

from __future__ import annotations

import math

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.random.choices import Choices

__all__ = ["Events"]

# The rejection methods compare a bell that is easy to draw from with the true one. Their numbers are the papers':
# Hörmann (1993), "The transformed rejection method for generating Poisson random variables", and Hörmann (1993), "The
# generation of binomial random variates". As in PyTorch, small means are drawn one event at a time.
_FEW = 10.0


def _tail(k: float) -> float:
    """Return what Stirling's formula leaves out of the logarithm of ``k!``."""
    return math.lgamma(k + 1) - (k + 0.5) * math.log(k + 1) + (k + 1) - 0.5 * math.log(2 * math.pi)


class Events(Choices):
    """A stream's counts."""

    __slots__ = ()

    def _one(self) -> float:
        return float(self._uniform64(1)[0])

    def poisson_array(self, rates: Array) -> Array:
        """Draw how many events happen, where so many are expected.

        Parameters
        ----------
        rates : ndarray
            How many are expected, each 0 or more.

        Returns
        -------
        ndarray
            Of the rates' shape and dtype.

        Raises
        ------
        RuntimeError
            If a rate is negative.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).poisson_array(np.full(3, 4.0))
        array([7., 3., 5.])
        """
        if rates.dtype.kind != "f":
            raise NotImplementedError(f"\"poisson_cpu\" not implemented for '{dtypes.of(rates.dtype).title}'")
        drawn = [self._poisson(rate) for rate in rates.reshape(-1).tolist()]
        return np.array(drawn).reshape(rates.shape).astype(rates.dtype)

    def _poisson(self, rate: float) -> float:
        if not rate >= 0:
            raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
        if rate == 0:
            return 0.0
        if rate < _FEW:
            count, product, least = 0, self._one(), math.exp(-rate)
            while product > least:
                count, product = count + 1, product * self._one()
            return float(count)
        width = 0.931 + 2.53 * math.sqrt(rate)
        bend = -0.059 + 0.02483 * width
        height = math.log(1.1239 + 1.1328 / (width - 3.4))
        while True:
            u, v = self._one() - 0.5, self._one()
            edge = 0.5 - abs(u)
            k = math.floor((2 * bend / edge + width) * u + rate + 0.43) if edge else -1
            if edge >= 0.07 and v <= 0.9277 - 3.6224 / (width - 2):
                return float(k)
            if k < 0 or (edge < 0.013 and v > edge):
                continue
            bell = -rate + k * math.log(rate) - math.lgamma(k + 1)
            if v == 0 or math.log(v) + height - math.log(bend / (edge * edge) + width) <= bell:
                return float(k)

    def binomial_array(self, counts: Array, chances: Array) -> Array:
        """Draw how many of so many tries succeed.

        Parameters
        ----------
        counts : ndarray
            How many tries.
        chances : ndarray
            The chance of each, in a shape that broadcasts.

        Returns
        -------
        ndarray
            In the dtype of ``counts``.

        Raises
        ------
        ValueError
            If either holds no floats.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).binomial_array(np.full(3, 4.0), np.full(3, 0.3))
        array([2., 3., 1.])
        """
        for name, given in (("count", counts), ("prob", chances)):
            if given.dtype.kind != "f":
                raise ValueError(
                    f"binomial only supports floating-point dtypes for {name}, got: {dtypes.of(given.dtype).title}"
                )
        wide = np.broadcast_arrays(counts, chances)
        pairs = zip(wide[0].reshape(-1).tolist(), wide[1].reshape(-1).tolist(), strict=True)
        return np.array([self._binomial(n, p) for n, p in pairs]).reshape(wide[0].shape).astype(counts.dtype)

    def _binomial(self, n: float, p: float) -> float:
        if n <= 0 or p <= 0:
            return 0.0
        if p >= 1:
            return n
        if not p <= 0.5:
            return n - self._binomial(n, 1 - p) if p > 0.5 else math.nan
        return self._many(n, p) if n * p >= _FEW else self._few(n, p)

    def _few(self, n: float, p: float) -> float:
        """Count the successes, each after as many tries as it takes."""
        tries, count = 0.0, -1.0
        while tries <= n:
            u = self._one()
            tries += math.ceil(math.log(u) / math.log1p(-p)) if u else math.inf
            count += 1
        return count

    def _many(self, n: float, p: float) -> float:
        spread = math.sqrt(n * p * (1 - p))
        width = 1.15 + 2.53 * spread
        bend = -0.0873 + 0.0248 * width + 0.01 * p
        odds, alpha, mode = p / (1 - p), (2.83 + 5.1 / width) * spread, math.floor((n + 1) * p)
        while True:
            u, v = self._one() - 0.5, self._one()
            edge = 0.5 - abs(u)
            k = math.floor((2 * bend / edge + width) * u + n * p + 0.5) if edge else -1
            if edge >= 0.07 and v <= 0.92 - 4.2 / width:
                return float(k)
            if not 0 <= k <= n:
                continue
            bell = (
                (mode + 0.5) * math.log((mode + 1) / (odds * (n - mode + 1)))
                + (n + 1) * math.log((n - mode + 1) / (n - k + 1))
                + (k + 0.5) * math.log(odds * (n - k + 1) / (k + 1))
                + _tail(mode) + _tail(n - mode) - _tail(k) - _tail(n - k)
            )  # fmt: skip
            if v == 0 or math.log(v * alpha / (bend / (edge * edge) + width)) <= bell:
                return float(k)
