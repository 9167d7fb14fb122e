"""Play documents made by hand, to the contract that the page, the picture and the trace share."""

from __future__ import annotations

import math
import random
from typing import Any

MINUS = "\N{MINUS SIGN}"
WORDS = {"forward": "Forward", "backward": "Backward", "step": "step {k} of {n}"}


def text(number: float) -> str:
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else MINUS + "inf"
    return f"{number:.4g}".replace("-", MINUS)


def value(numbers: Any, shape: tuple[int, ...] | None = None) -> dict[str, Any]:
    """A Value of the contract; a number alone is 0-d."""
    if not isinstance(numbers, list):
        numbers, shape = [numbers], ()
    shape = (len(numbers),) if shape is None else shape
    count = math.prod(shape)
    kind = "cells" if count <= 8 else "heat" if count <= 1000 else "stats"
    cols = shape[-1] if shape else 1
    texts = [text(n) for n in numbers]
    low, high = text(min(numbers, default=0)), text(max(numbers, default=0))
    many = f"shape {shape}, min {low}, max {high}, mean {text(sum(numbers) / max(1, count))}"
    summary = many if kind != "cells" else f"[{', '.join(texts)}]" if shape else texts[0]
    return {
        "shape": list(shape),
        "kind": kind,
        "text": [] if kind == "stats" else texts,
        "numbers": [] if kind == "stats" else [n if math.isfinite(n) else None for n in numbers],
        "rows": count // cols if cols else 0,
        "cols": cols,
        "summary": summary,
    }


class Maker:
    """Writes a document op by op, forwards; `backward` then adds steps that walk back over it."""

    def __init__(self, code: str = "z = (w * x + b).sum()", call: str = "z.backward()") -> None:
        self.variables: list[dict[str, Any]] = []
        self.operators: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.start: list[dict[str, Any]] = []
        self.title = {"code": code, "call": call}

    def variable(self, name: str, numbers: Any, *, leaf: bool = False, root: str = "z", **more: Any) -> str:
        found = value(**numbers) if isinstance(numbers, dict) else value(numbers)
        shape = str(tuple(found["shape"]))
        expression = bool(more.pop("expression", False))
        identity = f"v{len(self.variables)}"
        requires_grad = more.pop("requires_grad", True)
        self.variables.append(
            {
                "id": identity,
                "name": name,
                "full_name": more.pop("full_name", name),
                "expression": expression,
                "shape": shape,
                "dtype": "float32",
                "leaf": leaf,
                "requires_grad": requires_grad,
                "label": f"{'leaf ' if leaf else ''}variable {name}, shape {shape}",
                "span": more.pop("span", None),
                "cells": len(found["numbers"]) if found["kind"] == "cells" else 0,
                "value": found,
                "value_label": "val",
                "grad_label": (".grad" if leaf else f"∂{root}/∂{name}") if requires_grad else None,
                **more,
            }
        )
        if leaf:
            self.start.append(self.effect(identity, "value", "shown", found))
            if requires_grad:
                self.start.append(self.effect(identity, "grad", "none", None))
        return identity

    @staticmethod
    def effect(
        variable: str, row: str, state: str, found: Any, badge: str | None = None, note: str | None = None
    ) -> dict[str, Any]:
        return {"variable": variable, "row": row, "state": state, "value": found, "badge": badge, "note": note}

    def leaf(self, name: str, numbers: Any, **more: Any) -> str:
        return self.variable(name, numbers, leaf=True, **more)

    def op(
        self,
        glyph: str,
        name: str,
        inputs: list[str],
        result: str,
        numbers: Any,
        *,
        line: int | None = None,
        saved: str | None = None,
        chips: list[str | None] | None = None,
        **more: Any,
    ) -> str:
        operator = f"o{len(self.operators)}"
        needs = {v["id"]: v["requires_grad"] for v in self.variables}
        requires_grad = any(needs[i] for i in inputs)
        where = f"line {line}" if line else None
        self.operators.append(
            {
                "id": operator,
                "glyph": glyph,
                "name": name,
                "title": f"{name.capitalize()}Backward0",
                "label": f"operator {name}" + (f", {where}" if where else ""),
                "line": where,
                "span": [line, 4, line, 9] if line else None,
                "saved": saved,
                "requires_grad": requires_grad,
                "sentence": "In words.",
            }
        )
        for slot, source in enumerate(inputs):
            chip = chips[slot] if chips else None
            self._edge(source, operator, slot, needs[source], chip)
        output = self.variable(result, numbers, requires_grad=requires_grad, **more)
        self._edge(operator, output, 0, requires_grad, None)
        found = self.variables[-1]["value"]
        self.steps.append(
            {
                "phase": "forward",
                "kind": "op",
                "focus": operator,
                "title": name,
                "effects": [self.effect(output, "value", "shown", found)],
                "flows": [
                    {"edge": e["id"], "lane": "value", "chip": ""}
                    for e in self.edges
                    if operator in (e["source"], e["target"])
                ],
            }
        )
        return output

    def _edge(self, source: str, target: str, slot: int, gradient: bool, chip: str | None) -> None:
        self.edges.append(
            {
                "id": f"e{len(self.edges)}",
                "source": source,
                "target": target,
                "slot": slot,
                "gradient": gradient,
                "chip": {"text": chip} if chip else None,
            }
        )

    def backward(self, grads: dict[str, Any] | None = None) -> dict[str, Any]:
        """Close the document with one step an operator, last first; ``grads`` gives the numbers by variable name."""
        grads = grads or {}
        of = {v["id"]: v for v in self.variables}

        def grad(identity: str) -> dict[str, Any]:
            found = of[identity]["value"]
            if of[identity]["name"] in grads:
                return value(grads[of[identity]["name"]])
            if found["kind"] == "stats":
                return found
            return value([1.0] * len(found["numbers"]), tuple(found["shape"])) if found["shape"] else value(1.0)

        root = self.variables[-1]["id"]
        self.steps.append(
            {"phase": "backward", "kind": "seed", "focus": root, "title": "seed", "flows": [],
             "effects": [self.effect(root, "grad", "flight", grad(root), None, "in flight, not stored")]}
        )  # fmt: skip
        for operator in reversed(self.operators):
            edges = [e for e in self.edges if operator["id"] in (e["source"], e["target"]) and e["gradient"]]
            if not edges:
                continue
            effects = []
            for edge in edges:
                if edge["source"] != operator["id"]:
                    leaf = of[edge["source"]]["leaf"]
                    state, note = ("stored", None) if leaf else ("flight", "in flight, not stored")
                    effects.append(
                        self.effect(edge["source"], "grad", state, grad(edge["source"]), "+=" if leaf else None, note)
                    )
                else:
                    name = of[edge["target"]]["name"]
                    effects.append(
                        self.effect(
                            edge["target"],
                            "grad",
                            "freed",
                            grad(edge["target"]),
                            None,
                            f"freed · {name}.retain_grad() keeps it",
                        )
                    )
            self.steps.append(
                {
                    "phase": "backward",
                    "kind": "node",
                    "focus": operator["id"],
                    "title": operator["title"],
                    "effects": effects,
                    "flows": [{"edge": e["id"], "lane": "gradient", "chip": ""} for e in edges],
                }
            )
        return self.document()

    def document(self) -> dict[str, Any]:
        return {
            "format": "minigrad.play",
            "version": 1,
            "language": "en",
            "title": self.title,
            "words": WORDS,
            "source": {"lines": [{"number": 1, "text": self.title["code"], "kind": "code", "glyphs": []}]},
            "message": None,
            "graph": {"variables": self.variables, "operators": self.operators, "edges": self.edges},
            "start": {"title": "", "sentence": "", "spoken": "", "effects": self.start},
            "steps": self.steps,
        }


def wx_plus_b() -> dict[str, Any]:
    """z = sum(w*x+b), as in the design picture."""
    m = Maker("z = sum(w * x + b)")
    w, x = m.leaf("w", [2.0, -1.0, 0.5]), m.leaf("x", [1.0, 3.0, -2.0])
    y = m.op("×", "MUL", [w, x], "y", [2.0, -3.0, -1.0], line=5, saved="saved: w, x", chips=["× x", "× w"])
    b = m.leaf("b", 0.5)
    s = m.op("+", "ADD", [y, b], "s", [2.5, -2.5, -0.5], line=6, chips=["× 1", "Σ × 1"])
    m.op("Σ", "SUM", [s], "z", -0.5, line=7, chips=["× 1"])
    return m.backward({"w": [1.0, 3.0, -2.0], "x": [2.0, -1.0, 0.5], "b": 3.0})


def parallel() -> dict[str, Any]:
    """z = a + a: one variable, two edges."""
    m = Maker("z = a + a")
    a = m.leaf("a", 1.5)
    m.op("+", "ADD", [a, a], "z", 3.0, line=2, chips=["× 1", "× 1"])
    return m.backward({"a": 2.0})


def x2_exp() -> dict[str, Any]:
    """y = x**2 * exp(x), the leaf used twice."""
    m = Maker("y = x**2 * mg.exp(x)", "y.backward(mg.ones(y.size()))")
    x = m.leaf("x", [0.5, -1.25, 2.0], root="y")
    p = m.op(
        "xⁿ",
        "POW",
        [x],
        "x**2",
        [0.25, 1.5625, 4.0],
        line=3,
        saved="saved: x",
        chips=["× 2x"],
        expression=True,
        root="y",
    )
    e = m.op(
        "exp",
        "EXP",
        [x],
        "mg.exp(x)",
        [1.6487, 0.2865, 7.3891],
        line=3,
        saved="saved: result",
        chips=["× exp(x)"],
        expression=True,
        root="y",
    )
    m.op(
        "×",
        "MUL",
        [p, e],
        "y",
        [0.4122, 0.4477, 29.556],
        line=3,
        saved="saved: x**2, exp(x)",
        chips=["× exp(x)", "× x**2"],
        root="y",
    )
    return m.backward({"x": [2.0609, -0.2686, 59.1124]})


def chain(length: int = 30) -> dict[str, Any]:
    """Sines of sines."""
    m = Maker("for _ in range(30): x = mg.sin(x)", "x.backward()")
    x = m.leaf("x", 1.0)
    for k in range(length):
        x = m.op("sin", "SIN", [x], f"x{k + 1}", math.sin(1 + k), line=3, saved="saved: x", chips=["× cos(x)"])
    return m.backward()


def mlp(inputs: int = 3, hidden: int = 4) -> dict[str, Any]:
    """A small net of scalars, as in micrograd."""
    m = Maker("loss = mlp(x)", "loss.backward()")
    rng = random.Random(7)
    xs = [m.leaf(f"x{i}", round(rng.uniform(-1, 1), 3), requires_grad=False) for i in range(inputs)]

    def neuron(sources: list[str], tag: str, last: bool) -> str:
        total = None
        for i, source in enumerate(sources):
            weight = m.leaf(f"w{tag}{i}", round(rng.uniform(-1, 1), 3))
            product = m.op(
                "×",
                "MUL",
                [weight, source],
                f"w{tag}{i} * x",
                rng.uniform(-1, 1),
                line=4,
                expression=True,
                chips=["× x", "× w"],
            )
            total = (
                product
                if total is None
                else m.op("+", "ADD", [total, product], "act", rng.uniform(-1, 1), line=5, chips=["× 1", "× 1"])
            )
        bias = m.leaf(f"b{tag}", 0.0)
        assert total is not None
        total = m.op("+", "ADD", [total, bias], f"n{tag}", rng.uniform(-1, 1), line=5, chips=["× 1", "× 1"])
        return m.op(
            "tanh", "TANH", [total], "loss" if last else f"h{tag}", rng.uniform(-1, 1), line=6, chips=["× 1−h²"]
        )

    hs = [neuron(xs, str(j), False) for j in range(hidden)]
    neuron(hs, "o", True)
    return m.backward()


def long_names() -> dict[str, Any]:
    """Names that are long, in another script, or look like mathtext or HTML."""
    m = Maker("loss = <b>…</b> $x_1$", "loss.backward()")
    a = m.leaf("learning_rate_schedule", 1e-5)
    b = m.leaf("$\\alpha_1$", [123456.0, -1.2345e-05, 1e20])
    c = m.leaf("权重", 0.25)
    d = m.op(
        "×",
        "MUL",
        [a, b],
        "<b>self.layers[0].w * x</b>",
        [1.0, 2.0, math.nan],
        line=1234,
        expression=True,
        saved="saved: learning_rate_schedule, other",
        chips=["× very_long_name(x)", "× $\\beta$"],
    )
    e = m.op("softmax", "SOFTMAX", [d], "self.hidden_state", [math.inf, -math.inf, 0.0], line=2, chips=["J"])
    m.op("×", "MUL", [e, c], "梯度", [0.1, 0.2, 0.3], line=3, chips=["× 权重", "× e"])
    return m.backward()


def scalar() -> dict[str, Any]:
    """One 0-d leaf through one op."""
    m = Maker("y = x * x", "y.backward()")
    x = m.leaf("x", 3.0)
    m.op("x²", "SQUARE", [x], "y", 9.0, line=2, chips=["× 2x"])
    return m.backward({"x": 6.0})


def heat() -> dict[str, Any]:
    """A matrix product whose values are heat maps, and one too large even for that."""
    m = Maker("y = (A @ B).sum()", "y.backward()")
    rng = random.Random(3)
    a = m.leaf("A", {"numbers": [rng.gauss(0, 1) for _ in range(12)], "shape": (3, 4)})
    b = m.leaf("B", {"numbers": [rng.gauss(0, 1) for _ in range(80)], "shape": (4, 20)})
    c = m.op(
        "@",
        "MM",
        [a, b],
        "C",
        {"numbers": [rng.gauss(0, 2) for _ in range(60)], "shape": (3, 20)},
        line=3,
        saved="saved: A, B",
        chips=["@ Bᵀ", "Aᵀ @"],
    )
    big = m.leaf("data", {"numbers": [rng.gauss(0, 2) for _ in range(1200)], "shape": (60, 20)}, requires_grad=False)
    d = m.op(
        "+",
        "ADD",
        [c, big],
        "D",
        {"numbers": [rng.gauss(0, 2) for _ in range(1200)], "shape": (60, 20)},
        line=4,
        chips=["Σ × 1", None],
    )
    m.op("Σ", "SUM", [d], "y", 1.25, line=4, chips=["spread"])
    return m.backward()


def shared(times: int = 5) -> dict[str, Any]:
    """A recurrence: the same weight in every step."""
    m = Maker("for t in range(5): h = tanh(w * h + x[t])", "h.backward()")
    w, h = m.leaf("w", 0.5), m.leaf("h", 0.1)
    for t in range(times):
        product = m.op("×", "MUL", [w, h], "w * h", 0.05, line=4, expression=True, chips=["× h", "× w"])
        x = m.leaf(f"x[{t}]", 1.0, requires_grad=False)
        total = m.op("+", "ADD", [product, x], "w * h + x[t]", 1.05, line=4, expression=True, chips=["× 1", None])
        h = m.op("tanh", "TANH", [total], f"h{t + 1}", 0.78, line=4, chips=["× 1−h²"])
    return m.backward()


def random_formula(seed: int, count: int = 12) -> dict[str, Any]:
    """An expression at random; every variable without a use is summed into the root."""
    rng = random.Random(seed)
    m = Maker(f"formula {seed}")
    pool = [m.leaf(f"a{i}", [float(i)] * rng.choice([1, 2, 3])) for i in range(rng.randint(2, 4))]
    unused = list(pool)
    for k in range(count):
        picks = [rng.choice(pool) for _ in range(rng.choice([1, 2, 2, 2, 3]))]
        result = m.op(
            "f",
            "OP",
            picks,
            f"t{k}",
            [0.5, -1.5][: rng.choice([1, 2])],
            line=k + 2,
            chips=["× 1"] * len(picks),
            saved=rng.choice([None, "saved: a, b"]),
        )
        unused = [u for u in unused if u not in picks] + [result]
        pool.append(result)
    m.op("Σ", "STACK", unused, "z", 1.0, line=99, chips=["× 1"] * len(unused))
    return m.backward()


SAMPLES = {
    "wx_plus_b": wx_plus_b,
    "parallel": parallel,
    "x2_exp": x2_exp,
    "chain": chain,
    "mlp": mlp,
    "long_names": long_names,
    "scalar": scalar,
    "heat": heat,
    "shared": shared,
}
