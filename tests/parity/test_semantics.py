"""Facts about PyTorch that are easy to get wrong, as programs: what they give is written down, and true of both."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

import minigrad


def error(action: Callable[[], Any], end: str = ".") -> str:
    """Return the first sentence of what an action raises."""
    try:
        action()
    except Exception as raised:
        return str(raised).partition(end)[0]
    return ""


def leaves(t):
    """1. A result under no_grad is a leaf; a factory's requires_grad holds there; a non-leaf's flag stays."""
    x = t.ones(2, requires_grad=True)
    with t.no_grad():
        y, made = x * 2, t.rand(2, requires_grad=True)
    z = x * 2
    return y.is_leaf, y.requires_grad, made.requires_grad, error(lambda: setattr(z, "requires_grad", False))


def dtypes(t):
    """2. Which dtypes may require a gradient, and what never does."""
    i, x = t.tensor([1]), t.ones(2, requires_grad=True)
    return (
        error(lambda: t.tensor([1], requires_grad=True))[:55],
        error(lambda: setattr(i, "requires_grad", True))[:55],
        error(i.requires_grad_)[:45],
        [(x > 0).requires_grad, x.argmax().requires_grad, x.long().requires_grad],
    )


def saved(t):
    """4. What is not saved may be changed: exp saves its result, sin its input, add nothing."""

    def changed(op: str, which: int) -> bool:
        x = t.tensor([0.5, 0.7], requires_grad=True) * 1
        y = getattr(x, op)(*([1.0] if op == "add" else []))
        with t.no_grad():
            (x, y)[which].mul_(2)
        return error(lambda: y.sum().backward()) == ""

    return {
        op: (changed(op, 0), changed(op, 1)) for op in ("exp", "sqrt", "sigmoid", "sin", "log", "abs", "add", "neg")
    }


def versions(t):
    """5. A base, its views and detach share a version; writes through data and NumPy are not seen."""
    x = t.ones(3, requires_grad=True)
    with t.no_grad():
        x.mul_(2)
        x[0] = 1
    x.data.add_(1)
    x.detach().numpy()[0] = 7
    y = x * 1
    view, twin = y[:1], y.detach()
    y.add_(1)
    z = y.exp()
    z.mul_(2)
    return x._version, view._version, twin._version, error(lambda: z.sum().backward(), ", is at version")


def leaf_in_place(t):
    """6. A leaf that requires grad, or a view of it, refuses before anything is written."""
    x = t.ones(2, requires_grad=True)
    return error(lambda: x.add_(1)), error(lambda: x[:1].mul_(2)), x.tolist()


def views(t):
    """7. Writing through a view gives a plain base a history, and its other views too; some views refuse."""
    b, w = t.zeros(3), t.tensor([2.0, 3.0], requires_grad=True)
    view = b[:1]
    b[:2] = w
    (view * 5).sum().backward()
    y = w * 1
    with t.no_grad():
        quiet = y[:1]
    return (
        (b.grad_fn.name(), view.requires_grad, w.grad.tolist()),
        (error(lambda: y.unbind()[0].mul_(2)), error(lambda: y.split(1)[0].mul_(2))),
        error(lambda: quiet.mul_(2))[:70],
    )


def functions(t):
    """12. forward runs with grad off; gradients are summed, cast, counted; an input comes back as a view."""
    seen = []

    def forward(ctx, x, k):
        seen.append((t.is_grad_enabled(), x.requires_grad))
        return x * k

    def build(forward: Any, backward: Any) -> Any:
        return type("F", (t.autograd.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})

    x = t.ones(2, requires_grad=True)
    build(forward, lambda ctx, g: (t.ones(3, 2, dtype=t.float64), None, None)).apply(x, 2).sum().backward()
    few = build(forward, lambda ctx, g: g).apply(x, 2)
    wrong = build(forward, lambda ctx, g: (g, g)).apply(x, 2)
    same = build(lambda ctx, x: x, lambda ctx, g: g).apply(x)
    return (
        (seen, x.grad.tolist(), str(x.grad.dtype)[-7:]),
        (error(lambda: few.sum().backward()).partition(":")[0], error(lambda: wrong.sum().backward())),
        (same is x, same._is_view()),
    )


def undefined(t):
    """13. None leaves .grad None; zeros arrive for an output without a gradient, unless they were declined."""
    seen = []

    def two(materialize: bool) -> Any:
        def forward(ctx, x):
            ctx.set_materialize_grads(materialize)
            return x * 1, x * 2

        def backward(ctx, g, h):
            seen.append((g is None, h is None))

        return type("F", (t.autograd.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})

    x = t.ones(2, requires_grad=True)
    two(True).apply(x)[0].sum().backward()
    two(False).apply(x)[0].sum().backward()
    unused = error(lambda: t.autograd.grad(two(True).apply(x)[0].sum(), x))
    return seen, x.grad, unused


def kinks(t):
    """15. Slopes at ties and kinks."""

    def slope(f: Callable[[Any], Any], *at: float) -> list[str]:
        x = t.tensor(at, requires_grad=True)
        f(x).sum().backward()
        return [f"{g:g}" for g in x.grad.tolist()]

    return {
        "abs": slope(lambda x: x.abs(), 0.0),
        "relu": slope(lambda x: x.relu(), 0.0),
        "sqrt": slope(lambda x: x.sqrt(), 0.0),
        "max": slope(lambda x: x.max(), 1.0, 1.0),
        "amax": slope(lambda x: x.amax(), 1.0, 1.0),
        "max(0)": slope(lambda x: x.max(0).values, 1.0, 1.0),
        "maximum": slope(lambda x: t.maximum(x, x.detach()), 1.0),
        "clamp": slope(lambda x: x.clamp(0, 1), 0.0, 1.0),
        "norm": slope(lambda x: x.norm(), 0.0, 0.0),
        "x**0": slope(lambda x: x**0, 0.0, 2.0),
        "prod": slope(lambda x: x.prod(), 0.0, 3.0),
        "where": slope(lambda x: t.where(x > 0, x.log(), 0.0), 0.0),
    }


REFUSED = "a leaf Variable that requires grad is being used in an in-place operation"
SAVES_RESULT, SAVES_INPUT, SAVES_NOTHING = (True, False), (False, True), (True, True)
MULTIPLE = "Output 0 of {} is a view and is being modified inplace"

FACTS = {
    leaves: (True, False, True, "you can only change requires_grad flags of leaf variables"),
    dtypes: (
        "Only Tensors of floating point and complex dtype can require gradients"[:55],
        "only Tensors of floating point and complex dtype can require gradients"[:55],
        "only Tensors of floating point dtype can require gradients"[:45],
        [False, False, False],
    ),
    saved: {
        "exp": SAVES_RESULT,
        "sqrt": SAVES_RESULT,
        "sigmoid": SAVES_RESULT,
        "sin": SAVES_INPUT,
        "log": SAVES_INPUT,
        "abs": SAVES_INPUT,
        "add": SAVES_NOTHING,
        "neg": SAVES_NOTHING,
    },
    versions: (
        *(2, 1, 1),
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        "[torch.FloatTensor [3]], which is output 0 of Exp",
    ),
    leaf_in_place: (REFUSED, REFUSED.replace("a leaf", "a view of a leaf"), [1, 1]),
    views: (
        ("torch::autograd::CopySlices", True, [5, 0]),
        (MULTIPLE.format("Unbind"), MULTIPLE.format("Split")),
        "A view was created in no_grad mode and is being modified inplace with grad mode enabled"[:70],
    ),
    functions: (
        ([(False, True)] * 3, [3, 3], "float32"),
        (
            "function FBackward returned an incorrect number of gradients (expected 2, got 1)",
            "function FBackward returned a gradient different than None at position 2, but the corresponding forward "
            "input was not a Variable",
        ),
        (False, True),
    ),
    undefined: (
        [(False, False), (False, True), (False, False)],
        None,
        "The differentiated Tensor at index 0 appears to not have been used in the graph",
    ),
    kinks: {
        "abs": ["0"],
        "relu": ["0"],
        "sqrt": ["inf"],
        "max": ["0.5", "0.5"],
        "amax": ["0.5", "0.5"],
        "max(0)": ["1", "0"],
        "maximum": ["0.5"],
        "clamp": ["1", "1"],
        "norm": ["0", "0"],
        "x**0": ["0", "0"],
        "prod": ["3", "0"],
        "where": ["nan"],
    },
}


def given(program: Callable[[ModuleType], Any], library: ModuleType) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return program(library)


@pytest.mark.parametrize("program", FACTS, ids=lambda p: p.__name__)
def test_a_fact_is_true_of_pytorch(program: Any) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    assert given(program, torch) == FACTS[program]


@pytest.mark.parametrize("program", FACTS, ids=lambda p: p.__name__)
def test_a_fact_is_true_of_minigrad(program: Any) -> None:
    assert given(program, minigrad) == FACTS[program]
