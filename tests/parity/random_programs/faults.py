# ruff: noqa: E501 (a fault is a row)
"""Faults to plant in minigrad: a comparison that does not find each of them compares too little."""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType


@dataclass(frozen=True)
class Fault:
    """One wrong piece of code: in ``where``, a function or method of minigrad, ``right`` becomes ``wrong``."""

    where: str  # "room:function" or "room:Class.method", below minigrad
    right: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.where} {self.wrong}"

    def function(self) -> FunctionType:
        """Return the function as it stands in its class or module."""
        room, _, path = self.where.partition(":")
        owner: object = importlib.import_module(f"minigrad.{room}")
        *outer, name = path.split(".")
        for part in outer:
            owner = getattr(owner, part)
        found = vars(owner)[name]
        found = getattr(found, "__func__", found)
        return inspect.unwrap(found)

    def code(self) -> CodeType:
        """Return the wrong code, compiled."""
        function = self.function()
        source = textwrap.dedent(inspect.getsource(function))
        source = source[re.search(r"^def ", source, re.MULTILINE).start() :]  # type: ignore[union-attr]
        if source.count(self.right) != 1:
            raise LookupError(f"{self.where} holds {self.right!r} {source.count(self.right)} times, not once")
        scope: dict[str, object] = dict(function.__globals__)
        exec(compile(source.replace(self.right, self.wrong), "<fault>", "exec"), scope)
        return scope[function.__name__].__code__  # type: ignore[attr-defined, no-any-return]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Let the wrong code run for a while."""
        function, wrong = self.function(), self.code()
        right, function.__code__ = function.__code__, wrong
        try:
            yield
        finally:
            function.__code__ = right


FAULTS = [
    # formulas
    Fault("ops.arithmetic:Sub.backward", "-grad if", "grad if"),
    Fault("ops.arithmetic:Mul.backward", "grad * b if b", "grad if b"),
    Fault("ops.arithmetic:Div.backward", "-grad * ((a / b) / b)", "-grad * (a / b)"),
    Fault("ops.arithmetic:Lerp.backward", "grad, 1 - ctx.weight), formulas.times(grad, ctx.weight)", "grad, ctx.weight), formulas.times(grad, 1 - ctx.weight)"),
    Fault("ops.elementwise:Exp.backward", "return grad * y", "return grad + y"),
    Fault("ops.activations:Tanh.backward", "1 - y * y", "1 - y"),
    Fault("ops.activations:Relu.backward", "y <= 0", "y < 0"),
    Fault("ops.rounding:Abs.backward", "formulas.sign(x)", "(1 + 2 * (x < 0) * -1)"),
    Fault("ops.choice:Maximum.backward", "half = grad / 2", "half = grad"),
    Fault("ops.choice:Clamp.backward", "x >= low", "x > low"),
    Fault("ops.powers:Pow.backward", "n * power(x, n - 1)", "power(x, n - 1)"),
    Fault("ops.reduce:Mean.backward", ", ctx.count)", ", ctx.count + 1)"),
    Fault("ops.running:Cumsum.backward", "formulas.flip(grad, (dim,)), dim), (dim,)", "grad, dim), ()"),
    Fault("ops.masks:Where.backward", "formulas.where(condition, 0.0, grad)", "grad"),
    Fault("ops.masks:MaskedFill.backward", "formulas.where(mask, 0.0, grad)", "grad"),
    Fault("ops.softmax:Softmax.backward", "grad - sum_over(grad * y, ctx.dim, True)", "grad"),
    Fault("ops.joining:Unbind.backward", "formulas.stack(grads", "formulas.stack(grads[::-1]"),
    Fault("ops.linalg:Mm.backward", "product(swap(a), grad", "product(a, grad"),
    Fault("ops.inplace:Copy.backward", "formulas.zeros_like(grad)", "grad"),
    Fault("ops.axes:Expand.backward", "sum_to(grad, ctx.shape)", "2 * sum_to(grad, ctx.shape)"),
    # the second derivative alone
    Fault("ops.activations:Sigmoid.backward", "(y * (1 - y))", "(lambda v: v * (1 - v))(getattr(y, '_array', y))"),
    # versions, views, writes in place
    Fault("ops.inplace:in_place", "counter(x).count += 1", "pass"),
    Fault("autograd.base:alias", "counter(tensor)", "Version()"),
    Fault("autograd.saved:_is_changed", "counter.count !=", "False and counter.count !="),
    Fault("autograd.op:refresh", "view.seen == x._version", "True"),
    Fault("ops.inplace:_recording", "if recording:\n        check(x)", "if False:\n        check(x)"),
    # modes
    Fault("autograd.grad_mode:_GradMode.__exit__", "state.grad_enabled, state.inference, state.claimed =", "_ ="),
    # the engine
    Fault("autograd.engine:run_backward", "arrived[nr] = calm(add, arrived[nr], grad)\n                        owned", "arrived[nr] = grad\n                        owned"),
    Fault("autograd.engine:run_backward", "heappush(ready, (-target._seq, target))", "heappush(ready, (target._seq, target))"),
    Fault("autograd.engine:run_backward", "if node._saved and not keep_graph:", "if False:"),
    Fault("autograd.engine:_accumulate", "np.array(grad, order=\"C\")", "np.asarray(grad)"),
    Fault("autograd.engine:_accumulate", "state.quietly(iadd, old._array, grad)", "leaf._grad = wrap(old._array + grad)"),
    Fault("autograd.engine:_conform", "grad if grad.dtype == dtype else grad.astype(dtype)", "grad"),
    # hooks
    Fault("autograd.hooks:on_tensors", "shown if result is None else result", "shown"),
    Fault("autograd.hooks:on_tensors", "tensor._grad = _retained(grads[nr], before)", "tensor._grad = _retained(grads[nr], None)"),
    Fault("autograd.hooks:before_node", "list(hooks.before.values())", "list(hooks.before.values())[:0]"),
]  # fmt: skip
