"""Mixed precision, as far as a CPU without bfloat16 goes: loss scaling works, and autocast is understood."""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Callable
from typing import Any

from minigrad.autograd.grad_mode import no_grad

__all__ = ["GradScaler", "autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]


def _check_name(device_type: Any) -> None:
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")


def is_autocast_available(device_type: str) -> bool:
    """Return whether a device can compute in mixed precision: the CPU cannot, for want of bfloat16."""
    _check_name(device_type)
    return False


class autocast(contextlib.ContextDecorator):  # PyTorch's name
    """Accept a program written for mixed precision: where it is disabled, or its device is not there, nothing changes.

    Parameters
    ----------
    device_type : str
        For any other than "cpu", PyTorch without that device warns and goes on without mixed precision.
    dtype : dtype, optional
        What PyTorch would compute in.
    enabled : bool
        On the CPU it would compute in bfloat16, which NumPy does not have, so this is refused.
    cache_enabled : bool, optional
        Accepted; there is no cache.

    Raises
    ------
    NotImplementedError
        If it is enabled on the CPU.

    Examples
    --------
    >>> with mg.autocast("cpu", enabled=False):
    ...     mg.ones(2) @ mg.ones(2)
    tensor(2.)
    """

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        _check_name(device_type)
        if enabled and device_type == "cpu":
            raise NotImplementedError(
                "autocast on the CPU computes in bfloat16, which NumPy does not have. minigrad computes in the dtypes "
                "that its tensors have: write enabled=False, or leave the context out."
            )
        if enabled:
            warnings.warn(
                f"User provided device_type of '{device_type}', but {device_type.upper()} is not available. Disabling",
                UserWarning,
                stacklevel=2,
            )
        self.device = device_type

    def __enter__(self) -> autocast:
        """Change nothing."""
        return self

    def __exit__(self, *exception: Any) -> None:
        """Change nothing."""


class GradScaler:
    """Multiply a loss, so that small gradients are not lost in half precision, and divide the gradients again.

    Where a gradient is inf or NaN, the step is left out and the scale is made smaller.

    Parameters
    ----------
    device : str
        For any other than "cpu", PyTorch without that device warns and scales nothing.
    init_scale : float
        The scale at first.
    growth_factor, backoff_factor : float
        What it is multiplied by after ``growth_interval`` good steps, and after a bad one.
    growth_interval : int
        How many good steps in a row.
    enabled : bool
        Whether anything is scaled at all.

    Examples
    --------
    >>> w = mg.tensor(2.0, requires_grad=True)
    >>> sgd, scaler = mg.optim.SGD([w], lr=0.5), mg.amp.GradScaler("cpu", init_scale=4.0)
    >>> scaler.scale(w * w).backward()
    >>> w.grad
    tensor(16.)
    >>> scaler.step(sgd)
    >>> w
    tensor(0., requires_grad=True)
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        if enabled and device != "cpu":
            warnings.warn(
                f"torch.{device}.amp.GradScaler is enabled, but {device.upper()} is not available.  Disabling.",
                UserWarning,
                stacklevel=2,
            )
            enabled = False
        if enabled and (growth_factor <= 1 or backoff_factor >= 1):
            raise AssertionError("The growth factor must be > 1.0, and the backoff factor must be < 1.0.")
        self._enabled, self._scale = enabled, float(init_scale)
        self._growth, self._backoff, self._interval = growth_factor, backoff_factor, growth_interval
        self._good = 0  # steps in a row
        self._unscaled: dict[int, bool] = {}  # whether a gradient of an optimizer, by its id, was inf or NaN

    def is_enabled(self) -> bool:
        """Return whether anything is scaled."""
        return self._enabled

    def get_scale(self) -> float:
        """Return what a loss is multiplied by."""
        return self._scale if self._enabled else 1.0

    def scale(self, outputs: Any) -> Any:
        """Return a loss, or a list or tuple of them, multiplied."""
        if isinstance(outputs, list | tuple):
            return type(outputs)([self.scale(output) for output in outputs])
        return outputs * self._scale if self._enabled else outputs

    def unscale_(self, optimizer: Any) -> None:
        """Divide the gradients of an optimizer's parameters; for clipping them before the step.

        Raises
        ------
        RuntimeError
            If that was done since the last ``update``.
        """
        if not self._enabled:
            return
        if id(optimizer) in self._unscaled:
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        grads = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        with no_grad():
            for grad in grads:
                grad.mul_(1 / self._scale)
        self._unscaled[id(optimizer)] = not all(grad.isfinite().all() for grad in grads)

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """Let the optimizer step, unless a gradient is inf or NaN; return what its step returns."""
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if id(optimizer) not in self._unscaled:
            self.unscale_(optimizer)
        return None if self._unscaled[id(optimizer)] else optimizer.step(*args, **kwargs)

    def update(self, new_scale: float | None = None) -> None:
        """Make the scale smaller after a bad step, and larger after enough good ones.

        Parameters
        ----------
        new_scale : float, optional
            The scale from here on.
        """
        if not self._enabled:
            return
        if new_scale is not None:
            self._scale = float(new_scale)
        elif not self._unscaled:
            raise AssertionError("No inf checks were recorded prior to update.")
        elif any(self._unscaled.values()):
            self._scale, self._good = self._scale * self._backoff, 0
        else:
            self._good += 1
            if self._good == self._interval:
                self._scale, self._good = self._scale * self._growth, 0
        self._unscaled = {}

    def state_dict(self) -> dict[str, Any]:
        """Return the scale and how it changes; nothing, if nothing is scaled."""
        if not self._enabled:
            return {}
        return {
            "scale": self.get_scale(),
            "growth_factor": self._growth,
            "backoff_factor": self._backoff,
            "growth_interval": self._interval,
            "_growth_tracker": self._good,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what ``state_dict`` returned."""
        if not self._enabled:
            return
        self._scale, self._good = state_dict["scale"], state_dict["_growth_tracker"]
        self._growth, self._backoff = state_dict["growth_factor"], state_dict["backoff_factor"]
        self._interval = state_dict["growth_interval"]


def custom_fwd(fwd: Callable[..., Any] | None = None, *, device_type: str, cast_inputs: Any = None) -> Any:
    """Mark the ``forward`` of a Function as written for mixed precision; without it, nothing changes.

    Parameters
    ----------
    fwd : callable, optional
        The ``forward``; without it, a decorator is returned.
    device_type : str
        The device whose autocast is meant.
    cast_inputs : dtype, optional
        What autocast would make of the inputs.

    Returns
    -------
    callable

    Examples
    --------
    >>> class Double(mg.autograd.Function):
    ...     @staticmethod
    ...     @mg.amp.custom_fwd(device_type="cpu")
    ...     def forward(ctx, x):
    ...         return 2 * x
    >>> Double.apply(mg.tensor(3.0))
    tensor(6.)
    """
    _check_name(device_type)
    return fwd or functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)


def custom_bwd(bwd: Callable[..., Any] | None = None, *, device_type: str) -> Any:
    """Mark the ``backward`` of a Function as written for mixed precision; without it, nothing changes.

    Parameters
    ----------
    bwd : callable, optional
        The ``backward``; without it, a decorator is returned.
    device_type : str
        The device whose autocast is meant.

    Returns
    -------
    callable
    """
    _check_name(device_type)
    return bwd or functools.partial(custom_bwd, device_type=device_type)
