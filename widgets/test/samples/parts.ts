/** The parts that sample documents are put together from, with a naive geometry. */

import type {
  Edge,
  Effect,
  Graph,
  Operator,
  PathCommand,
  PlayDocument,
  Step,
  Value,
  Variable,
} from "../../src/document";
import { ENGLISH } from "./words";

export const number = (x: number | null): string =>
  x === null ? "nan" : String(Math.round(x * 1e4) / 1e4).replace("-", "−");

export function value(numbers: readonly (number | null)[], shape: readonly number[] = [numbers.length]): Value {
  const text = numbers.map(number);
  const size = numbers.length;
  const cols = shape.at(-1) ?? 1;
  const kind = size <= 8 ? "cells" : size <= 1000 ? "heat" : "stats";
  const summary = shape.length === 0 ? (text[0] ?? "") : `[${text.slice(0, 8).join(", ")}${size > 8 ? ", …" : ""}]`;
  if (kind !== "stats") return { shape, kind, text, numbers, rows: cols ? size / cols : 0, cols, summary };
  const line = `shape (${shape.join(", ")}), min −2.9, max 3.1, mean 0.01`;
  return { shape, kind, text: [], numbers: [], rows: 0, cols: 0, summary: line };
}

export const scalar = (x: number): Value => value([x], []);

export interface VariableParts extends Partial<Omit<Variable, "dock">> {
  readonly id: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly value: Value | null;
}

export function variable(parts: VariableParts): Variable {
  const { id, name, x, y, value: own } = parts;
  const shape = own ? (own.shape.length === 1 ? `(${own.shape[0]},)` : `(${own.shape.join(", ")})`) : "()";
  const cells = parts.cells ?? (own?.kind === "cells" ? own.text.length : 0);
  const cell = cells === 1 ? 52 : 46;
  const leaf = parts.leaf ?? false;
  const w = 41 + (cells || 3) * cell;
  const ry = parts.ry ?? 25;
  return {
    full_name: name,
    expression: false,
    shape,
    dtype: "float32",
    leaf,
    requires_grad: true,
    label: `${leaf ? "leaf " : ""}variable ${name}, shape ${shape}`,
    span: null,
    cells,
    value_label: "val",
    grad_label: leaf ? ".grad" : `∂z/∂${name}`,
    rx: 44,
    ry,
    font: 23,
    dock: { x: x - w / 2, y: y + ry + 9, w, label_w: 41, cell_w: cell, row_h: 21, gap: 3 },
    ...parts,
    id,
    value: own,
  };
}

export function operator(parts: Partial<Operator> & Pick<Operator, "id" | "glyph" | "name" | "x" | "y">): Operator {
  return {
    title: `${parts.name}Backward0`,
    label: `operator ${parts.name}, ${parts.line ?? ""}`,
    line: null,
    span: null,
    saved: null,
    requires_grad: true,
    sentence: "",
    w: 60,
    h: 54,
    ...parts,
  };
}

/** Two lanes from the right of one node to the left of another, entering at an offset. */
export function lanes(
  from: Variable | Operator,
  to: Variable | Operator,
  enter: number,
): { value_path: PathCommand[]; gradient_path: PathCommand[] } {
  const half = (node: Variable | Operator): number => ("rx" in node ? node.rx : node.w / 2);
  const [x1, y1, x2, y2] = [from.x + half(from) + 3, from.y, to.x - half(to) - 4, to.y + enter];
  const bend = Math.min("rx" in from ? Math.max(x1, from.x + 92) : x1, x2);
  const pull = (x2 - bend) * 0.55;
  const path = (shift: number): PathCommand[] =>
    y1 === y2
      ? [
          ["M", x1, y1 + shift],
          ["L", x2, y2 + shift],
        ]
      : [
          ["M", x1, y1 + shift],
          ["L", bend, y1 + shift],
          ["C", bend + pull, y1 + shift, x2 - pull, y2 + shift, x2, y2 + shift],
        ];
  return { value_path: path(-3), gradient_path: path(3.2) };
}

export function edge(
  graph: Pick<Graph, "variables" | "operators">,
  id: string,
  source: string,
  target: string,
  rest: { readonly enter?: number; readonly slot?: number; readonly chip?: Edge["chip"] } = {},
): Edge {
  const nodes = [...graph.variables, ...graph.operators];
  const from = nodes.find((node) => node.id === source);
  const to = nodes.find((node) => node.id === target);
  if (!from || !to) throw new Error(`no ${source} or no ${target}`);
  const { enter = 0, slot = 0, chip = null } = rest;
  return { id, source, target, slot, gradient: true, chip, ...lanes(from, to, enter) };
}

export const effect = (
  variableId: string,
  row: Effect["row"],
  state: Effect["state"],
  shown: Value | null,
  rest: Partial<Pick<Effect, "badge" | "note">> = {},
): Effect => ({ variable: variableId, row, state, value: shown, badge: null, note: null, ...rest });

export function step(parts: Partial<Step> & Pick<Step, "phase" | "kind" | "mark" | "title">): Step {
  return {
    focus: null,
    where: null,
    rule: null,
    sentence: "",
    lines: [],
    span: null,
    rows: [],
    chain: null,
    flows: [],
    effects: [],
    spoken: parts.title,
    ...parts,
  };
}

export function play(parts: Pick<PlayDocument, "graph" | "steps"> & Partial<PlayDocument>): PlayDocument {
  return {
    format: "minigrad.play",
    version: 1,
    language: "en",
    title: { code: "z", call: "z.backward()" },
    words: ENGLISH,
    source: { lines: [] },
    message: null,
    start: { title: "Before the first step", sentence: "", spoken: "Before the first step.", effects: [] },
    ...parts,
  };
}
