"""What ``gradcheck`` says when two Jacobians differ: which entry, both numbers, and what mistake looks like that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.autograd.base import Array, wrap

WIDTH = 12  # columns of a name in the report


@dataclass
class Mismatch:
    """Two Jacobians of one output with respect to one input, one row an entry of the output."""

    analytical: Array
    numerical: Array
    output: str  # such as "output 0"
    input: str
    output_shape: tuple[int, ...]
    input_shape: tuple[int, ...]
    wrong: Array  # where the two differ by more than is allowed
    slopes: tuple[float, float] | None = None  # at the worst entry, towards smaller and towards larger inputs
    node: str = ""  # whose backward is the first to run
    advice: str = ""  # what is known of the cause
    pairs: tuple[bool, bool] = (False, False)  # whether output and input are parts of complex numbers
    single: bool = False  # whether the input has fewer digits than the check needs

    @property
    def worst(self) -> tuple[int, int]:
        """The row and the column where the two differ most."""
        gap = np.where(self.wrong, np.abs(self.analytical - self.numerical), -1.0)
        row, column = np.unravel_index(np.argmax(np.where(np.isnan(gap), np.inf, gap)), gap.shape)
        return int(row), int(column)

    def __str__(self) -> str:
        row, column = self.worst
        a, n = float(self.analytical[row, column]), float(self.numerical[row, column])
        top = f"{self.output}{_index(row, self.output_shape, self.pairs[0])}"
        bottom = f"{self.input}{_index(column, self.input_shape, self.pairs[1])}"
        many = f"{int(self.wrong.sum())} of {self.wrong.size} entries differ" if self.wrong.size > 1 else "they differ"
        gap = abs(a - n)
        relative = f", {gap / abs(n):.3g} of the numerical value" if n else ""
        lines = [
            f"Largest difference: how {top} changes with {bottom} ({many})",
            f"{'numerical':>{WIDTH}}  {n:<12.7g} what the function does",
            f"{'analytical':>{WIDTH}}  {a:<12.7g} what its backward says",
            f"{'difference':>{WIDTH}}  {gap:.3g}{relative}",
        ]
        if self.node:
            lines.append(f"The first backward to run is that of {self.node}.")
        hint = self.advice or self.hint()
        return "\n".join([*lines, f"Hint: {hint}"] if hint else lines)

    def hint(self) -> str:
        """Say which mistake looks like this, if one is known that does."""
        a, n = self.analytical, self.numerical
        if self.slopes is not None and _apart(*self.slopes):
            left, right = self.slopes
            return (
                f"the function has a kink or a jump here: its slope is {left:.4g} on one side and {right:.4g} on the "
                "other, so finite differences say nothing. Try an input that is not at the kink."
            )
        if not np.isfinite(a).all() or not np.isfinite(n).all():
            return "there is nan or inf: the function, or its backward, is not defined at this input."
        if not a.any():
            return (
                "backward gives no gradient here, though the output depends on this input: it returned None or zeros, "
                "or something on the way cut the graph (detach(), no_grad(), .data, .item(), NumPy)."
            )
        if _close(a, -n):
            return "every entry has the wrong sign."
        if all(self.pairs) and _close(a, _conjugated(n)):
            return (
                "these are the derivatives, and their conjugates are wanted: with complex numbers, backward multiplies "
                "by the conjugate of the derivative (grad * derivative.conj())."
            )
        factor = float((a * n).sum() / (n * n).sum()) if n.any() else 0.0
        if factor and _close(a, factor * n):
            return f"every entry is {_factor(factor)} what it should be: a factor is wrong in backward."
        if a.shape[0] == a.shape[1] and _close(a, n.T):
            return "this is the transposed Jacobian: backward should multiply by the transpose of what forward uses."
        if self.single:
            return (
                "the input has not the digits that this needs: a step of 1e-6 drowns in float32. Try inputs of "
                "dtype=mg.float64."
            )
        if not a[self.wrong].any():
            return (
                "the entries that differ are all zero in backward: a part of the gradient was left out. Where a value "
                "was used several times, the contributions must be added up, not written over each other."
            )
        missing = (n - a)[self.wrong]
        if _close(missing, np.full_like(missing, missing[0])):
            return f"each of them lacks the same number, {missing[0]:.4g}: a term is missing in backward."
        return ""


def sentence(numerical: Any, analytical: Any, output: int, number: int, rest: str) -> str:
    """Return PyTorch's sentence on two Jacobians that differ; a row is an entry of the input there."""
    shown = [x if isinstance(x, float) else wrap(x.T.copy()) for x in (numerical, analytical)]
    return (
        f"Jacobian mismatch for output {output:d} with respect to input {number:d},\n"
        f"numerical:{shown[0]}\nanalytical:{shown[1]}\n{rest}"
    )


def _index(flat: int, shape: tuple[int, ...], pairs: bool) -> str:
    """Return how an entry is written: [1, 2], or [1, 2].imag where the last dimension holds the parts of a number."""
    place = [int(i) for i in np.unravel_index(flat, shape)] if shape else []
    part = (".real", ".imag")[place.pop()] if pairs else ""
    return (f"[{', '.join(map(str, place))}]" if place else "") + part


def _conjugated(jacobian: Array) -> Array:
    """Return what the Jacobian would be with the conjugate of each derivative: the parts that cross change sign."""
    rows, columns = np.ogrid[: jacobian.shape[0], : jacobian.shape[1]]
    return np.asarray(np.where((rows + columns) % 2, -jacobian, jacobian))


def _close(a: Array, b: Array) -> bool:
    return bool(np.allclose(a, b, rtol=2e-3, atol=1e-5))


def _apart(left: float, right: float) -> bool:
    """Return whether two one-sided slopes are too far apart for a smooth function."""
    return abs(left - right) > 0.01 * max(abs(left), abs(right), 1.0)


def _factor(factor: float) -> str:
    return {2.0: "twice", 0.5: "half", 3.0: "three times", -2.0: "-2 times", -0.5: "-0.5 times"}.get(
        round(factor, 3), f"{factor:.4g} times"
    )
