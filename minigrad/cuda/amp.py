"""Older spellings of what stands in ``minigrad.amp``, for a graphics card; as there is none, they change nothing."""

from __future__ import annotations

from typing import Any

from minigrad import amp

__all__ = ["GradScaler", "autocast"]


class autocast(amp.autocast):  # PyTorch's name
    """Do nothing, with a warning if enabled: there is no graphics card to compute on in half precision.

    Parameters
    ----------
    enabled : bool
        Whether mixed precision is wanted.
    dtype : dtype, optional
        What PyTorch would compute in.
    cache_enabled : bool
        Accepted; there is no cache.
    """

    def __init__(self, enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> None:
        super().__init__("cuda", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """Scale nothing, with a warning if enabled: see ``minigrad.amp.GradScaler``.

    Parameters
    ----------
    init_scale, growth_factor, backoff_factor, growth_interval, enabled : optional
        As there.
    """

    def __init__(
        self,
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        super().__init__("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)
