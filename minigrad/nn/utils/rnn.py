"""Sequences of different lengths, made one tensor and taken apart again."""

from __future__ import annotations

from typing import Any

from minigrad.creation import full
from minigrad.ops.joining import cat, stack

__all__ = ["pad_sequence", "unpad_sequence"]


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
