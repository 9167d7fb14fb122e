"""What belongs together in a large graph: named parts, calls, loops and their rounds."""

from __future__ import annotations

import linecache

import pytest

import minigrad as mg
from minigrad import trace


def play(text: str, namespace: dict | None = None) -> dict:
    """The play document of a cell, whose last variable is z."""
    name = f"<cell {len(text)} {abs(hash(text))}>"
    lines = text.splitlines(keepends=True)
    linecache.cache[name] = (len(text), None, lines, name)
    variables = {"mg": mg, **(namespace or {})}
    with trace.record(filename=name, text=text, namespace=variables) as recording:
        exec(compile(text, name, "exec"), variables)
        variables["z"].backward()
    return trace.play_document(recording, variables["z"])


def boxes(document: dict, parent: str | None = None) -> list[dict]:
    return [group for group in document["graph"].get("groups", ()) if group["parent"] == parent]


def homes(document: dict) -> dict[str, str | None]:
    graph = document["graph"]
    return {node["name"]: node.get("group") for node in (*graph["variables"], *graph["operators"])}


SCOPED = """
w = mg.tensor(2.0, requires_grad=True)
b = mg.tensor(1.0, requires_grad=True)
with mg.scope("line"):
    y = w * 3 + b
z = y * y
"""
LOOP = """
w = mg.tensor(0.5, requires_grad=True)
h = mg.tensor(1.0)
z = 0
for t in range({rounds}):
    h = (w * h + 1).tanh() * 2
    z = z + h
"""


def test_a_small_graph_has_no_boxes():
    assert "groups" not in play(LOOP.format(rounds=10))["graph"]


def test_what_is_mostly_a_loop_is_folded_before_it_is_large():
    titles = [box["title"] for box in boxes(play(LOOP.format(rounds=30)))]
    assert titles
    assert all(title.startswith("round") or " in range(30)" in title for title in titles), titles
    straight = "z = w = mg.tensor(0.5, requires_grad=True)\n" + 100 * "z = z * w\n"
    assert "groups" not in play(straight)["graph"]  # as many nodes, and no two lines are the same


def test_a_named_part_is_a_box_however_small_the_graph():
    document = play(SCOPED)
    [box] = boxes(document)
    assert (box["kind"], box["title"], box["count"]) == ("scope", "line", 2)
    assert [document["graph"]["variables"][int(v[1:])]["name"] for v in box["gives"]] == ["y"]
    assert homes(document) == {"w": None, "b": None, "z": None, "y": "g0", "w * 3": "g0", "MUL": None, "ADD": "g0"}


def test_a_scope_decorates_a_function_and_every_call_is_a_box():
    document = play("""
@mg.scope("double")
def double(x):
    return x + x
z = double(double(mg.tensor(1.0, requires_grad=True)))
""")
    assert [box["title"] for box in boxes(document)] == ["double", "double"]


def test_scopes_stand_in_scopes():
    document = play("""
x = mg.tensor(1.0, requires_grad=True)
with mg.scope("outer"):
    y = x * 2
    with mg.scope("inner"):
        y = (y + 1) * 3
z = y * 1
""")
    [outer] = boxes(document)
    [inner] = boxes(document, outer["id"])
    assert (outer["title"], outer["count"], inner["title"], inner["count"]) == ("outer", 3, "inner", 2)


def test_an_empty_scope_and_one_that_ends_in_an_error_are_no_matter():
    document = play("""
x = mg.tensor(1.0, requires_grad=True)
with mg.scope("nothing"):
    pass
try:
    with mg.scope("broken"):
        y = x * 2
        raise ValueError
except ValueError:
    z = y + 1
""")
    assert [box["title"] for box in boxes(document)] == ["broken"]


def test_a_scope_does_nothing_while_nobody_records():
    with mg.scope("alone") as found:
        z = mg.tensor(1.0, requires_grad=True) * 2
    assert found is None
    assert z.grad_fn.name() == "MulBackward0"


def test_rounds_of_a_loop_are_boxes_of_neighbours_and_what_every_round_uses_stands_outside():
    document = play(LOOP.format(rounds=60))
    top = boxes(document)
    assert {box["kind"] for box in top} <= {"round", "rounds"}
    assert len(top) <= 24
    assert sum(box["count"] for box in top) == 60 * 5
    assert homes(document)["w"] is None


def test_rounds_are_numbered_from_one_without_a_gap():
    document = play(LOOP.format(rounds=60))
    leaves = [group for group in document["graph"]["groups"] if group["kind"] == "round"]
    assert [group["title"] for group in leaves] == [f"round {k}" for k in range(1, 61)]
    assert {group["count"] for group in leaves} == {5}


def test_a_loop_in_a_loop_is_a_box_in_a_box():
    document = play("""
w = mg.tensor(0.5, requires_grad=True)
z = 0
for i in range(15):
    y = w * i
    for j in range(4):
        y = (y + j).tanh() * w
    z = z + y
""")
    rounds = [group for group in boxes(document) if group["kind"] == "round"]
    assert rounds
    inner = boxes(document, rounds[0]["id"])
    assert [group["title"] for group in inner] == ["for j in range(4)"]
    assert "4 rounds" in inner[0]["subtitle"]


def test_calls_are_boxes_with_the_text_of_the_call():
    lines = "\n".join(f"z = layer(z, {k}) * w" for k in range(50))
    document = play(f"""
def layer(x, k):
    y = x * w
    y = y + k
    return y.tanh()
w = mg.tensor(0.5, requires_grad=True)
z = w
{lines}
""")
    titles = {group["title"] for group in document["graph"]["groups"] if group["kind"] == "function"}
    assert titles == {f"layer(z, {k})" for k in range(50)}


def test_ops_that_nothing_tells_apart_are_gathered_by_number():
    document = play("z = sum([mg.tensor(1.0, requires_grad=True)] * 500)")
    assert len(boxes(document)) <= 24
    levels: dict[str | None, int] = {}
    for group in document["graph"]["groups"]:
        levels[group["parent"]] = levels.get(group["parent"], 0) + 1
    for operator in document["graph"]["operators"]:
        levels[operator.get("group")] = levels.get(operator.get("group"), 0) + 1
    assert max(levels.values()) <= 24


@pytest.mark.parametrize(
    "text", [SCOPED, LOOP.format(rounds=60), "z = sum([mg.tensor(1.0, requires_grad=True)] * 500)"]
)
def test_every_op_stands_in_one_box_and_every_box_comes_after_the_one_around_it(text):
    document = play(text)
    graph = document["graph"]
    known: set[str | None] = {None}
    for group in graph["groups"]:
        assert group["parent"] in known
        known.add(group["id"])
    counts = {group["id"]: 0 for group in graph["groups"]}
    parents = {group["id"]: group["parent"] for group in graph["groups"]}
    for operator in graph["operators"]:
        at = operator.get("group")
        while at is not None:
            counts[at] += 1
            at = parents[at]
    assert counts == {group["id"]: group["count"] for group in graph["groups"]}


def test_the_same_run_is_folded_the_same_way():
    first, second = play(LOOP.format(rounds=60)), play(LOOP.format(rounds=60))
    assert first["graph"]["groups"] == second["graph"]["groups"]


def test_the_table_of_a_long_run_is_its_beginning_and_its_end():
    table = trace.step_table(play(LOOP.format(rounds=120))).splitlines()
    assert len(table) == 2 + 400 + 1
    assert table[2].startswith("   1  forward")
    assert table[202] == "   …  802 steps more"
    assert table[-1].startswith("1202  backward")
