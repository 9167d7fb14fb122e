"""Modules as functions of their parameters: run one with others, stack those of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minigrad.ops.joining import stack

__all__ = ["functional_call", "stack_module_state"]

Tensors = Mapping[str, Any]


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Tensors | Sequence[Tensors],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Run a module with some of its parameters and buffers replaced, for this one call.

    Parameters
    ----------
    module : Module
        What to run.
    parameter_and_buffer_dicts : dict, or sequence of dict
        New tensors under the names of ``named_parameters()`` and ``named_buffers()``.
    args : Any or tuple
        The arguments; what is no tuple is the only one.
    kwargs : dict, optional
        Keyword arguments.
    tie_weights : bool
        Where the module has one tensor under several names, replace it under all of them.
    strict : bool
        Refuse names that are missing or too many.

    Returns
    -------
    Any
        What the module returns.

    Raises
    ------
    ValueError
        If two dicts have a name in common.
    RuntimeError
        With ``strict``, if names are missing or unexpected.

    Examples
    --------
    >>> layer = mg.nn.Linear(2, 1, bias=False)
    >>> mg.func.functional_call(layer, {"weight": mg.tensor([[1.0, 10.0]])}, mg.tensor([3.0, 4.0]))
    tensor([43.])
    """
    if isinstance(parameter_and_buffer_dicts, Mapping):
        given = dict(parameter_and_buffer_dicts)
    else:
        names = [name for each in parameter_and_buffer_dicts for name in each]
        repeated = [name for i, name in enumerate(names) if name in names[:i]]
        if repeated:
            raise ValueError(f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous")
        given = {name: x for each in parameter_and_buffer_dicts for name, x in each.items()}
    own: dict[str, Any] = dict(module.named_parameters(remove_duplicate=False))
    own |= dict(module.named_buffers(remove_duplicate=False))
    if strict and set(given) != set(own):
        missing, unexpected = sorted(set(own) - set(given)), sorted(set(given) - set(own))
        raise RuntimeError(f"Missing key(s): {missing}. Unexpected key(s): {unexpected}.")
    if tie_weights:
        for name, x in list(given.items()):
            twins = [other for other, y in own.items() if name in own and y is own[name]]
            for other in twins:
                given.setdefault(other, x)
    places = [(name, *_place(module, name)) for name in given if name in own]
    before = [(store, key, store[key]) for _, store, key in places]
    try:
        for name, store, key in places:
            store[key] = given[name]
        args = () if args is None else args if isinstance(args, tuple) else (args,)
        return module(*args, **(kwargs or {}))
    finally:
        for store, key, x in before:
            store[key] = x


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Stack the parameters and buffers of modules of one kind, for ``vmap`` to run them as one.

    Parameters
    ----------
    models : sequence of Module
        All of one class, all in training mode or none.

    Returns
    -------
    parameters : dict of str to Tensor
        Each of shape (models, ...), a leaf that requires a gradient where the models' own do.
    buffers : dict of str to Tensor
        Likewise.

    Raises
    ------
    RuntimeError
        If there are none, or they differ in class or mode.

    Examples
    --------
    >>> parameters, buffers = mg.func.stack_module_state([mg.nn.Linear(3, 2) for _ in range(5)])
    >>> parameters["weight"].shape
    torch.Size([5, 2, 3])
    """
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if len({model.training for model in models}) > 1:
        raise RuntimeError(
            "stack_module_state: Expected all models to have the same training/eval mode. Call .train() or .eval() on "
            "each."
        )
    if len({type(model) for model in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")

    def stacked(of_models: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            name: stack([each[name] for each in of_models]).detach().requires_grad_(x.requires_grad)
            for name, x in of_models[0].items()
        }

    return (
        stacked([dict(model.named_parameters()) for model in models]),
        stacked([dict(model.named_buffers()) for model in models]),
    )


def _place(module: Any, name: str) -> tuple[dict[str, Any], str]:
    """Return the dict that holds a parameter or buffer, and its key there."""
    *path, key = name.split(".")
    for part in path:
        module = module._modules[part]
    return (module._parameters if key in module._parameters else module._buffers), key
