"""The README: its list of notebooks, and its table of where the source document is found in the course."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
OUTLINE = tomllib.loads((Path(__file__).parent / "source_document.toml").read_text(encoding="utf-8"))
TABLE = re.compile(r"\| In the source document \| Notebook \| Cells \|\n\|[-|]+\|\n((?:\|.*\|\n)+)")


def rows():
    """Return the table's rows: what it is, the notebook, the names of the cells; two empty ones for a heading."""
    (body,) = TABLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines()]
    return [(what, notebook, re.findall(r"`([^`]+)`", names)) for what, notebook, names in cells]


PARTS = [row for row in rows() if row[1]]


def test_it_follows_the_document_heading_by_heading():
    expected = []
    for heading, parts in OUTLINE.items():
        expected += [f"**{heading}**", *parts]
    assert [what for what, _, _ in rows()] == expected


def test_the_samples_are_numbered_as_in_the_document():
    numbers = [int(n) for parts in OUTLINE.values() for part in parts for n in re.findall(r"^sample (\d+)", part)]
    assert numbers == list(range(1, 14))


@pytest.mark.parametrize(("what", "notebook", "names"), PARTS, ids=[what for what, _, _ in PARTS])
def test_each_part_has_its_cells(what, notebook, names):
    (path,) = re.findall(r"\]\((notebooks/[\w-]+\.ipynb)\)", notebook)
    cells = {cell.id: cell for cell in nbformat.read(ROOT / path, as_version=4).cells}
    assert names
    assert [name for name in names if name not in cells] == []
    if what.startswith("sample"):
        assert any(cells[name].cell_type == "code" for name in names), "a sample is code"
    if what.startswith("formula"):
        assert any("$$" in cells[name].source for name in names), "a formula is shown"


def test_the_readme_lists_every_notebook_with_its_question():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[([\w-]+)\]\(notebooks/\1\.ipynb\) \| (.+?) \|$", text, flags=re.MULTILINE)
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    titles = [nbformat.read(path, as_version=4).cells[0].source.partition("\n")[0] for path in notebooks]
    expected = [(path.stem, title.removeprefix("# ")) for path, title in zip(notebooks, titles, strict=True)]
    assert [(name, re.sub(r"[`$]", "", question)) for name, question in listed] == [
        (name, re.sub(r"[`$]", "", question)) for name, question in expected
    ]
