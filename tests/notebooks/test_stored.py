"""What nbval does not look at: the notebooks' own files, as a viewer without a kernel finds them."""

import contextlib
import importlib.util
import io
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOKS = sorted(
    path
    for path in (Path(__file__).parents[2] / "notebooks").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
TAGS = {
    "raises-exception",  # the cell shows an error on purpose
    "no-player",  # a %%autograd cell that has nothing to play
    "minigrad-only",  # what PyTorch does not have
    "same-in-pytorch",  # a program that prints the same with PyTorch imported in its place
}
LOAD = """try:
    import minigrad as mg
except ModuleNotFoundError:  # in Colab or Kaggle
    %pip install -q "minigrad @ git+https://github.com/minigrad/minigrad"
    import minigrad as mg

%load_ext minigrad"""
APPENDIX = {"99-for-teachers"}  # no lesson, and the last
LONGEST_CELL = 15  # lines of code
CHECK = {"grade": True, "locked": True, "solution": False, "task": False, "schema_version": 3}
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
MACHINE_PATH = re.compile(r"(?<![\w.])(/(home|root|tmp|work|opt|usr|Users)/|[A-Z]:\\\\)[\w.-]")

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs(path: Path) -> list[Any]:
    return [output for cell in code_cells(path) for output in cell.outputs]


def states(path: Path) -> dict[str, Any]:
    return dict(read(path).metadata.get("widgets", {}).get(STATE, {}).get("state", {}))


def test_every_code_cell_was_run_once_and_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


def test_an_error_is_stored_only_where_a_tag_announces_it(path):
    for cell in code_cells(path):
        stored = any(output.output_type == "error" for output in cell.outputs)
        assert stored == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


def test_tags_come_from_the_list(path):
    used = {tag for cell in read(path).cells for tag in cell.metadata.get("tags", [])}
    assert used <= TAGS


def test_every_autograd_cell_shows_a_player_a_picture_and_the_step_table(path):
    for cell in code_cells(path):
        if cell.source.startswith("%%autograd") and "no-player" not in cell.metadata.get("tags", []):
            players = [output.data for output in cell.outputs if VIEW in output.get("data", {})]
            assert len(players) == 1, cell.source
            assert set(players[0]) == {VIEW, "image/png", "text/plain"}


def test_the_state_of_every_widget_in_view_is_stored_and_of_no_orphan(path):
    models = [output.data[VIEW]["model_id"] for output in outputs(path) if VIEW in output.get("data", {})]
    assert set(models) <= set(states(path))
    held = {model for state in states(path).values() for model in re.findall(r"IPY_MODEL_([0-9a-f]+)", str(state))}
    assert set(states(path)) == set(models) | held


def test_widget_models_are_numbered_as_they_were_made(path):
    assert sorted(states(path)) == [f"{number:032x}" for number in range(1, len(states(path)) + 1)]


def test_nothing_of_the_machine_is_stored(path):
    assert not MACHINE_PATH.findall(path.read_text(encoding="utf-8"))
    notebook = read(path)
    assert set(notebook.metadata) <= {"kernelspec", "language_info", "widgets"}
    assert notebook.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert "version" not in notebook.metadata.language_info
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "editable", "deletable", "nbgrader"}


def test_the_file_is_written_as_the_refresh_tool_writes_it(path):
    text = path.read_text(encoding="utf-8")
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text


# --- The form of a lesson ---------------------------------------------------------------------------------------------


def test_the_title_is_a_question(path):
    title = read(path).cells[0].source.partition("\n")[0]
    assert re.fullmatch(r"# .+[?？]", title) or path.stem in APPENDIX, title


def test_the_first_code_cell_is_the_same_everywhere(path):
    first = code_cells(path)[0]
    assert (first.id, first.source) == ("load", LOAD)
    assert first.outputs == []


def test_a_cell_can_be_read_at_a_glance(path):
    for cell in code_cells(path):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= LONGEST_CELL, cell.id


def test_cells_have_names_of_their_own(path):
    names = [cell.id for cell in read(path).cells]
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.fullmatch(r"[0-9a-f]{8}", name)], "a name that was drawn at random"


def test_the_last_cell_leads_to_the_next_notebook(path):
    if path.stem in APPENDIX:
        return
    following = next((other for other in NOTEBOOKS[NOTEBOOKS.index(path) + 1 :] if other.parent == path.parent), None)
    found = re.match(r"\*\*.+\*\* ?\[.+\]\(([\w.-]+)\)", read(path).cells[-1].source)
    assert found, "the last cell is **Next:** and a link"
    assert following is None or found[1] == following.name


def test_there_is_an_exercise_and_each_is_an_answer_cell_and_a_check_for_nbgrader(path):
    cells = code_cells(path)
    asked = [cell for cell in cells if "nbgrader" in cell.metadata]
    assert asked
    for cell in asked:
        marks = dict(cell.metadata.nbgrader)
        assert marks.pop("grade_id") == cell.id
        assert marks.pop("points") > 0
        assert marks == CHECK
        # one exercise a check: graded, the first wrong one stops the cell
        assert cell.source.count("mg.exercise(") == 1
        answer = cells[cells.index(cell) - 1]
        assert answer not in asked, "nbgrader would empty an answer cell that bears its marks"
        assert set(names(answer.source)) & set(re.findall(r"\w+", cell.source)), "the check asks for another name"


def names(source: str) -> list[str]:
    """Return what a cell assigns or defines."""
    return re.findall(r"^(?:def |class )?(\w+)(?: = |\()", source, flags=re.MULTILINE)


def test_an_exercise_is_handed_out_unsolved(path):
    for cell in code_cells(path):
        if cell.metadata.get("nbgrader", {}).get("grade"):
            shown = "".join(output.get("text", "") for output in cell.outputs)
            assert shown.startswith("No answer yet."), cell.id


def test_what_is_said_to_be_the_same_in_pytorch_is(path):
    programs = [cell for cell in code_cells(path) if "same-in-pytorch" in cell.metadata.get("tags", [])]
    assert programs
    for cell in programs:
        line, _, rest = cell.source.partition("\n")
        assert line == "import minigrad as mg  # in PyTorch: import torch as mg"
        assert "minigrad" not in rest
        (output,) = cell.outputs
        assert printed("import minigrad as mg\n" + rest) == output.text
        if importlib.util.find_spec("torch") is not None:
            assert printed("import torch as mg\n" + rest) == output.text


def printed(program: str) -> str:
    """Run a program and return what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(program, "<cell>", "exec"), {"__name__": "__main__"})
    return out.getvalue()
