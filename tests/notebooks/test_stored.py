"""What nbval does not look at: the notebooks' own files, as a viewer without a kernel finds them."""

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
    "same-in-pytorch",  # with another import it is a PyTorch program, and prints the same
    "no-player",  # a %%autograd cell that has nothing to play
}
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
