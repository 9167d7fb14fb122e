"""Orthogonal polynomials, each from the two of lower degree: Chebyshev, Hermite, Laguerre, Legendre. No gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.ops.arguments import broadcast_shape, refuse, supported

__all__ = [
    "chebyshev_polynomial_t",
    "chebyshev_polynomial_u",
    "chebyshev_polynomial_v",
    "chebyshev_polynomial_w",
    "hermite_polynomial_h",
    "hermite_polynomial_he",
    "laguerre_polynomial_l",
    "legendre_polynomial_p",
    "shifted_chebyshev_polynomial_t",
    "shifted_chebyshev_polynomial_u",
    "shifted_chebyshev_polynomial_v",
    "shifted_chebyshev_polynomial_w",
]


def _family(
    name: str, first: Callable[[Any], Any], following: Callable[[Any, int, Any, Any], Any], shifted: bool = False
) -> Callable[[Any, Any], Any]:
    """Return the function for a family: its polynomial of degree 1, and each from the two before it."""

    def polynomial(input: Any, n: Any) -> Any:
        given = [x._array if isinstance(x, TensorBase) else x for x in (input, n)]
        if not any(isinstance(x, TensorBase) for x in (input, n)):
            refuse(input, f"special_{name}", "input", 1)
        for x in given:
            if isinstance(x, np.ndarray):
                supported(x, "ec", f"{name}_cpu")
        target = dtypes.result_type(*given)
        target = target if target.kind == "f" else dtypes.get_default_dtype().numpy
        tensors = [t for t in (input, n) if isinstance(t, TensorBase)]
        broadcast_shape(*tensors)  # refuses what does not broadcast
        whole = np.where(np.isfinite(given[1]), given[1], -1)  # what is no number is no degree
        x, degree = np.broadcast_arrays(np.asarray(given[0], target), np.trunc(whole))
        x = x + x - 1 if shifted else x
        lower, upper = np.ones_like(x), np.asarray(first(x))
        y = np.where(degree == 0, lower, np.where(degree == 1, upper, np.zeros_like(x)))
        with np.errstate(all="ignore"):
            for k in range(2, int(np.max(degree, initial=0)) + 1):
                lower, upper = upper, following(x, k, upper, lower)
                y = np.where(degree == k, upper, y)
        return wrap(y.astype(target))

    polynomial.__name__ = polynomial.__qualname__ = name
    polynomial.__doc__ = f"""Return the polynomial ``{name}`` of degree ``n`` of each entry.

    Parameters
    ----------
    input : Tensor or number
        Where.
    n : Tensor or number
        The degree, in a shape that broadcasts; a negative one gives 0.

    Returns
    -------
    Tensor
        It never requires grad, as in PyTorch.

    References
    ----------
    Abramowitz & Stegun (1964), 22.7.

    Examples
    --------
    >>> mg.special.{name}(mg.tensor([3.0, 0.5]), 0)
    tensor([1., 1.])
    """
    return polynomial


def _twice(x: Any, k: int, upper: Any, lower: Any) -> Any:
    return (x + x) * upper - lower


chebyshev_polynomial_t = _family("chebyshev_polynomial_t", lambda x: x, _twice)
chebyshev_polynomial_u = _family("chebyshev_polynomial_u", lambda x: x + x, _twice)
chebyshev_polynomial_v = _family("chebyshev_polynomial_v", lambda x: x + x - 1, _twice)
chebyshev_polynomial_w = _family("chebyshev_polynomial_w", lambda x: x + x + 1, _twice)
shifted_chebyshev_polynomial_t = _family("shifted_chebyshev_polynomial_t", lambda x: x, _twice, True)
shifted_chebyshev_polynomial_u = _family("shifted_chebyshev_polynomial_u", lambda x: x + x, _twice, True)
shifted_chebyshev_polynomial_v = _family("shifted_chebyshev_polynomial_v", lambda x: x + x - 1, _twice, True)
shifted_chebyshev_polynomial_w = _family("shifted_chebyshev_polynomial_w", lambda x: x + x + 1, _twice, True)
hermite_polynomial_h = _family(
    "hermite_polynomial_h", lambda x: x + x, lambda x, k, upper, lower: (x + x) * upper - (2 * k - 2) * lower
)
hermite_polynomial_he = _family(
    "hermite_polynomial_he", lambda x: x, lambda x, k, upper, lower: x * upper - (k - 1) * lower
)
laguerre_polynomial_l = _family(
    "laguerre_polynomial_l",
    lambda x: 1 - x,
    lambda x, k, upper, lower: ((2 * k - 1 - x) * upper - (k - 1) * lower) / k,
)
legendre_polynomial_p = _family(
    "legendre_polynomial_p", lambda x: x, lambda x, k, upper, lower: ((2 * k - 1) * x * upper - (k - 1) * lower) / k
)
