/** Documents that are hard on a page: long names, hostile names, heat maps, many steps, many nodes. */

import type { Edge, Operator, PlayDocument, Step, Value, Variable } from "../../src/document";
import { edge, effect, lanes, operator, play, scalar, step, value, variable } from "./parts";

const HTML = `<img src=x onerror="window.hostile = true"><script>window.hostile = true</script>`;
const BIDI = "\u202etxet desrever\u202c \u2066isolated\u2069";
const HUGE = "loss_of_the_".repeat(860); // 10 kB

/** One product of two variables with the names given. */
export function named(first: string, second: string, numbers: readonly number[] = [2, -1, 0.5]): PlayDocument {
  const own = value(numbers);
  const variables = [
    variable({ id: "v0", name: first, x: 130, y: 60, leaf: true, value: own, span: [1, 0, 1, 4] }),
    variable({
      id: "v1",
      name: second,
      x: 130,
      y: 230,
      leaf: true,
      requires_grad: false,
      value: own,
      expression: true,
      font: 13,
    }),
    variable({ id: "v2", name: `${first} * ${second}`, x: 560, y: 150, value: own, expression: true, font: 12 }),
  ];
  const operators = [
    operator({
      id: "o0",
      glyph: "×",
      name: "MUL",
      x: 350,
      y: 150,
      line: "line 3",
      saved: `saved: ${first}, ${second}`,
    }),
  ];
  const nodes = { variables, operators };
  const edges = [
    edge(nodes, "e0", "v0", "o0", { enter: -9, chip: { text: `× ${second}`, x: 270, y: 90, w: 60 } }),
    edge(nodes, "e1", "v1", "o0", { enter: 9 }),
    edge(nodes, "e2", "o0", "v2"),
  ];
  return play({
    title: { code: `z = ${first} * ${second}`, call: "z.backward()" },
    source: {
      lines: [
        { number: 1, text: `${first} = 1  # ${HTML}`, kind: "code" },
        { number: 2, text: `s = "${BIDI}"`, kind: "code" },
        { number: 3, text: `z = ${first} * ${second}`, kind: "code", glyphs: ["×", "+", "Σ", "exp", "log"] },
        { number: 4, text: "z.backward()", kind: "added" },
      ],
    },
    message: { kind: "error", text: `${first} was modified by an inplace operation`, line: 1 },
    graph: { width: 700, height: 330, variables, operators, edges },
    start: {
      title: first,
      sentence: second,
      spoken: first,
      effects: [effect("v0", "value", "shown", own), effect("v1", "value", "shown", own)],
    },
    steps: [
      step({
        phase: "forward",
        kind: "op",
        mark: { shape: "op", text: "×" },
        focus: "o0",
        title: first,
        where: { text: first, code: second },
        rule: first,
        sentence: second,
        lines: [3],
        span: [3, 4, 3, 9],
        rows: [
          {
            kind: "forward",
            left: ["mi", first],
            terms: [
              { caption: first, role: "value", value: own, code: second },
              first,
              { caption: second, role: "value", value: own, code: null },
            ],
            then: { badge: "+=", text: first },
          },
        ],
        chain: { caption: "Chain", links: [{ text: first, factor: second, state: "active" }] },
        flows: [
          { edge: "e0", lane: "value", chip: first },
          { edge: "e2", lane: "value", chip: own.summary },
        ],
        effects: [effect("v2", "value", "shown", own, { note: first, badge: "+=" })],
        spoken: first,
      }),
      step({
        phase: "backward",
        kind: "accumulate",
        mark: { shape: "leaf", text: first },
        focus: "v0",
        title: "AccumulateGrad",
        lines: [1],
        effects: [effect("v0", "grad", "stored", own, { badge: "+=" })],
      }),
    ],
  });
}

export const longNames = named(
  "the_weights_of_the_first_layer",
  "self.layers[0].bias_of_the_second",
  [-123456.78, 1.2346e10, 0.00012],
);
export const hostile = named(HTML + BIDI, HUGE);

const wave = (count: number, phase = 0): number[] =>
  Array.from({ length: count }, (_, i) => Math.round(Math.sin(i * 0.7 + phase) * 300) / 100);

/** A matrix product with values that are heat maps, small matrices and lines of statistics. */
export function heat(): PlayDocument {
  const x = value([...wave(47), null], [6, 8]);
  const w = value(wave(32, 2), [8, 4]);
  const y = value(wave(24, 1), [6, 4]);
  const large = value(wave(1200), [40, 30]);
  const small = value([1, -2, 3, 4, -5, 6], [2, 3]);
  const variables = [
    variable({ id: "x", name: "x", x: 110, y: 60, leaf: true, value: x }),
    variable({ id: "w", name: "W", x: 110, y: 230, leaf: true, value: w }),
    variable({ id: "y", name: "y", x: 520, y: 150, value: y }),
    variable({ id: "big", name: "big", x: 760, y: 150, value: large }),
    variable({ id: "m", name: "m", x: 1040, y: 150, value: small, cells: 6 }),
  ];
  const operators = [operator({ id: "mm", glyph: "@", name: "MM", x: 320, y: 150, line: "line 2" })];
  const nodes = { variables, operators };
  const box = (role: "upstream" | "local" | "sent", caption: string, shown: Value) => ({
    role,
    caption,
    value: shown,
    code: null,
  });
  return play({
    title: { code: "y = x @ W", call: "y.sum().backward()" },
    source: {
      lines: [
        { number: 1, text: "%%autograd", kind: "magic" },
        { number: 2, text: "y = x @ W", kind: "code", glyphs: ["@"] },
      ],
    },
    graph: {
      width: 1260,
      height: 330,
      variables,
      operators,
      edges: [
        edge(nodes, "e0", "x", "mm", { enter: -9 }),
        edge(nodes, "e1", "w", "mm", { enter: 9 }),
        edge(nodes, "e2", "mm", "y"),
      ],
    },
    start: {
      title: "y = x @ W",
      sentence: "A matrix product.",
      spoken: "A matrix product.",
      effects: [
        effect("x", "value", "shown", x),
        effect("w", "value", "shown", w),
        effect("big", "value", "shown", large),
        effect("m", "value", "shown", small),
      ],
    },
    steps: [
      step({
        phase: "backward",
        kind: "node",
        mark: { shape: "op", text: "@" },
        focus: "mm",
        title: "MmBackward0",
        where: { text: "undoes line 2,", code: "y = x @ W" },
        rule: "grad @ Wᵀ, xᵀ @ grad",
        sentence: "A matrix product sends the gradient times the other matrix, transposed.",
        lines: [2],
        span: [2, 4, 2, 9],
        rows: [
          {
            kind: "matmul",
            left: ["mfrac", ["mrow", ["mo", "∂"], ["mi", "z"]], ["mrow", ["mo", "∂"], ["mi", "x"]]],
            terms: [
              box("upstream", "upstream ∂z/∂y", y),
              "@",
              box("local", "Wᵀ", value(wave(32, 2), [4, 8])),
              "=",
              box("sent", "sent to x", x),
            ],
            then: { badge: "+=", text: "into x.grad" },
          },
          {
            kind: "matmul",
            left: ["mfrac", ["mrow", ["mo", "∂"], ["mi", "z"]], ["mrow", ["mo", "∂"], ["mi", "m"]]],
            terms: [
              box("upstream", "upstream", small),
              "⊙",
              box("local", "local", small),
              "=",
              box("sent", "sent to m", large),
            ],
            then: null,
          },
        ],
        flows: [
          { edge: "e0", lane: "gradient", chip: "shape (6, 8)" },
          { edge: "e1", lane: "gradient", chip: "shape (8, 4)" },
        ],
        effects: [effect("x", "grad", "stored", x, { badge: "+=" }), effect("y", "value", "shown", y)],
      }),
    ],
  });
}

/** A chain of doublings: `count` forward steps and as many backward. */
export function chainOf(count: number): PlayDocument {
  const pitch = 175;
  const variables: Variable[] = [];
  const operators: Operator[] = [];
  for (let i = 0; i <= count; i++) {
    const shown = scalar(2 ** (i % 9));
    variables.push(
      variable({
        id: `v${i}`,
        name: i === 0 ? "x" : `x${i}`,
        x: 70 + i * pitch,
        y: 60,
        leaf: i === 0,
        value: shown,
        span: [i + 1, 0, i + 1, 2],
      }),
    );
    if (i > 0)
      operators.push(
        operator({
          id: `o${i}`,
          glyph: "×",
          name: "MUL",
          x: 70 + i * pitch - 88,
          y: 60,
          line: `line ${i + 1}`,
          span: [i + 1, 5, i + 1, 10],
        }),
      );
  }
  const nodes = { variables, operators };
  const edges: Edge[] = operators.flatMap((_, i) => [
    edge(nodes, `a${i + 1}`, `v${i}`, `o${i + 1}`),
    edge(nodes, `b${i + 1}`, `o${i + 1}`, `v${i + 1}`),
  ]);
  const lines = [{ number: 1, text: "x = tensor(1., requires_grad=True)", kind: "code" as const }];
  const forward: Step[] = [];
  const backward: Step[] = [];
  for (let i = 1; i <= count; i++) {
    const [before, after] = [scalar(2 ** ((i - 1) % 9)), scalar(2 ** (i % 9))];
    lines.push({ number: i + 1, text: `x${i} = x${i - 1} * 2`, kind: "code" });
    const common = {
      mark: { shape: "op" as const, text: "×" },
      focus: `o${i}`,
      lines: [i + 1],
      span: [i + 1, 5, i + 1, 11] as const,
    };
    forward.push(
      step({
        ...common,
        phase: "forward",
        kind: "op",
        title: "Multiply",
        sentence: "Twice as much.",
        flows: [
          { edge: `a${i}`, lane: "value", chip: before.summary },
          { edge: `b${i}`, lane: "value", chip: after.summary },
        ],
        effects: [effect(`v${i}`, "value", "shown", after)],
      }),
    );
    backward.unshift(
      step({
        ...common,
        phase: "backward",
        kind: "node",
        title: "MulBackward0",
        sentence: "Twice as much.",
        flows: [{ edge: `a${i}`, lane: "gradient", chip: "2" }],
        effects: [effect(`v${i - 1}`, "grad", i === 1 ? "stored" : "flight", after)],
      }),
    );
  }
  return play({
    title: { code: "x = x * 2", call: `x${count}.backward()` },
    source: { lines },
    graph: { width: 140 + count * pitch, height: 150, variables, operators, edges },
    start: { title: "A chain", sentence: "", spoken: "A chain.", effects: [effect("v0", "value", "shown", scalar(1))] },
    steps: [...forward, ...backward],
  });
}

/** A grid of `count` nodes, half of them operators, with edges between neighbours. */
export function gridOf(count: number): PlayDocument {
  const columns = Math.ceil(Math.sqrt(count) * 1.4);
  const variables: Variable[] = [];
  const operators: Operator[] = [];
  for (let i = 0; i < count; i++) {
    const [x, y] = [110 + (i % columns) * 210, 60 + Math.floor(i / columns) * 130];
    if (i % 2 === 0)
      variables.push(variable({ id: `n${i}`, name: `a${i}`, x, y, leaf: i < columns, value: value([i, -i, 1]) }));
    else operators.push(operator({ id: `n${i}`, glyph: "+", name: "ADD", x, y, line: `line ${i}` }));
  }
  const nodes = new Map([...variables, ...operators].map((node) => [node.id, node]));
  const edges: Edge[] = [];
  for (let i = 1; i < count; i++) {
    const [from, to] = [nodes.get(`n${i - 1}`), nodes.get(`n${i}`)];
    if (from && to && i % columns !== 0) {
      edges.push({
        id: `e${i}`,
        source: from.id,
        target: to.id,
        slot: 0,
        gradient: true,
        chip: null,
        ...lanes(from, to, 0),
      });
    }
  }
  const steps = operators.map((focus, i) =>
    step({
      phase: i < operators.length / 2 ? "forward" : "backward",
      kind: "op",
      mark: { shape: "op", text: "+" },
      focus: focus.id,
      title: `Add ${i}`,
      sentence: "One of very many.",
      flows: edges
        .filter(({ target }) => target === focus.id)
        .map(({ id }) => ({ edge: id, lane: "value", chip: "[1, 2, 3]" })),
      effects: [],
    }),
  );
  return play({
    title: { code: `a grid of ${count}`, call: null },
    graph: { width: columns * 210 + 40, height: Math.ceil(count / columns) * 130 + 60, variables, operators, edges },
    start: {
      title: "Many",
      sentence: "",
      spoken: "Many.",
      effects: variables.map((each) => effect(each.id, "value", "shown", each.value)),
    },
    steps,
  });
}
