"""Attention: who looks at whom, in numbers from paper."""

import pytest

import minigrad as mg


def attention():
    """Return an attention that projects nothing: all its weights are those of the identity."""
    layer = mg.nn.MultiheadAttention(2, 1)
    with mg.no_grad():
        layer.in_proj_weight.copy_(mg.eye(2).repeat(3, 1))
        layer.out_proj.weight.copy_(mg.eye(2))
    return layer


def test_equal_keys_share_equally_and_a_mask_bars():
    x = mg.zeros(3, 1, 2)
    value = mg.tensor([[[0.0, 0.0]], [[3.0, 0.0]], [[6.0, 9.0]]])
    layer = attention()
    out, shares = layer(x, x, value)
    assert out[0, 0].tolist() == pytest.approx([3.0, 3.0])
    assert shares[0].tolist() == [pytest.approx([1 / 3] * 3)] * 3
    later = mg.ones(3, 3).triu(1).bool()
    out, shares = layer(x, x, value, attn_mask=later)
    assert out[:, 0, 0].tolist() == pytest.approx([0.0, 1.5, 3.0])
    assert shares[0, 0].tolist() == [1, 0, 0]
    _, shares = layer(x, x, value, key_padding_mask=mg.tensor([[True, False, False]]))
    assert shares[0, 0].tolist() == [0, 0.5, 0.5]


def test_the_causal_mask_is_minus_infinity_after_each_place():
    inf = float("inf")
    assert mg.nn.Transformer.generate_square_subsequent_mask(2).tolist() == [[0, -inf], [0, 0]]


def test_the_layers_of_an_encoder_start_alike_and_are_their_own():
    layer = mg.nn.TransformerEncoderLayer(4, 2, 8)
    a, b = mg.nn.TransformerEncoder(layer, 2).layers
    assert a.linear1.weight.equal(b.linear1.weight)
    assert a.linear1.weight is not b.linear1.weight


def test_what_does_not_fit_is_refused():
    with pytest.raises(AssertionError, match="embed_dim must be divisible by num_heads"):
        mg.nn.MultiheadAttention(3, 2)
    with pytest.raises(RuntimeError, match="Need attn_mask if specifying the is_causal hint"):
        attention()(mg.ones(1, 2), mg.ones(1, 2), mg.ones(1, 2), is_causal=True)
    with pytest.raises(RuntimeError, match="activation should be relu/gelu, not tanhh"):
        mg.nn.TransformerEncoderLayer(4, 2, activation="tanhh")
