"""An error leads to its places: which op saved, which one wrote, where the chain was cut, which call freed."""

from __future__ import annotations

LEAF = "x = mg.tensor([1., 2.], requires_grad=True)\n"


def places(cell):
    found = []
    for place in cell.document["message"]["places"]:
        line, column, _, end = place["span"]
        text = cell.document["source"]["lines"][line - 1]["text"]
        found.append((place["kind"], text[column:end]))
    return found


def test_the_in_place_error_has_both_culprits(run):
    cell = run(LEAF + "y = x.exp()\nz = (y * y).sum()\ny += 1\nz.backward()")
    assert places(cell) == [("saved", "y * y"), ("modified", "y += 1")]
    operators = {operator["id"]: operator["name"] for operator in cell.graph["operators"]}
    assert [operators.get(place["node"]) for place in cell.document["message"]["places"]] == ["MUL", "ADD"]


def test_a_chain_that_was_cut_says_where(run):
    cell = run(LEAF + "h = x * 2\nk = h.detach()\nz = (k + 1).sum()\nz.backward()")
    message = cell.document["message"]
    assert message["text"].startswith("RuntimeError: element 0 of tensors does not require grad")
    assert message["text"].endswith("The chain was cut at `h.detach()`, line 3.")
    assert places(cell) == [("cut", "h.detach()")]


def test_a_chain_that_left_through_numbers_says_where(run):
    cell = run(LEAF + "h = x * 2\nk = mg.tensor(h.tolist())\nz = k.sum()\nz.backward()")
    assert places(cell) == [("cut", "h.tolist()")]


def test_where_nothing_requires_grad_that_is_said(run):
    cell = run("x = mg.tensor([1., 2.])\nz = x.sum()\nz.backward()")
    assert cell.document["message"]["text"].endswith("Nothing that it comes from has requires_grad=True.")
    assert "places" not in cell.document["message"]


def test_a_second_backward_says_which_call_freed_which_node(run):
    cell = run(LEAF + "y = x.exp()\nz = y.sum()\nz.backward()\nz.backward()")
    text = cell.document["message"]["text"]
    assert text.endswith("It was freed by `z.backward()`, line 4.")
    assert places(cell) == [("used", "x.exp()"), ("freed", "z.backward()")]


def test_another_error_has_no_places(run):
    cell = run(LEAF + "y = x * 2\ny.backward()")
    assert "places" not in cell.document["message"]
