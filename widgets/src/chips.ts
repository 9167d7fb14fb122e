/** Where the number that travels along an edge comes to rest: beside its lane, on nothing that one wants to read. */

import { type Point, pointAt, type Track } from "./path";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Resting {
  /** The share of the way, in the direction of travel, at which the chip stops. */
  readonly share: number;
  readonly anchor: Point;
  /** The centre of the chip. */
  readonly centre: Point;
}

export const CHIP_HEIGHT = 22;

export const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));

export const boxAround = ({ x, y }: Point, w: number, h: number): Box => ({ x: x - w / 2, y: y - h / 2, w, h });

const FARTHER = [0, 10, 20, 30, 40, 50, 60, 70, 82]; // pixels beyond the lanes beside its own
const ASIDE = [0, 6, 12]; // ... and farther from a lane's end
const SHARES = [0.6, 0.5, 0.7, 0.4, 0.78, 0.3];

/** The pulse that rests on the lane: it hides no pill, and no other pulse. */
export const PULSE = 15;

/** What it costs to lie on a box at all, however little of it is covered: more than a way across many lanes. */
const COVERED = 400;

/** What a number should not lie on: boxes not at all, lines rather not. */
export interface Crowd {
  readonly boxes: readonly Box[];
  /** Points along the lanes around, its own among them. */
  readonly lines: readonly Point[];
  /** The whole picture, which it should not leave. */
  readonly bounds: Box;
}

/** The best of some hundred places, the nearest of the equally good ones. `reversed`: it travels from end to start. */
export function restingPlace(path: Track, reversed: boolean, width: number, { boxes, lines, bounds }: Crowd): Resting {
  let best: Resting = { share: 0.6, anchor: { x: 0, y: 0 }, centre: { x: 0, y: 0 } };
  let least = Number.POSITIVE_INFINITY;
  for (const [rank, share] of SHARES.entries()) {
    const anchor = pointAt(path, reversed ? 1 - share : share);
    const pulse = boxAround(anchor, PULSE, PULSE);
    const met = boxes.reduce((sum, obstacle) => sum + overlap(pulse, obstacle), 0);
    const [side, near, far] = [width / 2 + 14, CHIP_HEIGHT / 2 + 9, CHIP_HEIGHT / 2 + 20];
    const offsets: readonly (readonly [number, number])[] = [
      [0, -near],
      [0, near],
      [side, -11],
      [side, 11],
      [-side, -11],
      [-side, 11],
      [width / 4, -near],
      [width / 4, near],
      [-width / 4, -near],
      [-width / 4, near],
      ...FARTHER.flatMap((more): [number, number][] => [
        [0, -far - more],
        [0, far + more],
      ]),
      ...ASIDE.flatMap((more): [number, number][] => [
        [side + 30, -far - more],
        [side + 30, far + more],
        [-side - 30, -far - more],
        [-side - 30, far + more],
      ]),
    ];
    for (const [order, [dx, dy]] of offsets.entries()) {
      const centre = { x: anchor.x + dx, y: anchor.y + dy };
      const box = boxAround(centre, width + 6, CHIP_HEIGHT + 4);
      const outside = box.w * box.h - overlap(box, bounds);
      let cost = outside * 4 + rank * 5 + order * 2 + met;
      if (cost >= least) continue;
      const hidden = boxes.reduce((sum, obstacle) => sum + overlap(box, obstacle), 0);
      const onLines = lines.filter(
        ({ x, y }) => x > box.x && x < box.x + box.w && y > box.y && y < box.y + box.h,
      ).length;
      cost += (hidden > 0 ? COVERED : 0) + hidden * 4 + onLines * 8;
      if (cost < least) {
        least = cost;
        best = { share, anchor, centre };
      }
    }
  }
  return best;
}
