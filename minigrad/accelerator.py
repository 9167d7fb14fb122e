"""Devices beside the CPU: there are none. Programs that ask first go on with the CPU."""

from __future__ import annotations

from typing import Any

__all__ = ["current_accelerator", "current_device_index", "device_count", "empty_cache", "is_available", "synchronize"]


def is_available() -> bool:
    """Return whether there is a device beside the CPU: no."""
    return False


def device_count() -> int:
    """Return how many such devices there are: none."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """Return the device that is used beside the CPU: None.

    Parameters
    ----------
    check_available : bool
        Accepted; there is none either way.
    """
    return


def current_device_index() -> Any:
    """Refuse: there is no such device."""
    raise RuntimeError("Cannot access accelerator device when none is available. minigrad computes on the CPU alone.")


def synchronize(device: Any = None) -> None:
    """Refuse: there is nothing to wait for."""
    raise RuntimeError("Cannot access accelerator device when none is available. minigrad computes on the CPU alone.")


def empty_cache() -> None:
    """Do nothing: there is no memory to give back."""
