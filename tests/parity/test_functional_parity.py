"""autograd.functional under PyTorch and under minigrad: the same structures, numbers, and error sentences."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
pytestmark = pytest.mark.filterwarnings("ignore:.*jit.script.*:DeprecationWarning")  # torch's own, on its way to vmap
mg = importlib.import_module("minigrad")


def shown(result: Any) -> Any:
    """Return numbers, shapes and flags, nested as the result is."""
    if isinstance(result, (tuple, list)):  # PyTorch returns lists in forward mode, where its documentation has tuples
        return tuple(shown(x) for x in result)
    numbers = [float(f"{v:.5g}") + 0.0 for v in result.detach().reshape(-1).tolist()]
    return list(result.shape), numbers, result.requires_grad, str(result.dtype).partition(".")[2]


def outcome(program: Any, library: ModuleType) -> Any:
    functional = importlib.import_module(f"{library.__name__}.autograd.functional")
    try:
        return shown(program(library, functional))
    except (RuntimeError, TypeError, AssertionError, NotImplementedError) as error:
        return type(error).__name__, str(error).replace("minigrad.tensor.", "torch.").replace("isonly", "is only")


def one(t: ModuleType) -> Any:
    return t.tensor([[1.0, 2.0, -0.5], [0.5, -1.0, 3.0]])


def two(t: ModuleType) -> Any:
    return t.tensor([0.7, -1.5]), t.tensor([[2.0, 0.3]])


def number(t: ModuleType) -> Any:
    return t.tensor(1.5)


def requiring(t: ModuleType) -> Any:
    return t.tensor([1.0, 2.0], requires_grad=True)


POINTS = {"one": one, "two": two, "number": number, "requiring": requiring}
FUNCTIONS = {
    "cubes": lambda *xs: sum((x**3).sum() for x in xs),
    "exponentials": lambda *xs: xs[0].exp(),
    "two outputs": lambda *xs: (xs[0] * 2, xs[-1].exp().sum()),
    "a tuple of one": lambda *xs: (xs[0] ** 2,),
    "linear": lambda *xs: (xs[0] * 3).sum(),
    "constant": lambda *xs: xs[0].detach() * 2,
    "constant number": lambda *xs: xs[0].detach().sum(),
    "products": lambda *xs: (xs[0] * xs[-1]).sum(),
    "its input": lambda *xs: xs[0],
    "no tensor": lambda *xs: 3.0,
    "one that is none": lambda *xs: (xs[0], 3.0),
}
FLAGS = [{}, {"strict": True}, {"create_graph": True}, {"create_graph": True, "strict": True}]
VECTORS = ("none", "ones", "short", "numbers", "lonely")


def vector(t: ModuleType, like: Any, kind: str) -> Any:
    xs = like if isinstance(like, tuple) else (like,)
    if kind == "none":
        return None
    if kind == "ones":
        vs = tuple(t.ones_like(x) * (i + 1) for i, x in enumerate(xs))
        return vs if isinstance(like, tuple) else vs[0]
    if kind == "short":
        return tuple(t.ones(4) for _ in xs)
    return t.ones(()) if kind == "lonely" else 1.0


@pytest.mark.parametrize("flags", FLAGS, ids=str)
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("name", ["vjp", "jvp", "vhp", "hvp"])
def test_products(name: str, function: str, point: str, flags: dict[str, bool]) -> None:
    func, where = FUNCTIONS[function], POINTS[point]
    for kind in VECTORS:

        def program(t: ModuleType, functional: ModuleType, kind: str = kind) -> Any:
            at = where(t)
            if flags.get("create_graph"):
                at = tuple(x.requires_grad_() for x in at) if isinstance(at, tuple) else at.requires_grad_()
            like = at
            if name == "vjp":
                like = func(*at) if isinstance(at, tuple) else func(at)
                if not isinstance(like, (tuple, t.Tensor)) or (isinstance(like, tuple) and 3.0 in like[1:]):
                    like = at
                like = tuple(x.detach() for x in like) if isinstance(like, tuple) else like.detach()
            return getattr(functional, name)(func, at, vector(t, like, kind), **flags)

        assert outcome(program, mg) == outcome(program, torch), kind


@pytest.mark.parametrize("flags", FLAGS, ids=str)
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("name", ["jacobian", "hessian"])
def test_matrices(name: str, function: str, point: str, flags: dict[str, bool]) -> None:
    def program(t: ModuleType, functional: ModuleType) -> Any:
        at = POINTS[point](t)
        if flags.get("create_graph"):
            at = tuple(x.requires_grad_() for x in at) if isinstance(at, tuple) else at.requires_grad_()
        return getattr(functional, name)(FUNCTIONS[function], at, **flags)

    assert outcome(program, mg) == outcome(program, torch)


@pytest.mark.parametrize("point", ["one", "two", "number"])
@pytest.mark.parametrize("function", ["cubes", "exponentials", "two outputs", "products"])
def test_other_ways_to_the_same_jacobian(function: str, point: str) -> None:
    for flags in (
        {"vectorize": True},
        {"vectorize": True, "strict": True},
        {"vectorize": True, "create_graph": False, "strategy": "forward-mode"},
        {"strategy": "forward-mode"},
        {"strategy": "forward-mode", "create_graph": True},
        {"strategy": "forward-mode", "strict": True},
        {"strategy": "sideways"},
    ):

        def program(t: ModuleType, functional: ModuleType, flags: dict[str, Any] = flags) -> Any:
            return functional.jacobian(FUNCTIONS[function], POINTS[point](t), **flags)

        assert outcome(program, mg) == outcome(program, torch), flags


@pytest.mark.parametrize("point", ["one", "two", "number"])
def test_other_ways_to_the_same_hessian(point: str) -> None:
    for flags in (
        {"vectorize": True},
        {"vectorize": True, "outer_jacobian_strategy": "forward-mode"},
        {"outer_jacobian_strategy": "sideways"},
    ):

        def program(t: ModuleType, functional: ModuleType, flags: dict[str, Any] = flags) -> Any:
            found = functional.hessian(FUNCTIONS["cubes"], POINTS[point](t), **flags)
            if "forward-mode" not in flags.values():
                return found
            with t.no_grad():  # PyTorch's requires a gradient that leads nowhere
                return (
                    tuple(tuple(x * 1 for x in row) for row in found) if isinstance(found, (tuple, list)) else found * 1
                )

        assert outcome(program, mg) == outcome(program, torch), flags


def test_under_no_grad() -> None:
    for name in ("vjp", "jvp", "vhp", "hvp"):

        def program(t: ModuleType, functional: ModuleType, name: str = name) -> Any:
            with t.no_grad():
                return getattr(functional, name)(lambda x: (x**3).sum(), t.tensor([2.0]), t.ones(1)[0] * t.ones(()))

        def proper(t: ModuleType, functional: ModuleType, name: str = name) -> Any:
            v = t.ones(()) if name == "vjp" else t.ones(1)
            with t.no_grad():
                return getattr(functional, name)(lambda x: (x**3).sum(), t.tensor([2.0]), v)

        assert outcome(program, mg) == outcome(program, torch)
        assert outcome(proper, mg) == outcome(proper, torch)
