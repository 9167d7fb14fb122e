"""How far vectors are from each other, and the losses that compare distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import wrap
from minigrad.autograd.function import apply
from minigrad.autograd.grad_mode import no_grad
from minigrad.ops.arguments import TensorT, axis, reduced, tensor
from minigrad.ops.arithmetic import sub
from minigrad.ops.losses import broadcast, chosen
from minigrad.ops.losses import reduced as reduced_loss
from minigrad.ops.numbers import less, plus
from minigrad.ops.reduce import Norm, length

__all__ = [
    "cosine_embedding_loss",
    "cosine_similarity",
    "dist",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "pairwise_distance",
    "pdist",
    "triplet_margin_loss",
]


class NormAlong(Norm):
    """A length grows fastest along the vector itself, so the gradient points that way."""

    __slots__ = ()
    saved_names = ("self", "result")

    called = "NormBackward1"


def pairwise_distance(x1: TensorT, x2: TensorT, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> TensorT:
    """Return how far vectors are from each other, pair by pair.

    Parameters
    ----------
    x1, x2 : Tensor, shape (..., n)
        Vectors; what stands in front broadcasts.
    p : float
        Which norm of the difference is the distance.
    eps : float
        Added to each difference, so that a distance of 0 has a slope.
    keepdim : bool
        Keep the last dimension, at size 1.

    Returns
    -------
    Tensor, shape (...)

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.pairwise_distance(mg.tensor([[0.0, 0.0]]), mg.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """
    a: Any = tensor(x1, "pairwise_distance", "x1")
    b: Any = tensor(x2, "pairwise_distance", "x2", 2)
    apart = plus(a - b, eps)
    dim = max(a._array.ndim, b._array.ndim) - 1
    return apply(NormAlong, apart, float(p), reduced((max(dim, 0),), apart._array), keepdim)  # type: ignore[no-any-return]


class PairNorm(Norm):
    """Two vectors are pushed apart along the line between them."""

    __slots__ = ()

    called = "PdistBackward0"


def pdist(input: TensorT, p: float = 2.0) -> TensorT:
    """Return how far every two rows of a matrix are from each other.

    Parameters
    ----------
    input : Tensor, shape (n, m)
        A vector a row.
    p : float
        Which norm of the difference is the distance.

    Returns
    -------
    Tensor, shape (n * (n - 1) / 2,)
        The first row's distances to those below it, then the second's ...

    Raises
    ------
    RuntimeError
        If it is no matrix of floats, or ``p`` is negative.

    Examples
    --------
    >>> mg.pdist(mg.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    x: Any = tensor(input, "pdist")
    if x._array.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {x._array.ndim}D")
    if x._array.dtype.kind != "f":
        raise RuntimeError("pdist only supports floating-point dtypes")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    first, second = [wrap(index) for index in np.triu_indices(len(x._array), 1)]
    return apply(PairNorm, x[first] - x[second], float(p), (1,), False)  # type: ignore[no-any-return]


def cosine_similarity(x1: TensorT, x2: TensorT, dim: int = 1, eps: float = 1e-8) -> TensorT:
    """Return the cosine of the angle between vectors.

    Parameters
    ----------
    x1, x2 : Tensor
        Floats of shapes that broadcast.
    dim : int
        The dimension that is a vector's.
    eps : float
        A length smaller than this counts as this.

    Returns
    -------
    Tensor
        Without that dimension.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.cosine_similarity(mg.tensor([1.0, 1.0]), mg.tensor([1.0, 0.0]), dim=0)
    tensor(0.7071)
    """
    a: Any = tensor(x1, "cosine_similarity", "x1")
    b: Any = tensor(x2, "cosine_similarity", "x2", 2)
    if a._array.shape != b._array.shape:
        shape = broadcast(a.detach(), b.detach())[0].shape
        a, b = a.expand(shape), b.expand(shape)
    common = dtypes.of(dtypes.result_type(a._array, b._array))
    if not common.is_floating_point:
        raise RuntimeError(f"expected common dtype to be floating point, yet common dtype is {common.title}")
    a, b = a.to(common), b.to(common)
    axis(dim, a._array.ndim)
    lengths = []
    for x in (a, b):
        length = x.norm(2, dim, keepdim=True).clone()
        with no_grad():
            length.clamp_min_(eps)
        lengths.append(length)
    return ((a / lengths[0]) * (b / lengths[1])).sum(dim)  # type: ignore[no-any-return]


def cosine_embedding_loss(
    input1: TensorT,
    input2: TensorT,
    target: Any,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return a loss that turns vectors to each other where the target is 1, and away where it is -1.

    Parameters
    ----------
    input1, input2 : Tensor, shape (n, m) or (m,)
        Vectors.
    target : Tensor, shape (n,) or ()
        1 or -1.
    margin : float
        The cosine from which on vectors are far enough apart.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the pairs.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.cosine_embedding_loss(mg.tensor([1.0, 1.0]), mg.tensor([1.0, 0.0]), mg.tensor(1))
    tensor(0.2929)
    """
    reduction = chosen(size_average, reduce, reduction)
    a: Any = tensor(input1, "cosine_embedding_loss", "input1")
    b: Any = tensor(input2, "cosine_embedding_loss", "input2", 2)
    shape = target._array.shape
    if len(shape) not in (0, 1):
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if not a._array.ndim == b._array.ndim == len(shape) + 1:
        raise RuntimeError(
            f"{len(shape)}D target tensor expects {len(shape) + 1}D input tensors, but found inputs with sizes "
            f"{list(a.shape)} and {list(b.shape)}."
        )
    tiny = 1e-12
    product = (a * b).sum(-1)
    squares = [plus((x * x).sum(-1), tiny) for x in (a, b)]
    cosine = product / (squares[0] * squares[1]).sqrt()
    zeros = cosine.detach() * 0
    near, far = cosine.new_full((), 1) - cosine, less(cosine, margin).clamp_min(0)
    loss = near._where(target == 1, near, zeros) + far._where(target == -1, far, zeros)
    return reduced_loss(loss, reduction)  # type: ignore[no-any-return]


def hinge_embedding_loss(
    input: TensorT,
    target: Any,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return a loss that makes distances small where the target is 1, and at least ``margin`` where it is -1.

    Parameters
    ----------
    input : Tensor
        Distances.
    target : Tensor
        1 or -1, in a shape that broadcasts.
    margin : float
        The distance that is far enough.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.hinge_embedding_loss(mg.tensor([0.5, 0.5]), mg.tensor([1, -1]), reduction="none")
    tensor([0.5000, 0.5000])
    """
    reduction = chosen(size_average, reduce, reduction)
    x: Any = tensor(input, "hinge_embedding_loss")
    zeros = x.new_zeros(x.shape)
    apart = (x.new_full((), margin) - x).clamp_min(0)
    loss = apart._where(target != 1, apart, zeros) + x._where(target != -1, x, zeros)
    return reduced_loss(loss, reduction)  # type: ignore[no-any-return]


def margin_ranking_loss(
    input1: TensorT,
    input2: TensorT,
    target: Any,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return a loss that puts the first above the second where the target is 1, and below where it is -1.

    Parameters
    ----------
    input1, input2 : Tensor
        Ranks.
    target : Tensor
        1 or -1.
    margin : float
        By how much they should differ.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the pairs.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If they have not as many dimensions each.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.margin_ranking_loss(mg.tensor([1.0, 1.0]), mg.tensor([2.0, 2.0]), mg.tensor([1, -1]))
    tensor(0.5000)
    """
    reduction = chosen(size_average, reduce, reduction)
    a: Any = tensor(input1, "margin_ranking_loss", "input1")
    b: Any = tensor(input2, "margin_ranking_loss", "input2", 2)
    if not a._array.ndim == b._array.ndim == target._array.ndim:
        raise RuntimeError(
            f"margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: {a.size()}, "
            f"input2: {b.size()}, target: {target.size()} "
        )
    return reduced_loss(plus(-target * (a - b), margin).clamp_min(0), reduction)  # type: ignore[no-any-return]


def triplet_margin_loss(
    anchor: TensorT,
    positive: TensorT,
    negative: TensorT,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return a loss that brings the anchor nearer to one vector than to another, by a margin.

    Parameters
    ----------
    anchor, positive, negative : Tensor, shape (..., n)
        Vectors: the positive one is to be near, the negative one far.
    margin : float
        By how much.
    p : float
        Which norm is the distance.
    eps : float
        Added to each difference, so that a distance of 0 has a slope.
    swap : bool
        Take the negative's distance to the positive one, if that is smaller.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the triplets.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the margin is not positive.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.triplet_margin_loss(mg.tensor([[0.0]]), mg.tensor([[1.0]]), mg.tensor([[1.5]]))
    tensor(0.5000)
    """
    reduction = chosen(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    dims = [x._array.ndim for x in (anchor, positive, negative)]
    if len(set(dims)) != 1:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {dims[0]}D, positive {dims[1]}D, and negative {dims[2]}D inputs"
        )
    near: Any = pairwise_distance(anchor, positive, p, eps)
    far: Any = pairwise_distance(anchor, negative, p, eps)
    if swap:
        across: Any = pairwise_distance(positive, negative, p, eps)
        far = far.minimum(across)
    return reduced_loss((plus(near, margin) - far).clamp_min(0), reduction)  # type: ignore[no-any-return]


def dist(input: TensorT, other: TensorT, p: float = 2) -> TensorT:
    """Return the norm of a difference, all entries taken together.

    Parameters
    ----------
    input, other : Tensor
        Shapes that broadcast.
    p : float
        Which norm: 2 is the usual distance.

    Returns
    -------
    Tensor, shape ()

    Examples
    --------
    >>> mg.dist(mg.tensor([0.0, 0.0]), mg.tensor([3.0, 4.0]))
    tensor(5.)
    """
    difference: Any = sub(tensor(input, "dist"), tensor(other, "dist", "other", 2))
    if difference._array.dtype.kind not in "fc":
        raise RuntimeError("norm(): input dtype should be either floating point or complex")
    return length(difference, p)  # type: ignore[no-any-return]
