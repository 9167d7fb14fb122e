"""Each difference is still one: PyTorch answers as is written, where it is installed, and so does minigrad."""

from __future__ import annotations

import pytest

import minigrad
from parity.differences import DIFFERENCES


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_minigrad_answers_as_is_written(difference) -> None:
    assert difference.program(minigrad) == difference.minigrad


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_pytorch_answers_as_is_written(difference) -> None:
    torch = pytest.importorskip("torch")
    assert difference.program(torch) == difference.torch
    assert difference.torch != difference.minigrad
