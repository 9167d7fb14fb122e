"""Linear algebra, under PyTorch's names. Each function stands with its formula in minigrad.ops."""

from minigrad.ops.decompositions import LinAlgError, cholesky, eigh, eigvalsh, qr, svd, svdvals
from minigrad.ops.einsum import matrix_power, multi_dot
from minigrad.ops.elimination import linalg_lu as lu
from minigrad.ops.elimination import linalg_lu_solve as lu_solve
from minigrad.ops.elimination import lu_factor, lu_factor_ex
from minigrad.ops.exponential import (
    cholesky_ex,
    eig,
    eigvals,
    inv_ex,
    matrix_exp,
    solve_ex,
    tensorinv,
    tensorsolve,
    vecdot,
)
from minigrad.ops.exponential import linalg_diagonal as diagonal
from minigrad.ops.exponential import linalg_vander as vander
from minigrad.ops.linalg import matmul
from minigrad.ops.norms import cond, matrix_norm, vector_norm
from minigrad.ops.norms import linalg_norm as norm
from minigrad.ops.out import takes_out as _takes_out
from minigrad.ops.products import linalg_cross as cross
from minigrad.ops.solving import det, inv, lstsq, matrix_rank, pinv, solve, solve_triangular
from minigrad.ops.solving import linalg_slogdet as slogdet

__all__ = [
    "LinAlgError",
    "cholesky",
    "cholesky_ex",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "inv_ex",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_factor_ex",
    "lu_solve",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_ex",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]

# Those that can write their result into a tensor that is there already.
_WITH_OUT = (
    "cholesky cond cross det eigh eigvalsh inv matmul matrix_norm matrix_power matrix_rank multi_dot norm pinv qr "
    "slogdet solve solve_triangular svd svdvals vector_norm "
).split()
globals().update({_name: _takes_out(globals()[_name]) for _name in _WITH_OUT})
