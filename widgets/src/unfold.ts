/** A folded graph as it stands with some boxes open: every box has its own drawing, and what is open makes room. */

import type { Edge, Graph, Group, Hull, Operator, PathCommand, Variable, Wire } from "./document";
import { type Change, follow, movedHull, movedPath } from "./hulls";
import { pointAt, track } from "./path";

/** A box, closed: its own place, and of what it gives the rows of numbers. */
export interface ClosedBox {
  readonly group: Group;
  readonly x: number;
  readonly y: number;
  readonly shown: Variable | null;
}

/** A box, open: a frame around what is in it. */
export interface Frame {
  readonly group: Group;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Line extends Edge {
  /** The edges that this line is a part of; in a graph without boxes, itself. */
  readonly edges: readonly string[];
  /** Whether its ends lie on the frame of an open box, where it goes on. */
  readonly joints: { readonly source: boolean; readonly target: boolean };
}

/** What is to be seen, at absolute places. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly variables: readonly Variable[];
  readonly operators: readonly Operator[];
  readonly boxes: readonly ClosedBox[];
  readonly frames: readonly Frame[];
  readonly lines: readonly Line[];
  readonly hulls: readonly Hull[];
}

type Point = readonly [number, number];

interface Level {
  readonly variables: Variable[];
  readonly operators: Operator[];
  readonly groups: Group[];
  readonly wires: Wire[];
  readonly hulls: Hull[];
}

interface Drawing {
  width: number;
  height: number;
  readonly variables: Variable[];
  readonly operators: Operator[];
  readonly boxes: ClosedBox[];
  readonly frames: Frame[];
  readonly lines: Line[];
  readonly hulls: Hull[];
  /** Where the ports at the left and right edge have come to lie. */
  readonly ports: Map<string, number>;
}

/** An open box in its level: where it stood closed, and by how much it has grown. */
interface Growth {
  readonly group: Group;
  readonly drawing: Drawing;
  readonly left: number;
  readonly right: number;
  /** Its column alone makes room; null where parts of the level are stacked, and all of it does. */
  readonly column: boolean;
  readonly tall: number;
}

export const TITLE = 30; // the bar at the top of an open box

/** Knows which box everything stands in, and draws the graph for any set of open boxes. */
export class Folding {
  readonly #levels = new Map<string | null, Level>();
  readonly #homes = new Map<string, string | null>();
  readonly #groups = new Map<string, Group>();
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #carried: ReadonlyMap<string, string>;

  constructor(private readonly graph: Graph) {
    this.#variables = new Map(graph.variables.map((variable) => [variable.id, variable]));
    this.#carried = new Map(
      graph.edges.map(({ id, source, target }) => [id, this.#variables.has(source) ? source : target]),
    );
    for (const id of [null, ...(graph.groups ?? []).map((group) => group.id)]) {
      this.#levels.set(id, { variables: [], operators: [], groups: [], wires: [], hulls: [] });
    }
    for (const group of graph.groups ?? []) {
      this.#groups.set(group.id, group);
      this.#homes.set(group.id, group.parent);
      this.#levels.get(group.parent)?.groups.push(group);
    }
    for (const variable of graph.variables) {
      this.#homes.set(variable.id, variable.group ?? null);
      this.#levels.get(variable.group ?? null)?.variables.push(variable);
    }
    for (const operator of graph.operators) {
      this.#homes.set(operator.id, operator.group ?? null);
      this.#levels.get(operator.group ?? null)?.operators.push(operator);
    }
    for (const wire of graph.wires ?? []) this.#levels.get(wire.group)?.wires.push(wire);
    for (const hull of graph.hulls ?? []) this.#levels.get(hull.group ?? null)?.hulls.push(hull);
  }

  get folded(): boolean {
    return this.#groups.size > 0;
  }

  group(id: string): Group | null {
    return this.#groups.get(id) ?? null;
  }

  /** The boxes around a node or box, the outermost first. */
  around(id: string): string[] {
    const found: string[] = [];
    let at = this.#homes.get(id) ?? null;
    while (at !== null && found.length < 64) {
      found.unshift(at);
      at = this.#homes.get(at) ?? null;
    }
    return found;
  }

  /** The nodes in a box, and in the boxes inside of it. */
  inside(id: string): readonly string[] {
    const level = this.#groups.has(id) ? this.#levels.get(id) : undefined;
    if (!level) return [];
    const own = [...level.variables, ...level.operators].map((node) => node.id);
    return [...own, ...level.groups.flatMap((group) => this.inside(group.id))];
  }

  /** What stands for a node: itself, or the outermost closed box around it. */
  seen(id: string, open: ReadonlySet<string>): string {
    return this.around(id).find((group) => !open.has(group)) ?? id;
  }

  scene(open: ReadonlySet<string>): Scene {
    if (!this.folded) {
      const { width, height, variables, operators, edges } = this.graph;
      const joints = { source: false, target: false };
      const lines = edges.map((edge) => ({ ...edge, edges: [edge.id], joints }));
      return { width, height, variables, operators, boxes: [], frames: [], lines, hulls: this.graph.hulls ?? [] };
    }
    return this.#draw(null, open);
  }

  #draw(id: string | null, open: ReadonlySet<string>): Drawing {
    const level = this.#levels.get(id) ?? { variables: [], operators: [], groups: [], wires: [], hulls: [] };
    const size = id === null ? { w: this.graph.width, h: this.graph.height } : (this.#groups.get(id)?.inner ?? ZERO);
    const growths = new Map<string, Growth>();
    for (const group of level.groups) {
      if (!open.has(group.id)) continue;
      const drawing = this.#draw(group.id, open);
      const [left, right] = group.column ?? [group.x - group.w / 2, group.x + group.w / 2];
      const tall = Math.max(drawing.height - group.h, 0);
      growths.set(group.id, { group, drawing, left, right, column: group.column !== null, tall });
    }
    const move = mover([...growths.values()]);
    // What grows above the top moves everything down.
    let [top, bottom] = [0, size.h];
    for (const { group, drawing } of growths.values()) {
      const y = group.y + move.down(group.x, group.y);
      const margin = id === null ? 16 : TITLE + 12;
      top = Math.min(top, y - drawing.height / 2 - margin);
      bottom = Math.max(bottom, y + drawing.height / 2 + 16);
    }
    top = Math.min(top, move.highest);
    bottom = Math.max(bottom, size.h + move.lowest);
    const shift = (x: number, y: number): Point => [move.right(x), move.down(x, y) - top];

    const found: Drawing = {
      width: size.w + move.right(Number.POSITIVE_INFINITY),
      height: bottom - top,
      variables: level.variables.map((variable) => movedVariable(variable, shift(variable.x, variable.y))),
      operators: level.operators.map((operator) => movedNode(operator, shift(operator.x, operator.y))),
      boxes: [],
      frames: [],
      lines: [],
      hulls: [],
      ports: new Map(),
    };
    const corners = new Map<string, Point>(); // the top left corner of each open box
    for (const group of level.groups) {
      const [dx, dy] = shift(group.x, group.y);
      const [x, y] = [group.x + dx, group.y + dy];
      const growth = growths.get(group.id);
      if (!growth) {
        found.boxes.push({ group, x, y, shown: this.#shown(group, dx, dy) });
        continue;
      }
      const { drawing } = growth;
      const [left, above] = [x - drawing.width / 2, y - drawing.height / 2];
      corners.set(group.id, [left, above]);
      found.frames.push({ group, x, y, w: drawing.width, h: drawing.height });
      const inside: Point = [left, above];
      found.variables.push(...drawing.variables.map((variable) => movedVariable(variable, inside)));
      found.operators.push(...drawing.operators.map((operator) => movedNode(operator, inside)));
      found.boxes.push(
        ...drawing.boxes.map((box) => ({
          ...moved(box, inside),
          shown: box.shown && movedVariable(box.shown, inside),
        })),
      );
      found.frames.push(...drawing.frames.map((frame) => moved(frame, inside)));
      found.lines.push(...drawing.lines.map((line) => movedLine(line, inside)));
      found.hulls.push(...drawing.hulls.map((hull) => movedHull(hull, inside)));
    }
    const places = new Map<string, Point>(
      [...level.variables, ...level.operators, ...level.groups].map(({ id, x, y }) => [id, shift(x, y)]),
    );
    const bands = new Map<string, PathCommand[]>(); // the middle of each line
    for (const wire of level.wires) {
      const carried = this.#carried.get(wire.edges[0] ?? "") ?? "";
      const end = (node: string, side: "source" | "target"): End => {
        const corner = corners.get(node);
        const growth = growths.get(node);
        if (!corner || !growth) return { by: places.get(node) ?? null, at: null };
        const port = growth.drawing.ports.get(`${node}${side === "source" ? ">" : "<"}${carried}`) ?? 0;
        return { by: null, at: [corner[0] + (side === "source" ? growth.drawing.width : 0), corner[1] + port] };
      };
      const by = wire.reference ? shift(wire.reference.x, wire.reference.y) : null;
      const [source, target] = [by ? { by, at: null } : end(wire.source, "source"), end(wire.target, "target")];
      const half = wire.gradient || wire.scissors ? LANE_OFFSET : 0;
      const value_path = rerouted(wire.value_path, source, target, shift, -half);
      const gradient_path = rerouted(wire.gradient_path, source, target, shift, half);
      if (level.hulls.length > 0) bands.set(wire.id, rerouted(wire.value_path, source, target, shift, 0));
      const first = value_path[0];
      const last = value_path.at(-1);
      if (id !== null && first && last) {
        // Of a line that begins or ends at the edge, the height there is that of a port.
        if (wire.source.startsWith(`${id}<`)) found.ports.set(wire.source, (first[2] as number) + half);
        if (wire.target.startsWith(`${id}>`)) found.ports.set(wire.target, (last.at(-1) as number) + half);
      }
      found.lines.push({
        ...wire,
        chip: wire.chip && growths.size > 0 ? carriedAlong(wire.chip, wire.value_path, value_path) : wire.chip,
        value_path,
        gradient_path,
        reference: wire.reference && by ? moved(wire.reference, by) : null,
        scissors: wire.scissors ? movedScissors(wire.scissors, places.get(wire.target) ?? [0, 0]) : null,
        joints: {
          source: growths.has(wire.source) || wire.source.startsWith(`${id}<`),
          target: growths.has(wire.target) || wire.target.startsWith(`${id}>`),
        },
      });
    }
    for (const hull of level.hulls) {
      const change = (member: string): Change => {
        const corner = corners.get(member);
        const drawing = growths.get(member)?.drawing;
        if (corner && drawing) return { covers: [corner[0], corner[1], drawing.width, drawing.height] };
        return { by: places.get(member) ?? [0, 0] };
      };
      const ways = (hull.wires ?? []).flatMap((wire) => {
        const band = bands.get(wire);
        return band ? [band] : [];
      });
      found.hulls.push(follow(hull, change, ways));
    }
    return found;
  }

  /** The value that a closed box gives, as a variable whose dock stands in the box. */
  #shown({ shows }: Group, dx: number, dy: number): Variable | null {
    const variable = shows ? this.#variables.get(shows.variable) : undefined;
    if (!shows || !variable) return null;
    const { dock, cells, value_label } = shows;
    const x = dock.x + dock.w / 2 + dx;
    return { ...variable, cells, value_label, x, dock: { ...dock, x: dock.x + dx, y: dock.y + dy } };
  }
}

const LANE_OFFSET = 3.25; // as in draw/theme.py
const ZERO = { w: 0, h: 0 };

interface Mover {
  /** By how much a point goes to the right. */
  right(x: number): number;
  /** By how much a point goes down; less than nothing is up. */
  down(x: number, y: number): number;
  readonly highest: number;
  readonly lowest: number;
}

/** Boxes that grow push aside what stands in their column, and to the right what stands behind it. */
function mover(growths: readonly Growth[]): Mover {
  const wide = new Map<string, { left: number; right: number; by: number }>();
  for (const { left, right, drawing } of growths) {
    const key = `${left} ${right}`;
    const by = Math.max(drawing.width + 24 - (right - left), wide.get(key)?.by ?? 0, 0);
    wide.set(key, { left, right, by });
  }
  const columns = [...wide.values()];
  const half = growths.reduce((sum, { tall }) => sum + tall, 0) / 2;
  return {
    right: (x) => columns.reduce((sum, { left, right, by }) => sum + (x >= right ? by : x > left ? by / 2 : 0), 0),
    down: (x, y) =>
      growths.reduce((sum, { group, left, right, column, tall }) => {
        if (tall === 0 || y === group.y || (column && (x < left || x > right))) return sum;
        return sum + (y < group.y ? -tall / 2 : tall / 2);
      }, 0),
    highest: -half,
    lowest: half,
  };
}

/** How an end of a line moves: with its node, or to a port of an open box. */
interface End {
  readonly by: Point | null;
  readonly at: Point | null;
}

function rerouted(
  path: readonly PathCommand[],
  source: End,
  target: End,
  shift: (x: number, y: number) => Point,
  offset: number,
): PathCommand[] {
  const before = path.map((command) => [command.at(-2), command.at(-1)] as [number, number]);
  const points = before.map(([x, y]): [number, number] => {
    const [dx, dy] = shift(x, y);
    return [x + dx, y + dy];
  });
  const fix = (index: number, next: number, end: End): void => {
    const [own, old] = [points[index], before[index]];
    if (!own || !old) return;
    if (end.at) [own[0], own[1]] = [end.at[0], end.at[1] + offset];
    else if (end.by) [own[0], own[1]] = [old[0] + end.by[0], old[1] + end.by[1]];
    // A line that leaves level still does.
    const [neighbour, was] = [points[next], before[next]];
    if (neighbour && was && was[1] === old[1] && points.length > 2) neighbour[1] = own[1];
  };
  fix(0, 1, source);
  fix(points.length - 1, points.length - 2, target);
  return smooth(points, offset);
}

/** Commands through corners: straight where two are level, else a curve that is level at both ends. */
export function smooth(points: readonly Point[], offset: number): PathCommand[] {
  const commands: PathCommand[] = [];
  let from: Point | null = null;
  for (const [x, y] of points) {
    if (!from) commands.push(["M", x, y]);
    else if (Math.abs(from[1] - y) < 0.6) commands.push(["L", x, y]);
    else {
      const reach = 0.55 * (x - from[0]);
      const angle = Math.atan2(y - from[1], x - from[0] - reach);
      const push = (-offset * Math.tan(angle / 2)) / 0.75;
      commands.push(["C", from[0] + reach + push, from[1], x - reach + push, y, x, y]);
    }
    from = [x, y];
  }
  return commands;
}

/** A chip keeps its share of the way, and its distance from it. */
function carriedAlong(
  chip: NonNullable<Edge["chip"]>,
  from: readonly PathCommand[],
  to: readonly PathCommand[],
): Edge["chip"] {
  const [before, after] = [track(from), track(to)];
  let [share, least] = [0.5, Number.POSITIVE_INFINITY];
  for (let i = 0; i <= 100; i++) {
    const at = pointAt(before, i / 100);
    const distance = Math.hypot(at.x - chip.x, at.y - chip.y);
    if (distance < least) [share, least] = [i / 100, distance];
  }
  const [was, is] = [pointAt(before, share), pointAt(after, share)];
  return moved(chip, [is.x - was.x, is.y - was.y]);
}

const moved = <T extends { readonly x: number; readonly y: number }>(thing: T, [dx, dy]: Point): T => ({
  ...thing,
  x: thing.x + dx,
  y: thing.y + dy,
});

function movedVariable(variable: Variable, by: Point): Variable {
  return { ...movedNode(variable, by), dock: moved(variable.dock, by) };
}

function movedNode<T extends Variable | Operator>(node: T, by: Point): T {
  return node.tags ? { ...moved(node, by), tags: node.tags.map((tag) => moved(tag, by)) } : moved(node, by);
}

type Scissors = NonNullable<Edge["scissors"]>;

const movedScissors = (scissors: Scissors, by: Point): Scissors => ({
  ...moved(scissors, by),
  stub: movedPath(scissors.stub, by),
});

function movedLine(line: Line, by: Point): Line {
  return {
    ...line,
    chip: line.chip && moved(line.chip, by),
    scissors: line.scissors ? movedScissors(line.scissors, by) : null,
    reference: line.reference ? moved(line.reference, by) : null,
    value_path: movedPath(line.value_path, by),
    gradient_path: movedPath(line.gradient_path, by),
  };
}
