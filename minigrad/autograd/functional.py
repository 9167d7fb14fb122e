"""Derivatives of functions: Jacobians, Hessians, and their products with vectors, from ``func`` and a point.

In words: ``vjp`` is one backward pass, started with ``v``; ``jvp`` is a backward pass through a backward pass (the
first is linear in what it starts with, so its own gradient is the transpose of a transpose); ``jacobian`` is a
``vjp`` for each entry of the output; a Hessian is the Jacobian of a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from minigrad.autograd import grad
from minigrad.autograd.grad_mode import enable_grad, is_grad_enabled, set_grad_enabled
from minigrad.creation import zeros_like
from minigrad.ops.joining import stack
from minigrad.tensor import Tensor

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Func = Callable[..., Any]
Tensors = tuple[Any, ...]

MODES = ("forward-mode", "reverse-mode")
STRICT = "This is not allowed in strict mode"


def vjp(func: Func, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """Return ``func(*inputs)`` and the product of a vector ``v`` with the Jacobian there.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor or a tuple of tensors.
    inputs : Tensor or tuple of Tensor
        The point.
    v : Tensor or tuple of Tensor, optional
        The vector, shaped as what ``func`` returns; not needed where that is one number.
    create_graph : bool
        Let the results be differentiated again.
    strict : bool
        Raise where an output does not depend on an input, instead of answering zeros.

    Returns
    -------
    outputs : Tensor or tuple of Tensor
        What ``func`` returned.
    vjp : Tensor or tuple of Tensor
        Shaped as ``inputs``.

    Raises
    ------
    RuntimeError
        If ``v`` is missing or has another shape than the output, or in strict mode.

    Examples
    --------
    >>> from minigrad.autograd.functional import vjp
    >>> vjp(lambda x: x**2, mg.tensor([1.0, 2.0]), mg.ones(2))
    (tensor([1., 4.]), tensor([2., 4.]))
    """
    with enable_grad():
        one_input, points = _points(inputs, "vjp", create_graph)
        one_output, outputs = _called(func, points, "vjp", strict)
        vector = _vector(v, outputs, one_output, "vjp", create_graph, OUTPUT_NEEDS_V)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = _grad(outputs, points, vector, create_graph)
        product = _filled(found, points, strict, create_graph, INDEPENDENT_OUTPUT, INDEPENDENT_JACOBIAN)
    return _given(outputs, one_output, create_graph), _given(product, one_input, create_graph)


def jvp(func: Func, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """Return ``func(*inputs)`` and the product of the Jacobian there with a vector ``v``.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor or a tuple of tensors.
    inputs : Tensor or tuple of Tensor
        The point.
    v : Tensor or tuple of Tensor, optional
        The vector, shaped as ``inputs``; not needed where that is one number.
    create_graph : bool
        Let the results be differentiated again.
    strict : bool
        Raise where an output does not depend on an input, instead of answering zeros.

    Returns
    -------
    outputs : Tensor or tuple of Tensor
        What ``func`` returned.
    jvp : Tensor or tuple of Tensor
        Shaped as the outputs.

    Raises
    ------
    RuntimeError
        If ``v`` is missing or has another shape than the input, or in strict mode.

    Notes
    -----
    A backward pass is linear in the gradient ``u`` that it starts with: it computes ``uᵀJ``. Differentiated with
    respect to ``u``, with ``v`` as its own start, it gives ``Jv``.

    Examples
    --------
    >>> from minigrad.autograd.functional import jvp
    >>> jvp(lambda x: x**2, mg.tensor([1.0, 2.0]), mg.tensor([1.0, 0.0]))
    (tensor([1., 4.]), tensor([2., 0.]))
    """
    with enable_grad():
        one_input, points = _points(inputs, "jvp", create_graph)
        vector = _vector(v, points, one_input, "jvp", create_graph, INPUT_NEEDS_V)
        one_output, outputs = _called(func, points, "jvp", strict)
        start = tuple([zeros_like(out, requires_grad=True) for out in outputs])  # the pass is linear in it
        slope = _grad(outputs, points, start, True)
        _check_depends(slope, "grad_inputs", strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = _grad(slope, start, vector, create_graph)
        product = _filled(found, outputs, strict, create_graph, INDEPENDENT_START, INDEPENDENT_JACOBIAN)
    return _given(outputs, one_output, create_graph), _given(product, one_output, create_graph)


def jacobian(
    func: Func,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """Return the Jacobian of ``func``: how each entry of its output changes with each entry of its input.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor or a tuple of tensors.
    inputs : Tensor or tuple of Tensor
        The point.
    create_graph : bool
        Let the Jacobian be differentiated again.
    strict : bool
        Raise where an output does not depend on an input, instead of answering zeros.
    vectorize : bool
        Accepted, as in PyTorch: the numbers are the same.
    strategy : {"reverse-mode", "forward-mode"}
        Row by row, one backward pass an output entry, or column by column, one ``jvp`` an input entry (in PyTorch with
        ``vectorize=True`` alone).

    Returns
    -------
    Tensor, shape (*output.shape, *input.shape)
        A tuple of them, one an input, if ``inputs`` is a tuple; a tuple of these, one an output, if ``func`` returns a
        tuple.

    Raises
    ------
    RuntimeError
        In strict mode.

    Examples
    --------
    >>> from minigrad.autograd.functional import jacobian
    >>> jacobian(lambda x: x**2, mg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    assert strategy in MODES, (
        'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs than '
        'inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".'
    )
    if strategy == "forward-mode":
        if create_graph:
            raise NotImplementedError(_together("create_graph=True", 'strategy="forward-mode"', "create_graph=False"))
        return _by_columns(func, inputs, strict, vectorize)
    with enable_grad():
        one_input, points = _points(inputs, "jacobian", create_graph)
        one_output, outputs = _called(func, points, "jacobian", strict)
        if vectorize and strict:
            raise RuntimeError(
                "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. "
                "Please either set `strict=False` or `vectorize=False`."
            )
        blocks = []
        for i, out in enumerate(outputs):
            rows = [_row(entry, i, points, create_graph, strict) for entry in _entries(out)]
            blocks.append(tuple([block([row[k] for row in rows], 0, out, x) for k, x in enumerate(points)]))
    blocks = [_given(row, one_input, create_graph) for row in blocks]
    return blocks[0] if one_output else tuple(blocks)


def hessian(
    func: Func,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """Return the Hessian of ``func``: the second derivatives of one number.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor of one entry.
    inputs : Tensor or tuple of Tensor
        The point.
    create_graph : bool
        Let the Hessian be differentiated again.
    strict : bool
        Raise where the gradient does not depend on an input, instead of answering zeros.
    vectorize : bool
        Accepted, as in PyTorch: the numbers are the same.
    outer_jacobian_strategy : {"reverse-mode", "forward-mode"}
        How the gradient is differentiated: as ``strategy`` of ``jacobian``.

    Returns
    -------
    Tensor, shape (*input.shape, *input.shape)
        A tuple of tuples of them if ``inputs`` is a tuple.

    Raises
    ------
    RuntimeError
        If ``func`` returns more than one number, or in strict mode.

    Examples
    --------
    >>> from minigrad.autograd.functional import hessian
    >>> hessian(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    one_input, points = _tuple(inputs, "inputs", "hessian")
    assert outer_jacobian_strategy in MODES, 'Expected strategy to be either "forward-mode" or "reverse-mode".'

    def gradient(*xs: Any) -> Any:
        if outer_jacobian_strategy == "forward-mode":
            xs = tuple([x.requires_grad_(True) for x in xs])
        slope = jacobian(lambda *xs: _number(func, xs, "hessian", strict)[0].squeeze(), xs, create_graph=True)
        _check_depends(slope, "jacobian", strict)
        return slope

    found = jacobian(gradient, points, create_graph, strict, vectorize, outer_jacobian_strategy)
    return found[0][0] if one_input else found


def vhp(func: Func, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """Return ``func(*inputs)`` and the product of a vector ``v`` with the Hessian there.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor of one entry.
    inputs : Tensor or tuple of Tensor
        The point.
    v : Tensor or tuple of Tensor, optional
        The vector, shaped as ``inputs``; not needed where that is one number.
    create_graph : bool
        Let the results be differentiated again.
    strict : bool
        Raise where the gradient does not depend on an input, instead of answering zeros.

    Returns
    -------
    output : Tensor
        What ``func`` returned.
    vhp : Tensor or tuple of Tensor
        Shaped as ``inputs``.

    Raises
    ------
    RuntimeError
        If ``func`` returns more than one number, ``v`` has another shape than the input, or in strict mode.

    Examples
    --------
    >>> from minigrad.autograd.functional import vhp
    >>> vhp(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with enable_grad():
        one_input, points, vector, outputs, slope = _sloped(func, inputs, v, "vhp", create_graph, strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = _grad(slope, points, vector, create_graph)
        product = _filled(found, points, strict, create_graph, INDEPENDENT_SLOPE, INDEPENDENT_HESSIAN)
    return _given(outputs, True, create_graph), _given(product, one_input, create_graph)


def hvp(func: Func, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple[Any, Any]:
    """Return ``func(*inputs)`` and the product of the Hessian there with a vector ``v``.

    The Hessian is symmetric, so ``vhp`` gives the same numbers in fewer steps.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor of one entry.
    inputs : Tensor or tuple of Tensor
        The point.
    v : Tensor or tuple of Tensor, optional
        The vector, shaped as ``inputs``; not needed where that is one number.
    create_graph : bool
        Let the results be differentiated again.
    strict : bool
        Raise where the gradient does not depend on an input, instead of answering zeros.

    Returns
    -------
    output : Tensor
        What ``func`` returned.
    hvp : Tensor or tuple of Tensor
        Shaped as ``inputs``.

    Raises
    ------
    RuntimeError
        If ``func`` returns more than one number, ``v`` has another shape than the input, or in strict mode.

    Examples
    --------
    >>> from minigrad.autograd.functional import hvp
    >>> hvp(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with enable_grad():
        one_input, points, vector, outputs, slope = _sloped(func, inputs, v, "hvp", create_graph, strict)
        start = tuple([zeros_like(x, requires_grad=True) for x in points])
        curve = _grad(slope, points, start, True)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = _grad(curve, start, vector, create_graph)
        product = _filled(found, points, strict, create_graph, INDEPENDENT_CURVE, INDEPENDENT_HESSIAN)
    return _given(outputs, True, create_graph), _given(product, one_input, create_graph)


# --- What comes in, and what goes out ------------------------------------------------------------------------------


def _tuple(value: Any, what: str, name: str) -> tuple[bool, Tensors]:
    """Return whether ``value`` stands alone, and it as a tuple."""
    alone = not isinstance(value, tuple)
    values = (value,) if alone else value
    for i, x in enumerate(values):
        if not isinstance(x, Tensor):
            which = f"given {what}" if alone else f"value at index {i}"
            raise TypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the {which} has type "
                f"{type(x)}."
            )
    return alone, values


def _points(inputs: Any, name: str, create_graph: bool) -> tuple[bool, Tensors]:
    """Return the inputs as tensors of this call's own, so that nothing of the caller's graph is touched."""
    alone, given = _tuple(inputs, "inputs", name)
    return alone, tuple(
        [x.view(x.shape) if create_graph and x.requires_grad else x.detach().requires_grad_() for x in given]
    )


def _called(func: Func, points: Tensors, name: str, strict: bool) -> tuple[bool, Tensors]:
    """Return whether ``func`` returned one tensor, and what it returned as a tuple."""
    alone, outputs = _tuple(func(*points), "outputs of the user-provided function", name)
    _check_depends(outputs, "outputs", strict)
    return alone, outputs


def _number(func: Func, points: Tensors, name: str, strict: bool) -> Tensors:
    """Return the one number that ``func`` returns, as a tuple of one tensor."""
    alone, outputs = _called(func, points, name, strict)
    if not alone:
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if outputs[0].numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
    return outputs


OUTPUT_NEEDS_V = "the user-provided function returns a single Tensor with a single element."
INPUT_NEEDS_V = "the input to the user-provided function is a single Tensor with a single element."


def _vector(v: Any, like: Tensors, alone: bool, name: str, create_graph: bool, unless: str) -> Tensors | None:
    """Return ``v`` as a tuple, checked to be shaped as ``like``; None where a single number needs none."""
    if v is None:
        if len(like) != 1 or like[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if {unless}")
        return None
    _, vs = _tuple(v, "v", name)
    if len(vs) != len(like):
        if alone:
            raise RuntimeError("The given v should contain a single Tensor.")
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(like)} but got {len(vs)}.")
    for i, (x, other) in enumerate(zip(vs, like, strict=True)):
        if x.shape != other.shape:
            entry = "" if alone else f"Entry {i} in "
            raise RuntimeError(f"{entry}v has invalid size: should be {other.shape} but got {x.shape}.")
    return tuple([x.view(x.shape) if create_graph else x.detach() for x in vs])


def _given(results: Sequence[Any], alone: bool, create_graph: bool) -> Any:
    """Return results as the caller shaped what they belong to: one tensor or a tuple."""
    out = tuple(results) if create_graph else tuple([x.detach() for x in results])
    return out[0] if alone else out


# --- Steps of the way ----------------------------------------------------------------------------------------------


def _grad(outputs: Tensors, inputs: Tensors, start: Tensors | None, create_graph: bool, keep: Any = None) -> Tensors:
    """Return the gradients of those outputs that have any; None for an input that none of them depends on."""
    starts = (None,) * len(outputs) if start is None else start
    pairs = [(out, g) for out, g in zip(outputs, starts, strict=True) if out is not None and out.requires_grad]
    if not pairs:
        return (None,) * len(inputs)
    roots, begins = zip(*pairs, strict=True)
    found: Tensors = grad(roots, inputs, begins, keep, create_graph, allow_unused=True)
    return found


def _sloped(
    func: Func, inputs: Any, v: Any, name: str, create_graph: bool, strict: bool
) -> tuple[bool, Tensors, Tensors | None, Tensors, Tensors]:
    """Return whether there is one input, the inputs, the vector, the number and its gradient, to go on from."""
    alone, points = _points(inputs, name, create_graph)
    vector = _vector(v, points, alone, name, create_graph, INPUT_NEEDS_V)
    outputs = _number(func, points, name, strict)
    slope = _grad(outputs, points, None, True)
    _check_depends(slope, "jacobian", strict)
    return alone, points, vector, outputs, slope


def _entries(out: Any) -> Iterator[Any]:
    flat = out.reshape(-1)
    return (flat[j] for j in range(out.numel()))


def _row(entry: Any, i: int, points: Tensors, create_graph: bool, strict: bool) -> list[Any]:
    """Return one entry's gradient with respect to each input."""
    row = []
    for k, (g, x) in enumerate(zip(_grad((entry,), points, None, create_graph, keep=True), points, strict=True)):
        if g is None and strict:
            raise RuntimeError(f"Output {i} of the user-provided function is independent of input {k}. {STRICT}.")
        if g is not None and strict and create_graph and not g.requires_grad:
            raise RuntimeError(INDEPENDENT_JACOBIAN.format(i))
        row.append(zeros_like(x) if g is None else g)
    return row


def block(parts: Sequence[Any], dim: int, out: Any, x: Any) -> Any:
    """Return the rows (0), or columns (-1), of one block in the shape of output and input together."""
    shape = (*out.shape, *x.shape)
    return stack(parts, dim).reshape(shape) if parts else zeros_like(x).new_zeros(shape)


def _by_columns(func: Func, inputs: Any, strict: bool, vectorize: bool) -> Any:
    """Return the Jacobian worked out by ``jvp``: one column for each entry of each input."""
    if strict:
        raise RuntimeError(_together("strict=True", 'strategy="forward-mode"', "strict=False"))
    if not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian is only implemented for "
            "`vectorize=True`."
        )
    one_input, points = _tuple(inputs, "inputs", "jacobian")
    columns: list[list[Tensors]] = [[] for _ in points]  # an input, its entries, what each does to every output
    outputs = func(*[x.detach() for x in points]) if not any(x.numel() for x in points) else None
    for k, x in enumerate(points):
        for j in range(x.numel()):
            v = [zeros_like(other) for other in points]
            v[k].reshape(-1)[j] = 1.0
            outputs, column = jvp(func, points, tuple(v))
            columns[k].append(column if isinstance(column, tuple) else (column,))
    one_output, outs = _tuple(outputs, "outputs of the user-provided function", "jacobian")
    blocks = [
        tuple([block([column[i] for column in columns[k]], -1, out, x) for k, x in enumerate(points)])
        for i, out in enumerate(outs)
    ]
    blocks = [_given(row, one_input, False) for row in blocks]
    return blocks[0] if one_output else tuple(blocks)


def _together(one: str, other: str, instead: str) -> str:
    return (
        f"torch.autograd.functional.jacobian: `{one}` and `{other}` are not supported together (yet). Please either "
        f'set `{instead}` or `strategy="reverse-mode"`.'
    )


# --- Strict mode ---------------------------------------------------------------------------------------------------

INDEPENDENT_OUTPUT = "The output of the user-provided function is independent of input {}. " + STRICT + "."
INDEPENDENT_START = (
    "The gradient with respect to the input is independent of entry {} in the grad_outputs when using the double "
    "backward trick to compute forward mode gradients. " + STRICT + "."
)
INDEPENDENT_SLOPE = "The jacobian of the user-provided function is independent of input {}. " + STRICT + "."
INDEPENDENT_CURVE = (
    "The hessian of the user-provided function is independent of entry {} in the grad_jacobian. " + STRICT + " as it "
    "prevents from using the double backward trick to replace forward mode AD."
)
INDEPENDENT_JACOBIAN = (
    "The jacobian of the user-provided function is independent of input {}. " + STRICT + " when create_graph=True."
)
INDEPENDENT_HESSIAN = (
    "The hessian of the user-provided function is independent of input {}. " + STRICT + " when create_graph=True."
)

NO_GRADIENT = {
    "outputs": (
        "Output {} of the user-provided function does not require gradients. The outputs must be computed in a "
        "differentiable manner from the input when running in strict mode."
    ),
    "grad_inputs": (
        "The gradient with respect to input {} is independent of the inputs of the user-provided function. "
        + STRICT
        + "."
    ),
    "jacobian": (
        "While computing the hessian, found that the jacobian of the user-provided function with respect to input {} "
        "is independent of the input. " + STRICT + ". You should ensure that your function is twice differentiable and "
        "that the jacobian depends on the inputs (this would be violated by a linear function for example)."
    ),
}


def _check_depends(tensors: Tensors, what: str, strict: bool) -> None:
    """In strict mode, refuse what does not depend on the inputs."""
    for i, x in enumerate(tensors if strict else ()):
        if x is None:
            raise RuntimeError(INDEPENDENT_OUTPUT.format(i))
        if not x.requires_grad:
            raise RuntimeError(NO_GRADIENT[what].format(i))


def _filled(found: Tensors, like: Tensors, strict: bool, create_graph: bool, absent: str, constant: str) -> Tensors:
    """Put zeros where nothing was found; in strict mode, refuse instead, and refuse what cannot be differentiated."""
    out = []
    for i, (g, x) in enumerate(zip(found, like, strict=True)):
        if strict and g is None:
            raise RuntimeError(absent.format(i))
        if strict and create_graph and not g.requires_grad:
            raise RuntimeError(constant.format(i))
        out.append(zeros_like(x) if g is None else g)
    return tuple(out)
