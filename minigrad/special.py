"""The functions that PyTorch keeps in ``torch.special``; many are also at the top level."""

from __future__ import annotations

from minigrad.ops import polynomials as _polynomials
from minigrad.ops import waves as _waves
from minigrad.ops.activations import erf, erfc, sigmoid
from minigrad.ops.bessel import i0, i0e, i1, i1e, sinc
from minigrad.ops.chances import entr, erfcx, erfinv, log_ndtr, logit, ndtr, ndtri
from minigrad.ops.combining import xlog1py, xlogy
from minigrad.ops.elementwise import exp2, expm1, log1p
from minigrad.ops.factorials import digamma, lgamma, mvlgamma, polygamma
from minigrad.ops.incomplete import igamma, igammac, zeta
from minigrad.ops.out import takes_out as _takes_out
from minigrad.ops.polynomials import *
from minigrad.ops.rounding import round
from minigrad.ops.softmax import log_softmax, logsumexp, softmax
from minigrad.ops.waves import *

expit = sigmoid
gammaln = lgamma
psi = digamma
multigammaln = mvlgamma
gammainc, gammaincc = igamma, igammac

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammainc",
    "gammaincc",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_ndtr",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
    "zeta",
]
__all__ += [*_polynomials.__all__, *_waves.__all__]

# Those that can write their result into a tensor that is there already.
_WITH_OUT = (
    "digamma entr erf erfc erfcx erfinv exp2 expit expm1 gammainc gammaincc gammaln i0 i0e i1 i1e log1p log_ndtr "
    "logit logsumexp multigammaln ndtr ndtri polygamma psi round sinc xlog1py xlogy zeta "
).split()
globals().update({_name: _takes_out(globals()[_name]) for _name in _WITH_OUT})
