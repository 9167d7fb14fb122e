"""Changes in place and through views, under PyTorch and under minigrad."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import minigrad

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")


def start(library: Any) -> tuple[Any, Any, Any]:
    """Return two leaves, and a copy of the first that is no leaf."""
    x = library.tensor([1.0, 2.0, 3.0], requires_grad=True)
    w = library.tensor([4.0, 5.0, 6.0], requires_grad=True)
    return x, w, x * 1


def gradients(library: Any, root: Any, *leaves: Any) -> Any:
    found = library.autograd.grad((root * root).sum(), leaves, allow_unused=True, create_graph=True)
    second = [
        None
        if g is None or not g.requires_grad
        else library.autograd.grad(g.sum(), leaves, None, True, allow_unused=True)
        for g in found
    ]
    return [digits(g) for g in found], [s and [digits(g) for g in s] for s in second]


def digits(tensor: Any) -> Any:
    """Return entries to five digits: the last bits of exp are the processor's."""
    return None if tensor is None else [f"{v:.5g}" for v in tensor.detach().reshape(-1).tolist()]


def error(action: Any) -> tuple[str, str]:
    try:
        action()
    except Exception as raised:
        return type(raised).__name__, str(raised).split(". ")[0].split("\n")[0].rstrip(".")
    return "", ""


def multiply(t):
    x, w, y = start(t)
    y.mul_(w)
    return y.grad_fn.name(), gradients(t, y, x, w)


def multiply_by_itself(t):
    _, _, y = start(t)
    y.mul_(y)
    return y.tolist(), error(lambda: y.sum().backward())


def augmented(t):
    x, w, y = start(t)
    y += w
    y *= 2
    y -= x
    y /= w
    return gradients(t, y, x, w)


def an_output_that_is_saved(t):
    x, w, y = start(t)
    y.exp_()
    z = y * w
    return y.grad_fn.name(), gradients(t, z, x, w)


def a_saved_output_changed_again(t):
    _, _, y = start(t)
    z = y.exp()
    z.add_(1)
    return error(lambda: z.sum().backward())


def slices_of_a_result(t):
    x, w, y = start(t)
    y[:2] = w[1:]
    return y.grad_fn.name(), gradients(t, y, x, w)


def slices_of_a_plain_base(t):
    _, w, _ = start(t)
    b = t.zeros(3)
    view = b[:2]
    b[:2] = w[:2] * 2
    return b.requires_grad, view.requires_grad, b.grad_fn.name(), gradients(t, b, w), gradients(t, view * 3, w)


def one_entry_by_a_number(t):
    x, _, y = start(t)
    y[0] = 7.0
    return y.tolist(), gradients(t, y, x)


def entries_by_indices(t):
    x, w, y = start(t)
    y[t.tensor([0, 2])] = w[:2]
    return y.tolist(), y.grad_fn.name(), gradients(t, y, x, w)


def entries_by_a_mask(t):
    x, _, y = start(t)
    y[y > 1.5] = 0.5
    return y.tolist(), gradients(t, y, x)


def a_view_that_is_multiplied(t):
    x, w, y = start(t)
    view = y[:2]
    view.mul_(w[:2])
    return y.tolist(), view.tolist(), y._version, view._version, gradients(t, y, x, w), gradients(t, view, x, w)


def a_view_of_a_view(t):
    x, _, y = start(t)
    view = y.view(3, 1)[1:]
    view.mul_(2)
    other = y[1]
    view.add_(1)
    return y.tolist(), gradients(t, y, x), gradients(t, view, x), gradients(t, other, x)


def a_base_changed_under_its_views(t):
    x, w, y = start(t)
    view = y[1:]
    y.mul_(w)
    return view.tolist(), gradients(t, view, x, w)


def zero_and_fill(t):
    x, _, y = start(t)
    z = x * 3
    y.zero_()
    z.fill_(2)
    return gradients(t, y + z + x, x), y.grad_fn.name()


def copy(t):
    x, w, y = start(t)
    y.copy_(w)
    return y.grad_fn.name(), gradients(t, y, x, w)


def a_retained_gradient(t):
    _, _, y = start(t)
    y.retain_grad()
    y.mul_(2)
    y.sum().backward()
    return y.grad.tolist()


def a_hook_stays_with_the_value_it_was_set_on(t):
    x, _, y = start(t)
    seen = []
    y.register_hook(lambda grad: seen.append(("before", grad.tolist())))
    y.mul_(2)
    y.register_hook(lambda grad: seen.append(("after", grad.tolist())))
    y.sum().backward()
    return seen, x.grad.tolist()


def optimizer_step(t):
    x, _, _ = start(t)
    for _ in range(3):
        (x * x).sum().backward()
        with t.no_grad():
            x -= 0.1 * x.grad
            x.grad.zero_()
    return [round(v, 5) for v in x.tolist()], x.is_leaf, x._version


def data_and_detach(t):
    x, _, _ = start(t)
    x.data.mul_(2)
    x.detach().add_(1)
    return x.tolist(), x._version


def refusals(t):
    x, w, y = start(t)
    with t.no_grad():
        quiet = y[:2]
    plain = t.zeros(3)
    return (
        error(lambda: x.add_(1)),
        error(lambda: x[:1].add_(1)),
        error(lambda: x.__setitem__(0, 1.0)),
        error(lambda: quiet.mul_(w[:2])),
        error(lambda: plain.add_(t.ones(2, 3))),
        error(lambda: t.tensor([1]).add_(1.5)),
        error(lambda: y.__setitem__(5, 1.0)),
        x.tolist(),
        plain.tolist(),
    )


def second_backward_through_slices(t):
    x, w, y = start(t)
    y[:2] *= w[:2]
    z = y.sum()
    z.backward(retain_graph=True)
    z.backward()
    return x.grad.tolist(), w.grad.tolist(), error(z.backward)


PROGRAMS = [
    f for f in list(globals().values()) if getattr(f, "__code__", None) and f.__code__.co_varnames[:1] == ("t",)
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_minigrad_does_what_pytorch_does(program: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both warn of a non-leaf's .grad
        assert program(minigrad) == program(torch)
