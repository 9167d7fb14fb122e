"""The player beside JupyterLab's first run: Notebook 7, Voila, nbconvert; run again, reloaded, trusted or not."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from browser.lab import free_port, wait_for_port
from browser.player import Player

README = Path(__file__).parents[2] / "README.md"
SETUP = "import minigrad as mg\nfrom minigrad.jupyter import Player\n%load_ext minigrad"
CELL = "%%autograd\nw = mg.tensor([2., -1.], requires_grad=True)\nz = (w * w).sum()"
TWICE = "from IPython.display import display\nplayer = mg.play(z)\ndisplay(player, player)"
BOTH = "a, b = (z * 2).sum(), (z * 3).sum()\ndisplay(mg.play(a), mg.play(b))"
OPEN = (
    "import gc\ngc.collect()\nsum(isinstance(thing, Player) and thing.comm is not None for thing in gc.get_objects())"
)
ONE = "() => document.querySelectorAll('.mg-player[data-steps]').length === 1"
SAVE = "window.jupyterapp.commands.execute('docmanager:save')"


def write(lab, name, *sources):
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, lab.root / name)
    return name


def steps_to_the_end(player):
    player.begin()
    player.press("last")
    assert player.position == player.steps == 6
    assert "[4, −2]" in player.root.locator(".mg-live").text_content()


def test_notebook_7(lab, open_notebook):
    if importlib.util.find_spec("notebook") is None:
        pytest.skip("this test needs Notebook 7: pip install notebook")
    notebook = open_notebook(write(lab, "seven.ipynb", SETUP, CELL), place="notebooks")
    assert notebook.page.evaluate("window.jupyterapp.name") == "Jupyter Notebook"
    notebook.run_all()
    assert [row["shown"] for row in notebook.widgets()] == [True]
    steps_to_the_end(Player(notebook.player()))
    assert (notebook.cell_errors(), notebook.outside) == ([], [])


def test_voila(lab, browser, tmp_path):
    if importlib.util.find_spec("voila") is None:
        pytest.skip("this test needs Voila: pip install voila")
    write(lab, "dashboard.ipynb", SETUP, CELL)
    port = free_port()
    command = [
        *(sys.executable, "-m", "voila", str(lab.root / "dashboard.ipynb"), "--no-browser", f"--port={port}"),
        *("--Voila.ip=127.0.0.1", f"--Voila.token={lab.token}", "--Voila.port_retries=0"),
    ]
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    with (tmp_path / "voila.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for_port(port, server, seconds=60)
        page = context.new_page()
        outside = []
        page.route(
            re.compile(r"https?://(?!127\.0\.0\.1)"),
            lambda route: (outside.append(route.request.url), route.abort()),
        )
        page.goto(f"http://127.0.0.1:{port}/?token={lab.token}", wait_until="domcontentloaded")
        page.wait_for_function(ONE, timeout=90_000)
        steps_to_the_end(Player(page.locator(".mg-player")))
        assert [url for url in outside if "/@fortawesome/" not in url] == []  # the icons of Voila itself
    finally:
        context.close()
        server.terminate()
        server.wait(20)


def stored(lab):
    """Return a notebook of the course with its outputs, and the documents of its players."""
    notebook = nbformat.read(lab.root / "00-start-here.ipynb", as_version=4)
    [state] = notebook.metadata.widgets.values()
    return notebook, [model for model in state["state"].values() if "document" in model["state"]]


def test_an_exported_page_carries_its_players_and_shows_their_pictures_offline(lab, browser, tmp_path):
    exporters = pytest.importorskip("nbconvert", reason="this test needs nbconvert: pip install nbconvert")
    notebook, models = stored(lab)
    # with a way to the widget manager of the web the players play: all that they need is in the page
    text, _ = exporters.HTMLExporter().from_notebook_node(notebook)
    [state] = re.findall(r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>', text, re.DOTALL)
    found = [model for model in json.loads(state)["state"].values() if "document" in model["state"]]
    assert [model["state"]["document"]["steps"] for model in found] == [m["state"]["document"]["steps"] for m in models]
    # without one they stay away: nbconvert's template writes the widget or its picture, and never both
    assert "<img " not in text
    # ... so a page that is read offline is asked for with pictures, as the README says
    [kinds] = re.findall(r"display_data_priority='(\[.*?\])'", README.read_text(encoding="utf-8"))
    offline = exporters.HTMLExporter(config=Config({"NbConvertBase": {"display_data_priority": json.loads(kinds)}}))
    (tmp_path / "page.html").write_text(offline.from_notebook_node(notebook)[0], encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
    sizes = page.locator(".jp-OutputArea img").evaluate_all("all => all.map(img => img.naturalWidth)")
    context.close()
    assert len(sizes) == len(models) > 0
    assert min(sizes) > 600


def test_a_cell_that_runs_again_has_one_player_and_gives_the_old_one_s_memory_back(lab, open_notebook):
    notebook = open_notebook(write(lab, "again.ipynb", SETUP, CELL, OPEN))
    seen = []
    for _ in range(3):
        notebook.run_all()
        notebook.page.wait_for_function(ONE)
        seen.append(notebook.cells()[2]["outputs"][0]["data"]["text/plain"])
    assert "".join(seen[0]) == "1"
    assert seen == seen[:1] * 3
    steps_to_the_end(Player(notebook.player()))
    assert (notebook.cell_errors(), notebook.errors) == ([], [])


def test_two_players_of_one_cell_go_together(lab, open_notebook):
    notebook = open_notebook(write(lab, "two.ipynb", SETUP, CELL.replace("%%autograd\n", ""), TWICE))
    notebook.run_all()
    notebook.page.wait_for_function(ONE.replace("=== 1", "=== 2"))
    one, other = Player(notebook.player(0)), Player(notebook.player(1))
    one.begin()
    one.key("ArrowRight")
    other.wait_for(1)
    other.begin()
    one.wait_for(0)
    one.press("last")
    other.wait_for(other.steps)
    assert notebook.errors == []


BUNDLES = """Object.getOwnPropertySymbols(globalThis)
  .filter(name => name.description.startsWith('minigrad.player')).length"""


def test_a_cell_that_runs_again_and_again_leaves_little_in_the_page(lab, open_notebook):
    notebook = open_notebook(write(lab, "heap.ipynb", SETUP, CELL))
    tools = notebook.page.context.new_cdp_session(notebook.page)
    held = []
    for _ in range(6):
        notebook.run_all()
        notebook.wait_for_players(1)
        tools.send("HeapProfiler.collectGarbage")
        heap, nodes = tools.send("Runtime.getHeapUsage"), tools.send("Memory.getDOMCounters")
        held.append((notebook.page.evaluate(BUNDLES), heap["usedSize"] / 1e6, nodes["nodes"]))
    bundles, megabytes, nodes = zip(*held, strict=True)
    assert set(bundles) == {1}  # the player's code is there once, whoever has imported it
    assert (megabytes[-1] - megabytes[1]) / 4 < 0.7  # a run; with code of its own for each it would be 1.0
    assert (nodes[-1] - nodes[1]) / 4 < 30  # of some thousand


MANY = """from IPython.display import display
w = mg.tensor([2., -1.], requires_grad=True)
z = (w * w).sum()
count = globals().get("count", -19) + 20
for _ in range(count):
    display(mg.play(z))"""  # one the first time, and 21 the second


def test_each_of_many_players_costs_a_page_little(lab, open_notebook):
    notebook = open_notebook(write(lab, "many.ipynb", SETUP, MANY))
    tools = notebook.page.context.new_cdp_session(notebook.page)
    held = []
    for count in (1, 21):
        notebook.run_all()
        notebook.wait_for_players(count)
        tools.send("HeapProfiler.collectGarbage")
        heap, dom = tools.send("Runtime.getHeapUsage"), tools.send("Memory.getDOMCounters")
        held.append((heap["usedSize"] / 1e6, dom["nodes"], dom["jsEventListeners"]))
    megabytes, nodes, listeners = ((many - one) / 20 for one, many in zip(*held, strict=True))
    assert megabytes < 0.5
    assert nodes < 1500
    assert listeners < 100
    last = Player(notebook.player(20))
    last.root.scroll_into_view_if_needed()
    steps_to_the_end(last)
    last.settle()  # what is in view may come to rest first
    moving = "all => all.flatMap(p => p.shadowRoot.querySelector('.mg-card').getAnimations({subtree: true})).length"
    assert notebook.page.locator(".mg-player").evaluate_all(moving) == 0
    assert (notebook.cell_errors(), notebook.errors) == ([], [])


def test_two_players_of_one_cell_each_go_their_own_way_until_it_runs_again(lab, open_notebook):
    first = "from IPython.display import display\n" + CELL.replace("%%autograd\n", "")
    notebook = open_notebook(write(lab, "both.ipynb", SETUP, first, BOTH, OPEN))
    notebook.run_all()
    for _ in range(2):
        notebook.page.wait_for_function(ONE.replace("=== 1", "=== 2"))
        one, other = Player(notebook.player(0)), Player(notebook.player(1))
        other.begin()
        one.begin()
        one.press("last")
        assert (one.position, other.position) == (one.steps, 0)
        assert "".join(notebook.cells()[3]["outputs"][0]["data"]["text/plain"]) == "2"
        notebook.page.evaluate("() => document.querySelectorAll('.mg-player').forEach(player => player.remove())")
        notebook.run_all()
    assert (notebook.cell_errors(), notebook.errors) == ([], [])


def test_a_page_that_is_reloaded_shows_the_player_where_it_was(lab, open_notebook):
    notebook = open_notebook(write(lab, "reload.ipynb", SETUP, CELL))
    notebook.run_all()
    player = Player(notebook.player())
    player.begin()
    player.key("ArrowRight")
    player.key("ArrowRight")
    notebook.page.evaluate(SAVE)
    notebook.reload()
    notebook.page.wait_for_function(ONE, timeout=60_000)
    player = Player(notebook.player())
    player.wait_for(2)
    steps_to_the_end(player)


def test_a_trusted_notebook_plays_from_its_stored_state_and_an_untrusted_one_shows_pictures(lab, open_notebook):
    # A signature is of the content: a notebook of the course, once signed, would be trusted by all later tests.
    name = "of-another-hand.ipynb"
    notebook, models = stored(lab)
    notebook.cells.append(new_markdown_cell("Written by another hand."))
    nbformat.write(notebook, lab.root / name)
    count = len(models)
    untrusted = open_notebook(name)
    untrusted.page.wait_for_function(
        "count => document.querySelectorAll('.jp-OutputArea-output img').length === count", arg=count
    )
    assert untrusted.page.locator(".mg-player").count() == 0
    untrusted.close()
    lab.trust(name)
    trusted = open_notebook(name)
    trusted.page.wait_for_function(ONE.replace("=== 1", f"=== {count}"), timeout=60_000)
    player = Player(trusted.player())
    player.begin()
    player.press("last")
    assert player.position == player.steps  # and no cell has been run
    assert [cell["execution_count"] for cell in trusted.cells() if cell["cell_type"] == "code"]
