"""Exercises of 01-requires-grad.ipynb."""

from minigrad.jupyter.questions import Choice, Gradient

EXERCISES = {
    "who": Choice(
        program="""
p = mg.tensor([1., 2.], requires_grad=True)
q = mg.tensor([3., 4.])
r = q * 10
s = p + q
t = s.argmax()
u = r * s
""",
        of="[name for name in 'pqrstu' if eval(name).requires_grad]",
        options=list("pqrstu"),
        mistakes={
            "p": "p asks for itself.",
            "q": "q is data: nobody asked.",
            "r": "Look at what r is made from.",
            "s": "One input that requires a gradient is enough.",
            "t": "t is a place in the list, a whole number: can it be a little larger?",
            "u": "One input that requires a gradient is enough, and u has two inputs.",
        },
        question="Which of the six require a gradient? A list of names.",
        why="One asked, and whatever is computed from it in floats inherits it.",
    ),
    "weights": Gradient(
        """
w = mg.tensor([2., -3.], requires_grad=True)
x = mg.tensor([4., 6.])
z = (w * (x + 1)).sum()
""",
        of="w",
        question="What is w.grad? A list of two numbers.",
        why="Each weight gets what it is multiplied by; that x asks for nothing changes nothing for w.",
        mistakes={"Each weight is multiplied by x + 1, not by x alone.": "x"},
    ),
}
