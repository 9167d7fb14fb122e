/** z = sum(w * x + b), by hand: the graph, the numbers and the places of the design's drawing. */

import type { Flow, Link, MathTree, Row, Step, Term, Value } from "../../src/document";
import { edge, effect, operator, play, scalar, step, value, variable } from "./parts";

const W = value([2, -1, 0.5]);
const X = value([1, 3, -2]);
const B = scalar(0.5);
const Y = value([2, -3, -1]);
const S = value([2.5, -2.5, -0.5]);
const Z = scalar(-0.5);
const ONES = value([1, 1, 1]);
const ONE = scalar(1);
const THREE = scalar(3);

const variables = [
  variable({ id: "w", name: "w", x: 108, y: 72, leaf: true, value: W, span: [2, 0, 2, 45] }),
  variable({ id: "x", name: "x", x: 108, y: 242, leaf: true, value: X, span: [3, 0, 3, 45] }),
  variable({ id: "y", name: "y", x: 458, y: 157, value: Y, span: [5, 4, 5, 9] }),
  variable({ id: "b", name: "b", x: 458, y: 290, leaf: true, value: B, span: [4, 0, 4, 34] }),
  variable({ id: "s", name: "s", x: 772, y: 157, value: S, span: [6, 4, 6, 9] }),
  variable({ id: "z", name: "z", x: 1084, y: 157, value: Z, span: [7, 4, 7, 11] }),
];

const operators = [
  operator({
    id: "mul",
    glyph: "×",
    name: "MUL",
    title: "MulBackward0",
    x: 308,
    y: 157,
    line: "line 5",
    span: [5, 4, 5, 9],
    saved: "saved: w, x",
  }),
  operator({
    id: "add",
    glyph: "+",
    name: "ADD",
    title: "AddBackward0",
    x: 620,
    y: 157,
    line: "line 6",
    span: [6, 4, 6, 9],
  }),
  operator({
    id: "sum",
    glyph: "Σ",
    name: "SUM",
    title: "SumBackward0",
    x: 942,
    y: 157,
    line: "line 7",
    span: [7, 4, 7, 11],
  }),
];

const nodes = { variables, operators };
const edges = [
  edge(nodes, "w-mul", "w", "mul", { enter: -9, chip: { text: "× x", x: 242, y: 80, w: 34 } }),
  edge(nodes, "x-mul", "x", "mul", { enter: 9, slot: 1, chip: { text: "× w", x: 242, y: 236, w: 34 } }),
  edge(nodes, "mul-y", "mul", "y"),
  edge(nodes, "y-add", "y", "add", { enter: -9, chip: { text: "× 1", x: 556, y: 136, w: 33 } }),
  edge(nodes, "b-add", "b", "add", { enter: 9, slot: 1, chip: { text: "Σ × 1", x: 577, y: 234, w: 46 } }),
  edge(nodes, "add-s", "add", "s"),
  edge(nodes, "s-sum", "s", "sum", { chip: { text: "× 1", x: 868, y: 138, w: 33 } }),
  edge(nodes, "sum-z", "sum", "z"),
];

const partial = (name: string): MathTree => [
  "mfrac",
  ["mrow", ["mo", "∂"], ["mi", "z"]],
  ["mrow", ["mo", "∂"], ["mi", name]],
];
const term = (role: Term["role"], caption: string, shown: Value): Term => ({ role, caption, value: shown, code: null });
const flow = (id: string, lane: Flow["lane"], chip: Value): Flow => ({ edge: id, lane, chip: chip.summary });
const chain = (to: string, ...links: Link[]): Step["chain"] => ({ caption: `Chain so far, z back to ${to}`, links });
const link = (state: Link["state"], text: string, factor: string | null = null): Link => ({ state, text, factor });

function elementwise(
  name: string,
  upstream: string,
  local: string,
  terms: readonly [Value, Value, Value],
  leaf = true,
): Row {
  return {
    kind: "elementwise",
    left: partial(name),
    terms: [
      term("upstream", `upstream ∂z/∂${upstream}`, terms[0]),
      "⊙",
      term("local", `local ${local}`, terms[1]),
      "=",
      term("sent", `sent to ${name}`, terms[2]),
    ],
    then: leaf ? { badge: "+=", text: `into ${name}.grad` } : null,
  };
}

const steps: Step[] = [
  step({
    phase: "forward",
    kind: "op",
    mark: { shape: "op", text: "×" },
    focus: "mul",
    title: "Multiply",
    where: { text: "line 5,", code: "y = w * x" },
    sentence: "Each entry of w is multiplied by the entry of x beside it.",
    lines: [5],
    span: [5, 4, 5, 9],
    rows: [
      {
        kind: "forward",
        left: ["mi", "y"],
        terms: [term("value", "w", W), "⊙", term("value", "x", X), "=", term("value", "y", Y)],
        then: null,
      },
    ],
    flows: [flow("w-mul", "value", W), flow("x-mul", "value", X), flow("mul-y", "value", Y)],
    effects: [effect("y", "value", "shown", Y)],
    spoken: "Forward, line 5: y is w times x, that is 2, minus 3, minus 1.",
  }),
  step({
    phase: "forward",
    kind: "op",
    mark: { shape: "op", text: "+" },
    focus: "add",
    title: "Add",
    where: { text: "line 6,", code: "s = y + b" },
    sentence: "The single number b is added to every entry of y.",
    lines: [6],
    span: [6, 4, 6, 9],
    rows: [
      {
        kind: "forward",
        left: ["mi", "s"],
        terms: [term("value", "y", Y), "+", term("value", "b, broadcast", B), "=", term("value", "s", S)],
        then: null,
      },
    ],
    flows: [flow("y-add", "value", Y), flow("b-add", "value", B), flow("add-s", "value", S)],
    effects: [effect("s", "value", "shown", S)],
    spoken: "Forward, line 6: s is y plus b, that is 2.5, minus 2.5, minus 0.5.",
  }),
  step({
    phase: "forward",
    kind: "op",
    mark: { shape: "op", text: "Σ" },
    focus: "sum",
    title: "Sum",
    where: { text: "line 7,", code: "z = s.sum()" },
    sentence: "All entries are added up to one number.",
    lines: [7],
    span: [7, 4, 7, 11],
    rows: [
      {
        kind: "forward",
        left: ["mi", "z"],
        terms: ["Σ", term("value", "s", S), "=", term("value", "z", Z)],
        then: null,
      },
    ],
    flows: [flow("s-sum", "value", S), flow("sum-z", "value", Z)],
    effects: [effect("z", "value", "shown", Z)],
    spoken: "Forward, line 7: z is the sum of s, minus 0.5.",
  }),
  step({
    phase: "backward",
    kind: "seed",
    mark: { shape: "seed", text: "1" },
    focus: "z",
    title: "z.backward()",
    where: { text: "line 8,", code: "z.backward()" },
    sentence: "The backward pass starts with 1: z changes by exactly as much as z does.",
    lines: [8],
    rows: [{ kind: "seed", left: partial("z"), terms: [term("sent", "the seed", ONE)], then: null }],
    chain: chain("z", link("active", "∂z/∂z", "1")),
    effects: [effect("z", "grad", "flight", ONE, { note: "in flight, not stored" })],
    spoken: "Backward begins with the gradient of z with respect to itself, 1.",
  }),
  step({
    phase: "backward",
    kind: "node",
    mark: { shape: "op", text: "Σ" },
    focus: "sum",
    title: "SumBackward0",
    where: { text: "undoes line 7,", code: "z = s.sum()" },
    rule: "upstream spread = sent",
    sentence: "Every entry counts once in a sum, so each one gets the same gradient.",
    lines: [7],
    span: [7, 4, 7, 11],
    rows: [
      {
        kind: "spread",
        left: partial("s"),
        terms: [term("upstream", "upstream ∂z/∂z", ONE), "→", term("sent", "sent to s", ONES)],
        then: null,
      },
    ],
    chain: chain("s", link("seed", "∂z/∂z", "1"), link("active", "SUM", "× 1"), link("pending", "∂z/∂s")),
    flows: [flow("sum-z", "gradient", ONE), flow("s-sum", "gradient", ONES)],
    effects: [
      effect("z", "grad", "freed", ONE),
      effect("s", "grad", "flight", ONES, { note: "in flight, not stored" }),
    ],
    spoken: "SumBackward0 undoes line 7: it sends 1, 1, 1 to s.",
  }),
  step({
    phase: "backward",
    kind: "node",
    mark: { shape: "op", text: "+" },
    focus: "add",
    title: "AddBackward0",
    where: { text: "undoes line 6,", code: "s = y + b" },
    rule: "upstream ⊙ local = sent",
    sentence: "A sum passes its gradient on to both inputs; b was broadcast, so its part is summed to shape ().",
    lines: [6],
    span: [6, 4, 6, 9],
    rows: [
      elementwise("y", "s", "∂s/∂y = 1", [ONES, ONES, ONES], false),
      {
        kind: "elementwise",
        left: partial("b"),
        terms: [
          term("upstream", "upstream ∂z/∂s", ONES),
          "⊙",
          term("local", "local ∂s/∂b = 1", ONES),
          "=",
          term("sent", "sent to b, summed", THREE),
        ],
        then: { badge: "+=", text: "into b.grad" },
      },
    ],
    chain: chain(
      "y",
      link("seed", "∂z/∂z", "1"),
      link("done", "SUM", "× 1"),
      link("active", "ADD", "× 1"),
      link("pending", "∂z/∂y"),
    ),
    flows: [flow("add-s", "gradient", ONES), flow("y-add", "gradient", ONES), flow("b-add", "gradient", THREE)],
    effects: [
      effect("s", "grad", "freed", ONES, { note: "freed · s.retain_grad() keeps it" }),
      effect("y", "grad", "flight", ONES, { note: "in flight, not stored" }),
    ],
    spoken: "AddBackward0 undoes line 6: it sends 1, 1, 1 to y, and 3 to b.",
  }),
  step({
    phase: "backward",
    kind: "accumulate",
    mark: { shape: "leaf", text: "b" },
    focus: "b",
    title: "AccumulateGrad",
    where: { text: "into", code: "b.grad" },
    rule: "old + contribution = new",
    sentence: "b is a leaf: the gradient that arrives is added to b.grad.",
    lines: [4],
    rows: [{ kind: "accumulate", left: partial("b"), terms: [term("grad", "b.grad, stored", THREE)], then: null }],
    flows: [flow("b-add", "gradient", THREE)],
    effects: [effect("b", "grad", "stored", THREE, { badge: "+=" })],
    spoken: "b.grad becomes 3.",
  }),
  step({
    phase: "backward",
    kind: "node",
    mark: { shape: "op", text: "×" },
    focus: "mul",
    title: "MulBackward0",
    where: { text: "undoes line 5,", code: "y = w * x" },
    rule: "upstream ⊙ local = sent",
    sentence: "A product swaps its inputs: the gradient for w is scaled by x, and the gradient for x by w.",
    lines: [5],
    span: [5, 4, 5, 9],
    rows: [elementwise("w", "y", "∂y/∂w = x", [ONES, X, X]), elementwise("x", "y", "∂y/∂x = w", [ONES, W, W])],
    chain: chain(
      "w",
      link("seed", "∂z/∂z", "1"),
      link("done", "SUM", "× 1"),
      link("done", "ADD", "× 1"),
      link("active", "MUL", "× x"),
      link("pending", "w.grad"),
    ),
    flows: [flow("mul-y", "gradient", ONES), flow("w-mul", "gradient", X), flow("x-mul", "gradient", W)],
    effects: [effect("y", "grad", "freed", ONES, { note: "freed · y.retain_grad() keeps it" })],
    spoken: "MulBackward0 undoes line 5: it sends 1, 3, minus 2 to w, and 2, minus 1, 0.5 to x.",
  }),
  ...(["w", "x"] as const).map((name) =>
    step({
      phase: "backward",
      kind: "accumulate",
      mark: { shape: "leaf", text: name },
      focus: name,
      title: "AccumulateGrad",
      where: { text: "into", code: `${name}.grad` },
      rule: "old + contribution = new",
      sentence: `${name} is a leaf: the gradient that arrives is added to ${name}.grad.`,
      lines: [name === "w" ? 2 : 3],
      rows: [
        {
          kind: "accumulate",
          left: partial(name),
          terms: [term("grad", `${name}.grad, stored`, name === "w" ? X : W)],
          then: null,
        },
      ],
      flows: [flow(`${name}-mul`, "gradient", name === "w" ? X : W)],
      effects: [effect(name, "grad", "stored", name === "w" ? X : W, { badge: "+=" })],
      spoken: `${name}.grad becomes ${(name === "w" ? X : W).summary}.`,
    }),
  ),
];

export const linear = play({
  title: { code: "z = sum(w * x + b)", call: "z.backward()" },
  source: {
    lines: [
      { number: 1, text: "%%autograd", kind: "magic" },
      { number: 2, text: "w = tensor([2., -1., .5], requires_grad=True)", kind: "code" },
      { number: 3, text: "x = tensor([1., 3., -2.], requires_grad=True)", kind: "code" },
      { number: 4, text: "b = tensor(.5, requires_grad=True)", kind: "code" },
      { number: 5, text: "y = w * x", kind: "code", glyphs: ["×"] },
      { number: 6, text: "s = y + b", kind: "code", glyphs: ["+"] },
      { number: 7, text: "z = s.sum()", kind: "code", glyphs: ["Σ"] },
      { number: 8, text: "z.backward()", kind: "added", glyphs: ["◀"] },
    ],
  },
  graph: { width: 1170, height: 388, variables, operators, edges },
  start: {
    title: "z = sum(w * x + b)",
    sentence:
      "Three leaves with their values. Step forward to compute z, then back to see how z depends on each of them.",
    spoken: "Before the first step: w is 2, minus 1, 0.5; x is 1, 3, minus 2; b is 0.5.",
    effects: [
      effect("w", "value", "shown", W),
      effect("x", "value", "shown", X),
      effect("b", "value", "shown", B),
      effect("w", "grad", "none", null),
      effect("x", "grad", "none", null),
      effect("b", "grad", "none", null),
    ],
  },
  steps,
});
