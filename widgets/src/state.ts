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

/** What of a document is to be seen: rows, lanes and nodes by the ids that they have on the screen. */
export interface Sight {
  /** Variables whose rows are shown. */
  readonly variables: readonly string[];
  /** For each line the edges that it is a part of. */
  readonly lines: readonly { readonly id: string; readonly edges: readonly string[] }[];
  /** Nodes, and closed boxes. */
  readonly nodes: readonly string[];
  /** What is in a closed box; nothing in what is none. */
  inside(id: string): readonly string[];
  /** What stands for a node: itself or a box. */
  seen(id: string): string;
}

interface Row {
  readonly at: number[];
  readonly effects: Effect[];
}

/** When everything happened: what is on the screen at a position is looked up, however many steps there are. */
export class History {
  readonly #rows = new Map<string, Row>();
  /** At which positions something travels on a lane, in order; of lines with several edges, on any of them. */
  readonly #lanes = new Map<string, number[]>();
  readonly #released = new Map<string, number>();
  /** Where a backward pass begins. */
  readonly #passes: number[] = [];
  readonly #reached = new Map<string, number>();
  readonly #backward: number;
  readonly #all: Sight;

  constructor(private readonly document: PlayDocument) {
    const { start, steps, graph } = document;
    const ends = new Map(graph.edges.map((edge) => [edge.id, edge]));
    const reach = (id: string, position: number): void => {
      if (!this.#reached.has(id)) this.#reached.set(id, position);
    };
    const apply = (effects: readonly Effect[], position: number): void => {
      for (const effect of effects) {
        const key = rowKey(effect.variable, effect.row);
        let row = this.#rows.get(key);
        if (!row) {
          row = { at: [], effects: [] };
          this.#rows.set(key, row);
        }
        row.at.push(position);
        row.effects.push(effect);
        if (effect.row === "value" && effect.state !== "none") reach(effect.variable, position);
      }
    };
    let pass = 0;
    apply(start.effects, 0);
    steps.forEach((step, index) => {
      if (step.pass !== undefined && step.pass !== pass) {
        pass = step.pass;
        this.#passes.push(index + 1);
      }
      for (const id of step.released ?? []) if (!this.#released.has(id)) this.#released.set(id, index + 1);
      apply(step.effects, index + 1);
      for (const { edge, lane } of step.flows) {
        const key = laneKey(edge, lane);
        const uses = this.#lanes.get(key);
        if (uses) uses.push(index + 1);
        else this.#lanes.set(key, [index + 1]);
        const both = ends.get(edge);
        if (!both || lane !== "value") continue;
        reach(both.source, index + 1);
        reach(both.target, index + 1);
      }
      if (step.focus !== null) reach(step.focus, index + 1);
    });
    const first = steps.findIndex((step) => step.phase === "backward");
    this.#backward = first < 0 ? Number.POSITIVE_INFINITY : first + 1;
    this.#all = {
      variables: graph.variables.map(({ id }) => id),
      lines: graph.edges.map(({ id }) => ({ id, edges: [id] })),
      nodes: [...graph.variables, ...graph.operators].map(({ id }) => id),
      inside: () => [],
      seen: (id) => id,
    };
  }

  at(position: number, sight: Sight = this.#all): Picture {
    const { steps } = this.document;
    const rows = new Map<string, Effect>();
    for (const id of sight.variables) {
      for (const kind of ["value", "grad"] as const) {
        const row = this.#rows.get(rowKey(id, kind));
        const index = row ? lastUpTo(row.at, position) : -1;
        const effect = row?.effects[index];
        if (effect) rows.set(rowKey(id, kind), row?.at[index] === position ? effect : bare(effect));
      }
    }
    const told = steps[position - 1] ?? null;
    const flows: Flow[] = [];
    const active = new Set<string>();
    const now = new Map<string, Flow>(told?.flows.map((flow) => [laneKey(flow.edge, flow.lane), flow]));
    const lanes = new Map<string, LaneState>();
    const begun = this.#passes[lastUpTo(this.#passes, position)] ?? 0;
    for (const { id, edges } of sight.lines) {
      for (const lane of ["value", "gradient"] as const) {
        const flow = now.size > 0 ? edges.map((edge) => now.get(laneKey(edge, lane))).find(Boolean) : undefined;
        if (flow) {
          lanes.set(laneKey(id, lane), "active");
          // Of an edge in several pieces one alone bears the number.
          flows.push({ edge: id, lane, chip: active.has(flow.edge + lane) ? null : flow.chip });
          active.add(flow.edge + lane);
          continue;
        }
        const uses = this.#usesOf(id, edges, lane);
        const last = uses[lastUpTo(uses, position)];
        if (last !== undefined) lanes.set(laneKey(id, lane), lane === "value" || last >= begun ? "done" : "former");
      }
    }
    const reached = new Set<string>();
    for (const id of sight.nodes) {
      let at = this.#reached.get(id);
      if (at === undefined) {
        at = Number.POSITIVE_INFINITY;
        for (const node of sight.inside(id)) at = Math.min(at, this.#reached.get(node) ?? at);
        if (at < Number.POSITIVE_INFINITY) this.#reached.set(id, at);
      }
      if (at <= position) reached.add(id);
    }
    const focus = told?.focus ? sight.seen(told.focus) : null;
    const step = told && { ...told, flows: sight === this.#all ? told.flows : flows, focus };
    return {
      position,
      step,
      phase: step?.phase ?? steps[0]?.phase ?? "forward",
      rows,
      lanes,
      reached,
      released: new Set(sight.nodes.filter((id) => (this.#released.get(id) ?? Number.POSITIVE_INFINITY) <= position)),
      backward: position >= this.#backward,
    };
  }

  /** When any of the edges in a line was used. */
  #usesOf(line: string, edges: readonly string[], lane: Lane): readonly number[] {
    if (edges.length === 1) return this.#lanes.get(laneKey(edges[0] ?? "", lane)) ?? [];
    const key = `${laneKey(line, lane)} in all`;
    let uses = this.#lanes.get(key);
    if (!uses) {
      uses = edges.flatMap((edge) => this.#lanes.get(laneKey(edge, lane)) ?? []).sort((a, b) => a - b);
      this.#lanes.set(key, uses);
    }
    return uses;
  }
}

/** The index of the last number that is not larger; -1 for none. Numbers are in order. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The picture of a whole document at a position. */
export const pictureAt = (document: PlayDocument, position: number): Picture => new History(document).at(position);

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
