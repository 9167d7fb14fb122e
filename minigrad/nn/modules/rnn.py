"""Recurrent networks: a cell is called at each step of a sequence, with what it remembers of the steps before."""

from __future__ import annotations

import math
import warnings
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.creation import empty, zeros
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.nn.utils.rnn import PackedSequence
from minigrad.ops.activations import relu, tanh
from minigrad.ops.joining import cat, stack
from minigrad.ops.recurrence import gru_step, lstm_step, rnn_step

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNBase", "RNNCell", "RNNCellBase"]

_STEP: dict[str, Any] = {"RNN": rnn_step, "LSTM": lstm_step, "GRU": gru_step}
_GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
_ACTIVATION = {"tanh": tanh, "relu": relu}
_MODES = {"LSTM": ("LSTM", "tanh"), "GRU": ("GRU", "tanh"), "RNN_TANH": ("RNN", "tanh"), "RNN_RELU": ("RNN", "relu")}


def _reset(module: Any) -> None:
    """Draw all weights uniformly within ``1 / sqrt(hidden_size)`` of 0."""
    bound = 1.0 / math.sqrt(module.hidden_size) if module.hidden_size > 0 else 0
    for weight in module.parameters():
        init.uniform_(weight, -bound, bound)


# --- Cells ---------------------------------------------------------------------------------------------------------


class RNNCellBase(Module):
    """What all cells share: two weights and two biases, for the input and for the hidden state.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers go in, and how many are remembered.
    bias : bool
        Whether something is added.
    num_chunks : int
        How many gates there are: each has ``hidden_size`` rows of the weights.
    device, dtype : optional
        As of a tensor.
    """

    kind = "RNN"

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        for name, shape in [("weight_ih", (rows, input_size)), ("weight_hh", (rows, hidden_size))]:
            self.register_parameter(name, Parameter(empty(shape, device=device, dtype=dtype)))
        for name in ("bias_ih", "bias_hh"):
            made = Parameter(empty(rows, device=device, dtype=dtype)) if bias else None
            self.register_parameter(name, made)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights uniformly within ``1 / sqrt(hidden_size)`` of 0."""
        _reset(self)

    def _next(self, input: Any, state: Any, activation: Any = None) -> Any:
        if input.dim() not in (1, 2):
            raise ValueError(f"{type(self).__name__}: Expected input to be 1D or 2D, got {input.dim()}D instead")
        if input.shape[-1] != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.shape[-1]} expected {self.input_size}")
        if state is None:
            start = zeros((*input.shape[:-1], self.hidden_size), dtype=input.dtype)
            state = (start,) * (2 if self.kind == "LSTM" else 1)
        elif self.kind == "LSTM" and isinstance(state, TensorBase):
            raise TypeError("lstm_cell(): argument 'hx' (position 2) must be tuple of Tensors, not Tensor")
        for i, h in enumerate(state):
            if h.dim() not in (1, 2):
                raise ValueError(f"{type(self).__name__}: Expected hidden to be 1D or 2D, got {h.dim()}D instead")
            if input.shape[:-1] != h.shape[:-1]:
                raise RuntimeError(f"Input batch size {input.shape[0]} doesn't match hidden{i} batch size {h.shape[0]}")
            if h.shape[-1] != self.hidden_size:
                raise RuntimeError(
                    f"hidden{i} has inconsistent hidden_size: got {h.shape[-1]}, expected {self.hidden_size}"
                )
        x = F.linear(input, self.weight_ih, self.bias_ih)
        return _STEP[self.kind](x, state, self.weight_hh, self.bias_hh, activation)

    def extra_repr(self) -> str:
        """Return the settings that are not as usual."""
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else f", bias={self.bias}")


class RNNCell(RNNCellBase):
    """One step of a plain recurrent network: ``tanh(W_ih x + b_ih + W_hh h + b_hh)``.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers go in, and how many are remembered.
    bias : bool
        Whether something is added.
    nonlinearity : {"tanh", "relu"}
        What the sum goes through.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.RNNCell(3, 4)(mg.ones(2, 3)).shape
    torch.Size([2, 4])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, _GATES["RNN"], device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the next hidden state, shape (N, hidden_size) or (hidden_size,)."""
        if self.nonlinearity not in _ACTIVATION:
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return self._next(input, None if hx is None else (hx,), _ACTIVATION[self.nonlinearity])[0]

    def extra_repr(self) -> str:
        """Return the settings that are not as usual."""
        return super().extra_repr() + ("" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}")


class LSTMCell(RNNCellBase):
    """One step of a long short-term memory.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers go in, and how many are remembered.
    bias : bool
        Whether something is added.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Hochreiter & Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> h, c = mg.nn.LSTMCell(3, 4)(mg.ones(2, 3))
    >>> h.shape, c.shape
    (torch.Size([2, 4]), torch.Size([2, 4]))
    """

    kind = "LSTM"

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, _GATES["LSTM"], device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the next hidden state and cell state, each of shape (N, hidden_size) or (hidden_size,)."""
        return self._next(input, hx)


class GRUCell(RNNCellBase):
    """One step of a gated recurrent unit.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers go in, and how many are remembered.
    bias : bool
        Whether something is added.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Cho et al. (2014), arXiv:1406.1078.

    Examples
    --------
    >>> mg.nn.GRUCell(3, 4)(mg.ones(2, 3)).shape
    torch.Size([2, 4])
    """

    kind = "GRU"

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, _GATES["GRU"], device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the next hidden state, shape (N, hidden_size) or (hidden_size,)."""
        return self._next(input, None if hx is None else (hx,))[0]


# --- Whole sequences -----------------------------------------------------------------------------------------------


class RNNBase(Module):
    """A cell, or several on top of each other, carried along a sequence; perhaps in both directions.

    Parameters
    ----------
    mode : {"LSTM", "GRU", "RNN_TANH", "RNN_RELU"}
        Which cell.
    input_size, hidden_size : int
        How many numbers go in at each step, and how many are remembered.
    num_layers : int
        How many cells stand on top of each other.
    bias : bool
        Whether something is added.
    batch_first : bool
        Whether inputs and outputs have shape (N, L, ...) instead of (L, N, ...).
    dropout : float
        The probability with which numbers between layers are left out while training.
    bidirectional : bool
        Whether a second cell goes through the sequence backwards.
    proj_size : int
        To how many numbers an LSTM's hidden state is projected, if not 0.
    device, dtype : optional
        As of a tensor.

    Raises
    ------
    ValueError
        If there is no such cell, a size is not positive, or ``dropout`` is no probability.
    """

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if mode not in _MODES:
            raise ValueError(f"Unrecognized RNN mode: {mode}")
        self.mode, (self.kind, self.nonlinearity) = mode, _MODES[mode]
        for name, given, kind in (
            ("bias", bias, bool),
            ("input_size", input_size, int),
            ("hidden_size", hidden_size, int),
        ):
            if not isinstance(given, kind):
                raise TypeError(f"{name} should be of type {kind.__name__}, got: {type(given).__name__}")
        if input_size <= 0:
            raise ValueError("input_size must be greater than zero")
        if hidden_size <= 0:
            raise ValueError("hidden_size must be greater than zero")
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if isinstance(dropout, bool) or not 0 <= float(dropout) <= 1:
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
            )
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
                f"num_layers greater than 1, but got dropout={dropout} and num_layers={num_layers}",
                stacklevel=3,
            )
        if proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if proj_size >= hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.proj_size = proj_size
        self.bias, self.batch_first, self.dropout, self.bidirectional = bias, batch_first, dropout, bidirectional
        rows = _GATES[self.kind] * hidden_size
        for layer in range(num_layers):
            for end in self._ends():
                seen = proj_size or hidden_size
                width = input_size if layer == 0 else seen * len(self._ends())
                shapes: dict[str, Any] = {"weight_ih": (rows, width), "weight_hh": (rows, seen)}
                if bias:
                    shapes |= {"bias_ih": rows, "bias_hh": rows}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    weight = Parameter(empty(shape, device=device, dtype=dtype))
                    self.register_parameter(f"{name}_l{layer}{end}", weight)
        self.reset_parameters()

    @property
    def all_weights(self) -> list[list[Any]]:
        """The weights of each layer, and of each direction."""
        names = [f"l{layer}{end}" for layer in range(self.num_layers) for end in self._ends()]
        return [[weight for weight in self._weights(name) if weight is not None] for name in names]

    def _ends(self) -> tuple[str, ...]:
        """Return how the weights' names end: forwards, and backwards."""
        return ("", "_reverse") if self.bidirectional else ("",)

    def reset_parameters(self) -> None:
        """Draw all weights uniformly within ``1 / sqrt(hidden_size)`` of 0."""
        _reset(self)

    def flatten_parameters(self) -> None:
        """Do nothing."""

    def _weights(self, name: str) -> tuple[Any, ...]:
        biases = (getattr(self, f"bias_ih_{name}"), getattr(self, f"bias_hh_{name}")) if self.bias else (None, None)
        projection = getattr(self, f"weight_hr_{name}") if self.proj_size else None
        return getattr(self, f"weight_ih_{name}"), getattr(self, f"weight_hh_{name}"), *biases, projection

    def _shapes(self, count: int) -> list[tuple[int, int, int]]:
        """Return the shape of each state of ``count`` sequences: hidden, and an LSTM's cell."""
        rows = self.num_layers * len(self._ends())
        widths = [self.proj_size or self.hidden_size, *([self.hidden_size] if self.kind == "LSTM" else [])]
        return [(rows, count, width) for width in widths]

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the hidden states of all steps, and what is remembered at the end.

        Parameters
        ----------
        input : Tensor, shape (L, N, input_size), (N, L, input_size) if batch_first, or (L, input_size)
            The sequence; or a PackedSequence of several, whose outputs are packed too.
        hx : Tensor, or a pair of them for LSTM, shape (layers * directions, N, hidden_size), optional
            What is remembered at the start; zeros, if left out.

        Returns
        -------
        tuple
            The outputs, shape (L, N, directions * hidden_size), and the last states, in the form of ``hx``.
        """
        if isinstance(input, PackedSequence):
            return self._packed(input, hx)
        if input.dim() not in (2, 3):
            given = f"{input.dim()}D" if self.kind != "RNN" else f"{input.dim()}D tensor"
            raise ValueError(f"{type(self).__name__}: Expected input to be 2D or 3D, got {given} instead")
        batched = input.dim() == 3
        steps = input if batched else input.unsqueeze(1)
        if self.batch_first and batched:
            steps = steps.transpose(0, 1)
        if steps.size(-1) != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {steps.size(-1)}"
            )
        weight = next(self.parameters())
        if input.dtype != weight.dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({weight.dtype}). Convert input: "
                f"input.to({weight.dtype}), or convert model: model.to({input.dtype})"
            )
        parts, shapes = 2 if self.kind == "LSTM" else 1, self._shapes(steps.size(1))
        if hx is None:
            states = tuple([zeros(shape, dtype=input.dtype) for shape in shapes])
        else:
            states = (hx[0], hx[1]) if parts == 2 else (hx,)
            dims = [s.dim() for s in states]
            if any(d != input.dim() for d in dims):
                start = f"For {'' if batched else 'un'}batched {input.dim()}-D input, "
                if parts == 1:
                    raise RuntimeError(f"{start}hx should also be {input.dim()}-D but got {dims[0]}-D tensor")
                raise RuntimeError(
                    f"{start}hx and cx should also be {input.dim()}-D but got ({dims[0]}-D, {dims[1]}-D) tensors"
                )
            states = states if batched else tuple([s.unsqueeze(1) for s in states])
            for i, given in enumerate(states):
                if tuple(given.shape) != shapes[i]:
                    which = f"hidden[{i}]" if parts == 2 else "hidden"
                    raise RuntimeError(f"Expected {which} size {shapes[i]}, got {list(given.shape)}")
        outputs, ends = self._run(steps, states)
        lasts = [stack([end[i] for end in ends]) for i in range(parts)]
        if not batched:
            outputs, lasts = outputs.squeeze(1), [last.squeeze(1) for last in lasts]
        elif self.batch_first:
            outputs = outputs.transpose(0, 1)
        return outputs, tuple(lasts) if parts == 2 else lasts[0]

    def _packed(self, input: PackedSequence, hx: Any) -> Any:
        """Return the packed outputs, and what is remembered at the end of each sequence."""
        parts, sizes = 2 if self.kind == "LSTM" else 1, input.batch_sizes.tolist()
        states = tuple(hx) if parts == 2 and hx is not None else (hx,)
        if hx is None:
            states = tuple([zeros(shape, dtype=input.data.dtype) for shape in self._shapes(sizes[0])])
        if input.sorted_indices is not None:
            states = tuple([s.index_select(1, input.sorted_indices) for s in states])
        outputs, ends = self._run(input.data, states, sizes)
        lasts = [stack([end[i] for end in ends]) for i in range(parts)]
        if input.unsorted_indices is not None:
            lasts = [last.index_select(1, input.unsorted_indices) for last in lasts]
        return input._replace(data=outputs), tuple(lasts) if parts == 2 else lasts[0]

    def _run(self, steps: Any, states: tuple[Any, ...], sizes: list[int] | None = None) -> tuple[Any, list[Any]]:
        """Carry the cells along the sequence, shape (L, N, width); return all outputs and the last states.

        Given sizes, the steps lie one after the other, and so many sequences go on at each.
        """
        step: Any = _STEP[self.kind]
        activation = _ACTIVATION[self.nonlinearity]
        ends: list[Any] = []
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                steps = F.dropout(steps, self.dropout)
            directions = []
            for way, end in enumerate(self._ends()):
                w_ih, w_hh, b_ih, b_hh, w_hr = self._weights(f"l{layer}{end}")
                x = F.linear(steps, w_ih, b_ih)
                each = x.unbind() if sizes is None else x.split(sizes)
                state = tuple([s[len(ends)] for s in states])
                order = range(len(each)) if way == 0 else reversed(range(len(each)))
                outputs = []
                for i in order:
                    if sizes is None or sizes[i] == sizes[0]:
                        state = step(each[i], state, w_hh, b_hh, activation)
                        state = state if w_hr is None else (F.linear(state[0], w_hr), state[1])
                        outputs.append(state[0])
                        continue
                    going = step(each[i], tuple([s[: sizes[i]] for s in state]), w_hh, b_hh, activation)
                    going = going if w_hr is None else (F.linear(going[0], w_hr), going[1])
                    state = tuple([cat([s, rest[sizes[i] :]]) for s, rest in zip(going, state, strict=True)])
                    outputs.append(going[0])
                directions.append((stack if sizes is None else cat)(outputs if way == 0 else outputs[::-1]))
                ends.append(state)
            steps = directions[0] if len(directions) == 1 else cat(directions, -1)
        return steps, ends

    def extra_repr(self) -> str:
        """Return the settings that are not as usual."""
        text = f"{self.input_size}, {self.hidden_size}"
        for name, usual in [
            ("proj_size", 0),
            ("num_layers", 1),
            ("bias", True),
            ("batch_first", False),
            ("dropout", 0),
            ("bidirectional", False),
        ]:
            if getattr(self, name) != usual:
                text += f", {name}={getattr(self, name)}"
        return text


class RNN(RNNBase):
    """A plain recurrent network: ``h = tanh(W_ih x + b_ih + W_hh h + b_hh)`` at each step of a sequence.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers go in at each step, and how many are remembered.
    num_layers : int
        How many cells stand on top of each other.
    nonlinearity : {"tanh", "relu"}
        What the sum goes through.
    bias : bool
        Whether something is added.
    batch_first : bool
        Whether inputs and outputs have shape (N, L, ...) instead of (L, N, ...).
    dropout : float
        The probability with which numbers between layers are left out while training.
    bidirectional : bool
        Whether a second cell goes through the sequence backwards.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> outputs, last = mg.nn.RNN(3, 4)(mg.ones(5, 2, 3))
    >>> outputs.shape, last.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in _ACTIVATION:
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        settings = (num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype)
        super().__init__(f"RNN_{nonlinearity.upper()}", input_size, hidden_size, *settings)


class LSTM(RNNBase):
    """A long short-term memory: gates decide what is written, kept and read at each step of a sequence.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers go in at each step, and how many are remembered.
    num_layers : int
        How many cells stand on top of each other.
    bias : bool
        Whether something is added.
    batch_first : bool
        Whether inputs and outputs have shape (N, L, ...) instead of (L, N, ...).
    dropout : float
        The probability with which numbers between layers are left out while training.
    bidirectional : bool
        Whether a second cell goes through the sequence backwards.
    proj_size : int
        To how many numbers the hidden state is projected, if not 0.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Hochreiter & Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> outputs, (h, c) = mg.nn.LSTM(3, 4)(mg.ones(5, 2, 3))
    >>> outputs.shape, h.shape, c.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]), torch.Size([1, 2, 4]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        settings = (num_layers, bias, batch_first, dropout, bidirectional, proj_size, device, dtype)
        super().__init__("LSTM", input_size, hidden_size, *settings)


class GRU(RNNBase):
    """A gated recurrent unit: gates decide what is kept at each step of a sequence.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers go in at each step, and how many are remembered.
    num_layers : int
        How many cells stand on top of each other.
    bias : bool
        Whether something is added.
    batch_first : bool
        Whether inputs and outputs have shape (N, L, ...) instead of (L, N, ...).
    dropout : float
        The probability with which numbers between layers are left out while training.
    bidirectional : bool
        Whether a second cell goes through the sequence backwards.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Cho et al. (2014), arXiv:1406.1078.

    Examples
    --------
    >>> outputs, last = mg.nn.GRU(3, 4)(mg.ones(5, 2, 3))
    >>> outputs.shape, last.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        settings = (num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype)
        super().__init__("GRU", input_size, hidden_size, *settings)
