"""The steps: what happened, in the order in which it happened, in numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from minigrad.trace.pieces import row_text

WX_PLUS_B = """\
w = mg.tensor([2., -1., .5], requires_grad=True)
x = mg.tensor([1., 3., -2.], requires_grad=True)
b = mg.tensor(.5, requires_grad=True)
z = (w * x + b).sum()
z.backward()
"""


def equations(step):
    return [row_text(row) for row in step["rows"]]


def test_the_steps_of_wx_plus_b_are_those_of_the_design(play):
    cell = play(WX_PLUS_B)
    assert [(step["phase"], step["kind"], step["mark"]["text"]) for step in cell.steps] == [
        ("forward", "op", "×"),
        ("forward", "op", "+"),
        ("forward", "op", "Σ"),
        ("backward", "seed", "1"),
        ("backward", "node", "Σ"),
        ("backward", "node", "+"),
        ("backward", "accumulate", "b"),
        ("backward", "node", "×"),
        ("backward", "accumulate", "w"),
        ("backward", "accumulate", "x"),
    ]


def test_the_numbers_of_wx_plus_b(play):
    cell = play(WX_PLUS_B)
    assert [equations(step) for step in cell.steps] == [
        ["[2, −1, 0.5] × [1, 3, −2] = [2, −3, −1]"],
        ["[2, −3, −1] + 0.5 = [2.5, −2.5, −0.5]"],
        ["[2.5, −2.5, −0.5] → −0.5"],
        ["∂z/∂z = 1"],
        ["∂z/∂(w * x + b) = 1 ⊙ [1, 1, 1] = [1, 1, 1]"],
        [
            "∂z/∂(w * x) = [1, 1, 1] ⊙ [1, 1, 1] = [1, 1, 1]",
            "∂z/∂b = [1, 1, 1] ⊙ [1, 1, 1] = [1, 1, 1], "
            "Σ over axis 0 = 3, += into b.grad: b was broadcast from () to (3,)",
        ],
        ["None += 3 = 3"],
        [
            "∂z/∂w = [1, 1, 1] ⊙ [1, 3, −2] = [1, 3, −2], += into w.grad",
            "∂z/∂x = [1, 1, 1] ⊙ [2, −1, 0.5] = [2, −1, 0.5], += into x.grad",
        ],
        ["None += [1, 3, −2] = [1, 3, −2]"],
        ["None += [2, −1, 0.5] = [2, −1, 0.5]"],
    ]


def test_the_captions_name_upstream_local_and_sent(play):
    row = play(WX_PLUS_B).step("MulBackward0")["rows"][0]
    captions = [term["caption"] for term in row["terms"] if not isinstance(term, str)]
    assert captions == ["upstream ∂z/∂(w * x)", "local ∂(w * x)/∂w = x", "sent to w"]
    assert [term["role"] for term in row["terms"] if not isinstance(term, str)] == ["upstream", "local", "sent"]


def test_a_step_says_where_it_was_written(play):
    cell = play(WX_PLUS_B)
    step = cell.step("MulBackward0")
    assert step["where"] == {"text": "undoes line 4", "code": "w * x"}
    assert step["lines"] == [4]
    assert step["span"] == [4, 5, 4, 10]
    assert cell.step("z.backward()")["lines"] == [5]
    assert step["rule"] == "upstream ⊙ local = sent"
    assert step["sentence"].startswith("A product swaps its inputs")


def test_the_chain_so_far_goes_from_the_root_to_the_first_input(play):
    cell = play(WX_PLUS_B)
    chain = cell.step("MulBackward0")["chain"]
    assert chain["caption"] == "Chain so far, z back to w"
    assert [(link["text"], link["factor"], link["state"]) for link in chain["links"]] == [
        ("∂z/∂z", "1", "seed"),
        ("SUM", "× 1", "done"),
        ("ADD", "× 1", "done"),
        ("MUL", "× x", "active"),
        ("w.grad", None, "pending"),
    ]
    assert [link["text"] for link in cell.step("b.grad")["chain"]["links"]] == ["∂z/∂z", "SUM", "ADD", "b.grad"]


def test_the_chips_of_the_edges_are_local_derivatives(play):
    assert play(WX_PLUS_B).chips() == ["× x", "× w", "× 1", "Σ₀ × 1", "× 1"]


def test_a_gradient_is_in_flight_then_freed_and_a_leaf_stores_it(play):
    cell = play(WX_PLUS_B)
    at_add = cell.state(6)
    assert at_add["w * x", "grad"]["state"] == "flight"
    assert at_add["w * x", "grad"]["note"] == "in flight, not stored"
    assert at_add["z", "grad"]["state"] == "freed"
    assert at_add["z", "grad"]["note"] == "freed · z.retain_grad() keeps it"
    assert at_add["b", "grad"]["state"] == "none"
    end = cell.state()
    assert {name: end[name, "grad"]["state"] for name in cell.names} == {
        "w": "stored",
        "x": "stored",
        "b": "stored",
        "w * x": "freed",
        "w * x + b": "freed",
        "z": "freed",
    }
    assert end["w * x", "grad"]["note"] == "freed"  # an expression has no name to call retain_grad on
    assert end["w", "grad"]["value"]["numbers"] == [1, 3, -2]


def test_gradients_flow_along_the_edges_of_their_step(play):
    cell = play(WX_PLUS_B)
    edges = {edge["id"]: edge for edge in cell.graph["edges"]}
    ids = {variable["name"]: variable["id"] for variable in cell.graph["variables"]}
    flows = {
        edges[flow["edge"]]["source"]: flow["chip"]
        for flow in cell.step("AddBackward0")["flows"]
        if flow["lane"] == "gradient"
    }
    assert flows[ids["b"]] == "3"
    assert flows[ids["w * x"]] == "[1, 1, 1]"
    assert cell.step("b.grad")["flows"] == []


def test_spoken_sentences_read_the_numbers(play):
    cell = play(WX_PLUS_B)
    assert cell.step("MulBackward0")["spoken"] == (
        "MulBackward0, undoes line 4, w * x. A product swaps its inputs: each one's gradient is scaled by the other. "
        "Upstream [1, 1, 1] times local [1, 3, −2] sends [1, 3, −2] to w. "
        "Upstream [1, 1, 1] times local [2, −1, 0.5] sends [2, −1, 0.5] to x."
    )
    assert "b.grad is 3; it was None before." in cell.step("b.grad")["spoken"]


# --- Uses ----------------------------------------------------------------------------------------------------------


def test_a_plus_a_has_two_edges_and_adds_what_they_bring(play):
    cell = play("a = mg.tensor([1., 2.], requires_grad=True)\ny = (a + a).sum()\ny.backward()")
    edges = [edge for edge in cell.graph["edges"] if edge["source"] == cell.variable("a")["id"]]
    assert [(edge["target"], edge["slot"]) for edge in edges] == [("o0", 0), ("o0", 1)]
    assert len(cell.step("AddBackward0")["rows"]) == 2
    step = cell.step("a.grad")
    assert equations(step) == ["∂y/∂a = [1, 1] + [1, 1] = [2, 2]", "None += [2, 2] = [2, 2]"]
    assert step["effects"][-1]["badge"] == "+="
    assert "used 2 times" in step["sentence"]


def test_a_value_that_is_used_twice_adds_up_in_flight(play):
    cell = play("x = mg.tensor(3., requires_grad=True)\ny = x * 2\nz = y * y\nz.backward()")
    effects = [e for e in cell.step("MulBackward0")["effects"] if e["variable"] == cell.variable("y")["id"]]
    assert [(e["value"]["summary"], e["badge"]) for e in effects] == [("6", None), ("12", "+=")]
    assert cell.step("MulBackward0")["rows"][1]["then"] == {
        "badge": "+=",
        "text": "onto 6, which arrived at y before: 12",
    }


def test_x_squared_times_exp_x(play):
    cell = play("x = mg.tensor([1., 2.], requires_grad=True)\ny = x**2 * x.exp()\ny.backward(mg.ones(2))")
    assert cell.chips() == ["× 2x", "× eˣ", "× x.exp()", "× x**2"]
    e = np.exp(np.array([1.0, 2.0], np.float32))
    assert cell.step("x.grad")["rows"][-1]["terms"][-1]["value"]["numbers"] == pytest.approx([3 * e[0], 8 * e[1]])
    assert cell.step("y.backward(mg.ones(2))")["sentence"].endswith("with the gradient that it was given.")
    assert [step["title"] for step in cell.steps if step["phase"] == "backward"] == [
        "y.backward(mg.ones(2))",
        "MulBackward0",
        "ExpBackward0",
        "PowBackward0",
        "x.grad",
    ]
    assert cell.step("PowBackward0")["rows"][0]["terms"][2]["caption"] == "local ∂(x**2)/∂x = 2x"


def test_broadcasting_is_undone_by_a_sum_that_says_over_which_axes(play):
    cell = play("""\
x = mg.ones(2, 3)
b = mg.tensor([[1.], [2.]], requires_grad=True)
c = mg.tensor(1., requires_grad=True)
z = (x * b + c).sum()
z.backward()
""")
    add, mul = cell.step("AddBackward0"), cell.step("MulBackward0")
    assert add["rows"][1]["then"] == {
        "badge": "Σ",
        "text": "over all axes = 6, += into c.grad: c was broadcast from () to (2, 3)",
    }
    assert (
        mul["rows"][0]["then"]["text"]
        == "over axis 1 = [[3], [3]], += into b.grad: b was broadcast from (2, 1) to (2, 3)"
    )
    assert len(mul["rows"]) == 1  # x needs no gradient
    assert cell.chips() == [None, "Σ₁ × x", "× 1", "Σ₀₁ × 1", "× 1"]


def test_what_needs_no_gradient_is_shown_without_a_gradient_lane(play):
    cell = play("x = mg.tensor([1., 2.])\nw = mg.tensor(2., requires_grad=True)\nz = (w * x).sum()\nz.backward()")
    x = cell.variable("x")
    assert (x["requires_grad"], x["leaf"], x["grad_label"]) == (False, False, None)
    assert [edge["gradient"] for edge in cell.graph["edges"] if edge["source"] == x["id"]] == [False]
    assert cell.variable("w")["leaf"]


def test_numbers_in_the_formula_are_no_variables(play):
    cell = play("x = mg.tensor(2., requires_grad=True)\ny = 3 * x - 1\ny.backward()")
    assert cell.names == ["x", "3 * x", "y"]
    assert equations(cell.steps[0]) == ["2 × 3 = 6"]
    assert cell.chips() == ["× 3", "× 1"]


def test_a_mean_spreads_equal_shares(play):
    cell = play("x = mg.tensor([1., 2., 3., 6.], requires_grad=True)\ny = x.mean()\ny.backward()")
    step = cell.step("MeanBackward0")
    assert equations(step) == ["∂y/∂x = 1 ⊙ [0.25, 0.25, 0.25, 0.25] = [0.25, 0.25, 0.25, 0.25], += into x.grad"]
    assert step["rule"] == "upstream, spread over what was summed"


# --- .grad ---------------------------------------------------------------------------------------------------------


def test_two_backward_passes_are_one_timeline_and_add_up(play):
    cell = play("""\
x = mg.tensor([1., 2.], requires_grad=True)
y = x.sum()
y.backward()
y = (x * x).sum()
y.backward()
""")
    assert [step["phase"] for step in cell.steps] == ["forward"] + ["backward"] * 3 + ["forward"] * 2 + ["backward"] * 4
    assert equations(cell.step("x.grad", 0)) == ["None += [1, 1] = [1, 1]"]
    assert equations(cell.step("x.grad", 1))[-1] == "[1, 1] += [2, 4] = [3, 5]"
    assert "already held" not in cell.step("x.grad", 0)["sentence"]
    assert cell.document["message"] is None
    assert cell.names == ["x", "y", "x * x", "y₂"]


def test_a_gradient_from_an_earlier_run_is_noted(run):
    first = run("w = mg.tensor([1., 2.], requires_grad=True)\nz = w.sum()\nz.backward()")
    again = run("z = (w * 3).sum()\nz.backward()", w=first["w"])
    assert again.state(0)["w", "grad"]["value"]["numbers"] == [1, 1]
    assert equations(again.step("w.grad")) == ["[1, 1] += [3, 3] = [4, 4]"]
    message = again.document["message"]
    assert message["kind"] == "note"
    assert message["text"].startswith("w.grad was not zeroed")
    assert "w.grad = [1, 1]" in again.table.splitlines()[2]


def test_a_gradient_that_was_set_to_none_is_not(run):
    first = run("w = mg.tensor([1., 2.], requires_grad=True)\nz = w.sum()\nz.backward()")
    again = run("w.grad = None\nz = (w * 3).sum()\nz.backward()", w=first["w"])
    assert again.document["message"] is None
    assert again.state(0)["w", "grad"]["state"] == "none"


def test_a_gradient_that_is_zeroed_between_two_passes_is_seen_to_go(play):
    cell = play("x = mg.tensor(2., requires_grad=True)\n(x * 2).backward()\nx.grad = None\ny = x * 3\ny.backward()")
    assert cell.state(4)["x", "grad"]["value"]["numbers"] == [2]
    seed = [i for i, step in enumerate(cell.steps, 1) if step["kind"] == "seed"][1]
    assert cell.state(seed)["x", "grad"]["state"] == "none"
    assert equations(cell.steps[-1]) == ["None += 3 = 3"]


def test_retain_grad_stores_and_the_label_says_so(play):
    cell = play("x = mg.tensor(2., requires_grad=True)\ny = x * x\ny.retain_grad()\nz = y * 3\nz.backward()")
    assert cell.state()["y", "grad"]["state"] == "stored"
    assert cell.state()["y", "grad"]["note"] is None
    assert cell.variable("y")["grad_label"] == ".grad"
    assert "y.grad keeps the upstream gradient" in cell.step("MulBackward0", 1)["sentence"]
    assert cell.variable("z")["grad_label"] == "∂z/∂z"


def test_grad_stores_nothing(play):
    cell = play("x = mg.tensor([1., 2.], requires_grad=True)\ny = x * x\nz = y.sum()\ng = mg.autograd.grad(z, x)", "z")
    assert [step["kind"] for step in cell.steps] == ["op", "op", "seed", "node", "node"]
    assert cell.state()["x", "grad"]["note"] == "returned by grad(), not stored"
    assert cell.variable("x")["grad_label"] == "∂z/∂x"
    assert cell["x"].grad is None


def test_grad_of_a_value_in_the_middle_stops_there(play):
    cell = play("x = mg.tensor([1., 2.], requires_grad=True)\ny = x * x\nz = y.sum()\ng = mg.autograd.grad(z, y)", "z")
    assert cell.titles[-1] == "SumBackward0"
    assert cell.state()["y", "grad"]["value"]["numbers"] == [1, 1]
    assert cell.state()["y", "grad"]["note"] == "returned by grad(), not stored"


def test_backward_with_inputs_fills_the_grad_of_a_value_in_the_middle(play):
    cell = play("x = mg.tensor([1., 2.], requires_grad=True)\ny = x * x\nz = y.sum()\nz.backward(inputs=[y])", root="z")
    assert cell["y"].grad.tolist() == [1, 1]
    assert cell.state()["y", "grad"]["state"] == "stored"
    assert cell.variable("y")["grad_label"] == ".grad"
    assert cell.state()["x", "grad"]["state"] == "none"


def test_several_roots_are_differentiated_as_their_sum(play):
    cell = play("""\
x = mg.tensor([1., 2.], requires_grad=True)
y = x * 2
z = x * x
mg.autograd.backward([y, z], [mg.ones(2), mg.ones(2)])
""")
    assert [row_text(step["rows"][0]) for step in cell.steps if step["kind"] == "seed"] == [
        "∂y/∂y = [1, 1]",
        "∂z/∂z = [1, 1]",
    ]
    assert equations(cell.step("x.grad")) == [
        "∂(y + z)/∂x = [1, 2] + [1, 2] + [2, 2] = [4, 6]",
        "None += [4, 6] = [4, 6]",
    ]
    assert cell.variable("z")["grad_label"] == "∂z/∂z"
    start = cell.document["start"]["sentence"]
    assert start == "x is given. Step on to compute y and z; then their gradients travel back."


def test_of_several_passes_the_start_names_what_the_first_begins_at(play):
    cell = play("w = mg.tensor(2., requires_grad=True)\nu = 3 * w\nu.backward()\nv = w * w\nv.backward()")
    assert cell.document["start"]["sentence"] == "w is given. Step on to compute u; then its gradient travels back."


def test_what_is_there_only_after_a_backward_pass_is_not_given_at_the_start(play):
    cell = play("w = mg.tensor(2., requires_grad=True)\n(w * w).backward()\ny = w.grad * 3", root="y")
    assert [e["variable"] for e in cell.document["start"]["effects"] if e["row"] == "value"] == ["v0"]
    assert cell.steps[-1]["effects"][0]["variable"] == cell.variable("w.grad")["id"]
    assert cell.state()["w.grad", "value"]["value"]["numbers"] == [4]


# --- A user's own code ---------------------------------------------------------------------------------------------

SCALE = """\
class Scale(mg.autograd.Function):
    @staticmethod
    def forward(ctx, k, x):
        ctx.k = k
        calls.append("forward")
        return x * k

    @staticmethod
    def backward(ctx, grad):
        calls.append("backward")
        return None, grad * ctx.k

x = mg.tensor([1., 2.], requires_grad=True)
y = Scale.apply(3, x)
z = y.sum()
z.backward()
"""


def test_a_function_of_the_users_is_one_step_with_its_own_lines(play):
    calls: list[str] = []
    cell = play(SCALE, calls=calls)
    assert cell.titles[:2] == ["Scale", "SUM"]
    step = cell.step("ScaleBackward")
    assert cell.operator("Scale")["glyph"] == "ƒ"
    assert step["rows"][0]["kind"] == "custom"
    assert equations(step) == ["∂z/∂x = [1, 1] ƒ [3, 3], += into x.grad"]
    assert step["rows"][0]["terms"][-1]["code"] == "grad * ctx.k"
    assert {9, 10, 11, 14} <= set(step["lines"])
    assert calls == ["forward", "backward"]  # explaining calls neither again


def test_a_hook_that_changes_a_gradient_shows_before_and_after(play):
    cell = play("""\
def halve(grad):
    return grad * 0.5
x = mg.tensor([1., 2.], requires_grad=True)
y = x * x
y.register_hook(halve)
x.register_hook(lambda grad: None)
z = y.sum()
z.backward()
""")
    step = cell.step("MulBackward0")
    assert equations(step)[0] == "∂z/∂y = [1, 1] ƒ halve [0.5, 0.5]"
    assert step["rows"][1]["terms"][0]["value"]["numbers"] == [0.5, 0.5]
    assert [e["badge"] for e in step["effects"] if e["variable"] == cell.variable("y")["id"]] == ["ƒ"]
    assert "the hook changed nothing" in equations(cell.step("x.grad"))[1]
    assert cell.titles == ["MUL", "SUM", "z.backward()", "SumBackward0", "MulBackward0", "x.grad"]


def test_a_leaf_s_hook_sees_the_sum_of_what_has_arrived(play):
    cell = play("""\
x = mg.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda grad: grad * 10)
y = (x * x).sum()
y.backward()
""")
    assert equations(cell.step("x.grad")) == [
        "∂y/∂x = [1, 2] + [1, 2] = [2, 4]",
        "∂y/∂x = [2, 4] ƒ <lambda> [20, 40]",
        "None += [20, 40] = [20, 40]",
    ]


def test_an_error_keeps_what_was_recorded(run):
    cell = run("x = mg.tensor([1., 2.], requires_grad=True)\ny = x * 2\nz = (y * y).sum()\nboom\nz.backward()")
    assert isinstance(cell.error, NameError)
    assert cell.titles == ["MUL", "MUL", "SUM"]
    assert cell.document["message"] == {"kind": "error", "text": "NameError: name 'boom' is not defined", "line": 4}


def test_an_error_in_the_middle_of_the_backward_pass_shows_the_way_there(run):
    cell = run("""\
def fail(grad):
    raise ValueError("<b>no</b>")
x = mg.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(fail)
z = y.sum()
z.backward()
""")
    assert cell.titles == ["MUL", "SUM", "z.backward()", "SumBackward0", "MulBackward0"]
    assert cell.steps[-1]["kind"] == "refused"
    assert cell.document["message"]["text"] == "ValueError: <b>no</b>"
    assert cell.document["message"]["line"] == 2


# --- Modes ---------------------------------------------------------------------------------------------------------


def test_no_grad_and_detach_cut_the_gradient_lane(play):
    cell = play("""\
x = mg.tensor([1., 2.], requires_grad=True)
with mg.no_grad():
    a = x * 2
d = (x * 3).detach()
z = (x * a + d).sum()
z.backward()
""")
    assert cell.variable("a")["requires_grad"] is False
    assert not cell.operator("MUL", 0)["requires_grad"]
    assert "No gradient is recorded here." in cell.steps[0]["sentence"]
    assert cell.operator("DETACH")["glyph"] == "✂"
    assert cell.variable("d")["grad_label"] is None
    assert "x * 3" in cell.names
    assert cell.state()["x", "grad"]["value"]["numbers"] == [2, 4]


def test_a_recorded_backward_pass_is_told_and_differentiated_again(play):
    cell = play("""\
x = mg.tensor([1., 2.], requires_grad=True)
y = (x ** 3).sum()
g, = mg.autograd.grad(y, x, create_graph=True)
s = g.sum()
s.backward()
""")
    assert cell["x"].grad.tolist() == [6, 12]
    assert equations(cell.steps[-1]) == ["None += [6, 12] = [6, 12]"]
    assert {"x", "y", "g", "s", "∂y/∂y"} <= set(cell.names)
    phases = "".join(step["phase"][0] for step in cell.steps)
    assert phases.strip("fb") == ""
    assert phases.count("fb") == 2
    assert cell.document["title"]["call"] == "s.backward()"


def test_backward_of_a_graph_made_before_the_recording(run):
    before = run("w = mg.tensor([1., 2.], requires_grad=True)\ny = (w * w).sum()")
    cell = run("y.backward()", root="y", y=before["y"], w=before["w"])
    assert cell.titles == ["MUL", "SUM", "y.backward()", "SumBackward0", "MulBackward0", "w.grad"]
    assert "before this cell" in cell.steps[0]["sentence"]
    assert cell.state()["w", "grad"]["value"]["numbers"] == [2, 4]
    assert cell.names == ["w", "w·w", "y"]


def test_what_the_cell_still_holds_of_an_earlier_graph_has_its_name_and_value(run):
    before = run("w = mg.tensor([1., 2.], requires_grad=True)\nh = w * w\ny = h.sum()")
    cell = run("y.backward()", root="y", **{name: before[name] for name in "why"})
    assert cell.names == ["w", "h", "y"]
    assert cell.variable("h")["value"]["numbers"] == [1, 4]
    assert equations(cell.step("SumBackward0")) == ["∂y/∂h = 1 ⊙ [1, 1] = [1, 1]"]


def test_a_chain_of_2000_ops_is_told(play):
    cell = play("x = mg.tensor(1., requires_grad=True)\ny = x\nfor i in range(2000):\n    y = y * 1.001\ny.backward()")
    assert len(cell.steps) == 2000 + 1 + 2000 + 1
    assert cell.names[-1] == "y₂₀₀₀"
    assert max(len(step["chain"]["links"]) for step in cell.steps if step["chain"]) < 12
    assert "…  3,602 steps more" in cell.table.splitlines()[202]


def test_a_deep_tree_of_python_calls_is_told(play):
    cell = play("""\
def power(x, n):
    return x if n == 1 else x * power(x, n - 1)
x = mg.tensor(1.1, requires_grad=True)
y = power(x, 300)
y.backward()
""")
    assert cell.names[-1] == "y"
    assert len(cell.steps) == 299 + 1 + 299 + 1


def test_large_values_are_told_by_their_statistics(play):
    cell = play("x = mg.ones(5000, requires_grad=True)\ny = (x * 2).sum()\ny.backward()")
    assert cell.variable("x")["value"]["kind"] == "stats"
    assert cell.variable("x")["cells"] == 0
    assert "min 2 max 2" in equations(cell.step("MulBackward0"))[0]
    assert cell.state()["x", "grad"]["value"]["summary"] == "shape (5000,), min 2 max 2, mean 2"


@pytest.mark.parametrize("shape", ["()", "(1,)", "(2, 0)", "(3, 4, 5)"])
def test_every_shape_is_told(play, shape):
    cell = play(f"x = mg.ones({shape}, requires_grad=True)\ny = (x * x).sum()\ny.backward()")
    assert cell.steps[-1]["title"] == "x.grad"


def test_nan_and_inf_are_told(play):
    cell = play("x = mg.tensor([0., -1.], requires_grad=True)\ny = x.log().sum()\ny.backward()")
    assert cell.variable("x.log()")["value"]["text"] == ["−inf", "nan"]
    assert equations(cell.step("LogBackward0")) == ["∂y/∂x = [1, 1] ⊙ [inf, −1] = [inf, −1], += into x.grad"]
