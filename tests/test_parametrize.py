"""Weights that are computed from others: registered, read, written, cached, removed."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import minigrad as mg
from minigrad import nn
from minigrad.nn.utils import parametrizations, parametrize


class Symmetric(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.triu() + x.triu(1).mT

    def right_inverse(self, weight: Any) -> Any:
        return weight.triu()


class Product(nn.Module):
    def forward(self, a: Any, b: Any) -> Any:
        return a * b

    def right_inverse(self, weight: Any) -> Any:
        return weight, mg.ones_like(weight)


class Doubled(nn.Module):
    def forward(self, x: Any) -> Any:
        return 2 * x


def test_what_is_learned_moves_and_the_weight_is_computed() -> None:
    layer = nn.Linear(3, 3)
    original = layer.weight
    assert parametrize.register_parametrization(layer, "weight", Symmetric()) is layer
    assert (type(layer).__name__, parametrize.type_before_parametrizations(layer)) == ("ParametrizedLinear", nn.Linear)
    assert layer.parametrizations.weight.original is original
    assert list(layer.state_dict()) == ["bias", "parametrizations.weight.original"]
    assert mg.equal(layer.weight, layer.weight.T)
    layer.weight.sum().backward()
    assert original.grad.tolist() == [[1, 2, 2], [0, 1, 2], [0, 0, 1]]
    layer.weight = mg.ones(3, 3)
    assert mg.equal(original, mg.ones(3, 3).triu())
    assert mg.equal(layer.weight, mg.ones(3, 3))
    assert str(layer).splitlines()[:3] == [
        "ParametrizedLinear(",
        "  in_features=3, out_features=3, bias=True",
        "  (parametrizations): ModuleDict(",
    ]


def test_parametrizations_are_run_one_after_the_other() -> None:
    layer = nn.Linear(2, 2)
    nn.init.ones_(layer.weight)
    parametrize.register_parametrization(layer, "weight", Symmetric())
    parametrize.register_parametrization(layer, "weight", Doubled())
    assert layer.weight.tolist() == [[2, 2], [2, 2]]
    with pytest.raises(RuntimeError, match="parametrization Doubled does not implement right_inverse"):
        layer.weight = mg.ones(2, 2)


@pytest.mark.parametrize("kept", [True, False])
def test_removing_leaves_an_ordinary_module(kept: bool) -> None:
    layer = parametrize.register_parametrization(nn.Linear(2, 2), "weight", Doubled())
    original, weight = layer.parametrizations.weight.original.detach().clone(), layer.weight.detach()
    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=kept)
    assert type(layer) is nn.Linear
    assert not parametrize.is_parametrized(layer)
    assert list(layer.state_dict()) == ["bias", "weight"]
    assert mg.equal(layer.weight, weight if kept else original)
    with pytest.raises(ValueError, match="does not have a parametrization on weight"):
        parametrize.remove_parametrizations(layer, "weight")


def test_of_several_tensors_a_weight_can_be_made() -> None:
    layer = parametrize.register_parametrization(nn.Linear(2, 2), "weight", Product())
    assert [name for name, _ in layer.named_parameters()][1:] == [
        "parametrizations.weight.original0",
        "parametrizations.weight.original1",
    ]
    with pytest.raises(ValueError, match="Cannot leave unparametrized"):
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
    weight = layer.weight.detach()
    assert mg.equal(parametrize.remove_parametrizations(layer, "weight").weight, weight)


def test_a_parametrization_may_not_change_the_shape() -> None:
    class First(nn.Module):
        def forward(self, x: Any) -> Any:
            return x[:1]

    with pytest.raises(ValueError, match="may not change the shape of the tensor, unless `unsafe` flag is enabled"):
        parametrize.register_parametrization(nn.Linear(3, 3), "weight", First())
    layer = parametrize.register_parametrization(nn.Linear(3, 3, bias=False), "weight", First(), unsafe=True)
    assert layer(mg.ones(3)).shape == (1,)
    with pytest.raises(ValueError, match="does not have a parameter, a buffer, or a parametrized element with name"):
        parametrize.register_parametrization(nn.Linear(3, 3), "weights", First())


def test_cached_computes_once() -> None:
    layer = parametrize.register_parametrization(nn.Linear(2, 2), "weight", Doubled())
    assert layer.weight is not layer.weight
    with parametrize.cached():
        assert layer.weight is layer.weight
    assert layer.weight is not layer.weight


def test_a_parametrized_module_is_copied_but_not_pickled() -> None:
    layer = parametrizations.weight_norm(nn.Linear(2, 2))
    twin = copy.deepcopy(layer)
    with mg.no_grad():
        twin.parametrizations.weight.original0.zero_()
    assert twin.weight.abs().sum() == 0
    assert layer.weight.abs().sum() > 0
    with pytest.raises(RuntimeError, match="Serialization of parametrized modules is only supported through state_"):
        pickle.dumps(layer)


def test_an_orthogonal_weight_stays_so() -> None:
    for shape in ((3, 3), (2, 4), (4, 2)):
        for how in ("matrix_exp", "cayley", "householder"):
            for trivial in (True, False):
                layer = parametrizations.orthogonal(nn.Linear(*shape), orthogonal_map=how, use_trivialization=trivial)
                layer(mg.ones(shape[0])).pow(2).sum().backward()
                mg.optim.SGD(layer.parameters(), lr=0.1).step()
                w = layer.weight.T if shape[0] > shape[1] else layer.weight
                assert mg.allclose(w.T @ w, mg.eye(w.shape[1]), atol=1e-5), (shape, how, trivial)
    with pytest.raises(ValueError, match="orthogonal_map has to be one of"):
        parametrizations.orthogonal(nn.Linear(2, 2), orthogonal_map="other")


MADE = {
    "weight_norm": lambda u, n: u.parametrizations.weight_norm(n.Linear(3, 4)),
    "weight_norm dim": lambda u, n: u.parametrizations.weight_norm(n.Conv2d(3, 4, 2), dim=1),
    "weight_norm one": lambda u, n: u.parametrizations.weight_norm(n.Linear(3, 4), "weight", None),
    "spectral_norm": lambda u, n: u.parametrizations.spectral_norm(n.Linear(3, 4)),
    "spectral_norm conv": lambda u, n: u.parametrizations.spectral_norm(n.ConvTranspose2d(3, 4, 2)),
    "spectral_norm bias": lambda u, n: u.parametrizations.spectral_norm(n.Linear(3, 4), "bias"),
    "orthogonal": lambda u, n: u.parametrizations.orthogonal(n.Linear(3, 3)),
    "orthogonal wide": lambda u, n: u.parametrizations.orthogonal(n.Linear(4, 2)),
    "orthogonal cayley": lambda u, n: u.parametrizations.orthogonal(n.Linear(3, 4), orthogonal_map="cayley"),
    "orthogonal plain": lambda u, n: u.parametrizations.orthogonal(n.Linear(3, 4), use_trivialization=False),
    "old weight_norm": lambda u, n: u.weight_norm(n.Linear(3, 4)),
    "old spectral_norm": lambda u, n: u.spectral_norm(n.Linear(3, 4)),
    "old spectral_norm conv": lambda u, n: u.spectral_norm(n.Conv1d(3, 4, 2), n_power_iterations=3),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm. is deprecated:FutureWarning")
@pytest.mark.parametrize("name", MADE)
def test_they_learn_as_in_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    seen = []
    for library in (mg, torch):
        library.manual_seed(0)
        layer = MADE[name](library.nn.utils, library.nn)
        x = library.randn(*{"conv": (2, 3, 5), "dim": (2, 3, 4, 4)}.get(name.split()[-1], (2, layer.weight.shape[1])))
        x = x.reshape(1, 3, 2, 5) if name == "spectral_norm conv" else x
        optimizer = library.optim.SGD(layer.parameters(), lr=0.1)
        losses = []
        for _ in range(4):
            loss = (layer(x) - 1).pow(2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        layer.eval()
        seen.append((str(layer), list(layer.state_dict()), [*losses, layer(x).sum().item()]))
    assert seen[0][:2] == seen[1][:2]
    assert seen[0][2] == pytest.approx(seen[1][2], rel=2e-5, abs=1e-6)


@pytest.mark.filterwarnings("ignore:.*weight_norm. is deprecated:FutureWarning")
def test_the_former_norms_can_be_removed() -> None:
    for add, remove in (
        (nn.utils.weight_norm, nn.utils.remove_weight_norm),
        (nn.utils.spectral_norm, nn.utils.remove_spectral_norm),
    ):
        layer = add(nn.Linear(2, 3))
        before = layer.eval()(mg.ones(2))
        with pytest.raises(RuntimeError, match=f"Cannot register two {add.__name__} hooks on the same parameter weigh"):
            add(layer)
        assert list(remove(layer).state_dict()) == ["bias", "weight"]
        assert mg.allclose(layer(mg.ones(2)), before)
        with pytest.raises(ValueError, match=f"{add.__name__} of 'weight' not found in Linear"):
            remove(layer)


def test_skip_init_draws_nothing() -> None:
    mg.manual_seed(0)
    assert nn.utils.skip_init(nn.Linear, 2, 3).weight.shape == (3, 2)
    assert mg.rand(1).item() == pytest.approx(0.4963, abs=5e-5)
    with pytest.raises(RuntimeError, match="Module must support a 'device' arg"):
        nn.utils.skip_init(nn.ReLU)
    with pytest.raises(RuntimeError, match="Expected a Module"):
        nn.utils.skip_init(mg.Tensor)
