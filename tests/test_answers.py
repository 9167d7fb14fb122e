"""Small programs and what they answer, written down: minigrad answers so, and PyTorch does, where it is installed."""

from __future__ import annotations

import copy
import importlib
from typing import Any

import numpy as np
import pytest

import minigrad
from parity.programs import error, outcome


def leaf(t: Any, *numbers: float) -> Any:
    return t.tensor([float(n) for n in numbers], requires_grad=True)


def numpy_where_nothing_is_recorded(t: Any) -> Any:
    x = leaf(t, 1, 2)
    with t.no_grad():
        array = x.numpy()
        array[0] = 5
        rows = [np.asarray(x).tolist(), (x * 2).numpy().tolist()]
    return x.tolist(), rows, error(x.numpy)[0]


def dtype_of_a_gradient_that_is_set(t: Any) -> Any:
    x = leaf(t, 1)
    kinds = (t.float16, t.float64, t.int32, t.int64, t.uint8, t.bool, t.complex64)
    sentences = [error(lambda kind=kind: setattr(x, "grad", t.ones(1, dtype=kind)))[1] for kind in kinds]
    return [sentence.split("'")[1] for sentence in sentences]


def classes_as_errors_call_them(t: Any) -> Any:
    class Mine:
        pass

    x = leaf(t, 1)
    found = []
    for value in (Mine(), np.ones(1), 1.5):
        y = x * 2
        y.register_hook(lambda grad, value=value: value)
        sentences = [error(lambda value=value: setattr(x, "grad", value))[1], error(y.backward)[1]]
        found.append([sentence.split()[-1].strip("'") for sentence in sentences])
    return found


def gradients_by_name(t: Any) -> Any:
    model = t.nn.Linear(2, 1)
    loss = model(t.ones(1, 2)).sum()
    found = t.autograd.grad(loss, dict(model.named_parameters()), retain_graph=True)
    loss.backward(inputs={"bias": model.bias})
    return {name: g.tolist() for name, g in found.items()}, model.weight.grad, model.bias.grad.tolist()


def gradients_by_another_mapping(t: Any) -> Any:
    from collections import OrderedDict

    x = leaf(t, 1)
    named = OrderedDict(x=x)
    y = (x * 2).sum()
    return error(lambda: t.autograd.grad(y, named)), error(lambda: y.backward(inputs=named))


def unused_input_of_a_batch(t: Any) -> Any:
    x, unused = leaf(t, 1, 2), leaf(t, 3)
    y = x * x
    _, g = t.autograd.grad(y, [x, unused], t.eye(2), is_grads_batched=True, materialize_grads=True)
    return g.tolist()


def unused_edge_made_zeros(t: Any) -> Any:
    edge = t.autograd.graph.get_gradient_edge
    x, unused = leaf(t, 1), leaf(t, 3)
    found = t.autograd.grad((x * x).sum(), [edge(x), unused], materialize_grads=True)
    return [g.tolist() for g in found], error(
        lambda: t.autograd.grad((x * x).sum(), [edge(unused)], materialize_grads=True)
    )


def list_of_lists_as_index(t: Any) -> Any:
    x = t.arange(6.0).view(3, 2)
    y = x.clone()
    y[[[0, 1], [1, 0]]] = 9
    rows = [x[[[0, 1], [1, 0]]], x[[slice(0, 2), 1]], x[[[0, 1]]], x[[t.tensor(0), t.tensor(1)]], x[[None, 0]], y]
    return [row.tolist() for row in rows], x[np.array([[0, 1], [1, 0]])].shape, x[[[0, 1]] * 32].shape


def view_made_under_no_grad(t: Any) -> Any:
    x = leaf(t, 1, 2)
    with t.no_grad():
        v = x[:1]
        x.add_(1)
    return error(lambda: v.add_(1))[1][:60]


def copies_share_what_the_originals_share(t: Any) -> Any:
    a = t.arange(4.0)
    a2, part, wide = copy.deepcopy([a, a[::2], a[:1].expand(3)])
    part.mul_(10)
    return a2.tolist(), a.tolist(), part.stride(), wide.stride(), error(lambda: wide.add_(1))[0]


def copy_of_a_parameter(t: Any) -> Any:
    p = t.nn.Parameter(t.ones(1))
    p.grad = t.ones(1)
    twin, again = copy.deepcopy([p, p])
    return twin.grad, twin.requires_grad, twin is again


def set_counts_as_a_write(t: Any) -> Any:
    x, o = t.ones(2), t.zeros(3)
    x.set_(o)
    x.add_(1)
    return x._version, o._version, o.tolist()


def variables(t: Any) -> Any:
    v = t.autograd.Variable
    return (
        v().tolist(),
        error(lambda: v([1.0])),
        error(lambda: v(t.ones(1, dtype=t.int64), requires_grad=True)),
        error(lambda: v(t.ones(1), requires_grad=True, volatile=True)),
        v(t.ones(1), volatile=True).requires_grad,
    )


def hooks_that_are_there(t: Any) -> Any:
    x = leaf(t, 1)
    before = x._backward_hooks, x._post_accumulate_grad_hooks
    handle = x.register_hook(lambda grad: None)
    x.register_post_accumulate_grad_hook(lambda leaf: None)
    there = list(x._backward_hooks) == [handle.id], len(x._post_accumulate_grad_hooks)
    handle.remove()
    return before, there, len(x._backward_hooks), (x * 2)._backward_hooks


def subclass_on_the_same_memory(t: Any) -> Any:
    class Mine(t.Tensor):  # type: ignore[name-defined, misc]
        pass

    x = t.ones(2)
    mine = t.Tensor._make_subclass(Mine, x, True)
    with t.no_grad():
        mine.add_(1)
    return (
        type(mine).__name__,
        mine.requires_grad,
        mine.is_leaf,
        x.tolist(),
        error(lambda: t.Tensor._make_subclass(int, x)),
    )


def device_as_a_context(t: Any) -> Any:
    with t.device("cpu") as here:
        made = t.ones(1)
    return str(here), str(made.device), str(t.get_default_device())


def what_a_post_accumulate_hook_returns(t: Any) -> Any:
    out = []
    for result in (5, t.ones(1)):
        x = leaf(t, 1)
        x.register_post_accumulate_grad_hook(lambda leaf, result=result: result)
        out.append(error((x * 2).sum().backward))
    return out


def booleans_subtracted(t: Any) -> Any:
    x, b = t.ones(1), t.tensor([True])
    kinds = [error(f)[1][31:50] for f in (lambda: x - True, lambda: True - x, lambda: t.sub(x, False), lambda: b - 1)]
    return kinds, error(lambda: b - True)[1][31:50], error(lambda: x.sub_(True))[1][31:50], (x + True).tolist()


def questions_written_in_place(t: Any) -> Any:
    out = []
    for ask in (t.Tensor.eq_, t.Tensor.ne_, t.Tensor.lt_, t.Tensor.le_, t.Tensor.gt_, t.Tensor.ge_):
        for other in (2.0, leaf(t, 1, 6)):
            x = leaf(t, 1, 2)
            y = ask(x * 3, other)
            y.sum().backward()
            out.append((y.grad_fn.name(), y.tolist(), x.grad.tolist(), getattr(other, "grad", 0) is None))
    return out


def yes_and_no_as_an_index(t: Any) -> Any:
    x = t.arange(2.0)
    x[False] = t.ones(3)
    before = x._version
    x[True] = t.tensor([5, 6])
    return before, x._version, x.tolist()


def shapes_are_refused_before_dtypes(t: Any) -> Any:
    return error(lambda: t.tensor([1, 2]).add_(t.ones(3, 2)))[1]


def settings_that_nodes_show(t: Any) -> Any:
    x = t.ones(2, 3, requires_grad=True)
    made = {
        x[1]: ("dim", "index", "self_sym_sizes"),
        x[:, 0:2]: ("dim", "start", "end", "step"),
        x.clamp(0, 2): ("min", "max"),
        x.t().permute(1, 0): ("dims",),
        x.transpose(0, 1): ("dim0", "dim1"),
        t.stack([x, x], 1): ("dim",),
        x.softmax(1): ("dim",),
        x.expand(4, 2, 3): ("self_sym_sizes",),
        x.tril(1): ("diagonal",),
        t.nn.functional.leaky_relu(x, 0.5): ("negative_slope",),
        t.nn.functional.hardtanh(x): ("min_val", "max_val"),
    }
    return [tuple(getattr(y.grad_fn, f"_saved_{name}") for name in names) for y, names in made.items()]


def whatever_a_node_lists_can_be_asked(t: Any) -> Any:
    x = t.ones(2, 2, requires_grad=True)
    nodes = [y.grad_fn for y in (x.sum(0), x + x, x * x, x @ x, x.exp(), x[0], t.baddbmm(x, x[None], x[None]))]
    listed = [sorted(name for name in dir(node) if name.startswith("_saved_")) for node in nodes]
    for node, names in zip(nodes, listed, strict=True):
        for name in names:
            getattr(node, name)
    return listed[2], [len(set(names)) == len(names) for names in listed], listed[4]


def leaf_before_a_gradient_that_does_not_fit(t: Any) -> Any:
    class Wrong(t.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any) -> Any:
            return a * b

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad, t.ones(3)

    a, b = leaf(t, 1, 2), leaf(t, 3, 4)
    return error(Wrong.apply(a, b).sum().backward)[1], a.grad, b.grad


def parameters_made_in_inference_mode(t: Any) -> Any:
    with t.inference_mode():
        layer = t.nn.Linear(1, 1)
        made = t.ones(1)
        parameter = t.nn.Parameter(made)
    return (
        [p.is_inference() for p in (layer.weight, layer.bias, parameter)],
        error(lambda: t.nn.Parameter(made)),
        t.nn.Parameter(made, requires_grad=False).is_inference(),
        t.nn.Parameter(t.ones(1, dtype=t.complex64)).requires_grad,
    )


def input_returned_and_saved_beside_its_context(t: Any) -> Any:
    def made(constant: bool) -> Any:
        class Both(t.autograd.Function):  # type: ignore[name-defined, misc]
            @staticmethod
            def forward(x: Any, w: Any) -> Any:
                return x * w, w

            @staticmethod
            def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
                if constant:
                    ctx.mark_non_differentiable(output[1])
                ctx.save_for_backward(inputs[1])

            @staticmethod
            def backward(ctx: Any, grad: Any, _: Any) -> Any:
                return grad * ctx.saved_tensors[0], None

        return Both.apply

    x, w = leaf(t, 1), leaf(t, 3)
    made(True)(x, w)[0].backward()
    return x.grad.tolist(), error(lambda: made(False)(x, w))[1][:60]


def zeros_for_none_asked_for_with_a_number(t: Any) -> Any:
    class Zeros(t.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.set_materialize_grads(0)
            return x * 2

    return error(lambda: Zeros.apply(leaf(t, 1)))[1][:66]


def copy_of_a_part_that_does_not_fit(t: Any) -> Any:
    x = t.tensor([[1.0], [2.0]])
    return error(lambda: x.copy_(x[:, 0]))[1], error(lambda: x.copy_(t.ones(2)))[1]


def what_a_function_saved_after_it_is_freed(t: Any) -> Any:
    class Keep(t.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * 2

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad

    y = Keep.apply(leaf(t, 1))
    before = len(y.grad_fn._raw_saved_tensors)
    y.backward()
    return before, [error(lambda: y.grad_fn._raw_saved_tensors)[1][:50], error(lambda: y.grad_fn.saved_tensors)[1][:50]]


def convolutions_that_are_refused(t: Any) -> Any:
    functional = importlib.import_module(f"{t.__name__}.nn.functional")

    def tries(name: str, k: int) -> list[Any]:
        run, x, w = getattr(functional, name), t.ones((1, 2) + (4,) * k), t.ones((2, 2) + (3,) * k)
        return [
            error(lambda: run(x > 0, w > 0))[1],
            error(lambda: run(x.to(t.int32), w.to(t.int32)).dtype)[1],
            error(lambda: run(x, w, groups=3))[1][:64],
            error(lambda: run(x, w, groups=0))[1],
            error(lambda: run(x, w, 3))[0],
            error(lambda: run(x, w, stride=1.5))[0],
        ]

    return [tries(f"conv{made}{k}d", k) for k in (1, 3) for made in ("", "_transpose")]


def powers_of_booleans(t: Any) -> Any:
    b = t.tensor([True, False])
    known = [b**True, b**False, b.clone().pow_(True), b**2, 2**b]
    return [(p.tolist(), str(p.dtype)) for p in known], error(lambda: b**b), error(lambda: True**b)[0]


def gradcheck_of_what_is_random(t: Any) -> Any:
    class Noisy(t.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad * t.rand(1, dtype=grad.dtype)

    x = t.ones(2, dtype=t.float64, requires_grad=True)
    check = importlib.import_module(f"{t.__name__}.autograd").gradcheck
    return [error(lambda fast=fast: check(Noisy.apply, (x,), fast_mode=fast))[1] for fast in (False, True)]


BOOL, BOTH = "with a bool tensor ", "with two bool tenso"
IS_NO_DICT = "must be a dict, not OrderedDict"
NOISE = (
    "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives different "
    "values, although analytical gradient matches numerical gradient.The tolerance for nondeterminism was 0.0"
)
ANSWERS: dict[Any, Any] = {
    numpy_where_nothing_is_recorded: ([5.0, 2.0], [[5.0, 2.0], [10.0, 4.0]], "RuntimeError"),
    dtype_of_a_gradient_that_is_set: [
        "c10::Half",
        "double",
        "int",
        "long int",
        "unsigned char",
        "bool",
        "c10::complex<float>",
    ],
    classes_as_errors_call_them: [["Mine", "Mine"], ["numpy.ndarray", "numpy.ndarray"], ["float", "float"]],
    gradients_by_name: ({"weight": [[1.0, 1.0]], "bias": [1.0]}, None, [1.0]),
    gradients_by_another_mapping: (
        ("TypeError", f"`inputs` argument to `grad()` {IS_NO_DICT}"),
        ("TypeError", f"`inputs` argument to `backward()` {IS_NO_DICT}"),
    ),
    unused_input_of_a_batch: [0.0],
    unused_edge_made_zeros: (
        [[2.0], [0.0]],
        ("RuntimeError", "materialize_grads cannot be used when the given input is a GradientEdge"),
    ),
    list_of_lists_as_index: (
        [[1.0, 2.0], [1.0, 3.0], [[0.0, 1.0], [2.0, 3.0]], 1.0, [[0.0, 1.0]], [[0.0, 9.0], [9.0, 3.0], [4.0, 5.0]]],
        (2, 2, 2),
        (32, 2, 2),
    ),
    view_made_under_no_grad: "A view was created in no_grad mode and is being modified inp",
    copies_share_what_the_originals_share: (
        [0.0, 1.0, 20.0, 3.0],
        [0.0, 1.0, 2.0, 3.0],
        (2,),
        (0,),
        "RuntimeError",
    ),
    copy_of_a_parameter: (None, True, True),
    set_counts_as_a_write: (2, 0, [1.0, 1.0, 1.0]),
    variables: (
        [],
        ("TypeError", "Variable data has to be a tensor, but got list"),
        ("RuntimeError", "Only Tensors of floating point and complex dtype can require gradients"),
        ("ValueError", "Variable can't be volatile and require_grad at the same time!"),
        False,
    ),
    hooks_that_are_there: ((None, None), (True, 1), 0, None),
    subclass_on_the_same_memory: (
        "Mine",
        True,
        True,
        [2.0, 2.0],
        (
            "TypeError",
            "Creating a Tensor subclass from a class that does not inherit from Tensor is not possible",
        ),
    ),
    device_as_a_context: ("cpu", "cpu", "cpu"),
    what_a_post_accumulate_hook_returns: [
        ("TypeError", "expected Variable, but hook returned 'int'"),
        ("RuntimeError", "Tensor post accumulate grad hooks should return None"),
    ],
    booleans_subtracted: ([BOOL] * 4, BOTH, BOOL, [2.0]),
    questions_written_in_place: [
        (f"{name}Backward{k}", answer, [0.0, 0.0], False)
        for name, answers in {
            "Eq": ([0.0, 0.0], [0.0, 1.0]),
            "Ne": ([1.0, 1.0], [1.0, 0.0]),
            "Lt": ([0.0, 0.0], [0.0, 0.0]),
            "Le": ([0.0, 0.0], [0.0, 1.0]),
            "Gt": ([1.0, 1.0], [1.0, 0.0]),
            "Ge": ([1.0, 1.0], [1.0, 1.0]),
        }.items()
        for k, answer in enumerate(answers)
    ],
    yes_and_no_as_an_index: (0, 1, [5.0, 6.0]),
    shapes_are_refused_before_dtypes: "output with shape [2] doesn't match the broadcast shape [3, 2]",
    settings_that_nodes_show: [
        (0, 1, (2, 3)),
        (1, 0, 2, 1),
        (0, 2),
        ((1, 0),),
        (0, 1),
        (1,),
        (1,),
        ((2, 3),),
        (1,),
        (0.5,),
        (-1.0, 1.0),
    ],
    whatever_a_node_lists_can_be_asked: (["_saved_other", "_saved_self"], [True] * 7, ["_saved_result"]),
    leaf_before_a_gradient_that_does_not_fit: (
        "Function WrongBackward returned an invalid gradient at index 1 - got [3] but expected shape compatible with "
        "[2]",
        None,
        None,
    ),
    parameters_made_in_inference_mode: (
        [True, True, True],
        ("RuntimeError", "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed"),
        True,
        True,
    ),
    input_returned_and_saved_beside_its_context: (
        [3.0],
        "An input that has been returned as-is as output is being sav",
    ),
    zeros_for_none_asked_for_with_a_number: "set_materialize_grads received an invalid combination of arguments",
    copy_of_a_part_that_does_not_fit: (
        "unsupported operation",
        "output with shape [2, 1] doesn't match the broadcast shape [2, 2]",
    ),
    what_a_function_saved_after_it_is_freed: (1, ["Trying to backward through the graph a second time"] * 2),
    convolutions_that_are_refused: [
        [
            f"\"{kernel}\" not implemented for 'Bool'",
            f"\"{kernel}\" not implemented for 'Int'" if "transpose" in kernel else "torch.int32",
            "Given groups=3, expected weight to be at least 3 at dimension 0,",
            "non-positive groups is not supported",
            "TypeError",
            "TypeError",
        ]
        for kernel in (
            "slow_conv2d_cpu",
            "slow_conv_transpose2d_out_cpu",
            "compute_columns3d",
            "slow_conv_transpose3d_out_cpu",
        )
    ],
    powers_of_booleans: (
        [
            ([True, False], "torch.bool"),
            ([True, True], "torch.bool"),
            ([True, False], "torch.bool"),
            ([1, 0], "torch.int64"),
            ([2, 1], "torch.int64"),
        ],
        ("NotImplementedError", "\"pow\" not implemented for 'Bool'"),
        "NotImplementedError",
    ),
    gradcheck_of_what_is_random: [NOISE, NOISE],
}


@pytest.mark.parametrize("program", ANSWERS, ids=lambda program: program.__name__)
def test_minigrad_answers(program: Any) -> None:
    assert outcome(program, minigrad) == ANSWERS[program]


@pytest.mark.parametrize("program", ANSWERS, ids=lambda program: program.__name__)
def test_pytorch_answers(program: Any) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")
    assert outcome(program, torch) == ANSWERS[program]
