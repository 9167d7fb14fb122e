"""Sequences of different lengths in one tensor."""

import pytest

import minigrad as mg
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
