/** The whole graph, small, below the pane, and which part of it one sees; a press goes there. */

import type { Size, View } from "./camera";
import type { Words } from "./document";
import { html, setAttribute, svg, Undo } from "./dom";
import type { Scene } from "./unfold";

const WIDEST = 200;
const HIGHEST = 30; // the strip that it stands in keeps its height, with it or without
const LEAST = 24; // a long chain would be a hair
const SHARE = 0.2; // of the pane, that an arrow key moves it by

export class Minimap {
  readonly element: HTMLElement;
  readonly #picture = svg("svg", { "aria-hidden": "true", preserveAspectRatio: "none" });
  readonly #window = svg("rect", { class: "mg-map-window" });
  readonly #undo = new Undo();
  #graph: Size = { width: 1, height: 1 };
  #pane: Size = { width: 0, height: 0 };
  #view: View = { scale: 1, x: 0, y: 0 };

  /** `go`: brings a point of the graph to the middle of the pane. */
  constructor(
    words: Words,
    private readonly go: (x: number, y: number) => void,
  ) {
    this.element = html(
      "div",
      { class: "mg-map", role: "group", tabindex: 0, "aria-label": words.map, title: words.map, hidden: true },
      this.#picture,
    );
    let held = false;
    const point = (event: PointerEvent): void => {
      const { left, top, width, height } = this.#picture.getBoundingClientRect();
      const x = ((event.clientX - left) / Math.max(width, 1)) * this.#graph.width;
      this.go(x, ((event.clientY - top) / Math.max(height, 1)) * this.#graph.height);
    };
    this.#undo.listen(this.element, "pointerdown", (event: PointerEvent) => {
      held = true;
      this.element.setPointerCapture(event.pointerId);
      event.stopPropagation();
      point(event);
    });
    this.#undo.listen(this.element, "pointermove", (event: PointerEvent) => {
      if (held) point(event);
    });
    for (const type of ["pointerup", "pointercancel"]) {
      this.#undo.listen(this.element, type, () => {
        held = false;
      });
    }
    this.#undo.listen(this.element, "click", (event: MouseEvent) => event.stopPropagation());
    this.#undo.listen(this.element, "keydown", (event: KeyboardEvent) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const { scale, x, y } = this.#view;
      const [across, down] = [this.#pane.width / scale, this.#pane.height / scale];
      this.go(
        -x / scale + across / 2 + (way[0] ?? 0) * SHARE * across,
        -y / scale + down / 2 + (way[1] ?? 0) * SHARE * down,
      );
    });
  }

  /** Draws what is in the graph, in few strokes. */
  draw({ width, height, variables, operators, boxes, frames }: Scene): void {
    this.#graph = { width, height };
    const scale = Math.min(WIDEST / width, HIGHEST / height);
    setAttribute(this.#picture, "width", Math.round(Math.max(width * scale, LEAST)));
    setAttribute(this.#picture, "height", Math.round(Math.max(height * scale, LEAST)));
    setAttribute(this.#picture, "viewBox", `0 0 ${width} ${height}`);
    const rects = (all: readonly { x: number; y: number; w: number; h: number }[]): string =>
      all.map(({ x, y, w, h }) => `M${x - w / 2} ${y - h / 2}h${w}v${h}h${-w}z`).join("");
    this.#picture.replaceChildren(
      svg("path", { class: "mg-map-frame", d: rects(frames) }),
      svg("path", { class: "mg-map-box", d: rects(boxes.map(({ x, y, group: { w, h } }) => ({ x, y, w, h }))) }),
      svg("path", {
        class: "mg-map-variable",
        d: rects(variables.map(({ x, y, rx, ry }) => ({ x, y, w: 2 * rx, h: 2 * ry }))),
      }),
      svg("path", { class: "mg-map-operator", d: rects(operators) }),
      this.#window,
    );
  }

  /** Where one stands; all of the graph needs no map. */
  show(view: View, pane: Size): void {
    [this.#view, this.#pane] = [view, pane];
    const { width, height } = this.#graph;
    const [w, h] = [pane.width / view.scale, pane.height / view.scale];
    const hidden = (w >= width - 2 && h >= height - 2) || pane.width < 420;
    if (this.element.hidden !== hidden) this.element.hidden = hidden;
    if (hidden) return;
    const [x, y] = [Math.max(-view.x / view.scale, 0), Math.max(-view.y / view.scale, 0)];
    setAttribute(this.#window, "x", x.toFixed(0));
    setAttribute(this.#window, "y", y.toFixed(0));
    setAttribute(this.#window, "width", Math.min(w, width - x).toFixed(0));
    setAttribute(this.#window, "height", Math.min(h, height - y).toFixed(0));
  }

  stop(): void {
    this.#undo.run();
  }
}
