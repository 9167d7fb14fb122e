"""Clipping: gradients that are too large are scaled or cut."""

from __future__ import annotations

import math
import warnings
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import tensor
from minigrad.ops.choice import clamp
from minigrad.ops.joining import stack
from minigrad.ops.norms import norm

__all__ = ["clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


def _gradients(parameters: Any) -> list[Any]:
    parameters = [parameters] if isinstance(parameters, TensorBase) else parameters
    return [p._grad for p in parameters if p._grad is not None]


def get_total_norm(
    tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Any:
    """Return the norm of all tensors taken as one long vector.

    Parameters
    ----------
    tensors : Tensor or iterable of Tensor
        Their entries.
    norm_type : float
        Which norm; ``inf`` for the largest.
    error_if_nonfinite : bool
        Raise if it is nan or infinite.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.

    Returns
    -------
    Tensor
        A scalar.

    Raises
    ------
    RuntimeError
        If the norm is not finite and ``error_if_nonfinite``.

    Examples
    --------
    >>> mg.nn.utils.get_total_norm([mg.tensor([3.0]), mg.tensor([4.0])])
    tensor(5.)
    """
    tensors = [tensors] if isinstance(tensors, TensorBase) else list(tensors)
    if not tensors:
        return tensor(0.0)
    with no_grad():
        total = norm(stack([norm(t, norm_type) for t in tensors]), norm_type)
    if error_if_nonfinite and not math.isfinite(total.item()):
        raise RuntimeError(
            f"The total norm of order {float(norm_type)} for gradients from `parameters` is non-finite, so it cannot "
            "be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    return total


def clip_grad_norm_(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Any:
    """Scale all gradients, in place, so that their norm as one long vector is at most ``max_norm``.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Those whose ``.grad`` is scaled.
    max_norm : float
        The bound.
    norm_type : float
        Which norm; ``inf`` for the largest entry.
    error_if_nonfinite : bool
        Raise if the norm is nan or infinite.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.

    Returns
    -------
    Tensor
        The norm before.

    Raises
    ------
    RuntimeError
        If the norm is not finite and ``error_if_nonfinite``.

    Examples
    --------
    >>> w = mg.tensor([3.0, 4.0], requires_grad=True)
    >>> w.grad = mg.tensor([3.0, 4.0])
    >>> mg.nn.utils.clip_grad_norm_(w, max_norm=1.0)
    tensor(5.)
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    gradients = _gradients(parameters)
    total = get_total_norm(gradients, float(norm_type), error_if_nonfinite)
    _scale(gradients, max_norm, total)
    return total


def _scale(gradients: list[Any], max_norm: float, total: Any) -> None:
    with no_grad():
        factor = clamp(float(max_norm) / (total + 1e-6), max=1.0)
        for gradient in gradients:
            gradient.mul_(factor)


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Any, foreach: bool | None = None) -> None:
    """Scale all gradients, in place, by what brings their norm, which is known, down to ``max_norm``.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Those whose ``.grad`` is scaled.
    max_norm : float
        The bound.
    total_norm : Tensor
        The norm, as ``get_total_norm`` returns it.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.

    Examples
    --------
    >>> w = mg.tensor([3.0, 4.0], requires_grad=True)
    >>> w.grad = mg.tensor([3.0, 4.0])
    >>> mg.nn.utils.clip_grads_with_norm_(w, 1.0, mg.nn.utils.get_total_norm(w.grad))
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    _scale(_gradients(parameters), max_norm, total_norm)


def clip_grad_norm(parameters: Any, max_norm: float, norm_type: float = 2.0) -> Any:
    """Do what ``clip_grad_norm_`` does, under its former name."""
    warnings.warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.",
        FutureWarning,
        stacklevel=2,
    )
    return clip_grad_norm_(parameters, max_norm, norm_type)


def clip_grad_value_(parameters: Any, clip_value: float, foreach: bool | None = None) -> None:
    """Cut every entry of the gradients, in place, to lie between ``-clip_value`` and ``clip_value``.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Those whose ``.grad`` is cut.
    clip_value : float
        The bound.
    foreach : bool, optional
        Accepted, as in PyTorch; it changes nothing.

    Examples
    --------
    >>> w = mg.tensor([3.0, 4.0], requires_grad=True)
    >>> w.grad = mg.tensor([-3.0, 0.5])
    >>> mg.nn.utils.clip_grad_value_(w, 1.0)
    >>> w.grad
    tensor([-1.0000,  0.5000])
    """
    with no_grad():
        for gradient in _gradients(parameters):
            gradient.clamp_(min=-float(clip_value), max=float(clip_value))
