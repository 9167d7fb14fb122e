"""Every function that is ``mg.name``: a family's ``__all__`` names those that PyTorch has as ``torch.name``."""

from minigrad.ops.activations import *
from minigrad.ops.adaptive import *
from minigrad.ops.angles import *
from minigrad.ops.arguments import in_one_tuple as _in_one_tuple
from minigrad.ops.arithmetic import *
from minigrad.ops.arranging import *
from minigrad.ops.axes import *
from minigrad.ops.beneath import *
from minigrad.ops.bessel import *
from minigrad.ops.chances import *
from minigrad.ops.choice import *
from minigrad.ops.combining import *
from minigrad.ops.compare import *
from minigrad.ops.complex_numbers import *
from minigrad.ops.convolution import *
from minigrad.ops.copies import *
from minigrad.ops.counting import *
from minigrad.ops.ctc import *
from minigrad.ops.decompositions import *
from minigrad.ops.diagonals import *
from minigrad.ops.distances import *
from minigrad.ops.dropout import *
from minigrad.ops.einsum import *
from minigrad.ops.elementwise import *
from minigrad.ops.elimination import *
from minigrad.ops.embedding import *
from minigrad.ops.exponential import *
from minigrad.ops.extremes import *
from minigrad.ops.factorials import *
from minigrad.ops.facts import *
from minigrad.ops.former import *
from minigrad.ops.gates import *
from minigrad.ops.gates_in_place import *
from minigrad.ops.gathering import *
from minigrad.ops.hard import *
from minigrad.ops.histograms import *
from minigrad.ops.incomplete import *
from minigrad.ops.index import *
from minigrad.ops.inplace import *
from minigrad.ops.joining import *
from minigrad.ops.layers import *
from minigrad.ops.linalg import *
from minigrad.ops.logic import *
from minigrad.ops.losses import *
from minigrad.ops.masks import *
from minigrad.ops.meshes import *
from minigrad.ops.middles import *
from minigrad.ops.normalization import *
from minigrad.ops.norms import *
from minigrad.ops.ordering import *
from minigrad.ops.out import takes_out as _takes_out
from minigrad.ops.parts import *
from minigrad.ops.pieces import *
from minigrad.ops.places import *
from minigrad.ops.pooling import *
from minigrad.ops.powers import *
from minigrad.ops.products import *
from minigrad.ops.recurrence import *
from minigrad.ops.reduce import *
from minigrad.ops.remainders import *
from minigrad.ops.replacing import *
from minigrad.ops.resampling import *
from minigrad.ops.rounding import *
from minigrad.ops.rrelu import *
from minigrad.ops.running import *
from minigrad.ops.scattering import *
from minigrad.ops.shape import *
from minigrad.ops.shuffling import *
from minigrad.ops.slopes import *
from minigrad.ops.softmax import *
from minigrad.ops.solving import *
from minigrad.ops.statistics import *
from minigrad.ops.steps import *
from minigrad.ops.trigonometry import *
from minigrad.ops.wholes import *
from minigrad.ops.windows import *

globals().update({_name: _in_one_tuple(globals()[_name]) for _name in ("flip", "permute", "reshape", "tile")})

# Those that can write their result into a tensor that is there already: `mg.exp(x, out=y)`.
_WITH_OUT = (
    "abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr all amax amin aminmax angle any arccos "
    "arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort asin asinh atan atan2 atanh baddbmm "
    "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor bmm bucketize cat ceil "
    "chain_matmul cholesky cholesky_solve clamp clamp_max clamp_min clip column_stack complex concat concatenate "
    "copysign cos cosh cross cummax cummin cumprod cumsum deg2rad diag diff digamma div divide dot dstack eq erf erfc "
    "erfinv exp exp2 expm1 fix float_power floor floor_divide fmax fmin fmod frac frexp gather gcd ge ger greater "
    "greater_equal gt hardshrink heaviside histc hstack hypot i0 igamma igammac index_select inner isin isneginf "
    "isposinf kron kthvalue lcm ldexp le lerp less less_equal lgamma log log10 log1p log2 log_softmax logaddexp "
    "logaddexp2 logcumsumexp logical_and logical_not logical_or logical_xor logit logsumexp lt masked_select matmul "
    "matrix_power max maximum mean median min minimum mm mode msort mul multiply mv mvlgamma nan_to_num nanmean "
    "nanmedian nanquantile nansum ne neg negative nextafter nonzero norm not_equal outer polar polygamma pow prod "
    "quantile rad2deg reciprocal remainder renorm round row_stack rsqrt scatter searchsorted sgn sigmoid sign signbit "
    "sin sinc sinh slice_scatter slogdet softmax sort sqrt square stack std sub subtract sum take take_along_dim tan "
    "tanh tensordot topk tril triu true_divide trunc var vdot vstack where xlogy "
).split()
globals().update({_name: _takes_out(globals()[_name]) for _name in _WITH_OUT})
