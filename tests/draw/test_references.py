"""A leaf that is used far away is named there again."""

from __future__ import annotations

from itertools import combinations

import pytest

import minigrad as mg
from minigrad import trace
from minigrad.draw import figure, place
from minigrad.draw.rects import Rect


def chain(rounds: int) -> dict:
    with trace.record() as recording:
        w = mg.tensor(0.5, requires_grad=True)
        h = mg.tensor(1.0)
        for _ in range(rounds):
            h = (h * w).tanh()
        h.backward()
    return place(trace.play_document(recording, h))


@pytest.fixture(scope="module")
def graph():
    return chain(12)["graph"]


def references(graph):
    return [edge["reference"] for edge in graph["edges"] if edge.get("reference")]


def test_a_leaf_that_is_used_near_has_no_reference():
    assert references(chain(1)["graph"]) == []


def test_far_uses_of_a_leaf_name_it_and_near_ones_are_joined_to_it(graph):
    w = next(variable for variable in graph["variables"] if variable["name"] == "w")
    uses = [edge for edge in graph["edges"] if edge["source"] == w["id"]]
    far = [edge for edge in uses if edge.get("reference")]
    assert 0 < len(far) < len(uses) == 12
    assert {edge["reference"]["text"] for edge in far} == {"w"}
    assert {edge["reference"]["variable"] for edge in far} == {w["id"]}


def test_what_an_op_made_is_never_named_twice(graph):
    made = {edge["target"] for edge in graph["edges"]}
    assert not [edge for edge in graph["edges"] if edge.get("reference") and edge["source"] in made]


def test_a_line_comes_from_its_reference_and_none_is_longer_than_what_one_sees(graph):
    for edge in graph["edges"]:
        start, end = edge["value_path"][0], edge["value_path"][-1]
        if edge.get("reference"):
            found = edge["reference"]
            assert found["x"] < start[1] < found["x"] + found["w"]
        assert end[-2] - start[1] < 1600


def test_references_lie_on_nothing(graph):
    rects = [Rect.around(found["x"], found["y"], found["w"], 22) for found in references(graph)]
    rects += [Rect.around(v["x"], v["y"], 2 * v["rx"], 2 * v["ry"]) for v in graph["variables"]]
    rects += [Rect.around(o["x"], o["y"], o["w"], o["h"]) for o in graph["operators"]]
    assert all(a.shared(b) == 0 for a, b in combinations(rects, 2))


def test_the_picture_names_them(graph):
    texts = [text.get_text() for ax in figure(chain(12)).axes for text in ax.texts]
    assert texts.count("w") == 1 + len(references(graph))
