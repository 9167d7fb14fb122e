"""Exercises of 06-intermediate-gradients.ipynb."""

from minigrad.jupyter.questions import Choice, Gradient

PROGRAM = """
x = mg.tensor([1., 2., 3.], requires_grad=True)
y = x * 5
z = (y * y).sum()
"""

EXERCISES = {
    "inner": Gradient(
        PROGRAM,
        of="y",
        question="What does mg.autograd.grad(z, y) return? A list of three numbers.",
        why="It is twice y, and how y came about does not matter.",
    ),
    "nodes": Choice(
        program=PROGRAM
        + """
square, ran = y * y, []
last = square.sum()
for name, node in {"first": y.grad_fn, "second": square.grad_fn, "last": last.grad_fn}.items():
    node.register_hook(lambda sent, received, name=name: ran.append(name))
mg.autograd.grad(last, y)
""",
        of="ran",
        options=["first", "second", "last"],
        mistakes={
            "first": "first made y. Is anything to the left of y needed?",
            "second": "The gradient of y is what second sends.",
            "last": "Each way back begins at the result.",
        },
        question="Which of first, second and last run backward for mg.autograd.grad(z, y)? A list of names.",
        why="The way back ends at what was asked for: what made y is not visited.",
    ),
}
