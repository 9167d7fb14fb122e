"""Complex numbers: the gradient is the direction of steepest ascent, whatever op is on the way."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from op_cases import CASES, Case


def test_the_gradient_of_a_squared_size_is_twice_the_number() -> None:
    z = mg.tensor([3 + 4j], requires_grad=True)
    (z.abs() ** 2).sum().backward()
    assert z.grad.tolist() == [6 + 8j]


def test_one_step_against_the_gradient_goes_down() -> None:
    z = mg.tensor([1 + 2j, -0.5 + 0.3j], dtype=mg.complex128, requires_grad=True)

    def height(z: Any) -> Any:
        return ((z * z).exp() - z.sin() * (2 - 1j)).abs().sum()

    (grad,) = mg.autograd.grad(height(z), z)
    step = 1e-7
    fall = (height(z.detach() - step * grad) - height(z.detach())).item() / step
    assert fall == pytest.approx(-(grad.abs() ** 2).sum().item(), rel=1e-5)


def test_a_real_number_beside_a_complex_one_gets_a_real_gradient() -> None:
    x = mg.tensor([1.5, -2.0], requires_grad=True)
    z = mg.tensor([1 + 2j, 3j])
    (x * z).abs().sum().backward()
    assert x.grad.dtype == mg.float32
    np.testing.assert_allclose(x.grad.numpy(), [5**0.5, -3], rtol=1e-6)


def test_the_second_derivative_goes_the_same_way() -> None:
    z = mg.tensor([1 + 2j], dtype=mg.complex128, requires_grad=True)
    (first,) = mg.autograd.grad((z.abs() ** 2).sum(), z, create_graph=True)
    (second,) = mg.autograd.grad((first.real * 3).sum(), z)
    assert second.tolist() == [6 + 0j]


def test_writing_into_the_real_part_writes_into_the_number() -> None:
    z = mg.tensor([1 + 2j], requires_grad=True)
    w = z * 1
    w.real.fill_(5)
    assert w.tolist() == [5 + 2j]
    w.abs().sum().backward()
    assert z.grad.tolist() == [pytest.approx(2j / 29**0.5)]


def test_a_complex_root_needs_a_gradient_of_its_own() -> None:
    z = mg.tensor(1 + 2j, requires_grad=True)
    with pytest.raises(RuntimeError, match="only for real scalar outputs but got torch.complex64"):
        (z * z).backward()
    (z * z).backward(mg.tensor(1 + 0j))
    assert z.grad.item() == 2 - 4j


def test_a_decomposition_says_that_its_formula_is_for_real_numbers() -> None:
    z = mg.tensor([[2 + 0j, 1j], [-1j, 3]], requires_grad=True)
    with pytest.raises(RuntimeError, match="LinalgEigh has no gradient for complex numbers here"):
        mg.linalg.eigvalsh(z)


def test_parseval_the_waves_have_the_energy_of_the_numbers() -> None:
    x = mg.tensor([1.0, -2.0, 0.5, 4.0], requires_grad=True)
    energy = (mg.fft.fft(x, norm="ortho").abs() ** 2).sum()
    energy.backward()
    assert energy.item() == pytest.approx(21.25)
    np.testing.assert_allclose(x.grad.numpy(), 2 * x.detach().numpy(), rtol=1e-5)


# What PyTorch's gradients are, but for these: it mirrors an in-place silu's not at all, reads the triangle's diagonal
# as real, pivots by another size, and keeps the gradient of what as_strided_scatter replaces.
APART = {"silu inplace", "cholesky_inverse", "lu L", "lu_solve adjoint", "as_strided_scatter", "adjoint"}


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in APART], ids=str)
def test_an_op_on_complex_numbers_has_pytorchs_gradient_or_refuses(case: Case) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    arrays = [x + 0.5j * np.cos(3 * x) for x in case.arrays(case.shapes[-1])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = outcome(torch, case, arrays)
        except (RuntimeError, TypeError, ValueError):
            return
        try:
            ours = outcome(mg, case, arrays)
        except (RuntimeError, TypeError, ValueError) as error:
            assert "complex" in str(error) or "not supported for the input types" in str(error)  # noqa: PT017
            return
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.dtype == other.dtype
        np.testing.assert_allclose(mine, other, rtol=1e-7, atol=1e-9)


def outcome(m: Any, case: Case, arrays: list[np.ndarray]) -> list[np.ndarray]:
    m.manual_seed(0)
    inputs = [m.tensor(x, requires_grad=True) for x in arrays]
    y = case.call(m, *inputs)
    weighed = y * m.tensor(np.cos(np.arange(y.numel())).reshape(y.shape) + 1.5)
    root = weighed.abs().sum() if y.is_complex() else weighed.sum()
    grads = m.autograd.grad(root, inputs, allow_unused=True)
    return [np.asarray(x.detach().resolve_conj().numpy()) for x in (y, *grads) if x is not None]
