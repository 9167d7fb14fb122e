"""Exercises of 05-the-computational-graph.ipynb."""

from minigrad.jupyter.questions import Gradient

PROGRAM = """
w = mg.tensor(3., requires_grad=True)
x = mg.tensor(2., requires_grad=True)
z = (w + x) * w
"""

EXERCISES = {
    "w": Gradient(
        PROGRAM,
        of="w",
        question="What is w.grad for z = (w + x) * w? A number.",
        why="One path goes through ADD and MUL, the other through MUL alone, and they add up.",
    ),
    "x": Gradient(
        PROGRAM,
        of="x",
        question="What is x.grad for z = (w + x) * w? A number.",
        why="There is one path, and MUL's local derivative on it is the other factor, w.",
        mistakes={"That is the other factor's side: x goes through w + x, and MUL multiplies it by w.": "w + x"},
    ),
}
