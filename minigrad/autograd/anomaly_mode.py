"""Anomaly mode: which forward line made the backward fail, and which node was the first to give nan."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from traceback import FrameSummary, StackSummary
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node
from minigrad.autograd.saved import PACKAGE

__all__ = ["detect_anomaly", "set_detect_anomaly"]

NOTEBOOK = {"IPython", "ipykernel"}  # what stands outside of a cell
UNKNOWN = "No forward pass information available. Enable detect anomaly during forward pass for more information."

Place = list[FrameSummary]

# Note [The watch]
#
# While anomaly mode is on, a watch sits in the recorder's place and passes on what it hears to the recorder proper,
# if there is one. So the mode costs an op and the engine nothing while it is off: both ask already whether someone
# listens.


class Behind:
    """Sits before another listener, which may be None, and passes on what it does not listen to itself."""

    def __init__(self, listener: Any) -> None:
        self.listener = listener

    def __getattr__(self, event: str) -> Any:
        return _nothing if self.listener is None else getattr(self.listener, event)


class Watch(Behind):
    """Notes where each node was made; checks what each sends; says where the one that fails comes from."""

    def __init__(self, listener: Any, check_nan: bool) -> None:
        super().__init__(listener)
        self.check_nan = check_nan
        self._children: list[Node] = []  # nodes made since a node of a recorded backward pass began to run

    def forward(self, op: type[Any], node: Node | None, operands: tuple[Any, ...], outputs: Any) -> None:
        """An op ran: note where."""
        if node is not None:
            _places[node] = _here(sys._getframe(1))
            if local.state.backward_records:
                self._children.append(node)
        if self.listener is not None:
            self.listener.forward(op, node, operands, outputs)

    def begin(self, *args: Any) -> None:
        """A backward pass begins."""
        self._children.clear()
        if self.listener is not None:
            self.listener.begin(*args)

    def backward(self, node: Node, grads: Sequence[Any], sent: Sequence[Any], passed: Sequence[Any]) -> None:
        """A node has run: refuse nan."""
        self._adopt(node)
        if self.listener is not None:
            self.listener.backward(node, grads, sent, passed)
        if self.check_nan:
            for i, (target, grad) in enumerate(zip(node._edges, sent, strict=False)):
                if target is not None and grad is not None and _has_nan(grad):
                    raise RuntimeError(f"Function '{node.name()}' returned nan values in its {i}th output.")

    def failed(self, node: Node, error: BaseException) -> None:
        """A node could not run: say where it was made, in a warning as PyTorch does and with the error itself."""
        self._adopt(node)
        place = _places.get(node)
        said = "Traceback of forward call that caused the error"
        _warn(f"Error detected in {node.name()}. {_told(said, place)}")
        if place:
            line = "".join(StackSummary.from_list(place[-1:]).format()).rstrip()
            error.add_note(f"{node.name()} belongs to this line of the forward pass:\n{line}")
        parent = _parents.get(node)
        while parent is not None:
            said = "Traceback of forward call that induced the previous calculation"
            found = _told(said, _places.get(parent))
            _warn(f"\n\nPrevious calculation was induced by {parent.name()}. {found}")
            parent = _parents.get(parent)
        if self.listener is not None:
            self.listener.failed(node, error)

    def _adopt(self, node: Node) -> None:
        """Note that ``node``, on its way backward, made the nodes that were last heard of."""
        for child in self._children:
            _parents[child] = node
        self._children.clear()


def _nothing(*args: Any) -> Any:
    """Nobody listens; what may be rewritten on the way (the last argument) stays as it is."""
    return args[-1] if args else None


# Where nodes were made, and the node whose backward made them. Both forget a node with its graph.
_places: WeakKeyDictionary[Node, Place] = WeakKeyDictionary()
_parents: WeakKeyDictionary[Node, Node] = WeakKeyDictionary()


def _here(frame: FrameType | None) -> Place:
    """Return the user's lines that led to here, the outermost first; source text is looked up when it is shown."""
    found: Place = []
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] not in NOTEBOOK:
        code = frame.f_code
        if not code.co_filename.startswith(PACKAGE):
            found.append(FrameSummary(code.co_filename, frame.f_lineno, code.co_name, lookup_line=False))
        frame = frame.f_back
    return found[::-1]


def _told(said: str, place: Place | None) -> str:
    return UNKNOWN if not place else f"{said}:\n{''.join(StackSummary.from_list(place).format())}"


def _warn(text: str) -> None:
    """Warn at the user's line."""
    frame: FrameType | None = sys._getframe(1)
    level = 2
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, UserWarning, stacklevel=level)


def _has_nan(grad: Any) -> bool:
    array = grad._array if isinstance(grad, TensorBase) else grad
    return array.dtype.kind in "fc" and bool(np.isnan(array).any())


# --- Switching it on and off ---------------------------------------------------------------------------------------


def listen(listener: Any) -> Any:
    """Put a recorder in its place, behind the watch if there is one, and return the one that was there.

    Parameters
    ----------
    listener : Recorder or None
        Who hears what ops and the engine do, in this thread.

    Returns
    -------
    Recorder or None
    """
    state = local.state
    watch = state.recorder
    if isinstance(watch, Watch):
        former, watch.listener = watch.listener, listener
    else:
        former, state.recorder = watch, listener
    return former


def is_anomaly_enabled() -> bool:
    """Return whether anomaly mode is on, in this thread.

    Examples
    --------
    >>> mg.is_anomaly_enabled()
    False
    """
    return isinstance(local.state.recorder, Watch)


def is_anomaly_check_nan_enabled() -> bool:
    """Return whether anomaly mode refuses nan; True while it is off.

    Examples
    --------
    >>> with mg.autograd.set_detect_anomaly(True, check_nan=False):
    ...     mg.is_anomaly_check_nan_enabled()
    False
    """
    watch = local.state.recorder
    return watch.check_nan if isinstance(watch, Watch) else True


def set_anomaly_enabled(enabled: bool, check_nan: bool = True) -> None:
    """Switch anomaly mode on or off, in this thread.

    Parameters
    ----------
    enabled : bool
        Whether each op notes where it ran, so that an error in its backward can say so.
    check_nan : bool
        Whether a backward that gives nan is an error.

    Examples
    --------
    >>> mg.set_anomaly_enabled(True)
    >>> mg.set_anomaly_enabled(False)
    """
    state = local.state
    if isinstance(state.recorder, Watch):
        state.recorder = state.recorder.listener
    if enabled:
        state.recorder = Watch(state.recorder, check_nan)


class set_detect_anomaly:
    """Switch anomaly mode on or off, at once; as a context manager, until the end of the block.

    Parameters
    ----------
    mode : bool
        Whether each op notes where it ran, so that an error in its backward can say so.
    check_nan : bool
        Whether a backward that gives nan is an error.

    Examples
    --------
    >>> with mg.autograd.set_detect_anomaly(True):
    ...     mg.is_anomaly_enabled()
    True
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = is_anomaly_enabled(), is_anomaly_check_nan_enabled()
        set_anomaly_enabled(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        set_anomaly_enabled(*self._before)


class detect_anomaly:
    """Find out where nan, or an error in a backward, comes from: each op notes where it ran.

    A context manager, for debugging: it slows the program down. Within it

    - a backward that gives nan raises ``RuntimeError``, at the first node that does (with ``check_nan``);
    - an error in a backward names, in a warning and in its own notes, the line of the forward pass it belongs to.

    Parameters
    ----------
    check_nan : bool
        Whether a backward that gives nan is an error.

    Examples
    --------
    >>> import warnings
    >>> x = mg.tensor([0.0], requires_grad=True)
    >>> try:
    ...     with warnings.catch_warnings(action="ignore"), mg.autograd.detect_anomaly():
    ...         (x.sqrt() * 0).sum().backward()
    ... except RuntimeError as error:
    ...     print(error)
    Function 'SqrtBackward0' returned nan values in its 0th output.
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._check_nan = check_nan
        self._before = is_anomaly_enabled(), is_anomaly_check_nan_enabled()
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            UserWarning,
            stacklevel=2,
        )

    def __enter__(self) -> None:
        set_anomaly_enabled(True, self._check_nan)

    def __exit__(self, *error: object) -> None:
        set_anomaly_enabled(*self._before)
