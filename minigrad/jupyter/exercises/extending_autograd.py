"""Exercises of 08-extending-autograd.ipynb."""

from minigrad.jupyter.questions import Backward

EXERCISES = {
    "square_times": Backward(
        "a * a * b",
        inputs={"a": [2.0, 3.0], "b": [5.0, 7.0], "loud": True},
        question="What does the backward of a²b return, for a, b and the setting?",
        why="One gradient for each input, each times what arrived, and None for what is no number.",
    ),
}
