"""What a difference from PyTorch is: a program, what either library answers, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """One difference: ``program`` takes the library and returns plain data."""

    title: str
    program: Callable[[Any], Any]
    torch: Any
    minigrad: Any
    why: str

    def __str__(self) -> str:
        return self.title


def outcome(action: Callable[[], Any]) -> Any:
    """Return what ``action`` returns, or the class of its error."""
    try:
        return action()
    except Exception as error:
        return type(error).__name__
