/** What is on the screen at a position: a pure fold of the start's and the steps' effects, the same however one came. */

import type { Effect, Flow, Lane, Phase, PlayDocument, Step } from "./document";

/** "former": a gradient travelled here in an earlier backward pass. */
export type LaneState = "active" | "done" | "former";

export interface Picture {
  readonly position: number;
  readonly step: Step | null;
  /** The phase to colour by; before the first step it is that of the first. */
  readonly phase: Phase;
  /** The latest effect on each row of each dock; no entry means that nothing is known of it yet. */
  readonly rows: ReadonlyMap<string, Effect>;
  /** The lanes that something has travelled on; a value lane that is absent is pending, a gradient lane hidden. */
  readonly lanes: ReadonlyMap<string, LaneState>;
  /** The variables and operators that the run has reached. */
  readonly reached: ReadonlySet<string>;
  /** True from the first backward step on. */
  readonly backward: boolean;
  /** The operators whose saved tensors were freed. */
  readonly released: ReadonlySet<string>;
}

export const rowKey = (variable: string, row: Effect["row"]): string => `${row}:${variable}`;
export const laneKey = (edge: string, lane: Lane): string => `${lane}:${edge}`;

/** A position that exists: a whole number from 0 to the number of steps. */
export function clampPosition(document: PlayDocument, position: unknown): number {
  const whole = typeof position === "number" && Number.isFinite(position) ? Math.trunc(position) : 0;
  return Math.min(Math.max(whole, 0), document.steps.length);
}

export function pictureAt(document: PlayDocument, position: number): Picture {
  const { start, steps, graph } = document;
  const rows = new Map<string, Effect>();
  const lanes = new Map<string, LaneState>();
  const reached = new Set<string>();
  const released = new Set<string>();
  let pass = 0;
  const targets = new Map(graph.edges.map((edge) => [edge.id, edge]));

  const apply = (effects: readonly Effect[], current: boolean): void => {
    for (const effect of effects) {
      rows.set(rowKey(effect.variable, effect.row), current ? effect : bare(effect));
      if (effect.row === "value" && effect.state !== "none") reached.add(effect.variable);
    }
  };
  const travel = (flows: readonly Flow[], current: boolean): void => {
    for (const { edge, lane } of flows) {
      lanes.set(laneKey(edge, lane), current ? "active" : "done");
      const ends = targets.get(edge);
      if (!ends || lane !== "value") continue;
      reached.add(ends.source);
      reached.add(ends.target);
    }
  };

  apply(start.effects, position === 0);
  for (let k = 1; k <= position; k++) {
    const step = steps[k - 1];
    if (!step) break;
    if (step.pass !== undefined && step.pass !== pass) {
      pass = step.pass;
      for (const [key, state] of lanes) if (state === "done" && key.startsWith("gradient:")) lanes.set(key, "former");
    }
    for (const id of step.released ?? []) released.add(id);
    apply(step.effects, k === position);
    travel(step.flows, k === position);
    if (step.focus !== null) reached.add(step.focus);
  }
  const step = steps[position - 1] ?? null;
  return {
    position,
    step,
    phase: step?.phase ?? steps[0]?.phase ?? "forward",
    rows,
    lanes,
    reached,
    released,
    backward: steps.slice(0, position).some((taken) => taken.phase === "backward"),
  };
}

/** An effect after its own step: the badge belongs to that step alone. */
const bare = (effect: Effect): Effect => (effect.badge === null ? effect : { ...effect, badge: null });

/** While a step moves: its lanes and its focus are lit, its results have not arrived. */
export function midway(before: Picture, after: Picture): Picture {
  const focus = after.step?.focus;
  const reached = focus ? new Set([...before.reached, focus]) : before.reached;
  const rows = new Map(Array.from(before.rows, ([key, effect]) => [key, bare(effect)]));
  return { ...after, rows, reached };
}

/** The positions where an element is looked at: in focus, or, where it never is, where one of its rows changes. */
export function positionsOf(document: PlayDocument, id: string): number[] {
  const where = (test: (step: Step) => boolean): number[] =>
    document.steps.flatMap((step, index) => (test(step) ? [index + 1] : []));
  const focused = where((step) => step.focus === id);
  return focused.length > 0 ? focused : where((step) => step.effects.some((effect) => effect.variable === id));
}

/** The positions that light a line of the source. */
export function positionsOfLine(document: PlayDocument, line: number): number[] {
  return document.steps.flatMap((step, index) => (step.lines.includes(line) ? [index + 1] : []));
}

/** The first of the positions after this one, round and round; null where there is none. */
export function nextOf(positions: readonly number[], position: number): number | null {
  return positions.find((candidate) => candidate > position) ?? positions[0] ?? null;
}

/** Whether two neighbouring steps belong together: one phase, and one backward pass. */
export const together = (a: Step | undefined, b: Step | undefined): boolean =>
  a !== undefined && b !== undefined && a.phase === b.phase && a.pass === b.pass && a.recorded === b.recorded;

export interface Progress {
  readonly phase: Phase;
  readonly pass: number;
  readonly k: number;
  readonly n: number;
}

/** How far the running phase is: which of its steps, of how many. Two passes of one phase count apart. */
export function progress(steps: readonly Step[], position: number): Progress | null {
  const step = steps[position - 1];
  if (!step) return null;
  let first = position - 1;
  while (together(steps[first - 1], step)) first--;
  let end = position;
  while (together(steps[end], step)) end++;
  return { phase: step.phase, pass: step.pass ?? 0, k: position - first, n: end - first };
}
