"""Function: a forward beside its backward. One object is ``ctx``, ``y.grad_fn`` and the node that the engine runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, Version, View, counter, wrap
from minigrad.autograd.grad_mode import State, local
from minigrad.autograd.node import Node, accumulator, sequence
from minigrad.autograd.saved import Saved, SavedOutput, SavedPromoted, pack, unpack

_FLOAT32 = np.dtype(np.float32)
_FLOAT64 = np.dtype(np.float64)


class _Context(Node):
    """What ``forward`` and ``backward`` share, whoever wrote them."""

    __slots__ = ()

    @property
    def needs_input_grad(self) -> tuple[bool, ...]:
        """One bool an input of ``forward``: whether anyone wants that gradient."""
        return tuple([edge is not None for edge in self._edges])

    def save_for_backward(self, *saved: Any) -> None:
        """Keep tensors for ``backward``, where ``ctx.saved_tensors`` gives them back.

        Parameters
        ----------
        *saved : Tensor or None
            Inputs and outputs of ``forward``. In place changes to them are found out.
        """
        self._saved = saved


# --- Built-in ops --------------------------------------------------------------------------------------------------

# Note [A formula is NumPy, and runs twice]
#
# `forward` receives plain arrays. `backward` receives plain arrays in an ordinary pass and Tensors when the pass is
# recorded (create_graph=True): the same lines then build the graph of the gradient. To make that safe a formula uses
# operators, NumPy's ufuncs and the helpers of ops/formulas.py, calls no array method and writes into no array.


class Op(_Context):
    """A built-in op: ``forward`` and ``backward`` on plain arrays, and what the player says of it.

    The first ``arity`` operands are tensors (or numbers) and get a gradient; the others are settings. The first line
    of a subclass's docstring is the sentence that the player shows.
    """

    __slots__ = ()

    arity: ClassVar[int | None] = 1  # negative: all but so many; None: all
    promote: ClassVar[str | None] = None  # None, "arithmetic" or "float": what happens to the operands' dtypes
    differentiable: ClassVar[bool] = True
    view: ClassVar[bool] = False  # its result may share memory with its first operand
    saved_for: ClassVar[tuple[int | None, ...] | None] = None  # per saved array, the one gradient that needs it
    suffix: ClassVar[str] = "0"

    # What the player shows: see minigrad.trace.
    glyph: ClassVar[str] = ""
    tex: ClassVar[str] = ""
    row: ClassVar[str] = "elementwise"
    local: ClassVar[tuple[str, ...]] = ()

    forward: ClassVar[Callable[..., Any]]
    backward: ClassVar[Callable[..., Any]]

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What ``forward`` saved: arrays, or tensors while the backward pass is itself recorded."""
        return unpack(self, local.state.backward_records)

    def name(self) -> str:
        """Return PyTorch's name for the node, such as ``"MulBackward0"``."""
        return f"{type(self).__name__}Backward{self.suffix}"

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        if len(grads) > 1:
            grads = _materialize(self, grads)
        elif grads[0] is None:
            return (None,) * len(self._edges)
        sent = self.backward(self, *grads) if state.backward_records else state.quietly(self.backward, self, *grads)
        return sent if type(sent) is tuple else (sent,)


def _materialize(node: Node, grads: list[Any]) -> list[Any]:
    """Put zeros where an output got no gradient."""
    out = []
    for nr, grad in enumerate(grads):
        if grad is None:
            zeros = np.zeros(*node._output_metadata(nr))
            grad = wrap(zeros) if local.state.backward_records else zeros
        out.append(grad)
    return out


def apply(op: type[Op], *operands: Any) -> Any:
    """Run a built-in op: promote, compute, and record a node if anything requires a gradient.

    Parameters
    ----------
    op : type
        A subclass of ``Op``.
    *operands : Tensor, number, or setting
        What its ``forward`` takes.

    Returns
    -------
    Tensor or tuple of Tensor
    """
    state = local.state
    arity = op.arity
    inputs = operands[:arity]
    arrays: list[Any] = []
    edges: list[Node | None] = []
    requires_grad: bool = False
    rare: bool = False
    plain: bool = True  # every operand has one floating dtype, as nearly always: nothing to promote
    dtype: Any = None
    for x in inputs:
        if isinstance(x, TensorBase):
            array = x._array
            arrays.append(array)
            if array.dtype is not dtype:
                plain = plain and dtype is None
                dtype = array.dtype
            if x._rare:
                rare = True
                refresh(x)
            if x._requires_grad:
                requires_grad = True
                edges.append(x._node or x._accumulator or accumulator(x))
            else:
                edges.append(None)
        else:
            arrays.append(x)
            edges.append(None)
            plain = plain and type(x) in _PYTHON_REALS
    promoted = op.promote is not None and not (plain and (dtype is _FLOAT32 or dtype is _FLOAT64))
    if promoted:
        arrays = state.quietly(_promoted, op, arrays)
    if requires_grad and not (state.grad_enabled and op.differentiable):
        requires_grad = rare = False
        edges = [None] * len(edges)

    node: Op = _new(op)
    node._edges = tuple(edges)
    node._ports = node._saved = None
    if rare and requires_grad:
        node._edges, node._ports = _edges(inputs)
    if inputs is operands:
        result = state.quietly(op.forward, node, *arrays)
    else:
        result = state.quietly(op.forward, node, *arrays, *operands[arity:])

    outputs: Any
    if type(result) is not tuple:
        outputs = _output(result, arrays, node if requires_grad else None)
        if requires_grad:
            node._outputs = 1
            node._shape = outputs._array.shape
            node._dtype = outputs._array.dtype
    else:
        outputs = tuple([_output(out, arrays, node if requires_grad else None, nr) for nr, out in enumerate(result)])
        if requires_grad:
            _note_outputs(node, outputs)
    if requires_grad:
        node._seq = next(sequence)
        node._hooks = node._versions = None
        if node._saved is not None:
            if op.saved_for is not None and None in edges:
                _forgo(node, op.saved_for)
            _seal(node, inputs, arrays, promoted, result, outputs)
            if state.saved_hooks:
                pack(node, state.saved_hooks[-1])
    if op.view:
        _link_views(op, inputs[0], () if arity is None else operands[arity:], outputs)
    if state.recorder is not None:
        state.recorder.forward(op, node if requires_grad else None, operands, outputs)
    return outputs


_new = object.__new__
_PYTHON_REALS = frozenset({int, float, bool})


def _note_outputs(node: Node, outputs: Sequence[Any]) -> None:
    """Note how many outputs there are, and the shape and dtype of each; what is no tensor counts as a scalar."""
    shapes = tuple([x._array.shape if isinstance(x, TensorBase) else () for x in outputs])
    kinds = tuple([x._array.dtype if isinstance(x, TensorBase) else _FLOAT32 for x in outputs])
    node._outputs = len(outputs)
    node._shape, node._dtype = (shapes[0], kinds[0]) if len(outputs) == 1 else (shapes, kinds)


def _output(out: Any, arrays: Sequence[Any], node: Node | None, nr: int = 0) -> TensorBase:
    """Return one result as a tensor of its own."""
    if type(out) is not np.ndarray:
        out = np.asarray(out)
    else:
        for array in arrays:
            if out is array:
                out = out.view()  # forward handed back its input. See Note [One array, one tensor]
    if node is not None and out.dtype.kind not in "fc":
        node = None  # integers have no gradient: argmax, indices
    tensor: TensorBase = wrap(out, node, node is not None)
    if nr:
        tensor._output_nr, tensor._rare = nr, True
    return tensor


def refresh(view: TensorBase) -> None:
    """Work out a view's place in the graph again, by the same view ops, if its base was written to since."""
    place = view._view
    if place is None or place.seen == view._version:
        return
    place.seen = view._version
    if place.made == "no_grad" or not place.base._requires_grad:
        return
    state = local.state
    before, recorder = state.grad_enabled, state.recorder
    state.grad_enabled, state.recorder = True, None
    try:
        again = replay(place.chain, place.base)
    finally:
        state.grad_enabled, state.recorder = before, recorder
    former, nr = view._node, view._output_nr
    view._node = again._node
    view._requires_grad = again._requires_grad
    view._output_nr = again._output_nr
    if former is not None and former._hooks is not None and again._node is not None:
        held = former._hooks.retain.get(nr)
        if held is not None and held() is view:  # a gradient that it retains is retained at its new place
            del former._hooks.retain[nr]
            again._node._hooks_of().retain[view._output_nr] = held


def replay(chain: Sequence[tuple[Any, tuple[Any, ...], int]], base: Any) -> Any:
    """Return the view of ``base`` that a chain of view ops leads to."""
    for op, settings, nr in chain:
        out = apply(op, base, *settings)
        base = out if nr < 0 else out[nr]
    return base


def _promoted(op: type[Op], arrays: Sequence[Any]) -> list[Any]:
    """Return the operands in the dtype in which PyTorch would compute. See Note [Three levels of promotion]."""
    target = dtypes.result_type(*arrays)
    if op.promote == "float" and target.kind in "biu":
        target = dtypes.get_default_dtype().numpy
    out: list[Any] = []
    for array in arrays:
        if isinstance(array, np.ndarray):
            out.append(array if array.dtype == target else array.astype(target))
        elif target.kind == "f" and not isinstance(array, complex):
            out.append(float(array))  # a Python number takes on the arrays' precision
        else:
            out.append(np.asarray(array).astype(target))
    return out


def _forgo(node: Node, saved_for: tuple[int | None, ...]) -> None:
    """Drop what only a gradient that nobody asked for would need."""
    assert node._saved is not None
    kept = [x if i is None or node._edges[i] is not None else None for x, i in zip(node._saved, saved_for, strict=True)]
    node._saved = tuple(kept)


def _seal(node: Node, inputs: Sequence[Any], arrays: Sequence[Any], promoted: bool, result: Any, outputs: Any) -> None:
    """Turn what ``forward`` saved into tensors with versions. See Note [Saved by identity]."""
    sealed: list[Any] = []
    versions = None
    for x in node._saved or ():
        entry = x
        if x is not None:
            for i, array in enumerate(arrays):
                if x is array:
                    entry = inputs[i] if not promoted else _as_it_was(inputs[i], array)
                    break
            else:
                entry = _saved_output(node, x, result, outputs)
            if isinstance(entry, Saved) and entry._counter and entry._counter.count:
                versions = versions or {}
                versions[len(sealed)] = entry._counter.count
        sealed.append(entry)
    node._saved = tuple(sealed)
    if versions is not None:
        node._versions = tuple([versions.get(i, 0) for i in range(len(sealed))])


def _as_it_was(tensor: Any, array: Any) -> Any:
    """Return the operand behind a promoted array."""
    if not isinstance(tensor, TensorBase) or array is tensor._array:
        return tensor
    return SavedPromoted(tensor, array.dtype)


def _saved_output(node: Node, x: Any, result: Any, outputs: Any) -> Any:
    """Recognise a saved array as an output, or refuse a constant that second derivatives would miss."""
    if x is result:
        return SavedOutput(outputs, counter(outputs))
    for out, tensor in zip(result, outputs, strict=True) if type(result) is tuple else ():
        if x is out:
            return SavedOutput(tensor, counter(tensor))
    if isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fc":
        raise RuntimeError(
            f"{type(node).__name__}.forward saved a {x.dtype} array of shape {list(x.shape)} that is neither an input "
            "nor its output: kept as a constant, it would make the second derivative silently wrong. Save inputs or "
            "the output, and work the rest out again in backward."
        )
    return x


# --- Views ---------------------------------------------------------------------------------------------------------


def _owner(array: Array) -> Any:
    """Return the object that owns the memory an array looks at."""
    return array if array.base is None else array.base


def _link_views(op: type[Op], x: TensorBase, settings: tuple[Any, ...], outputs: Any) -> None:
    """Let each output that shares memory with ``x`` share its version, and remember how it was made."""
    several = type(outputs) is tuple
    made = op.__name__ if several else ("" if local.state.grad_enabled else "no_grad")
    for nr, out in enumerate(outputs if several else (outputs,)):
        if _owner(out._array) is not _owner(x._array):
            continue
        shared: Version = counter(x)
        base, chain = (x, ()) if x._view is None else (x._view.base, x._view.chain)
        inherited = "" if x._view is None else x._view.made
        out._counter = shared
        out._rare = True
        out._view = View(base, (*chain, (op, settings, nr if several else -1)), shared.count, made or inherited)


def _edges(inputs: Sequence[Any]) -> tuple[tuple[Node | None, ...], tuple[int, ...] | None]:
    """Return where each input's gradient goes: a node, and which of its outputs."""
    edges: list[Node | None] = []
    ports = []
    for x in inputs:
        if isinstance(x, TensorBase):
            refresh(x)
        wanted = isinstance(x, TensorBase) and x._requires_grad
        edges.append((x._node or accumulator(x)) if wanted else None)
        ports.append(x._output_nr if wanted else 0)
    return tuple(edges), tuple(ports) if any(ports) else None


# --- A user's own Function -----------------------------------------------------------------------------------------


class Function(_Context):
    """Write your own differentiable op: a static ``forward`` and a static ``backward``.

    ``forward(ctx, *inputs)`` gets what ``apply`` was called with and returns one tensor or a tuple.
    ``backward(ctx, *grad_outputs)`` gets one gradient an output and returns one an input, ``None`` where the input is
    not a tensor or needs none. Both receive tensors; ``forward`` runs with recording off.

    Examples
    --------
    >>> class Double(mg.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return x * 2
    ...
    ...     @staticmethod
    ...     def backward(ctx, grad_output):
    ...         return grad_output * 2
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> Double.apply(x).sum().backward()
    >>> x.grad
    tensor([2., 2.])
    """

    # No __slots__ in subclasses, so that `ctx.anything = ...` works; Node's own stay slots.
    _is_tensor: tuple[bool, ...]  # one an input of forward; there is an edge for each that is
    materialize_grads: bool = True
    _dirty: tuple[Any, ...] = ()
    _non_differentiable: tuple[Any, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            f"{type(self).__name__} should not be instantiated. Methods on autograd functions are all static, so you "
            "should invoke them on the class itself. Instantiating an autograd function is an error: call "
            f"{type(self).__name__}.apply(...)."
        )

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        """Compute the output; a subclass must define it."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Compute one gradient an input; a subclass must define it."""
        raise NotImplementedError("You must implement the backward function for your custom autograd.Function.")

    @property
    def needs_input_grad(self) -> tuple[bool, ...]:
        """One bool an input of ``forward``: whether anyone wants that gradient."""
        edges = iter(self._edges)
        return tuple([is_tensor and next(edges) is not None for is_tensor in self._is_tensor])

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What ``forward`` saved with ``save_for_backward``, as tensors."""
        return unpack(self, as_tensors=True)

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether ``backward`` gets zeros (True, the default) or None for an output that got no gradient."""
        self.materialize_grads = value

    def mark_non_differentiable(self, *outputs: Any) -> None:
        """Say which outputs have no gradient."""
        self._non_differentiable = outputs

    def mark_dirty(self, *inputs: Any) -> None:
        """Say which inputs ``forward`` changed in place; each must be returned as well."""
        self._dirty = inputs

    def name(self) -> str:
        """Return the node's name: the class's, with ``Backward``."""
        return f"{type(self).__name__}Backward"

    @classmethod
    def apply(cls, *inputs: Any) -> Any:
        """Run ``forward`` on ``inputs`` and record a node, if any input requires a gradient.

        Parameters
        ----------
        *inputs : Tensor or anything else
            What ``forward`` takes after ``ctx``.

        Returns
        -------
        Tensor or tuple
            What ``forward`` returned, attached to the graph.
        """
        state = local.state
        node = cls.__new__(cls)
        node._saved = node._hooks = node._ports = node._versions = None
        tensors = [x for x in inputs if isinstance(x, TensorBase)]
        for x in tensors:
            refresh(x)
        node._is_tensor = tuple([isinstance(x, TensorBase) for x in inputs])
        requires_grad = state.grad_enabled and any(x._requires_grad for x in tensors)
        if requires_grad:
            node._seq = next(sequence)
            node._edges, node._ports = _edges(tensors)
        else:
            node._edges = (None,) * len(tensors)
        before, state.grad_enabled = state.grad_enabled, False
        recorder, state.recorder = state.recorder, None  # the player shows a user's op as one step
        try:
            result = cls.forward(node, *inputs)
        finally:
            state.grad_enabled, state.recorder = before, recorder
        results = result if isinstance(result, tuple) else (result,)
        outputs = tuple([_attached(node, out, inputs, requires_grad, nr) for nr, out in enumerate(results)])
        if requires_grad:
            node._finish(inputs, results, outputs)
        returned = outputs if isinstance(result, tuple) else outputs[0]
        if recorder is not None:
            recorder.forward(cls, node if requires_grad else None, inputs, returned)
        return returned

    def _finish(self, inputs: Sequence[Any], results: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Note the outputs' shapes and seal what was saved, once forward has returned."""
        _note_outputs(self, outputs)
        if self._saved is not None:
            for x in self._saved:
                if x is not None and not isinstance(x, TensorBase):
                    kind = type(x).__name__
                    raise TypeError(
                        f"save_for_backward can only save variables, but argument is of type {kind}. Keep anything "
                        "that is not a tensor as an attribute: ctx.anything = ..."
                    )
            _seal(self, inputs, inputs, False, results, outputs)
            if local.state.saved_hooks:
                pack(self, local.state.saved_hooks[-1])
        self._dirty = self._non_differentiable = ()  # tensors: keeping them would make a cycle

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        if self.materialize_grads:
            grads = _materialize(self, grads)
        records = state.backward_records
        wrapped = grads if records else [None if g is None else wrap(g) for g in grads]
        sent = self.backward(self, *wrapped)
        sent = sent if isinstance(sent, (tuple, list)) else (sent,)
        n = len(self._is_tensor)
        if len(sent) < n or any(g is not None for g in sent[n:]):
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {n}, got {len(sent)})"
            )
        return tuple([self._checked(g, i, records) for i, g in enumerate(sent[:n]) if self._wanted(g, i)])

    def _wanted(self, grad: Any, i: int) -> bool:
        """Return whether input ``i`` is a tensor, and so has an edge."""
        if grad is not None and not self._is_tensor[i]:
            raise RuntimeError(
                f"function {self.name()} returned a gradient different than None at position {i + 1}, but the "
                "corresponding forward input was not a Variable"
            )
        return self._is_tensor[i]

    def _checked(self, grad: Any, i: int, records: bool) -> Any:
        """Return a gradient that a user's backward made, as it travels."""
        if grad is None:
            return None
        if not isinstance(grad, TensorBase):
            raise TypeError(
                f"expected Variable or None (got {type(grad).__name__}): {type(self).__name__}.backward must return "
                f"tensors, and what it returned at position {i + 1} is none."
            )
        return grad if records else grad._array


def _attached(node: Function, out: Any, inputs: Sequence[Any], requires_grad: bool, nr: int) -> Any:
    """Return one output of a user's forward, attached to its node."""
    if not isinstance(out, TensorBase):
        return out
    if any(out is x for x in node._dirty):
        if not requires_grad:
            return out
        if out._node is None and out._requires_grad:
            raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
        tensor = out
    elif any(out is x for x in inputs):
        tensor = wrap(out._array.view())  # it came back as it went in: the result is a view of it
        tensor._counter = counter(out)
    else:
        tensor = out
    constant = any(out is x for x in node._non_differentiable) or out._array.dtype.kind not in "fc"
    if requires_grad and not constant:
        tensor._view = None  # its history is this node, not the view ops that ran inside forward
        tensor._node = node
        tensor._requires_grad = True
        tensor._output_nr, tensor._rare = nr, nr > 0
    return tensor
