"""Every notebook in a real JupyterLab: as it is stored, run from top to bottom, and every picture of every player."""

from pathlib import Path

import pytest

from browser.player import Player

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
VIEW = "application/vnd.jupyter.widget-view+json"
WIDE, NARROW = 1440, 680
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
PANEL_COLOUR = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 24, 31)"}


@pytest.fixture(scope="module", params=NOTEBOOKS)
def stored(request, open_notebook):
    """The notebook as it is stored: nothing has been run."""
    notebook = open_notebook(request.param, reduced_motion="reduce", viewport={"width": WIDE, "height": 1000})
    yield notebook
    notebook.close()


@pytest.fixture(scope="module")
def before(stored):
    """What the stored notebook shows of its widgets: how many pictures it has, and how many of them have come."""
    expected = sum("image/png" in output["data"] for output in views(stored))
    stored.page.wait_for_function(
        "count => document.querySelectorAll('.jp-OutputArea-output img').length >= count", arg=expected
    )
    return [*stored.errors, *stored.outside]


@pytest.fixture(scope="module")
def notebook(stored, before):
    """The same page, with every cell run."""
    stored.run_all()
    sources = [
        "".join(cell["source"]) for cell in stored.cells() if "no-player" not in cell["metadata"].get("tags", [])
    ]
    stored.wait_for_players(sum(source.startswith("%%autograd") for source in sources))
    return stored


@pytest.fixture(params=THEMES)
def theme(request, notebook):
    notebook.use_theme(THEMES[request.param])
    return request.param


@pytest.fixture
def narrow(notebook):
    notebook.use_theme(THEMES["light"])
    notebook.page.set_viewport_size({"width": NARROW, "height": 1000})
    yield
    notebook.page.set_viewport_size({"width": WIDE, "height": 1000})


def views(notebook):
    return [output for cell in notebook.cells() for output in cell.get("outputs", []) if VIEW in output.get("data", {})]


def players(notebook):
    """Yield the notebook's players, each one in view."""
    for number in range(notebook.page.locator(".mg-player").count()):
        player = Player(notebook.player(number))
        player.root.scroll_into_view_if_needed()
        yield player


def wrong(notebook, *questions):
    return [(number, *row) for number, player in enumerate(players(notebook)) for row in player.wrong(*questions)]


def test_it_shows_its_pictures_before_anything_is_run(before):
    assert before == []


def test_run_all_has_no_error_and_shows_every_widget(notebook):
    assert notebook.cell_errors() == []
    assert [row for row in notebook.widgets() if not row["shown"]] == []
    assert len(notebook.widgets()) == len(views(notebook))


def test_every_picture_is_clear(notebook, theme):
    """No box overlaps another, every text is inside its box and can be read on its ground."""
    for player in players(notebook):
        assert player.root.get_attribute("data-theme") == theme
        assert player.card.evaluate("card => getComputedStyle(card).backgroundColor") == PANEL_COLOUR[theme]
    assert wrong(notebook, "overlaps", "spilling", "faint") == []


def test_every_picture_is_clear_in_a_narrow_window(notebook, narrow):
    assert wrong(notebook, "overlaps", "spilling") == []


def test_axe_finds_nothing(notebook, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for key in ("Home", "ArrowRight", "End"):
        for player in players(notebook):
            player.card.focus()
            player.key(key)
        found = axe.run(notebook.page, context=".mg-player").response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def test_nothing_was_complained_of_and_nobody_called(notebook):
    assert (notebook.errors, notebook.outside) == ([], [])
