"""Names: what the learner calls a value is what the graph calls it."""

from __future__ import annotations

import pytest

from minigrad.trace.abridge import abridge

LEAVES = """\
w = mg.tensor([2., 1.], requires_grad=True)
x = mg.tensor([1., 3.], requires_grad=True)
"""


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("z = w * x", ["w", "x", "z"]),
        ("z = a = w * x", ["w", "x", "z"]),
        ("z: object = w * x", ["w", "x", "z"]),
        ("z = (w * x).sum()", ["w", "x", "w * x", "z"]),
        ("z = (y := w * x).sum()", ["w", "x", "y", "z"]),
        ("y, z = w * x, w + x\nz = y * z", ["w", "x", "y", "z", "z₂"]),
        ("[y, z] = [w * x, w + x]", ["w", "x", "z"]),
        ("hs = [w * x, w + x]\nz = hs[0] + hs[1]", ["w", "x", "hs[0]", "hs[1]", "z"]),
        ("d = {}\nd['h'] = w * x\nz = d['h'] + 1", ["w", "x", "d['h']", "z"]),
        ("z = w * x if True else w", ["w", "x", "z"]),
        ("z = w\nz = z * x", ["w", "x", "z"]),
        ("z = w * x\nz = z + 1\nz = z * 2", ["w", "x", "z", "z₂", "z₃"]),
        ("z = w * x\nz += 1", ["w", "x", "z", "z₂"]),
        ("z = 1 + w", ["w", "z"]),
        ("z = -w", ["w", "z"]),
        ("z = w * mg.ones(2)", ["w", "mg.ones(2)", "z"]),
        ("z = mg.ones(2) * w", ["mg.ones(2)", "w", "z"]),
        ("z = (\n    w\n    * x\n)", ["w", "x", "z"]),
        ("z = (lambda a, b: a * b)(w, x)", ["w", "x", "z"]),
        ("def f(a):\n    return a * x\nz = f(w)", ["w", "x", "z"]),
        ("def f(a):\n    h = a * x\n    return h + 1\nz = f(w)", ["w", "x", "h", "z"]),
        ("def f(a):\n    return g(a)\ndef g(b):\n    return b * x\nz = f(w)", ["w", "x", "z"]),
        ("def f(a):\n    h = a * x\n    return h\nz = f(w)", ["w", "x", "z"]),
        ("for p in (w, x):\n    z = p * 2", ["x", "z"]),
        ("zs = []\nfor k in range(2):\n    zs.append(w * x)\nz = zs[0] + zs[1]", ["w", "x", "w * x", "(w * x)₂", "z"]),
        ("z = w\nfor k in range(3): z = z * x", ["w", "x", "z", "z₂", "z₃"]),
        ("权 = w * x\nz = 权 + 1", ["w", "x", "权", "z"]),
        ("'é'; z = w * x", ["w", "x", "z"]),
        ("w2 = w\nz = w2 * x", ["w2", "x", "z"]),
        ("z = sum([w * x, w], 0)", ["w", "x", "w * x", "w * x + 0", "z"]),
    ],
)
def test_a_value_bears_the_name_it_is_given(play, source, names):
    cell = play(LEAVES + source, root="z")
    assert cell.names == names


MODEL = """\
class Model:
    def __init__(self):
        self.w = mg.tensor([2., 1.], requires_grad=True)
        self.bs = [mg.tensor(1., requires_grad=True)]
    def __call__(self, x):
        self.h = self.w * x
        return self.h + self.bs[0]
x = mg.tensor([1., 3.])
"""


def test_what_an_object_holds_is_called_by_its_place(play):
    cell = play(MODEL + "net = Model()\nz = net(x)")
    assert cell.names == ["net.w", "x", "self.h", "net.bs[0]", "z"]


def test_what_nobody_holds_bears_its_own_source_text(play):
    cell = play(MODEL + "z = Model()(x)")
    assert cell.names[0] == "self.w"


def test_a_long_expression_is_shortened_and_kept_in_full(play):
    cell = play(LEAVES + "z = (w * x + w * w * x * 1000000 + x * 2.718281828).sum()")
    name = cell.graph["variables"][-2]
    assert name["expression"] is True
    assert name["name"] == "w * x + … + …"
    assert name["full_name"] == "w * x + w * w * x * 1000000 + x * 2.718281828"
    assert cell.variable("z")["expression"] is False


def test_an_expression_over_several_lines_is_one_span(play):
    cell = play(LEAVES + "z = (\n  w\n  * x\n)")
    assert cell.operator("MUL")["span"] == [4, 2, 5, 5]
    assert cell.steps[0]["lines"] == [4, 5]
    assert cell.steps[0]["where"]["code"] == "w * x"


def test_columns_count_characters_and_not_bytes(play):
    cell = play(LEAVES + "s = 'é权'; z = w * x")
    assert cell.operator("MUL")["span"] == [3, 14, 3, 19]


def test_a_call_in_another_file_is_lit_where_the_cell_makes_it(run, tmp_path):
    path = tmp_path / "helpers.py"
    path.write_text("def double(a):\n\n    return a * 2\n")
    names: dict = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    cell = run(LEAVES + "z = double(w)", double=names["double"])
    assert cell.names == ["w", "z"]
    operator = cell.operator("MUL")
    assert operator["line"] == "helpers.py:3"
    assert operator["span"] == [3, 4, 3, 13]
    assert cell.steps[0]["lines"] == [3]
    assert cell.steps[0]["where"]["code"] == "a * 2"


def test_a_source_that_is_gone_leaves_formulas_for_names(run):
    names: dict = {"mg": None}
    import minigrad as mg
    from minigrad.trace import play_document, record

    names["mg"] = mg
    with record("<nowhere>", namespace=names) as recording:
        exec(LEAVES + "z = (w * x).sum()", names)
    document = play_document(recording, names["z"])
    assert [variable["name"] for variable in document["graph"]["variables"]] == ["w", "x", "w·x", "z"]
    assert document["source"]["lines"] == []


def test_lines_of_ipython_do_not_hide_the_others(play, run):
    import linecache

    import minigrad as mg
    from minigrad.trace import play_document, record

    text = "%%autograd\n!ls\nw = mg.tensor(2., requires_grad=True)\n%time pass\nz = (w * w)\n"
    code = "\npass\nw = mg.tensor(2., requires_grad=True)\npass\nz = (w * w)\n"
    linecache.cache["<magic>"] = (len(text), None, text.splitlines(True), "<magic>")
    names: dict = {"mg": mg}
    with record("<magic>", text) as recording:
        exec(compile(code, "<magic>", "exec"), names)
    assert recording.last_tensor(names) == ("z", names["z"])
    document = play_document(recording, names["z"])
    assert [variable["name"] for variable in document["graph"]["variables"]] == ["w", "z"]
    assert [line["kind"] for line in document["source"]["lines"]] == ["magic"] + ["code"] * 4


def test_the_last_tensor_is_the_one_assigned_last_in_the_source(play):
    cell = play("a = mg.ones(2)\nif True:\n    b = a + 1\nc = 3\ndef f():\n    d = a\n[e for e in range(3)]")
    assert cell.recording.last_tensor(cell.variables) == ("b", cell["b"])
    assert play("c = 3").recording.last_tensor({"c": 3}) is None


@pytest.mark.parametrize("name", ["<b>w</b>", "$x_1$", "\\frac{1}{2}", "{0}", "%s", "__"])
def test_hostile_text_stays_text(play, name):
    cell = play(f"d = {{}}\nd[{name!r}] = mg.tensor(2., requires_grad=True) * 2\nz = d[{name!r}] * 3\nz.backward()")
    assert any(variable["full_name"] == f"d[{name!r}]" for variable in cell.graph["variables"])
    assert cell.table


def test_the_parts_of_a_composite_call_do_not_take_its_name(play):
    cell = play(LEAVES + "z = both(w, x)\nz = z.sum()", both=composite)
    assert cell.names[-1] == "z₂"
    assert [variable["expression"] for variable in cell.graph["variables"]][2:] == [True, False, False]


def _composite():
    """A function that runs two ops on behalf of one call, as those of the package do."""
    from minigrad.trace.record import PACKAGE

    names: dict = {}
    source = "def both(a, b):\n    h = a * b\n    return h + a\n"
    exec(compile(source, f"{PACKAGE}both.py", "exec"), names)
    return names["both"]


composite = _composite()


MODULES = "m = mg.nn.Sequential(mg.nn.Linear(3, 3), mg.nn.Tanh(), mg.nn.Linear(3, 3))\nx = mg.ones(2, 3)\n"


def test_what_a_module_computes_on_the_way_is_not_called_like_its_result(play):
    cell = play(MODULES + "y = m(x)\nz = y.sum()\nz.backward()")
    assert [variable["full_name"] for variable in cell.graph["variables"] if not variable["leaf"]] == [
        "m.0.weightᵀ", "x", "m.0.bias + x·m.0.weightᵀ", "tanh(m.0.bias + x·m.0.weightᵀ)", "m.2.weightᵀ", "y", "z",
    ]  # fmt: skip


def test_a_formula_leaves_out_what_another_value_says_already(play):
    cell = play(MODULES + "y = m(x)\nz = y.sum()\nz.backward()")
    shown = {variable["full_name"]: variable["name"] for variable in cell.graph["variables"]}
    assert shown["m.0.weightᵀ"] == "weightᵀ"
    assert shown["tanh(m.0.bias + x·m.0.weightᵀ)"] == "tanh …"


def test_what_an_optimizer_takes_from_a_leaf_is_called_its_gradient(play):
    cell = play(
        "w = mg.tensor([1., 2.], requires_grad=True)\noptimizer = mg.optim.SGD([w], lr=.5)\n"
        "for _ in range(2):\n    loss = (w * w).sum()\n    loss.backward()\n    optimizer.step()\n"
        "    optimizer.zero_grad()\nloss = (w * w).sum()\nloss.backward()"
    )
    names = [variable["name"] for variable in cell.graph["variables"]]
    assert [name for name in names if "grad" in name] == ["w.grad", "w.grad·0.5", "w.grad₂", "(w.grad·0.5)₂"]
    assert "tensor" not in names


def test_a_leaf_that_nobody_holds_is_called_by_its_source(play):
    cell = play("w = mg.tensor([1., 2.], requires_grad=True).to(mg.float64)\nz = w.sum()\nz.backward()")
    first = cell.graph["variables"][0]
    assert (first["name"], first["full_name"]) == ("mg.tensor(…)", "mg.tensor([1., 2.], requires_grad=True)")


def test_each_call_of_a_module_has_a_result_of_its_own(play):
    cell = play(MODULES + "for _ in range(3):\n    x = m[0](x)\nz = x.sum()\nz.backward()")
    made = [variable["full_name"] for variable in cell.graph["variables"] if not variable["leaf"]]
    assert made == ["m.0.weightᵀ", "x", "x₂", "m.0.weightᵀ₂", "x₃", "m.0.weightᵀ₃", "x₄", "z"]


def test_a_name_is_shortened_from_within_and_two_results_are_never_called_the_same(play):
    cell = play(LEAVES + "copy = w.clone()\nz = (copy * x.detach() + copy * x.exp() + copy).sum()")
    names = [variable["name"] for variable in cell.graph["variables"] if variable["expression"]]
    assert names == ["x.detach()", "copy * …", "x.exp()", "copy * x.exp()", "… + copy * …", "… + copy"]


@pytest.mark.parametrize(("text", "short"), [
    ("copy * a.detach() + a", "copy * … + a"),
    ("(copy * a.detach() + a).sum()", "(… + a).sum()"),
    ("mg.nn.functional.softmax(x * w + b, dim=1)", "….softmax(…)"),
    ("predictions_of_the_network - targets", "… - targets"),
    ("a_name_without_an_end", "a_name_withou…"),
    ("no expression at all", "no expression…"),
    ("x" * 10_000 + " + y", "x" * 13 + "…"),
    ("(" * 300 + "x" + ")" * 300, "((((((((((((("+"…"),
])  # fmt: skip
def test_what_an_expression_does_last_can_still_be_read(text, short):
    assert abridge(text, 14) == short
