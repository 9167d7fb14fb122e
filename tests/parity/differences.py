"""Where minigrad differs from PyTorch on purpose: a program for each, what either answers, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """One difference: ``program`` takes the library and returns plain data."""

    title: str
    program: Callable[[Any], Any]
    torch: Any
    minigrad: Any
    why: str

    def __str__(self) -> str:
        return self.title


def decorated_coroutine(m: Any) -> bool:
    @m.no_grad()
    async def inside() -> bool:
        return m.is_grad_enabled()

    return asyncio.run(inside())


def hook_on_leaves_during_grad(m: Any) -> Any:
    seen = []
    a, b = (m.tensor([n], requires_grad=True) for n in (2.0, 3.0))
    m.autograd.graph.register_multi_grad_hook((a, b), lambda grads: seen.append([g is not None for g in grads]))
    try:
        m.autograd.grad((a * b).sum(), a)
    except RuntimeError:
        return "RuntimeError"
    return seen


def version_of_a_sum(m: Any) -> int:
    x = m.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    return x.grad._version


def one_manager_inside_itself(m: Any) -> bool:
    quiet = m.no_grad()
    with quiet, quiet:
        pass
    after = m.is_grad_enabled()
    m.set_grad_enabled(True)
    return after


DIFFERENCES = [
    Difference(
        "a coroutine decorated with no_grad",
        decorated_coroutine,
        torch=True,
        minigrad=False,
        why="In PyTorch the mode ends when the coroutine is made, before its body begins. Here the body runs in it, as "
        "the decorator says, and other tasks keep their own mode while it waits.",
    ),
    Difference(
        "one no_grad() object entered inside itself",
        one_manager_inside_itself,
        torch=False,
        minigrad=True,
        why="PyTorch's object remembers one mode, that of its last entry, and leaves gradients off. Here it remembers "
        "each, and the mode afterwards is the one before.",
    ),
    Difference(
        "register_multi_grad_hook on leaves, and autograd.grad",
        hook_on_leaves_during_grad,
        torch="RuntimeError",
        minigrad=[[True, False]],
        why="PyTorch says that this is not supported yet. Here the hook is called with what the pass computes.",
    ),
    Difference(
        "the version of a gradient that was summed on its way to a leaf",
        version_of_a_sum,
        torch=1,
        minigrad=0,
        why="PyTorch adds in place, into an array that becomes .grad, and counts it. Here a version counts what is "
        "written to a tensor that someone can hold.",
    ),
]
