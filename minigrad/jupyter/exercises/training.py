"""Exercises of 14-training.ipynb."""

from minigrad.jupyter.questions import Value

EXERCISES = {
    "one_step": Value(
        "x = mg.tensor([1., 3.])\ny = mg.tensor([2., 4.])\n"
        "w = mg.tensor(1., requires_grad=True)\nb = mg.tensor(0., requires_grad=True)\n"
        "loss = ((w * x + b - y) ** 2).mean()\nloss.backward()\nafter = w.detach() - 0.1 * w.grad",
        of="after",
        mistakes={
            "This goes uphill: the step is against the gradient.": "w.detach() + 0.1 * w.grad",
            "This is the gradient of w. How far does w move?": "w.grad",
            "This is the step. Where does w arrive?": "-0.1 * w.grad",
            "A mean divides by the number of points.": "w.detach() - 0.2 * w.grad",
            "The square has a derivative with a factor 2.": "w.detach() - 0.05 * w.grad",
        },
        question="What is w after the first step?",
        why="Both errors are -1, and the farther point has three times the say.",
    ),
    "not_zeroed": Value(
        "w = mg.tensor(5., requires_grad=True)\n"
        "for step in range(2):\n"
        "    (w * w).backward()\n"
        "    with mg.no_grad():\n"
        "        w -= 0.1 * w.grad",
        of="w",
        mistakes={
            "So it would be with zeroing. The second gradient is added to the first.": "mg.tensor(3.2)",
            "So far it is after one step.": "mg.tensor(4.)",
        },
        question="What is w after two steps without zeroing?",
        why="The second step uses the sum of both gradients, and is more than twice as long as it should be.",
    ),
}
