"""Small programs written for PyTorch print the same numbers here: with each import replaced, and wholly unchanged.

What they print under torch 2.13 is stored in ``expected/``; where torch is installed, it is asked again.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = [path.stem for path in sorted((HERE / "expected").glob("*.txt"))]
NUMBER = re.compile(r"-?\d+\.\d+")


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]\n{code}"],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_same(printed: str, program: str) -> None:
    """Compare word for word, and numbers to five digits."""
    expected = (HERE / "expected" / f"{program}.txt").read_text(encoding="utf-8")
    assert NUMBER.sub("#", printed) == NUMBER.sub("#", expected)
    ours, theirs = ([float(x) for x in NUMBER.findall(text)] for text in (printed, expected))
    assert ours == pytest.approx(theirs, rel=2e-5, abs=1.1e-5)  # the last of the printed digits may be rounded away


def replaced(source: str) -> str:
    """Return a program with each import of torch replaced by one of minigrad."""
    source = re.sub(r"^import torch$", "import minigrad as torch", source, flags=re.M)
    source = re.sub(r"^import torch\.([\w.]+) as (\w+)$", r"import minigrad.\1 as \2", source, flags=re.M)
    source = re.sub(r"^from torch(\.[\w.]+)? import", r"from minigrad\1 import", source, flags=re.M)
    assert not re.search(r"^(import|from) torch", source, flags=re.M)
    return source


def source_of(program: str) -> str:
    return (HERE / f"{program}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("program", PROGRAMS)
def test_with_its_imports_replaced_a_program_prints_what_it_prints_under_pytorch(program):
    assert_same(run(replaced(source_of(program))), program)


@pytest.mark.parametrize("program", PROGRAMS)
def test_after_as_torch_a_program_runs_unchanged(program):
    assert_same(run("import minigrad.as_torch\n" + source_of(program)), program)


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_stored_is_what_pytorch_prints(program):
    pytest.importorskip("torch")
    assert_same(run(source_of(program)), program)


def test_every_program_has_its_output_stored():
    programs = {path.stem for path in HERE.glob("*.py")} - {"test_programs", "text", "digits"}
    assert programs == set(PROGRAMS)
