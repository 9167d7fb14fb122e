"""gradcheck under PyTorch and under minigrad: the same verdicts on the same functions, in the same sentences."""

from __future__ import annotations

import importlib
import warnings
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
mg = importlib.import_module("minigrad")


def custom(t: ModuleType, forward: Any, backward: Any, saved: Any = lambda x: x) -> Any:
    class Custom(t.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(saved(x))
            return forward(x)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return backward(grad, *ctx.saved_tensors)

    return Custom.apply


FUNCTIONS = {
    "true": lambda t: lambda x: x.exp() * x,
    "two outputs": lambda t: lambda x: (x.exp(), x.sum()),
    "a list": lambda t: lambda x: [x.exp(), x.detach()],
    "detached": lambda t: lambda x: x.detach() * 2,
    "detached and constant": lambda t: lambda x: x.detach() * 0,
    "a kink": lambda t: lambda x: (x - 1).relu(),
    "half": lambda t: custom(t, lambda x: x * x, lambda g, x: g * x),
    "transposed": lambda t: custom(
        t,
        lambda x: t.tensor([[1.0, 2.0], [3.0, 5.0]]).double() @ x,
        lambda g, x: t.tensor([[1.0, 2], [3, 5]]).double() @ g,
    ),
    "none": lambda t: custom(t, lambda x: x * x, lambda g, x: None),
    "without its gradient": lambda t: custom(t, lambda x: x.sum(), lambda g, x: t.ones_like(x)),
    "an intermediate": lambda t: custom(t, lambda x: x.sin(), lambda g, c: g * c, lambda x: x.cos()),
    "its input": lambda t: custom(t, lambda x: x.sin(), lambda g, x: g * x.cos()),
    "detached in backward": lambda t: custom(t, lambda x: x**3, lambda g, x: (3 * g * x**2).detach()),
}
FLAGS: list[dict[str, Any]] = [
    {},
    {"raise_exception": False},
    {"fast_mode": True},
    {"atol": 10.0},
    {"check_undefined_grad": False},
    {"check_grad_dtypes": True},
]


def verdict(name: str, flags: dict[str, Any], function: str, t: ModuleType) -> Any:
    x = t.tensor([1.0, 2.0], dtype=t.float64, requires_grad=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answer: Any = getattr(t.autograd, name)(FUNCTIONS[function](t), (x,), **flags)
        except Exception as error:
            text = str(error)
            if "fast mode" in text:
                text = text.partition("\n")[0]  # the random combination is another one
            elif name == "gradgradcheck" and "mismatch" in text:
                text = text.partition("\n")[0]  # and so are the gradients that the pass starts with
            answer = type(error).__name__, text.split("\n\n")[0].strip()
    return answer, [str(w.message) for w in caught if w.category is UserWarning]


@pytest.mark.parametrize("flags", FLAGS, ids=str)
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("name", ["gradcheck", "gradgradcheck"])
def test_verdicts(name: str, function: str, flags: dict[str, Any]) -> None:
    if name == "gradgradcheck" and function.startswith("detached") and "backward" not in function:
        pytest.skip("PyTorch trips over a function that has no gradient to check")
    assert verdict(name, flags, function, mg) == verdict(name, flags, function, torch)


COMPLEX = {
    "true": lambda t: lambda z: z * z.conj(),
    "no conjugate": lambda t: custom(t, lambda z: z * z, lambda g, z: g * 2 * z),
    "conjugate": lambda t: custom(t, lambda z: z * z, lambda g, z: g * 2 * z.conj()),
    "real": lambda t: custom(t, lambda z: z.abs(), lambda g, z: g * z),
}


@pytest.mark.parametrize("check", ["gradcheck", "gradgradcheck"])
@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("func", COMPLEX)
def test_the_same_verdicts_on_complex_numbers(check: str, fast: bool, func: str) -> None:
    def of(t: ModuleType) -> bool:
        z = t.tensor([1 + 2j, 3 - 1j], dtype=t.complex128, requires_grad=True)
        return bool(getattr(t.autograd, check)(COMPLEX[func](t), (z,), fast_mode=fast, raise_exception=False))

    assert of(mg) == of(torch)
