"""Activations as modules: each calls the function of its name in ``minigrad.nn.functional``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from minigrad.creation import full
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "SELU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]


class Activation(Module):
    """A function of every number, and of settings: attributes, in the order of the function's arguments."""

    function: ClassVar[Callable[..., Any]]
    settings: ClassVar[tuple[str, ...]] = ()

    def forward(self, input: Any) -> Any:
        """Return the activation of every number."""
        return type(self).function(input, *[getattr(self, name) for name in self.settings])

    def extra_repr(self) -> str:
        """Return the settings; whether it writes into the input, only if it does."""
        given = {name: getattr(self, name) for name in self.settings}
        return ", ".join(f"{name}={value}" for name, value in given.items() if name != "inplace" or value)


class _InPlace(Activation):
    """What can be written into the input, and has no other setting."""

    settings = ("inplace",)

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


class ReLU(_InPlace):
    """Keep what is positive, and put 0 for the rest: ``max(0, x)``.

    Parameters
    ----------
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.ReLU()(mg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    function = staticmethod(F.relu)


class ReLU6(_InPlace):
    """Keep what lies between 0 and 6, and put the nearer bound for the rest.

    Parameters
    ----------
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.ReLU6()(mg.tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """

    function = staticmethod(F.relu6)


class LeakyReLU(Activation):
    """Keep what is positive, and scale down the rest.

    Parameters
    ----------
    negative_slope : float
        The factor of what is negative.
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.LeakyReLU()(mg.tensor([-1.0, 2.0]))
    tensor([-0.0100,  2.0000])
    """

    function = staticmethod(F.leaky_relu)
    settings = ("negative_slope", "inplace")

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace


class RReLU(Activation):
    """Keep what is positive, and scale down the rest by factors that are drawn anew while training.

    Parameters
    ----------
    lower, upper : float
        Between which the factors are drawn; after ``eval()`` all are the mean of both.
    inplace : bool
        Write the result into the input.

    References
    ----------
    Xu, Wang, Chen & Li (2015), Empirical evaluation of rectified activations, arXiv:1505.00853.

    Examples
    --------
    >>> mg.nn.RReLU(0.1, 0.3).eval()(mg.tensor([-1.0, 2.0]))
    tensor([-0.2000,  2.0000])
    """

    settings = ("lower", "upper", "inplace")

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Any) -> Any:
        """Return the activation of every number."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)


class ELU(Activation):
    """Keep what is positive, and let the rest level off at ``-alpha``.

    Parameters
    ----------
    alpha : float
        Where it levels off.
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.ELU()(mg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """

    function = staticmethod(F.elu)
    settings = ("alpha", "inplace")

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace


class SELU(_InPlace):
    """A scaled ELU that keeps mean 0 and variance 1 from layer to layer.

    Parameters
    ----------
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.SELU()(mg.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """

    function = staticmethod(F.selu)


class CELU(Activation):
    """An ELU whose slope at 0 is 1 for every ``alpha``.

    Parameters
    ----------
    alpha : float
        Where it levels off.
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.CELU()(mg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """

    function = staticmethod(F.celu)
    settings = ("alpha", "inplace")

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace


class GELU(Module):
    """Weigh each number by the share of a normal distribution below it.

    Parameters
    ----------
    approximate : str
        ``"tanh"`` for the approximation by tanh.

    Examples
    --------
    >>> mg.nn.GELU()(mg.tensor([-1.0, 2.0]))
    tensor([-0.1587,  1.9545])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        """Return the activation of every number."""
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"approximate={self.approximate!r}"


class SiLU(_InPlace):
    """Weigh each number by its sigmoid: ``x * sigmoid(x)``.

    Parameters
    ----------
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.SiLU()(mg.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """

    function = staticmethod(F.silu)


class Mish(_InPlace):
    """Weigh each number by the tanh of its softplus.

    Parameters
    ----------
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.Mish()(mg.tensor([-1.0, 2.0]))
    tensor([-0.3034,  1.9440])
    """

    function = staticmethod(F.mish)


class Softplus(Activation):
    """A smooth ReLU: ``log(1 + exp(beta * x)) / beta``.

    Parameters
    ----------
    beta : float
        How sharp the bend is.
    threshold : float
        Above it, by ``beta * x``, the number itself is taken.

    Examples
    --------
    >>> mg.nn.Softplus()(mg.tensor([-1.0, 2.0]))
    tensor([0.3133, 2.1269])
    """

    function = staticmethod(F.softplus)
    settings = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold


class Softsign(Activation):
    """Squash between -1 and 1: ``x / (1 + |x|)``.

    Examples
    --------
    >>> mg.nn.Softsign()(mg.tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """

    function = staticmethod(F.softsign)


class Sigmoid(Activation):
    """Squash between 0 and 1: ``1 / (1 + exp(-x))``.

    Examples
    --------
    >>> mg.nn.Sigmoid()(mg.tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """

    function = staticmethod(F.sigmoid)


class LogSigmoid(Activation):
    """The logarithm of the sigmoid, without overflow.

    Examples
    --------
    >>> mg.nn.LogSigmoid()(mg.tensor([0.0, 2.0]))
    tensor([-0.6931, -0.1269])
    """

    function = staticmethod(F.logsigmoid)


class Tanh(Activation):
    """Squash between -1 and 1 by the hyperbolic tangent.

    Examples
    --------
    >>> mg.nn.Tanh()(mg.tensor([0.0, 2.0]))
    tensor([0.0000, 0.9640])
    """

    function = staticmethod(F.tanh)


class Tanhshrink(Activation):
    """What tanh takes away: ``x - tanh(x)``.

    Examples
    --------
    >>> mg.nn.Tanhshrink()(mg.tensor([0.0, 2.0]))
    tensor([0.0000, 1.0360])
    """

    function = staticmethod(F.tanhshrink)


class Hardsigmoid(_InPlace):
    """A sigmoid of three straight pieces.

    Parameters
    ----------
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.Hardsigmoid()(mg.tensor([0.0, 4.0]))
    tensor([0.5000, 1.0000])
    """

    function = staticmethod(F.hardsigmoid)

    def extra_repr(self) -> str:
        """Return nothing, as PyTorch's does."""
        return ""


class Hardswish(_InPlace):
    """A SiLU of pieces: ``x`` weighed by the hard sigmoid.

    Parameters
    ----------
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.Hardswish()(mg.tensor([1.0, 4.0]))
    tensor([0.6667, 4.0000])
    """

    function = staticmethod(F.hardswish)

    def extra_repr(self) -> str:
        """Return nothing, as PyTorch's does."""
        return ""


class GLU(Activation):
    """Halve the tensor, and weigh one half by the sigmoid of the other.

    Parameters
    ----------
    dim : int
        The dimension that is halved.

    Examples
    --------
    >>> mg.nn.GLU()(mg.tensor([2.0, 0.0]))
    tensor([1.])
    """

    function = staticmethod(F.glu)
    settings = ("dim",)

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim


class Threshold(Activation):
    """Keep what is above a threshold, and put a value for the rest.

    Parameters
    ----------
    threshold : float
        The bound.
    value : float
        What stands in for the rest.
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.Threshold(0.5, 9.0)(mg.tensor([0.0, 2.0]))
    tensor([9., 2.])
    """

    function = staticmethod(F.threshold)
    settings = ("threshold", "value", "inplace")

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace


class Softshrink(Module):
    """Move every number towards 0 by ``lambd``, and what is nearer to 0.

    Parameters
    ----------
    lambd : float
        How far.

    Examples
    --------
    >>> mg.nn.Softshrink()(mg.tensor([0.2, 2.0]))
    tensor([0.0000, 1.5000])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        """Return the activation of every number."""
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"{self.lambd}"


class Hardshrink(Module):
    """Keep what is farther than ``lambd`` from 0, and put 0 for the rest.

    Parameters
    ----------
    lambd : float
        How far.

    Examples
    --------
    >>> mg.nn.Hardshrink()(mg.tensor([0.2, 2.0]))
    tensor([0., 2.])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        """Return the activation of every number."""
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"{self.lambd}"


class Hardtanh(Activation):
    """Keep what lies between two bounds, and put the nearer bound for the rest.

    Parameters
    ----------
    min_val, max_val : float
        The bounds.
    inplace : bool
        Write the result into the input.

    Examples
    --------
    >>> mg.nn.Hardtanh()(mg.tensor([0.5, 2.0]))
    tensor([0.5000, 1.0000])
    """

    function = staticmethod(F.hardtanh)
    settings = ("min_val", "max_val", "inplace")

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        if not max_val > min_val:
            raise AssertionError(f"max_val ({max_val}) must be greater than min_val ({min_val})")
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace


class PReLU(Module):
    """A leaky ReLU whose slope for negative numbers is learned.

    Parameters
    ----------
    num_parameters : int
        One slope for all, or one a channel.
    init : float
        What the slopes start at.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.PReLU()(mg.tensor([-1.0, 2.0]))
    tensor([-0.2500,  2.0000], grad_fn=<PreluKernelBackward0>)
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(full((num_parameters,), float(init), device=device, dtype=dtype))

    def reset_parameters(self) -> None:
        """Set the slopes to what they started at."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Any) -> Any:
        """Return the activation of every number."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"num_parameters={self.num_parameters}"
