"""PyTorch's stream of random numbers on the CPU, drawn from NumPy's Mersenne Twister."""

from __future__ import annotations

import contextlib
import math
import operator
import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.dtypes import NumpyDtype

__all__ = ["Generator", "default_generator", "fork_rng", "initial_seed", "manual_seed", "seed"]

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = int | Sequence[int]

# Note [The same numbers as PyTorch]
#
# A program that prints after `manual_seed(0)` should print what PyTorch prints, so each draw here takes as many 32-bit
# words from the twister as PyTorch's does, in the same order, and turns them into numbers by the same formula:
#
# - a float32 uniform uses the low 24 bits of one word, a float64 one the low 53 bits of two (the high word first);
# - fewer than 16 normals come in pairs, in float64, and the second of a pair waits in the generator for the next call;
# - 16 and more are drawn in blocks of 16 uniforms, eight radii and eight angles; when the size is no multiple of 16,
#   the last 16 values are drawn afresh;
# - that float32 block is what PyTorch computes with vector instructions, from the polynomials of the Cephes library and
#   fused multiply-adds. The same polynomials are evaluated here, so that not even the last bit differs.

_DEFAULT_SEED: Final = 67280421310721  # PyTorch's own, for a generator that nobody has seeded
_WORDS: Final = 624  # of the twister's state
_NORMAL_BLOCK: Final = 16

# The bytes of a state, laid out as PyTorch does, so that either library can continue from the other's.
_STATE: Final = np.dtype(
    {
        "names": ["seed", "left", "seeded", "next", "words", "spare", "has_spare"],
        "formats": ["<u8", "<i4", "<i4", "<u8", ("<u8", _WORDS), "<f8", "<i4"],
        "offsets": [0, 8, 12, 16, 24, 5024, 5040],
        "itemsize": 5056,
    }
)


class Generator:
    """A source of random numbers with its own state, equal to ``torch.Generator`` on the CPU.

    Parameters
    ----------
    device : str, optional
        Only ``"cpu"``.

    Examples
    --------
    >>> g = mg.Generator().manual_seed(0)
    >>> g.rand_array((2,))
    array([0.4962566, 0.7682218], dtype=float32)
    """

    __slots__ = ("_bits", "_seed", "_spare")

    def __init__(self, device: object = "cpu") -> None:
        if str(device) != "cpu":
            raise RuntimeError(f"minigrad computes on the CPU; there is no generator for device {str(device)!r}")
        self._bits = np.random.MT19937()
        self.manual_seed(_DEFAULT_SEED)

    # --- Seed and state --------------------------------------------------------------------------------------------

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream again from a seed.

        Parameters
        ----------
        seed : int
            From -2**63 to 2**64 - 1; a negative one counts from the top. Only its low 32 bits choose the stream.

        Returns
        -------
        Generator
            This one.

        Raises
        ------
        RuntimeError
            If it is not an integer.
        ValueError
            If it does not fit in 64 bits.

        Examples
        --------
        >>> mg.Generator().manual_seed(-1).initial_seed() == 2**64 - 1
        True
        """
        try:
            number = operator.index(seed)
        except TypeError:
            number = None
        if number is None or isinstance(seed, bool):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        if not -(2**63) <= number < 2**64:
            raise ValueError("Overflow when unpacking long long: a seed must lie between -2**63 and 2**64 - 1")
        self._seed = number % 2**64
        self._spare: float | None = None  # the second normal of a pair, if nobody has asked for it yet
        np.random.RandomState(self._bits).seed(self._seed % 2**32)
        return self

    def seed(self) -> int:
        """Start the stream from a seed that nobody can foresee, and return that seed.

        Returns
        -------
        int

        Examples
        --------
        >>> g = mg.Generator()
        >>> g.seed() == g.initial_seed()
        True
        """
        self.manual_seed(secrets.randbits(64))
        return self._seed

    def initial_seed(self) -> int:
        """Return the seed that the stream was last started from.

        Returns
        -------
        int

        Examples
        --------
        >>> mg.Generator().manual_seed(7).initial_seed()
        7
        """
        return self._seed

    def get_state(self) -> Any:
        """Return where the stream is, as bytes that PyTorch's ``set_state`` understands too.

        Returns
        -------
        Tensor of uint8, shape (5056,)

        Examples
        --------
        >>> g = mg.Generator()
        >>> state = g.get_state()
        >>> first = g.rand_array(3)
        >>> _ = g.set_state(state)
        >>> bool((g.rand_array(3) == first).all())
        True
        """
        twister = self._bits.state["state"]
        state = np.zeros((), _STATE)
        state["seed"], state["seeded"] = self._seed, 1
        state["left"] = _WORDS + 1 - twister["pos"]
        state["next"] = twister["pos"] % _WORDS
        state["words"] = twister["key"]
        if self._spare is not None:
            state["spare"], state["has_spare"] = self._spare, 1
        return wrap(np.frombuffer(state.tobytes(), np.uint8).copy())

    def set_state(self, state: Any) -> Generator:
        """Continue from where ``get_state`` was called.

        Parameters
        ----------
        state : Tensor or array of uint8, shape (5056,)
            What ``get_state`` returned, here or in PyTorch.

        Returns
        -------
        Generator
            This one.

        Raises
        ------
        TypeError, RuntimeError
            If it is not such an array.

        Examples
        --------
        >>> g, other = mg.Generator().manual_seed(0), mg.Generator()
        >>> other.set_state(g.get_state()).initial_seed()
        0
        """
        bytes_ = np.ascontiguousarray(state._array if isinstance(state, TensorBase) else state)
        if bytes_.dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if bytes_.size != _STATE.itemsize:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {_STATE.itemsize} "
                f"but found the input RNG state size to be {bytes_.size}"
            )
        fields = bytes_.reshape(-1).view(_STATE)[0]
        left = int(fields["left"])
        if fields["seeded"] != 1 or not 0 < left <= _WORDS or fields["next"] > _WORDS:
            raise RuntimeError("Invalid mt19937 state")
        self._seed = int(fields["seed"])
        self._spare = float(fields["spare"]) if fields["has_spare"] else None
        key = fields["words"].astype(np.uint32)
        self._bits.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": _WORDS + 1 - left}}
        return self

    def clone_state(self) -> Generator:
        """Return another generator at the same place of the same stream.

        Returns
        -------
        Generator

        Examples
        --------
        >>> g = mg.Generator()
        >>> bool(g.clone_state().rand_array(()) == g.rand_array(()))
        True
        """
        other = Generator()
        other.set_state(self.get_state())
        return other

    # --- Words and uniforms ----------------------------------------------------------------------------------------

    def _words32(self, n: int) -> npt.NDArray[np.uint64]:
        """Draw n words of 32 bits."""
        return self._bits.random_raw(n)

    def _words64(self, n: int) -> npt.NDArray[np.uint64]:
        """Draw n words of 64 bits, the high half first."""
        halves = self._words32(2 * n)
        return (halves[0::2] << np.uint64(32)) | halves[1::2]

    def _uniform32(self, n: int) -> npt.NDArray[np.float32]:
        """Draw n float32 from [0, 1)."""
        bits = self._words32(n) & np.uint64(2**24 - 1)
        return bits.astype(np.float32) * np.float32(2.0**-24)

    def _uniform64(self, n: int) -> npt.NDArray[np.float64]:
        """Draw n float64 from [0, 1)."""
        bits = self._words64(n) & np.uint64(2**53 - 1)
        return bits.astype(np.float64) * 2.0**-53

    def _uniform(self, n: int, dtype: NumpyDtype) -> Array:
        """Draw n numbers from [0, 1) in the precision that PyTorch draws this dtype in."""
        return self._uniform64(n) if dtype == np.float64 else self._uniform32(n)

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
        dtype = _continuous(np_dtype, "check_uniform_bounds")
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
        dtype = _continuous(np_dtype, "check_uniform_bounds")
        if dtype.kind == "c":
            return _as_complex(self.uniform_array(low, high, _parts(shape), _real(dtype)))
        largest = float(np.finfo(dtype).max)
        for name, bound in (("from", low), ("to", high)):
            if not abs(bound) <= largest:
                raise RuntimeError(f"{name} is out of bounds for {_C_NAMES[dtype.name]}")
        if low > high:
            raise RuntimeError(
                f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}; "
                "the lower bound comes first"
            )
        x = self._uniform(_size(shape), dtype)
        if (low, high) != (0.0, 1.0):
            start = x.dtype.type(low)
            x = _scaled(x, x.dtype.type(high) - start, start)
        x = _shaped(x, shape, dtype)
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
            return self._normal(float(mean), float(std), () if shape is None else shape, np_dtype)
        if isinstance(std, np.ndarray) and not (std >= 0).all():
            raise RuntimeError("normal expects all elements of std >= 0.0")
        dtype = np_dtype or dtypes.result_type(*(x for x in (mean, std) if isinstance(x, np.ndarray)))
        shape = np.broadcast_shapes(np.shape(mean), np.shape(std))
        z = self._normal(0.0, 1.0 if isinstance(std, np.ndarray) else float(std), shape, dtype)
        return np.asarray((z * std if isinstance(std, np.ndarray) else z) + mean, dtype)

    def _normal(self, mean: float, std: float, shape: Shape, np_dtype: NumpyDtype | None) -> Array:
        """Draw normals with one mean and one standard deviation."""
        dtype = _continuous(np_dtype, "normal_kernel_cpu")
        if not std >= 0:
            raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
        if dtype.kind == "c":  # half the variance for each part
            return _as_complex(self._normal(mean, std / math.sqrt(2), _parts(shape), _real(dtype)))
        n = _size(shape)
        z = self._normal_pairs(n) if n < _NORMAL_BLOCK else self._normal_blocks(n, dtype)
        if (mean, std) != (0.0, 1.0):
            z = _scaled(z, std, mean)
        return _shaped(z, shape, dtype)

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
        z = _box_muller(u[:whole])
        if whole == n:
            return z
        tail = _box_muller(self._uniform(_NORMAL_BLOCK, dtype))
        return np.concatenate([z[: n - _NORMAL_BLOCK], tail])

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
        dtype = _continuous(np_dtype, "exponential_cpu", allow_complex=False)
        if not rate > 0:
            raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={rate:g}")
        return _shaped(-1.0 / rate * np.log1p(-self._uniform64(_size(shape))), shape, dtype)

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
        dtype = _continuous(np_dtype, "log_normal_cpu", allow_complex=False)
        if not std > 0:
            raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
        return _shaped(np.exp(mean + std * self._normal_pairs(_size(shape))), shape, dtype)

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
        return _shaped(median + sigma * np.tan(np.pi * (self._uniform64(_size(shape)) - 0.5)), shape, dtype)

    # --- Integers and choices --------------------------------------------------------------------------------------

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
        _check_range(low, high, dtype)
        n, span = _size(shape), high - low
        words = self._words32(n) if span < 2**28 else self._words64(n)  # wider ranges need more bits to stay even
        offsets = (words % np.uint64(span)) + np.uint64(low % 2**64)  # wraps around for a negative low
        return _shaped(offsets.view(np.int64), shape, dtype)

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
        _size(n)
        if dtype.kind in "bc":
            raise NotImplementedError(f'"randperm" not implemented for {dtypes.of(dtype).title!r}')
        if n > 1:
            _check_range(0, n, dtype)
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
            raise NotImplementedError(f'"random_cpu" not implemented for {dtypes.of(dtype).title!r}')
        largest = 2 ** (np.finfo(dtype).nmant + 1) if dtype.kind == "f" else _integer_bounds(dtype)[1]
        words = self._words64(_size(shape)) if dtype.itemsize == 8 else self._words32(_size(shape))
        return _shaped(words % np.uint64(largest + 1), shape, dtype)

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
        return _shaped(np.ceil(np.log(self._uniform64(_size(shape))) / np.log1p(-p)), shape, np_dtype)

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
            hits = self._uniform64(_size(out_shape)) < p
            return _shaped(hits, out_shape, np_dtype or dtypes.get_default_dtype().numpy)
        if p.dtype.kind != "f":
            raise NotImplementedError(f'"bernoulli_tensor_cpu_p_" not implemented for {dtypes.of(p.dtype).title!r}')
        if not ((p >= 0) & (p <= 1)).all():
            raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false: p must lie in [0, 1]")
        out_shape = p.shape if shape is None else shape
        chances = np.broadcast_to(p, out_shape).reshape(-1)
        hits = self._uniform(chances.size, p.dtype) < chances
        return _shaped(hits, out_shape, np_dtype or p.dtype)

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
        _check_weights(weights, num_samples, replacement)
        rows = weights.reshape(-1, weights.shape[-1])
        if replacement and num_samples > 1:
            chosen = self._choose_with_replacement(rows, num_samples)
        else:
            # The largest of w / Exp(1) is index i with probability w[i] / sum(w); the next is drawn without it; ...
            races = rows / self.exponential_array(1.0, rows.shape, rows.dtype)
            chosen = np.argsort(-races, axis=-1, kind="stable")[:, :num_samples]
        return np.ascontiguousarray(chosen.reshape(*weights.shape[:-1], num_samples), np.int64)

    def _choose_with_replacement(self, rows: Array, num_samples: int) -> npt.NDArray[np.int64]:
        """Look uniform numbers up in the cumulative distribution of each row."""
        steps = np.cumsum(rows, axis=-1, dtype=rows.dtype)
        steps = steps / steps[:, -1:]
        steps[:, -1] = 1
        u = self._uniform64(len(rows) * num_samples).reshape(len(rows), num_samples)
        return np.stack([np.searchsorted(step, row) for step, row in zip(steps.astype(np.float64), u, strict=True)])


# --- Shapes, dtypes and ranges -------------------------------------------------------------------------------------

_C_NAMES: Final = {
    "float16": "c10::Half",
    "float32": "float",
    "float64": "double",
    "bool": "bool",
    "uint8": "unsigned char",
    "int8": "signed char",
    "int16": "short int",
    "int32": "int",
    "int64": "long int",
}


def _dims(shape: Shape) -> tuple[int, ...]:
    """Return a shape as a tuple."""
    return tuple([operator.index(d) for d in shape] if isinstance(shape, Sequence) else [operator.index(shape)])


def _size(shape: Shape) -> int:
    """Return how many elements a shape has, and refuse a negative dimension."""
    dims = list(_dims(shape))
    for d in dims:
        if d < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {d}: {dims}")
    return math.prod(dims)


def _shaped(flat: Array, shape: Shape, dtype: NumpyDtype) -> Array:
    """Return the draws in their shape and dtype."""
    if dtype == np.float16 and flat.dtype == np.float64:
        flat = flat.astype(np.float32)  # PyTorch too rounds twice on the way to half precision
    return flat.reshape(_dims(shape)).astype(dtype, copy=False)


def _continuous(np_dtype: NumpyDtype | None, kernel: str, *, allow_complex: bool = True) -> NumpyDtype:
    """Return the dtype to draw real numbers in, or say that this one holds none."""
    dtype = dtypes.get_default_dtype().numpy if np_dtype is None else np_dtype
    if dtype.kind not in ("fc" if allow_complex else "f"):
        raise NotImplementedError(
            f'"{kernel}" not implemented for {dtypes.of(dtype).title!r}: '
            "these numbers have a fraction, so they need a floating point dtype"
        )
    return dtype


def _parts(shape: Shape) -> tuple[int, ...]:
    """Return the shape of the real and imaginary parts of a complex array."""
    return (*_dims(shape), 2)


def _real(dtype: NumpyDtype) -> NumpyDtype:
    """Return the dtype of the parts of a complex dtype."""
    return np.dtype(np.float32 if dtype == np.complex64 else np.float64)


def _as_complex(parts: Array) -> Array:
    """Read neighbouring reals as complex numbers."""
    return (parts.view(np.complex64 if parts.dtype == np.float32 else np.complex128)).reshape(parts.shape[:-1])


def _integer_bounds(dtype: NumpyDtype) -> tuple[int, int]:
    """Return the smallest and the largest integer of an integer or boolean dtype."""
    if dtype.kind == "b":
        return 0, 1
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def _check_range(low: int, high: int, dtype: NumpyDtype) -> None:
    """Refuse a range of integers that the dtype cannot hold."""
    if dtype.kind == "c":
        raise RuntimeError("check_random_bounds handles only integral, floating-point and boolean types")
    if dtype.kind == "f":
        largest = int(np.finfo(dtype).max)
        smallest = -largest
    else:
        smallest, largest = _integer_bounds(dtype)
    for name, bound in (("from", low), ("to - 1", high - 1)):
        if not smallest <= bound <= largest:
            raise RuntimeError(f"{name} is out of bounds for {_C_NAMES[dtype.name]}")


def _check_weights(weights: Array, num_samples: int, replacement: bool) -> None:
    """Refuse what is no distribution to choose from."""
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"prob_dist must be 1 or 2 dim; got {weights.ndim}")
    if weights.dtype.kind != "f":
        title = dtypes.of(weights.dtype).title
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {title}")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if num_samples > weights.shape[-1] and not replacement:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if not (weights.sum(axis=-1) > 0).all():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


# --- Box and Muller's normals, bit for bit -------------------------------------------------------------------------

_CHUNK: Final = 4096  # values at a time, so that the temporaries of the polynomials stay in the cache


def _float32(*constants: float) -> list[float]:
    """Return constants as float32 holds them; Python's numbers are the quicker operands."""
    return [float(np.float32(c)) for c in constants]


# Cephes Mathematical Library, logf.c and sinf.c (S. L. Moshier): log(1 + x) on [sqrt(1/2) - 1, sqrt(2) - 1], and sine
# and cosine on [-pi/4, pi/4] with pi/4 in three parts.
_LOG: Final = _float32(
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_LN2: Final = _float32(0.693359375, -2.12194440e-4)  # their sum is log(2)
_SIN: Final = _float32(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS: Final = _float32(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_PI_4: Final = _float32(0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8)
_SQRT_HALF, _FOUR_BY_PI, _TWO_PI = _float32(math.sqrt(0.5), 4 / math.pi, 2 * math.pi)

Float32s: TypeAlias = npt.NDArray[np.float32]


def _box_muller(u: Array) -> Array:
    """Turn uniforms on [0, 1) into standard normals: of 16, eight give a radius and eight an angle."""
    z = np.empty_like(u)
    for start in range(0, u.size, _CHUNK):
        here = slice(start, start + _CHUNK)
        blocks, out = u[here].reshape(-1, 2, 8), z[here].reshape(-1, 2, 8)
        depth, angle = 1 - blocks[:, 0], blocks[:, 1]
        if u.dtype == np.float32:
            radius = np.sqrt(_log32(depth) * -2)
            sin, cos = _sincos32(angle * np.float32(_TWO_PI))
        else:
            radius = np.sqrt(-2.0 * np.log(depth))
            sin, cos = np.sin(2.0 * math.pi * angle), np.cos(2.0 * math.pi * angle)
        out[:, 0], out[:, 1] = radius * cos, radius * sin
    return z


def _fma32(a: Float32s, b: Float32s | float, c: Float32s | float) -> Float32s:
    """Return a * b + c, rounded once to float32."""
    wide = a.astype(np.float64)  # float64 holds the product of two float32 exactly
    wide *= b
    wide += c
    return wide.astype(np.float32)


def _horner(coefficients: Sequence[float], x: Float32s) -> Float32s:
    """Evaluate a polynomial, highest coefficient first, with fused multiply-adds."""
    wide = x.astype(np.float64)
    sums = np.full_like(wide, coefficients[0])
    y = np.empty_like(x)
    for c in coefficients[1:]:
        sums *= wide
        sums += c
        y[...] = sums  # rounds to float32 ...
        sums[...] = y  # ... for the next step
    return y


def _log32(x: Float32s) -> Float32s:
    """Return the logarithm of numbers in (0, 1]."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < _SQRT_HALF
    e = (exponent - low).astype(np.float32)
    x = mantissa - 1 + low * mantissa  # in [sqrt(1/2) - 1, sqrt(2) - 1]
    square = x * x
    y = _fma32(_horner(_LOG, x) * x, square, e * _LN2[1])
    y -= square * 0.5
    return _fma32(e, _LN2[0], x + y)


def _sincos32(x: Float32s) -> tuple[Float32s, Float32s]:
    """Return sine and cosine of angles in [0, 2 pi)."""
    octant = ((x * _FOUR_BY_PI).astype(np.int32) + 1) & ~1  # the nearest even multiple of pi/4 ...
    turns = octant.astype(np.float32)
    for part in _PI_4:
        x = _fma32(turns, -part, x)  # ... is taken away, in three steps that lose no digit
    square = x * x
    sin = _fma32(_horner(_SIN, square) * square, x, x)
    cos = _fma32(_horner(_COS, square) * square, square, square * -0.5) + 1
    swapped = (octant & 2) != 0
    sin, cos = np.where(swapped, cos, sin), np.where(swapped, sin, cos)
    return np.where(octant & 4, -sin, sin), np.where((octant - 2) & 4, cos, -cos)


def _scaled(x: Array, factor: float, offset: float) -> Array:
    """Return x * factor + offset as one instruction would, in the precision of x."""
    if x.dtype == np.float32:
        return _fma32(x, *_float32(factor, offset))
    return _fma64(x, float(factor), float(offset))


def _fma64(a: Array, b: float, c: float) -> npt.NDArray[np.float64]:
    """Return a * b + c, rounded once to float64, after Dekker and Knuth."""
    product, error = _two_product(a, b)
    total = product + c
    back = total - product
    return total + (error + ((product - (total - back)) + (c - back)))


def _two_product(a: Array, b: float) -> tuple[Array, Array]:
    """Return a * b and what rounding took from it."""

    def split(x: Any) -> tuple[Any, Any]:
        big = x * 134217729.0  # 2**27 + 1 cuts 53 bits in two halves
        high = big - (big - x)
        return high, x - high

    (a1, a2), (b1, b2), product = split(a), split(b), a * b
    return product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)


# --- The generator that everybody shares ---------------------------------------------------------------------------

default_generator: Final = Generator()


def manual_seed(seed: int) -> Generator:
    """Start the shared stream again from a seed, so that a program draws the same numbers each time.

    Parameters
    ----------
    seed : int
        From -2**63 to 2**64 - 1.

    Returns
    -------
    Generator
        The shared one.

    Examples
    --------
    >>> mg.manual_seed(0).initial_seed()
    0
    """
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Start the shared stream from a seed that nobody can foresee, and return that seed.

    Returns
    -------
    int

    Examples
    --------
    >>> mg.random.seed() == mg.random.initial_seed()
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """Return the seed that the shared stream was last started from.

    Returns
    -------
    int

    Examples
    --------
    >>> _ = mg.random.manual_seed(7)
    >>> mg.random.initial_seed()
    7
    """
    return default_generator.initial_seed()


def get_rng_state() -> Any:
    """Return where the shared stream is.

    Returns
    -------
    Tensor of uint8, shape (5056,)

    Examples
    --------
    >>> state = mg.get_rng_state()
    >>> first = mg.rand(3)
    >>> mg.set_rng_state(state)
    >>> mg.equal(mg.rand(3), first)
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state: Any) -> None:
    """Let the shared stream continue from where ``get_rng_state`` was called.

    Parameters
    ----------
    new_state : Tensor of uint8, shape (5056,)
        What it returned, here or in PyTorch.

    Examples
    --------
    >>> mg.set_rng_state(mg.get_rng_state())
    """
    default_generator.set_state(new_state)


@contextlib.contextmanager
def fork_rng(devices: Any = (), enabled: bool = True) -> Iterator[None]:
    """Leave the shared stream, after the block, where it was before it.

    Parameters
    ----------
    devices : sequence of str
        As in PyTorch; there are no others than the CPU.
    enabled : bool
        With False, do nothing.

    Examples
    --------
    >>> with mg.random.fork_rng():
    ...     _ = mg.random.manual_seed(1)
    """
    state = default_generator.get_state() if enabled else None
    try:
        yield
    finally:
        if state is not None:
            default_generator.set_state(state)
