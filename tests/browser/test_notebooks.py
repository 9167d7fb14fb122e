"""Every notebook, opened in a real JupyterLab as it is stored, and run from top to bottom."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
VIEW = "application/vnd.jupyter.widget-view+json"

pytestmark = pytest.mark.parametrize("name", NOTEBOOKS)


def views(notebook):
    return [output for cell in notebook.cells() for output in cell.get("outputs", []) if VIEW in output.get("data", {})]


def test_it_shows_its_pictures_before_anything_is_run(open_notebook, name):
    notebook = open_notebook(name)
    expected = sum("image/png" in output["data"] for output in views(notebook))
    notebook.page.wait_for_function(
        "count => document.querySelectorAll('.jp-OutputArea-output img').length >= count", arg=expected
    )
    assert (notebook.errors, notebook.outside) == ([], [])


def test_run_all_has_no_error_and_shows_every_widget(open_notebook, name):
    notebook = open_notebook(name)
    notebook.run_all()
    assert notebook.cell_errors() == []
    assert [row for row in notebook.widgets() if not row["shown"]] == []
    assert len(notebook.widgets()) == len(views(notebook))
    sources = [
        "".join(cell["source"]) for cell in notebook.cells() if "no-player" not in cell["metadata"].get("tags", [])
    ]
    assert notebook.page.locator(".mg-player").count() == sum(source.startswith("%%autograd") for source in sources)
    assert (notebook.errors, notebook.outside) == ([], [])
