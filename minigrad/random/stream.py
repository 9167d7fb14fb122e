"""A stream of random words: its seed, its state, and the uniform numbers that everything else is made of."""

from __future__ import annotations

import operator
import secrets
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.dtypes import NumpyDtype

__all__ = ["Stream"]

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

# The bytes of a state, laid out as PyTorch does, so that either library can continue from the other's.
_STATE: Final = np.dtype(
    {
        "names": ["seed", "left", "seeded", "next", "words", "spare", "has_spare"],
        "formats": ["<u8", "<i4", "<i4", "<u8", ("<u8", _WORDS), "<f8", "<i4"],
        "offsets": [0, 8, 12, 16, 24, 5024, 5040],
        "itemsize": 5056,
    }
)


class Stream:
    """The Mersenne Twister's words, in the order in which PyTorch's generator on the CPU gives them out."""

    __slots__ = ("_bits", "_seed", "_spare")

    def __init__(self, device: object = "cpu") -> None:
        if str(device) != "cpu":
            raise RuntimeError(f"minigrad computes on the CPU; there is no generator for device {str(device)!r}")
        self._bits = np.random.MT19937()
        self.manual_seed(_DEFAULT_SEED)

    # --- Seed and state --------------------------------------------------------------------------------------------

    def manual_seed(self, seed: int) -> Self:
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
        state["next"] = 0 if self._is_fresh(twister) else twister["pos"]
        state["words"] = twister["key"]
        if self._spare is not None:
            state["spare"], state["has_spare"] = self._spare, 1
        return wrap(np.frombuffer(state.tobytes(), np.uint8).copy())

    def _is_fresh(self, twister: Any) -> bool:
        """Return whether nothing was drawn since the seed was given."""
        if twister["pos"] != _WORDS:
            return False
        start = np.random.MT19937()
        np.random.RandomState(start).seed(self._seed % 2**32)
        return np.array_equal(start.state["state"]["key"], twister["key"])

    def set_state(self, state: Any) -> Self:
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
