"""Small programs run under PyTorch and under minigrad: the same values, versions, orders and error sentences."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import pytest

import minigrad

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")


def leaf(library: ModuleType, *numbers: float) -> Any:
    return library.tensor([float(n) for n in numbers], requires_grad=True)


def numbers(tensor: Any) -> Any:
    """Return a tensor's entries to six digits: the last bit of exp is the processor's."""
    if tensor is None:
        return None
    return [float(f"{v:.6g}") for v in tensor.detach().reshape(-1).tolist()]


def sentence(action: Any) -> tuple[str, str]:
    """Return the class and the first sentence of the error that ``action`` raises."""
    try:
        action()
    except Exception as error:
        return type(error).__name__, str(error).split(". ")[0].split("; ")[0].split("\n")[0].rstrip(".")
    return "", ""


def results_of_no_grad_are_leaves(t):
    x = leaf(t, 1)
    with t.no_grad():
        y = x * 2
        made = t.rand(2, requires_grad=True)
    return y.is_leaf, y.requires_grad, made.requires_grad


def clearing_requires_grad_of_a_result(t):
    return sentence(lambda: setattr(leaf(t, 1) * 2, "requires_grad", False))


def integers_that_ask_for_a_gradient(t):
    x = t.tensor([1])
    return (
        sentence(lambda: t.tensor([1], requires_grad=True)),
        sentence(lambda: setattr(x, "requires_grad", True)),
        sentence(lambda: x.requires_grad_()),
    )


def second_backward(t):
    x = leaf(t, 1, 2)
    out = []
    for make in (
        lambda: x.sum(),
        lambda: (x + 1).sum(),
        lambda: x.mean(),
        lambda: (x * 2).sum(),
        lambda: (x / 2).sum(),
        lambda: (x**2).sum(),
        lambda: (1 - x).sum(),
        lambda: (-x).sum(),
        lambda: x.exp().sum(),
    ):
        y = make()
        y.backward()
        out.append(sentence(y.backward))
    return out, numbers(x.grad)


def names_of_nodes(t):
    x = leaf(t, 1, 2)
    results = [x + 1, x - 1, 1 - x, x * 2, x / 2, x**2, 2**x, x**x, -x, x.sum(), x.sum(0), x.mean(), x.exp(), x.log()]
    return [y.grad_fn.name() for y in results]


def operands_in_next_functions(t):
    x = leaf(t, 1)
    return [
        [(None if n is None else n.name().split("::")[-1], nr) for n, nr in y.grad_fn.next_functions]
        for y in (x * 2, x + x, x**2, x.sum(), x**x, x * t.ones(1))
    ]


def order_of_hooks(t):
    seen = []
    x = leaf(t, 1)
    y = x * 2
    z = y * 3
    z.grad_fn.register_hook(lambda sent, received: seen.append("post z"))
    y.register_hook(lambda grad: seen.append("y"))
    y.retain_grad()
    y.grad_fn.register_prehook(lambda received: seen.append("pre y"))
    y.grad_fn.register_hook(lambda sent, received: seen.append("post y"))
    y.register_hook(lambda grad: seen.append("y, later") or grad * 7)
    x.register_hook(lambda grad: seen.append("x"))
    x.register_post_accumulate_grad_hook(lambda leaf: seen.append("accumulated"))
    z.sum().backward()
    return seen, numbers(y.grad), numbers(x.grad)


def hooks_under_grad(t):
    seen = []
    x = leaf(t, 2)
    y = x * 2
    y.register_hook(lambda grad: seen.append("y") or grad * 10)
    y.grad_fn.register_hook(lambda sent, received: seen.append("node y"))
    z = (y * y).sum()
    first = t.autograd.grad(z, y, retain_graph=True)
    both = t.autograd.grad(z, [y, x], retain_graph=True)
    return seen, numbers(first[0]), [numbers(g) for g in both], numbers(x.grad)


def undefined_gradients(t):
    class Nothing(t.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return None

    seen = []
    x = leaf(t, 1)
    y = x * 1
    y.register_hook(seen.append)
    Nothing.apply(y).sum().backward()
    unused = sentence(lambda: t.autograd.grad(Nothing.apply(x).sum(), x))
    return seen, numbers(x.grad), unused


def accumulation_in_place(t):
    x = leaf(t, 1)
    (x * 2).sum().backward()
    first = x.grad
    (x * 2).sum().backward()
    same = x.grad is first
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (x * x).sum().backward(create_graph=True)
    return same, x.grad is first, numbers(x.grad), x.grad.requires_grad, first._version


def backward_with_inputs(t):
    x, w = leaf(t, 2), leaf(t, 3)
    y = x * w
    (y * y).sum().backward(inputs=[y, w])
    return numbers(y.grad), numbers(w.grad), numbers(x.grad)


def backward_of_a_leaf_itself(t):
    x = t.tensor(3.0, requires_grad=True)
    x.backward()
    x.backward(t.tensor(5.0))
    return numbers(x.grad)


def several_roots(t):
    x = leaf(t, 1, 2)
    y = x * x
    z = y.sum()
    t.autograd.backward([z, y], [None, t.ones(2)])
    return numbers(x.grad)


def mistakes_with_gradients(t):
    x = leaf(t, 1, 2)
    y = x * 2
    return (
        sentence(lambda: y.backward()),
        sentence(lambda: y.backward(t.ones(3))),
        sentence(lambda: y.detach().sum().backward()),
        sentence(lambda: y.detach().backward()),
        sentence(lambda: t.autograd.grad(y.sum(), x.detach())),
        sentence(lambda: t.autograd.grad(y.sum(), leaf(t, 1))),
        sentence(lambda: y.sum().backward(inputs=[])),
        sentence(lambda: setattr(x, "grad", t.ones(3))),
        sentence(lambda: setattr(x, "grad", 3)),
        sentence(lambda: y.detach().register_hook(print)),
        sentence(lambda: y.detach().retain_grad()),
        sentence(lambda: y.numpy()),
        sentence(lambda: y.item()),
        sentence(lambda: bool(y)),
    )


def mixed_dtypes(t):
    a, b = leaf(t, 1, 2), t.tensor(3.0, dtype=t.float64, requires_grad=True)
    y = a * b + 2
    y.sum().backward()
    return str(y.dtype), str(a.grad.dtype), str(b.grad.dtype), numbers(b.grad)


def higher_derivatives(t):
    x = leaf(t, 0.5, 2)
    y = (x**3 * t.exp(x) / (x + 1)).sum()
    out = []
    for _ in range(4):
        (g,) = t.autograd.grad(y, x, create_graph=True)
        out.append([f"{v:.4g}" for v in g.tolist()])
        y = g.sum()
    return out


def order_of_accumulators(t):
    out = []
    for n in (2, 3, 9, 20):
        seen = []
        leaves = [leaf(t, i) for i in range(n)]
        for i, x in enumerate(leaves):
            x.register_hook(lambda grad, i=i, seen=seen: seen.append(i))
        t.cat(leaves).sum().backward()
        out.append(seen)
    return out


def a_saved_tensor_changed_in_place(t):
    x = leaf(t, 1, 2)
    y = x.exp()
    z = y.sum()
    y.add_(1)
    w = leaf(t, 3, 4)
    product = w * x
    with t.no_grad():
        w.mul_(2)
    return sentence(z.backward), sentence(product.sum().backward), y._version, w._version


def versions(t):
    x = t.zeros(3)
    view, detached, data = x[:2], x.detach(), x.data
    x.add_(1)
    view.mul_(2)
    x[0] = 5
    with t.no_grad():
        detached.sub_(1)
    data.add_(1)
    return x._version, view._version, detached._version, data._version, numbers(x)


def in_place_on_a_leaf(t):
    x = leaf(t, 1, 2)
    wrong = sentence(lambda: x.add_(1)), sentence(lambda: x[:1].add_(1)), sentence(lambda: x.__setitem__(0, 3.0))
    with t.no_grad():
        x += 1
    return wrong, numbers(x), x._version


PROGRAMS = [
    f for f in list(globals().values()) if getattr(f, "__code__", None) and f.__code__.co_varnames[:1] == ("t",)
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_minigrad_does_what_pytorch_does(program: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both warn of a non-leaf's .grad; the sentences have tests of their own
        assert program(minigrad) == program(torch)
