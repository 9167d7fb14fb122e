"""Entries fetched from where an index points, and put there."""

from __future__ import annotations

from typing import Any

from op_cases.case import Case

PAIR = (((2, 3), (2, 3)),)


def along(m: Any) -> Any:
    """Return an index into rows of three in which one place occurs twice."""
    return m.tensor([[0, 2, 0], [1, 0, 2]])


def reducing(how: str, own: bool = True) -> Any:
    return lambda m, a, b: m.scatter_reduce(a, 1, along(m), b, how, include_self=own)


CASES = [
    Case("scatter", lambda m, a, b: a.scatter(0, m.tensor([[0, 1, 1]]), b), "ScatterBackward0", (((2, 3), (1, 3)),)),
    Case("scatter number", lambda m, a: m.scatter(a, 1, along(m), 2.5), "ScatterBackward1", (((2, 3),),)),
    Case("scatter value", lambda m, a: a.scatter(-1, m.tensor([0, 2]), value=-1), "ScatterBackward1", (((3,),),)),
    Case("scatter_add", lambda m, a, b: m.scatter_add(a, 1, along(m), b), "ScatterAddBackward0", PAIR),
    Case(
        "scatter_add of numbers", lambda m, a, b: a.scatter_add(0, m.tensor(0), b), "ScatterAddBackward0", (((), ()),)
    ),
    *[
        Case(f"scatter_reduce {how}", reducing(how), "ScatterReduceBackward0", PAIR)
        for how in ("sum", "prod", "mean", "amax", "amin")
    ],
    *[
        Case(f"scatter_reduce {how} of others", reducing(how, False), "ScatterReduceBackward0", PAIR)
        for how in ("sum", "prod", "mean", "amax", "amin")
    ],
    *[
        Case(
            f"index_reduce {how} {own}",
            lambda m, a, b, how=how, own=own: a.index_reduce(0, m.tensor([1, 0, 1]), b, how, include_self=own),
            "IndexReduceBackward0",
            (((3,), (3,)), ((2, 2), (3, 2))),
        )
        for how in ("prod", "mean", "amax", "amin")
        for own in (True, False)
    ],
    Case(
        "as_strided_scatter",
        lambda m, a, b: m.as_strided_scatter(a, b, (2, 2), (2, 1), 1),
        "AsStridedScatterBackward0",
        (((2, 3), (2, 2)), ((6,), (2, 2))),
    ),
    Case(
        "index_add",
        lambda m, a, b: a.index_add(0, m.tensor([1, 0, 1]), b),
        "IndexAddBackward0",
        (((3,), (3,)), ((2, 2), (3, 2))),
    ),
    Case(
        "index_add alpha",
        lambda m, a, b: m.index_add(a, -1, m.tensor([2, 2]), b, alpha=3),
        "IndexAddBackward0",
        (((2, 3), (2, 2)),),
    ),
    Case(
        "index_copy",
        lambda m, a, b: m.index_copy(a, 1, m.tensor([2, 0]), b),
        "IndexCopyBackward0",
        (((2, 3), (2, 2)),),
    ),
    Case(
        "index_fill",
        lambda m, a: m.index_fill(a, -1, m.tensor([0, -1]), 2.0),
        "IndexFillBackward0",
        (((3,),), ((2, 3),)),
    ),
    Case(
        "index_fill tensor",
        lambda m, a, b: a.index_fill(0, m.tensor([1]), b),
        "IndexFillBackward1",
        (((3,), ()), ((2, 3), ())),
    ),
    Case(
        "select_scatter",
        lambda m, a, b: m.select_scatter(a, b, 0, -1),
        "SelectScatterBackward0",
        (((2, 3), (3,)), ((2,), ())),
    ),
    Case(
        "slice_scatter",
        lambda m, a, b: a.slice_scatter(b, 1, 0, None, 2),
        "SliceScatterBackward0",
        (((2, 3), (2, 2)),),
    ),
    Case(
        "put",
        lambda m, a, b: m.put(a, m.tensor([[0, -1]]), b),
        "PutBackward0",
        (((3,), (2,)), ((2, 3), (1, 2))),
    ),
    Case("put accumulate", lambda m, a, b: a.put(m.tensor([1, 1]), b, True), "PutBackward0", (((3,), (2,)),)),
    Case(
        "masked_scatter",
        lambda m, a, b: m.masked_scatter(a, m.tensor([True, False, True]), b),
        "MaskedScatterBackward0",
        (((3,), (3,)), ((2, 3), (2, 2))),
    ),
    Case(
        "masked_scatter wide",
        lambda m, a, b: a.masked_scatter(m.ones(2, 3) > 0, b),
        "MaskedScatterBackward0",
        (((3,), (7,)),),
    ),
]

PLAIN = [
    Case("scatter reduce", lambda m, a, b: a.detach().scatter(1, along(m), b.detach(), reduce="multiply"), None, PAIR),
    Case("nonzero", lambda m, a: m.nonzero(a > 0), None),
    Case("nonzero as_tuple", lambda m, a: m.nonzero(a > 0, as_tuple=True)[-1], None),
    Case("argwhere", lambda m, a: (a > 0).argwhere(), None),
    Case("isin", lambda m, a: m.isin((a * 2).round(), m.tensor([1, 2, -1])), None),
    Case("isin invert", lambda m, a: m.isin((a * 2).round(), 1, invert=True), None),
]
