/** What is on the screen at a position: a pure fold of the start's and the steps' effects, the same however one came. */

import type { Effect, Flow, Lane, Phase, PlayDocument, Step } from "./document";

export type LaneState = "active" | "done";

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

/** How far the running phase is: which of its steps, of how many. Two passes of one phase count apart. */
export function progress(steps: readonly Step[], position: number): { phase: Phase; k: number; n: number } | null {
  const step = steps[position - 1];
  if (!step) return null;
  let first = position - 1;
  while (first > 0 && steps[first - 1]?.phase === step.phase) first--;
  let end = position;
  while (steps[end]?.phase === step.phase) end++;
  return { phase: step.phase, k: position - first, n: end - first };
}
