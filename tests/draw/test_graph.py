"""A play document as a networkx graph."""

from __future__ import annotations

import math

import networkx as nx
import pytest

from draw import samples
from minigrad.draw import place, to_networkx


def test_nodes_are_variables_and_operators_with_what_one_asks_of_them():
    G = to_networkx(samples.wx_plus_b())
    assert [data["name"] for _, data in G.nodes(data=True) if data["kind"] == "variable"] == [
        "w",
        "x",
        "y",
        "b",
        "s",
        "z",
    ]
    assert [data["name"] for _, data in G.nodes(data=True) if data.get("leaf")] == ["w", "x", "b"]
    w, mul = G.nodes["v0"], G.nodes["o0"]
    assert w["shape"] == (3,)
    assert w["value"] == [2.0, -1.0, 0.5]
    assert w["grad"] == [1.0, 3.0, -2.0]
    assert (mul["title"], mul["line"], mul["saved"], mul["glyph"]) == ("MulBackward0", 5, "saved: w, x", "×")
    assert G.graph == {"title": "z = sum(w * x + b)", "call": "z.backward()"}


def test_only_a_gradient_that_is_stored_is_a_grad():
    G = to_networkx(samples.wx_plus_b())
    assert {data["name"]: data["grad"] for _, data in G.nodes(data=True) if data["kind"] == "variable"} == {
        "w": [1.0, 3.0, -2.0],
        "x": [2.0, -1.0, 0.5],
        "y": None,
        "b": 3.0,
        "s": None,
        "z": None,
    }


def test_edges_are_keyed_by_argument_and_parallel_ones_are_kept():
    G = to_networkx(samples.parallel())
    assert list(G.edges("v0", keys=True)) == [("v0", "o0", 0), ("v0", "o0", 1)]
    assert [data["slot"] for _, _, data in G.edges("v0", data=True)] == [0, 1]
    assert G.in_degree("o0") == 2


def test_it_can_be_queried_as_any_graph():
    G = to_networkx(samples.wx_plus_b())
    assert nx.is_directed_acyclic_graph(G)
    assert [G.nodes[node]["name"] for node in nx.shortest_path(G, "v0", "v5")] == [
        "w",
        "MUL",
        "y",
        "ADD",
        "s",
        "SUM",
        "z",
    ]
    assert nx.ancestors(G, "o0") == {"v0", "v1"}


def test_values_are_nested_as_tolist_gives_them():
    value = samples.value([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], (2, 3))
    maker = samples.Maker()
    maker.variables.append(
        {"id": "v0", "name": "A", "leaf": True, "requires_grad": False, "shape": "(2, 3)", "value": value}
    )
    assert to_networkx(maker.document()).nodes["v0"]["value"] == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_what_is_not_finite_is_read_from_its_text():
    G = to_networkx(samples.long_names())
    values = {data["name"]: data.get("value") for _, data in G.nodes(data=True)}
    assert values["self.hidden_state"] == [math.inf, -math.inf, 0.0]
    assert math.isnan(values["<b>self.layers[0].w * x</b>"][2])


def test_what_is_too_large_to_be_kept_has_no_numbers():
    G = to_networkx(samples.heat())
    data = next(data for _, data in G.nodes(data=True) if data["name"] == "data")
    assert data["shape"] == (60, 20)
    assert data["value"] is None


def test_positions_are_there_once_the_document_has_them():
    document = samples.scalar()
    assert "pos" not in to_networkx(document).nodes["v0"]
    placed = place(document)
    first = placed["graph"]["variables"][0]
    assert to_networkx(placed).nodes["v0"]["pos"] == (first["x"], first["y"])


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_document_has_as_many_nodes_and_edges_as_its_graph(name):
    document = samples.SAMPLES[name]()
    G = to_networkx(document)
    assert len(G) == len(document["graph"]["variables"]) + len(document["graph"]["operators"])
    assert G.number_of_edges() == len(document["graph"]["edges"])
