"""Neural networks: the functions that they are made of."""

from minigrad.nn import functional

__all__ = ["functional"]
