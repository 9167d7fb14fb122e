"""The data of 14-training.ipynb: the stored file is what its script writes, and every digit is there."""

import runpy
from collections import Counter
from pathlib import Path

DATA = Path(__file__).parents[2] / "notebooks" / "data"


def rows():
    return [[int(number) for number in line.split(",")] for line in (DATA / "digits.csv").read_text().splitlines()]


def test_the_stored_file_is_what_the_script_writes():
    assert runpy.run_path(str(DATA / "make_digits.py"))["table"]() == (DATA / "digits.csv").read_text()


def test_a_row_is_a_digit_and_64_pixels():
    assert {len(row) for row in rows()} == {65}
    assert {pixel for row in rows() for pixel in row[1:]} == set(range(16))


def test_no_digit_is_rare():
    counts = Counter(row[0] for row in rows())
    assert sorted(counts) == list(range(10))
    assert min(counts.values()) > 60
