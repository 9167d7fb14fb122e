"""Adam and its kin: steps by a running mean of the gradients, over the root of that of their squares."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.creation import tensor, zeros_like
from minigrad.ops.choice import maximum
from minigrad.ops.formulas import lerp
from minigrad.optim.optimizer import Optimizer, check_at_least_zero, check_betas, rewrite

__all__ = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam"]


def _count(state: dict[str, Any]) -> int:
    """Return which step of a parameter this is, the first being 1."""
    if "step" not in state:
        state["step"] = tensor(0.0)
    state["step"] += 1
    return int(state["step"]._array)


def _decayed(parameter: Any, gradient: Any, group: dict[str, Any]) -> Any:
    """Return the gradient with the weight decay in it, or shrink the parameter itself where that is decoupled."""
    decay = group["weight_decay"]
    if decay == 0:
        return gradient
    if group.get("decoupled_weight_decay"):
        parameter.mul_(1 - group["lr"] * decay)
        return gradient
    return gradient + decay * parameter


def _moments(parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> tuple[Any, Any]:
    """Return the running means of the gradient and of its square, with this one taken in."""
    if "exp_avg" not in state:
        state["exp_avg"], state["exp_avg_sq"] = zeros_like(parameter), zeros_like(parameter)
    means = state["exp_avg"], state["exp_avg_sq"]
    rewrite(_taken_in, means, gradient, *group["betas"])
    return means


def _taken_in(mean: Any, square: Any, gradient: Any, beta1: float, beta2: float) -> tuple[Any, Any]:
    """Return the running means, from those before this gradient."""
    return lerp(mean, gradient, 1 - beta1), square * beta2 + (1 - beta2) * (gradient * gradient)


def _descent(parameter: Any, mean: Any, square: Any, rate: float, correction: float, eps: float) -> tuple[Any]:
    """Return the parameter after a step along the mean, over the root of the mean square."""
    root = np.sqrt(square) / correction + eps
    return (parameter - rate * (mean / root),)


class Adam(Optimizer):
    """Steps by a running mean of the gradients, over the root of a running mean of their squares.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate: about how long a step is.
    betas : tuple of float
        How slowly the two means forget.
    eps : float
        Added to the root.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    amsgrad : bool
        Divide by the largest mean square so far.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.
    maximize : bool
        Climb instead.
    capturable, differentiable, fused : optional
        Accepted, as in PyTorch; they change nothing.
    decoupled_weight_decay : bool
        Shrink the parameters themselves, as AdamW does.

    Raises
    ------
    ValueError
        If a setting is out of its range.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization, arXiv:1412.6980.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.Adam([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_at_least_zero(learning__rate=lr, epsilon__value=eps)
        check_betas(betas)
        check_at_least_zero(weight_decay__value=weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
            "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        beta1, beta2 = group["betas"]
        step = _count(state)
        gradient = _decayed(parameter, gradient, group)
        mean, square = _moments(parameter, gradient, state, group)
        if group["amsgrad"]:
            so_far = state.get("max_exp_avg_sq")
            square = state["max_exp_avg_sq"] = square.clone() if so_far is None else maximum(so_far, square)
        # Both means start at 0 and so are too small at first; dividing by these makes up for it.
        rate, correction = group["lr"] / (1 - beta1**step), math.sqrt(1 - beta2**step)
        rewrite(_descent, (parameter,), mean, square, rate, correction, group["eps"])


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters themselves, past the running means.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate: about how long a step is.
    betas : tuple of float
        How slowly the two means forget.
    eps : float
        Added to the root.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    amsgrad : bool
        Divide by the largest mean square so far.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused : optional
        Accepted, as in PyTorch; they change nothing.

    References
    ----------
    Loshchilov & Hutter (2019), Decoupled weight decay regularization, arXiv:1711.05101.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.AdamW([w], lr=0.5, weight_decay=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([1.4000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )


class Adamax(Optimizer):
    """Adam that divides by the largest recent gradient instead of the root of a mean square.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate.
    betas : tuple of float
        How slowly the mean and the maximum forget.
    eps : float
        Added to the gradients' sizes.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.
    maximize : bool
        Climb instead.
    differentiable, capturable : optional
        Accepted, as in PyTorch; they change nothing.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization, arXiv:1412.6980, section 7.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_at_least_zero(learning__rate=lr, epsilon__value=eps)
        check_betas(betas)
        check_at_least_zero(weight_decay__value=weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        beta1, beta2 = group["betas"]
        step = _count(state)
        gradient = _decayed(parameter, gradient, group)
        if "exp_avg" not in state:
            state["exp_avg"], state["exp_inf"] = zeros_like(parameter), zeros_like(parameter)
        mean = state["exp_avg"].lerp_(gradient, 1 - beta1)
        state["exp_inf"] = maximum(beta2 * state["exp_inf"], gradient.abs() + group["eps"])
        parameter.sub_((group["lr"] / (1 - beta1**step)) * (mean / state["exp_inf"]))


class NAdam(Optimizer):
    """Adam that looks ahead along its running mean, as Nesterov's momentum does.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate.
    betas : tuple of float
        How slowly the two means forget.
    eps : float
        Added to the root.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    momentum_decay : float
        How the momentum grows over the steps.
    decoupled_weight_decay : bool
        Shrink the parameters themselves, as AdamW does.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.
    maximize : bool
        Climb instead.
    capturable, differentiable : optional
        Accepted, as in PyTorch; they change nothing.

    References
    ----------
    Dozat (2016), Incorporating Nesterov momentum into Adam, ICLR workshop.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_at_least_zero(learning__rate=lr, epsilon__value=eps)
        check_betas(betas)
        check_at_least_zero(weight_decay__value=weight_decay, momentum_decay__value=momentum_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        beta1, beta2 = group["betas"]
        step = _count(state)
        gradient = _decayed(parameter, gradient, group)
        here, ahead = (beta1 * (1 - 0.5 * 0.96 ** (k * group["momentum_decay"])) for k in (step, step + 1))
        product = state.setdefault("mu_product", tensor(1.0)).mul_(here)
        mean, square = _moments(parameter, gradient, state, group)
        root = (square / (1 - beta2**step)).sqrt() + group["eps"]
        parameter.sub_((group["lr"] * (1 - here) / (1 - float(product))) * (gradient / root))
        parameter.sub_((group["lr"] * ahead / (1 - float(product) * ahead)) * (mean / root))


class RAdam(Optimizer):
    """Adam that leaves the running square out until enough steps were seen for it to mean something.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate.
    betas : tuple of float
        How slowly the two means forget.
    eps : float
        Added to the root.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    decoupled_weight_decay : bool
        Shrink the parameters themselves, as AdamW does.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.
    maximize : bool
        Climb instead.
    capturable, differentiable : optional
        Accepted, as in PyTorch; they change nothing.

    References
    ----------
    Liu et al. (2020), On the variance of the adaptive learning rate and beyond, arXiv:1908.03265.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_at_least_zero(learning__rate=lr, epsilon__value=eps)
        check_betas(betas)
        check_at_least_zero(weight_decay__value=weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        beta1, beta2 = group["betas"]
        step = _count(state)
        gradient = _decayed(parameter, gradient, group)
        mean, square = _moments(parameter, gradient, state, group)
        change = mean / (1 - beta1**step)
        most = 2 / (1 - beta2) - 1
        length = most - 2 * step * beta2**step / (1 - beta2**step)  # of the average that the square is by now
        if length > 5:
            share = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)
            change = change * (share**0.5 * (1 - beta2**step) ** 0.5 / (square.sqrt() + group["eps"]))
        parameter.sub_(group["lr"] * change)
