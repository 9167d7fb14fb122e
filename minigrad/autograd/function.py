"""Function: write your own op, a forward beside its backward. ``ctx`` is the node that ``y.grad_fn`` shows."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from minigrad.autograd.base import TensorBase, View, alias, counter, type_name, wanted, wrap
from minigrad.autograd.grad_mode import State, local
from minigrad.autograd.node import Node, refuse_misfit, sequence
from minigrad.autograd.op import (
    Op,
    apply,
    edges_of,
    materialized,
    note_outputs,
    refresh,
    refuse_inference,
    replay,
    seal,
)
from minigrad.autograd.saved import Freed, SavedTensor, freed, pack, unpack
from minigrad.autograd.views import check, check_leaf, rebase

__all__ = ["Function", "FunctionCtx", "FunctionNode", "Op", "apply", "once_differentiable", "refresh", "replay"]


class FunctionCtx:
    """What ``ctx`` offers to ``forward``, ``setup_context`` and ``backward``; anything else may be set on it.

    Attributes
    ----------
    needs_input_grad : tuple of bool
        One an input of ``forward``: whether it requires grad.
    saved_tensors : tuple of Tensor
        What ``save_for_backward`` was given, for ``backward``.
    """

    # Of the class, so that a ctx that never speaks of them pays nothing.
    to_save: tuple[Any, ...] | None = None
    dirty_tensors: tuple[Any, ...] = ()
    non_differentiable: tuple[Any, ...] = ()
    materialize_grads: bool = True

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors for ``backward``, where ``ctx.saved_tensors`` gives them back.

        Parameters
        ----------
        *tensors : Tensor or None
            Inputs and outputs of ``forward``. Changes to them in place are found out.
        """
        self.to_save = tensors

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep tensors for ``jvp``."""
        self.saved_for_forward = tensors

    def mark_dirty(self, *inputs: Any) -> None:
        """Say which inputs ``forward`` changed in place; each must be returned as well."""
        self.dirty_tensors = inputs

    def mark_non_differentiable(self, *outputs: Any) -> None:
        """Say which outputs have no gradient."""
        self.non_differentiable = outputs

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether ``backward`` gets zeros (True, the default) or None for an output that got no gradient."""
        if not isinstance(value, bool):
            raise TypeError(
                f"set_materialize_grads received an invalid combination of arguments - got ({type_name(value)}), but "
                "expected (bool)"
            )
        self.materialize_grads = value

    def mark_shared_storage(self, *pairs: Any) -> None:
        """Do nothing, as in PyTorch: what shares memory is found out without it."""
        warnings.warn(
            "`mark_shared_storage` is deprecated. Tensors with shared storages are automatically tracked. Note that "
            "calls to `set_()` are not tracked",
            FutureWarning,
            stacklevel=2,
        )


class FunctionNode(FunctionCtx, Node):
    """One use of a user's Function: ``ctx`` while it runs, and the node that remembers it."""

    # No __slots__, so that `ctx.anything = ...` works; Node's own stay slots.
    _forward_cls: ClassVar[type[Function]]
    _is_tensor: tuple[bool, ...]  # one an input of forward; there is an edge for each that is
    _is_output: tuple[bool, ...]  # one an output: whether it is a tensor, so that a gradient can come back for it
    needs_input_grad: tuple[bool, ...]
    _returned_none: bool = False  # whether its backward had no gradient for a tensor

    def name(self) -> str:
        """Return the node's name: the class's, with ``Backward``."""
        return type(self).__name__

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{self.name()} object at {id(self):#x}>"

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What ``forward`` saved with ``save_for_backward``, as tensors."""
        return unpack(self, as_tensors=True)

    @property
    def saved_variables(self) -> tuple[Any, ...]:
        """The former name of ``saved_tensors``."""
        warnings.warn("'saved_variables' is deprecated; use 'saved_tensors'", DeprecationWarning, stacklevel=2)
        return self.saved_tensors

    @property
    def _raw_saved_tensors(self) -> tuple[SavedTensor, ...]:
        """The same, each as an object that takes hooks."""
        if type(self._saved) is Freed:
            raise freed(self)
        return tuple([SavedTensor(self, i) for i in range(len(self._saved or ()))])

    def _run(self, grads: list[Any], state: State) -> tuple[Any, ...]:
        if self.materialize_grads:
            grads = [
                g if is_tensor else None
                for g, is_tensor in zip(materialized(self, grads), self._is_output, strict=False)
            ]
        records = state.backward_records
        wrapped = grads if records else [None if g is None else wrap(g) for g in grads]
        sent = self._forward_cls._formula()(self, *wrapped)
        sent = sent if isinstance(sent, tuple) else (sent,)
        n = len(self._is_tensor)
        if len(sent) < n or any(g is not None for g in sent[n:]):
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {n}, got {len(sent)}): "
                "backward returns one an input of forward, in a tuple."
            )
        sent = tuple([self._checked(g, i, records) for i, g in enumerate(sent[:n]) if self._wanted(g, i)])
        for i, (g, (target, nr)) in enumerate(zip(sent, self.next_functions, strict=True)):
            if g is not None and target is not None:  # before any goes on its way: a leaf adds at once
                refuse_misfit(g.shape, target._output_metadata(nr)[0], self, i)
        return sent

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
            self._returned_none = True
            return None
        if not isinstance(grad, TensorBase):
            raise RuntimeError(
                f"expected Variable or None (got {type_name(grad)}): {self._forward_cls.__name__}.backward must return "
                f"tensors, and what it returned at position {i + 1} is none."
            )
        return grad if records else grad._array


class Function(FunctionCtx):
    """Write your own differentiable op: a static ``forward`` and a static ``backward``.

    ``forward(ctx, *inputs)`` gets what ``apply`` was called with and returns one tensor or a tuple. Written without
    ``ctx``, ``forward(*inputs)`` is followed by ``setup_context(ctx, inputs, output)``.
    ``backward(ctx, *grad_outputs)`` gets one gradient an output and returns one an input, ``None`` where the input is
    not a tensor or needs none. All of them receive tensors; ``forward`` runs with recording off.

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

    generate_vmap_rule: bool = False
    _backward_cls: ClassVar[type[FunctionNode]]

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        names = {"_forward_cls": cls, "__module__": "torch.autograd.function"}  # as PyTorch shows it
        cls._backward_cls = type(f"{cls.__name__}Backward", (FunctionNode,), names)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            f"version of PyTorch. Call {type(self).__name__}.apply(...).",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            f"function with static forward method: call {type(self).__name__}.apply(...)."
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the output; a subclass must define it."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save what ``backward`` needs, after a ``forward`` that was written without ``ctx``."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Compute one gradient an input; a subclass must define it, or ``vjp``."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """Compute one tangent an output, for forward mode."""
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with forward mode AD."
        )

    @staticmethod
    def vmap(info: Any, in_dims: Any, *args: Any) -> Any:
        """Compute on a batch, for ``vmap``: return the output, and along which dimension its examples lie.

        ``info`` has ``batch_size`` and ``randomness``; ``in_dims`` says where each input's examples lie, ``None`` where
        an input is the same for all.
        """
        raise NotImplementedError(
            "To use autograd.Function with vmap, you must either override the vmap staticmethod or set "
            "generate_vmap_rule=True."
        )

    @classmethod
    def _formula(cls) -> Callable[..., Any]:
        """Return the backward formula, under either of its names."""
        if cls.vjp is Function.vjp:
            return cls.backward
        if cls.backward is not Function.backward:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                "implement one of them."
            )
        return cls.vjp

    @classmethod
    def apply(cls, *inputs: Any, **settings: Any) -> Any:
        """Run ``forward`` on ``inputs`` and record a node, if any input requires a gradient.

        Parameters
        ----------
        *inputs : Tensor or anything else
            What ``forward`` takes after ``ctx``.
        **settings
            Arguments by keyword, which take their places among the inputs.

        Returns
        -------
        Tensor or tuple
            What ``forward`` returned, attached to the graph.

        Raises
        ------
        TypeError
            If an argument by keyword has no place, or an input before it is missing.
        """
        state = local.state
        apart = cls.setup_context is not Function.setup_context
        if apart:
            bound = inspect.signature(cls.forward).bind(*inputs, **settings)
            bound.apply_defaults()
            inputs, settings = bound.args, bound.kwargs
        if settings:
            inputs = _placed(cls.forward, 0 if apart else 1, inputs, settings)
        if state.mapped is not None and cls.vmap is not Function.vmap:
            return state.mapped(cls, inputs)
        node = cls._backward_cls.__new__(cls._backward_cls)
        node._saved = node._hooks = node._ports = node._versions = None
        node._is_tensor = tuple([isinstance(x, TensorBase) for x in inputs])
        tensors = [x for x in inputs if isinstance(x, TensorBase)]
        node.needs_input_grad = tuple([isinstance(x, TensorBase) and wanted(x) for x in inputs])
        recorded = state.grad_enabled and any(node.needs_input_grad)
        if recorded:
            node._seq = next(sequence)
            node._edges, node._ports = edges_of(tensors)
        else:
            node._edges = (None,) * len(tensors)
        before, state.grad_enabled = state.grad_enabled, False
        recorder, state.recorder = state.recorder, None  # the player shows a user's op as one step
        try:
            if apart:
                result = cls.forward(*inputs)
                cls.setup_context(node, inputs, result)
            else:
                result = cls.forward(node, *inputs)
        finally:
            state.grad_enabled, state.recorder = before, recorder
        results = result if isinstance(result, tuple) else (result,)
        if apart and recorded:
            _refuse_saved_as_is(node, tensors, results)
        outputs = _attached(node, results, tensors, recorded)
        node._is_output = tuple([isinstance(out, TensorBase) for out in outputs])
        if recorded:
            note_outputs(node, outputs)
            _seal(node, tensors, results, outputs)
        node.to_save, node.dirty_tensors, node.non_differentiable = None, (), ()  # tensors: they would make a cycle
        returned = outputs if isinstance(result, tuple) else outputs[0]
        if recorder is not None:
            recorder.forward(cls, node if recorded else None, inputs, returned)
        return returned


class InplaceFunction(Function):
    """A Function whose instances could be told to work in place; kept for older programs."""


class NestedIOFunction(Function):
    """A Function of nested tuples; kept for older programs, and not supported."""


Function._backward_cls = FunctionNode
BackwardCFunction = FunctionNode  # PyTorch's name for it


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a ``backward`` that has no derivative of its own: a second derivative through it is refused, not wrong.

    Parameters
    ----------
    backward : callable
        The static method, below ``@staticmethod``.

    Returns
    -------
    callable

    Examples
    --------
    >>> class Double(mg.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return x * 2
    ...
    ...     @staticmethod
    ...     @mg.autograd.function.once_differentiable
    ...     def backward(ctx, grad_output):
    ...         return grad_output * 2
    """

    @functools.wraps(backward)
    def wrapped(ctx: Any, *grads: Any) -> Any:
        state = local.state
        before, state.grad_enabled = state.grad_enabled, False
        try:
            sent = backward(ctx, *grads)
        finally:
            state.grad_enabled = before
        if not before or not any(isinstance(g, TensorBase) and g._requires_grad for g in grads):
            return sent
        several = isinstance(sent, tuple)
        tensors = tuple([_detached(g) for g in (sent if several else (sent,))])
        refused = _OnceOnly.apply(*tensors)
        return refused if several else refused[0]

    return wrapped


def _detached(grad: Any) -> Any:
    """Return a gradient as a tensor that would want one itself: what is computed from it must be refused."""
    return wrap(grad._array.view(), None, grad._array.dtype.kind in "fc") if isinstance(grad, TensorBase) else grad


class _OnceOnly(Function):
    """Passes gradients on, and refuses to be differentiated."""

    @staticmethod
    def forward(ctx: Any, *grads: Any) -> Any:
        return tuple([_detached(g) for g in grads])

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


# --- What comes out of a user's forward ----------------------------------------------------------------------------


def _among(x: Any, tensors: Sequence[Any]) -> bool:
    """Return whether ``x`` is one of these very tensors."""
    return any(x is other for other in tensors)


def _attached(node: FunctionNode, results: Sequence[Any], inputs: Sequence[Any], recorded: bool) -> tuple[Any, ...]:
    """Return what forward returned as outputs of its node."""
    for x in node.dirty_tensors:
        if not _among(x, results):
            raise RuntimeError(
                "Some elements marked as dirty during the forward method were not returned as output. The inputs that "
                "are modified inplace must all be outputs of the Function."
            )
        if not _among(x, inputs):
            warnings.warn(
                "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors that have been mutated "
                "should be passed to ctx.mark_dirty().",
                UserWarning,
                stacklevel=3,
            )
        counter(x).count += 1
    outputs = tuple([_output(node, out, nr, results, inputs, recorded) for nr, out in enumerate(results)])
    attached = [out for out in outputs if isinstance(out, TensorBase) and out._node is node]
    for out in attached if len(attached) > 1 else ():
        if out._view is not None:
            out._view.made = "several"
    return outputs


def _output(
    node: FunctionNode, out: Any, nr: int, results: Sequence[Any], inputs: Sequence[Any], recorded: bool
) -> Any:
    """Return one result as an output of its node: itself, or, if it came in untouched, a view of it."""
    if not isinstance(out, TensorBase):
        return out
    given, dirty = _among(out, inputs), _among(out, node.dirty_tensors)
    wanted = recorded and not _among(out, node.non_differentiable) and out._array.dtype.kind in "fc"
    if not wanted:
        return _unattached(out, given, dirty)
    if dirty:
        check_leaf(out, "has been used")
        out._grad = None
        if out._view is not None and not out._view.made:
            refresh(out)
        check(out)
        if out._view is not None and len([x for x in results if isinstance(x, TensorBase)]) > 1:
            raise RuntimeError(
                "If your Function modifies inplace an input that is a view of another Tensor, your Function cannot "
                "return more than one Tensor. This is not supported by the current autograd engine. You should either "
                "make sure the input is not a view (using .clone() for example) or make your Function only return one "
                "Tensor (potentially splitting it into two Functions: one doing the inplace that returns a single "
                "Tensor and a second one that does the other operations). You can ask on the forum "
                "https://discuss.pytorch.org/ if you need help to do this change."
            )
        rebase(out, node, nr, [x is out for x in inputs].index(True) if given else 0)
        return out
    if given:
        out = _itself(out)
    elif out._view is not None:
        out._view.made, out._view.seen = "function", out._version
    out._node, out._requires_grad, out._accumulator = node, True, None
    out._output_nr, out._rare = nr, out._rare or nr > 0 or out._view is not None
    return out


def _unattached(out: TensorBase, given: bool, dirty: bool) -> Any:
    """Return a result that has no gradient: never an input that wants one, whose flag is not to be touched."""
    if not (out._requires_grad or out._node is not None):
        return _itself(out) if given and not dirty else out
    if given:
        return alias(out)
    if out._view is None:
        out._node, out._requires_grad = None, False
    return out


def _itself(x: TensorBase) -> Any:
    """Return a view of all of ``x``, as it stands inside a user's forward."""
    twin = wrap(x._array.view())
    twin._counter = shared = counter(x)
    base, way = (x, None) if x._view is None else (x._view.base, x._view.way)
    twin._view, twin._rare = View(base, way, shared.count, "function"), True
    return twin


def _placed(
    forward: Callable[..., Any], skipped: int, inputs: Sequence[Any], settings: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Return the inputs with those by keyword in their places: ``backward`` returns one gradient a place."""
    among = inspect.signature(forward).parameters.values()
    places = [p.name for p in among if p.kind is p.POSITIONAL_OR_KEYWORD][skipped:]
    left, placed = dict(settings), list(inputs)
    for name in settings:
        if name in places[: len(inputs)]:
            raise TypeError(f"forward() got multiple values for argument {name!r}")
        if name not in places:
            raise TypeError(
                f"forward() got an unexpected keyword argument {name!r}. A gradient goes to a place among the inputs, "
                "and this argument has none."
            )
    for i, name in list(enumerate(places))[len(inputs) :]:
        if not left:
            break
        if name not in left:
            raise TypeError(f"forward() missing required argument: {name!r} (position {i})")
        placed.append(left.pop(name))
    return tuple(placed)


def _refuse_saved_as_is(node: FunctionNode, inputs: Sequence[Any], results: Sequence[Any]) -> None:
    """Refuse to save an input that was returned untouched: its output is another tensor, made only afterwards."""
    other = (*node.dirty_tensors, *node.non_differentiable)
    for x in node.to_save or ():
        if x is not None and _among(x, inputs) and _among(x, results) and not _among(x, other):
            raise RuntimeError(
                "An input that has been returned as-is as output is being saved for backward. This is not supported if "
                "you override setup_context. You should return and save a view of the input instead, e.g. with "
                "x.view_as(x) or setup ctx inside the forward function itself."
            )


def _seal(node: FunctionNode, inputs: Sequence[Any], results: Sequence[Any], outputs: Sequence[Any]) -> None:
    """Turn what ``forward`` saved into tensors with versions, once it has returned."""
    if not node.to_save:
        return
    for i, x in enumerate(node.to_save):
        if x is not None and not isinstance(x, TensorBase):
            raise TypeError(
                f"save_for_backward can only save variables, but argument {i} is of type {type_name(x)}. Keep "
                "anything that is not a tensor as an attribute: ctx.anything = ..."
            )
    node._saved = node.to_save
    given = [x for x in inputs if not _among(x, node.dirty_tensors)]  # what was changed is an output
    seal(node, given, given, False, tuple(results), tuple(outputs))
    refuse_inference(node._saved)
    if local.state.saved_hooks:
        pack(node, local.state.saved_hooks[-1])
