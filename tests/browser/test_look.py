"""What every position of every player looks like, in both themes, wide and narrow: each one a still picture."""

from pathlib import Path

import pytest

from browser.player import Player

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*.ipynb"))
SIZES = {"wide": 1440, "narrow": 680}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
PANEL_COLOUR = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 24, 31)"}


@pytest.fixture(scope="module", params=NOTEBOOKS)
def name(request):
    return request.param


@pytest.fixture(scope="module", params=SIZES)
def notebook(request, name, open_notebook):
    size = {"width": SIZES[request.param], "height": 1000}
    notebook = open_notebook(name, reduced_motion="reduce", viewport=size)
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture(params=THEMES)
def theme(request, notebook):
    notebook.use_theme(THEMES[request.param])
    return request.param


def players(notebook):
    """Yield the notebook's players, each one in view."""
    for number in range(notebook.page.locator(".mg-player").count()):
        player = Player(notebook.player(number))
        player.root.scroll_into_view_if_needed()
        yield player


def wrong(notebook, question):
    return [
        (number, position, *row)
        for number, player in enumerate(players(notebook))
        for position in player.positions()
        for row in player.ask(question)
    ]


def test_the_player_follows_the_theme(notebook, theme):
    for player in players(notebook):
        assert player.root.get_attribute("data-theme") == theme
        assert player.card.evaluate("card => getComputedStyle(card).backgroundColor") == PANEL_COLOUR[theme]


def test_no_box_overlaps_another(notebook):
    assert wrong(notebook, "overlaps") == []


def test_every_text_is_inside_its_box(notebook):
    assert wrong(notebook, "spilling") == []


def test_every_text_can_be_read_on_its_ground(notebook, theme):
    assert wrong(notebook, "faint") == []


def test_axe_finds_nothing(notebook, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for key in ("Home", "ArrowRight", "End"):
        for player in players(notebook):
            player.card.focus()
            player.key(key)
        found = axe.run(notebook.page, context=".mg-player").response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
