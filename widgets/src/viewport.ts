/** The window onto the graph: it fits, pans, zooms and follows, by one CSS transform. */

import {
  centre,
  fitScale,
  homeScale,
  type Interest,
  paneHeight,
  reveal,
  type Size,
  scaleFor,
  settle,
  type View,
  visiblePart,
  zoomAt,
} from "./camera";
import type { Box } from "./chips";
import type { Words } from "./document";
import { html, icon, setText, Undo } from "./dom";
import type { Point } from "./path";

const HEIGHTS = { wide: [180, 470], narrow: [180, 380] } as const;
const FAR = 0.5; // numbers could no longer be read: names and glyphs are all that is shown, and larger
const FARTHER = 0.25;
const DRAG = 4; // pixels that a press may move and still be a click
const PAGE = 0.7; // of the pane, that its buttons move it by
export const ZOOM_STEP = 1.25;

export class Viewport {
  readonly element: HTMLElement;
  readonly buttons: HTMLElement;
  readonly #pane: HTMLElement;
  readonly #percent = html("span", { class: "mg-zoom-percent", "aria-hidden": "true" });
  readonly #undo = new Undo();
  #view: View = { scale: 1, x: 0, y: 0 };
  #size: Size = { width: 0, height: 0 };
  #free = false; // the reader has chosen a scale
  #interest: Interest | null = null;
  #dragged = false;
  #narrow = false;

  constructor(
    private stage: SVGSVGElement,
    private graph: Size,
    words: Words,
    /** Hears where one stands. */
    private readonly moved: (view: View, pane: Size) => void = () => {},
  ) {
    const fades = ["left", "right", "top", "bottom"].map((side) => html("div", { class: `mg-fade mg-fade-${side}` }));
    this.#pane = html("div", { class: "mg-view" }, stage, ...fades);
    this.element = this.#pane;
    const pan = (side: "left" | "right", label: string, shape: string, way: 1 | -1): HTMLButtonElement => {
      const element = html("button", {
        type: "button",
        class: `mg-button mg-pan mg-pan-${side}`,
        "aria-label": label,
        title: label,
      });
      element.append(icon(shape));
      this.#undo.listen(element, "click", (event: MouseEvent) => {
        event.stopPropagation();
        this.#place({ ...this.#view, x: this.#view.x + way * PAGE * this.#size.width }, true);
      });
      return element;
    };
    this.#pane.append(
      pan("left", words.pan_left, "M10.5 2.5 12 4 8 8l4 4-1.5 1.5L5 8z", 1),
      pan("right", words.pan_right, "M5.5 2.5 4 4l4 4-4 4 1.5 1.5L11 8z", -1),
    );
    const button = (name: string, label: string, shape: string, act: () => void): HTMLButtonElement => {
      const element = html("button", {
        type: "button",
        class: `mg-button mg-zoom-${name}`,
        "aria-label": label,
        title: label,
      });
      element.append(icon(shape));
      this.#undo.listen(element, "click", act);
      return element;
    };
    this.buttons = html(
      "div",
      { class: "mg-zoom" },
      button("out", words.zoom_out, "M3.5 7.25h9v1.5h-9z", () => this.zoom(1 / ZOOM_STEP)),
      button("in", words.zoom_in, "M7.25 3.5h1.5v3.75h3.75v1.5H8.75v3.75h-1.5V8.75H3.5v-1.5h3.75z", () =>
        this.zoom(ZOOM_STEP),
      ),
      button(
        "fit",
        words.zoom_fit,
        "M2.5 2.5h4V4H4v2.5H2.5zM9.5 2.5h4v4H12V4H9.5zM2.5 9.5H4V12h2.5v1.5h-4zM12 9.5h1.5v4h-4V12H12z",
        () => this.fit(),
      ),
      this.#percent,
    );
    this.#listen();
  }

  /** The pane's width has changed. */
  resize(width: number, narrow: boolean): void {
    if (width <= 0) return;
    this.#narrow = narrow;
    const height = paneHeight(this.graph, width, narrow ? HEIGHTS.narrow : HEIGHTS.wide);
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#pane.style.height = `${height}px`;
    if (!this.#free) this.#view = { ...this.#view, scale: homeScale(this.graph, this.#size) };
    this.#follow(false);
  }

  /** Another drawing takes the place of this one; the point `before` of the old is where `after` is in the new. */
  replace(stage: SVGSVGElement, graph: Size, before: Point, after: Point): void {
    this.stage.replaceWith(stage);
    [this.stage, this.graph] = [stage, graph];
    this.#interest = null;
    const { scale, x, y } = this.#view;
    this.#view = { scale, x: x + (before.x - after.x) * scale, y: y + (before.y - after.y) * scale };
    const height = paneHeight(graph, this.#size.width, this.#narrow ? HEIGHTS.narrow : HEIGHTS.wide);
    this.#size = { width: this.#size.width, height: Math.max(height, this.#size.height) };
    this.#pane.style.height = `${this.#size.height}px`;
    this.#place(this.#view, false);
  }

  /** Keeps in sight what a step is about. */
  follow(interest: Interest | null, later = false): void {
    this.#interest = interest;
    if (!later) this.#follow(true);
  }

  /** Brings a box into the pane without making it the step's interest. */
  reveal(box: Box | null): void {
    if (box) this.#place(reveal(this.#view, box, this.#size), true);
  }

  /** Brings a point of the graph to the middle. */
  centre(x: number, y: number): void {
    this.#place(centre(this.#view, x, y, this.#size), false);
  }

  /** Shrinks the graph, if it must be, until a box fits or can hardly be read; then brings it into the pane. */
  frame(box: Box): void {
    const scale = scaleFor(this.#view, box, this.#size);
    if (scale < this.#view.scale) {
      this.#free = true;
      this.#view = zoomAt(this.#view, scale / this.#view.scale, this.#size.width / 2, this.#size.height / 2);
    }
    this.#place(reveal(this.#view, box, this.#size), true);
  }

  zoom(factor: number, x = this.#size.width / 2, y = this.#size.height / 2): void {
    this.#free = true;
    this.#place(zoomAt(this.#view, factor, x, y), false);
  }

  /** All of the graph; where that is what one sees already, the size at which it can be read. */
  fit(): void {
    const all = fitScale(this.graph, this.#size);
    const home = homeScale(this.graph, this.#size);
    this.#free = this.#view.scale !== all && all !== home;
    this.#view = { scale: this.#free ? all : home, x: 0, y: 0 };
    this.#follow(true);
  }

  /** Whether the press that is ending was a drag, and so no click. */
  get dragged(): boolean {
    return this.#dragged;
  }

  stop(): void {
    this.#undo.run();
  }

  #follow(glide: boolean): void {
    if (this.#size.width === 0) return;
    const view = settle(this.#view, this.graph, this.#size);
    const box = this.#interest && visiblePart(this.#interest, view, this.#size);
    this.#place(box ? reveal(view, box, this.#size) : view, glide);
  }

  #place(view: View, glide: boolean): void {
    this.#view = settle(view, this.graph, this.#size);
    const { scale, x, y } = this.#view;
    this.stage.classList.toggle("mg-glide", glide);
    this.stage.classList.toggle("mg-far", scale < FAR);
    this.stage.classList.toggle("mg-farther", scale < FARTHER);
    this.stage.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) scale(${scale.toFixed(4)})`;
    const [width, height] = [this.graph.width * scale, this.graph.height * scale];
    const more = {
      left: x < -1,
      right: x + width > this.#size.width + 1,
      top: y < -1,
      bottom: y + height > this.#size.height + 1,
    };
    for (const [side, shown] of Object.entries(more)) this.#pane.classList.toggle(`mg-more-${side}`, shown);
    this.#pane.classList.toggle("mg-pannable", Object.values(more).some(Boolean));
    this.moved(this.#view, this.#size);
    setText(this.#percent, `${Math.round(scale * 100)}%`);
  }

  #listen(): void {
    const pane = this.#pane;
    let from: { x: number; y: number; view: View; id: number } | null = null;
    this.#undo.listen(pane, "pointerdown", (event: PointerEvent) => {
      this.#dragged = false;
      if (event.button === 0) from = { x: event.clientX, y: event.clientY, view: this.#view, id: event.pointerId };
    });
    this.#undo.listen(pane, "pointermove", (event: PointerEvent) => {
      if (!from || from.id !== event.pointerId) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!this.#dragged && Math.hypot(dx, dy) < DRAG) return;
      if (!this.#dragged) {
        this.#dragged = true;
        pane.setPointerCapture(event.pointerId);
        pane.classList.add("mg-dragging");
      }
      this.#place({ ...this.#view, x: from.view.x + dx, y: from.view.y + dy }, false);
    });
    const release = (): void => {
      from = null;
      pane.classList.remove("mg-dragging");
    };
    this.#undo.listen(pane, "pointerup", release);
    this.#undo.listen(pane, "pointercancel", release);
    this.#undo.listen(
      pane,
      "wheel",
      (event: WheelEvent) => {
        const { left, top } = pane.getBoundingClientRect();
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          event.stopPropagation();
          this.zoom(
            Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.005)),
            event.clientX - left,
            event.clientY - top,
          );
          return;
        }
        // Sideways the wheel pans; up and down it belongs to the notebook.
        const along = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
        const before = this.#view.x;
        if (Math.abs(along) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
        this.#place({ ...this.#view, x: before - along }, false);
        if (this.#view.x !== before) event.preventDefault();
      },
      { passive: false },
    );
    // A focused node would otherwise scroll the pane, which only its transform may move.
    this.#undo.listen(pane, "scroll", () => {
      pane.scrollTop = 0;
      pane.scrollLeft = 0;
    });
  }
}
