"""Draws of whole numbers, and choices among several: randint, randperm, bernoulli, multinomial ..."""

from __future__ import annotations

import operator

import numpy as np
import numpy.typing as npt

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.dtypes import NumpyDtype
from minigrad.random.checks import Shape, check_range, check_weights, integer_bounds, shaped, size
from minigrad.random.reals import Reals

__all__ = ["Choices"]


class Choices(Reals):
    """A stream's whole numbers and choices."""

    __slots__ = ()

    def randint_array(self, low: int, high: int, shape: Shape, np_dtype: NumpyDtype | None = None) -> Array:
        """Draw integers from low up to, but not including, high.

        Parameters
        ----------
        low, high : int
            The range.
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            ``int64`` otherwise.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If the range is empty or does not fit the dtype.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).randint_array(0, 10, (5,))
        array([4, 9, 3, 0, 3])
        """
        dtype = dtypes.int64.numpy if np_dtype is None else np_dtype
        low, high = operator.index(low), operator.index(high)
        if low >= high:
            raise RuntimeError(
                f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}; high is not included"
            )
        check_range(low, high, dtype)
        n, span = size(shape), high - low
        words = self._words32(n) if span < 2**28 else self._words64(n)  # wider ranges need more bits to stay even
        offsets = (words % np.uint64(span)) + np.uint64(low % 2**64)  # wraps around for a negative low
        return shaped(offsets.view(np.int64), shape, dtype)

    def randperm_array(self, n: int, np_dtype: NumpyDtype | None = None) -> Array:
        """Return the numbers 0 to n - 1 in random order.

        Parameters
        ----------
        n : int
            How many.
        np_dtype : numpy.dtype, optional
            ``int64`` otherwise.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        RuntimeError
            If n is negative, or too large for the dtype.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).randperm_array(5)
        array([4, 0, 1, 3, 2])
        """
        dtype = dtypes.int64.numpy if np_dtype is None else np_dtype
        size(n)
        if dtype.kind in "bc":
            raise NotImplementedError(f'"randperm" not implemented for {dtypes.of(dtype).title!r}')
        if n > 1:
            check_range(0, n, dtype)
        order = list(range(n))
        if n > 1:
            left = np.arange(n, 1, -1, dtype=np.uint64)  # how many are not placed yet, at each step
            jumps = (self._words32(n - 1) % left).tolist()
            # Each swap depends on those before it, so this loop stays; on a list it is faster than on an array.
            for i, jump in enumerate(jumps):
                order[i], order[i + jump] = order[i + jump], order[i]
        return np.array(order, np.int64).astype(dtype, copy=False)

    def random_array(self, shape: Shape, np_dtype: NumpyDtype | None = None) -> Array:
        """Draw integers from 0 to the largest that the dtype holds exactly, as ``Tensor.random_()`` does.

        Parameters
        ----------
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            ``int64`` otherwise.

        Returns
        -------
        ndarray

        Examples
        --------
        >>> mg.Generator().manual_seed(0).random_array(3, np.dtype("uint8"))
        array([172,  47, 117], dtype=uint8)
        """
        dtype = dtypes.int64.numpy if np_dtype is None else np_dtype
        if dtype.kind == "c":
            raise NotImplementedError(f'"random_kernel_cpu" not implemented for {dtypes.of(dtype).title!r}')
        largest = 2 ** (np.finfo(dtype).nmant + 1) if dtype.kind == "f" else integer_bounds(dtype)[1]
        words = self._words64(size(shape)) if dtype.itemsize == 8 else self._words32(size(shape))
        return shaped(words % np.uint64(largest + 1), shape, dtype)

    @np.errstate(all="ignore")
    def geometric_array(self, p: float, shape: Shape, np_dtype: NumpyDtype) -> Array:
        """Draw how many tries it takes until one succeeds.

        Parameters
        ----------
        p : float
            The chance of each try, between 0 and 1.
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype
            Not bool.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If there is no such chance.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).geometric_array(0.5, 3, np.dtype(np.int64))
        array([1, 1, 2])
        """
        if not 0 < p < 1:
            raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
        return shaped(np.ceil(np.log(self._uniform64(size(shape))) / np.log1p(-p)), shape, np_dtype)

    def bernoulli_array(
        self, p: float | Array = 0.5, shape: Shape | None = None, np_dtype: NumpyDtype | None = None
    ) -> Array:
        """Draw ones with probability p, and zeros.

        Parameters
        ----------
        p : float or ndarray
            An array gives each element its own probability; its precision decides how many bits are drawn.
        shape : int or tuple of int, optional
            Of the result; the shape of ``p`` otherwise.
        np_dtype : numpy.dtype, optional
            Of the result; that of ``p`` or the default dtype otherwise.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If a probability is outside [0, 1].

        Examples
        --------
        >>> mg.Generator().manual_seed(0).bernoulli_array(0.5, (4,))
        array([0., 0., 1., 0.], dtype=float32)
        """
        if not isinstance(p, np.ndarray):
            if not 0 <= p <= 1:
                raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
            out_shape = () if shape is None else shape
            hits = self._uniform64(size(out_shape)) < p
            return shaped(hits, out_shape, np_dtype or dtypes.get_default_dtype().numpy)
        if p.dtype.kind != "f":
            raise NotImplementedError(f'"bernoulli_tensor_cpu_p_" not implemented for {dtypes.of(p.dtype).title!r}')
        if not ((p >= 0) & (p <= 1)).all():
            raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false: p must lie in [0, 1]")
        out_shape = p.shape if shape is None else shape
        chances = np.broadcast_to(p, out_shape).reshape(-1)
        hits = self._uniform(chances.size, p.dtype) < chances
        return shaped(hits, out_shape, np_dtype or p.dtype)

    @np.errstate(all="ignore")
    def multinomial_array(self, weights: Array, num_samples: int, replacement: bool = False) -> npt.NDArray[np.int64]:
        """Draw indices, each with a probability proportional to its weight.

        Parameters
        ----------
        weights : ndarray, shape (n,) or (m, n)
            Finite and not negative, not all zero in a row.
        num_samples : int
            How many indices a row.
        replacement : bool
            Whether an index may come twice.

        Returns
        -------
        ndarray of int64, shape (num_samples,) or (m, num_samples)

        Raises
        ------
        RuntimeError
            If the weights are no distribution, or too many samples are asked for.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).multinomial_array(np.array([1.0, 2.0, 3.0]), 2)
        array([2, 1])
        """
        check_weights(weights, num_samples, replacement)
        rows = weights.reshape(-1, weights.shape[-1])
        if replacement and num_samples > 1:
            chosen = self._choose_with_replacement(rows, num_samples)
        else:
            # The largest of w / Exp(1) is index i with probability w[i] / sum(w); the next is drawn without it; ...
            by_column = rows.flags.f_contiguous and not rows.flags.c_contiguous  # then they are drawn column by column
            times = self.exponential_array(1.0, rows.T.shape if by_column else rows.shape, rows.dtype)
            races = rows / (times.T if by_column else times)
            chosen = np.argsort(-races, axis=-1, kind="stable")[:, :num_samples]
        return np.ascontiguousarray(chosen.reshape(*weights.shape[:-1], num_samples), np.int64)

    def _choose_with_replacement(self, rows: Array, num_samples: int) -> npt.NDArray[np.int64]:
        """Look uniform numbers up in the cumulative distribution of each row."""
        steps = np.cumsum(rows, axis=-1, dtype=rows.dtype)
        steps = steps / steps[:, -1:]
        steps[:, -1] = 1
        u = self._uniform64(len(rows) * num_samples).reshape(len(rows), num_samples)
        return np.stack([np.searchsorted(step, row) for step, row in zip(steps.astype(np.float64), u, strict=True)])
