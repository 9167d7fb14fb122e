"""Linear algebra: products over named dimensions, equations, decompositions, norms of matrices."""

from __future__ import annotations

from typing import Any

from op_cases.case import COMPOSED, Case, Shapes

SQUARE: tuple[Shapes, ...] = (((3, 3),), ((2, 2, 2),))
ANY: tuple[Shapes, ...] = (((3, 2),), ((2, 3),), ((2, 3, 2),))


def steep(m: Any, a: Any) -> Any:
    """Return square matrices that are far from singular."""
    return a + 4 * m.eye(a.shape[-1], dtype=a.dtype)


def positive(m: Any, a: Any) -> Any:
    """Return symmetric matrices whose eigenvalues are positive and apart."""
    n = a.shape[-1]
    return a @ a.mT + m.tensor([[(i + 1.0) * (i == j) for j in range(n)] for i in range(n)], dtype=a.dtype) * 2


def turned(m: Any, a: Any) -> Any:
    """Return what of eigenvectors does not depend on their signs."""
    vectors = m.linalg.eigh(positive(m, a))[1]
    return vectors * vectors


CASES = [
    *[
        Case(f"einsum {text}", lambda m, *x, text=text: m.einsum(text, *x), COMPOSED, (shapes,))
        for text, shapes in (
            ("ij,jk->ik", ((2, 3), (3, 2))),
            ("ij,jk", ((2, 3), (3, 2))),
            ("ii", ((3, 3),)),
            ("ii->i", ((3, 3),)),
            ("ij->ji", ((2, 3),)),
            ("ij->j", ((2, 3),)),
            ("i,j->ij", ((2,), (3,))),
            ("bij,bjk->bik", ((2, 2, 3), (2, 3, 2))),
            ("bn,anm,bm->ba", ((2, 3), (2, 3, 2), (2, 2))),
            ("...ij,...jk->...ik", ((2, 1, 2), (2, 2))),
            ("i...,i->...", ((2, 3), (2,))),
            ("ij,ij", ((2, 3), (2, 3))),
            ("ij,ik,il->jkl", ((2, 2), (2, 3), (2, 1))),
            ("iji,j", ((2, 3, 2), (3,))),
        )
    ],
    Case("einsum lists", lambda m, a, b: m.einsum(a, [0, 1], b, [1, 2], [2, 0]), COMPOSED, (((2, 3), (3, 2)),)),
    Case("tensordot", lambda m, a, b: m.tensordot(a, b, 1), "ViewBackward0", (((2, 3), (3, 4)),)),
    Case("tensordot dims", lambda m, a, b: m.tensordot(a, b, ([2, 0], [0, 1])), COMPOSED, (((2, 2, 3), (3, 2)),)),
    Case("kron", lambda m, a, b: m.kron(a, b), COMPOSED, (((2, 2), (2, 3)), ((2,), (2, 3)))),
    Case("inner", lambda m, a, b: m.inner(a, b), COMPOSED, (((2, 3), (4, 3)), ((3,), (3,)))),
    Case(
        "cross",
        lambda m, a, b: m.cross(a, b, dim=-1),
        "LinalgCrossBackward0",
        (((3,), (3,)), ((2, 3), (1, 3))),
    ),
    Case("linalg.cross", lambda m, a, b: m.linalg.cross(a, b, dim=0), "LinalgCrossBackward0", (((3, 2), (3, 2)),)),
    Case("trace", lambda m, a: a.trace(), "TraceBackward0", (((3, 3),), ((2, 3),))),
    Case("vdot", lambda m, a, b: m.vdot(a, b), "VdotBackward0", (((4,), (4,)),)),
    Case(
        "addmv",
        lambda m, a, b, c: m.addmv(a, b, c, beta=2, alpha=3),
        "AddmvBackward0",
        (((2,), (2, 3), (3,)), ((), (2, 3), (3,))),
    ),
    Case("addr", lambda m, a, b, c: m.addr(a, b, c, alpha=3), "AddrBackward0", (((2, 3), (2,), (3,)),)),
    Case(
        "baddbmm", lambda m, a, b, c: m.baddbmm(a, b, c, beta=2), "BaddbmmBackward0", (((2, 2), (2, 2, 3), (2, 3, 2)),)
    ),
    Case("addbmm", lambda m, a, b, c: m.addbmm(a, b, c, alpha=2), "AddbmmBackward0", (((2, 2), (2, 2, 3), (2, 3, 2)),)),
    Case("multi_dot", lambda m, a, b, c: m.linalg.multi_dot([a, b, c]), COMPOSED, (((2, 3), (3, 4), (4, 1)),)),
    Case("matrix_power", lambda m, a: m.linalg.matrix_power(a, 3), COMPOSED, SQUARE),
    Case("matrix_power 5", lambda m, a: m.matrix_power(a, 5), COMPOSED, SQUARE, (-0.9, 0.9)),
    Case("matrix_power -2", lambda m, a: m.linalg.matrix_power(steep(m, a), -2), COMPOSED, SQUARE),
    Case("cdist", lambda m, a, b: m.cdist(a, b), COMPOSED, (((2, 3), (4, 3)), ((2, 2, 3), (2, 1, 3)))),
    Case("cdist 1", lambda m, a, b: m.cdist(a, b, 1.0), COMPOSED, (((2, 3), (4, 3)),)),
    # equations
    Case("det", lambda m, a: m.det(a), "LinalgDetBackward0", SQUARE),
    Case("slogdet", lambda m, a: m.linalg.slogdet(steep(m, a)).logabsdet, "LinalgSlogdetBackward0", SQUARE),
    Case("logdet", lambda m, a: m.logdet(steep(m, a)), "WhereBackward0", SQUARE),
    Case("inverse", lambda m, a: m.inverse(steep(m, a)), "LinalgInvExBackward0", SQUARE),
    Case("pinv", lambda m, a: m.linalg.pinv(a), "LinalgPinvBackward0", ANY[:2]),
    Case(
        "solve",
        lambda m, a, b: m.linalg.solve(steep(m, a), b),
        "LinalgSolveExBackward0",
        (((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 2, 2), (2, 1))),
    ),
    Case("solve right", lambda m, a, b: m.linalg.solve(steep(m, a), b, left=False), COMPOSED, (((3, 3), (2, 3)),)),
    *[
        Case(
            f"solve_triangular {upper} {unit}",
            lambda m, a, b, u=upper, d=unit: m.linalg.solve_triangular(steep(m, a), b, upper=u, unitriangular=d),
            "LinalgSolveTriangularBackward0",
            (((3, 3), (3, 2)),),
        )
        for upper in (True, False)
        for unit in (True, False)
    ],
    Case("cholesky_solve", lambda m, a, b: m.cholesky_solve(a, steep(m, b).tril()), COMPOSED, (((3, 2), (3, 3)),)),
    Case("lstsq", lambda m, a, b: m.linalg.lstsq(a, b).solution, COMPOSED, (((3, 2), (3, 1)),)),
    # decompositions
    Case("cholesky", lambda m, a: m.linalg.cholesky(positive(m, a)), "LinalgCholeskyExBackward0", SQUARE),
    Case(
        "cholesky upper",
        lambda m, a: m.linalg.cholesky(positive(m, a), upper=True),
        "LinalgCholeskyExBackward0",
        SQUARE,
    ),
    Case("matrix_exp", lambda m, a: m.matrix_exp(a), "LinalgMatrixExpBackward0", SQUARE),
    Case("matrix_exp large", lambda m, a: a.matrix_exp(), "LinalgMatrixExpBackward0", SQUARE, (-4.0, 4.0)),
    Case("lu L", lambda m, a: m.linalg.lu(a).L, "LinalgLuBackward0", (*SQUARE, *ANY)),
    Case("lu U", lambda m, a: m.linalg.lu(a)[2], "LinalgLuBackward0", (*SQUARE, *ANY)),
    Case("lu product", lambda m, a: m.linalg.lu(a).L @ m.linalg.lu(a).U, COMPOSED, (*SQUARE, *ANY)),
    Case("lu_factor", lambda m, a: m.linalg.lu_factor(a).LU, "LinalgLuFactorExBackward0", (*SQUARE, *ANY)),
    Case(
        "lu_solve",
        lambda m, a, b: m.linalg.lu_solve(*m.linalg.lu_factor(a), b),
        COMPOSED,
        (((3, 3), (3, 2)), ((2, 2, 2), (2, 2, 1))),
    ),
    Case(
        "lu_solve adjoint",
        lambda m, a, b: m.linalg.lu_solve(*m.linalg.lu_factor(a), b, left=False, adjoint=True),
        COMPOSED,
        (((3, 3), (2, 3)),),
    ),
    Case("lu_unpack", lambda m, a: m.lu_unpack(*m.linalg.lu_factor(a))[1], COMPOSED, (*SQUARE, *ANY)),
    Case("former svd", lambda m, a: a.svd(some=False)[1], "LinalgSvdBackward0", ANY),
    Case("former svd V", lambda m, a: m.svd(a).V ** 2, COMPOSED, ANY),
    Case("former qr", lambda m, a: a.qr()[1], "LinalgQrBackward0", ANY),
    Case(
        "triangular_solve",
        lambda m, a, b: b.triangular_solve(steep(m, a), False, True)[0],
        COMPOSED,
        (((3, 3), (3, 2)),),
    ),
    Case("cholesky_inverse", lambda m, a: m.cholesky_inverse(steep(m, a).tril()), COMPOSED, SQUARE),
    Case("tensorinv", lambda m, a: m.linalg.tensorinv(steep(m, a).reshape(2, 2, 4)), COMPOSED, (((4, 4),),)),
    Case(
        "tensorsolve",
        lambda m, a, b: m.linalg.tensorsolve(steep(m, a).reshape(2, 2, 4), b),
        COMPOSED,
        (((4, 4), (2, 2)),),
    ),
    Case("vecdot", lambda m, a, b: m.linalg.vecdot(a, b, dim=0), "SumBackward1", (((3, 2), (3, 2)), ((2, 3), (3,)))),
    Case(
        "linalg.diagonal", lambda m, a: m.linalg.diagonal(a, offset=1), "DiagonalBackward0", (((3, 3),), ((2, 2, 3),))
    ),
    Case("linalg.vander", lambda m, a: m.linalg.vander(a, N=3), COMPOSED, (((3,),), ((2, 3),))),
    Case("inv_ex", lambda m, a: m.linalg.inv_ex(steep(m, a)).inverse, "LinalgInvExBackward0", SQUARE),
    Case("cholesky_ex", lambda m, a: m.linalg.cholesky_ex(positive(m, a))[0], "LinalgCholeskyExBackward0", SQUARE),
    Case(
        "solve_ex", lambda m, a, b: m.linalg.solve_ex(steep(m, a), b)[0], "LinalgSolveExBackward0", (((3, 3), (3, 2)),)
    ),
    Case("qr Q", lambda m, a: m.linalg.qr(a)[0], "LinalgQrBackward0", ANY),
    Case("qr R", lambda m, a: m.linalg.qr(a).R, "LinalgQrBackward0", ANY),
    Case("svd S", lambda m, a: m.linalg.svd(a, full_matrices=False).S, "LinalgSvdBackward0", ANY),
    Case("svd full S", lambda m, a: m.linalg.svd(a).S, "LinalgSvdBackward0", ANY),
    Case("svd U", lambda m, a: m.linalg.svd(a, full_matrices=False)[0] ** 2, COMPOSED, ANY),
    Case("svd V", lambda m, a: m.linalg.svd(a, full_matrices=False)[2] ** 2, COMPOSED, ANY),
    Case("svdvals", lambda m, a: m.linalg.svdvals(a), "LinalgSvdBackward0", ANY),
    Case("eigvalsh", lambda m, a: m.linalg.eigvalsh(positive(m, a)), "LinalgEighBackward0", SQUARE, (-0.9, 0.9)),
    Case("eigh vectors", turned, "MulBackward0", SQUARE),
    # norms
    *[
        Case(f"matrix_norm {ord}", lambda m, a, o=ord: m.linalg.matrix_norm(a, o), COMPOSED, ANY)
        for ord in ("fro", "nuc", 1, -1, 2, -2, float("inf"), -float("inf"))
    ],
    Case("matrix_norm dims", lambda m, a: m.linalg.matrix_norm(a, 2, (0, 2), keepdim=True), COMPOSED, ANY[2:]),
    Case("linalg.norm", lambda m, a: m.linalg.norm(a), "LinalgVectorNormBackward0", ANY),
    Case("linalg.norm 2", lambda m, a: m.linalg.norm(a, 2), COMPOSED, ANY[:2]),
    Case("vector_norm", lambda m, a: m.linalg.vector_norm(a, 3, -1), "LinalgVectorNormBackward0", ANY),
    Case("cond", lambda m, a: m.linalg.cond(a), COMPOSED, ANY),
]

PLAIN = [
    Case("eigvals", lambda m, a: m.view_as_real(m.linalg.eigvals(a.detach())).sort(0)[0], None, SQUARE[:1]),
    Case("eig", lambda m, a: m.linalg.eig(positive(m, a).detach()).eigenvectors.abs(), None, SQUARE),
    Case("lu P", lambda m, a: m.linalg.lu(a).P, None, (*SQUARE, *ANY)),
    Case("lu pivots", lambda m, a: m.linalg.lu_factor(a)[1], None, (*SQUARE, *ANY)),
    Case("lu info", lambda m, a: m.linalg.lu_factor_ex(a * 0).info, None, SQUARE),
    Case("matrix_rank", lambda m, a: m.linalg.matrix_rank(a), None, ANY),
]
