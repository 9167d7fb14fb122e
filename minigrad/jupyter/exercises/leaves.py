"""Exercises of 03-leaves.ipynb."""

from minigrad.jupyter.questions import Choice

PROGRAM = """
p = mg.tensor([1., 2.], requires_grad=True)
q = mg.tensor([3., 4.])
r = p * q
s = q + 1
t = p.detach()
u = mg.ones(2, requires_grad=True) / 2
"""

EXERCISES = {
    "which": Choice(
        program=PROGRAM,
        of="[name for name in 'pqrstu' if eval(name).is_leaf]",
        options=list("pqrstu"),
        mistakes={
            "p": "You made p.",
            "q": "You made q. A leaf need not require a gradient.",
            "r": "Which operator is r.grad_fn?",
            "s": "s was computed, but only from what needs no gradient: does it have a grad_fn?",
            "t": "detach() cuts the history off: what is t.grad_fn?",
            "u": "The leaf is what stands before the division; u is what comes out of it.",
        },
        question="Which of the six are leaves? A list of names.",
        why="A leaf is what has no grad_fn: what you made, and what no gradient will pass.",
    ),
    "grads": Choice(
        program=PROGRAM + "(r * s * u).sum().backward()",
        of="[name for name in 'pqrstu' if eval(name).is_leaf and eval(name).grad is not None]",
        options=list("pqrstu"),
        mistakes={
            "p": "Follow r back to what it was made from.",
            "q": "Did q ask?",
            "r": "The gradient passes r. Is it stored there?",
            "s": "Did any input of s ask?",
            "t": "t shares p's numbers and not its history, and the result was not made from it.",
            "u": "The gradient passes u. Is it stored there?",
        },
        question="Which of the six have a .grad after the backward pass? A list of names.",
        why="It is a leaf, it asked, and the result depends on it.",
    ),
}
