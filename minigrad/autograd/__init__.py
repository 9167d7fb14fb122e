"""Automatic differentiation: ``backward``, ``grad`` and ``Function``, under the names that PyTorch gives them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from threading import Thread
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd import anomaly_mode, grad_mode, graph
from minigrad.autograd.anomaly_mode import detect_anomaly, set_detect_anomaly
from minigrad.autograd.base import TensorBase, mark_inference, wrap
from minigrad.autograd.engine import run_backward
from minigrad.autograd.function import Function, NestedIOFunction, refresh
from minigrad.autograd.grad_mode import (
    State,
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_multithreading_enabled,
    is_view_replay_enabled,
    local,
    no_grad,
    set_grad_enabled,
    set_multithreading_enabled,
)
from minigrad.autograd.graph import GradientEdge
from minigrad.autograd.layout import laid
from minigrad.autograd.node import Node, accumulator, nowhere
from minigrad.autograd.variable import Variable
from minigrad.autograd.views import wants_grad

__all__ = [
    "Function",
    "NestedIOFunction",
    "Variable",
    "anomaly_mode",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "grad",
    "grad_mode",
    "graph",
    "inference_mode",
    "is_grad_enabled",
    "is_multithreading_enabled",
    "is_view_replay_enabled",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
    "set_multithreading_enabled",
]


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,
    inputs: Any = None,
) -> None:
    """Compute the gradients of ``tensors`` with respect to the leaves, and add them to the leaves' ``.grad``.

    Parameters
    ----------
    tensors : Tensor, GradientEdge, or sequence of them
        The roots.
    grad_tensors : Tensor, None, or sequence of them
        The gradient that each root starts with, of the root's shape; a scalar needs none.
    retain_graph : bool, optional
        Keep what the graph saved, so that it can run again. By default as ``create_graph``.
    create_graph : bool
        Record the backward pass too, for higher derivatives.
    grad_variables : optional
        The former name of ``grad_tensors``.
    inputs : Tensor, GradientEdge, sequence of them, or dict of Tensor, optional
        Fill only these tensors' ``.grad``.

    Raises
    ------
    RuntimeError
        If a root requires no grad, is no scalar and got no gradient, or its graph was freed.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> mg.autograd.backward((x * x).sum())
    >>> x.grad
    tensor([2., 4.])
    """
    if grad_variables is not None:
        warnings.warn("`grad_variables` is deprecated. Use `grad_tensors` instead.", FutureWarning, stacklevel=2)
        if grad_tensors is not None:
            raise RuntimeError(
                "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only "
                "use `grad_tensors`."
            )
        grad_tensors = grad_variables
    wanted = None if inputs is None else _inputs(inputs, "backward")
    if wanted is not None and not wanted:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    roots = _listed(tensors)
    if create_graph:
        _warn_of_a_cycle()
        retain_graph, create_graph = _in_this_mode(retain_graph)
    gradients = _gradients(roots, grad_tensors, create_graph)
    for x in wanted or ():
        if isinstance(x, TensorBase):
            refresh(x)
            x.retain_grad()  # type: ignore[attr-defined]  # Tensor has it, its base does not
    _run(roots, gradients, retain_graph, create_graph, wanted, accumulate=True)


_warned = False


def _warn_of_a_cycle() -> None:
    """Warn, once in a process, of what a recorded pass leaves behind."""
    global _warned
    if _warned:
        return
    _warned = True
    warnings.warn(
        "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
        "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
        "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break "
        "the cycle and avoid the leak.",
        UserWarning,
        stacklevel=4,
    )


def _in_this_mode(retain_graph: bool | None) -> tuple[bool, bool]:
    """Return ``retain_graph`` and ``create_graph`` for a pass that is to be recorded: inference mode records none."""
    return retain_graph is None or retain_graph, not local.state.inference


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> Any:
    """Return the gradients of ``outputs`` with respect to ``inputs``; no ``.grad`` is touched.

    Parameters
    ----------
    outputs : Tensor, GradientEdge, or sequence of them
        The roots.
    inputs : Tensor, GradientEdge, sequence of them, or dict of Tensor
        What to differentiate with respect to; leaves or not.
    grad_outputs : Tensor, None, or sequence of them
        The gradient that each root starts with; a scalar needs none.
    retain_graph : bool, optional
        Keep what the graph saved. By default as ``create_graph``.
    create_graph : bool
        Record the backward pass too, for higher derivatives.
    only_inputs : bool
        Must be True, as in PyTorch.
    allow_unused : bool, optional
        Return None for an input that the outputs do not depend on, instead of raising.
    is_grads_batched : bool
        ``grad_outputs`` carry a leading batch dimension; one gradient is returned for each.
    materialize_grads : bool
        Return zeros instead of None for unused inputs.

    Returns
    -------
    tuple of Tensor, or dict of Tensor
        One an input, of its shape; where ``inputs`` is a dict, under the same keys.

    Raises
    ------
    RuntimeError
        If an input was not used, does not require grad, or the graph was freed.
    TypeError
        If ``inputs`` is another mapping than a dict.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> y = x * x
    >>> mg.autograd.grad(y.sum(), y)
    (tensor([1., 1.]),)
    """
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    if allow_unused is None:
        allow_unused = materialize_grads
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for "
            "other parts of the graph, please use torch.autograd.backward.",
            FutureWarning,
            stacklevel=2,
        )
    roots, wanted = _listed(outputs), _inputs(inputs, "grad")
    if not wanted:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    if is_grads_batched:
        found = _grad_each(roots, wanted, grad_outputs, create_graph, retain_graph)
    else:
        found = _grad_once(roots, wanted, grad_outputs, create_graph, retain_graph)
    for i, g in enumerate(found):
        if g is None and materialize_grads:
            if not isinstance(wanted[i], TensorBase):
                raise RuntimeError("materialize_grads cannot be used when the given input is a GradientEdge")
            found[i] = wrap(np.zeros_like(wanted[i]._array), None, create_graph)
        elif g is None and not allow_unused:
            raise RuntimeError(
                f"The differentiated Tensor at index {i} appears to not have been used in the graph. Set "
                "allow_unused=True if this is the desired behavior."
            )
    if local.state.inference:
        for g in found:
            if g is not None:
                mark_inference(g)
    return dict(zip(inputs, found, strict=True)) if type(inputs) is dict else tuple(found)


def _grad_once(
    roots: Sequence[Any], inputs: Sequence[Any], grad_outputs: Any, create_graph: bool, retain_graph: bool | None
) -> list[Any]:
    """Return one gradient an input, None where none arrived."""
    if create_graph:
        retain_graph, create_graph = _in_this_mode(retain_graph)
    gradients = _gradients(roots, grad_outputs, create_graph)
    found = _run(roots, gradients, retain_graph, create_graph, inputs, accumulate=False)
    # Copied where it may be someone else's memory. See Note [Who owns a gradient]
    return [g if g is None or isinstance(g, TensorBase) else _copied(g, x) for x, g in zip(inputs, found, strict=True)]


def _copied(grad: Any, x: Any) -> Any:
    """Return a gradient as a tensor of its own, which lies in memory as what it is the gradient of."""
    kept = wrap(np.array(grad, order="C"))
    if isinstance(x, TensorBase) and x._rare:
        kept._array = laid(kept._array, (x._array,))
        kept._rare = not kept._array.flags.c_contiguous
    return kept


def _grad_each(
    roots: Sequence[Any],
    inputs: Sequence[Any],
    grad_outputs: Any,
    create_graph: bool,
    retain_graph: bool | None,
) -> list[Any]:
    """Return one gradient for each entry of the leading dimension of ``grad_outputs``."""
    batches: list[Any] = [None] * len(roots) if grad_outputs is None else _listed(grad_outputs)
    if any(b is None for b in batches):
        raise RuntimeError(
            "grad can be implicitly created only for scalar outputs. With is_grads_batched=True every grad_output is a "
            "tensor, whose first dimension counts the gradients."
        )
    if any(not b._array.ndim for b in batches):
        raise IndexError(
            "invalid index of a 0-dim tensor. With is_grads_batched=True the first dimension of every grad_output "
            "counts the gradients."
        )
    sizes = [len(b._array) for b in batches]
    if len(set(sizes)) > 1:
        raise ValueError(
            f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the "
            "mapped dimension"
        )
    for i, (root, batch) in enumerate(zip(roots, batches, strict=False)):
        shape, _ = _metadata(root)
        if batch[0]._array.shape != shape:
            raise RuntimeError(
                "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch "
                "dimension. The sizes of the remaining dimensions are expected to match the shape of corresponding "
                f"output, but a mismatch was detected: grad_output[{i}] has a shape of "
                f"torch.Size({list(batch._array.shape[1:])}) and output[{i}] has a shape of torch.Size({list(shape)}). "
                "If you only want some tensors in `grad_output` to be considered batched, consider using vmap."
            )
    rows = []
    for k in range(sizes[0]):
        keep = True if k < sizes[0] - 1 else retain_graph
        rows.append(_grad_once(roots, inputs, [b[k] for b in batches], create_graph, keep))
    return [None if column[0] is None else type(column[0])._stack(column) for column in zip(*rows, strict=True)]


def _inputs(inputs: Any, function: str) -> list[Any]:
    """Return what to differentiate with respect to, one or many, or the values of a dict such as named parameters."""
    if isinstance(inputs, (TensorBase, GradientEdge)):
        return [inputs]
    if type(inputs) is dict:
        return list(inputs.values())
    if type(inputs) is not list and isinstance(inputs, Mapping):
        raise TypeError(
            f"`inputs` argument to `{function}()` must be a dict, not {type(inputs).__name__}. Other Mapping types are "
            "not supported."
        )
    return list(inputs)


def _listed(tensors: Any) -> list[Any]:
    return [tensors] if isinstance(tensors, (TensorBase, GradientEdge)) else list(tensors)


def _port(x: Any) -> tuple[Node, int]:
    """Return the node, and which of its outputs, where a tensor's gradient arrives."""
    if isinstance(x, TensorBase):
        return (x._accumulator or accumulator(x), 0) if x._node is None else (x._node, x._output_nr)
    return x.node, x.output_nr


def _end(x: Any) -> tuple[Node, int]:
    """Return the place of an input, checked."""
    if isinstance(x, TensorBase):
        if not wants_grad(x):
            raise RuntimeError("One of the differentiated Tensors does not require grad")
        if not x._requires_grad and x._accumulator is None:
            return nowhere()  # a view made under no_grad: its base wants a gradient, and it has no place in the graph
    elif not isinstance(x, GradientEdge):
        raise RuntimeError(f"all inputs have to be Tensors or GradientEdges, but got {type(x).__name__}")
    return _port(x)


def _metadata(x: Any) -> tuple[Any, Any]:
    """Return shape and dtype of a tensor, or of what an edge stands for."""
    if isinstance(x, TensorBase):
        if x._rare:
            refresh(x)
        return x._array.shape, x._array.dtype
    if isinstance(x, GradientEdge):
        return x.node._output_metadata(x.output_nr)
    raise AssertionError(f"Expected output to be a torch.Tensor, but got {type(x).__name__}")


def _gradients(roots: Sequence[Any], given: Any, create_graph: bool) -> list[Any]:
    """Return the gradient that each root starts with, checked: a tensor if the pass is recorded, else an array."""
    if given is None:
        given = [None] * len(roots)
    elif isinstance(given, TensorBase):
        given = [given]
    elif isinstance(given, Iterable):
        given = list(given)
    else:
        kind = type(given).__name__
        raise TypeError(f"'{kind}' object is not iterable: gradients can be either Tensors or None, but got {kind}")
    out: list[Any] = []
    constant = None
    for root, gradient in zip(roots, given, strict=False):  # gradients beyond the last root are left alone
        shape, dtype = _metadata(root)
        if isinstance(root, TensorBase) and not root._requires_grad and constant is None:
            constant = len(out)
        if gradient is not None:
            _check_gradient(gradient, shape, dtype, len(out))
            if not create_graph:
                gradient = gradient._array.astype(dtype, copy=False)
            elif gradient._array.dtype != dtype:
                gradient = gradient.to(dtypes.of(dtype))
        elif constant is None:
            if shape or dtype.kind != "f":
                _check_implicit(shape, dtype)
            gradient = np.ones(shape, dtype) if shape else dtype.type(1)
            if create_graph:
                gradient = wrap(gradient)
        out.append(gradient)
    if len(out) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(out)} gradients")
    if constant is not None:
        raise RuntimeError(f"element {constant} of tensors does not require grad and does not have a grad_fn")
    return out


def _check_gradient(gradient: Any, shape: tuple[int, ...], dtype: np.dtype[Any], i: int) -> None:
    """Refuse what cannot be a root's gradient."""
    if not isinstance(gradient, TensorBase):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
    array = gradient._array
    if array.shape != shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{i}] has a shape of torch.Size({list(array.shape)}) and output[{i}] has a "
            f"shape of torch.Size({list(shape)})."
        )
    if array.dtype != dtype and "c" in (array.dtype.kind, dtype.kind):
        raise RuntimeError(
            "For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: "
            f"grad_output[{i}] has a dtype of {dtypes.of(array.dtype)} and output[{i}] has a dtype of "
            f"{dtypes.of(dtype)}."
        )


def _check_implicit(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Refuse to make up a gradient for what is no real scalar."""
    if math.prod(shape) != 1:
        raise RuntimeError(
            "grad can be implicitly created only for scalar outputs; "
            f"this output has shape {list(shape)}. Reduce it first, for example with .sum(), "
            "or say how each entry is weighted: backward(gradient=...)."
        )
    if dtype.kind != "f":
        raise RuntimeError(f"grad can be implicitly created only for real scalar outputs but got {dtypes.of(dtype)}")


# --- Running -------------------------------------------------------------------------------------------------------

DEEPEST = 40  # so many passes run inside each other before the next one gets a thread, with a stack, of its own


def _run(
    roots: Sequence[Any],
    gradients: Sequence[Any],
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Sequence[Any] | None,
    accumulate: bool,
) -> list[Any]:
    """Hand roots and inputs to the engine as places in the graph, and tell the recorder."""
    ends = None if inputs is None else [_end(x) for x in inputs]
    keep = create_graph if retain_graph is None else retain_graph
    state = local.state
    recorder = state.recorder
    if recorder is not None:
        recorder.begin(roots, gradients, inputs, keep, create_graph, accumulate)
    starts = [_port(root) for root in roots]
    state.depth += 1
    try:
        if state.depth % DEEPEST:
            return run_backward(starts, gradients, keep, create_graph, ends, accumulate)
        return _elsewhere(state, starts, gradients, keep, create_graph, ends, accumulate)
    finally:
        state.depth -= 1
        if recorder is not None:
            recorder.end()


def _elsewhere(state: State, *args: Any) -> list[Any]:
    """Run the engine in a thread that stands in for this one, and wait for it."""
    found: list[Any] = []
    errors: list[BaseException] = []

    def work() -> None:
        local.state = state
        try:
            found.extend(run_backward(*args))
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return found
