"""The bends of networks, written into their input: F.relu_, F.elu_ ..."""

from minigrad.ops.activations import relu
from minigrad.ops.gates import celu, elu, leaky_relu, selu, threshold
from minigrad.ops.hard import hardtanh
from minigrad.ops.inplace import of
from minigrad.ops.rrelu import rrelu

__all__ = ["celu_", "rrelu_", "selu_", "threshold_"]

celu_, elu_, hardtanh_, leaky_relu_ = of(celu), of(elu), of(hardtanh), of(leaky_relu)
relu_, rrelu_, selu_, threshold_ = of(relu), of(rrelu), of(selu), of(threshold)
