"""Other spellings of the functions of networks: into their input, and as they were called before."""

from __future__ import annotations

from typing import Any

import pytest

import minigrad as mg
from minigrad.nn import functional as F
from minigrad.nn import init

IN_PLACE = {
    "celu_": (1.5,),
    "elu_": (1.5,),
    "hardtanh_": (-0.5, 0.5),
    "leaky_relu_": (0.1,),
    "relu_": (),
    "rrelu_": (0.1, 0.3, True),
    "selu_": (),
    "threshold_": (0.1, 2.0),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_with_an_underscore_the_result_is_written_into_the_input(name: str) -> None:
    leaf = mg.tensor([-2.0, -0.25, 0.25, 2.0], requires_grad=True)
    x = leaf * 1
    mg.manual_seed(0)
    y = getattr(F, name)(x, *IN_PLACE[name])
    assert y is x
    mg.manual_seed(0)
    assert mg.equal(y, getattr(F, name[:-1])(leaf, *IN_PLACE[name]))
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        getattr(F, name)(leaf, *IN_PLACE[name])


@pytest.mark.parametrize("name", IN_PLACE)
def test_they_are_recorded_as_in_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    seen = []
    for library, functional in ((mg, F), (torch, torch.nn.functional)):
        library.manual_seed(1)
        leaf = library.tensor([-2.0, -0.25, 0.0, 0.25, 2.0, float("nan"), -1.0], requires_grad=True)
        x = leaf * 1
        getattr(functional, name)(x, *IN_PLACE[name])
        x[:5].sum().backward()
        seen.append((x.tolist(), leaf.grad.tolist()))
    for ours, theirs in zip(*seen, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6, nan_ok=True)


def test_rrelu_draws_a_double_for_each_entry_that_is_not_positive() -> None:
    mg.manual_seed(0)
    y = F.rrelu(mg.tensor([-1.0, 0.0, 1.0, -1.0]), training=True)
    assert y.tolist() == pytest.approx([-0.3271, 0.0, 1.0, -0.2207], abs=5e-5)  # PyTorch's


FORMER: list[tuple[str, tuple[Any, ...]]] = [
    ("constant", (2.0,)),
    ("dirac", ()),
    ("eye", ()),
    ("kaiming_normal", ()),
    ("kaiming_uniform", ()),
    ("normal", ()),
    ("orthogonal", ()),
    ("sparse", (0.5,)),
    ("uniform", ()),
    ("xavier_normal", ()),
    ("xavier_uniform", ()),
]


@pytest.mark.parametrize(("name", "args"), FORMER)
def test_an_initialiser_under_its_former_name_warns_and_works(name: str, args: tuple[Any, ...]) -> None:
    shape = (2, 2, 3) if name == "dirac" else (4, 3)
    mg.manual_seed(0)
    expected = getattr(init, f"{name}_")(mg.empty(shape), *args)
    mg.manual_seed(0)
    with pytest.warns(FutureWarning, match=f"`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`."):
        assert mg.equal(getattr(init, name)(mg.empty(shape), *args), expected)


@pytest.mark.parametrize(
    ("name", "mode"), [("upsample", "nearest"), ("upsample_nearest", "nearest"), ("upsample_bilinear", "bilinear")]
)
def test_upsample_warns_and_interpolates(name: str, mode: str) -> None:
    x = mg.arange(8.0).reshape(1, 2, 2, 2)
    corners = {"align_corners": True} if mode == "bilinear" else {}
    with pytest.warns(UserWarning, match=f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate`"):
        y = getattr(F, name)(x, scale_factor=2)
    assert mg.equal(y, F.interpolate(x, scale_factor=2, mode=mode, **corners))


def test_a_function_marked_for_mixed_precision_runs_as_without_the_mark() -> None:
    class Square(mg.autograd.Function):
        @staticmethod
        @mg.amp.custom_fwd(device_type="cuda", cast_inputs=mg.float16)
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @mg.amp.custom_bwd(device_type="cuda")
        def backward(ctx, grad):
            return 2 * ctx.saved_tensors[0] * grad

    x = mg.tensor(3.0, requires_grad=True)
    Square.apply(x).backward()
    assert x.grad.item() == 6
    assert mg.GradScaler is mg.amp.GradScaler
    with pytest.raises(ValueError, match="Expected `device_type` of type `str`, got: `<class 'int'>`"):
        mg.amp.custom_bwd(device_type=0)
