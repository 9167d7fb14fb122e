"""Links into the repository lead somewhere: in its pages, in the notebooks, and by its address on GitHub."""

import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("binder/*.md"), *ROOT.glob("tests/*/*.md")])
NOTEBOOKS = sorted(path for path in ROOT.glob("notebooks/*.ipynb"))
# the repository, wherever it is looked at: what follows is a path in it
OURS = re.compile(
    r"https://(?:github\.com/minigrad/minigrad/(?:blob|tree|raw)/(?:HEAD|main)"
    r"|raw\.githubusercontent\.com/minigrad/minigrad/(?:HEAD|main)"
    r"|colab\.research\.google\.com/github/minigrad/minigrad/blob/(?:HEAD|main)"
    r"|mybinder\.org/v2/gh/minigrad/minigrad/HEAD\?urlpath=lab/tree)/"
)
ADDRESS = re.compile(r"https?://[^\s)`\"'>\]]+")


def text(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def places(path):
    """Yield each link of a file that leads into the repository: the link, the file it names, and the heading."""
    source = text(path)
    for link in re.findall(r"\]\(([^)\s]+)\)", source) + re.findall(r"<[^>]* src(?:set)?=\"([^\"]+)\"", source):
        if not re.match(r"https?://|mailto:|attachment:", link):
            name, _, heading = unquote(link).partition("#")
            yield link, (path.parent / name if name else path), heading
    for link in ADDRESS.findall(source):
        if found := OURS.match(link):
            name, _, heading = unquote(link[found.end() :].rstrip(".,;")).partition("#")
            yield link, ROOT / name, heading


def anchors(path):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS], ids=lambda path: path.stem)
def test_links_inside_the_repository_resolve(path):
    found = list(places(path))
    assert [link for link, file, _ in found if not file.exists()] == []
    assert [link for link, file, heading in found if heading and heading not in anchors(file)] == []


def test_they_are_found_at_all():
    links = [link for path in (*PAGES, *NOTEBOOKS) for link, _, _ in places(path)]
    assert len(links) > 100
    assert any(OURS.match(link) for link in links)
