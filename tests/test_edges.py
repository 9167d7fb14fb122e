"""The edges of what may be asked are where PyTorch has them: the same numbers, the same error, the same sentence."""

import importlib

import pytest

import minigrad as mg
from edges import MODULES, answer, first_sentence, programs

PROGRAMS = programs()
for name in MODULES:
    importlib.import_module(f"minigrad.{name}")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_at_an_edge_is_answered_as_by_pytorch(program):
    said = answer(program, mg)
    wanted = PROGRAMS[program]
    assert said == wanted or (wanted.partition(":")[0].endswith("Error") and said.startswith(wanted))


@pytest.mark.parametrize("program", PROGRAMS)
def test_pytorch_answers_what_is_written_down(program):
    torch = pytest.importorskip("torch", reason="torch is not installed: what it answers is not known")
    for name in MODULES:
        importlib.import_module(f"torch.{name}")
    assert first_sentence(answer(program, torch)) == PROGRAMS[program]
