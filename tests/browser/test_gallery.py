"""The player looks as in the pictures of tests/gallery, and each of them is clear.

Where the look is meant to change, take them anew with ``python tests/gallery/take.py``, and look at them.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gallery import take
from gallery.graphs import GRAPHS

# Fonts differ from machine to machine, and so do letters. So pictures are compared in squares of 16 pixels, larger than
# a letter, and a few squares may differ. With the fonts of DejaVu, and of Liberation, in place of Inter and JetBrains
# Mono 1.3 % of the squares differ at most; from one step of a run to the next at least 3.2 % do.
SQUARE = 16
NOTICEABLE = 24  # of 255, in one colour
MOST = 0.022


@pytest.fixture(scope="module")
def page(lab, open_notebook):
    return take.open_gallery(open_notebook, lab.root)


@pytest.fixture(scope="module", params=take.THEMES)
def theme(request, page):
    page.use_theme(take.THEMES[request.param])
    return request.param


def changed(one, other):
    """Return the share of a picture's squares that differ from another picture's."""
    pictures = [Image.open(io.BytesIO(png)).convert("RGB") for png in (one, other)]
    assert pictures[0].width == pictures[1].width
    heights = [picture.height for picture in pictures]
    assert max(heights) - min(heights) <= 0.03 * max(heights)  # a line of text more or less
    squares = [
        np.asarray(picture.crop((0, 0, picture.width, min(heights))).reduce(int(SQUARE * take.DENSITY)), np.float64)
        for picture in pictures
    ]
    return float((abs(squares[0] - squares[1]).max(axis=2) > NOTICEABLE).mean())


@pytest.mark.parametrize("name", GRAPHS)
def test_it_looks_as_in_its_picture_and_is_clear(page, theme, name):
    player = take.stand(page, name)
    assert [(question, *row) for question in take.QUESTIONS for row in player.ask(question)] == []
    stored = (take.HERE / f"{name}-{theme}.png").read_bytes()
    assert changed(player.root.screenshot(), stored) <= MOST


def test_the_next_step_does_not_look_the_same(page, theme):
    player = take.stand(page, "linear")
    player.key("ArrowRight")
    player.settle()
    assert changed(player.root.screenshot(), (take.HERE / f"linear-{theme}.png").read_bytes()) > MOST


def test_the_page_shows_every_picture():
    assert (take.HERE / "README.md").read_text(encoding="utf-8") == take.page()
    stored = sorted(path.name for path in take.HERE.glob("*.png"))
    assert stored == sorted(f"{name}-{theme}.png" for name in GRAPHS for theme in take.THEMES)
