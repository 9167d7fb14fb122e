"""Sample inputs, one line an op: what runs over every op runs over this table; a file a family of ops."""

from __future__ import annotations

from op_cases import elementary, ordering, shapes
from op_cases.case import COMPOSED, Case, Shape, Shapes

__all__ = ["CASES", "COMPOSED", "PLAIN", "Case", "Shape", "Shapes"]

CASES = [*elementary.CASES, *ordering.CASES, *shapes.CASES]  # what can be differentiated
PLAIN = [*elementary.PLAIN, *ordering.PLAIN]  # what cannot
