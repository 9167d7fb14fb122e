"""A cosine fitted by a polynomial of our own making: a Function with its backward, a Module and plain SGD."""

import math

import torch
from torch.autograd import Function


class Chebyshev4(Function):
    """The fourth Chebyshev polynomial, 8x^4 - 8x^2 + 1."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 8 * x**4 - 8 * x**2 + 1

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (32 * x**3 - 16 * x)


class Fit(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.tensor([0.5, 0.0, 0.9]))

    def forward(self, x):
        a, b, c = self.weights
        return a + b * Chebyshev4.apply(c * x)

    def string(self):
        a, b, c = self.weights.tolist()
        return f"y = {a:.5f} + {b:.5f} T4({c:.5f} x)"


x = torch.linspace(-1, 1, 200)
y = torch.cos(math.pi * x)
model = Fit()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.8)
criterion = torch.nn.MSELoss(reduction="mean")
for step in range(120):
    loss = criterion(model(x), y)
    if step % 24 == 23:
        print(f"step {step} loss {loss.item():.5f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(model.string())
print(torch.autograd.gradcheck(Chebyshev4.apply, (torch.linspace(-1, 1, 5, dtype=torch.float64, requires_grad=True),)))
