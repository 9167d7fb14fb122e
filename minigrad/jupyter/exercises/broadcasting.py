"""Exercises of 11-broadcasting.ipynb."""

from minigrad.jupyter.questions import Gradient

PROGRAM = """
x = mg.tensor([[1., 2., 3.], [4., 5., 6.]])
scale = mg.tensor([[2.], [3.]], requires_grad=True)
shift = mg.tensor([1., 1., 1.], requires_grad=True)
z = (x * scale - shift).sum()
"""

EXERCISES = {
    "scale": Gradient(
        PROGRAM,
        of="scale",
        mistakes={"These are the sums of the columns. Which entries of x does one entry of scale meet?": "x.sum(0)"},
        question="What is scale.grad? Mind its shape.",
        why="Each entry of scale meets one row of x, and gets its sum.",
    ),
    "shift": Gradient(
        PROGRAM,
        of="shift",
        question="What is shift.grad? Mind its shape.",
        why="Each entry is subtracted once in each of the two rows.",
    ),
}
