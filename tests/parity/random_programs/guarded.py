"""Programs drawn in a process of their own: PyTorch may crash on one, and the rest are to be compared nevertheless."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection

from random_programs.draft import Program
from random_programs.programs import corpus


def guarded(count: int, seed: int, crashes: list[str]) -> Iterator[Program]:
    """Give what ``corpus`` gives, without the programs on which PyTorch crashed: they are named in ``crashes``."""
    spawn = multiprocessing.get_context("spawn")
    nr = 0
    while nr < count:
        here, there = spawn.Pipe(duplex=False)
        child = spawn.Process(target=_draw, args=(there, count, seed, nr), daemon=True)
        child.start()
        there.close()  # so that the child's is the last one, and its end is seen
        try:
            while nr < count:
                program = here.recv()
                nr += 1
                yield program.compiled()
        except EOFError:
            child.join()
            if not child.exitcode or child.exitcode > 0:
                raise RuntimeError(f"drawing program {nr} of seed {seed} failed: see above") from None
            crashes.append(f"PyTorch crashed (signal {-child.exitcode}) on program {nr} of seed {seed}")
            nr += 1
        child.join()


def _draw(there: Connection, count: int, seed: int, start: int) -> None:
    """Draw programs, each sent as soon as it is done; compiled code does not travel."""
    for program in corpus(count, seed, start):
        program.codes.clear()
        there.send(program)
