"""Formulas, read as syntax: each `backward` may only say what runs on arrays and on tensors alike (DESIGN D2)."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import math
import pkgutil
import textwrap
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from minigrad import ops
from minigrad.autograd.function import Op
from minigrad.ops import formulas, sliding

# Python's own functions, and the methods of `ctx`, that a formula may call.
PLAIN = {"tuple", "list", "zip", "range", "len", "iter", "next", "isinstance", "max", "min"}
# What a formula may ask of an array or a tensor.
ASKED = {"shape", "dtype"}


def every_op() -> list[type[Op]]:
    for module in pkgutil.iter_modules(ops.__path__, "minigrad.ops."):
        importlib.import_module(module.name)
    found, todo = [], [Op]
    while todo:
        for op in todo.pop().__subclasses__():
            todo.append(op)
            if op.__module__.startswith("minigrad.ops."):
                found.append(op)
    return sorted(set(found), key=lambda op: (op.__module__, op.__name__))


OPS = every_op()
DIFFERENTIABLE = [op for op in OPS if op.differentiable]
SHOWN = [op for op in OPS if "forward" in dir(op)]  # not the family's common base


def faults(function: Any, done: set[Any] | None = None) -> Iterator[str]:
    """Yield what a formula says that would not run on arrays and tensors alike; its private helpers are read too."""
    done = set() if done is None else done
    if function in done:
        return
    done.add(function)
    module = inspect.getmodule(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
            targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else [node.target]
            for target in itertools.chain.from_iterable(t.elts if isinstance(t, ast.Tuple) else [t] for t in targets):
                if not isinstance(target, ast.Name):
                    yield f"writes into {ast.unparse(target)}"
            if isinstance(node, ast.AugAssign):
                yield f"changes {ast.unparse(node.target)} in place, which may be an array that others hold"
        elif isinstance(node, ast.Call):
            yield from call_faults(node, module, done)
        elif isinstance(node, ast.Attribute):
            yield from attribute_faults(node)


def call_faults(node: ast.Call, module: Any, done: set[Any]) -> Iterator[str]:
    called = ast.unparse(node.func)
    if isinstance(node.func, ast.Name):
        thing = vars(module).get(called)
        if thing is None and called in PLAIN:
            return
        if inspect.getmodule(thing) in (formulas, sliding):
            return
        if inspect.isfunction(thing) and thing.__module__.startswith("minigrad.ops."):
            yield from faults(thing, done)
        elif not (inspect.isclass(thing) and issubclass(thing, Exception)) and called not in {
            "RuntimeError",
            "NotImplementedError",
        }:
            yield f"calls {called}"
    elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        room, name = node.func.value.id, node.func.attr
        if room == "np":
            if not isinstance(getattr(np, name, None), np.ufunc):
                yield f"calls np.{name}, which is no ufunc"
        elif room == "formulas":
            if not callable(getattr(formulas, name, None)):
                yield f"calls formulas.{name}, which does not exist"
        elif room not in {"math", "ctx"}:
            yield f"calls a method: {called}()"
    else:
        yield f"calls a method: {called}()"


def attribute_faults(node: ast.Attribute) -> Iterator[str]:
    if isinstance(node.value, ast.Name) and node.value.id in {"np", "formulas", "math", "ctx"}:
        if node.value.id == "np" and not isinstance(getattr(np, node.attr), np.ufunc):
            yield f"uses np.{node.attr}: a formula takes Python's numbers"
    elif node.attr not in ASKED:
        yield f"asks for .{node.attr}"


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.__name__)
def test_a_formula_runs_on_arrays_and_on_tensors(op: type[Op]) -> None:
    assert list(faults(op.backward)) == []


def test_the_rules_find_what_they_forbid() -> None:
    def formula(ctx: Any, grad: Any) -> Any:
        x = np.float32(2) * grad.sum()
        x[0] = math.pi
        x += np.where(grad > 0, 1, 0)
        return x.T

    found = " | ".join(faults(formula))
    for words in (
        "np.float32, which is no ufunc",
        "a method: grad.sum()",
        "writes into x[0]",
        "changes x in place",
        "np.where, which is no ufunc",
        "asks for .T",
    ):
        assert words in found


@pytest.mark.parametrize("op", SHOWN, ids=lambda op: op.__name__)
def test_an_op_says_what_the_player_shows(op: type[Op]) -> None:
    sentence = (op.__doc__ or "").partition("\n")[0]
    assert sentence.endswith("."), "the first line is one plain sentence"
    assert op.__doc__ is not Op.__doc__
    assert op.glyph
    assert op.tex
    assert op.row in {"elementwise", "spread", "matmul", "scatter", "split", "rearrange", "jvp"}
    if op.row == "elementwise":
        assert len(op.local) == op.arity, "one derivative an input"
    for text in (op.tex, *op.local):
        said = text.format("a", "b", "c", "d", "e", y="y")
        assert said.count("{") == said.count("}")


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.__name__)
def test_an_op_defines_its_own_formulas_or_inherits_both(op: type[Op]) -> None:
    own = {name for name in ("forward", "backward") if name in vars(op)}
    assert own in ({"forward", "backward"}, set())


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.__name__)
def test_an_op_keeps_what_it_remembers_in_slots(op: type[Op]) -> None:
    assert "__slots__" in vars(op), "without them every node carries a dict, which the collector visits"
