"""Optimizers that give each parameter entry a step length of its own."""

from __future__ import annotations

from typing import Any

from minigrad.creation import full_like, zeros_like
from minigrad.ops.choice import clamp
from minigrad.ops.masks import where
from minigrad.optim.adam import _count, _decayed
from minigrad.optim.optimizer import Optimizer, check_at_least_zero

__all__ = ["Adadelta", "Adagrad", "RMSprop", "Rprop"]


class RMSprop(Optimizer):
    """Steps over the root of a running mean of the squared gradients.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate.
    alpha : float
        How slowly the mean forgets.
    eps : float
        Added to the root.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    momentum : float
        The share of the last step in this one.
    centered : bool
        Divide by the standard deviation instead.
    capturable, foreach : optional
        Accepted, as in PyTorch; they change nothing.
    maximize : bool
        Climb instead.
    differentiable : bool
        Accepted, as in PyTorch; it changes nothing.

    Raises
    ------
    ValueError
        If a setting is negative.

    References
    ----------
    Tieleman & Hinton (2012), lecture 6.5 of Neural networks for machine learning.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.RMSprop([w], lr=0.05)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_at_least_zero(
            learning__rate=lr,
            epsilon__value=eps,
            momentum__value=momentum,
            weight_decay__value=weight_decay,
            alpha__value=alpha,
        )
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        _count(state)
        gradient = _decayed(parameter, gradient, group)
        alpha = group["alpha"]
        if "square_avg" not in state:
            state["square_avg"] = zeros_like(parameter)
            if group["momentum"] > 0:
                state["momentum_buffer"] = zeros_like(parameter)
            if group["centered"]:
                state["grad_avg"] = zeros_like(parameter)
        square = state["square_avg"].mul_(alpha).add_(gradient * gradient, alpha=1 - alpha)
        if group["centered"]:
            mean = state["grad_avg"].lerp_(gradient, 1 - alpha)
            square = square - mean * mean
        step = gradient / (square.sqrt() + group["eps"])
        if group["momentum"] > 0:
            step = state["momentum_buffer"].mul_(group["momentum"]).add_(step)
        parameter.sub_(group["lr"] * step)


class Adagrad(Optimizer):
    """Steps over the root of the sum of all squared gradients so far.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate.
    lr_decay : float
        How fast the learning rate falls.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    initial_accumulator_value : float
        What the sums start at.
    eps : float
        Added to the root.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.
    maximize : bool
        Climb instead.
    differentiable, fused : optional
        Accepted, as in PyTorch; they change nothing.

    Raises
    ------
    ValueError
        If a setting is negative.

    References
    ----------
    Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.Adagrad([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_at_least_zero(
            learning__rate=lr,
            lr_decay__value=lr_decay,
            weight_decay__value=weight_decay,
            initial_accumulator_value__value=initial_accumulator_value,
            epsilon__value=eps,
        )
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        step = _count(state)
        gradient = _decayed(parameter, gradient, group)
        if "sum" not in state:
            state["sum"] = full_like(parameter, group["initial_accumulator_value"]).detach()
        total = state["sum"].add_(gradient * gradient)
        lr = group["lr"] / (1 + (step - 1) * group["lr_decay"])
        parameter.sub_(lr * (gradient / (total.sqrt() + group["eps"])))


class Adadelta(Optimizer):
    """Steps by the ratio of two running root mean squares: of the steps, and of the gradients.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        A factor of each step.
    rho : float
        How slowly the means forget.
    eps : float
        Added to the mean squares.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    foreach, capturable : optional
        Accepted, as in PyTorch; they change nothing.
    maximize : bool
        Climb instead.
    differentiable : bool
        Accepted, as in PyTorch; it changes nothing.

    References
    ----------
    Zeiler (2012), ADADELTA: an adaptive learning rate method, arXiv:1212.5701.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_at_least_zero(learning__rate=lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        check_at_least_zero(epsilon__value=eps, weight_decay__value=weight_decay)
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "capturable": capturable,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        _count(state)
        gradient = _decayed(parameter, gradient, group)
        rho, eps = group["rho"], group["eps"]
        if "square_avg" not in state:
            state["square_avg"], state["acc_delta"] = zeros_like(parameter), zeros_like(parameter)
        square = state["square_avg"].mul_(rho).add_(gradient * gradient, alpha=1 - rho)
        step = (state["acc_delta"] + eps).sqrt() / (square + eps).sqrt() * gradient
        state["acc_delta"].mul_(rho).add_(step * step, alpha=1 - rho)
        parameter.sub_(group["lr"] * step)


class Rprop(Optimizer):
    """Steps by the gradient's sign alone: longer while the sign stays, shorter when it turns.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The first step's length.
    etas : tuple of float
        The factors by which steps become shorter and longer.
    step_sizes : tuple of float
        The shortest and the longest.
    capturable, foreach : optional
        Accepted, as in PyTorch; they change nothing.
    maximize : bool
        Climb instead.
    differentiable : bool
        Accepted, as in PyTorch; it changes nothing.

    References
    ----------
    Riedmiller & Braun (1993), doi:10.1109/ICNN.1993.298623.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_at_least_zero(learning__rate=lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        _count(state)
        if "prev" not in state:
            state["prev"] = zeros_like(parameter)
            state["step_size"] = full_like(parameter, float(group["lr"])).detach()
        turned = gradient * state["prev"]
        shorter, longer = group["etas"]
        factor = where(turned > 0, longer, where(turned < 0, shorter, 1.0)).to(gradient.dtype)
        shortest, longest = group["step_sizes"]
        state["step_size"] = clamp(state["step_size"] * factor, shortest, longest)
        gradient = where(turned < 0, 0.0, gradient).to(gradient.dtype)  # where the sign turned, wait a step
        parameter.sub_(gradient.sign() * state["step_size"])
        state["prev"] = gradient.clone()
