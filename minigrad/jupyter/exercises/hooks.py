"""Exercises of 07-hooks.ipynb."""

from minigrad.jupyter.questions import Derivative, Gradient

EXERCISES = {
    "clamped": Gradient(
        """
x = mg.tensor([1., 2., 3.], requires_grad=True)
y = x * 2
y.register_hook(lambda grad: grad.clamp(max=20))
z = (y * y * y).sum()
""",
        of="x",
        question="What is x.grad, after the hook has limited what passes y? A list of three numbers.",
        why="The hook changes what passes y, and the 2 of y = x * 2 comes after it.",
        mistakes={
            "That is what it would be without the hook.": "6 * y * y",
            "The hook limits what passes y. What does y = x * 2 do to it afterwards?": "(3 * y * y).clamp(max=20)",
            "That limits what arrives at x. The hook stands at y, one operator earlier.": "(6 * y * y).clamp(max=20)",
        },
    ),
    "flip": Derivative(
        "-(x**2) / 2",  # its derivative is what flip makes of x
        question="Let flip return the gradient with its sign turned.",
        why="A hook may hand on what it likes.",
        hints={"sign": "That is the gradient as it came."},
    ),
}
