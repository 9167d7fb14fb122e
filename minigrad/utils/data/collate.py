"""How samples become a batch: numbers and arrays become tensors, tensors are stacked, the rest keeps its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.creation import as_tensor, tensor
from minigrad.dtypes import float64
from minigrad.ops.joining import stack

__all__ = ["default_collate", "default_convert"]

_REFUSED = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def default_collate(batch: Any) -> Any:
    """Return a list of samples as one batch.

    Parameters
    ----------
    batch : list
        Samples of one form: tensors, arrays, numbers, text; or tuples, lists and dicts of them.

    Returns
    -------
    Tensor, list or dict
        With one dimension more, the first; text stays a list.

    Raises
    ------
    TypeError
        If it holds something else.
    RuntimeError
        If samples differ in size.

    Examples
    --------
    >>> mg.utils.data.default_collate([(1, 0.5), (2, 0.25)])
    [tensor([1, 2]), tensor([0.5000, 0.2500], dtype=torch.float64)]
    """
    first = batch[0]
    if isinstance(first, TensorBase):
        return stack(list(batch), 0)
    if isinstance(first, (np.ndarray, np.generic)):
        if first.dtype.kind in "SaUO":
            raise TypeError(_REFUSED.format(first.dtype))
        return stack([as_tensor(x) for x in batch], 0) if first.ndim else as_tensor(np.stack(batch))
    if isinstance(first, float):
        return tensor(batch, dtype=float64)
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        together = {key: default_collate([sample[key] for sample in batch]) for key in first}
        return together if type(first) is dict else _like(first, together)
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        parts = [default_collate(part) for part in zip(*batch, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else parts
    raise TypeError(_REFUSED.format(type(first)))


def default_convert(data: Any) -> Any:
    """Return one sample with its arrays as tensors.

    Parameters
    ----------
    data : object
        A tensor, an array, or tuples, lists and dicts of them; anything else is handed back.

    Returns
    -------
    object

    Examples
    --------
    >>> mg.utils.data.default_convert([np.array([1.0]), "text"])
    [tensor([1.], dtype=torch.float64), 'text']
    """
    if isinstance(data, (np.ndarray, np.generic)) and data.dtype.kind not in "SaUO":
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        parts = [default_convert(x) for x in data]
        return type(data)(*parts) if hasattr(data, "_fields") else parts
    return data


def _like(mapping: Any, values: dict[Any, Any]) -> Any:
    """Return values in a mapping of another's kind, if that can be made so."""
    try:
        return type(mapping)(values)
    except TypeError:
        return values
