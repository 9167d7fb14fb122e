/** A value as a box: cells with numbers, a heat map, or one line of statistics. */

import type { Value } from "./document";
import { html, svg } from "./dom";
import { entryAt, gridOf, heatPaths, shapeText } from "./heat";
import { shorten } from "./text";

const LONGEST_SUMMARY = 120;
const LONGEST_CELL = 18;
const SQUARE = 13; // of a heat map, at most
const HEAT_WIDTH = 180;
const HEAT_HEIGHT = 78;

/** What a box of this value looks like; the caller gives it its role's colours. */
export function valueBox(value: Value): HTMLElement {
  if (value.kind === "cells" && value.text.length > 0) return cells(value);
  if (value.numbers.length > 0) return heat(value);
  return html("span", { class: "mg-box mg-stats" }, shorten(value.summary, LONGEST_SUMMARY));
}

/** Whether the numbers alone do not tell the shape. */
export const needsShape = (value: Value): boolean => value.kind === "heat";

export const captionShape = (value: Value): string => (needsShape(value) ? shapeText(value.shape) : "");

function cells(value: Value): HTMLElement {
  const [rows, cols] = value.shape.length > 1 ? gridOf(value) : [1, value.text.length];
  const box = html("span", { class: "mg-box mg-cells" });
  box.style.gridTemplateColumns = `repeat(${cols}, auto)`;
  box.classList.toggle("mg-matrix", rows > 1);
  value.text.forEach((text, i) => {
    const cell = html("span", { class: "mg-cell" }, shorten(text, LONGEST_CELL));
    cell.classList.toggle("mg-first-column", i % cols === 0);
    cell.classList.toggle("mg-first-row", i < cols);
    box.append(cell);
  });
  return box;
}

function heat(value: Value): HTMLElement {
  const [rows, cols] = gridOf(value);
  const square = Math.min(SQUARE, HEAT_WIDTH / cols, HEAT_HEIGHT / rows);
  // A long thin map keeps its ends in sight and loses its squares.
  const width = Math.max(cols * square, 48);
  const height = Math.max(rows * square, 14);
  return html(
    "span",
    { class: "mg-box mg-heat" },
    svg(
      "svg",
      { width, height, viewBox: `0 0 ${cols} ${rows}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...heatPaths(value).map(({ className, d }) => svg("path", { class: className, d })),
    ),
  );
}

/** The entry of a heat map under the pointer. */
export function entryUnder(value: Value, frame: DOMRect, x: number, y: number): string | null {
  if (frame.width <= 0 || frame.height <= 0) return null;
  return entryAt(value, (x - frame.left) / frame.width, (y - frame.top) / frame.height);
}
