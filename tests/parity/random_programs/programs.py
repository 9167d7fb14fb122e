"""Whole programs: drawn by hypothesis, which can shrink one, or from a seed, many at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from random_programs.draft import Draft, Program
from random_programs.statements import STATEMENTS, ending, leaf


def program(whole: Callable[[int, int], int]) -> Program:
    """Write one program of 5 to 40 statements; ``whole`` draws a number between two."""
    draft = Draft(whole)
    count = draft.whole(5, 40)
    for _ in range(draft.whole(1, 3)):
        leaf(draft)
    for _ in range(count):
        draft.one_of(STATEMENTS)(draft)
    ending(draft)
    return draft.finish()


@st.composite
def programs(draw: Any) -> Program:
    """Draw a program that hypothesis can make smaller."""
    return program(lambda low, high: int(draw(st.integers(low, high))))


def corpus(count: int, seed: int = 0, start: int = 0) -> Iterator[Program]:
    """Give ``count`` programs without the first ``start``, the same ones for the same seed."""
    for nr in range(start, count):
        yield program(random.Random(f"{seed} {nr}").randint)
