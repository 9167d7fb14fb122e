/** The graph as SVG: built once; a step toggles classes, texts and the few things that travel. */

import { around, type Interest } from "./camera";
import type { Box } from "./chips";
import { DockRow } from "./dock";
import type { Value, Variable, Words } from "./document";
import { setAttribute, svg } from "./dom";
import { arrives, EdgeView, Traveller } from "./edges";
import { hatching, hullElement } from "./marks";
import { spread } from "./motion";
import {
  badgeBox,
  boxNode,
  frameNode,
  noteBox,
  operatorBoxes,
  operatorNode,
  variableBoxes,
  variableNode,
} from "./nodes";
import type { Point } from "./path";
import { type Direction, neighbour, type Place } from "./roam";
import { laneKey, type Picture, rowKey } from "./state";
import { shorten } from "./text";
import type { Scene } from "./unfold";

interface VariableView {
  readonly variable: Variable;
  readonly rows: ReadonlyMap<"value" | "grad", DockRow>;
}

const MOST_TRAVELLERS = 24; // numbers on their way at once; beyond, the lanes alone tell it
const LONGEST_LABEL = 400;
const NEARBY = 320; // pixels around a lane in which something may stand in a number's way
const ASIDE = 150; // pixels around a lane that its number may cover

export class GraphView {
  readonly stage: SVGSVGElement;
  readonly #nodes = new Map<string, SVGGElement>();
  readonly #labels = new Map<string, string>();
  readonly #boxes = new Map<string, readonly Box[]>();
  readonly #frames = new Map<string, Box>();
  readonly #places: readonly Place[];
  readonly #variables = new Map<string, VariableView>();
  readonly #edges = new Map<string, EdgeView>();
  readonly #guides = svg("g", { class: "mg-guides" });
  readonly #travelling = svg("g", { class: "mg-travellers" });
  readonly #obstacles: readonly Box[];
  readonly #bounds: Box;
  readonly #words: Words;
  readonly #hulls: readonly (readonly [element: SVGGElement, members: readonly string[]])[];
  #travellers: Traveller[] = [];
  #mixed = false;
  #roving: SVGGElement | null = null;

  /** `peaks`: the largest number that each row of a dock ever shows. */
  constructor(graph: Scene, words: Words, label: string, peaks: ReadonlyMap<string, number>) {
    this.#words = words;
    this.#bounds = { x: 0, y: 0, w: graph.width, h: graph.height };
    const nodes = svg("g", { class: "mg-nodes" });
    const frames = svg("g", { class: "mg-frames" });
    const hulls = graph.hulls.map((hull) => ({ hull, element: hullElement(hull) }));
    const hullsIn = (box: string | null): SVGGElement[] =>
      hulls.flatMap(({ hull, element }) => ((hull.group ?? null) === box ? [element] : []));
    for (const frame of graph.frames) {
      const { group, x, y, w, h } = frame;
      this.#frames.set(group.id, { x: x - w / 2, y: y - h / 2, w, h });
      this.#add(group.id, frameNode(frame, words), group.label, [{ x: x - w / 2, y: y - h / 2, w, h: 30 }], frames);
      frames.append(...hullsIn(group.id));
    }
    for (const box of graph.boxes) {
      const { group, x, y, shown } = box;
      const element = boxNode(box, words);
      if (shown) {
        const rows = this.#docks(shown, peaks);
        element.append(...Array.from(rows.values(), (row) => row.element));
        this.#variables.set(group.id, { variable: shown, rows });
      }
      const place = { x: x - group.w / 2, y: y - group.h / 2, w: group.w, h: group.h };
      this.#add(group.id, element, group.label, [place], nodes);
    }
    for (const operator of graph.operators) {
      this.#add(operator.id, operatorNode(operator), operator.label, operatorBoxes(operator), nodes);
    }
    for (const variable of graph.variables) {
      const element = variableNode(variable);
      const rows = this.#docks(variable, peaks);
      element.append(...Array.from(rows.values(), (row) => row.element));
      this.#variables.set(variable.id, { variable, rows });
      this.#add(variable.id, element, variable.label, variableBoxes(variable), nodes);
    }
    for (const line of graph.lines) this.#edges.set(line.id, new EdgeView(line));
    const edges = [...this.#edges.values()];
    this.#hulls = hulls.map(({ hull, element }) => [element, hull.members]);
    this.#places = [
      ...[...graph.variables, ...graph.operators].map(({ id, x, y }) => ({ id, x, y })),
      ...graph.boxes.map(({ group: { id }, x, y }) => ({ id, x, y })),
      ...graph.frames.map(({ group: { id }, x, y, h }) => ({ id, x, y: y - h / 2 + 15 })),
    ];
    this.#obstacles = [...this.#boxes.values(), ...edges.map(({ referenceBox }) => referenceBox ?? [])].flat();
    this.stage = svg(
      "svg",
      {
        class: "mg-stage",
        width: graph.width,
        height: graph.height,
        viewBox: `0 0 ${graph.width} ${graph.height}`,
        role: "application",
        "aria-label": label,
        "data-lm-suppress-shortcuts": "true",
      },
      hatching(),
      svg("g", { class: "mg-hulls" }, ...hullsIn(null)),
      frames,
      svg("g", { class: "mg-edges" }, ...edges.map(({ element }) => element)),
      this.#guides,
      svg("g", { class: "mg-references", "aria-hidden": "true" }, ...edges.flatMap(({ reference }) => reference ?? [])),
      nodes,
      svg("g", { class: "mg-cuts", "aria-hidden": "true" }, ...edges.flatMap(({ cut }) => cut ?? [])),
      svg("g", { class: "mg-pills" }, ...edges.flatMap(({ chip }) => chip ?? [])),
      this.#travelling,
    );
    this.#rove(this.#nodes.values().next().value ?? null);
  }

  #add(id: string, element: SVGGElement, label: string, boxes: readonly Box[], layer: SVGGElement): void {
    this.#nodes.set(id, element);
    this.#labels.set(id, label);
    this.#boxes.set(id, boxes);
    layer.append(element);
  }

  #docks(variable: Variable, peaks: ReadonlyMap<string, number>): Map<"value" | "grad", DockRow> {
    const { id, dock, value_label, grad_label, requires_grad } = variable;
    const row = (kind: "value" | "grad", label: string, y: number): DockRow =>
      new DockRow(variable, kind, label, y, peaks.get(rowKey(id, kind)) ?? 0, this.#words.none);
    const rows = new Map([["value" as "value" | "grad", row("value", value_label, dock.y)]]);
    if (requires_grad && grad_label) rows.set("grad", row("grad", grad_label, dock.y + dock.row_h + dock.gap));
    return rows;
  }

  /** The picture at a position, all at once; with `moving`, the travellers stand at the beginning of their way. */
  show(picture: Picture, moving: boolean): void {
    this.#showRows(picture);
    for (const edge of this.#edges.values()) edge.show(picture);
    this.#send(picture);
    if (moving) this.frame(0);
    else this.rest();
  }

  /** The docks and nodes alone: what changes when a step's results arrive. */
  land(picture: Picture): void {
    this.#showRows(picture);
  }

  frame(elapsed: number): void {
    for (const traveller of this.#travellers) traveller.travel(spread(elapsed, traveller.arriving, this.#mixed));
  }

  rest(): void {
    for (const traveller of this.#travellers) traveller.rest();
  }

  #showRows({ rows, reached, step, backward, released }: Picture): void {
    for (const [element, members] of this.#hulls) {
      const begun = members.some((id) => reached.has(id));
      element.classList.toggle("mg-shown", begun);
    }
    for (const [id, element] of this.#nodes) {
      const lit = step?.focus === id;
      element.classList.toggle("mg-reached", reached.has(id));
      element.classList.toggle("mg-active", lit);
      element.classList.toggle("mg-released", released.has(id));
      setAttribute(element, "aria-current", lit ? "step" : null);
    }
    for (const [id, { variable, rows: docks }] of this.#variables) {
      for (const [kind, dock] of docks) {
        const effect = rows.get(rowKey(variable.id, kind)) ?? null;
        dock.show(effect);
        // A gradient that passes through has no row before the backward pass.
        dock.element.classList.toggle("mg-early", kind === "grad" && effect === null && !variable.leaf && !backward);
      }
      setAttribute(this.#node(id), "aria-label", shorten(this.#spoken(id), LONGEST_LABEL));
    }
  }

  #node(id: string): SVGGElement {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`no node ${id}`);
    return node;
  }

  /** A variable's label with its numbers, for whoever roams the nodes by ear. */
  #spoken(id: string): string {
    const label = shorten(this.#labels.get(id) ?? "", 160);
    const view = this.#variables.get(id);
    if (!view) return label;
    const captions = { value: view.variable.value_label, grad: view.variable.grad_label ?? "" };
    const rows = Array.from(view.rows, ([kind, row]) => (row.spoken ? `${captions[kind]} ${row.spoken}` : ""));
    return [label, ...rows.filter(Boolean)].join(", ");
  }

  /** What stands in the picture at a position beside the nodes: pills, and the notes under the docks. */
  #passing({ rows, step, lanes }: Picture): Box[] {
    const notes = [...rows.values(), ...(step?.effects ?? [])].flatMap(({ note, variable }) => {
      const view = note ? this.#variables.get(variable) : undefined;
      return view ? [noteBox(view.variable)] : [];
    });
    const badges = (step?.effects ?? []).flatMap(({ badge, variable, row }) => {
      const view = badge ? this.#variables.get(variable) : undefined;
      return view ? [badgeBox(view.variable, row)] : [];
    });
    const pills = [...this.#edges.values()].flatMap(({ edge, chipBox }) =>
      chipBox && lanes.has(laneKey(edge.id, "gradient")) ? [chipBox] : [],
    );
    return [...notes, ...badges, ...pills];
  }

  #send(picture: Picture): void {
    const { step } = picture;
    this.#travellers = [];
    this.#guides.replaceChildren();
    this.#travelling.replaceChildren();
    if (!step) return;
    const taken = this.#passing(picture);
    const flows = step.flows.length > MOST_TRAVELLERS ? [] : step.flows;
    for (const flow of flows) {
      const view = this.#edges.get(flow.edge);
      const lane = view?.lane(flow.lane);
      if (!view || !lane || lane.track.points.length < 2) continue;
      const way = around(lane.track.points.map(point));
      if (!way) continue;
      const crowd = {
        boxes: [...this.#obstacles, ...taken].filter((box) => isNear(box, way, NEARBY)),
        lines: [...this.#edges.values()]
          .filter(({ bounds }) => bounds && isNear(bounds, way, ASIDE))
          .flatMap(({ line }) => line.filter((at) => isNear(point(at), way, ASIDE))),
        bounds: this.#bounds,
      };
      const arriving = arrives(flow, view.edge, step.focus);
      const traveller = new Traveller(lane, flow.chip ?? "", arriving, crowd);
      taken.push(traveller.pulse, ...(flow.chip ? [traveller.box] : []));
      this.#travellers.push(traveller);
      this.#guides.append(traveller.guide);
      this.#travelling.append(traveller.element);
    }
    this.#mixed = new Set(this.#travellers.map(({ arriving }) => arriving)).size > 1;
  }

  /** The part of the graph that a position is about; null when it is about all of it. */
  interest({ step }: Picture): Interest | null {
    if (!step) return null;
    const own = step.focus ? this.boxesOf(step.focus) : [];
    const boxes = [...own];
    const next = [...own];
    for (const flow of step.flows) {
      const view = this.#edges.get(flow.edge);
      if (!view) continue;
      // What is far away is not what one wants to see, but its name here.
      const source = view.referenceBox ? [view.referenceBox] : this.boxesOf(view.edge.source);
      const target = this.boxesOf(view.edge.target);
      boxes.push(...source, ...target);
      if (!arrives(flow, view.edge, step.focus)) next.push(...(flow.lane === "value" ? target : source));
    }
    boxes.push(...this.#travellers.map(({ box }) => box));
    next.push(...this.#travellers.flatMap(({ box, arriving }) => (arriving ? [] : [box])));
    const all = around(boxes);
    return all && { all, ahead: around(next) ?? all, core: around(own) ?? all };
  }

  /** Where the first of the numbers that travel is; null while none does. */
  get front(): Point | null {
    return this.#travellers[0]?.place ?? null;
  }

  /** The top left corner of a node or box. */
  corner(id: string): Point | null {
    return this.boxesOf(id)[0] ?? null;
  }

  /** All of a node, box or frame. */
  place(id: string): Box | null {
    const frame = this.#frames.get(id);
    return frame ?? around(this.boxesOf(id));
  }

  boxesOf(id: string): readonly Box[] {
    return this.#boxes.get(id) ?? [];
  }

  /** Lights the nodes that the source points at. */
  hint(ids: ReadonlySet<string>): void {
    for (const [id, element] of this.#nodes) element.classList.toggle("mg-hinted", ids.has(id));
  }

  /** The node that a target of an event belongs to. */
  idOf(target: EventTarget | null): string | null {
    const element = target instanceof Element ? target.closest(".mg-node") : null;
    return element?.getAttribute("data-id") ?? null;
  }

  /** The leaf that a reference under a target of an event names. */
  referenceAt(target: EventTarget | null): string | null {
    const element = target instanceof Element ? target.closest(".mg-reference") : null;
    return element?.getAttribute("data-variable") ?? null;
  }

  /** The heat map under an element of a dock, with the frame that it fills. */
  heatUnder(target: Element): { value: Value; frame: Element } | null {
    const frame = target.closest(".mg-dock-heat")?.querySelector(".mg-heat-frame");
    if (!frame) return null;
    for (const { rows } of this.#variables.values()) {
      for (const row of rows.values()) {
        const value = row.heatUnder(frame);
        if (value) return { value, frame };
      }
    }
    return null;
  }

  /** Focuses the neighbour in a direction; null where there is none. */
  roam(id: string, direction: Direction): string | null {
    const from = this.#places.find((place) => place.id === id);
    const to = from ? neighbour(this.#places, from, direction) : null;
    if (!to) return null;
    this.focus(to.id);
    return to.id;
  }

  focus(id: string): void {
    this.#rove(this.#nodes.get(id) ?? null);
    this.#roving?.focus({ preventScroll: true });
  }

  /** The one node that the Tab key comes to. */
  rove(id: string): void {
    this.#rove(this.#nodes.get(id) ?? null);
  }

  #rove(node: SVGGElement | null): void {
    if (!node) return;
    this.#roving?.setAttribute("tabindex", "-1");
    node.setAttribute("tabindex", "0");
    this.#roving = node;
  }
}

const point = ({ x, y }: Point): Box => ({ x, y, w: 0, h: 0 });

const isNear = (box: Box, way: Box, distance: number): boolean =>
  box.x < way.x + way.w + distance &&
  box.x + box.w > way.x - distance &&
  box.y < way.y + way.h + distance &&
  box.y + box.h > way.y - distance;
