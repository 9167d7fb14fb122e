"""Order, quantiles, running extremes."""

from __future__ import annotations

from op_cases.case import COMPOSED, MATRIX, ONE, VECTOR, Case

CASES = [
    Case("sort", lambda m, a: m.sort(a)[0], "SortBackward0"),
    Case("sort descending", lambda m, a: a.sort(dim=0, descending=True, stable=True)[0], "SortBackward1"),
    Case("msort", lambda m, a: m.msort(a), "SortBackward0"),
    Case("topk", lambda m, a: a.topk(1)[0], "TopkBackward0"),
    Case("topk smallest", lambda m, a: a.topk(2, 0, largest=False).values, "TopkBackward0", MATRIX),
    Case("kthvalue", lambda m, a: a.kthvalue(1)[0], "KthvalueBackward0", VECTOR),
    Case("kthvalue keepdim", lambda m, a: a.kthvalue(2, 1, True)[0], "KthvalueBackward0", MATRIX),
    Case("median", lambda m, a: a.median(), "MedianBackward0"),
    Case("median dim", lambda m, a: a.median(-1)[0], "MedianBackward1", VECTOR),
    Case("nanmedian", lambda m, a: a.nanmedian(), "NanmedianBackward0"),
    Case("nanmedian dim", lambda m, a: a.nanmedian(0, keepdim=True)[0], "NanmedianBackward1", VECTOR),
    Case("mode", lambda m, a: a.mode()[0], "ModeBackward0", VECTOR),
    Case("cummax", lambda m, a: a.cummax(0)[0], "CummaxBackward0"),
    Case("cummin", lambda m, a: a.cummin(-1)[0], "CumminBackward0"),
    Case("quantile", lambda m, a: a.quantile(0.3), COMPOSED),
    Case("quantile dim", lambda m, a: m.quantile(a, 0.6, -1, keepdim=True), COMPOSED, VECTOR),
    Case("quantile midpoint", lambda m, a: m.quantile(a, 0.4, 0, interpolation="midpoint"), COMPOSED, VECTOR),
    Case("nanquantile", lambda m, a: a.nanquantile(0.45, 0), COMPOSED, VECTOR),
]

PLAIN = [
    Case("argsort", lambda m, a: a.argsort(-1), None, ONE),
]
