"""Colours: what is written can be read, and the page has the same ones."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from minigrad.draw.theme import THEMES, blend, contrast

STYLES = Path(__file__).parents[2] / "widgets" / "src" / "styles" / "tokens.css"

WRITTEN = [
    ("text", "panel"), ("text", "canvas"), ("text", "value_tint"),
    ("muted", "panel"), ("muted", "canvas"), ("muted", "value_tint"),
    ("value_text", "value_tint"), ("value_text", "canvas"),
    ("gradient_text", "gradient_tint"), ("gradient_text", "canvas"), ("gradient_text", "panel"),
    ("on_operator", "operator"), ("on_gradient", "gradient_fill"), ("on_value", "value_fill"),
    ("ok", "panel"), ("error", "panel"), ("error", "canvas"),
]  # fmt: skip


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "ground"), WRITTEN)
def test_text_has_the_contrast_that_reading_needs(name, ink, ground):
    colours = asdict(THEMES[name])
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_the_numbers_of_a_freed_gradient_can_still_be_read(name):
    theme = THEMES[name]
    assert contrast(theme.muted, blend(theme.gradient_tint, theme.canvas, 0.5)) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("stroke", ["value", "gradient", "pending"])
def test_strokes_stand_out_from_the_canvas(name, stroke):
    theme = asdict(THEMES[name])
    assert contrast(theme[stroke], theme["canvas"]) >= 3


@pytest.mark.parametrize("name", THEMES)
def test_the_page_has_the_same_colours(name):
    blocks = re.findall(r":host(\([^{]*\))? \{(.*?)\}", STYLES.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = [body for where, body in blocks if ("dark" in where) == (name == "dark")]
    page = {key.replace("-", "_"): _long(colour) for key, colour in re.findall(r"--mg-([\w-]+): (#\w+);", block)}
    page["line"] = page.pop("edge")  # the page calls its thin lines edges
    ours = asdict(THEMES[name])
    ours |= {f"heat_{i}": colour for i, colour in enumerate(ours.pop("diverging"))}
    assert {key: page.get(key) for key in ours} == ours


def _long(colour: str) -> str:
    digits = colour[1:]
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits)).upper()


@pytest.mark.parametrize("name", THEMES)
def test_the_diverging_colours_mirror_each_other_in_lightness(name):
    colours = THEMES[name].diverging
    assert len(colours) == 11
    for negative, positive in zip(colours, reversed(colours), strict=True):
        assert contrast(negative, positive) < 1.8


@pytest.mark.parametrize("name", THEMES)
def test_of_the_diverging_colours_zero_is_nearest_to_the_panel_and_each_step_farther_away(name):
    panel, colours = THEMES[name].panel, THEMES[name].diverging
    away = [contrast(colour, panel) for colour in colours]
    assert away[5] < 1.1
    assert away[5:] == sorted(away[5:])
    assert away[5::-1] == sorted(away[5::-1])
    assert min(away[0], away[10]) > 7


def test_contrast_is_the_one_of_the_guideline():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert blend("#FF0000", "#0000FF", 0.5) == "#800080"
