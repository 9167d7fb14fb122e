"""Where minigrad's numbers differ from PyTorch's on purpose: values, and derivatives at single points."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from typing import Any

from parity.difference import Difference, outcome


def gradients_spoilt_in_place(m: Any) -> list[Any]:
    x = m.tensor([1.0, 2.0, 3.0], requires_grad=True)
    matrix = m.tensor([[1.0, 0.0], [0.0, 2.0]], requires_grad=True)
    return [
        outcome(lambda: m.autograd.grad(m.vander(x).sum(), x)[0].tolist()),
        outcome(lambda: m.autograd.grad(m.linalg.cond(matrix, 1), matrix)[0].tolist()),
    ]


def which_of_equals(m: Any) -> int:
    return int(m.kthvalue(m.tensor([1.0, 1.0, 2.0, 1.0]), 2).indices)


def limits(m: Any) -> Any:
    far = m.full((8,), float("inf"))
    at_infinity = [m.i0(far), importlib.import_module(f"{m.__name__}.nn.functional").gelu(far)]
    return [*[str(y[0].item()) for y in at_infinity], bool(m.polygamma(1, m.tensor(-1.0)).isinf())]


def bessel_digits(m: Any) -> bool:
    return abs(m.special.bessel_j0(m.tensor(9.0, dtype=m.float64)).item() + 0.0903336111828761) < 1e-12


def gradient_over_no_dimensions(m: Any) -> list[bool]:
    x = m.tensor([1.0, 2.0, 4.0], requires_grad=True)
    expanded = m.tensor([[1.0], [2.0]]).expand(2, 3)
    (grad,) = m.autograd.grad(m.var(x, ()), x)
    return [bool(grad.isfinite().all()), m.median(expanded, 1).values.tolist() == [1.0, 2.0]]


def gradients_in_place(m: Any) -> list[Any]:
    def gradient(name: str, at: float) -> Any:
        x = m.tensor([at], requires_grad=True)
        (grad,) = m.autograd.grad(getattr(x * 1, name)().sum(), x)
        return [round(n, 3) for n in grad.tolist()]

    return [
        outcome(lambda n=n, at=at: gradient(n, at)) for n, at in (("asinh_", 0.5), ("acosh_", 1.5), ("atanh_", 0.5))
    ]


def gradient_of_what_was_replaced(m: Any) -> Any:
    x = m.zeros(3, requires_grad=True)
    m.as_strided_scatter(x, m.ones(2), (2,), (1,)).backward(m.tensor([1.0, 2.0, 3.0]))
    return x.grad.tolist()


def ties_with_what_is_left_out(m: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        x, source = m.zeros(1), m.zeros(1, requires_grad=True)
        x.index_reduce(0, m.tensor([0]), source, "amax", include_self=False).sum().backward()
    return source.grad.tolist()


def second_derivative(function: Callable[[Any], Any], m: Any, at: float) -> Any:
    x = m.tensor([at], dtype=m.float64, requires_grad=True)
    (first,) = m.autograd.grad(function(x).sum(), x, create_graph=True)
    return outcome(lambda: round(m.autograd.grad(first.sum(), x)[0].item(), 3))


def second_derivatives_not_written_down(m: Any) -> Any:
    functional = importlib.import_module(f"{m.__name__}.nn.functional")
    one = m.ones(1, 1, dtype=m.float64)
    return [
        second_derivative(lambda x: functional.hardsigmoid(x) ** 2, m, 0.5),
        second_derivative(lambda x: m.cdist(m.stack([x, x * x], 1), m.cat([one, one], 1)), m, 3.0),
    ]


def second_derivative_of_bce(m: Any) -> Any:
    functional = importlib.import_module(f"{m.__name__}.nn.functional")
    target = m.tensor([1.0], dtype=m.float64)
    return second_derivative(lambda x: functional.binary_cross_entropy(x, target), m, 1e-8)


def one_column_without_aliases(m: Any) -> Any:
    functional = importlib.import_module(f"{m.__name__}.nn.functional")
    column = m.tensor([[[[0.0], [1.0]]]])
    return functional.interpolate(column, size=(3, 1), mode="bilinear", antialias=True).flatten().tolist()


def second_derivatives_that_are_numbers(m: Any) -> list[str]:
    x = m.zeros(2, 2, requires_grad=True)
    (first,) = m.autograd.grad(m.linalg.det(x), x, create_graph=True)
    (second,) = m.autograd.grad(first[0, 0], x)
    return [str(second_derivative(m.sinc, m, 0.0)), str(second[1, 1].item())]


def gradient_of_a_length(m: Any) -> list[float]:
    size = m.tensor([0.0, -1.0], requires_grad=True)
    m.polar(size, m.zeros(2)).real.sum().backward()
    return size.grad.tolist()  # type: ignore[no-any-return]


def gradient_of_what_is_not_read(m: Any) -> list[float]:
    factor = m.tensor([[1.0, 9.0], [1.0, 1.0]], requires_grad=True)
    m.cholesky_solve(m.ones(2, 1), factor).sum().backward()
    return factor.grad.flatten().tolist()  # type: ignore[no-any-return]


def gradients_beside_booleans(m: Any) -> list[Any]:
    x, yes = m.tensor([1.0], requires_grad=True), m.tensor([True])
    return [outcome(lambda f=f: round(m.autograd.grad(f(yes, x), x)[0].item(), 3)) for f in (m.atan2, m.logaddexp)]


def cumprod_beside_infinity(m: Any) -> list[str]:
    x = m.tensor([0.0, float("inf"), 1.0], requires_grad=True)
    x.cumprod(0).sum().backward()
    return [str(g) for g in x.grad.tolist()]


def bessel_slope_at_nan(m: Any) -> str:
    x = m.tensor(float("nan"), requires_grad=True)
    m.special.i1e(x).backward()
    return str(x.grad.item())


def filling_nothing(m: Any) -> str:
    return str(outcome(lambda: m.index_fill(m.zeros(0), 0, m.tensor([0]), 2.0)))


def scatter_from_a_larger_source(m: Any) -> Any:
    source = m.ones(3, 3, requires_grad=True)
    m.zeros(2, 3).scatter(0, m.tensor([[0, 1, 1]]), source).sum()
    return outcome(
        lambda: m.autograd.grad(m.zeros(2, 3).scatter(0, m.tensor([[0, 1, 1]]), source).sum(), source)[0].tolist()
    )


NUMBERS = [
    Difference(
        "the gradients of vander and of cond",
        gradients_spoilt_in_place,
        torch=["RuntimeError", "RuntimeError"],
        minigrad=[[3.0, 5.0, 7.0], [[-2.0, 0.0], [0.0, 1.0]]],
        why="PyTorch overwrites in place what its backward pass needs, and says so. Here each power, and each norm, "
        "is computed alone.",
    ),
    Difference(
        "which of equal entries kthvalue points at",
        which_of_equals,
        torch=0,
        minigrad=1,
        why="PyTorch points at whichever its search ends at, and promises none. Here equal entries keep their order.",
    ),
    Difference(
        "second derivatives that PyTorch has not written down",
        second_derivatives_not_written_down,
        torch=["RuntimeError", "NotImplementedError"],
        minigrad=[0.056, 1.969],
        why="Of hardsigmoid, cdist, grid_sample, embedding_bag and the losses of a margin PyTorch has the first "
        "derivative alone. Here a formula that is recorded has one.",
    ),
    Difference(
        "the second derivative of binary_cross_entropy near 0 and 1",
        second_derivative_of_bce,
        torch=9998000299940010.0,
        minigrad=1e16,
        why="PyTorch adds 1e-12 to what it divides by, in the second derivative alone. Here it is that of the first.",
    ),
    Difference(
        "the second derivatives of sinc at its top and of the determinant at a matrix of zeros",
        second_derivatives_that_are_numbers,
        torch=["nan", "nan"],
        minigrad=["-3.29", "1.0"],
        why="PyTorch divides 0 by 0 there. That of sinc is minus a third of pi squared, to either side and so at the "
        "top; of a determinant it is a smaller determinant, which needs no division.",
    ),
    Difference(
        "the gradient of polar by a size of 0, or below",
        gradient_of_a_length,
        torch=[0.0, -1.0],
        minigrad=[1.0, 1.0],
        why="PyTorch reads the direction from the result, which has none at 0 and the opposite one below. Here the "
        "direction is the angle, as finite differences say.",
    ),
    Difference(
        "the gradient of cholesky_solve in the triangle that is not read",
        gradient_of_what_is_not_read,
        torch=[-2.0, -18.0, -0.0, -0.0],
        minigrad=[-2.0, 0.0, -0.0, -0.0],
        why="PyTorch differentiates the whole product of the factor with itself. The other triangle may hold anything "
        "and changes nothing, so its gradient is 0, as that of solve_triangular is, here and there.",
    ),
    Difference(
        "the gradients of atan2, logaddexp, gammainc and zeta beside booleans",
        gradients_beside_booleans,
        torch=["RuntimeError", "RuntimeError"],
        minigrad=[-0.5, 0.5],
        why="PyTorch's formulas negate and subtract the booleans as they came. Here they are numbers by then.",
    ),
    Difference(
        "the gradient of cumprod beside infinity",
        cumprod_beside_infinity,
        torch=["inf", "0.0", "0.0"],
        minigrad=["inf", "0.0", "nan"],
        why="PyTorch leaves an entry out of a product by dividing by it. Here the other entries are multiplied: the "
        "last one's gradient is 0 times infinity.",
    ),
    Difference(
        "the digits of Bessel functions beyond the seventh",
        bessel_digits,
        torch=False,
        minigrad=True,
        why="PyTorch's float64 results are right to seven digits. Here they are to fifteen: J1(1), by its series, is "
        "0.4400505857449335, and J0(9) is -0.0903336111828761.",
    ),
    Difference(
        "the gradient of var, std and their kin over (), and the median of rows that were expanded",
        gradient_over_no_dimensions,
        torch=[False, False],
        minigrad=[True, True],
        why="PyTorch takes () for all dimensions and then counts the entries of none, and it reads beside a row whose "
        "entries are one. Here the answers are those that a copy of the tensor, or of the dimensions, gives.",
    ),
    Difference(
        "the gradients of asinh_, acosh_ and atanh_",
        gradients_in_place,
        torch=["NotImplementedError"] * 3,
        minigrad=[[0.894], [0.894], [1.333]],
        why="PyTorch has no formula for these three in place. Here a change in place is recorded as the op is.",
    ),
    Difference(
        "the gradient of what as_strided_scatter replaces",
        gradient_of_what_was_replaced,
        torch=[1.0, 2.0, 0.0],
        minigrad=[0.0, 0.0, 3.0],
        why="PyTorch keeps the gradient of the entries that are gone and drops that of those that stay: the other way "
        "round than finite differences say.",
    ),
    Difference(
        "index_reduce that ties with what it leaves out",
        ties_with_what_is_left_out,
        torch=[0.5],
        minigrad=[1.0],
        why="PyTorch counts an entry that include_self=False leaves out among those that share the gradient, and drops "
        "its share. scatter_reduce, here and there, does not count it.",
    ),
    Difference(
        "the slope of a Bessel function at nan",
        bessel_slope_at_nan,
        torch="0.5",
        minigrad="nan",
        why="PyTorch takes what is not greater than a small number for 0, and nan is not greater.",
    ),
    Difference(
        "index_fill where there is nothing to fill",
        filling_nothing,
        torch="RuntimeError",
        minigrad="IndexError",
        why="PyTorch fails inside, with a sentence about storage. Here the index is out of bounds, as elsewhere.",
    ),
    Difference(
        "the gradient of scatter from a source that is larger than the index",
        scatter_from_a_larger_source,
        torch="RuntimeError",
        minigrad=[[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        why="PyTorch's documentation says that only sources of the index's shape are differentiable. What was not "
        "scattered has the gradient 0.",
    ),
    Difference(
        "Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles",
        limits,
        torch=["nan", "nan", False],
        minigrad=["inf", "inf", True],
        why="PyTorch's series give nan, or a large number, there. The limits exist, and who plots the function "
        "meets them.",
    ),
    Difference(
        "an image of one column in another height, with antialias",
        one_column_without_aliases,
        torch=[0.0, 0.0, 0.0],
        minigrad=[0.0, 0.5, 1.0],
        why="PyTorch repeats the first row where the result is one column wide; without antialias it does not.",
    ),
]
