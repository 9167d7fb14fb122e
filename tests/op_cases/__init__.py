"""Sample inputs, one line an op: what runs over every op runs over this table; a file a family of ops."""

from __future__ import annotations

from op_cases import (
    activations,
    algebra,
    combining,
    convolution,
    elementary,
    fourier,
    gathering,
    losses,
    ordering,
    shapes,
    statistics,
)
from op_cases.case import COMPOSED, Case, Shape, Shapes

__all__ = ["CASES", "COMPOSED", "PLAIN", "Case", "Shape", "Shapes"]

FAMILIES = [
    activations,
    algebra,
    convolution,
    combining,
    elementary,
    fourier,
    gathering,
    losses,
    ordering,
    shapes,
    statistics,
]
CASES: list[Case] = [case for family in FAMILIES for case in family.CASES]  # what can be differentiated
PLAIN: list[Case] = [case for family in FAMILIES for case in getattr(family, "PLAIN", [])]  # what cannot
