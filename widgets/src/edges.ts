/** An edge with its two lanes, and the numbers that travel on them. */

import { around } from "./camera";
import { type Box, boxAround, CHIP_HEIGHT, type Crowd, PULSE, type Resting, restingPlace } from "./chips";
import type { Flow, Lane, PathCommand } from "./document";
import { setAttribute, setText, svg } from "./dom";
import { cutElement } from "./marks";
import { arrowHead, type Point, pathData, pointAt, samples, type Track, track } from "./path";
import { laneKey, type Picture } from "./state";
import { columns, fitText } from "./text";
import type { Line } from "./unfold";

const ARROW = 6;
const ACTIVE_ARROW = 9;
const CHIP_FONT = 11.5;
const WIDEST_CHIP = 160;

class LaneView {
  readonly path: SVGPathElement;
  readonly head: SVGPathElement;
  readonly track: Track;
  #active = false;

  constructor(
    readonly lane: Lane,
    commands: readonly PathCommand[],
    private readonly headless: boolean,
  ) {
    this.track = track(commands);
    // With a path length of 1, dashes are shares of the way.
    this.path = svg("path", { class: `mg-lane mg-lane-${lane}`, d: pathData(commands), pathLength: 1 });
    this.head = svg("path", { class: `mg-head mg-lane-${lane}` });
    this.#drawHead(ARROW);
  }

  show(state: "hidden" | "pending" | "former" | "done" | "active"): void {
    for (const element of [this.path, this.head]) {
      for (const name of ["hidden", "pending", "former", "done", "active"])
        element.classList.toggle(`mg-${name}`, name === state);
    }
    if (this.#active !== (state === "active")) {
      this.#active = state === "active";
      this.#drawHead(this.#active ? ACTIVE_ARROW : ARROW);
    }
    this.spread(1);
  }

  /** Colours a share of the lane, from where its flow begins. */
  spread(share: number): void {
    const whole = share >= 1;
    this.head.classList.toggle("mg-away", !whole);
    this.path.classList.toggle("mg-away", share <= 0);
    setAttribute(this.path, "stroke-dasharray", whole ? null : `${share.toFixed(4)} 2`);
    setAttribute(this.path, "stroke-dashoffset", whole || this.lane === "value" ? null : (share - 1).toFixed(4));
  }

  /** The point that a flow has come to. */
  at(share: number): { x: number; y: number } {
    return pointAt(this.track, this.lane === "value" ? share : 1 - share);
  }

  #drawHead(size: number): void {
    if (this.headless) return; // it goes on inside of a box
    setAttribute(this.head, "d", arrowHead(this.track, this.lane === "value" ? "end" : "start", size));
  }
}

export class EdgeView {
  readonly element: SVGGElement;
  readonly chip: SVGGElement | null;
  /** Where the way back is cut; it lies over the nodes. */
  readonly cut: SVGGElement | null;
  /** The name of its source, where that is far away. */
  readonly reference: SVGGElement | null;
  readonly #lanes: ReadonlyMap<Lane, LaneView>;
  #line: readonly Point[] | null = null;
  #bounds: Box | null = null;

  constructor(readonly edge: Line) {
    const lanes = [new LaneView("value", edge.value_path, edge.joints.target)];
    if (edge.gradient && edge.gradient_path.length > 0) {
      lanes.push(new LaneView("gradient", edge.gradient_path, edge.joints.source));
    }
    this.#lanes = new Map(lanes.map((view) => [view.lane, view]));
    this.element = svg(
      "g",
      { class: "mg-edge", "data-id": edge.id },
      ...lanes.flatMap(({ path, head }) => [path, head]),
    );
    this.cut = cutElement(edge);
    this.reference = edge.reference ? referenceElement(edge.reference) : null;
    this.chip = edge.chip ? pill(edge.chip.text, edge.chip.x, edge.chip.y, edge.chip.w) : null;
  }

  lane(lane: Lane): LaneView | null {
    return this.#lanes.get(lane) ?? null;
  }

  show({ lanes }: Picture): void {
    const { id } = this.edge;
    this.lane("value")?.show(lanes.get(laneKey(id, "value")) ?? "pending");
    const gradient = lanes.get(laneKey(id, "gradient")) ?? "hidden";
    this.lane("gradient")?.show(gradient);
    this.chip?.classList.toggle("mg-shown", gradient !== "hidden");
    this.reference?.classList.toggle("mg-reached", lanes.has(laneKey(id, "value")));
    this.cut?.classList.toggle("mg-shown", lanes.has(laneKey(id, "value")));
  }

  /** The box around both lanes. */
  get bounds(): Box | null {
    this.#bounds ??= around(
      [...this.#lanes.values()].flatMap(({ track: { points } }) => points.map(({ x, y }) => ({ x, y, w: 0, h: 0 }))),
    );
    return this.#bounds;
  }

  /** Points along both lanes. */
  get line(): readonly Point[] {
    this.#line ??= [...this.#lanes.values()].flatMap((view) => samples(view.track, 8));
    return this.#line;
  }

  get referenceBox(): Box | null {
    const { reference } = this.edge;
    return reference ? boxAround(reference, reference.w, 22) : null;
  }

  get chipBox(): Box | null {
    const { chip } = this.edge;
    return chip ? boxAround(chip, chip.w, 18) : null;
  }
}

/** A leaf's name beside an op that is far away from it; a press goes to the leaf. */
function referenceElement({ variable, text, x, y, w }: NonNullable<Line["reference"]>): SVGGElement {
  return svg(
    "g",
    { class: "mg-reference", "data-variable": variable },
    svg("rect", { x: x - w / 2, y: y - 11, width: w, height: 22, rx: 11 }),
    svg("text", { class: "mg-name", x, y: y + 4.2, "text-anchor": "middle" }, fitText(text, w - 8, 12, 0.6)),
  );
}

/** The local derivative, as a pill on its edge. */
function pill(text: string, x: number, y: number, w: number): SVGGElement {
  return svg(
    "g",
    { class: "mg-pill" },
    svg("rect", { x: x - w / 2, y: y - 9, width: w, height: 18, rx: 9 }),
    svg("text", { x, y: y + 3.8, "text-anchor": "middle" }, fitText(text, w - 6, 10.5)),
  );
}

/** One flow of the step at hand: a pulse on its lane, and the number beside it. */
export class Traveller {
  readonly element = svg("g", { class: "mg-traveller" });
  readonly guide: SVGPathElement;
  readonly #glow = svg("circle", { class: "mg-pulse-glow", r: 13 });
  readonly #dot = svg("circle", { class: "mg-pulse", r: 6.5 });
  readonly #chip: SVGGElement;
  readonly #rest: Resting;
  readonly box: Box;
  /** Where its pulse comes to rest. */
  readonly pulse: Box;
  /** Where it is. */
  place: Point = { x: 0, y: 0 };

  constructor(
    private readonly view: LaneView,
    text: string,
    readonly arriving: boolean,
    crowd: Crowd,
  ) {
    const shown = fitText(text, WIDEST_CHIP, CHIP_FONT);
    const width = Math.max(columns(shown) * CHIP_FONT * 0.61 + 18, 26);
    this.#rest = restingPlace(view.track, view.lane === "gradient", width, crowd);
    this.box = boxAround(this.#rest.centre, width, CHIP_HEIGHT);
    this.pulse = boxAround(this.#rest.anchor, PULSE, PULSE);
    this.guide = svg("path", { class: `mg-guide mg-lane-${view.lane}`, d: view.path.getAttribute("d") });
    const label = svg("text", { y: 4.1, "text-anchor": "middle" });
    setText(label, shown);
    this.#chip = svg(
      "g",
      { class: "mg-chip" },
      svg("rect", { x: -width / 2, y: -CHIP_HEIGHT / 2, width, height: CHIP_HEIGHT, rx: CHIP_HEIGHT / 2 }),
      label,
    );
    this.#chip.classList.toggle("mg-hidden", text === "");
    this.element.classList.add(`mg-lane-${view.lane}`);
    this.element.append(this.#glow, this.#dot, this.#chip);
  }

  /** On the way, at a share of it. */
  travel(share: number): void {
    const { x, y } = this.view.at(share);
    this.place = { x, y };
    const stop = this.view.at(Math.min(share, this.#rest.share));
    const { centre, anchor } = this.#rest;
    this.view.spread(share);
    this.element.classList.toggle("mg-waiting", share <= 0);
    this.guide.classList.toggle("mg-away", share >= 1);
    this.#move(this.#glow, x, y);
    this.#move(this.#dot, x, y);
    this.#move(this.#chip, stop.x + centre.x - anchor.x, stop.y + centre.y - anchor.y);
  }

  /** At rest: the lane is full, the number stands beside it, and a small dot ties them. */
  rest(): void {
    const { anchor, centre } = this.#rest;
    this.place = anchor;
    this.view.spread(1);
    this.element.classList.remove("mg-waiting");
    this.element.classList.add("mg-resting");
    this.guide.classList.add("mg-away");
    this.#move(this.#glow, anchor.x, anchor.y);
    this.#move(this.#dot, anchor.x, anchor.y);
    this.#move(this.#chip, centre.x, centre.y);
  }

  #move(element: SVGElement, x: number, y: number): void {
    setAttribute(element, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  }
}

/** Whether a flow comes to the focus of its step rather than leaving it. */
export const arrives = ({ lane }: Flow, edge: Line, focus: string | null): boolean =>
  focus !== null && (lane === "value" ? edge.target : edge.source) === focus;
