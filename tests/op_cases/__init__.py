"""Sample inputs, one line an op: what runs over every op runs over this table; a file a family of ops."""

from __future__ import annotations

from op_cases import elementary
from op_cases.case import Case, Shape, Shapes

__all__ = ["CASES", "PLAIN", "Case", "Shape", "Shapes"]

CASES = [*elementary.CASES]  # what can be differentiated
PLAIN = [*elementary.PLAIN]  # what cannot
