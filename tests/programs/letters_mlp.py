"""The next letter from the three before it: a table of vectors, a hidden layer, and batch statistics by hand."""

import torch
import torch.nn.functional as F
from text import LINES as words

letters = ["."] + sorted(set("".join(words)))
number = {letter: i for i, letter in enumerate(letters)}
size, context, width, hidden = len(letters), 3, 8, 40

xs, ys = [], []
for word in words:
    window = [0] * context
    for letter in word + ".":
        xs.append(window)
        ys.append(number[letter])
        window = window[1:] + [number[letter]]
X, Y = torch.tensor(xs), torch.tensor(ys)
print(X.shape, Y.shape, X.dtype)

g = torch.Generator().manual_seed(7)
table = torch.randn((size, width), generator=g)
W1 = torch.randn((width * context, hidden), generator=g) * (5 / 3) / (width * context) ** 0.5
gain, shift = torch.ones((1, hidden)), torch.zeros((1, hidden))
W2 = torch.randn((hidden, size), generator=g) * 0.1
b2 = torch.zeros(size)
parameters = [table, W1, gain, shift, W2, b2]
for p in parameters:
    p.requires_grad = True
print("parameters", sum(p.nelement() for p in parameters))


def scores(batch):
    vectors = table[batch]
    before = vectors.view(vectors.shape[0], -1) @ W1
    middle, spread = before.mean(0, keepdim=True), before.std(0, keepdim=True)
    return torch.tanh(gain * (before - middle) / (spread + 1e-5) + shift) @ W2 + b2


for step in range(200):
    batch = torch.randint(0, X.shape[0], (32,), generator=g)
    loss = F.cross_entropy(scores(X[batch]), Y[batch])
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data += -(0.2 if step < 150 else 0.05) * p.grad
    if step % 40 == 39:
        print(f"step {step} loss {loss.item():.5f}")

with torch.no_grad():
    print(f"all {F.cross_entropy(scores(X), Y).item():.5f}")
