"""profile and record_function: what ran, how often, and that nothing else changes."""

from __future__ import annotations

import pytest

import minigrad as mg
from minigrad import trace
from minigrad.autograd.profiler import profile, record_function


def test_every_op_and_every_node_is_counted() -> None:
    x = mg.ones(3, requires_grad=True)
    with profile(record_shapes=True) as prof:
        for _ in range(2):
            (x * x).sum().backward()
    counts = {event.key: event.count for event in prof.key_averages()}
    assert counts == {"aten::mul": 2, "aten::sum": 2, "SumBackward0": 2, "MulBackward0": 2}
    x.exp()
    assert len(prof.key_averages()) == 4  # it has ended


def test_a_program_reaches_it_as_an_attribute() -> None:
    assert mg.autograd.profiler.profile is profile


def test_a_block_has_the_time_of_what_is_inside() -> None:
    with profile() as prof, record_function("mine"):
        mg.ones(3).exp()
    times = {event.key: event for event in prof}
    assert times["mine"].cpu_time_total >= times["aten::exp"].cpu_time_total > 0
    assert times["mine"].self_cpu_time_total < times["mine"].cpu_time_total
    assert prof.self_cpu_time_total == sum(event.self_cpu_time_total for event in prof)


def test_the_table_has_a_row_a_kind_the_slowest_first() -> None:
    with profile() as prof:
        for _ in range(3):
            mg.ones(3).exp()
        mg.ones(2).sin()
    rows = prof.key_averages().table(sort_by="count", row_limit=1).splitlines()
    assert rows[1].split()[0] == "Name"
    assert (rows[3].split()[0], rows[3].split()[-1], rows[5].split(":")[0]) == ("aten::exp", "3", "Self CPU time total")


def test_switched_off_it_times_nothing() -> None:
    with profile(enabled=False) as prof:
        mg.ones(3).exp()
    assert list(prof) == []


def test_a_recording_goes_on_behind_it() -> None:
    with trace.record() as recording, profile() as prof:
        (mg.ones(2, requires_grad=True) * 3).sum().backward()
    assert [event.key for event in prof] == ["aten::mul", "aten::sum", "SumBackward0", "MulBackward0"]
    assert recording.events


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_it_may_run_beside_anomaly_mode() -> None:
    with mg.autograd.detect_anomaly(), profile() as prof:
        mg.ones(2).exp()
    assert [event.key for event in prof] == ["aten::exp"]


def test_a_function_may_be_decorated() -> None:
    @record_function("layer")
    def layer(x: mg.Tensor) -> mg.Tensor:
        return x.tanh()

    with profile() as prof:
        layer(mg.ones(2))
    assert [event.key for event in prof] == ["aten::tanh", "layer"]
