"""Linear algebra: what is refused, and what a matrix gives by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg

ones, zeros, la = mg.ones, mg.zeros, mg.linalg

REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("singular", lambda: la.inv(zeros(2, 2)), la.LinAlgError, "linalg.inv: The diagonal element 1 is zero"),
    ("singular in a batch", lambda: la.inv(zeros(3, 2, 2)), la.LinAlgError, "linalg.inv: (Batch element 0): The diag"),
    ("not square", lambda: la.inv(ones(2, 3)), RuntimeError, "linalg.inv: A must be batches of square matrices, but"),
    ("vector", lambda: la.inv(ones(2)), RuntimeError, "linalg.inv: The input tensor A must have at least 2 dim"),
    ("integers", lambda: mg.det(ones(2, 2).long()), RuntimeError, "Expected a floating point or complex tensor as"),
    ("no solution", lambda: la.solve(zeros(2, 2), ones(2)), la.LinAlgError, "torch.linalg.solve: The solver failed"),
    ("sides", lambda: la.solve(ones(2, 2), ones(3)), RuntimeError, "for the equation AX = B (2x2 and 3x1)"),
    ("indefinite", lambda: la.cholesky(-mg.eye(2)), la.LinAlgError, "(the leading minor of order 1 is not positive"),
    ("norm", lambda: la.matrix_norm(ones(2, 2), 3), RuntimeError, "linalg.matrix_norm: Order 3 not supported."),
    ("cross", lambda: mg.cross(ones(2), ones(2)), RuntimeError, "no dimension of size 3 in input"),
    ("trace", lambda: ones(2, 2, 2).trace(), RuntimeError, "trace: expected a matrix, but got tensor with dim 3"),
    ("few operands", lambda: mg.einsum("ij,jk", ones(2, 3)), RuntimeError, "fewer operands were provided than"),
    ("sizes", lambda: mg.einsum("ij,jk", ones(2, 3), ones(2, 3)), RuntimeError, "subscript j has size 2 for operand 1"),
    (
        "rank",
        lambda: mg.einsum("ijk", ones(2, 3)),
        RuntimeError,
        "the number of subscripts in the equation (3) does no",
    ),
    ("result", lambda: mg.einsum("ij->k", ones(2, 3)), RuntimeError, "output subscript k does not appear in the equa"),
    ("twice", lambda: mg.einsum("ij->ii", ones(2, 3)), RuntimeError, "output subscript i appears more than once"),
    ("letter", lambda: mg.einsum("i1", ones(2, 3)), RuntimeError, "invalid subscript given at index 1 in the equation"),
    (
        "contracted",
        lambda: mg.tensordot(ones(2, 3), ones(4, 3), 1),
        RuntimeError,
        "contracted dimensions need to match, but first has size 3 in dim -1 and second has size 4 in dim 0",
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_does_not_fit_is_refused_in_pytorch_s_words(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_a_linear_algebra_error_is_a_runtime_error() -> None:
    assert issubclass(la.LinAlgError, RuntimeError)


def test_a_determinant_has_a_gradient_where_there_is_no_inverse() -> None:
    x = mg.tensor([[1.0, 2.0], [2.0, 4.0]], dtype=mg.float64, requires_grad=True)
    x.det().backward()
    np.testing.assert_allclose(x.grad.numpy(), [[4.0, -2.0], [-2.0, 1.0]], atol=1e-12)


def test_equal_singular_values_have_a_gradient() -> None:
    x = mg.eye(2, dtype=mg.float64).requires_grad_()
    la.svdvals(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.eye(2), atol=1e-12)


def test_factors_multiply_to_what_they_came_from() -> None:
    x = mg.tensor([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0]], dtype=mg.float64)
    u, s, vh = la.svd(x, full_matrices=False)
    q, r = la.qr(x)
    np.testing.assert_allclose((u * s @ vh).numpy(), x.numpy(), atol=1e-12)
    np.testing.assert_allclose((q @ r).numpy(), x.numpy(), atol=1e-12)


def test_what_qr_left_out_cannot_be_differentiated() -> None:
    x = ones(3, 2).requires_grad_()
    with pytest.raises(RuntimeError, match="The derivative of linalg.qr depends on Q"):
        la.qr(x, mode="r").R.sum().backward()


def test_the_room_of_traces_is_called_as_the_sum_of_a_diagonal() -> None:
    assert mg.trace(mg.tensor([[1.0, 2.0], [3.0, 4.0]])).item() == 5.0


def test_a_chain_of_matrices_is_multiplied_in_any_order() -> None:
    assert mg.chain_matmul(ones(1, 2), ones(2, 3), ones(3, 1)).item() == 6.0


def test_least_squares_gives_what_the_named_routine_gives() -> None:
    line, heights = mg.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), mg.tensor([[1.0], [2.0], [4.0]])
    found = {name: la.lstsq(line, heights, driver=name) for name in ("gels", "gelsy", "gelsd", "gelss")}
    assert found["gelsd"].residuals.tolist() == [pytest.approx(1 / 6, abs=1e-6)]
    assert [len(r.residuals) for r in found.values()] == [1, 0, 1, 1]
    assert [r.rank.tolist() for r in found.values()] == [[], 2, 2, 2]
    assert [len(r.singular_values) for r in found.values()] == [0, 0, 2, 2]
    assert la.lstsq(line, heights[:, 0]).solution.shape == (2,)
    with pytest.raises(RuntimeError, match="should be one of"):
        la.lstsq(line, heights, driver="qr")


def test_the_rank_of_nothing_is_0_and_two_limits_are_both_kept() -> None:
    assert la.matrix_rank(zeros(2, 0, 3)).tolist() == [0, 0]
    sizes = mg.diag(mg.tensor([4.0, 1.0, 0.5]))
    assert [la.matrix_rank(sizes, atol=a, rtol=r).item() for a, r in [(0.1, 0.2), (0.7, 0.0), (0.1, 0.0)]] == [2, 2, 3]


def test_lengths_and_spreads_of_complex_numbers_are_real() -> None:
    assert mg.tensor([3 + 4j, 0]).norm().item() == 5.0
    assert mg.tensor([1 + 1j, 3 + 1j, 2 + 4j]).var().item() == 4.0
    assert mg.tensor([1 + 1j, 3 + 1j, 2 + 4j]).std().dtype == mg.float32


def test_a_product_with_weight_0_for_what_is_added_does_not_look_at_it() -> None:
    nan, one = mg.full((2, 2), mg.nan), ones(2, 2)
    assert mg.addmm(nan, one, one, beta=0).tolist() == [[2.0, 2.0], [2.0, 2.0]]
    assert mg.addr(nan, one[0], one[0], beta=0).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_weights_of_products_of_whole_numbers_are_whole() -> None:
    x = mg.ones(2, 2, dtype=mg.int64)
    assert mg.addmm(x, x, x, beta=1.7, alpha=1.2).tolist() == [[3, 3], [3, 3]]
    with pytest.raises(RuntimeError, match="argument alpha must not be a floating point number"):
        mg.addr(x, x[0], x[0], alpha=0.5)
