"""The edges of what may be asked are where PyTorch has them: the same numbers, the same error, the same sentence."""

import importlib

import pytest

import minigrad as mg
from edges import MODULES, answer, first_sentence, programs

PROGRAMS = programs()
for name in MODULES:
    importlib.import_module(f"minigrad.{name}")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_at_an_edge_is_answered_as_by_pytorch(program):
    said = answer(program, mg)
    wanted = PROGRAMS[program]
    assert said == wanted or (wanted.partition(":")[0].endswith("Error") and said.startswith(wanted))


@pytest.mark.parametrize("program", PROGRAMS)
def test_pytorch_answers_what_is_written_down(program):
    torch = pytest.importorskip("torch", reason="torch is not installed: what it answers is not known")
    for name in MODULES:
        importlib.import_module(f"torch.{name}")
    assert first_sentence(answer(program, torch)) == PROGRAMS[program]


def test_a_place_filled_twice_counts_once():
    value = mg.tensor(5.0, requires_grad=True)
    y = mg.zeros(3).index_fill(0, mg.tensor([1, 1, 2]), value)
    assert mg.autograd.grad(y.sum(), value)[0].item() == 2.0


def test_what_is_taken_along_a_dimension_may_be_counted_from_its_end():
    x = mg.tensor([[0, 1, 2], [3, 4, 5]])
    assert mg.take_along_dim(x, mg.tensor([[-1, 0], [1, -3]]), 1).tolist() == [[2, 0], [4, 3]]


def test_a_difference_taken_no_times_leaves_out_what_would_be_put_before():
    assert mg.diff(mg.tensor([1, 4]), 0, prepend=mg.tensor([0])).tolist() == [1, 4]


def test_rsub_weighs_what_it_subtracts():
    assert mg.rsub(mg.tensor([1.0, 2.0]), 5, alpha=2).tolist() == [3.0, 1.0]


def test_where_to_cut_has_pytorchs_names():
    x = mg.arange(4)
    for cut in (x.split(split_size=2), mg.hsplit(x, sections=2), x.tensor_split(sections=2), x.hsplit(indices=[2])):
        assert [part.tolist() for part in cut] == [[0, 1], [2, 3]]


def test_the_order_of_older_programs_is_understood_with_a_warning():
    x = mg.ones(2)
    for name, call in {
        "add": lambda: (mg.add(x, 2, x), x.add(2, x), x.clone().add_(2, x)),
        "sub": lambda: (-mg.sub(-x, 2, x), -(-x).sub_(2, x)),
        "addcmul": lambda: (mg.addcmul(x, 2, x, x), x.clone().addcmul_(2, x, x)),
        "addcdiv": lambda: (mg.addcdiv(x, 2, x, x), x.clone().addcdiv_(2, x, x)),
    }.items():
        with pytest.warns(UserWarning, match=f"This overload of {name} is deprecated"):
            assert [y.tolist() for y in call()] == [[3.0, 3.0]] * len(call())
    with pytest.raises(TypeError, match="positional arguments"):
        x.add(2, 3)


def test_a_weight_may_be_a_tensor_of_one_number():
    x = mg.ones(2)
    weight = mg.tensor(2.0, requires_grad=True)
    assert x.clone().add_(x, alpha=weight).tolist() == x.addcmul(x, x, value=weight).tolist() == [3.0, 3.0]
