/** a, then a box with a box in it, then z: two levels, by hand. */

import type { Graph, Group, PlayDocument } from "../../src/document";
import { effect, operator, play, scalar, step, variable } from "./parts";

const dock = { x: 0, y: 0, w: 90, label_w: 40, cell_w: 50, row_h: 21, gap: 3 };
const box = (id: string, parent: string | null, x: number, y: number, inner: { w: number; h: number }): Group => ({
  id,
  parent,
  kind: "scope",
  title: `part ${id}`,
  subtitle: "1 ops",
  label: `folded: part ${id}, 1 ops`,
  count: 1,
  gives: ["y"],
  span: null,
  x,
  y,
  w: 140,
  h: 100,
  column: [x - 70, x + 70],
  shows: { variable: "y", value_label: "y", cells: 1, dock: { ...dock, x: x - 45, y } },
  inner,
});

const graph: Graph = {
  width: 700,
  height: 200,
  variables: [
    variable({ id: "a", name: "a", x: 60, y: 80, value: scalar(2), leaf: true }),
    { ...variable({ id: "y", name: "y", x: 260, y: 80, value: scalar(4) }), group: "h" },
    variable({ id: "z", name: "z", x: 620, y: 80, value: scalar(5) }),
  ],
  operators: [
    { ...operator({ id: "mul", glyph: "×", name: "MUL", x: 120, y: 80 }), group: "h" },
    operator({ id: "add", glyph: "+", name: "ADD", x: 500, y: 80, line: "line 7" }),
  ],
  edges: [
    { id: "e0", source: "a", target: "mul", slot: 0, gradient: true, chip: null, value_path: [], gradient_path: [] },
    { id: "e1", source: "mul", target: "y", slot: 0, gradient: true, chip: null, value_path: [], gradient_path: [] },
    { id: "e2", source: "y", target: "add", slot: 0, gradient: true, chip: null, value_path: [], gradient_path: [] },
    { id: "e3", source: "add", target: "z", slot: 0, gradient: true, chip: null, value_path: [], gradient_path: [] },
  ],
  groups: [box("g", null, 280, 80, { w: 400, h: 260 }), box("h", "g", 200, 130, { w: 360, h: 170 })],
  wires: (
    [
      [null, "a", "g", "e0", 100, 206, 80],
      [null, "g", "add", "e2", 354, 466, 80],
      [null, "add", "z", "e3", 534, 572, 80],
      ["g", "g<a", "h", "e0", 0, 126, 130],
      ["g", "h", "g>y", "e2", 274, 400, 130],
      ["h", "h<a", "mul", "e0", 0, 86, 80],
      ["h", "mul", "y", "e1", 154, 212, 80],
      ["h", "y", "h>y", "e2", 308, 360, 80],
    ] as const
  ).map(([group, source, target, edge, from, to, y], index) => ({
    id: `w${index}`,
    group,
    source,
    target,
    slot: 0,
    gradient: true,
    edges: [edge],
    chip: null,
    value_path: [
      ["M", from, y - 3.25],
      ["L", to, y - 3.25],
    ],
    gradient_path: [
      ["M", from, y + 3.25],
      ["L", to, y + 3.25],
    ],
  })),
};

export const folded: PlayDocument = play({
  graph,
  start: { title: "Start", sentence: "", spoken: "Start.", effects: [effect("a", "value", "shown", scalar(2))] },
  steps: [
    step({
      phase: "forward",
      kind: "op",
      mark: { shape: "op", text: "×" },
      title: "MUL",
      focus: "mul",
      flows: [
        { edge: "e0", lane: "value", chip: "2" },
        { edge: "e1", lane: "value", chip: "4" },
      ],
      effects: [effect("y", "value", "shown", scalar(4))],
    }),
    step({
      phase: "forward",
      kind: "op",
      mark: { shape: "op", text: "+" },
      title: "ADD",
      focus: "add",
      flows: [
        { edge: "e2", lane: "value", chip: "4" },
        { edge: "e3", lane: "value", chip: "5" },
      ],
      effects: [effect("z", "value", "shown", scalar(5))],
    }),
  ],
});
