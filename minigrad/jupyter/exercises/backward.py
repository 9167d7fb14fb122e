"""Exercises of 02-backward.ipynb."""

from minigrad.jupyter.questions import Gradient

EXERCISES = {
    "adds": Gradient(
        """
w = mg.tensor([1., 2., 3.], requires_grad=True)
(w * w).sum().backward()
(4 * w).sum().backward()
""",
        of="w",
        question="What does w.grad hold after both passes? A list of three numbers.",
        why="The second pass adds to what the first one left.",
    ),
    "empties": Gradient(
        """
w = mg.tensor([1., 2., 3.], requires_grad=True)
(w * w).sum().backward()
(7 * w).sum().backward()
w.grad = None
(w * w * w).sum().backward()
""",
        of="w",
        question="What does w.grad hold at the end? A list of three numbers.",
        why="What came before w.grad = None is forgotten, and the last pass begins afresh.",
        hints={"one_path": "In w * w * w there are three uses, each multiplied by the other two."},
    ),
}
