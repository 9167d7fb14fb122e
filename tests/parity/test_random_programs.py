"""Programs drawn at random do the same under both libraries; and faults that are planted are found."""

# ruff: noqa: E402 (what is imported needs torch, and says so by being skipped)
from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")

from hypothesis import HealthCheck, given, settings
from random_programs.compare import mismatch
from random_programs.draft import Program
from random_programs.faults import FAULTS, Fault
from random_programs.programs import corpus, programs

FEATURES = ("views", "in-place", "hooks", "grad modes", "create_graph", "0-d", "mixed dtypes", "detach")


@pytest.fixture(scope="module")
def many() -> list[Program]:
    """Return a thousand programs, with what PyTorch made of them."""
    return list(corpus(1000))


def test_both_libraries_do_the_same(many: list[Program]) -> None:
    found = [problem for program in many if (problem := mismatch(program)) is not None]
    found.sort(key=lambda problem: len(problem.program.lines))
    assert not found, f"{len(found)} programs differ; the shortest:\n{found[0]}"


@settings(max_examples=250, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_both_libraries_do_the_same_and_a_program_that_differs_is_made_short(program: Program) -> None:
    problem = mismatch(program)
    assert problem is None, f"\n{problem}"


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_in_a_tenth_of_the_programs(feature: str, many: list[Program]) -> None:
    assert sum(feature in program.features for program in many) >= len(many) / 10


def test_there_are_enough_faults() -> None:
    assert len(set(FAULTS)) >= 30


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_found(fault: Fault, many: list[Program]) -> None:
    with fault.planted():
        assert any(mismatch(program) is not None for program in many)
