/** How a hull goes with its members when boxes among them, or beside them, are opened. */

import type { Hull, PathCommand } from "./document";

type Point = readonly [number, number];
type Box = Hull["boxes"][number];

/** What a member of a hull has come to: it has moved, or it is an open box that covers all this. */
export type Change = { readonly by: Point } | { readonly covers: Box };

const PAD = 9; // around what is inside, and above it for the label: as in draw/marks.py
const TOP = 16;

/**
 * A hull around members that have moved. One box around all of them grows to hold them; of a box for each, each goes
 * with its own. `bands` are the lines between them, where they run afterwards.
 */
export function follow(hull: Hull, change: (id: string) => Change, bands: readonly (readonly PathCommand[])[]): Hull {
  const { members, x, y } = hull;
  const apart = hull.boxes.length > 1;
  const boxes = hull.boxes.map((box, i) => {
    const inside = apart ? members.slice(i, i + 1) : members;
    return around(inside.map((id) => grown(box, change(id), isTitled(hull, box))));
  });
  const titled = Math.max(
    hull.boxes.findIndex((box) => isTitled(hull, box)),
    0,
  );
  const [before, after] = [hull.boxes[titled], boxes[titled]];
  if (!before || !after) return hull;
  return { ...hull, boxes, bands, x: x + after[0] - before[0], y: y + after[1] - before[1] };
}

export const movedHull = (hull: Hull, [dx, dy]: Point): Hull => ({
  ...hull,
  boxes: hull.boxes.map(([x, y, w, h]) => [x + dx, y + dy, w, h]),
  bands: hull.bands.map((band) => movedPath(band, [dx, dy])),
  x: hull.x + dx,
  y: hull.y + dy,
});

/** Whether a hull's label stands in this one of its boxes. */
const isTitled = ({ x, y }: Hull, [left, top, w, h]: Box): boolean =>
  left < x && x < left + w && top < y && y < top + h;

function grown([x, y, w, h]: Box, change: Change, titled: boolean): Box {
  if ("by" in change) return [x + change.by[0], y + change.by[1], w, h];
  const [left, above, wide, high] = change.covers;
  const top = titled ? PAD + TOP : PAD;
  return [left - PAD, above - top, wide + 2 * PAD, high + top + PAD];
}

function around(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map(([x]) => x));
  const top = Math.min(...boxes.map(([, y]) => y));
  const right = Math.max(...boxes.map(([x, , w]) => x + w));
  const bottom = Math.max(...boxes.map(([, y, , h]) => y + h));
  return [left, top, right - left, bottom - top];
}

export const movedPath = (path: readonly PathCommand[], [dx, dy]: Point): PathCommand[] =>
  path.map(
    ([letter, ...numbers]) => [letter, ...numbers.map((n, i) => n + (i % 2 ? dy : dx))] as unknown as PathCommand,
  );
