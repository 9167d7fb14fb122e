"""Whether ops are recorded: no_grad, enable_grad, set_grad_enabled, and what else each thread has of its own."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from contextvars import Context
from types import TracebackType
from typing import Any, TypeVar, cast

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

# Note [Quiet arithmetic]
#
# PyTorch computes 1/0 and log(-1) without a word, NumPy warns or raises, as `np.seterr` says. NumPy keeps that setting
# in a context variable, so forward and backward of built-in ops run inside a `contextvars.Context` that holds
# "ignore": that costs 30 ns a call (`np.errstate` costs 800), and the user's own setting is never touched.
# A Context can be entered once at a time, hence one a thread; built-in formulas on arrays never nest.


class State:
    """What each thread has of its own."""

    __slots__ = ("backward_records", "grad_enabled", "quietly", "recorder")

    def __init__(self) -> None:
        self.grad_enabled = True
        self.backward_records = False  # inside a backward pass with create_graph=True
        self.recorder: Any = None  # what minigrad.trace set to listen, or None
        quiet = Context()
        quiet.run(np.seterr, all="ignore")
        self.quietly = quiet.run


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
    return local.state.grad_enabled


class _GradMode:
    """A context manager that is a decorator too, for functions, generators and coroutines."""

    mode: bool
    _before: list[bool]

    def __init__(self) -> None:
        self._before = []  # a stack, so that one object may be entered inside itself

    def __enter__(self) -> None:
        self._before.append(local.state.grad_enabled)
        local.state.grad_enabled = self.mode

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        local.state.grad_enabled = self._before.pop()

    def _again(self) -> _GradMode:
        """Return a fresh manager of the same mode: a decorated function may run in several threads at once."""
        return type(self)()

    def __call__(self, function: F) -> F:
        if inspect.isclass(function):
            raise TypeError(
                f"{type(self).__name__} decorates functions, not classes; decorate the methods of "
                f"{function.__name__} that need it."
            )
        if inspect.isgeneratorfunction(function):
            wrapped: Callable[..., Any] = self._decorate_generator(function)
        elif inspect.iscoroutinefunction(function):

            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self._again():
                    return await function(*args, **kwargs)
        else:

            def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self._again():
                    return function(*args, **kwargs)

        return cast(F, functools.wraps(function)(wrapped))

    def _decorate_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a generator function whose body runs in this mode and whose caller keeps its own between items."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            try:
                with self._again():
                    item = next(generator)
                while True:
                    try:
                        received = yield item
                    except GeneratorExit:
                        with self._again():
                            generator.close()
                        raise
                    except BaseException as error:
                        with self._again():
                            item = generator.throw(error)
                    else:
                        with self._again():
                            item = generator.send(received)
            except StopIteration as stop:
                return stop.value

        return wrapped


class _FixedMode(_GradMode):
    """A mode that may decorate without parentheses: ``@no_grad``."""

    def __new__(cls, function: Any = None) -> Any:
        manager = object.__new__(cls)
        if function is None:
            return manager
        _GradMode.__init__(manager)
        return manager(function)


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
        self.mode = bool(mode)
        self._at_call = local.state.grad_enabled
        local.state.grad_enabled = self.mode

    def __enter__(self) -> None:
        self._before.append(self._at_call)
        local.state.grad_enabled = self.mode

    def _again(self) -> _GradMode:
        return set_grad_enabled(self.mode)

    def __call__(self, function: F) -> F:
        local.state.grad_enabled = self._at_call  # used as a decorator, it does nothing until the function is called
        return super().__call__(function)
