"""Draws of real numbers: uniform, normal, exponential ..."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.dtypes import NumpyDtype
from minigrad.random.box_muller import box_muller, scaled
from minigrad.random.checks import C_NAMES, Shape, as_complex, continuous, parts, real, shaped, size
from minigrad.random.stream import Stream

__all__ = ["Reals"]

_NORMAL_BLOCK = 16


class Reals(Stream):
    """A stream's real numbers."""

    __slots__ = ()

    def rand_array(self, shape: Shape, np_dtype: NumpyDtype | None = None) -> Array:
        """Draw from the uniform distribution on [0, 1).

        Parameters
        ----------
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            Floating point or complex; the default dtype otherwise.

        Returns
        -------
        ndarray

        Examples
        --------
        >>> mg.Generator().manual_seed(0).rand_array(2)
        array([0.4962566, 0.7682218], dtype=float32)
        """
        dtype = continuous(np_dtype, "check_uniform_bounds")
        return self.uniform_array(0.0, 1.0, shape, dtype)

    @np.errstate(all="ignore")
    def uniform_array(
        self, low: float = 0.0, high: float = 1.0, shape: Shape = (), np_dtype: NumpyDtype | None = None
    ) -> Array:
        """Draw from the uniform distribution on [low, high).

        Parameters
        ----------
        low, high : float
            The interval.
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            Floating point or complex; the default dtype otherwise.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If the interval is empty or the dtype cannot hold its ends.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).uniform_array(-1, 1, 2)
        array([-0.00748682,  0.5364436 ], dtype=float32)
        """
        dtype = continuous(np_dtype, "check_uniform_bounds")
        if dtype.kind == "c":
            return as_complex(self.uniform_array(low, high, parts(shape), real(dtype)))
        largest = float(np.finfo(dtype).max)
        for name, bound in (("from", low), ("to", high)):
            if not abs(bound) <= largest:
                raise RuntimeError(f"{name} is out of bounds for {C_NAMES[dtype.name]}")
        if low > high:
            raise RuntimeError(
                f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}; "
                "the lower bound comes first"
            )
        x = self._uniform(size(shape), dtype)
        if (low, high) != (0.0, 1.0):
            start = x.dtype.type(low)
            x = scaled(x, x.dtype.type(high) - start, start)
        x = shaped(x, shape, dtype)
        return np.where(x >= dtype.type(high), dtype.type(low), x)  # rounding must not reach the end of the interval

    # --- Normals ---------------------------------------------------------------------------------------------------

    @np.errstate(all="ignore")
    def randn_array(self, shape: Shape, np_dtype: NumpyDtype | None = None) -> Array:
        """Draw from the standard normal distribution.

        Parameters
        ----------
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            Floating point or complex; the default dtype otherwise.

        Returns
        -------
        ndarray

        Examples
        --------
        >>> mg.Generator().manual_seed(0).randn_array(3)
        array([ 1.5409961, -0.2934289, -2.1787894], dtype=float32)
        """
        return self._normal(0.0, 1.0, shape, np_dtype)

    @np.errstate(all="ignore")
    def normal_array(
        self,
        mean: float | Array = 0.0,
        std: float | Array = 1.0,
        shape: Shape | None = None,
        np_dtype: NumpyDtype | None = None,
        by_pairs: bool = False,
    ) -> Array:
        """Draw from the normal distribution with this mean and standard deviation.

        Parameters
        ----------
        mean, std : float or ndarray
            Arrays broadcast, and then decide shape and dtype.
        shape : int or tuple of int, optional
            Of the result, where mean and std are numbers.
        np_dtype : numpy.dtype, optional
            Floating point or complex; the default dtype otherwise.
        by_pairs : bool
            Draw however many by pairs, as PyTorch does for entries that do not lie in order in memory.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If a standard deviation is negative.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).normal_array(10, 2, 3)
        array([13.081992 ,  9.413142 ,  5.6424212], dtype=float32)
        """
        if not isinstance(mean, np.ndarray) and not isinstance(std, np.ndarray):
            return self._normal(float(mean), float(std), () if shape is None else shape, np_dtype, by_pairs)
        if isinstance(std, np.ndarray) and not (std >= 0).all():
            raise RuntimeError("normal expects all elements of std >= 0.0")
        dtype = np_dtype or dtypes.result_type(*(x for x in (mean, std) if isinstance(x, np.ndarray)))
        shape = np.broadcast_shapes(np.shape(mean), np.shape(std))
        z = self._normal(0.0, 1.0 if isinstance(std, np.ndarray) else float(std), shape, dtype)
        return np.asarray((z * std if isinstance(std, np.ndarray) else z) + mean, dtype)

    def _normal(
        self, mean: float, std: float, shape: Shape, np_dtype: NumpyDtype | None, by_pairs: bool = False
    ) -> Array:
        """Draw normals with one mean and one standard deviation."""
        dtype = continuous(np_dtype, "normal_kernel_cpu")
        if not std >= 0:
            raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
        if dtype.kind == "c":  # half the variance for each part
            return as_complex(self._normal(mean, std / math.sqrt(2), parts(shape), real(dtype), by_pairs))
        n = size(shape)
        z = self._normal_pairs(n) if by_pairs or n < _NORMAL_BLOCK else self._normal_blocks(n, dtype)
        if (mean, std) != (0.0, 1.0):
            z = scaled(z, std, mean)
        return shaped(z, shape, dtype)

    def _normal_pairs(self, n: int) -> npt.NDArray[np.float64]:
        """Draw a few standard normals by pairs; an odd one out waits for the next call."""
        values = [] if self._spare is None or n == 0 else [self._spare]
        if values:
            self._spare = None
        pairs = (n - len(values) + 1) // 2
        u = self._uniform64(2 * pairs).tolist()
        for angle, depth in zip(u[0::2], u[1::2], strict=True):
            radius = math.sqrt(-2.0 * math.log1p(-depth))
            theta = 2.0 * math.pi * angle
            values += [radius * math.cos(theta), radius * math.sin(theta)]
        if len(values) > n:
            self._spare = values.pop()
        return np.array(values, np.float64)

    def _normal_blocks(self, n: int, dtype: NumpyDtype) -> Array:
        """Draw many standard normals by blocks of 16, the last 16 afresh when n is no multiple of 16."""
        whole = n - n % _NORMAL_BLOCK
        # The values past the last whole block are drawn and thrown away, except in half precision.
        u = self._uniform(whole if dtype == np.float16 else n, dtype)
        z = box_muller(u[:whole])
        if whole == n:
            return z
        tail = box_muller(self._uniform(_NORMAL_BLOCK, dtype))
        return np.concatenate([z[: n - _NORMAL_BLOCK], tail])

    # --- What is made of them --------------------------------------------------------------------------------------

    @np.errstate(all="ignore")
    def exponential_array(self, rate: float = 1.0, shape: Shape = (), np_dtype: NumpyDtype | None = None) -> Array:
        """Draw from the exponential distribution.

        Parameters
        ----------
        rate : float
            One over the mean.
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            Floating point; the default dtype otherwise.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If the rate is not positive.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).exponential_array(2.0, 2)
        array([1.7541631 , 0.61519235], dtype=float32)
        """
        dtype = continuous(np_dtype, "exponential_cpu", allow_complex=False)
        if not rate > 0:
            raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={rate:g}")
        return shaped(-1.0 / rate * np.log1p(-self._uniform64(size(shape))), shape, dtype)

    @np.errstate(all="ignore")
    def lognormal_array(
        self, mean: float = 1.0, std: float = 2.0, shape: Shape = (), np_dtype: NumpyDtype | None = None
    ) -> Array:
        """Draw numbers whose logarithms are normal.

        Parameters
        ----------
        mean, std : float
            Of the logarithms.
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            Floating point; the default dtype otherwise.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If the standard deviation is not positive.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).lognormal_array(0.0, 1.0, 2)
        array([4.669239 , 0.7457022], dtype=float32)
        """
        dtype = continuous(np_dtype, "log_normal_cpu", allow_complex=False)
        if not std > 0:
            raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
        return shaped(np.exp(mean + std * self._normal_pairs(size(shape))), shape, dtype)

    @np.errstate(all="ignore")
    def cauchy_array(
        self, median: float = 0.0, sigma: float = 1.0, shape: Shape = (), np_dtype: NumpyDtype | None = None
    ) -> Array:
        """Draw from the Cauchy distribution, whose tails are so heavy that it has no mean.

        Parameters
        ----------
        median, sigma : float
            Its middle, and how far from it half of the numbers lie.
        shape : int or tuple of int
            Of the result.
        np_dtype : numpy.dtype, optional
            Floating point; the default dtype otherwise.

        Returns
        -------
        ndarray

        Raises
        ------
        RuntimeError
            If sigma is not positive.

        Examples
        --------
        >>> mg.Generator().manual_seed(0).cauchy_array(shape=2)
        array([10.59773  ,  0.7647673], dtype=float32)
        """
        if np_dtype is not None and np_dtype.kind != "f":
            raise RuntimeError(
                "Cauchy distribution is a continuous probability distribution. dtype must be a floating point but you "
                f"specified {dtypes.of(np_dtype).title}"
            )
        dtype = np_dtype or dtypes.get_default_dtype().numpy
        if not sigma > 0:
            raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
        return shaped(median + sigma * np.tan(np.pi * (self._uniform64(size(shape)) - 0.5)), shape, dtype)
