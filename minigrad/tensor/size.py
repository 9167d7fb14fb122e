"""Size: the shape of a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Size"]


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple that prints as PyTorch's.

    Examples
    --------
    >>> mg.zeros(2, 3).size()
    torch.Size([2, 3])
    """

    __module__ = "minigrad"  # where a program finds it

    __slots__ = ()

    def __new__(cls, size: Any = ()) -> Size:
        """Return the sizes as a shape; refuse what is no whole number."""
        for i, n in enumerate(size := tuple(size)):
            if type(n) is not int and not hasattr(n, "__index__"):
                raise TypeError(f"torch.Size() takes an iterable of 'int' (item {i} is '{type(n).__name__}')")
        return super().__new__(cls, [n if type(n) is int else n.__index__() for n in size])

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    def __add__(self, other: Any) -> Size:
        return Size((*self, *other))

    def __radd__(self, other: Any) -> Size:
        return Size((*other, *self))

    def __mul__(self, times: Any) -> Size:
        return Size(tuple(self) * times)

    def __getitem__(self, key: Any) -> Any:
        return Size(tuple(self)[key]) if isinstance(key, slice) else tuple(self)[key]

    def numel(self) -> int:
        """Return how many entries a tensor of this shape has."""
        return int(np.prod(self, dtype=np.int64))
