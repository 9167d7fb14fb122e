"""Positions of a play document: complete, apart, and the same every time."""

from __future__ import annotations

import copy
import json
from itertools import combinations, pairwise

import pytest

from draw import samples
from draw.test_layout import way
from minigrad.draw import place
from minigrad.draw.chips import CHIP_HEIGHT
from minigrad.draw.place import row_count, saved_width
from minigrad.draw.rects import Rect, text_width

DOCUMENTS = {
    **samples.SAMPLES,
    **{f"formula {seed}": lambda seed=seed: samples.random_formula(seed) for seed in range(12)},
}
every_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)


def parts_of(variable):
    """The ellipse with its ring, the dock, and the line under it where notes stand."""
    x, y, dock = variable["x"], variable["y"], variable["dock"]
    rows = row_count(variable)
    bottom = dock["y"] + rows * dock["row_h"] + (rows - 1) * dock["gap"]
    return [
        Rect.around(x, y, 2 * variable["rx"] + 8, 2 * variable["ry"] + 8),
        Rect(dock["x"], dock["y"], dock["x"] + dock["w"], bottom),
    ]


def parts_of_operator(operator):
    x, y, w, h = operator["x"], operator["y"], operator["w"], operator["h"]
    parts = [Rect.around(x, y, w, h)]
    if operator["line"]:
        parts.append(Rect(x + w / 2 - text_width(operator["line"], 9.5), y - h / 2 - 15, x + w / 2, y - h / 2 - 4))
    if operator["saved"]:
        wide = saved_width(operator)
        parts.append(Rect(x - wide / 2, y + h / 2 + 8, x + wide / 2, y + h / 2 + 25))
    return parts


def all_parts(graph):
    found = {variable["id"]: parts_of(variable) for variable in graph["variables"]}
    return found | {operator["id"]: parts_of_operator(operator) for operator in graph["operators"]}


@every_document
def test_everything_in_the_contract_gets_its_numbers(document):
    graph = place(document())["graph"]
    assert graph["width"] > 0
    assert graph["height"] > 0
    for variable in graph["variables"]:
        assert all(isinstance(variable[key], float) for key in ("x", "y", "rx", "ry", "font"))
        assert set(variable["dock"]) == {"x", "y", "w", "label_w", "cell_w", "row_h", "gap"}
        dock = variable["dock"]
        assert dock["w"] == dock["label_w"] + dock["cell_w"] * max(1, variable["cells"])
    for operator in graph["operators"]:
        assert operator["w"] >= 60
        assert operator["h"] >= 54
    for edge in graph["edges"]:
        for path in (edge["value_path"], edge["gradient_path"]):
            assert [len(command) for command in path] == [{"M": 3, "L": 3, "C": 7}[command[0]] for command in path]
        assert bool(edge["gradient_path"]) == edge["gradient"]
        if edge["chip"]:
            assert set(edge["chip"]) == {"text", "x", "y", "w"}


@every_document
def test_the_document_is_plain_json_and_the_same_every_time(document):
    placed = place(document())
    text = json.dumps(placed, allow_nan=False)
    assert text == json.dumps(place(document()), allow_nan=False)
    assert text == json.dumps(place(placed), allow_nan=False)  # placing once more changes nothing


@every_document
def test_the_given_document_stays_as_it_is(document):
    given = document()
    before = copy.deepcopy(given)
    placed = place(given)
    assert given == before
    assert placed["steps"] is given["steps"]


@every_document
def test_no_box_overlaps_another(document):
    graph = place(document())["graph"]
    for (_, a), (_, b) in combinations(all_parts(graph).items(), 2):
        assert not any(one.shared(other) for one in a for other in b)


@every_document
def test_no_chip_overlaps_a_box_or_another_chip(document):
    graph = place(document())["graph"]
    chips = [
        Rect.around(edge["chip"]["x"], edge["chip"]["y"], edge["chip"]["w"], CHIP_HEIGHT)
        for edge in graph["edges"]
        if edge["chip"]
    ]
    boxes = [part for parts in all_parts(graph).values() for part in parts]
    assert not [chip for chip in chips for box in boxes if chip.shared(box)]
    assert not [a for a, b in combinations(chips, 2) if a.shared(b)]


@every_document
def test_everything_is_inside_the_graph(document):
    graph = place(document())["graph"]
    rects = [part for parts in all_parts(graph).values() for part in parts]
    rects += [
        Rect.around(edge["chip"]["x"], edge["chip"]["y"], edge["chip"]["w"], CHIP_HEIGHT)
        for edge in graph["edges"]
        if edge["chip"]
    ]
    for rect in rects:
        assert rect.left >= 10
        assert rect.top >= 10
        assert rect.right <= graph["width"] - 10
        assert rect.bottom <= graph["height"] - 10


@every_document
def test_lanes_run_from_body_to_body_six_to_seven_pixels_apart(document):
    graph = place(document())["graph"]
    nodes = {node["id"]: node for node in (*graph["variables"], *graph["operators"])}
    for edge in graph["edges"]:
        source, target = edge.get("reference") or nodes[edge["source"]], nodes[edge["target"]]
        start, end = edge["value_path"][0], edge["value_path"][-1]
        assert source["x"] < start[1] <= end[-2] < target["x"]
        assert abs(start[2] - source["y"]) < 27
        assert abs(end[-1] - target["y"]) < target.get("h", 50) / 2
        if edge["gradient"]:
            for value, gradient in zip(edge["value_path"], edge["gradient_path"], strict=True):
                assert 6 <= gradient[-1] - value[-1] <= 7


@every_document
def test_every_number_that_ever_stands_in_a_cell_fits(document):
    placed = place(document())
    variables = {variable["id"]: variable for variable in placed["graph"]["variables"]}
    effects = [e for moment in (placed["start"], *placed["steps"]) for e in moment["effects"] if e["value"]]
    for effect in effects:
        dock = variables[effect["variable"]]["dock"]
        if effect["value"]["kind"] == "cells":
            widest = max(text_width(text, 11.5) for text in effect["value"]["text"])
            assert widest + 15 <= dock["cell_w"]


def test_the_formula_of_the_design_stands_as_in_its_picture():
    graph = place(samples.wx_plus_b())["graph"]
    at = {node["name"]: (node["x"], node["y"]) for node in (*graph["variables"], *graph["operators"])}
    assert len({at[name][1] for name in ("MUL", "y", "ADD", "s", "SUM", "z")}) == 1
    assert at["w"][0] == at["x"][0] < at["MUL"][0] < at["y"][0] == at["b"][0] < at["ADD"][0] < at["s"][0]
    assert at["w"][1] + at["x"][1] == 2 * at["MUL"][1]
    assert at["b"][1] > at["y"][1]
    w, b = graph["variables"][0], graph["variables"][3]
    assert (w["rx"], w["ry"], w["font"]) == (44, 25, 23)
    assert (w["dock"]["label_w"], w["dock"]["row_h"], b["dock"]["cell_w"]) == (41, 21, 52)
    assert 1000 < graph["width"] < 1350
    assert 300 < graph["height"] < 420


def test_chips_stand_on_their_own_edges():
    graph = place(samples.wx_plus_b())["graph"]
    for edge in graph["edges"]:
        if not edge["chip"]:
            continue
        chip, points = edge["chip"], [command[-2:] for command in edge["value_path"]]
        assert points[0][0] < chip["x"] < points[-1][0]
        heights = [y for _, y in points]
        assert min(heights) - 25 < chip["y"] < max(heights) + 25


def test_parallel_edges_have_lanes_and_chips_of_their_own():
    graph = place(samples.parallel())["graph"]
    upper, lower = graph["edges"][:2]
    assert lower["value_path"][0][2] - upper["gradient_path"][0][2] > 6
    assert upper["chip"]["y"] < upper["value_path"][0][2]
    assert lower["chip"]["y"] > lower["gradient_path"][0][2]


def square_beside_a_sum():
    """w * w above w + x: both lines of the square climb."""
    maker = samples.Maker()
    w, x = maker.leaf("w", [1.0, 2.0]), maker.leaf("x", [3.0, 1.0])
    a = maker.op("×", "MUL", [w, w], "a", [1.0, 4.0], chips=["× w", "× w"], saved="saved: w", line=4)
    b = maker.op("+", "ADD", [w, x], "b", [4.0, 3.0], chips=["× 1", "× 1"], line=5)
    maker.op("−", "SUB", [a, b], "z", [-3.0, 1.0], chips=["× 1", "× −1"], line=6)
    return maker.backward()


def test_the_chip_of_one_of_two_lines_does_not_lie_on_the_other():
    twins = place(square_beside_a_sum())["graph"]["edges"][:2]
    assert twins[0]["value_path"][0][2] != twins[0]["value_path"][-1][-1]  # they climb
    for edge, other in (twins, twins[::-1]):
        chip = edge["chip"]
        left, top, right, bottom = Rect.around(chip["x"], chip["y"], chip["w"], CHIP_HEIGHT)
        for lane in ("value_path", "gradient_path"):
            assert not [(x, y) for x, y in way(other[lane]) if left < x < right and top < y < bottom]


def sums_of_two(*, commutes: bool):
    """a + b, b + a, and their sum."""
    maker = samples.Maker()
    a, b = maker.leaf("a", 1.0), maker.leaf("b", 2.0)
    c = maker.op("+", "ADD", [a, b], "c", 3.0)
    d = maker.op("+", "ADD", [b, a], "d", 3.0)
    maker.op("+", "ADD", [c, d], "z", 6.0)
    for operator in maker.operators:
        operator["commutes"] = commutes
    return maker.backward()


@pytest.mark.parametrize("commutes", [True, False])
def test_operands_change_places_only_in_an_op_that_does_not_mind(commutes):
    edges = place(sums_of_two(commutes=commutes))["graph"]["edges"]
    arrivals = {(edge["source"], edge["target"]): edge["value_path"][-1][-1] for edge in edges}
    assert arrivals["v0", "o0"] < arrivals["v1", "o0"]
    assert (arrivals["v1", "o1"] < arrivals["v0", "o1"]) != commutes


def test_a_name_shrinks_and_then_its_ellipse_grows():
    graph = place(samples.long_names())["graph"]
    by_name = {variable["name"]: variable for variable in graph["variables"]}
    long, short = by_name["learning_rate_schedule"], by_name["权重"]
    assert (short["font"], short["rx"]) == (23, 44)
    assert long["font"] == 14
    assert 44 < long["rx"] <= 110
    assert text_width(long["name"], long["font"], 0.53) <= 2 * long["rx"] - 14


def test_an_endless_name_still_ends():
    maker = samples.Maker()
    x = maker.leaf("x" * 10_000, 1.0)
    maker.op("f" * 50, "NAME", [x], "y", 1.0, chips=["× 1"], saved="saved: " + "x" * 400, line=10**12)
    variable = place(maker.backward())["graph"]["variables"][0]
    assert variable["rx"] == 110
    assert variable["dock"]["label_w"] <= 96


def test_an_operator_with_many_arguments_has_room_for_their_ports():
    maker = samples.Maker()
    leaves = [maker.leaf(f"x{k}", 1.0) for k in range(12)]
    maker.op("⧺", "CAT", leaves, "y", [1.0] * 8, chips=["⟨k⟩"] * 12)
    graph = place(maker.backward())["graph"]
    ends = [edge["value_path"][-1][2] for edge in graph["edges"][:12]]
    assert all(b - a >= 10 for a, b in pairwise(ends))


def test_a_heat_map_has_a_strip_and_statistics_have_a_line():
    graph = place(samples.heat())["graph"]
    docks = {variable["name"]: variable["dock"] for variable in graph["variables"]}
    assert docks["B"]["row_h"] >= 4 * 5
    assert docks["B"]["cell_w"] == 180
    assert 200 < docks["D"]["cell_w"] <= 320


def test_a_variable_that_needs_no_gradient_has_one_row():
    graph = place(samples.heat())["graph"]
    assert {variable["name"]: row_count(variable) for variable in graph["variables"]}["data"] == 1


def test_parallel_edges_have_room_for_a_pill_and_a_number_side_by_side():
    graph = place(samples.parallel())["graph"]
    (a, z), (op,), (edge, *_) = graph["variables"], graph["operators"], graph["edges"]
    gap = op["x"] - op["w"] / 2 - max(a["x"] + a["rx"], a["dock"]["x"] + a["dock"]["w"])
    assert gap >= edge["chip"]["w"] + text_width("1", 11.5) + 18 + 2 * 12
    assert op["x"] < z["x"]


def test_a_graph_of_a_thousand_nodes_is_placed():
    graph = place(samples.mlp(8, 20))["graph"]
    assert len(graph["variables"]) + len(graph["operators"]) > 900
    for rect, other in pairwise(sorted(part for parts in all_parts(graph).values() for part in parts)):
        assert not rect.shared(other)


def test_widths_are_estimated_by_characters():
    assert text_width("abc", 10, 0.6) == pytest.approx(18)
    assert text_width("权重", 10, 0.5) == pytest.approx(20)
    assert text_width("", 10) == 0


def test_an_empty_graph_has_a_place_too():
    graph = place(samples.Maker().document())["graph"]
    assert graph["variables"] == graph["operators"] == graph["edges"] == []
    assert graph["width"] > 0
