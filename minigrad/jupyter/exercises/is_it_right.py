"""Exercises of 13-is-it-right.ipynb."""

from minigrad.jupyter.questions import Choice, Derivative

EXERCISES = {
    "quotient": Derivative(
        "mg.exp(x)",
        question="What is the central difference quotient of f at x, with the step h?",
        why="The two sides lie 2h apart, and the error is of the order of h squared.",
        hints={
            "factor_large": "How far apart are x - h and x + h?",
            "factor_small": "How far apart are x - h and x + h?",
            "rounded": "A one-sided quotient is that good; go to both sides of x.",
        },
    ),
    "clamped": Choice(
        program="x = mg.tensor([-2., 0.5, 1.], dtype=mg.float64, requires_grad=True)\n"
        "same = mg.autograd.gradcheck(lambda x: mg.clamp(x, 0, 1), (x,), raise_exception=False)",
        of="'passes' if same else 'fails'",
        options=["passes", "fails"],
        mistakes={
            "passes": "Is there an entry that sits on a kink?",
            "fails": "Is there an entry that sits on a kink?",
        },
        question="Does gradcheck pass for clamp(x, 0, 1) at [-2, 0.5, 1]?",
        why="At a bound the quotient averages both sides, and autograd takes one of them.",
    ),
}
