"""The still picture: what it shows, that it can be read, and that it leaves no trace."""

from __future__ import annotations

import io
import struct
import sys
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread
from PIL import Image

from draw import samples
from minigrad.draw import figure, fonts, place, png
from minigrad.draw.fonts import MISSING, set_type
from minigrad.draw.palette import with_few_colours
from minigrad.draw.place import row_count
from minigrad.draw.theme import THEMES, blend

every_sample = pytest.mark.parametrize("sample", samples.SAMPLES.values(), ids=samples.SAMPLES)
every_theme = pytest.mark.parametrize("theme", THEMES)


def texts_of(drawn: Figure) -> list[str]:
    return [text.get_text() for text in drawn.axes[0].texts]


def extents(drawn: Figure):
    """(text, left, top, right, bottom) of everything written, in the document's pixels."""
    drawn.canvas.draw()
    axes = drawn.axes[0]
    for text in axes.texts:
        box = text.get_window_extent().transformed(axes.transData.inverted())
        yield text.get_text(), box.x0, min(box.y0, box.y1), box.x1, max(box.y0, box.y1)


# -- the file --


@every_theme
def test_the_png_is_a_picture_of_the_right_size(theme):
    document = place(samples.wx_plus_b())
    picture = imread(io.BytesIO(png(document, theme=theme)))
    graph = document["graph"]
    dots = min(2, 2400 / graph["width"])  # a pixel
    assert picture.shape[1] == pytest.approx(dots * graph["width"], abs=2)
    assert picture.shape[0] == pytest.approx(dots * (graph["height"] + 34), abs=2)
    colours = {tuple(pixel) for pixel in (255 * picture[::3, ::3, :3]).round().astype(int).reshape(-1, 3).tolist()}
    for name in ("canvas", "value", "gradient_tint", "operator"):
        red, green, blue = (int(getattr(THEMES[theme], name)[k : k + 2], 16) for k in (1, 3, 5))
        assert (red, green, blue) in colours, name


@every_theme
def test_a_heat_map_that_was_freed_keeps_its_hue(theme):
    colours = THEMES[theme]
    faded = blend(colours.diverging[10], blend(colours.gradient_tint, colours.canvas, 0.5), 0.5)
    stored = with_few_colours(Image.new("RGB", (1, 1), faded), theme)
    assert "#{:02X}{:02X}{:02X}".format(*stored.convert("RGB").getpixel((0, 0))) == faded


def test_a_png_has_two_dots_a_pixel_and_at_most_2400_from_left_to_right():
    for document, width in ((samples.parallel(), None), (samples.chain(12), 2400)):
        placed = place(document)
        found = Image.open(io.BytesIO(png(placed)))
        assert found.width == pytest.approx(width or 2 * placed["graph"]["width"], abs=2)


@every_sample
def test_the_same_document_gives_the_same_bytes(sample):
    assert png(sample()) == png(place(sample()))


def test_the_png_says_nothing_of_who_made_it_or_when():
    data, kinds, at = png(samples.scalar()), [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kinds.append(data[at + 4 : at + 8])
        at += length + 12
    assert set(kinds) <= {b"IHDR", b"PLTE", b"pHYs", b"IDAT", b"IEND"}


def test_a_large_graph_has_a_picture_of_bearable_size():
    width, height = struct.unpack(">II", png(samples.chain(120))[16:24])
    assert width <= 8000
    assert height >= 30


# -- what is written --


@every_theme
@every_sample
def test_all_texts_lie_inside_the_picture(sample, theme):
    drawn = figure(sample(), theme=theme)
    right, bottom = drawn.axes[0].get_xlim()[1], drawn.axes[0].get_ylim()[0]
    for text, x0, y0, x1, y1 in extents(drawn):
        assert x0 >= 4, text
        assert y0 >= 4, text
        assert x1 <= right - 4, text
        assert y1 <= bottom - 2, text


@pytest.mark.parametrize("name", ["wx_plus_b", "x2_exp", "long_names", "heat", "scalar"])
def test_what_stands_in_a_dock_stays_inside_it(name):
    document = place(samples.SAMPLES[name]())
    found = list(extents(figure(document)))
    left = (max(300, document["graph"]["width"]) - document["graph"]["width"]) / 2
    for variable in document["graph"]["variables"]:
        dock = variable["dock"]
        for row in range(row_count(variable)):
            top = dock["y"] + row * (dock["row_h"] + dock["gap"])
            inside = [
                box
                for box in found
                if top < (box[2] + box[4]) / 2 < top + dock["row_h"]
                and dock["x"] < (box[1] + box[3]) / 2 - left < dock["x"] + dock["w"]
            ]
            assert len(inside) >= 1
            for text, x0, y0, x1, y1 in inside:
                assert dock["x"] + 1 <= x0 - left, text
                assert x1 - left <= dock["x"] + dock["w"] - 1, text
                assert top - 1 <= y0, text
                assert y1 <= top + dock["row_h"] + 2, text
            for left_one, right_one in pairwise(sorted(inside, key=lambda box: box[1])):
                assert left_one[3] <= right_one[1], (left_one[0], right_one[0])


@pytest.mark.parametrize("name", ["wx_plus_b", "x2_exp", "long_names"])
def test_names_stay_inside_their_ellipses(name):
    document = place(samples.SAMPLES[name]())
    found = list(extents(figure(document)))
    for variable in document["graph"]["variables"]:
        x, y, rx, ry = variable["x"], variable["y"], variable["rx"], variable["ry"]
        inside = [box for box in found if abs((box[1] + box[3]) / 2 - x) < 2 and abs((box[2] + box[4]) / 2 - y) < ry]
        assert len(inside) == 2  # its name and its shape
        for text, x0, _, x1, _ in inside:
            assert x - rx < x0, text
            assert x1 < x + rx, text


def test_the_end_shows_values_and_gradients_and_what_became_of_them():
    texts = texts_of(figure(samples.wx_plus_b()))
    assert texts.count("val") == 6
    assert texts.count(".grad") == 3
    assert "∂z/∂y" in texts
    assert "freed · s.retain_grad() keeps it" in texts
    assert {"× x", "× w", "Σ × 1", "line 5", "saved: w, x", "MUL", "Σ"} <= set(texts)
    assert {"value", "gradient", "variable", "op"} <= set(texts)
    assert "z = sum(w * x + b)  ·  z.backward()" in texts
    assert "+=" not in texts  # a badge belongs to its own step


def test_before_the_first_step_there_are_leaves_and_nothing_else():
    texts = texts_of(figure(samples.wx_plus_b(), position=0))
    assert texts.count("None") == 3
    assert "−2.5" not in texts
    assert "× x" not in texts


def test_a_step_in_the_middle_lights_its_operator_and_bears_its_badge():
    document = samples.wx_plus_b()
    drawn = figure(document, position=len(document["steps"]))
    assert texts_of(drawn).count("+=") == 2
    (mul,) = [text for text in drawn.axes[0].texts if text.get_text() == "MUL"]
    (add,) = [text for text in drawn.axes[0].texts if text.get_text() == "ADD"]
    line = next(text for text in drawn.axes[0].texts if text.get_text() == "line 5")
    assert line.get_color() == THEMES["light"].gradient_text
    assert mul.get_color() == THEMES["light"].on_gradient
    assert add.get_color() == THEMES["light"].on_operator


def test_the_legend_speaks_the_documents_language():
    document = samples.scalar()
    document["words"] = {"legend_value": "值", "legend_gradient": "梯度", "none": "无"}
    texts = texts_of(figure(document, position=0))
    assert {"值", "梯度", "无"} <= set(texts)


def test_a_message_stands_above_the_graph_with_a_sign():
    document = samples.wx_plus_b() | {
        "message": {"kind": "error", "text": "modified by an inplace operation " * 9, "line": 3}
    }
    texts = texts_of(figure(document))
    assert "✕" in texts
    assert sum("inplace" in text for text in texts) >= 2  # it is wrapped, not cut


# -- user text --


def test_names_are_shown_as_they_are():
    texts = texts_of(figure(samples.long_names()))
    assert {"$\\alpha_1$", "<b>self.layers[0].w * x</b>", "× $\\beta$", "learning_rate_schedule"} <= set(texts)
    assert all(not text.get_parse_math() for text in figure(samples.long_names()).axes[0].texts)


def test_text_is_literal_even_where_a_user_has_turned_tex_on():
    with mpl.rc_context({"text.usetex": True, "text.color": "red"}):
        assert png(samples.parallel()) == png(samples.parallel(), theme="light")
    assert png(samples.parallel())


@pytest.mark.parametrize(
    "name", ["权重", "x₂", "θ̂", "w'", "naïve", "🙂", "\u200bx", "a\nb\tc", "\ufff0", "\u0378", "ب", "\x00"]
)
def test_a_name_in_any_script_is_drawn_without_a_warning(name):
    maker = samples.Maker()
    x = maker.leaf(name, 1.0)
    maker.op("×", "MUL", [x, x], "y", 1.0, chips=[name, name], saved=f"saved: {name}")
    assert len(png(maker.backward())) > 10_000


def test_what_no_font_has_becomes_a_square_and_controls_become_spaces():
    kind = set_type("a\u0378\n\u202eb", "mono")
    assert kind.text == f"a{MISSING} {MISSING}b"
    assert kind.families[0] == "DejaVu Sans Mono"


# -- manners --


def test_no_window_is_opened_and_no_setting_is_changed():
    before = dict(mpl.rcParams)
    drawn = figure(samples.wx_plus_b())
    assert isinstance(drawn.canvas, FigureCanvasAgg)
    assert dict(mpl.rcParams) == before
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def test_it_draws_on_axes_that_one_has():
    mine = Figure(figsize=(9, 4), dpi=100, facecolor="white")
    FigureCanvasAgg(mine)
    left, right = mine.subplots(1, 2)
    assert figure(samples.wx_plus_b(), ax=left) is mine
    assert figure(samples.scalar(), ax=right, theme="dark") is mine
    assert left.texts
    assert right.texts
    assert mine.get_facecolor() == (1.0, 1.0, 1.0, 1.0)


def test_a_figure_in_a_figure_gives_the_whole_one():
    mine = Figure(figsize=(9, 4), dpi=100)
    FigureCanvasAgg(mine)
    part = mine.subfigures(1, 2)[0]
    assert figure(samples.scalar(), ax=part.subplots()) is mine


def test_what_could_not_be_read_is_left_out():
    small = Figure(figsize=(2, 1), dpi=100)
    FigureCanvasAgg(small)
    figure(samples.chain(60), ax=small.subplots())
    assert not [text for text in small.axes[0].texts if text.get_text()]


@pytest.mark.parametrize("position", [-1, 99, 1000])
def test_a_position_that_does_not_exist_is_refused(position):
    with pytest.raises(ValueError, match="position is a number from 0 to 7"):
        figure(samples.wx_plus_b(), position=position)


def test_a_theme_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="theme is one of 'light', 'dark', not 'sepia'"):
        figure(samples.scalar(), theme="sepia")


@pytest.mark.parametrize("name", ["wx_plus_b", "long_names", "heat"])
def test_the_png_looks_as_the_figure_does(name):
    document = place(samples.SAMPLES[name]())
    buffer, drawn = io.BytesIO(), figure(document)
    other = Image.open(io.BytesIO(png(document))).convert("RGB")
    drawn.savefig(buffer, dpi=other.width / drawn.get_size_inches()[0])
    one = Image.open(buffer).convert("RGB")
    assert one.size == other.size
    # its letters are drawn as shapes, and so a little otherwise: squares of 16 dots hold a letter
    squares = [np.asarray(picture.reduce(16), float) for picture in (one, other)]
    assert np.abs(squares[0] - squares[1]).max() < 40


def test_a_character_without_an_outline_is_a_square(monkeypatch):
    class Pictures:
        def set_size(self, *_):
            raise RuntimeError("no outlines in this font")

    real = fonts.font_manager.get_font
    monkeypatch.setattr(fonts.font_manager, "get_font", lambda path: Pictures() if "Serif" in path else real(path))
    square = fonts._glyph(None, fonts.MISSING, "normal", "normal")
    assert fonts._glyph("DejaVu Serif", "Q", "normal", "normal").points.tolist() == square.points.tolist()
