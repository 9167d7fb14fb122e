"""Graphics cards: there are none. Programs that ask first go on with the CPU."""

from __future__ import annotations

from typing import Any

__all__ = ["current_device", "device_count", "empty_cache", "is_available", "manual_seed", "manual_seed_all"]


def is_available() -> bool:
    """Return whether there is a graphics card: no."""
    return False


def device_count() -> int:
    """Return how many graphics cards there are: none."""
    return 0


def manual_seed(seed: int) -> None:
    """Do nothing: there is no generator of random numbers on a graphics card."""


def manual_seed_all(seed: int) -> None:
    """Do nothing: there is no generator of random numbers on a graphics card."""


def empty_cache() -> None:
    """Do nothing: there is no memory to give back."""


def current_device() -> Any:
    """Refuse: there is no graphics card."""
    raise AssertionError("Torch not compiled with CUDA enabled. minigrad computes on the CPU alone.")
