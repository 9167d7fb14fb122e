"""Results that have names: ``values, indices = x.sort()`` and ``x.sort().values`` alike."""

from __future__ import annotations

from collections import namedtuple
from typing import Any


class _Named:
    """Prints a named result as PyTorch does."""

    __slots__ = ()

    def __repr__(self) -> str:
        fields = [f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True)]  # type: ignore[attr-defined,call-overload]
        return f"torch.return_types.{type(self).__name__}(\n" + ",\n".join(fields) + ")"


def named(name: str, fields: str = "values indices") -> Any:
    """Return the type of a named result, such as ``torch.return_types.sort``."""
    return type(name, (_Named, namedtuple(name, fields)), {"__slots__": ()})
