"""``record``: listen to what happens inside a ``with`` block."""

from __future__ import annotations

import linecache
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any

from minigrad.autograd.anomaly_mode import listen
from minigrad.trace.events import Recording
from minigrad.trace.frames import variables
from minigrad.trace.record import Recorder
from minigrad.trace.refusals import text_of
from minigrad.trace.source import Sources


class record:
    """Record what happens inside a ``with`` block, in this thread.

    Parameters
    ----------
    filename : str, optional
        The file, or notebook cell, whose source is shown beside the graph; by default the caller's.
    text : str, optional
        Its text, where ``linecache`` doesn't know it.
    namespace : dict, optional
        The variables of that cell; by default those of the caller.
    depth : int
        How many calls away the caller is: 2 inside of another context manager.

    Examples
    --------
    >>> with record() as recording:
    ...     z = (mg.tensor([1.0, 2.0], requires_grad=True) ** 2).sum()
    ...     z.backward()
    >>> len(recording.events)
    7
    """

    def __init__(
        self,
        filename: str | None = None,
        text: str | None = None,
        namespace: dict[str, Any] | None = None,
        *,
        depth: int = 1,
    ) -> None:
        self._filename = filename
        self._depth = depth
        self._text = text
        self._namespace = namespace
        self._outer: list[Any] = []
        self._recorder: Recorder | None = None

    def __enter__(self) -> Recording:
        frame = sys._getframe(self._depth)
        home = None
        lines = None
        filename = self._filename
        if filename is None:
            home, filename = frame.f_code, frame.f_code.co_filename
            lines = Sources({}).of(filename).block(frame.f_lineno)
        text = self._text
        if text is None:
            text = "".join(linecache.getlines(filename)) or None  # a cell that runs again replaces its entry
        recording = Recording(filename, text, lines)
        self._recorder = Recorder(recording, home)
        self._outer.append(listen(self._recorder))
        return recording

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        listen(self._outer.pop())
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        recording = recorder.recording
        namespace = self._namespace if self._namespace is not None else recorder.namespace
        if error is not None:
            with suppress(Exception):  # the user's error is the one that counts
                recorder.refused(error, trace)
        recording.hold(list(namespace.items()) if namespace is not None else variables(sys._getframe(self._depth)))
        if error is None:
            return
        text = text_of(error)
        recording.error = f"{type(error).__name__}: {text}" if text else type(error).__name__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == recording.filename:
                recording.error_line = trace.tb_lineno
            trace = trace.tb_next
