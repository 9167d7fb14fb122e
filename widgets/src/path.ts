/** The geometry of an edge, worked out without the page: its length, and the point at a share of it. */

import type { PathCommand } from "./document";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A path as a chain of short straight pieces. */
export interface Track {
  readonly points: readonly Point[];
  /** The length from the start up to each point. */
  readonly lengths: readonly number[];
  readonly total: number;
}

const PIECES = 24; // a piece of a curve: under half a pixel from the true line at the sizes of a graph

/** The `d` attribute; commands that are not finite numbers are left out. */
export function pathData(commands: readonly PathCommand[]): string {
  return commands
    .filter(([, ...numbers]) => numbers.every(Number.isFinite))
    .map(([letter, ...numbers]) => letter + numbers.join(" "))
    .join("");
}

export function track(commands: readonly PathCommand[]): Track {
  const points: Point[] = [];
  for (const command of commands) {
    if (command[0] !== "C") {
      points.push({ x: command[1], y: command[2] });
      continue;
    }
    const from = points.at(-1) ?? { x: command[1], y: command[2] };
    const [, x1, y1, x2, y2, x, y] = command;
    for (let i = 1; i <= PIECES; i++) {
      const t = i / PIECES;
      const u = 1 - t;
      const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
      points.push({ x: a * from.x + b * x1 + c * x2 + d * x, y: a * from.y + b * y1 + c * y2 + d * y });
    }
  }
  const lengths: number[] = [];
  let total = 0;
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before) total += Math.hypot(point.x - before.x, point.y - before.y);
    lengths.push(total);
  });
  return { points, lengths, total };
}

/** The point at a share of the length, 0 at the start and 1 at the end. */
export function pointAt({ points, lengths, total }: Track, share: number): Point {
  const length = Math.min(Math.max(share, 0), 1) * total;
  const after = lengths.findIndex((reached) => reached >= length);
  const end = points[after] ?? points.at(-1) ?? { x: 0, y: 0 };
  const start = points[after - 1];
  if (!start) return end;
  const [from, to] = [lengths[after - 1] ?? 0, lengths[after] ?? 0];
  const t = to > from ? (length - from) / (to - from) : 0;
  return { x: start.x + t * (end.x - start.x), y: start.y + t * (end.y - start.y) };
}

/** Points along the path, at most this far apart. */
export function samples(path: Track, distance: number): Point[] {
  const pieces = Math.ceil(path.total / distance);
  return Array.from({ length: path.points.length > 0 ? pieces + 1 : 0 }, (_, i) =>
    pointAt(path, i / Math.max(pieces, 1)),
  );
}

/** An arrow head whose tip lies on an end of the path and looks along it. */
export function arrowHead(path: Track, end: "start" | "end", size: number): string {
  if (path.points.length < 2) return "";
  const tip = pointAt(path, end === "end" ? 1 : 0);
  const back = Math.min(size / Math.max(path.total, size), 1);
  const behind = pointAt(path, end === "end" ? 1 - back : back);
  const length = Math.hypot(tip.x - behind.x, tip.y - behind.y) || 1;
  const [ux, uy] = [(tip.x - behind.x) / length, (tip.y - behind.y) / length];
  const wing = size * 0.5;
  const [bx, by] = [tip.x - ux * size, tip.y - uy * size];
  const at = (x: number, y: number): string => `${x.toFixed(2)} ${y.toFixed(2)}`;
  return `M${at(tip.x, tip.y)}L${at(bx - uy * wing, by + ux * wing)}L${at(bx + uy * wing, by - ux * wing)}Z`;
}
