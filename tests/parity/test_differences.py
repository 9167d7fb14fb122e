"""Each difference is still one: PyTorch answers as is written, where it is installed, and so does minigrad."""

from __future__ import annotations

from pathlib import Path

import pytest

import minigrad
from parity.differences import DIFFERENCES, table


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_minigrad_answers_as_is_written(difference) -> None:
    assert difference.program(minigrad) == difference.minigrad


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_pytorch_answers_as_is_written(difference) -> None:
    torch = pytest.importorskip("torch")
    assert difference.program(torch) == difference.torch
    assert difference.torch != difference.minigrad


def test_the_page_shows_the_table_as_it_is() -> None:
    assert Path(__file__).with_name("DIFFERENCES.md").read_text(encoding="utf-8") == table()
