"""Where a tensor stands in the graph after writes, views and cuts: programs run under PyTorch and under minigrad."""

from __future__ import annotations

from typing import Any

import pytest

import minigrad
from parity.programs import error, outcome, programs, shown

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")


def start(library: Any) -> tuple[Any, Any, Any]:
    """Return two leaves, and a copy of the first that is no leaf."""
    x = library.tensor([1.0, 2.0, 3.0], requires_grad=True)
    w = library.tensor([4.0, 5.0, 6.0], requires_grad=True)
    return x, w, x * 1


def a_view_made_under_no_grad_has_no_place_in_the_graph(t):
    _, _, y = start(t)
    with t.no_grad():
        part = y[1:]
    grads = t.autograd.grad((y * y).sum() + part.sum(), [part], allow_unused=True)
    part.register_post_accumulate_grad_hook(lambda leaf: None)
    return grads, part.sum().grad_fn.next_functions, error(lambda: t.autograd.grad(y.sum(), [part]))


def a_stale_view_made_under_no_grad(t):
    _, _, y = start(t)
    with t.no_grad():
        part = y[1:]
    y.mul_(2)
    return part.grad, part.retains_grad, error(lambda: part.is_leaf), error(lambda: part.sum())


def a_mask_written_with_itself(t):
    x = t.zeros(4)
    mask = x >= 0

    def write(value):
        x[mask] = value

    single = [error(lambda: write(t.ones(1, 1, dtype=t.float64))), error(lambda: write(x[:1]))]
    return [error(lambda v=v: write(v)) for v in (x, x.view(1, 4), x[:2], t.ones(4, dtype=t.float64))], single


def an_index_written_with_what_it_reads(t):
    x, i = t.zeros(4), t.tensor([0, 1])

    def write(to, index, value):
        to[index] = value

    return [error(lambda a=a: write(*a)) for a in ((x, i, x[1:3]), (i, i, t.tensor([5, 6])), (x, i[:1], x[::2][:1]))]


def a_value_of_another_dtype_at_an_index(t):
    x, i, value = t.zeros(2), t.tensor([0]), t.tensor(2.5, dtype=t.float64)

    def write(index):
        x[index] = value

    return error(lambda: write(i)), error(lambda: write(x >= 0)), error(lambda: write(1)), x


def what_shares_a_place_is_written(t):
    def each(write):
        x = t.zeros(3, 1).expand(3, 2)
        return error(lambda: write(x)), x

    return [
        each(write)
        for write in (
            lambda x: x.fill_(2.0),
            lambda x: x.fill_(t.tensor(2.0)),
            lambda x: x.masked_fill_(x > -1, 2.0),
            lambda x: x.__setitem__(0, 1.0),
            lambda x: x.__setitem__(x > -1, 1.0),
            lambda x: x.__setitem__(t.tensor([0, 1]), t.ones(2, 2)),
            lambda x: x.add_(1),
        )
    ]


def a_slice_from_the_end_of_one_entry(t):
    y = t.ones(1, requires_grad=True) * 2
    y[-1:] = 0.0
    return y.grad_fn.name(), y._version


def cut_off_in_place_after_it_was_saved(t):
    _, w, y = start(t)
    z = (y * w).sum()
    y.detach_()
    again = (y * w).sum()
    return error(z.backward), error(again.backward), w.grad


def cut_off_in_place_it_still_retains(t):
    _, _, y = start(t)
    y.retain_grad()
    y.detach_()
    return y.retains_grad, y.is_leaf


def a_saved_view_of_several_whose_base_was_written(t):
    x = t.ones(2, 2, requires_grad=True) * 1
    row = x.unbind(0)[0]
    z = row.square().sum()
    x.mul_(2)
    return error(z.backward)


def a_view_whose_base_is_frozen(t):
    x = t.ones(2, 2, requires_grad=True)
    row = x.unbind(0)[0]
    x.detach().add_(1)
    x.requires_grad_(False)
    return error(lambda: row.is_leaf)


def a_product_written_after_it_was_made(t):
    x, _, _ = start(t)
    y = x.prod()
    y.detach().mul_(2)
    return error(y.backward)


def a_vector_times_a_matrix(t):
    x, _, _ = start(t)
    y = x @ t.ones(3, 2)
    return y._version, y._is_view(), y.grad_fn.name(), t.autograd.grad((y * y).sum(), x)


def an_empty_vector_joined(t):
    x = t.ones(0, dtype=t.float64, requires_grad=True)
    y = t.cat([t.ones(2), x, t.ones(1)])
    return y.dtype, y.requires_grad, len(y.grad_fn.next_functions), t.autograd.grad(y.sum(), x)[0].shape


def hooks_on_a_node_that_also_gives_indices(t):
    x, seen = start(t)[0], []
    y = t.max(x, 0).values
    y.grad_fn.register_hook(lambda inputs, outputs: seen.append((len(inputs), len(outputs))))
    y.backward()
    return seen, len(y.grad_fn._input_metadata)


def one_piece_is_a_piece(t):
    y = t.ones(1, 2, requires_grad=True) * 1
    return [error(lambda v=v: v[0].mul_(2)) for v in (y.unbind(0), y.split(1), y.chunk(1), y.split([1]))]


def a_view_of_what_was_cut_off_in_place(t):
    x, _, _ = start(t)
    part = x[1:]
    x.detach_()
    return error(lambda: part.mul_(2)), part.requires_grad


def a_tensor_copied_to_itself(t):
    x = t.ones(1).expand(2)
    return x.copy_(x)._version, error(lambda: x.copy_(x * 1))


def what_may_not_be_written_is_said_before_what_does_not_fit(t):
    x, _, _ = start(t)
    return error(lambda: x.copy_(t.ones(2, 3)))


def a_function_saved_what_was_cut_off_in_place(t):
    class Square(t.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad):
            return 2 * grad * ctx.saved_tensors[0]

    _, _, y = start(t)
    z = Square.apply(y).sum()
    y.detach_()
    return error(z.backward)


def parts_in_another_order_are_joined_in_order(t):
    x = t.ones(2, 3).mT
    return t.stack([x, x]).stride(), t.cat([x, x]).stride(), t.ones(3).expand(2, 3).clone().stride()


def a_leaf_moved_into_the_graph(t):
    x, w, _ = start(t)
    z = (x * w).sum()
    x.requires_grad_(False)
    x.mul_(w)
    return error(z.backward)


def a_view_written_and_its_base_differentiated_twice(t):
    x, _, y = start(t)
    part = y[1:]
    part.retain_grad()
    part.sigmoid_()
    z = (y * y).sum() + (part * part).sum()
    (g,) = t.autograd.grad(z, x, create_graph=True)
    g.tanh().sum().backward()
    return x.grad.sub(1).mul(1e4).round(), part.grad.mul(1e4).round()


def the_diagonal_of_a_view_made_under_no_grad(t):
    x = t.ones(2, 2, requires_grad=True) * 1
    with t.no_grad():
        part = x[:, :1]
    d = part.diagonal()
    return error(lambda: d.backward(t.ones(1))), t.tensor(1.0).mT


def a_view_of_what_wants_no_gradient_is_written_to(t):
    x = t.ones(3)
    view = x.view(3)
    view.requires_grad_()
    first = view[0]
    with t.no_grad():
        first.add_(1)
    return first.grad_fn.name(), t.autograd.grad(first * first, view, allow_unused=True), first.retain_grad()


def a_view_of_what_was_cut_off_and_written_to(t):
    x, _, y = start(t)
    part = y[1:]
    y.detach_()
    part.detach().mul_(2)
    part.sum().backward()
    return part.grad_fn.name(), part.requires_grad, x.grad


def a_product_of_views_made_under_no_grad_saves_nothing(t):
    x, _, _ = start(t)
    with t.no_grad():
        part = x[1:]
    y = part @ part
    y.backward()
    y.backward()
    return (part * part).grad_fn._saved_self, x.grad


def a_piece_of_several_is_asked_whether_it_is_a_leaf(t):
    a, b = t.ones(2, 3, requires_grad=True)
    with t.no_grad():
        a.mul_(2)
    return error(lambda: b.requires_grad_(False)), error(lambda: b.is_leaf)


def what_was_saved_is_looked_at_in_the_order_of_its_names(t):
    def each(op):
        _, w, y = start(t)
        other = w.detach()
        z = op(y, other).sum()
        y.detach_()
        other.mul_(2)
        return error(z.backward)

    return [each(op) for op in (t.mul, t.maximum, t.atan2, lambda y, w: w * y, lambda y, w: t.hypot(w, y))]


def an_expanded_tensor_that_wants_no_gradient_is_written_to(t):
    _, w, _ = start(t)
    wide = t.zeros(3).expand(2, 3)
    wide[wide > -1] = w[0]
    return t.autograd.grad(wide.sum(), w)


def the_largest_changed_unseen(t):
    def each(name):
        x, _, _ = start(t)
        y = getattr(x, name)()
        y.data.mul_(0.5)
        return t.autograd.grad(y, x)

    return [each(name) for name in ("max", "min", "median", "nanmedian", "amax")]


def what_a_bend_sends_back_depends_on_its_input(t):
    def each(name, *settings):
        x = t.tensor([-4.0, -0.1, 0.0, 0.1, 4.0, float("nan")], requires_grad=True)
        y = getattr(t.nn.functional, name)(x, *settings)
        (g,) = t.autograd.grad(y, x, t.ones(6), create_graph=True)
        return g, g.grad_fn.next_functions[1][0].name(), t.autograd.grad(g.sum(), x)

    names = ("relu", "leaky_relu", "hardtanh", "hardshrink", "softshrink", "relu6")
    return [each(name) for name in names], each("threshold", 0.05, 2.0)


def a_kept_gradient_is_a_copy_of_the_one_returned(t):
    _, _, y = start(t)
    y.retain_grad()
    (g,) = t.autograd.grad((y * y).sum(), y, create_graph=True)
    return y.grad is g, y.grad.grad_fn.name(), t.autograd.grad(g.sum(), y.grad, allow_unused=True)


def a_gradient_of_a_number_is_no_view(t):
    x = t.tensor(2.0, requires_grad=True)
    (g,) = t.autograd.grad((x * t.ones(2, 1)).sum(), x, create_graph=True)
    return g._is_view(), g.detach_()


def a_hook_stays_with_what_is_cut_off_in_place(t):
    _, _, y = start(t)
    seen = []
    y.register_hook(lambda g: seen.append(g))
    y.detach_().requires_grad_()
    (y * 2).sum().backward()
    return seen, y.grad


def a_view_in_a_function_that_changes_it_loses_its_gradient_first(t):
    class Doubled(t.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x.mul_(2))
            return x

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    x, _, _ = start(t)
    view = x.view(3)
    view.retain_grad()
    t.autograd.grad(view.sum(), view)
    return error(lambda: Doubled.apply(view)), view.grad


def a_leaf_that_is_a_stale_view_made_under_no_grad(t):
    _, _, y = start(t)
    with t.no_grad():
        part = y[1:]
    part.requires_grad_()
    z = part.sum()
    y.detach().mul_(2)
    return error(z.backward)


def copied_onto_itself_under_another_shape(t):
    x, wide = t.ones(2, 3), t.ones(2).expand(3, 2).unsqueeze(0)
    x[None][...] = x
    wide[0] = wide
    x.copy_(x[None].view(2, 3))
    return x, wide, error(lambda: x[:1].copy_(x[1:])), error(lambda: t.ones(2).expand(3, 2).copy_(t.ones(5)))


def what_lerp_says_first(t):
    x = t.ones(2).expand(3, 2)
    return error(lambda: x.lerp_(t.ones(2, dtype=t.float64), 0.5)), error(lambda: x.lerp_(t.ones(2), 0.5))


def what_was_saved_before_it_had_a_graph_and_cut_off_after(t):
    x, w, y = start(t)
    other = w.detach().clone()
    z = t.maximum(y, other)
    other[...] = x  # from here on it has a place in the graph, that it had not when it was saved
    other.detach_()
    return error(z.sum().backward)


def a_gradient_lies_as_what_it_is_the_gradient_of(t):
    x = t.ones(2, 3, requires_grad=True)
    y = x.t()
    grads = t.autograd.grad((y * y).sum(), [x, y])
    return [(g.stride(), g.flatten()._is_view()) for g in grads]


def a_hook_on_what_was_a_leaf(t):
    x, seen = t.tensor(1.0, requires_grad=True), []
    x.register_hook(seen.append)
    y = x * 1
    x.detach_()
    x[...] = t.ones((), requires_grad=True)
    return error(y.backward), seen


@pytest.mark.parametrize("program", programs(globals()), ids=lambda p: p.__name__)
def test_minigrad_does_what_pytorch_does(program: Any) -> None:
    assert shown(outcome(program, minigrad)) == shown(outcome(program, torch))


@pytest.mark.parametrize("name", ["t", "repeat", "view", "clone", "squeeze"])
def test_a_recorded_gradient_leads_to_another_where_it_does_in_pytorch(name):
    def answers(m):
        x = m.tensor([1.0, 2.0, 3.0], requires_grad=True)
        y = getattr(x, name)(*{"repeat": (1,), "view": (3,)}.get(name, ()))
        a, b = m.autograd.grad((y * y).sum(), [y, x], create_graph=True)
        of_b = m.autograd.grad((a * a).sum(), b, allow_unused=True, retain_graph=True)[0]
        of_a = m.autograd.grad((b * b).sum(), a, allow_unused=True)[0]
        return [None if g is None else g.tolist() for g in (of_b, of_a)]

    assert answers(minigrad) == answers(torch)
