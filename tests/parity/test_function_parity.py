"""A user's own Function under PyTorch and under minigrad: what it may return, save and change, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

import minigrad
from parity.programs import error, outcome, programs, shown

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")


def define(t: Any, forward: Any, backward: Any = lambda ctx, *grads: grads[0], **more: Any) -> Any:
    """Return a Function called F."""
    methods = {"forward": forward, "backward": backward, **more}
    return type("F", (t.autograd.Function,), {name: staticmethod(f) for name, f in methods.items()})


def leaf(t: Any, *numbers: float) -> Any:
    return t.tensor(numbers or [3.0, 4.0], requires_grad=True)


def set_up_apart(t):
    def setup_context(ctx, inputs, output):
        seen.append(shown((inputs, output)))
        ctx.save_for_backward(*inputs)

    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return grad * y, grad * x

    seen = []
    f = define(t, lambda x, y=2.0: x * y, backward, setup_context=setup_context)
    x = leaf(t)
    z = f.apply(x, x * 2)
    (g,) = t.autograd.grad(z.sum(), x, create_graph=True)
    return shown(z), shown(g), shown(t.autograd.grad(g.sum(), x)), seen, error(lambda: f.apply(x))


def set_up_apart_in_place(t):
    def forward(x):
        return x.mul_(2)

    y = leaf(t) * 1
    f = define(t, forward, setup_context=lambda ctx, inputs, output: ctx.mark_dirty(inputs[0]))
    return f.apply(y) is y, shown(y), y._version


def saved_and_returned_untouched(t):
    f = define(t, lambda x: x, setup_context=lambda ctx, inputs, output: ctx.save_for_backward(inputs[0]))
    return error(lambda: f.apply(leaf(t)))


def once(t):
    def formula(ctx, g):
        return g * 2 * ctx.saved_tensors[0]

    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    f = define(t, forward, t.autograd.function.once_differentiable(formula))
    x = leaf(t)
    (g,) = t.autograd.grad(f.apply(x).sum(), x, create_graph=True)
    (h,) = t.autograd.grad((f.apply(x) ** 2).sum(), x, create_graph=True)
    return shown(g), g.requires_grad, h.requires_grad, error(lambda: t.autograd.grad(h.sum(), x))


def outputs_that_are_no_tensors(t):
    seen = []

    def backward(ctx, *grads):
        seen.append(shown(grads))
        return grads[1] * 2

    x = leaf(t)
    out = define(t, lambda ctx, x: (5, x * 2, None, "s", x.argmax()), backward).apply(x)
    out[1].sum().backward()
    return shown(out), out[1].output_nr, seen, shown(x.grad)


def no_tensor_at_all(t):
    x = leaf(t)
    return [error(lambda out=out: define(t, lambda ctx, x: out).apply(x)) for out in (5, None, [x], (1, "s"))]


def what_needs_a_gradient(t):
    seen = []

    def forward(ctx, x, k, y):
        seen.append(ctx.needs_input_grad)
        return x * k

    f = define(t, forward)
    f.apply(leaf(t), 2, t.ones(1))
    with t.no_grad():
        f.apply(leaf(t), 2, t.ones(1))
    f.apply(t.ones(1), 2, t.ones(1))
    return seen


def gradients_that_do_not_fit(t):
    found = []
    for given in (
        1.0,
        "a",
        (1.0,),
        [t.ones(2)],
        t.ones(3),
        t.ones(2, 2),
        (t.ones(2), t.ones(2)),
        (t.ones(2), None),
        (),
    ):
        x = leaf(t)
        f = define(t, lambda ctx, x: x * 2, lambda ctx, g, given=given: given)
        found += [error(lambda f=f, x=x: f.apply(x).sum().backward()), shown(x.grad)]
    f = define(t, lambda ctx, x, k: x * k, lambda ctx, g: (g, g))
    g = define(t, lambda ctx, x, k: x * k, lambda ctx, g: g)
    return found, error(lambda: f.apply(x, 3).sum().backward()), error(lambda: g.apply(x, 3).sum().backward())


def what_is_missing(t):
    x = leaf(t)
    bare = type("F", (t.autograd.Function,), {})
    half = type("F", (t.autograd.Function,), {"forward": staticmethod(lambda ctx, x: x * 2)})
    return (
        error(lambda: bare.apply(x)),
        error(lambda: half.apply(x).sum().backward()),
        error(lambda: bare()(x)),
        error(lambda: define(t, lambda ctx, x: x * 2, vjp=lambda ctx, g: g).apply(x).sum().backward()),
        error(lambda: type("F", (half,), {"vjp": staticmethod(lambda ctx, g: g * 2)}).apply(x).sum().backward()),
    )


def saved_things(t):
    found = []

    def forward(ctx, x):
        ctx.save_for_backward(x, None)
        ctx.k = 3
        found.append(error(lambda: ctx.saved_tensors))
        return x * 2

    def backward(ctx, g):
        found.append(shown((ctx.saved_tensors, ctx.k)))
        return g

    y = define(t, forward, backward).apply(leaf(t))
    y.sum().backward()
    found += [error(lambda: y.grad_fn.saved_tensors), error(lambda: y.sum().backward())]
    numbers = define(t, lambda ctx, x: ctx.save_for_backward(x, 3) or x * 2)
    return found, error(lambda: numbers.apply(leaf(t))), error(lambda: y.grad_fn.to_save)


def by_keyword(t):
    f = define(t, lambda ctx, x, k=2: x * k, lambda ctx, g: (g, None))
    return error(lambda: f.apply(leaf(t), k=3)), error(lambda: f.apply())


def how_it_prints(t):
    y = define(t, lambda ctx, x: x * 2).apply(leaf(t))
    return shown(y.grad_fn), shown(y), y.grad_fn.name(), type(y.grad_fn).__name__, shown(y.grad_fn.next_functions)


def doubling(t, **more):
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    return define(t, forward, lambda ctx, g: g * 2, **more)


def changed_in_place(t):
    x, f = leaf(t), doubling(t)
    y = x * 1
    z = f.apply(y)
    z.sum().backward()
    plain = t.ones(2)
    return z is y, shown(z), y._version, shown(x.grad), error(lambda: f.apply(x)), shown(x), f.apply(plain) is plain


def a_view_changed_in_place(t):
    x, f = leaf(t, 3.0, 4.0, 5.0), doubling(t)
    y = x * 1
    view = y[:2]
    z = f.apply(view)
    y.sum().backward()
    return z is view, y.grad_fn.name(), y._version, shown(x.grad), error(lambda: f.apply(x[:2])), y.tolist()


def a_view_of_a_plain_base_changed_in_place(t):
    def forward(ctx, x, w):
        x.add_(w)
        ctx.mark_dirty(x)
        return x

    f = define(t, forward, lambda ctx, g: (g, g * 3))
    b, w = t.zeros(3), leaf(t)
    view = b[:2]
    f.apply(view, w)
    b.sum().backward()
    return shown(b), view.requires_grad, shown(w.grad), b.tolist()


def a_view_changed_beside_another_output(t):
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x, x * 3

    f = define(t, forward, lambda ctx, g, h: g * 2 + h * 6)
    x = leaf(t)
    y = x * 1
    a, b = f.apply(y)
    (a + b).sum().backward()
    z = x * 1
    return a is y, a.output_nr, b.output_nr, shown(x.grad), error(lambda: f.apply(z[:1]))


def changed_and_not_returned(t):
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x * 1

    f = define(t, forward)
    return error(lambda: f.apply(leaf(t) * 1)), error(lambda: f.apply(t.ones(2)))


def changed_and_saved(t):
    def forward(ctx, x):
        x.exp_()
        ctx.mark_dirty(x)
        ctx.save_for_backward(x)
        return x

    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        seen.append((y._version, y.grad_fn.name()))
        return g * y

    seen = []
    x = leaf(t, 0.5, 1.0)
    z = define(t, forward, backward).apply(x * 1)
    (g,) = t.autograd.grad(z.sum(), x, create_graph=True)
    return z._version, shown(g.detach()), shown(t.autograd.grad(g.sum(), x)), seen


def changed_under_no_grad(t):
    x, f = leaf(t), doubling(t)
    with t.no_grad():
        z = f.apply(x)
    return z is x, shown(x), x._version, z.requires_grad


def an_input_returned(t):
    f = define(t, lambda ctx, x: x, lambda ctx, g: g * 3)
    x = leaf(t)
    y = x * 1
    z, of_y, plain = f.apply(x), f.apply(y), f.apply(t.ones(2))
    z.sum().backward()
    with t.no_grad():
        quiet = f.apply(x)
    return (
        (z is x, shown(z), z._is_view(), z._base is x, of_y._base is y, plain._is_view(), shown(x.grad)),
        (quiet is x, quiet.requires_grad, quiet._is_view()),
        (error(lambda: z.mul_(2)), error(lambda: of_y.mul_(2)), of_y.tolist()),
    )


def views_returned(t):
    f = define(t, lambda ctx, x: x.view(2, 1), lambda ctx, g: g.view(2) * 3)
    temporary = define(t, lambda ctx, x: (x * 2).view(2, 1), lambda ctx, g: g.view(2) * 3)
    both = define(t, lambda ctx, x: (x[:1], x[1:]), lambda ctx, g, h: t.cat([g, h]) * 3)
    x = leaf(t)
    y = x * 1
    z = f.apply(y)
    before = z._is_view(), shown(z), error(lambda: z.mul_(2)), error(lambda: temporary.apply(x).mul_(2))
    y.mul_(2)
    a, b = both.apply(x * 1)
    (a + b).backward()
    return (
        (before, z._version, shown(z), error(lambda: z.sum().backward()), shown(x.grad)),
        (a._is_view(), error(lambda: a.mul_(2)), b.output_nr),
    )


def outputs_without_a_gradient(t):
    def forward(ctx, x):
        b = x * 3
        ctx.mark_non_differentiable(b)
        return x * 2, b

    seen = []
    x = leaf(t)
    a, b = define(t, forward, lambda ctx, g, h: seen.append(shown((g, h))) or g).apply(x)
    a.sum().backward()
    same = define(t, lambda ctx, x: ctx.mark_non_differentiable(x) or x).apply(x)
    made = define(t, lambda ctx, x: t.ones(2, requires_grad=True)).apply(t.ones(2))
    return b.requires_grad, b.is_leaf, seen, same is x, same.requires_grad, x.requires_grad, made.requires_grad


def zeros_or_none(t):
    seen = []

    def forward(ctx, x, materialize):
        ctx.set_materialize_grads(materialize)
        return x * 2, x.double() * 3

    f = define(t, forward, lambda ctx, g, h: seen.append(shown((g, h))) or (g, None))
    f.apply(leaf(t), True)[0].sum().backward()
    f.apply(leaf(t), False)[0].sum().backward()
    return seen


def an_output_saved(t):
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    f = define(t, forward, lambda ctx, g: g * ctx.saved_tensors[0])
    x = leaf(t, 0.5, 1.0)
    (g,) = t.autograd.grad(f.apply(x).sum(), x, create_graph=True)
    y = f.apply(x)
    y.mul_(2)
    return shown(t.autograd.grad(g.sum(), x)), error(lambda: y.sum().backward())


def one_output_twice(t):
    def forward(ctx, x):
        y = x * 2
        return y, y

    seen = []
    x = leaf(t)
    a, b = define(t, forward, lambda ctx, g, h: seen.append(shown((g, h))) or g + h).apply(x)
    (a * 1 + b * 2).sum().backward()
    return a is b, b.output_nr, seen, shown(x.grad)


def an_error_inside(t):
    def boom(ctx, x):
        raise ValueError("boo")

    first = error(lambda: define(t, boom).apply(leaf(t)))
    return (
        first,
        error(lambda: define(t, lambda ctx, x: x * 2, boom).apply(leaf(t)).sum().backward()),
        t.is_grad_enabled(),
    )


@pytest.mark.parametrize("program", programs(globals()), ids=lambda p: p.__name__)
def test_a_function_does_what_it_does_in_pytorch(program: Any) -> None:
    assert outcome(program, minigrad) == outcome(program, torch)
