"""The habits of programs: saving and loading, closeness, threads, devices."""

import importlib
import io
import pickle
from fractions import Fraction
from pathlib import Path

import numpy as np
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


def test_a_result_comes_back_as_a_leaf_that_requires_grad():
    twin = through_a_file(mg.ones(2, requires_grad=True) * 2)
    assert (twin.tolist(), twin.requires_grad, twin.grad_fn) == ([2.0, 2.0], True, None)


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
    with pytest.raises(AssertionError, match="CPU alone"):
        mg.set_default_device("cuda")
    assert mg.typename(mg.ones(1, dtype=mg.int64)) == "torch.LongTensor"
    assert mg.typename("x") == "str"


def test_there_is_no_device_beside_the_cpu():
    assert not mg.accelerator.is_available()
    assert (mg.accelerator.device_count(), mg.accelerator.current_accelerator()) == (0, None)
    mg.accelerator.empty_cache()
    for ask in (mg.accelerator.current_device_index, mg.accelerator.synchronize):
        with pytest.raises(RuntimeError, match="when none is available"):
            ask()


def test_mixed_precision_is_understood_where_it_changes_nothing():
    with mg.autocast("cpu", enabled=False):
        assert (mg.ones(2) @ mg.ones(2)).dtype == mg.float32
    with pytest.warns(UserWarning, match="CUDA is not available. Disabling"), mg.amp.autocast("cuda", mg.float16):
        assert mg.ones(2).sum() == 2
    with pytest.raises(NotImplementedError, match="bfloat16"):
        mg.autocast("cpu")
    with pytest.raises(ValueError, match="of type `str`"):
        mg.autocast(1)


def scaled_training(lib, **settings):
    """Return what a scaler does to two parameters, whose second gradient overflows once."""
    w = lib.tensor([1.0, 2.0], requires_grad=True)
    sgd = lib.optim.SGD([w], lr=0.1)
    scaler = lib.amp.GradScaler("cpu", growth_interval=2, **settings)
    seen = []
    for step in range(6):
        sgd.zero_grad()
        loss = (w * lib.tensor([1.0, float("inf") if step == 2 else 3.0])).sum()
        scaler.scale([loss])[0].backward()
        if step == 4:
            scaler.unscale_(sgd)
        scaler.step(sgd)
        scaler.update()
        seen.append((w.tolist(), w.grad.tolist(), scaler.get_scale()))
    return seen, scaler.state_dict()


def test_a_scaler_leaves_out_a_step_that_overflows():
    seen, state = scaled_training(mg, init_scale=8.0)
    assert [scale for *_, scale in seen] == [8.0, 16.0, 8.0, 8.0, 16.0, 16.0]
    assert seen[1][0] == seen[2][0]
    other = mg.amp.GradScaler("cpu")
    other.load_state_dict(state)
    assert (other.get_scale(), other.state_dict()) == (16.0, state)
    torch = pytest.importorskip("torch")
    assert scaled_training(mg) == scaled_training(torch)
    assert scaled_training(mg, enabled=False) == scaled_training(torch, enabled=False)


def test_a_scaler_for_a_device_that_is_not_there_scales_nothing():
    with pytest.warns(UserWarning, match="Disabling"):
        scaler = mg.amp.GradScaler()
    assert not scaler.is_enabled()
    scaler.load_state_dict({})
    assert (scaler.get_scale(), scaler.scale(mg.ones(1)), scaler.state_dict()) == (1.0, mg.ones(1), {})
    sgd, scaler = mg.optim.SGD([mg.ones(1, requires_grad=True)], lr=0.1), mg.amp.GradScaler("cpu")
    scaler.unscale_(sgd)
    with pytest.raises(RuntimeError, match="already been called"):
        scaler.unscale_(sgd)
    with pytest.raises(AssertionError, match="backoff factor"):
        mg.amp.GradScaler("cpu", backoff_factor=1.0)
    with pytest.raises(AssertionError, match="No inf checks"):
        mg.amp.GradScaler("cpu").update()


def test_a_file_of_pytorch_s_gives_its_tensors_and_refuses_what_is_none(tmp_path):
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(4, 2)).sum().backward()
    optimizer.step()
    turned = torch.arange(6, dtype=torch.float16).view(2, 3).t()[1:]
    saved = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "x": turned, "dtype": torch.float64}
    torch.save(saved, tmp_path / "state.pt")
    loaded = mg.load(tmp_path / "state.pt")
    assert loaded["x"].dtype is mg.float16
    assert loaded["x"].tolist() == turned.tolist()
    assert loaded["x"].stride() == turned.stride()
    assert loaded["x"].t()[0].add_(1).tolist() == [2.0, 3.0]
    assert loaded["dtype"] is mg.float64
    other = mg.nn.Sequential(mg.nn.Linear(2, 3), mg.nn.BatchNorm1d(3))
    other.load_state_dict(loaded["net"])
    assert other.state_dict()["0.weight"].tolist() == net.state_dict()["0.weight"].tolist()
    again = mg.optim.Adam(other.parameters())
    again.load_state_dict(loaded["optimizer"])
    assert again.state_dict()["state"][0]["exp_avg"].tolist() == optimizer.state_dict()["state"][0]["exp_avg"].tolist()
    for thing, words in ((net, "wants torch.nn.modules.container.Sequential"), (turned.bfloat16(), "bfloat16")):
        torch.save(thing, tmp_path / "other.pt")
        with pytest.raises(pickle.UnpicklingError, match=words):
            mg.load(tmp_path / "other.pt")


def test_an_archive_that_is_none_of_pytorch_s_is_refused_by_name(tmp_path):
    np.savez(tmp_path / "arrays.npz", a=np.ones(2))
    with pytest.raises(pickle.UnpicklingError, match="none of PyTorch's"):
        mg.load(tmp_path / "arrays.npz")


@pytest.mark.parametrize("name", ["jit", "qint8", "sparse"])
def test_what_minigrad_does_without_says_why_by_name(name):
    with pytest.raises(AttributeError, match=f"minigrad has no {name}: "):
        getattr(mg, name)


def test_a_class_that_the_user_vouches_for_is_loaded(tmp_path):
    mg.save({"half": Fraction(1, 2)}, tmp_path / "half.pt")
    with pytest.raises(pickle.UnpicklingError, match=r"fractions\.Fraction"):
        mg.load(tmp_path / "half.pt")
    with mg.serialization.safe_globals([Fraction]):
        assert mg.load(tmp_path / "half.pt", mmap=True) == {"half": Fraction(1, 2)}
    mg.serialization.add_safe_globals([Fraction])
    assert mg.serialization.get_safe_globals() == [Fraction]
    mg.serialization.clear_safe_globals()
    assert mg.serialization.get_safe_globals() == []


def test_the_older_spelling_of_mixed_precision_changes_nothing():
    amp = importlib.import_module("minigrad.cuda.amp")
    with pytest.warns(UserWarning, match="CUDA is not available"):
        scaler = amp.GradScaler()
    assert not scaler.is_enabled()
    with amp.autocast(enabled=False):
        assert mg.ones(2).dtype == mg.float32


def test_a_file_holds_dtypes_and_shapes_as_the_objects_they_are(tmp_path: Path) -> None:
    mg.save({"dtypes": [mg.float32, mg.bool], "shape": mg.ones(2, 3).shape}, tmp_path / "facts.pt")
    facts = mg.load(tmp_path / "facts.pt")
    assert facts["dtypes"][0] is mg.float32
    assert facts["dtypes"][1] is mg.bool
    assert repr(facts["shape"]) == "torch.Size([2, 3])"
