"""Libraries behind the numbers: none of PyTorch's is there. Programs that ask or set something first go on."""

from __future__ import annotations

__all__ = ["cuda", "cudnn", "mkl", "mps", "openmp"]


class _Backend:
    """A library that is not there; what is set on it is kept, and changes nothing."""

    benchmark = False
    deterministic = False
    enabled = False

    def is_available(self) -> bool:
        """Return whether the library is there: no."""
        return False

    def is_built(self) -> bool:
        """Return whether the library was built in: no."""
        return False


cuda, cudnn, mkl, mps, openmp = _Backend(), _Backend(), _Backend(), _Backend(), _Backend()
