"""Diagonals, windows, arrangements, grids and pieces."""

from __future__ import annotations

from op_cases.case import MATRIX, ONE, VECTOR, Case

SQUARE = (((3, 3),), ((2, 3),), ((2, 3, 2),))
CUBE = (((2, 3, 4),),)

CASES = [
    # diagonals
    Case("tril", lambda m, a: m.tril(a), "TrilBackward0", MATRIX),
    Case("triu", lambda m, a: a.triu(1), "TriuBackward0", MATRIX),
    Case("diag of a vector", lambda m, a: m.diag(a, -1), "DiagEmbedBackward0", (((3,),), ((1,),))),
    Case("diag of a matrix", lambda m, a: a.diag(1), "DiagonalBackward0_copy", (((3, 3),), ((2, 3),))),
    Case("diagonal", lambda m, a: a.diagonal(), "DiagonalBackward0", MATRIX),
    Case("diagonal offset", lambda m, a: m.diagonal(a, 1, 2, 0), "DiagonalBackward0", CUBE),
    Case("diag_embed", lambda m, a: m.diag_embed(a), "DiagEmbedBackward0", VECTOR),
    Case("diag_embed offset", lambda m, a: a.diag_embed(-1, 0, 2), "DiagEmbedBackward0", (((2, 3),),)),
    Case("diagflat", lambda m, a: m.diagflat(a, 1), "DiagEmbedBackward0", (((2, 2),), ((3,),))),
    Case(
        "diagonal_scatter",
        lambda m, a, b: m.diagonal_scatter(a, b, 1),
        "DiagonalScatterBackward0",
        (((3, 3), (2,)), ((2, 3), (2,))),
    ),
    Case(
        "block_diag",
        lambda m, a, b, c: m.block_diag(a, b, c),
        "BlockDiagBackward0",
        (((2, 3), (2,), ()), ((1, 1), (2, 2), (1,))),
    ),
    # windows
    Case("unfold", lambda m, a: a.unfold(0, 2, 1), "UnfoldBackward0", (((3,),), ((3, 2),), ((5,),))),
    Case("unfold far", lambda m, a: a.unfold(1, 2, 2), "UnfoldBackward0", (((2, 5),), ((2, 3, 2),))),
    Case("as_strided", lambda m, a: m.as_strided(a, (2, 2), (1, 1), 1), "AsStridedBackward0", (((4,),), ((2, 3),))),
    Case(
        "as_strided columns",
        lambda m, a: (a * 1).t().as_strided((2, 2), (1, 2)),
        "AsStridedBackward0",
        (((2, 3),), ((3, 3),)),
    ),
    # arrangements
    Case("roll", lambda m, a: m.roll(a, 1), "RollBackward0", ONE),
    Case("roll dims", lambda m, a: a.roll((1, -2), (0, 1)), "RollBackward0", MATRIX),
    Case("rot90", lambda m, a: m.rot90(a), "Rot90Backward0", MATRIX),
    Case("rot90 back", lambda m, a: a.rot90(-1, (1, 0)), "Rot90Backward0", MATRIX),
    Case("fliplr", lambda m, a: m.fliplr(a), "FlipBackward0", MATRIX),
    Case("flipud", lambda m, a: a.flipud(), "FlipBackward0", VECTOR),
    Case("repeat_interleave", lambda m, a: a.repeat_interleave(2), "ViewBackward0", VECTOR),
    Case("repeat_interleave dim", lambda m, a: m.repeat_interleave(a, 3, dim=1), "ViewBackward0", MATRIX),
    Case(
        "repeat_interleave each",
        lambda m, a: m.repeat_interleave(a, m.tensor([2, 0, 1]), dim=-1),
        "IndexSelectBackward0",
        (((3,),), ((2, 3),)),
    ),
    Case(
        "meshgrid",
        lambda m, a, b: m.meshgrid(a, b, indexing="ij")[1],
        "ExpandBackward0",
        (((3,), (2,)), ((1,), (3,))),
    ),
    Case("meshgrid xy", lambda m, a, b: m.meshgrid([a, b], indexing="xy")[0], "ExpandBackward0", (((3,), (2,)),)),
    Case("cartesian_prod", lambda m, a, b: m.cartesian_prod(a, b), "StackBackward0", (((3,), (2,)),)),
    Case("combinations", lambda m, a: m.combinations(a), "StackBackward0", (((3,),), ((4,),))),
    Case("combinations again", lambda m, a: m.combinations(a, 3, True), "StackBackward0", (((3,),),)),
    Case("broadcast_tensors", lambda m, a, b: m.broadcast_tensors(a, b)[1], "ExpandBackward0", (((2, 3), (3,)),)),
    Case("view_as", lambda m, a: a.view_as(m.zeros(3, 2)), "ViewBackward0", (((2, 3),),)),
    Case("reshape_as", lambda m, a: a.t().reshape_as(m.zeros(6)), "UnsafeViewBackward0", (((2, 3),),)),
    Case("sum_to_size", lambda m, a: a.sum_to_size(1, 3), "SumBackward1", (((2, 3),),)),
    Case("ravel", lambda m, a: m.ravel(a.t()), "ViewBackward0", (((2, 3),),)),
    Case("atleast_1d", lambda m, a: m.atleast_1d(a), "ViewBackward0", (((),),)),
    Case("atleast_2d", lambda m, a: m.atleast_2d(a), "UnsqueezeBackward0", (((3,),),)),
    Case("atleast_3d", lambda m, a: m.atleast_3d(a), "UnsqueezeBackward0", (((3,),), ((2, 3),))),
    Case("dstack", lambda m, a, b: m.dstack([a, b]), "CatBackward0", (((3,), (3,)), ((2, 3), (2, 3)))),
    Case("column_stack", lambda m, a, b: m.column_stack((a, b)), "CatBackward0", (((3,), (3,)), ((2, 3), (2,)))),
    Case("tensor_split", lambda m, a: m.tensor_split(a, 2)[0], "SliceBackward0", VECTOR),
    Case("tensor_split at", lambda m, a: a.tensor_split((1, 5), dim=-1)[1], "SliceBackward0", VECTOR),
    Case("hsplit", lambda m, a: m.hsplit(a, 2)[1], "SliceBackward0", (((4,),), ((2, 4),))),
    Case("vsplit", lambda m, a: a.vsplit([1])[0], "SliceBackward0", MATRIX),
    Case("dsplit", lambda m, a: m.dsplit(a, 2)[1], "SliceBackward0", CUBE),
]
