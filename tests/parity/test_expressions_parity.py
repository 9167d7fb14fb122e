# ruff: noqa: E501 (an expression is one line)
"""Expressions as people type them, under PyTorch and under minigrad: the same printed text, or the same error."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import minigrad

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")

EXPRESSIONS = r"""
t.exp(1.0)
t.exp([1.0])
t.add(1, x)
t.mul(2, x)
t.add(x, "a")
x + t.ones(2)
x + [1.0]
x + None
t.ones(2, 1, 3) + t.ones(2, 4, 2)
b - b
-b
x.sum(2)
x.sum(-3)
x.sum((0, 0))
s.sum(0)
s.sum(1)
x.mean(dtype=t.int64)
i.mean()
i.float().mean()
i.sum().dtype, b.sum().dtype, i.to(t.int8).sum().dtype, i.prod().dtype, i.cumsum(0).dtype
i.std()
t.tensor([]).max()
t.tensor([]).argmax()
t.tensor([]).amax()
t.zeros(0, 3).max(0)
t.zeros(0, 3).amax(0)
t.zeros(0, 3).mean(0), t.tensor([]).mean(), t.tensor([]).sum(), t.tensor([]).prod()
t.tensor([]).var()
t.tensor([1.0]).var()
x.max(dim=0)
x.min(1, keepdim=True)
x.view(5)
x.view(-1, -1)
x.view(-1, 4)
x.t().view(6)
x.reshape(5)
x.squeeze(3)
x.unsqueeze(4)
x.transpose(0, 3)
x.permute(0)
x.permute(0, 0)
x.expand(3, 3)
x.expand(3)
t.ones(1, 3).expand(2)
x.t(), x[None].t()
v.mT
x[None].T
t.cat([])
t.cat([x, v])
t.cat([x, t.ones(2, 2)])
t.cat([t.tensor([]), x])
t.cat([d, i[None]], 0)
t.stack([])
t.stack([x, v])
t.stack(x)
x.split([1, 2])
x.split(0)
x.chunk(0)
x[2]
x[-3]
x[0, 0, 0]
s[0]
x[::-1]
x[1.0]
x[i]
x[b]
x[t.tensor([True, False, True])]
x[:, t.tensor([True, False])]
x[..., ...]
x[t.tensor([0.5])]
x[[0, 1], [0, 1, 2]]
x[0:2:0]
x[True, False]
x.gather(0, i)
x.gather(0, t.tensor([[5, 0, 0]]))
x.index_select(0, t.tensor([5]))
x.masked_fill(b, 0.0)
x.masked_select(b)
x.take(t.tensor([7]))
t.where(x, x, x)
x @ x
v @ t.ones(2)
x @ t.ones(2)
s @ s
v.dot(x)
x.mm(v)
t.bmm(x, x)
t.outer(x, v)
x @ i.float()[:, None].double()
x @ i
v.dot(i)
d == i
x == "a"
x == None
x != None
x < "a"
t.allclose(x, x + 1e-9), t.equal(d, d.double()), t.isclose(i, i)
t.allclose(d, d.double())
bool(x), 1
x.item()
x.norm(p="fro")
x.norm(float("inf")), x.norm(0), x.norm(-float("inf")), x.norm(3)
i.norm()
t.arange(5), t.arange(0, 1, 0.25), t.arange(1, 2.5), t.arange(5.0)
t.arange(5, 0)
t.arange(0, 1, 0)
t.linspace(0, 1, 5), t.linspace(1, 1, 1), t.linspace(0, 10, 3, dtype=t.int64)
t.tensor([[1, 2], [3]])
t.tensor([1, "a"])
t.tensor("a")
t.tensor(None)
t.tensor([1, None])
t.tensor([1, 2.5]), t.tensor([True, 2]), t.tensor([1 + 2j, 1]), t.tensor([]), t.tensor([[]]), t.tensor(True)
t.tensor([t.tensor(1.0), t.tensor(2.0)]), t.tensor([t.tensor([1.0]), t.tensor([2.0])])
t.tensor([t.tensor([1.0, 2.0]), t.tensor([2.0, 3.0])])
t.tensor([1, 2], requires_grad=True)
t.tensor(d)
t.tensor(2**63)
t.tensor([1.0], dtype=t.int64), t.tensor([1.7, -1.7], dtype=t.int32)
t.zeros(2, device="cpu")
t.zeros(2, -1)
t.zeros(2.5)
t.zeros((2, 3), dtype=t.bool), t.full((2,), 3), t.full((2,), 3.0), t.full((2,), True), t.eye(2, 3)
t.full((2,), "a")
t.full(2, 3)
t.randint(3, (2,)), t.randint(0, 3, (2,), dtype=t.float32)
t.randperm(3)
t.zeros(2).requires_grad_().new_zeros(3), d.new_tensor([1, 2]), d.new_full((2,), 3)
x.long().requires_grad
x.type_as(i)
x.to("cpu", t.float64).dtype
x.to(dtype=t.float64).dtype, x.type(t.float64).dtype, x.type(), d.type("torch.DoubleTensor").dtype
x.clamp()
x.clamp(2, 1)
t.maximum(x, 2)
t.sqrt(i), t.exp(i), i / 2, i // 2, i % 2, i**2, 2**i, i**-1
i**-1
i**0.5
t.tensor([-7, 7]) // 2, t.tensor([-7, 7]) % 3, t.fmod(t.tensor([-7, 7]), 3), t.div(t.tensor([-7, 7]), 2, rounding_mode="trunc"), t.tensor([-7.0, 7.0]) // 2
i // 0
i % 0
t.tensor([1.0, -1, 0]) // 0, t.tensor([1.0, -1, 0]) % 0
t.div(x, 2, rounding_mode="up")
t.round(t.tensor([0.5, 1.5, 2.5, -0.5])), t.round(t.tensor([1.25, 1.35]), decimals=1), t.floor(i)
t.round(t.tensor(5), decimals=1)
i.sign(), b.sign()
t.relu(i), t.sigmoid(i), i.abs(), b.abs()
i.float().softmax(0)
i.max(), i.max(0), b.any(), b.all(), i.any(), i.to(t.uint8).all().dtype
x.all(), x.all(0), x.any(0, keepdim=True), x.all((0, 1))
x.argmax(0), x.argmax(), x.argmax(1, keepdim=True), x.argmax(keepdim=True)
x.logsumexp((0, 1)), t.tensor([-float("inf")] * 2).logsumexp(0), t.tensor([float("inf")] * 2).logsumexp(0)
x.var(0, unbiased=False), x.var(correction=0), x.var(False), x.std(0, False, True), x.var((0, 1))
x.cumsum(3)
x.sum(dim=[0, 1]), x.sum(dim=()), x.mean(dim=())
x.flatten(0, 3)
x.flatten(1, 0)
x.repeat(2)
x.movedim(0, 5)
x.unbind(3)
t.eye(2).bool() & True, t.tensor([1, 2]) & 3, ~i, ~b, b ^ b, b | b
x & x
~x
t.logical_not(i)
t.Size([2, 3]), t.Size([2, 3]) + (1,), (x.shape + x.shape), x.shape[:1], x.shape[0], x.size(-1), x.shape.numel()
x.size(3)
t.sum(x, 0)
t.exp(x, 3)
2 / i, 1 / t.tensor([0.0]), t.reciprocal(i)
d.max(d.t().t()), t.max(d, d)
t.max(d, 0), t.max(d, 1, True)
t.min(d, d)
x.where(x > 2, 0.0)
t.where(x > 2)
t.where(b, 1, 2), t.where(b, 1.0, 2), t.where(b, i[:2], 2.5).dtype
t.tensor([1, [2]])
t.tensor([[1], 2])
t.tensor([[1, 2], [3, 4], 5])
t.tensor(np.array(["a"]))
t.tensor(np.float32(3)), t.tensor(np.float64(3)).dtype, t.tensor([np.float64(3)]).dtype, t.tensor([np.float32(3)]).dtype, t.tensor([np.int32(3)]).dtype
t.tensor([t.tensor(1), t.tensor(2.0)]).dtype, t.tensor([t.tensor(1.0, dtype=t.float64)]).dtype, t.tensor([1, t.tensor(2.0)]).dtype
t.tensor([True, 1.5]), t.tensor((1, 2)), t.tensor(range(3)), t.tensor({1: 2})
t.tensor({1, 2})
t.tensor(1e400), t.tensor([300], dtype=t.uint8)
t.tensor([-1], dtype=t.uint8)
t.tensor(2**40, dtype=t.int32)
t.tensor([1.5], dtype=t.bool), t.tensor([0.0], dtype=bool)
t.from_numpy(np.ones(3)[::-1])
t.from_numpy(np.ones(3, ">f4"))
t.from_numpy([1])
t.from_numpy(np.array(["a"]))
t.from_numpy(np.ones(3, np.float32)), t.from_numpy(np.float32(3))
t.zeros(()), t.zeros([]), t.zeros(0), t.zeros(2, 3, 0).shape
t.zeros()
t.zeros(2, dtype="float32")
t.zeros(t.tensor(2)), t.zeros(t.Size([2])), t.zeros(np.int64(2))
t.zeros(2, requires_grad=True), t.zeros(2, dtype=t.int64, requires_grad=True)
t.eye(3, dtype=t.int64), t.eye(-1)
t.arange(3, dtype=t.float32), t.arange(0.5), t.arange(3, requires_grad=True)
t.arange(3.0, requires_grad=True)
t.arange(0, 10, 3), t.arange(10, 0, -3), t.arange(1, 2, 0.3), t.arange(True), t.arange(0), t.arange(-3)
t.arange(1.0, 4, dtype=t.int64), t.arange(start=1, end=4), t.arange(end=3)
t.linspace(0, 1, 0), t.linspace(3, 1, 3), t.linspace(0, 1, -1)
t.linspace(0.1, 1, 7).tolist(), t.logspace(0, 2, 3), t.logspace(0, 3, 4, base=2)
t.full((2,), 2.5, dtype=t.int64), t.full((2, 2), 1j), t.full((), 1)
t.rand(2, 3, generator=t.Generator().manual_seed(0))
t.randint(0, 5, (2,), requires_grad=True)
t.randint(5, (2,)).dtype, t.randint(low=0, high=5, size=(2,)).shape
t.randint(5, 2)
t.randint_like(d, 5).dtype, t.randint_like(d, 0, 5).shape
t.normal(0.0, 1.0, (2,)).shape, t.normal(t.zeros(2), t.ones(2)).shape, t.normal(t.zeros(2)).shape, t.normal(0.0, t.ones(2)).shape, t.normal(t.zeros(2), 1.0).shape
t.normal(0.0, -1.0, (2,))
t.normal(t.zeros(2), -t.ones(2))
t.normal(0, 1, (2,)).shape, t.normal(mean=0.0, std=1.0, size=(2, 2)).shape
t.bernoulli(t.full((3,), 0.5)), t.bernoulli(d, 0.5).shape, t.multinomial(t.ones(3), 2).shape
d.new_zeros(2, 3), d.new_ones((2,)), d.new_empty(2).shape, d.new_full((2,), 1), d.new_tensor([1, 2]), d.new_tensor([1.5], dtype=t.int64)
d.long().new_tensor([1.5])
t.rand(2, 3, out=None)
t.tensor([], dtype=t.int64), t.tensor(()), t.tensor([[], []]).shape
t.tensor(device="cpu", data=[1])
d.requires_grad_(True) is d, t.rand((2, 3)).shape, t.rand([2]).shape, t.rand(()).shape
float(s.detach()), int(s), bool(s), s.item(), complex(s.detach())
x[0], x[-1], x[0, 1], x[:, 1], x[..., 0], x[None], x[:, None, 1:], x[1:, ::2], x[:], x[...], x[()]
x[i[:1] - 1], x[[0, 1, 1]], x[:, [2, 0]], x[[0, 1], [2, 0]], x[x > 2], x[b], x[True], x[False].shape, x[0, [0, 1]]
x[t.tensor(0)], x[t.tensor(1), 1:], x[np.int64(1)], x[np.array([0, 1])], x[range(2)], x[:, i - 1], x[b, 1], x[b, :, None].shape
x.view(2, 3, 1)[:, [0, 1], 0], x.view(1, 2, 3)[0, :, [0, 1]], x.view(1, 2, 3)[[0], :, [1]], x.view(1, 2, 3)[..., [0, 2]].shape
x.view(1, 2, 3)[:, x > 2], x.view(2, 3, 1)[x > 2, 0], x.view(1, 2, 3)[None, 0, b].shape
t.zeros(2, 3)[:, 5:], t.zeros(2, 3)[5:].shape, t.zeros(0)[None].shape
x.sum(0, True), x.mean((0, 1)), x.prod(1), x.cumsum(1), x.cumprod(0), x.logsumexp(0), x.std(1), x.norm(dim=1), x.max(1)[1]
x.argmax(1), x.argmin(0), x.amax(1), x.amin((0, 1)), (x > 3).any(0), (x > 3).all(), x.max(v), t.min(x, dim=0).values
x.softmax(1), x.log_softmax(0), t.softmax(i, 0, dtype=t.float64)
x + i, x * b[:1], i + 1.5, i / 2, i // 2, i ** 2, i * True, b + b, b * 2, i + t.tensor(1.5), d + t.tensor(1, dtype=t.float64)
x.flatten(), x.t(), x.T, x.mT, x.transpose(0, 1), x.permute(1, 0), x.unsqueeze(1).shape, x[None].squeeze(0), x.movedim(0, 1)
x.expand(2, 2, 3), x.repeat(1, 2), t.tile(x, (2, 1)), x.flip(0), x.flip(0, 1), t.cat([x, x], 1), t.stack([v, v], 1)
x.split(2, 1), x.chunk(2), x.unbind(1), t.hstack([v, v]), t.vstack([v, v]), t.split(x, [1, 2], dim=1)
x.gather(1, t.tensor([[0], [2]])), x.index_select(1, t.tensor([2, 0])), x.take(t.tensor([0, 5])), t.where(x > 2, x, -x), x.masked_fill(x > 2, 0.5)
x @ v, v @ v, x @ x.t(), v @ x.t(), x[None] @ x.t(), t.mm(x, x.t()), t.outer(v, v), t.addmm(t.ones(2), x, x.t())
x == 1, x != 1, x < v, x >= 3, ~(x > 2), (x > 2) & (x < 5), t.isnan(x), t.isclose(x, x + 1e-9), x.eq(1).sum()
x.double(), x.half(), x.long(), x.int(), x.bool(), x.to(t.float64).dtype, x.type(), i.float(), x.dtype, x.is_floating_point()
x.detach(), x.clone(), x.contiguous() is x, x.data, x.requires_grad, x.is_leaf, (x * 2).is_leaf, (x * 2).grad_fn.name()
x.shape, x.size(), x.size(0), x.ndim, x.dim(), x.numel(), len(x), x.stride(), x.t().stride(), x.element_size(), x.device
s.squeeze(), s.unsqueeze(0), s.view(1), s.flatten(), s.sum(), s.max(), s.max(0), s.t(), s.expand(2), s.repeat(2), s.softmax(0)
f"{s}", f"{s:.3f}", str(s), f"{x}", "%.2f" % s.detach()
[r for r in x], 2 in d, list(v.unbind()), d.tolist(), i.tolist(), s.tolist()
v.clamp(min=2), v.clamp(1.5, 2.5), v.clamp(max=t.tensor(2.)), t.clamp(i, 2), t.clamp(i, 1.5), v.clip(0, 1), v.clamp_min(2), v.relu()
t.round(v / 2), t.floor(v / 2), t.ceil(v / 2), t.trunc(-v / 2), t.frac(v / 2), t.sign(v - 2), abs(-v), v.fmod(2), v % 2, v // 2, -v % 2
t.pow(v, 2), t.pow(2, v), v ** v, v.square(), v.sqrt(), v.rsqrt(), 2 / v, 1 - v, v.reciprocal(), t.float_power(i, 2), 2 ** i
t.lerp(v, v * 2, 0.5), t.maximum(v, v.flip(0)), t.atan2(v, v), v.exp2(), v.log10(), v.log1p(), v.expm1(), v.sigmoid(), v.tanh(), v.erf()
t.arange(6).view(2, 3), t.arange(1, 2, 0.5), t.eye(2), t.full((2, 2), 7), t.zeros(2, dtype=t.int32), t.ones_like(i), t.linspace(0, 1, 3)
t.randn(3), t.rand(2, 2), t.randint(0, 9, (4,)), t.randperm(5), t.normal(0., 1., (2,)), t.bernoulli(t.full((4,), 0.5)), t.multinomial(t.ones(4), 2)
t.randn(20), t.rand(3, dtype=t.float64), t.randn(2, 10, dtype=t.float64)
t.zeros(3).normal_(), t.zeros(3).uniform_(-1, 1), t.zeros(4).bernoulli_(0.3), t.zeros(3).exponential_(), t.zeros(3).random_(10), t.zeros(3).random_(3, 7)
t.tensor(3.5), t.tensor([]), t.tensor([[1.5, 2], [3, 4]]), t.tensor([1, 2], dtype=t.float64), t.tensor([1.5], requires_grad=True), t.tensor(True)
s.unbind()
s.unbind(1)
s.permute(0)
s.permute(1)
s.unflatten(0, (1, 1))
s.unflatten(1, (1, 1))
x.unflatten(2, (1, 1))
x.unflatten(0, (3, 1))
x.unflatten(1, (-1, 2))
x.chunk(1)
x.split(5)
i ** -1
i ** t.tensor(-1)
i ** t.tensor([-1, 0, 1])
t.tensor([1, -1, 2]) ** t.tensor([-1, -1, -2])
2 ** -i
t.pow(2, -i)
t.pow(2, t.tensor(-1))
t.lerp(v, v.double(), 0.5)
t.lerp(v, v, t.tensor(0.5, dtype=t.float64))
t.lerp(v, v, v.double())
t.lerp(i, i, 0.5)
t.lerp(i, i, 1)
t.lerp(v, i, 0.5)
t.lerp(v.half(), v, 0.5)
t.mvlgamma(t.tensor([True]), 1)
t.mvlgamma(t.tensor([2]), 1)
t.special.ndtri(v.half())
t.special.ndtri(v.detach() / 4)
t.zeros(0).index_fill(0, t.tensor([], dtype=t.int64), 1.0)
t.searchsorted(t.tensor([False, True]), t.tensor([True]))
t.searchsorted(t.tensor([1., 2.]), t.tensor([1.5], dtype=t.float64))
t.bincount(t.tensor([True]))
t.bincount(t.tensor([1.0]))
t.bincount(t.tensor([[1]]))
t.bincount(t.tensor([-1]))
t.bincount(t.tensor([], dtype=t.int64))
t.bincount(t.tensor([], dtype=t.int64), minlength=3)
t.bincount(i, t.tensor([1., 2., 3.]))
t.bincount(i, t.tensor([1., 2.]))
t.bincount(i, minlength=-1)
t.bincount(i, i)
t.bucketize(t.tensor([1., 2.5]), t.tensor([1., 2.]))
t.bucketize(1.5, t.tensor([1., 2.]))
t.bucketize(i, t.tensor([1, 2]), right=True)
t.bucketize(i, t.tensor([[1, 2]]))
t.bucketize(i, t.tensor([1, 2]), out_int32=True)
t.bucketize(t.tensor([True]), t.tensor([False, True]))
t.zeros(2, 2).scatter(0, t.tensor([[0, 1]]), t.ones(3, 4))
t.zeros(2, 2).scatter(1, t.tensor([[0, 1]]), t.ones(1, 1))
t.zeros(2, 2).scatter(0, t.tensor([0, 1]), t.ones(2))
t.as_strided(x.detach()[:, 1], (2,), (1,))
t.unique_consecutive(v)
t.unique(v)
t.std_mean(v)
t.var_mean(x, 1)
t.var_mean(x, dim=1, correction=0, keepdim=True)
t.kthvalue(t.tensor([3., 1., 2., 1.]), 1)
t.cumprod(i, 0, dtype=t.float32)
x.sum(axis=1, keepdims=True)
t.sum(x, axis=1)
t.sum(input=x, dim=1)
t.sum(x=x)
t.sum(a=x)
x.mean(axis=0, keepdims=True)
x.prod(axis=0)
x.var(axis=0)
x.std(axis=0, keepdims=True)
x.std(axis=0, unbiased=False)
x.max(axis=0)
x.min(axis=1, keepdims=True)
x.amax(axis=0)
x.argmax(axis=0)
x.argmin(axis=0, keepdims=True)
x.norm(dim=0, keepdim=True)
t.cat([d, d], axis=1)
t.stack([d, d], axis=1)
t.softmax(x, axis=1)
x.softmax(axis=1)
x.log_softmax(axis=1)
x.logsumexp(axis=1)
x.squeeze(axis=0)
x.unsqueeze(axis=0)
x.flip(dims=(0,))
t.flip(x, dims=[1])
x.cumsum(axis=0)
x.cumprod(axis=0)
x.all(axis=0)
x.any(axis=0)
x.sort(axis=0)
x.argsort(axis=0)
x.topk(1, axis=0)
x.median(axis=0)
x.unbind(axis=0)
x.chunk(2, axis=1)
x.index_select(axis=0, index=t.tensor([0]))
x.gather(axis=0, index=t.tensor([[0]]))
x.select(axis=0, index=0)
x.narrow(axis=0, start=0, length=1)
t.swapaxes(x, axis0=0, axis1=1)
t.exp(input=v)
t.add(input=v, other=1)
v.add(other=1)
t.mul(v, other=v)
t.maximum(input=v, other=v)
t.matmul(input=x, other=v)
t.mm(input=x, mat2=x.t())
t.dot(v, tensor=v)
t.where(condition=v > 1, input=v, other=v)
t.clamp(input=v, min=0, max=1)
t.pow(input=v, exponent=2)
t.reshape(input=x, shape=(3, 2))
x.reshape(shape=(3, 2))
x.view(size=(3, 2))
x.new_zeros(size=(1, 2))
t.zeros(size=(2, 1))
t.ones(size=(2,), dtype=t.int64)
t.rand(size=(3, 2)).shape
x.permute(dims=(1, 0))
t.permute(x, dims=(1, 0))
t.transpose(input=x, dim0=0, dim1=1)
t.cat(tensors=[v, v], dim=0)
t.roll(input=v, shifts=1)
t.roll(x, 1, dims=0)
t.nansum(x, axis=0)
t.count_nonzero(x, axis=0)
t.cummax(x, axis=0)
t.diff(x, axis=0)
t.repeat_interleave(x, 2, axis=0)
t.take_along_dim(x, t.tensor([[0]]), axis=0)
t.movedim(x, source=0, destination=1)
t.unflatten(x, axis=1, sizes=(3, 1))
t.kthvalue(x, 1, axis=0)
t.mode(x, axis=0)
t.logcumsumexp(x, axis=0)
x.expand(size=(2, 3))
x.repeat(repeats=(2, 1))
t.row_stack([v.detach(), v.detach()])
t.complex(t.ones(2), t.zeros(2))
t.complex(t.ones(2), t.zeros(2).double())
t.complex(i, i)
t.polar(t.ones(2), t.ones(2))
t.polar(t.ones(2, dtype=t.float64), t.ones(2, dtype=t.float64))
t.view_as_real(t.complex(t.ones(2), t.zeros(2)))
t.view_as_real(d)
t.view_as_complex(t.ones(3, 2))
t.view_as_complex(t.ones(3, 3))
t.view_as_complex(t.ones(2, 3).t())
t.view_as_complex(i)
t.gradient(t.arange(5.) ** 2)
t.gradient(t.arange(5.) ** 2, spacing=2.0)
t.gradient(t.arange(5.) ** 2, spacing=[t.tensor([0., 1., 2., 4., 5.])])
t.gradient(t.arange(5.) ** 2, spacing=[t.tensor([0., 1., 2., 4., 5.])], edge_order=2)
t.gradient(t.arange(5.) ** 2, edge_order=2)
t.gradient(t.arange(12.).reshape(3, 4) ** 2)
t.gradient(t.arange(12.).reshape(3, 4) ** 2, dim=1)
t.gradient(t.arange(12.).reshape(3, 4) ** 2, spacing=[2.0, 0.5])
t.gradient(t.arange(12.).reshape(3, 4) ** 2, dim=(1,), spacing=0.5, edge_order=2)
t.gradient(t.tensor([1.0]))
t.gradient(i)
t.renorm(d * 3, 2, 0, 1)
t.renorm(d * 3, 1, 1, 2.5)
t.renorm(v, 2, 0, 1)
t.zeros(3, 3).fill_diagonal_(5)
t.zeros(7, 3).fill_diagonal_(5)
t.zeros(7, 3).fill_diagonal_(5, wrap=True)
t.zeros(3, 7).fill_diagonal_(5, wrap=True)
t.zeros(2, 2, 2).fill_diagonal_(1.5)
t.zeros(2, 2, 3).fill_diagonal_(1.5)
t.zeros(3).fill_diagonal_(1.5)
t.zeros(2, 2, dtype=t.int64).fill_diagonal_(1.5)
d.H
d.mH
t.ones(2, 2, 3).H
t.ones(3).H
t.ones(3).mH
t.ones(2, 3, 4).mH.shape
t.adjoint(d)
i.byte()
i.char()
v.cfloat()
i.cdouble()
t.relu_(t.tensor([-1., 1.]))
t.sigmoid_(t.zeros(2))
t.zero_(t.ones(2))
t.fill_(t.ones(2), 3)
t.detach(x)
t.exp_(v)
t.clamp_(t.tensor([1., 5.]), max=2)
x.split_with_sizes([1, 2], 1)
t.split_with_sizes(x, [1, 2], dim=1)
t.tensor([0.0, 1.0, 1.0]).bernoulli()
t.tensor([0.3, 0.5, 0.7]).bernoulli()
t.tensor([0.3, 0.5, 0.7]).bernoulli(0.5)
t.tensor([0.3, 0.5, 0.7]).multinomial(2)
t.tensor([0.3, 0.5, 0.7]).multinomial(4, replacement=True)
t.tensor([0.3, 0.5, 0.7]).multinomial(4)
t.zeros(3).geometric_(0.5)
t.zeros(3).log_normal_()
t.zeros(3).cauchy_()
t.zeros(3).geometric_(1.5)
t.zeros(3).log_normal_(std=0)
t.zeros(3).cauchy_(sigma=-1)
t.zeros(3, dtype=t.int64).cauchy_()
(x * 1).geometric_(0.5)
(x * 1).cauchy_()
(x * 1).log_normal_()
t.get_rng_state().shape, t.get_rng_state().dtype
t.use_deterministic_algorithms(False)
t.are_deterministic_algorithms_enabled()
t.nn.functional.hardshrink(v)
t.hardshrink(v)
t.real(x * 1)
t.vander(t.tensor([1., 2., 3.]))
t.vander(i, 2)
t.vander(i, increasing=True)
t.vander(v.detach(), 0).shape
t.vander(d)
""".strip().splitlines()

STATEMENTS = r"""
y = x * 1; y += 1; out = y
y = x * 1; y[0] = 5.0; out = y
y = x * 1; y[:, 1] = v[:2]; out = y
y = x * 1; y[x > 2] = 0; out = y
y = x * 1; y[[0, 1], [0, 2]] = v[:2]; out = y
y = x * 1; y[0, 1:].mul_(10); out = y
y = x * 1; y[...] = 2; out = y
y = x * 1; y[None, 0] = v; out = y
y = x * 1; y[:, None, 0] = 7; out = y
y = t.zeros(3); y[1:] = v[:2]; out = y
y = t.zeros(3); y[t.tensor([0, 2])] += 1; out = y
y = i.clone(); y[0] = 2.7; out = y
y = i.clone(); y += 1; y *= 2; y //= 2; y -= 1; y **= 2; y %= 5; out = y
y = i.clone(); y /= 2
y = i.clone(); y += 1.5
y = t.zeros(3); y += t.ones(2, 3)
y = t.zeros(3); y[3] = 1
y = t.zeros(3); y[:2] = t.ones(3)
y = t.zeros(2, 3); y[0] = t.ones(2)
y = t.zeros(2, 3); y[[0, 1]] = t.ones(2)
y = t.zeros(3); y[0] = "a"
y = t.zeros(3); y[0] = [1.0]
y = t.zeros(3); y.fill_(t.ones(2))
y = t.zeros(3); y.copy_(t.ones(2))
y = t.zeros(1).expand(3); y.add_(1)
x += 1
x[0] = 1
x[0].add_(1)
v.zero_()
y = x * 1; y.unbind()[0].add_(1)
y = x * 1; y.t().add_(1); out = y
y = x * 1; z = y.view(-1); y.mul_(2); out = z.sum()
y = x * 1; y.detach_(); out = y.requires_grad
y = x * 1; y.clamp_(2, 5).sqrt_().neg_().abs_().exp_(); out = y
y = d.clone(); y.zero_(); out = y
y = d.clone(); y.masked_fill_(y > 0, 3); out = y
y = d.clone(); y.index_put_((t.tensor([0]), t.tensor([1])), t.tensor(9.0)); out = y
y = b.clone(); y &= False; y |= True; y ^= True; out = y
y = t.tensor([1., float('nan'), 3., float('nan')], requires_grad=True); z = y.max(); z.backward(); out = y.grad
y = t.tensor([1., float('nan'), 3., float('nan')], requires_grad=True); z = y.min(); z.backward(); out = y.grad
y = t.tensor([1., float('nan'), 3., float('nan')], requires_grad=True); z = y.amax(); z.backward(); out = y.grad
y = t.tensor([1., float('nan'), 3., float('nan')], requires_grad=True); z = y.amin(0); z.backward(); out = y.grad
y = t.tensor([1., float('nan'), 3.], requires_grad=True); z = y.median(); z.backward(); out = y.grad
y = t.tensor([1., float('nan'), 3.], requires_grad=True); z = y.aminmax().max; z.backward(); out = y.grad
y = x*1; z = y.prod(); y.add_(1); z.backward()
y = x*1; z = y.prod(); z.add_(1); z.backward(); out = 1
y = x*1; z = y.cumprod(0); z.add_(1); z.sum().backward(); out = 1
y = x*1; z = y.remainder(v); y.add_(1); z.sum().backward(); out = 1
w = v.detach().clone(); z = x.remainder(w); w.add_(1); z.sum().backward(); out = 1
w = v.detach().clone(); z = x.fmod(w); w.add_(1); z.sum().backward(); out = 1
z = (x*1).remainder(2); z.add_(1); z.sum().backward(); out = 1
y = t.tensor([0., 2., 0.], requires_grad=True); z = y.prod(); z.backward(); out = y.grad
y = (x*1).t(); out = y.as_strided((2,), (1,))
y = (x*1); z = y.t().as_strided((2, 2), (1, 2)); z.sum().backward(); out = x.grad
y = (x*1)[:, 1]; z = y.as_strided((2,), (3,)); z.sum().backward(); out = x.grad
y = (x*1)[:, 1]; z = y.as_strided((2, 2), (3, 1)); z.sum().backward(); out = x.grad
y = (x*1)[:, 1]; z = y.as_strided((2, 2), (3, 1), 0); z.sum().backward(); out = x.grad
y = x[:, 1]; z = y.as_strided((2,), (1,)); z.sum().backward(); out = x.grad
y = t.tensor([1e-30], dtype=t.float64, requires_grad=True); z = y.digamma(); z.backward(); out = y.grad
y = t.tensor([1e-30], requires_grad=True); z = y.digamma(); z.backward(); out = y.grad
y = t.std_mean(v); out = y[0] + y[1]
y = t.tensor([0.0, 1e-8, 1.0, -0.5], requires_grad=True); z = t.sinc(y); z.sum().backward(); out = y.grad
y = v ** t.zeros(3); y.backward(t.tensor([1.0, float('nan'), float('inf')])); out = v.grad
y = t.zeros(1, requires_grad=True); out = [t.autograd.grad(f(y), y, t.ones(1), create_graph=True)[0].requires_grad for f in (lambda y: y.prod(0, True), lambda y: y.cumprod(0), lambda y: y.cumsum(0))]
y = t.zeros(3, 1, requires_grad=True); g = t.ones(3, 1, requires_grad=True); out = [t.autograd.grad(f(y), y, g, create_graph=True)[0] is g for f in (lambda y: y.cumprod(1), lambda y: y.cumsum(1))]
y = x*1; z = y.prod(0); z.add_(1); z.sum().backward(); out = 1
y = x*1; z = y.unbind(1); z[1].add_(1)
y = (x*1).unsqueeze(0); z = y.squeeze(0).split(1); z[1].add_(1)
y = t.ones(3, 3, requires_grad=True); z = (y*2).fill_diagonal_(0); (z * z).sum().backward(); out = y.grad
y = (x[:, :2]*1); z = y.fill_diagonal_(0.0); out = z
y = t.get_rng_state(); a = t.rand(3); t.set_rng_state(y); out = (t.rand(3) == a).all()
y = t.Generator(); y.manual_seed(3); z = y.get_state(); a = t.rand(3, generator=y); y.set_state(z); out = (t.rand(3, generator=y) == a).all()
""".strip().splitlines()


def names(t: ModuleType) -> dict[str, Any]:
    t.manual_seed(0)
    return {
        "t": t,
        "np": np,
        "x": t.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True),
        "v": t.tensor([1.0, 2.0, 3.0], requires_grad=True),
        "s": t.tensor(2.0, requires_grad=True),
        "i": t.tensor([1, 2, 3]),
        "b": t.tensor([True, False]),
        "d": t.ones(2, 3),
        "out": None,
    }


def said(error: Exception) -> str:
    """Return an error's class and its first sentence; minigrad goes on to help."""
    return f"{type(error).__name__}: " + str(error).split("\n")[0].split(". ")[0].rstrip(". ")


def evaluated(t: ModuleType, code: str) -> tuple[str, list[str]]:
    """Return what is printed, and the kinds of warnings."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            text = repr(eval(code, names(t)))
        except Exception as error:
            text = said(error)
    return text.replace("torch.", "").replace("minigrad.", ""), [warning.category.__name__ for warning in heard]


def executed(t: ModuleType, code: str) -> tuple[str, Any]:
    """Return what is printed of ``out``, and what then is in the leaves."""
    scope = names(t)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a scalar made from what requires grad
        try:
            exec(code, scope)
            text = repr(scope["out"])
            if getattr(scope["out"], "requires_grad", False):
                scope["out"].sum().backward()
        except Exception as error:
            text = said(error)
    return text, [None if (leaf := scope[name]).grad is None else leaf.grad.tolist() for name in "xv"]


@pytest.mark.parametrize("code", EXPRESSIONS)
def test_an_expression_prints_what_pytorch_prints(code: str) -> None:
    assert evaluated(minigrad, code) == evaluated(torch, code)


@pytest.mark.parametrize("code", STATEMENTS)
def test_a_statement_does_what_pytorch_does(code: str) -> None:
    assert executed(minigrad, code) == executed(torch, code)
