"""Optimizer: groups of parameters with their settings, and what is remembered of each parameter."""

from __future__ import annotations

import functools
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, counter
from minigrad.autograd.grad_mode import enable_grad, local, no_grad
from minigrad.autograd.node import RemovableHandle

__all__ = ["Optimizer"]


class _RequiredParameter:
    """What older optimizers name as the default of an argument that has none."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = _RequiredParameter()

Hook = Callable[..., Any]


def _kind(value: object) -> str:
    """Return the name of a value's type as PyTorch writes it."""
    if isinstance(value, TensorBase):
        return f"torch.{dtypes.of(value._array.dtype).title}Tensor"
    return type(value).__name__


def _watched(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a ``step`` that runs the step hooks around itself, and notes that it was called."""

    @functools.wraps(step)
    def with_hooks(self: Any, *args: Any, **kwargs: Any) -> Any:
        for hook in list(self._optimizer_step_pre_hooks.values()):
            found = hook(self, args, kwargs)
            if found is not None:
                args, kwargs = found
        out = step(self, *args, **kwargs)
        self._opt_called = True
        for hook in list(self._optimizer_step_post_hooks.values()):
            hook(self, args, kwargs)
        return out

    return with_hooks


class Optimizer:
    """The base of all optimizers: subclass it and define ``step``.

    Parameters
    ----------
    params : iterable of Tensor, of pairs of name and Tensor, or of dict
        What to optimize; a dict is a group, its ``"params"`` with settings of their own.
    defaults : dict
        The settings of a group that does not say otherwise.

    Raises
    ------
    TypeError
        If ``params`` is a tensor, or holds something else than leaf tensors.
    ValueError
        If it is empty, or a parameter is no leaf, or in two groups.

    Examples
    --------
    >>> class Descent(mg.optim.Optimizer):
    ...     def __init__(self, params, lr):
    ...         super().__init__(params, {"lr": lr})
    ...
    ...     @mg.no_grad()
    ...     def step(self):
    ...         for group in self.param_groups:
    ...             for p in group["params"]:
    ...                 p -= group["lr"] * p.grad
    >>> w = mg.tensor(2.0, requires_grad=True)
    >>> (w * w).backward()
    >>> Descent([w], lr=0.25).step()
    >>> w
    tensor(1., requires_grad=True)
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "step" in vars(cls):
            cls.step = _watched(cls.step)  # type: ignore[method-assign]

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, TensorBase):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + _kind(params)
            )
        self.defaults = defaults
        self.state: defaultdict[Any, Any] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        self._optimizer_step_pre_hooks: dict[int, Hook] = {}
        self._optimizer_step_post_hooks: dict[int, Hook] = {}
        self._opt_called = False
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(dict(group) if isinstance(group, dict) else group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient.

        Parameters
        ----------
        closure : callable, optional
            It computes the loss anew, with its gradients, and returns it.

        Returns
        -------
        Tensor or None
            What ``closure`` returned.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                for parameter in group["params"]:
                    gradient = parameter._grad
                    if gradient is not None:
                        gradient = -gradient if group.get("maximize") else gradient
                        remembered = self.state.get(parameter, {})
                        gradient = gradient.detach() if gradient.requires_grad else gradient
                        self._update(parameter, gradient, remembered, group)
                        if remembered:
                            self.state[parameter] = remembered
        return loss

    step = _watched(step)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change one parameter: the heart of each optimizer below."""
        raise NotImplementedError(f"{type(self).__name__} must define step()")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or set them to zeros.

        Parameters
        ----------
        set_to_none : bool
            Whether ``.grad`` becomes None.
        """
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = parameter._grad
                if gradient is None:
                    continue
                if set_to_none:
                    parameter.grad = None
                else:
                    gradient.detach_() if gradient.grad_fn is not None else gradient.requires_grad_(False)
                    gradient.zero_()

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters with settings of their own.

        Parameters
        ----------
        param_group : dict
            ``"params"``, a tensor or several, and settings.

        Raises
        ------
        TypeError
            If it is no dict, or holds something else than tensors.
        ValueError
            If a parameter is no leaf, or in another group already.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, TensorBase):
            params = [params]
        elif isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in "
                "sets will change between runs. Please use a list instead."
            )
        params = list(params)
        if any(isinstance(p, tuple) for p in params):
            if not all(isinstance(p, tuple) for p in params):
                raise ValueError("all optimizer params should be with/without names. Some param names are missing")
            param_group["param_names"] = [name for name, _ in params]
            params = [p for _, p in params]
        param_group["params"] = params
        for p in params:
            if not isinstance(p, TensorBase):
                raise TypeError("optimizer can only optimize Tensors, but one of the params is " + _kind(p))
            if not (p.is_leaf or p.retains_grad):  # type: ignore[attr-defined]
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            param_group.setdefault(name, default)
        if len(params) != len(set(params)):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=3,
            )
        known = {p for group in self.param_groups for p in group["params"]}
        if not known.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    # --- State -------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return what is remembered and all settings; parameters are numbered in their order.

        Returns
        -------
        dict
            ``"state"`` by number, and ``"param_groups"``.
        """
        numbers = self._numbers()
        return {
            "state": {numbers.get(key, key): value for key, value in self.state.items()},
            "param_groups": [
                {**{k: v for k, v in group.items() if k != "params"}, "params": [numbers[p] for p in group["params"]]}
                for group in self.param_groups
            ],
        }

    def _numbers(self) -> dict[Any, int]:
        numbers: dict[Any, int] = {}
        for group in self.param_groups:
            for p in group["params"]:
                numbers.setdefault(p, len(numbers))
        return numbers

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what another optimizer's ``state_dict`` returned.

        Parameters
        ----------
        state_dict : dict
            For parameters in the same order and groups of the same sizes.

        Raises
        ------
        ValueError
            If the groups do not match.
        """
        groups = deepcopy(state_dict["param_groups"])
        if len(groups) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(a["params"]) != len(b["params"]) for a, b in zip(groups, self.param_groups, strict=True)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        by_number = {
            number: p
            for saved, group in zip(groups, self.param_groups, strict=True)
            for number, p in zip(saved["params"], group["params"], strict=True)
        }
        state: defaultdict[Any, Any] = defaultdict(dict)
        for number, remembered in state_dict["state"].items():
            parameter = by_number.get(number)
            state[number if parameter is None else parameter] = deepcopy(remembered)
        for saved, group in zip(groups, self.param_groups, strict=True):
            saved["params"] = group["params"]
            if "param_names" in group:
                saved.setdefault("param_names", group["param_names"])
        self.state, self.param_groups = state, groups

    # --- Hooks -------------------------------------------------------------------------------------------------------

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` before each step; it may return other arguments."""
        return RemovableHandle(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` after each step."""
        return RemovableHandle(self._optimizer_step_post_hooks, hook)

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            text += "".join(f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params")
        return text + ")"

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._optimizer_step_pre_hooks, self._optimizer_step_post_hooks, self._opt_called = {}, {}, False


def rewrite(formula: Callable[..., tuple[Any, ...]], tensors: tuple[Any, ...], *others: Any) -> None:
    """Write into tensors what a formula makes of them and of others.

    It is written as the formulas of ops are, and runs on bare arrays too: that is quicker. It runs on the tensors where
    a recording is to see each op, or one of them is out of the ordinary.

    Parameters
    ----------
    formula : callable
        Takes the tensors and the others; returns what is to be written into each tensor, in its shape and dtype.
    tensors : tuple of Tensor
        What is written to.
    *others : Tensor or number
        What else the formula takes.
    """
    state, operands = local.state, (*tensors, *others)
    if state.recorder is None and _are_plain(operands):
        arrays = [x._array if isinstance(x, TensorBase) else x for x in operands]
        for x, made in zip(tensors, state.quietly(formula, *arrays), strict=True):
            np.copyto(x._array, made)
            counter(x).count += 1
    else:
        for x, made in zip(tensors, formula(*operands), strict=True):
            x.copy_(made)


def _are_plain(operands: tuple[Any, ...]) -> bool:
    """Return whether each is a number of Python's, or a tensor on its own whose dtype and shape are the first one's."""
    first = operands[0]._array
    for x in operands:
        if isinstance(x, TensorBase):
            array = x._array
            if x._rare or array.dtype is not first.dtype or array.shape != first.shape or not array.flags.writeable:
                return False
        elif type(x) is not float and type(x) is not int:
            return False
    return bool(first.dtype.kind == "f")


def check_at_least_zero(**settings: Any) -> None:
    """Refuse settings below zero, in PyTorch's words."""
    for name, value in settings.items():
        if not value >= 0.0:
            raise ValueError(f"Invalid {name.replace('__', ' ')}: {value}")


def check_betas(betas: Any) -> None:
    """Refuse decay rates that are not from 0 up to, but without, 1."""
    for i, beta in enumerate(betas):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
