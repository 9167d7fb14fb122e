"""NumPy functions on tensors: the values are NumPy's, and the gradient goes through."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg

A = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.5]])
B = np.array([[2.0, 1.0, -1.0], [1.0, 3.0, 2.0]])

PROGRAMS = """
np.sum(t)
np.sum(t, axis=0)
np.sum(t, axis=(0, 1), keepdims=True)
np.mean(t, axis=1)
np.prod(t, axis=1)
np.max(t, axis=0)
np.min(t)
np.std(t, axis=1)
np.var(t, ddof=1)
np.cumsum(t)
np.cumprod(t, axis=1)
np.where(t > 0, t, b)
np.where(B > 1, t, 0.0)
np.where(B > 1, 0.0, t)
np.dot(2.0, t)
np.concatenate([t, b])
np.concatenate((b, t), axis=1)
np.concatenate([t, b], axis=None)
np.stack([t, b], axis=1)
np.clip(t, -1.2, 1.2)
np.dot(t, b.T)
np.dot(b.T, t)
np.outer(t, b)
np.linalg.norm(t)
np.linalg.norm(t, axis=1)
np.reshape(t, (3, 2))
np.ravel(t)
np.transpose(t)
np.transpose(t, (1, 0))
np.swapaxes(t, 0, 1)
np.moveaxis(t, 0, 1)
np.squeeze(t[:1])
np.expand_dims(t, 1)
np.broadcast_to(t, (4, 2, 3))
np.flip(t)
np.flip(t, axis=1)
np.copy(t)
np.vstack([t, b])
np.hstack([t, B])
np.dstack([t, b])
np.column_stack([t[0], b[1]])
np.einsum("ij,kj->ik", t, b)
np.einsum("ij->j", t)
np.tensordot(t, b, axes=([1], [1]))
np.inner(t, b)
np.vdot(t, b)
np.kron(t, b)
np.cross(t, b)
np.trace(t)
np.sort(t, axis=0)
np.sort(t)
np.split(t, 3, axis=1)[1]
np.array_split(t, 2, axis=1)[0]
np.array_split(t[0], [1])[1]
np.hsplit(t, 3)[2]
np.vsplit(t, 2)[1]
np.unstack(t, axis=1)[0]
np.tile(t, (2, 1))
np.repeat(t, 2)
np.repeat(t, [1, 2, 0], axis=1)
np.take(t, [0, 1, 0], axis=1)
np.take(t, [[0, 5]])
np.take_along_axis(t, np.array([[0], [2]]), 1)
np.diag(t[0])
np.diagonal(t, 1)
np.tril(t)
np.triu(t, 1)
np.roll(t, 1, axis=1)
np.rot90(t)
np.fliplr(t)
np.flipud(t)
np.median(t)
np.median(t, axis=1)
np.quantile(t, 0.3, axis=0)
np.quantile(t, [0.25, 0.5])
np.percentile(t, 40)
np.average(t)
np.average(t, axis=1, weights=[1.0, 2.0, 3.0])
np.ptp(t, axis=0)
np.nansum(t)
np.nanmean(t, axis=1)
np.diff(t)
np.cov(t)
np.corrcoef(t)
np.trapezoid(t, dx=2.0)
np.atleast_3d(t)
np.pad(t, 1)
np.pad(t, ((1, 0), (0, 2)), constant_values=3.0)
np.meshgrid(t[0], t[1])[1]
np.append(t, b, axis=0)
np.polyval([1.0, 2.0, 3.0], t)
np.sinc(t)
np.nan_to_num(t)
np.degrees(t)
np.hypot(t, 2.0)
np.ldexp(t, 2)
np.prod(t, axis=(0, 1))
np.mean(t, dtype=np.float64)
np.matrix_transpose(t)
np.linalg.norm(t, "fro")
np.linalg.norm(t, 1)
np.linalg.inv(t[:, :2])
np.linalg.pinv(t)
np.linalg.det(t[:, :2])
np.linalg.slogdet(t[:, :2])[1]
np.linalg.solve(t[:, :2], b[:, 0])
np.linalg.cholesky(t @ t.T)
np.linalg.qr(t)[1]
np.linalg.svd(t, full_matrices=False)[1]
np.linalg.eigvalsh(t @ t.T)
np.linalg.matrix_power(t[:, :2], 3)
np.linalg.multi_dot([t, b.T, t])
np.maximum(t, b)
np.multiply(b, t)
np.matmul(b, t.T)
b * t
b @ t.T
b - t
np.add(t, 1.0)
""".strip().splitlines()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_numpy_function_gives_numpys_numbers_and_is_recorded(program):
    t = mg.tensor(A, requires_grad=True)
    ours = eval(program, {"np": np, "t": t, "b": B, "B": B})
    theirs = eval(program, {"np": np, "t": A, "b": B, "B": B})
    assert isinstance(ours, mg.Tensor)
    assert ours.grad_fn is not None
    np.testing.assert_allclose(ours.detach().numpy(), theirs, rtol=1e-12)
    ours.sum().backward()
    h, direction = 1e-6, np.arange(1.0, 7).reshape(2, 3)
    moved = [eval(program, {"np": np, "t": A + s * h * direction, "b": B, "B": B}).sum() for s in (1, -1)]
    assert (t.grad.numpy() * direction).sum() == pytest.approx((moved[0] - moved[1]) / (2 * h), rel=1e-6, abs=1e-6)


def test_comparisons_with_an_array_on_the_left_give_tensors():
    t = mg.tensor([1.0, 2.0])
    assert (np.array([1.0, 5.0]) == t).tolist() == [True, False]
    assert (np.array([1.0, 5.0]) > t).tolist() == [False, True]


def test_shapes_and_places_are_plain():
    t = mg.tensor(A, requires_grad=True)
    assert (np.shape(t), np.ndim(t), np.size(t)) == ((2, 3), 2, 6)
    assert np.argmax(t).item() == 4
    assert np.argmin(t, axis=1).tolist() == [1, 2]


def test_what_is_not_recorded_is_refused_by_name_where_a_gradient_would_be_lost():
    t = mg.tensor([3.0, 1.0], requires_grad=True)
    with pytest.raises(TypeError, match="np.interp is not recorded on tensors, and this one requires grad"):
        np.interp(t, [0, 4], [0, 8])
    assert np.interp(t.detach(), [0, 4], [0, 8]).tolist() == [6.0, 2.0]
    with pytest.raises(TypeError, match="np.add.reduce is not recorded on tensors"):
        np.add.reduce(t)
    with pytest.raises(TypeError, match=r"np.sum on tensors: .*'initial'. Use an op of minigrad for this"):
        np.sum(t, initial=1.0)
    with pytest.raises(TypeError, match="np.dot with more than two dimensions is not recorded on tensors"):
        np.dot(t, t.reshape(1, 2, 1))


def test_where_without_choices_gives_the_places_as_numpy_does():
    (places,) = np.where(mg.tensor([True, False, True]))
    assert places.tolist() == [0, 2]


def test_a_question_without_a_gradient_is_answered_of_the_numbers():
    t = mg.tensor([1.0, 3.0], requires_grad=True)
    assert np.searchsorted(t, 2.0) == 1
    assert np.allclose(t, [1.0, 3.0])
    assert np.array_equal(t, np.array([1.0, 3.0]))
    assert np.isclose(t, 1.0).tolist() == [True, False]
    assert np.result_type(t) == np.float32
    assert np.argsort(-t).tolist() == [1, 0]
    assert np.zeros_like(t).tolist() == [0.0, 0.0]
    assert np.full_like(t, 2.5).tolist() == [2.5, 2.5]


def test_it_is_said_once_that_pytorch_would_refuse():
    code = """
import warnings
import numpy as np, minigrad as mg
t = mg.tensor([0.0], requires_grad=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    mg.autograd.grad(np.multiply(t, t), t, create_graph=True)
    np.exp(t), np.exp(t), np.log(t + 1), np.exp(t.detach())
print(len(caught), caught[0].message, caught[0].filename)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("1 np.exp on a tensor that requires grad is recorded by minigrad; PyTorch refuses it.")
    assert "mg.exp is the same in both" in run.stdout
    assert run.stdout.rstrip().endswith("<string>")
