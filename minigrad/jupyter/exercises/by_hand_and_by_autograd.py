"""Exercises of 04-by-hand-and-by-autograd.ipynb."""

from minigrad.jupyter.questions import Derivative, Gradient

EXERCISES = {
    "polynomial": Derivative(
        "x**3 - 2 * x",
        question="What is the derivative of x**3 - 2 * x? Let gradg return it.",
        why="You and autograd agree at all of the points tried.",
        hints={
            "one_path": "There are two terms, and each has a derivative.",
            "offset": "Look at the second term.",
            "factor_small": "The exponent comes down as a factor.",
        },
    ),
    "weights": Gradient(
        """
x = mg.tensor([1., 2., 3.], requires_grad=True)
y = x**3
y.backward(mg.tensor([2., 0., -1.]))
""",
        of="x",
        mistakes={
            "That is with ones for weights. Scale each entry by its own weight.": "3 * x.detach() ** 2",
            "The weights multiply the derivative of y, and not y.": "mg.tensor([2., 0., -1.]) * x.detach() ** 3",
        },
        question="With the weights [2, 0, -1], what is x.grad for y = x**3 at [1, 2, 3]? A list of three numbers.",
        why="Each weight scales its own entry of the derivative.",
    ),
}
