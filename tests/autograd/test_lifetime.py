"""How long a graph lives: no longer than someone holds it, however it was made, and its end is no deep fall."""

from __future__ import annotations

import contextlib
import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import minigrad as mg
from minigrad.utils.checkpoint import checkpoint


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """Leave freeing to reference counts: what a cycle holds would stay."""
    gc.disable()
    yield
    gc.enable()


class Cube(mg.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = x * x * x
        ctx.save_for_backward(x, y)
        ctx.note = "kept on ctx"
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, _ = ctx.saved_tensors
        return 3 * grad * x * x


class Apart(mg.autograd.Function):
    @staticmethod
    def forward(x: Any) -> Any:
        return x * 2

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(*inputs, output)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * 2


class Doubled(mg.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * 2


def in_place(x: Any) -> Any:
    y = x * 1
    y.sin_()
    y += x
    y[0] = 2.0
    return y * y


def in_place_through_views(x: Any) -> Any:
    base = x * 1
    part = base[1:]
    part.sin_()
    part.mul_(x[1:])
    return base * base


def hooks(x: Any) -> Any:
    y = x * x
    y.register_hook(lambda g: g * 2)
    y.retain_grad()
    y.grad_fn.register_hook(lambda inputs, outputs: None)
    y.grad_fn.register_prehook(lambda outputs: None)
    y.grad_fn.metadata["seen"] = "by the user"
    return y.exp()


def second_derivative(x: Any) -> Any:
    (g,) = mg.autograd.grad((x.exp() * x).sum(), x, create_graph=True)
    return g * g


def packed(x: Any) -> Any:
    with mg.autograd.graph.saved_tensors_hooks(lambda t: t.detach(), lambda t: t):  # to return t itself is a cycle
        return (x * x).exp()


def reentrant(x: Any) -> Any:
    return checkpoint(lambda v: (v * v).exp(), x, use_reentrant=True)


WAYS: list[Callable[[Any], Any]] = [
    lambda x: (x * x).exp().sqrt() + x,
    lambda x: x.softmax(0) @ x,
    lambda x: x.max(0).values * x.std(),
    lambda x: x.view(3, 1).t().expand(2, 3).reshape(-1),
    lambda x: x.unbind(0)[1] * x.split(1)[2],
    in_place,
    in_place_through_views,
    hooks,
    Cube.apply,
    Apart.apply,
    lambda x: Doubled.apply(x * 1),
    lambda x: Cube.apply(Cube.apply(x)),
    second_derivative,
    packed,
    lambda x: checkpoint(lambda v: (v * v).exp(), x, use_reentrant=False),
    reentrant,
]
NAMES = (
    "ops softmax extremes views pieces in_place slices hooks function setup_context dirty nested second packed".split()
)
NAMES += ["checkpoint", "reentrant checkpoint"]


def nodes(y: Any) -> list[Any]:
    """Return weak references to the tensor and to every node below it but the leaf's."""
    found, todo = [weakref.ref(y)], [y.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and "AccumulateGrad" not in node.name():
            found.append(weakref.ref(node))
            todo += [target for target, _ in node.next_functions]
    return found


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
@pytest.mark.parametrize("run", ["never run", "run", "run and kept", "recorded"])
def test_nothing_keeps_a_graph_that_nobody_holds(way: Callable[[Any], Any], run: str) -> None:
    x = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = way(x)
    held = nodes(y)
    if run == "recorded" and way is not reentrant:  # which can't be asked for a gradient
        (g,) = mg.autograd.grad(y.sum(), x, create_graph=True)
        held += nodes(g) if g.grad_fn is not None else []
        del g
    elif run != "never run":
        y.sum().backward(retain_graph=run == "run and kept")
    del y
    assert [ref() for ref in held if ref() is not None] == []


def test_what_nobody_saved_is_freed_at_once() -> None:
    x = mg.ones(3, requires_grad=True)
    between = weakref.ref(x + 1)
    assert between() is None
    y = x + 1
    z, between = y * 2, weakref.ref(y)
    del y
    assert between() is None
    assert z.requires_grad


def test_a_node_lets_go_of_what_it_saved_once_it_has_run() -> None:
    x = mg.ones(3, requires_grad=True)
    y = x * 2
    saved, z = weakref.ref(y), y * y
    del y
    assert saved() is not None
    z.sum().backward()
    assert saved() is None


def test_a_failed_pass_keeps_nothing() -> None:
    x = mg.ones(3, requires_grad=True)
    y = x * x
    y.register_hook(lambda g: 1 / 0)
    held = nodes(y)
    with contextlib.suppress(ZeroDivisionError):
        y.sum().backward()
    del y
    assert [ref() for ref in held if ref() is not None] == []


@pytest.mark.parametrize(
    "step", [lambda y, x: y + x, lambda y, x: y * x, lambda y, x: y.add_(x), lambda y, x: Cube.apply(y)]
)
def test_a_long_chain_falls_without_recursion(step: Callable[[Any, Any], Any]) -> None:
    x = mg.ones(1, requires_grad=True)
    y = x * 1
    first = weakref.ref(y.grad_fn)
    for _ in range(20_000):  # much deeper than Python's stack; a million: tests/benchmarks/speed.py
        y = step(y, x)
    del y
    assert first() is None


def test_a_view_of_a_view_shares_the_way_that_led_there() -> None:
    x = mg.zeros(2, 3)
    first = x.view(6)
    second = first.view(3, 2)
    assert second._base is x
    assert second._view.way[0] is first._view.way
