/** The player: one document, its views, and what the hands may do with them. */

import { around } from "./camera";
import { ControlsView } from "./controls";
import { rowPeaks, Tip } from "./dock";
import type { Phase, PlayDocument, Span } from "./document";
import { say } from "./document";
import { html, icon, setAttribute, setText, Undo } from "./dom";
import { ExplainView } from "./explain";
import { GraphView } from "./graph";
import { HeaderView, messageStrip } from "./header";
import { HelpView, legend } from "./help";
import { type Command, commandOf, type Place } from "./keyboard";
import { Minimap } from "./minimap";
import { landed, PAUSE_MS, readable, STEP_MS } from "./motion";
import { type Frames, Playback, pageFrames } from "./playback";
import type { Direction } from "./roam";
import { SearchView } from "./search";
import { covers, SourceView } from "./source";
import {
  clampPosition,
  History,
  midway,
  nextOf,
  type Picture,
  positionsOf,
  positionsOfLine,
  type Sight,
} from "./state";
import { shorten } from "./text";
import { TimelineView } from "./timeline";
import { Folding, type Scene } from "./unfold";
import { entryUnder } from "./values";
import { Viewport, ZOOM_STEP } from "./viewport";

const NARROW = 760;
const MEDIUM = 1120;
const HIGHEST_EXPLANATION = { wide: 340, narrow: 460 } as const;
const LONGEST_NAME = 120;

export interface Environment {
  /** The element that carries the theme, the position and the size for styles and tests. */
  readonly host: HTMLElement;
  /** A position has been come to. */
  moved(position: number): void;
  readonly frames?: Frames;
}

export class Player {
  readonly card: HTMLElement;
  readonly #undo = new Undo();
  readonly #host: HTMLElement;
  readonly #history: History;
  readonly #folding: Folding;
  readonly #peaks: ReadonlyMap<string, number>;
  readonly #open = new Set<string>();
  #sight: Sight;
  #graph: GraphView;
  readonly #viewport: Viewport;
  readonly #search: SearchView;
  readonly #map: Minimap;
  readonly #followButton: HTMLButtonElement;
  /** The boxes that were opened to follow something into them. */
  readonly #followed = new Set<string>();
  #following = false;
  readonly #source: SourceView;
  readonly #explain: ExplainView;
  readonly #timeline: TimelineView;
  readonly #controls: ControlsView;
  readonly #header: HeaderView;
  readonly #help: HelpView;
  readonly #tip = new Tip();
  readonly #live = html("div", { class: "mg-live mg-unseen", "aria-live": "polite", "aria-atomic": "true" });
  readonly #playback: Playback;
  readonly #spans: ReadonlyMap<string, Span>;
  #picture: Picture;
  #arrived = true;

  constructor(
    private readonly document: PlayDocument,
    position: number,
    private readonly environment: Environment,
  ) {
    const { words, title, graph, steps, message } = document;
    const code = shorten(title.code, LONGEST_NAME);
    this.#host = environment.host;
    this.#history = new History(document);
    this.#folding = new Folding(graph);
    this.#peaks = rowPeaks([document.start, ...steps].flatMap(({ effects }) => effects));
    const scene = this.#folding.scene(this.#open);
    this.#sight = this.#look(scene);
    this.#picture = this.#history.at(clampPosition(document, position), this.#sight);
    this.#spans = new Map(
      [...graph.variables, ...graph.operators].flatMap(({ id, span }) => (span ? [[id, span] as const] : [])),
    );
    this.#graph = new GraphView(scene, words, say(words, "graph", { code }), this.#peaks);
    this.#map = new Minimap(words, (x, y) => this.#viewport.centre(x, y));
    this.#map.draw(scene);
    this.#viewport = new Viewport(this.#graph.stage, scene, words, (view, pane) => this.#map.show(view, pane));
    this.#search = new SearchView(graph, words, (id) => this.#goTo(id));
    this.#followButton = html("button", {
      type: "button",
      class: "mg-button mg-follow",
      "aria-label": words.follow,
      title: `${words.follow} (F)`,
      "aria-pressed": "false",
    });
    this.#followButton.append(
      icon(
        "M8 .8v2.1a5.1 5.1 0 0 1 5.1 5.1h2.1v0H13.1A5.1 5.1 0 0 1 8 13.1v2.1 0-2.1A5.1 5.1 0 0 1 2.9 8H.8v0h2.1A5.1 5.1 0 0 1 8 2.9zM8 4.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2zM8 6.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z",
      ),
    );
    this.#viewport.buttons.append(this.#search.button, this.#followButton);
    this.#source = new SourceView(document, {
      over: (line) => this.#graph.hint(new Set(line === null ? [] : this.#nodesOn(line))),
      pick: (line) => this.#visit(positionsOfLine(document, line)),
    });
    this.#explain = new ExplainView(document, words.explanation);
    this.#timeline = new TimelineView(document, (to) => this.#jump(to));
    this.#controls = new ControlsView(document, this.#timeline, {
      first: () => this.#jump(0),
      back: () => this.#command("back"),
      toggle: () => this.#command("toggle"),
      forward: () => this.#command("forward"),
      last: () => this.#jump(steps.length),
      speed: (rate) => this.#setRate(rate),
    });
    this.#header = new HeaderView(document);
    this.#help = new HelpView(words, this.#header.help);
    const canvas = html(
      "div",
      { class: "mg-graph" },
      this.#viewport.element,
      html("div", { class: "mg-strip" }, this.#viewport.buttons, this.#map.element, legend(words)),
      this.#search.element,
    );
    this.card = html(
      "div",
      {
        class: "mg-card",
        role: "group",
        tabindex: -1,
        "aria-label": say(words, "player", { code }),
        lang: document.language,
      },
      this.#header.element,
      message ? messageStrip(message, words) : null,
      graph.variables.length + graph.operators.length > 0 ? canvas : null,
      html(
        "div",
        { class: "mg-panes" },
        document.source.lines.length > 0 ? this.#source.element : null,
        this.#explain.element,
      ),
      steps.length > 0 ? this.#controls.element : null,
      this.#help.element,
      this.#tip.element,
      this.#live,
    );
    this.#playback = new Playback(
      steps.length,
      this.#picture.position,
      {
        enter: (to, moving) => this.#enter(to, moving),
        frame: (elapsed) => this.#frame(elapsed),
        rest: () => this.#rest(),
        playing: (playing) => this.#playing(playing),
      },
      () => window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      environment.frames ?? pageFrames,
    );
    this.#setRate(1);
    this.#show(this.#picture, false);
    this.#listen();
  }

  get position(): number {
    return this.#playback.position;
  }

  /** Somebody else, Python for one, has chosen a position. */
  goTo(position: unknown): void {
    const target = clampPosition(this.document, position);
    if (target !== this.position) this.#jump(target);
  }

  /** The host's width has changed. */
  resize(width: number): void {
    if (width <= 0) return;
    const size = width < NARROW ? "narrow" : width < MEDIUM ? "medium" : "wide";
    this.#host.setAttribute("data-size", size);
    const narrow = size === "narrow";
    this.#viewport.resize(this.#viewport.element.clientWidth, narrow);
    this.#explain.measure(narrow ? HIGHEST_EXPLANATION.narrow : HIGHEST_EXPLANATION.wide);
    this.#timeline.resize(this.#timeline.element.clientWidth);
    this.#source.reveal();
  }

  /** Nothing moves while nobody can see it. */
  set asleep(asleep: boolean) {
    this.#playback.asleep = asleep;
  }

  stop(): void {
    this.#playback.stop();
    for (const view of [
      this.#viewport,
      this.#map,
      this.#search,
      this.#source,
      this.#timeline,
      this.#controls,
      this.#help,
    ])
      view.stop();
    this.#undo.run();
    this.card.remove();
  }

  #enter(position: number, moving: boolean): void {
    const before = this.#picture;
    if (this.#following) this.#enterBoxes(position);
    this.#picture = this.#history.at(position, this.#sight);
    this.#arrived = !moving;
    this.card.classList.toggle("mg-moving", moving);
    this.#show(moving ? midway(before, this.#picture) : this.#picture, moving);
    if (!moving) this.#announce();
    this.environment.moved(position);
  }

  #frame(elapsed: number): void {
    this.#graph.frame(elapsed);
    const front = this.#following ? this.#graph.front : null;
    if (front) this.#viewport.centre(front.x, front.y);
    if (!this.#arrived && landed(elapsed)) this.#land();
  }

  #rest(): void {
    if (!this.#arrived) this.#land();
    this.#graph.rest();
    this.card.classList.remove("mg-moving");
    this.#announce();
  }

  #land(): void {
    this.#arrived = true;
    this.#graph.land(this.#picture);
  }

  /** What a drawing shows, for the history to look up. */
  #look({ variables, operators, boxes, frames, lines }: Scene): Sight {
    const open = new Set(this.#open);
    const shown = boxes.flatMap((box) => box.shown?.id ?? []);
    return {
      variables: [...new Set([...variables.map(({ id }) => id), ...shown])],
      lines,
      nodes: [...variables, ...operators, ...boxes.map(({ group }) => group), ...frames.map(({ group }) => group)].map(
        ({ id }) => id,
      ),
      inside: (id) => this.#folding.inside(id),
      seen: (id) => this.#folding.seen(id, open),
    };
  }

  /** Opens or closes a box; it stays where it is on the screen. */
  #toggle(id: string): void {
    this.#followed.delete(id);
    if (this.#open.has(id)) this.#open.delete(id);
    else this.#open.add(id);
    this.#redraw(id);
    const place = this.#graph.place(id);
    if (place) this.#viewport.frame(place);
  }

  /** Goes to a node or box that was looked for, wherever it is folded away. */
  #goTo(id: string): void {
    const around = this.#folding.around(id);
    const shut = around.filter((group) => !this.#open.has(group));
    for (const group of shut) this.#open.add(group);
    if (shut[0]) this.#redraw(shut[0]);
    const place = this.#graph.place(id);
    if (place) this.#viewport.frame(place);
    this.#graph.focus(id);
    this.#graph.hint(new Set([id]));
  }

  #follow(): void {
    this.#following = !this.#following;
    setAttribute(this.#followButton, "aria-pressed", String(this.#following));
    if (!this.#following || !this.#enterBoxes(this.position)) return;
    this.#show(this.#picture, false);
  }

  /** Opens the boxes around what a step is about, and closes those that were opened for the steps before. */
  #enterBoxes(position: number): boolean {
    const focus = this.document.steps[position - 1]?.focus;
    if (!focus) return false;
    const around = this.#folding.around(focus);
    const leave = [...this.#followed].filter((id) => !around.includes(id));
    const enter = around.filter((id) => !this.#open.has(id));
    if (leave.length + enter.length === 0) return false;
    for (const id of leave) {
      this.#followed.delete(id);
      this.#open.delete(id);
    }
    for (const id of enter) {
      this.#followed.add(id);
      this.#open.add(id);
    }
    this.#redraw(enter[0] ?? leave[0] ?? focus);
    return true;
  }

  /** Draws the graph with other boxes open: `id` stays where it is on the screen, and has the focus if it had it. */
  #redraw(id: string): void {
    const focused = this.#focusIn(".mg-stage");
    const before = this.#graph.corner(id);
    const scene = this.#folding.scene(this.#open);
    this.#sight = this.#look(scene);
    const { words, title } = this.document;
    const label = say(words, "graph", { code: shorten(title.code, LONGEST_NAME) });
    this.#graph = new GraphView(scene, words, label, this.#peaks);
    const after = this.#graph.corner(id);
    this.#viewport.replace(this.#graph.stage, scene, before ?? { x: 0, y: 0 }, after ?? before ?? { x: 0, y: 0 });
    this.#picture = this.#history.at(this.position, this.#sight);
    this.#arrived = true;
    this.#graph.show(this.#picture, false);
    this.card.classList.remove("mg-moving");
    this.#map.draw(scene);
    if (focused) this.#graph.focus(id);
    else this.#graph.rove(id);
  }

  #show(picture: Picture, moving: boolean): void {
    const { position, step, phase } = picture;
    this.#host.setAttribute("data-position", String(position));
    this.#host.setAttribute("data-steps", String(this.document.steps.length));
    this.card.setAttribute("data-phase", phase satisfies Phase);
    setAttribute(this.card, "data-kind", step?.kind ?? null);
    this.#graph.show(picture, moving);
    this.#viewport.follow(this.#graph.interest(picture), this.#following && moving);
    if (step?.focus && !this.#focusIn(".mg-stage")) this.#graph.rove(step.focus);
    this.#source.show(picture);
    this.#explain.show(picture);
    this.#timeline.show(position);
    this.#header.show(position);
    this.#controls.show(position, this.#playback?.playing ?? false);
    this.#tip.hide();
  }

  /** Says the step, unless playing goes on before it could be heard. */
  #announce(): void {
    const sentence = this.#picture.step?.spoken ?? this.document.start.spoken;
    const last = this.position === this.document.steps.length;
    const pause = (STEP_MS + PAUSE_MS) / this.#playback.rate;
    if (this.#playback.playing && !last && !readable(sentence, pause)) return;
    setText(this.#live, sentence);
  }

  #playing(playing: boolean): void {
    this.card.classList.toggle("mg-playing", playing);
    this.#controls.show(this.position, playing);
    if (!playing) this.#announce();
  }

  #setRate(rate: number): void {
    this.#playback.rate = rate;
    this.#host.style.setProperty("--mg-rate", String(rate));
  }

  /** A jump is the reader's own: playing stops. */
  #jump(position: number): void {
    this.#playback.pause();
    this.#playback.go(position, false);
  }

  /** To the next of these positions, as a step where it is the very next. */
  #visit(positions: readonly number[]): void {
    const target = nextOf(positions, this.position);
    if (target === null) return;
    this.#playback.pause();
    this.#playback.go(target, true);
  }

  #nodesOn(line: number): string[] {
    return [...this.#spans]
      .filter(([, span]) => covers(span, line, 0, Number.POSITIVE_INFINITY))
      .map(([id]) => this.#sight.seen(id));
  }

  #focused(): Element | null {
    const root = this.card.getRootNode();
    return root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null;
  }

  #focusIn(selector: string): boolean {
    return this.#focused()?.closest(selector) != null;
  }

  #command(command: Command): void {
    this.#commands[command]();
  }

  readonly #commands: Readonly<Record<Command, () => void>> = {
    forward: () => {
      this.#playback.pause();
      this.#playback.forward();
    },
    back: () => {
      this.#playback.pause();
      this.#playback.back();
    },
    toggle: () => {
      if (this.#playback.playing) this.#playback.pause();
      else this.#playback.play();
    },
    first: () => this.#jump(0),
    last: () => this.#jump(this.document.steps.length),
    help: () => this.#help.toggle(),
    escape: () => this.#help.close(),
    search: () => this.#search.show(),
    follow: () => this.#follow(),
    pick: () => {
      const id = this.#graph.idOf(this.#focused());
      if (id !== null) this.#pick(id);
    },
    "zoom-in": () => this.#viewport.zoom(ZOOM_STEP),
    "zoom-out": () => this.#viewport.zoom(1 / ZOOM_STEP),
    "zoom-fit": () => this.#viewport.fit(),
    "roam-left": () => this.#roam("left"),
    "roam-right": () => this.#roam("right"),
    "roam-up": () => this.#roam("up"),
    "roam-down": () => this.#roam("down"),
  };

  /** A box opens or closes; a node leads to its steps. */
  #pick(id: string): void {
    if (this.#folding.group(id)) this.#toggle(id);
    else this.#visit(positionsOf(this.document, id));
  }

  #roam(direction: Direction): void {
    const id = this.#graph.idOf(this.#focused());
    if (id !== null) this.#graph.roam(id, direction);
  }

  #point(id: string | null): void {
    const span = id === null ? undefined : this.#spans.get(id);
    this.#source.hint(span ? [span] : []);
  }

  #listen(): void {
    const stage = this.#viewport.element;
    this.#undo.listen(this.#followButton, "click", () => this.#follow());
    this.#undo.listen(this.card, "keydown", (event: KeyboardEvent) => {
      const command = commandOf(event, placeOf(event.target));
      if (command === null || (command === "escape" && !this.#help.open)) return;
      event.preventDefault();
      event.stopPropagation();
      this.#command(command);
    });
    // Space presses a focused button when it is let go; the notebook shall not hear of it either.
    for (const type of ["keydown", "keyup", "keypress"]) {
      this.#undo.listen(this.card, type, (event: KeyboardEvent) => {
        if ([" ", "Enter"].includes(event.key)) event.stopPropagation();
      });
    }
    this.#undo.listen(stage, "pointerover", (event: PointerEvent) =>
      this.#point(this.#graph.idOf(event.target) ?? this.#graph.referenceAt(event.target)),
    );
    this.#undo.listen(stage, "pointerleave", () => this.#point(null));
    this.#undo.listen(stage, "focusin", (event: FocusEvent) => {
      const id = this.#graph.idOf(event.target);
      if (id === null) return;
      this.#graph.rove(id);
      this.#point(id);
      this.#viewport.reveal(around(this.#graph.boxesOf(id)));
    });
    this.#undo.listen(stage, "focusout", () => this.#point(null));
    // A press leaves the arrow keys to the steps: only the Tab key brings them to the nodes.
    this.#undo.listen(stage, "mousedown", (event: MouseEvent) => {
      event.preventDefault();
      this.card.focus({ preventScroll: true });
    });
    this.#undo.listen(stage, "click", (event: MouseEvent) => {
      const id = this.#graph.idOf(event.target);
      const far = this.#graph.referenceAt(event.target);
      if (this.#viewport.dragged) return;
      if (id !== null) this.#pick(id);
      else if (far !== null) this.#goTo(far);
    });
    this.#undo.listen(this.card, "pointermove", (event: PointerEvent) => this.#tell(event));
    this.#undo.listen(this.card, "pointerleave", () => this.#tip.hide());
    this.#undo.listen(this.card, "pointerdown", (event: PointerEvent) => {
      const inside = event.target instanceof Node && this.#help.element.contains(event.target);
      if (event.target instanceof Node && this.#search.open && !this.#search.element.contains(event.target)) {
        if (!this.#search.button.contains(event.target)) this.#search.close();
      }
      const button = event.target instanceof Node && this.#header.help.contains(event.target);
      if (this.#help.open && !inside && !button) this.#help.close();
    });
  }

  /** The entry of a heat map under the pointer. */
  #tell(event: PointerEvent): void {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const box = this.#explain.heatUnder(target) ?? this.#graph.heatUnder(target);
    const text = box ? entryUnder(box.value, box.frame.getBoundingClientRect(), event.clientX, event.clientY) : null;
    if (text === null) {
      this.#tip.hide();
      return;
    }
    const { left, top } = this.card.getBoundingClientRect();
    this.#tip.show(text, event.clientX - left, event.clientY - top);
  }
}

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return "other";
  if (target.closest(".mg-node")) return "node";
  if (target.closest(".mg-timeline")) return "slider";
  if (target.closest("button, .mg-source-line[role]")) return "button";
  return "other";
}
