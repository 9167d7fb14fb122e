"""A run, recorded and told: what was computed, and each step of the backward pass, in the numbers at hand.

>>> w = mg.tensor([2.0, -1.0], requires_grad=True)
>>> with record() as recording:
...     z = (w * 3).sum()
...     z.backward()
>>> print(step_table(play_document(recording, z)))
minigrad: z = (w * 3).sum() · z.backward()
start: w = [2, −1]
1  forward   MUL line 2    w * 3: [2, −1] × 3 = [6, −3]
2  forward   SUM line 2    (w * 3).sum(): [6, −3] → 3
3  backward  z.backward()  ∂z/∂z = 1
4  backward  SumBackward0  ∂z/∂(w * 3) = 1 ⊙ [1, 1] = [1, 1]
5  backward  MulBackward0  ∂z/∂w = [1, 1] ⊙ [3, 3] = [3, 3], += into w.grad
6  backward  w.grad        None += [3, 3] = [3, 3]
"""

import sys
from types import ModuleType
from typing import Any

from minigrad.ops.products import trace as _diagonal_sum
from minigrad.trace.context import record
from minigrad.trace.document import from_json, play_document, position_at, to_json
from minigrad.trace.events import Recording
from minigrad.trace.standing import on_the_side, record_standing, standing_document, why_not
from minigrad.trace.table import step_table

__all__ = [
    "Recording",
    "from_json",
    "on_the_side",
    "play_document",
    "position_at",
    "record",
    "record_standing",
    "standing_document",
    "step_table",
    "to_json",
    "why_not",
]


class _Room(ModuleType):
    """This room; called, it is PyTorch's function of that name: the sum of a matrix's diagonal."""

    def __call__(self, input: Any) -> Any:
        return _diagonal_sum(input)


sys.modules[__name__].__class__ = _Room
