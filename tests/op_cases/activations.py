"""Activations: the bends of neural networks."""

from __future__ import annotations

from op_cases.case import VECTOR, Case, nn

CASES = [
    Case("tanh", lambda m, a: m.tanh(a), "TanhBackward0"),
    Case("sigmoid", lambda m, a: m.sigmoid(a), "SigmoidBackward0"),
    Case("logsigmoid", lambda m, a: nn(m).logsigmoid(a), "LogSigmoidBackward0"),
    Case("relu", lambda m, a: m.relu(a), "ReluBackward0"),
    Case("rrelu", lambda m, a: m.rrelu(a, 0.1, 0.4), "RreluWithNoiseBackward0"),
    Case(
        "rrelu training",
        lambda m, a: (m.manual_seed(0), m.rrelu(a, 0.1, 0.4, True))[1],
        "RreluWithNoiseBackward0",
    ),
    Case("leaky_relu", lambda m, a: nn(m).leaky_relu(a, 0.1), "LeakyReluBackward0"),
    Case("elu", lambda m, a: nn(m).elu(a, 1.5), "EluBackward0"),
    Case("softplus", lambda m, a: nn(m).softplus(a, 2, 3), "SoftplusBackward0"),
    Case("silu", lambda m, a: nn(m).silu(a), "SiluBackward0"),
    Case("gelu", lambda m, a: nn(m).gelu(a), "GeluBackward0"),
    Case("gelu tanh", lambda m, a: nn(m).gelu(a, approximate="tanh"), "GeluBackward0"),
    Case("hardtanh", lambda m, a: nn(m).hardtanh(a, -0.7, 1.2), "HardtanhBackward0"),
    Case("relu6", lambda m, a: nn(m).relu6(a * 5), "HardtanhBackward0"),
    Case("erf", lambda m, a: m.erf(a), "ErfBackward0"),
    Case("erfc", lambda m, a: m.erfc(a), "ErfcBackward0"),
    Case("selu", lambda m, a: nn(m).selu(a), "EluBackward0"),
    Case("celu", lambda m, a: nn(m).celu(a, 1.5), "CeluBackward0"),
    Case("mish", lambda m, a: nn(m).mish(a), "MishBackward0"),
    Case("hardsigmoid", lambda m, a: nn(m).hardsigmoid(a * 2), "HardsigmoidBackward0"),
    Case("hardswish", lambda m, a: nn(m).hardswish(a * 2), "HardswishBackward0"),
    Case("hardshrink", lambda m, a: nn(m).hardshrink(a), "HardshrinkBackward0"),
    Case("softshrink", lambda m, a: nn(m).softshrink(a), "SoftshrinkBackward0"),
    Case("threshold", lambda m, a: nn(m).threshold(a, 0.4, 3.0), "ThresholdBackward0"),
    Case("softsign", lambda m, a: nn(m).softsign(a), "DivBackward0"),
    Case("tanhshrink", lambda m, a: nn(m).tanhshrink(a), "SubBackward0"),
    Case("softmin", lambda m, a: nn(m).softmin(a, -1), "SoftmaxBackward0"),
    Case(
        "prelu",
        lambda m, a, b: nn(m).prelu(a, b),
        "PreluKernelBackward0",
        (((3,), (1,)), ((2, 3), (3,)), ((2, 3, 2), (3,)), ((), ())),
    ),
    Case("glu", lambda m, a: nn(m).glu(a), "GluBackward0", (((2,),), ((3, 4),))),
    Case("glu dim", lambda m, a: nn(m).glu(a, 0), "GluBackward0", (((2, 3),),)),
    Case("normalize", lambda m, a: nn(m).normalize(a, dim=-1), "DivBackward0", VECTOR),
    Case("normalize 1", lambda m, a: nn(m).normalize(a, p=1, dim=0), "DivBackward0", VECTOR),
    # in place
    Case("relu inplace", lambda m, a: nn(m).relu(a * 1, inplace=True), "ReluBackward0"),
    Case("silu inplace", lambda m, a: nn(m).silu(a * 1, inplace=True), "SiluBackward0"),
    Case("relu6 inplace", lambda m, a: nn(m).relu6(a * 5, inplace=True), "HardtanhBackward0"),
]
