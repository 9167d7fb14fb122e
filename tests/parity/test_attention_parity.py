"""Attention and transformers, under PyTorch and under minigrad: the same weights, the same numbers."""

import numpy as np
import pytest

import minigrad as mg

torch = pytest.importorskip("torch")


def heads(t):
    for settings in ({}, {"batch_first": True}, {"kdim": 4, "vdim": 4, "bias": False}):
        layer = t.nn.MultiheadAttention(4, 2, **settings)
        x = t.randn(3, 2, 4, requires_grad=True)
        n, batch = (2, 3) if "batch_first" in settings else (3, 2)
        later = t.ones(n, n).triu(1).bool()
        padding = t.zeros(batch, n, dtype=t.bool)
        padding[0, -1] = True
        out, shares = layer(x, x, x, attn_mask=later, key_padding_mask=padding)
        (out**3).sum().backward()
        yield from (out, shares, x.grad, *[p.grad for p in layer.parameters()])
        yield from layer(x, x, x, average_attn_weights=False)
        yield layer(x[0], x[1], x[1], need_weights=False)[0]
        yield repr(layer)


def encoder(t):
    for first in (False, True):
        layer = t.nn.TransformerEncoderLayer(4, 2, 8, norm_first=first, activation="gelu" if first else "relu")
        stack = t.nn.TransformerEncoder(layer, 2, t.nn.LayerNorm(4))
        x = t.randn(3, 2, 4, requires_grad=True)
        out = stack.eval()(x, mask=t.nn.Transformer.generate_square_subsequent_mask(3))
        (out**3).sum().backward()
        yield from (out, x.grad, repr(stack), str(list(stack.state_dict())))


def whole(t):
    model = t.nn.Transformer(4, 2, 1, 1, 8, dropout=0.0)
    src, tgt = t.randn(3, 2, 4), t.randn(5, 2, 4)
    out = model(src, tgt, tgt_mask=model.generate_square_subsequent_mask(5))
    (out**3).sum().backward()
    yield from (out, repr(model), *[p.grad for p in model.parameters()])


@pytest.mark.parametrize("program", [heads, encoder, whole])
@pytest.mark.filterwarnings("ignore")
def test_attention_gives_pytorchs_numbers(program):
    runs = []
    for t in (torch, mg):
        t.manual_seed(0)
        runs.append(list(program(t)))
    assert len(runs[0]) == len(runs[1])
    for expected, found in zip(*runs, strict=True):
        if expected is None or isinstance(expected, str):
            assert found == expected
        else:
            np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=2e-4, atol=2e-5)
