"""Stochastic gradient descent."""

from __future__ import annotations

from typing import Any

from minigrad.optim.optimizer import Optimizer, check_at_least_zero

__all__ = ["SGD"]


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
