"""How far to go along a direction: a search for a point where the loss is low and its slope is flat.

Nocedal & Wright (2006), Numerical Optimization, algorithms 3.5 and 3.6, doi:10.1007/978-0-387-40065-5.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

ENOUGH = 1e-4  # of the fall that the first slope promises, so much is wanted
FLATTER = 0.9  # and a slope at most so steep, beside the first one


class Point(NamedTuple):
    """A place along the direction."""

    t: float
    loss: float
    gradient: Any
    slope: float  # of the loss, along the direction


def between(a: Point, b: Point, low: float, high: float) -> float:
    """Return where the cubic through two points with their slopes is lowest, within bounds; their middle if nowhere."""
    left, right = (a, b) if a.t <= b.t else (b, a)
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    if square < 0:
        return (low + high) / 2
    d2 = math.sqrt(square)
    share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2)
    return min(max(right.t - (right.t - left.t) * share, low), high)


def strong_wolfe(
    at: Callable[[float], Point], t: float, start: Point, reach: float, most: int, least: float = 1e-9
) -> tuple[Point, int]:
    """Return a point that fulfils Wolfe's strong conditions, and how many evaluations it took to find.

    Parameters
    ----------
    at : callable
        From ``t`` to the point there.
    t : float
        Where to look first.
    start : Point
        Where the search begins, at 0.
    reach : float
        The direction's largest entry.
    most : int
        How many times to try further points, at most.
    least : float
        An interval in which no parameter moves by more than this is not divided further.

    Returns
    -------
    Point and int
    """

    def too_high(point: Point) -> bool:
        return point.loss > start.loss + ENOUGH * point.t * start.slope

    def flat(point: Point) -> bool:
        return abs(point.slope) <= -FLATTER * start.slope

    # Go on, ever further, until what is sought must lie behind.
    before, here, tries = start, at(t), 0
    while tries < most:
        if too_high(here) or (tries > 1 and here.loss >= before.loss):
            break
        if flat(here):
            return here, tries + 1
        if here.slope >= 0:
            break
        further = between(before, here, here.t + 0.01 * (here.t - before.t), here.t * 10)
        before, here, tries = here, at(further), tries + 1
    else:
        before = start
    evaluations = tries + 1

    # Divide the interval until a point in it is good enough.
    ends, stuck = [before, here], False
    low = 0 if ends[0].loss <= ends[1].loss else 1
    while tries < most and abs(ends[1].t - ends[0].t) * reach >= least:
        left, right = sorted(point.t for point in ends)
        t = between(ends[0], ends[1], left, right)
        margin = 0.1 * (right - left)
        near = min(right - t, t - left) < margin
        if near and (stuck or t >= right or t <= left):  # twice at an end: take a step away from it
            t = right - margin if abs(t - right) < abs(t - left) else left + margin
            near = False
        stuck = near
        here = at(t)
        tries, evaluations = tries + 1, evaluations + 1
        if too_high(here) or here.loss >= ends[low].loss:
            ends[1 - low] = here
            low = 0 if ends[0].loss <= ends[1].loss else 1
            continue
        if flat(here):
            return here, evaluations
        if here.slope * (ends[1 - low].t - ends[low].t) >= 0:
            ends[1 - low] = ends[low]
        ends[low] = here
    return ends[low], evaluations
