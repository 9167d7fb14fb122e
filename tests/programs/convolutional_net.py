"""Digits of 8 by 8 pixels told apart by a small convolutional net, with dropout while it learns."""

import torch
import torch.nn.functional as F
from digits import digits
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)


def dataset(count, seed):
    images, labels = digits(count, seed)
    return TensorDataset(torch.tensor(images).unsqueeze(1), torch.tensor(labels))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(6, 8, 3)
        self.norm = nn.BatchNorm2d(8)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(8 * 2 * 2, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = self.norm(self.conv2(x))
        x = self.dropout(F.relu(x).flatten(1))
        return F.log_softmax(self.fc(x), dim=1)


model = Net()
print(model)
optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-4)
train = DataLoader(dataset(320, seed=0), batch_size=32, shuffle=True)
test = DataLoader(dataset(100, seed=1), batch_size=50)
for epoch in range(6):
    model.train()
    for data, target in train:
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target)
        loss.backward()
        optimizer.step()
    model.eval()
    lost, right = 0.0, 0
    with torch.no_grad():
        for data, target in test:
            output = model(data)
            lost += F.nll_loss(output, target, reduction="sum").item()
            right += output.argmax(dim=1).eq(target).sum().item()
    print(f"epoch {epoch} batch {loss.item():.5f} test {lost / 100:.5f} right {right}")
