"""Crossings on a fixed corpus of computation graphs, against Graphviz's numbers in crossings.csv."""

import pytest

from draw import against_dot
from draw.against_dot import count_crossings, ours, read_table
from draw.corpus import CORPUS

TABLE = {
    row["graph"]: {column: int(count) for column, count in row.items() if column != "graph"} for row in read_table()
}
# Every unit is joined to every unit of the layer before, by arguments that keep their order: 94 crossings is the least
# there can be, and as many are here and in `dot`'s drawing with its hands free. There more of them come to lie within
# the few pixels where they count as one.
COMPLETE = "neurons 4-4-4-2"


@pytest.mark.parametrize("name", CORPUS)
def test_no_more_edges_cross_than_graphviz_lets_cross_where_arguments_keep_their_order(name):
    crossings = count_crossings(ours(CORPUS[name](), in_order=True))
    assert crossings <= TABLE[name]["dot in order"]
    assert crossings <= TABLE[name]["in order"]  # the table is what was reached


@pytest.mark.parametrize("name", [name for name in CORPUS if name != COMPLETE])
def test_no_more_edges_cross_than_graphviz_lets_cross_with_its_hands_free(name):
    crossings = count_crossings(ours(CORPUS[name](), in_order=False))
    assert crossings <= TABLE[name]["dot free"]
    assert crossings <= TABLE[name]["here"]


def test_where_all_is_joined_with_all_nothing_crosses_that_need_not(monkeypatch):
    monkeypatch.setattr(against_dot, "SAME_PLACE", 0.0)
    assert count_crossings(ours(CORPUS[COMPLETE](), in_order=False)) == 94


def test_the_table_is_of_this_corpus():
    sizes = {name: (len(G), G.number_of_edges()) for name, G in ((n, make()) for n, make in CORPUS.items())}
    assert {name: (row["nodes"], row["edges"]) for name, row in TABLE.items()} == sizes
