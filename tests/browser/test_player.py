"""The player in a real JupyterLab: its controls, its keys, both themes, and what every position looks like."""

import re
from pathlib import Path

import pytest

NOTEBOOK = "00-start-here.ipynb"
LOOK = (Path(__file__).parent / "look.js").read_text()
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
PANEL_COLOUR = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 24, 31)"}


@pytest.fixture(scope="module")
def notebook(open_notebook):
    notebook = open_notebook(NOTEBOOK, reduced_motion="no-preference")
    notebook.run_all()
    return notebook


@pytest.fixture(params=THEMES)
def theme(request, notebook):
    notebook.use_theme(THEMES[request.param])
    return request.param


@pytest.fixture
def player(notebook):
    """The notebook's first player, paused at its start, with the keyboard in it."""
    player = Player(notebook.player())
    player.root.scroll_into_view_if_needed()
    player.begin()
    assert player.position == 0
    return player


class Player:
    """What a person sees of a player and does with it."""

    def __init__(self, root):
        self.root = root  # the host, which carries what scripts may ask; all else is in its shadow
        self.card = root.locator(".mg-card")
        self.page = root.page
        self.steps = int(root.get_attribute("data-steps"))

    @property
    def position(self):
        return int(self.root.get_attribute("data-position"))

    @property
    def counter(self):
        return self.root.locator(".mg-step").first.inner_text()

    def begin(self):
        """Go to the start, which also pauses; the keyboard is then in the player."""
        self.card.focus()
        self.key("Home")

    def press(self, button):
        self.root.locator(f".mg-{button}").first.click()

    def key(self, name):
        self.page.keyboard.press(name)

    def wait_for(self, position):
        self.page.wait_for_function(
            "([root, position]) => root.dataset.position === String(position)",
            arg=[self.root.element_handle(), position],
        )

    def settle(self):
        """Wait until nothing moves: the traveller of the step has come to rest."""
        self.page.wait_for_function(
            "card => !card.matches('.mg-moving') && card.getAnimations({subtree: true}).length === 0",
            arg=self.card.element_handle(),
        )

    def positions(self):
        """Walk through every position, each as the still picture that it comes to rest at."""
        self.begin()
        for position in range(self.steps + 1):
            if position:
                self.press("forward")
            assert self.position == position
            self.settle()
            yield position

    def look(self, question):
        """Ask look.js about the picture at hand."""
        return self.root.evaluate(f"root => {{ {LOOK}\nreturn {question}(root); }}")


def test_the_counter_tells_the_position(player):
    assert player.steps > 0
    for position in player.positions():
        assert re.search(rf"\b{position}\s*(/|of)\s*{player.steps}\b", player.counter), player.counter


def test_back_first_and_last(player):
    player.press("last")
    assert player.position == player.steps
    player.press("back")
    assert player.position == player.steps - 1
    player.press("first")
    assert player.position == 0


def test_play_goes_to_the_end_and_stops_there(player):
    player.press("last")
    player.press("back")
    player.press("back")
    player.press("play")
    player.wait_for(player.steps)
    player.settle()
    assert player.position == player.steps


def test_play_pressed_again_pauses(player):
    player.press("play")
    player.wait_for(1)
    player.press("play")
    player.settle()
    stopped = player.position
    assert player.card.evaluate("card => !card.matches('.mg-playing')")
    assert player.position == stopped


def test_a_person_can_scrub_along_the_timeline(player):
    box = player.root.locator(".mg-timeline").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    seen = []
    player.page.mouse.move(box["x"] + 2, middle)
    player.page.mouse.down()
    for share in (0.25, 0.5, 0.75, 1.0):
        player.page.mouse.move(box["x"] + 2 + share * (box["width"] - 4), middle, steps=4)
        seen.append(player.position)
    player.page.mouse.up()
    assert seen == sorted(set(seen))
    assert seen[-1] == player.steps


def test_the_keyboard_steps_plays_and_jumps(player):
    player.key("ArrowRight")
    assert player.position == 1
    player.key("ArrowRight")
    player.key("ArrowLeft")
    assert player.position == 1
    player.key("End")
    assert player.position == player.steps
    player.key("Home")
    assert player.position == 0
    player.key(" ")
    player.wait_for(1)
    player.key(" ")


def test_keys_of_the_player_do_not_reach_the_notebook(notebook, player):
    before = notebook.cursor()
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", " ", " "):
        player.key(key)
    assert notebook.cursor() == before


def test_a_node_underlines_its_source_and_a_line_lights_its_nodes(player):
    player.root.locator(".mg-operator").first.hover()
    line = player.root.locator(".mg-source-line:has(.mg-hinted)").first
    assert line.count() == 1
    line.hover()
    assert player.root.locator(".mg-node.mg-hinted").count() >= 1


def test_the_player_follows_the_theme(player, theme):
    assert player.root.get_attribute("data-theme") == theme
    assert player.card.evaluate("card => getComputedStyle(card).backgroundColor") == PANEL_COLOUR[theme]


def test_no_box_overlaps_another(player, theme):
    assert [(position, pair) for position in player.positions() for pair in player.look("overlaps")] == []


def test_every_text_is_inside_its_box(player, theme):
    assert [(position, text) for position in player.positions() for text in player.look("spilling")] == []


def test_every_text_can_be_read_on_its_ground(player, theme):
    faint = {tuple(row) for _ in player.positions() for row in player.look("faint")}
    assert faint == set()


def test_axe_finds_nothing(player, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for key in ("Home", "ArrowRight", "End"):
        player.key(key)
        player.settle()
        found = axe.run(player.page, context=".mg-player")
        assert found.violations_count == 0, found.generate_report()


def test_nothing_moves_where_the_reader_asks_for_no_motion(open_notebook):
    notebook = open_notebook(NOTEBOOK, reduced_motion="reduce")
    notebook.run_all()
    player = Player(notebook.player())
    player.press("forward")
    assert player.position == 1
    assert not player.card.evaluate(
        "card => card.matches('.mg-moving') || card.getAnimations({subtree: true}).length > 0"
    )


def test_nothing_was_complained_of_and_nobody_called(notebook):
    assert (notebook.errors, notebook.outside) == ([], [])
