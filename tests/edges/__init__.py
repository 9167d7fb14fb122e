"""Programs at the edges of what may be asked, and what PyTorch says to each: a value, or an error and its sentence.

A file holds programs, one a line: statements, of which the last is an expression, or assigns: its value counts. Below
each stands PyTorch's answer. ``python -m edges`` (in tests/, with PyTorch installed) writes the answers anew; a program
more is a line more.
"""

from __future__ import annotations

import collections
import copy
import io
import pickle
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

FILES = sorted(Path(__file__).parent.glob("*.txt"))
MODULES = "nn.functional optim.lr_scheduler distributions func testing utils.data utils.checkpoint".split()


def programs() -> dict[str, str]:
    """Return every program, with PyTorch's answer."""
    found: dict[str, str] = {}
    for file in FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        found |= {program: answer.strip() for program, answer in zip(lines[0::2], lines[1::2], strict=True)}
    return found


def answer(program: str, t: ModuleType) -> str:
    """Run a program, in which ``t`` is PyTorch or minigrad, and return what it answers as one line."""
    names = {"t": t, "F": t.nn.functional, "nn": t.nn, "np": np}
    names |= {"copy": copy, "pickle": pickle, "collections": collections, "io": io}
    *statements, last = program.split("; ")
    t.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for statement in (*statements, f"answer = {last}"):
                exec(statement, names)
            said = _shown(names["answer"])
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
    return " ".join(said.replace(t.__name__, "torch").split())


def first_sentence(said: str) -> str:
    """Return an error's class and first sentence; the class alone where the rest lists the signatures of C++."""
    kind, _, sentence = said.partition(": ")
    if not kind.endswith("Error"):
        return said
    if "received an invalid combination of arguments" in sentence:
        return kind
    return f"{kind}: {sentence.partition('. ')[0].rstrip('.')}"


def _shown(value: Any) -> str:
    """Return a value as text, numbers to five digits."""
    if hasattr(value, "detach") and hasattr(value, "tolist"):
        return f"{value.dtype} {_shown(value.tolist())}" + (f" {tuple(value.shape)}" if 0 in value.shape else "")
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(_shown, value))}]"
    return f"{value:.5g}" if isinstance(value, float) else repr(value)
