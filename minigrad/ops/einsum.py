"""Products and sums over named dimensions: einsum, tensordot, kron and their kin."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

from minigrad.ops.arguments import TensorT, axis, integer, refuse, supported, tensor
from minigrad.ops.linalg import bmm, matmul, mm

__all__ = ["chain_matmul", "einsum", "inner", "kron", "matrix_power", "tensordot"]

_DOTS = -1  # the place of an ellipsis among labels


def einsum(equation: Any, *operands: Any) -> Any:
    """Return a sum of products over named dimensions: ``"ij,jk->ik"`` is the product of two matrices.

    Parameters
    ----------
    equation : str
        A letter for each dimension of each operand; after the arrow those of the result, by default the letters that
        occur once, in alphabetical order. ``...`` stands for any dimensions, which broadcast. Or the first operand:
        then each is followed by a list of numbers, and the result's list may come last.
    *operands : Tensor
        What is multiplied.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If letters and dimensions do not fit.

    Examples
    --------
    >>> a = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> mg.einsum("ij,kj->ik", a, a)
    tensor([[ 5., 11.],
            [11., 25.]])
    >>> mg.einsum("ii", a)
    tensor(5.)
    """
    if isinstance(equation, str):
        tensors = operands[0] if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else operands
        terms, result = _parsed(equation)
    else:
        tensors, terms, result = _sublists((equation, *operands))
    if len(tensors) < len(terms):
        raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
    if len(tensors) > len(terms):
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    dots, sizes = _sizes(terms, tensors)
    if result is None:
        counts = [label for term in terms for label in term if label != _DOTS]
        result = [_DOTS] * (dots > 0) + sorted({label for label in counts if counts.count(label) == 1})
    _check_result(result, sizes)
    order: list[Any] = []
    for label in result:
        order += [("dots", i) for i in range(dots)] if label == _DOTS else [label]
    kept = len(order)
    order += [("dots", i) for i in range(dots)] if _DOTS not in result else []
    order += sorted(label for label in sizes if label not in result)
    aligned = [_aligned(x, term, order, dots) for x, term in zip(tensors, terms, strict=True)]
    return _contracted(aligned, kept, len(order))


def _letter(label: int) -> str:
    return string.ascii_letters[label - 26 if label >= 26 else label + 26]


def _number(letter: str) -> int:
    """Return a number by which upper case comes before lower case, as in PyTorch."""
    return ord(letter) - ord("A") if letter.isupper() else ord(letter) - ord("a") + 26


def _term(text: str, whole: str, which: str) -> list[int]:
    """Return the labels of one operand, or of the result."""
    if text.count(".") not in (0, 3) or (text.count(".") and "..." not in text):
        raise RuntimeError(f"einsum(): found '.' for {which} that is not part of any ellipsis")
    labels, i = [], 0
    while i < len(text):
        if text[i] == ".":
            labels.append(_DOTS)
            i += 3
            continue
        if text[i] not in string.ascii_letters:
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {whole.index(text[i])} in the equation string, subscripts "
                "must be in [a-zA-Z]"
            )
        labels.append(_number(text[i]))
        i += 1
    return labels


def _parsed(equation: str) -> tuple[list[list[int]], list[int] | None]:
    """Return the labels of the operands and of the result."""
    plain = equation.replace(" ", "")
    left, arrow, right = plain.partition("->")
    terms = [_term(text, equation, f"operand {i}") for i, text in enumerate(left.split(","))]
    return terms, _term(right, equation, "output") if arrow else None


def _sublists(arguments: Sequence[Any]) -> tuple[list[Any], list[list[int]], list[int] | None]:
    """Return operands and labels that were given as ``a, [0, 1], b, [1, 2], [0, 2]``."""

    def labels(given: Sequence[Any]) -> list[int]:
        for label in given:
            if label is not Ellipsis and not 0 <= label < 52:
                raise ValueError(
                    f"einsum(): subscript in subscript list is not within the valid range [0, 52): it is {label}"
                )
        return [_DOTS if label is Ellipsis else label for label in given]

    pairs = len(arguments) // 2
    tensors = [arguments[2 * i] for i in range(pairs)]
    terms = [labels(arguments[2 * i + 1]) for i in range(pairs)]
    return tensors, terms, labels(arguments[-1]) if len(arguments) % 2 else None


def _sizes(terms: list[list[int]], tensors: Sequence[Any]) -> tuple[int, dict[int, int]]:
    """Return how many dimensions an ellipsis stands for, and how long each labelled one is."""
    dots, sizes = 0, dict[int, int]()
    for i, (term, x) in enumerate(zip(terms, tensors, strict=False)):
        shape = tensor(x, "einsum", "operands", i + 2)._array.shape
        named = len(term) - term.count(_DOTS)
        if named > len(shape) or (_DOTS not in term and named != len(shape)):
            more = "more than" if _DOTS in term else "does not match"
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({named}) {more} the number of dimensions "
                f"({len(shape)}) for operand {i}" + ("" if _DOTS in term else " and no ellipsis was given")
            )
        dots = max(dots, len(shape) - named) if _DOTS in term else dots
        at, own = 0, dict[int, int]()
        for label in term:
            if label == _DOTS:
                at += len(shape) - named
                continue
            n = shape[at]
            if own.setdefault(label, n) != n:
                raise RuntimeError(
                    f"einsum(): subscript {_letter(label)} is repeated for operand {i} but the sizes don't match, "
                    f"{n} != {own[label]}"
                )
            if sizes.get(label, 1) not in (1, n) and n != 1:
                raise RuntimeError(
                    f"einsum(): subscript {_letter(label)} has size {n} for operand {i} which does not broadcast with "
                    f"previously seen size {sizes[label]}"
                )
            sizes[label] = max(sizes.get(label, n), n) if n else 0
            at += 1
    return dots, sizes


def _check_result(result: list[int], sizes: dict[int, int]) -> None:
    for label in result:
        if label != _DOTS and label not in sizes:
            raise RuntimeError(
                f"einsum(): output subscript {_letter(label)} does not appear in the equation for any input operand"
            )
        if label != _DOTS and result.count(label) > 1:
            raise RuntimeError(f"einsum(): output subscript {_letter(label)} appears more than once in the output")


def _aligned(x: Any, term: list[int], order: list[Any], dots: int) -> Any:
    """Return an operand with its dimensions in the common order, of size 1 where it has none; diagonals are taken."""
    names: list[Any] = []
    for label in term:
        count = x._array.ndim - len(term) + 1
        names += [("dots", dots - count + i) for i in range(count)] if label == _DOTS else [label]
    for name in dict.fromkeys(names):
        while names.count(name) > 1:
            first = names.index(name)
            second = names.index(name, first + 1)
            x = x.diagonal(0, first, second)
            names = [n for i, n in enumerate(names) if i not in (first, second)] + [name]
    x = x.permute([names.index(name) for name in order if name in names])
    for i, name in enumerate(order):
        if name not in names:
            x = x.unsqueeze(i)
    return x


def _contracted(tensors: list[Any], kept: int, count: int) -> Any:
    """Multiply from left to right, each dimension summed as soon as no later operand has it."""
    result = tensors[0]
    for i, x in enumerate(tensors[1:], 1):
        later = tensors[i + 1 :]
        gone = [d for d in range(kept, count) if all(t._array.shape[d] == 1 for t in later)]
        result = _product(result, x, gone)
    left = [d for d in range(kept, count) if len(tensors) == 1 or result._array.shape[d] != 1]
    if left:
        result = result.sum(left, keepdim=True)
    return result.reshape(result._array.shape[:kept]) if count > kept else result


def _product(a: Any, b: Any, gone: list[int]) -> Any:
    """Multiply two operands of one rank and sum along dimensions, as a stack of products of matrices."""
    mine, other = a._array.shape, b._array.shape
    alone = [[d for d in gone if mine[d] != 1 and other[d] == 1], [d for d in gone if mine[d] == 1 and other[d] != 1]]
    a = a.sum(alone[0], keepdim=True) if alone[0] else a
    b = b.sum(alone[1], keepdim=True) if alone[1] else b
    mine, other = a._array.shape, b._array.shape
    dims = range(len(mine))
    summed = [d for d in gone if mine[d] != 1 and other[d] != 1]
    if not summed:
        return a * b
    both = [d for d in dims if d not in gone and mine[d] != 1 and other[d] != 1]
    rows = [d for d in dims if d not in gone and mine[d] != 1 and other[d] == 1]
    rest = [d for d in dims if d not in (*both, *rows, *summed)]
    sizes = [
        math.prod([max(mine[d], other[d]) if mine[d] and other[d] else 0 for d in group])
        for group in (both, rows, summed, rest)
    ]
    left = a.permute([*both, *rows, *summed, *rest]).reshape(sizes[0], sizes[1], sizes[2])
    right = b.permute([*both, *summed, *rest, *rows]).reshape(sizes[0], sizes[2], sizes[3])
    shape = [
        1 if d in gone else max(mine[d], other[d]) if mine[d] and other[d] else 0
        for d in (*both, *rows, *summed, *rest)
    ]
    order = [*both, *rows, *summed, *rest]
    shape = [shape[i] for i in range(len(order)) if order[i] not in summed] + [1] * len(summed)
    order = [d for d in order if d not in summed] + summed
    return bmm(left, right).reshape(shape).permute([order.index(d) for d in dims])


# --- Others that are products of matrices --------------------------------------------------------------------------


def tensordot(a: TensorT, b: Any, dims: Any = 2) -> TensorT:
    """Return the product of two tensors, summed over pairs of dimensions.

    Parameters
    ----------
    a, b : Tensor
        Of one dtype.
    dims : int, or two lists of int
        How many of the last of ``a`` go with the first of ``b``; or which of each.

    Returns
    -------
    Tensor
        What is left of ``a``, then of ``b``.

    Raises
    ------
    RuntimeError
        If the sizes do not fit.

    Examples
    --------
    >>> mg.tensordot(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]), dims=1)
    tensor(11.)
    """
    x: Any = tensor(a, "tensordot", "a")
    y: Any = tensor(b, "tensordot", "b", 2)
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(x._array.ndim, y._array.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        mine, other = list(range(-dims, 0)), list(range(dims))
    else:
        mine, other = ([d] if isinstance(d, int) else [int(n) for n in d] for d in dims)
    if len(mine) != len(other):
        raise RuntimeError("both dimension lists should have same length")
    for d, e in zip(mine, other, strict=True):
        n, m = x._array.shape[axis(d, x._array.ndim)], y._array.shape[axis(e, y._array.ndim)]
        if n != m and 1 not in (n, m):
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {n} in dim {d} and second has size {m} in "
                f"dim {e}"
            )
    first, second = ([axis(d, t._array.ndim) for d in ds] for t, ds in ((x, mine), (y, other)))
    rows = [d for d in range(x._array.ndim) if d not in first]
    columns = [d for d in range(y._array.ndim) if d not in second]
    for d, e in zip(first, second, strict=True):
        n, m = x._array.shape[d], y._array.shape[e]
        x = x.sum(d, keepdim=True) if m == 1 and n != 1 else x
        y = y.sum(e, keepdim=True) if n == 1 and m != 1 else y
    count = math.prod([x._array.shape[d] for d in first])
    shape = [x._array.shape[d] for d in rows] + [y._array.shape[d] for d in columns]
    left = x.permute([*rows, *first]).reshape(math.prod([x._array.shape[d] for d in rows]), count)
    right = y.permute([*second, *columns]).reshape(count, math.prod([y._array.shape[d] for d in columns]))
    return mm(left, right).reshape(shape)  # type: ignore[no-any-return]


def kron(input: TensorT, other: Any) -> TensorT:
    """Return the Kronecker product: each entry of the first times all of the second, in its place.

    Parameters
    ----------
    input, other : Tensor
        Any shapes.

    Returns
    -------
    Tensor
        Each dimension as long as the product of both.

    Examples
    --------
    >>> mg.kron(mg.tensor([1, 10]), mg.tensor([1, 2]))
    tensor([ 1,  2, 10, 20])
    """
    a: Any = tensor(input, "kron")
    b: Any = tensor(other, "kron", "other", 2)
    rank = max(a._array.ndim, b._array.ndim)
    shapes = [(1,) * (rank - t._array.ndim) + t._array.shape for t in (a, b)]
    left = a.reshape([n for m in shapes[0] for n in (m, 1)])
    right = b.reshape([n for m in shapes[1] for n in (1, m)])
    return (left * right).reshape([n * m for n, m in zip(*shapes, strict=True)])  # type: ignore[no-any-return]


def inner(input: TensorT, other: Any) -> TensorT:
    """Return the sum of products along the last dimensions.

    Parameters
    ----------
    input, other : Tensor, shape (..., n)
        Of one dtype.

    Returns
    -------
    Tensor
        What is left of the first, then of the second.

    Raises
    ------
    RuntimeError
        If the last dimensions differ.

    Examples
    --------
    >>> mg.inner(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    a: Any = tensor(input, "inner")
    b: Any = tensor(other, "inner", "other", 2)
    if not a._array.ndim or not b._array.ndim:
        return a * b  # type: ignore[no-any-return]
    if a._array.shape[-1] != b._array.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(a._array.shape)} and {list(b._array.shape)}"
        )
    if a._array.ndim == b._array.ndim == 1:
        supported(a._array, "b", "dot")
    return tensordot(a, b, ([-1], [-1]))  # type: ignore[no-any-return]


def multi_dot(tensors: Sequence[Any]) -> Any:
    """Return the product of several matrices, in the order of multiplication that costs least.

    Parameters
    ----------
    tensors : sequence of Tensor
        Matrices; the first and the last may be vectors.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If there are fewer than two, or the shapes do not fit.

    References
    ----------
    Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, section 15.2.

    Examples
    --------
    >>> mg.linalg.multi_dot([mg.ones(2, 3), mg.ones(3, 4), mg.ones(4)])
    tensor([12., 12.])
    """
    if not isinstance(tensors, (tuple, list)):
        refuse(tensors, "linalg_multi_dot", "tensors", 1, "tuple of Tensors")
    n = len(tensors)
    if n < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {n}")
    shapes = [x._array.shape for x in tensors]
    sizes = [1 if len(shapes[0]) == 1 else shapes[0][0], *[s[0] for s in shapes[1:]]]
    sizes.append(1 if len(shapes[-1]) == 1 else shapes[-1][1])
    cost = [[0.0] * n for _ in range(n)]
    cut = [[0] * n for _ in range(n)]
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            prices = [cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)]
            cost[i][j] = min(prices)
            cut[i][j] = i + prices.index(cost[i][j])

    def product(i: int, j: int) -> Any:
        return tensors[i] if i == j else matmul(product(i, cut[i][j]), product(cut[i][j] + 1, j))

    return product(0, n - 1)


def chain_matmul(*matrices: Any) -> Any:
    """Return the product of several matrices, in the order of multiplication that costs least.

    Parameters
    ----------
    *matrices : Tensor
        Matrices.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.chain_matmul(mg.ones(1, 2), mg.ones(2, 1), mg.ones(1, 1))
    tensor([[2.]])
    """
    return matrices[0] if len(matrices) == 1 else multi_dot(matrices)


def matrix_power(A: TensorT, n: int) -> TensorT:
    """Return the product of a square matrix with itself, ``n`` times; of its inverse, if ``n`` is negative.

    Parameters
    ----------
    A : Tensor, shape (..., m, m)
        Any numbers; floats, if ``n`` is negative.
    n : int
        The power.

    Returns
    -------
    Tensor, shape (..., m, m)

    Raises
    ------
    RuntimeError
        If ``A`` is not square, or has no inverse and needs one.

    Examples
    --------
    >>> mg.linalg.matrix_power(mg.tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    x: Any = tensor(A, "linalg.matrix_power")
    n = integer(n, "linalg_matrix_power", "n", 2)
    shape = x._array.shape
    if len(shape) < 2:
        raise RuntimeError("linalg.matrix_power: The input tensor A must have at least 2 dimensions.")
    if shape[-1] != shape[-2]:
        raise RuntimeError(
            f"linalg.matrix_power: A must be batches of square matrices, but they are {shape[-2]} by {shape[-1]} "
            "matrices"
        )
    if n == 0:
        return x.new_tensor([[float(i == j) for j in range(shape[-1])] for i in range(shape[-1])]).expand(shape).clone()  # type: ignore[no-any-return]
    x = x.inverse() if n < 0 else x
    n = abs(n)
    if n == 1:
        return x.clone()  # type: ignore[no-any-return]
    if n == 3:
        return x @ x @ x  # type: ignore[no-any-return]
    result = None
    while n:
        n, bit = divmod(n, 2)
        result = x if bit and result is None else result @ x if bit else result
        x = x @ x if n else x
    return result  # type: ignore[return-value]
