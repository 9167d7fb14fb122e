"""Large graphs in a real JupyterLab: boxes that open, finding, following, the overview, and what stays small."""

import nbformat
import pytest

from browser.player import Player

PROGRAM = """%%autograd
w = mg.tensor(0.5, requires_grad=True)
u = mg.tensor(0.25, requires_grad=True)
h = mg.tensor(1.0)
for t in range(150):
    h = (w * h + u).tanh()
z = h * 1
"""
LAYERS = """%%autograd
w = mg.tensor([0.5, 2.0], requires_grad=True)
x = mg.tensor([1.0, 3.0])
for k in range(2):
    with mg.scope(f"layer {k}"):
        x = (x * w).tanh()
z = x.sum()
"""
QUIET = """%%autograd
w = mg.tensor([0.5, 2.0], requires_grad=True)
with mg.no_grad():
    with mg.scope("norm"):
        scale = (w * w).sum().sqrt()
    shift = scale * 2
z = (w / shift).sum()
"""


@pytest.fixture(scope="module")
def notebook(lab, open_notebook):
    cells = ["import minigrad as mg\n%load_ext minigrad", PROGRAM, LAYERS, QUIET]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (lab.root / "large.ipynb").write_text(nbformat.writes(made), encoding="utf-8")
    notebook = open_notebook("large.ipynb", reduced_motion="reduce")
    notebook.run_all()
    notebook.wait_for_players(3)
    return notebook


@pytest.fixture(params=["JupyterLab Light", "JupyterLab Dark"])
def player(notebook, request):
    """The player of the long loop, at its start, with every box closed."""
    notebook.use_theme(request.param)
    player = Player(notebook.player(0))
    player.root.scroll_into_view_if_needed()
    for _ in range(12):
        frames = player.root.locator(".mg-frame")
        if frames.count() == 0:
            break
        frames.first.dispatch_event("click")
    if player.root.locator(".mg-follow").get_attribute("aria-pressed") == "true":
        player.press("follow")
    player.begin()
    return player


def visible(player):
    return player.root.locator(".mg-node").count()


def test_a_graph_of_a_thousand_nodes_opens_as_a_few_boxes(player):
    assert player.root.locator(".mg-box").count() > 5
    assert visible(player) < 60


def test_a_box_opens_in_its_place_and_closes_again(player):
    box = player.root.locator(".mg-box").nth(2)
    name = box.get_attribute("data-id")
    before = visible(player)
    box.locator(".mg-box-title").click()
    frame = player.root.locator(f".mg-frame[data-id='{name}']")
    assert frame.get_attribute("aria-expanded") == "true"
    assert visible(player) > before
    frame.locator(".mg-box-title").click()
    assert visible(player) == before


def test_a_box_opens_by_the_keyboard_and_keeps_the_focus(player):
    box = player.root.locator(".mg-box").first
    name = box.get_attribute("data-id")
    box.focus()
    player.key("Enter")
    focused = player.root.evaluate("root => root.shadowRoot.activeElement.dataset.id")
    assert focused == name
    assert player.root.locator(f".mg-frame[data-id='{name}']").count() == 1


def test_nothing_overlaps_in_what_is_open(player):
    player.root.locator(".mg-box").nth(1).dispatch_event("click")
    player.root.locator(".mg-box").nth(3).dispatch_event("click")
    overlaps = player.root.evaluate("""root => {
      const bodies = [...root.shadowRoot.querySelectorAll('.mg-nodes > .mg-node .mg-body')];
      const boxes = bodies.map(body => body.getBoundingClientRect());
      const deep = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      return boxes.flatMap((a, i) => boxes.slice(0, i).filter(b => deep(a, b))).length;
    }""")
    assert overlaps == 0


def test_searching_unfolds_what_is_found_and_goes_there(player):
    player.key("/")
    player.page.keyboard.type("tanh")
    assert player.root.locator("[role=option]").count() == 8
    assert "more" in player.root.locator(".mg-search-status").inner_text()
    player.key("ArrowDown")
    player.key("Enter")
    focused = player.root.evaluate(
        "root => root.shadowRoot.activeElement.querySelector('.mg-op-name')?.textContent ?? ''"
    )
    assert focused == "TANH"
    assert player.position == 0


def test_following_goes_into_the_boxes_and_out_again(player):
    player.press("follow")
    player.press("last")
    for _ in range(4):
        player.press("back")
    player.settle()
    active = player.root.locator(".mg-node.mg-active").first
    assert active.count() == 1
    assert "mg-box" not in active.get_attribute("class")
    pane = player.root.locator(".mg-view").bounding_box()
    place = active.locator(".mg-body").bounding_box()
    assert pane["x"] <= place["x"] <= pane["x"] + pane["width"]


def test_the_overview_shows_where_one_is_and_takes_one_there(player):
    overview = player.root.locator(".mg-map")
    window = overview.locator(".mg-map-window")
    before = float(window.get_attribute("x"))
    box = overview.bounding_box()
    player.page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    after = float(window.get_attribute("x"))
    assert after > before
    overview.focus()
    player.key("ArrowLeft")
    assert float(window.get_attribute("x")) < after
    assert player.position == 0  # its arrow keys are its own


def test_from_afar_there_are_names_without_numbers(player):
    number = player.root.locator(".mg-variable .mg-dock-row").first
    assert number.is_visible()
    while player.root.locator(".mg-stage.mg-far").count() == 0:
        player.press("zoom-out")
    assert not number.is_visible()
    assert player.root.locator(".mg-box-title").first.is_visible()
    while player.root.locator(".mg-stage.mg-far").count() == 1:
        player.press("zoom-in")
    assert number.is_visible()


def test_what_the_user_named_is_a_box_in_a_small_graph_too(notebook):
    player = Player(notebook.player(1))
    titles = player.root.locator(".mg-box .mg-box-title").all_text_contents()
    assert titles == ["layer 0", "layer 1"]


def test_a_step_rebuilds_nothing(player):
    player.root.evaluate("root => { root.kept = [...root.shadowRoot.querySelectorAll('.mg-node, .mg-edge')]; }")
    for _ in range(5):
        player.press("forward")
    same = "root => [...root.shadowRoot.querySelectorAll('.mg-node, .mg-edge')].every((e, i) => e === root.kept[i])"
    assert player.root.evaluate(same)


def test_nothing_was_complained_of(notebook):
    assert notebook.errors == []


def test_what_ran_under_no_grad_is_hatched_outside_of_a_box_and_in_it(notebook):
    player = Player(notebook.player(2))
    player.root.scroll_into_view_if_needed()
    player.begin()
    player.key("End")
    assert player.root.locator(".mg-stage .mg-hull-of-no_grad.mg-shown").count() == 1
    player.root.locator(".mg-stage .mg-box").dispatch_event("click")
    outer, inner = (hull.bounding_box() for hull in player.root.locator(".mg-stage .mg-hull-of-no_grad.mg-shown").all())
    frame = player.root.locator(".mg-frame .mg-body").bounding_box()
    for around, inside in ((outer, frame), (frame, inner)):
        assert around["x"] < inside["x"]
        assert inside["x"] + inside["width"] < around["x"] + around["width"]
        assert around["y"] < inside["y"]
        assert inside["y"] + inside["height"] < around["y"] + around["height"]
    assert player.ask("outside") == []
