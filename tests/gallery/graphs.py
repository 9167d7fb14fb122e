"""Graphs that show what the player shows, each with the step to look at."""

from __future__ import annotations

from typing import NamedTuple

SETUP = "%load_ext minigrad\nimport minigrad as mg"


class Graph(NamedTuple):
    """One picture of the gallery."""

    what: str  # the sentence below it
    at: str | int  # the first step whose title begins so, or a position: 0 is the start, -1 the last step
    cell: str
    fails: bool = False  # whether the cell ends in an error, which is the point of it


LINEAR = """
w = mg.tensor([2., -1., .5], requires_grad=True)
x = mg.tensor([1., 3., -2.], requires_grad=True)
b = mg.tensor(.5, requires_grad=True)
y = w * x
s = y + b
z = s.sum()
"""

GRAPHS = {
    "start": Graph("`z = sum(w * x + b)` before the first step: what is to come is grey.", 0, LINEAR),
    "forward": Graph("Forward, half-way: values are blue, and an op says what it saved and how many bytes.", 2, LINEAR),
    "linear": Graph(
        "Backward, half-way: the product swaps its inputs, and `b` has its gradient already, summed by Σ.",
        "MulBackward0",
        LINEAR,
    ),
    "twice": Graph(
        "`y = x² eˣ`: two ways lead back to `x`, and what they bring is added up.",
        "x.grad",
        """
x = mg.tensor([1., -2.], requires_grad=True)
y = x**2 * mg.exp(x)
y.backward(mg.ones(2))
""",
    ),
    "mlp": Graph(
        "A net of two layers: matrices are maps, and a product sends grad @ Wᵀ to one side, xᵀ @ grad to the other.",
        "MmBackward0",
        """
mg.manual_seed(0)
x = mg.tensor([[1., -2., .5], [0., 1., 2.]])
W1 = mg.randn(3, 4, requires_grad=True)
b1 = mg.zeros(4, requires_grad=True)
W2 = mg.randn(4, 1, requires_grad=True)
target = mg.tensor([[1.], [-1.]])
h = (x @ W1 + b1).tanh()
error = h @ W2 - target
loss = (error * error).mean()
""",
    ),
    "rnn": Graph(
        "A recurrent net, three steps of time: the weight `w` is used in each of them, and what each sends is added.",
        "w.grad",
        """
u = mg.tensor(.5, requires_grad=True)
w = mg.tensor(.5, requires_grad=True)
h = mg.tensor(0.)
for x in (1., -1., 2.):
    h = (u * x + w * h).tanh()
""",
    ),
    "broadcast": Graph(
        "Broadcasting: what was stretched forward is summed on the way back, and the edge says so with Σ.",
        "MulBackward0",
        """
w = mg.tensor([[1.], [2.]], requires_grad=True)
x = mg.tensor([[1., 2., 3.], [4., 5., 6.]])
b = mg.tensor(.5, requires_grad=True)
y = w * x + b
z = y.sum()
""",
    ),
    "double": Graph(
        "A second derivative: the backward pass of `x³` is itself a graph, and a second pass runs through it.",
        -1,
        """
x = mg.tensor(3., requires_grad=True)
y = x ** 3
g, = mg.autograd.grad(y, x, create_graph=True)
g.backward()
""",
    ),
    "hook": Graph(
        "A hook clips the gradient of `y` as it passes: before → after, and `retain_grad` pins what was there.",
        -2,
        """
def clip(grad):
    return grad.clamp(-1, 1)

w = mg.tensor([1., 2.], requires_grad=True)
y = w * 3
y.register_hook(clip)
y.retain_grad()
z = (y * y).sum()
""",
    ),
    "in-place": Graph(
        "The in-place error: where `y` was saved, and where it was modified, in the graph and in the source.",
        -1,
        """
x = mg.tensor([1., 2.], requires_grad=True)
y = x.exp()
z = (y * y).sum()
y += 1
z.backward()
""",
        fails=True,
    ),
    "custom": Graph(
        "A Function of the user's own: its `backward` is lit line by line, and its step is told like any other.",
        "CubeBackward",
        """
class Cube(mg.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 3 * x ** 2

x = mg.tensor([1., 2.], requires_grad=True)
z = Cube.apply(x).sum()
""",
    ),
    "folded": Graph(
        "10,000 nodes, folded: each layer is a box, and any of them opens.",
        -1,
        """
w = mg.tensor(1., requires_grad=True)
b = mg.tensor(0., requires_grad=True)
h = mg.tensor([1., -.5], requires_grad=True)
for layer in range(12):
    with mg.scope(f"layer {layer}"):
        for _ in range(139):
            h = (w * h + b).sin()
z = h.sum()
""",
    ),
}
