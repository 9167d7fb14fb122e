"""What did not run is the last step: an op that refused, with what it was given, or a node that the pass ended at."""

from __future__ import annotations

import pytest

from minigrad.draw import place, png

LEAF = "x = mg.tensor([1., 2., 3.], requires_grad=True)\n"
FUNCTION = """class Half(mg.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x[0] + x[7]
h = x * 2
Half.apply(h)
"""
MODULE = "m = mg.nn.Sequential(mg.nn.Linear(3, 4), mg.nn.Linear(5, 1))\ny = m(mg.ones(2, 3))"

# the program: what stands on the operator and below it, the lit source, the names of what it was given
OPS = {
    "h = x * 2\ny = h + mg.ones(2)": ("+", "ADD", "h + mg.ones(2)", ["h", "mg.ones(2)"]),
    "x += 1": ("+=", "ADD", "x += 1", ["x"]),
    "x.mul_(2)": ("×=", "MUL", "x.mul_(2)", ["x"]),
    "x.view(5)": ("▭", "VIEW", "x.view(5)", ["x"]),
    "x[7]": ("[ ]", "INDEX", "x[7]", ["x"]),
    "y = mg.cat([x, mg.ones(2, 2)])": ("⊕", "CAT", "mg.cat([x, mg.ones(2, 2)])", ["x", "mg.ones(2, 2)"]),
    "mg.ones(2, 3) @ x.view(1, 3)": ("@", "MATMUL", "mg.ones(2, 3) @ x.view(1, 3)", None),
    "def f(t):\n    return t.sum(4)\nf(x)": ("Σ", "SUM", "t.sum(4)", ["x"]),
    "if x > 1:\n    pass": ("bool", "BOOL", "x > 1", ["x > 1"]),
    FUNCTION: ("ƒ", "Half", "Half.apply(h)", ["h"]),
    MODULE: (
        "linear",
        "LINEAR",
        "m(mg.ones(2, 3))",
        ["m.0.bias + mg.ones(2, 3)·m.0.weightᵀ", "m.1.weight", "m.1.bias"],
    ),
}


def lit(cell, span):
    line, column, _, end = span
    return cell.document["source"]["lines"][line - 1]["text"][column:end]


@pytest.mark.parametrize("program", OPS, ids=lambda program: program.splitlines()[-1])
def test_an_op_that_refuses_is_the_last_step_with_what_it_was_given(run, program):
    cell = run(LEAF + program)
    glyph, name, text, given = OPS[program]
    step = cell.steps[-1]
    assert step["kind"] == "refused"
    assert step["phase"] == "forward"
    assert str(cell.error).startswith(step["sentence"])
    assert lit(cell, step["span"]) == text
    operators = {operator["id"]: operator for operator in cell.graph["operators"]}
    refused = operators[step["focus"]]
    assert (refused["glyph"], refused["name"]) == (glyph, name)
    assert [tag["text"] for tag in refused["tags"]] == ["refused here"]
    names = {variable["id"]: variable["full_name"] for variable in cell.graph["variables"]}
    arrived = [edge for edge in cell.graph["edges"] if edge["target"] == refused["id"]]
    assert given is None or [names[edge["source"]] for edge in arrived] == given
    assert {flow["edge"] for flow in step["flows"]} == {edge["id"] for edge in arrived}
    assert not [edge for edge in cell.graph["edges"] if edge["source"] == refused["id"]]
    assert not [edge for edge in arrived if edge["cut"]]
    assert png(place(cell.document)).startswith(b"\x89PNG")
    assert cell.table.splitlines()[-1].endswith("✕ refused")


def test_a_node_that_refuses_is_the_last_step_with_what_had_come_to_it(run):
    cell = run(LEAF + "y = x.exp()\ny += 1\nz = y.sum()\nz.backward()")
    step = cell.steps[-1]
    assert (step["kind"], step["phase"], step["title"]) == ("refused", "backward", "ExpBackward0")
    assert step["sentence"] == (
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        "[torch.FloatTensor [3]], which is output 0 of Exp, is at version 1; expected version 0 instead."
    )
    assert [term["value"]["summary"] for row in step["rows"] for term in row["terms"]] == ["[1, 1, 1]"]
    assert cell["x"].grad is None


def test_a_hook_that_raises_ends_the_pass_at_the_node_whose_gradient_it_saw(run):
    cell = run(LEAF + "y = x * x\ny.register_hook(lambda grad: grad[7])\ny.sum().backward()")
    assert (cell.steps[-1]["kind"], cell.steps[-1]["title"]) == ("refused", "MulBackward0")
    assert cell.steps[-1]["sentence"] == "index 7 is out of bounds for dimension 0 with size 3"


@pytest.mark.parametrize(
    "program", ["y = x * 2\nraise ValueError('mine')", "y = x * 2\n1 / 0", "y = x * 2\ny.backward()"]
)
def test_what_is_no_op_is_no_step(run, program):
    cell = run(LEAF + program)
    assert [step["kind"] for step in cell.steps] == ["op"]


def test_an_op_that_was_caught_is_no_step(run):
    cell = run(LEAF + "try:\n    x + mg.ones(2)\nexcept RuntimeError:\n    y = (x * 2).sum()\ny.backward()")
    assert "refused" not in {step["kind"] for step in cell.steps}


def test_a_keyboard_interrupt_in_an_op_is_no_refusal(run):
    cell = run(
        LEAF + "class Wait(mg.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        raise KeyboardInterrupt\nh = x * 2\nWait.apply(h)"
    )
    assert isinstance(cell.error, KeyboardInterrupt)
    assert [step["kind"] for step in cell.steps] == ["op"]


def test_an_error_of_the_users_own_class_that_cannot_say_what_it_is_does_no_harm(run):
    cell = run(
        LEAF + "class Silent(Exception):\n    def __str__(self):\n        raise RuntimeError\n"
        "def hook(grad):\n    raise Silent\ny = x * 2\ny.register_hook(hook)\ny.sum().backward()"
    )
    assert cell.steps[-1]["sentence"] == "Silent"


def test_a_module_that_is_made_in_the_cell_has_parameters_that_are_given_and_no_op_draws(run):
    cell = run("m = mg.nn.Linear(3, 1)\nz = m(mg.ones(2, 3)).sum()\nz.backward()")
    leaves = [variable["full_name"] for variable in cell.graph["variables"] if variable["leaf"]]
    assert leaves == ["m.weight", "m.bias"]
    assert "DRAW" not in {operator["name"] for operator in cell.graph["operators"]}
    assert cell.graph["hulls"] == []


def test_numbers_that_the_user_draws_are_an_op(run):
    cell = run(LEAF + "with mg.no_grad():\n    x.uniform_(0, 1)\nz = (x * 2).sum()\nz.backward()")
    assert [step["title"] for step in cell.steps if step["phase"] == "forward"] == ["DRAW", "MUL", "SUM"]
