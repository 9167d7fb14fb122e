"""Built-in ops: a forward beside its backward. ``ctx`` is ``y.grad_fn`` is the node that runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NoReturn

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, Version, View, Way, counter, mark_inference, owner, wrap
from minigrad.autograd.grad_mode import State, local
from minigrad.autograd.layout import laid
from minigrad.autograd.node import Astray, Forgone, Named, Node, accumulator, sequence, short_name
from minigrad.autograd.refusals import explained, refuse_oversized, unbroadcastable
from minigrad.autograd.saved import Freed, Saved, SavedOutput, SavedPromoted, name_saved, pack, unpack

_FLOAT32 = np.dtype(np.float32)
_FLOAT64 = np.dtype(np.float64)


# Note [A formula is NumPy, and runs twice]
#
# `forward` receives plain arrays. `backward` receives plain arrays in an ordinary pass and Tensors when the pass is
# recorded (create_graph=True): the same lines then build the graph of the gradient. To make that safe a formula uses
# operators, NumPy's ufuncs and the helpers of ops/formulas.py, calls no array method and writes into no array.


class Op(Node, metaclass=Named):
    """A built-in op: ``forward`` and ``backward`` on plain arrays, and what the player says of it.

    The first ``arity`` operands are tensors (or numbers) and get a gradient; the others are settings. The first line
    of a subclass's docstring is the sentence that the player shows.
    """

    __slots__ = ()

    arity: ClassVar[int | None] = 1  # negative: all but so many; None: all
    promote: ClassVar[str | None] = None  # None, "arithmetic" or "float": what happens to the operands' dtypes
    admit: ClassVar[Callable[..., None] | None] = None  # refuses operands that may not meet, before they are promoted
    only_real: ClassVar[str | Exception] = ""  # how PyTorch refuses complex operands: a kernel, a sentence, an error
    differentiable: ClassVar[bool] = True
    partial: ClassVar[bool] = False  # its formula takes None, not zeros, for a result that nobody used
    lies: ClassVar[int | None] = None  # its result's order: 0 in order, 1 its operands' (-1: last one first), 2 its own
    by_column: Any = None  # of a product of matrices, once an operand is a view: which of them lie column by column
    view: ClassVar[bool] = False  # its result may share memory with its first operand
    saved_for: ClassVar[tuple[int | None, ...] | None] = None  # per saved array, the one gradient that needs it
    saved_names: ClassVar[tuple[str | None, ...]] = ("self", "other")  # and what PyTorch calls it: grad_fn._saved_self
    suffix: ClassVar[str] = "0"
    called: ClassVar[str] = ""  # PyTorch's name, where it is not the class's with "Backward" and the suffix
    _declared: ClassVar[tuple[Any, ...]]  # of the above, what `apply` asks for each time, in one look-up

    # What the player shows: see minigrad.trace.
    glyph: ClassVar[str] = ""
    tex: ClassVar[str] = ""
    row: ClassVar[str] = "elementwise"
    local: ClassVar[tuple[str, ...]] = ()
    commutes: ClassVar[bool] = False  # its two operands may change places where lines would cross

    forward: ClassVar[Callable[..., Any]]
    backward: ClassVar[Callable[..., Any]]
    _called: ClassVar[str]

    @property
    def needs_input_grad(self) -> tuple[bool, ...]:
        """One bool an operand: whether anyone wants that gradient."""
        return tuple([edge is not None for edge in self._edges])

    def save_for_backward(self, *saved: Any) -> None:
        """Keep arrays for ``backward``: operands, or the output; and integers, booleans and shapes."""
        self._saved = saved

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What ``forward`` saved: arrays, or tensors while the backward pass is itself recorded."""
        return unpack(self, local.state.backward_records)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        name_saved(cls, cls.saved_names)
        cls._declared = cls.arity, cls.promote, cls.differentiable, cls.view, cls.saved_for
        cls._called = cls.called or f"{cls.__name__}Backward{cls.suffix}"
        cls.__name__ = cls._called.rpartition("::")[2]  # as type(y.grad_fn).__name__ has it; see `short_name`

    def __dir__(self) -> list[str]:
        kept = self.saved_names if type(self._saved) is Freed else self.saved_names[: len(self._saved or ())]
        families = [getattr(kind, "saved_names", ()) for kind in type(self).__mro__]
        missing = {name for names in families for name in names if name} - set(kept)
        hidden = {f"{kind}{name.strip('*')}" for kind in ("_saved_", "_raw_saved_") for name in missing}
        return [name for name in super().__dir__() if name not in hidden]

    def name(self) -> str:
        """Return PyTorch's name for the node, such as ``"MulBackward0"``."""
        return self._called

    def become(self, called: str) -> None:
        """Take another of PyTorch's names, where it has several for what is one op here."""
        kind = type(self)
        self.__class__ = _variants.get((kind, called)) or _variant(kind, called)

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        if len(grads) > 1:
            grads = grads if self.partial else materialized(self, grads)
        elif grads[0] is None:
            return (None,) * len(self._edges)
        sent = self.backward(self, *grads) if state.backward_records else state.quietly(self.backward, self, *grads)
        return sent if type(sent) is tuple else (sent,)


# Note [Complex numbers]
#
# The formulas are those of a textbook: of a holomorphic function they give the transpose of its derivative. PyTorch's
# gradient, the direction of steepest ascent, is the conjugate transpose: the same formula between two conjugates. So
# an op whose result is complex becomes, when it runs, a variant of itself that conjugates what comes in and goes out.
# What makes real numbers of complex ones (abs, real ...) says itself what its gradient is.


def conjugate(node: Any) -> None:
    """Let an op's formula run between two conjugates. See Note [Complex numbers]."""
    kind = type(node)
    node.__class__ = _conjugated.get(kind) or _conjugating(kind)


_conjugated: dict[type[Op], type[Op]] = {}


def _mirrored(grad: Any) -> Any:
    """Return the conjugate of a gradient, if there is one."""
    if grad is None:
        return None
    return grad.conj() if isinstance(grad, TensorBase) else np.conj(grad)  # type: ignore[attr-defined]


def _conjugating(kind: type[Op]) -> type[Op]:
    run = kind._run

    def between(self: Any, grads: list[Any], state: State) -> tuple[Any, ...]:
        return tuple(map(_mirrored, run(self, list(map(_mirrored, grads)), state)))

    same = {"__slots__": (), "__module__": "builtins", "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
    made = type(kind.__name__, (kind,), {**same, "called": kind._called, "_run": between})
    _conjugated[kind] = _conjugated[made] = made
    return made


_variants: dict[tuple[type[Op], str], type[Op]] = {}


def _variant(kind: type[Op], called: str) -> type[Op]:
    """Return an op that differs from ``kind`` in its name alone."""
    same = {"__slots__": (), "__module__": "builtins", "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
    made = _variants[kind, called] = type(called, (kind,), {**same, "called": called})
    return made


def materialized(node: Node, grads: list[Any]) -> list[Any]:
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
    arity, promote, differentiable, view, saved_for = op._declared
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
                if state.grad_enabled:
                    requires_grad = refresh(x) or requires_grad
            if x._requires_grad:
                requires_grad = True
                edges.append(x._node or x._accumulator or accumulator(x))
            else:
                edges.append(None)
        else:
            arrays.append(x)
            edges.append(None)
            if type(x) is int:
                refuse_oversized(x)
            elif type(x) is not float:
                plain = plain and type(x) is bool
    promoted = False
    if not (plain and (dtype is _FLOAT32 or dtype is _FLOAT64)):
        if op.only_real:
            _refuse_complex(op, arrays)
        if promote is not None:
            promoted = True
            arrays = state.quietly(_promoted, op, arrays)
    if requires_grad and not (state.grad_enabled and differentiable):
        requires_grad = False
        edges = [None] * len(edges)

    node: Op = _new(op)
    node._edges = tuple(edges)
    node._ports = node._saved = None
    if rare and requires_grad:
        node._edges, node._ports = edges_of(inputs)
    try:
        if inputs is operands:
            result = state.quietly(op.forward, node, *arrays)
        else:
            result = state.quietly(op.forward, node, *arrays, *operands[arity:])
    except (TypeError, ValueError) as error:
        raise explained(error, short_name(op), arrays) from None
    except NotImplementedError as error:
        raise (error if promote is None else unbroadcastable(error, *arrays)) from None  # PyTorch asks shapes first
    if rare and not view:
        result = _laid(op, node, inputs, arrays, result)

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
            note_outputs(node, [out for out in outputs if out._node is node])  # indices come last and get no gradient
    if requires_grad:
        node._seq = next(sequence)
        node._hooks = node._versions = None
        if node._saved is not None:
            if saved_for is None or None not in edges or _forgo(node, saved_for):
                seal(node, inputs, arrays, promoted, result, outputs)
            if rare:
                refuse_inference(node._saved)
            if state.saved_hooks:
                pack(node, state.saved_hooks[-1])
    elif state.inference:
        for out in outputs if type(outputs) is tuple else (outputs,):
            mark_inference(out)
    if view:
        _link_views(op, inputs[0], () if arity is None else operands[arity:], outputs)
    elif rare:
        for out in outputs if type(outputs) is tuple else (outputs,):
            out._rare = out._rare or not out._array.flags.c_contiguous
    if state.recorder is not None:
        state.recorder.forward(op, node if requires_grad else None, operands, outputs)
    return outputs


def _refuse_complex(op: type[Op], operands: Sequence[Any]) -> None:
    """Refuse complex operands of an op on real numbers: its formula would give a number that means nothing."""
    for x in operands:
        if isinstance(x, (np.ndarray, complex)) and np.iscomplexobj(x):
            said, kind = str(op.only_real), NotImplementedError if isinstance(op.only_real, str) else type(op.only_real)
            kernel = " " not in said
            if kernel:
                title = dtypes.of(x.dtype if isinstance(x, np.ndarray) else np.dtype(np.complex64)).title
                said = f"\"{said}\" not implemented for '{title}'"
            error = kind(
                f"{said.removesuffix('.')}. It is made for real numbers: take z.real, z.imag or z.abs() first."
            )
            raise unbroadcastable(error, *operands) if kernel and op.promote else error  # a kernel comes after shapes


_new = object.__new__


def note_outputs(node: Node, outputs: Sequence[Any]) -> None:
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
    if node is not None and out.dtype.kind != "f":
        if out.dtype.kind == "c":
            conjugate(node)
        else:
            node = None  # integers have no gradient: argmax, indices
    tensor: TensorBase = wrap(out, node, node is not None)
    if nr and node is not None:
        tensor._output_nr, tensor._rare = nr, True
    return tensor


def _laid(op: type[Op], node: Node, inputs: Sequence[Any], arrays: Sequence[Any], result: Any) -> Any:
    """Return what ``forward`` made, laid in memory as PyTorch would. See Note [The order of entries]."""
    lies = op.row == "elementwise" if op.lies is None else op.lies
    if lies == 2:
        return result
    if op.by_column is not None:
        node.by_column = tuple([not x.flags.c_contiguous and x.flags.f_contiguous for x in arrays[-2:]])  # type: ignore[attr-defined]
    lying = [x._array if isinstance(x, TensorBase) else x for x in inputs]  # as they were before promotion
    several = type(result) is tuple
    made = list(result) if several else [result]
    for nr, out in enumerate(made):
        if isinstance(out, np.ndarray) and out.ndim > 1 and not any(out is array for array in arrays):
            made[nr] = laid(out, lying[::lies] if lies else ())
            if node._saved is not None and made[nr] is not out:
                node._saved = tuple([made[nr] if x is out else x for x in node._saved])
    return tuple(made) if several else made[0]


def refresh(x: TensorBase) -> bool:
    """Work out a view's place in the graph again, by the same view ops, if its base was written to since.

    Returns whether its base requires grad: then it does too, though it may have no place in the graph.
    """
    view = x._view
    if view is None or not (view.base._requires_grad or x._node is not None):
        return False
    if view.seen == x._version:
        return True
    if view.made:
        refuse_view(x, "its base or another view of its base has been")
    view.seen = x._version
    state = local.state
    before, recorder = state.grad_enabled, state.recorder
    state.grad_enabled, state.recorder = True, None
    try:
        again = replay(view.way, view.base)
    finally:
        state.grad_enabled, state.recorder = before, recorder
    relocate(x, again._node or Astray(x), again._output_nr)
    return True


def relocate(x: TensorBase, node: Node, nr: int) -> None:
    """Give ``x`` another place in the graph; a gradient that it retains is retained there."""
    former = x._node
    if former is None:
        x._joined_at = node._seq
        if x._accumulator is not None and x._accumulator._hooks is not None:
            x._accumulator._hooks.tensor.clear()  # they watched it as a leaf, which it is no more
    elif former._hooks is not None:
        held = former._hooks.retain.get(x._output_nr)
        if held is not None and held() is x:
            del former._hooks.retain[x._output_nr]
            node._hooks_of().retain[nr] = held
    x._node, x._requires_grad, x._accumulator = node, True, None
    if nr or x._output_nr:
        x._output_nr = nr


def refuse_view(x: TensorBase, changed: str) -> NoReturn:
    """Say why a view may not be, or may not have been, written to."""
    assert x._view is not None
    made, node = x._view.made, x._node
    where = {"inference": "inference mode", "no_grad": "no_grad mode"}.get(made, "" if node else "no_grad mode")
    maker = "" if node is None else f"Output {x._output_nr} of {re.sub('Backward(0$)?', '', node.name())} is a view"
    if where:
        what = f"{maker} of a view which was created in" if maker else "A view was created in"
        mode = "in normal mode" if made == "inference" else "inplace with grad mode enabled"
        sentence = f"{what} {where} and {changed} modified {'inplace ' if made == 'inference' else ''}{mode}."
    else:
        sentence = f"{maker} and {changed} modified inplace."
    raise RuntimeError(sentence + _FORBIDDEN[made])


_EITHER = (
    " Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both "
    "the view and the inplace either both inside the {0} block (if you don't want the inplace to be tracked) or both "
    "outside (if you want the inplace to be tracked)."
)
_FORBIDDEN = {
    "no_grad": _EITHER.format("no_grad"),
    "inference": _EITHER.format("inference_mode"),
    "several": " This view is the output of a function that returns multiple views. Such functions do not allow the "
    "output views to be modified inplace. You should replace the inplace operation by an out-of-place one.",
    "function": " This view was created inside a custom Function (or because an input was returned as-is) and the "
    "autograd logic to handle view+inplace would override the custom backward associated with the custom Function, "
    "leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom "
    "Function.",
}


def replay(way: Way | None, base: Any) -> Any:
    """Return the view of ``base`` that view ops lead to."""
    steps = []
    while way is not None:
        way, *step = way
        steps.append(step)
    for op, settings, nr in reversed(steps):
        out = apply(op, base, *settings)
        base = out if nr < 0 else out[nr]
    return base


def _promoted(op: type[Op], arrays: Sequence[Any]) -> list[Any]:
    """Return the operands in the dtype in which PyTorch would compute. See Note [Three levels of promotion]."""
    if op.admit is not None:
        op.admit(*arrays)
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


def _forgo(node: Node, saved_for: tuple[int | None, ...]) -> bool:
    """Drop what only a gradient that nobody asked for would need; return whether anything is left."""
    edges = node._edges
    kept = [None if i is not None and edges[i] is None else x for x, i in zip(node._saved, saved_for)]  # noqa: B905
    for x in kept:
        if x is not None:
            node._saved = tuple(kept)
            return True
    node._saved = Forgone(kept)
    return False


def seal(node: Node, inputs: Sequence[Any], arrays: Sequence[Any], promoted: bool, result: Any, outputs: Any) -> None:
    """Turn what ``forward`` saved into tensors with versions. See Note [Saved by identity]."""
    sealed: list[Any] = []
    versions = None
    n = len(arrays)
    for i, x in enumerate(node._saved or ()):
        if i < n and x is arrays[i]:  # formulas mostly save an operand in its own place
            entry = inputs[i] if not promoted else _as_it_was(inputs[i], x)
        elif x is result:
            entry = SavedOutput(outputs, counter(outputs))
        else:
            entry = None if x is None else _recognised(x, node, inputs, arrays, promoted, result, outputs)
        if isinstance(entry, Saved):
            version = entry._counter
            if version is not None and version.count:
                versions = versions or {}
                versions[i] = version.count
        sealed.append(entry)
    node._saved = tuple(sealed)
    if versions is not None:
        node._versions = tuple([versions.get(i, 0) for i in range(len(sealed))])


def refuse_inference(saved: Any) -> None:
    """Refuse to save what was made in inference mode: it has no version by which a change would be found out."""
    for x in saved or ():
        if isinstance(x, TensorBase) and x._inference:
            raise RuntimeError(
                "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode "
                "in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor "
                "and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
            )


def _as_it_was(tensor: Any, array: Any) -> Any:
    """Return the operand behind a promoted array."""
    if not isinstance(tensor, TensorBase) or array is tensor._array:
        return tensor
    return SavedPromoted(tensor, array.dtype)


def _recognised(
    x: Any, node: Node, inputs: Sequence[Any], arrays: Sequence[Any], promoted: bool, result: Any, outputs: Any
) -> Any:
    """Return what a saved thing is: an operand, one of several outputs, itself; or refuse what would go wrong later."""
    for tensor, array in zip(inputs, arrays, strict=True):
        if x is array:
            return _as_it_was(tensor, array) if promoted else tensor
    for out, tensor in zip(result, outputs, strict=True) if type(result) is tuple else ():
        if x is out:
            return tensor if tensor._node is None else SavedOutput(tensor, counter(tensor))
    if isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fc":
        raise RuntimeError(
            f"{short_name(type(node))}.forward saved a {x.dtype} array of shape {list(x.shape)} that is neither an "
            "input nor its output: kept as a constant, it would make the second derivative silently wrong. Save inputs "
            "or the output, and work the rest out again in backward."
        )
    return x


# --- Views ---------------------------------------------------------------------------------------------------------


def _link_views(op: type[Op], x: TensorBase, settings: tuple[Any, ...], outputs: Any) -> None:
    """Let each output that shares memory with ``x`` share its version, and remember how it was made."""
    several = type(outputs) is tuple
    state = local.state
    made = "inference" if state.inference else "no_grad" if not state.grad_enabled else "several" if several else ""
    for nr, out in enumerate(outputs if several else (outputs,)):
        if owner(out._array) is not owner(x._array):
            continue
        if x._inference:
            mark_inference(out)  # as the memory is, wherever the view is made; what has no version has no views
            continue
        if state.inference:
            out._inference = False  # a view of a normal tensor is one
        shared: Version = counter(x)
        base, way = (x, None) if x._view is None else (x._view.base, x._view.way)
        inherited = "" if x._view is None else x._view.made
        out._counter = shared
        out._rare = True
        out._view = View(base, (way, op, settings, nr if several else -1), shared.count, made or inherited)


def edges_of(inputs: Sequence[Any]) -> tuple[tuple[Node | None, ...], tuple[int, ...] | None]:
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
