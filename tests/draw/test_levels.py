"""A folded graph: each box laid out for itself, lines that are cut where they enter one, and the picture of it."""

from __future__ import annotations

from itertools import combinations

import pytest

import minigrad as mg
from minigrad import trace
from minigrad.draw import figure, place
from minigrad.draw.first_view import first_view
from minigrad.draw.levels import cut_levels
from minigrad.draw.place import Rect
from minigrad.draw.wrap import wrap


def two_layers() -> dict:
    with trace.record() as recording:
        w = mg.tensor([0.5, 2.0], requires_grad=True)
        x = mg.tensor([1.0, 3.0])
        for k in range(2):
            with mg.scope(f"layer {k}"):
                x = (x * w).tanh()
        z = x.sum()
        z.backward()
    return place(trace.play_document(recording, z))


def long_loop(rounds: int = 100) -> dict:
    with trace.record() as recording:
        w = mg.tensor(0.5, requires_grad=True)
        u = mg.tensor(0.25, requires_grad=True)
        h = mg.tensor(1.0)
        for _ in range(rounds):
            h = (w * h + u).tanh()
        h.backward()
    return place(trace.play_document(recording, h))


DOCUMENTS = {"two layers": two_layers, "long loop": long_loop}
every_document = pytest.mark.parametrize("document", [make() for make in DOCUMENTS.values()], ids=DOCUMENTS)


def test_without_boxes_the_wires_are_the_edges():
    with trace.record() as recording:
        a = mg.tensor(1.0, requires_grad=True)
        z = a + a
        z.backward()
    graph = trace.play_document(recording, z)["graph"]
    [level] = cut_levels(graph)
    assert [(wire.id, wire.source, wire.target, wire.edges) for wire in level.wires] == [
        (edge["id"], edge["source"], edge["target"], [edge["id"]]) for edge in graph["edges"]
    ]


def test_a_chip_on_the_way_out_of_a_box_covers_nothing():
    graph = two_layers()["graph"]
    boxes = [Rect.around(g["x"], g["y"], g["w"], g["h"]) for g in graph["groups"] if g["parent"] is None]
    boxes += [Rect.around(o["x"], o["y"], o["w"], o["h"]) for o in graph["operators"] if o.get("group") is None]
    chips = [w["chip"] for w in graph["wires"] if w["group"] is None and w["chip"]]
    assert chips
    assert not [c for c in chips for box in boxes if Rect.around(c["x"], c["y"], c["w"], 18).shared(box)]


def test_an_edge_into_a_box_is_cut_at_its_side():
    graph = two_layers()["graph"]
    w = next(v["id"] for v in graph["variables"] if v["name"] == "w")
    edge = next(e for e in graph["edges"] if e["source"] == w and e["target"] == "o0")
    pieces = [(wire["group"], wire["source"], wire["target"]) for wire in graph["wires"] if edge["id"] in wire["edges"]]
    assert pieces == [(None, w, "g0"), ("g0", f"g0<{w}", "o0")]


def test_a_value_leaves_a_box_once_however_many_use_it():
    with trace.record() as recording:
        x = mg.tensor(1.0, requires_grad=True)
        with mg.scope("one"):
            y = x * 2
            y = y + 1
        z = y * y + y
        z.backward()
    graph = place(trace.play_document(recording, z))["graph"]
    inside = [wire for wire in graph["wires"] if wire["group"] == "g0" and ">" in wire["target"]]
    assert len(inside) == 1
    assert len(inside[0]["edges"]) == 3


@every_document
def test_every_edge_is_a_way_of_wires_from_its_source_to_its_target(document):
    graph = document["graph"]
    for edge in graph["edges"]:
        left = [wire for wire in graph["wires"] if edge["id"] in wire["edges"]]
        at = edge["source"]
        while left:
            ends = (at, at.partition(">")[0])  # a box that it came out of is where it goes on from
            onward = [w for w in left if w["source"] in ends or w["source"].startswith(f"{at}<")]
            assert len(onward) == 1
            left.remove(onward[0])
            at = onward[0]["target"]
        assert at == edge["target"]


@every_document
def test_no_box_overlaps_another_in_any_level(document):
    graph = document["graph"]
    groups = graph["groups"]
    for level in [None, *(group["id"] for group in groups)]:
        variables = [v for v in graph["variables"] if v.get("group") == level]
        others = [o for o in graph["operators"] if o.get("group") == level]
        others += [g for g in groups if g["parent"] == level]
        rects = [Rect.around(v["x"], v["y"], 2 * v["rx"], 2 * v["ry"]) for v in variables]
        rects += [Rect.around(o["x"], o["y"], o["w"], o["h"]) for o in others]
        assert all(a.shared(b) == 0 for a, b in combinations(rects, 2))
        inner = next((g["inner"] for g in groups if g["id"] == level), {"w": graph["width"], "h": graph["height"]})
        for rect in rects:
            assert 0 <= rect.left <= rect.right <= inner["w"]
            assert 0 <= rect.top <= rect.bottom <= inner["h"]


@every_document
def test_lines_begin_and_end_at_the_sides_of_an_open_box(document):
    groups = {group["id"]: group for group in document["graph"]["groups"]}
    for wire in document["graph"]["wires"]:
        if "<" in wire["source"]:
            assert wire["value_path"][0][1] == 0
        if ">" in wire["target"]:
            assert wire["value_path"][-1][-2] == pytest.approx(groups[wire["group"]]["inner"]["w"], abs=1)


def test_rounds_that_are_alike_are_drawn_alike():
    groups = [group for group in long_loop()["graph"]["groups"] if group["kind"] == "round"]
    sizes = {(group["inner"]["w"], group["inner"]["h"]) for group in groups}
    assert len(groups) == 100
    assert len(sizes) < 10  # names and numbers are of different lengths


def test_the_first_view_has_closed_boxes_alone():
    document = long_loop()
    seen = first_view(document)
    nodes = {node["id"] for kind in ("variables", "operators", "boxes") for node in seen["graph"][kind]}
    assert len(nodes) < 40
    assert {edge[end] for edge in seen["graph"]["edges"] for end in ("source", "target")} <= nodes
    assert {step["focus"] for step in seen["steps"]} <= {*nodes, None}
    lines = {edge["id"] for edge in seen["graph"]["edges"]}
    assert {flow["edge"] for step in seen["steps"] for flow in step["flows"]} <= lines


def test_the_picture_of_a_folded_graph_names_its_boxes():
    drawn = figure(two_layers())
    texts = {text.get_text() for ax in drawn.axes for text in ax.texts}
    assert {"layer 0", "layer 1"} <= texts
    assert "MUL" not in texts


def chain(ops: int) -> dict:
    with trace.record() as recording:
        h = mg.tensor(1.0, requires_grad=True)
        for _ in range(ops):
            h = h.tanh()
        h.backward()
    return place(trace.play_document(recording, h))


def test_a_long_chain_is_no_sliver():
    document = chain(60)
    graph, wrapped = document["graph"], wrap(document)["graph"]
    assert graph["width"] > 20 * graph["height"]
    assert 1 < wrapped["width"] / wrapped["height"] < 3
    assert {v["name"] for v in wrapped["variables"]} == {v["name"] for v in graph["variables"]}
    for item in wrapped["variables"]:
        assert item["x"] - item["rx"] >= 0
        assert item["x"] + item["rx"] <= wrapped["width"]


def test_a_line_that_is_cut_goes_on_in_the_next_strip():
    document = chain(60)
    before, after = document["graph"]["edges"], wrap(document)["graph"]["edges"]
    assert len(after) > len(before)
    assert {edge["id"] for edge in after} == {edge["id"] for edge in before}

    def length(edges):
        return sum(edge["value_path"][-1][-2] - edge["value_path"][0][1] for edge in edges)

    assert length(after) == pytest.approx(length(before))


def test_a_picture_that_is_not_wide_stays_as_it_is():
    document = two_layers()
    assert wrap(first_view(document)) == first_view(document)


def trained(rounds: int = 40) -> dict:
    """A loop that steps its leaf under no_grad, with a named part in one of these steps."""
    with trace.record() as recording:
        w = mg.tensor([0.5, 2.0], requires_grad=True)
        h = mg.tensor([1.0, 3.0])
        for k in range(rounds):
            h = (h * w).tanh()
            with mg.no_grad(), mg.scope(f"norm {k}"):
                scale = (h * h).sum().sqrt()
            h = h / scale
        z = h.sum()
        z.backward()
    return place(trace.play_document(recording, z))


def test_each_level_of_a_folded_graph_has_its_part_of_every_hull():
    graph = trained()["graph"]
    levels = cut_levels(graph)
    assert len(levels) > 40
    assert len([hull for hull in graph["hulls"] if hull.get("group") is None]) > 0
    members = [name for hull in graph["hulls"] for name in hull["members"]]
    assert len(members) == len(set(members))
    quiet = [o["id"] for o in graph["operators"] if o["name"] == "SQRT"]
    assert len(quiet) == 40
    assert set(quiet) <= set(members)
    folded = {group["id"] for group in graph["groups"] if group["title"].startswith("norm")}
    assert folded <= set(members)  # a box that holds nothing else is a member itself


def test_a_hull_in_a_box_holds_its_members_and_nobody_else_of_that_level():
    graph = trained()["graph"]
    nodes = {n["id"]: n for n in (*graph["variables"], *graph["operators"], *graph["groups"])}
    sizes = {None: graph} | {group["id"]: group["inner"] for group in graph["groups"]}
    for level in cut_levels(graph):
        hulls = [hull for hull in graph["hulls"] if hull.get("group") == level.group]
        width, height = (sizes[level.group].get(side) or sizes[level.group][long] for side, long in
                         (("w", "width"), ("h", "height")))  # fmt: skip
        for hull in hulls:
            for left, top, w, h in hull["boxes"]:
                assert 0 <= left < left + w <= width
                assert 0 <= top < top + h <= height
            for name in (*level.nodes, *level.boxes):
                x, y = nodes[name]["x"], nodes[name]["y"]
                inside = any(left < x < left + w and top < y < top + h for left, top, w, h in hull["boxes"])
                assert inside == (name in hull["members"]), (level.group, name)


def test_a_level_with_a_hull_makes_room_as_a_whole():
    graph = trained()["graph"]
    torn = {hull.get("group") for hull in graph["hulls"]}
    assert {group["column"] for group in graph["groups"] if group["parent"] in torn} == {None}


def test_the_picture_of_a_folded_graph_shows_the_hulls_of_what_is_seen():
    document = trained()
    shown = first_view(document)["graph"]["hulls"]
    assert shown == [hull for hull in document["graph"]["hulls"] if hull.get("group") is None]
