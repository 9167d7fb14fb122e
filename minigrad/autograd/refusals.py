"""What NumPy would not compute, or should not, said in PyTorch's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from minigrad import dtypes


def refuse_oversized(number: int) -> None:
    """Refuse a Python number that no integer type of a machine holds."""
    if not -(2**63) <= number < 2**64:
        raise OverflowError("int too big to convert. A tensor's numbers have 64 bits at most: write it as a float.")


def explained(error: Exception, name: str, operands: Sequence[Any]) -> Exception:
    """Return PyTorch's sentence for what NumPy refused in an op's forward; any other error comes back as it was."""
    told = str(error)
    if "broadcast" in told:
        return unbroadcastable(error, *operands)
    if "not supported for the input types" in told:
        kernel = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()
        return NotImplementedError(_not_implemented(f"{kernel}_cpu", operands))
    return error


def _not_implemented(kernel: str, operands: Sequence[Any]) -> str:
    """Return the sentence for a kernel that does not know the dtype in which its operands meet."""
    return f"\"{kernel}\" not implemented for '{dtypes.of(dtypes.result_type(*operands)).title}'"


def unbroadcastable(error: Exception, *operands: Any) -> Exception:
    """Return PyTorch's sentence for shapes that do not broadcast; any other error comes back as it was."""
    shapes = [tuple(x.shape) for x in operands if hasattr(x, "shape")]
    result = shapes[0]
    for shape in shapes[1:]:
        ndim = max(len(result), len(shape))
        a, b = (1,) * (ndim - len(result)) + result, (1,) * (ndim - len(shape)) + shape
        for i in reversed(range(ndim)):
            if a[i] != b[i] and 1 not in (a[i], b[i]):
                return RuntimeError(
                    f"The size of tensor a ({a[i]}) must match the size of tensor b ({b[i]}) at non-singleton "
                    f"dimension {i}. The shapes are {list(result)} and {list(shape)}: aligned at their last "
                    "dimension, sizes must be equal, or one of them 1."
                )
        result = tuple([n if m == 1 else m for m, n in zip(a, b, strict=True)])
    return error
