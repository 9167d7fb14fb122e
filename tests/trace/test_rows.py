"""Every op's equation, in numbers: what a row says is multiplied is what was sent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.function import Op
from minigrad.trace import play_document, record
from minigrad.trace.events import NodeEvent, OpEvent
from minigrad.words import load
from op_cases import CASES, Case

PRODUCTS = {"⊙": np.multiply, "@": np.matmul, "⊗": np.multiply.outer}
IN_FULL = {"elementwise", "spread", "matmul"}  # kinds whose rows say every factor
KINDS = IN_FULL | {"scatter", "split", "rearrange", "jvp"}


def numbers(box: dict[str, Any]) -> np.ndarray | None:
    value = box["value"]
    if value["kind"] == "stats" or not value["numbers"]:
        return None
    if any(text.endswith("j") for text in value["text"]):  # complex numbers stand in the text alone
        return np.array([complex(text.replace("−", "-")) for text in value["text"]]).reshape(value["shape"])
    flat = [np.nan if number is None else number for number in value["numbers"]]
    return np.array(flat, dtype=np.float64).reshape(value["shape"])


def said(row: dict[str, Any]) -> np.ndarray | None:
    """Return what the left side of a row comes to; None if it does not say every factor."""
    symbols = [term for term in row["terms"] if isinstance(term, str)]
    boxes = [term for term in row["terms"] if not isinstance(term, str)]
    if symbols == ["="]:
        return numbers(boxes[0])
    if len(symbols) == 2 and symbols[0] in PRODUCTS and symbols[1] == "=":
        with np.errstate(all="ignore"):
            return PRODUCTS[symbols[0]](numbers(boxes[0]), numbers(boxes[1]))
    return None


def played(case: Case) -> tuple[list[dict[str, Any]], list[NodeEvent], list[str]]:
    """Return the node steps of a case at its richest shapes, what really happened, and the declared kinds of row."""
    tensors = [mg.tensor(array, requires_grad=True) for array in case.arrays(case.shapes[-1])]
    with record("<case>", "") as recording:
        out = case.call(mg, *tensors)
        if not isinstance(out, mg.Tensor) or not out.requires_grad:
            pytest.skip("no gradient passes")
        weights = mg.tensor((np.cos(np.arange(out.numel())) + 1.5).reshape(tuple(out.shape)))
        z = (out * weights).sum()
        z.backward()
    steps = [step for step in play_document(recording, z)["steps"] if step["kind"] == "node"]
    ran = [event for event in recording.events if isinstance(event, NodeEvent)]
    kinds = []
    for event in ran:
        op = recording.events[event.op]
        assert isinstance(op, OpEvent)
        kinds.append("scatter" if event.name == "CopySlices" else op.op.row)
    return steps, ran, kinds


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_says_in_numbers_what_was_sent(case):
    steps, ran, kinds = played(case)
    assert len(steps) == len(ran)
    for step, event, kind in zip(steps, ran, kinds, strict=True):
        sent = [array for array, passed in zip(event.sent, event.passed, strict=False) if passed is not None]
        told = [
            row for row in step["rows"] if row["kind"] != "hook" and "None" not in row["terms"][-1]["value"]["text"]
        ]
        assert len(told) == len(sent)
        for row, array in zip(told, sent, strict=True):
            end = numbers(row["terms"][-1])
            if end is None:
                continue
            np.testing.assert_allclose(end, array, rtol=1e-3, atol=1e-6)
            if kind in IN_FULL and not (end.dtype.kind == "c" and row["kind"] == "jvp"):  # no factor turns and mirrors
                made = said(row)
                assert made is not None, f"{step['title']} is told as {row['kind']}, though its op declares {kind}"
                np.testing.assert_allclose(made, end, rtol=1e-3, atol=1e-5)


def ops(of: type = Op) -> list[type]:
    found = [op for op in of.__subclasses__() if op.__module__.startswith("minigrad.")]
    return found + [deeper for op in found for deeper in ops(op)]


def test_every_op_declares_a_row_that_has_a_caption():
    lacking = {op.__name__: op.row for op in ops() if op.differentiable and op.row not in KINDS}
    assert lacking == {}, "these ops declare no kind of row that the player knows"
    assert {f"rule_{kind}" for kind in KINDS} <= set(load("en"))


def test_every_op_has_a_sentence():
    silent = [
        op.__name__ for op in ops() if op.differentiable and not (op.__doc__ or "").strip().split("\n")[0].endswith(".")
    ]
    assert silent == [], "the player has nothing to say of these ops: the first line of a docstring is its sentence"
