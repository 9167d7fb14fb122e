"""Sequences of different lengths, made one tensor and taken apart again."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

from minigrad.creation import as_tensor, full, tensor
from minigrad.ops.joining import cat, stack

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Stack sequences of different lengths, the shorter ones filled up to the longest.

    Parameters
    ----------
    sequences : iterable of Tensor, shape (length, ...)
        They may differ in their length alone.
    batch_first : bool
        Whether the first dimension of the result counts the sequences, or their steps.
    padding_value : float
        What they are filled up with.
    padding_side : str
        ``"right"`` or ``"left"``: where.

    Returns
    -------
    Tensor, shape (longest, sequences, ...), or (sequences, longest, ...) with ``batch_first``

    Raises
    ------
    ValueError
        If the side is neither.

    Examples
    --------
    >>> from minigrad.nn.utils.rnn import pad_sequence
    >>> pad_sequence([mg.tensor([1, 2, 3]), mg.tensor([4])], batch_first=True)
    tensor([[1, 2, 3],
            [4, 0, 0]])
    """
    if padding_side not in ("right", "left"):
        raise ValueError(f"padding_side must be 'right' or 'left', not {padding_side!r}")
    given = list(sequences)
    if not given:
        raise RuntimeError("received an empty list of sequences")
    longest = max(len(x) for x in given)

    def filled(x: Any) -> Any:
        rest = full((longest - len(x), *x.shape[1:]), padding_value, dtype=x.dtype)
        return cat([x, rest] if padding_side == "right" else [rest, x])

    return stack([filled(x) for x in given], 0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """Take apart what ``pad_sequence`` made.

    Parameters
    ----------
    padded_sequences : Tensor
        Sequences filled up on the right.
    lengths : Tensor, shape (sequences,)
        How long each was.
    batch_first : bool
        Whether the first dimension counts the sequences.

    Returns
    -------
    list of Tensor, shape (length, ...)

    Examples
    --------
    >>> from minigrad.nn.utils.rnn import unpad_sequence
    >>> unpad_sequence(mg.tensor([[1, 2, 3], [4, 0, 0]]), mg.tensor([3, 1]), batch_first=True)
    [tensor([1, 2, 3]), tensor([4])]
    """
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[: int(length)] for row, length in zip(rows, lengths, strict=True)]


class PackedSequence(NamedTuple):
    """Sequences of different lengths, step after step: at each step those that go on, the longest first.

    Examples
    --------
    >>> from minigrad.nn.utils.rnn import pack_sequence
    >>> packed = pack_sequence([mg.tensor([1, 2, 3]), mg.tensor([4])])
    >>> packed.data, packed.batch_sizes
    (tensor([1, 4, 2, 3]), tensor([2, 1, 1]))
    """

    data: Any  # shape (all steps of all sequences, ...)
    batch_sizes: Any  # how many sequences go on at each step
    sorted_indices: Any = None  # which sequence of the batch is the longest, the second longest ...
    unsorted_indices: Any = None  # and the way back

    def steps(self) -> tuple[Any, ...]:
        """Return what stands at each step, one tensor a step."""
        return tuple(self.data.split(self.batch_sizes.tolist()))

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """Return the sequences in another dtype."""
        return self._replace(data=self.data.to(*args, **kwargs))


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Leave out what sequences were filled up with, so that a recurrent network does not see it.

    Parameters
    ----------
    input : Tensor, shape (longest, sequences, ...), or (sequences, longest, ...) with ``batch_first``
        The sequences.
    lengths : Tensor or list of int
        How long each is.
    batch_first : bool
        Whether the first dimension counts the sequences, or their steps.
    enforce_sorted : bool
        Whether the longest comes first already; False sorts them, and remembers the way back.

    Returns
    -------
    PackedSequence

    Raises
    ------
    RuntimeError
        If the longest should come first, and does not.

    Examples
    --------
    >>> from minigrad.nn.utils.rnn import pack_padded_sequence
    >>> pack_padded_sequence(mg.tensor([[1, 4], [2, 0]]), [2, 1]).data
    tensor([1, 4, 2])
    """
    lengths = as_tensor(lengths)
    order = back = None
    if not enforce_sorted:
        lengths, order = lengths.sort(descending=True, stable=True)
        back = order.argsort()
        input = input.index_select(0 if batch_first else 1, order)
    steps = input.transpose(0, 1) if batch_first else input
    count = lengths.tolist()
    if any(a < b for a, b in itertools.pairwise(count)):
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
            "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you "
            "do not need ONNX exportability."
        )
    if min(count) <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    sizes = [sum(n > i for n in count) for i in range(count[0])]
    return PackedSequence(cat([steps[i, :n] for i, n in enumerate(sizes)]), tensor(sizes), order, back)


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Any, Any]:
    """Fill packed sequences up to the longest again.

    Parameters
    ----------
    sequence : PackedSequence
        The sequences.
    batch_first : bool
        Whether the first dimension of the result counts the sequences, or their steps.
    padding_value : float
        What they are filled up with.
    total_length : int, optional
        How long the result is; as long as the longest, if left out.

    Returns
    -------
    tuple of Tensor
        The sequences, in the batch's order, and their lengths.

    Examples
    --------
    >>> from minigrad.nn.utils.rnn import pack_sequence, pad_packed_sequence
    >>> pad_packed_sequence(pack_sequence([mg.tensor([1, 2, 3]), mg.tensor([4])]), batch_first=True)
    (tensor([[1, 2, 3],
            [4, 0, 0]]), tensor([3, 1]))
    """
    sizes, data = sequence.batch_sizes.tolist(), sequence.data
    longest = len(sizes) if total_length is None else total_length
    if longest < len(sizes):
        raise ValueError(
            f"Expected total_length to be at least the length of the longest sequence in input, but got "
            f"total_length={total_length} and max sequence length being {len(sizes)}"
        )
    rows = []
    for step in sequence.steps():
        missing = full((sizes[0] - step.size(0), *step.shape[1:]), padding_value, dtype=data.dtype)
        rows.append(cat([step, missing]) if missing.size(0) else step)
    rows += [full((sizes[0], *data.shape[1:]), padding_value, dtype=data.dtype)] * (longest - len(sizes))
    out = stack(rows, 1 if batch_first else 0)
    lengths = tensor([sum(n > k for n in sizes) for k in range(sizes[0])])
    if sequence.unsorted_indices is not None:
        out = out.index_select(0 if batch_first else 1, sequence.unsorted_indices)
        lengths = lengths[sequence.unsorted_indices]
    return out, lengths


def pack_sequence(sequences: Any, enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences of different lengths.

    Parameters
    ----------
    sequences : list of Tensor, shape (length, ...)
        They may differ in their length alone.
    enforce_sorted : bool
        Whether the longest comes first already.

    Returns
    -------
    PackedSequence

    Examples
    --------
    >>> from minigrad.nn.utils.rnn import pack_sequence
    >>> pack_sequence([mg.tensor([4]), mg.tensor([1, 2])], enforce_sorted=False).data
    tensor([1, 4, 2])
    """
    return pack_padded_sequence(pad_sequence(sequences), [len(x) for x in sequences], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """Return packed sequences as a list again.

    Parameters
    ----------
    packed_sequences : PackedSequence
        The sequences.

    Returns
    -------
    list of Tensor

    Examples
    --------
    >>> from minigrad.nn.utils.rnn import pack_sequence, unpack_sequence
    >>> unpack_sequence(pack_sequence([mg.tensor([1, 2]), mg.tensor([4])]))
    [tensor([1, 2]), tensor([4])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
