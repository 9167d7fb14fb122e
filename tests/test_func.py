"""minigrad.func: transforms of functions, with numbers from paper, and the same programs under PyTorch."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest

import minigrad as mg
from minigrad.func import functional_call, grad, grad_and_value, hessian, jacfwd, jacrev, jvp, vjp, vmap

X = (1.0, 2.0, 3.0)


def point() -> mg.Tensor:
    return mg.tensor(X)


def test_derivatives_of_a_cube() -> None:
    def f(x):
        return x**3

    two = mg.tensor(2.0)
    assert grad(f)(two).item() == 12
    assert grad(grad(f))(two).item() == 12
    assert grad(grad(grad(f)))(two).item() == 6
    assert [x.item() for x in grad_and_value(f)(two)] == [12, 8]
    assert [x.item() for x in jvp(f, (two,), (mg.tensor(10.0),))] == [8, 120]
    assert vjp(f, two)[1](mg.tensor(10.0))[0].item() == 120


def test_rows_and_columns_give_the_same_matrix() -> None:
    def f(x):
        return mg.stack([x[0] * x[1], x[2] ** 2])

    expected = [[2, 1, 0], [0, 0, 6]]
    assert jacrev(f)(point()).tolist() == jacfwd(f)(point()).tolist() == expected
    assert hessian(lambda x: x[0] * x[1] + x[2] ** 2)(point()).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 2]]


def test_gradients_of_each_example() -> None:
    batch = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert vmap(grad(lambda x: (x**2).sum()))(batch).tolist() == [[2, 4], [6, 8]]
    assert vmap(vmap(lambda x: x * 2))(batch).tolist() == [[2, 4], [6, 8]]


def test_what_the_caller_holds_is_left_alone() -> None:
    x = mg.tensor([1.0], requires_grad=True)
    constant = mg.tensor([1.0])
    grad(lambda x: (x**2).sum())(constant)
    assert not constant.requires_grad
    slope = grad(lambda x: (x**3).sum())(x)
    assert x.grad is None
    slope.sum().backward()
    assert x.grad.tolist() == [6]


def test_a_module_runs_with_other_parameters() -> None:
    layer = mg.nn.Linear(2, 1)
    own = layer.weight
    given = {"weight": mg.tensor([[1.0, 10.0]]), "bias": mg.tensor([100.0])}
    assert functional_call(layer, given, mg.tensor([3.0, 4.0])).tolist() == [143]
    assert layer.weight is own
    slopes = grad(lambda p: functional_call(layer, p, (mg.tensor([3.0, 4.0]),)).sum())(given)
    assert {name: g.tolist() for name, g in slopes.items()} == {"weight": [[3, 4]], "bias": [1]}
    deep = mg.nn.Sequential(layer, mg.nn.Linear(1, 1, bias=False))
    out = functional_call(
        deep, [{"0.weight": given["weight"]}, {"0.bias": given["bias"], "1.weight": mg.ones(1, 1)}], mg.ones(2)
    )
    assert out.tolist() == [111]
    with pytest.raises(RuntimeError, match=r"Missing key\(s\): \['bias'\]"):
        functional_call(layer, {"weight": given["weight"]}, mg.ones(2), strict=True)
    with pytest.raises(ZeroDivisionError):
        functional_call(mg.nn.Sequential(layer, Fails()), {"0.weight": given["weight"]}, mg.ones(2))
    assert layer.weight is own


class Fails(mg.nn.Module):
    def forward(self, x):
        return 1 / 0


def test_random_numbers_are_refused_unless_asked_for() -> None:
    batch = mg.ones(3, 2)
    state = mg.default_generator.get_state()
    with pytest.raises(RuntimeError, match="called random operation while in randomness error mode"):
        vmap(lambda x: x * mg.rand(2))(batch)
    assert (mg.default_generator.get_state() == state).all()
    same = vmap(lambda x: x * mg.rand(2), randomness="same")(batch)
    assert same[0].tolist() == same[1].tolist()
    other = vmap(lambda x: x * mg.rand(2), randomness="different")(batch)
    assert other[0].tolist() != other[1].tolist()


def matrix(t: ModuleType) -> Any:
    return t.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])


def x(t: ModuleType) -> Any:
    return t.tensor(X)


def closed_over(t: ModuleType) -> Any:
    w = t.tensor(2.0, requires_grad=True)
    slope = t.func.grad(lambda x: (x * w).sum())(x(t))
    slope.sum().backward()
    return slope, w.grad


def under_no_grad(t: ModuleType) -> Any:
    w = t.tensor(2.0, requires_grad=True)
    with t.no_grad():
        return t.func.grad(lambda x: (x**3 * w).sum())(x(t))


def a_trained_line(t: ModuleType) -> Any:
    params = {"w": t.tensor(0.5), "b": [t.tensor(0.0)]}
    data, target = t.tensor([1.0, 2.0, 3.0]), t.tensor([2.0, 4.0, 6.0])

    def loss(p: Any, x: Any, y: Any) -> Any:
        return ((p["w"] * x + p["b"][0] - y) ** 2).mean()

    for _ in range(5):
        g, value = t.func.grad_and_value(loss)(params, data, target)
        params = {"w": params["w"] - 0.1 * g["w"], "b": [params["b"][0] - 0.1 * g["b"][0]]}
    each = t.func.vmap(t.func.grad(loss), in_dims=(None, 0, 0))(params, data, target)
    return params, value, each


PROGRAMS = {
    "not scalar": lambda t: t.func.grad(lambda x: x * 2)(x(t)),
    "a tuple": lambda t: t.func.grad(lambda x: (x.sum(), x))(x(t)),
    "a float": lambda t: t.func.grad(lambda x: 3.0)(x(t)),
    "no aux": lambda t: t.func.grad(lambda x: x.sum(), has_aux=True)(x(t)),
    "aux": lambda t: t.func.grad_and_value(lambda x: ((x**2).sum(), x), has_aux=True)(x(t)),
    "two arguments": lambda t: t.func.grad(lambda x, y: (x * y**2).sum(), argnums=(0, 1))(x(t), x(t)),
    "argument from the end": lambda t: t.func.grad(lambda x, y: (x * y).sum(), argnums=-1)(x(t), x(t) * 2),
    "no such argument": lambda t: t.func.grad(lambda x: x.sum(), argnums=2)(x(t)),
    "a dict": lambda t: t.func.grad(lambda d: (d["a"] * d["b"][0]).sum())({"a": x(t), "b": [x(t)]}),
    "a number given": lambda t: t.func.grad(lambda x: x)(3.0),
    "unused": lambda t: t.func.grad(lambda x, y: x.sum(), argnums=(0, 1))(x(t), x(t)),
    "closed over": closed_over,
    "no_grad around": under_no_grad,
    "detached inside": lambda t: t.func.grad(lambda x: (x * x.detach()).sum())(x(t)),
    "vjp": lambda t: t.func.vjp(lambda x, y: (x * y, x.sum()), x(t), x(t))[1]((x(t), t.tensor(1.0))),
    "vjp aux": lambda t: t.func.vjp(lambda x: (x * 2, x), x(t), has_aux=True)[2],
    "jvp": lambda t: t.func.jvp(lambda x, y: (x * y, y.exp()), (x(t), x(t)), (x(t), x(t) * 0)),
    "jvp of no tuple": lambda t: t.func.jvp(lambda x: x, x(t), x(t)),
    "jvp aux": lambda t: t.func.jvp(lambda x: (x**2, x), (x(t),), (x(t),), has_aux=True),
    "jacrev": lambda t: t.func.jacrev(lambda x, y: (x * y.sum(), {"s": x.sum()}), argnums=(0, 1))(x(t), x(t)),
    "jacrev aux": lambda t: t.func.jacrev(lambda x: (x**2, x), has_aux=True)(x(t)),
    "jacfwd": lambda t: t.func.jacfwd(lambda x, y: (x * y.sum(), {"s": x.sum()}), argnums=(0, 1))(x(t), x(t)),
    "jacfwd aux": lambda t: t.func.jacfwd(lambda x: (x**2, x), has_aux=True)(x(t)),
    "jacrev of jacfwd": lambda t: t.func.jacrev(t.func.jacfwd(lambda x: x**3))(x(t)),
    "hessian": lambda t: t.func.hessian(lambda x, y: (x**2 * y).sum(), argnums=(0, 1))(x(t), x(t)),
    "vmap": lambda t: t.func.vmap(lambda a, b: (a * b).sum())(matrix(t), matrix(t)),
    "vmap in and out": lambda t: t.vmap(lambda a: (a * 2, a.sum()), in_dims=1, out_dims=(1, 0))(matrix(t)),
    "vmap None": lambda t: t.vmap(lambda a, k: a * k, in_dims=(0, None))(matrix(t), 3.0),
    "vmap nested": lambda t: t.vmap(lambda d, e: d["a"] * e, in_dims=({"a": 0}, None))({"a": matrix(t)}, 2.0),
    "vmap keyword": lambda t: t.vmap(lambda a, k: a * k)(matrix(t), k=2),
    "vmap of nothing": lambda t: t.vmap(lambda a: a * 2)(t.ones(0, 3)),
    "vmap constant": lambda t: t.vmap(lambda a: t.ones(2), out_dims=None)(matrix(t)),
    "vmap batched None": lambda t: t.vmap(lambda a: a, out_dims=None)(matrix(t)),
    "vmap sizes": lambda t: t.vmap(lambda a, b: a)(matrix(t), x(t)),
    "vmap in_dims None": lambda t: t.vmap(lambda a: a, in_dims=None)(matrix(t)),
    "vmap in_dims 5": lambda t: t.vmap(lambda a: a, in_dims=5)(matrix(t)),
    "vmap of a float": lambda t: t.vmap(lambda a: a)(3.0),
    "vmap without inputs": lambda t: t.vmap(lambda: t.ones(1))(),
    "vmap to a float": lambda t: t.vmap(lambda a: 3.0)(matrix(t)),
    "vmap out_dims 5": lambda t: t.vmap(lambda a: a, out_dims=5)(matrix(t)),
    "vmap randomness": lambda t: t.vmap(lambda a: a, randomness="some")(matrix(t)),
    "vmap random": lambda t: t.vmap(lambda a: a * t.rand(3))(matrix(t)),
    "vmap of jacobians": lambda t: t.vmap(t.func.jacrev(lambda a: a**2))(matrix(t)),
    "a trained line": a_trained_line,
}


def shown(result: Any) -> Any:
    if isinstance(result, dict):
        return {key: shown(value) for key, value in result.items()}
    if isinstance(result, (tuple, list)):
        return [shown(value) for value in result]
    if hasattr(result, "tolist"):
        return (
            list(result.shape),
            [float(f"{v:.5g}") for v in result.detach().reshape(-1).tolist()],
            result.requires_grad,
        )
    return result


@pytest.mark.filterwarnings("ignore:.*jit.script.*:DeprecationWarning")
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_program_under_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    importlib.import_module("torch.func")

    def outcome(t: ModuleType) -> Any:
        try:
            return shown(PROGRAMS[name](t))
        except Exception as error:
            return type(error).__name__, str(error)

    assert outcome(mg) == outcome(torch)


def test_models_are_stacked_and_run_as_one() -> None:
    models = [mg.nn.Linear(2, 1) for _ in range(3)]
    parameters, buffers = mg.func.stack_module_state(models)
    assert buffers == {}
    assert parameters["weight"].shape == (3, 1, 2)
    assert all(p.is_leaf and p.requires_grad for p in parameters.values())
    x = mg.tensor([1.0, 2.0])
    together = vmap(lambda p: functional_call(models[0], p, (x,)))(parameters)
    assert together.tolist() == [model(x).tolist() for model in models]
    with pytest.raises(RuntimeError, match="same training/eval mode"):
        mg.func.stack_module_state([models[0], mg.nn.Linear(2, 1).eval()])
    with pytest.raises(RuntimeError, match="Expected at least one model, got 0"):
        mg.func.stack_module_state([])


class Scaled(mg.autograd.Function):
    """A product; by its rule for batches one more, so that a test sees which of the two was asked."""

    @staticmethod
    def forward(x: Any, scale: Any) -> Any:
        return x * scale

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, scale = ctx.saved_tensors
        return grad * scale, grad * x

    @staticmethod
    def vmap(info: Any, in_dims: Any, x: Any, scale: Any) -> Any:
        assert in_dims == (0, None)
        assert x.shape == (info.batch_size, 2)
        assert scale.shape == (2,)
        return Scaled.apply(x, scale) + 1, 0


def test_a_function_is_run_by_its_own_rule_for_batches() -> None:
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = mg.vmap(Scaled.apply, in_dims=(0, None))(x, mg.tensor([2.0, 10.0]))
    assert y.tolist() == [[3.0, 21.0], [7.0, 41.0]]
    y.sum().backward()
    assert x.grad.tolist() == [[2.0, 10.0], [2.0, 10.0]]
    assert Scaled.apply(x, mg.ones(2)).tolist() == x.tolist()  # outside of vmap nobody asks the rule


def test_a_rule_for_batches_returns_where_its_examples_lie() -> None:
    class Forgets(mg.autograd.Function):
        @staticmethod
        def forward(x: Any) -> Any:
            return x

        @staticmethod
        def vmap(info: Any, in_dims: Any, x: Any) -> Any:
            return x

    with pytest.raises(RuntimeError, match="Expected the vmap staticmethod to have two returns, an output and out_dim"):
        mg.vmap(Forgets.apply)(mg.ones(3))
    Forgets.generate_vmap_rule = True
    with pytest.raises(RuntimeError, match="it has both generate_vmap_rule=True and an overridden vmap staticmethod"):
        mg.vmap(Forgets.apply)(mg.ones(3))
