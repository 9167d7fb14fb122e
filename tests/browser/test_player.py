"""The player in a real JupyterLab: its controls, its keys, and its ties to the source."""

import re

import pytest

from browser.player import Player

NOTEBOOK = "00-start-here.ipynb"
# The page's clock stands still, and goes on by frames when it is told to.
HOLD_CLOCK = """() => {
  const page = {now: performance.now, request: window.requestAnimationFrame, cancel: window.cancelAnimationFrame};
  let now = performance.now(), last = 0, waiting = new Map();
  performance.now = () => now;
  window.requestAnimationFrame = callback => (waiting.set(++last, callback), last);
  window.cancelAnimationFrame = handle => waiting.delete(handle);
  window.goOn = milliseconds => {
    for (const end = now + milliseconds; now < end; ) {
      now = Math.min(now + 16, end);
      const callbacks = [...waiting.values()];
      waiting = new Map();
      for (const callback of callbacks) callback(now);
    }
  };
  window.release = () => {
    performance.now = page.now;
    [window.requestAnimationFrame, window.cancelAnimationFrame] = [page.request, page.cancel];
    for (const callback of waiting.values()) requestAnimationFrame(callback);
  };
}"""


@pytest.fixture(scope="module")
def notebook(open_notebook):
    notebook = open_notebook(NOTEBOOK, reduced_motion="no-preference")
    notebook.run_all()
    return notebook


@pytest.fixture
def player(notebook):
    """The notebook's first player, paused at its start, with the keyboard in it."""
    player = Player(notebook.player())
    player.root.scroll_into_view_if_needed()
    player.begin()
    assert player.position == 0
    return player


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


def test_the_speed_button_changes_how_many_steps_pass_in_the_same_time(player):
    passed = {}
    player.page.evaluate(HOLD_CLOCK)
    try:
        for _ in range(3):
            player.begin()
            player.press("play")
            player.page.evaluate("goOn(4200)")  # the first step begins at once, and each takes 1250 ms at 1×
            passed[player.root.locator(".mg-speed").inner_text()] = player.position
            player.press("play")
            player.press("speed")
    finally:
        player.page.evaluate("release()")
    assert player.steps > 7
    assert passed == {"1×": 4, "2×": 7, "0.5×": 2}


def test_the_theme_changes_while_it_plays(notebook, player):
    player.press("play")
    player.wait_for(1)
    shown = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.use_theme(theme)
        player.page.wait_for_function("([root, name]) => root.dataset.theme === name",
                                      arg=[player.root.element_handle(), theme.split()[1].lower()])  # fmt: skip
        assert player.card.evaluate("card => card.matches('.mg-playing')")
        shown.append(player.card.evaluate("card => getComputedStyle(card).backgroundColor"))
    assert shown == ["rgb(18, 24, 31)", "rgb(255, 255, 255)"]
    player.press("play")


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


def test_a_step_rebuilds_nothing(player):
    parts = "'.mg-stage .mg-node, .mg-edge, .mg-dock-row, .mg-pill, .mg-source-line, .mg-mark'"
    player.root.evaluate(f"root => {{ root.kept = [...root.shadowRoot.querySelectorAll({parts})]; }}")
    for _ in player.positions():
        same = f"root => [...root.shadowRoot.querySelectorAll({parts})].every((part, i) => part === root.kept[i])"
        assert player.root.evaluate(same)


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
