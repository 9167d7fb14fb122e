"""Tensors from numbers: tensor, zeros, ones, full, arange ..., and random ones from PyTorch's stream."""

from minigrad.creation import data, draws, facts, filled, like, ranges
from minigrad.creation.data import *
from minigrad.creation.draws import *
from minigrad.creation.facts import *
from minigrad.creation.filled import *
from minigrad.creation.like import *
from minigrad.creation.ranges import *

__all__: list[str] = []
__all__ += data.__all__
__all__ += draws.__all__
__all__ += facts.__all__
__all__ += filled.__all__
__all__ += like.__all__
__all__ += ranges.__all__
