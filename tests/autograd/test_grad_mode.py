"""no_grad, enable_grad, set_grad_enabled: blocks, decorators, nesting, threads."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

import minigrad as mg


def test_what_is_computed_under_no_grad_is_a_leaf() -> None:
    x = mg.ones(1, requires_grad=True)
    with mg.no_grad():
        y = x * 2
    assert y.is_leaf
    assert not y.requires_grad


def test_the_mode_is_restored_after_an_error() -> None:
    with pytest.raises(ValueError, match="inside"), mg.no_grad():
        raise ValueError("inside")
    assert mg.is_grad_enabled()


def test_modes_nest_and_one_manager_may_be_used_again() -> None:
    off = mg.no_grad()
    with off, mg.enable_grad():
        assert mg.is_grad_enabled()
        with off:
            assert not mg.is_grad_enabled()
    assert mg.is_grad_enabled()


@pytest.mark.parametrize("decorator", [mg.no_grad, mg.no_grad()])
def test_a_decorated_function_runs_in_the_mode(decorator) -> None:
    @decorator
    def inside() -> bool:
        return mg.is_grad_enabled()

    assert inside() is False
    assert inside.__name__ == "inside"
    assert mg.is_grad_enabled()


def test_a_decorated_generator_gives_its_caller_the_callers_mode() -> None:
    @mg.no_grad()
    def items():
        got = yield mg.is_grad_enabled()
        yield mg.is_grad_enabled(), got

    generator = items()
    assert next(generator) is False
    assert mg.is_grad_enabled()
    assert generator.send("sent") == (False, "sent")
    assert mg.is_grad_enabled()


def test_a_decorated_coroutine_runs_in_the_mode() -> None:
    @mg.no_grad()
    async def inside() -> bool:
        return mg.is_grad_enabled()

    assert asyncio.run(inside()) is False


def test_set_grad_enabled_acts_at_once_and_ends_with_its_block() -> None:
    with mg.set_grad_enabled(False):
        assert not mg.is_grad_enabled()
    assert mg.is_grad_enabled()
    mg.set_grad_enabled(False)
    try:
        assert not mg.is_grad_enabled()
    finally:
        mg.set_grad_enabled(True)

    @mg.set_grad_enabled(False)
    def inside() -> bool:
        return mg.is_grad_enabled()

    assert mg.is_grad_enabled()
    assert inside() is False


def test_each_thread_has_its_own_mode() -> None:
    seen = []
    with mg.no_grad():
        thread = threading.Thread(target=lambda: seen.append(mg.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_ops_run_in_several_threads_at_once() -> None:
    found = []

    def work() -> None:
        x = mg.ones(10, requires_grad=True)
        for _ in range(200):
            (x * 2).sum().backward()
        found.append(x.grad.tolist()[0])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [400] * 4


def test_a_decorated_generator_is_thrown_into_and_closed_in_the_mode() -> None:
    seen = []

    @mg.no_grad()
    def items():
        try:
            yield 1
        except KeyError:
            seen.append(mg.is_grad_enabled())
        try:
            yield 2
        finally:
            seen.append(mg.is_grad_enabled())

    generator = items()
    assert next(generator) == 1
    assert generator.throw(KeyError) == 2
    assert mg.is_grad_enabled()
    generator.close()
    assert seen == [False, False]
    assert mg.is_grad_enabled()


def test_a_decorated_coroutine_leaves_other_tasks_their_mode() -> None:
    seen = {}

    @mg.no_grad()
    async def quiet(ready: asyncio.Event, go: asyncio.Event) -> None:
        ready.set()
        await go.wait()
        seen["inside"] = mg.is_grad_enabled()

    async def main() -> None:
        ready, go = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(quiet(ready, go))
        await ready.wait()
        seen["beside"] = mg.is_grad_enabled()
        go.set()
        await task

    asyncio.run(main())
    assert seen == {"inside": False, "beside": True}


def test_a_decorated_class_is_made_in_the_mode_with_pytorchs_warning() -> None:
    class Plain:
        def __init__(self) -> None:
            self.made = mg.is_grad_enabled()

        def later(self) -> bool:
            return mg.is_grad_enabled()

    with pytest.warns(FutureWarning, match="Decorating classes is deprecated and will be disabled in future versions."):
        decorated = mg.no_grad()(Plain)
    assert decorated().made is False
    assert decorated().later() is True


@pytest.mark.parametrize(
    ("outer", "inner", "modes"),
    [  # as torch 2.13 says: (inference mode, grad mode)
        (None, True, (True, False)),
        (None, False, (False, True)),
        (mg.no_grad, False, (False, True)),
        (mg.inference_mode, False, (False, True)),
        (mg.no_grad, True, (True, False)),
    ],
)
def test_inference_mode_sets_both_modes_and_restores_them(outer, inner, modes) -> None:
    with contextlib.ExitStack() as stack:
        if outer is not None:
            stack.enter_context(outer())
        before = mg.is_inference_mode_enabled(), mg.is_grad_enabled()
        with mg.inference_mode(inner):
            assert (mg.is_inference_mode_enabled(), mg.is_grad_enabled()) == modes
        assert (mg.is_inference_mode_enabled(), mg.is_grad_enabled()) == before
    assert (mg.is_inference_mode_enabled(), mg.is_grad_enabled()) == (False, True)


def test_inference_mode_decorates_with_and_without_parentheses() -> None:
    @mg.inference_mode
    def bare() -> bool:
        return mg.is_inference_mode_enabled()

    assert [bare(), mg.inference_mode()(mg.is_inference_mode_enabled)()] == [True, True]
    assert mg.inference_mode(False)(mg.is_inference_mode_enabled)() is False


def test_set_grad_enabled_takes_a_bool_and_prints_as_in_pytorch() -> None:
    with pytest.raises(
        TypeError, match=r"set_grad_enabled\(\): argument 'enabled' \(position 1\) must be bool, not int"
    ):
        mg.set_grad_enabled(1)
    assert repr(mg.set_grad_enabled(True)) == "torch.autograd.grad_mode.set_grad_enabled(mode=True)"
