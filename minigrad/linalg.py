"""Linear algebra, under PyTorch's names. Each function stands with its formula in minigrad.ops."""

from minigrad.ops.decompositions import LinAlgError, cholesky, eigh, eigvalsh, qr, svd, svdvals
from minigrad.ops.einsum import matrix_power, multi_dot
from minigrad.ops.linalg import matmul
from minigrad.ops.norms import cond, matrix_norm, vector_norm
from minigrad.ops.norms import linalg_norm as norm
from minigrad.ops.products import linalg_cross as cross
from minigrad.ops.solving import det, inv, lstsq, matrix_rank, pinv, slogdet, solve, solve_triangular

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "eigh",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "vector_norm",
]
