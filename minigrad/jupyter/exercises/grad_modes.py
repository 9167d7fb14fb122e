"""Exercises of 10-grad-modes.ipynb."""

from minigrad.jupyter.questions import Gradient

EXERCISES = {
    "detached": Gradient(
        "x = mg.tensor([2., 5.], requires_grad=True)\nz = (x * x * x.detach()).sum()",
        of="x",
        mistakes={"That is the derivative of x³. The third factor is a constant to backward.": "3 * x.detach() ** 2"},
        question="What is x.grad after the first program? A list of two numbers.",
        why="The detached factor scales the gradient and gets none itself.",
    ),
    "unrecorded": Gradient(
        "x = mg.tensor([2., 5.], requires_grad=True)\n"
        "with mg.no_grad():\n    mean = x.mean()\n"
        "z = ((x - mean) * x).sum()",
        of="x",
        mistakes={
            "In this program the mean is no function of x to backward.": "2 * x.detach() - mean - x.detach().sum() / 2"
        },
        question="What is x.grad after the second program? A list of two numbers.",
        why="The mean was computed without recording, so it is a constant.",
    ),
}
