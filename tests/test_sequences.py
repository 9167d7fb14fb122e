"""Sequences of different lengths in one tensor."""

import importlib

import pytest

import minigrad as mg
from minigrad.nn.utils import rnn
from minigrad.nn.utils.rnn import pad_sequence, unpad_sequence


def test_shorter_sequences_are_filled_up_and_their_gradients_come_back():
    a, b = mg.ones(3, 2, requires_grad=True), mg.ones(1, 2, requires_grad=True)
    steps = pad_sequence([a, b], padding_value=-1.0)
    assert steps.shape == (3, 2, 2)
    assert steps[:, 1, 0].tolist() == [1, -1, -1]
    assert pad_sequence([a, b], batch_first=True, padding_side="left")[1, :, 0].tolist() == [0, 0, 1]
    (steps * 2).sum().backward()
    assert b.grad.tolist() == [[2, 2]]
    again = unpad_sequence(steps, mg.tensor([3, 1]))
    assert [x.tolist() for x in again] == [a.tolist(), b.tolist()]


def test_what_cannot_be_padded_is_refused():
    with pytest.raises(RuntimeError, match="received an empty list of sequences"):
        pad_sequence([])
    with pytest.raises(ValueError, match="padding_side"):
        pad_sequence([mg.ones(1)], padding_side="top")


def test_padding_gives_pytorchs_tensor():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.utils.rnn.pad_sequence([torch.arange(3), torch.arange(2)], padding_value=7)
    assert pad_sequence([mg.arange(3), mg.arange(2)], padding_value=7).tolist() == theirs.tolist()
    with pytest.raises(RuntimeError, match="received an empty list of sequences"):
        torch.nn.utils.rnn.pad_sequence([])


def test_packed_sequences_leave_out_what_they_were_filled_up_with():
    x = mg.tensor([[1.0, 0.0, 0.0], [2.0, 3.0, 4.0]])
    packed = rnn.pack_padded_sequence(x, [1, 3], batch_first=True, enforce_sorted=False)
    assert packed.data.tolist() == [2.0, 1.0, 3.0, 4.0]
    assert packed.batch_sizes.tolist() == [2, 1, 1]
    padded, lengths = rnn.pad_packed_sequence(packed, batch_first=True, padding_value=-1.0, total_length=4)
    assert padded.tolist() == [[1.0, -1.0, -1.0, -1.0], [2.0, 3.0, 4.0, -1.0]]
    assert lengths.tolist() == [1, 3]
    assert [s.tolist() for s in rnn.unpack_sequence(packed)] == [[1.0], [2.0, 3.0, 4.0]]
    with pytest.raises(RuntimeError, match="must be sorted in decreasing order when `enforce_sorted` is True"):
        rnn.pack_padded_sequence(x, [1, 3], batch_first=True)


def test_a_packed_sequence_ends_where_it_ends():
    """The last state of a short sequence is that of its own last step, whatever the longer ones go on to say."""
    net = mg.nn.GRU(2, 3)
    long, short = mg.randn(4, 2), mg.randn(2, 2)
    outputs, last = net(rnn.pack_sequence([long, short]))
    for i, sequence in enumerate((long, short)):
        alone, end = net(sequence)
        assert mg.allclose(last[0, i], end[0], atol=1e-6)
        assert mg.allclose(rnn.unpack_sequence(outputs)[i], alone, atol=1e-6)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_packed_sequences_go_through_a_network_as_in_pytorch(kind):
    torch = pytest.importorskip("torch")
    seen = []
    for t, packing in ((torch, importlib.import_module("torch.nn.utils.rnn")), (mg, rnn)):
        t.manual_seed(1)
        net = getattr(t.nn, kind)(3, 4, num_layers=2, bidirectional=True, batch_first=True)
        x = t.randn(4, 5, 3, requires_grad=True)
        packed = packing.pack_padded_sequence(x, [2, 5, 1, 3], batch_first=True, enforce_sorted=False)
        out, last = net(packed)
        padded, lengths = packing.pad_packed_sequence(out, batch_first=True, total_length=6)
        lasts = last if isinstance(last, tuple) else (last,)
        (sum((s * s).sum() for s in lasts) + (padded**3).sum()).backward()
        parts = [packed.data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices, padded, lengths]
        parts += [*lasts, x.grad, *[w.grad for w in net.parameters()]]
        seen.append([part.detach().numpy() for part in parts])
    for expected, found in zip(*seen, strict=True):
        assert found == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_sequence_meets_the_inputs_weights_once_and_the_hidden_ones_at_each_step():
    seen = set()
    todo = [mg.nn.LSTM(2, 3)(mg.ones(5, 1, 2))[0].grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [following for following, _ in node.next_functions]
    assert sum(node.name() == "AddmmBackward0" for node in seen) == 1 + 5
