"""Adafactor: steps like Adam's, with a memory of rows and columns instead of one of every entry."""

from __future__ import annotations

import math
from typing import Any

from minigrad.creation import zeros
from minigrad.ops.facts import finfo
from minigrad.ops.norms import norm
from minigrad.optim.adam import _count
from minigrad.optim.optimizer import Optimizer

__all__ = ["Adafactor"]


class Adafactor(Optimizer):
    """Steps over the root of the squared gradients' mean, of which only that of rows and columns is kept.

    Parameters
    ----------
    params : iterable of Tensor or dict
        What to optimize.
    lr : float
        The largest learning rate; it falls as the root of the steps does.
    beta2_decay : float
        How fast what is kept gets slower to forget: negative.
    eps : tuple of float
        The smallest square (of the dtype's precision, if None), and the smallest size of a weight to go by.
    d : float
        How large a step may be, at least 1.
    weight_decay : float
        How strongly parameters are drawn towards 0, apart from the gradient.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.
    maximize : bool
        Climb instead.

    Raises
    ------
    ValueError
        If a setting is out of its bounds.

    References
    ----------
    Shazeer & Stern (2018), Adafactor: adaptive learning rates with sublinear memory cost, arXiv:1804.04235.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.Adafactor([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        if not lr >= 0.0:
            raise ValueError(f"Learning rate should be >= 0 but is: {lr}")
        if not beta2_decay <= 0.0:
            raise ValueError(f"beta2_decay should be <= 0 but is: {beta2_decay}")
        if eps[0] is not None and not eps[0] >= 0.0:
            raise ValueError(f"epsilon1 should be >= 0 but is: {eps[0]}")
        if not eps[1] >= 0.0:
            raise ValueError(f"epsilon2 should be >= 0 but is: {eps[1]}")
        if not d >= 1.0:
            raise ValueError(f"Clipping threshold d should be >= 1 but is: {d}")
        if not weight_decay >= 0.0:
            raise ValueError(f"weight_decay should be >= 0 but is: {weight_decay}")
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, gradient: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        step = _count(state)
        lr, (eps1, eps2) = float(group["lr"]), group["eps"]
        eps1 = finfo(parameter.dtype).eps if eps1 is None else eps1
        share = step ** group["beta2_decay"]  # of this gradient in what is kept
        factored = gradient.dim() > 1
        if factored and "row_var" not in state:
            *lead, rows, cols = gradient.shape
            state["row_var"] = zeros((*lead, rows, 1), dtype=gradient.dtype)
            state["col_var"] = zeros((*lead, 1, cols), dtype=gradient.dtype)
        elif not factored and "variance" not in state:
            state["variance"] = zeros(gradient.shape, dtype=gradient.dtype)
        size = float(norm(parameter.detach())) / math.sqrt(parameter.numel())
        rate = max(eps2, size) * min(lr, 1 / math.sqrt(step))
        if group["weight_decay"] != 0:
            parameter.mul_(1 - lr * group["weight_decay"])
        if factored:
            rows = state["row_var"].lerp_(gradient.square().mean(-1, keepdim=True), share)
            cols = state["col_var"].lerp_(gradient.square().mean(-2, keepdim=True), share)
            square = (rows @ cols) / rows.mean(-2, keepdim=True).clamp(min=eps1)
        else:
            square = state["variance"].lerp_(gradient * gradient, share)
        update = gradient * square.clamp(min=eps1 * eps1).rsqrt()
        far = max(1.0, float(norm(update)) / (math.sqrt(update.numel()) * group["d"]))
        parameter.add_(update, alpha=-rate / far)
