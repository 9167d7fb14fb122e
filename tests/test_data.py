"""Loaders without PyTorch at hand: batches, order, what goes together."""

import pytest

import minigrad as mg
from minigrad.utils.data import DataLoader, Dataset, TensorDataset, random_split


class Squares(Dataset):
    def __len__(self):
        return 7

    def __getitem__(self, i):
        return float(i), i * i


def test_samples_become_tensors_in_their_order():
    batches = list(DataLoader(Squares(), batch_size=3))
    assert [ys.tolist() for _, ys in batches] == [[0, 1, 4], [9, 16, 25], [36]]
    assert batches[0][0].dtype is mg.float64


def test_shuffled_order_follows_the_seed():
    def order():
        mg.manual_seed(0)
        loader = DataLoader(TensorDataset(mg.arange(5)), batch_size=5, shuffle=True)
        return [batch.tolist() for _ in range(2) for (batch,) in loader]

    assert order() == order() == [[1, 4, 2, 3, 0], [2, 3, 4, 0, 1]]  # as torch 2.13


def test_every_sample_is_read_once_an_epoch():
    loader = DataLoader(Squares(), batch_size=2, shuffle=True)
    assert sorted(y for _, ys in loader for y in ys.tolist()) == [0, 1, 4, 9, 16, 25, 36]


def test_a_split_shares_everything_out():
    parts = random_split(range(10), [7, 3])
    assert sorted(x for part in parts for x in part) == list(range(10))


def test_a_loader_is_fixed_once_it_is_made():
    with pytest.raises(ValueError, match="batch_size attribute should not be set after DataLoader is initialized"):
        DataLoader(Squares()).batch_size = 3
