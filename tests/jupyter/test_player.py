"""The widget, its stand-ins, and the bundle of the front end."""

import base64
import gc
import json
import weakref

import pytest

from minigrad import trace
from minigrad.jupyter import Player, bundle, player

VIEW = "application/vnd.jupyter.widget-view+json"
PNG = b"\x89PNG\r\n\x1a\n"
CELL = "%%autograd\nw = mg.tensor([2., 3.], requires_grad=True)\nz = (w * w).sum()"


@pytest.fixture
def document(notebook):
    notebook(CELL)
    return notebook.document


def test_what_is_displayed_is_the_widget_a_picture_and_the_step_table(notebook):
    (output,) = notebook(CELL).outputs
    assert set(output) == {VIEW, "image/png", "text/plain"}
    assert output[VIEW]["model_id"] == notebook.players[-1].model_id
    assert base64.b64decode(output["image/png"]).startswith(PNG)
    assert output["text/plain"] == trace.step_table(notebook.document) == repr(notebook.players[-1])


def test_the_document_is_plain_json_with_positions(document):
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["graph"]["width"] > 0
    assert all("x" in variable for variable in document["graph"]["variables"])


def test_document_position_and_theme_are_synced(document):
    state = Player(document, 3, "dark").get_state()
    assert (state["document"], state["position"], state["theme"]) == (document, 3, "dark")


def test_a_picture_is_drawn_only_for_who_takes_it(document, notebook, monkeypatch):
    drawn = []
    monkeypatch.setattr(player.draw, "png", lambda *_, **__: drawn.append(1) or PNG)
    widget = Player(document)
    assert "image/png" not in widget._repr_mimebundle_(include={"text/plain"})[0]
    assert "image/png" not in widget._repr_mimebundle_(exclude={"image/png"})[0]
    monkeypatch.setattr(notebook.shell.display_formatter, "active_types", ["text/plain"])  # a terminal
    assert set(widget._repr_mimebundle_()[0]) == {VIEW, "text/plain"}
    assert drawn == []


def test_the_picture_takes_the_theme(document):
    light, dark, auto = (player.stand_ins(document, theme)["image/png"] for theme in ("light", "dark", "auto"))
    assert light == auto != dark


def test_without_its_front_end_the_stand_ins_remain(document, monkeypatch):
    monkeypatch.setattr(player, "ESM", None)
    assert set(Player(document)._repr_mimebundle_()[0]) == {"image/png", "text/plain"}


def test_a_closed_player_still_says_what_it_played(document):
    widget = Player(document)
    widget.close()
    assert repr(widget) == trace.step_table(document)


def test_the_bundle_is_looked_for_in_the_package_first(tmp_path):
    packaged, built = tmp_path / "static.js", tmp_path / "dist.js"
    assert bundle.find((packaged, built)) is None
    built.write_text("checkout")
    assert bundle.find((packaged, built)) == built
    packaged.write_text("wheel")
    assert bundle.find((packaged, built)) == packaged


def test_the_widget_carries_the_bundle(document):
    found = bundle.find()
    assert found is not None, "the front end is not built: run npm run build in widgets/"
    assert Player(document).get_state()["_esm"] == found.read_text(encoding="utf-8")


def test_a_player_whose_cell_runs_again_is_forgotten(notebook):
    notebook(CELL, cell_id="a")
    held = weakref.ref(notebook.players[-1])
    notebook("1", cell_id="a")
    gc.collect()
    assert held() is None
