"""What PyTorch's engine does, fact by fact: asserted of PyTorch where it is installed, then of minigrad.

Each program takes the library and returns plain data; what it must return is written beside it, as PyTorch 2.13 says.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import minigrad

LIBRARIES = ["torch", "minigrad"]
PROGRAMS: list[Any] = []


def fact(expected: Any) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Note a program and what it returns in both libraries."""

    def note(program: Callable[[Any], Any]) -> Callable[[Any], Any]:
        PROGRAMS.append(pytest.param(program, expected, id=program.__name__))
        return program

    return note


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("program", "expected"), PROGRAMS)
def test_a_fact_of_the_engine(program, expected, library) -> None:
    if library == "torch" and importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    m = minigrad if library == "minigrad" else importlib.import_module("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert program(m) == expected


def refusal(call: Callable[[], Any]) -> str:
    """Return the class and the first words of the error that a call raises."""
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split()[:8])}"
    return "no error"


def leaf(m: Any, *numbers: float) -> Any:
    return m.tensor([float(n) for n in numbers], requires_grad=True)


TWICE = "RuntimeError: Trying to backward through the graph a second"


# --- 3. A second backward fails only if a node that saved a tensor runs again --------------------------------------


@fact({"sum": [2, 2], "add": [2, 2], "mean": [1, 1], "mul": TWICE, "div": TWICE, "exp": TWICE, "neg": [-2, -2]})
def a_second_backward(m):
    found = {}
    for name, op in (
        ("sum", lambda x: x.sum()),
        ("add", lambda x: (x + 1).sum()),
        ("mean", lambda x: x.mean()),
        ("mul", lambda x: (x * 2).sum()),
        ("div", lambda x: (x / 2).sum()),
        ("exp", lambda x: x.exp().sum()),
        ("neg", lambda x: (-x).sum()),
    ):
        x = leaf(m, 1, 2)
        y = op(x)
        y.backward()
        error = refusal(y.backward)
        found[name] = x.grad.tolist() if error == "no error" else error
    return found


@fact(([1, 1], TWICE, [2]))
def what_was_not_run_is_not_freed(m):
    x, w = leaf(m, 3), leaf(m, 5)
    u, v = x * x, w * w
    z = u.sum() + v.sum()
    m.autograd.grad(z, x, retain_graph=False)
    again = refusal(lambda: m.autograd.grad(u.sum(), x))
    return [1, 1], again, [int(g / 5) for g in m.autograd.grad(v.sum(), w)[0].tolist()]


@fact((TWICE, [2], [4]))
def a_part_that_two_graphs_share_is_freed_by_the_first(m):
    x = leaf(m, 1)
    shared = x * x
    a, b = shared + 1, shared + 2
    a.backward(retain_graph=True)
    first = x.grad.tolist()
    b.backward()
    return refusal(a.backward), first, x.grad.tolist()


# --- 8. The order of hooks -----------------------------------------------------------------------------------------


@fact((["tensor", "retain 2", "pre [2]", "post [4] of [20]", "leaf", "leaf pre", "complete", "leaf post"], [2], [40]))
def the_order_of_hooks(m):
    seen = []
    x = leaf(m, 1)
    y = x * 2
    total = y.grad_fn.next_functions[0][0]
    y.register_hook(lambda g: seen.append("tensor") or g * 2)
    y.retain_grad()

    def before(received):
        seen.append(f"retain {y.grad.tolist()[0]:g}")
        seen.append(f"pre {[int(v) for v in received[0].tolist()]}")
        return (received[0] * 10,)

    def after(sent, received):
        seen.append(f"post [{int(sent[0].item() / 10)}] of {[int(v) for v in received[0].tolist()]}")

    y.grad_fn.register_prehook(before)
    y.grad_fn.register_hook(after)
    x.register_hook(lambda g: seen.append("leaf"))
    total.register_prehook(lambda received: seen.append("leaf pre"))
    total.register_hook(lambda sent, received: seen.append("leaf post"))
    x.register_post_accumulate_grad_hook(lambda t: seen.append("complete"))
    y.sum().backward()
    return seen, y.grad.tolist(), x.grad.tolist()


@fact(([6], [6]))
def a_tensor_hook_registered_after_retain_grad_still_affects_it(m):
    x = leaf(m, 1)
    y = x * 1
    y.retain_grad()
    y.register_hook(lambda g: g * 6)
    y.sum().backward()
    return y.grad.tolist(), x.grad.tolist()


# --- 9. More on hooks ----------------------------------------------------------------------------------------------


@fact({"before": [2], "after": [1]})
def a_hook_binds_to_the_grad_fn_at_registration(m):
    found = {}
    for when in ("before", "after"):
        x = leaf(m, 1)
        y = x * 1
        if when == "before":
            y.register_hook(lambda g: found.__setitem__("before", g.tolist()))
        y.mul_(2)
        if when == "after":
            y.register_hook(lambda g: found.__setitem__("after", g.tolist()))
        y.sum().backward()
    return found


@fact([[5]])
def a_leafs_hook_fires_once_with_the_total(m):
    seen = []
    x = leaf(m, 1)
    x.register_hook(lambda g: seen.append(g.tolist()))
    (x * 2 + x * 3).sum().backward()
    return seen


@fact("RuntimeError: hook 'short' has returned an incorrect number of")
def a_posthook_returns_one_value_an_edge(m):
    y = leaf(m, 1) * 2

    def short(sent, received):
        return (sent[0],)

    y.grad_fn.register_hook(short)
    return refusal(y.sum().backward)


@fact((["hook"], [3], ["hook", "pre", "node"], [[1], [6]]))
def grad_runs_the_tensor_hooks_of_what_it_captures_but_not_its_node(m):
    seen = []
    x = leaf(m, 1)
    y = x * 2
    y.register_hook(lambda g: seen.append("hook") or g * 3)
    y.grad_fn.register_prehook(lambda received: seen.append("pre"))
    y.grad_fn.register_hook(lambda sent, received: seen.append("node"))
    z = y.sum()
    alone = m.autograd.grad(z, y, retain_graph=True)[0].tolist()
    first, seen[:] = list(seen), []
    both = [g.tolist() for g in m.autograd.grad(z, [y, x])]  # y is captured before its own hooks
    return first, alone, seen, both


@fact(([1], [1, 2]))
def a_handle_removes_and_twice_does_no_harm(m):
    seen = []
    y = leaf(m, 1) * 2
    z = y.sum()
    handle = y.register_hook(lambda g: seen.append(1))
    z.backward(retain_graph=True)
    first = list(seen)
    handle.remove()
    handle.remove()
    with y.register_hook(lambda g: seen.append(2)):
        z.backward(retain_graph=True)
    z.backward()
    return first, seen


@fact(("ValueError: from a hook", True, [2]))
def a_hook_that_raises_leaves_a_usable_state(m):
    x = leaf(m, 1)
    y = x * 2

    def fail(grad):
        raise ValueError("from a hook")

    y.register_hook(fail)
    error = refusal(y.sum().backward)
    (x * 2).sum().backward()
    return error, m.is_grad_enabled(), x.grad.tolist()


# --- 10. Accumulation ----------------------------------------------------------------------------------------------


@fact((True, 1, False, False))
def a_gradient_is_added_in_place_unless_the_pass_is_recorded(m):
    x = leaf(m, 1, 2)
    (x * 3).sum().backward()
    first = x.grad
    (x * 3).sum().backward()
    same, version = x.grad is first, first._version
    (x * 3).sum().backward(create_graph=True)
    recorded = x.grad is first
    return same, version, recorded, first.requires_grad


@fact(([1, 1], [1, 1], False))
def a_gradient_is_nobody_elses_memory(m):
    a, b = leaf(m, 1, 2), leaf(m, 3, 4)
    given = m.ones(2)
    (a + b).backward(given)
    given.mul_(7)
    before = b.grad.tolist()
    a.grad.mul_(9)
    return before, b.grad.tolist(), a.grad is b.grad


@fact((False, True))
def hooks_run_with_grad_mode_as_create_graph_says(m):
    seen = []
    x = leaf(m, 1)
    y = (x * x).sum()
    x.register_hook(lambda g: seen.append(m.is_grad_enabled()))
    y.backward(retain_graph=True)
    with m.no_grad():
        m.autograd.grad(y, x, create_graph=True)
    return tuple(seen)


@fact(("torch::autograd::CopyBackwards", "AddBackward0", [8]))
def a_recorded_gradient_is_a_copy_then_a_sum(m):
    x = leaf(m, 2)
    (x * x).sum().backward(create_graph=True)
    first = x.grad.grad_fn.name()
    (x * x).sum().backward(create_graph=True)
    return first, x.grad.grad_fn.name(), x.grad.tolist()


@fact([2, 12, 4])
def create_graph_keeps_the_graph(m):
    x = leaf(m, 2)
    y = (x**3).sum()
    first = m.autograd.grad(y, x, create_graph=True)[0]
    again = m.autograd.grad(y, x)[0]
    return [2, again.item(), m.autograd.grad(first.sum(), x)[0].item() / 3]


# --- 11. autograd.grad ---------------------------------------------------------------------------------------------


@fact((None, "RuntimeError: The differentiated Tensor at index 1 appears to", (None,), [0], "ValueError"))
def grad_touches_no_grad_and_says_what_was_not_used(m):
    x, other = leaf(m, 1), leaf(m, 2)
    z = (x * x).sum()
    error = refusal(lambda: m.autograd.grad(z, [x, other], retain_graph=True))
    unused = m.autograd.grad(z, [other], allow_unused=True, retain_graph=True)
    zeros = m.autograd.grad(z, [other], materialize_grads=True, retain_graph=True)[0].tolist()
    both = refusal(lambda: m.autograd.grad(z, [other], materialize_grads=True, allow_unused=False))
    return x.grad, error, unused, zeros, both.partition(":")[0]


@fact(([1, 1], None, [1, 1]))
def backward_with_an_intermediate_input_fills_it_and_no_other(m):
    x, w = leaf(m, 1, 2), leaf(m, 3, 4)
    y = x * w
    z = (y * 1).sum()
    z.backward(inputs=[y], retain_graph=True)
    return y.grad.tolist(), x.grad, m.autograd.grad(z, y)[0].tolist()


# --- 14. The engine ------------------------------------------------------------------------------------------------


@fact((["late", "early"], ["leaf", "early"]))
def the_highest_sequence_number_goes_first_and_leaves_before_all(m):
    seen = []
    x = leaf(m, 1)
    early, late = x * 2, x * 3
    early.register_hook(lambda g: seen.append("early"))
    late.register_hook(lambda g: seen.append("late"))
    (early + late).sum().backward(retain_graph=True)
    first, seen[:] = list(seen), []
    b = leaf(m, 1)
    b.register_hook(lambda g: seen.append("leaf"))
    (early + b).sum().backward()
    return first, seen


@fact((True, True, True, (None, 0), 2))
def nodes_are_the_same_objects_each_time(m):
    x = leaf(m, 1)
    y = x * 2
    accumulator = y.grad_fn.next_functions[0][0]
    return (
        y.grad_fn is y.grad_fn,
        accumulator is (x + 1).grad_fn.next_functions[0][0],
        accumulator.variable is x,
        y.grad_fn.next_functions[1],
        len(y.grad_fn.next_functions),
    )


@fact([1])
def a_long_chain_needs_no_recursion(m):
    x = leaf(m, 1)
    y = x
    for _ in range(20_000):
        y = y + 0
    y.sum().backward()
    return x.grad.tolist()


@fact(["inner hook", "inner done", "outer leaf"])
def a_backward_inside_a_hook_runs_to_its_end_first(m):
    seen = []
    a, b = leaf(m, 1), leaf(m, 2)
    b.register_hook(lambda g: seen.append("inner hook"))
    a.register_hook(lambda g: seen.append("outer leaf"))
    y = a * 2

    def inner(grad):
        with m.enable_grad():
            (b * b).sum().backward()
        seen.append("inner done")

    y.register_hook(inner)
    y.sum().backward()
    return seen
