"""Formulas: a part of TeX as MathML and as plain text."""

import importlib
import pkgutil

import pytest

import minigrad.ops
from minigrad.autograd.function import Op
from minigrad.trace.mathml import formula, fraction, is_sum, partial, plain

TAGS = set(
    "math mrow mi mn mo mtext mfrac msup msub msubsup munder mover munderover msqrt mroot mspace mtable mtr mtd".split()
)


def every_op() -> list[type[Op]]:
    for module in pkgutil.iter_modules(minigrad.ops.__path__):
        importlib.import_module(f"minigrad.ops.{module.name}")
    found: list[type[Op]] = []
    todo = [Op]
    while todo:
        op = todo.pop()
        found.append(op)
        todo += op.__subclasses__()
    return [op for op in found if op.__module__.startswith("minigrad.")]


def tags(tree):
    if isinstance(tree, str):
        return set()
    return {tree[0]}.union(*[tags(child) for child in tree[1:]])


@pytest.mark.parametrize(
    ("template", "operands", "text"),
    [
        (r"{0}\,{1}", ["w", "x"], "w·x"),
        (r"{0}\,{1}", ["2", "x"], "2x"),
        (r"{0}\,{1}", ["w * x", "b"], "(w * x)·b"),
        ("{0} + {1}", ["x", "−3"], "x + (−3)"),
        ("{0} - {1}", ["w * x", "a + b"], "w * x − (a + b)"),
        (r"\frac{{1}}{{{0}}}", ["x"], "1/x"),
        (r"-\frac{{{0}}}{{{1}^2}}", ["a", "b"], "−a/b²"),
        (r"\frac{{{0} + 1}}{{{1}}}", ["a", "b"], "(a + 1)/b"),
        ("e^{{{0}}}", ["x"], "eˣ"),
        ("e^{{{0}}}", ["w * x"], "e^(w * x)"),
        (r"{1}\,{0}^{{{1} - 1}}", ["x", "2"], "2x"),
        (r"{1}\,{0}^{{{1} - 1}}", ["x", "3"], "3x²"),
        (r"{1}\,{0}^{{{1} - 1}}", ["x", "1"], "1"),
        (r"{1}\,{0}^{{{1} - 1}}", ["x", "0.5"], "0.5x^(−0.5)"),
        (r"{1}\,{0}^{{{1} - 1}}", ["x + 1", "2"], "2·(x + 1)"),
        (r"\ln {0}", ["x"], "ln x"),
        (r"\ln {0}", ["a + b"], "ln(a + b)"),
        (r"\max(0, {0})", ["x"], "max(0, x)"),
        (r"\sqrt{{{0}}}", ["x"], "√x"),
        (r"\sqrt[3]{{{0}}}", ["x"], "³√x"),
        (r"\sum_{{i}} {0}_i^2", ["x"], "∑ᵢ xᵢ²"),
        ("1 - {y}^2", ["x"], "1 − y²"),
        (r"\mathrm{{sign}}({0})", ["x"], "sign(x)"),
        ("[{0} > 0]", ["x"], "[x > 0]"),
        ("{0}", ["learning_rate"], "learning_rate"),
    ],
)
def test_a_template_reads_as_in_a_textbook(template, operands, text):
    assert plain(formula(template, operands, y="y")) == text


@pytest.mark.parametrize(
    "name", ["<b>w</b>", r"\frac{1}{2}", "$x$", "权重", "x_1", "__import__('os')", "}{", "{0}", "a" * 500, "", "∂"]
)
def test_a_name_stays_a_name_whatever_it_holds(name):
    tree = formula(r"\frac{{{0}}}{{{0}^2}} + \ln {0}", [name])
    assert tree is not None
    assert tags(tree) <= TAGS
    assert name in plain(formula("{0}", [name]))


@pytest.mark.parametrize("template", ["{3}", "{z}", r"\frac{{1}}", "x^", "{0", "}}", r"\sqrt[", "{0.a.b}", "{"])
def test_a_template_that_makes_no_sense_is_no_formula(template):
    assert formula(template, ["x"]) is None


def test_a_sum_is_told_from_a_product_of_sums():
    assert [is_sum(text) for text in ("1 − y²", "a + b", "y·(1 − y)", "1/(v + 1)", "−1", "2x")] == [True] * 2 + [
        False
    ] * 4


def test_a_fraction_of_partial_derivatives():
    assert fraction("z", "w") == ["mfrac", ["mrow", ["mo", "∂"], ["mi", "z"]], ["mrow", ["mo", "∂"], ["mi", "w"]]]
    assert plain(fraction("z", "w * x")) == partial("z", "w * x") == "∂z/∂(w * x)"
    assert partial("loss", "self.w[0]") == "∂loss/∂self.w[0]"
    assert partial("z", "x.exp()") == "∂z/∂(x.exp())"
    assert partial("z", "(w * x)₂") == "∂z/∂(w * x)₂"


@pytest.mark.parametrize("op", every_op(), ids=lambda op: op.__name__)
def test_every_formula_of_every_op_can_be_read(op):
    for template in (op.tex, *op.local):
        if template:
            for names in ("abcdef", ["w * x + 1", "2", "−0.5", "k", "(1, 2)", "None"]):
                tree = formula(template, list(names), y="y", n="3")
                assert tree is not None, template
                assert tags(tree) <= TAGS
                assert plain(tree)
