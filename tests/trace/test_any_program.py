"""What holds for every program: the docks end with the real numbers, and every gradient is accounted for."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BINARY = ["{a} * {b}", "{a} + {b}", "{a} - {b}", "{b} + {a} * {a}", "{a} * 2 - {b}", "({a} + {b}).exp() * 0.01"]
UNARY = ["-{a}", "{a} ** 2", "{a}.exp() * .1", "{a} * 0.5", "{a}.sum()", "{a}.mean()", "3 - {a}", "{a}.detach() * {a}"]
DATA = ["[1., -2., 3.]", "[[1.], [2.]]", "0.5", "[[1., 2., 3.], [4., 5., 6.]]"]
NAMES = "abcd"


@st.composite
def programs(draw) -> str:
    """A program of some lines, whose names are given again and again."""
    lines = []
    for name in NAMES[:2]:
        wanted = draw(st.booleans()) or name == "a"
        lines.append(f"{name} = mg.tensor({draw(st.sampled_from(DATA))}, requires_grad={wanted})")
    known = list(NAMES[:2])
    for _ in range(draw(st.integers(1, 6))):
        template = draw(st.sampled_from(BINARY + UNARY))
        a, b = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        target = draw(st.sampled_from(NAMES))
        lines.append(f"{target} = {template.format(a=a, b=b)}")
        known.append(target)
    lines += [f"z = ({' + '.join(f'{name}.sum()' for name in dict.fromkeys(['a', *known]))})", "z = z + leaf.sum()"]
    return "leaf = mg.ones(2, requires_grad=True)\n" + "\n".join(lines) + "\nz.backward()"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=programs())
def test_the_docks_end_with_the_real_numbers(play, source):
    cell = play(source, root="z")
    end = cell.state()
    leaves = [v for v in cell.graph["variables"] if v["leaf"]]
    values = {variable["id"]: seen for variable, seen in zip(cell.graph["variables"], shown(cell), strict=True)}
    for leaf in leaves:
        number = values[leaf["id"]]
        assert end[leaf["name"], "grad"]["state"] == "stored"
        assert number.leaf
    for name in NAMES[:2]:
        tensor = cell[name]
        if tensor.is_leaf and tensor.requires_grad and tensor.grad is not None:
            stored = [end[v["name"], "grad"]["value"]["numbers"] for v in leaves if v["name"] == name]
            assert stored
            real = [g if np.isfinite(g) else None for g in tensor.grad.detach().numpy().ravel().tolist()]
            assert [n is None for n in stored[0]] == [g is None for g in real]
            assert np.allclose([n or 0 for n in stored[0]], [g or 0 for g in real], rtol=1e-5)


def shown(cell):
    """The recorded values that are shown, in the order of the document."""
    from minigrad.trace.graph import Graph

    number = cell.recording.number_of(cell["z"])
    return [variable.seen for variable in Graph(cell.recording, [number]).variables.values()]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=programs())
def test_every_variable_is_shown_once_and_every_gradient_goes(play, source):
    cell = play(source, root="z")
    names = cell.names
    assert len(set(names)) == len(names)
    first = {}
    for effect in [e for moment in (cell.document["start"], *cell.steps) for e in moment["effects"]]:
        if effect["row"] == "value":
            assert effect["variable"] not in first
            first[effect["variable"]] = effect
    assert set(first) == {variable["id"] for variable in cell.graph["variables"]}
    for (name, row), effect in cell.state().items():
        if row == "grad":
            assert effect["state"] != "flight", name


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=programs())
def test_upstream_times_local_is_what_was_sent(play, source):
    cell = play(source, root="z")
    for step in cell.steps:
        for row in step["rows"]:
            if "⊙" in row["terms"]:
                up, by, sent = (np.array(row["terms"][i]["value"]["numbers"], float) for i in (0, 2, 4))
                if up.size in (1, by.size) and all(np.isfinite(numbers).all() for numbers in (up, by, sent)):
                    assert np.allclose(up * by, sent, rtol=1e-3, atol=1e-6)
