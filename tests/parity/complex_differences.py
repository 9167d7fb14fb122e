"""Where minigrad differs from PyTorch on purpose, with complex numbers."""

from __future__ import annotations

import warnings
from typing import Any

from parity.difference import Difference, outcome


def complex_decomposition(m: Any) -> str:
    x = m.tensor([[1j]], requires_grad=True)
    try:
        return type(m.linalg.svdvals(x)).__name__
    except RuntimeError:
        return "RuntimeError"


def rows_of_a_complex_table(m: Any) -> Any:
    table = m.tensor([[1 + 1j], [2 - 1j]], requires_grad=True)

    def gradient() -> Any:
        m.nn.functional.embedding(m.tensor([0, 0]), table).abs().sum().backward()
        return [round(abs(x[0]), 3) for x in table.grad.tolist()]

    return outcome(gradient)


def complex_silu_in_place(m: Any) -> Any:
    z = m.tensor([1 + 2j], dtype=m.complex128)

    def size(z: Any) -> Any:
        w = z * 1
        return m.nn.functional.silu(w, inplace=True).abs().sum()

    (grad,) = m.autograd.grad(size(z.requires_grad_()), z)
    step = 1e-6 * 1j
    slope = (size(z.detach() + step) - size(z.detach() - step)).item() / 2e-6
    return abs(grad.imag.item() - slope) < 1e-6


def factor_with_a_complex_diagonal(m: Any) -> bool:
    factor = m.tensor([[2 + 1j, 0], [1 + 2j, 3 - 0.5j]], dtype=m.complex128)
    product = m.cholesky_inverse(factor) @ (factor @ factor.mH)
    return bool((product - m.eye(2)).abs().max().item() < 1e-9)


def knows_that_it_is_a_conjugate(m: Any) -> list[bool]:
    z = m.tensor([1 + 2j]).conj()
    return [z.is_conj(), z.imag.is_neg()]


def half_a_complex_number(m: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str((m.ones(1, dtype=m.float16) * 1j).dtype)


def real_numbers_summed_as_complex_ones(m: Any) -> Any:
    x = m.ones(2, requires_grad=True)
    return outcome(lambda: m.autograd.grad(m.sum(x, 0, dtype=m.complex64).abs(), x)[0].tolist())


COMPLEX = [
    Difference(
        "numbers of half precision times a complex one",
        half_a_complex_number,
        torch="torch.complex32",
        minigrad="torch.complex64",
        why="NumPy has no complex numbers of two halves; PyTorch has them, and few operators that take them.",
    ),
    Difference(
        "the gradient of a real tensor whose sum, mean or product is asked for as a complex number",
        real_numbers_summed_as_complex_ones,
        torch="RuntimeError",
        minigrad=[1.0, 1.0],
        why="PyTorch's engine refuses a complex gradient for real numbers there. Here its real part is taken, as it is "
        "where a real tensor meets a complex one.",
    ),
    Difference(
        "whether a tensor knows that it is a conjugate",
        knows_that_it_is_a_conjugate,
        torch=[True, True],
        minigrad=[False, False],
        why="PyTorch marks a view and conjugates, or changes the sign, when its numbers are read. Here conj() writes "
        "the numbers down at once, so that is_conj() and is_neg() have nothing to tell.",
    ),
    Difference(
        "gradients of decompositions of complex matrices, and of eig",
        complex_decomposition,
        torch="Tensor",
        minigrad="RuntimeError",
        why="A complex eigenvector has any angle, so the formulas are other ones than a textbook's. Here they are for "
        "real matrices; of complex ones there are the numbers, and a sentence says so.",
    ),
    Difference(
        "gradients of silu, embedding, bilinear, nan_to_num, scatter_reduce, index_reduce, select_scatter and "
        "slice_scatter with complex numbers",
        rows_of_a_complex_table,
        torch="RuntimeError",
        minigrad=[2.0, 0.0],
        why="PyTorch says that they do not support automatic differentiation for complex outputs. Here the formula is "
        "the one of real numbers, which holds for complex ones too, as finite differences say.",
    ),
    Difference(
        "whether the gradient of silu, in place and of complex numbers, is the slope",
        complex_silu_in_place,
        torch=False,
        minigrad=True,
        why="PyTorch's in-place silu lacks the check of the other one and conjugates nothing.",
    ),
    Difference(
        "whether cholesky_inverse inverts where the factor's diagonal is not real",
        factor_with_a_complex_diagonal,
        torch=False,
        minigrad=True,
        why="PyTorch's routine takes the diagonal for real. No factor that cholesky gives has another one.",
    ),
]
