"""Exercises of 15-inside-the-engine.ipynb."""

from minigrad.jupyter.questions import Value

PROGRAM = """
from minigrad.autograd import engine

a = mg.tensor(2., requires_grad=True)
b = mg.exp(a)
c = a * b
d = mg.sin(b)
u = b * d
e = c + d
waiting = engine._count_arrivals([(e.grad_fn, 0)])
order = []
for line, made in ((2, b), (3, c), (4, d), (5, u), (6, e)):
    made.grad_fn.register_hook(lambda *_, line=line: order.append(line))
e.backward()
"""

EXERCISES = {
    "order": Value(
        PROGRAM,
        of="mg.tensor(order)",
        mistakes={
            "This is the order of the forward pass.": "mg.tensor(sorted(order))",
            "Of two nodes that are both ready, the newer one goes first.": "mg.tensor([6, 3, 4, 2])",
        },
        hints={"shape_value": "Follow the edges from e: which lines are reached?"},
        question="Which operators run backward, and in which order? A list of line numbers.",
        why="Newest first, and only what the result came from.",
    ),
    "arrivals": Value(
        PROGRAM,
        of="waiting[b.grad_fn][-1]",
        mistakes={
            "b is used three times, but is each use on the way to e?": "3",
            "Which other line that leads to e uses b?": "1",
        },
        question="How many gradients does the node of b wait for?",
        why="One for each use that the result depends on.",
    ),
}
