"""Sums without nan, spread with its mean, covariance, differences, running sums; and what occurs how often."""

from __future__ import annotations

from op_cases.case import COMPOSED, MATRIX, VECTOR, Case

SEVERAL = (((3,),), ((2, 3),))
APART = (((5,),), ((2, 3),))

PLACES = [0.0, 1.0, 2.5, 3.0, 5.0]  # of five heights

CASES = [
    Case("dist", lambda m, a, b: m.dist(a, b), COMPOSED, (((3,), (3,)), ((2, 3), (3,)))),
    Case("dist 1", lambda m, a, b: a.dist(b, p=1), COMPOSED, (((3,), (3,)),)),
    Case("pdist", lambda m, a: m.pdist(a), COMPOSED, (((3, 2),), ((4, 1),))),
    Case("pdist 1.5", lambda m, a: m.pdist(a, 1.5), COMPOSED, (((3, 2),),)),
    Case("renorm", lambda m, a: m.renorm(a, 2, 0, 1.0), COMPOSED, MATRIX),
    Case("renorm 1", lambda m, a: a.renorm(1, -1, 2.0), COMPOSED, MATRIX),
    Case("gradient", lambda m, a: m.gradient(a)[0], COMPOSED, SEVERAL),
    Case("gradient edge", lambda m, a: m.gradient(a, spacing=2.0, dim=-1, edge_order=2)[0], COMPOSED, SEVERAL),
    Case(
        "gradient places",
        lambda m, a: m.gradient(a, spacing=[m.tensor(PLACES, dtype=a.dtype)])[0],
        COMPOSED,
        (((5,),),),
    ),
    Case("adjoint", lambda m, a: a.adjoint() if m.__name__ == "minigrad" else a.mT, "TransposeBackward0", MATRIX),
    Case("nansum", lambda m, a: m.nansum(a), "NansumBackward0"),
    Case("nansum dim", lambda m, a: a.nansum(-1, keepdim=True), "NansumBackward0"),
    Case("nanmean", lambda m, a: a.nanmean(), "DivBackward0"),
    Case("var_mean", lambda m, a: m.var_mean(a)[0], "VarMeanBackward0", SEVERAL),
    Case("var_mean both", lambda m, a: sum(m.var_mean(a, -1, correction=0)), "AddBackward0", SEVERAL),
    Case("std_mean", lambda m, a: m.std_mean(a, 0, keepdim=True)[0], "StdMeanBackward0", SEVERAL),
    Case("std_mean mean", lambda m, a: m.std_mean(a, 0)[1], "StdMeanBackward0", VECTOR),
    Case("var_mean mean", lambda m, a: m.var_mean(a, -1)[1], "VarMeanBackward0", VECTOR),
    Case("std_mean both", lambda m, a: sum(m.std_mean(a, unbiased=False)), "AddBackward0", SEVERAL),
    Case("aminmax", lambda m, a: m.aminmax(a)[0], "AminmaxBackward0"),
    Case("aminmax dim", lambda m, a: m.aminmax(a, dim=0, keepdim=True).max, "AminmaxBackward0"),
    Case("logcumsumexp", lambda m, a: a.logcumsumexp(-1), "LogcumsumexpBackward0", VECTOR),
    Case("diff", lambda m, a: m.diff(a), "SubBackward0", (((4,),), ((2, 3),))),
    Case("diff twice", lambda m, a, b: a.diff(2, 0, prepend=b), "SubBackward0", (((3,), (2,)),)),
    Case("cov", lambda m, a: m.cov(a), COMPOSED, SEVERAL),
    Case("corrcoef", lambda m, a: a.corrcoef(), COMPOSED, (((2, 4),),)),
    Case("trapezoid", lambda m, a, b: m.trapezoid(a, b), COMPOSED, (((4,), (4,)),)),
    Case("cumulative_trapezoid", lambda m, a: m.cumulative_trapezoid(a, dx=2.0, dim=0), COMPOSED, (((2, 3),),)),
]

PLAIN = [
    Case("vander", lambda m, a: m.vander(a.detach(), 4, increasing=True), None, (((3,),),)),
    Case("count_nonzero", lambda m, a: m.count_nonzero(a > 0), None),
    Case("count_nonzero dim", lambda m, a: (a > 0).count_nonzero(-1), None),
    Case("unique", lambda m, a: m.unique(a.detach().round()), None),
    Case("unique inverse", lambda m, a: a.detach().round().unique(return_inverse=True)[1], None),
    Case("unique dim", lambda m, a: m.unique(a.detach().sign(), dim=1, return_counts=True)[1], None, MATRIX),
    Case("unique_consecutive", lambda m, a: m.unique_consecutive(a.detach().sign(), return_counts=True)[1], None),
    Case("bincount", lambda m, a: m.bincount(a.long().abs().flatten(), minlength=4), None, APART),
    Case("histogram", lambda m, a: m.histogram(a.detach(), 4, range=(-2.0, 2.0))[0], None, (((2, 3),), ((5,),))),
    Case("histogram edges", lambda m, a: m.histogram(a.detach(), m.tensor([-1.0, 0, 1]).to(a.dtype))[0], None, APART),
    Case(
        "histogram density",
        lambda m, a, b: m.histogram(a.detach(), 3, weight=b.detach(), density=True)[0],
        None,
        (((5,), (5,)),),
        (0.0, 2.0),
    ),
    Case("histogramdd", lambda m, a: m.histogramdd(a.detach(), 2)[0], None, (((4, 2),),)),
    Case("nonzero_static", lambda m, a: m.nonzero_static(a > 0, size=3), None),
    Case("unravel_index", lambda m, a: m.unravel_index((a.abs() * 9).long(), (3, 4))[1], None),
    Case("histc", lambda m, a: a.detach().histc(4, -2, 2), None, (((2, 3),), ((5,),))),
    Case("searchsorted", lambda m, a: m.searchsorted(m.tensor([-1.0, 0.0, 1.0]).to(a.dtype), a.detach()), None, APART),
    Case("bucketize", lambda m, a: m.bucketize(a.round(), m.tensor([-1, 0, 1]).to(a.dtype), right=True), None, APART),
    Case("signbit", lambda m, a: m.signbit(a), None),
    Case("isposinf", lambda m, a: a.isposinf(), None),
    Case("isneginf", lambda m, a: m.isneginf(a), None),
    Case("isreal", lambda m, a: m.isreal(a), None),
]
