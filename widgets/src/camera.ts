/** Where one stands before the graph: a scale and a shift, and the rules by which they change. */

import type { Box } from "./chips";

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A graph is shrunk to the first of these and no further: below it the numbers are hard to read. */
const LEGIBLE = 0.68;
/** One that would have to be shrunk further is panned instead, and may then as well be larger. */
const PANNED = 0.85;
/** What one has opened is shrunk so far at most. */
const READABLE = 0.5;
const LARGEST = 1.15; // of a graph that would fit more often than once
const ZOOM: readonly [number, number] = [0.06, 4];
const MARGIN = 0.16; // of the pane, so that one sees where a step comes from and goes to

/** The scale at which all of the graph is in the pane. */
export const fitScale = (graph: Size, pane: Size): number =>
  Math.min(pane.width / Math.max(graph.width, 1), pane.height / Math.max(graph.height, 1), LARGEST);

/** The scale to begin with: all of it, as long as it can be read. */
export const homeScale = (graph: Size, pane: Size): number => legible(fitScale(graph, pane));

const legible = (scale: number): number => (scale >= LEGIBLE ? scale : PANNED);

/** How high the pane should be for a graph, at a width, within limits. */
export function paneHeight(graph: Size, width: number, [least, most]: readonly [number, number]): number {
  const scale = legible(Math.min(width / Math.max(graph.width, 1), LARGEST));
  return Math.round(Math.min(Math.max(graph.height * scale, least), most));
}

/** The view, moved so that the pane shows as much graph as it can: centred where it fits, else with no gap. */
export function settle(view: View, graph: Size, pane: Size): View {
  const axis = (shift: number, length: number, room: number): number =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(shift, room - length));
  return {
    scale: view.scale,
    x: axis(view.x, graph.width * view.scale, pane.width),
    y: axis(view.y, graph.height * view.scale, pane.height),
  };
}

/** The view at another scale, about a point of the pane. */
export function zoomAt(view: View, factor: number, x: number, y: number): View {
  const scale = Math.min(Math.max(view.scale * factor, ZOOM[0]), ZOOM[1]);
  const ratio = scale / view.scale;
  return { scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

/** The view, moved so that a point stands in the middle of the pane. */
export const centre = ({ scale }: View, x: number, y: number, pane: Size): View => ({
  scale,
  x: pane.width / 2 - x * scale,
  y: pane.height / 2 - y * scale,
});

/** The scale at which a box is in the pane, if that can be read; never a larger one than there is. */
export const scaleFor = ({ scale }: View, box: Box, pane: Size): number =>
  Math.min(scale, Math.max(READABLE, Math.min(pane.width / (box.w + 24), pane.height / (box.h + 24))));

/** The view, moved as little as brings a box into the pane; where the box is larger, its middle. */
export function reveal(view: View, box: Box, pane: Size): View {
  const axis = (shift: number, start: number, length: number, room: number): number => {
    const margin = Math.min(MARGIN * room, Math.max((room - length * view.scale) / 2, 0));
    const [low, high] = [start * view.scale + shift, (start + length) * view.scale + shift];
    if (high - low > room) return shift + room / 2 - (low + high) / 2;
    if (low < margin) return shift + margin - low;
    if (high > room - margin) return shift + room - margin - high;
    return shift;
  };
  return {
    scale: view.scale,
    x: axis(view.x, box.x, box.w, pane.width),
    y: axis(view.y, box.y, box.h, pane.height),
  };
}

/** What a step is about: all of it; what it leads to, its node with it; and the node alone. */
export interface Interest {
  readonly all: Box;
  readonly ahead: Box;
  readonly core: Box;
}

/** As much of what a step is about as fits: of what is too much the node, and where it goes from there. */
export function visiblePart({ all, ahead, core }: Interest, { scale }: View, pane: Size): Box {
  const [width, height] = [pane.width / scale, pane.height / scale];
  if (all.w <= width && all.h <= height) return all;
  const axis = (start: number, length: number, own: number, ownLength: number, room: number): [number, number] => {
    if (length <= room) return [start, length];
    if (ownLength >= room) return [own, ownLength];
    const before = own - start > start + length - (own + ownLength);
    return [before ? own + ownLength - room : own, room];
  };
  const [x, w] = axis(ahead.x, ahead.w, core.x, core.w, width);
  const [y, h] = axis(ahead.y, ahead.h, core.y, core.h, height);
  return { x, y, w, h };
}

/** The smallest box around all of these; null for none. */
export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.w));
  const bottom = Math.max(...boxes.map((box) => box.y + box.h));
  return { x, y, w: right - x, h: bottom - y };
}
