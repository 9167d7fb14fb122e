"""Averages of weights, Adafactor, and what schedulers remember and warn of: against PyTorch, and by hand."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import pytest

import minigrad as mg
import minigrad.optim
from minigrad import nn
from minigrad.optim import swa_utils


def averages(name: str) -> list[Any]:
    """Train a small network, keep averages of it of all kinds, and return what they then say."""
    m, own, data = (importlib.import_module(f"{name}{room}") for room in ("", ".optim.swa_utils", ".utils.data"))
    m.manual_seed(0)
    layers = m.nn.Linear(3, 4), m.nn.BatchNorm1d(4), m.nn.Tanh(), m.nn.Linear(4, 1)
    net = m.nn.Sequential(*layers)
    optimizer = m.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    x, y = m.randn(40, 3), m.randn(40, 1)
    batches = data.DataLoader(data.TensorDataset(x, y), batch_size=8)
    kept = [
        own.AveragedModel(net),
        own.AveragedModel(net, multi_avg_fn=own.get_swa_multi_avg_fn()),
        own.AveragedModel(net, multi_avg_fn=own.get_ema_multi_avg_fn(0.9)),
        own.AveragedModel(net, avg_fn=own.get_ema_avg_fn(0.8), use_buffers=True),
        own.AveragedModel(net, avg_fn=lambda mean, new, n: (mean + new) / 2),
    ]
    scheduler = own.SWALR(optimizer, swa_lr=0.02, anneal_epochs=3)
    found: list[Any] = []
    for epoch in range(7):
        for inputs, wanted in batches:
            optimizer.zero_grad()
            ((net(inputs) - wanted) ** 2).mean().backward()
            optimizer.step()
        if epoch > 2:
            for model in kept:
                model.update_parameters(net)
            scheduler.step()
        found += scheduler.get_last_lr()
    own.update_bn(batches, kept[0])
    own.update_bn(x.split(10), kept[1])
    for model in kept:
        model.eval()
        found += [*model(x[:3]).flatten().tolist(), int(model.n_averaged)]
    return found


def test_averaged_networks_say_what_pytorchs_do() -> None:
    pytest.importorskip("torch")
    assert averages("minigrad") == pytest.approx(averages("torch"), rel=2e-4, abs=2e-6)


def test_an_average_by_hand() -> None:
    net = nn.Linear(1, 1, bias=False)
    plain = swa_utils.AveragedModel(net)
    forgetful = swa_utils.AveragedModel(net, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.75))
    for weight in (1.0, 3.0, 5.0):
        nn.init.constant_(net.weight, weight)
        plain.update_parameters(net)
        forgetful.update_parameters(net)
    assert plain.module.weight.item() == 3
    assert forgetful.module.weight.item() == (1 * 0.75 + 3 * 0.25) * 0.75 + 5 * 0.25
    with pytest.raises(AssertionError, match="Only one of avg_fn and multi_avg_fn should be provided"):
        swa_utils.AveragedModel(net, avg_fn=max, multi_avg_fn=max)
    with pytest.raises(ValueError, match="Invalid decay value 2 provided"):
        swa_utils.get_ema_avg_fn(2)


@pytest.mark.parametrize(
    "settings",
    [{}, {"lr": 0.1, "weight_decay": 0.1, "d": 1.5}, {"beta2_decay": -0.5, "eps": (1e-6, 1e-2), "maximize": True}],
)
def test_adafactor_gives_pytorchs_losses(settings: dict[str, Any]) -> None:
    pytest.importorskip("torch")

    def run(name: str) -> list[float]:
        m = importlib.import_module(name)
        m.manual_seed(1)
        net = m.nn.Sequential(m.nn.Linear(3, 4), m.nn.Tanh(), m.nn.Linear(4, 1))
        x, y = m.randn(20, 3), m.randn(20, 1)
        optimizer = m.optim.Adafactor(net.parameters(), **settings)
        losses = []
        for _ in range(30):
            optimizer.zero_grad()
            loss = ((net(x) - y) ** 2).mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    assert run("minigrad") == pytest.approx(run("torch"), rel=2e-5)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"lr": -1}, "Learning rate should be >= 0 but is: -1"),
        ({"beta2_decay": 1}, "beta2_decay should be <= 0 but is: 1"),
        ({"eps": (-1, 1)}, "epsilon1 should be >= 0 but is: -1"),
        ({"eps": (None, -1)}, "epsilon2 should be >= 0 but is: -1"),
        ({"d": 0.5}, "Clipping threshold d should be >= 1 but is: 0.5"),
        ({"weight_decay": -1}, "weight_decay should be >= 0 but is: -1"),
    ],
)
def test_adafactor_refuses_settings_out_of_bounds(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        mg.optim.Adafactor([mg.ones(1, requires_grad=True)], **settings)


MADE = {
    "StepLR": lambda own, o: own.StepLR(o, 2),
    "MultiStepLR": lambda own, o: own.MultiStepLR(o, [2, 4]),
    "ConstantLR": lambda own, o: own.ConstantLR(o),
    "LinearLR": lambda own, o: own.LinearLR(o),
    "ExponentialLR": lambda own, o: own.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda own, o: own.PolynomialLR(o, total_iters=4, power=2),
    "CosineAnnealingLR": lambda own, o: own.CosineAnnealingLR(o, 5),
    "LambdaLR": lambda own, o: own.LambdaLR(o, lambda epoch: 0.9**epoch),
    "MultiplicativeLR": lambda own, o: own.MultiplicativeLR(o, lambda epoch: 0.9),
    "OneCycleLR": lambda own, o: own.OneCycleLR(o, 0.1, total_steps=15),
    "OneCycleLR 3": lambda own, o: own.OneCycleLR(o, 0.1, total_steps=20, three_phase=True),
    "CosineAnnealingWarmRestarts": lambda own, o: own.CosineAnnealingWarmRestarts(o, 3, 2),
    "CyclicLR": lambda own, o: own.CyclicLR(o, 0.1, 1.0, 3),
    "ReduceLROnPlateau": lambda own, o: own.ReduceLROnPlateau(o, patience=0),
    "SequentialLR": lambda own, o: own.SequentialLR(o, [own.ConstantLR(o, 0.1, 3), own.ExponentialLR(o, 0.9)], [2]),
    "ChainedScheduler": lambda own, o: own.ChainedScheduler([own.ConstantLR(o, 0.1, 3), own.ExponentialLR(o, 0.9)]),
}


def story(name: str, scheduler: str) -> list[Any]:
    """Use a scheduler rightly and wrongly, and return all that it said, remembered and set."""
    m, own = importlib.import_module(name), importlib.import_module(f"{name}.optim.lr_scheduler")
    args = (1.0,) if scheduler == "ReduceLROnPlateau" else ()
    told: list[Any] = []

    def tell(what: Any) -> None:
        told.append(([(w.category, str(w.message)) for w in heard], what))
        heard.clear()

    def rates(optimizer: Any) -> list[float]:
        return [round(group["lr"], 9) for group in optimizer.param_groups]

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        first = m.optim.SGD([m.ones(1, requires_grad=True)], lr=1.0, momentum=0.9)
        one = MADE[scheduler](own, first)
        tell(one.state_dict())
        one.step(*args)
        tell(rates(first))
        first.step()
        one.step(*args)
        tell(rates(first))
        if scheduler not in ("ReduceLROnPlateau", "SequentialLR", "ChainedScheduler"):
            tell([round(rate, 9) for rate in one.get_lr()])
            one.step(4)
            tell(rates(first))
        for _ in range(4):
            first.step()
            one.step(*args)
        tell([round(rate, 9) for rate in one.get_last_lr()])
        other = m.optim.SGD([m.ones(1, requires_grad=True)], lr=1.0, momentum=0.9)
        two = MADE[scheduler](own, other)
        two.load_state_dict(one.state_dict())
        other.load_state_dict(first.state_dict())
        other.step()
        two.step(*args)
        tell(rates(other))
    return told


@pytest.mark.parametrize("scheduler", MADE)
def test_a_scheduler_says_remembers_and_sets_what_pytorchs_does(scheduler: str) -> None:
    pytest.importorskip("torch")
    assert story("minigrad", scheduler) == story("torch", scheduler)


def test_a_rate_that_is_asked_for_outside_of_a_step_comes_with_a_warning() -> None:
    optimizer = mg.optim.SGD([mg.ones(1, requires_grad=True)], lr=1.0)
    scheduler = mg.optim.lr_scheduler.StepLR(optimizer, 1)
    with pytest.warns(UserWarning, match="please use `get_last_lr\\(\\)`"):
        scheduler.get_lr()
    with pytest.warns(UserWarning, match="Detected call of `lr_scheduler.step\\(\\)` before `optimizer.step\\(\\)`"):
        scheduler.step()
    assert scheduler.get_last_lr() == [0.1]
