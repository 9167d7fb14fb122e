"""Whether ops are recorded: no_grad, enable_grad, set_grad_enabled, inference_mode; what each thread has of its own."""

from __future__ import annotations

import functools
import inspect
import threading
import warnings
from collections.abc import Callable, Generator
from contextvars import Context
from types import TracebackType, coroutine
from typing import Any, TypeVar, cast

import numpy as np

__all__ = ["enable_grad", "inference_mode", "no_grad", "set_grad_enabled", "set_multithreading_enabled"]

F = TypeVar("F", bound=Callable[..., Any])
SavedHooks = tuple[Callable[[Any], Any], Callable[[Any], Any]]  # pack, unpack

# Note [Quiet arithmetic]
#
# PyTorch computes 1/0 and log(-1) without a word, NumPy warns or raises, as `np.seterr` says. NumPy keeps that setting
# in a context variable, so forward and backward of built-in ops run inside a `contextvars.Context` that holds
# "ignore": that costs 30 ns a call (`np.errstate` costs 800), and the user's own setting is never touched.
# A Context can be entered once at a time, hence one a thread; built-in formulas on arrays never nest.


def quiet() -> Callable[..., Any]:
    """Return what runs a function in a context of its own where floating-point warnings are off."""
    context = Context()
    context.run(np.seterr, all="ignore")
    return context.run


class State:
    """What each thread has of its own."""

    __slots__ = (
        "backward_records",
        "claimed",
        "depth",
        "grad_enabled",
        "inference",
        "mapped",
        "multithreading",
        "quietly",
        "recorder",
        "saved_hooks",
        "saved_hooks_forbidden",
        "task",
    )

    def __init__(self) -> None:
        self.grad_enabled = True
        self.inference = False  # inside inference_mode
        self.claimed = False  # whether recording counts as switched on there, though nothing is recorded
        self.backward_records = False  # inside a backward pass with create_graph=True
        self.task: Any = None  # the backward pass that is running, or None
        self.depth = 0  # how many passes run inside each other
        self.recorder: Any = None  # what minigrad.trace set to listen, or None
        self.multithreading = True  # what PyTorch was told: no pass here asks
        self.mapped: Any = None  # what runs a Function by its own rule for batches, inside vmap, or None
        self.saved_hooks: list[SavedHooks] = []  # saved_tensors_hooks, the innermost last
        self.saved_hooks_forbidden: str | None = None  # why, where they are disabled
        self.quietly = quiet()


class _Local(threading.local):
    def __init__(self) -> None:
        self.state = State()


local = _Local()  # `local.state` is looked up once an op: a look-up by thread costs as much as ten others


def is_grad_enabled() -> bool:
    """Return whether ops are being recorded for a backward pass, in this thread.

    Examples
    --------
    >>> with mg.no_grad():
    ...     mg.is_grad_enabled()
    False
    """
    state = local.state
    return state.grad_enabled or (state.inference and state.claimed)


def is_inference_mode_enabled() -> bool:
    """Return whether ops run in inference mode, in this thread.

    Examples
    --------
    >>> with mg.inference_mode():
    ...     mg.is_inference_mode_enabled()
    True
    """
    return local.state.inference


def is_multithreading_enabled() -> bool:
    """Return what ``set_multithreading_enabled`` was told, in this thread.

    Examples
    --------
    >>> mg.autograd.is_multithreading_enabled()
    True
    """
    return local.state.multithreading


def is_view_replay_enabled() -> bool:
    """Return False, as PyTorch does unless it is told otherwise: here views are always replayed.

    Examples
    --------
    >>> mg.autograd.is_view_replay_enabled()
    False
    """
    return False


def _modes(state: State) -> tuple[bool, bool, bool]:
    return state.grad_enabled, state.inference, state.claimed


def _switch(state: State, mode: bool) -> None:
    """Switch recording on or off; in inference mode nothing is recorded either way."""
    state.grad_enabled, state.claimed = mode and not state.inference, mode


class _GradMode:
    """A context manager that is a decorator too, for functions, generators and coroutines."""

    _before: list[Any]

    def __init__(self) -> None:
        self._before = []  # a stack, so that one object may be entered inside itself

    def _enter(self, state: State) -> None:
        """Set the mode."""
        raise NotImplementedError

    def __enter__(self) -> None:
        state = local.state
        self._before.append(_modes(state))
        self._enter(state)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        state = local.state
        state.grad_enabled, state.inference, state.claimed = self._before.pop()

    def clone(self) -> _GradMode:
        """Return a fresh manager of the same mode: a decorated function may run in several threads at once."""
        return type(self)()

    def __call__(self, function: F) -> F:
        """Return ``function`` so that it runs in this mode.

        Parameters
        ----------
        function : callable
            A function, a generator function, or a coroutine function (whose body runs in this mode between awaits).
        """
        if inspect.isclass(function):
            warnings.warn(
                "Decorating classes is deprecated and will be disabled in future versions. You should only decorate "
                "functions or methods. To preserve the current behavior of class decoration, you can directly decorate "
                "the `__init__` method and nothing else.",
                FutureWarning,
                stacklevel=2,
            )
            made = function
            return cast(F, self(lambda *args, **kwargs: made(*args, **kwargs)))
        wrapped: Callable[..., Any]
        if inspect.isgeneratorfunction(function):

            def generator(*args: Any, **kwargs: Any) -> Any:
                return (yield from self._driven(function(*args, **kwargs)))

            wrapped = generator
        elif inspect.iscoroutinefunction(function):

            async def awaited(*args: Any, **kwargs: Any) -> Any:
                return await coroutine(self._driven)(function(*args, **kwargs))

            wrapped = awaited
        else:

            def called(*args: Any, **kwargs: Any) -> Any:
                with self.clone():
                    return function(*args, **kwargs)

            wrapped = called
        return cast(F, functools.wraps(function)(wrapped))

    def _driven(self, body: Any) -> Generator[Any, Any, Any]:
        """Run a generator or a coroutine in this mode; whoever runs between its items keeps a mode of their own."""
        try:
            with self.clone():
                item = body.send(None)
            while True:
                try:
                    received = yield item
                except GeneratorExit:
                    with self.clone():
                        body.close()
                    raise
                except BaseException as error:
                    with self.clone():
                        item = body.throw(error)
                else:
                    with self.clone():
                        item = body.send(received)
        except StopIteration as stop:
            return stop.value


class _FixedMode(_GradMode):
    """A mode that may decorate without parentheses: ``@no_grad``."""

    mode: bool

    def __new__(cls, orig_func: Any = None) -> Any:
        manager = object.__new__(cls)
        if orig_func is None:
            return manager
        _GradMode.__init__(manager)
        return manager(orig_func)

    def _enter(self, state: State) -> None:
        _switch(state, self.mode)


class no_grad(_FixedMode):
    """Compute without recording: nothing made inside requires a gradient.

    A context manager and a decorator.

    Examples
    --------
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> with mg.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    mode = False


class enable_grad(_FixedMode):
    """Record ops again inside a ``no_grad`` block; a context manager and a decorator.

    Examples
    --------
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> with mg.no_grad(), mg.enable_grad():
    ...     y = x * 2
    >>> y.requires_grad
    True
    """

    mode = True


class set_grad_enabled(_GradMode):
    """Switch recording on or off, at once; as a context manager, until the end of the block.

    Parameters
    ----------
    mode : bool
        Whether ops are recorded.

    Examples
    --------
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> with mg.set_grad_enabled(False):
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        if not isinstance(mode, (bool, np.bool_)):
            raise TypeError(
                f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {type(mode).__name__}"
            )
        self.mode = bool(mode)
        self.prev = is_grad_enabled()
        _switch(local.state, self.mode)

    def __enter__(self) -> None:
        state = local.state
        self._before.append((self.prev and not state.inference, state.inference, self.prev))
        _switch(state, self.mode)

    def clone(self) -> _GradMode:
        """Return a fresh manager of the same mode."""
        return set_grad_enabled(self.mode)

    def __call__(self, function: F) -> F:
        _switch(local.state, self.prev)  # used as a decorator, it does nothing until the function is called
        return super().__call__(function)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"


class inference_mode(_GradMode):
    """Compute without recording and without counting versions; a context manager and a decorator.

    It is ``no_grad`` and more: a tensor made inside can never take part in a graph.

    Parameters
    ----------
    mode : bool
        Whether the mode is on; ``inference_mode(False)`` switches it off inside a block where it is on, and records.

    Examples
    --------
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> with mg.inference_mode():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    def __new__(cls, mode: Any = True) -> Any:
        manager = object.__new__(cls)
        if isinstance(mode, bool):
            return manager
        manager.__init__()  # type: ignore[misc]  # it decorates without parentheses: @inference_mode
        return manager(mode)

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self.mode = mode

    def _enter(self, state: State) -> None:
        state.inference, state.grad_enabled, state.claimed = self.mode, not self.mode, False

    def clone(self) -> _GradMode:
        """Return a fresh manager of the same mode."""
        return inference_mode(self.mode)


class set_multithreading_enabled(_GradMode):
    """Accepted as in PyTorch, and without effect: the backward pass runs in the thread that asks for it.

    Parameters
    ----------
    mode : bool
        What PyTorch would be told.
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self.prev, self.mode = local.state.multithreading, bool(mode)
        local.state.multithreading = self.mode

    def __enter__(self) -> None:
        """The mode is that of the call."""

    def __exit__(self, *exception: object) -> None:
        local.state.multithreading = self.prev

    def clone(self) -> _GradMode:
        """Return a fresh manager of the same mode."""
        return set_multithreading_enabled(self.mode)
