"""``out=``: results written into a tensor that is there already."""

from __future__ import annotations

import pytest

import minigrad as mg

LOST = (
    "functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad"
)


def test_a_result_is_written_into_out_which_comes_back() -> None:
    out = mg.zeros(2)
    memory = out.data_ptr()
    assert mg.add(mg.ones(2), 1, out=out) is out
    assert (out.tolist(), out.data_ptr(), out._version) == ([2, 2], memory, 1)


def test_an_empty_out_takes_on_the_shape_and_another_one_does_with_a_warning() -> None:
    assert mg.sqrt(mg.tensor([4.0, 9.0]), out=mg.empty(0)).tolist() == [2, 3]
    with pytest.warns(UserWarning, match=r"it had shape \[3\], which does not match the required output shape \[2\]"):
        assert mg.sqrt(mg.tensor([4.0, 9.0]), out=mg.zeros(3)).tolist() == [2, 3]


def test_out_keeps_its_dtype_and_refuses_what_it_has_no_room_for() -> None:
    assert mg.exp(mg.zeros(1), out=mg.zeros(1, dtype=mg.float64)).dtype == mg.float64
    with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired output type Long"):
        mg.exp(mg.zeros(1), out=mg.zeros(1, dtype=mg.int64))


@pytest.mark.parametrize("name", ["exp", "mean", "max", "sqrt", "floor"])
def test_out_refuses_where_a_gradient_would_be_lost(name: str) -> None:
    x = mg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=rf"{name}\(\): {LOST}"):
        getattr(mg, name)(x, out=mg.zeros(()))
    with pytest.raises(RuntimeError, match=rf"{name}\(\): {LOST}"):
        getattr(mg, name)(x.detach(), out=mg.zeros((), requires_grad=True))
    with mg.no_grad():
        getattr(mg, name)(x, out=mg.empty(0))


def test_what_has_no_gradient_is_written_though_its_operand_wants_one() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    assert mg.eq(x, 2, out=mg.zeros(2)).tolist() == [0, 1]
    assert mg.argmax(x, out=mg.empty(0, dtype=mg.int64)).item() == 1


def test_several_results_go_to_several_tensors() -> None:
    values, indices = mg.empty(0), mg.empty(0, dtype=mg.int64)
    result = mg.sort(mg.tensor([2.0, 1.0]), out=(values, indices))
    assert result.values is values
    assert result.indices is indices
    assert (values.tolist(), indices.tolist()) == ([1, 2], [1, 0])
    with pytest.raises(TypeError, match="out must be a tuple of 2 tensors"):
        mg.sort(mg.tensor([2.0, 1.0]), out=values)


def test_out_must_be_a_tensor() -> None:
    with pytest.raises(TypeError, match=r"exp\(\): argument 'out' must be Tensor, not int"):
        mg.exp(mg.ones(1), out=3)


def test_out_may_be_what_is_read() -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    assert mg.cumsum(x, 0, out=x) is x
    assert x.tolist() == [1, 3, 6]
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        mg.neg(mg.ones(2), out=mg.zeros(1).expand(2))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda out: mg.zeros(2, out=out), [0, 0]),
        (lambda out: mg.ones(2, out=out), [1, 1]),
        (lambda out: mg.full((2,), 7, out=out), [7, 7]),
        (lambda out: mg.arange(2, out=out), [0, 1]),
        (lambda out: mg.linspace(0, 1, 2, out=out), [0, 1]),
    ],
)
def test_makers_of_tensors_fill_out_in_its_dtype(make, expected: list[float]) -> None:
    for out in (mg.empty(0), mg.empty(2, dtype=mg.int64)):
        assert make(out) is out
        assert out.tolist() == expected
    with pytest.raises(RuntimeError, match=LOST):
        make(mg.zeros(2, requires_grad=True))


def test_a_maker_wants_no_other_dtype_than_out_s() -> None:
    with pytest.raises(RuntimeError, match=r"dtype Float does not match dtype of out parameter \(Long\)"):
        mg.zeros(2, dtype=mg.float32, out=mg.zeros(2, dtype=mg.int64))
    assert mg.zeros(2, out=None).tolist() == [0, 0]
    assert mg.zeros(2, out=mg.empty(0), requires_grad=True).requires_grad


def test_linear_algebra_and_special_functions_take_out_too() -> None:
    out = mg.empty(0)
    assert mg.linalg.inv(mg.eye(2) * 2, out=out) is out
    assert out.tolist() == [[0.5, 0], [0, 0.5]]
    assert mg.special.expit(mg.zeros(1), out=mg.empty(0)).tolist() == [0.5]
