"""Why is ``.grad`` None? The question that is asked most, answered for this graph.

In words: a gradient reaches a leaf if the leaf wants one, if recorded ops lead from it to the root, and if a backward
pass ran from that root. Each answer names the first of these that fails. What is known of a tensor that was cut off is
little, as nothing is recorded then; only a recording (``%%autograd``) leaves word of the line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import FunctionNode
from minigrad.autograd.node import AccumulateGrad, Node, short_name
from minigrad.autograd.op import refresh
from minigrad.autograd.saved import Freed

__all__ = ["Cut", "Why"]


@dataclass(frozen=True)
class Cut:
    """Where a chain of ops to something that wants a gradient was cut: what a recording leaves with the result."""

    kind: str  # "no_grad", "inference_mode", "detach" or "no gradient"
    op: str
    text: str = ""  # the source of the op ...
    line: int = 0  # ... and its line; 0 if unknown

    def __str__(self) -> str:
        where = f"`{self.text}`, line {self.line}" if self.line else self.op
        if self.kind == "detach":
            return f"the chain was cut by {where}: it gives the numbers without their history"
        if self.kind == "no gradient":
            return f"the chain was cut by {where}: {self.op} has no gradient, its result moves in jumps"
        return f"the chain was cut by {where}: it ran under {self.kind}(), where nothing is recorded"


@dataclass(frozen=True)
class Why:
    """An answer that prints as a sentence.

    Attributes
    ----------
    reason : str
        Which case it is, in a word or two: "has one", "integers", "cut", "shared memory", "not asked", "not a leaf",
        "no longer the leaf", "frozen", "root", "cleared", "unused", "not reached", "no backward", "returned None",
        "only grad", "nothing here".
    text : str
        The answer.
    op : str or None
        The op, or the node, that it is about.
    line : int or None
        Its line, if a recording has seen it.
    """

    reason: str
    text: str
    op: str | None = None
    line: int | None = None

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def why_no_grad(tensor: Any, root: Any = None) -> Why:
    """Say why a tensor's ``.grad`` is None.

    Parameters
    ----------
    tensor : Tensor
        Whose ``.grad`` is missed.
    root : Tensor, optional
        From where the backward pass ran, or should; by default the newest result that depends on ``tensor`` among the
        caller's variables.

    Returns
    -------
    Why
    """
    scope = _Scope.of(sys._getframe(2))
    if tensor._rare:
        refresh(tensor)
    me = scope.name(tensor)
    if tensor._grad is not None:
        return Why("has one", f"{me} has its gradient: look at {me}.grad.")
    if not tensor._requires_grad:
        return _unwanted(tensor, me)
    node = tensor._node
    if node is not None and not _retains(tensor):
        return _no_leaf(tensor, node, me, scope)
    return _unreached(tensor, me, root, scope)


# --- It wants no gradient ------------------------------------------------------------------------------------------


def _unwanted(tensor: Any, me: str) -> Why:
    """Say why a tensor has no history and wants no gradient."""
    kind = dtypes.of(tensor._array.dtype)
    cut: Cut | None = tensor._cut
    if kind.numpy.kind not in "fc":
        about = f" Here {cut}." if cut is not None else ""
        text = (
            f"{me} holds {str(kind).partition('.')[2]} numbers, and only floats have gradients: they are what can be "
            f"changed a little.{about} Make it of floats if it is to be learned: {me}.float().requires_grad_()."
        )
        return Why("integers", text, cut.op if cut else None, (cut.line or None) if cut else None)
    if cut is not None:
        return Why("cut", f"{me} does not require grad: {cut}.", cut.op, cut.line or None)
    if tensor._inference:
        text = f"{me} does not require grad: it was made in inference_mode(), and never becomes part of a graph."
        return Why("cut", text)
    if tensor._accumulator is not None:
        text = (
            f"{me} does not require grad any more: it did when an op used it, and was frozen since, by "
            f"{me}.requires_grad_(False). Let it ask again, with {me}.requires_grad_(), before the backward pass runs."
        )
        return Why("frozen", text)
    if tensor._view is not None and tensor._view.base._requires_grad:
        op = short_name(tensor._view.way[1])
        return Why("cut", f"{me} does not require grad: it is a view ({op}) that was made under no_grad().", op)
    if tensor._view is None and tensor._array.base is not None:
        text = (
            f"{me} does not require grad: it shares its memory with another tensor or array, as what detach(), .data "
            "and from_numpy() give. Such a tensor has no history. Use the tensor itself where the gradient is wanted."
        )
        return Why("shared memory", text)
    text = (
        f"{me} does not require grad. Either nobody asked: a leaf asks with mg.tensor(..., requires_grad=True) or "
        f"{me}.requires_grad_(), before it is computed with. Or it was computed, from tensors that want no gradient, "
        "or where the chain was cut: under no_grad(), or through .item(), .tolist() or NumPy. Put %%autograd on top of "
        "the cell and ask again: then the op and the line are known."
    )
    return Why("not asked", text)


# --- It is no leaf -------------------------------------------------------------------------------------------------


def _retains(tensor: Any) -> bool:
    hooks = tensor._node._hooks
    held = None if hooks is None else hooks.retain.get(tensor._output_nr)
    return held is not None and held() is tensor


def _no_leaf(tensor: Any, node: Node, me: str, scope: _Scope) -> Why:
    """Say why a result keeps no gradient; tell one that has taken its leaf's name."""
    op = node._short_name()
    sources = [edge for edge in node._edges if edge is not None]
    if len({id(source) for source in sources}) == 1 and isinstance(sources[0], AccumulateGrad):
        leaf = sources[0]._leaf()
        nameless = leaf is None or (scope.known(tensor) and not scope.known(leaf))
        if nameless and sources[0]._shape == tensor._array.shape:
            text = (
                f"{me} is not the leaf: it is what {op} made of a leaf that has no name any more, as in "
                f"{me} = {me} * 2 or {me} = {me}.to(...). The leaf is the one you made before, and it gets the "
                f"gradient: keep a name for it. Or let the result be the leaf: {me} = {me}.detach().requires_grad_()."
            )
            return Why("no longer the leaf", text, op)
    text = (
        f"{me} is not a leaf: {op} computed it, and a backward pass keeps the gradients of leaves alone. Call "
        f"{me}.retain_grad() before backward() to keep this one too."
    )
    return Why("not a leaf", text, op)


# --- It wants one, and has none ------------------------------------------------------------------------------------


def _unreached(tensor: Any, me: str, root: Any, scope: _Scope) -> Why:
    """Say why a leaf, or a result that retains its gradient, has not got one."""
    target: Node | None = tensor._node or tensor._accumulator
    given = root is not None
    if given:
        if root._rare:
            refresh(root)
        if not root._requires_grad:
            top = scope.name(root, "the root")
            below = _unwanted(root, top)
            text = f"No backward pass can start at {top}. {below.text}"
            if below.reason == "integers" and root._cut is None:
                text = (
                    f"No backward pass can start at {top}: it holds {root._array.dtype} numbers. "
                    "What makes them of floats, such as argmax, round, a comparison or .long(), moves in jumps and has "
                    "no gradient. Compute the loss from what was there before."
                )
            return Why("root", text, below.op, below.line)
    else:
        root = _newest(target, tensor, scope)
    if root is not None:
        path = _between(root, target)
        if path is None:
            return _apart(me, scope.name(root, "the root"), scope)
        return _on_the_way(tensor, me, scope.name(root, "the root"), path)
    if tensor._cleared:
        text = (
            f"{me} had a gradient, which was set to None (as zero_grad() does), and no backward pass has reached {me} "
            "since."
        )
        return Why("cleared", text)
    cut = scope.cut()
    if cut is not None:
        text = f"No result here depends on {me} by recorded ops. For {cut[0]}, {cut[1]}."
        return Why("not reached", text, cut[1].op, cut[1].line or None)
    if target is None:
        text = (
            f"No op has used {me} since it wants a gradient: what was computed before requires_grad was set, or with "
            "another tensor of that name, does not lead to it."
        )
        return Why("unused", text)
    text = (
        f"No variable here holds a result that depends on {me} by recorded ops: {me} was used under no_grad(), or the "
        f"result is gone, or it stands elsewhere. Ask for the one that you mean: {me}.why_no_grad(loss)."
    )
    return Why("nothing here", text)


def _newest(target: Node | None, tensor: Any, scope: _Scope) -> Any:
    """Return the newest of the caller's tensors that depends on ``target``; None if there is none."""
    if target is None:
        return None
    roots = [x for x in scope.tensors() if x is not tensor and x._requires_grad and x._node is not None]
    for root in sorted(roots, key=lambda x: -x._node._seq):
        if _between(root, target) is not None:
            return root
    return None


def _apart(me: str, top: str, scope: _Scope) -> Why:
    cut = scope.cut()
    if cut is not None:
        text = f"{top} does not depend on {me} by recorded ops. For {cut[0]}, {cut[1]}."
        return Why("not reached", text, cut[1].op, cut[1].line or None)
    text = (
        f"{top} does not depend on {me} by recorded ops. Either {me} was not used on the way, or asked for a gradient "
        "only afterwards, or the chain was cut: by detach(), .data, .item(), NumPy, no_grad(), an op without a "
        "gradient such as argmax or a comparison, or another tensor took the name. Put %%autograd on top of the cell "
        "to see the graph."
    )
    return Why("not reached", text)


def _on_the_way(tensor: Any, me: str, top: str, path: list[Node]) -> Why:
    """Say why nothing has come along a way that is there."""
    silent = [node for node in path if isinstance(node, FunctionNode) and node._returned_none]
    if silent:
        name = silent[-1]._short_name()
        text = (
            f"{name} returned None on the way from {top} to {me}: its backward says that there is no gradient. Return "
            "one for each input that needs it (ctx.needs_input_grad)."
        )
        return Why("returned None", text, name)
    if tensor._cleared:
        text = f"{me} had a gradient, which was set to None (as zero_grad() does), and no backward pass has run since."
        return Why("cleared", text)
    freed = [node for node in path if type(node._saved) is Freed]
    if freed:
        text = (
            f"A backward pass has run from {top}, and left {me}.grad alone: autograd.grad returns gradients and fills "
            "no .grad; backward(inputs=...) fills those of its inputs only."
        )
        return Why("only grad", text, freed[0]._short_name())
    return Why("no backward", f"{top} depends on {me}, and no backward pass has run yet: call {top}.backward().")


def _between(root: Any, target: Node | None) -> list[Node] | None:
    """Return the nodes on the ways from a root down to ``target``, the root's first; None if no way leads there."""
    start: Node | None = root._node or root._accumulator
    if start is None or target is None:
        return None
    order: list[Node] = []
    seen = {start}
    todo = [start]
    while todo:
        node = todo.pop()
        order.append(node)
        for edge in node._edges:
            if edge is not None and edge not in seen:
                seen.add(edge)
                todo.append(edge)
    if target not in seen:
        return None
    leading = {target}
    for node in sorted(order, key=lambda node: -1 if isinstance(node, AccumulateGrad) else node._seq):
        if any(edge in leading for edge in node._edges if edge is not None):
            leading.add(node)
    return [node for node in order if node in leading]


# --- The caller's variables ----------------------------------------------------------------------------------------


class _Scope:
    """The tensors that the asker's variables hold, by their names."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._held: list[tuple[str, TensorBase]] = []
        for name, value in variables.items():
            if not name.startswith("_"):
                self._held.extend(_tensors(name, value))

    @classmethod
    def of(cls, frame: FrameType) -> _Scope:
        """Return the variables that a frame sees."""
        return cls({**frame.f_globals, **frame.f_locals})

    def tensors(self) -> Iterable[Any]:
        """Return the tensors."""
        return [tensor for _, tensor in self._held]

    def known(self, tensor: Any) -> bool:
        """Return whether a variable holds a tensor."""
        return any(held is tensor for _, held in self._held)

    def name(self, tensor: Any, otherwise: str = "it") -> str:
        """Return what the asker calls a tensor."""
        return next((name for name, held in self._held if held is tensor), otherwise)

    def cut(self) -> tuple[str, Cut] | None:
        """Return the one of the asker's tensors that a recording saw being cut off first, and where."""
        found = [(name, held._cut) for name, held in self._held if held._cut is not None]
        return min(found, key=lambda pair: pair[1].line) if found else None


def _tensors(name: str, value: Any) -> Iterable[tuple[str, TensorBase]]:
    """Yield the tensors that a variable holds: itself, or as items one level down."""
    if isinstance(value, TensorBase):
        yield name, value
    elif type(value) in (list, tuple):
        yield from ((f"{name}[{i}]", x) for i, x in enumerate(value) if isinstance(x, TensorBase))
    elif type(value) is dict and len(value) < 1000:
        yield from ((f"{name}[{key!r}]", x) for key, x in value.items() if isinstance(x, TensorBase))
