"""Fourier transforms, as PyTorch keeps them in ``torch.fft``."""

from minigrad.ops import frequencies as _frequencies
from minigrad.ops import transforms as _transforms
from minigrad.ops.frequencies import *
from minigrad.ops.out import takes_out as _takes_out
from minigrad.ops.transforms import *

__all__ = [*_transforms.__all__, *_frequencies.__all__]

# Those that can write their result into a tensor that is there already.
globals().update({_name: _takes_out(globals()[_name]) for _name in _transforms.__all__})
