"""A leak of random size: rrelu."""

from __future__ import annotations

from typing import Any

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import no_grad
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import beside
from minigrad.ops.gates import LeakyRelu
from minigrad.ops.inplace import in_place

__all__ = ["rrelu"]


class EvenLeak(LeakyRelu):
    """Where the input is positive the gradient passes; elsewhere a small part of it leaks through."""

    __slots__ = ()
    called = "RreluWithNoiseBackward0"


class RreluWithNoise(Op):
    """Where the input is positive the gradient passes; elsewhere as much leaks through as was drawn."""

    __slots__ = ()
    saved_names = ("self", "noise")
    glyph, tex, local = "rrelu", r"\mathrm{{rrelu}}({0})", (r"[{0} > 0] + \mathrm{{drawn}}\,[{0} \le 0]",)

    @staticmethod
    def forward(ctx: Any, x: Any, slopes: Any) -> Any:
        ctx.save_for_backward(x, slopes)
        return x * slopes._array

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, slopes = ctx.saved_tensors
        return beside(ctx, grad * slopes, x)


def rrelu(
    input: TensorT, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
) -> TensorT:
    """Return each entry, or a small part of it where it is negative: how small is drawn anew for each.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    lower, upper : float
        The smallest and the largest part.
    training : bool
        Whether the part is drawn; it is the mean of both bounds otherwise.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    References
    ----------
    Xu, Wang, Chen & Li (2015), Empirical evaluation of rectified activations, arXiv:1505.00853.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.rrelu(mg.tensor([-1.0, 2.0]), 0.1, 0.3)
    tensor([-0.2000,  2.0000])
    """
    x: Any = tensor(input, "rrelu")
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    kernel = "rrelu_with_noise_out_cpu" if training else "leaky_relu_cpu"
    if x._array.dtype.kind != "f" or (training and x._array.dtype.itemsize == 2):
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{x.dtype.title}'")
    op: type[Op]
    if training:
        with no_grad():
            leaks = x.detach() <= 0
            drawn = x.new_empty(int(leaks.sum()), dtype=dtypes.float64).uniform_(lower, upper)  # doubles, as in PyTorch
            slopes = x.new_ones(x.shape)
            slopes[leaks] = drawn.to(x.dtype)
        op, setting = RreluWithNoise, slopes
    else:
        op, setting = EvenLeak, (lower + upper) / 2
    return in_place(op, x, setting) if inplace else apply(op, x, setting)  # type: ignore[no-any-return]
