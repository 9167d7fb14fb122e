"""Complex numbers: the gradient is the direction of steepest ascent, whatever op is on the way."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from op_cases import CASES, PLAIN, Case


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


# PyTorch mirrors an in-place silu's gradient not at all, takes a triangle's diagonal for real, keeps the gradient of
# what as_strided_scatter replaces; and its case of adjoint is another op.
APART = {"silu inplace", "cholesky_inverse", "as_strided_scatter", "adjoint"}
# Where PyTorch "does not support automatic differentiation for outputs with complex dtype": see the differences.
GRADED = re.compile(r"silu|embedding$|bilinear$|nan_to_num|(scatter|index)_reduce|(select|slice)_scatter")


@pytest.mark.parametrize("case", [case for case in [*CASES, *PLAIN] if case.name not in APART], ids=str)
def test_an_op_on_complex_numbers_does_what_pytorch_does(case: Case) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    arrays = [x + 0.5j * np.cos(3 * x) for x in case.arrays(case.shapes[-1])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = outcome(torch, case, arrays)
        except (RuntimeError, TypeError, ValueError, IndexError) as error:
            if "automatic differentiation" in str(error):
                assert GRADED.match(case.name)
                return
            with pytest.raises(type(error)):
                outcome(mg, case, arrays)
            return
        try:
            ours = outcome(mg, case, arrays)
        except RuntimeError as error:
            assert "no gradient for complex numbers" in str(error)  # noqa: PT017
            return
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.dtype == other.dtype
        np.testing.assert_allclose(mine, other, rtol=1e-7, atol=1e-9)


def outcome(m: Any, case: Case, arrays: list[np.ndarray]) -> list[np.ndarray]:
    m.manual_seed(0)
    inputs = [m.tensor(x, requires_grad=True) for x in arrays]
    y = case.call(m, *inputs)
    y = y[0] if isinstance(y, (tuple, list)) else y
    if not y.requires_grad:
        return [y.numpy()]
    weighed = y * m.tensor(np.cos(np.arange(y.numel())).reshape(y.shape) + 1.5)
    root = weighed.abs().sum() if y.is_complex() else weighed.sum()
    grads = m.autograd.grad(root, inputs, allow_unused=True)
    return [np.asarray(x.detach().resolve_conj().numpy()) for x in (y, *grads) if x is not None]


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (lambda z: mg.maximum(z, z), RuntimeError, "maximum not implemented for complex tensors."),
        (lambda z: z > z, NotImplementedError, "\"gt_cpu\" not implemented for 'ComplexFloat'"),
        (lambda z: mg.ones(2) < z, NotImplementedError, "\"lt_cpu\" not implemented for 'ComplexFloat'"),
        (lambda z: z.clamp(0, 1), NotImplementedError, "clamp is not supported for complex types"),
        (lambda z: mg.relu_(z), NotImplementedError, "clamp is not supported for complex types"),
        (lambda z: z.sort(), RuntimeError, " Sort does not support complex dtypes on CPU"),
        (lambda z: z.max(), NotImplementedError, "\"max_all\" not implemented for 'ComplexFloat'"),
        (lambda z: z.max(0), RuntimeError, "max(): does not support complex input"),
        (lambda z: z.floor(), NotImplementedError, "floor is not supported for complex inputs"),
        (
            lambda z: z.to(mg.complex128).erf(),
            NotImplementedError,
            "\"erf_vml_cpu\" not implemented for 'ComplexDouble'",
        ),
    ],
)
def test_what_has_no_meaning_for_complex_numbers_is_refused(call: Any, kind: type[Exception], sentence: str) -> None:
    z = mg.tensor([1 + 2j, 3j])
    with pytest.raises(kind, match=re.escape(sentence.removesuffix("."))):
        call(z)
    assert z.tolist() == [1 + 2j, 3j]


def test_an_adjoint_solve_is_one_with_the_conjugate_transpose() -> None:
    a = np.array([[4, 1 - 1j], [1 + 2j, 3 + 1j]])
    b = np.array([[1 + 1j], [2 - 1j]])
    x = mg.linalg.lu_solve(*mg.linalg.lu_factor(mg.tensor(a)), mg.tensor(b), adjoint=True)
    np.testing.assert_allclose(x.numpy(), np.linalg.solve(a.conj().T, b))


def test_the_spread_of_complex_numbers_is_real() -> None:
    var, mean = mg.var_mean(mg.tensor([1 + 1j, 3 - 1j]))
    assert (var.item(), mean.item()) == (4.0, 2 + 0j)


def test_the_gradient_of_a_matrix_exponential_is_right_however_large_it_is() -> None:
    x = mg.tensor([[0.5, 1.0], [-1.0, 0.25]], dtype=mg.float64, requires_grad=True)
    weight = mg.tensor([[1.0, -2.0], [0.5, 3.0]], dtype=mg.float64)
    y = mg.matrix_exp(x)
    (small,) = mg.autograd.grad(y, x, weight, retain_graph=True)
    (large,) = mg.autograd.grad(y, x, weight * 1e12)
    np.testing.assert_allclose(large.numpy() / 1e12, small.numpy(), rtol=1e-12)
