"""Where minigrad differs from PyTorch on purpose: a program for each, what either answers, and why."""

from __future__ import annotations

import asyncio
import gc
import importlib
import subprocess
import sys
import threading
import warnings
from typing import Any

import numpy as np

from parity.complex_differences import COMPLEX
from parity.difference import Difference, outcome
from parity.mistake_differences import MISTAKES
from parity.number_differences import NUMBERS


def nodes_of_several_ops(m: Any) -> list[str]:
    x = m.tensor([[2.0]], requires_grad=True)
    (gradient,) = m.autograd.grad(x.tanh().sum(), x, create_graph=True)
    return [y.grad_fn.name() for y in (m.cholesky_solve(x, x), m.t_copy(x), m.clamp_min(x, x), gradient)]


def a_view_copied_to_itself(m: Any) -> Any:
    row = m.ones(2, 1).mT
    return outcome(lambda: row.view_as(row).copy_(row).flatten().tolist())


def gone_through_twice(m: Any) -> list[bool]:
    def twice(y: Any, x: Any) -> bool:
        v = m.ones_like(y).requires_grad_()
        (g,) = m.autograd.grad(y, x, v, create_graph=True)
        m.autograd.grad(g.sum(), v)
        try:
            m.autograd.grad(g.sum(), v)
        except RuntimeError:
            return False
        return True

    x = m.ones(2, 2, requires_grad=True)
    return [twice(x.trace(), x), twice(m.diagonal_scatter(x, x[0]), x)]


def nodes_of_what_is_composed(m: Any) -> list[str]:
    image = m.ones(1, 4, 2, 2, requires_grad=True)
    x = m.tensor([3.0, 4.0], requires_grad=True)
    results = [m.pixel_shuffle(image, 2), m.dist(x, 2 * x), m.cdist(x[None], x[None] + 1), m.mvlgamma(x, 2)]
    return [y.grad_fn.name() for y in results]


def steps_of_channels_last(m: Any) -> tuple[int, ...]:
    return m.ones(1, 2, 3, 3).to(memory_format=m.channels_last).stride()


def warnings_of_a_number(m: Any) -> bool:
    program = (
        f"import {m.__name__} as m, warnings; warnings.simplefilter('error'); float(m.ones((), requires_grad=True))"
    )
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode != 0


def hook_on_a_former_leaf(m: Any) -> list[list[float]]:
    seen: list[list[float]] = []
    x = m.tensor([1.0], requires_grad=True)
    y = x * 3
    x.requires_grad_(False)
    x.mul_(m.tensor([2.0], requires_grad=True))
    x.register_hook(lambda grad: seen.append(grad.tolist()))
    assert outcome(y.sum().backward) == "RuntimeError"  # the leaf has been moved into the graph interior
    return seen


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


def tangent_under_no_grad(m: Any) -> Any:
    with warnings.catch_warnings(action="ignore"):
        forward_ad = importlib.import_module(f"{m.__name__}.autograd.forward_ad")
        with forward_ad.dual_level():
            x = forward_ad.make_dual(m.ones(1), m.ones(1))
            with m.no_grad():
                y = x * 2
            tangent = forward_ad.unpack_dual(y).tangent
    return x.requires_grad, None if tangent is None else tangent.tolist()


def forward_mode_jacobian(m: Any) -> str:
    jacobian = importlib.import_module(f"{m.__name__}.autograd.functional").jacobian
    x = m.ones(1)
    with warnings.catch_warnings(action="ignore"):
        return type(jacobian(lambda x, y: x * y, (x, x), vectorize=True, strategy="forward-mode")).__name__


def number_looked_at_in_vmap(m: Any) -> Any:
    vmap = importlib.import_module(f"{m.__name__}.func").vmap
    with warnings.catch_warnings(action="ignore"):
        return outcome(lambda: vmap(lambda x: x * 2 if x.item() > 0 else x)(m.tensor([-1.0, 3.0])).tolist())


def function_under_vmap(m: Any) -> Any:
    class Double(m.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(x: Any) -> Any:
            return x * 2

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            pass

    vmap = importlib.import_module(f"{m.__name__}.func").vmap
    return outcome(lambda: vmap(Double.apply)(m.tensor([1.0, 3.0])).tolist())


def batch_of_a_rule(m: Any) -> Any:
    seen = []

    class Double(m.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(x: Any) -> Any:
            return x * 2

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            pass

        @staticmethod
        def vmap(info: Any, in_dims: Any, x: Any) -> Any:
            seen.append((info.batch_size, in_dims))
            return Double.apply(x), in_dims[0]

    importlib.import_module(f"{m.__name__}.func").vmap(Double.apply)(m.tensor([1.0, 3.0, 4.0]))
    return seen


def hooks_of_a_batch_of_gradients(m: Any) -> int:
    calls = []
    x = m.tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    y.register_hook(lambda grad: calls.append(1))
    m.autograd.grad(y, x, m.eye(2), is_grads_batched=True)
    return len(calls)


def anomaly_in_another_thread(m: Any) -> bool:
    seen = []
    with warnings.catch_warnings(action="ignore"), m.autograd.detect_anomaly():
        thread = threading.Thread(target=lambda: seen.append(m.is_anomaly_enabled()))
        thread.start()
        thread.join()
    return seen[0]


def numbers_of_other_dtypes(m: Any) -> list[str]:
    return [str(outcome(lambda name=name: m.ones(1, dtype=getattr(m, name)).dtype)) for name in ("bfloat16", "uint16")]


def leaf_that_only_the_graph_holds(m: Any) -> Any:
    y = m.nn.Parameter(m.ones(1)) * 2
    gc.collect()
    y.backward()
    leaf = y.grad_fn.next_functions[0][0].variable
    return type(leaf).__name__, leaf.grad.tolist()


def spread_gradient_written_to(m: Any) -> Any:
    x = m.ones(2, requires_grad=True)
    y = x * 1
    y.register_hook(lambda grad: grad.mul_(9))
    return outcome(lambda: y.sum().backward() or x.grad.tolist())


def answer_written_into_a_leaf(m: Any) -> Any:
    return outcome(lambda: m.tensor([0.5], requires_grad=True).logical_not_().tolist())


def settings_of_a_node(m: Any) -> Any:
    node = m.ones(2, 3, requires_grad=True).sum(-1).grad_fn
    other = m.ones(2, 3, requires_grad=True).softmax(-1).grad_fn
    return other._saved_dim, node._saved_self_sym_sizes, hasattr(node, "_saved_keepdim")


def array_beside_a_tensor(m: Any) -> list[Any]:
    x, a = m.ones(2), np.arange(2)
    y = x
    with warnings.catch_warnings(action="ignore"):
        y += a
        return [str((x + a).dtype), outcome(lambda: str((a * x).dtype)), y is x]


def gradient_made_outside_the_graph(m: Any) -> Any:
    class Cut(m.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            (x,) = ctx.saved_tensors
            return (3 * grad * x**2).detach()

    x, y = (m.tensor([2.0], dtype=m.float64, requires_grad=True) for _ in range(2))
    return outcome(lambda: m.autograd.gradgradcheck(lambda x, y: (Cut.apply(x), y**2), (x, y)))


def saved_asked_for_twice_in_a_checkpoint(m: Any) -> Any:
    class Twice(m.autograd.Function):  # type: ignore[name-defined, misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad * (ctx.saved_tensors[0] + ctx.saved_tensors[0])

    checkpoint = importlib.import_module(f"{m.__name__}.utils.checkpoint").checkpoint
    x = m.tensor([3.0], requires_grad=True)
    return outcome(lambda: checkpoint(Twice.apply, x, use_reentrant=False).backward() or x.grad.tolist())


def numpy_function(m: Any) -> Any:
    import numpy as np

    x = m.tensor([0.0], requires_grad=True)
    try:
        return np.exp(x).grad_fn.name()
    except RuntimeError as error:
        return str(error)


def one_gradient_for_two_inputs(m: Any) -> bool:
    x = m.tensor([1.0, 2.0], requires_grad=True)
    first, second = m.autograd.grad((x * x).sum(), [x, x])
    return first is second


def second_output_retained_and_written(m: Any) -> Any:
    class Both(m.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x + 0, x * 2

        @staticmethod
        def backward(ctx, first, second):
            return first + 2 * second

    a, b = Both.apply(m.tensor([1.0], requires_grad=True))
    a.retain_grad()
    b.retain_grad()
    b.abs_()
    (a + 10 * b).sum().backward()
    return a.grad.tolist()


def detached_what_it_retains_and_written(m: Any) -> Any:
    y = m.tensor([1.0], requires_grad=True) * 1
    y.retain_grad()
    y.detach_()
    try:
        y.mul_(m.ones(1, requires_grad=True))
    except RuntimeError as error:
        return "INTERNAL ASSERT FAILED" if "INTERNAL" in str(error) else "RuntimeError"
    return "written"


def gradient_of_a_written_view_of_nothing(m: Any) -> bool:
    x = m.ones(0, requires_grad=True)
    view = (x * 1).view(0)
    view.mul_(2)
    return m.autograd.grad((view * view).sum(), x, create_graph=True)[0].requires_grad  # type: ignore[no-any-return]


def view_of_what_came_to_require_grad(m: Any) -> str:
    base = m.zeros(2)
    view = base.view(2)
    base[:1] = m.ones(1, requires_grad=True)
    try:
        view.mul_(2)
    except RuntimeError:
        return "RuntimeError"
    return "written"


def node_of_a_written_view(m: Any) -> str:
    y = m.ones(3, requires_grad=True) * 2
    view = y[1:]
    view.mul_(5)
    return type(view.grad_fn).__name__


def sum_of_a_subclass(m: Any) -> str:
    class Mine(m.Tensor):
        pass

    return type(m.ones(2).as_subclass(Mine) + 1).__name__


def own_jvp(m: Any) -> Any:
    class Double(m.autograd.Function):
        @staticmethod
        def forward(x: Any) -> Any:
            return x * 2

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            pass

        @staticmethod
        def jvp(ctx: Any, tangent: Any) -> Any:
            return tangent * 2

    x = m.tensor([1.0])
    func = importlib.import_module(f"{m.__name__}.func")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PyTorch's, of its own jit
        return outcome(lambda: func.jvp(Double.apply, (x,), (x,))[1].tolist())


DIFFERENCES = [
    Difference(
        "a hook on what was a leaf, was frozen and then written to",
        hook_on_a_former_leaf,
        torch=[[3.0]],
        minigrad=[],
        why="PyTorch calls it with the gradient of the leaf that the tensor was, and then refuses the pass. Here it is "
        "called for what the tensor is.",
    ),
    Difference(
        "the nodes of cholesky_solve, of t_copy, of clamp_min by a tensor, and of the gradient of a tanh",
        nodes_of_several_ops,
        torch=["CholeskySolveBackward0", "TBackward0_copy", "ClampMinBackward1", "TanhBackwardBackward0"],
        minigrad=["LinalgSolveTriangularBackward0", "CloneBackward0", "ClampBackward0", "MulBackward0"],
        why="Here an op that can be written with others is, and a backward formula is recorded line by line, so that "
        "the graph of a gradient shows its steps. Values and gradients are the same; a pass that is refused may be "
        "refused at another node, and at none where only PyTorch's has kept what was changed since.",
    ),
    Difference(
        "the nodes of pixel_shuffle, dist, cdist and mvlgamma; so of trapz, renorm, embedding_bag, attention, and "
        "std_mean of complex numbers",
        nodes_of_what_is_composed,
        torch=["PixelShuffleBackward0", "DistBackward0", "CdistBackward0", "MvlgammaBackward0"],
        minigrad=["UnsafeViewBackward0", "LinalgVectorNormBackward0", "LinalgVectorNormBackward0", "AddBackward0"],
        why="These are written with other ops here, so that no formula is written twice, and the graph shows those.",
    ),
    Difference(
        "whether a recorded gradient of trace, complex, a half Fourier transform or diagonal_scatter can be gone "
        "through twice",
        gone_through_twice,
        torch=[False, True],
        minigrad=[True, False],
        why="It depends on whether a node of the gradient's own graph keeps something, and here that graph has other "
        "nodes. With retain_graph=True, as the error says, both give the same.",
    ),
    Difference(
        "the steps of an expanded tensor without entries",
        lambda m: m.zeros(0, 3).expand(2, 0, 3).stride(),
        torch=(0, 3, 1),
        minigrad=(3, 3, 1),
        why="NumPy keeps no steps where there is nothing to step to.",
    ),
    Difference(
        "the steps along a dimension of one entry, in a view of a view with gaps",
        lambda m: m.ones(1, 2).unsqueeze(-1)[..., ::2].view(2, 1).stride(),
        torch=(1, 2),
        minigrad=(1, 1),
        why="No step is taken along such a dimension, and NumPy does not keep it.",
    ),
    Difference(
        "a view copied to itself, whose steps along a dimension of one entry differ",
        a_view_copied_to_itself,
        torch="RuntimeError",
        minigrad=[1.0, 1.0],
        why="No step is ever taken along such a dimension, so the entries are the same ones, and nothing changes.",
    ),
    Difference(
        "memory_format=channels_last",
        steps_of_channels_last,
        torch=(18, 1, 6, 2),
        minigrad=(18, 9, 3, 1),
        why="It tells PyTorch's kernels which layout is fast. NumPy has no such kernels: the name is accepted, so that "
        "programs run, and changes neither numbers nor memory.",
    ),
    Difference(
        "a warning when float() is asked of a tensor that requires grad",
        warnings_of_a_number,
        torch=True,
        minigrad=False,
        why="It comes once in a process, at whichever line is first. Here the player marks each place where a number "
        "leaves the graph.",
    ),
    Difference(
        "a write into a view whose base has come to require grad, before anyone looks at the view's grad_fn",
        view_of_what_came_to_require_grad,
        torch="RuntimeError",
        minigrad="written",
        why="PyTorch takes the view for a leaf until its grad_fn is asked for, so that printing it decides whether the "
        "write is refused. Here it has its place in the graph either way.",
    ),
    Difference(
        "the gradients of two inputs that are one",
        one_gradient_for_two_inputs,
        torch=True,
        minigrad=False,
        why="Where two inputs get the same gradient PyTorch may return one tensor twice, so that a write to one "
        "changes the other. Here each gradient is a tensor of its own.",
    ),
    Difference(
        "a result that is not its node's first, retained and then written to in place",
        second_output_retained_and_written,
        torch=[10.0],
        minigrad=[1.0],
        why="PyTorch mixes up which result the retained gradient is of, or fails an internal assertion. Here each "
        "result retains its own.",
    ),
    Difference(
        "a result that retains its gradient, detached and then written to in place",
        detached_what_it_retains_and_written,
        torch="INTERNAL ASSERT FAILED",
        minigrad="written",
        why="PyTorch fails an internal assertion. Here it is a leaf like any other, and the write is recorded.",
    ),
    Difference(
        "whether the gradient of a view without entries, written to, has a graph",
        gradient_of_a_written_view_of_nothing,
        torch=False,
        minigrad=True,
        why="PyTorch's as_strided makes up zeros, without a history, where there is nothing to send back. Here an "
        "empty view is a view like any other.",
    ),
    Difference(
        "the grad_fn of a view that was written to",
        node_of_a_written_view,
        torch="AsStridedBackward0",
        minigrad="SliceBackward0",
        why="PyTorch finds the view's place in its base again by strides. Here the view ops that the program wrote run "
        "again, so that the graph has their names; gradients are the same.",
    ),
    Difference(
        "the class of what an op gives for a subclass of Tensor",
        sum_of_a_subclass,
        torch="Mine",
        minigrad="Tensor",
        why="PyTorch's ops give the subclass, by way of __torch_function__. Here an op gives a plain tensor, as "
        "it does for a Parameter: to find out would cost each op as much as to be recorded.",
    ),
    Difference(
        "forward mode through a Function that says its own jvp",
        own_jvp,
        torch=[2.0],
        minigrad="NotImplementedError",
        why="Forward mode is made of two backward passes here, so that there is one set of formulas; a Function takes "
        "part in it by its backward.",
    ),
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
    Difference(
        "whether a dual tensor of forward_ad requires grad, and its tangent under no_grad",
        tangent_under_no_grad,
        torch=(False, [2.0]),
        minigrad=(True, None),
        why="PyTorch computes tangents op by op. Here they come of a graph that is differentiated twice, which needs "
        "no second formula for each op, but needs the graph.",
    ),
    Difference(
        "a forward-mode Jacobian of several inputs",
        forward_mode_jacobian,
        torch="list",
        minigrad="tuple",
        why="PyTorch's documentation promises a tuple, as in reverse mode.",
    ),
    Difference(
        "a function that looks at its numbers, under vmap",
        number_looked_at_in_vmap,
        torch="RuntimeError",
        minigrad=[-1.0, 6.0],
        why="vmap is a loop here: each example is an ordinary tensor, so there is nothing to refuse.",
    ),
    Difference(
        "a Function of the user's own under vmap, without a rule for batches",
        function_under_vmap,
        torch="RuntimeError",
        minigrad=[2.0, 6.0],
        why="Here each example is an ordinary tensor, so a Function needs no rule.",
    ),
    Difference(
        "the batch that a Function's own rule for vmap is given",
        batch_of_a_rule,
        torch=[(3, (0,))],
        minigrad=[(1, (0,)), (1, (0,)), (1, (0,))],
        why="vmap is a loop here: the rule is asked for each example, as a batch of one.",
    ),
    Difference(
        "hooks where is_grads_batched=True",
        hooks_of_a_batch_of_gradients,
        torch=1,
        minigrad=2,
        why="A batch of gradients is a loop here, as vmap is: a hook is called for each.",
    ),
    Difference(
        "anomaly mode in another thread",
        anomaly_in_another_thread,
        torch=True,
        minigrad=False,
        why="Here it is a mode of the thread that asks for it, as the grad modes are in both.",
    ),
    Difference(
        "bfloat16, uint16, uint32 and uint64, float8 and the quantised dtypes",
        numbers_of_other_dtypes,
        torch=["torch.bfloat16", "torch.uint16"],
        minigrad=["NotImplementedError", "AttributeError"],
        why="NumPy has no bfloat16 and no float8, and with the unsigned integers PyTorch itself does little. The error "
        "names the dtype to take instead.",
    ),
    Difference(
        "the class, and the attributes, of a leaf that only the graph holds",
        leaf_that_only_the_graph_holds,
        torch=("Parameter", [2.0]),
        minigrad=("Tensor", [2.0]),
        why="PyTorch's graph keeps its leaves. Here a node holds its leaf weakly, so that no graph is a cycle for the "
        "collector to find; who asks for it later gets a tensor on the same memory, with the same gradient.",
    ),
    Difference(
        "a gradient that sum() has spread, written to in a hook",
        spread_gradient_written_to,
        torch="RuntimeError",
        minigrad=[9.0, 9.0],
        why="PyTorch's is one number, seen in many places, which may not be written to. Here a hook gets numbers of "
        "their own.",
    ),
    Difference(
        "logical_not_, logical_and_, logical_or_ and logical_xor_ of a leaf that requires grad",
        answer_written_into_a_leaf,
        torch=[0.0],
        minigrad="RuntimeError",
        why="PyTorch writes into the leaf, without a word and without a node. Here it is refused, as every write into "
        "such a leaf is.",
    ),
    Difference(
        "the settings that a node shows, such as grad_fn._saved_dim",
        settings_of_a_node,
        torch=(18446744073709551615, (2, 3), True),
        minigrad=(1, (2, 3), False),
        why="Here a dimension is counted from the front, not shown as a huge number, and a setting is shown where the "
        "formula needs it. Saved tensors are all there, under PyTorch's names.",
    ),
    Difference(
        "a NumPy array beside a tensor, or added to one in place",
        array_beside_a_tensor,
        torch=["torch.float64", "TypeError", False],
        minigrad=["torch.float32", "torch.float32", True],
        why="PyTorch leaves it to NumPy, whose promotion and whose new result it is, and on the left it refuses. Here "
        "an array counts as the tensor that from_numpy makes of it, on either side.",
    ),
    Difference(
        "gradgradcheck, where one gradient of several was worked out outside the graph",
        gradient_made_outside_the_graph,
        torch=True,
        minigrad="GradcheckError",
        why="PyTorch leaves such a gradient out of the check, though its second derivative is silently wrong.",
    ),
    Difference(
        "ctx.saved_tensors asked for twice, in a checkpoint",
        saved_asked_for_twice_in_a_checkpoint,
        torch="CheckpointError",
        minigrad=[6.0],
        why="What was computed again is kept until the next backward pass, so the second question has an answer.",
    ),
    Difference(
        "np.exp of a tensor that requires grad",
        numpy_function,
        torch="Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
        minigrad="ExpBackward0",
        why="Here arrays are what tensors are made of, so the NumPy function is recorded as the op it stands for; that "
        "PyTorch refuses it is said once.",
    ),
    *NUMBERS,
    *COMPLEX,
    *MISTAKES,
]


def table() -> str:
    """Return all of it as a page: ``python -m parity.differences > tests/parity/DIFFERENCES.md``, from ``tests``."""
    rows = [f"| {d.title} | `{d.torch}` | `{d.minigrad}` | {d.why} |" for d in DIFFERENCES]
    return "\n".join(
        [
            "# Where minigrad differs from PyTorch 2.13 on purpose",
            "",
            "Each row is a program in [differences.py](differences.py), which the tests run in both libraries. This",
            "page is made from it.",
            "",
            "| What | PyTorch | minigrad | Why |",
            "|---|---|---|---|",
            *[row.replace("\n", " ") for row in rows],
            "",
        ]
    )


if __name__ == "__main__":
    print(table(), end="")
