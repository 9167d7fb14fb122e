"""Optimizers without PyTorch at hand: what a step does, what is remembered, who is told."""

import contextlib
import copy
import warnings

import numpy as np
import pytest

import minigrad as mg
from minigrad.ops.arithmetic import Lerp


def quadratic(w):
    w.grad = None
    (w * w).sum().backward()


def test_a_step_of_sgd_goes_down_the_slope():
    w = mg.tensor([2.0, -1.0], requires_grad=True)
    quadratic(w)
    mg.optim.SGD([w], lr=0.25).step()
    assert w.tolist() == [1.0, -0.5]
    assert w.is_leaf


def test_momentum_goes_on_where_the_slope_has_ended():
    w = mg.tensor([1.0], requires_grad=True)
    optimizer = mg.optim.SGD([w], lr=0.5, momentum=0.5)
    quadratic(w)
    optimizer.step()
    assert w.tolist() == [0.0]
    quadratic(w)
    optimizer.step()
    assert w.tolist() == [-0.5]


def test_adam_takes_a_first_step_of_its_learning_rate():
    w = mg.tensor([2.0, -7.0], requires_grad=True)
    quadratic(w)
    mg.optim.Adam([w], lr=0.5).step()
    assert w.tolist() == pytest.approx([1.5, -6.5])


def test_a_parameter_without_gradient_stays_as_it_is():
    w, v = mg.tensor([2.0], requires_grad=True), mg.tensor([3.0], requires_grad=True)
    quadratic(w)
    optimizer = mg.optim.Adam([w, v], lr=0.5)
    optimizer.step()
    assert v.tolist() == [3.0]
    assert list(optimizer.state_dict()["state"]) == [0]


def test_what_is_remembered_is_loaded_into_another_optimizer():
    def train(optimizer, w, steps):
        for _ in range(steps):
            quadratic(w)
            optimizer.step()

    w = mg.tensor([2.0], requires_grad=True)
    first = mg.optim.Adam([w], lr=0.1)
    train(first, w, 3)
    v = w.detach().clone().requires_grad_()
    second = mg.optim.Adam([v], lr=0.7)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    assert second.param_groups[0]["lr"] == 0.1
    train(first, w, 3)
    train(second, v, 3)
    assert w.tolist() == v.tolist()


def test_a_closure_computes_the_loss_with_gradients():
    w = mg.tensor([2.0], requires_grad=True)
    optimizer = mg.optim.SGD([w], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with mg.no_grad():
        assert optimizer.step(closure).item() == 4.0
    assert w.tolist() == [1.0]


def test_hooks_stand_before_and_after_each_step():
    w = mg.tensor([2.0], requires_grad=True)
    optimizer = mg.optim.SGD([w], lr=0.25)
    seen = []
    optimizer.register_step_pre_hook(lambda opt, args, kwargs: seen.append("before"))
    after = optimizer.register_step_post_hook(lambda opt, args, kwargs: seen.append("after"))
    optimizer.step()
    after.remove()
    optimizer.step()
    assert seen == ["before", "after", "before"]


def test_zero_grad_forgets_or_zeroes():
    w = mg.tensor([2.0], requires_grad=True)
    optimizer = mg.optim.SGD([w], lr=0.25)
    quadratic(w)
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0.0]
    optimizer.zero_grad()
    assert w.grad is None


def test_an_optimizer_of_ones_own_needs_step_alone():
    class SignDescent(mg.optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

        @mg.no_grad()
        def step(self):
            for group in self.param_groups:
                for p in group["params"]:
                    p -= group["lr"] * p.grad.sign()

    w = mg.tensor([2.0, -1.0], requires_grad=True)
    quadratic(w)
    optimizer = SignDescent([w], lr=0.5)
    optimizer.step()
    assert w.tolist() == [1.5, -0.5]
    scheduler = mg.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.25


def test_the_order_of_optimizer_and_scheduler_is_watched():
    optimizer = mg.optim.SGD([mg.zeros(1)], lr=1.0)
    scheduler = mg.optim.lr_scheduler.StepLR(optimizer, 1)
    with pytest.warns(UserWarning, match="Detected call of `lr_scheduler.step\\(\\)` before `optimizer.step\\(\\)`"):
        scheduler.step()


def test_a_schedule_goes_on_from_its_saved_state():
    def schedule():
        optimizer = mg.optim.SGD([mg.zeros(1)], lr=1.0)
        return optimizer, mg.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)

    optimizer, scheduler = schedule()
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    other, again = schedule()
    other.load_state_dict(optimizer.state_dict())
    again.load_state_dict(scheduler.state_dict())
    other.step()
    again.step()
    assert again.get_last_lr() == [0.0625]


def test_lbfgs_with_a_line_search_finds_the_end_of_a_bent_valley():
    """Rosenbrock's valley ends at (1, 1): plain steps of length 1 fly out of it, searched ones follow it."""
    w = mg.tensor([-1.2, 1.0], dtype=mg.float64, requires_grad=True)
    optimizer = mg.optim.LBFGS([w], lr=1.0, max_iter=60, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == pytest.approx(24.2)
    assert w.tolist() == pytest.approx([1.0, 1.0], abs=1e-4)
    w.data.fill_(0.5)
    with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported"):
        mg.optim.LBFGS([w], line_search_fn="armijo").step(closure)


def test_what_minigrad_lacks_is_named_and_so_is_what_is_near():
    with pytest.raises(AttributeError, match="module 'minigrad' has no attribute 'tensr'. Near to it are tensor"):
        mg.tensr  # noqa: B018


@pytest.mark.parametrize("settings", [{}, {"betas": (0.5, 0.9)}, {"lr": 1}])
@pytest.mark.parametrize("kind", ["Adam", "AdamW", "NAdam", "RAdam"])
def test_adam_s_steps_are_the_same_numbers_on_bare_arrays_and_in_a_recording(kind, settings):
    """Nobody watches the first; a recording sees each op of the second; the third lies out of order in memory."""

    def stepped(w, record):
        w.requires_grad_()
        optimizer = getattr(mg.optim, kind)([w], **settings)
        with record as recording:
            for power in (1, 2, 30):  # the last gradient's square is beyond all float32
                optimizer.zero_grad()
                (w * 10.0**power).pow(3).sum().backward()
                optimizer.step()
        kept = {name: value.tolist() for name, value in optimizer.state[w].items()}
        return str((w.tolist(), kept)), w._version, recording

    numbers = [[0.3, -0.7, 1.9], [-2.0, 0.1, 0.5]]
    bare, version, _ = stepped(mg.tensor(numbers), contextlib.nullcontext())
    seen, version_seen, recording = stepped(mg.tensor(numbers), mg.trace.record())
    turned, _, _ = stepped(mg.tensor(numbers).t().contiguous().t(), contextlib.nullcontext())
    assert bare == seen == turned
    assert version == version_seen
    assert any(getattr(event, "op", None) is Lerp for event in recording.events)


def test_a_step_into_memory_that_is_read_only_is_refused():
    array = np.ones(2, np.float32)
    array.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = mg.from_numpy(array).requires_grad_()
    quadratic(w)
    with pytest.raises(RuntimeError, match="read-only"):
        mg.optim.Adam([w]).step()
