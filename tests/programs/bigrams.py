"""Which letter follows which: counted, and then found by gradient descent on one layer."""

import torch
import torch.nn.functional as F
from text import LINES as words

letters = ["."] + sorted(set("".join(words)))
number = {letter: i for i, letter in enumerate(letters)}
size = len(letters)

counts = torch.zeros((size, size), dtype=torch.int32)
firsts, seconds = [], []
for word in words:
    row = ["."] + list(word) + ["."]
    for a, b in zip(row, row[1:]):
        counts[number[a], number[b]] += 1
        firsts.append(number[a])
        seconds.append(number[b])
chances = (counts + 1).float()
chances /= chances.sum(1, keepdim=True)
xs, ys = torch.tensor(firsts), torch.tensor(seconds)
print("pairs", xs.nelement(), "letters", size)
print(f"counted {-chances[xs, ys].log().mean().item():.5f}")

generator = torch.Generator().manual_seed(2147483647)
for _ in range(3):
    at, out = 0, []
    while True:
        at = torch.multinomial(chances[at], num_samples=1, replacement=True, generator=generator).item()
        if at == 0:
            break
        out.append(letters[at])
    print("".join(out))

weights = torch.randn((size, size), generator=generator, requires_grad=True)
for step in range(60):
    given = F.one_hot(xs, num_classes=size).float()
    scores = given @ weights
    shares = scores.exp()
    shares = shares / shares.sum(1, keepdim=True)
    loss = -shares[torch.arange(len(xs)), ys].log().mean() + 0.01 * (weights**2).mean()
    weights.grad = None
    loss.backward()
    weights.data += -20 * weights.grad
    if step % 10 == 9:
        print(f"step {step} loss {loss.item():.5f}")
