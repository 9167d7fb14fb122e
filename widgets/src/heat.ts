/** A heat map as a handful of SVG paths, one a colour, over a grid of unit squares; PRGn, with zero in its middle. */

import type { Value } from "./document";

/** Purple for negative, green for positive: the eleven classes of ColorBrewer's PRGn. */
export const HEAT_CLASSES = 11;
const MIDDLE = (HEAT_CLASSES - 1) / 2;

/** The class of a number on a scale from −peak to peak; null for what is not finite. */
export function heatClass(number: number | null | undefined, peak: number): number | null {
  if (number === null || number === undefined || !Number.isFinite(number)) return null;
  if (peak <= 0) return MIDDLE;
  const share = Math.min(Math.max(number / peak, -1), 1);
  return Math.round(share * MIDDLE) + MIDDLE;
}

/** The largest absolute value among the finite numbers. */
export function peakOf(numbers: readonly (number | null)[]): number {
  return numbers.reduce((peak: number, number) => Math.max(peak, Math.abs(number ?? 0)), 0);
}

/** How many rows and columns: those of the value where they fit its numbers, else one row. */
export function gridOf({ rows, cols, numbers }: Pick<Value, "rows" | "cols" | "numbers">): [number, number] {
  return rows * cols === numbers.length && rows > 0 ? [rows, cols] : [1, numbers.length];
}

export interface HeatPath {
  readonly className: string;
  readonly d: string;
}

export function heatPaths(value: Value): HeatPath[] {
  const [, cols] = gridOf(value);
  const peak = peakOf(value.numbers);
  const squares = new Map<string, string>();
  value.numbers.forEach((number, index) => {
    const className = `mg-heat-${heatClass(number, peak) ?? "none"}`;
    const [x, y] = [index % cols, Math.floor(index / cols)];
    squares.set(className, `${squares.get(className) ?? ""}M${x} ${y}h1v1h-1z`);
  });
  return Array.from(squares, ([className, d]) => ({ className, d }));
}

/** The entry under a point that is given in shares of the width and the height: "[2, 0] 0.5". */
export function entryAt(value: Value, shareX: number, shareY: number): string | null {
  const [rows, cols] = gridOf(value);
  const [column, row] = [Math.floor(shareX * cols), Math.floor(shareY * rows)];
  if (column < 0 || column >= cols || row < 0 || row >= rows) return null;
  const index = row * cols + column;
  const text = value.text[index];
  return text === undefined ? null : `[${unravel(index, value.shape).join(", ")}]  ${text}`;
}

/** The index into each dimension, of a flat row-major index. */
export function unravel(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .map((_, k) => shape.slice(k + 1).reduce((size, length) => size * length, 1))
    .map((stride) => {
      const along = Math.floor(rest / Math.max(stride, 1));
      rest -= along * stride;
      return along;
    });
}

/** A shape as Python writes it. */
export const shapeText = (shape: readonly number[]): string =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;

/** The end of a bar's scale: a round number, so that a row keeps its scale while its numbers change a little. */
export function barScale(peak: number): number {
  if (!(peak > 0) || !Number.isFinite(peak)) return 1;
  const power = 10 ** Math.floor(Math.log10(peak));
  return ([1.5, 3, 6, 10].find((end) => end * power >= peak) ?? 10) * power;
}
