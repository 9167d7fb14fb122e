"""Exercises of 00-start-here.ipynb."""

from minigrad.jupyter.questions import Gradient

EXERCISES = {
    "square": Gradient(
        "u = mg.tensor([5., 12.], requires_grad=True)\nlength = (u * u).sum()",
        of="u",
        question="With 5 and 12 in u, what is u.grad? A list of two numbers.",
        why="Both factors are u, so each entry gets its own value from both sides.",
    ),
}
