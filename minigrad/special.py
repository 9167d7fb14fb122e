"""The functions that PyTorch keeps in ``torch.special``; many are also at the top level."""

from __future__ import annotations

from minigrad.ops.activations import erf, erfc, sigmoid
from minigrad.ops.combining import xlog1py, xlogy
from minigrad.ops.elementwise import exp2, expm1, log1p
from minigrad.ops.higher import (
    digamma,
    entr,
    erfinv,
    i0,
    i0e,
    i1,
    i1e,
    lgamma,
    logit,
    mvlgamma,
    ndtr,
    ndtri,
    polygamma,
    sinc,
)
from minigrad.ops.out import takes_out as _takes_out
from minigrad.ops.rounding import round
from minigrad.ops.softmax import log_softmax, logsumexp, softmax

expit = sigmoid
gammaln = lgamma
psi = digamma
multigammaln = mvlgamma

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
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
]

# Those that can write their result into a tensor that is there already.
_WITH_OUT = (
    "digamma entr erf erfc erfinv exp2 expit expm1 gammaln i0 i0e i1 i1e log1p logit logsumexp multigammaln ndtr "
    "ndtri polygamma psi round sinc xlog1py xlogy "
).split()
globals().update({_name: _takes_out(globals()[_name]) for _name in _WITH_OUT})
