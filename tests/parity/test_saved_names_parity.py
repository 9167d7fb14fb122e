"""What each op saves, under the name by which PyTorch shows it: ``grad_fn._saved_self``."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.node import Node
from minigrad.autograd.op import Op
from op_cases import CASES

torch = pytest.importorskip("torch")


def nodes(root):
    """Return the nodes of a graph by name, those whose name occurs once."""
    found, todo, seen = {}, [root], set()
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        name = node._short_name() if isinstance(node, Node) else node.name().rpartition("::")[2]
        found.setdefault(name, []).append(node)
        todo.extend([target for target, _ in node.next_functions])
    return {name: same[0] for name, same in found.items() if len(same) == 1}


@pytest.mark.filterwarnings("ignore:Tensor.T is deprecated on 0-D tensors")
@pytest.mark.filterwarnings("ignore:.*is deprecated:UserWarning")  # former names say so there
@pytest.mark.parametrize("case", [case for case in CASES if case.grad_fn is not None], ids=str)
def test_what_an_op_saves_has_pytorchs_name_and_numbers(case) -> None:
    for shapes in case.shapes[-2:]:
        arrays = case.arrays(shapes)
        ours, theirs = ([m.tensor(a, requires_grad=True) for a in arrays] for m in (mg, torch))
        mine = nodes(case.call(mg, *ours).grad_fn)
        other = nodes(case.call(torch, *theirs).grad_fn)
        for name in mine.keys() & other.keys():
            node = mine[name]
            if not isinstance(node, Op):
                continue
            for saved in [n.strip("*") for n in node.saved_names[: len(node._saved or ())] if n]:
                assert hasattr(other[name], f"_saved_{saved}"), f"PyTorch's {name} has no _saved_{saved}"
                expected, got = (getattr(n, f"_saved_{saved}") for n in (other[name], node))
                # how indices lie is each library's own affair; so is what a composed op passes on inside
                if name == case.grad_fn and isinstance(got, mg.Tensor) and got.is_floating_point():
                    np.testing.assert_allclose(got.detach().numpy(), expected.detach().numpy(), rtol=1e-6, atol=1e-12)
