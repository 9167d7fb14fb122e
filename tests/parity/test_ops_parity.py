"""Every op under PyTorch and under minigrad: value, gradient, second gradient, dtype, shape, name and error."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import minigrad
from op_cases import CASES, COMPOSED, PLAIN, Case, Shapes
from parity.differences import DIFFERENCES

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")

RANDOM = {"normal_"}

# What of an op differs, and the row of differences.py that shows it and says why. Of a case: its second gradient.
BENT = {  # by the first word of a case's name
    **dict.fromkeys(
        "hardsigmoid cdist grid_sample multi_margin_loss multilabel_margin_loss embedding_bag ctc_loss pdist".split(),
        "second derivatives that PyTorch has not written down",
    ),
    "binary_cross_entropy": "the second derivative of binary_cross_entropy near 0 and 1",
}
# Of a case at the three special values from a place on: its value and gradient, or its gradient alone.
AT_SPECIAL_VALUES = {
    ("kthvalue", 0): ("which of equal entries kthvalue points at", {"gradient"}),
    ("cumprod", 2): ("the gradient of cumprod beside infinity", {"gradient"}),
    ("linalg.vander", 2): ("the gradient of cumprod beside infinity", {"gradient"}),
    ("digamma", 1): ("Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles", {"gradient"}),
    ("polygamma", 2): (
        "Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles",
        {"value", "gradient"},
    ),
    ("polygamma method", 2): (
        "Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles",
        {"value", "gradient"},
    ),
    ("i0", 2): ("Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles", {"value", "gradient"}),
    ("i1", 2): ("Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles", {"value", "gradient"}),
    ("index_reduce amax False", 0): ("index_reduce that ties with what it leaves out", {"gradient"}),
    ("index_reduce amin False", 0): ("index_reduce that ties with what it leaves out", {"gradient"}),
    ("modified_bessel_i0", 2): ("Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles", {"value"}),
    ("modified_bessel_i1", 2): ("Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles", {"value"}),
    ("log_ndtr", 2): ("Bessel functions, log_ndtr and gelu at infinity, polygamma at its poles", {"gradient"}),
    ("i1e", 2): ("the slope of a Bessel function at nan", {"gradient"}),
}
AT_NOTHING = {"index_fill": "index_fill where there is nothing to fill"}
# Of a case at any values: what else of the outcome, and how far values may be apart.
EVERYWHERE = {
    "as_strided_scatter": ("the gradient of what as_strided_scatter replaces", {"gradient", "second"}, 0.0),
    **{
        f"bessel_{kind}": ("the digits of Bessel functions beyond the seventh", set(), 1e-6)
        for kind in ("j0", "j1", "y0", "y1")
    },
}
TRIES = [(case, shapes) for case in CASES + PLAIN if case.name not in RANDOM for shapes in case.shapes]
IDS = [f"{case} {' '.join(map(str, shapes))}" for case, shapes in TRIES]


def tensors(library: Any, arrays: list[np.ndarray]) -> list[Any]:
    return [library.tensor(a, requires_grad=True) for a in arrays]


def outcome(library: Any, case: Case, arrays: list[np.ndarray]) -> dict[str, Any]:
    """Return everything there is to compare of one op."""
    inputs = tensors(library, arrays)
    try:
        out = case.call(library, *inputs)
    except Exception as error:
        return {"error": type(error).__name__, "words": first_sentence(error)}
    found: dict[str, Any] = {
        "value": out.numpy(force=True),
        "dtype": str(out.dtype),
        "shape": tuple(out.shape),
        "contiguous": out.is_contiguous(),
        "requires_grad": out.requires_grad,
        "name": None if out.grad_fn is None else out.grad_fn.name(),
        "graph": chain(out.grad_fn),
    }
    if not out.requires_grad:
        return found
    scale = library.tensor(
        np.asarray(np.cos(np.arange(out.numel())).reshape(out.shape) + 1.5, out.numpy(force=True).dtype)
    )
    grads = library.autograd.grad((out * scale).sum(), inputs, create_graph=True, allow_unused=True)
    found["gradient"] = [None if g is None else g.numpy(force=True) for g in grads]
    found["recorded"] = [None if g is None else g.requires_grad for g in grads]
    found["gradient dtype"] = [None if g is None else str(g.dtype) for g in grads]
    root = sum((g * g).sum() for g in grads if g is not None and g.requires_grad)
    if hasattr(root, "requires_grad"):
        try:
            second = library.autograd.grad(root, inputs, allow_unused=True)
        except Exception as error:
            found["no second"] = type(error).__name__
        else:
            found["second"] = [None if g is None else g.numpy(force=True) for g in second]
    return found


def chain(node: Any) -> Any:
    """Return the names of the graph below a node."""
    if node is None:
        return None
    if "AccumulateGrad" in node.name():
        return "leaf"
    return (node.name(), *[chain(target) for target, _ in node.next_functions])


def first_sentence(error: Exception) -> str:
    return str(error).split("\n")[0].split(". ")[0].rstrip(". ")


def compare(case: Case, ours: dict[str, Any], theirs: dict[str, Any], rtol: float, atol: float) -> None:
    inside = {"name", "graph", "contiguous"} if case.grad_fn == COMPOSED else set()
    if case.name.split()[0] not in BENT:
        assert ("no second" in ours) == ("no second" in theirs)
    for key in ours.keys() & theirs.keys() - {"value", "gradient", "second"} - inside:
        assert ours[key] == theirs[key], key
    if "error" in theirs or "error" in ours:
        assert ours == theirs
        return
    if "value" in ours:
        np.testing.assert_allclose(ours["value"], theirs["value"], rtol=rtol, atol=atol)
    for key in ("gradient", "second")[: 1 if "no second" in theirs else 2]:
        pairs = zip(ours.get(key) or [None] * 9, theirs.get(key) or [None] * 9, strict=False)
        for k, (mine, other) in enumerate(pairs):
            if mine is None and other is None:
                continue
            if key == "gradient":
                assert (mine is None) == (other is None), f"gradient {k} is None in one alone"
            zeros = np.zeros_like(mine if other is None else other)
            bent = key == "second" and case.name.split()[0] in BENT
            np.testing.assert_allclose(
                zeros if mine is None else mine,
                zeros if other is None else other,
                rtol=max(rtol, 1e-7 if bent else 0),
                atol=max(atol, 1e-8 if bent else 0),
                err_msg=key,
            )


@pytest.mark.parametrize(("case", "shapes"), TRIES, ids=IDS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
def test_an_op_does_what_pytorch_s_does(case: Case, shapes: Shapes, dtype: Any) -> None:
    arrays = case.arrays(shapes, dtype)
    tolerance = (1e-9, 1e-11) if dtype is np.float64 else (2e-5, 2e-5)
    _, apart, rough = EVERYWHERE.get(case.name, ("", set(), 0.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = outcome(minigrad, case, arrays), outcome(torch, case, arrays)
    kept = [{key: found for key, found in one.items() if key not in apart} for one in (ours, theirs)]
    compare(case, *kept, max(tolerance[0], rough), max(tolerance[1], rough))


AWKWARD = [0.0, -0.0, 1.0, -1.0, 1e-30, 1e30, float("inf"), -float("inf"), float("nan")]
VECTORS = [
    case for case in CASES + PLAIN if case.name not in RANDOM and any(all(s == (3,) for s in t) for t in case.shapes)
]


@pytest.mark.parametrize(("case", "shift"), [(case, shift) for shift in range(3) for case in VECTORS], ids=str)
def test_an_op_does_what_pytorch_s_does_with_special_values(case: Case, shift: int) -> None:
    shapes = next(t for t in case.shapes if all(s == (3,) for s in t))
    arrays = [
        np.roll(AWKWARD, k * (shift + 1))[3 * shift : 3 * shift + 3].astype(np.float64) for k in range(len(shapes))
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = outcome(minigrad, case, arrays), outcome(torch, case, arrays)
    row, apart = AT_SPECIAL_VALUES.get((case.name, shift), ("", set()))
    for found in (ours, theirs):
        found.pop("second", None)  # what lies beyond a pole is nan in one formula and inf in another
        found.pop("no second", None)
    if row:
        with pytest.raises(AssertionError):  # else the exception is needed no more
            compare(case, ours, theirs, 1e-7, 1e-12)
    kept = [{key: found for key, found in one.items() if key not in apart} for one in (ours, theirs)]
    compare(case, *kept, 1e-7, 1e-12)


ROWS = {*BENT.values(), *AT_NOTHING.values(), *[row for row, *_ in (*AT_SPECIAL_VALUES.values(), *EVERYWHERE.values())]}


@pytest.mark.parametrize("row", sorted(ROWS))
def test_what_differs_stands_in_the_table(row: str) -> None:
    assert row in {difference.title for difference in DIFFERENCES}


@pytest.mark.parametrize("case", VECTORS, ids=str)
def test_an_op_does_what_pytorch_s_does_with_nothing(case: Case) -> None:
    arrays = [np.zeros(0)] * case.vectors
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = outcome(minigrad, case, arrays), outcome(torch, case, arrays)
    for found in (ours, theirs):
        found.pop("recorded", None)  # a gradient without entries may come from a formula, or be made up at once
    if case.name in AT_NOTHING:
        assert ours["error"] != theirs["error"]
    else:
        compare(case, ours, theirs, 0, 0)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, np.bool_, np.float16])
@pytest.mark.parametrize("case", VECTORS, ids=str)
def test_an_op_gives_pytorch_s_dtype(case: Case, kind: Any) -> None:
    arrays = [np.roll(np.array([1, 2, 3]), k).astype(kind) for k in range(case.vectors)]

    def run(library: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                out = case.call(library, *[library.tensor(a) for a in arrays])
            except Exception as error:
                return type(error).__name__, first_sentence(error)
        return str(out.dtype), tuple(out.shape), out.numpy().astype(np.float64)

    ours, theirs = run(minigrad), run(torch)
    if len(theirs) == 2 or len(ours) == 2:
        assert ours == theirs
        return
    assert ours[:2] == theirs[:2]
    np.testing.assert_allclose(ours[2], theirs[2], rtol=2e-3 if kind is np.float16 else 1e-5)


MIXED = [(case, shapes) for case, shapes in TRIES if len(shapes) == 2]


@pytest.mark.parametrize(("case", "shapes"), MIXED, ids=[f"{case} {shapes}" for case, shapes in MIXED])
def test_mixed_dtypes_are_taken_or_refused_as_in_pytorch(case: Case, shapes: Shapes) -> None:
    a, b = case.arrays(shapes)

    def kind(library: Any) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return str(case.call(library, library.tensor(a.astype(np.float32)), library.tensor(b)).dtype)
            except Exception as error:
                return type(error).__name__

    assert kind(minigrad) == kind(torch)


@pytest.mark.parametrize(("case", "shapes"), [t for t in MIXED if t[1][0] == t[1][1]], ids=str)
def test_a_tensor_beside_its_own_detached_self_has_pytorch_s_gradients(case: Case, shapes: Shapes) -> None:
    """Where both are equal, many ops have a kink or a jump: which of the slopes is taken is PyTorch's choice."""
    (array, _) = case.arrays(shapes)

    def gradients(library: Any) -> Any:
        x = library.tensor(array, requires_grad=True)
        y = case.call(library, x, x.detach())
        if not y.requires_grad:
            return []
        (first,) = library.autograd.grad(y.sum(), x, create_graph=True)
        if not first.requires_grad:
            return [first]
        return [first, library.autograd.grad(first.sum(), x, allow_unused=True)[0]]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = gradients(minigrad), gradients(torch)
    for mine, other in zip(ours, theirs, strict=False):
        np.testing.assert_allclose(
            np.zeros_like(array) if mine is None else mine.numpy(force=True),
            np.zeros_like(array) if other is None else other.numpy(force=True),
            rtol=1e-9,
            atol=1e-9,
        )


def test_an_op_is_a_method_where_pytorch_s_is_one() -> None:
    names = [name for name in vars(minigrad.functional) if not name.startswith("_")]
    assert [name for name in names if hasattr(torch.Tensor, name) and not hasattr(minigrad.Tensor, name)] == []
    assert [name for name in names if not hasattr(torch, name)] == []
