"""DataLoader: a dataset in batches, in the order that PyTorch would take after the same ``manual_seed``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

from minigrad.utils.data.collate import default_collate, default_convert
from minigrad.utils.data.dataset import IterableDataset
from minigrad.utils.data.sampler import BatchSampler, RandomSampler, SequentialSampler, drawn_seed

__all__ = ["DataLoader", "get_worker_info"]


def get_worker_info() -> None:
    """Return None: samples are read in this process, by no worker."""


class DataLoader:
    """Read a dataset in batches, again in each ``for`` loop.

    Parameters
    ----------
    dataset : Dataset
        Something with a length and samples by number, or an IterableDataset.
    batch_size : int or None
        How many samples a batch; None for single samples.
    shuffle : bool, optional
        Read in random order, another one each time.
    sampler : Sampler or iterable, optional
        The order, instead of ``shuffle``.
    batch_sampler : Sampler or iterable, optional
        The batches' numbers, instead of the four arguments before and ``drop_last``.
    num_workers : int
        Accepted; samples are read in this process, so there are never any.
    collate_fn : callable, optional
        From a list of samples to a batch.
    pin_memory : bool
        Accepted; it changes nothing.
    drop_last : bool
        Leave out a last batch that is not full.
    timeout : float
        Accepted; it changes nothing.
    worker_init_fn, multiprocessing_context : optional
        Accepted; they change nothing.
    generator : Generator, optional
        Where the order comes from.
    prefetch_factor, persistent_workers, pin_memory_device, in_order : optional
        Accepted; they change nothing.

    Raises
    ------
    ValueError
        If arguments exclude each other, or are out of range.

    Examples
    --------
    >>> data = mg.utils.data.TensorDataset(mg.arange(5.0), mg.arange(5))
    >>> for x, i in mg.utils.data.DataLoader(data, batch_size=2):
    ...     print(x, i)
    tensor([0., 1.]) tensor([0, 1])
    tensor([2., 3.]) tensor([2, 3])
    tensor([4.]) tensor([4])
    """

    _made = False

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        num_workers: int = 0,
        collate_fn: Any = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Any = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        streams = isinstance(dataset, IterableDataset)
        if streams:
            for name, given in [("shuffle", shuffle), ("sampler", sampler), ("batch_sampler", batch_sampler)]:
                if given not in (None, False):
                    raise ValueError(
                        f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={given}"
                    )
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
                )
            batch_size, drop_last = None, False
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None:
            sampler = _Endless() if streams else SequentialSampler(dataset)
            if shuffle:
                sampler = RandomSampler(dataset, generator=generator)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.sampler, self.batch_sampler, self.generator = sampler, batch_sampler, generator
        self.num_workers, self.pin_memory, self.timeout = num_workers, pin_memory, timeout
        self.worker_init_fn, self.multiprocessing_context = worker_init_fn, multiprocessing_context
        self.prefetch_factor, self.persistent_workers = prefetch_factor, persistent_workers
        self.pin_memory_device, self.in_order = pin_memory_device, in_order
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate
        self.collate_fn = collate_fn
        self._streams, self._made = streams, True

    def __setattr__(self, name: str, value: Any) -> None:
        if self._made and name in ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset"):
            raise ValueError(f"{name} attribute should not be set after {type(self).__name__} is initialized")
        super().__setattr__(name, value)

    def __iter__(self) -> _SingleProcessDataLoaderIter:
        # PyTorch draws a seed for its workers even where there are none; the order that follows depends on it.
        drawn_seed(self.generator)
        return _SingleProcessDataLoaderIter(self, self._stream() if self._streams else self._batches())

    def _batches(self) -> Iterator[Any]:
        if self.batch_sampler is None:
            for i in self.sampler:
                yield self.collate_fn(self.dataset[i])
            return
        several = getattr(self.dataset, "__getitems__", None)
        for batch in self.batch_sampler:
            yield self.collate_fn(several(batch) if several else [self.dataset[i] for i in batch])

    def _stream(self) -> Iterator[Any]:
        samples = iter(self.dataset)
        if self.batch_size is None:
            yield from map(self.collate_fn, samples)
            return
        while batch := list(islice(samples, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield self.collate_fn(batch)

    def __len__(self) -> int:
        if self._streams:
            n = len(self.dataset)
            if self.batch_size is None:
                return n
            return n // self.batch_size if self.drop_last else math.ceil(n / self.batch_size)
        return len(self.sampler if self.batch_sampler is None else self.batch_sampler)


class _SingleProcessDataLoaderIter:
    """One walk through the batches; ``len`` of it is how many there are in all."""

    def __init__(self, loader: DataLoader, batches: Iterator[Any]) -> None:
        self._loader, self._batches = loader, batches

    def __iter__(self) -> _SingleProcessDataLoaderIter:
        return self

    def __next__(self) -> Any:
        return next(self._batches)

    def __len__(self) -> int:
        return len(self._loader)


class _Endless:
    """The order of a dataset that is read from the beginning: whatever comes."""

    def __iter__(self) -> Iterator[None]:
        while True:
            yield None
