"""Exercises of 12-higher-orders.ipynb."""

from minigrad.jupyter.questions import Derivative, Value

EXERCISES = {
    "second": Derivative(
        "2 * x * mg.exp(x) + x**2 * mg.exp(x)",
        question="What is the second derivative of x² eˣ, as a function of x?",
        why="Two products, differentiated once more: four terms, two of them alike.",
        mistakes={"That is the first derivative. Differentiate it once more.": "2 * x * mg.exp(x) + x**2 * mg.exp(x)"},
    ),
    "mixed": Value(
        "point = mg.tensor([2., 3.])\ntable = mg.autograd.functional.hessian(lambda v: v[0] ** 3 * v[1] ** 2, point)",
        of="table[0, 1]",
        mistakes={
            "This is the second derivative for a, twice. One of the two is for b.": "table[0, 0]",
            "This is the second derivative for b, twice. One of the two is for a.": "table[1, 1]",
            "This is the first derivative for a. Differentiate it for b.": "3 * point[0] ** 2 * point[1] ** 2",
            "This is the first derivative for b. Differentiate it for a.": "2 * point[0] ** 3 * point[1]",
        },
        question="What is the mixed second derivative of a³b² at (2, 3)?",
        why="First for one, then for the other; the order does not matter.",
    ),
}
