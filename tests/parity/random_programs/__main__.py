"""Compare many random programs, and print how many there were of what."""

from __future__ import annotations

import sys
import time
from collections import Counter

from random_programs.compare import Mismatch, mismatch
from random_programs.guarded import guarded


def main(count: int, seed: int = 0, shown: int = 10) -> int:
    """Run ``count`` programs; print counts per op and per feature, and what differed."""
    ops: Counter[str] = Counter()
    features: Counter[str] = Counter()
    found: list[Mismatch] = []
    done = lines = failed = 0
    begun = time.time()
    crashes: list[str] = []
    for program in guarded(count, seed, crashes):
        done += 1
        ops.update(program.ops)
        features.update(program.features)
        if any(program.errors):
            features["an error"] += 1
        failed += sum(error is not None for error in program.errors)
        lines += len(program.lines)
        if (problem := mismatch(program)) is not None:
            found.append(problem)
    for problem in sorted(found, key=lambda p: len(p.program.lines))[:shown]:
        print(problem, end="\n\n")
    print(f"{'op':40} times")
    for op, times in ops.most_common():
        print(f"{op:40} {times}")
    print(f"\n{'feature':40} share of programs")
    for feature, times in features.most_common():
        print(f"{feature:40} {times / done:.1%}")
    print(f"\n{done} programs of {lines / done:.0f} lines, {failed / lines:.0%} of which raise an error")
    for crash in crashes:
        print(f"left out: {crash}")
    print(f"{len(found)} mismatches, {time.time() - begun:.0f} s")
    for what, times in Counter(f.kind for f in found).most_common():
        print(f"    {times:5} {what}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
