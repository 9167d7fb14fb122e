"""Sample inputs, one line an op: what runs over every op runs over this table."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]

ONE: tuple[Shapes, ...] = (((),), ((1,),), ((3,),), ((2, 3),))
VECTOR: tuple[Shapes, ...] = (((1,),), ((3,),), ((2, 3),))
MATRIX: tuple[Shapes, ...] = (((2, 3),), ((2, 3, 2),))
TWO: tuple[Shapes, ...] = (
    ((), ()),
    ((1,), (1,)),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((), (3,)),
    ((2, 3), ()),
)
THREE: tuple[Shapes, ...] = (((), (), ()), ((3,), (3,), (3,)), ((2, 3), (3,), (2, 1)))


@dataclass(frozen=True)
class Case:
    """One op: how it is called, and on what.

    ``call`` takes the library (minigrad or torch) and the tensors, and returns one tensor.
    """

    name: str
    call: Callable[..., Any]
    grad_fn: str | None  # the result's; None if it never requires grad
    shapes: tuple[Shapes, ...] = ONE
    domain: tuple[float, float] = (-2.0, 2.0)  # where the inputs are drawn from

    def __str__(self) -> str:
        return self.name

    @property
    def vectors(self) -> int | None:
        """How many vectors of three it takes; None if it does not take such."""
        return next((len(shapes) for shapes in self.shapes if set(shapes) == {(3,)}), None)

    def arrays(self, shapes: Shapes, dtype: Any = np.float64) -> list[np.ndarray]:
        """Return inputs of these shapes: always the same ones, no two numbers equal, none where an op has a kink."""
        rng = np.random.default_rng(zlib.crc32(f"{self.name} {shapes}".encode()))
        low, high = self.domain
        total = sum(int(np.prod(shape)) for shape in shapes)
        # One number in each of so many equal stretches, away from their ends: nothing ties, and 0 and 1 are avoided.
        steps = (rng.permutation(total) + rng.uniform(0.2, 0.8, total)) / max(total, 1)
        numbers = low + (high - low) * (0.02 + 0.96 * steps)
        numbers = np.where(np.abs(numbers - np.round(numbers)) < 0.05, numbers + 0.1, numbers)
        arrays, start = [], 0
        for shape in shapes:
            size = int(np.prod(shape))
            arrays.append(numbers[start : start + size].reshape(shape).astype(dtype))
            start += size
        return arrays


def _nn(m: Any) -> Any:
    """Return where a library keeps the activations of neural networks."""
    if m.__name__ == "torch":
        return m.nn.functional
    from minigrad.ops import activations

    return activations


P = (0.2, 3.0)  # positive
U = (-0.9, 0.9)  # within the unit interval

CASES = [
    # arithmetic
    Case("add", lambda m, a, b: a + b, "AddBackward0", TWO),
    Case("add alpha", lambda m, a, b: m.add(a, b, alpha=3), "AddBackward0", TWO),
    Case("add number", lambda m, a: a + 2.5, "AddBackward0"),
    Case("sub", lambda m, a, b: a - b, "SubBackward0", TWO),
    Case("sub alpha", lambda m, a, b: m.sub(a, b, alpha=3), "SubBackward0", TWO),
    Case("number sub", lambda m, a: 2 - a, "RsubBackward1"),
    Case("rsub", lambda m, a, b: m.rsub(a, b), "RsubBackward0", TWO),
    Case("mul", lambda m, a, b: a * b, "MulBackward0", TWO),
    Case("mul number", lambda m, a: 3 * a, "MulBackward0"),
    Case("div", lambda m, a, b: a / b, "DivBackward0", TWO, P),
    Case("div number", lambda m, a: a / 3, "DivBackward0"),
    Case("number div", lambda m, a: 2 / a, "MulBackward0", ONE, P),
    Case("div floor", lambda m, a, b: m.div(a, b, rounding_mode="floor"), "DivBackward2", TWO, P),
    Case("div trunc", lambda m, a, b: m.div(a, b, rounding_mode="trunc"), "DivBackward2", TWO, P),
    Case("neg", lambda m, a: -a, "NegBackward0"),
    Case("reciprocal", lambda m, a: m.reciprocal(a), "ReciprocalBackward0", ONE, P),
    Case("pow number", lambda m, a: a**3, "PowBackward0"),
    Case("pow fraction", lambda m, a: a**2.5, "PowBackward0", ONE, P),
    Case("pow half", lambda m, a: a**0.5, "PowBackward0", ONE, P),
    Case("pow negative", lambda m, a: a**-2, "PowBackward0", ONE, P),
    Case("pow zero", lambda m, a: a**0, "PowBackward0"),
    Case("pow one", lambda m, a: a**1, "PowBackward0"),
    Case("pow tensor", lambda m, a, b: a**b, "PowBackward1", TWO, P),
    Case("number pow", lambda m, a: 2**a, "PowBackward2"),
    Case("float_power", lambda m, a: m.float_power(a, 2), "PowBackward0"),
    Case("square", lambda m, a: m.square(a), "PowBackward0"),
    Case("sqrt", lambda m, a: m.sqrt(a), "SqrtBackward0", ONE, P),
    Case("rsqrt", lambda m, a: m.rsqrt(a), "RsqrtBackward0", ONE, P),
    Case("lerp", lambda m, a, b: m.lerp(a, b, 0.3), "LerpBackward0", TWO),
    Case("lerp far", lambda m, a, b: m.lerp(a, b, 0.8), "LerpBackward0", TWO),
    Case("lerp tensor", lambda m, a, b, c: m.lerp(a, b, c), "LerpBackward1", THREE),
    # rounding
    Case("abs", lambda m, a: abs(a), "AbsBackward0"),
    Case("sign", lambda m, a: m.sign(a), "SignBackward0"),
    Case("floor", lambda m, a: m.floor(a), "FloorBackward0"),
    Case("ceil", lambda m, a: m.ceil(a), "CeilBackward0"),
    Case("trunc", lambda m, a: m.trunc(a), "TruncBackward0"),
    Case("frac", lambda m, a: m.frac(a), "FracBackward0"),
    Case("round", lambda m, a: m.round(a * 1.01), "RoundBackward0"),
    Case("round decimals", lambda m, a: m.round(a * 1.0137, decimals=1), "RoundBackward1"),
    Case("remainder number", lambda m, a: a % 0.7, "RemainderBackward0"),
    Case("remainder", lambda m, a, b: a % b, "RemainderBackward1", TWO, P),
    Case("fmod number", lambda m, a: m.fmod(a, 0.7), "FmodBackward0"),
    Case("fmod", lambda m, a, b: m.fmod(a, b), "FmodBackward1", TWO, P),
    # choice
    Case("maximum", lambda m, a, b: m.maximum(a, b), "MaximumBackward0", TWO),
    Case("minimum", lambda m, a, b: m.minimum(a, b), "MinimumBackward0", TWO),
    Case("clamp", lambda m, a: m.clamp(a, -0.6, 0.8), "ClampBackward1"),
    Case("clamp min", lambda m, a: m.clamp(a, min=0.1), "ClampBackward1"),
    Case("clamp_min", lambda m, a: m.clamp_min(a, 0.1), "ClampMinBackward0"),
    Case("clamp_max", lambda m, a: m.clamp_max(a, 0.1), "ClampMaxBackward0"),
    Case("clamp tensors", lambda m, a, b, c: m.clamp(a, b, c), "ClampBackward0", THREE),
    Case("clamp lower", lambda m, a, b: m.clamp(a, min=b), "ClampBackward0", TWO),
    Case("clamp upper", lambda m, a, b: m.clamp(a, max=b), "ClampBackward0", TWO),
    # elementwise
    Case("exp", lambda m, a: m.exp(a), "ExpBackward0"),
    Case("exp2", lambda m, a: m.exp2(a), "Exp2Backward0"),
    Case("expm1", lambda m, a: m.expm1(a), "Expm1Backward0"),
    Case("log", lambda m, a: m.log(a), "LogBackward0", ONE, P),
    Case("log2", lambda m, a: m.log2(a), "Log2Backward0", ONE, P),
    Case("log10", lambda m, a: m.log10(a), "Log10Backward0", ONE, P),
    Case("log1p", lambda m, a: m.log1p(a), "Log1PBackward0", ONE, P),
    Case("sin", lambda m, a: m.sin(a), "SinBackward0"),
    Case("cos", lambda m, a: m.cos(a), "CosBackward0"),
    Case("tan", lambda m, a: m.tan(a), "TanBackward0", ONE, (-1.2, 1.2)),
    Case("asin", lambda m, a: m.asin(a), "AsinBackward0", ONE, U),
    Case("acos", lambda m, a: m.acos(a), "AcosBackward0", ONE, U),
    Case("atan", lambda m, a: m.atan(a), "AtanBackward0"),
    Case("sinh", lambda m, a: m.sinh(a), "SinhBackward0"),
    Case("cosh", lambda m, a: m.cosh(a), "CoshBackward0"),
    Case("asinh", lambda m, a: m.asinh(a), "AsinhBackward0"),
    Case("acosh", lambda m, a: m.acosh(a), "AcoshBackward0", ONE, (1.2, 3.0)),
    Case("atanh", lambda m, a: m.atanh(a), "AtanhBackward0", ONE, U),
    Case("atan2", lambda m, a, b: m.atan2(a, b), "Atan2Backward0", TWO),
    # activations
    Case("tanh", lambda m, a: m.tanh(a), "TanhBackward0"),
    Case("sigmoid", lambda m, a: m.sigmoid(a), "SigmoidBackward0"),
    Case("logsigmoid", lambda m, a: _nn(m).logsigmoid(a), "LogSigmoidBackward0"),
    Case("relu", lambda m, a: m.relu(a), "ReluBackward0"),
    Case("leaky_relu", lambda m, a: _nn(m).leaky_relu(a, 0.1), "LeakyReluBackward0"),
    Case("elu", lambda m, a: _nn(m).elu(a, 1.5), "EluBackward0"),
    Case("softplus", lambda m, a: _nn(m).softplus(a, 2, 3), "SoftplusBackward0"),
    Case("silu", lambda m, a: _nn(m).silu(a), "SiluBackward0"),
    Case("gelu", lambda m, a: _nn(m).gelu(a), "GeluBackward0"),
    Case("gelu tanh", lambda m, a: _nn(m).gelu(a, approximate="tanh"), "GeluBackward0"),
    Case("hardtanh", lambda m, a: _nn(m).hardtanh(a, -0.7, 1.2), "HardtanhBackward0"),
    Case("relu6", lambda m, a: _nn(m).relu6(a * 5), "HardtanhBackward0"),
    Case("erf", lambda m, a: m.erf(a), "ErfBackward0"),
    Case("erfc", lambda m, a: m.erfc(a), "ErfcBackward0"),
    # reduce
    Case("sum", lambda m, a: a.sum(), "SumBackward0"),
    Case("sum dim", lambda m, a: a.sum(-1), "SumBackward1"),
    Case("sum dims", lambda m, a: a.sum((0, -1), keepdim=True), "SumBackward1", MATRIX),
    Case("mean", lambda m, a: a.mean(), "MeanBackward0"),
    Case("mean dim", lambda m, a: a.mean(0, keepdim=True), "MeanBackward1"),
    Case("mean dims", lambda m, a: a.mean((0, 1)), "MeanBackward1", MATRIX),
    Case("prod", lambda m, a: a.prod(), "ProdBackward0"),
    Case("prod dim", lambda m, a: a.prod(-1), "ProdBackward1"),
    Case("prod keepdim", lambda m, a: a.prod(0, True), "ProdBackward1", MATRIX),
    Case("var", lambda m, a: a.var(), "VarBackward0", (((3,),), ((2, 3),))),
    Case("var dim", lambda m, a: a.var(-1, unbiased=False), "VarBackward0", VECTOR),
    Case("var dims", lambda m, a: a.var((0, 1), correction=2, keepdim=True), "VarBackward0", MATRIX),
    Case("std", lambda m, a: a.std(), "StdBackward0", (((3,),), ((2, 3),))),
    Case("std dim", lambda m, a: a.std(-1, keepdim=True), "StdBackward0", (((3,),), ((2, 3),))),
    Case("norm", lambda m, a: a.norm(), "LinalgVectorNormBackward0"),
    Case("norm 1", lambda m, a: a.norm(1), "LinalgVectorNormBackward0"),
    Case("norm 3", lambda m, a: a.norm(3, dim=-1), "LinalgVectorNormBackward0"),
    Case("norm 1.5", lambda m, a: a.norm(1.5), "LinalgVectorNormBackward0"),
    Case("norm half", lambda m, a: a.norm(0.5, keepdim=True), "LinalgVectorNormBackward0"),
    Case("norm inf", lambda m, a: a.norm(float("inf"), dim=0), "LinalgVectorNormBackward0"),
    Case("norm -inf", lambda m, a: a.norm(-float("inf")), "LinalgVectorNormBackward0"),
    Case("cumsum", lambda m, a: a.cumsum(0), "CumsumBackward0"),
    Case("cumprod", lambda m, a: a.cumprod(-1), "CumprodBackward0"),
    Case("logsumexp", lambda m, a: a.logsumexp(-1), "LogsumexpBackward0"),
    Case("logsumexp dims", lambda m, a: a.logsumexp((0, 1), keepdim=True), "LogsumexpBackward0", MATRIX),
    Case("softmax", lambda m, a: a.softmax(0), "SoftmaxBackward0"),
    Case("log_softmax", lambda m, a: a.log_softmax(-1), "LogSoftmaxBackward0"),
    # extremes
    Case("max", lambda m, a: a.max(), "MaxBackward1"),
    Case("min", lambda m, a: a.min(), "MinBackward1"),
    Case("max dim", lambda m, a: a.max(0)[0], "MaxBackward0"),
    Case("min dim", lambda m, a: a.min(-1, keepdim=True).values, "MinBackward0"),
    Case("amax", lambda m, a: a.amax(), "AmaxBackward0"),
    Case("amax dims", lambda m, a: a.amax((0, 1), keepdim=True), "AmaxBackward0", MATRIX),
    Case("amin", lambda m, a: a.amin(-1), "AminBackward0"),
    # shape
    Case("view", lambda m, a: a.view(-1, 1), "ViewBackward0"),
    Case("reshape", lambda m, a: a.reshape(1, -1), "ViewBackward0"),
    Case("reshape copy", lambda m, a: a.t().reshape(-1), "UnsafeViewBackward0", (((2, 3),),)),
    Case("reshape alias", lambda m, a: a.t().reshape(3, 1, 2), "ReshapeAliasBackward0", (((2, 3),),)),
    Case("flatten", lambda m, a: a.flatten(), "ViewBackward0", MATRIX),
    Case("unflatten", lambda m, a: a.unflatten(1, (1, -1)), "ViewBackward0", MATRIX),
    Case("squeeze", lambda m, a: a.squeeze(), "SqueezeBackward0", (*ONE, ((1, 3, 1),))),
    Case("squeeze dim", lambda m, a: a.squeeze(0), "SqueezeBackward1", (*ONE, ((1, 3, 1),))),
    Case("squeeze dims", lambda m, a: a.squeeze((0, 1)), "SqueezeBackward2", (((1, 3),), ((2, 3),))),
    Case("unsqueeze", lambda m, a: a.unsqueeze(-1), "UnsqueezeBackward0"),
    Case("transpose", lambda m, a: a.transpose(0, -1), "TransposeBackward0"),
    Case("t", lambda m, a: a.t(), "TBackward0"),
    Case("T", lambda m, a: a.T, "PermuteBackward0", (((),), ((2, 3),))),
    Case("mT", lambda m, a: a.mT, "TransposeBackward0", MATRIX),
    Case("permute", lambda m, a: a.permute(2, 0, 1), "PermuteBackward0", (((2, 3, 2),),)),
    Case("movedim", lambda m, a: a.movedim(0, -1), "PermuteBackward0", MATRIX),
    Case("expand", lambda m, a: a.expand(2, 2, -1), "ExpandBackward0", (((1,),), ((3,),), ((2, 3),), ((1, 3),))),
    Case("expand_as", lambda m, a, b: a.expand_as(b) * b, "MulBackward0", (((3,), (2, 3)), ((), (3,)))),
    Case("alias", lambda m, a: a[...], "AliasBackward0"),
    Case("clone", lambda m, a: a.clone(), "CloneBackward0"),
    Case("contiguous", lambda m, a: a.t().contiguous(), "CloneBackward0", (((2, 3),),)),
    Case("flip", lambda m, a: a.flip(0), "FlipBackward0", VECTOR),
    Case("to double", lambda m, a: a.to(m.float32).to(m.float64), "ToCopyBackward0"),
    # joining
    Case("cat", lambda m, a, b: m.cat([a, b, a], -1), "CatBackward0", (((3,), (2,)), ((2, 3), (2, 1)))),
    Case("stack", lambda m, a, b: m.stack([a, b], -1), "StackBackward0", (((), ()), ((3,), (3,)), ((2, 3), (2, 3)))),
    Case("hstack", lambda m, a, b: m.hstack([a, b]), "CatBackward0", (((3,), (2,)), ((2, 3), (2, 1)))),
    Case("vstack", lambda m, a, b: m.vstack([a, b]), "CatBackward0", (((3,), (3,)), ((2, 3), (1, 3)))),
    Case("split", lambda m, a: a.split(2)[0], "SplitBackward0", VECTOR),
    Case("split lengths", lambda m, a: a.split([1, 2], -1)[1], "SplitWithSizesBackward0", (((3,),), ((2, 3),))),
    Case("chunk", lambda m, a: a.chunk(2, -1)[-1], "SplitBackward0", VECTOR),
    Case("unbind", lambda m, a: a.unbind(-1)[-1], "UnbindBackward0", VECTOR),
    Case("unpack", lambda m, a: [row * i for i, row in enumerate(a)][-1], "MulBackward0", VECTOR),
    Case("repeat", lambda m, a: a.repeat(2, 1, 3), "RepeatBackward0"),
    Case("tile", lambda m, a: m.tile(a, (2,)), "RepeatBackward0"),
    # index
    Case("x[i]", lambda m, a: a[-1], "SelectBackward0", VECTOR),
    Case("x[i, j]", lambda m, a: a[0, 1], "SelectBackward0", MATRIX),
    Case("x[a:b]", lambda m, a: a[1:3], "SliceBackward0", VECTOR),
    Case("x[::2, 1:]", lambda m, a: a[::2, 1:], "SliceBackward0", MATRIX),
    Case("x[None]", lambda m, a: a[None], "UnsqueezeBackward0"),
    Case("x[..., None, 0]", lambda m, a: a[..., None, 0], "SelectBackward0", MATRIX),
    Case("x[list]", lambda m, a: a[[0, 0, -1]], "IndexBackward0", VECTOR),
    Case("x[:, list]", lambda m, a: a[:, [2, 0, 2]], "IndexBackward0", (((2, 3),), ((2, 3, 2),))),
    Case("x[list, list]", lambda m, a: a[[0, 1, 0], [2, 1, 2]], "IndexBackward0", (((2, 3),), ((2, 3, 2),))),
    Case("x[list, :, list]", lambda m, a: a[[0, 1], :, [1, 1]], "IndexBackward0", (((2, 3, 2),),)),
    Case("x[i, list]", lambda m, a: a[1, [0, 0]], "IndexBackward0", (((2, 3),),)),
    Case("x[tensor]", lambda m, a: a[m.tensor([[0, 0], [0, 0]])], "IndexBackward0", VECTOR),
    Case("x[mask]", lambda m, a: a[a.detach() > 0.1], "IndexBackward0"),
    Case("x[True]", lambda m, a: a[True], "IndexBackward0"),
    Case("select", lambda m, a: m.select(a, -1, 0), "SelectBackward0", VECTOR),
    Case("narrow", lambda m, a: m.narrow(a, -1, 1, 2), "SliceBackward0", (((3,),), ((2, 3),))),
    Case("gather", lambda m, a: m.gather(a, 0, m.tensor([1, 1, 0])), "GatherBackward0", (((3,),),)),
    Case(
        "gather rows", lambda m, a: a.gather(1, m.tensor([[1, 1], [2, 0]])), "GatherBackward0", (((2, 3),), ((3, 3),))
    ),
    Case("index_select", lambda m, a: a.index_select(-1, m.tensor([0, 0])), "IndexSelectBackward0", VECTOR),
    Case("take", lambda m, a: m.take(a, m.tensor([[0, -1], [0, 0]])), "TakeBackward0", VECTOR),
    Case("take_along_dim", lambda m, a: m.take_along_dim(a, m.tensor([[1], [0]]), 1), "GatherBackward0", (((2, 3),),)),
    Case(
        "index_put",
        lambda m, a, b: a.index_put((m.tensor([0, 1]),), b),
        "IndexPutBackward0",
        (((3,), (2,)), ((3,), ())),
    ),
    Case(
        "index_put add",
        lambda m, a, b: a.index_put((m.tensor([0, 0]),), b, True),
        "IndexPutBackward0",
        (((3,), (2,)), ((3,), ())),
    ),
    # masks
    Case("where", lambda m, a, b: m.where((a > b).detach(), a, b), "WhereBackward0", TWO),
    Case("where number", lambda m, a: m.where(a > 0, a, 0.5), "WhereBackward0"),
    Case("number where", lambda m, a: m.where(a > 0, 2, a * a), "WhereBackward0"),
    Case("masked_fill", lambda m, a: a.masked_fill(a > 0, 2.0), "MaskedFillBackward0"),
    Case(
        "masked_fill tensor", lambda m, a, b: a.masked_fill(a > 0, b), "MaskedFillBackward1", (((3,), ()), ((2, 3), ()))
    ),
    Case("masked_select", lambda m, a: a.masked_select(a > 0), "MaskedSelectBackward0"),
    # linalg
    Case("mm", lambda m, a, b: a @ b, "MmBackward0", (((2, 3), (3, 2)), ((1, 1), (1, 3)))),
    Case("mv", lambda m, a, b: a @ b, "MvBackward0", (((2, 3), (3,)),)),
    Case("dot", lambda m, a, b: a @ b, "DotBackward0", (((3,), (3,)), ((1,), (1,)))),
    Case("vm", lambda m, a, b: a @ b, "SqueezeBackward4", (((3,), (3, 2)),)),
    Case("bmm", lambda m, a, b: m.bmm(a, b), "BmmBackward0", (((2, 2, 3), (2, 3, 1)),)),
    Case(
        "matmul",
        lambda m, a, b: m.matmul(a, b),
        "UnsafeViewBackward0",
        (
            ((2, 2, 3), (3,)),
            ((3,), (2, 3, 2)),
            ((2, 2, 3), (3, 2)),
            ((2, 2, 3), (2, 3, 1)),
            ((2, 1, 2, 3), (3, 3, 1)),
            ((1, 2, 3), (2, 3, 1)),
            ((2, 2, 2, 3), (2, 2, 3, 2)),
        ),
    ),
    Case("matmul left", lambda m, a, b: m.matmul(a, b), "CloneBackward0", (((2, 3), (2, 3, 2)),)),
    Case(
        "addmm",
        lambda m, a, b, c: m.addmm(a, b, c, beta=2, alpha=0.5),
        "AddmmBackward0",
        (((2, 2), (2, 3), (3, 2)), ((2,), (2, 3), (3, 2))),
    ),
    Case("outer", lambda m, a, b: m.outer(a, b), "MulBackward0", (((3,), (2,)),)),
    # in place
    Case("add_", lambda m, a, b: (a * 1).add_(b), "AddBackward0", (((3,), (3,)), ((2, 3), ()))),
    Case("mul_", lambda m, a, b: (a * 1).mul_(b), "MulBackward0", (((3,), (3,)), ((2, 3), (3,)))),
    Case("div_", lambda m, a, b: (a * 1).div_(b), "DivBackward0", (((3,), (3,)), ((2, 3), (3,))), P),
    Case("pow_", lambda m, a: (a * 1).pow_(3), "PowBackward0"),
    Case("exp_", lambda m, a: (a * 1).exp_(), "ExpBackward0"),
    Case("tanh_", lambda m, a: (a * 1).tanh_(), "TanhBackward0"),
    Case("zero_", lambda m, a: (a * 1).zero_(), "ZeroBackward0"),
    Case("fill_", lambda m, a: (a * 1).fill_(2.0), "FillBackward2"),
    Case("fill_ tensor", lambda m, a, b: (a * 1).fill_(b), "FillBackward3", (((3,), ()),)),
    Case(
        "copy_",
        lambda m, a, b: (a * 1).copy_(b * b),
        "torch::autograd::CopyBackwards",
        (((3,), (3,)), ((2, 3), (2, 3))),
    ),
    Case("normal_", lambda m, a: (a * 1).normal_(), "NormalBackward0", VECTOR),
]

# Ops whose result never requires grad: the library's name of each, and what else it takes.
PLAIN = [
    Case("eq", lambda m, a, b: a == b, None, TWO),
    Case("ne", lambda m, a, b: a != b, None, TWO),
    Case("lt", lambda m, a, b: a < b, None, TWO),
    Case("le", lambda m, a, b: a <= b, None, TWO),
    Case("gt", lambda m, a, b: a > b, None, TWO),
    Case("ge", lambda m, a, b: a >= b, None, TWO),
    Case("eq number", lambda m, a: a == 1, None),
    Case("isnan", lambda m, a: m.isnan(a), None),
    Case("isinf", lambda m, a: m.isinf(a), None),
    Case("isfinite", lambda m, a: m.isfinite(a), None),
    Case("isclose", lambda m, a, b: m.isclose(a, b), None, TWO),
    Case("logical_and", lambda m, a, b: m.logical_and(a, b), None, TWO),
    Case("logical_or", lambda m, a, b: m.logical_or(a, b), None, TWO),
    Case("logical_xor", lambda m, a, b: m.logical_xor(a, b), None, TWO),
    Case("logical_not", lambda m, a: m.logical_not(a), None),
    Case("&", lambda m, a, b: (a > 0) & (b > 0), None, TWO),
    Case("|", lambda m, a, b: (a > 0) | (b > 0), None, TWO),
    Case("^", lambda m, a, b: (a > 0) ^ (b > 0), None, TWO),
    Case("~", lambda m, a: ~(a > 0), None),
    Case("argmax", lambda m, a: a.argmax(), None),
    Case("argmax dim", lambda m, a: a.argmax(-1, keepdim=True), None),
    Case("argmin", lambda m, a: a.argmin(0), None),
    Case("all", lambda m, a: (a > 0).all(), None),
    Case("all dim", lambda m, a: (a > 0).all(0), None),
    Case("any", lambda m, a: (a > 0).any(-1, True), None),
    Case("long", lambda m, a: a.long(), None),
    Case("bool", lambda m, a: a.bool(), None),
    Case("detach", lambda m, a: a.detach(), None),
]
