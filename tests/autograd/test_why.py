"""why_no_grad(): each way to miss a gradient has its own answer, and a recording adds the line."""

from __future__ import annotations

import pytest

import minigrad as mg
from minigrad import trace


def leaf(*numbers: float) -> mg.Tensor:
    return mg.tensor([float(n) for n in numbers], requires_grad=True)


def test_there_is_one() -> None:
    w = leaf(1)
    (w * 2).sum().backward()
    assert w.why_no_grad().reason == "has one"
    assert str(w.why_no_grad()) == "w has its gradient: look at w.grad."


def test_nobody_asked() -> None:
    w = mg.ones(2)
    answer = w.why_no_grad()
    assert answer.reason == "not asked"
    assert "requires_grad=True" in answer.text
    assert repr(answer) == answer.text


@pytest.mark.parametrize("make", [lambda x: x.argmax(), lambda x: x > 0, lambda x: mg.tensor([1, 2])])
def test_only_floats_have_gradients(make) -> None:
    i = make(leaf(1, 2))
    answer = i.why_no_grad()
    assert answer.reason == "integers"
    assert str(i.dtype).partition(".")[2] in answer.text


def test_a_result_is_no_leaf_unless_it_retains_its_gradient() -> None:
    w = leaf(1)
    y = w * 2
    z = y.sum()
    answer = y.why_no_grad()
    assert (answer.reason, answer.op) == ("not a leaf", "MulBackward0")
    assert "y.retain_grad()" in answer.text
    y.retain_grad()
    assert y.why_no_grad().reason == "no backward"
    z.backward()
    assert y.why_no_grad().reason == "has one"


@pytest.mark.parametrize("change", [lambda x: x * 2, lambda x: x * x, lambda x: x.to(mg.float64), lambda x: x.clone()])
def test_a_result_that_took_its_leafs_name(change) -> None:
    x = leaf(1, 2)
    x = change(x)
    x.sum().backward()
    answer = x.why_no_grad()
    assert answer.reason == "no longer the leaf"
    assert "keep a name for it" in answer.text


def test_a_leaf_that_kept_its_name_is_not_taken_for_one_that_lost_it() -> None:
    w = leaf(1, 2)
    x = w * 2
    assert x.why_no_grad().reason == "not a leaf"
    assert w.grad is None


def test_no_backward_yet() -> None:
    w = leaf(1)
    loss = (w * 2).sum()
    answer = w.why_no_grad()
    assert answer.reason == "no backward"
    assert answer.text == "loss depends on w, and no backward pass has run yet: call loss.backward()."
    assert w.why_no_grad(loss).reason == "no backward"


def test_the_root_does_not_depend_on_it() -> None:
    w, other = leaf(1), leaf(2)
    loss = (other * 2).sum()
    loss.backward()
    answer = w.why_no_grad(loss)
    assert answer.reason == "not reached"
    assert answer.text.startswith("loss does not depend on w by recorded ops.")
    assert w.why_no_grad().reason == "unused"


def test_the_root_requires_no_grad() -> None:
    w = leaf(1)
    loss = (w * 2).detach().sum()
    answer = w.why_no_grad(loss)
    assert answer.reason == "root"
    assert answer.text.startswith("No backward pass can start at loss.")


@pytest.mark.parametrize("cut", [lambda x: x.detach(), lambda x: x.data, lambda x: mg.from_numpy(x.detach().numpy())])
def test_what_shares_memory_has_no_history(cut) -> None:
    w = leaf(1)
    y = cut(w)
    assert y.why_no_grad().reason == "shared memory"
    assert "detach()" in y.why_no_grad().text


def test_a_gradient_that_was_set_to_none() -> None:
    w = leaf(1)
    loss = (w * w).sum()
    loss.backward()
    w.grad = None
    assert w.why_no_grad().reason == "cleared"
    del loss
    assert w.why_no_grad().reason == "cleared"
    assert "zero_grad()" in w.why_no_grad().text


def test_requires_grad_that_came_too_late() -> None:
    w = mg.ones(2)
    loss = (w * leaf(1, 2)).sum()
    w.requires_grad_()
    loss.backward()
    assert w.why_no_grad().reason == "unused"
    assert "before requires_grad was set" in w.why_no_grad().text
    assert "asked for a gradient only afterwards" in w.why_no_grad(loss).text


def test_grad_fills_nothing() -> None:
    w = leaf(1)
    loss = (w * w).sum()
    mg.autograd.grad(loss, w)
    assert w.why_no_grad().reason == "only grad"


def test_a_function_that_returned_none_is_named() -> None:
    class Silent(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return None

    w = leaf(1)
    loss = Silent.apply(w.exp()).sum()
    loss.backward()
    answer = w.why_no_grad()
    assert (answer.reason, answer.op) == ("returned None", "SilentBackward")


def test_a_result_that_no_variable_holds() -> None:
    w = leaf(1)
    (w * 2).detach()
    assert w.why_no_grad().reason == "nothing here"


def test_items_of_lists_and_dicts_have_names() -> None:
    parameters = {"w": leaf(1)}
    losses = [(parameters["w"] * 2).sum()]
    assert parameters["w"].why_no_grad().text.startswith("losses[0] depends on parameters['w'],")
    assert losses[0].why_no_grad().op == "SumBackward0"


@pytest.mark.parametrize(
    ("cut", "op", "text"),
    [
        (lambda x: x.exp().detach() * 2, "detach", "`x.exp().detach()`"),
        (lambda x: (x > 0).float() * 2, "Gt", "`x > 0`"),
    ],
)
def test_a_recording_knows_the_op_and_the_line(cut, op: str, text: str) -> None:
    with trace.record():
        x = leaf(1, 2)
        y = cut(x).sum()
    answer = y.why_no_grad()
    assert (answer.reason, answer.op) == ("cut", op)
    assert text in answer.text
    assert answer.line == cut.__code__.co_firstlineno
    assert x.why_no_grad(y).reason == "root"
    assert x.why_no_grad(y).line == answer.line


def test_a_recording_knows_what_ran_under_no_grad() -> None:
    with trace.record():
        x = leaf(1, 2)
        with mg.no_grad():
            h = x * 3
        y = (h + 1).sum()
    answer = y.why_no_grad()
    assert (answer.reason, answer.op) == ("cut", "Mul")
    assert "`x * 3`" in answer.text
    assert "no_grad()" in answer.text
    z = (y + leaf(1)).sum()
    assert "For h, the chain was cut by `x * 3`" in x.why_no_grad(z).text
    assert "For h, the chain was cut by" in x.why_no_grad().text


def test_it_was_frozen_since_it_was_used() -> None:
    w = leaf(1)
    loss = (w * w).sum()
    w.requires_grad_(False)
    loss.backward()
    assert w.why_no_grad().reason == "frozen"
    assert "w.requires_grad_()" in w.why_no_grad().text


def test_the_root_is_of_whole_numbers() -> None:
    w = leaf(1, 2)
    best = (w * 2).argmax()
    answer = w.why_no_grad(best)
    assert answer.reason == "root"
    assert answer.text.startswith("No backward pass can start at best: it holds int64 numbers.")
    assert "float()" not in answer.text  # which would make a leaf of it, that w has no part in


def test_what_was_made_in_inference_mode_never_has_one() -> None:
    with mg.inference_mode():
        y = mg.ones(2) * 2
    answer = y.why_no_grad()
    assert answer.reason == "cut"
    assert str(answer) == "y does not require grad: it was made in inference_mode(), and never becomes part of a graph."
