"""Loaders: the same batches in the same order as PyTorch's, after the same seed."""

import collections

import numpy as np
import pytest

import minigrad as mg
import minigrad.utils.data

torch = pytest.importorskip("torch")
import torch.utils.data as torch_data  # noqa: E402  after the skip

Pair = collections.namedtuple("Pair", "x y")

PROGRAMS = """
[batch for _ in range(3) for batch in data.DataLoader(rows, batch_size=3, shuffle=True)]
[batch for _ in range(2) for batch in data.DataLoader(rows, batch_size=4, shuffle=True, drop_last=True)] + [lib.rand(2)]
[batch for batch in data.DataLoader(rows, batch_size=2, shuffle=True, generator=seeded)] + [lib.rand(1)]
[batch for _ in range(2) for batch in data.DataLoader(rows, 5, shuffle=True, generator=seeded)]
[batch for batch in data.DataLoader(rows)] + [lib.rand(1)]
[batch for batch in data.DataLoader(rows, batch_size=None)]
[next(iter(data.DataLoader(rows, batch_size=4, shuffle=True))), lib.rand(1)]
[batch for batch in data.DataLoader(rows, 3, sampler=data.RandomSampler(rows, True, 40))]
[batch for batch in data.DataLoader(rows, 3, sampler=data.RandomSampler(rows, num_samples=25))]
[batch for batch in data.DataLoader(rows, 3, sampler=data.WeightedRandomSampler([0.1] * 10, 7))]
[batch for batch in data.DataLoader(rows, 3, sampler=data.WeightedRandomSampler(range(10), 6, False))]
[batch for batch in data.DataLoader(rows, 3, sampler=data.SubsetRandomSampler([1, 5, 7, 8]))]
[batch for batch in data.DataLoader(rows, batch_sampler=data.BatchSampler([3, 1, 4, 1], 3, True))]
[batch for batch in data.DataLoader(rows, 3, collate_fn=len)]
[len(data.DataLoader(rows, **kw)) for kw in ({}, {'batch_size': 3}, {'batch_size': 3, 'drop_last': True})]
[list(part.indices) for part in data.random_split(rows, [7, 3])]
[list(part.indices) for part in data.random_split(rows, [0.75, 0.25])]
[list(part.indices) for part in data.random_split(rows, [0.33, 0.33, 0.34], generator=seeded)]
[batch for batch in data.DataLoader(data.random_split(rows, [6, 4])[0], 3, shuffle=True)]
[batch for batch in data.DataLoader(data.ConcatDataset([rows, rows]), 6, shuffle=True)]
[batch for batch in data.DataLoader([(1, 2.0), (3, 4.0)], 2)]
[batch for batch in data.DataLoader([{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'}], 2)]
[batch for batch in data.DataLoader([Pair(1, [2, 3.0]), Pair(4, [5, 6.0])], 2)]
[batch for batch in data.DataLoader(np.arange(6.0).reshape(3, 2), 2)]
[batch for batch in data.DataLoader(np.arange(4), 3)]
[batch for batch in data.DataLoader([True, False], 2)]
[batch for batch in data.DataLoader(lib.arange(5), 2)]
[data.StackDataset(rows, rows)[1], data.Subset(rows, [4, 2])[1], rows[2:4]]
""".strip().splitlines()


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_gives_what_pytorch_gives(program):
    def run(lib, data):
        lib.manual_seed(5)
        rows = data.TensorDataset(lib.arange(10.0), lib.arange(20).reshape(10, 2))
        names = {
            "lib": lib,
            "data": data,
            "rows": rows,
            "seeded": lib.Generator().manual_seed(1),
            "np": np,
            "Pair": Pair,
        }
        return repr(eval(program, names))

    assert run(mg, mg.utils.data) == run(torch, torch_data)


REFUSED = """
data.TensorDataset(lib.ones(2), lib.ones(3))
data.DataLoader(rows, batch_size=0)
data.DataLoader(rows, shuffle=True, sampler=[1])
data.DataLoader(rows, batch_sampler=[[1]], batch_size=3)
data.DataLoader(rows, batch_size=None, drop_last=True)
data.DataLoader(rows, num_workers=-1)
data.DataLoader(rows, timeout=-1)
setattr(data.DataLoader(rows), 'batch_size', 3)
data.random_split(rows, [1, 2])
data.random_split(rows, [0.5, 0.6])
data.ConcatDataset([])
data.ConcatDataset([rows])[-11]
data.Dataset()[0]
data.IterableDataset()
data.RandomSampler([])
data.RandomSampler([1], replacement=3)
data.RandomSampler([1], num_samples=0)
data.WeightedRandomSampler([0.1], 0)
data.BatchSampler([1], 0, False)
data.default_collate([object()])
data.default_collate([[1], [1, 2]])
list(data.DataLoader([lib.ones(2), lib.ones(3)], 2))
rows[5]
""".strip().splitlines()


@pytest.mark.parametrize("program", REFUSED)
def test_what_pytorch_refuses_is_refused_in_its_words(program):
    def run(lib, data):
        eval(program, {"lib": lib, "data": data, "rows": data.TensorDataset(lib.arange(5.0))})

    with pytest.raises(Exception) as theirs:  # noqa: PT011  whatever it is, ours must be the same
        run(torch, torch_data)
    with pytest.raises(type(theirs.value)) as ours:
        run(mg, mg.utils.data)
    assert str(theirs.value) in str(ours.value)


def test_a_dataset_that_is_read_from_the_beginning_comes_in_batches():
    def run(lib, data):
        class Count(data.IterableDataset):
            def __iter__(self):
                return iter(range(7))

        return repr([*data.DataLoader(Count(), 3), *data.DataLoader(Count(), 3, drop_last=True)])

    assert run(mg, mg.utils.data) == run(torch, torch_data)


def test_every_public_name_is_pytorchs():
    assert [name for name in mg.utils.data.__all__ if not hasattr(torch_data, name)] == []
