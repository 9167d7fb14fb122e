"""vmap: a function of one example becomes a function of a batch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minigrad.autograd.grad_mode import local
from minigrad.func.tree import broadcast, flatten, structure
from minigrad.ops.joining import cat, stack
from minigrad.random import default_generator
from minigrad.tensor import Tensor

RANDOM = (
    "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' "
    "randomness flags on vmap or perform the randomness operation out of vmap"
)


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """Return a function that runs ``func`` on each example of a batch and stacks the results.

    Parameters
    ----------
    func : callable
        It takes and returns tensors, or tuples, lists and dicts of them.
    in_dims : int, None, or nested as the inputs
        Along which dimension each input holds its examples; None: the same for all.
    out_dims : int, None, or nested as the outputs
        Where that dimension goes in each output.
    randomness : {"error", "different", "same"}
        Whether ``func`` may draw random numbers, and whether each example gets its own.
    chunk_size : int, optional
        Accepted: examples are worked out one at a time.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        When called, if inputs and ``in_dims``, or outputs and ``out_dims``, do not go together.

    Notes
    -----
    It is a loop: the same numbers, without the speed. In return ``func`` may do what PyTorch's refuses: ``.item()``,
    and an ``if`` on a tensor.

    Examples
    --------
    >>> mg.vmap(mg.dot, in_dims=(0, None))(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    name = getattr(func, "__name__", type(func).__name__)

    @functools.wraps(func)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        leaves, dims, rebuild, size = _examples(name, in_dims, args)
        state = default_generator.get_state()
        single = _one_at_a_time(func, [x for x, d in zip(leaves, dims, strict=True) if d is None], randomness)
        results = []
        for i in range(size):
            if randomness == "same":
                default_generator.set_state(state)
            each = [x if d is None else x.select(d, i) for x, d in zip(leaves, dims, strict=True)]
            results.append(single(*rebuild(each), **kwargs))
            if randomness == "error" and (default_generator.get_state()._array != state._array).any():
                default_generator.set_state(state)
                raise RuntimeError(RANDOM)
        if not size:  # one example of zeros, to learn the shapes of the results
            each = [
                x if d is None else x.new_zeros(x.movedim(d, 0).shape[1:]) for x, d in zip(leaves, dims, strict=True)
            ]
            results.append(single(*rebuild(each), **kwargs))
        return _batch(name, out_dims, results, size)

    return wrapped


class VmapInfo(NamedTuple):
    """What a Function's own rule for batches is told."""

    batch_size: int
    randomness: str


def _one_at_a_time(func: Callable[..., Any], shared: list[Any], randomness: str) -> Callable[..., Any]:
    """Return ``func`` so that a Function with a rule for batches is run by it: on a batch of the one example.

    ``shared`` are the inputs that are the same for all examples; ``in_dims`` is None for them.
    """
    outer = local.state.mapped

    def by_rule(function: Any, inputs: tuple[Any, ...]) -> Any:
        name = function.__name__
        if function.generate_vmap_rule:
            raise RuntimeError(
                f"You tried to vmap over {name}, but it has both generate_vmap_rule=True and an overridden vmap "
                "staticmethod. Please set generate_vmap_rule=False or delete the overridden vmap staticmethod to avoid "
                "ambiguity."
            )
        leaves, rebuild = flatten(inputs)
        mapped = [isinstance(x, Tensor) and not any(x is other for other in shared) for x in leaves]
        state = local.state
        before, state.mapped = state.mapped, outer
        try:
            if not any(mapped):
                return function.apply(*inputs)
            batch = rebuild([x.unsqueeze(0) if is_mapped else x for x, is_mapped in zip(leaves, mapped, strict=True)])
            in_dims = rebuild([0 if is_mapped else None for is_mapped in mapped])
            returned = function.vmap(VmapInfo(1, randomness), in_dims, *batch)
        finally:
            state.mapped = before
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise RuntimeError(
                "Expected the vmap staticmethod to have two returns, an output and out_dims with pytree structure "
                f"compatible with the output. Got a {type(returned)} instead"
            )
        output, out_dims = returned
        made, remake = flatten(output)
        where = broadcast(out_dims, output)
        if where is None:
            raise ValueError(
                f"{name}.vmap returned out_dims that are not compatible with the structure of its output: "
                f"{structure(out_dims)} and {structure(output)}."
            )
        return remake([x if d is None else x.select(d, 0) for x, d in zip(made, where, strict=True)])

    def single(*args: Any, **kwargs: Any) -> Any:
        state = local.state
        before, state.mapped = state.mapped, by_rule
        try:
            return func(*args, **kwargs)
        finally:
            state.mapped = before

    return single


def _examples(name: str, in_dims: Any, args: tuple[Any, ...]) -> tuple[list[Any], list[Any], Callable[..., Any], int]:
    """Return the inputs' leaves, the dimension of the examples in each, what rebuilds the inputs, and how many."""
    said = f"vmap({name}, in_dims={in_dims}, ...)(<inputs>)"
    if not isinstance(in_dims, (int, tuple)):
        raise ValueError(
            f"{said}: expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, "
            f"got: {type(in_dims)}."
        )
    leaves, rebuild = flatten(args)
    if not leaves:
        raise ValueError(
            f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a "
            "function with no inputs. The latter is unsupported."
        )
    dims = broadcast(in_dims, args)
    if dims is None:
        raise ValueError(
            f"{said}: in_dims is not compatible with the structure of `inputs`. in_dims has structure "
            f"{structure(in_dims)} but inputs has structure {structure(args)}."
        )
    sizes = []
    for x, d in zip(leaves, dims, strict=True):
        if d is None:
            continue
        if not isinstance(x, Tensor):
            raise ValueError(
                f"{said}: Got in_dim={d} for an input but the input is of type {type(x)}. We cannot vmap over "
                "non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -x.dim() <= d < x.dim():
            raise ValueError(
                f"{said}: Got in_dim={d} for some input, but that input is a Tensor of dimensionality {x.dim()} so "
                f"expected in_dim to satisfy -{x.dim()} <= in_dim < {x.dim()}."
            )
        sizes.append(x.shape[d])
    if len(set(sizes)) > 1:
        raise ValueError(
            "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{list(dict.fromkeys(sizes))} for the mapped dimension"
        )
    if not sizes:
        raise ValueError(f"{said}: at least one input must have an in_dim: with None for all there is nothing to map.")
    return leaves, dims, rebuild, sizes[0]


def _batch(name: str, out_dims: Any, results: list[Any], size: int) -> Any:
    """Return the results of all examples as one."""
    flat = [flatten(result)[0] for result in results]
    _, rebuild = flatten(results[0])
    dims = broadcast(out_dims, results[0])
    if dims is None:
        raise ValueError(
            f"vmap({name}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of "
            f"`outputs`. out_dims has structure {structure(out_dims)} but outputs has structure "
            f"{structure(results[0])}."
        )
    out = []
    for k, d in enumerate(dims):
        column = [leaves[k] for leaves in flat]
        if d is None:
            if any(isinstance(x, Tensor) and not _same(x, column[0]) for x in column):
                raise ValueError(f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is None")
            out.append(column[0])
            continue
        if not isinstance(column[0], Tensor):
            raise ValueError(
                f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(column[0])}. Did you mean to "
                "set out_dims= to None for output?"
            )
        out.append(stack(column, d) if size else cat([stack(column, d)], d).narrow(d, 0, 0))
    return rebuild(out)


def _same(a: Any, b: Any) -> bool:
    return a is b or (isinstance(b, Tensor) and np.array_equal(a._array, b._array, equal_nan=True))
