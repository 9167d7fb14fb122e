"""Where minigrad answers a mistake otherwise than PyTorch: another sentence, or an answer where the other has none."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from parity.difference import Difference, outcome


def said(action: Any) -> str:
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {error}".partition(", but expected")[0].partition(". ")[0]
    return "accepted"


def two_mistakes(m: Any) -> list[str]:
    z = m.tensor([1j, 2j])
    return [outcome(lambda: m.sort(z, 5)), outcome(lambda: m.bitwise_and(m.ones(3), m.ones(2)))]


def which_position(m: Any) -> str:
    return said(lambda: m.ones(3).dist(1))


def which_signature(m: Any) -> str:
    return said(lambda: m.eq(1, m.ones(3)))


def nothing_to_do(m: Any) -> list[str]:
    empty = m.zeros(0)
    return [
        said(lambda: m.cummax(empty, 3)).partition(" (")[0],
        said(lambda: m.diff(m.ones(3), 0, 9)).partition(" (")[0],
        said(lambda: m.roll(empty, 1, 9)).partition(" (")[0],
    ]


def stumbled_over(m: Any) -> list[Any]:
    return [
        outcome(lambda: m.logsumexp(m.zeros(2), ()).item() > 0.6),
        outcome(lambda: m.repeat_interleave(m.tensor(1.0), 2, 0).tolist()),
        outcome(lambda: m.selu(m.zeros(1), True).tolist()),
    ]


def numpys_dtype(m: Any) -> str:
    return said(lambda: m.zeros(2, dtype=np.float32))


def what_there_is(m: Any) -> list[bool]:
    names = ("sparse_coo_tensor", "quantize_per_tensor", "stft", "embedding_bag", "segment_reduce")
    layers = ("FractionalMaxPool2d", "CrossMapLRN2d", "SyncBatchNorm", "DataParallel")
    return [any(hasattr(m, name) for name in names), any(hasattr(m.nn, name) for name in layers)]


def understood_all_the_same(m: Any) -> list[str]:
    return [
        said(lambda: m.ones(1).reshape(True)).partition(" (")[0],
        said(lambda: m.squeeze(m.ones(1, 1), 0, 1)).partition(" - ")[0],
        said(lambda: m.tensor(np.arange(3)[::-1])).partition(", and")[0],
        said(lambda: m.hann_window(3, dtype=m.complex64)),
    ]


def logarithm_of_nothing(m: Any) -> Any:
    x = m.zeros(2, 2, requires_grad=True)
    return outcome(lambda: bool(m.autograd.grad(m.linalg.slogdet(x)[1], x)[0].isfinite().any()))


def refused_and_done(m: Any) -> list[float]:
    with m.inference_mode():
        x = m.ones(2)
    said(lambda: x.add_(1))
    return x.tolist()


MISTAKES = [
    Difference(
        "a size that is True, several dimensions for the function squeeze, an array that is read backwards, and a "
        "window of complex numbers",
        understood_all_the_same,
        torch=[
            "TypeError: reshape(): argument 'shape'",
            "TypeError: squeeze() received an invalid combination of arguments",
            "ValueError: At least one stride in the given numpy array is negative",
            "NotImplementedError: \"arange_cpu\" not implemented for 'ComplexFloat'",
        ],
        minigrad=["accepted"] * 4,
        why="What is meant is clear, and Python and NumPy take it.",
    ),
    Difference(
        "the gradient of slogdet and of lu at a matrix without an inverse",
        logarithm_of_nothing,
        torch=False,
        minigrad="LinAlgError",
        why="PyTorch gives inf and nan. The formula asks for the inverse, and here it is said that there is none.",
    ),
    Difference(
        "an inference tensor that is written to outside of inference mode",
        refused_and_done,
        torch=[2.0, 2.0],
        minigrad=[1.0, 1.0],
        why="Both refuse it with the same words; PyTorch has written by then.",
    ),
    Difference(
        "layout= for tril_indices and triu_indices",
        lambda m: said(lambda: m.tril_indices(2, 2, layout=m.strided)).partition(":")[0],
        torch="accepted",
        minigrad="TypeError",
        why="There is one layout here. Makers of tensors take the word for it; these two, which make indices, do not.",
    ),
    Difference(
        "the version of a deep copy",
        lambda m: copy.deepcopy(m.ones(2))._version,
        torch=1,
        minigrad=0,
        why="PyTorch makes room first and writes into it. Nobody can have seen a copy before it is one.",
    ),
    Difference(
        "a dtype of NumPy's where one of PyTorch's is asked for",
        numpys_dtype,
        torch="TypeError: zeros(): argument 'dtype' must be torch.dtype, not type",
        minigrad="accepted",
        why="Here arrays are what tensors are made of, and who comes from NumPy may keep its names for their kinds.",
    ),
    Difference(
        "sparse and quantized tensors, short-time Fourier transforms and a few layers",
        what_there_is,
        torch=[True, True],
        minigrad=[False, False],
        why="They are for large models, for phones and for clusters, and none stands in an introduction. "
        "embedding_bag is here as nn.functional has it.",
    ),
    Difference(
        "which of two mistakes in one call is named first",
        two_mistakes,
        torch=["IndexError", "RuntimeError"],
        minigrad=["RuntimeError", "NotImplementedError"],
        why="PyTorch asks after dimensions, shapes and dtypes in an order that each kernel has for itself. Here an op "
        "asks where its formula needs to know. Who mends the one mistake is told of the other.",
    ),
    Difference(
        "the position of an argument of a method, in an error's sentence",
        which_position,
        torch="TypeError: dist(): argument 'other' (position 1) must be Tensor, not int",
        minigrad="TypeError: dist(): argument 'other' (position 2) must be Tensor, not int",
        why="A method here is the function of that name, of which the tensor is the first argument. The argument's "
        "name is the same.",
    ),
    Difference(
        "an argument of the wrong kind, of a function that C++ has in several forms",
        which_signature,
        torch="TypeError: eq() received an invalid combination of arguments - got (int, Tensor)",
        minigrad="TypeError: eq(): argument 'input' (position 1) must be Tensor, not int",
        why="PyTorch goes on with a list of its C++ signatures. Here there is one, and the sentence names the "
        "argument.",
    ),
    Difference(
        "a dimension that does not exist, where there is nothing to do along it",
        nothing_to_do,
        torch=["accepted", "accepted", "accepted"],
        minigrad=["IndexError: Dimension out of range"] * 3,
        why="PyTorch's kernels return before they look. Here the dimension is looked at first, so that a program "
        "fails on its first empty batch as it would on the next one.",
    ),
    Difference(
        "the logsumexp of no dimension, one number repeated along dimension 0, and selu's inplace",
        stumbled_over,
        torch=["RuntimeError", "IndexError", "TypeError"],
        minigrad=[True, [1.0, 1.0], [0.0]],
        why="PyTorch fails inside, or takes the argument under nn.functional alone. Here they mean what they mean "
        "elsewhere.",
    ),
]
