/** One timeline for forward and backward: a slider with a mark a step, which thins out as steps grow many. */

import { type Phase, type PlayDocument, type Step, say } from "./document";
import { html, setAttribute, setText, svg, Undo } from "./dom";
import { together } from "./state";
import { fitFont, fitText } from "./text";

const MIDDLE = 31;
const HEIGHT = 54;
const PITCH = 60; // between marks where there is room
const LEAST_PITCH = 27; // below it, marks become ticks
const LEAST_TICK = 4; // below it, ticks become one bar
const MOST_MARKS = 24;
const MOST_TICKS = 200;
const SIDE = 24; // room for half of an active mark at either end
const START = 34; // from the dot of the start to the first step
const GAP = 14; // between two phases, beside the pitch

export interface Run {
  readonly phase: Phase;
  /** Which backward pass, from 1; 0 in a forward phase. */
  readonly pass: number;
  /** Positions of its first and last step. */
  readonly from: number;
  readonly to: number;
}

export interface Layout {
  readonly mode: "marks" | "ticks" | "bar";
  /** The x of every position, the start's included. */
  readonly xs: readonly number[];
  readonly pitch: number;
  readonly runs: readonly Run[];
}

/** Neighbouring steps of one phase and one pass, together. */
export function runsOf(steps: readonly Step[]): Run[] {
  const runs: { phase: Phase; pass: number; from: number; to: number }[] = [];
  steps.forEach((step, index) => {
    const last = runs.at(-1);
    if (last && together(steps[index - 1], step)) last.to = index + 1;
    else runs.push({ phase: step.phase, pass: step.pass ?? 0, from: index + 1, to: index + 1 });
  });
  return runs;
}

export function layout(steps: readonly Step[], width: number): Layout {
  const runs = runsOf(steps);
  const count = steps.length;
  const room = Math.max(width - 2 * SIDE, 40);
  const gaps = (runs.length - 1) * GAP;
  const roomy = (room - START - Math.max(gaps, 0)) / Math.max(count - 1, 1);
  if (count <= MOST_MARKS && roomy >= LEAST_PITCH) {
    const pitch = Math.min(roomy, PITCH);
    const used = START + Math.max(gaps, 0) + pitch * Math.max(count - 1, 0);
    let x = SIDE + (room - used) / 2;
    const xs = [x];
    x += START;
    steps.forEach((step, index) => {
      if (index > 0) x += pitch + (together(steps[index - 1], step) ? 0 : GAP);
      xs.push(x);
    });
    return { mode: "marks", xs, pitch, runs };
  }
  const pitch = room / Math.max(count, 1);
  const mode = count <= MOST_TICKS && pitch >= LEAST_TICK ? "ticks" : "bar";
  return { mode, xs: Array.from({ length: count + 1 }, (_, k) => SIDE + k * pitch), pitch, runs };
}

/** The position nearest to an x. */
export function positionAt({ xs }: Layout, x: number): number {
  let nearest = 0;
  xs.forEach((at, k) => {
    if (Math.abs(at - x) < Math.abs((xs[nearest] ?? 0) - x)) nearest = k;
  });
  return nearest;
}

export class TimelineView {
  readonly element: HTMLElement;
  readonly #picture = svg("svg", { height: HEIGHT, "aria-hidden": "true", focusable: "false" });
  readonly #undo = new Undo();
  #layout: Layout;
  #width = 0;
  #position = 0;
  #marks: SVGGElement[] = [];
  #fills: { readonly run: Run; readonly path: SVGPathElement }[] = [];
  #thumb: SVGGElement | null = null;

  constructor(
    private readonly document: PlayDocument,
    private readonly scrub: (position: number) => void,
  ) {
    this.element = html(
      "div",
      {
        class: "mg-timeline",
        role: "slider",
        tabindex: 0,
        "aria-label": document.words.timeline,
        "aria-valuemin": 0,
        "aria-valuemax": document.steps.length,
      },
      this.#picture,
    );
    this.#layout = layout(document.steps, 600);
    this.#listen();
  }

  resize(width: number): void {
    if (width <= 0 || width === this.#width) return;
    this.#width = width;
    this.#layout = layout(this.document.steps, width);
    this.#build();
    this.show(this.#position);
  }

  show(position: number): void {
    this.#position = position;
    const { steps, words } = this.document;
    const step = steps[position - 1];
    setAttribute(this.element, "aria-valuenow", position);
    const text = step
      ? say(words, "timeline_step", { k: position, n: steps.length, phase: words[step.phase], title: step.title })
      : say(words, "timeline_start", { n: steps.length });
    setAttribute(this.element, "aria-valuetext", text);
    this.#marks.forEach((mark, k) => {
      mark.classList.toggle("mg-done", k < position);
      mark.classList.toggle("mg-active", k === position);
    });
    for (const { run, path } of this.#fills) {
      const reach = Math.min(position, run.to);
      const visible = position >= run.from;
      setAttribute(path, "d", visible ? this.#stretch(run.from, reach) : null);
    }
    if (this.#thumb) {
      setAttribute(this.#thumb, "transform", `translate(${this.#x(position)} ${MIDDLE})`);
      this.#thumb.setAttribute("class", `mg-thumb mg-mark-${step?.phase ?? "start"}`);
      const label = this.#thumb.querySelector("text");
      if (label) writeMark(label, step?.mark.text ?? "", 22);
    }
  }

  stop(): void {
    this.#undo.run();
  }

  #x(position: number): number {
    return this.#layout.xs[position] ?? 0;
  }

  /** A line from one position to another; in ticks and bars a run begins where the one before it ended. */
  #stretch(from: number, to: number): string {
    const start = this.#layout.mode === "marks" ? from : from - 1;
    return `M${this.#x(start)} ${MIDDLE}H${Math.max(this.#x(to), this.#x(start) + 0.01)}`;
  }

  #build(): void {
    const { steps, words } = this.document;
    const { mode, runs, pitch } = this.#layout;
    setAttribute(this.#picture, "width", this.#width);
    setAttribute(this.#picture, "viewBox", `0 0 ${this.#width} ${HEIGHT}`);
    this.#picture.replaceChildren();
    this.#marks = [];
    this.#fills = [];
    this.#thumb = null;
    const first = runs[0];
    if (first && mode === "marks") {
      this.#picture.append(svg("path", { class: "mg-track", d: `M${this.#x(0)} ${MIDDLE}H${this.#x(1)}` }));
    }
    const passes = this.document.passes?.length ?? 0;
    for (const run of runs) {
      const path = svg("path", { class: `mg-track-fill mg-mark-${run.phase}` });
      this.#fills.push({ run, path });
      this.#picture.append(svg("path", { class: "mg-track", d: this.#stretch(run.from, run.to) }), path);
      const backward = passes > 1 ? say(words, "pass_short", { k: run.pass }) : words.backward;
      const forward = steps[run.from - 1]?.recorded ? words.recorded : words.forward;
      const word = run.phase === "forward" ? `${forward} ▶` : `◀ ${backward}`;
      const start = this.#x(mode === "marks" ? run.from : run.from - 1);
      const span = this.#x(run.to) - start;
      const font = 10;
      if (span + (mode === "marks" ? pitch : 0) > word.length * 8) {
        this.#picture.append(
          svg(
            "text",
            { class: `mg-phase-label mg-mark-${run.phase}`, x: start + span / 2, y: font, "text-anchor": "middle" },
            word,
          ),
        );
      }
    }
    const start = svg(
      "g",
      { class: "mg-mark mg-mark-start" },
      svg("circle", { cx: this.#x(0), cy: MIDDLE, r: mode === "marks" ? 5 : 3 }),
    );
    this.#marks.push(start);
    this.#picture.append(start);
    if (mode !== "bar") {
      steps.forEach((step, index) => {
        const mark = mode === "marks" ? this.#mark(step, index + 1) : this.#tick(step, index + 1);
        this.#marks.push(mark);
        this.#picture.append(mark);
      });
    }
    if (mode !== "marks") {
      this.#thumb = svg(
        "g",
        { class: "mg-thumb" },
        svg("circle", { class: "mg-thumb-glow", r: 18 }),
        svg("rect", { x: -13, y: -13, width: 26, height: 26, rx: 6 }),
        svg("text", { "text-anchor": "middle" }),
      );
      this.#picture.append(this.#thumb);
    }
  }

  #mark({ mark, phase, kind }: Step, position: number): SVGGElement {
    const size = Math.min(11, this.#layout.pitch * 0.36);
    const round = mark.shape !== "op";
    const shape = round
      ? svg("ellipse", { class: "mg-mark-shape", rx: size + 2, ry: size - 1 })
      : svg("rect", { class: "mg-mark-shape", x: -size, y: -size, width: 2 * size, height: 2 * size, rx: 5 });
    const text = svg("text", { "text-anchor": "middle" });
    writeMark(text, mark.text, 2 * size - (round ? 2 : 3));
    return svg(
      "g",
      {
        class: `mg-mark mg-mark-${phase} mg-mark-${mark.shape}${kind === "refused" ? " mg-mark-refused" : ""}`,
        transform: `translate(${this.#x(position)} ${MIDDLE})`,
      },
      svg("circle", { class: "mg-mark-glow", r: 20 }),
      svg("g", { class: "mg-mark-body" }, shape, text),
    );
  }

  #tick({ phase }: Step, position: number): SVGGElement {
    return svg(
      "g",
      { class: `mg-mark mg-tick mg-mark-${phase}`, transform: `translate(${this.#x(position)} ${MIDDLE})` },
      svg("path", { class: "mg-mark-shape", d: "M0 -7V7" }),
    );
  }

  #listen(): void {
    const element = this.element;
    let held = false;
    const scrub = (event: PointerEvent): void => {
      const { left } = this.#picture.getBoundingClientRect();
      const position = positionAt(this.#layout, event.clientX - left);
      if (position !== this.#position) this.scrub(position);
    };
    this.#undo.listen(element, "pointerdown", (event: PointerEvent) => {
      if (event.button !== 0) return;
      held = true;
      element.setPointerCapture(event.pointerId);
      scrub(event);
    });
    this.#undo.listen(element, "pointermove", (event: PointerEvent) => {
      if (held) scrub(event);
    });
    const release = (): void => {
      held = false;
    };
    this.#undo.listen(element, "pointerup", release);
    this.#undo.listen(element, "pointercancel", release);
  }
}

/** A mark's text, at a size that fits it. */
function writeMark(element: SVGTextElement, text: string, room: number): void {
  const font = fitFont(text, room, 14, 8, 0.6);
  setAttribute(element, "y", font * 0.34);
  element.style.fontSize = `${font}px`;
  setText(element, fitText(text, room + 2, font, 0.55));
}
