"""Functions made of functions: grad, vjp, jvp, jacrev, jacfwd, hessian.

In words: each takes fresh names for the tensors it differentiates by, runs the function on them, and goes backward. The
names stay tied to the tensors they stand for, so that one transform works inside another.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from minigrad.autograd import grad as backward_of
from minigrad.autograd.functional import block
from minigrad.autograd.grad_mode import enable_grad, is_grad_enabled
from minigrad.autograd.node import AccumulateGrad, Node
from minigrad.creation import zeros_like
from minigrad.func.tree import flatten, structure
from minigrad.tensor import Tensor

Func = Callable[..., Any]
Argnums = int | tuple[int, ...]


def grad_and_value(func: Func, argnums: Argnums = 0, has_aux: bool = False) -> Func:
    """Return a function that gives the gradient of ``func``, and its value.

    Parameters
    ----------
    func : callable
        It returns a tensor of one number; with ``has_aux`` a pair of it and anything else.
    argnums : int or tuple of int
        By which positional arguments to differentiate.
    has_aux : bool
        Whether ``func`` returns something besides.

    Returns
    -------
    callable
        Returns ``(gradient, value)``, or ``(gradient, (value, aux))``.

    Examples
    --------
    >>> mg.func.grad_and_value(lambda x: (x**2).sum())(mg.tensor([1.0, 2.0]))
    (tensor([2., 4.]), tensor(5.))
    """

    @functools.wraps(func)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            args, chosen, rebuild = _named(args, argnums)
            out = func(*args, **kwargs)
            aux = None
            if has_aux:
                out, aux = _pair(out, "grad_and_value(f)(*args)")
            if not isinstance(out, Tensor):
                raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(out)}")
            if out.dim() != 0:
                raise RuntimeError(
                    "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
                    f"{out.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
                )
            found = _slopes([out], chosen, None)
        found, out, aux = _outside(chosen, (found, out, aux))
        return rebuild(found), ((out, aux) if has_aux else out)

    return wrapped


def grad(func: Func, argnums: Argnums = 0, has_aux: bool = False) -> Func:
    """Return a function that gives the gradient of ``func``.

    Parameters
    ----------
    func : callable
        It returns a tensor of one number; with ``has_aux`` a pair of it and anything else.
    argnums : int or tuple of int
        By which positional arguments to differentiate.
    has_aux : bool
        Whether ``func`` returns something besides.

    Returns
    -------
    callable
        Returns the gradient, or ``(gradient, aux)``.

    Raises
    ------
    RuntimeError
        When called, if ``func`` returns more than one number.

    Examples
    --------
    >>> mg.func.grad(mg.func.grad(lambda x: x**3))(mg.tensor(2.0))
    tensor(12.)
    """

    @functools.wraps(func)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        found, value = grad_and_value(func, argnums, has_aux)(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return wrapped


def vjp(func: Func, *primals: Any, has_aux: bool = False) -> Any:
    """Return ``func(*primals)``, and a function that gives products of vectors with its Jacobian there.

    Parameters
    ----------
    func : callable
        It returns tensors; with ``has_aux`` a pair of them and anything else.
    *primals
        The point: tensors, or tuples, lists and dicts of them.
    has_aux : bool
        Whether ``func`` returns something besides.

    Returns
    -------
    output : Any
        What ``func`` returned.
    vjp_func : callable
        Takes a vector shaped as the output, and returns a tuple: one product a primal.
    aux : Any
        Only with ``has_aux``.

    Examples
    --------
    >>> out, pull = mg.func.vjp(lambda x: x**2, mg.tensor([1.0, 2.0]))
    >>> pull(mg.tensor([1.0, 10.0]))
    (tensor([ 2., 40.]),)
    """
    with enable_grad():
        args, chosen, rebuild = _named(primals, tuple(range(len(primals))))
        out = func(*args)
        aux = None
        if has_aux:
            out, aux = _pair(out, "vjp(f, *primals)")
    outputs, _ = flatten(out)
    for x in outputs:
        if not isinstance(x, Tensor):
            raise RuntimeError(
                f"vjp(f, *primals): expected f(*primals) to return only tensors, got unsupported type {type(x)}"
            )

    def vjp_func(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        if structure(cotangents) != structure(out):
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of outputs to the "
                f"function. cotangents: {structure(cotangents)}, primal output: {structure(out)}"
            )
        starts, _ = flatten(cotangents)
        with enable_grad():
            found = _slopes(outputs, chosen, starts)
        return rebuild(_outside(chosen, found))

    shown = _outside(chosen, out)
    return (shown, vjp_func, _outside(chosen, aux)) if has_aux else (shown, vjp_func)


def jvp(func: Func, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """Return ``func(*primals)``, and the product of its Jacobian there with a vector.

    Parameters
    ----------
    func : callable
        It returns tensors; with ``has_aux`` a pair of them and anything else.
    primals : tuple
        The point.
    tangents : tuple
        The vector, shaped as ``primals``.
    strict : bool
        Accepted, as in PyTorch.
    has_aux : bool
        Whether ``func`` returns something besides.

    Returns
    -------
    output, jvp_out : Any
        What ``func`` returned, and the product in its shape; with ``has_aux`` aux as well.

    Notes
    -----
    Worked out by differentiating a backward pass: see ``autograd.functional.jvp``.

    Examples
    --------
    >>> mg.func.jvp(lambda x: x**2, (mg.tensor([1.0, 2.0]),), (mg.tensor([1.0, 0.0]),))
    (tensor([1., 4.]), tensor([2., 0.]))
    """
    if not isinstance(primals, tuple):
        raise RuntimeError(
            "jvp(f, primals, tangents): Expected primals to be a tuple. E.g. it should be valid to call f(*primals)."
        )
    if structure(primals) != structure(tangents):
        raise RuntimeError(
            "jvp(f, primals, tangents): Expected primals and tangents to have the same python structure. For example, "
            "if primals is a tuple of 3 tensors, tangents also must be. Got primals with structure "
            f"{structure(primals)} and tangents with structure {structure(tangents)}"
        )
    with enable_grad():
        args, chosen, _ = _named(primals, tuple(range(len(primals))))
        out = func(*args)
        aux = None
        if has_aux:
            out, aux = _pair(out, "jvp(f, *primals)")
        outputs, rebuild = flatten(out)
        starts = [zeros_like(x, requires_grad=True) for x in outputs]  # the backward is linear in them
        slopes = _slopes(outputs, chosen, starts)
        products = rebuild(_slopes(slopes, starts, flatten(tangents)[0]))
    own = [*chosen, *starts]
    shown, products = _outside(own, out), _outside(own, products)
    return (shown, products, _outside(own, aux)) if has_aux else (shown, products)


def linearize(func: Func, *primals: Any) -> tuple[Any, Func]:
    """Return ``func(*primals)``, and a function that multiplies its Jacobian there with vectors.

    ``func`` runs once, however many vectors there are: where there is only one, ``jvp`` does both.

    Parameters
    ----------
    func : callable
        It returns tensors.
    *primals : Any
        The point.

    Returns
    -------
    output : Any
        What ``func`` returned.
    jvp_fn : callable
        Takes a vector, shaped as ``primals``, and returns the product in the shape of the output.

    Examples
    --------
    >>> output, jvp_fn = mg.func.linearize(lambda x: x**2, mg.tensor([1.0, 2.0]))
    >>> jvp_fn(mg.tensor([1.0, 0.0]))
    tensor([2., 0.])
    """
    with enable_grad():
        args, chosen, _ = _named(primals, tuple(range(len(primals))))
        out = func(*args)
        outputs, rebuild = flatten(out)
        starts = [zeros_like(x, requires_grad=True) for x in outputs]
        slopes = _slopes(outputs, chosen, starts)
    own = [*chosen, *starts]

    def jvp_fn(*tangents: Any) -> Any:
        if structure(tangents) != structure(primals):
            raise RuntimeError(
                f"Expected the tangents {structure(tangents)} to have the same argspec as the primals "
                f"{structure(primals)}"
            )
        given, _ = flatten(tangents)
        for i, (x, tangent) in enumerate(zip(chosen, given, strict=True)):
            for what in ("shape", "dtype"):
                got, needed = getattr(tangent, what), getattr(x, what)
                if got != needed:
                    raise RuntimeError(
                        f"tangent:{i} with {what} {got} in flattened pytree doesn't match the {what} {needed} of the "
                        "corresponding primal."
                    )
        with enable_grad():
            return _outside(own, rebuild(_slopes(slopes, starts, given)))

    return _outside(own, out), jvp_fn


def jacrev(func: Func, argnums: Argnums = 0, *, has_aux: bool = False, chunk_size: int | None = None) -> Func:
    """Return a function that gives the Jacobian of ``func``, row by row: one backward pass an output entry.

    Parameters
    ----------
    func : callable
        It returns tensors; with ``has_aux`` a pair of them and anything else.
    argnums : int or tuple of int
        By which positional arguments to differentiate.
    has_aux : bool
        Whether ``func`` returns something besides.
    chunk_size : int, optional
        Accepted: rows are worked out one at a time.

    Returns
    -------
    callable
        Returns, in the shape of the output, tensors of shape (*output.shape, *input.shape).

    Examples
    --------
    >>> mg.func.jacrev(lambda x: x**2)(mg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    @functools.wraps(func)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            args, chosen, rebuild = _named(args, argnums)
            out = func(*args, **kwargs)
            aux = None
            if has_aux:
                out, aux = _pair(out, "vjp(f, *primals)")
            outputs, whole = flatten(out)
            blocks = []
            for y in outputs:
                rows = [_slopes([entry], chosen, None) for entry in y.reshape(-1)]
                blocks.append(rebuild([block([row[k] for row in rows], 0, y, x) for k, x in enumerate(chosen)]))
        found = _outside(chosen, whole(blocks))
        return (found, _outside(chosen, aux)) if has_aux else found

    return wrapped


def jacfwd(func: Func, argnums: Argnums = 0, has_aux: bool = False, *, randomness: str = "error") -> Func:
    """Return a function that gives the Jacobian of ``func``, column by column: one ``jvp`` an input entry.

    Parameters
    ----------
    func : callable
        It returns tensors; with ``has_aux`` a pair of them and anything else.
    argnums : int or tuple of int
        By which positional arguments to differentiate.
    has_aux : bool
        Whether ``func`` returns something besides.
    randomness : str
        Accepted, as in PyTorch.

    Returns
    -------
    callable
        Returns what ``jacrev`` does.

    Examples
    --------
    >>> mg.func.jacfwd(lambda x: x**2)(mg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    @functools.wraps(func)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        places = _places(argnums, len(args))
        primals = tuple([args[i] for i in places])
        points, rebuild = flatten(primals if isinstance(argnums, tuple) else primals[0])
        _, again = flatten(primals)

        def of_chosen(*leaves: Any) -> Any:
            given = list(args)
            for i, x in zip(places, again(leaves), strict=True):
                given[i] = x
            return func(*given, **kwargs)

        columns: list[list[Any]] = []
        aux = out = None
        for k, x in enumerate(points):
            column = []
            for j in range(x.numel()):
                tangents = [zeros_like(y) for y in points]
                tangents[k].reshape(-1)[j] = 1.0
                out, product, *rest = jvp(of_chosen, tuple(points), tuple(tangents), has_aux=has_aux)
                aux = rest[0] if rest else None
                column.append(flatten(product)[0])
            columns.append(column)
        if not any(columns):
            out = of_chosen(*points)
            if has_aux:
                out, aux = _pair(out, "jacfwd(f, *primals)")
        outputs, whole = flatten(out)
        blocks = []
        for o, y in enumerate(outputs):
            blocks.append(rebuild([block([c[o] for c in columns[k]], -1, y, x) for k, x in enumerate(points)]))
        return (whole(blocks), aux) if has_aux else whole(blocks)

    return wrapped


def hessian(func: Func, argnums: Argnums = 0) -> Func:
    """Return a function that gives the Hessian of ``func``: the Jacobian of its Jacobian.

    Parameters
    ----------
    func : callable
        It returns a tensor.
    argnums : int or tuple of int
        By which positional arguments to differentiate.

    Returns
    -------
    callable

    Examples
    --------
    >>> mg.func.hessian(lambda x: (x**3).sum())(mg.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


# --- Steps of the way ----------------------------------------------------------------------------------------------


def _places(argnums: Argnums, n: int) -> list[int]:
    """Return which arguments are meant, counted from the front."""
    places = []
    for i in argnums if isinstance(argnums, tuple) else (argnums,):
        if not -n <= i < n:
            raise RuntimeError(f"Got argnum={i}, but only {n} positional inputs")
        places.append(i % n)
    return places


def _named(args: Sequence[Any], argnums: Argnums) -> tuple[tuple[Any, ...], list[Any], Callable[[Sequence[Any]], Any]]:
    """Return the arguments with fresh tensors in the chosen ones, those tensors, and what shapes results like them."""
    places = _places(argnums, len(args)) if args else []
    primals = tuple([args[i] for i in places])
    leaves, again = flatten(primals)
    fresh = []
    for x in leaves:
        if not isinstance(x, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(x)}")
        # tied to a tensor that itself wants a gradient, as under another transform; else a leaf of its own
        fresh.append(x.view(x.shape) if x.requires_grad else x.detach().requires_grad_())
    given = list(args)
    for i, value in zip(places, again(fresh), strict=True):
        given[i] = value
    _, rebuild = flatten(primals if isinstance(argnums, tuple) else primals[0])
    return tuple(given), fresh, rebuild


def _slopes(outputs: Sequence[Any], inputs: Sequence[Any], starts: Sequence[Any] | None) -> list[Any]:
    """Return gradients, zeros where an input was not used, that can be differentiated again."""
    pairs = [(y, None if starts is None else starts[i]) for i, y in enumerate(outputs) if y.requires_grad]
    if not pairs:
        return [zeros_like(x) for x in inputs]
    roots, begins = zip(*pairs, strict=True)
    found = backward_of(roots, inputs, begins, create_graph=True, allow_unused=True)
    return [zeros_like(x) if g is None else g for g, x in zip(found, inputs, strict=True)]


def _outside(own: Sequence[Any], tree: Any) -> Any:
    """Return results as the caller sees them: with a history only where it leads to something of the caller's."""
    leaves, rebuild = flatten(tree)
    keep = is_grad_enabled()
    mine = {x._accumulator for x in own if x._node is None}
    out = []
    for x in leaves:
        cut = isinstance(x, Tensor) and x.requires_grad and not (keep and _leads_out(x, mine))
        out.append(x.detach() if cut else x)
    return rebuild(out)


def _leads_out(tensor: Any, mine: set[Any]) -> bool:
    """Return whether a tensor depends on a leaf that is not among ``mine``."""
    start: Node | None = tensor._node or tensor._accumulator
    if start is None:
        return tensor._accumulator not in mine
    seen = {start}
    todo = [start]
    while todo:
        node = todo.pop()
        if isinstance(node, AccumulateGrad) and node not in mine:
            return True
        for edge in node._edges:
            if edge is not None and edge not in seen:
                seen.add(edge)
                todo.append(edge)
    return False


def _pair(out: Any, call: str) -> tuple[Any, Any]:
    """Return what a function returned beside its result, having checked that it returned two things."""
    if not (isinstance(out, tuple) and len(out) == 2):
        raise RuntimeError(f"{call}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return out
