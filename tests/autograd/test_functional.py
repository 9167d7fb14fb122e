"""autograd.functional: Jacobians and Hessians whose numbers are worked out by hand."""

from __future__ import annotations

import pytest

import minigrad as mg
from minigrad.autograd.functional import hessian, hvp, jacobian, jvp, vhp, vjp

X = (1.0, 2.0)


def point() -> mg.Tensor:
    return mg.tensor(X)


def test_vjp_weighs_the_rows_and_jvp_the_columns() -> None:
    def f(x):  # J = [[x1, x0], [2 x0, 0]] = [[2, 1], [2, 0]]
        return mg.stack([x[0] * x[1], x[0] ** 2])

    out, product = vjp(f, point(), mg.tensor([1.0, 10.0]))
    assert out.tolist() == [2, 1]
    assert product.tolist() == [22, 1]
    assert jvp(f, point(), mg.tensor([1.0, 10.0]))[1].tolist() == [12, 2]
    assert jacobian(f, point()).tolist() == [[2, 1], [2, 0]]
    assert jacobian(f, point(), vectorize=True, strategy="forward-mode").tolist() == [[2, 1], [2, 0]]


@pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
def test_blocks_are_nested_by_output_then_by_input(strategy: str) -> None:
    def f(a, b):
        return a * b, b.sum()

    blocks = jacobian(f, (mg.tensor([3.0]), mg.tensor([5.0])), vectorize=True, strategy=strategy)
    assert [[block.tolist() for block in row] for row in blocks] == [[[[5]], [[3]]], [[0], [1]]]


@pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
def test_the_hessian_of_a_product_has_its_ones_off_the_diagonal(strategy: str) -> None:
    h = hessian(lambda x: x[0] * x[1], point(), vectorize=True, outer_jacobian_strategy=strategy)
    assert h.tolist() == [[0, 1], [1, 0]]


def test_both_products_with_the_hessian_agree() -> None:
    def f(x):  # H = [[2 x1, 2 x0], [2 x0, 0]] = [[4, 2], [2, 0]]
        return x[0] ** 2 * x[1]

    v = mg.tensor([1.0, 10.0])
    assert vhp(f, point(), v)[1].tolist() == [24, 2]
    assert hvp(f, point(), v)[1].tolist() == [24, 2]


def test_a_jacobian_can_be_differentiated_again() -> None:
    x = mg.tensor([2.0], requires_grad=True)
    jacobian(lambda x: x**3, x, create_graph=True).sum().backward()
    assert x.grad.tolist() == [12]


def test_nothing_of_the_callers_graph_is_touched() -> None:
    x = mg.tensor([2.0], requires_grad=True)
    for result in (*vjp(lambda x: x**2, x), jacobian(lambda x: x**2, x)):
        assert not result.requires_grad
    constant = mg.tensor([2.0])
    hessian(lambda x: (x**3).sum(), constant, vectorize=True, outer_jacobian_strategy="forward-mode")
    assert not constant.requires_grad
    assert x.grad is None


def test_an_input_without_entries_gives_a_jacobian_without_columns() -> None:
    assert jacobian(lambda x: x.sum(), mg.zeros(0)).shape == (0,)
    assert jacobian(lambda x: x[:0], point()).shape == (0, 2)


def test_strict_mode_refuses_what_does_not_depend_on_the_input() -> None:
    with pytest.raises(RuntimeError, match="Output 0 of the user-provided function does not require gradients"):
        vjp(lambda x: x.detach(), point(), mg.ones(2), strict=True)
    with pytest.raises(RuntimeError, match="The output of the user-provided function is independent of input 1"):
        vjp(lambda x, y: x.sum(), (point(), point()), strict=True)
    with pytest.raises(RuntimeError, match="the jacobian of the user-provided function with respect to input 0"):
        hessian(lambda x: x.sum(), point(), strict=True)


def test_a_vector_that_is_missing_or_misshapen_is_refused() -> None:
    with pytest.raises(RuntimeError, match="The vector v can only be None if the user-provided function returns"):
        vjp(lambda x: x * 2, point())
    with pytest.raises(RuntimeError, match=r"v has invalid size: should be torch.Size\(\[2\]\) but got torch.Size"):
        jvp(lambda x: x * 2, point(), mg.ones(3))
    with pytest.raises(TypeError, match="The inputs given to vjp must be either a Tensor or a tuple of Tensors"):
        vjp(lambda x: x, [1.0])


def test_create_graph_differentiates_by_inputs_that_required_no_gradient() -> None:
    def f(x):
        return (x**3).sum()

    slope = jacobian(f, point(), create_graph=True)
    assert slope.tolist() == [3, 12]
    assert slope.requires_grad
    assert hessian(f, point(), create_graph=True).tolist() == [[6, 0], [0, 12]]
    assert hvp(f, point(), mg.tensor([1.0, 1.0]), create_graph=True)[1].tolist() == [6, 12]
    assert vjp(f, point(), create_graph=True)[1].tolist() == [3, 12]
    assert jvp(f, point(), mg.tensor([1.0, 1.0]), create_graph=True)[1].item() == 15
