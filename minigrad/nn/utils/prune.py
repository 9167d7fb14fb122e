"""Pruning: parameters are multiplied by a mask of zeros and ones before each ``forward``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import ones_like, rand, rand_like, zeros_like
from minigrad.nn.utils.convert_parameters import parameters_to_vector
from minigrad.ops.middles import kthvalue
from minigrad.ops.norms import norm
from minigrad.ops.ordering import topk

__all__ = [
    "BasePruningMethod",
    "CustomFromMask",
    "Identity",
    "L1Unstructured",
    "LnStructured",
    "PruningContainer",
    "RandomStructured",
    "RandomUnstructured",
    "custom_from_mask",
    "global_unstructured",
    "identity",
    "is_pruned",
    "l1_unstructured",
    "ln_structured",
    "random_structured",
    "random_unstructured",
    "remove",
]


class BasePruningMethod(ABC):
    """A way to choose what is pruned; it is also the hook that multiplies by the mask.

    A subclass sets ``PRUNING_TYPE`` ("unstructured", "structured" with a ``dim``, or "global") and defines
    ``compute_mask``.

    Examples
    --------
    >>> from minigrad.nn.utils import prune
    >>> class EverySecond(prune.BasePruningMethod):
    ...     PRUNING_TYPE = "unstructured"
    ...
    ...     def compute_mask(self, t, default_mask):
    ...         mask = default_mask.clone()
    ...         mask.view(-1)[::2] = 0
    ...         return mask
    >>> layer = mg.nn.Linear(4, 1, bias=False)
    >>> method = EverySecond.apply(layer, "weight")
    >>> layer.weight_mask
    tensor([[0., 1., 0., 1.]])
    """

    PRUNING_TYPE = "unstructured"
    _tensor_name: Any = None  # of the parameter; `apply` sets it

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    @abstractmethod
    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Return zeros where something is pruned, ones elsewhere.

        Parameters
        ----------
        t : Tensor
            How much each entry matters: the parameter, if nothing else is given.
        default_mask : Tensor, shape as ``t``
            What is pruned already.

        Returns
        -------
        Tensor, shape as ``t``
        """

    def apply_mask(self, module: Any) -> Any:
        """Return the parameter times its mask."""
        if self._tensor_name is None:
            raise AssertionError(f"Module {module} has to be pruned")
        original = getattr(module, f"{self._tensor_name}_orig")
        return getattr(module, f"{self._tensor_name}_mask").to(dtype=original.dtype) * original

    def prune(self, t: Any, default_mask: Any = None, importance_scores: Any = None) -> Any:
        """Return a tensor, pruned; nothing of a module is touched.

        Parameters
        ----------
        t : Tensor
            What to prune.
        default_mask : Tensor, optional
            What is pruned already; nothing, if left out.
        importance_scores : Tensor, optional
            How much each entry matters; ``t``, if left out.

        Returns
        -------
        Tensor, shape as ``t``
        """
        scores = t if importance_scores is None else importance_scores
        if scores.shape != t.shape:
            raise AssertionError("importance_scores should have the same shape as tensor t")
        return t * self.compute_mask(scores, default_mask=ones_like(t) if default_mask is None else default_mask)

    @classmethod
    def apply(cls, module: Any, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any) -> Any:
        """Prune a parameter: it becomes ``<name>_orig`` times ``<name>_mask``, worked out before each ``forward``.

        Parameters
        ----------
        module : Module
            Which one has the parameter.
        name : str
            The parameter's name.
        *args, **kwargs : optional
            For the class.
        importance_scores : Tensor, optional
            How much each entry matters; the parameter, if left out.

        Returns
        -------
        BasePruningMethod
            The hook; a PruningContainer, if the parameter was pruned before.
        """
        method: Any = cls(*args, **kwargs)
        method._tensor_name = name
        key, before = next(_hooks(module, name), (None, None))
        value = getattr(module, name)
        scores = value if importance_scores is None else importance_scores
        if scores.shape != value.shape:
            raise AssertionError(
                f"importance_scores should have the same shape as parameter {name} of {module}, got {scores.shape} "
                f"vs {value.shape}"
            )
        if before is not None:
            container = before if isinstance(before, PruningContainer) else PruningContainer(before)
            container.add_pruning_method(method)
            method, mask = container, getattr(module, f"{name}_mask").detach().clone()
        else:
            mask = ones_like(value, requires_grad=False)
        with no_grad():
            mask = method.compute_mask(scores, default_mask=mask)
        if before is None:
            module.register_parameter(f"{name}_orig", value)
            del module._parameters[name]
        else:
            del module._forward_pre_hooks[key]
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def remove(self, module: Any) -> None:
        """Make the pruning permanent: the parameter is one again, its pruned entries 0."""
        name = self._tensor_name
        if name is None:
            raise AssertionError(f"Module {module} has to be pruned before pruning can be removed")
        pruned = self.apply_mask(module)
        delattr(module, name)
        original = module._parameters.pop(f"{name}_orig")
        original.data = pruned.data
        del module._buffers[f"{name}_mask"]
        setattr(module, name, original)


class PruningContainer(BasePruningMethod):
    """Several ways of pruning, one after the other; each sees what the ones before it left.

    Parameters
    ----------
    *args : BasePruningMethod
        The ways, in order.
    """

    def __init__(self, *args: Any) -> None:
        self._pruning_methods: tuple[Any, ...] = ()
        if len(args) == 1:
            self._tensor_name = args[0]._tensor_name
        for method in args:
            self.add_pruning_method(method)

    def add_pruning_method(self, method: Any) -> None:
        """Add one way at the end; it must be for the same parameter."""
        if not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if method._tensor_name != self._tensor_name:
            raise ValueError(
                f"Can only add pruning methods acting on the parameter named '{self._tensor_name}' to PruningContainer "
                f"{self}. Found '{method._tensor_name}'"
            )
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._pruning_methods)

    def __getitem__(self, idx: Any) -> Any:
        return self._pruning_methods[idx]

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Return the mask before, with what the last way prunes of the rest taken out."""
        method, mask = self._pruning_methods[-1], default_mask.to(dtype=t.dtype)
        left: Any = tuple([slice(None)] * t.dim())
        if method.PRUNING_TYPE == "unstructured":
            left = default_mask == 1
        elif method.PRUNING_TYPE == "structured":
            if not hasattr(method, "dim"):
                raise AttributeError(
                    'Pruning methods of PRUNING_TYPE "structured" need to have the attribute `dim` defined.'
                )
            dim = method.dim + t.dim() if method.dim < 0 else method.dim
            if dim < 0:
                raise IndexError(f"Index is out of bounds for tensor with dimensions {t.dim()}")
            channels = default_mask.sum(dim=[d for d in range(t.dim()) if d != dim]) != 0
            left = (*left[:dim], channels, *left[dim + 1 :])
        elif method.PRUNING_TYPE != "global":
            raise ValueError(f"Unrecognized PRUNING_TYPE {method.PRUNING_TYPE}")
        mask[left] = method.compute_mask(t[left], default_mask=default_mask[left]).to(dtype=mask.dtype)
        return mask


class Identity(BasePruningMethod):
    """Prune nothing, but have a mask."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Return the mask as it was."""
        return default_mask


class _Amount(BasePruningMethod):
    """What ways of pruning share that are told how much to prune, as a count or as a share between 0 and 1."""

    def __init__(self, amount: Any) -> None:
        if not isinstance(amount, (int, float)):
            raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
        if amount < 0 or (isinstance(amount, float) and amount > 1):
            raise ValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")
        self.amount = amount

    def _count(self, size: int) -> int:
        """Return how many of so many are pruned."""
        if isinstance(self.amount, float):
            return round(self.amount * size)
        if self.amount > size:
            raise ValueError(f"amount={self.amount} should be smaller than the number of parameters to prune={size}")
        return int(self.amount)


class RandomUnstructured(_Amount):
    """Prune entries at random.

    Parameters
    ----------
    amount : int or float
        How many, or which part of all.
    """

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Return a mask that leaves out the entries that drew the largest numbers."""
        mask, count = default_mask.clone(), self._count(t.numel())
        if count:
            mask.view(-1)[topk(rand_like(t).view(-1), k=count).indices] = 0
        return mask


class L1Unstructured(_Amount):
    """Prune the entries that are nearest to 0.

    Parameters
    ----------
    amount : int or float
        How many, or which part of all.
    """

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Return a mask that leaves out the smallest entries."""
        mask, count = default_mask.clone(), self._count(t.numel())
        if count:
            mask.view(-1)[topk(t.abs().view(-1), k=count, largest=False).indices] = 0
        return mask


class _Channels(_Amount):
    """What ways share that prune whole channels: all entries at one place along a dimension."""

    PRUNING_TYPE = "structured"
    dim: int

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Return a mask that leaves out whole channels."""
        if t.dim() <= 1:
            raise ValueError(
                "Structured pruning can only be applied to multidimensional tensors. Found tensor of shape "
                f"{t.shape} with {t.dim()} dims"
            )
        if self.dim >= t.dim():
            raise IndexError(f"Invalid index {self.dim} for tensor of size {t.shape}")
        channels = t.shape[self.dim]
        count = self._count(channels)
        if count == 0:
            return default_mask
        mask = zeros_like(t, requires_grad=False)
        place: list[Any] = [slice(None)] * t.dim()
        place[self.dim] = self._kept(t, channels, count)
        mask[tuple(place)] = 1
        return mask * default_mask.to(dtype=mask.dtype)

    @abstractmethod
    def _kept(self, t: Any, channels: int, count: int) -> Any:
        """Return which channels are kept, as an index."""


class RandomStructured(_Channels):
    """Prune channels at random.

    Parameters
    ----------
    amount : int or float
        How many, or which part of all.
    dim : int
        The dimension that the channels lie along.
    """

    def __init__(self, amount: Any, dim: int = -1) -> None:
        super().__init__(amount)
        self.dim = dim

    def _kept(self, t: Any, channels: int, count: int) -> Any:
        drawn = rand(channels)
        return drawn > kthvalue(drawn, count).values


class LnStructured(_Channels):
    """Prune the channels whose norm is smallest.

    Parameters
    ----------
    amount : int or float
        How many, or which part of all.
    n : int, float or str
        Which norm.
    dim : int
        The dimension that the channels lie along.
    """

    def __init__(self, amount: Any, n: Any, dim: int = -1) -> None:
        super().__init__(amount)
        self.n, self.dim = n, dim

    def _kept(self, t: Any, channels: int, count: int) -> Any:
        others = [d for d in range(t.dim()) if d != self.dim % t.dim()]
        return topk(norm(t, p=self.n, dim=others), k=channels - count, largest=True).indices


class CustomFromMask(BasePruningMethod):
    """Prune what a given mask leaves out.

    Parameters
    ----------
    mask : Tensor
        Zeros where to prune.
    """

    PRUNING_TYPE = "global"

    def __init__(self, mask: Any) -> None:
        self.mask = mask

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Return the mask before times the given one."""
        if default_mask.shape != self.mask.shape:
            raise AssertionError("default_mask and self.mask must have the same shape")
        return default_mask * self.mask.to(dtype=default_mask.dtype)


def identity(module: Any, name: str) -> Any:
    """Give a parameter a mask of ones; returns the module."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Any, name: str, amount: Any) -> Any:
    """Prune entries of a parameter at random; returns the module.

    Parameters
    ----------
    module : Module
        Which one has the parameter.
    name : str
        The parameter's name.
    amount : int or float
        How many entries, or which part of all.

    Returns
    -------
    Module

    Raises
    ------
    ValueError
        If there are not as many, or the part is not within 0 and 1.

    Examples
    --------
    >>> layer = mg.nn.utils.prune.random_unstructured(mg.nn.Linear(4, 2), "weight", amount=3)
    >>> layer.weight_mask.sum()
    tensor(5.)
    """
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Any, name: str, amount: Any, importance_scores: Any = None) -> Any:
    """Prune the entries of a parameter that are nearest to 0; returns the module.

    Parameters
    ----------
    module : Module
        Which one has the parameter.
    name : str
        The parameter's name.
    amount : int or float
        How many entries, or which part of all.
    importance_scores : Tensor, optional
        Looked at instead of the entries.

    Returns
    -------
    Module

    Raises
    ------
    ValueError
        If there are not as many, or the part is not within 0 and 1.

    Examples
    --------
    >>> layer = mg.nn.Linear(3, 1, bias=False)
    >>> with mg.no_grad():
    ...     _ = layer.weight.copy_(mg.tensor([[0.5, -0.1, -2.0]]))
    >>> mg.nn.utils.prune.l1_unstructured(layer, "weight", amount=1).weight_mask
    tensor([[1., 0., 1.]])
    """
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module: Any, name: str, amount: Any, dim: int) -> Any:
    """Prune channels of a parameter, along ``dim``, at random; returns the module."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(module: Any, name: str, amount: Any, n: Any, dim: int, importance_scores: Any = None) -> Any:
    """Prune the channels of a parameter, along ``dim``, whose ``n``-norm is smallest; returns the module."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Any, name: str, mask: Any) -> Any:
    """Prune what a mask leaves out; returns the module."""
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(parameters: Any, pruning_method: Any, importance_scores: Any = None, **kwargs: Any) -> None:
    """Prune entries of several parameters, compared with each other.

    Parameters
    ----------
    parameters : iterable of (Module, str)
        Which parameters: their modules and names.
    pruning_method : type
        Such as L1Unstructured.
    importance_scores : dict of (Module, str) to Tensor, optional
        Looked at instead of the entries.
    **kwargs : optional
        For the class, such as ``amount=0.2``.

    Raises
    ------
    TypeError
        If ``parameters`` cannot be walked through, or whole channels would be pruned.
    """
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable")
    if not isinstance(importance_scores, dict | None):
        raise TypeError("global_unstructured(): importance_scores must be of type dict")
    method = pruning_method(**kwargs)
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. '
            f"Found method {pruning_method} of type {method.PRUNING_TYPE}"
        )
    pairs, given = list(parameters), importance_scores or {}
    values = [getattr(module, name) for module, name in pairs]
    scores = parameters_to_vector([given.get(pair, value) for pair, value in zip(pairs, values, strict=True)]).detach()
    masks = [
        getattr(module, f"{name}_mask", ones_like(value, requires_grad=False))
        for (module, name), value in zip(pairs, values, strict=True)
    ]
    mask = PruningContainer(method).compute_mask(scores, parameters_to_vector(masks))
    for (module, name), part in zip(pairs, mask.split([value.numel() for value in values]), strict=True):
        custom_from_mask(module, name, part.view_as(getattr(module, name)))


def remove(module: Any, name: str) -> Any:
    """Make the pruning of a parameter permanent; returns the module.

    Parameters
    ----------
    module : Module
        Which one has the parameter.
    name : str
        The parameter's name.

    Returns
    -------
    Module

    Raises
    ------
    ValueError
        If it is not pruned.
    """
    for key, method in _hooks(module, name):
        method.remove(module)
        del module._forward_pre_hooks[key]
        return module
    raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")


def is_pruned(module: Any) -> bool:
    """Return whether a parameter of the module, or of one inside it, is pruned."""
    return any(
        isinstance(hook, BasePruningMethod) for part in module.modules() for hook in part._forward_pre_hooks.values()
    )


def _hooks(module: Any, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the hooks that prune a parameter, with their keys."""
    for key, hook in list(module._forward_pre_hooks.items()):
        if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
            yield key, hook
