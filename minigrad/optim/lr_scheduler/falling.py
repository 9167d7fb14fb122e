"""The base of schedulers, and those by which a rate falls, or rises, once."""

from __future__ import annotations

import functools
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from minigrad.optim.optimizer import Optimizer


def _told(get_lr: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """Return a ``get_lr`` that says, where it is called from outside of a step, that it is not what one wants."""

    @functools.wraps(get_lr)
    def with_warning(self: Any) -> list[Any]:
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use `get_last_lr()`.",
                UserWarning,
                stacklevel=2,
            )
        return get_lr(self)

    return with_warning


class LRScheduler:
    """The base of schedulers: subclass it and define ``get_lr``, the rates of the epoch ``self.last_epoch``.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    last_epoch : int
        The epoch to go on after; -1 to begin.

    Raises
    ------
    TypeError
        If ``optimizer`` is none.
    KeyError
        If it should go on, and the optimizer's groups do not know their ``"initial_lr"``.
    """

    chained = False  # whether each rate is made of the last one alone, so that one cannot go to an epoch directly
    _is_initial = False  # whether it is being made
    _get_lr_called_within_step = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "get_lr" in vars(cls) and cls.__module__.startswith(str(__package__)):
            cls.get_lr = _told(cls.get_lr)  # type: ignore[method-assign,assignment]

    def __init__(self, optimizer: Any, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{i}] when resuming scheduler with "
                    "last_epoch >= 0.\nThis typically happens when:\n1. You're trying to resume training from a "
                    "checkpoint but haven't properly loaded the optimizer state\n2. You're using last_epoch >= 0 for "
                    "a fresh training run (not recommended)"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._step_count = 0
        self._is_initial, self._get_lr_called_within_step = True, False
        self._last_lr: list[Any] = []
        self._advance()
        self._is_initial = False

    def _begins(self) -> bool:
        """Return whether the rate is the optimizer's: at the first epoch, and where one goes on after another."""
        return self.last_epoch <= 0 or self._step_count == 1

    def get_lr(self) -> list[float]:
        """Return the learning rate of each group at the epoch ``self.last_epoch``."""
        raise NotImplementedError(f"{type(self).__name__} must define get_lr()")

    def get_last_lr(self) -> list[float]:
        """Return the learning rates that were set last, one a group."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go to the next epoch, after the optimizer's steps of this one.

        Parameters
        ----------
        epoch : int, optional
            Deprecated: an epoch to go to.
        """
        if self._step_count == 1 and not self.optimizer._opt_called:
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you "
                "should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to "
                "do this will result in PyTorch skipping the first value of the learning rate schedule. See more "
                "details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate",
                UserWarning,
                stacklevel=2,
            )
        if epoch is not None:
            warnings.warn(
                "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. "
                "Please use `scheduler.step()` to step the scheduler. During the deprecation, if epoch is different "
                "from None, the closed form is used instead of the new chainable form, where available. Please open an "
                "issue if you are unable to replicate your use case: https://github.com/pytorch/pytorch/issues/new/choose.",
                UserWarning,
                stacklevel=2,
            )
        self._advance(epoch)

    def _advance(self, epoch: int | None = None) -> None:
        self._step_count += 1
        if epoch is None:
            self.last_epoch += 1
        elif self.chained:
            self.last_epoch = epoch
        else:  # go there from the beginning, for most rates are made from the last ones
            self._set(self.base_lrs)
            for self.last_epoch in range(epoch):
                self._set(self._next())
            self.last_epoch = epoch
        self._set(self._next())

    def _next(self) -> list[Any]:
        self._get_lr_called_within_step = True
        try:
            return self.get_lr()
        finally:
            self._get_lr_called_within_step = False

    def _set(self, rates: Sequence[Any]) -> None:
        for group, lr in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = lr
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def _rates(self) -> list[Any]:
        """Return the groups' learning rates as they are."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def _scaled(self, factor: float) -> list[Any]:
        """Return the groups' learning rates, times a factor."""
        return [lr * factor for lr in self._rates()]

    def state_dict(self) -> dict[str, Any]:
        """Return everything but the optimizer, to go on later."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what ``state_dict`` returned."""
        self.__dict__.update(state_dict)


class LambdaLR(LRScheduler):
    """The initial rate times a function of the epoch.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    lr_lambda : callable or list of callable
        From the epoch to a factor; one for all groups, or one a group.
    last_epoch : int
        The epoch to go on after; -1 to begin.

    Examples
    --------
    >>> optimizer = mg.optim.SGD([mg.zeros(1)], lr=1.0)
    >>> scheduler = mg.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.5**epoch)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Any, lr_lambda: Any, last_epoch: int = -1) -> None:
        groups = len(getattr(optimizer, "param_groups", ()))
        several = isinstance(lr_lambda, (list, tuple))
        if several and len(lr_lambda) != groups:
            raise ValueError(f"Expected {groups} lr_lambdas, but got {len(lr_lambda)}")
        self.lr_lambdas: list[Callable[[int], float]] = list(lr_lambda) if several else [lr_lambda] * groups
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the initial rates times the factors."""
        return [base * f(self.last_epoch) for f, base in zip(self.lr_lambdas, self.base_lrs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """Return everything but the optimizer and plain functions, which cannot be saved."""
        state = super().state_dict()
        state["lr_lambdas"] = [None if hasattr(f, "__code__") else dict(vars(f)) for f in self.lr_lambdas]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what ``state_dict`` returned; functions stay."""
        for f, saved in zip(self.lr_lambdas, state_dict["lr_lambdas"], strict=True):
            if saved is not None:
                vars(f).update(saved)
        super().load_state_dict({name: value for name, value in state_dict.items() if name != "lr_lambdas"})


class MultiplicativeLR(LambdaLR):
    """The last rate times a function of the epoch.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    lr_lambda : callable or list of callable
        From the epoch to a factor; one for all groups, or one a group.
    last_epoch : int
        The epoch to go on after; -1 to begin.
    """

    chained = True

    def get_lr(self) -> list[float]:
        """Return the last rates times the factors."""
        if self._begins():
            return self._rates()
        return [lr * f(self.last_epoch) for f, lr in zip(self.lr_lambdas, self._rates(), strict=True)]


class StepLR(LRScheduler):
    """The rate falls by a factor every so many epochs.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    step_size : int
        How many epochs.
    gamma : float
        The factor.
    last_epoch : int
        The epoch to go on after; -1 to begin.

    Examples
    --------
    >>> optimizer = mg.optim.SGD([mg.zeros(1)], lr=1.0)
    >>> scheduler = mg.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for epoch in range(4):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [1.0]
    [1.0]
    [0.5]
    [0.5]
    """

    def __init__(self, optimizer: Any, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the last rates, smaller every ``step_size`` epochs."""
        if self.last_epoch == 0 or self.last_epoch % self.step_size != 0:
            return self._rates()
        return self._scaled(self.gamma)


class MultiStepLR(LRScheduler):
    """The rate falls by a factor at given epochs.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    milestones : iterable of int
        The epochs.
    gamma : float
        The factor.
    last_epoch : int
        The epoch to go on after; -1 to begin.
    """

    def __init__(self, optimizer: Any, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the last rates, smaller at a milestone."""
        if self.last_epoch not in self.milestones:
            return self._rates()
        return self._scaled(self.gamma ** self.milestones[self.last_epoch])


class ExponentialLR(LRScheduler):
    """The rate falls by a factor every epoch.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    gamma : float
        The factor.
    last_epoch : int
        The epoch to go on after; -1 to begin.
    """

    def __init__(self, optimizer: Any, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the last rates, smaller by the factor."""
        return self._rates() if self._begins() else self._scaled(self.gamma)


class ConstantLR(LRScheduler):
    """The rate is a fraction of itself for the first epochs.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    factor : float
        The fraction, from 0 to 1.
    total_iters : int
        For how many epochs.
    last_epoch : int
        The epoch to go on after; -1 to begin.
    """

    def __init__(self, optimizer: Any, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if factor > 1.0 or factor < 0:
            raise ValueError("Constant multiplicative factor expected to be between 0 and 1.")
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the fraction at first, then the rate itself."""
        if self.last_epoch == 0:
            return self._scaled(self.factor)
        return self._scaled(1.0 / self.factor) if self.last_epoch == self.total_iters else self._rates()


class LinearLR(LRScheduler):
    """The rate goes from one fraction of itself to another, in a line.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    start_factor, end_factor : float
        The fractions, from 0 to 1.
    total_iters : int
        Over how many epochs.
    last_epoch : int
        The epoch to go on after; -1 to begin.
    """

    def __init__(
        self,
        optimizer: Any,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if start_factor > 1.0 or start_factor <= 0:
            raise ValueError("Starting multiplicative factor expected to be greater than 0 and less or equal to 1.")
        if end_factor > 1.0 or end_factor < 0:
            raise ValueError("Ending multiplicative factor expected to be between 0 and 1.")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the next rates on the line, from the last ones."""
        if self.last_epoch == 0:
            return self._scaled(self.start_factor)
        if self._begins() or self.last_epoch > self.total_iters:
            return self._rates()
        rise = self.end_factor - self.start_factor
        return self._scaled(1.0 + rise / (self.total_iters * self.start_factor + (self.last_epoch - 1) * rise))


class PolynomialLR(LRScheduler):
    """The rate falls to 0 as a power of the epochs that are left.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates change.
    total_iters : int
        Over how many epochs.
    power : float
        The power; 1 is a line.
    last_epoch : int
        The epoch to go on after; -1 to begin.
    """

    def __init__(self, optimizer: Any, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the next rates, from the last ones."""
        if self._begins() or self.last_epoch > self.total_iters:
            return self._rates()
        left, before = (1.0 - epoch / self.total_iters for epoch in (self.last_epoch, self.last_epoch - 1))
        return self._scaled((left / before) ** self.power)


def one_each(value: Any, groups: Sequence[Any], name: str) -> list[Any]:
    """Return one value a group."""
    if not isinstance(value, (list, tuple)):
        return [value] * len(groups)
    if len(value) != len(groups):
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups. {name} has {len(value)} values, "
            f"param_groups has {len(groups)}."
        )
    return list(value)
