"""gradcheck: is a backward formula true? Its Jacobian is compared with finite differences of the forward."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.autograd import grad
from minigrad.autograd.base import Array, wrap
from minigrad.autograd.function import Function, FunctionNode
from minigrad.autograd.functional import jvp
from minigrad.autograd.intermediates import intermediates
from minigrad.autograd.mismatch import Mismatch, sentence
from minigrad.creation import zeros_like
from minigrad.ops.complex_numbers import ViewAsReal, view_as_complex, view_as_real
from minigrad.ops.inplace import writeable
from minigrad.tensor import Tensor

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

Func = Callable[..., Any]
Tensors = tuple[Any, ...]


class GradcheckError(RuntimeError):
    """What ``gradcheck`` and ``gradgradcheck`` raise: a backward formula that is not true."""


@dataclass
class _Check:
    """The function to check, where, and how exactly."""

    func: Func
    inputs: Tensors
    eps: float
    atol: float
    rtol: float
    nondet_tol: float
    output_name: str = "output {}"
    input_names: tuple[str, ...] = ()
    advice: Callable[[], str] = str  # what else can be said of a mismatch
    pairs: Sequence[bool] = ()  # which of the inputs that want a gradient are parts of complex numbers

    def __post_init__(self) -> None:
        self.wanted = [x for x in self.inputs if isinstance(x, Tensor) and x.requires_grad]

    def as_reals(self) -> None:
        """Take each complex number for the pair of its parts, so that all else compares real numbers."""
        func, complexes = self.func, [_is_complex(x) and x.requires_grad for x in self.inputs]

        def of_reals(*args: Any) -> Tensors:
            found = _tuple(func(*[view_as_complex(x) if z else x for x, z in zip(args, complexes, strict=True)]))
            return tuple([view_as_real(out) if _is_complex(out) else out for out in found])

        self.func = of_reals
        self.inputs = tuple([_parts(x) if z else x for x, z in zip(self.inputs, complexes, strict=True)])
        self.pairs = [
            z for x, z in zip(self.inputs, complexes, strict=True) if isinstance(x, Tensor) and x.requires_grad
        ]
        self.__post_init__()

    def outputs(self) -> Tensors:
        """Run the function and return the outputs that have a gradient."""
        return tuple([out for out in _tuple(self.func(*self.inputs)) if out.requires_grad])

    def named(self, i: int) -> str:
        """Return what to call the ``i``-th of the inputs that want a gradient."""
        if self.input_names:
            return self.input_names[i]
        places = [k for k, x in enumerate(self.inputs) if any(x is wanted for wanted in self.wanted)]
        return f"input {places[i]}"


def gradcheck(
    func: Func,
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Compare the gradients that ``backward`` gives with finite differences of ``func``.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor or a tuple of tensors.
    inputs : Tensor or tuple of Tensor
        Where to look; those with ``requires_grad=True`` are checked, and should be float64, or complex128: then the
        real and the imaginary part of each number are two entries.
    eps : float
        The step: ``(func(x + eps) - func(x - eps)) / (2 * eps)``.
    atol, rtol : float
        What may differ: ``|analytical - numerical| <= atol + rtol * |numerical|``.
    raise_exception : bool
        Raise, and say what is wrong, instead of returning False.
    nondet_tol : float
        How much two backward passes on the same input may differ.
    check_undefined_grad : bool
        Also check that outputs without a gradient count as zeros.
    check_grad_dtypes : bool
        Accepted: the engine sees to it that a gradient has its input's dtype.
    check_batched_grad, check_batched_forward_grad : bool
        Accepted: a batch of gradients is a loop here, which is what is checked already.
    check_forward_ad : bool
        Also compare Jacobian-vector products.
    check_backward_ad : bool
        Compare gradients.
    fast_mode : bool
        Compare one random combination of the entries instead of the whole Jacobian.
    masked : bool, optional
        Accepted: it is for sparse tensors.

    Returns
    -------
    bool
        True; False if something differs and ``raise_exception`` is False.

    Raises
    ------
    GradcheckError
        If something differs: a ``RuntimeError`` that says which output, input and entry, and gives both numbers.
    ValueError
        If no input requires a gradient.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], dtype=mg.float64, requires_grad=True)
    >>> mg.autograd.gradcheck(lambda x: x.exp() * x, (x,))
    True
    """
    assert check_forward_ad or check_backward_ad, (
        "Expected at least one of check_forward_ad or check_backward_ad to be True"
    )
    assert check_backward_ad or not check_batched_grad, (
        "Setting check_batched_grad=True requires check_backward_ad to be True"
    )
    assert check_forward_ad or not check_batched_forward_grad, (
        "Setting check_batched_forward_grad=True requires check_forward_ad to be True"
    )
    check = _Check(func, _tuple(inputs), eps, atol, rtol, nondet_tol)
    return _run(check, raise_exception, check_undefined_grad, check_forward_ad, check_backward_ad, fast_mode)


def gradgradcheck(
    func: Func,
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """Compare the gradients of the gradients with finite differences of the gradients.

    Parameters
    ----------
    func : callable
        It takes tensors and returns a tensor or a tuple of tensors.
    inputs : Tensor or tuple of Tensor
        Where to look; those with ``requires_grad=True`` are checked, and should be float64 or complex128.
    grad_outputs : Tensor or tuple of Tensor, optional
        What the backward pass starts with; random by default.
    eps : float
        The step of the finite differences.
    atol, rtol : float
        What may differ: ``|analytical - numerical| <= atol + rtol * |numerical|``.
    gen_non_contig_grad_outputs : bool
        Whether random ``grad_outputs`` lie scattered in memory.
    raise_exception : bool
        Raise, and say what is wrong, instead of returning False.
    nondet_tol : float
        How much two backward passes on the same input may differ.
    check_undefined_grad : bool
        Also check that outputs without a gradient count as zeros.
    check_grad_dtypes, check_batched_grad : bool
        Accepted, as in ``gradcheck``.
    check_fwd_over_rev : bool
        Also compare Jacobian-vector products of the gradients.
    check_rev_over_rev : bool
        Compare gradients of the gradients.
    fast_mode : bool
        Compare one random combination of the entries instead of the whole Jacobian.
    masked : bool
        Accepted: it is for sparse tensors.

    Returns
    -------
    bool
        True; False if something differs and ``raise_exception`` is False.

    Raises
    ------
    GradcheckError
        If something differs. Where a custom ``Function`` kept a value that it had worked out inside ``forward``, the
        error names it: a second derivative takes it for a constant.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], dtype=mg.float64, requires_grad=True)
    >>> mg.autograd.gradgradcheck(lambda x: x.exp() * x, (x,))
    True
    """
    assert check_fwd_over_rev or check_rev_over_rev, (
        "Expected at least one of check_fwd_over_rev or check_rev_over_rev to be True"
    )
    for name, value in (("check_undefined_grad", check_undefined_grad), ("check_batched_grad", check_batched_grad)):
        assert check_rev_over_rev or not value, f"Setting {name}=True requires check_rev_over_rev to be True"
    first = _Check(func, _tuple(inputs), eps, atol, rtol, nondet_tol)
    if grad_outputs is None:
        starts = tuple([_random_start(out, gen_non_contig_grad_outputs) for out in first.outputs()])
    else:
        starts = _tuple(grad_outputs)
    n = len(first.inputs)
    wanted = [i for i, x in enumerate(first.inputs) if isinstance(x, Tensor) and x.requires_grad]

    def gradients(*args: Any) -> Tensors:
        outputs = [out for out in _tuple(func(*args[:n])) if out.requires_grad]
        found = grad(outputs, [args[i] for i in wanted], args[n:], create_graph=True, allow_unused=True)
        return tuple([g for g in found if g is not None])

    names = [*[f"input {i}" for i in wanted], *[f"grad_output {i}" for i, x in enumerate(starts) if x.requires_grad]]

    def advice() -> str:
        return "\n".join(intermediates(first.outputs, first.wanted))

    second = _Check(
        gradients,
        (*first.inputs, *starts),
        eps,
        atol,
        rtol,
        nondet_tol,
        "gradient {}",
        tuple(names),
        advice,
    )
    return _run(second, raise_exception, check_undefined_grad, check_fwd_over_rev, check_rev_over_rev, fast_mode, True)


def _run(
    check: _Check,
    raise_exception: bool,
    undefined: bool,
    forward: bool,
    backward: bool,
    fast: bool,
    of_gradients: bool = False,
) -> bool:
    """Make the checks one after the other."""
    try:
        _check_inputs(check)
        check.as_reals()
        outputs = check.outputs()
        _check_constants(check, bool(outputs), of_gradients)
        if not outputs:
            return True
        compare = _compare_fast if fast else _compare
        compare(check, outputs, forward, backward)
        if backward:
            _check_linear(outputs, check.wanted)
            if undefined:
                _check_undefined(check)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


# --- What is checked -----------------------------------------------------------------------------------------------


def _tuple(value: Any) -> Tensors:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _is_complex(x: Any) -> bool:
    return isinstance(x, Tensor) and x._array.dtype.kind == "c"


def _parts(x: Any) -> Any:
    """Return a leaf of the real and imaginary parts of a tensor, in a last dimension."""
    return wrap(np.stack([x._array.real, x._array.imag], -1), None, True)


def _check_inputs(check: _Check) -> None:
    """Refuse inputs on which finite differences say nothing; warn of those that have too few digits."""
    for i, x in enumerate(check.inputs):
        if not isinstance(x, Tensor) or not x.requires_grad:
            continue
        if x._array.dtype not in (np.float64, np.complex128):
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or complex. This check "
                "will likely fail if all the inputs are not of double precision floating point or complex. ",
                UserWarning,
                stacklevel=4,
            )
        if any(step == 0 and size > 1 for step, size in zip(x._array.strides, x._array.shape, strict=True)):
            raise RuntimeError(
                f"The {i}th input has a dimension with stride 0. gradcheck only supports inputs that are "
                "non-overlapping to be able to compute the numerical gradients correctly. You should call .contiguous "
                "on the input before passing it to gradcheck."
            )
        x.retain_grad()
    if not check.wanted:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )


def _check_constants(check: _Check, some: bool, of_gradients: bool) -> None:
    """Refuse outputs without a gradient that do change with the inputs.

    Where other outputs have one PyTorch does not look at them. Of gradients none may be left out: a gradient that was
    worked out outside the graph makes the second derivative silently wrong.
    """
    if some and not of_gradients:
        return

    def constants() -> Tensors:
        return tuple([out for out in _tuple(check.func(*check.inputs)) if not out.requires_grad])

    if not constants():
        return
    for x in check.wanted:
        for column in _differences(check, x, constants):
            if any(rise.any() for rise in column):
                advice = check.advice() if of_gradients else ""
                raise GradcheckError("Numerical gradient for function expected to be zero" + (advice and f"\n{advice}"))


def _differences(check: _Check, x: Any, outputs: Callable[[], Tensors]) -> Iterator[list[Array]]:
    """Yield, for each entry of ``x``, how fast each output changes with it."""
    for index in np.ndindex(x._array.shape):
        low, high = _at(x, index, -check.eps, outputs), _at(x, index, check.eps, outputs)
        yield [(b - a) / (2 * check.eps) for a, b in zip(low, high, strict=True)]


def _at(x: Any, index: Any, step: float | Array, outputs: Callable[[], Tensors]) -> list[Array]:
    """Return the outputs, in double precision and flat, with ``step`` added to an entry of ``x`` for the time being."""
    array = writeable(x._array)
    kept = array[index].copy()
    array[index] = kept + step
    try:
        return [np.array(out._array, dtype=np.float64).reshape(-1) for out in outputs()]
    finally:
        array[index] = kept


def _numerical(check: _Check, outputs: Tensors) -> list[list[Array]]:
    """Return the Jacobian of each output by each input from finite differences, one row an entry of the output."""
    blocks: list[list[Array]] = [[np.zeros((out.numel(), x.numel())) for x in check.wanted] for out in outputs]
    for i, x in enumerate(check.wanted):
        for column, rises in enumerate(_differences(check, x, check.outputs)):
            for o, rise in enumerate(rises):
                blocks[o][i][:, column] = rise
    return blocks


def _analytical(out: Any, inputs: Sequence[Any]) -> list[Array]:
    """Return the Jacobian of one output by each input from backward passes, one a row."""
    blocks: list[Array] = [np.zeros((out.numel(), x.numel())) for x in inputs]
    for row, index in enumerate(np.ndindex(out._array.shape)):
        start = np.zeros_like(out._array)
        start[index] = 1
        for block, g in zip(blocks, grad(out, inputs, wrap(start), True, allow_unused=True), strict=True):
            if g is not None:
                block[row] = g._array.reshape(-1)
    return blocks


def _by_products(check: _Check, outputs: Tensors) -> list[list[Array]]:
    """Return the Jacobians from Jacobian-vector products, one a column."""
    blocks: list[list[Array]] = [[np.zeros((out.numel(), x.numel())) for x in check.wanted] for out in outputs]

    def func(*xs: Any) -> Tensors:
        given = iter(xs)
        args = [next(given) if any(x is w for w in check.wanted) else x for x in check.inputs]
        return tuple([out for out in _tuple(check.func(*args)) if out.requires_grad])

    for i, x in enumerate(check.wanted):
        for column, index in enumerate(np.ndindex(x._array.shape)):
            v = [np.zeros_like(w._array) for w in check.wanted]
            v[i][index] = 1
            _, products = jvp(func, tuple(check.wanted), tuple([wrap(a) for a in v]))
            for o, product in enumerate(products):
                blocks[o][i][:, column] = product._array.reshape(-1)
    return blocks


def _compare(check: _Check, outputs: Tensors, forward: bool, backward: bool) -> None:
    """Compare whole Jacobians."""
    numerical = _numerical(check, outputs)
    if forward:
        for o, (blocks, found) in enumerate(zip(_by_products(check, outputs), numerical, strict=True)):
            for i, (a, n) in enumerate(zip(blocks, found, strict=True)):
                _refuse_different(check, a, n, outputs, o, i)
    for o, out in enumerate(outputs if backward else ()):
        first, second = _analytical(out, check.wanted), _analytical(out, check.wanted)
        _check_repeats(check, first, second)
        for i, (a, n) in enumerate(zip(first, numerical[o], strict=True)):
            _refuse_different(check, a, n, outputs, o, i)


def _check_repeats(check: _Check, first: Sequence[Array], second: Sequence[Array]) -> None:
    """Refuse a backward that gives other numbers when it runs again."""
    if any((np.abs(a - b) > check.nondet_tol).any() for a, b in zip(first, second, strict=True)):
        raise GradcheckError(
            "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives "
            "different values, although analytical gradient matches numerical gradient."
            f"The tolerance for nondeterminism was {check.nondet_tol}."
        )


def _refuse_different(check: _Check, a: Array, n: Array, outputs: Tensors, o: int, i: int) -> None:
    """Raise what there is to say of two Jacobians that differ."""
    wrong = ~np.isclose(a, n, rtol=check.rtol, atol=check.atol)
    if wrong.any():
        report = _report(check, a, n, wrong, outputs, o, i)
        raise GradcheckError(sentence(n, a, o, i, f"\n{report}\n"))


def _report(check: _Check, a: Array, n: Array, wrong: Array, outputs: Tensors, o: int, i: int) -> Mismatch:
    """Look more closely at where two Jacobians differ."""
    x, out = check.wanted[i], outputs[o]
    node = out.grad_fn
    pairs = isinstance(node, ViewAsReal)
    if pairs:
        node = node.next_functions[0][0]
    single = x._array.dtype != np.float64
    report = Mismatch(
        a, n, check.output_name.format(o), check.named(i), tuple(out.shape), tuple(x.shape), wrong, single=single
    )
    report.advice = check.advice()
    report.pairs = pairs, check.pairs[i]
    report.node = node._short_name() if isinstance(node, FunctionNode) else ""
    row, column = report.worst
    if not single:
        index = np.unravel_index(column, x._array.shape) if x._array.ndim else ()
        low, here, high = (_at(x, index, s * check.eps, check.outputs)[o][row] for s in (-1, 0, 1))
        report.slopes = float((here - low) / check.eps), float((high - here) / check.eps)
    return report


def _compare_fast(check: _Check, outputs: Tensors, forward: bool, backward: bool) -> None:
    """Compare one random combination of all entries; where it differs, compare all of them."""
    draw = np.random.default_rng(2147483647)  # of its own, so that the user's random numbers are the same with it

    def direction(shape: tuple[int, ...]) -> Array:
        u = draw.random(shape) + 0.1  # no weight so small that an entry could hide
        return np.asarray(u / np.sqrt((u * u).sum())) if u.size else u

    us = [direction(x._array.shape) for x in check.wanted]
    vs = [direction(out._array.shape) for out in outputs]
    for i, (x, u) in enumerate(zip(check.wanted, us, strict=True)):
        low, high = (_at(x, ..., s * check.eps * u, check.outputs) for s in (-1, 1))
        for o, (out, v) in enumerate(zip(outputs, vs, strict=True)):
            n = float((v.reshape(-1) * (high[o] - low[o])).sum() / (2 * check.eps))
            start = wrap(v.astype(out._array.dtype))
            a, again = (
                0.0 if g is None else float((g._array * u).sum())
                for (g,) in (grad(out, x, start, True, allow_unused=True) for _ in range(2))
            )
            _check_repeats(check, [np.asarray(a)], [np.asarray(again)])
            if backward and not np.isclose(a, n, rtol=check.rtol, atol=check.atol):
                _recompute(check, a, n, outputs, o, i)
    if forward:
        _compare(check, outputs, True, False)


def _recompute(check: _Check, a: float, n: float, outputs: Tensors, o: int, i: int) -> None:
    """Raise what there is to say of a combination that differs."""
    slow, exact = _analytical(outputs[o], check.wanted)[i], _numerical(check, outputs)[o][i]
    wrong = ~np.isclose(slow, exact, rtol=check.rtol, atol=check.atol)
    wrong = wrong if wrong.any() else np.ones_like(wrong)
    report = _report(check, slow, exact, wrong, outputs, o, i)
    middle = (
        "\nThe above quantities relating the numerical and analytical jacobians are computed \nin fast mode. Below, we "
        f"recompute numerical and analytical jacobians in slow mode:\n\nNumerical:\n {wrap(exact.T.copy())}\n"
        f"Analytical:\n{wrap(slow.T.copy())}\n\nThe max per-element difference (slow mode) is: "
        f"{float(np.abs(slow - exact).max())}.\n\n{report}\n"
    )
    raise GradcheckError(sentence(n, a, o, i, middle))


def _check_linear(outputs: Tensors, inputs: Sequence[Any]) -> None:
    """Refuse a backward that gives something where it is started with nothing."""
    starts = [zeros_like(out) for out in outputs]
    for g in grad(outputs, inputs, starts, True, allow_unused=True):
        if g is not None and g._array.any():
            raise GradcheckError("backward not multiplied by grad_output")


class _Undefined(Function):
    """Its backward gives no gradient at all."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return None


def _check_undefined(check: _Check) -> None:
    """Refuse a backward that cannot do without the gradient of an output, or takes it for other than zeros."""
    outputs = check.outputs()
    trials: list[Tensors] = [tuple([_Undefined.apply(out) for out in outputs])]
    for k in range(len(outputs) if len(outputs) > 1 else 0):
        trials.append(tuple([_Undefined.apply(out) if i == k else out for i, out in enumerate(check.outputs())]))
    for trial in trials:
        problem = None
        error = None
        try:
            found = grad(trial, check.wanted, [zeros_like(out) for out in trial], allow_unused=True)
        except RuntimeError as raised:
            error = raised
            problem = "Expected backward function to handle undefined output grads. "
        else:
            if any(g is not None and g._array.any() for g in found):
                problem = (
                    "Expected all input grads to be undefined or zero when all output grads are undefined or zero. "
                )
        if problem:
            warnings.warn(
                "Backwards compatibility: New undefined gradient support checking feature is enabled by default, but "
                "it may break existing callers of this function. If this is true for you, you can call this function "
                'with "check_undefined_grad=False" to disable the feature',
                UserWarning,
                stacklevel=4,
            )
            raise GradcheckError(
                f'{problem}Please look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
                "\nAn output that took no part in the result has no gradient: backward gets None for it where "
                "ctx.set_materialize_grads(False) asked for that, and zeros otherwise."
            ) from error


def _random_start(out: Any, scattered: bool) -> Any:
    """Return a random gradient to start with."""
    dtype = out._array.dtype if out._array.dtype.kind in "fc" else np.dtype(np.float64)
    draw = np.random.default_rng(out._array.size)  # of its own: see `_compare_fast`
    values = draw.uniform(-1, 1, (*out._array.shape, 2) if scattered else out._array.shape)
    if dtype.kind == "c":
        values = values + 1j * draw.uniform(-1, 1, values.shape)
    return wrap(np.asarray(values[..., 0] if scattered else values, dtype=dtype), None, True)
