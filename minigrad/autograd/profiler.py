"""Which ops ran, how often and how long: ``profile`` and ``record_function``, as far as plain Python can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter_ns
from types import TracebackType
from typing import Any

from minigrad.autograd.anomaly_mode import Behind, listen
from minigrad.autograd.node import Node, short_name
from minigrad.autograd.scope import scope

__all__ = ["profile", "record_function"]


@dataclass
class Event:
    """One kind of op, or of block: how often it ran, and how long in all, in microseconds."""

    key: str
    count: int = 0
    cpu_time_total: float = 0.0
    self_cpu_time_total: float = 0.0

    @property
    def cpu_time(self) -> float:
        """The mean time of one run."""
        return self.cpu_time_total / max(self.count, 1)

    def add(self, total: float, own: float) -> None:
        """Count a run."""
        self.count, self.cpu_time_total = self.count + 1, self.cpu_time_total + total
        self.self_cpu_time_total += own


class Events(list[Event]):
    """Events, and their table."""

    @property
    def self_cpu_time_total(self) -> float:
        """The time of all of them, in microseconds."""
        return sum(event.self_cpu_time_total for event in self)

    def table(self, sort_by: str | None = None, row_limit: int = 100, **_: Any) -> str:
        """Return a table, a row a kind of event.

        Parameters
        ----------
        sort_by : str, optional
            An attribute of an event, the largest first: "cpu_time_total", "self_cpu_time_total", "count".
        row_limit : int
            How many rows; all with -1.

        Returns
        -------
        str
        """
        rows = sorted(self, key=lambda event: -getattr(event, sort_by)) if sort_by else list(self)
        rows = rows if row_limit < 0 else rows[:row_limit]
        width = max([len(event.key) for event in rows], default=4)
        whole = self.self_cpu_time_total or 1.0
        line = "  ".join(["-" * width, *["-" * 12] * 5])
        head = ["Self CPU %", "Self CPU", "CPU total", "CPU time avg", "# of Calls"]
        lines = [line, "  ".join([f"{'Name':>{width}}", *[f"{text:>12}" for text in head]]), line]
        for event in rows:
            cells = [
                f"{event.self_cpu_time_total / whole:.2%}",
                _time(event.self_cpu_time_total),
                _time(event.cpu_time_total),
                _time(event.cpu_time),
                str(event.count),
            ]
            lines.append("  ".join([f"{event.key:>{width}}", *[f"{cell:>12}" for cell in cells]]))
        return "\n".join([*lines, line, f"Self CPU time total: {_time(self.self_cpu_time_total)}", ""])


class profile:
    """Time the ops that run inside, each from the end of the one before it.

    Parameters
    ----------
    enabled : bool
        Whether to time anything.
    **settings : Any
        PyTorch's others, which change nothing here.

    Examples
    --------
    >>> from minigrad.autograd.profiler import profile
    >>> x = mg.ones(3, requires_grad=True)
    >>> with profile() as prof:
    ...     (x * x).sum().backward()
    >>> [(event.key, event.count) for event in prof.key_averages()]
    [('aten::mul', 1), ('aten::sum', 1), ('SumBackward0', 1), ('MulBackward0', 1)]
    """

    def __init__(self, enabled: bool = True, **settings: Any) -> None:
        self.enabled = enabled
        self._found: dict[str, Event] = {}

    def __enter__(self) -> profile:
        if self.enabled:
            clock = _Clock(None, self._found)
            self._before = clock.listener = listen(clock)
        return self

    def __exit__(self, *exception: object) -> None:
        if self.enabled:
            listen(self._before)

    def key_averages(self, *_: Any, **__: Any) -> Events:
        """Return the events, one a kind."""
        return Events(self._found.values())

    def __iter__(self) -> Iterator[Event]:
        return iter(self.key_averages())

    @property
    def self_cpu_time_total(self) -> float:
        """The time of all ops, in microseconds."""
        return self.key_averages().self_cpu_time_total

    def table(self, sort_by: str | None = None, row_limit: int = 100, **settings: Any) -> str:
        """Return the table of all events; see ``Events.table``."""
        return self.key_averages().table(sort_by, row_limit, **settings)

    def __str__(self) -> str:
        return self.table()


class record_function(scope):
    """Give what is computed inside a name: a profile counts it as one event, and the player folds it into one box.

    Parameters
    ----------
    name : str
        The name.
    args : str, optional
        Accepted, as in PyTorch.

    Examples
    --------
    >>> from minigrad.autograd.profiler import profile, record_function
    >>> with profile() as prof, record_function("forward"):
    ...     y = mg.ones(3).exp()
    >>> [event.key for event in prof]
    ['aten::exp', 'forward']
    """

    def __init__(self, name: str, args: str | None = None) -> None:
        super().__init__(name)

    def __enter__(self) -> record_function:  # type: ignore[override]  # as PyTorch's, it gives itself
        super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)


class _Clock(Behind):
    """Listens to what ops and the engine do, and looks at the clock."""

    def __init__(self, listener: Any, found: dict[str, Event]) -> None:
        super().__init__(listener)
        self._found = found
        self._last = perf_counter_ns()
        self._blocks: list[tuple[str, int]] = []

    def _passed(self, key: str, since: int | None = None) -> None:
        """Count one event, which has just ended."""
        now = perf_counter_ns()
        own = (now - self._last) / 1000
        event = self._found.setdefault(key, Event(key))
        event.add(own if since is None else (now - since) / 1000, own)
        self._last = perf_counter_ns()

    def forward(self, op: type[Any], *rest: Any) -> None:
        """An op ran."""
        self._passed(f"aten::{re.sub('(?<=[a-z0-9])(?=[A-Z])', '_', short_name(op)).lower()}")
        if self.listener is not None:
            self.listener.forward(op, *rest)

    def backward(self, node: Node, *rest: Any) -> None:
        """A node ran."""
        self._passed(node._short_name())
        if self.listener is not None:
            self.listener.backward(node, *rest)

    def enter_scope(self, name: str) -> None:
        """A block begins."""
        self._last = perf_counter_ns()
        self._blocks.append((name, self._last))
        if self.listener is not None:
            self.listener.enter_scope(name)

    def leave_scope(self) -> None:
        """A block ends."""
        self._passed(*self._blocks.pop())
        if self.listener is not None:
            self.listener.leave_scope()


def _time(microseconds: float) -> str:
    """Return a time as PyTorch's tables have it."""
    for limit, unit in ((1e6, "s"), (1e3, "ms")):
        if microseconds >= limit:
            return f"{microseconds / limit:.3f}{unit}"
    return f"{microseconds:.3f}us"
