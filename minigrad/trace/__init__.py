"""A run, recorded and told: what was computed, and each step of the backward pass, in the numbers at hand.

>>> with record() as recording:
...     z = (w * x + b).sum()
...     z.backward()
>>> print(step_table(play_document(recording, z)))  # doctest: +SKIP
"""

from minigrad.trace.document import from_json, play_document, to_json
from minigrad.trace.record import Recording, record
from minigrad.trace.table import step_table

__all__ = ["Recording", "from_json", "play_document", "record", "step_table", "to_json"]
