"""What has memory of its own where its kin are views: view_copy, t_copy ..., and the unsafe ways to split."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from minigrad.autograd.function import apply
from minigrad.ops import complex_numbers
from minigrad.ops.arguments import TensorT
from minigrad.ops.axes import expand, permute, t, transpose
from minigrad.ops.diagonals import diagonal
from minigrad.ops.index import narrow, select
from minigrad.ops.joining import chunk, split, split_with_sizes, unbind
from minigrad.ops.shape import Alias, clone, squeeze, unsqueeze, view
from minigrad.ops.windows import as_strided, unfold

__all__ = [
    "alias_copy",
    "as_strided_copy",
    "detach_copy",
    "diagonal_copy",
    "expand_copy",
    "narrow_copy",
    "permute_copy",
    "select_copy",
    "slice_copy",
    "split_copy",
    "split_with_sizes_copy",
    "squeeze_copy",
    "t_copy",
    "transpose_copy",
    "unbind_copy",
    "unfold_copy",
    "unsafe_chunk",
    "unsafe_split",
    "unsafe_split_with_sizes",
    "unsqueeze_copy",
    "view_as_complex_copy",
    "view_as_real_copy",
    "view_copy",
]


def _copies(look: Callable[..., Any], name: str = "") -> Callable[..., Any]:
    """Return the function that copies what another one sees: ``t_copy`` of ``t``."""

    def call(*args: Any, **named: Any) -> Any:
        seen = look(*args, **named)
        return tuple([clone(part) for part in seen]) if isinstance(seen, tuple) else clone(seen)

    functools.update_wrapper(call, look)
    call.__name__ = call.__qualname__ = name or f"{look.__name__}_copy"
    call.__doc__ = f"Return what ``{look.__name__}`` would, with memory of its own."
    return call


def _sliced(input: TensorT, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> TensorT:
    """Return every so many entries from one place up to another along a dimension."""
    return transpose(transpose(input, 0, dim)[start:end:step], 0, dim)  # type: ignore[index, no-any-return]


def _alias(input: TensorT) -> TensorT:
    """Return the tensor again."""
    return apply(Alias, input)  # type: ignore[no-any-return]


def _detached(input: TensorT) -> TensorT:
    """Return the tensor without its history."""
    return input.detach()  # type: ignore[attr-defined, no-any-return]


alias_copy, detach_copy = _copies(_alias, "alias_copy"), _copies(_detached, "detach_copy")
view_copy, as_strided_copy, expand_copy = _copies(view), _copies(as_strided), _copies(expand)
t_copy, transpose_copy, permute_copy = _copies(t), _copies(transpose), _copies(permute)
squeeze_copy, unsqueeze_copy = _copies(squeeze), _copies(unsqueeze)
select_copy, slice_copy, narrow_copy = _copies(select), _copies(_sliced, "slice_copy"), _copies(narrow)
diagonal_copy, unfold_copy = _copies(diagonal), _copies(unfold)
split_copy, split_with_sizes_copy, unbind_copy = _copies(split), _copies(split_with_sizes), _copies(unbind)
view_as_real_copy = _copies(complex_numbers.view_as_real)
view_as_complex_copy = _copies(complex_numbers.view_as_complex)
unsafe_split, unsafe_chunk = _copies(split, "unsafe_split"), _copies(chunk, "unsafe_chunk")
unsafe_split_with_sizes = _copies(split_with_sizes, "unsafe_split_with_sizes")
