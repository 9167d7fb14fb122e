"""Two spirals told apart by a small network, in shuffled batches, with a schedule and a held-out part."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(1)


def spirals(n):
    t = torch.rand(n) * 3 + 0.3
    label = torch.randint(0, 2, (n,))
    angle = 2 * t + label * 3.14159
    points = torch.stack([t * torch.cos(angle), t * torch.sin(angle)], dim=1)
    return points + 0.05 * torch.randn(n, 2), label


class Net(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.first = nn.Linear(2, width)
        self.second = nn.Linear(width, width)
        self.last = nn.Linear(width, 2)

    def forward(self, x):
        x = F.relu(self.first(x))
        x = F.relu(self.second(x))
        return self.last(x)


train, held_out = random_split(TensorDataset(*spirals(240)), [200, 40])
loader = DataLoader(train, batch_size=20, shuffle=True)
net = Net()
print(net)
print("parameters", sum(p.numel() for p in net.parameters()))
optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
schedule = StepLR(optimizer, step_size=10, gamma=0.5)
criterion = nn.CrossEntropyLoss()

for epoch in range(20):
    net.train()
    total = 0.0
    for points, labels in loader:
        optimizer.zero_grad()
        loss = criterion(net(points), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(points)
    schedule.step()
    if epoch % 4 == 3:
        print(f"epoch {epoch} loss {total / len(train):.5f} rate {schedule.get_last_lr()[0]:.5f}")

net.eval()
with torch.no_grad():
    points, labels = next(iter(DataLoader(held_out, batch_size=len(held_out))))
    right = (net(points).argmax(dim=1) == labels).float().mean()
print(f"held out {right.item():.5f}")
