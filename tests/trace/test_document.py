"""The play document keeps to its contract, whatever was recorded, and survives a journey as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

import minigrad as mg
from minigrad import words
from minigrad.trace import from_json, play_document, record, step_table, to_json

TAGS = set(
    "math mrow mi mn mo mtext mfrac msup msub msubsup munder mover munderover msqrt mroot mspace mtable mtr mtd".split()
)

CELLS = {
    "wx_plus_b": """\
w = mg.tensor([2., -1., .5], requires_grad=True)
x = mg.tensor([1., 3., -2.], requires_grad=True)
b = mg.tensor(.5, requires_grad=True)
z = (w * x + b).sum()
z.backward()""",
    "forward only": "x = mg.tensor([1., 2.], requires_grad=True)\nz = x * 2",
    "no gradient": "x = mg.tensor([1., 2.])\nz = x * 2",
    "a leaf": "x = mg.tensor(2., requires_grad=True)\nx.backward()",
    "only a tensor": "x = mg.tensor(2., requires_grad=True)",
    "nothing": "x = 3",
    "two roots": "x = mg.tensor([1., 2.], requires_grad=True)\ny = x * 2\nz = x * x\n"
    "mg.autograd.backward([y, z], [mg.ones(2), mg.ones(2)])",
    "hooks": "x = mg.tensor([1., 2.], requires_grad=True)\ny = x * 2\ny.register_hook(lambda g: g * 0)\n"
    "z = y.sum()\nz.backward()",
    "second order": "x = mg.tensor([1., 2.], requires_grad=True)\ny = (x ** 3).sum()\n"
    "g, = mg.autograd.grad(y, x, create_graph=True)\ns = (g * g).sum()\ns.backward()",
    "error": "x = mg.tensor([1., 2.], requires_grad=True)\ny = x * 2\ny.backward()",
    "nan": "x = mg.tensor([0., -1.], requires_grad=True)\nz = x.log().sum()\nz.backward()",
    "large": "x = mg.ones(3000, requires_grad=True)\nz = (x * x).sum()\nz.backward()",
    "heat": "x = mg.ones(30, requires_grad=True)\nz = (x * x).sum()\nz.backward()",
    "empty": "x = mg.ones(0, requires_grad=True)\nz = (x * x).sum()\nz.backward()",
    "hostile": "d = {'<b>$x$': mg.tensor(2., requires_grad=True)}\nz = d['<b>$x$'] * 2\nz.backward()",
    "double": "x = mg.tensor([1., 2.], dtype=mg.float64, requires_grad=True)\nz = (x / 3).sum()\nz.backward()",
    "mixed": "x = mg.tensor([1., 2.], dtype=mg.float64)\nw = mg.tensor(3., requires_grad=True)\nz = (w * x).sum()\n"
    "z.backward()",
    "integers": "x = mg.tensor([1, 2])\nw = mg.tensor(3., requires_grad=True)\nz = (w * x).sum()\nz.backward()",
}


def check_value(value: Any) -> None:
    assert set(value) == {"shape", "kind", "text", "numbers", "rows", "cols", "summary"}
    assert value["kind"] in ("cells", "heat", "stats")
    assert len(value["text"]) == len(value["numbers"])
    assert all(isinstance(n, int) for n in value["shape"])
    if value["kind"] == "cells":
        assert 1 <= len(value["text"]) <= 8
    if value["kind"] == "heat":
        assert value["rows"] * value["cols"] == len(value["text"])
    assert isinstance(value["summary"], str)
    assert value["summary"]


def check_math(tree: Any) -> None:
    if not isinstance(tree, str):
        assert tree[0] in TAGS
        for child in tree[1:]:
            check_math(child)


def check_span(span: Any, lines: list[dict[str, Any]]) -> None:
    if span is not None:
        line, column, end_line, end_column = span
        texts = {entry["number"]: entry["text"] for entry in lines}
        assert 0 <= column <= len(texts[line])
        assert 0 <= end_column <= len(texts[end_line])
        assert (line, column) < (end_line, end_column)


def check_effect(effect: Any, variables: dict[str, Any]) -> None:
    assert set(effect) - {"label"} == {"variable", "row", "state", "value", "badge", "note"}
    assert effect["variable"] in variables
    assert effect["row"] in ("value", "grad")
    assert effect["state"] in ("shown", "flight", "freed", "stored", "none")
    if effect["row"] == "grad":
        assert variables[effect["variable"]]["grad_label"] is not None
    if effect["value"] is not None:
        check_value(effect["value"])
        assert effect["value"]["shape"] == list(map(int, json.loads(variables[effect["variable"]]["shape_json"])))


def check(document: dict[str, Any]) -> None:
    assert (document["format"], document["version"]) == ("minigrad.play", 1)
    assert document["words"] == dict(words.page("en"))
    lines = document["source"]["lines"]
    graph = document["graph"]
    variables = {v["id"]: v for v in graph["variables"]}
    operators = {o["id"]: o for o in graph["operators"]}
    assert len(variables) == len(graph["variables"])
    assert len(operators) == len(graph["operators"])
    for variable in variables.values():
        shape = variable["shape"].strip("()").rstrip(",")
        variable["shape_json"] = f"[{shape}]"
        check_span(variable["span"], lines)
        assert variable["name"]
        assert variable["label"]
        if variable["value"] is not None:
            check_value(variable["value"])
        assert variable["cells"] == (
            len(variable["value"]["text"]) if variable["value"] and variable["value"]["kind"] == "cells" else 0
        )
        assert (variable["grad_label"] is not None) == variable["requires_grad"]
    for operator in operators.values():
        check_span(operator["span"], lines)
        assert operator["glyph"]
        assert operator["sentence"]
    edges = {edge["id"]: edge for edge in graph["edges"]}
    assert len(edges) == len(graph["edges"])
    assert len({(e["source"], e["target"], e["slot"]) for e in edges.values()}) == len(edges)
    for edge in edges.values():
        assert {edge["source"], edge["target"]} <= variables.keys() | operators.keys()
        assert (edge["source"] in variables) != (edge["target"] in variables)
        if edge["chip"] is not None:
            assert edge["gradient"]
            assert set(edge["chip"]) == {"text"}
    for moment in (document["start"], *document["steps"]):
        assert moment["title"]
        assert moment["spoken"]
        for effect in moment["effects"]:
            check_effect(effect, variables)
    for step in document["steps"]:
        assert step.get("pass", 0) == (0 if step["phase"] == "forward" else step["pass"]) <= len(document["passes"])
        assert set(step) - {"pass", "released", "recorded", "aside"} == {
            "phase", "kind", "mark", "focus", "title", "where", "rule", "sentence", "lines", "span", "rows", "chain",
            "flows", "effects", "spoken",
        }  # fmt: skip
        assert step["phase"] in ("forward", "backward")
        assert step["kind"] in ("op", "seed", "node", "accumulate")
        assert step["mark"]["shape"] in ("op", "seed", "leaf")
        assert step["focus"] is None or step["focus"] in variables or step["focus"] in operators
        check_span(step["span"], lines)
        assert set(step["lines"]) <= {line["number"] for line in lines}
        for flow in step["flows"]:
            assert flow["edge"] in edges
            assert flow["lane"] in ("value", "gradient")
            if flow["lane"] == "gradient":
                assert edges[flow["edge"]]["gradient"]
        for row in step["rows"]:
            if row["left"] is not None:
                check_math(row["left"])
            for i, term in enumerate(row["terms"]):
                assert isinstance(term, str) == (i % 2 == 1)
                if not isinstance(term, str):
                    check_value(term["value"])
                    assert term["role"] in ("upstream", "local", "sent", "value", "grad")
    json.dumps(document, allow_nan=False)


@pytest.mark.parametrize("name", CELLS)
def test_a_document_keeps_to_its_contract(run, name):
    cell = run(CELLS[name])
    check(cell.document)
    assert (cell.error is not None) == (name == "error")


@pytest.mark.parametrize("name", CELLS)
def test_a_document_survives_a_journey_as_json(run, name):
    document = run(CELLS[name]).document
    assert from_json(to_json(document)) == document


@pytest.mark.parametrize("name", CELLS)
def test_the_table_of_a_cell_is_the_same_each_time_and_shows_no_address(run, name):
    tables = {run(CELLS[name]).table for _ in range(2)}
    assert len(tables) == 1
    assert "0x" not in tables.pop()


def test_the_table_has_a_line_a_step(run):
    cell = run(CELLS["wx_plus_b"])
    assert cell.table.splitlines()[0] == "minigrad: z = (w * x + b).sum() · z.backward()"
    assert cell.table.splitlines()[1] == "start: w = [2, −1, 0.5], x = [1, 3, −2], b = 0.5"
    rest = cell.table.splitlines()[2:]
    assert len(rest) == len(cell.steps) == 10
    assert rest[0].split() == "1 forward MUL line 4 w * x: [2, −1, 0.5] × [1, 3, −2] = [2, −3, −1]".split()
    assert rest[6].split() == "7 backward b.grad None += 3 = 3".split()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("{}", "no play document"),
        ("[]", "no play document"),
        ('{"format": "minigrad.play", "version": 2}', "version 2"),
        ("{", "Expecting"),
    ],
)
def test_what_is_no_play_document_is_refused(text, match):
    with pytest.raises(ValueError, match=match):
        from_json(text)


def test_a_backward_call_that_was_added_is_shown_as_an_added_line(run):
    cell = run("w = mg.tensor(2., requires_grad=True)\nz = w * w")
    with record(cell.filename, namespace=cell.variables) as recording:
        exec(compile("z = w * w", cell.filename, "exec"), cell.variables)
        cell["z"].backward()
    document = play_document(recording, cell["z"], added_backward=True)
    added = document["source"]["lines"][-1]
    assert added == {"number": 3, "text": "z.backward()", "kind": "added", "glyphs": ["◀"]}
    assert document["title"]["call"] == "z.backward()"
    seed = next(step for step in document["steps"] if step["kind"] == "seed")
    assert seed["lines"] == [3]
    assert seed["where"] == {"text": "added", "code": "z.backward()"}


def test_a_note_joins_what_the_recording_has_to_say(run):
    cell = run(CELLS["forward only"])
    document = play_document(cell.recording, cell.root, message="Give me a scalar.")
    assert document["message"] == {"kind": "note", "text": "Give me a scalar.", "line": None}


def test_lines_bear_the_glyphs_of_their_ops(run):
    cell = run(CELLS["wx_plus_b"])
    assert [line["glyphs"] for line in cell.document["source"]["lines"]] == [[], [], [], ["×", "+", "Σ"], ["◀"]]


def test_saved_tensors_are_named(run):
    cell = run("x = mg.tensor(2., requires_grad=True)\ny = x.exp() * x + 1\ny.backward()")
    assert [operator["saved"] for operator in cell.graph["operators"]] == [
        "saved: result · 4 B",
        "saved: x.exp(), x",  # what has no room below the operator is said
        None,
    ]
    assert ["8 B" in operator["label"] for operator in cell.graph["operators"]] == [False, True, False]


def test_a_root_that_took_no_part_falls_back_on_the_last_result(run):
    cell = run(CELLS["forward only"])
    document = play_document(cell.recording, mg.ones(3))
    assert document["title"]["code"] == "z = x * 2"


def test_a_document_can_be_placed_and_drawn(run):
    draw = pytest.importorskip("minigrad.draw")
    placed = draw.place(run(CELLS["wx_plus_b"]).document)
    assert placed["graph"]["width"] > 0
    assert step_table(placed) == step_table(run(CELLS["wx_plus_b"]).document)
    graph = draw.to_networkx(placed)
    assert [graph.nodes[node]["name"] for node in graph if graph.nodes[node].get("leaf")] == ["w", "x", "b"]


def test_what_does_not_mind_the_order_of_its_operands_says_so(run):
    cell = run(
        "w = mg.tensor([2.], requires_grad=True)\nx = mg.tensor([3.])\n"
        "a = w * x\nb = w - x\nc = a + b\nd = mg.maximum(c, x)\nd += w\nd.sum().backward()"
    )
    swaps = [(operator["name"], operator.get("commutes", False)) for operator in cell.graph["operators"]]
    # += changes its first operand
    assert swaps == [("MUL", True), ("SUB", False), ("ADD", True), ("MAXIMUM", True), ("ADD", False), ("SUM", False)]
