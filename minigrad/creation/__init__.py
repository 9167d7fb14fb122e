"""Tensors from numbers: tensor, zeros, ones, full, arange ..., and random ones from PyTorch's stream."""

from minigrad.creation import data, draws, facts, filled, like, ranges, tapers
from minigrad.creation.data import *
from minigrad.creation.draws import *
from minigrad.creation.facts import *
from minigrad.creation.filled import *
from minigrad.creation.like import *
from minigrad.creation.ranges import *
from minigrad.creation.tapers import *
from minigrad.ops.out import lies_plainly as _lies_plainly
from minigrad.ops.out import makes_out as _makes_out

__all__: list[str] = []
__all__ += data.__all__
__all__ += draws.__all__
__all__ += facts.__all__
__all__ += filled.__all__
__all__ += like.__all__
__all__ += ranges.__all__
__all__ += tapers.__all__

# Those that can fill a tensor that is there already: `mg.zeros(2, out=x)`.
_WITH_OUT = "arange empty eye full linspace logspace ones rand randint randn randperm range zeros".split()
globals().update({_name: _makes_out(globals()[_name]) for _name in _WITH_OUT})

# And those that cannot, but may be told, as the others, how the entries shall lie.
_OTHERS = ["empty_strided", "normal", "scalar_tensor", *like.__all__]
_OTHERS += [name for name in tapers.__all__ if name.endswith("_window")]
globals().update({_name: _lies_plainly(globals()[_name]) for _name in _OTHERS})
