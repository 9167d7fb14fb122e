"""nbgrader itself, on the notebooks as they are: handed out whole, graded by their checks, with hints as feedback."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from minigrad.jupyter.exercise import find

pytest.importorskip("nbgrader", reason="nbgrader is not installed")

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ["02-backward", "08-extending-autograd"]
PRODUCT = "        return grad_output * 2 * a * b, grad_output * a * a, None"  # derived on paper


def right_answers(name, cell, check):
    """Return the source of an answer cell as a learner leaves it who knows everything."""
    if cell.id == "answer" and name.startswith("08"):
        return cell.source.replace("        raise NotImplementedError", PRODUCT)
    (exercise,) = re.findall(r'mg\.exercise\("([^"]+)"', check.source)
    return f"answer = {find(exercise).solution()}"


def turned(name, cell, check):
    """Return it as one leaves it who turns each sign, in the exercises that ask for numbers."""
    return right_answers(name, cell, check).replace("answer = ", "answer = -mg.tensor(") + ")" * name.startswith("02")


def untouched(name, cell, check):
    return cell.source


STUDENTS = {"ada": right_answers, "bob": untouched, "eve": turned}


def nbgrader(folder, *command):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by its name
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "JUPYTER_DATA_DIR": str(folder / ".data")}
    environment.pop("NBGRADER_EXECUTION", None)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def hand_in(folder, student, answers):
    """Write what a student hands in: the notebook as it was handed out, with some answers."""
    submitted = folder / "submitted" / student / "ps1"
    submitted.mkdir(parents=True)
    for name in NOTEBOOKS:
        notebook = nbformat.read(folder / "release" / "ps1" / f"{name}.ipynb", as_version=4)
        for cell, check in zip(notebook.cells, notebook.cells[1:], strict=False):
            if check.metadata.get("nbgrader", {}).get("grade"):
                cell.source = answers(name, cell, check)
        nbformat.write(notebook, submitted / f"{name}.ipynb")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a course's folder after one assignment, by the commands that 99-for-teachers names."""
    folder = tmp_path_factory.mktemp("autograd")
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    for name in NOTEBOOKS:
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", source)
    nbgrader(folder, "generate_assignment", "ps1")
    for student, answers in STUDENTS.items():
        hand_in(folder, student, answers)
    nbgrader(folder, "autograde", "ps1")
    nbgrader(folder, "generate_feedback", "ps1")
    nbgrader(folder, "export")
    return folder


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_handed_out_with_every_line_it_has(course, name):
    here = code_cells(ROOT / "notebooks" / f"{name}.ipynb")
    handed_out = code_cells(course / "release" / "ps1" / f"{name}.ipynb")
    assert [cell.source for cell in handed_out] == [cell.source for cell in here]


def test_checks_are_locked_and_answers_are_not(course):
    cells = code_cells(course / "release" / "ps1" / "02-backward.ipynb")
    locked = [cell.id for cell in cells if cell.metadata.get("editable") is False]
    assert locked == ["adds-check", "empties-check"]


def test_points_are_given_for_right_answers_alone(course):
    rows = list(csv.DictReader((course / "grades.csv").read_text().splitlines()))
    points = {row["student_id"]: float(row["score"]) for row in rows}
    most = {float(row["max_score"]) for row in rows}
    worth = [
        cell.metadata.nbgrader.points
        for name in NOTEBOOKS
        for cell in code_cells(ROOT / "notebooks" / f"{name}.ipynb")
        if "nbgrader" in cell.metadata
    ]
    assert most == {sum(worth)}
    assert (points["ada"], points["bob"]) == (sum(worth), 0)
    assert points["eve"] == worth[-1], "her numbers are wrong, her Function is right"


def test_the_feedback_has_the_hint_and_never_the_answer(course):
    page = (course / "feedback" / "eve" / "ps1" / "02-backward.html").read_text()
    assert "Not yet. The size is right and the sign is turned." in page
    assert "No answer yet." in (course / "feedback" / "bob" / "ps1" / "02-backward.html").read_text()
    solution = str(find("backward.adds").solution())
    assert solution not in (course / "feedback" / "bob" / "ps1" / "02-backward.html").read_text()


def test_validate_tells_a_learner_what_is_missing(course):
    assert "No answer yet" in nbgrader(course, "validate", "submitted/bob/ps1/02-backward.ipynb")
    assert "Success" in nbgrader(course, "validate", "submitted/ada/ps1/02-backward.ipynb")
