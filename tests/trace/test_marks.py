"""Tags, hulls and cuts: what is marked on the graph, and where."""

from __future__ import annotations

LEAF = "x = mg.tensor([1., 2.], requires_grad=True)\n"


def tags(node):
    return [(tag["kind"], tag["text"]) for tag in node["tags"]]


def test_a_write_in_place_shows_the_version_that_it_makes(play):
    cell = play(LEAF + "y = x * 2\ny += 10\ny[0] = 0.\nz = y.sum()")
    assert [tags(cell.variable(name)) for name in ("y", "y₂", "y₃")] == [
        [],
        [("version", "v0 → v1")],
        [("version", "v1 → v2")],
    ]
    assert cell["y"]._version == 2
    assert "version 0 to 1" in cell.variable("y₂")["label"]


def test_a_write_through_a_view_shows_the_version_of_its_base(play):
    cell = play("w = mg.tensor([5., 7.], requires_grad=True)\nb = mg.zeros(3)\nb[:2] = w\nz = b.sum()")
    assert tags(cell.variable("b₂")) == [("version", "v0 → v1")]


def test_hooks_are_named_on_what_they_watch(play):
    cell = play("""\
def clip(grad):
    return grad.clamp(-1, 1)
def halve(grads):
    return (grads[0] / 2,)
def look(sent, received):
    return None
def done(leaf):
    pass
x = mg.tensor([1., 2.], requires_grad=True)
y = x * 3
y.register_hook(clip)
y.retain_grad()
y.grad_fn.register_prehook(halve)
y.grad_fn.register_hook(look)
x.register_post_accumulate_grad_hook(done)
z = (y * y).sum()
z.backward()
""")
    assert tags(cell.variable("y")) == [("hook", "ƒ clip"), ("pin", "retain_grad")]
    assert tags(cell.variable("x")) == [("hook", "ƒ done")]
    assert [tags(operator) for operator in cell.graph["operators"]] == [
        [("hook", "ƒ halve"), ("hook", "ƒ look")],
        [],
        [],
    ]


def test_of_many_tags_the_last_say_how_many_there_are(play):
    cell = play(LEAF + "y = x * 2\nfor i in range(5):\n    def hook(g):\n        return None\n"
                "    hook.__name__ = f'h{i}'\n    y.register_hook(hook)\nz = y.sum()\nz.backward()")  # fmt: skip
    assert tags(cell.variable("y")) == [("hook", "ƒ h0"), ("hook", "ƒ h1"), ("more", "+3")]
    assert cell.variable("y")["label"].endswith("hook h2, hook h3, hook h4")


def test_numbers_that_leave_the_graph_are_marked_where_they_leave(play):
    cell = play(LEAF + "y = x.sum()\nif y > 2:\n    s = y.item()\nz = y / s\nz.backward()")
    assert tags(cell.variable("y")) == [("escape", "bool()"), ("escape", "item()")]
    assert "by item(), line 4" in cell.variable("y")["label"]
    assert tags(cell.variable("z")) == []


def test_the_way_back_is_cut_where_a_gradient_would_have_gone(play):
    cell = play(LEAF + "h = x * 2\nk = h.detach()\nwith mg.no_grad():\n    n = h * 3\nz = (k + n + x).sum()")
    names = {node["id"]: node["name"] for node in (*cell.graph["variables"], *cell.graph["operators"])}
    cuts = [(names[e["source"]], names[e["target"]], e["cut"]) for e in cell.graph["edges"] if e["cut"]]
    assert cuts == [("h", "DETACH", "detach"), ("h", "MUL", "no_grad")]


def test_what_ran_under_no_grad_stands_in_a_hull(play):
    cell = play(LEAF + "with mg.no_grad():\n    s = (x * x).sum()\nz = (x / s).sum()")
    (hull,) = cell.graph["hulls"]
    names = {node["id"]: node["name"] for node in (*cell.graph["variables"], *cell.graph["operators"])}
    assert hull["kind"] == "no_grad"
    assert {names[member] for member in hull["members"]} == {"MUL", "SUM", "x * x", "s"}


def test_parts_that_do_not_touch_stand_in_hulls_of_their_own(play):
    cell = play(LEAF + "with mg.no_grad():\n    a = x * 2\n    b = x * 3\nz = (x * a * b).sum()")
    assert [len(hull["members"]) for hull in cell.graph["hulls"]] == [2, 2]


def test_the_ops_of_a_recorded_backward_pass_stand_in_a_hull(play):
    cell = play("x = mg.tensor(3., requires_grad=True)\ny = x ** 3\n"
                "g, = mg.autograd.grad(y, x, create_graph=True)\ng.backward()")  # fmt: skip
    (hull,) = cell.graph["hulls"]
    operators = {operator["id"]: operator["name"] for operator in cell.graph["operators"]}
    assert hull["kind"] == "recorded"
    assert [operators[member] for member in hull["members"] if member in operators] == ["POW", "MUL", "MUL"]
    assert cell.step("POW", 1)["where"] == {"text": "inside PowBackward0", "code": None}


def test_passes_are_numbered_and_each_names_its_gradients(play):
    cell = play(LEAF + "y = x * x\na = y.sum()\nb = (y * 2).sum()\na.backward(retain_graph=True)\nb.backward()")
    assert cell.document["passes"] == ["a.backward(retain_graph=True)", "b.backward()"]
    assert [step.get("pass") for step in cell.steps if step["kind"] in ("op", "seed")] == [None] * 4 + [1, 2]
    y = cell.variable("y")
    labels = [
        effect.get("label", y["grad_label"])
        for step in cell.steps
        for effect in step["effects"]
        if effect["variable"] == y["id"] and effect["row"] == "grad"
    ]
    assert list(dict.fromkeys(labels)) == ["∂a/∂y", "∂b/∂y"]


def test_a_retained_gradient_is_in_flight_under_its_formula_and_then_in_grad(play):
    cell = play(LEAF + "y = x * 2\ny.retain_grad()\nz = y.sum()\nz.backward()")
    y = cell.variable("y")
    effects = [e for step in cell.steps for e in step["effects"] if (e["variable"], e["row"]) == (y["id"], "grad")]
    assert [(e["state"], e.get("label", y["grad_label"])) for e in effects] == [
        ("flight", "∂z/∂y"),
        ("stored", ".grad"),
    ]
