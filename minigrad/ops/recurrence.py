"""One step of a recurrent network: what it remembers next."""

from __future__ import annotations

from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.ops.activations import relu, sigmoid, tanh
from minigrad.ops.layers import linear

__all__ = ["gru_cell", "lstm_cell", "rnn_relu_cell", "rnn_tanh_cell"]

# --- The steps -----------------------------------------------------------------------------------------------------
# Each is given ``x``, what the input's weights make of the input: of a sequence it is worked out for all steps at once.


def rnn_step(x: Any, state: Any, w_hh: Any, b_hh: Any, activation: Any) -> Any:
    """Return the next hidden state of a plain cell."""
    (h,) = state
    return (activation(x + linear(h, w_hh, b_hh)),)


def lstm_step(x: Any, state: Any, w_hh: Any, b_hh: Any, _: Any = None) -> Any:
    """Return the next hidden state and cell state of a long short-term memory."""
    h, c = state
    gates = x + linear(h, w_hh, b_hh)
    write, keep, new, read = gates.chunk(4, -1)
    c = sigmoid(keep) * c + sigmoid(write) * tanh(new)
    return sigmoid(read) * tanh(c), c


def gru_step(x: Any, state: Any, w_hh: Any, b_hh: Any, _: Any = None) -> Any:
    """Return the next hidden state of a gated recurrent unit."""
    (h,) = state
    x_reset, x_keep, x_new = x.chunk(3, -1)
    h_reset, h_keep, h_new = linear(h, w_hh, b_hh).chunk(3, -1)
    keep = sigmoid(x_keep + h_keep)
    new = tanh(x_new + sigmoid(x_reset + h_reset) * h_new)
    return ((1 - keep) * new + keep * h,)


# --- The cells, as functions ---------------------------------------------------------------------------------------


def rnn_tanh_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next hidden state of a plain cell, as ``nn.RNNCell``.

    Parameters
    ----------
    input, hx : Tensor, shape (..., n) and (..., m)
        What comes in, and what is remembered.
    w_ih, w_hh : Tensor, shape (m, n) and (m, m)
        The weights.
    b_ih, b_hh : Tensor, shape (m,), optional
        What is added.

    Returns
    -------
    Tensor, shape (..., m)

    Examples
    --------
    >>> mg.rnn_tanh_cell(mg.ones(1, 1), mg.zeros(1, 1), mg.ones(1, 1), mg.ones(1, 1))
    tensor([[0.7616]])
    """
    return rnn_step(linear(input, w_ih, b_ih), (hx,), w_hh, b_hh, tanh)[0]


def rnn_relu_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next hidden state of a plain cell with ``relu``, as ``nn.RNNCell``.

    Parameters
    ----------
    input, hx : Tensor, shape (..., n) and (..., m)
        What comes in, and what is remembered.
    w_ih, w_hh : Tensor, shape (m, n) and (m, m)
        The weights.
    b_ih, b_hh : Tensor, shape (m,), optional
        What is added.

    Returns
    -------
    Tensor, shape (..., m)

    Examples
    --------
    >>> mg.rnn_relu_cell(mg.ones(1, 1), mg.ones(1, 1), mg.ones(1, 1), mg.ones(1, 1))
    tensor([[2.]])
    """
    return rnn_step(linear(input, w_ih, b_ih), (hx,), w_hh, b_hh, relu)[0]


def lstm_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next hidden state and cell state of a long short-term memory, as ``nn.LSTMCell``.

    Parameters
    ----------
    input : Tensor, shape (..., n)
        What comes in.
    hx : tuple of Tensor, shape (..., m)
        The hidden state and the cell state.
    w_ih, w_hh : Tensor, shape (4 * m, n) and (4 * m, m)
        The weights.
    b_ih, b_hh : Tensor, shape (4 * m,), optional
        What is added.

    Returns
    -------
    tuple of Tensor, shape (..., m)

    Examples
    --------
    >>> mg.lstm_cell(mg.ones(1, 1), (mg.zeros(1, 1), mg.zeros(1, 1)), mg.ones(4, 1), mg.ones(4, 1))
    (tensor([[0.3696]]), tensor([[0.5568]]))
    """
    if isinstance(hx, TensorBase):
        raise TypeError("lstm_cell(): argument 'hx' (position 2) must be tuple of Tensors, not Tensor")
    return lstm_step(linear(input, w_ih, b_ih), hx, w_hh, b_hh)


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next hidden state of a gated recurrent unit, as ``nn.GRUCell``.

    Parameters
    ----------
    input, hx : Tensor, shape (..., n) and (..., m)
        What comes in, and what is remembered.
    w_ih, w_hh : Tensor, shape (3 * m, n) and (3 * m, m)
        The weights.
    b_ih, b_hh : Tensor, shape (3 * m,), optional
        What is added.

    Returns
    -------
    Tensor, shape (..., m)

    Examples
    --------
    >>> mg.gru_cell(mg.ones(1, 1), mg.zeros(1, 1), mg.ones(3, 1), mg.ones(3, 1))
    tensor([[0.2048]])
    """
    return gru_step(linear(input, w_ih, b_ih), (hx,), w_hh, b_hh)[0]
