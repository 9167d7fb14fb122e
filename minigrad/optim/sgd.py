"""Stochastic gradient descent, and its average."""

from __future__ import annotations

from typing import Any

from minigrad.creation import tensor, zeros_like
from minigrad.optim.optimizer import Optimizer, check_at_least_zero

__all__ = ["ASGD", "SGD"]


class SGD(Optimizer):
    """A step down the slope, perhaps with the momentum of the steps before.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The learning rate: how long a step is.
    momentum : float
        The share of the last step in this one.
    dampening : float
        How much of the gradient is held back from the momentum.
    weight_decay : float
        How strongly parameters are drawn towards 0.
    nesterov : bool
        Look ahead along the momentum.
    maximize : bool
        Climb instead.
    foreach, differentiable, fused : optional
        Accepted, as in PyTorch; they change nothing.

    Raises
    ------
    ValueError
        If a setting is negative, or Nesterov lacks its momentum.

    References
    ----------
    Sutskever, Martens, Dahl & Hinton (2013), On the importance of initialization and momentum, ICML.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.SGD([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([1.], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_at_least_zero(learning__rate=lr, momentum__value=momentum, weight_decay__value=weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        if group["weight_decay"] != 0:
            gradient = gradient + group["weight_decay"] * parameter
        momentum = group["momentum"]
        if momentum != 0:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = gradient.clone()
            else:
                buffer.mul_(momentum).add_(gradient, alpha=1 - group["dampening"])
            gradient = gradient + momentum * buffer if group["nesterov"] else buffer
        parameter.sub_(group["lr"] * gradient)


class ASGD(Optimizer):
    """Plain steps that grow shorter, and the average of the places they led to.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The first step's factor.
    lambd : float
        How fast steps grow shorter; parameters are drawn towards 0 by it too.
    alpha : float
        The power with which they do.
    t0 : float
        After how many steps to begin with the average, which stands in the state under ``"ax"``.
    weight_decay : float
        How strongly parameters are drawn towards 0 besides.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.
    maximize : bool
        Climb instead.
    differentiable, capturable : bool
        Accepted, as in PyTorch; they change nothing.

    Raises
    ------
    ValueError
        If a setting is negative.

    References
    ----------
    Polyak & Juditsky (1992), SIAM J. Control Optim. 30, doi:10.1137/0330046.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.ASGD([w], lr=0.25, t0=0)
    >>> for _ in range(3):
    ...     optimizer.zero_grad()
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> w, optimizer.state[w]["ax"]
    (tensor([0.2500], requires_grad=True), tensor([0.3750]))
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_at_least_zero(learning__rate=lr, weight_decay__value=weight_decay)
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        if not state:
            state["step"], state["eta"], state["mu"] = tensor(0.0), tensor(float(group["lr"])), tensor(1.0)
            state["ax"] = zeros_like(parameter).detach()
        state["step"] += 1
        step, eta = float(state["step"]), float(state["eta"])
        gradient = gradient + group["weight_decay"] * parameter if group["weight_decay"] else gradient
        parameter.mul_(1 - group["lambd"] * eta).sub_(eta * gradient)
        state["ax"].add_((parameter - state["ax"]) * float(state["mu"]))
        state["eta"] = tensor(group["lr"] / (1 + group["lambd"] * group["lr"] * step) ** group["alpha"])
        state["mu"] = tensor(1 / max(1, step - group["t0"]))
