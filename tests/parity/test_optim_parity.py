"""Optimizers and schedulers: a hundred steps give PyTorch's losses and learning rates."""

import math

import pytest

import minigrad as mg
import minigrad.optim
from minigrad.optim import lr_scheduler

torch = pytest.importorskip("torch")
import torch.optim as torch_optim  # noqa: E402  after the skip

OPTIMIZERS = [
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.001, "maximize": True}),
    ("Adam", {"lr": 0.02}),
    ("Adam", {"lr": 0.02, "amsgrad": True, "weight_decay": 0.1, "betas": (0.8, 0.95)}),
    ("Adam", {"lr": 0.02, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.001, "maximize": True, "amsgrad": True}),
    ("Adamax", {"lr": 0.02, "weight_decay": 0.01}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.01}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.01, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.02}),
    ("RAdam", {"lr": 0.02, "weight_decay": 0.01, "decoupled_weight_decay": True}),
    ("RMSprop", {"lr": 0.01}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.5, "centered": True, "weight_decay": 0.01}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.01, "initial_accumulator_value": 0.1}),
    ("Adadelta", {"lr": 1.0, "weight_decay": 0.01}),
    ("Rprop", {"lr": 0.01}),
    ("ASGD", {"lr": 0.05}),
    ("ASGD", {"lr": 0.05, "t0": 20, "lambd": 0.01, "weight_decay": 0.1}),
]


def losses(lib, optim, name, settings, steps=100):
    """Fit a small network of two groups by hand-written layers, and return the losses."""
    lib.manual_seed(3)
    x, y = lib.randn(20, 3), lib.randn(20, 1)
    w1, b1, w2 = lib.randn(3, 4), lib.zeros(4), lib.randn(4, 1)
    weights = [w.requires_grad_() for w in (w1, b1, w2)]
    optimizer = getattr(optim, name)(
        [{"params": weights[:2]}, {"params": weights[2:], "lr": settings["lr"] / 2}], **settings
    )
    out = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (((x @ w1 + b1).tanh() @ w2 - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        out.append(loss.item())
    return out, optimizer


@pytest.mark.parametrize(("name", "settings"), OPTIMIZERS, ids=lambda x: x if isinstance(x, str) else ",".join(x))
def test_an_optimizer_gives_pytorchs_losses(name, settings):
    ours, optimizer = losses(mg, mg.optim, name, settings)
    theirs, expected = losses(torch, torch_optim, name, settings)
    # float32, and matrix products that add up in another order: a hundred steps carry the last bits on
    assert ours == pytest.approx(theirs, rel=2e-5, abs=1e-7)
    assert repr(optimizer) == repr(expected)
    state, wanted = optimizer.state_dict(), expected.state_dict()
    assert state["param_groups"] == wanted["param_groups"]
    assert {n: list(s) for n, s in state["state"].items()} == {n: list(s) for n, s in wanted["state"].items()}


VALLEYS = {
    "bent": lambda w: (1 - w[0]) ** 2 + (w[1] - w[0] ** 2) ** 2,
    "steep": lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2,
    "waves": lambda w: (w * w).sum() / 10 + (3 * w).sin().sum(),
    "kinked": lambda w: w.abs().sum() + (w * w).sum() / 9,
}


SEARCHED = [(valley, "strong_wolfe", lr) for valley in VALLEYS for lr in (0.3, 1.0, 20.0)]


@pytest.mark.parametrize(("valley", "search", "lr"), [("bent", None, 0.3), ("waves", None, 0.3), *SEARCHED])
def test_lbfgs_gives_pytorchs_losses(valley, search, lr):
    def run(lib, optim):
        w = lib.tensor([-1.0, 2.0], dtype=lib.float64, requires_grad=True)
        optimizer = optim.LBFGS([w], lr=lr, max_iter=5, history_size=4, line_search_fn=search)

        def closure():
            optimizer.zero_grad()
            loss = VALLEYS[valley](w)
            loss.backward()
            return loss

        found = [optimizer.step(closure).item() for _ in range(8)]
        return [*found, optimizer.state[w]["func_evals"]]

    # a curvature is a quotient of small differences: what the last bit of a dot product loses there grows
    assert run(mg, mg.optim) == pytest.approx(run(torch, torch_optim), rel=1e-7, abs=1e-12)


SCHEDULERS = [
    ("StepLR", {"step_size": 7, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [5, 20, 20, 60], "gamma": 0.3}),
    ("ExponentialLR", {"gamma": 0.97}),
    ("LambdaLR", {"lr_lambda": lambda epoch: 1 / (1 + epoch)}),
    ("LambdaLR", {"lr_lambda": [lambda epoch: 0.9**epoch, lambda epoch: 1.0]}),
    ("MultiplicativeLR", {"lr_lambda": lambda epoch: 0.95}),
    ("CosineAnnealingLR", {"T_max": 15, "eta_min": 0.001}),
    ("CosineAnnealingWarmRestarts", {"T_0": 6, "T_mult": 2}),
    ("LinearLR", {"start_factor": 0.1, "total_iters": 20}),
    ("ConstantLR", {"factor": 0.5, "total_iters": 9}),
    ("PolynomialLR", {"total_iters": 30, "power": 2.0}),
    ("OneCycleLR", {"max_lr": 0.3, "total_steps": 101}),
    ("OneCycleLR", {"max_lr": [0.3, 0.2], "epochs": 25, "steps_per_epoch": 5, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 0.3, "total_steps": 120, "three_phase": True}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.3, "step_size_up": 7}),
    (
        "CyclicLR",
        {"base_lr": [0.01, 0.02], "max_lr": 0.3, "step_size_up": 7, "step_size_down": 3, "mode": "triangular2"},
    ),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.3, "step_size_up": 5, "mode": "exp_range", "gamma": 0.98}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.3, "step_size_up": 5, "scale_fn": lambda n: 1 / n}),
]


def rates(lib, optim, make, metrics=None):
    a, b = lib.zeros(2, requires_grad=True), lib.zeros(2, requires_grad=True)
    optimizer = optim.SGD([{"params": [a]}, {"params": [b], "lr": 0.02}], lr=0.1, momentum=0.9)
    scheduler = make(optim.lr_scheduler, optimizer)
    out = []
    for epoch in range(100):
        out.append((*scheduler.get_last_lr(), *(group["lr"] for group in optimizer.param_groups)))
        out.append(tuple(group["momentum"] for group in optimizer.param_groups))
        optimizer.step()
        scheduler.step() if metrics is None else scheduler.step(metrics(epoch))
    return out


@pytest.mark.parametrize(("name", "settings"), SCHEDULERS, ids=lambda x: x if isinstance(x, str) else ",".join(x))
def test_a_scheduler_gives_pytorchs_rates(name, settings):
    def make(room, optimizer):
        return getattr(room, name)(optimizer, **settings)

    ours, theirs = rates(mg, mg.optim, make), rates(torch, torch_optim, make)
    assert [list(row) for row in ours] == [pytest.approx(list(row), rel=1e-12) for row in theirs]


@pytest.mark.parametrize("settings", [{}, {"mode": "max", "patience": 2, "cooldown": 3}, {"threshold_mode": "abs"}])
def test_a_plateau_gives_pytorchs_rates(settings):
    def make(room, optimizer):
        return room.ReduceLROnPlateau(optimizer, factor=0.5, min_lr=[0.001, 0.0], **settings)

    def metrics(epoch):
        return math.cos(epoch / 9) / (1 + epoch)

    ours, theirs = rates(mg, mg.optim, make, metrics), rates(torch, torch_optim, make, metrics)
    assert ours == theirs


def test_schedulers_in_a_row_and_at_once_give_pytorchs_rates():
    def row(room, optimizer):
        first = room.LinearLR(optimizer, start_factor=0.1, total_iters=10)
        return room.SequentialLR(optimizer, [first, room.ExponentialLR(optimizer, 0.9)], milestones=[10])

    def at_once(room, optimizer):
        return room.ChainedScheduler([room.ConstantLR(optimizer, 0.1, 4), room.ExponentialLR(optimizer, 0.9)])

    for make in (row, at_once):
        ours, theirs = rates(mg, mg.optim, make), rates(torch, torch_optim, make)
        assert [list(r) for r in ours] == [pytest.approx(list(r), rel=1e-12) for r in theirs]


def test_every_scheduler_here_is_pytorchs():
    assert [name for name in lr_scheduler.__all__ if not hasattr(torch_optim.lr_scheduler, name)] == []


REFUSED = [
    "optim.SGD(a)",
    "optim.SGD([])",
    "optim.SGD([5])",
    "optim.SGD([a * 2])",
    "optim.SGD([{'params': [a]}, {'params': [a]}])",
    "optim.SGD([a], lr=-1)",
    "optim.SGD([a], momentum=-1)",
    "optim.SGD([a], weight_decay=-1)",
    "optim.SGD([a], nesterov=True)",
    "optim.Adam([a], lr=-1)",
    "optim.Adam([a], eps=-1)",
    "optim.Adam([a], betas=(2, 0.9))",
    "optim.Adam([a], betas=(0.9, 2))",
    "optim.Adam([a], weight_decay=-1)",
    "optim.RMSprop([a], alpha=-1)",
    "optim.RMSprop([a], eps=-1)",
    "optim.RMSprop([a], momentum=-1)",
    "optim.Adagrad([a], lr_decay=-1)",
    "optim.Adagrad([a], initial_accumulator_value=-1)",
    "optim.SGD([a]).add_param_group(5)",
    "optim.SGD([a]).load_state_dict({'state': {}, 'param_groups': []})",
    "optim.SGD([a]).load_state_dict({'state': {}, 'param_groups': [{'params': [0, 1]}]})",
    "optim.LBFGS([{'params': [a]}, {'params': [lib.ones(1)]}])",
    "optim.SGD([a], foo=3)",
    "optim.LBFGS([a]).step()",
    "optim.lr_scheduler.StepLR(5, 2)",
    "optim.lr_scheduler.StepLR(optim.SGD([a]), 2, last_epoch=3)",
    "optim.lr_scheduler.LambdaLR(optim.SGD([a]), [abs, abs])",
    "optim.lr_scheduler.ReduceLROnPlateau(optim.SGD([a]), factor=1.2)",
    "optim.lr_scheduler.ReduceLROnPlateau(optim.SGD([a]), mode='x')",
    "optim.lr_scheduler.ReduceLROnPlateau(optim.SGD([a])).step()",
    "optim.lr_scheduler.LinearLR(optim.SGD([a]), start_factor=2)",
]


@pytest.mark.parametrize("program", REFUSED)
def test_what_pytorch_refuses_is_refused_in_its_words(program):
    a, b = torch.ones(2, requires_grad=True), mg.ones(2, requires_grad=True)
    with pytest.raises(Exception) as theirs:  # noqa: PT011  whatever it is, ours must be the same
        eval(program, {"optim": torch_optim, "a": a, "lib": torch})
    with pytest.raises(type(theirs.value)) as ours:
        eval(program, {"optim": mg.optim, "a": b, "lib": mg})
    assert str(theirs.value) in str(ours.value)
