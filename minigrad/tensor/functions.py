"""Methods that are functions: ``x.exp()`` is ``mg.exp(x)``, the tensor being the first argument."""

from __future__ import annotations

from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.ops import (
    activations,
    angles,
    arithmetic,
    arranging,
    axes,
    bessel,
    chances,
    choice,
    combining,
    compare,
    complex_numbers,
    copies,
    counting,
    decompositions,
    diagonals,
    distances,
    einsum,
    elementwise,
    elimination,
    exponential,
    extremes,
    factorials,
    facts,
    former,
    gates,
    gathering,
    hard,
    histograms,
    incomplete,
    joining,
    linalg,
    logic,
    masks,
    middles,
    norms,
    ordering,
    parts,
    pieces,
    places,
    powers,
    products,
    reduce,
    remainders,
    replacing,
    rounding,
    running,
    scattering,
    solving,
    statistics,
    steps,
    trigonometry,
    wholes,
    windows,
)
from minigrad.ops import index as index_
from minigrad.ops import shape as shape_
from minigrad.ops import softmax as softmax_

__all__ = ["Functions"]


class Functions(TensorBase):
    """The part of ``Tensor`` that is functions of that name, by family."""

    __slots__ = ()

    add, sub, mul, div, neg = arithmetic.add, arithmetic.sub, arithmetic.mul, arithmetic.div, arithmetic.neg
    subtract, multiply, divide, true_divide, negative = sub, mul, div, div, neg
    positive = arithmetic.positive
    reciprocal = powers.reciprocal
    pow = powers.pow
    float_power = powers.float_power
    square = powers.square
    sqrt = powers.sqrt
    rsqrt = powers.rsqrt
    lerp = arithmetic.lerp

    abs = absolute = rounding.abs
    sign, sgn = rounding.sign, rounding.sgn
    floor = rounding.floor
    ceil = rounding.ceil
    trunc = fix = rounding.trunc
    frac = rounding.frac
    round = rounding.round
    floor_divide = remainders.floor_divide
    remainder = remainders.remainder
    fmod = remainders.fmod

    maximum = choice.maximum
    minimum = choice.minimum
    clamp = clip = choice.clamp
    clamp_min = choice.clamp_min
    clamp_max = choice.clamp_max

    exp = elementwise.exp
    exp2 = elementwise.exp2
    expm1 = elementwise.expm1
    log = elementwise.log
    log2 = elementwise.log2
    log10 = elementwise.log10
    log1p = elementwise.log1p

    sin = trigonometry.sin
    cos = trigonometry.cos
    tan = trigonometry.tan
    asin = arcsin = trigonometry.asin
    acos = arccos = trigonometry.acos
    atan = arctan = trigonometry.atan
    sinh = trigonometry.sinh
    cosh = trigonometry.cosh
    asinh = arcsinh = trigonometry.asinh
    acosh = arccosh = trigonometry.acosh
    atanh = arctanh = trigonometry.atanh
    atan2 = arctan2 = trigonometry.atan2

    tanh = activations.tanh
    sigmoid = activations.sigmoid
    relu = activations.relu
    erf = activations.erf
    erfc = activations.erfc
    prelu = gates.prelu
    hardshrink = hard.hardshrink

    sum = reduce.sum
    mean = reduce.mean
    prod = reduce.prod
    var = reduce.var
    std = reduce.std
    norm = norms.norm
    cumsum = running.cumsum
    cumprod = running.cumprod

    max = extremes.max
    min = extremes.min
    amax = extremes.amax
    amin = extremes.amin
    argmax = extremes.argmax
    argmin = extremes.argmin
    all = extremes.all
    any = extremes.any

    softmax = softmax_.softmax
    log_softmax = softmax_.log_softmax
    logsumexp = softmax_.logsumexp

    view = shape_.view
    reshape = shape_.reshape
    flatten = shape_.flatten
    unflatten = shape_.unflatten
    squeeze = shape_.squeeze
    unsqueeze = shape_.unsqueeze
    permute = axes.permute
    movedim = moveaxis = axes.movedim
    transpose = swapaxes = swapdims = axes.transpose
    t = axes.t
    expand = axes.expand
    expand_as = axes.expand_as
    broadcast_to = axes.broadcast_to
    flip = axes.flip
    clone = shape_.clone
    contiguous = shape_.contiguous

    split = joining.split
    chunk = joining.chunk
    unbind = joining.unbind
    repeat = joining.repeat
    tile = joining.tile
    split_with_sizes = joining.split_with_sizes
    unsafe_split, unsafe_chunk = copies.unsafe_split, copies.unsafe_chunk
    unsafe_split_with_sizes, narrow_copy = copies.unsafe_split_with_sizes, copies.narrow_copy
    dist, renorm = distances.dist, norms.renorm
    adjoint = axes.adjoint

    select = index_.select
    narrow = index_.narrow
    gather = gathering.gather
    index_select = gathering.index_select
    take = gathering.take
    index_put = index_.index_put
    take_along_dim = gathering.take_along_dim

    masked_fill = masks.masked_fill
    masked_select = masks.masked_select

    matmul = linalg.matmul
    mm = linalg.mm
    mv = linalg.mv
    dot = linalg.dot
    bmm = linalg.bmm
    addmm = linalg.addmm
    inner, kron, matrix_power = einsum.inner, einsum.kron, einsum.matrix_power
    addmv, addr, addbmm, baddbmm = products.addmv, products.addr, products.addbmm, products.baddbmm
    cross, trace, vdot = products.cross, products.trace, products.vdot
    det, logdet, slogdet = solving.det, solving.logdet, solving.slogdet
    inverse, pinverse, cholesky_solve = solving.inv, solving.pinv, solving.cholesky_solve
    cholesky = decompositions.cholesky
    cholesky_inverse, matrix_exp = exponential.cholesky_inverse, exponential.matrix_exp
    lu, lu_solve = elimination.lu, elimination.lu_solve
    qr, svd, triangular_solve = former.qr, former.svd, former.triangular_solve
    outer = ger = linalg.outer

    eq, ne, lt, le, gt, ge = compare.eq, compare.ne, compare.lt, compare.le, compare.gt, compare.ge
    not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge
    isnan = compare.isnan
    isinf = compare.isinf
    isfinite = compare.isfinite
    isclose = compare.isclose
    allclose = compare.allclose
    equal = compare.equal
    logical_and = logic.logical_and
    logical_or = logic.logical_or
    logical_xor = logic.logical_xor
    logical_not = logic.logical_not
    bitwise_and = logic.bitwise_and
    bitwise_or = logic.bitwise_or
    bitwise_xor = logic.bitwise_xor
    bitwise_not = logic.bitwise_not

    def where(self, condition: Any, other: Any) -> Any:
        """Return this tensor's entries where the condition holds, else those of ``other``."""
        return masks.where(condition, self, other)

    @property
    def real(self) -> Any:
        """The real parts."""
        return complex_numbers.real(self)

    @property
    def imag(self) -> Any:
        """The imaginary parts."""
        return complex_numbers.imag(self)

    @property
    def T(self) -> Any:
        """The tensor with its dimensions in reverse order: a matrix's transpose."""
        return axes.reversed_dims(self)

    @property
    def mT(self) -> Any:
        """The transpose of a matrix, or of each in a stack of them."""
        return axes.matrix_transpose(self)

    @property
    def H(self) -> Any:
        """The transpose of a matrix, conjugated."""
        return axes.hermitian(self)

    @property
    def mH(self) -> Any:
        """The transpose of a matrix, or of each in a stack of them, conjugated."""
        return axes.adjoint(self, "mH")

    sort = ordering.sort
    argsort = ordering.argsort
    msort = ordering.msort
    topk = ordering.topk
    kthvalue = middles.kthvalue
    median = middles.median
    nanmedian = middles.nanmedian
    mode = middles.mode
    quantile = middles.quantile
    nanquantile = middles.nanquantile
    cummax = ordering.cummax
    cummin = ordering.cummin

    tril = diagonals.tril
    triu = diagonals.triu
    diagonal = diagonals.diagonal
    diag = diagonals.diag
    diag_embed = diagonals.diag_embed
    diagflat = diagonals.diagflat
    diagonal_scatter = diagonals.diagonal_scatter

    as_strided, as_strided_scatter = windows.as_strided, windows.as_strided_scatter
    unfold = windows.unfold

    roll = arranging.roll
    rot90 = arranging.rot90
    fliplr = arranging.fliplr
    flipud = arranging.flipud
    repeat_interleave = arranging.repeat_interleave
    view_as = arranging.view_as
    reshape_as = arranging.reshape_as
    sum_to_size = arranging.sum_to_size
    ravel = arranging.ravel
    tensor_split = pieces.tensor_split
    hsplit = pieces.hsplit
    vsplit = pieces.vsplit
    dsplit = pieces.dsplit

    scatter = scattering.scatter
    scatter_add = scattering.scatter_add
    scatter_reduce = scattering.scatter_reduce
    index_reduce = scattering.index_reduce
    index_add = replacing.index_add
    index_copy = replacing.index_copy
    index_fill = replacing.index_fill
    select_scatter = replacing.select_scatter
    slice_scatter = replacing.slice_scatter
    put = replacing.put
    masked_scatter = replacing.masked_scatter
    nonzero, argwhere, nonzero_static = places.nonzero, places.argwhere, places.nonzero_static

    addcmul = combining.addcmul
    addcdiv = combining.addcdiv
    hypot = combining.hypot
    logaddexp = combining.logaddexp
    logaddexp2 = combining.logaddexp2
    xlogy = combining.xlogy
    ldexp, frexp = parts.ldexp, parts.frexp
    copysign = parts.copysign
    fmax = combining.fmax
    fmin = combining.fmin
    nextafter = parts.nextafter
    heaviside = parts.heaviside
    nan_to_num = parts.nan_to_num
    gcd = wholes.gcd
    lcm = wholes.lcm
    bitwise_left_shift = wholes.bitwise_left_shift
    bitwise_right_shift = wholes.bitwise_right_shift

    lgamma = factorials.lgamma
    digamma = factorials.digamma
    mvlgamma = factorials.mvlgamma
    erfinv = chances.erfinv
    i0 = bessel.i0
    igamma, igammac = incomplete.igamma, incomplete.igammac
    sinc = bessel.sinc
    deg2rad = angles.deg2rad
    rad2deg = angles.rad2deg
    logit = chances.logit
    angle = angles.angle
    polygamma = factorials.polygamma_of

    nansum = statistics.nansum
    nanmean = statistics.nanmean
    count_nonzero = statistics.count_nonzero
    aminmax = statistics.aminmax
    logcumsumexp = running.logcumsumexp
    diff = steps.diff
    cov = statistics.cov
    corrcoef = statistics.corrcoef

    unique = counting.unique
    unique_consecutive = counting.unique_consecutive
    bincount = counting.bincount
    histc, histogram = histograms.histc, histograms.histogram

    is_signed = facts.is_signed
    is_same_size = facts.is_same_size
    signbit = facts.signbit
    isposinf = facts.isposinf
    isneginf = facts.isneginf
    isreal = facts.isreal
    conj = conj_physical = complex_numbers.conj
    is_conj, is_neg = complex_numbers.is_conj, complex_numbers.is_neg
    resolve_conj, resolve_neg = complex_numbers.resolve_conj, complex_numbers.resolve_neg
