"""Samplers: the order in which a dataset is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from minigrad import random
from minigrad.creation import as_tensor, empty, multinomial, randint, randperm
from minigrad.dtypes import float64, int64

__all__ = [
    "BatchSampler",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
]

T = TypeVar("T", covariant=True)


def drawn_seed(generator: Any = None) -> int:
    """Draw a seed for another generator, as PyTorch draws it."""
    return int(empty((), dtype=int64).random_(generator=generator).item())


def _positive(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} should be a positive integer value, but got {name}={value}")
    return value


def _boolean(name: str, value: Any, error: type[Exception] = TypeError) -> bool:
    if not isinstance(value, bool):
        raise error(f"{name} should be a boolean value, but got {name}={value}")
    return value


class Sampler(Generic[T]):
    """The base of samplers: subclass it and define ``__iter__``, which yields the numbers of samples.

    Parameters
    ----------
    data_source : optional
        Not used.
    """

    def __init__(self, data_source: Any = None) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError


class SequentialSampler(Sampler[int]):
    """One sample after the other.

    Parameters
    ----------
    data_source : Dataset
        What is read.
    """

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """Samples in random order.

    Parameters
    ----------
    data_source : Dataset
        What is read.
    replacement : bool
        Whether a sample may come again.
    num_samples : int, optional
        How many; all, if left out.
    generator : Generator, optional
        Where the order comes from.

    Examples
    --------
    >>> list(mg.utils.data.RandomSampler(range(5), generator=mg.Generator().manual_seed(0)))
    [4, 0, 1, 3, 2]
    """

    def __init__(
        self, data_source: Any, replacement: bool = False, num_samples: int | None = None, generator: Any = None
    ) -> None:
        self.data_source, self.replacement = data_source, _boolean("replacement", replacement)
        self._num_samples, self.generator = num_samples, generator
        _positive("num_samples", self.num_samples)

    @property
    def num_samples(self) -> int:
        """How many samples are drawn."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n, left = len(self.data_source), self.num_samples
        generator = self.generator
        if generator is None:
            generator = random.Generator().manual_seed(drawn_seed())
        while self.replacement and left > 0:
            yield from randint(n, (min(left, 32),), dtype=int64, generator=generator).tolist()
            left -= 32
        while not self.replacement:
            order = randperm(n, generator=generator).tolist()
            yield from order[:left]
            if left < n:  # not left <= n: PyTorch, too, draws a last order of which nothing may be left to take
                return
            left -= n

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """Some samples, in random order.

    Parameters
    ----------
    indices : sequence of int
        Which.
    generator : Generator, optional
        Where the order comes from.
    """

    def __init__(self, indices: Sequence[int], generator: Any = None) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        for i in randperm(len(self.indices), generator=self.generator).tolist():
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Samples drawn by weights.

    Parameters
    ----------
    weights : sequence of float
        How likely each sample is; they need not add up to 1.
    num_samples : int
        How many.
    replacement : bool
        Whether a sample may come again.
    generator : Generator, optional
        Where the order comes from.
    """

    def __init__(
        self, weights: Sequence[float], num_samples: int, replacement: bool = True, generator: Any = None
    ) -> None:
        self.num_samples = _positive("num_samples", num_samples)
        self.replacement = _boolean("replacement", replacement, ValueError)
        self.weights = as_tensor(weights, dtype=float64)
        if self.weights.dim() != 1:
            raise ValueError(
                f"weights should be a 1d sequence but given weights have shape {tuple(self.weights.shape)}"
            )
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(self.weights, self.num_samples, self.replacement, generator=self.generator)
        yield from drawn.tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Several samples at a time, in the order of another sampler.

    Parameters
    ----------
    sampler : Sampler or iterable
        The order.
    batch_size : int
        How many at a time.
    drop_last : bool
        Leave out a last batch that is not full.

    Examples
    --------
    >>> list(mg.utils.data.BatchSampler(range(5), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Any, batch_size: int, drop_last: bool) -> None:
        self.sampler, self.batch_size = sampler, _positive("batch_size", batch_size)
        self.drop_last = _boolean("drop_last", drop_last, ValueError)

    def __iter__(self) -> Iterator[list[int]]:
        order = iter(self.sampler)
        while batch := list(islice(order, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        n = len(self.sampler)
        return n // self.batch_size if self.drop_last else (n + self.batch_size - 1) // self.batch_size
