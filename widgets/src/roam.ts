/** Arrow keys among the nodes: the nearest one in that direction, straight ahead before aside. */

import type { Point } from "./path";

export type Direction = "left" | "right" | "up" | "down";

export interface Place extends Point {
  readonly id: string;
}

const AHEAD: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

export function neighbour(places: readonly Place[], from: Place, direction: Direction): Place | null {
  const [ux, uy] = AHEAD[direction];
  let best: Place | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const place of places) {
    const [dx, dy] = [place.x - from.x, place.y - from.y];
    const ahead = dx * ux + dy * uy;
    if (place.id === from.id || ahead <= 1) continue;
    const aside = Math.abs(dx * uy) + Math.abs(dy * ux);
    const cost = ahead + 2 * aside;
    if (cost < least) {
      least = cost;
      best = place;
    }
  }
  return best;
}
