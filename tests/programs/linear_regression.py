"""A line through noisy points, by gradient descent written out."""

import torch

torch.manual_seed(0)
x = torch.linspace(-1, 1, 50)
y = 3 * x - 0.5 + 0.1 * torch.randn(50)

slope = torch.zeros(1, requires_grad=True)
offset = torch.zeros(1, requires_grad=True)
for step in range(101):
    loss = ((slope * x + offset - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        slope -= 0.3 * slope.grad
        offset -= 0.3 * offset.grad
    slope.grad.zero_()
    offset.grad = None
    if step % 20 == 0:
        print(f"step {step} loss {loss.item():.5f}")
print(f"slope {slope.item():.5f} offset {offset.item():.5f}")
