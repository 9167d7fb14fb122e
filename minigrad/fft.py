"""Fourier transforms, as PyTorch keeps them in ``torch.fft``."""

from minigrad.ops import transforms as _transforms
from minigrad.ops.out import takes_out as _takes_out
from minigrad.ops.transforms import *

__all__ = list(_transforms.__all__)

# Those that can write their result into a tensor that is there already.
_WITH_OUT = [name for name in __all__ if not name.endswith(("freq", "shift"))]
globals().update({_name: _takes_out(globals()[_name]) for _name in _WITH_OUT})
