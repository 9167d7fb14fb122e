"""The habits of programs: saving and loading, closeness, threads, devices."""

import io
import pickle

import pytest

import minigrad as mg


def through_a_file(thing, **settings):
    file = io.BytesIO()
    mg.save(thing, file)
    file.seek(0)
    return mg.load(file, **settings)


def test_a_state_is_saved_and_loaded(tmp_path):
    net = mg.nn.Sequential(mg.nn.Linear(2, 3), mg.nn.BatchNorm1d(3))
    net(mg.randn(4, 2)).sum().backward()
    optimizer = mg.optim.Adam(net.parameters())
    optimizer.step()
    mg.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, tmp_path / "state.pt")
    state = mg.load(tmp_path / "state.pt", map_location="cpu")
    other = mg.nn.Sequential(mg.nn.Linear(2, 3), mg.nn.BatchNorm1d(3))
    other.load_state_dict(state["net"])
    again = mg.optim.Adam(other.parameters())
    again.load_state_dict(state["optimizer"])
    assert state["epoch"] == 3
    assert all(mg.equal(a, b) for a, b in zip(net.state_dict().values(), other.state_dict().values(), strict=True))
    assert mg.equal(again.state[other[0].weight]["exp_avg"], optimizer.state[net[0].weight]["exp_avg"])


def test_tensors_of_every_kind_come_back_as_they_were():
    x = mg.tensor([[1.5, -2.0]], dtype=mg.float64, requires_grad=True)
    for t in (x, x.detach().T, mg.tensor(3), mg.tensor([True]), mg.zeros(0, 2), mg.nn.Parameter(mg.ones(2))):
        twin = through_a_file(t)
        assert type(twin) is type(t)
        assert repr(twin) == repr(t)
    assert through_a_file([mg.float16, mg.Size([2])]) == [mg.float16, mg.Size([2])]
    twin = through_a_file(mg.ones(2))
    twin += 1
    assert twin.tolist() == [2.0, 2.0]


def test_a_file_that_wants_to_call_something_is_refused():
    with pytest.raises(pickle.UnpicklingError, match=r"Weights only load failed. The file wants builtins.print"):
        through_a_file(print)
    assert through_a_file(print, weights_only=False) is print


def test_a_whole_module_is_loaded_by_those_who_trust_it():
    net = mg.nn.Linear(2, 1)
    with pytest.raises(pickle.UnpicklingError, match="Linear"):
        through_a_file(net)
    assert mg.equal(through_a_file(net, weights_only=False).weight, net.weight)


CLOSE = """
(lib.tensor([1.0, 2.0]), lib.tensor([1.0, 2.000001]))
(lib.tensor([1.0, 2.0]), lib.tensor([1.0, 2.1]))
(lib.tensor([1.0, 2.0]), lib.tensor([1.0, 2.0], dtype=lib.float64))
(lib.tensor([1.0, 2.0]), lib.tensor([[1.0, 2.0]]))
(lib.tensor([1, 2]), lib.tensor([1, 3]))
(lib.tensor(1.0), lib.tensor(2.0))
(lib.tensor([float('nan')]), lib.tensor([float('nan')]))
(1.0, 1.5)
([lib.ones(1), lib.ones(2)], [lib.ones(1), lib.zeros(2)])
([1.0], [1.0, 2.0])
""".strip().splitlines()


@pytest.mark.parametrize("program", CLOSE)
def test_closeness_is_pytorchs_and_so_is_what_is_said(program):
    torch = pytest.importorskip("torch")

    def said(lib):
        try:
            lib.testing.assert_close(*eval(program, {"lib": lib}))
        except AssertionError as error:
            return str(error)
        return "close"

    assert said(mg) == said(torch)


def test_what_is_not_close_is_refused():
    mg.testing.assert_close(mg.tensor([1.0]), mg.tensor([1.05]), rtol=0.1, atol=0.0)
    with pytest.raises(AssertionError, match="Mismatched elements: 1 / 2"):
        mg.testing.assert_close(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 2.1]))


def test_the_state_of_the_generator_is_kept_and_set():
    state = mg.get_rng_state()
    first = mg.rand(3)
    mg.set_rng_state(state)
    assert mg.equal(mg.rand(3), first)


def test_habits_of_programs_are_accepted():
    assert mg.compile(abs) is abs
    assert mg.compile(mode="default")(abs) is abs
    mg.set_num_threads(2)
    assert mg.get_num_threads() == 2
    mg.set_num_threads(1)
    mg.set_default_device("cpu")
    mg.use_deterministic_algorithms(True)
    with pytest.raises(RuntimeError, match="CPU alone"):
        mg.set_default_device("cuda")
    assert mg.typename(mg.ones(1, dtype=mg.int64)) == "torch.LongTensor"
    assert mg.typename("x") == "str"
