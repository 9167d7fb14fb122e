"""Every op, over the table of op_cases: gradients, second gradients, names, dtypes, and what ops must not do."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import local
from op_cases import CASES, COMPOSED, PLAIN, Case, Shapes

RANDOM = {"normal_"}
# The first tensor's dtype is the result's, whatever is put into it
OWN_DTYPE = {"le_ tensor", "masked_fill tensor", "add_", "mul_", "div_", "copy_", "fill_ tensor"}
OWN_DTYPE |= {"diagonal_scatter", "select_scatter", "slice_scatter", "as_strided_scatter", "rms_norm", "fill tensor"}
OWN_DTYPE |= {f"solve_triangular {upper} {unit}" for upper in (True, False) for unit in (True, False)}
# Products of matrices, and what puts one tensor's entries into another, take one dtype: test_ops_parity.py.
ONE_DTYPE = set(
    """
    mm mv vm dot bmm matmul inner einsum tensordot solve solve_ex lstsq cholesky_solve triangular_solve lu_solve
    tensorsolve vecdot embedding_bag linear prelu lerp huber_loss
    conv1d conv2d conv3d conv_transpose1d conv_transpose2d binary_cross_entropy meshgrid cartesian_prod
    scatter scatter_add scatter_reduce index_put index_add index_copy put masked_scatter cdist cross linalg.cross vdot
    grid_sample index_reduce complex polar irfft irfft2 irfftn hfft hfftn
    """.split()
)
STEPPED = {"to double"}  # float32 on the way: differences are noise


def tries(without: set[str]) -> Any:
    """Parametrize a test over every case but some, and the shapes of each."""
    pairs = [(case, shapes) for case in CASES if case.name not in without for shapes in case.shapes]
    return pytest.mark.parametrize(
        ("case", "shapes"), pairs, ids=[f"{case} {' '.join(map(str, shapes))}" for case, shapes in pairs]
    )


TRIES = [(case, shapes) for case in CASES for shapes in case.shapes]


def leaves(arrays: list[np.ndarray], requires_grad: bool = True) -> list[Any]:
    return [mg.tensor(a, requires_grad=requires_grad) for a in arrays]


def weights(shape: tuple[int, ...]) -> np.ndarray:
    """Return fixed weights, so that no two entries of a result count the same."""
    return np.asarray(np.cos(np.arange(int(np.prod(shape)), dtype=np.float64)).reshape(shape) + 1.5)


def weighed(case: Case, tensors: list[Any]) -> Any:
    """Return one number that depends on every entry of the result."""
    out = case.call(mg, *tensors)
    return (out * mg.tensor(weights(tuple(out.shape)))).sum()


def differences(f: Any, arrays: list[np.ndarray], step: float = 1e-6) -> list[np.ndarray]:
    """Return the central differences of ``f(arrays)``, a number, with respect to each entry."""
    found = []
    for k, array in enumerate(arrays):
        slope = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            ends = []
            for sign in (1, -1):
                moved = [a.copy() for a in arrays]
                moved[k][index] += sign * step
                ends.append(f(moved))
            slope[index] = (ends[0] - ends[1]) / (2 * step)
        found.append(slope)
    return found


def has_a_slope(f: Any, arrays: list[np.ndarray]) -> bool:
    """Return whether the differences to either side agree: where they do not, there is a kink or a jump."""
    here = f(arrays)
    for k, array in enumerate(arrays):
        for index in np.ndindex(array.shape):
            slopes = []
            for step in (1e-6, -1e-6, 2e-6):
                moved = [a.copy() for a in arrays]
                moved[k][index] += step
                slopes.append((f(moved) - here) / step)
            if not max(slopes) - min(slopes) <= 1e-3 * (1 + abs(slopes[0])):
                return False
    return True


def gradient(case: Case, arrays: list[np.ndarray]) -> list[np.ndarray]:
    tensors = leaves(arrays)
    found = mg.autograd.grad(weighed(case, tensors), tensors, allow_unused=True, materialize_grads=True)
    return [g.numpy() for g in found]


def slope(case: Case, tensors: list[Any]) -> Any:
    """Return one number that depends on every entry of the first gradient, recorded."""
    found = mg.autograd.grad(weighed(case, tensors), tensors, create_graph=True, allow_unused=True)
    total = mg.zeros((), dtype=mg.float64)
    for g in found:
        if g is not None:
            total = total + (g * mg.tensor(weights(tuple(g.shape)) ** 2)).sum()
    return total


@tries(without=RANDOM | STEPPED)
def test_backward_agrees_with_finite_differences(case: Case, shapes: Shapes) -> None:
    arrays = case.arrays(shapes)
    expected = differences(lambda moved: weighed(case, leaves(moved)).item(), arrays)
    for got, want in zip(gradient(case, arrays), expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


@tries(without=RANDOM | STEPPED)
def test_the_second_backward_agrees_with_finite_differences(case: Case, shapes: Shapes) -> None:
    arrays = case.arrays(shapes)
    tensors = leaves(arrays)
    root = slope(case, tensors)
    if root.requires_grad:
        found = mg.autograd.grad(root, tensors, allow_unused=True, materialize_grads=True)
        got = [g.numpy() for g in found]
    else:
        got = [np.zeros_like(a) for a in arrays]
    expected = differences(lambda moved: slope(case, leaves(moved)).item(), arrays)
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("case", "shapes"), [t for t in TRIES if len(t[1]) == 2 and t[1][0] == t[1][1]], ids=str)
def test_a_tensor_beside_its_own_detached_self(case: Case, shapes: Shapes) -> None:
    """What is saved is recognised by identity: one array must not be taken for the other."""
    (array, _) = case.arrays(shapes)

    def beside(tensor: Any, fixed: Any) -> Any:
        return weighed(case, [tensor, fixed])

    x = mg.tensor(array, requires_grad=True)
    (first,) = mg.autograd.grad(beside(x, x.detach()), [x], create_graph=True)
    constant = mg.tensor(array)

    def value(moved: list[np.ndarray]) -> float:
        return float(beside(mg.tensor(moved[0], requires_grad=True), constant))

    if case.name != "nextafter" and has_a_slope(
        value, [array]
    ):  # which one is taken at a kink or a jump, the parity tests compare
        np.testing.assert_allclose(first.detach().numpy(), differences(value, [array])[0], rtol=1e-5, atol=1e-6)
    if not first.requires_grad:
        return

    def recorded(moved: list[np.ndarray]) -> float:
        y = mg.tensor(moved[0], requires_grad=True)
        (g,) = mg.autograd.grad(beside(y, constant), [y], create_graph=True)
        return float(g.sum())

    # The detached one is a constant for the second derivative too.
    (second,) = mg.autograd.grad(first.sum(), [x], allow_unused=True, materialize_grads=True)
    if has_a_slope(recorded, [array]):
        np.testing.assert_allclose(second.numpy(), differences(recorded, [array])[0], rtol=1e-4, atol=1e-5)


LAID_OUT = {  # how the same numbers can lie in memory; and how an array is turned so that they do
    "every other": (lambda x: x[..., ::2], lambda a: np.repeat(a, 2, -1)),
    "columns first": (lambda x: x.permute(*range(x.dim() - 1, -1, -1)), lambda a: np.ascontiguousarray(a.T)),
}
MEMORY = {
    "as_strided",
    "view",
    "view_as",
    "to double",
}  # what is about the memory itself, or a cast whose noise differs


@tries(without=RANDOM)
@pytest.mark.parametrize("layout", LAID_OUT)
def test_how_numbers_lie_in_memory_changes_nothing(case: Case, shapes: Shapes, layout: str) -> None:
    if case.name.split()[0] in MEMORY or not any(shapes):
        pytest.skip("it asks for the memory, or there is one number alone")
    look, turned = LAID_OUT[layout]
    arrays = case.arrays(shapes)
    plain = leaves(arrays)
    apart = leaves([turned(a) if a.ndim else a for a in arrays])
    expected = case.call(mg, *plain)
    found = case.call(mg, *[look(x) if x.dim() else x for x in apart])
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=1e-12)
    scale = mg.tensor(weights(tuple(expected.shape)))
    grads = mg.autograd.grad((found * scale).sum(), apart, allow_unused=True)
    for x, got, want in zip(
        apart, grads, mg.autograd.grad((expected * scale).sum(), plain, allow_unused=True), strict=True
    ):
        assert (got is None) == (want is None)
        if got is not None:
            np.testing.assert_allclose((look(got) if x.dim() else got).numpy(), want.numpy(), rtol=1e-9, atol=1e-12)


@tries(without=RANDOM)
def test_float32_gives_float32_and_close_to_the_same_numbers(case: Case, shapes: Shapes) -> None:
    arrays = case.arrays(shapes, np.float32)
    tensors = leaves(arrays)
    out = case.call(mg, *tensors)
    assert out.dtype == (mg.float64 if case.name in {"float_power", "to double"} else mg.float32)
    wide = case.call(mg, *leaves([a.astype(np.float64) for a in arrays]))
    assert out.shape == wide.shape
    np.testing.assert_allclose(out.detach().numpy(), wide.detach().numpy(), rtol=1e-4, atol=1e-5)
    for g in mg.autograd.grad(out.sum(), tensors, allow_unused=True):
        assert g is None or g.dtype == mg.float32


@pytest.mark.parametrize(("case", "shapes"), [t for t in TRIES if len(t[1]) == 2], ids=str)
def test_mixed_dtypes(case: Case, shapes: Shapes) -> None:
    """float32 beside float64: a dimensioned float64 wins, a 0-d one does not; each gradient has its input's dtype."""
    a, b = case.arrays(shapes)
    mixed = [mg.tensor(a.astype(np.float32), requires_grad=True), mg.tensor(b, requires_grad=True)]
    try:
        out = case.call(mg, *mixed)
        grads = mg.autograd.grad(out.sum(), mixed, create_graph=True, allow_unused=True)
    except RuntimeError:
        assert case.name.split()[0] in ONE_DTYPE
        return
    if case.name not in OWN_DTYPE:
        expected = mg.float32 if b.ndim == 0 and a.ndim else mg.float64
        assert out.dtype == expected
    assert [None if g is None else g.dtype for g in grads] == [
        None if g is None else x.dtype for g, x in zip(grads, mixed, strict=True)
    ]
    same = leaves([a.astype(np.float32).astype(np.float64), b])
    wide = mg.autograd.grad(case.call(mg, *same).sum(), same, allow_unused=True)
    for got, want in zip(grads, wide, strict=True):
        if want is not None:
            np.testing.assert_allclose(got.detach().numpy(), want.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_node_bears_pytorch_s_name(case: Case) -> None:
    out = case.call(mg, *leaves(case.arrays(case.shapes[-1])))
    assert case.grad_fn in (out.grad_fn.name(), COMPOSED)
    assert type(out.grad_fn).__name__ == out.grad_fn.name().rpartition("::")[2]


@pytest.mark.parametrize("case", CASES + PLAIN, ids=str)
def test_under_no_grad_nothing_is_recorded(case: Case) -> None:
    with mg.no_grad():
        out = case.call(mg, *leaves(case.arrays(case.shapes[-1])))
    assert out.grad_fn is None
    assert out.is_leaf
    # a view of a leaf says what the leaf says, and leads nowhere
    assert out.requires_grad == (out._is_view() and out._base.requires_grad)


@pytest.mark.parametrize("case", PLAIN, ids=str)
def test_what_has_no_slope_never_requires_grad(case: Case) -> None:
    for shapes in case.shapes:
        out = case.call(mg, *leaves(case.arrays(shapes)))
        assert not out.requires_grad
        assert out.grad_fn is None


AWKWARD = np.array([0.0, -0.0, 1.0, -1.0, 1e-300, 1e300, np.inf, -np.inf, np.nan])


@pytest.mark.parametrize("case", [c for c in CASES + PLAIN if c.vectors], ids=str)
def test_no_warning_of_numpy_escapes(case: Case) -> None:
    """PyTorch computes 1/0 and log(-1) without a word, whatever the user asked of NumPy."""
    before = np.geterr()
    with np.errstate(all="raise"):
        for start in range(0, 9, 3):
            parts = [np.roll(AWKWARD, k)[start : start + 3] for k in range(case.vectors)]
            for dtype in (np.float32, np.float64):
                with np.errstate(all="ignore"):
                    arrays = [p.astype(dtype) for p in parts]
                tensors = leaves(arrays)
                out = case.call(mg, *tensors)
                if out.requires_grad:
                    first = mg.autograd.grad(out.sum(), tensors, create_graph=True, allow_unused=True)
                    roots = [g.sum() for g in first if g is not None and g.requires_grad]
                    if roots:
                        mg.autograd.grad(roots, tensors, allow_unused=True)
    assert np.geterr() == before


inf, nan = float("inf"), float("nan")
FAR, NEAR = 1e300, 1e-40  # beyond float32's range, and below what it holds in full
MADE = {
    "full": lambda: mg.full((2,), NEAR),
    "full_like": lambda: mg.full_like(mg.ones(2), NEAR),
    "new_full": lambda: mg.ones(1).new_full((2,), NEAR),
    "tensor": lambda: mg.tensor([FAR]),
    "tensor of an array": lambda: mg.tensor(np.array([FAR]), dtype=mg.float32),
    "arange": lambda: mg.arange(0, NEAR, NEAR / 8),
    "linspace": lambda: mg.linspace(0, NEAR, 5),
    "linspace wide": lambda: mg.linspace(-3e38, 3e38, 5),
    "logspace": lambda: mg.logspace(-50, 50, 5),
    "normal": lambda: mg.normal(0.0, NEAR, (20,)),
    "normal_": lambda: mg.zeros(20).normal_(0, 1e39),
    "uniform_": lambda: mg.zeros(20).uniform_(0, NEAR),
    "exponential_": lambda: mg.zeros(20).exponential_(1e39),
    "cauchy_": lambda: mg.zeros(100).cauchy_(0, 1e38),
    "log_normal_": lambda: mg.zeros(100).log_normal_(0, 100),
    "multinomial": lambda: mg.multinomial(mg.tensor([NEAR, 1.0]), 1),
    "polar": lambda: mg.polar(mg.tensor([inf]), mg.tensor([1.0])),
    "to half": lambda: mg.tensor([1e10]).half(),
    "to long": lambda: mg.tensor([nan]).long(),
    "repr": lambda: repr(mg.tensor([1e-45, 1e38, inf, nan])),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_user_who_wants_numpy_to_raise_is_not_hit_by_what_is_inside(make: Any) -> None:
    with np.errstate(all="raise"):
        make()
        assert set(np.geterr().values()) == {"raise"}


def every_op() -> list[type[Op]]:
    for module in pkgutil.iter_modules(ops.__path__, "minigrad.ops."):
        importlib.import_module(module.name)
    found, todo = [], [Op]
    while todo:
        for op in todo.pop().__subclasses__():
            todo.append(op)
            if op.__module__.startswith("minigrad.ops."):
                found.append(op)
    return found


class Listener:
    """Notes which ops ran."""

    def __init__(self) -> None:
        self.heard: set[type] = set()

    def forward(self, op: type, node: Any, operands: Any, outputs: Any) -> None:
        self.heard.add(op)

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **named: None


NOT_DIFFERENTIABLE = {"FloorDivide", "RemainderOfNumber"}  # PyTorch refuses their backward: see test_refusals


@pytest.mark.parametrize("op", [op for op in every_op() if op.commutes], ids=lambda op: op.__name__)
def test_an_op_that_commutes_gives_the_same_both_ways(op: type[Op]) -> None:
    a, b = np.array([2.0, -1.0, 0.5]), np.array([-3.0, 4.0, 0.5])
    found = []
    for turned in (False, True):
        x, y = leaves([a, b])
        out = apply(op, *((y, x) if turned else (x, y)))
        (out * mg.tensor(weights((3,)))).sum().backward()
        found.append([t.numpy().tolist() for t in (out.detach(), x.grad, y.grad)])
    assert found[0] == found[1]


def test_every_op_has_a_case() -> None:
    listener = Listener()
    local.state.recorder = listener
    try:
        for case in CASES + PLAIN:
            tensors = leaves(case.arrays(case.shapes[-1]))
            out = case.call(mg, *tensors)
            if out.requires_grad:
                mg.autograd.grad(out.sum(), tensors, create_graph=True, allow_unused=True)
    finally:
        local.state.recorder = None
    abstract = {op for op in every_op() if "forward" not in dir(op)}
    lacking = {"a case": {op.__qualname__ for op in every_op() if op not in listener.heard} - NOT_DIFFERENTIABLE}
    lacking["a formula for the player"] = {op.__qualname__ for op in every_op() if not (op.glyph and op.tex)}
    lacking["a docstring"] = {op.__qualname__ for op in every_op() if not op.__doc__ or op.__doc__ is Op.__doc__}
    names = {op.__qualname__ for op in abstract}
    assert {what: found - names for what, found in lacking.items() if found - names} == {}


# --- Kinks, ties and special values: what torch 2.13 gives ----------------------------------------------------------


SPECIAL = [
    ("abs", lambda x: x.abs(), [[nan, 0.0, -inf]], [[0.0, 0.0, -1.0]]),
    ("relu", lambda x: x.relu(), [[nan, 0.0, inf, -inf]], [[1.0, 0.0, 1.0, 0.0]]),
    ("sqrt", lambda x: x.sqrt(), [[0.0, -1.0]], [[inf, nan]]),
    ("x**0", lambda x: x**0, [[0.0, 1.0, nan, inf]], [[0.0, 0.0, 0.0, 0.0]]),
    ("x**0.5", lambda x: x**0.5, [[0.0, -1.0]], [[inf, nan]]),
    ("x**1", lambda x: x**1, [[0.0, -1.0]], [[1.0, 1.0]]),
    (
        "x**y",
        lambda x, y: x**y,
        [[0.0, 0.0, 0.0, -1.0, 2.0], [0.0, 1.0, -1.0, 2.0, 0.0]],
        [[0.0, 1.0, -inf, -2.0, 0.0], [0.0, 0.0, -inf, nan, 0.6931471805599453]],
    ),
    ("0**x", lambda x: 0**x, [[0.0, 1.0, -1.0]], [[0.0, 0.0, -inf]]),
    ("(-1)**x", lambda x: (-1) ** x, [[0.0, 1.0, -1.0]], [[nan, nan, nan]]),
    ("maximum", mg.maximum, [[1.0, nan, 2.0], [1.0, 1.0, nan]], [[0.5, 1.0, 1.0], [0.5, 1.0, 1.0]]),
    ("clamp", lambda x: x.clamp(0, 1), [[0.0, 1.0, nan, 2.0, -1.0]], [[1.0, 1.0, 0.0, 0.0, 0.0]]),
    (
        "clamp tensors",
        mg.clamp,
        [[0.0, 1.0, 0.5, 2.0, -1.0, 5.0], [0.0, 0.0, 0.0, 0.0, 0.0, 3.0], [1.0, 1.0, 1.0, 1.0, 1.0, 2.0]],
        [[1.0, 1.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0, 1.0]],
    ),
    ("clamp_min", lambda x: x.clamp_min(0), [[0.0, -1.0, 1.0]], [[1.0, 0.0, 1.0]]),
    ("max", lambda x: x.max(), [[1.0, 2.0, 2.0]], [[0.0, 0.5, 0.5]]),
    ("max of nan", lambda x: x.max(), [[1.0, 2.0, 2.0, nan]], [[0.0, 0.0, 0.0, 1.0]]),
    ("amax", lambda x: x.amax(0), [[1.0, 2.0, 2.0]], [[0.0, 0.5, 0.5]]),
    ("max dim", lambda x: x.max(0)[0], [[1.0, 2.0, 2.0]], [[0.0, 1.0, 0.0]]),
    ("max dim nan", lambda x: x.max(0)[0], [[1.0, nan, 2.0, nan]], [[0.0, 1.0, 0.0, 0.0]]),
    ("min dim", lambda x: x.min(0)[0], [[1.0, 1.0, 2.0]], [[1.0, 0.0, 0.0]]),
    ("norm", lambda x: x.norm(), [[0.0, 0.0]], [[0.0, 0.0]]),
    ("norm inf", lambda x: x.norm(inf), [[2.0, -2.0, 1.0]], [[0.5, -0.5, 0.0]]),
    ("norm -inf", lambda x: x.norm(-inf), [[2.0, -2.0, 3.0]], [[0.5, -0.5, 0.0]]),
    ("norm 1", lambda x: x.norm(1), [[0.0, -2.0, 3.0]], [[0.0, -1.0, 1.0]]),
    ("norm 3", lambda x: x.norm(3), [[0.0, 0.0]], [[0.0, 0.0]]),
    ("norm half", lambda x: x.norm(0.5), [[0.0, 1.0, 2.0]], [[0.0, 2.414213562373095, 1.7071067811865472]]),
    ("norm 1.5", lambda x: x.norm(1.5), [[0.0, 1.0, 2.0]], [[0.0, 0.6392340078652324, 0.9040134034531215]]),
    ("std", lambda x: x.std(), [[1.0, 1.0]], [[0.0, 0.0]]),
    ("prod, one zero", lambda x: x.prod(), [[1.0, 0.0, 3.0]], [[0.0, 3.0, 0.0]]),
    ("prod, two zeros", lambda x: x.prod(), [[1.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]]),
    ("cumprod", lambda x: x.cumprod(0), [[1.0, 0.0, 3.0, 0.0, 2.0]], [[1.0, 4.0, 0.0, 0.0, 0.0]]),
    ("where log", lambda x: mg.where(x > 0, x.log(), 0.0), [[0.0, 1.0]], [[nan, 1.0]]),
    ("softmax", lambda x: x.softmax(0), [[1000.0, -inf, 1.0]], [[0.0, 0.0, 0.0]]),
    ("softmax of -inf", lambda x: x.softmax(0), [[-inf, -inf]], [[nan, nan]]),
    ("logsumexp", lambda x: x.logsumexp(0), [[inf, 1.0]], [[nan, 0.0]]),
    ("logsumexp of -inf", lambda x: x.logsumexp(0), [[-inf, -inf]], [[nan, nan]]),
    ("atan2", mg.atan2, [[0.0, 0.0], [0.0, -1.0]], [[0.0, -1.0], [0.0, 0.0]]),
    ("asin", mg.asin, [[1.0, 2.0]], [[inf, nan]]),
    ("sigmoid", mg.sigmoid, [[0.0, 1000.0, -1000.0]], [[0.25, 0.0, 0.0]]),
    ("fmod", mg.fmod, [[5.0, -5.0, 5.0], [3.0, 3.0, 0.0]], [[1.0, 1.0, 1.0], [-1.0, 1.0, -inf]]),
    ("remainder", mg.remainder, [[5.0, -5.0, 5.0], [3.0, 3.0, 0.0]], [[1.0, 1.0, 1.0], [-1.0, 2.0, -inf]]),
]


@pytest.mark.parametrize(("function", "inputs", "expected"), [s[1:] for s in SPECIAL], ids=[s[0] for s in SPECIAL])
def test_kinks_ties_and_special_values(function: Any, inputs: Any, expected: Any) -> None:
    tensors = [mg.tensor(x, dtype=mg.float64, requires_grad=True) for x in inputs]
    found = mg.autograd.grad(function(*tensors).sum(), tensors)
    for got, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(got.numpy(), want, rtol=1e-12)


def test_a_product_with_a_zero_has_an_exact_second_derivative() -> None:
    x = mg.tensor([2.0, 0.0, 3.0], dtype=mg.float64, requires_grad=True)
    (first,) = mg.autograd.grad(x.prod(), x, create_graph=True)
    rows = [mg.autograd.grad(first[i], x, retain_graph=True)[0].tolist() for i in range(3)]
    assert rows == [[0.0, 3.0, 0.0], [3.0, 0.0, 2.0], [0.0, 2.0, 0.0]]


def test_sqrt_at_zero_and_then_times_zero_is_nan_as_in_pytorch() -> None:
    x = mg.tensor(0.0, requires_grad=True)
    (x.sqrt() * 0).backward()
    assert np.isnan(x.grad.item())


def test_exp_saves_its_output_and_nothing_else() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x.exp()
    x.detach().add_(1)  # x is not saved: changing it is allowed
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1.0, 2.0]), rtol=1e-6)


def test_where_saves_its_condition_and_finds_out_when_it_changes() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    mask = mg.tensor([True, False])
    y = mg.where(mask, x, 0.0)
    mask.fill_(True)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


# --- Named results, empty inputs, and other shapes of the answer ----------------------------------------------------


def test_max_along_a_dimension_is_a_named_tuple() -> None:
    x = mg.tensor([[1.0, 5.0], [7.0, 2.0]], requires_grad=True)
    result = x.max(1)
    assert repr(result) == (
        "torch.return_types.max(\nvalues=tensor([5., 7.], grad_fn=<MaxBackward0>),\nindices=tensor([1, 0]))"
    )
    values, indices = result
    assert values is result.values
    assert indices is result.indices


def test_nothing_to_reduce() -> None:
    empty = mg.zeros(0, 3)
    assert empty.sum().item() == 0.0
    assert empty.prod().item() == 1.0
    assert np.isnan(empty.mean().item())
    assert empty.sum(0).tolist() == [0.0, 0.0, 0.0]
    assert empty.sum(1).tolist() == []
    assert empty.logsumexp(0).tolist() == [-inf, -inf, -inf]
    assert not empty.any().item()
    assert empty.all().item()
    assert mg.cat([mg.tensor([]), mg.tensor([1.0])]).tolist() == [1.0]


@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
@pytest.mark.parametrize("case", [c for c in CASES if ((3,),) in c.shapes], ids=str)
def test_an_empty_vector(case: Case) -> None:
    x = mg.zeros(0, requires_grad=True)
    try:
        out = case.call(mg, x)
    except (RuntimeError, IndexError):  # nothing to choose from; parity compares the words
        return
    out.sum().backward()
    assert x.grad.shape == (0,)


# --- Refusals, in PyTorch's words -----------------------------------------------------------------------------------

V, M = mg.tensor([1.0, 2.0, 3.0]), mg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
LONGS, BOOLS = mg.tensor([1, 2, 3]), mg.tensor([True, False])

REFUSALS = [
    (lambda: mg.exp(1.0), TypeError, r"exp\(\): argument 'input' \(position 1\) must be Tensor, not float"),
    (lambda: mg.add(V, "a"), TypeError, r"add\(\): argument 'other' \(position 2\) must be Tensor, not str"),
    (lambda: V + {}, TypeError, r"unsupported operand type\(s\) for \+: 'Tensor' and 'dict'"),
    (lambda: M + mg.ones(2), RuntimeError, r"The size of tensor a \(3\) must match the size of tensor b \(2\) at non-"),
    (lambda: M.lt(mg.ones(2)), RuntimeError, r"The size of tensor a \(3\) must match the size of tensor b \(2\)"),
    (lambda: BOOLS - BOOLS, RuntimeError, "Subtraction, the `-` operator, with two bool tensors is not supported"),
    (lambda: -BOOLS, RuntimeError, "Negation, the `-` operator, on a bool tensor is not supported"),
    (lambda: M.sum(2), IndexError, r"Dimension out of range \(expected to be in range of \[-2, 1\], but got 2\)"),
    (lambda: M.sum((0, 0)), RuntimeError, "dim 0 appears multiple times in the list of dims"),
    (lambda: LONGS.mean(), RuntimeError, r"mean\(\): could not infer output dtype. Input dtype must be either a float"),
    (lambda: LONGS.std(), RuntimeError, "std and var only support floating point and complex dtypes"),
    (lambda: mg.tensor([]).max(), RuntimeError, r"max\(\): Expected reduction dim to be specified for input.numel"),
    (lambda: mg.zeros(0, 3).max(0), IndexError, r"max\(\): Expected reduction dim 0 to have non-zero size"),
    (lambda: M.view(5), RuntimeError, r"shape '\[5\]' is invalid for input of size 6"),
    (lambda: M.view(-1, -1), RuntimeError, "only one dimension can be inferred"),
    (lambda: M.t().view(6), RuntimeError, "view size is not compatible with input tensor's size and stride"),
    (lambda: M.permute(0, 0), RuntimeError, r"permute\(\): duplicate dims are not allowed"),
    (lambda: M.expand(3, 3), RuntimeError, r"The expanded size of the tensor \(3\) must match the existing size \(2\)"),
    (lambda: M[None].t(), RuntimeError, r"t\(\) expects a tensor with <= 2 dimensions, but self is 3D"),
    (lambda: mg.cat([M, V]), RuntimeError, "Tensors must have same number of dimensions: got 2 and 1"),
    (lambda: mg.cat([M, mg.ones(2, 2)]), RuntimeError, "Sizes of tensors must match except in dimension 0"),
    (lambda: mg.stack([M, V]), RuntimeError, r"stack expects each tensor to be equal size, but got \[2, 3\] at entry"),
    (lambda: M.split([1, 2]), RuntimeError, "split_with_sizes expects split_sizes to sum exactly to 2"),
    (lambda: M[2], IndexError, "index 2 is out of bounds for dimension 0 with size 2"),
    (lambda: M[0, 0, 0], IndexError, "too many indices for tensor of dimension 2"),
    (lambda: M.sum()[0], IndexError, "invalid index of a 0-dim tensor. Use `tensor.item\\(\\)` in Python"),
    (lambda: M[::-1], ValueError, "step must be greater than zero"),
    (lambda: M[1.0], IndexError, "only integers, slices"),
    (lambda: M[mg.tensor([0.5])], IndexError, "tensors used as indices must be long, int, byte or bool tensors"),
    (lambda: M[LONGS], IndexError, "is out of bounds for dimension 0 with size 2"),
    (lambda: M[:, BOOLS], IndexError, r"The shape of the mask \[2\] at index 0 does not match the shape of the index"),
    (lambda: M[[0, 1], [0, 1, 2]], IndexError, "shape mismatch: indexing tensors could not be broadcast together with"),
    (lambda: M.gather(0, LONGS), RuntimeError, "Index tensor must have the same number of dimensions as input tensor"),
    (lambda: M.gather(0, mg.tensor([[5, 0, 0]])), RuntimeError, "index 5 is out of bounds for dimension 0 with size 2"),
    (lambda: M.index_select(0, mg.tensor([5])), IndexError, "index out of range in self"),
    (lambda: mg.where(M, M, M), RuntimeError, "where expected condition to be a boolean tensor, but got a tensor with"),
    (lambda: M @ M, RuntimeError, r"mat1 and mat2 shapes cannot be multiplied \(2x3 and 2x3\)"),
    (
        lambda: M.sum() @ M.sum(),
        RuntimeError,
        "both arguments to matmul need to be at least 1D, but they are 0D and 0D",
    ),
    (lambda: V.dot(M), RuntimeError, "1D tensors expected, but got 1D and 2D tensors"),
    (
        lambda: M @ mg.ones(3, 1).double(),
        RuntimeError,
        "expected m1 and m2 to have the same dtype, but got: float != do",
    ),
    (lambda: mg.allclose(V, V.double()), RuntimeError, "Float did not match Double"),
    (lambda: V < "a", TypeError, "'<' not supported between instances of 'Tensor' and 'str'"),
    (lambda: bool(M), RuntimeError, "Boolean value of Tensor with more than one value is ambiguous"),
    (lambda: M.item(), RuntimeError, "a Tensor with 6 elements cannot be converted to Scalar"),
    (lambda: V.clamp(), RuntimeError, "At least one of 'min' or 'max' must not be None"),
    (lambda: LONGS**-1, RuntimeError, "Integers to negative integer powers are not allowed"),
    (lambda: LONGS // 0, RuntimeError, "ZeroDivisionError"),
    (lambda: LONGS % 0, RuntimeError, "ZeroDivisionError"),
    (
        lambda: mg.div(V, 2, rounding_mode="up"),
        RuntimeError,
        "div expected rounding_mode to be one of None, 'trunc', or",
    ),
    (lambda: V & V, NotImplementedError, "\"bitwise_and_cpu\" not implemented for 'Float'"),
    (lambda: ~V, TypeError, r"~ \(operator.invert\) is only implemented on integer and Boolean-type tensors"),
    (lambda: V.to("cuda"), AssertionError, "minigrad computes on the CPU alone"),
]


@pytest.mark.parametrize(("action", "kind", "words"), REFUSALS, ids=[r[2][:40] for r in REFUSALS])
def test_refusals(action: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        action()


@pytest.mark.parametrize("function", [lambda x: x // 2, lambda x: 2 % x], ids=["//", "number %"])
def test_what_pytorch_cannot_differentiate_says_so_in_the_backward_pass(function: Any) -> None:
    x = mg.tensor([5.0], requires_grad=True)
    y = function(x)
    assert "grad_fn=<NotImplemented>" in repr(y)
    with pytest.raises(RuntimeError, match="is not implemented"):
        y.sum().backward()


def test_equal_to_something_foreign_is_false() -> None:
    assert (V == "a") is False
    assert V is not None
    assert (V != None) is True  # noqa: E711 (that is what is tested)
