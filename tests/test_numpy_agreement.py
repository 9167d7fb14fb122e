"""NumPy agreement, over the table of op_cases: where NumPy has the function, its numbers are the op's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from op_cases import CASES, PLAIN

# A case's name, and what NumPy says for it, of the same arrays a, b and c.
SAME_NAME = """
exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh sqrt square sign floor ceil trunc reciprocal sinc i0
deg2rad rad2deg maximum minimum fmax fmin hypot logaddexp logaddexp2 copysign nextafter heaviside signbit isnan isinf
isfinite isposinf isneginf kron outer trace tril triu diagonal fliplr flipud rot90 nan_to_num nansum nanmean
logical_and logical_or logical_xor logical_not atleast_1d atleast_2d atleast_3d inner vdot diff
""".split()
IN_NUMPY = {
    **{name: f"np.{name}(a, b)" for name in SAME_NAME if name in "maximum minimum fmax fmin hypot logaddexp logaddexp2 "
       "copysign nextafter heaviside kron outer logical_and logical_or logical_xor inner vdot".split()},
    "add": "a + b", "sub": "a - b", "mul": "a * b", "div": "a / b", "neg": "-a", "abs": "np.abs(a)",
    "add alpha": "a + 3 * b", "number sub": "2 - a", "rsub": "b - a", "number div": "2 / a", "div floor": "a // b",
    "div trunc": "np.trunc(a / b)", "pow number": "a**3", "pow fraction": "a**2.5", "pow half": "np.sqrt(a)",
    "pow negative": "a**-2", "pow tensor": "a**b", "number pow": "2**a", "float_power": "np.float_power(a, 2)",
    "rsqrt": "1 / np.sqrt(a)", "lerp": "a + 0.3 * (b - a)", "remainder": "np.mod(a, b)", "fmod": "np.fmod(a, b)",
    "remainder number": "np.mod(a, 0.7)", "fmod number": "np.fmod(a, 0.7)", "frac": "a - np.trunc(a)",
    "clamp": "np.clip(a, -0.6, 0.8)", "asin": "np.arcsin(a)", "acos": "np.arccos(a)", "atan": "np.arctan(a)",
    "asinh": "np.arcsinh(a)", "atanh": "np.arctanh(a)", "atan2": "np.arctan2(a, b)",
    "sum": "a.sum()", "sum dim": "a.sum(-1) if a.ndim else a", "sum dims": "a.sum((0, -1), keepdims=True)",
    "mean": "a.mean()", "mean dims": "a.mean((0, 1))", "prod": "a.prod()", "prod dim": "a.prod(-1) if a.ndim else a",
    "var": "a.var(ddof=1)", "var dim": "a.var(-1)", "std": "a.std(ddof=1)", "norm": "np.sqrt((a * a).sum())",
    "cumsum": "a.cumsum(0) if a.ndim else a", "cumprod": "a.cumprod(-1) if a.ndim else a", "max": "a.max()",
    "min": "a.min()", "max dim": "a.max(0) if a.ndim else a", "amax dims": "a.max((0, 1), keepdims=True)",
    "median dim": "np.sort(a)[..., (a.shape[-1] - 1) // 2]", "quantile": "np.quantile(a, 0.3)",
    "quantile dim": "np.quantile(a, 0.6, axis=-1, keepdims=True)", "sort": "np.sort(a) if a.ndim else a",
    "sort descending": "-np.sort(-a, axis=0) if a.ndim else a", "msort": "np.sort(a, axis=0) if a.ndim else a",
    "argsort": "np.argsort(a) if a.ndim else 0", "argmax": "a.argmax()", "argmin": "a.argmin(0) if a.ndim else 0",
    "cummax": "np.maximum.accumulate(a, 0) if a.ndim else a", "aminmax": "a.min()", "cov": "np.cov(a)",
    "corrcoef": "np.corrcoef(a)", "trapezoid": "np.trapezoid(a, b)", "count_nonzero": "np.count_nonzero(a > 0)",
    "view": "a.reshape(-1, 1)", "reshape": "a.reshape(1, -1)", "flatten": "a.ravel()", "squeeze": "a.squeeze()",
    "unsqueeze": "a[..., None]", "transpose": "a.swapaxes(0, -1) if a.ndim else a", "t": "a.T", "mT": "a.mT",
    "permute": "a.transpose(2, 0, 1)", "movedim": "np.moveaxis(a, 0, -1)", "flip": "np.flip(a, 0)",
    "expand": "np.broadcast_to(a, np.broadcast_shapes((2, 2, 1), a.shape))", "triu": "np.triu(a, 1)",
    "roll": "np.roll(a, 1)",
    "roll dims": "np.roll(a, (1, -2), (0, 1))", "cat": "np.concatenate([a, b, a], -1)", "stack": "np.stack([a, b], -1)",
    "hstack": "np.hstack([a, b])", "vstack": "np.vstack([a, b])", "dstack": "np.dstack([a, b])",
    "column_stack": "np.column_stack((a, b))", "tile": "np.tile(a, 2)", "repeat_interleave": "np.repeat(a, 2)",
    "repeat_interleave dim": "np.repeat(a, 3, axis=1)", "tensor_split": "np.array_split(a, 2)[0]",
    "hsplit": "np.hsplit(a, 2)[1]", "vsplit": "np.vsplit(a, [1])[0]", "meshgrid": "np.meshgrid(a, b, indexing='ij')[1]",
    "diag of a vector": "np.diag(a, -1)", "diag of a matrix": "np.diag(a, 1)", "diagflat": "np.diagflat(a, 1)",
    "x[list]": "a[[0, 0, -1]]", "x[:, list]": "a[:, [2, 0, 2]]", "x[list, list]": "a[[0, 1, 0], [2, 1, 2]]",
    "x[mask]": "a[a > 0.1]", "take": "np.take(a, [[0, -1], [0, 0]])", "index_select": "np.take(a, [0, 0], -1)",
    "take_along_dim": "np.take_along_axis(a, np.array([[1], [0]]), 1)", "where": "np.where(a > b, a, b)",
    "masked_select": "a[a > 0]", "nonzero": "np.argwhere(a > 0)", "argwhere": "np.argwhere(a > 0)",
    "unique": "np.unique(np.round(a))", "isclose": "np.isclose(a, b)", "mm": "a @ b", "mv": "a @ b", "dot": "a @ b",
    "vm": "a @ b", "bmm": "a @ b", "matmul": "a @ b", "addmm": "2 * a + 0.5 * b @ c", "cross": "np.cross(a, b)",
    "tensordot": "np.tensordot(a, b, 1)", "tensordot dims": "np.tensordot(a, b, ([2, 0], [0, 1]))",
    **{f"einsum {text}": f"np.einsum({text!r}, a, b)" for text in ("ij,jk->ik", "i,j->ij", "bij,bjk->bik", "ij,ij")},
    "det": "np.linalg.det(a)", "pinv": "np.linalg.pinv(a)", "svdvals": "np.linalg.svd(a, compute_uv=False)",
    "matrix_power": "np.linalg.matrix_power(a, 3)", "matrix_rank": "np.linalg.matrix_rank(a)",
    "matrix_norm 2": "np.linalg.norm(a, 2, (-2, -1))", "matrix_norm nuc": "np.linalg.norm(a, 'nuc', (-2, -1))",
    "multi_dot": "np.linalg.multi_dot([a, b, c])", "cond": "np.linalg.cond(a)",
    "qr R": "np.linalg.qr(a)[1]", "linalg.vander": "a[..., None] ** np.arange(3)",
    "eq": "a == b", "lt": "a < b", "ge": "a >= b", "gcd": "np.gcd((a * 9).astype(int), (b * 9).astype(int))",
    "lcm": "np.lcm((a * 9).astype(int), (b * 9).astype(int))",
    "any": "(a > 0).any(-1, keepdims=True) if a.ndim else a > 0",
    "vander": "np.vander(a, 4, increasing=True)", "histc": "np.histogram(a, 4, (-2, 2))[0]",
}  # fmt: skip
IN_NUMPY = {**{name: f"np.{name}(a)" for name in SAME_NAME}, **IN_NUMPY}
BY_NAME = {case.name: case for case in CASES + PLAIN}


@pytest.mark.parametrize("name", sorted(IN_NUMPY))
def test_an_op_gives_numpy_s_numbers(name: str) -> None:
    case = BY_NAME[name]
    for shapes in case.shapes:
        arrays = case.arrays(shapes)
        names: dict[str, Any] = dict(zip("abc", arrays, strict=False))
        with np.errstate(all="ignore"):
            expected = eval(IN_NUMPY[name], {"np": np, **names})
        found = case.call(mg, *[mg.tensor(x) for x in arrays]).numpy()
        assert found.shape == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
