"""Anomaly mode: the first nan is found, and an error in a backward names the forward line that it belongs to."""

from __future__ import annotations

import importlib
import warnings
from types import ModuleType
from typing import Any

import pytest

import minigrad as mg
from minigrad import trace
from minigrad.autograd import anomaly_mode, detect_anomaly, set_detect_anomaly
from minigrad.autograd.grad_mode import local

NAN = "Function 'SqrtBackward0' returned nan values in its 0th output."
ENABLED = (
    "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging."
)
pytestmark = pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled")


@pytest.fixture(params=["minigrad", "torch"])
def library(request: pytest.FixtureRequest) -> ModuleType:
    pytest.importorskip(request.param)
    return importlib.import_module(request.param)


def outcome(action: Any) -> tuple[str, list[str]]:
    """Return the error's sentence, and the warnings' first lines without their last full stop."""
    sentence = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            action()
        except Exception as error:
            sentence = str(error)
    return sentence, [str(w.message).strip().split("\n")[0].partition(" (Triggered")[0] for w in caught]


def test_entering_warns_and_the_mode_ends_with_the_block(library: ModuleType) -> None:
    seen = []

    def run() -> None:
        with library.autograd.detect_anomaly(check_nan=False):
            seen.append((library.is_anomaly_enabled(), library.is_anomaly_check_nan_enabled()))
            with library.autograd.set_detect_anomaly(False):
                seen.append((library.is_anomaly_enabled(), library.is_anomaly_check_nan_enabled()))
            seen.append((library.is_anomaly_enabled(), library.is_anomaly_check_nan_enabled()))

    assert outcome(run) == ("", [ENABLED])
    assert seen == [(True, False), (False, True), (True, False)]
    assert (library.is_anomaly_enabled(), library.is_anomaly_check_nan_enabled()) == (False, True)


def test_set_detect_anomaly_is_a_function_too(library: ModuleType) -> None:
    library.autograd.set_detect_anomaly(True)
    try:
        assert library.is_anomaly_enabled()
    finally:
        library.autograd.set_detect_anomaly(False)
    assert not library.is_anomaly_enabled()
    library.set_anomaly_enabled(True, False)
    library.set_anomaly_enabled(False)
    assert not library.is_anomaly_enabled()


def test_the_first_nan_is_an_error_and_names_its_forward_line(library: ModuleType) -> None:
    def run() -> None:
        with library.autograd.set_detect_anomaly(True):
            x = library.tensor([0.0, 1.0], requires_grad=True)
            (x.sqrt() * 0).sum().backward()

    sentence, said = outcome(run)
    assert sentence == NAN
    assert said == ["Error detected in SqrtBackward0. Traceback of forward call that caused the error:"]


def test_a_forward_that_ran_before_is_not_known(library: ModuleType) -> None:
    x = library.tensor([0.0], requires_grad=True)
    z = (x.sqrt() * 0).sum()

    def run() -> None:
        with library.autograd.set_detect_anomaly(True):
            z.backward()

    assert outcome(run) == (
        NAN,
        [
            "Error detected in SqrtBackward0. No forward pass information available. Enable detect anomaly during "
            "forward pass for more information."
        ],
    )


def test_nan_may_pass_where_it_is_not_checked(library: ModuleType) -> None:
    x = library.tensor([0.0], requires_grad=True)
    with library.autograd.set_detect_anomaly(True, check_nan=False):
        (x.sqrt() * 0).sum().backward()
    assert x.grad.isnan().all()


def test_an_error_in_a_users_backward_is_told_of(library: ModuleType) -> None:
    class Fails(library.autograd.Function):  # type: ignore[name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            raise ValueError("boo")

    def run() -> None:
        with library.autograd.set_detect_anomaly(True):
            Fails.apply(library.ones(1, requires_grad=True)).sum().backward()

    assert outcome(run) == (
        "boo",
        ["Error detected in FailsBackward. Traceback of forward call that caused the error:"],
    )


def test_a_nan_in_a_double_backward_tells_which_node_made_the_one_that_failed(library: ModuleType) -> None:
    def run() -> None:
        with library.autograd.set_detect_anomaly(True):
            x = library.tensor([0.0], requires_grad=True)
            (slope,) = library.autograd.grad(x**1.5, x, create_graph=True)
            library.autograd.grad(slope * 0, x)

    sentence, said = outcome(run)
    assert sentence == "Function 'PowBackward0' returned nan values in its 0th output."
    assert said == [
        "Error detected in PowBackward0. Traceback of forward call that caused the error:",
        "Previous calculation was induced by PowBackward0. Traceback of forward call that induced the previous "
        "calculation:",
    ]


def test_the_forward_line_is_inside_the_exception_and_the_warning_points_at_the_backward() -> None:
    def forward(x):
        return x.sqrt() * 0  # the line

    with warnings.catch_warnings(record=True) as caught, set_detect_anomaly(True):
        warnings.simplefilter("always")
        z = forward(mg.tensor([0.0], requires_grad=True)).sum()
        with pytest.raises(RuntimeError, match=NAN) as error:
            z.backward()
    (note,) = error.value.__notes__
    assert note.startswith("SqrtBackward0 belongs to this line of the forward pass:\n")
    assert "return x.sqrt() * 0  # the line" in note
    assert "in forward" in note
    assert caught[0].filename == __file__
    assert "z = forward(" in str(caught[0].message)
    assert "minigrad/autograd" not in str(caught[0].message)


def test_a_hook_that_fails_at_a_leaf_is_told_of() -> None:
    x = mg.ones(1, requires_grad=True)
    x.register_hook(lambda grad: 1 / 0)

    def run() -> None:
        with set_detect_anomaly(True):
            (x * 2).backward()

    assert outcome(run)[1] == [
        "Error detected in torch::autograd::AccumulateGrad. No forward pass information available. Enable detect "
        "anomaly during forward pass for more information."
    ]


def test_a_recording_hears_as_much_with_it_as_without() -> None:
    def run() -> None:
        x = mg.tensor([1.0, 2.0], requires_grad=True)
        y = x.detach() * x
        y += 1
        y.register_hook(lambda grad: grad * 2)
        y.sum().backward()

    def heard(*modes: Any) -> list[str]:
        with trace.record() as recording:
            run()
        return [type(event).__name__ for event in recording.events]

    plain = heard()
    with detect_anomaly():
        assert heard() == plain
    assert local.state.recorder is None


def test_it_may_be_switched_on_and_off_inside_and_across_a_recording() -> None:
    with trace.record() as recording:
        set_detect_anomaly(True)
        mg.ones(1, requires_grad=True) * 2
    assert mg.is_anomaly_enabled()
    assert len([event for event in recording.events if type(event).__name__ == "OpEvent"]) == 1
    set_detect_anomaly(False)
    assert local.state.recorder is None
    with detect_anomaly(), trace.record():
        set_detect_anomaly(False)
    assert local.state.recorder is None


def test_an_error_of_the_core_keeps_its_sentence() -> None:
    with detect_anomaly():
        x = mg.ones(1, requires_grad=True)
        y = x.exp()
        y.add_(1)
        with (
            pytest.raises(RuntimeError, match="modified by an inplace operation"),
            pytest.warns(UserWarning, match="Error detected in Exp"),
        ):
            y.sum().backward()
        z = (x * x).sum()
        z.backward()
        with (
            pytest.raises(RuntimeError, match="a second time"),
            pytest.warns(UserWarning, match="Error detected in Mul"),
        ):
            z.backward()


def test_no_place_outlives_its_graph() -> None:

    before = len(anomaly_mode._places)
    with detect_anomaly():
        z = (mg.ones(1, requires_grad=True) * 2).exp()
        assert len(anomaly_mode._places) == before + 2
        del z
    assert len(anomaly_mode._places) == before
