# ruff: noqa: E501 (a row of templates is a row)
"""The kinds of line that a random program is made of."""

from __future__ import annotations

from typing import Any

import torch

from random_programs.draft import LARGE, Draft, memory

SHAPES = ["()", "(1,)", "(3,)", "(3,)", "(2, 3)", "(2, 3)", "(2, 1)", "(3, 3)", "(2, 2, 3)", "(0,)"]


def tame(x: Any) -> bool:
    """Return whether all its entries are of a size that further computing does not blow up."""
    try:
        large = LARGE if x.dtype is torch.float64 else LARGE / 3
        return x.numel() == 0 or float(x.detach().abs().max()) <= large  # nan is not
    except RuntimeError:  # a view that may not be read any more
        return False


def dusty(x: Any) -> bool:
    """Return whether an entry is so near zero that it may be nothing but rounding: its sign is chance."""
    exact = bool((x.detach() * 2 % 1 == 0).all())  # halves are added and multiplied without rounding
    return not exact and bool((x.detach().abs() < 1e-5).any())


def on_the_brink(x: Any) -> bool:
    """Return whether an entry is so near a half that rounding decides on which side of a jump it is."""
    halves = x.detach() * 2
    away = (halves - halves.round()).abs()
    return bool((away > 0).any() and (away < 1e-4).any())  # halves are added and multiplied without rounding


def level(x: Any) -> bool:
    """Return whether entries along the last dimension are equal but for rounding: their spread has any slope."""
    return bool(x.numel() and x.dim() and ((x.detach().amax(-1) - x.detach().amin(-1)) < 1e-3).any())


def writable(d: Draft, x: Any) -> bool:
    """Return whether it is tame, and no gradient's memory: what a library saves of those is its own affair.

    A retained second output is left alone too (PyTorch may crash), with its views, and what has no entries: see the
    table of differences.
    """
    base = x if x._base is None else x._base
    odd = not x.numel() or (base.retains_grad and base.output_nr)
    return tame(x) and memory(x) not in d.gradients_memory() and not odd


def refused(x: Any) -> bool:
    """Return whether a write into it is refused for certain, under grad mode."""
    return bool(x.is_leaf and x.requires_grad)


# --- leaves ---------------------------------------------------------------------------------------------------------


def leaf(d: Draft) -> None:
    """Make a leaf: whole numbers and halves, so that ties and kinks occur."""
    shape = eval(d.one_of(SHAPES))
    size = 1
    for n in shape:
        size *= n
    entries = [d.whole(-6, 6) / 2 for _ in range(size)]
    dtype = d.one_of(["float64"] * 5 + ["float32"] * 2)
    asks = "" if d.chance(4) else ", requires_grad=True"
    features = []
    if not shape:
        features.append("0-d")
    d.write(
        "leaf", f"{d.name()} = m.tensor({entries}, dtype=m.{dtype}).reshape({shape}).detach(){_asks(asks)}", *features
    )


def _asks(asks: str) -> str:
    return ".requires_grad_()" if asks else ""


def integers(d: Draft) -> None:
    """Make a tensor of integers."""
    d.write("integers", f"{d.name()} = m.tensor({[d.whole(-2, 3) for _ in range(3)]})", "mixed dtypes")


# --- values ---------------------------------------------------------------------------------------------------------

STEP = "m.sign({a})"
SQUASH = [
    "{a}.tanh()",
    "{a}.sigmoid()",
    "m.sin({a} / 10)",
    "{a} / 100",
    "{a}.softmax(-1)",
    STEP,
    "m.atan({a})",
]
UNARY = [
    *SQUASH, "{a}.sin()", "{a}.cos()", "{a}.relu()", "{a}.abs()", "-{a}", "{a}.exp()", "({a}.abs() + 0.5).log()",
    "{a}.abs().sqrt()", "{a}.clamp(-1, 1)", "{a}.clamp(min=0)", "{a} ** 2", "{a} ** 3", "2 ** {a}.tanh()", "{a}.square()",
    "({a} * {a} + 1).reciprocal()", "({a}.abs() + 1).rsqrt()", "{a} + 2.5", "1 - {a}", "{a} * 3", "2 / ({a}.abs() + 1)",
    "{a}.floor()", "{a}.round()", "{a}.log_softmax(-1)", "{a}.cumsum(-1)", "{a}.erf()", "{a}.expm1()", "{a}.clone()",
    "{a}.log1p()", "m.exp(-{a} * {a})", "{a} % 2", "{a}.contiguous()", "{a}.logsumexp(-1)",
]  # fmt: skip
JUMPS = {"{a}.floor()", "{a}.round()", "{a} % 2"}
BINARY = [
    "{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} * {b}", "{a} / ({b}.abs() + 1)", "m.maximum({a}, {b})",
    "m.minimum({a}, {b})", "m.where({a} > {b}, {a}, {b})", "({a}.abs() + 0.5) ** {b}.tanh()", "m.atan2({a}, {b}.abs() + 1)",
    "m.add({a}, {b}, alpha=2)", "m.lerp({a}, {b}, 0.25)", "{a} * {b}.detach()", "m.rsub({a}, {b})",
]  # fmt: skip
REDUCE = [
    "{a}.sum()", "{a}.mean()", "{a}.sum(-1)", "{a}.mean(0)", "{a}.sum(0, keepdim=True)", "{a}.max()", "{a}.min()",
    "{a}.amax(-1)", "{a}.max(-1).values", "{a}.prod()", "{a}.var(0, correction=0)", "{a}.norm()", "{a}.amin(0, keepdim=True)",
    "{a}.prod(-1)", "{a}.std(-1, correction=0)", "{a}.sum(0)",
]  # fmt: skip
SHAPE = [
    "{a}.reshape(-1)", "{a}.view(-1)", "{a}.t()", "{a}.unsqueeze(0)", "{a}.unsqueeze(-1)", "{a}.squeeze()", "{a}.flatten()", "{a}[None]",
    "{a}.view_as({a})", "{a}.detach()", "{a}.expand(2, *{a}.shape)",
]  # fmt: skip
SHAPE_1 = [
    "{a}[0]", "{a}[-1:]", "{a}[..., 0]", "{a}[..., ::2]", "{a}.transpose(0, -1)", "{a}.narrow(0, 0, 1)", "{a}.select(-1, 0)", "{a}.T",
    "{a}.permute(*range({a}.dim() - 1, -1, -1))", "{a}.unbind(0)[0]", "{a}.split(1)[0]", "{a}.squeeze(0)",
]  # fmt: skip
SHAPE_2 = ["{a}.diagonal()", "{a}[:, 0]", "{a}[:, -1:]", "{a}.mT", "{a}[0, 0]", "{a}.flatten(0, 1)"]
COPIES = [
    "{a}[{a} > 0]", "{a}[m.tensor([0, 0])]", "m.cat([{a}, {a}])", "m.stack([{a}, {a} * 2])", "{a}.flip(0)", "{a}.repeat(2, *[1] * {a}.dim())",
    "m.cat([{a}.reshape(-1), {b}.reshape(-1)])", "{a}.index_select(0, m.tensor([0]))", "{a}.masked_fill({a} > 1, 0.5)",
    "m.cat([{a}.reshape(-1), {b}.reshape(-1)])",
]  # fmt: skip


def _features(x: Any) -> list[str]:
    return ["0-d"] if x is not None and x.dim() == 0 else []


def _shortened(template: str) -> str:
    return template.replace("{a}", "a").replace("{b}", "b")


def unary(d: Draft) -> None:
    """Apply a function of one tensor."""
    if (chosen := d.floating()) is None:
        return
    name, x = chosen
    template = d.one_of(UNARY if tame(x) else SQUASH)
    if (template is STEP and dusty(x)) or (template in JUMPS and on_the_brink(x)):
        return
    d.write(_shortened(template), f"{d.name()} = {template.format(a=name)}", *_features(x))


def reduce(d: Draft) -> None:
    """Reduce a tensor."""
    if (chosen := d.floating(tame)) is None:
        return
    template = d.one_of(REDUCE)
    if ".std(" in template and level(chosen[1]):
        return
    d.write(_shortened(template), f"{d.name()} = {template.format(a=chosen[0])}", *_features(chosen[1]))


def binary(d: Draft) -> None:
    """Combine two tensors that broadcast."""
    if (first := d.floating(tame)) is None:
        return
    second = d.tensor(lambda x: x.dtype is not torch.bool and tame(x) and _broadcast(first[1], x))
    assert second is not None  # a tensor broadcasts with itself
    mixed = ["mixed dtypes"] if first[1].dtype != second[1].dtype else []
    template = d.one_of(BINARY if second[1].is_floating_point() else BINARY[:5])
    features = _features(first[1]) + _features(second[1]) + mixed + (["detach"] if "detach" in template else [])
    d.write(_shortened(template), f"{d.name()} = {template.format(a=first[0], b=second[0])}", *features)


def _broadcast(a: Any, b: Any) -> bool:
    return all(m in (n, 1) or n == 1 for m, n in zip(reversed(a.shape), reversed(b.shape), strict=False))


def product(d: Draft) -> None:
    """Multiply two matrices, or a matrix and a vector."""
    if (first := d.floating(lambda x: tame(x) and x.dim() in (1, 2))) is None:
        return
    n = first[1].shape[-1]
    second = d.floating(lambda x: tame(x) and x.dim() in (1, 2) and x.shape[0] == n and x.dtype == first[1].dtype)
    if second is not None:
        d.write("a @ b", f"{d.name()} = {first[0]} @ {second[0]}")


def view(d: Draft) -> None:
    """Make a view, or now and then something that is none."""
    if (chosen := d.floating()) is None:
        return
    name, x = chosen
    dims = 2 if d.chance(15) else x.dim()  # once in a while one that does not fit
    shapes = [s for s in SHAPE if "view(" not in s] if memory(x) in d.gradients_memory() else SHAPE
    template = d.one_of(shapes + (SHAPE_1 if dims > 0 else []) + (SHAPE_2 if dims > 1 else []))
    features = ["views"] + (["detach"] if "detach" in template else []) + _features(x)
    d.write(_shortened(template), f"{d.name()} = {template.format(a=name)}", *features)


def several(d: Draft) -> None:
    """Make several views at once."""
    if (chosen := d.floating(lambda x: x.dim() > 0 and x.shape[0] == 2)) is None:
        return
    template = d.one_of(["{a}.unbind(0)", "{a}.split(1)", "{a}.chunk(2)", "{a}"])
    d.write(_shortened(template), f"{d.name()}, {d.name()} = {template.format(a=chosen[0])}", "views")


def copy(d: Draft) -> None:
    """Pick, join and repeat entries."""
    if (a := d.floating(lambda x: 0 < x.numel() < 20 and x.dim() > 0)) is None or (
        b := d.floating(lambda x: x.numel() < 20)
    ) is None:
        return
    template = d.one_of(COPIES)
    if "{b}" in template and a[1].dtype != b[1].dtype:
        d.program.features.add("mixed dtypes")
    d.write(_shortened(template), f"{d.name()} = {template.format(a=a[0], b=b[0])}", *_features(a[1]))


def cast(d: Draft) -> None:
    """Change the type of a tensor's numbers."""
    if (chosen := d.floating(tame)) is None:
        return
    template = d.one_of(
        ["{a}.double()", "{a}.float()", "{a}.to(m.float32)", "{a}.to(m.float64)", "{a}.long()", "{a} > 0"]
    )
    if (template == "{a}.long()" and on_the_brink(chosen[1])) or (template == "{a} > 0" and dusty(chosen[1])):
        return
    d.write(_shortened(template), f"{d.name()} = {template.format(a=chosen[0])}", "mixed dtypes")


def cut(d: Draft) -> None:
    """Take a tensor out of the graph."""
    if (chosen := d.floating()) is None:
        return
    name, x = chosen
    if d.chance(4):
        if memory(x) in d.gradients_memory() or x.retains_grad:
            return  # whether a gradient is a view is a library's own affair; of the other see the table of differences
        d.write("a.detach_()", f"{name}.detach_()", "detach")
    else:
        template = d.one_of(
            ["{a}.detach()", "{a}.detach()", "{a}.data", "{a}.detach().clone()", "{a}.detach().requires_grad_()"]
        )
        d.write(_shortened(template), f"{d.name()} = {template.format(a=name)}", "detach")


def function(d: Draft) -> None:
    """Use a Function that a user wrote."""
    if (chosen := d.floating(tame)) is None:
        return
    name, x = chosen
    kind = d.whole(0, 4)
    if kind < 2:
        d.write("Cube", f"{d.name()} = Cube.apply({name})", "Function")
    elif (
        kind < 4 and (other := d.floating(lambda y: tame(y) and y.shape == x.shape and y.dtype == x.dtype)) is not None
    ):
        d.write("SumAndProduct", f"{d.name()}, {d.name()} = SumAndProduct.apply({name}, {other[0]}, 0.5)", "Function")
    elif writable(d, x):
        d.write("Doubled", f"{d.name()} = Doubled.apply({name})", "Function", "in-place")


# --- writes in place ------------------------------------------------------------------------------------------------

IN_PLACE = [
    "{a}.mul_(0.5)", "{a}.add_(1)", "{a}.zero_()", "{a}.tanh_()", "{a}.relu_()", "{a}.sigmoid_()", "{a}.fill_(0.5)", "{a} *= 0.5", "{a} += 1",
    "{a}.neg_()", "{a}.abs_()", "{a}.clamp_(-1, 1)", "{a}[0] = 1.5", "{a}[...] = 0.25", "{a}[{a} > 0] = 0.5", "{a}.masked_fill_({a} > 1, 0.5)",
    "{a}.sin_()", "{a}.square_()", "{a}[..., 0] *= 2", "{a}[-1:] = 0.", "{a}.div_(2)", "{a}.pow_(2)", "{a}.data.mul_(0.5)", "{a}.detach().add_(1)",
]  # fmt: skip
IN_PLACE_2 = [
    "{a}.copy_({b})", "{a}.add_({b})", "{a} += {b}", "{a} -= {b}", "{a} *= {b}", "{a}.mul_({b})", "{a}[0] = {b}", "{a}[...] = {b}",
    "{a}[{a} > 0] = {b}", "{a}[:1] += {b}", "{a}.sub_({b}, alpha=2)", "{a}.lerp_({b}, 0.5)", "{a}[..., 0] = {b}", "{a}.view(-1)[:1] = {b}",
]  # fmt: skip


def write(d: Draft) -> None:
    """Write into a tensor."""
    if (chosen := d.floating(lambda x: writable(d, x))) is None:
        return
    if refused(chosen[1]) and not d.chance(6):
        return
    template = d.one_of(IN_PLACE)
    d.write(_shortened(template), template.format(a=chosen[0]), "in-place", *_features(chosen[1]))


def write_from(d: Draft) -> None:
    """Write one tensor into another."""
    if (a := d.floating(lambda x: writable(d, x))) is None or (refused(a[1]) and not d.chance(6)):
        return
    b = d.floating(lambda x: tame(x) and x.dim() <= a[1].dim() and _broadcast(a[1], x) and not _entangled(a[1], x))
    if b is None:
        return
    template = d.one_of(IN_PLACE_2)
    if isinstance(d, Within) and b[1].requires_grad and not a[1].requires_grad:
        return  # a view of it may be written to in the same block: see the table of differences
    if "[:1] +=" in template and b[1].requires_grad and not a[1].requires_grad and a[1].dim() and len(a[1]) == 1:
        return  # it writes twice, and nobody looks at the view meanwhile: see the table of differences
    mixed = ["mixed dtypes"] if a[1].dtype != b[1].dtype else []
    d.write(_shortened(template), template.format(a=a[0], b=b[0]), "in-place", *mixed, *_features(b[1]))


def _entangled(a: Any, b: Any) -> bool:
    """Return whether two share memory in a way that PyTorch does not look into: what is read then is chance."""
    if memory(a) != memory(b) or (a is b and a.numel() != 1):
        return False
    return 1 in (a.numel(), b.numel()) or not (a.is_contiguous() and b.is_contiguous())


# --- modes ----------------------------------------------------------------------------------------------------------

MODES = ["m.no_grad()", "m.no_grad()", "m.enable_grad()", "m.set_grad_enabled(False)", "m.set_grad_enabled(True)"]


def under(d: Draft) -> None:
    """Write the next one or two lines under a grad mode, or under one in another."""
    inner = Within(d)
    for _ in range(d.whole(1, 2)):
        d.one_of(INSIDE)(inner)
    if not inner.lines:
        return
    modes = [d.one_of(MODES)] + ([d.one_of(MODES)] if d.chance(3) else [])
    d.write("grad mode", f"with {', '.join(modes)}:\n    " + "\n    ".join(inner.lines), "grad modes")
    d.program.ops.update(inner.ops)
    d.program.features.update(inner.features)


class Within(Draft):
    """The lines of a block: chosen one by one, run together."""

    def __init__(self, outer: Draft) -> None:
        self.outer = outer
        self.whole = outer.whole
        self.session = outer.session
        self.frozen = outer.frozen
        self.program = outer.program
        self.lines: list[str] = []
        self.ops: list[str] = []
        self.features: set[str] = set()

    def name(self, kind: str = "x") -> str:
        return self.outer.name(kind)

    def write(self, op: str, line: str, *features: str) -> None:
        self.lines.append(line)
        self.ops.append(op)
        self.features.update(features)


# --- the graph ------------------------------------------------------------------------------------------------------


def ask(d: Draft) -> None:
    """Say of a tensor that it wants a gradient, or none, or keeps it."""
    if (chosen := d.floating(lambda x: x.numel() and memory(x) not in d.gradients_memory())) is None:
        return  # whether two gradients are one tensor is a library's own affair
    x = chosen[1]
    if isinstance(d, Within) and not x.is_leaf:
        return  # it might be written to, or cut off, in the same block: see `writable` and `cut`
    flags = ["{a}.requires_grad_()", "{a}.requires_grad_(False)", "{a}.requires_grad = True"]
    if x._backward_hooks:
        flags = flags[:1]  # whether a frozen leaf's hooks are still called is chance
    template = "{a}.retain_grad()" if not x.is_leaf and not d.chance(8) else d.one_of(flags)
    if "False" in template:
        d.frozen.append(x)
    d.write(_shortened(template), template.format(a=chosen[0]), *(["retain_grad"] if "retain" in template else []))


HOOKS = [
    "{a}.register_hook(times(2))", "{a}.register_hook(watch)", "{a}.register_hook(times(0.5))", "{a}.grad_fn.register_hook(after)",
    "{a}.grad_fn.register_prehook(before)", "{a}.register_post_accumulate_grad_hook(stored)", "{a}.register_hook(watch).remove()",
]  # fmt: skip


def hook(d: Draft) -> None:
    """Hang a hook on a tensor or on its node."""
    template = d.one_of(HOOKS)
    node = "grad_fn" in template
    accumulate = "post_accumulate" in template

    def watched(x: Any) -> bool:
        if not node and not x.is_leaf and any(x is other for other in d.frozen):
            return False  # PyTorch calls a hook on what was a leaf with the gradient of the leaf that it is no more
        return bool(x.requires_grad and (x.grad_fn is not None or not node) and (x.is_leaf or not accumulate))

    chosen = d.floating(watched)
    if chosen is not None:
        d.write(_shortened(template), template.format(a=chosen[0]), "hooks")


def backward(d: Draft) -> None:
    """Run a backward pass."""
    if d.chance(4) and (a := d.floating(refused)) is not None:
        b = d.floating(lambda x: refused(x) and _broadcast(a[1], x) and _broadcast(x, a[1]))
        assert b is not None
        d.write("backward", f"({a[0]} + {b[0]}).sum().backward()", "backward")  # one gradient, sent to two leaves
        return
    chosen = d.floating(lambda x: x.requires_grad)
    if chosen is None:
        return
    keep = d.one_of(["", "retain_graph=True", "retain_graph=True", "create_graph=True"])
    features = ["create_graph"] if "create" in keep else []
    root = (
        chosen[0]
        if chosen[1].dim() == 0
        else d.one_of([f"{chosen[0]}.sum()", f"({chosen[0]} * {chosen[0]} + {chosen[0]}).sum()"])
    )
    if chosen[1].dim() and d.chance(3):
        d.write(
            "backward",
            f"{chosen[0]}.backward(m.ones_like({chosen[0]}){', ' + keep if keep else ''})",
            "backward",
            *features,
        )
    else:
        d.write("backward", f"{root}.backward({keep})", "backward", *features)


def gradient(d: Draft) -> None:
    """Ask for a gradient as a value, most often to differentiate it again."""
    root = d.floating(lambda x: x.requires_grad)
    inputs = [d.floating(lambda x: x.requires_grad) for _ in range(d.whole(1, 2))]
    if root is None or None in inputs:
        return
    chosen = list(dict.fromkeys(x[0] for x in inputs if x))
    create = "" if d.chance(4) else ", create_graph=True"
    keep = ", retain_graph=True" if not create and d.chance(2) else ""
    unused = "" if d.chance(5) else ", allow_unused=True"
    names = [d.name("g") for _ in chosen]
    line = f"{', '.join(names)}, = m.autograd.grad(({root[0]} * {root[0]}).sum(), [{', '.join(chosen)}]{create}{keep}{unused})"
    d.write("autograd.grad", line, *(["create_graph"] if create else ["backward"]))


def ending(d: Draft) -> None:
    """Differentiate all that is left, once or twice, so that few ops go without a backward pass."""

    def takes_part(x: Any) -> bool:
        return bool(x.requires_grad) and tame(x)

    ends = [name for name, x in d.session.tensors().items() if x.is_floating_point() and d.holds(takes_part, x)]
    leaves = [name for name in ends if d.session.names[name].is_leaf]
    results = [name for name in ends if name not in leaves] or leaves
    total = " + ".join(f"({name} * {name} + {name}).sum()" for name in d.one_of([ends, results])[-8:])
    kind = d.whole(0, 3)
    if not ends or not kind:
        return
    if kind == 1 or not leaves:
        d.write("backward", f"({total}).backward(retain_graph=True)", "backward")
        d.write("backward", f"({total}).backward()", "backward")
        return
    names = [d.name("g") for _ in leaves]
    line = (
        f"{', '.join(names)}, = m.autograd.grad({total}, [{', '.join(leaves)}], create_graph=True, allow_unused=True)"
    )
    d.write("autograd.grad", line, "create_graph")
    ends = [name for name in names if d.holds(takes_part, d.session.names.get(name))]
    if ends:
        d.write("backward", f"({' + '.join(f'{name}.atan().sum()' for name in ends)}).backward()", "create_graph")


def forget(d: Draft) -> None:
    """Set a gradient to nothing or to zero."""
    if (chosen := d.floating(lambda x: x.is_leaf and x.grad is not None and not x.grad.requires_grad)) is None:
        return
    template = d.one_of(["{a}.grad = None", "{a}.grad.zero_()", "{a}.grad.detach_()", "{a}.grad = {a}.grad.clone()"])
    d.write(_shortened(template), template.format(a=chosen[0]))


def reading(d: Draft) -> None:
    """Use a gradient as a value."""
    if (chosen := d.floating(lambda x: (x.is_leaf or x.retains_grad) and x.grad is not None)) is not None:
        d.write("a.grad", f"{d.name('g')} = {chosen[0]}.grad")


INSIDE = [unary, binary, view, write, write_from, leaf, cut, ask, several]
STATEMENTS = [
    *[unary] * 5, *[binary] * 6, *[reduce] * 3, *[view] * 4, several, *[copy] * 2, *[product] * 3, cast, integers, leaf, *[cut] * 2, *[function] * 2,
    *[write] * 3, *[write_from] * 3, *[under] * 3, *[ask] * 2, *[hook] * 3, *[backward] * 3, *[gradient] * 3, forget, reading,
]  # fmt: skip
