"""Take the gallery's pictures anew, in a real JupyterLab, light and dark, and write the page that shows them.

    python tests/gallery/take.py            # all
    python tests/gallery/take.py rnn hook   # these

A picture is refused in which one thing covers another, or something is outside its box.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.player import Player
from gallery.graphs import GRAPHS, SETUP

if TYPE_CHECKING:
    from browser.lab import Notebook

HERE = Path(__file__).parent
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
DENSITY = 1.5  # dots a pixel
GROUNDS = 6  # colours of which a picture is mostly made
NEXT = 8  # of 255, between two colours of a palette
LOOKS = {"viewport": {"width": 1600, "height": 1100}, "device_scale_factor": DENSITY, "reduced_motion": "reduce"}
QUESTIONS = ("overlaps", "spilling", "outside", "faint")


def notebook() -> dict[str, Any]:
    """Return a notebook of a cell for each, as nbformat's JSON."""
    cells = [("setup", SETUP, False)]
    cells += [(name, f"%%autograd\n{graph.cell.strip()}", graph.fails) for name, graph in GRAPHS.items()]
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": name,
                "metadata": {"tags": ["raises-exception"]} if fails else {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for name, source, fails in cells
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def open_gallery(opener: Any, root: Path) -> Notebook:
    """Run the gallery's notebook, until each of its players has come."""
    (root / "gallery.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    page: Notebook = opener("gallery.ipynb", **LOOKS)
    page.run_all()
    page.page.wait_for_function(
        "count => document.querySelectorAll('.mg-player[data-steps]').length === count", arg=len(GRAPHS), timeout=90_000
    )
    return page


def stand(page: Notebook, name: str) -> Player:
    """Return the player of a graph, at the step that shows the point."""
    player = Player(page.player(list(GRAPHS).index(name)))
    player.root.scroll_into_view_if_needed()
    player.begin()
    at = GRAPHS[name].at
    if isinstance(at, int):
        key, count = ("ArrowRight", at) if at >= 0 else ("ArrowLeft", -1 - at)
        player.key("Home" if at >= 0 else "End")
        for _ in range(count):
            player.key(key)
    else:
        while not player.root.locator(".mg-title").first.inner_text().startswith(at):
            assert player.position < player.steps, f"no step is called {at}"
            player.key("ArrowRight")
    player.settle()
    page.page.mouse.move(0, 0)
    return player


def small(png: bytes) -> bytes:
    """Return a picture in 256 colours, a third as large and the same to the eye.

    Pillow's own choices give up a colour that is rare, as the gradient's is before the backward pass, or tint the grey
    of the ground. So here the most frequent are taken, the grounds, and others each at some distance from the rest.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    colours, counts = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_counts=True)
    colours = colours[np.argsort(-counts, kind="stable")].astype(int)
    chosen = list(colours[:GROUNDS])
    distance = np.min([abs(colours - colour).max(axis=1) for colour in chosen], axis=0)
    while len(chosen) < 256 and distance.max() >= NEXT:
        chosen.append(colours[(distance >= NEXT).argmax()])
        distance = np.minimum(distance, abs(colours - chosen[-1]).max(axis=1))
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.asarray(chosen, np.uint8).tobytes())
    found = io.BytesIO()
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(found, "PNG", optimize=True)
    return found.getvalue()


def page() -> str:
    """Return the page that shows them."""
    lines = [
        "# The gallery",
        "",
        "Each graph as the player shows it in JupyterLab, at the step that makes its point; dark where your page is",
        "dark. `python tests/gallery/take.py` takes them anew, from the cells in [graphs.py](graphs.py), and",
        "`tests/browser/test_gallery.py` compares the player with them.",
    ]
    for name, graph in GRAPHS.items():
        lines += [
            "",
            graph.what,
            "",
            "<picture>",
            f'  <source media="(prefers-color-scheme: dark)" srcset="{name}-dark.png">',
            f'  <img src="{name}-light.png" alt="A player: {graph.what.replace("`", "")}">',
            "</picture>",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*GRAPHS, []], help="which; all, if none is named")
    parser.add_argument("--folder", type=Path, default=HERE)
    arguments = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from browser.lab import CHROMIUM, Lab, Notebook, chromium_path

    wrong: list[Any] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM)
        lab = Lab(Path(folder))
        try:
            opened = open_gallery(lambda name, **looks: Notebook(lab, chromium, name, **looks), lab.root)
            for theme, name in ((theme, name) for theme in THEMES for name in arguments.names or GRAPHS):
                opened.use_theme(THEMES[theme])
                player = stand(opened, name)
                wrong += [(name, theme, question, *row) for question in QUESTIONS for row in player.ask(question)]
                (arguments.folder / f"{name}-{theme}.png").write_bytes(small(player.root.screenshot()))
        finally:
            lab.stop()
            chromium.close()
    if not arguments.names:
        (arguments.folder / "README.md").write_text(page(), encoding="utf-8")
    for row in wrong:
        print(*row)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
