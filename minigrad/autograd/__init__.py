"""Automatic differentiation: ``backward``, ``grad`` and ``Function``, under the names that PyTorch gives them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd import anomaly_mode, grad_mode, graph
from minigrad.autograd.anomaly_mode import detect_anomaly, set_detect_anomaly
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.engine import run_backward
from minigrad.autograd.function import Function, refresh
from minigrad.autograd.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    local,
    no_grad,
    set_grad_enabled,
    set_multithreading_enabled,
)
from minigrad.autograd.node import Node, accumulator

__all__ = [
    "Function",
    "anomaly_mode",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "grad",
    "grad_mode",
    "graph",
    "inference_mode",
    "is_grad_enabled",
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
    tensors : Tensor or sequence of Tensor
        The roots.
    grad_tensors : Tensor, None, or sequence of them
        The gradient that each root starts with, of the root's shape; a scalar needs none.
    retain_graph : bool, optional
        Keep what the graph saved, so that it can run again. By default as ``create_graph``.
    create_graph : bool
        Record the backward pass too, for higher derivatives.
    grad_variables : optional
        The former name of ``grad_tensors``.
    inputs : Tensor or sequence of Tensor, optional
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
    if inputs is not None:
        inputs = _listed(inputs)
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    if create_graph:
        warnings.warn(
            "Using backward() with create_graph=True will create a reference cycle between the parameter and its "
            "gradient which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid "
            "this. If you have to use this function, make sure to reset the .grad fields of your parameters to None "
            "after use to break the cycle and avoid the leak.",
            UserWarning,
            stacklevel=3,
        )
    roots = _listed(tensors)
    gradients = _gradients(roots, grad_tensors, create_graph)
    for x in inputs or ():
        refresh(x)
        if x._node is not None:
            x.retain_grad()
    _run(roots, gradients, retain_graph, create_graph, inputs, accumulate=True)


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
) -> tuple[Any, ...]:
    """Return the gradients of ``outputs`` with respect to ``inputs``; no ``.grad`` is touched.

    Parameters
    ----------
    outputs : Tensor or sequence of Tensor
        The roots.
    inputs : Tensor or sequence of Tensor
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
    tuple of Tensor
        One an input, of its shape.

    Raises
    ------
    RuntimeError
        If an input was not used, does not require grad, or the graph was freed.

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
    roots, wanted = _listed(outputs), _listed(inputs)
    if is_grads_batched:
        return _grad_each(roots, wanted, grad_outputs, create_graph, allow_unused, materialize_grads, retain_graph)
    gradients = _gradients(roots, grad_outputs, create_graph)
    for x in wanted:
        refresh(x)
        if not x._requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    found = _run(roots, gradients, retain_graph, create_graph, wanted, accumulate=False)
    out = []
    for i, (x, g) in enumerate(zip(wanted, found, strict=True)):
        if g is None and materialize_grads:
            g = np.zeros_like(x._array)
        if g is None and not allow_unused:
            raise RuntimeError(
                f"The differentiated Tensor at index {i} appears to not have been used in the graph. Set "
                "allow_unused=True if this is the desired behavior."
            )
        # Copied where it may be someone else's memory. See Note [Who owns a gradient]
        out.append(g if g is None or isinstance(g, TensorBase) else wrap(np.array(g)))
    return tuple(out)


def _grad_each(
    roots: Sequence[Any], inputs: Sequence[Any], grad_outputs: Any, create_graph: bool, *rest: Any
) -> tuple[Any, ...]:
    """Return one gradient for each entry of the leading dimension of ``grad_outputs``."""
    allow_unused, materialize_grads, retain_graph = rest
    batches = _listed(grad_outputs)
    n = len(batches[0])
    rows = []
    for k in range(n):
        keep = True if k < n - 1 else retain_graph
        each = [None if b is None else b[k] for b in batches]
        rows.append(grad(roots, inputs, each, keep, create_graph, True, allow_unused, False, materialize_grads))
    columns = zip(*rows, strict=True)
    return tuple([None if column[0] is None else type(column[0])._stack(column) for column in columns])


def _listed(tensors: Any) -> list[Any]:
    return [tensors] if isinstance(tensors, TensorBase) else list(tensors)


def _port(tensor: TensorBase) -> tuple[Node, int]:
    """Return the node, and which of its outputs, where a tensor's gradient arrives."""
    return (accumulator(tensor), 0) if tensor._node is None else (tensor._node, tensor._output_nr)


def _gradients(roots: Sequence[TensorBase], given: Any, create_graph: bool) -> list[Any]:
    """Return the gradient that each root starts with, checked: a tensor if the pass is recorded, else an array."""
    if given is None:
        given = [None] * len(roots)
    given = list(given) if isinstance(given, (list, tuple)) else [given]
    if len(given) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(given)} gradients")
    out: list[Any] = []
    for root, gradient in zip(roots, given, strict=True):
        if gradient is not None:
            _check_gradient(gradient, root, len(out))
        refresh(root)
        if not root._requires_grad:
            raise RuntimeError(f"element {len(out)} of tensors does not require grad and does not have a grad_fn")
        array = root._array
        dtype = array.dtype
        if gradient is None:
            if array.size != 1:
                _refuse_shape(root)
            ones = np.ones(array.shape, dtype) if array.ndim else dtype.type(1)
            out.append(wrap(ones) if create_graph else ones)
        elif create_graph:
            out.append(gradient if gradient._array.dtype == dtype else gradient.to(dtypes.of(dtype)))
        else:
            out.append(gradient._array.astype(dtype, copy=False))
    return out


def _check_gradient(gradient: Any, root: TensorBase, i: int) -> None:
    """Refuse what cannot be a root's gradient."""
    if not isinstance(gradient, TensorBase):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
    if gradient._array.shape != root._array.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{i}] has a shape of torch.Size({list(gradient._array.shape)}) and "
            f"output[{i}] has a shape of torch.Size({list(root._array.shape)})."
        )


def _refuse_shape(root: TensorBase) -> None:
    raise RuntimeError(
        "grad can be implicitly created only for scalar outputs; "
        f"this output has shape {list(root._array.shape)}. Reduce it first, for example with .sum(), "
        "or say how each entry is weighted: backward(gradient=...)."
    )


def _run(
    roots: Sequence[Any],
    gradients: Sequence[Any],
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Sequence[Any] | None,
    accumulate: bool,
) -> list[Any]:
    """Hand roots and inputs to the engine as places in the graph, and tell the recorder."""
    keep = create_graph if retain_graph is None else retain_graph
    recorder = local.state.recorder
    if recorder is not None:
        recorder.begin(roots, gradients, inputs, keep, create_graph, accumulate)
    starts = [_port(root) for root in roots]
    ends = None if inputs is None else [_port(x) for x in inputs]
    try:
        return run_backward(starts, gradients, keep, create_graph, ends, accumulate)
    finally:
        if recorder is not None:
            recorder.end()
