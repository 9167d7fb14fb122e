"""Exercises of 09-in-place.ipynb."""

from minigrad.jupyter.questions import Choice, Gradient

OWN_OUTPUT = """
def saves_its_output(name):
    x = mg.tensor([0.5, 0.25], requires_grad=True)
    y = getattr(mg, name)(x)
    y += 1
    try:
        y.sum().backward()
    except RuntimeError:
        return True
    return False
"""
OPS = ["sigmoid", "sin", "sqrt", "tanh", "log"]

EXERCISES = {
    "outputs": Choice(
        program=OWN_OUTPUT,
        of=f"[name for name in {OPS} if saves_its_output(name)]",
        options=OPS,
        mistakes={
            "sigmoid": "Write the derivative of the sigmoid with s = sigmoid(x) alone: can it be done?",
            "sin": "The derivative of sin is cos. Can cos(x) be had from sin(x), sign included?",
            "sqrt": "Write 1 / (2 sqrt(x)) with the output alone: can it be done?",
            "tanh": "Write the derivative of tanh with t = tanh(x) alone: can it be done?",
            "log": "The derivative of log is 1/x. Which is at hand: x, or log(x)?",
        },
        question="Which of the five save their own output?",
        why="Their derivatives are cheapest written with the output itself.",
    ),
    "overwritten": Gradient(
        "w = mg.tensor([1., 2., 3.], requires_grad=True)\ny = w * 4\ny[1] = 0.\nz = (y * y).sum()",
        of="w",
        mistakes={"One entry of y was overwritten: what does it still know of w?": "32 * w.detach()"},
        question="What is w.grad? A list of three numbers.",
        why="What is overwritten no longer depends on w, and sends nothing.",
    ),
}
