"""Rates that go up and down in waves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from minigrad.optim.lr_scheduler.falling import LRScheduler, one_each
from minigrad.optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """The rate goes down and up again between two bounds, as a cosine does.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    T_max : int
        How many epochs it takes to get down.
    eta_min : float
        The lower bound.
    last_epoch : int
        The epoch to go on after; -1 to begin.

    References
    ----------
    Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts, arXiv:1608.03983.
    """

    def __init__(self, optimizer: Any, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the next rates on the cosine, from the last ones."""
        epoch, half, low = self.last_epoch, self.T_max, self.eta_min
        if self._begins():
            return self._rates()
        if (epoch - 1 - half) % (2 * half) == 0:  # from the bottom, where the ratio below is 0 / 0
            rise = (1 - math.cos(math.pi / half)) / 2
            return [lr + (base - low) * rise for base, lr in zip(self.base_lrs, self._rates(), strict=True)]
        ratio = (1 + math.cos(math.pi * epoch / half)) / (1 + math.cos(math.pi * (epoch - 1) / half))
        return [ratio * (lr - low) + low for lr in self._rates()]


class CosineAnnealingWarmRestarts(LRScheduler):
    """The rate goes down as a cosine does, jumps up, and goes down again, perhaps more slowly.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    T_0 : int
        How many epochs the first way down takes.
    T_mult : int
        By what factor the next ways are longer.
    eta_min : float
        The lower bound.
    last_epoch : int
        The epoch to go on after; -1 to begin.

    References
    ----------
    Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts, arXiv:1608.03983.
    """

    def __init__(self, optimizer: Any, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        if T_0 <= 0 or not isinstance(T_0, int):
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if T_mult < 1 or not isinstance(T_mult, int):
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        self.T_0, self.T_i, self.T_mult, self.eta_min = T_0, T_0, T_mult, eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates on the way down."""
        height = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Go to the next epoch, or to a given one, which may be a fraction.

        Parameters
        ----------
        epoch : float, optional
            Where to go.
        """
        self._advance(epoch)

    def _advance(self, epoch: float | None = None) -> None:
        if epoch is None:
            epoch = self.last_epoch + 1
        self.T_cur, self.T_i = epoch, self.T_0
        while self.T_cur >= self.T_i:  # which way down this is, and how far along
            self.T_cur -= self.T_i
            self.T_i *= self.T_mult
        self.last_epoch = math.floor(epoch)
        self._set(self._next())


class OneCycleLR(LRScheduler):
    """The rate goes up once, then down to nearly 0; a step is a batch, and momentum goes the other way.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    max_lr : float or list of float
        The highest rate; one for all groups, or one a group.
    total_steps : int, optional
        How many steps there are, or ``epochs * steps_per_epoch``.
    epochs, steps_per_epoch : int, optional
        See ``total_steps``.
    pct_start : float
        The share of steps that go up.
    anneal_strategy : {"cos", "linear"}
        The form of the slopes.
    cycle_momentum : bool
        Whether momentum changes.
    base_momentum, max_momentum : float or list of float
        Its bounds.
    div_factor : float
        The first rate is ``max_lr`` over this.
    final_div_factor : float
        The last rate is the first over this.
    three_phase : bool
        Go down to the first rate as fast as up, then to the last.
    last_epoch : int
        The step to go on after; -1 to begin.

    References
    ----------
    Smith & Topin (2018), Super-convergence, arXiv:1708.07120.
    """

    def __init__(
        self,
        optimizer: Any,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        if total_steps is not None:
            if total_steps <= 0 or not isinstance(total_steps, int):
                raise ValueError(f"Expected positive integer total_steps, but got {total_steps}")
            self.total_steps = total_steps
        elif epochs is not None and steps_per_epoch is not None:
            self.total_steps = epochs * steps_per_epoch
        else:
            raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        self._anneal_func_type, self.cycle_momentum = anneal_strategy, cycle_momentum
        total, up = self.total_steps, float(pct_start * self.total_steps) - 1
        phases = [
            (up, "initial_lr", "max_lr", "max_momentum", "base_momentum"),
            (total - 1, "max_lr", "min_lr", "base_momentum", "max_momentum"),
        ]
        if three_phase:
            phases[1:] = [
                (2 * pct_start * total - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum"),
                (total - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum"),
            ]
        names = "end_step", "start_lr", "end_lr", "start_momentum", "end_momentum"
        self._schedule_phases: list[dict[str, Any]] = [dict(zip(names, phase, strict=True)) for phase in phases]
        groups = optimizer.param_groups
        if last_epoch == -1:
            for group, highest in zip(groups, one_each(max_lr, groups, "max_lr"), strict=True):
                group["initial_lr"] = highest / div_factor
                group["max_lr"] = highest
                group["min_lr"] = group["initial_lr"] / final_div_factor
        if cycle_momentum:
            if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
                raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
            self.use_beta1 = "betas" in optimizer.defaults
            if last_epoch == -1:
                highs = one_each(max_momentum, groups, "max_momentum")
                lows = one_each(base_momentum, groups, "base_momentum")
                for group, high, low in zip(groups, highs, lows, strict=True):
                    _set_momentum(group, high)
                    group["max_momentum"], group["base_momentum"] = high, low
        super().__init__(optimizer, last_epoch)

    def _between(self, start: float, end: float, share: float) -> float:
        if self._anneal_func_type == "cos":
            return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)
        return (end - start) * share + start

    def get_lr(self) -> list[float]:
        """Return the rates of this step, and set the momenta."""
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(f"Tried to step {step} times. The specified number of total steps is {self.total_steps}")
        start = 0.0
        for phase in self._schedule_phases:
            end, lr_from, lr_to, momentum_from, momentum_to = phase.values()
            if step <= end or phase is self._schedule_phases[-1]:
                share = (step - start) / (end - start)
                break
            start = end
        rates = []
        for group in self.optimizer.param_groups:
            rates.append(self._between(group[lr_from], group[lr_to], share))
            if self.cycle_momentum:
                _set_momentum(group, self._between(group[momentum_from], group[momentum_to], share))
        return rates


class CyclicLR(LRScheduler):
    """The rate goes up and down between two bounds in equal waves; a step is a batch, and momentum goes the other way.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    base_lr, max_lr : float or list of float
        The bounds; one for all groups, or one a group.
    step_size_up : int
        How many steps go up.
    step_size_down : int, optional
        How many go down; as many, if left out.
    mode : {"triangular", "triangular2", "exp_range"}
        Whether all waves are as high, each half as high as the last, or lower by ``gamma`` a step.
    gamma : float
        For "exp_range".
    scale_fn : callable, optional
        From a wave's number, or the step's, to how high it is; instead of ``mode``.
    scale_mode : {"cycle", "iterations"}
        Which of the two ``scale_fn`` is given.
    cycle_momentum : bool
        Whether momentum changes.
    base_momentum, max_momentum : float or list of float
        Its bounds.
    last_epoch : int
        The step to go on after; -1 to begin.

    Raises
    ------
    TypeError
        If ``optimizer`` is none.
    ValueError
        If there is no such mode, or the optimizer has no momentum to change.

    References
    ----------
    Smith (2017), Cyclical learning rates for training neural networks, arXiv:1506.01186.

    Examples
    --------
    >>> optimizer = mg.optim.SGD([mg.zeros(1)], lr=1.0, momentum=0.9)
    >>> scheduler = mg.optim.lr_scheduler.CyclicLR(optimizer, base_lr=1.0, max_lr=3.0, step_size_up=2)
    >>> for batch in range(5):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [1.0]
    [2.0]
    [3.0]
    [2.0]
    [1.0]
    """

    def __init__(
        self,
        optimizer: Any,
        base_lr: Any,
        max_lr: Any,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.8,
        max_momentum: Any = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        groups = optimizer.param_groups
        self.max_lrs = one_each(max_lr, groups, "max_lr")
        if last_epoch == -1:
            for group, low in zip(groups, one_each(base_lr, groups, "base_lr"), strict=True):
                group["lr"] = low
        down = float(step_size_up if step_size_down is None else step_size_down)
        self.total_size = float(step_size_up) + down
        self.step_ratio = float(step_size_up) / self.total_size
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode, self.gamma = mode, gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode if scale_fn else "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
                raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
            self.use_beta1 = "betas" in optimizer.defaults
            self.base_momentums = one_each(base_momentum, groups, "base_momentum")
            self.max_momentums = one_each(max_momentum, groups, "max_momentum")
            if last_epoch == -1:
                for group, low, high in zip(groups, self.base_momentums, self.max_momentums, strict=True):
                    _set_momentum(group, high)
                    group["max_momentum"], group["base_momentum"] = high, low
        super().__init__(optimizer, last_epoch)
        self.base_lrs = one_each(base_lr, groups, "base_lr")

    def scale_fn(self, x: float) -> float:
        """Return how high the wave is, given its number or, if ``scale_mode`` is "iterations", the step's."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        heights = {"triangular": 1.0, "triangular2": 1 / (2.0 ** (x - 1)), "exp_range": self.gamma**x}
        return float(heights[self.mode])

    def get_lr(self) -> list[float]:
        """Return the rates of this step, and set the momenta."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        done = 1.0 + self.last_epoch / self.total_size - cycle
        up = done / self.step_ratio if done <= self.step_ratio else (done - 1) / (self.step_ratio - 1)
        height = up * self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True)
            for group, low, high in bounds:
                _set_momentum(group, high - (high - low) * height)
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]


def _set_momentum(group: dict[str, Any], momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, *group["betas"][1:])
    else:
        group["momentum"] = momentum
