"""PyTorch's stream of random numbers on the CPU, drawn from NumPy's Mersenne Twister."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from minigrad.random.events import Events

__all__ = ["Generator", "default_generator", "fork_rng", "initial_seed", "manual_seed", "seed"]


class Generator(Events):
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

    __slots__ = ()
    __module__ = "torch._C"  # as PyTorch shows it

    def __reduce__(self) -> Any:
        return _generator_at, (self.get_state(),)

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
        return _generator_at(self.get_state())


def _generator_at(state: Any) -> Generator:
    """Return a generator at a place of a stream."""
    other = Generator()
    other.set_state(state)
    return other


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
