"""Averages of weights: a copy of a network whose weights are the mean of what it went through, and a rate for that."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import tensor
from minigrad.nn.modules.batchnorm import _BatchNorm
from minigrad.nn.modules.module import Module
from minigrad.optim.lr_scheduler.falling import LRScheduler, one_each

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]


def get_swa_avg_fn() -> Callable[[Any, Any, Any], Any]:
    """Return the plain mean: of an average, another value and how many there were, the average of one more."""

    def swa_update(averaged: Any, current: Any, num_averaged: Any) -> Any:
        return averaged + (current - averaged) / (num_averaged + 1)

    return swa_update


def get_ema_avg_fn(decay: float = 0.999) -> Callable[[Any, Any, Any], Any]:
    """Return the mean that forgets: of an average and another value, the average where the other counts ``1 - decay``.

    Parameters
    ----------
    decay : float
        From 0, where only the last value counts, to 1.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If it is not from 0 to 1.

    Examples
    --------
    >>> mg.optim.swa_utils.get_ema_avg_fn(0.75)(1.0, 5.0, 3)
    2.0
    """
    if not 0.0 <= decay <= 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")

    def ema_update(averaged: Any, current: Any, num_averaged: Any) -> Any:
        return decay * averaged + (1 - decay) * current

    return ema_update


def _of_all(average: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], None]:
    """Return the function that writes the averages of a whole list of tensors into it."""

    def update(averaged: Any, current: Any, num_averaged: Any) -> None:
        with no_grad():
            for one, other in zip(averaged, current, strict=True):
                one.copy_(average(one, other, num_averaged))

    return update


def get_swa_multi_avg_fn() -> Callable[[Any, Any, Any], None]:
    """Return the plain mean for lists of tensors, which changes the first one in place."""
    return _of_all(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> Callable[[Any, Any, Any], None]:
    """Return the mean that forgets for lists of tensors, which changes the first one in place."""
    return _of_all(get_ema_avg_fn(decay))


class AveragedModel(Module):
    """A copy of a network whose weights are an average of what the network's were.

    Parameters
    ----------
    model : Module
        The network.
    device : optional
        There is only the CPU.
    avg_fn : callable, optional
        Of an average, another tensor and how many there were, returns the average of one more; their mean, if left out.
    multi_avg_fn : callable, optional
        The same for lists of tensors; it changes the first one in place.
    use_buffers : bool
        Whether buffers are averaged too; they are copied otherwise.

    References
    ----------
    Izmailov, Podoprikhin, Garipov, Vetrov & Wilson (2018), arXiv:1803.05407.

    Examples
    --------
    >>> net = mg.nn.Linear(1, 1)
    >>> mean = mg.optim.swa_utils.AveragedModel(net)
    >>> for weight in (1.0, 3.0):
    ...     _ = mg.nn.init.constant_(net.weight, weight)
    ...     mean.update_parameters(net)
    >>> mean.module.weight
    Parameter containing:
    tensor([[2.]], requires_grad=True)
    """

    def __init__(
        self,
        model: Any,
        device: Any = None,
        avg_fn: Callable[..., Any] | None = None,
        multi_avg_fn: Callable[..., Any] | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = copy.deepcopy(model).to(device)
        self.register_buffer("n_averaged", tensor(0))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the averaged network does."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Any) -> None:
        """Take in the network as it is.

        Parameters
        ----------
        model : Module
            The network.
        """
        mine, others = [_weights(module, self.use_buffers) for module in (self.module, model)]
        if self.n_averaged == 0:
            _of_all(lambda one, other, n: other)(mine, others, None)
        else:
            average = self.multi_avg_fn or _of_all(self.avg_fn or get_swa_avg_fn())
            average(mine, others, self.n_averaged)
        if not self.use_buffers:
            _of_all(lambda one, other, n: other)(list(self.module.buffers()), list(model.buffers()), None)
        self.n_averaged += 1


def _weights(module: Any, use_buffers: bool) -> list[Any]:
    """Return what is averaged, without history, on the same memory."""
    buffers = module.buffers() if use_buffers else ()
    return [weight.detach() for weight in itertools.chain(module.parameters(), buffers)]


def update_bn(loader: Iterable[Any], model: Any, device: Any = None) -> None:
    """Let the batch normalisations of a network measure data anew, whose weights they have not seen.

    Parameters
    ----------
    loader : iterable of Tensor, or of tuples that begin with one
        The data.
    model : Module
        The network.
    device : optional
        There is only the CPU.
    """
    layers = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    if not layers:
        return
    momenta, training = [layer.momentum for layer in layers], model.training
    model.train()
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    with no_grad():
        for batch in loader:
            model((batch[0] if isinstance(batch, (list, tuple)) else batch).to(device or "cpu"))
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """The rate goes to that of averaging, and stays there.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    swa_lr : float or list of float
        Where it goes; one for all groups, or one a group.
    anneal_epochs : int
        How many epochs it takes.
    anneal_strategy : {"cos", "linear"}
        The form of the slope.
    last_epoch : int
        The epoch to go on after; -1 to begin.

    Raises
    ------
    ValueError
        If there is no such form, or ``anneal_epochs`` is negative.

    Examples
    --------
    >>> optimizer = mg.optim.SGD([mg.zeros(1)], lr=1.0)
    >>> scheduler = mg.optim.swa_utils.SWALR(optimizer, swa_lr=0.5, anneal_epochs=2, anneal_strategy="linear")
    >>> for epoch in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.75]
    [0.5]
    [0.5]
    [0.5]
    """

    def __init__(
        self,
        optimizer: Any,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        groups = optimizer.param_groups
        for group, rate in zip(groups, one_each(swa_lr, groups, "swa_lr"), strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy, self.anneal_epochs = anneal_strategy, anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _share(self, step: int) -> float:
        """Return how much of the way is behind after a step."""
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2

    def get_lr(self) -> list[float]:
        """Return the rates of this epoch."""
        step = self._step_count - 1
        step = max(1, step) if self.anneal_epochs == 0 else step
        before, now = self._share(step - 1), self._share(step)
        rates = []
        for group in self.optimizer.param_groups:
            end = group["swa_lr"]
            start = end if before == 1 else (group["lr"] - before * end) / (1 - before)  # where it came from
            rates.append(end * now + start * (1 - now))
        return rates
