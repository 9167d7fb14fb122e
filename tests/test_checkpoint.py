"""utils.checkpoint: the same gradients from less memory, in both ways; each fact is asked of PyTorch as well."""

from __future__ import annotations

import gc
import importlib
import weakref
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

import minigrad as mg
from minigrad.utils import checkpoint as ours


@pytest.fixture(params=["minigrad", "torch"])
def t(request: pytest.FixtureRequest) -> ModuleType:
    pytest.importorskip(request.param)
    importlib.import_module(f"{request.param}.utils.checkpoint")
    return importlib.import_module(request.param)


def checkpoint(t: ModuleType) -> Any:
    return importlib.import_module(f"{t.__name__}.utils.checkpoint")


def leaf(t: ModuleType, *numbers: float) -> Any:
    return t.tensor([float(n) for n in numbers], requires_grad=True)


def digits(x: Any) -> list[float]:
    return [float(f"{v:.5g}") for v in x.reshape(-1).tolist()]


@pytest.mark.parametrize("reentrant", [False, True])
def test_the_gradients_are_those_without_it_and_the_function_runs_twice(t: ModuleType, reentrant: bool) -> None:
    w, x = leaf(t, 1, 2), leaf(t, 0.5, -1)
    runs = []

    def f(x: Any) -> Any:
        runs.append(1)
        return (w * x).tanh().exp()

    f(x).sum().backward()
    expected = digits(w.grad), digits(x.grad)
    w.grad = x.grad = None
    checkpoint(t).checkpoint(f, x, use_reentrant=reentrant).sum().backward()
    assert (digits(w.grad), digits(x.grad)) == expected
    assert len(runs) == 3


@pytest.mark.parametrize("reentrant", [False, True])
@pytest.mark.parametrize("preserve", [False, True])
def test_random_numbers_are_drawn_again_and_the_stream_goes_on_undisturbed(
    t: ModuleType, reentrant: bool, preserve: bool
) -> None:
    t.manual_seed(0)
    x = leaf(t, 1, 1)
    drawn = []

    def f(x: Any) -> Any:
        drawn.append(t.rand(2))
        return x * drawn[-1]

    y = checkpoint(t).checkpoint(f, x, use_reentrant=reentrant, preserve_rng_state=preserve)
    between = t.rand(1).item()
    y.sum().backward()
    after = t.rand(1).item()
    assert (drawn[0].tolist() == drawn[1].tolist()) is preserve
    t.manual_seed(0)
    numbers = t.rand(6).tolist()
    assert (between, after) == (numbers[2], numbers[3 if preserve else 5])
    assert x.grad.tolist() == (numbers[:2] if preserve else numbers[3:5])


def test_what_it_keeps_are_inputs_alone() -> None:
    held = []

    def f(x):
        y = x.exp()
        held.append(weakref.ref(y._array))
        return y.sin()

    x = leaf(mg, 1)
    z = ours.checkpoint(f, x, use_reentrant=False)
    gc.collect()
    assert held[0]() is None
    z.backward()
    assert digits(x.grad) == [-2.4784]


def test_nested_regions(t: ModuleType) -> None:
    runs = []

    def inner(x: Any) -> Any:
        runs.append("inner")
        return x.sin().cos()

    def outer(x: Any) -> Any:
        runs.append("outer")
        return checkpoint(t).checkpoint(inner, x.exp(), use_reentrant=False).exp()

    x = leaf(t, 0.5)
    checkpoint(t).checkpoint(outer, x, use_reentrant=False).backward()
    expected = leaf(t, 0.5)
    expected.exp().sin().cos().exp().backward()
    assert digits(x.grad) == digits(expected.grad)
    assert runs == ["outer", "inner", "outer", "inner", "inner"]


def test_higher_derivatives_grad_keywords_and_several_outputs(t: ModuleType) -> None:
    x = leaf(t, 0.5, -1)

    def f(x: Any, *, scale: float) -> Any:
        return {"a": x.sin() * scale, "b": [x**3]}

    out = checkpoint(t).checkpoint(f, x, use_reentrant=False, scale=2.0)
    (slope,) = t.autograd.grad(out["a"].sum() + out["b"][0].sum(), x, create_graph=True)
    (curve,) = t.autograd.grad(slope.sum(), x)
    assert digits(slope) == [2.5052, 4.0806]
    assert digits(curve) == [2.0411, -4.3171]


def test_a_graph_that_is_kept_runs_again(t: ModuleType) -> None:
    runs = []
    x = leaf(t, 1)
    y = checkpoint(t).checkpoint(lambda x: runs.append(1) or x.exp().sin(), x, use_reentrant=False)
    y.backward(retain_graph=True)
    y.backward()
    assert len(runs) == 3
    assert digits(x.grad) == [-4.9567]


@pytest.mark.parametrize("early", [True, False])
def test_it_stops_at_the_last_tensor_that_is_missing(t: ModuleType, early: bool) -> None:
    ends = []

    def f(x: Any) -> Any:
        y = x.exp()
        ends.append(1)
        return y

    x = leaf(t, 1)
    with checkpoint(t).set_checkpoint_early_stop(early):
        y = checkpoint(t).checkpoint(f, x, use_reentrant=False)
    y.backward()
    assert len(ends) == (1 if early else 2)
    x.grad = None
    checkpoint(t).checkpoint(f, x, use_reentrant=False, early_stop=early).backward()
    assert len(ends) == (2 if early else 4)


def other_the_second_time(t: ModuleType, first: Any, second: Any, **how: Any) -> str:
    turns = iter([first, second, second, second])
    x = leaf(t, 1, 2)
    y = checkpoint(t).checkpoint(lambda x: next(turns)(x), x, use_reentrant=False, **how)
    with pytest.raises(checkpoint(t).CheckpointError) as error:
        y.sum().backward()
    return str(error.value)


def test_a_function_that_does_something_else_the_second_time_is_refused(t: ModuleType) -> None:
    assert other_the_second_time(t, lambda x: x.exp().sin(), lambda x: x.exp()).startswith(
        "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
        "recomputation.\nNumber of tensors saved during forward: 2\nNumber of tensors saved during recomputation: 1.\n"
    )
    assert other_the_second_time(t, lambda x: x.exp(), lambda x: x.exp().sin(), early_stop=False).startswith(
        "torch.utils.checkpoint: trying to save more tensors during recomputation than during the original forward"
    )
    assert other_the_second_time(t, lambda x: x.exp(), lambda x: x.sum().exp()).startswith(
        "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during the "
        "forward pass.\ntensor at position 0:\nsaved metadata: {'shape': torch.Size([2]), 'dtype': torch.float32, "
        "'device': device(type='cpu')}\nrecomputed metadata: {'shape': torch.Size([])"
    )


def test_shapes_may_differ_where_they_are_not_compared(t: ModuleType) -> None:
    turns = iter([lambda x: x.exp(), lambda x: x.exp()[:1]])
    x = leaf(t, 1)
    y = checkpoint(t).checkpoint(lambda x: next(turns)(x), x, use_reentrant=False, determinism_check="none")
    y.sum().backward()
    assert digits(x.grad) == [2.7183]


def test_debug_lists_the_ops_of_both_times() -> None:
    text = other_the_second_time(mg, lambda x: x.exp().sin(), lambda x: x.sin(), debug=True)
    assert "Operations executed during the original forward:\n    Exp\n    Sin\n" in text
    assert "Operations executed during recomputation:\n    Sin\n" in text
    assert "They part at op 1: Exp, then Sin." in text


def test_contexts_are_entered_one_a_time(t: ModuleType) -> None:
    seen: list[str] = []

    @contextmanager
    def context(name: str) -> Any:
        seen.append(f"enter {name}")
        yield
        seen.append(f"leave {name}")

    x = leaf(t, 1)
    y = checkpoint(t).checkpoint(
        lambda x: x.exp().sin(),
        x,
        use_reentrant=False,
        early_stop=False,
        context_fn=lambda: (context("first"), context("second")),
    )
    assert seen == ["enter first", "leave first"]
    y.backward()
    assert seen[2:] == ["enter second", "leave second"]


def test_an_input_that_was_changed_since_is_found_out(t: ModuleType) -> None:
    x = leaf(t, 1, 2)
    held = x * 2
    y = checkpoint(t).checkpoint(lambda x: x.exp(), held, use_reentrant=False)
    with t.no_grad():
        held.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_wrong_options_are_refused(t: ModuleType) -> None:
    run = checkpoint(t).checkpoint
    x = leaf(t, 1)
    with pytest.warns(UserWarning, match="the use_reentrant parameter should be passed explicitly"):
        run(lambda x: x.exp(), x)
    with pytest.warns(UserWarning, match="None of the inputs have requires_grad=True. Gradients will be None"):
        run(lambda x: x.exp(), t.ones(1), use_reentrant=True)
    with pytest.raises(ValueError, match="Unexpected keyword arguments: scale"):
        run(lambda x: x.exp(), x, use_reentrant=True, scale=2)
    with pytest.raises(ValueError, match="Passing `context_fn` or `debug` is only supported when use_reentrant=False"):
        run(lambda x: x.exp(), x, use_reentrant=True, debug=True)
    with pytest.raises(ValueError, match=r"determinism_check should be one of \['default', 'none'\], but got maybe"):
        run(lambda x: x.exp(), x, use_reentrant=False, determinism_check="maybe")
    with pytest.raises(ValueError, match="debug=True is incompatible with non-default context_fn"):
        run(lambda x: x.exp(), x, use_reentrant=False, debug=True, context_fn=lambda: None)
    with pytest.raises(RuntimeError, match="incompatible with .grad"):
        t.autograd.grad(run(lambda x: x.exp(), x, use_reentrant=True), x)
    with pytest.raises(RuntimeError, match="none of output has requires_grad=True, this checkpoint.. is not necessary"):
        run(lambda x: x.detach(), x, use_reentrant=True).backward()


def test_an_error_in_the_function_passes_through(t: ModuleType) -> None:
    for reentrant in (False, True):
        with pytest.raises(ZeroDivisionError):
            checkpoint(t).checkpoint(lambda x: 1 / 0, leaf(t, 1), use_reentrant=reentrant)
    assert (leaf(t, 1) * 2).exp().grad_fn is not None


def test_without_recording_it_is_the_function_itself(t: ModuleType) -> None:
    with t.no_grad():
        y = checkpoint(t).checkpoint(lambda x: x.exp(), leaf(t, 1), use_reentrant=False)
    assert not y.requires_grad


@pytest.mark.parametrize("reentrant", [False, True])
@pytest.mark.parametrize(("segments", "runs"), [(1, 4), (2, 6), (3, 6), (4, 7)])
def test_a_row_of_functions_is_cut_into_segments(t: ModuleType, segments: int, runs: int, reentrant: bool) -> None:
    ran = []

    def step(x: Any) -> Any:
        ran.append(1)
        return x.sin() * 2

    x = leaf(t, 0.3)
    out = checkpoint(t).checkpoint_sequential([step] * 4, segments, x, use_reentrant=reentrant)
    out.backward()
    expected = leaf(t, 0.3)
    y = expected
    for _ in range(4):
        y = step(y)
    y.backward()
    assert digits(x.grad) == digits(expected.grad)
    assert len(ran) - 4 == runs


def test_a_row_refuses_what_it_does_not_know(t: ModuleType) -> None:
    run = checkpoint(t).checkpoint_sequential
    with pytest.raises(ValueError, match="Unexpected keyword arguments: scale"):
        run([t.exp], 1, leaf(t, 1), use_reentrant=False, scale=2)
    with pytest.warns(UserWarning, match="checkpoint_sequential: the use_reentrant parameter should be passed"):
        run([t.exp], 1, leaf(t, 1))


def test_a_recording_shows_the_function_once() -> None:
    from minigrad import trace

    x = leaf(mg, 1)
    with trace.record() as recording:
        ours.checkpoint(lambda x: x.exp().sin(), x, use_reentrant=False).backward()
    ops = [event.op.__qualname__ for event in recording.events if isinstance(event, trace.events.OpEvent)]
    assert ops.count("Sin") == ops.count("Exp") == 1


def test_no_cycle_keeps_the_inputs_alive() -> None:
    gc.disable()
    try:
        x = leaf(mg, 1) * 2
        held = weakref.ref(x)
        y = ours.checkpoint(lambda x: x.exp().sin(), x, use_reentrant=False)
        del x, y
        assert held() is None
    finally:
        gc.enable()
