"""Parametrizations: a module's weight that is computed, each time it is asked for, from another one that is learned."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.autograd.grad_mode import no_grad
from minigrad.nn.modules.container import ModuleDict, ModuleList
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "type_before_parametrizations",
]

# Note [A weight that is computed]
#
# The module gets a class of its own, a subclass of what it was, where the weight's name is a property: reading it runs
# the parametrizations on what is learned, writing to it runs their `right_inverse`. What is learned has moved into
# `module.parametrizations.weight`.

_depth = 0  # how many `cached` blocks are open
_computed: dict[tuple[int, str], Any] = {}  # what was computed in them


@contextlib.contextmanager
def cached() -> Iterator[None]:
    """Compute each parametrized weight once inside the block, however often it is asked for.

    Examples
    --------
    >>> layer = mg.nn.utils.parametrizations.weight_norm(mg.nn.Linear(2, 2))
    >>> with mg.nn.utils.parametrize.cached():
    ...     layer.weight is layer.weight
    True
    """
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
        if not _depth:
            _computed.clear()


def _register(module: Module, name: str, tensor: Any) -> None:
    """Add a tensor to a module as what it is: a parameter or a buffer."""
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def _facts(tensor: Any) -> dict[str, Any]:
    return {"dtype": tensor.dtype, "shape": tensor.shape}


def _fits(facts: dict[str, Any], new: Any) -> None:
    """Refuse what a parametrization made of a tensor, if it is no tensor of the same dtype and shape."""
    if not isinstance(new, TensorBase):
        raise ValueError(f"A parametrization must return a tensor. Got {type(new).__name__}.")
    for kind, before in facts.items():
        after = getattr(new, kind)
        if before != after:
            raise ValueError(
                f"Registering a parametrization may not change the {kind} of the tensor, unless `unsafe` flag is "
                f"enabled.\nunparametrized {kind}: {before}\nparametrized {kind}: {after}"
            )


class ParametrizationList(ModuleList):
    """The parametrizations of one weight, and what they compute it from: ``original``, or ``original0``, ...

    Parameters
    ----------
    modules : sequence of Module
        The parametrizations, the first one first.
    original : Tensor
        The weight as it was.
    unsafe : bool
        Whether it may become one of another shape or dtype.

    Examples
    --------
    >>> layer = mg.nn.utils.parametrizations.weight_norm(mg.nn.Linear(2, 3))
    >>> layer.parametrizations.weight.original0.shape
    torch.Size([3, 1])
    """

    def __init__(self, modules: Any, original: Any, unsafe: bool = False) -> None:
        super().__init__(modules)
        self.unsafe = unsafe
        facts = _facts(original)
        new = original
        with no_grad():
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    with contextlib.suppress(NotImplementedError):
                        new = module.right_inverse(new)
        self.is_tensor = isinstance(new, TensorBase)
        if self.is_tensor:
            if new.dtype != original.dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                    f"original.dtype: {original.dtype}\nright_inverse(original).dtype: {new.dtype}"
                )
            original.data = new.detach()
            _register(self, "original", original)
        else:
            self.ntensors = len(new)
            for i, part in enumerate(new):
                part = Parameter(part.detach()) if isinstance(original, Parameter) else part
                _register(self, f"original{i}", part.requires_grad_(original.requires_grad))
        if not unsafe:
            _fits(facts, self())

    def forward(self) -> Any:
        """Return the weight."""
        first, *others = self
        value = first(*self._originals())
        for module in others:
            value = module(value)
        return value

    def _originals(self) -> list[Any]:
        names = ["original"] if self.is_tensor else [f"original{i}" for i in range(self.ntensors)]
        return [getattr(self, name) for name in names]

    def right_inverse(self, value: Any) -> None:
        """Change what is learned so that the weight becomes ``value``.

        Parameters
        ----------
        value : Tensor
            What is assigned to the weight.

        Raises
        ------
        RuntimeError
            If a parametrization has no ``right_inverse``.
        """
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
                value = module.right_inverse(value)
            for original, part in zip(self._originals(), [value] if self.is_tensor else value, strict=True):
                original.data = part.detach()


def _own_class(module: Module) -> None:
    """Give a module a class of its own, where properties can be put."""

    def no_pickle(self: Any) -> Any:
        raise RuntimeError(
            "Serialization of parametrized modules is only supported through state_dict(). See:\n"
            "https://pytorch.org/tutorials/beginner/saving_loading_models.html"
            "#saving-loading-a-general-checkpoint-for-inference-and-or-resuming-training"
        )

    def deep_copy(self: Any, memo: dict[int, Any]) -> Any:
        memo[id(self)] = twin = self.__new__(type(self))
        twin.__dict__ = copy.deepcopy(self.__dict__, memo)
        return twin

    kind = type(module)
    body = {"__getstate__": no_pickle, "__deepcopy__": deep_copy}
    module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), body)


def _property(module: Module, name: str) -> None:
    """Make the weight a property of the module's own class. See Note [A weight that is computed]."""

    def read(self: Any) -> Any:
        compute = self.parametrizations[name]
        if not _depth:
            return compute()
        key = id(self), name
        if key not in _computed:
            _computed[key] = compute()
        return _computed[key]

    def write(self: Any, value: Any) -> None:
        self.parametrizations[name].right_inverse(value)

    setattr(type(module), name, property(read, write))


def register_parametrization(module: Any, tensor_name: str, parametrization: Any, *, unsafe: bool = False) -> Any:
    """Let a module's weight be computed from another one, which is learned.

    Parameters
    ----------
    module : Module
        Changed in place.
    tensor_name : str
        The name of its parameter or buffer.
    parametrization : Module
        Its ``forward`` takes what is learned and returns the weight. A ``right_inverse``, if it has one, takes a
        weight and returns what would have given it, a tensor or several.
    unsafe : bool
        Whether the weight may have another shape or dtype than what is learned.

    Returns
    -------
    Module
        The same.

    Raises
    ------
    ValueError
        If there is no such parameter or buffer, or its shape or dtype would change.

    Examples
    --------
    >>> class Symmetric(mg.nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).mT
    >>> layer = mg.nn.utils.parametrize.register_parametrization(mg.nn.Linear(2, 2), "weight", Symmetric())
    >>> mg.equal(layer.weight, layer.weight.T)
    True
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'parametrizations.weight.original']
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        computed = module.parametrizations[tensor_name]
        if not unsafe:
            before = getattr(module, tensor_name)
            _fits(_facts(before), parametrization(before))
        computed.append(parametrization)
        computed.unsafe |= unsafe
    elif tensor_name in module._parameters or tensor_name in module._buffers:
        original = getattr(module, tensor_name)
        computed = ParametrizationList([parametrization], original, unsafe)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            _own_class(module)
            module.parametrizations = ModuleDict()
        _property(module, tensor_name)
        module.parametrizations[tensor_name] = computed
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
            f"'{tensor_name}'"
        )
    return module


def is_parametrized(module: Any, tensor_name: str | None = None) -> bool:
    """Return whether a weight of a module is computed, or any of them.

    Parameters
    ----------
    module : Module
        Where to look.
    tensor_name : str, optional
        Which weight.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.nn.utils.parametrize.is_parametrized(mg.nn.Linear(2, 2))
    False
    """
    computed = module._modules.get("parametrizations")
    if not isinstance(computed, ModuleDict):
        return False
    return len(computed) > 0 if tensor_name is None else tensor_name in computed


def remove_parametrizations(module: Any, tensor_name: str, leave_parametrized: bool = True) -> Any:
    """Make an ordinary parameter or buffer of a weight that was computed.

    Parameters
    ----------
    module : Module
        Changed in place.
    tensor_name : str
        The weight's name.
    leave_parametrized : bool
        Whether it keeps the value that was computed; what was learned takes its place otherwise.

    Returns
    -------
    Module
        The same.

    Raises
    ------
    ValueError
        If that weight is not computed, or is so from several tensors and shall not keep its value.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    computed = module.parametrizations[tensor_name]
    if computed.is_tensor:
        original = computed.original
        if leave_parametrized:
            with no_grad():
                original.data = getattr(module, tensor_name).detach()
    elif leave_parametrized:
        value = getattr(module, tensor_name)
        original = Parameter(value.detach()) if value.requires_grad else value
    else:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a "
            "sequence of tensors."
        )
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Any) -> type[Any]:
    """Return the class that a module had before weights of it were computed.

    Examples
    --------
    >>> layer = mg.nn.utils.parametrizations.weight_norm(mg.nn.Linear(2, 2))
    >>> mg.nn.utils.parametrize.type_before_parametrizations(layer).__name__
    'Linear'
    """
    return type(module).__bases__[0] if is_parametrized(module) else type(module)
