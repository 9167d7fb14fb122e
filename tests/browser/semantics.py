"""Cells that show, each, one thing that autograd does: one notebook of players for the tests, and for looking at."""

from __future__ import annotations

SETUP = """%load_ext minigrad
import minigrad as mg

def square(x):
    return x * x

class Twice(mg.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        return grad * 2"""
FAILING = {"culprits", "cut"}

CELLS = {
    "passes": """
w = mg.tensor([2., -1.], requires_grad=True)
a = (w * 3).sum()
b = (w * w).sum()
a.backward()
b.backward()
""",
    "roots": """
w = mg.tensor([2., -1.], requires_grad=True)
a = (w * 3).sum()
b = (w * w).sum()
mg.autograd.backward([a, b])
""",
    "double": """
x = mg.tensor(3., requires_grad=True)
y = x ** 3
g, = mg.autograd.grad(y, x, create_graph=True)
g.backward()
""",
    "no_grad": """
w = mg.tensor([1., 2.], requires_grad=True)
with mg.no_grad():
    scale = (w * w).sum().sqrt()
z = (w / scale).sum()
""",
    "detach": """
x = mg.tensor([1., 2.], requires_grad=True)
h = x * 2
target = h.detach()
loss = ((h - target - 1) * x).sum()
""",
    "constant": """
w = mg.tensor([1., -2.], requires_grad=True)
x = mg.tensor([3., 4.])
z = (w * x).sum()
""",
    "in_place": """
w = mg.tensor([1., 2., 3.], requires_grad=True)
y = w * 2
y += 10
y[0] = 0
z = (y * y).sum()
""",
    "view": """
w = mg.tensor([5., 7.], requires_grad=True)
b = mg.zeros(3)
b[:2] = w
z = (b * b).sum()
""",
    "hooks": """
w = mg.tensor([1., 2.], requires_grad=True)
y = w * 3
def clip(grad):
    return grad.clamp(-1, 1)
y.register_hook(clip)
w.register_hook(lambda grad: grad * 10)
y.retain_grad()
z = (y * y).sum()
""",
    "node_hooks": """
w = mg.tensor([1., 2.], requires_grad=True)
y = w * 3
def halve(grads):
    return (grads[0] / 2,)
def report(sent, received):
    return tuple(None if g is None else g * 2 for g in sent)
y.grad_fn.register_prehook(halve)
y.grad_fn.register_hook(report)
def step(w):
    with mg.no_grad():
        w -= w.grad
w.register_post_accumulate_grad_hook(step)
z = y.sum()
""",
    "broadcast": """
w = mg.tensor([[1.], [2.]], requires_grad=True)
b = mg.tensor(.5, requires_grad=True)
x = mg.tensor([[1., 2., 3.], [4., 5., 6.]])
z = (w * x + b).sum()
""",
    "parallel": """
a = mg.tensor([1., 2.], requires_grad=True)
s = a + a
z = (s * a).sum()
""",
    "culprits": """
x = mg.tensor([1., 2.], requires_grad=True)
y = x.exp()
z = (y * y).sum()
y += 1
z.backward()
""",
    "cut": """
x = mg.tensor([1., 2.], requires_grad=True)
h = x * 2
k = h.detach()
z = (k + 1).sum()
z.backward()
""",
    "custom": """
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
    "loops": """
h = mg.tensor(1., requires_grad=True)
w = mg.tensor(2., requires_grad=True)
for _ in range(2):
    h = square(w * h)
""",
    "elsewhere": """
x = mg.tensor([1., 2.], requires_grad=True)
z = Twice.apply(x).sum()
""",
    "hostile": """
def hook(grad):
    return None
hook.__name__ = "<img src=x onerror='hostile=1'>\\u202e" + 1000 * "x"
x = mg.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(hook)
y.grad_fn.register_prehook(hook)
z = y.sum()
""",
    "kinds": """
A = mg.tensor([[1., 2.], [3., 4.]], requires_grad=True)
x = mg.tensor([5., 6., 7., 8.], requires_grad=True)
picked = x[[0, 2, 2]]
joined = mg.cat([picked, x[:1]])
p = mg.softmax(joined, dim=0)
m = A @ p.reshape(2, 2)
z = m.mean()
""",
    "heat": """
mg.manual_seed(0)
w = mg.tensor([1., 2., 3., 4., 5., 6., 7., -8.], requires_grad=True)
x = mg.randn(6, 8)
y = (x * w).sum(dim=0)
z = (y * y).sum()
""",
    "compact": """
h = w = mg.tensor([1., -2., .5], requires_grad=True)
for _ in range(18):
    h = (h * w).sin()
z = h.sum()
""",
    "escapes": """
x = mg.tensor([1., 2.], requires_grad=True)
y = (x * x).sum()
if y > 3:
    scale = y.item()
z = y / scale
""",
}


def notebook() -> dict:
    """Return a notebook with a cell for each, as nbformat's JSON."""
    cells = [SETUP, *(f"%%autograd\n{source.strip()}" for source in CELLS.values())]
    names = ["setup", *CELLS]
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": name.replace("_", "-"),
                "metadata": {"tags": ["raises-exception"]} if name in FAILING else {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for name, source in zip(names, cells, strict=True)
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
