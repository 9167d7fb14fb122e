"""Hooks in numbers: before → after, each where it ran."""

from __future__ import annotations

from minigrad.trace.pieces import row_text

START = "x = mg.tensor([1., 2.], requires_grad=True)\n"


def rows(step):
    return [row_text(row) for row in step["rows"]]


def test_a_prehook_changes_what_a_node_receives_and_a_posthook_what_it_sends(play):
    cell = play(START + """\
def halve(grads):
    return (grads[0] / 2,)
def double(sent, received):
    return tuple(None if g is None else g * 2 for g in sent)
y = x * 3
y.grad_fn.register_prehook(halve)
y.grad_fn.register_hook(double)
z = y.sum()
z.backward()
""")  # fmt: skip
    assert rows(cell.step("MulBackward0")) == [
        "[1, 1] ƒ halve [0.5, 0.5]",
        "∂z/∂x = [0.5, 0.5] ⊙ [3, 3] = [1.5, 1.5], += into x.grad",
        "[1.5, 1.5] ƒ double [3, 3]",
    ]
    assert cell["x"].grad.tolist() == [3, 3]
    assert rows(cell.step("x.grad")) == ["None += [3, 3] = [3, 3]"]


def test_a_hook_that_waits_for_grad_shows_what_it_made_of_it(play):
    cell = play(START + """\
def forget(leaf):
    leaf.grad = None
def shrink(leaf):
    leaf.grad = leaf.grad / 4
x.register_post_accumulate_grad_hook(shrink)
z = (x * 8).sum()
z.backward()
""")  # fmt: skip
    step = cell.step("x.grad")
    assert rows(step) == ["None += [8, 8] = [8, 8]", "[8, 8] ƒ shrink [2, 2]"]
    effect = step["effects"][-1]
    assert (effect["badge"], effect["note"], effect["value"]["summary"]) == ("ƒ", "ƒ shrink: [8, 8] → [2, 2]", "[2, 2]")


def test_the_dock_says_what_a_hook_did(play):
    cell = play(START + "y = x * 3\ny.register_hook(lambda g: g * 10)\nz = y.sum()\nz.backward()")
    notes = [effect["note"] for effect in cell.step("MulBackward0")["effects"] if effect["badge"] == "ƒ"]
    assert notes == ["ƒ <lambda>: [1, 1] → [10, 10]"]


def test_the_hook_of_a_captured_value_is_told_though_its_node_does_not_run(play):
    cell = play(START + "y = x * 3\nz = (y * y).sum()\ny.register_hook(lambda g: g * 10)\n"
                "g, = mg.autograd.grad(z, y)")  # fmt: skip
    assert "[6, 12] ƒ <lambda> [60, 120]" in rows(cell.steps[-1])[-1]
    assert cell["g"].tolist() == [60, 120]


def test_a_pass_inside_a_hook_does_not_end_the_outer_one(play):
    cell = play(START + """\
a = mg.tensor(2., requires_grad=True)
def inner(grad):
    with mg.enable_grad():
        (a * a).backward()
y = x * 3
y.register_hook(inner)
z = y.sum()
z.backward()
""")  # fmt: skip
    assert cell["x"].grad.tolist() == [3, 3]
    assert cell["a"].grad.item() == 4
    assert cell.titles.count("x.grad") == 1
