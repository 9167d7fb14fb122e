"""Numbers as the player shows them."""

import json
import math

import numpy as np
import pytest

from minigrad.trace.values import KEPT, Statistics, number_text, snapshot, value


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-2.5, "−2.5"),
        (1 / 3, "0.3333"),
        (np.float32(0.1), "0.1"),
        (123456.0, "123456"),
        (1234567.0, "1.235e6"),
        (12345.678, "1.235e4"),
        (1e20, "1e20"),
        (-1.2346e-7, "−1.235e−7"),
        (0.00012345, "0.0001234"),
        (0.99999, "1"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
        (7, "7"),
        (-3, "−3"),
        (10**12, "1000000000000"),
        (True, "True"),
        (np.bool_(False), "False"),
        (1.5 - 2j, "1.5−2j"),
    ],
)
def test_a_number_is_short_and_has_a_real_minus_sign(number, text):
    assert number_text(number) == text


def test_up_to_eight_numbers_are_cells_then_a_heat_map_then_statistics():
    assert [value(np.ones(n))["kind"] for n in (1, 8, 9, 1000, 1001)] == ["cells", "cells", "heat", "heat", "stats"]


def test_cells_are_flat_and_the_summary_is_nested():
    found = value(np.array([[1.0, -2.0], [0.5, 4.0]], np.float32))
    assert found["text"] == ["1", "−2", "0.5", "4"]
    assert found["numbers"] == [1.0, -2.0, 0.5, 4.0]
    assert found["summary"] == "[[1, −2], [0.5, 4]]"
    assert (found["shape"], found["rows"], found["cols"]) == ([2, 2], 2, 2)


def test_a_number_of_no_dimensions_is_one_cell():
    found = value(np.float32(0.1))
    assert (found["shape"], found["text"], found["numbers"], found["summary"]) == ([], ["0.1"], [0.1], "0.1")


def test_what_is_not_finite_has_a_text_and_no_number():
    found = value(np.array([math.nan, math.inf, -math.inf]))
    assert found["text"] == ["nan", "inf", "−inf"]
    assert found["numbers"] == [None, None, None]
    json.dumps(found, allow_nan=False)


def test_statistics_say_what_the_numbers_are_like():
    found = value(snapshot(np.arange(5000, dtype=np.float32)))
    assert (found["text"], found["numbers"]) == ([], [])
    assert found["summary"] == "shape (5000,), min 0 max 4999, mean 2500"


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
def test_an_empty_array_has_no_cells(shape):
    found = value(np.ones(shape))
    assert (found["kind"], found["text"]) == ("stats", [])
    assert str(shape) in found["summary"]


def test_integers_and_truth_values_stay_what_they_are():
    assert value(np.array([1, -2]))["numbers"] == [1, -2]
    assert value(np.array([True, False]))["text"] == ["True", "False"]
    assert value(np.array([True, False]))["numbers"] == [1, 0]


def test_a_snapshot_shares_no_memory_with_its_array():
    array = np.ones(KEPT, np.float32)
    assert not np.shares_memory(snapshot(array), array)
    assert isinstance(snapshot(np.ones(KEPT + 1)), Statistics)


def test_a_large_array_of_infinities_warns_of_nothing():
    found = value(snapshot(np.full(2000, np.finfo(np.float32).max, np.float32) * np.float32(1)))
    assert "max 3.403e38" in found["summary"]
    value(snapshot(np.full(2000, np.nan)))


def test_complex_numbers_have_texts_and_no_order():
    assert value(np.array([1 + 2j]))["text"] == ["1+2j"]
    assert value(snapshot(np.ones(2000, np.complex64)))["summary"] == "shape (2000,), complex64"
