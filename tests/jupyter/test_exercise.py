"""Exercises: each kind of mistake gets the hint that names it, and no answer is told."""

import json
import re
import subprocess
import sys
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest

import minigrad as mg
from minigrad import words
from minigrad.jupyter import exercises
from minigrad.jupyter.exercise import Backward, Choice, Derivative, Gradient, Value, find

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"

PRODUCT = Gradient(
    """
w = mg.tensor([[2., -1.], [3., 4.]], requires_grad=True)
x = mg.tensor([[5., 7.], [-2., 6.]], requires_grad=True)
y = w * x
z = (y * mg.tensor([[1., 10.], [2., 3.]])).sum()
""",
    of="w",
    why="x, times what arrives.",
)
TWICE = Gradient(
    """
w = mg.tensor([1., 2., 3.], requires_grad=True)
z = (w ** 2 + 5 * w).sum()
""",
    of="w",
)
THREE_USES = Gradient("w = mg.tensor(3., requires_grad=True)\nz = w * 2 + w * 5 + w * 11", of="w")
PASSES = """
w = mg.tensor([1., 2.], requires_grad=True)
(3 * w).sum().backward()
{zero}
(w * w).sum().backward()
"""
BROADCAST = Gradient("b = mg.tensor(1., requires_grad=True)\nx = mg.tensor([2., 3., 4.])\nz = (b * x).sum()", of="b")
BROADCAST_ROW = Gradient(
    "b = mg.ones(1, 2, requires_grad=True)\nx = mg.tensor([[2., 3.], [4., 7.]])\nz = (b * x).sum()", of="b"
)
INF = Gradient("x = mg.tensor([0., 1.], requires_grad=True)\nz = mg.sqrt(x).sum()", of="x")
MEAN = Gradient("x = mg.tensor([1., 2., 3., 4.], requires_grad=True)\nz = (x * x * x).mean()", of="x")
ZERO_BETWEEN = Gradient(PASSES.format(zero="w.grad = None"), of="w")
ADDS_UP = Gradient(PASSES.format(zero=""), of="w")


@pytest.mark.parametrize(
    ("exercise", "answer", "kind"),
    [
        (PRODUCT, None, "none"),
        (PRODUCT, [[5, 70], [-4, 18]], "right"),
        (PRODUCT, np.array([[5, 70], [-4, 18]]), "right"),
        (PRODUCT, mg.tensor([[5.0, 70.0], [-4.0, 18.0]], requires_grad=True), "right"),
        (PRODUCT, [mg.tensor([5.0, 70.0]), np.array([-4.0, 18.0])], "right"),
        (PRODUCT, [[-5, -70], [4, -18]], "sign"),
        (PRODUCT, [[5, 70], [4, 18]], "sign_some"),
        (PRODUCT, [[1, 10], [2, 3]], "upstream"),
        (PRODUCT, [[5, 7], [-2, 6]], "local"),
        (PRODUCT, [[2, -10], [6, 12]], "other"),
        (PRODUCT, [[2, -1], [3, 4]], "value"),
        (PRODUCT, [[10, -7], [-6, 24]], "value"),
        (PRODUCT, [[5, -4], [70, 18]], "transposed"),
        (PRODUCT, [[70, 5], [-4, 18]], "order"),
        (PRODUCT, [[5, 70]], "shape"),
        (PRODUCT, 5, "shape"),
        (PRODUCT, [5, 70, -4, 18], "shape_only"),
        (PRODUCT, [[[5, 70], [-4, 18]]], "shape_only"),
        (PRODUCT, [[0, 0], [0, 0]], "zeros"),
        (PRODUCT, [[5.05, 70], [-4, 18]], "rounded"),
        (PRODUCT, [[10, 140], [-8, 36]], "factor_large"),
        (PRODUCT, [[2.5, 35], [-2, 9]], "factor_small"),
        (PRODUCT, [[-2.5, -35], [2, -9]], "factor_sign"),
        (PRODUCT, [[6, 71], [-3, 19]], "offset"),
        (PRODUCT, [[5, 70], [-4, 1]], "some"),
        (PRODUCT, [[8, 9], [11, 1]], "other_numbers"),
        (PRODUCT, [[float("nan"), 70], [-4, 18]], "nan"),
        (PRODUCT, "5, 70, -4, 18", "text"),
        (PRODUCT, [["5", 70], [-4, 18]], "text"),
        (PRODUCT, [[5, 70], [-4]], "ragged"),
        (PRODUCT, {"w": 5}, "no_number"),
        (PRODUCT, 1 + 2j, "no_number"),
        (PRODUCT, 10**400, "no_number"),
        (PRODUCT, [[None, 70], [-4, 18]], "none_inside"),
        (PRODUCT, [[Fraction(5), 70], [-4, 18]], "right"),
        (PRODUCT, float("inf"), "shape"),
        (PRODUCT, lambda: 5, "not_called"),
        (TWICE, [2, 4, 6], "one_path"),
        (TWICE, [5, 5, 5], "one_path"),
        (TWICE, [7, 9, 11], "right"),
        (TWICE, [8, 10, 12], "offset"),
        (THREE_USES, 11, "one_path"),
        (THREE_USES, 13, "path_missing"),
        (THREE_USES, 36, "factor_large"),
        (THREE_USES, 17, "other_number"),
        (THREE_USES, 18, "right"),
        (ADDS_UP, [2, 4], "one_pass"),
        (ADDS_UP, [3, 3], "one_pass"),
        (ADDS_UP, [5, 7], "right"),
        (ZERO_BETWEEN, [5, 7], "all_passes"),
        (ZERO_BETWEEN, [3, 3], "one_pass"),
        (ZERO_BETWEEN, [2, 4], "right"),
        (BROADCAST, [2, 3, 4], "not_summed"),
        (BROADCAST, [9], "shape_only"),
        (BROADCAST, [9, 9], "shape"),
        (BROADCAST_ROW, [[2, 3], [4, 7]], "not_summed"),
        (BROADCAST_ROW, [[6, 10]], "right"),
        (INF, [0, 0.5], "no_nan"),
        (INF, [float("inf"), 0.5], "right"),
        (MEAN, [3, 12, 27, 48], "not_averaged"),
        (MEAN, [0.75, 3, 6.75, 12], "right"),
        (PRODUCT, [[1.25, 17.5], [-1, 4.5]], "averaged"),
    ],
)
def test_a_gradient_names_the_kind_of_mistake(exercise, answer, kind):
    verdict = exercise.check(answer)
    assert verdict.kind == kind, verdict
    assert verdict.right == (kind == "right")


def test_a_gradient_is_that_of_an_inner_result_too():
    inner = Gradient("w = mg.tensor(3., requires_grad=True)\ny = w * w\nz = y * 5", of="y")
    assert inner.solution() == 5
    assert inner.check(30).kind == "other"


def test_a_program_that_gives_no_gradient_is_the_author_s_mistake():
    with pytest.raises(ValueError, match="no gradient reaches 'x'"):
        Gradient("x = mg.tensor(1.)\nw = mg.ones((), requires_grad=True)\nz = w * x", of="x").check(1)


def test_an_exercise_leaves_the_learner_s_modes_as_they_are():
    with mg.no_grad():
        assert PRODUCT.check([[5, 70], [-4, 18]]).right
        assert not mg.is_grad_enabled()


CHAIN = Derivative("mg.sin(x) ** 2", at=[0.5, 1.0, 2.0])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda x: None, "none"),
        (lambda x: 2 * mg.sin(x) * mg.cos(x), "right"),
        (lambda x: mg.sin(2 * x), "right"),
        (lambda x: [np.sin(2 * float(a)) for a in x], "right"),
        (lambda x: -mg.sin(2 * x), "sign"),
        (lambda x: mg.sin(x) * mg.cos(x), "factor_small"),
        (lambda x: 2 * mg.sin(x), "upstream"),
        (lambda x: mg.cos(x), "local"),
        (lambda x: mg.sin(x) ** 2, "value"),
        (lambda x: mg.sin(2 * x) + 1, "offset"),
        (lambda x: 7.0, "other_numbers"),
        (lambda x: x[:2], "shape"),
        (lambda x: "cos", "text"),
        (lambda x: x.cosinus(), "raised"),
        (lambda: 1, "raised"),
        (3, "no_function"),
    ],
)
def test_a_derivative_names_the_kind_of_mistake(answer, kind):
    assert CHAIN.check(answer).kind == kind


def test_a_derivative_knows_the_product_rule_by_its_paths():
    product = Derivative("x**2 * mg.exp(x)")
    assert product.check(lambda x: 2 * x * mg.exp(x)).kind == "one_path"
    assert product.check(lambda x: (2 * x + x**2) * mg.exp(x)).kind == "right"


def test_a_derivative_is_not_found_by_changing_what_one_is_given():
    def turned(grad):
        grad *= -1
        return grad

    assert find("hooks.flip").check(turned).kind == "wrote"
    assert find("hooks.flip").check(lambda grad: -grad).right


def test_a_derivative_knows_the_mistakes_that_its_exercise_names():
    once_more = find("higher_orders.second").check(lambda x: (2 * x + x**2) * mg.exp(x))
    assert once_more.text == "Not yet. That is the first derivative. Differentiate it once more."
    ones = find("by_hand_and_by_autograd.weights").check([3, 12, 27])
    assert ones.text.startswith("Not yet. That is with ones for weights.")


def test_a_derivative_says_where_it_is_wrong():
    answer = lambda x: mg.where(x > 0, 3 * x**2, -3 * x**2)  # noqa: E731
    assert "at x = -1.5, x = -0.5" in Derivative("x**3").check(answer).text


def test_a_derivative_that_is_constant_may_be_a_number():
    assert Derivative("3 * x").check(lambda x: 3).right


MUL_ADD = Backward(
    "w * x + b",
    inputs={"w": [2.0, -1.0, 4.0], "x": [5.0, 7.0, 3.0], "b": 0.5, "flag": True},
    hints={"no_upstream": "The chain rule multiplies."},
)


def with_backward(backward):
    def forward(ctx, w, x, b, flag):
        ctx.save_for_backward(w, x)
        return w * x + b

    return type("Mine", (mg.autograd.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})


BACKWARDS = [
    (lambda ctx, g: (g * ctx.saved_tensors[1], g * ctx.saved_tensors[0], g, None), "right"),
    (lambda ctx, g: (g * ctx.saved_tensors[1], g * ctx.saved_tensors[0], g.sum(), None), "right"),
    (lambda ctx, g: None, "none"),
    (lambda ctx, g: (g * ctx.saved_tensors[1], g * ctx.saved_tensors[0], g), "count"),
    (lambda ctx, g: g, "count"),
    (lambda ctx, g: (g * ctx.saved_tensors[0], g * ctx.saved_tensors[1], g, None), "swapped"),
    (lambda ctx, g: (ctx.saved_tensors[1], g * ctx.saved_tensors[0], g, None), "no_upstream"),
    (lambda ctx, g: (g, g * ctx.saved_tensors[0], g, None), "only_upstream"),
    (lambda ctx, g: (-g * ctx.saved_tensors[1], g * ctx.saved_tensors[0], g, None), "sign"),
    (lambda ctx, g: (g * ctx.saved_tensors[1], 2 * g * ctx.saved_tensors[0], g, None), "factor_large"),
    (lambda ctx, g: (g * ctx.saved_tensors[1], g * ctx.saved_tensors[0], None, None), "none_unwanted"),
    (lambda ctx, g: (g * ctx.saved_tensors[1], g * ctx.saved_tensors[0], g, g), "none_wanted"),
    (lambda ctx, g: (g[:2], g * ctx.saved_tensors[0], g, None), "shape"),
    (lambda ctx, g: ("x", g * ctx.saved_tensors[0], g, None), "text"),
    (lambda ctx, g: 1 / 0, "raised"),
]


@pytest.mark.parametrize(("backward", "kind"), BACKWARDS)
def test_a_backward_names_the_kind_of_mistake(backward, kind):
    assert MUL_ADD.check(with_backward(backward)).kind == kind


def test_a_backward_may_be_a_plain_function():
    assert MUL_ADD.check(lambda grad, w, x, b, flag: (grad * x, grad * w, grad, None)).right
    assert MUL_ADD.check(lambda grad, w, x, b, flag: (grad * w, grad * x, grad, None)).kind == "swapped"


def test_a_backward_s_hint_names_the_input():
    verdict = MUL_ADD.check(with_backward(BACKWARDS[6][0]))
    assert verdict.text.startswith("Not yet. The gradient for w is the local derivative")
    assert verdict.text.endswith("The chain rule multiplies.")
    assert "The gradient for x: it is too large" in MUL_ADD.check(with_backward(BACKWARDS[9][0])).text


def test_a_backward_is_not_looked_at_before_the_forward_is_right():
    class Mine(mg.autograd.Function):
        @staticmethod
        def forward(ctx, w, x, b, flag):
            return w * x - b

    assert MUL_ADD.check(Mine).kind == "forward"


@pytest.mark.parametrize("answer", [3, mg.Tensor, [1, 2]])
def test_what_is_no_function_is_no_backward(answer):
    assert MUL_ADD.check(answer).kind == "no_class"


LEAVES = Choice(
    program="w = mg.ones(2, requires_grad=True)\nx = mg.ones(2)\ny = w * x",
    of="[name for name in ('w', 'x', 'y') if eval(name).is_leaf]",
    options=["w", "x", "y"],
    mistakes={"x": "Nobody computed x.", "y": "An operator made y."},
)


@pytest.mark.parametrize(
    ("exercise", "answer", "kind"),
    [
        (LEAVES, ["x", "w"], "right"),
        (LEAVES, "w, x", "right"),
        (LEAVES, {"W ", "x"}, "right"),
        (LEAVES, ["w"], "missing"),
        (LEAVES, ["w", "x", "y"], "too_many"),
        (LEAVES, ["w", "y"], "missing_and_too_many"),
        (LEAVES, ["w", "q"], "no_choice"),
        (LEAVES, 3, "no_names"),
        (Choice(True), True, "right"),
        (Choice(True), mg.tensor(True), "right"),
        (Choice(True), False, "other_choice"),
        (Choice(True), "yes", "no_word"),
        (Choice("leaf"), "Leaf ", "right"),
        (Choice("leaf", options=["leaf", "root"]), "root", "other_choice"),
        (Choice("leaf", options=["leaf", "root"]), "stem", "no_choice"),
        (Choice("leaf"), {"leaf": 1}, "no_word"),
        (Choice(3), 3, "right"),
    ],
)
def test_a_choice_names_the_kind_of_mistake(exercise, answer, kind):
    assert exercise.check(answer).kind == kind


def test_a_wrong_choice_has_its_own_hint():
    assert LEAVES.check(["w"]).text == "Not yet. At least one is missing. Nobody computed x."
    assert LEAVES.check(["w", "x", "y"]).text.endswith("An operator made y.")


def test_a_choice_has_one_right_answer():
    with pytest.raises(ValueError, match="either the right choice, or a program"):
        Choice(True, of="True")


VALUE = Value("x = mg.tensor([1., 2.])", of="(x * 3).tolist()", mistakes={"That is x itself.": "x"})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ([3, 6], "right"),
        ((3, 6), "right"),
        ([-3, -6], "sign"),
        ([1, 2], "That is x itself."),
        (9, "shape_value"),
        ([[3, 6]], "shape_only_value"),
        ([0, 0], "zeros_value"),
    ],
)
def test_a_value_names_the_kind_of_mistake(answer, kind):
    assert VALUE.check(answer).kind == kind


def test_every_kind_of_mistake_has_its_sentence_and_every_sentence_its_mistake():
    said = set(words.exercise())
    source = "".join(
        (ROOT / "minigrad" / "jupyter" / name).read_text("utf-8")
        for name in ("mistakes.py", "programs.py", "questions.py")
    )
    assert {key for key in said if not re.search(f"[\"']{key}[\"']", source)} == set()


# --- mg.exercise ------------------------------------------------------------------------------------------------------


def test_it_prints_and_raises_nothing(capsys, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    for answer in (None, [[5, 70], [-4, 18]], [[-5, -70], [4, -18]], "five"):
        assert mg.exercise(PRODUCT, answer) is None
    assert capsys.readouterr().out.splitlines() == [
        "No answer yet. What is the gradient of w?",
        "Right! x, times what arrives.",
        "Not yet. The size is right and the sign is turned.",
        "Not yet. An answer is a number, a list of numbers, an array or a tensor; this is a text. "
        "Numbers stand without quotation marks.",
    ]


def test_graded_a_wrong_or_missing_answer_raises(monkeypatch, capsys):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    with pytest.raises(AssertionError, match="the sign is turned"):
        mg.exercise(PRODUCT, [[-5, -70], [4, -18]], graded=True)
    with pytest.raises(AssertionError, match="No answer yet"):
        mg.exercise(PRODUCT, None, graded=True)
    mg.exercise(PRODUCT, [[5, 70], [-4, 18]], graded=True)
    assert capsys.readouterr().out.startswith("Right!")


@pytest.mark.parametrize("stage", ["autograde", "validate"])
def test_in_nbgrader_a_wrong_answer_raises(monkeypatch, stage):
    monkeypatch.setenv("NBGRADER_EXECUTION", stage)
    with pytest.raises(AssertionError, match="the sign is turned"):
        mg.exercise(PRODUCT, [[-5, -70], [4, -18]])


def test_an_unknown_exercise_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="no notebook is called 'nowhere', only .*start_here"):
        mg.exercise("nowhere.one", 1)
    with pytest.raises(ValueError, match=r"this notebook has start_here\.square"):
        mg.exercise("start_here.cube", 1)


def test_it_is_loaded_when_it_is_asked_for():
    code = """
import sys
from fractions import Fraction
import minigrad
assert "minigrad.jupyter" not in sys.modules
assert "exercise" in dir(minigrad)
minigrad.exercise("start_here.square")
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# --- The exercises of the notebooks -----------------------------------------------------------------------------------

NAMES = [
    f"{module.name}.{own}"
    for module in iter_modules(exercises.__path__)
    for own in import_module(f"{exercises.__name__}.{module.name}").EXERCISES
]


def notebook_of(name: str) -> Path:
    stem = name.partition(".")[0].replace("_", "-")
    (path,) = NOTEBOOKS.glob(f"[0-9][0-9]-{stem}.ipynb")
    return path


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_has_a_question_and_a_reason_and_knows_its_answer(name):
    exercise = find(name)
    assert exercise.question.endswith(("?", "."))
    assert exercise.why.endswith((".", "!"))
    assert exercise.check(None).kind == "none"
    solution = exercise.solution()
    if solution is not None:
        assert exercise.check(solution).right


class Foreign:
    """A tensor of another library: its numbers come out when it is detached, and not before."""

    def __init__(self, numbers, requires_grad=True):
        self.numbers = numbers
        self.requires_grad = requires_grad

    def detach(self):
        return Foreign(self.numbers, requires_grad=False)

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return np.array(self.numbers, dtype=dtype)


def wrong_answers(exercise):
    """Yield what students hand in: the wrong kind of thing, and numbers that usual mistakes lead to."""
    yield from ("", "one", b"1", float("nan"), float("inf"), {}, object(), 1j, [], [None], [[1], [2, 3]], 10**400)
    yield from (range(7), {"x"}, mg.Tensor, np.zeros((2, 2, 2)), mg.zeros(7), [mg.zeros(()), "x"], lambda *_: "x")
    yield from (lambda *_: 1 / 0, lambda *_: [1, 2, 3, 4, 5, 6, 7], Foreign([0.0] * 7), Ellipsis, slice(3))
    solution = exercise.solution()
    if isinstance(solution, int | float | list) and not (isinstance(solution, list) and isinstance(solution[0], str)):
        right = np.array(solution)
        yield from (-right, 2 * right, right / 2, right / 3, right + 1, 0 * right, np.full_like(right, np.nan))
        yield from (right[None], np.stack([right, right]), right.astype(str), (-right).tolist(), mg.tensor(-right))
        yield from (1.01 * right, np.where(np.arange(right.size).reshape(right.shape) == 0, right + 7, right))
        yield Foreign(-right)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_handed_in_gets_a_hint_and_never_the_answer(name):
    exercise = find(name)
    solution = re.sub(r"\.0*(?!\d)", "", str(exercise.solution()))
    for answer in wrong_answers(exercise):
        verdict = exercise.check(answer)
        assert not verdict.right, answer
        assert re.match(r"Not yet\. .+", verdict.text), answer
        assert not re.search(r"[{}]|<exercise>", verdict.text), verdict.text
        if len(solution) > 1 and not isinstance(exercise, Choice):
            assert solution not in re.sub(r"got \(.*?\)", "", verdict.text)


@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_may_come_as_any_kind_of_array(name):
    exercise = find(name)
    solution = exercise.solution()
    if isinstance(exercise, Choice) or solution is None:
        return
    right = np.array(solution)
    for answer in (right, right.astype(np.float32), mg.tensor(solution), tuple(right) if right.ndim else right[()]):
        assert exercise.check(answer).right
    assert exercise.check(Foreign(right)).right


def test_a_tensor_of_pytorch_is_an_answer():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    assert PRODUCT.check(torch.tensor([[5.0, 70.0], [-4.0, 18.0]], requires_grad=True)).right
    assert PRODUCT.check([torch.tensor([5.0, 70.0], requires_grad=True), torch.tensor([-4.0, 18.0])]).right
    assert PRODUCT.check(-torch.tensor([[5.0, 70.0], [-4.0, 18.0]])).kind == "sign"


@pytest.mark.parametrize("name", NAMES)
def test_the_checker_s_source_does_not_hold_the_answer(name):
    solution = find(name).solution()
    if isinstance(solution, list):
        source = (ROOT / "minigrad" / "jupyter" / "exercises" / f"{name.partition('.')[0]}.py").read_text("utf-8")
        packed, literal = (re.sub(r"\s|\.0*(?!\d)", "", text).replace("'", '"') for text in (source, str(solution)))
        assert literal not in packed


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_asked_in_its_notebook_which_does_not_tell_the_answer(name):
    cells = sources(notebook_of(name))
    assert any(f'mg.exercise("{name}"' in cell for cell in cells)
    assert not any(re.search(r"EXERCISES|\.solution\(", cell) for cell in cells)
    solution = find(name).solution()
    if isinstance(solution, list) and len(solution) > 1 and not isinstance(solution[0], str):
        packed = [re.sub(r"\s|\.0*(?!\d)", "", cell) for cell in cells]
        literal = re.sub(r"\s|\.0*(?!\d)", "", str(solution))
        assert not any(literal in cell for cell in packed), literal
    assert not [cell for cell in cells if "mg.exercise(" in cell and name in cell and f", {solution!r})" in cell]
