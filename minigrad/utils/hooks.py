"""The handle that registering a hook returns, under the name that PyTorch gives it."""

from minigrad.autograd.node import RemovableHandle

__all__ = ["RemovableHandle"]
