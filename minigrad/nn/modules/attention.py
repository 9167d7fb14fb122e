"""Attention of several heads, and the layers of a transformer that are made of it."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

from minigrad.creation import empty, full
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.container import ModuleList
from minigrad.nn.modules.dropout import Dropout
from minigrad.nn.modules.linear import Linear
from minigrad.nn.modules.module import Module
from minigrad.nn.modules.normalization import LayerNorm
from minigrad.nn.parameter import Parameter
from minigrad.ops.diagonals import triu

__all__ = [
    "MultiheadAttention",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]


class NonDynamicallyQuantizableLinear(Linear):
    """A linear layer, under the name that PyTorch prints inside an attention."""


class MultiheadAttention(Module):
    """Let each query mix the values, as it agrees with their keys, in several heads at once.

    Parameters
    ----------
    embed_dim : int
        The last dimension of a query, and of what comes out; a multiple of ``num_heads``.
    num_heads : int
        How many heads share it.
    dropout : float
        Which part of each mixture is dropped at random in training.
    bias : bool
        Whether the projections add something.
    add_bias_kv, add_zero_attn : bool
        Whether every query can also look at a key and a value that are learned; and at zeros.
    kdim, vdim : int, optional
        The last dimensions of keys and values; ``embed_dim``, if left out.
    batch_first : bool
        Whether inputs are (batch, length, embed_dim) instead of (length, batch, embed_dim).
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Vaswani et al. (2017), arXiv:1706.03762.

    Examples
    --------
    >>> attention = mg.nn.MultiheadAttention(4, num_heads=2, batch_first=True)
    >>> x = mg.ones(1, 3, 4)
    >>> out, shares = attention(x, x, x)
    >>> out.shape, shares.shape
    (torch.Size([1, 3, 4]), torch.Size([1, 3, 3]))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and num_heads={num_heads} "
                "instead"
            )
        if embed_dim % num_heads:
            raise AssertionError("embed_dim must be divisible by num_heads")
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        self.dropout, self.batch_first = dropout, batch_first
        settings = {"device": device, "dtype": dtype}
        if self._qkv_same_embed_dim:
            self.in_proj_weight = Parameter(empty((3 * embed_dim, embed_dim), **settings))
            for name in "qkv":
                self.register_parameter(f"{name}_proj_weight", None)
        else:
            self.q_proj_weight = Parameter(empty((embed_dim, embed_dim), **settings))
            self.k_proj_weight = Parameter(empty((embed_dim, self.kdim), **settings))
            self.v_proj_weight = Parameter(empty((embed_dim, self.vdim), **settings))
            self.register_parameter("in_proj_weight", None)
        self.register_parameter("in_proj_bias", Parameter(empty(3 * embed_dim, **settings)) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, **settings)
        self.bias_k = Parameter(empty((1, 1, embed_dim), **settings)) if add_bias_kv else None
        self.bias_v = Parameter(empty((1, 1, embed_dim), **settings)) if add_bias_kv else None
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        """Draw the projections, and set their biases to 0."""
        for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
            if getattr(self, name) is not None:
                init.xavier_uniform_(getattr(self, name))
        if self.in_proj_bias is not None:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)
        if self.bias_k is not None:
            init.xavier_normal_(self.bias_k)
            init.xavier_normal_(self.bias_v)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """Return what each query mixed, and in which shares (None without ``need_weights``).

        Parameters
        ----------
        query : Tensor, shape (n, batch, embed_dim), or without the batch
            What is asked.
        key, value : Tensor, shape (m, batch, kdim) and (m, batch, vdim)
            What answers, and what is mixed.
        key_padding_mask : Tensor, shape (batch, m), optional
            Booleans, true where a key is not looked at; or numbers, added to the agreement.
        need_weights : bool
            Whether the shares are returned.
        attn_mask : Tensor, shape (n, m) or (batch * heads, n, m), optional
            Booleans, true where a query may not look; or numbers, added.
        average_attn_weights : bool
            Whether the shares are averaged over the heads.
        is_causal : bool
            A hint that ``attn_mask`` is the causal one; the mask must be given.
        """
        turned = self.batch_first and query.dim() == 3
        if turned:
            query, key, value = (x.transpose(0, 1) for x in (query, key, value))
        out, shares = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return out.transpose(0, 1) if turned else out, shares


def _activation(activation: Any) -> Any:
    if isinstance(activation, str):
        if activation not in ("relu", "gelu"):
            raise RuntimeError(f"activation should be relu/gelu, not {activation}")
        return getattr(F, activation)
    return activation


class _Layer(Module):
    """What the encoder's and the decoder's layers share: attention and two linear layers, each with a way around."""

    def _feed(self, width: int, inner: int, dropout: float, bias: bool, settings: dict[str, Any]) -> None:
        self.linear1 = Linear(width, inner, bias=bias, **settings)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(inner, width, bias=bias, **settings)

    def _around(self, x: Any, norm: Any, block: Callable[[Any], Any]) -> Any:
        """Return ``x`` plus a block's output, brought to mean 0 and variance 1 before the block or after the sum."""
        return x + block(norm(x)) if self.norm_first else norm(x + block(x))

    def _fed(self, dropout: Any) -> Callable[[Any], Any]:
        return lambda x: dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerEncoderLayer(_Layer):
    """Attention of a sequence to itself, then two linear layers; each with a way around it and a normalisation.

    Parameters
    ----------
    d_model : int
        The last dimension of input and output.
    nhead : int
        How many heads.
    dim_feedforward : int
        How many numbers between the two linear layers.
    dropout : float
        Which part is dropped at random in training.
    activation : str or callable
        ``"relu"``, ``"gelu"``, or a function between the two linear layers.
    layer_norm_eps : float
        Added to the variance.
    batch_first : bool
        Whether inputs are (batch, length, d_model) instead of (length, batch, d_model).
    norm_first : bool
        Whether to normalise before each part instead of after.
    bias : bool
        Whether linear layers and normalisations add something.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Vaswani et al. (2017), arXiv:1706.03762.

    Examples
    --------
    >>> mg.nn.TransformerEncoderLayer(8, nhead=2, dim_feedforward=16)(mg.ones(5, 1, 8)).shape
    torch.Size([5, 1, 8])
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Any = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        settings = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **settings)
        self._feed(d_model, dim_feedforward, dropout, bias, settings)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **settings)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **settings)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.activation = _activation(activation)

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        """Return a sequence of the same shape; the masks are those of the attention."""

        def attend(x: Any) -> Any:
            return self.dropout1(
                self.self_attn(x, x, x, attn_mask=src_mask, key_padding_mask=src_key_padding_mask, need_weights=False)[
                    0
                ]
            )

        return self._around(self._around(src, self.norm1, attend), self.norm2, self._fed(self.dropout2))


class TransformerDecoderLayer(_Layer):
    """Attention of a sequence to itself, then to another one, then two linear layers.

    Parameters
    ----------
    d_model : int
        The last dimension of inputs and output.
    nhead : int
        How many heads.
    dim_feedforward : int
        How many numbers between the two linear layers.
    dropout : float
        Which part is dropped at random in training.
    activation : str or callable
        ``"relu"``, ``"gelu"``, or a function between the two linear layers.
    layer_norm_eps : float
        Added to the variance.
    batch_first : bool
        Whether inputs are (batch, length, d_model) instead of (length, batch, d_model).
    norm_first : bool
        Whether to normalise before each part instead of after.
    bias : bool
        Whether linear layers and normalisations add something.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Vaswani et al. (2017), arXiv:1706.03762.

    Examples
    --------
    >>> layer = mg.nn.TransformerDecoderLayer(8, nhead=2, dim_feedforward=16)
    >>> layer(mg.ones(5, 1, 8), mg.ones(7, 1, 8)).shape
    torch.Size([5, 1, 8])
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Any = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        settings = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **settings)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **settings)
        self._feed(d_model, dim_feedforward, dropout, bias, settings)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **settings)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **settings)
        self.norm3 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **settings)
        self.dropout1, self.dropout2, self.dropout3 = Dropout(dropout), Dropout(dropout), Dropout(dropout)
        self.activation = _activation(activation)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """Return a sequence shaped as ``tgt``; the masks are those of the two attentions."""

        def attend(x: Any) -> Any:
            settings = {"attn_mask": tgt_mask, "key_padding_mask": tgt_key_padding_mask}
            return self.dropout1(self.self_attn(x, x, x, need_weights=False, **settings)[0])

        def consult(x: Any) -> Any:
            settings = {"attn_mask": memory_mask, "key_padding_mask": memory_key_padding_mask}
            return self.dropout2(self.multihead_attn(x, memory, memory, need_weights=False, **settings)[0])

        x = self._around(self._around(tgt, self.norm1, attend), self.norm2, consult)
        return self._around(x, self.norm3, self._fed(self.dropout3))


class TransformerEncoder(Module):
    """Several encoder layers, one after the other.

    Parameters
    ----------
    encoder_layer : TransformerEncoderLayer
        It is copied: all start with the same weights.
    num_layers : int
        How many.
    norm : Module, optional
        What comes last.
    enable_nested_tensor, mask_check : bool
        Accepted; they change nothing.

    Examples
    --------
    >>> layer = mg.nn.TransformerEncoderLayer(8, nhead=2, dim_feedforward=16)
    >>> mg.nn.TransformerEncoder(layer, num_layers=2)(mg.ones(5, 1, 8)).shape
    torch.Size([5, 1, 8])
    """

    def __init__(
        self,
        encoder_layer: Any,
        num_layers: int,
        norm: Any = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Any:
        """Return a sequence of the same shape."""
        for layer in self.layers:
            src = layer(src, src_mask=mask, src_key_padding_mask=src_key_padding_mask)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """Several decoder layers, one after the other.

    Parameters
    ----------
    decoder_layer : TransformerDecoderLayer
        It is copied: all start with the same weights.
    num_layers : int
        How many.
    norm : Module, optional
        What comes last.

    Examples
    --------
    >>> layer = mg.nn.TransformerDecoderLayer(8, nhead=2, dim_feedforward=16)
    >>> mg.nn.TransformerDecoder(layer, num_layers=2)(mg.ones(5, 1, 8), mg.ones(7, 1, 8)).shape
    torch.Size([5, 1, 8])
    """

    def __init__(self, decoder_layer: Any, num_layers: int, norm: Any = None) -> None:
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(self, tgt: Any, memory: Any, **masks: Any) -> Any:
        """Return a sequence shaped as ``tgt``; the masks are those of a layer."""
        for layer in self.layers:
            tgt = layer(tgt, memory, **masks)
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """An encoder, and a decoder that consults what it made.

    Parameters
    ----------
    d_model : int
        The last dimension of inputs and output.
    nhead : int
        How many heads.
    num_encoder_layers, num_decoder_layers : int
        How many layers.
    dim_feedforward : int
        How many numbers between the two linear layers of each.
    dropout : float
        Which part is dropped at random in training.
    activation : str or callable
        ``"relu"``, ``"gelu"``, or a function between the two linear layers.
    custom_encoder, custom_decoder : Module, optional
        Used instead.
    layer_norm_eps : float
        Added to the variance.
    batch_first : bool
        Whether inputs are (batch, length, d_model) instead of (length, batch, d_model).
    norm_first : bool
        Whether to normalise before each part instead of after.
    bias : bool
        Whether linear layers and normalisations add something.
    device, dtype : optional
        As of a tensor.

    References
    ----------
    Vaswani et al. (2017), arXiv:1706.03762.

    Examples
    --------
    >>> model = mg.nn.Transformer(8, 2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16)
    >>> model(mg.ones(7, 1, 8), mg.ones(5, 1, 8)).shape
    torch.Size([5, 1, 8])
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Any = "relu",
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        same = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        settings = {"device": device, "dtype": dtype}
        if custom_encoder is None:
            layer = TransformerEncoderLayer(*same, **settings)
            last = LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **settings)
            custom_encoder = TransformerEncoder(layer, num_encoder_layers, last)
        self.encoder = custom_encoder
        if custom_decoder is None:
            below = TransformerDecoderLayer(*same, **settings)
            last = LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **settings)
            custom_decoder = TransformerDecoder(below, num_decoder_layers, last)
        self.decoder = custom_decoder
        for p in self.parameters():
            if p.dim() > 1:
                init.xavier_uniform_(p)
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        """Return a sequence shaped as ``tgt``."""
        if src.size(-1) != self.d_model or tgt.size(-1) != self.d_model:
            raise RuntimeError("the feature number of src and tgt must be equal to d_model")
        return self.decoder(
            tgt,
            self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask),
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
        )

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Any:
        """Return what bars each place from those after it: -inf above the diagonal, 0 elsewhere; shape (sz, sz)."""
        return triu(full((sz, sz), -math.inf, device=device, dtype=dtype), diagonal=1)
