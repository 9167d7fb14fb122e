/** The row of controls: first, back, play, forward, last, the timeline, the counter, the speed. */

import { type PlayDocument, say, type Words } from "./document";
import { html, icon, setAttribute, setText, Undo } from "./dom";
import { SPEEDS } from "./motion";
import type { TimelineView } from "./timeline";

const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M12 3v10L5 8z",
  play: "M4.5 2.5v11l9-5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  replay: "M8 2.8a5.2 5.2 0 1 0 5.2 5.2h-1.7A3.5 3.5 0 1 1 8 4.5v2.2l3.9-3.1L8 .6z",
  forward: "M4 3v10l7-5z",
  last: "M11 3h2v10h-2zM3 3v10l7-5z",
} as const;

type Face = "play" | "pause" | "replay";

export interface ControlEvents {
  first(): void;
  back(): void;
  toggle(): void;
  forward(): void;
  last(): void;
  speed(rate: number): void;
}

export class ControlsView {
  readonly element: HTMLElement;
  readonly #undo = new Undo();
  readonly #play: HTMLButtonElement;
  readonly #ends: readonly { readonly button: HTMLButtonElement; readonly at: number }[];
  readonly #speed: HTMLButtonElement;
  readonly #counter = html("span", { class: "mg-step" });
  readonly #words: Words;
  readonly #length: number;
  #face: Face | null = null;
  #rate = 1;

  constructor(document: PlayDocument, timeline: TimelineView, events: ControlEvents) {
    const words = document.words;
    this.#words = words;
    this.#length = document.steps.length;
    const button = (name: string, label: string, shape: string, act: () => void): HTMLButtonElement => {
      const element = html("button", {
        type: "button",
        class: `mg-button mg-${name}`,
        "aria-label": label,
        title: label,
      });
      element.append(icon(shape));
      this.#undo.listen(element, "click", act);
      return element;
    };
    const first = button("first", words.first, ICONS.first, () => events.first());
    const back = button("back", words.back, ICONS.back, () => events.back());
    const forward = button("forward", words.next, ICONS.forward, () => events.forward());
    const last = button("last", words.last, ICONS.last, () => events.last());
    this.#play = button("play", words.play, ICONS.play, () => events.toggle());
    this.#ends = [
      { button: first, at: 0 },
      { button: back, at: 0 },
      { button: forward, at: this.#length },
      { button: last, at: this.#length },
    ];
    this.#speed = html("button", { type: "button", class: "mg-button mg-speed" });
    this.#undo.listen(this.#speed, "click", () => {
      const next = SPEEDS[(SPEEDS.indexOf(this.#rate as (typeof SPEEDS)[number]) + 1) % SPEEDS.length] ?? 1;
      this.rate = next;
      events.speed(next);
    });
    this.element = html(
      "div",
      { class: "mg-controls", role: "group", "aria-label": words.playback },
      html("div", { class: "mg-buttons" }, first, back, this.#play, forward, last),
      timeline.element,
      html(
        "div",
        { class: "mg-aside" },
        this.#counter,
        this.#speed,
        html(
          "span",
          { class: "mg-hints", "aria-hidden": "true" },
          html("kbd", {}, "←"),
          html("kbd", {}, "→"),
          ` ${words.hint_step} `,
          html("kbd", {}, words.space),
          ` ${words.hint_play}`,
        ),
      ),
    );
    // as wide as it ever gets: the timeline beside it is measured once
    this.#counter.style.minWidth = `${2 * String(this.#length).length + 1}ch`;
    this.rate = 1;
    this.show(0, false);
  }

  set rate(rate: number) {
    this.#rate = rate;
    setText(this.#speed, `${rate}×`);
    const label = say(this.#words, "speed", { rate });
    setAttribute(this.#speed, "aria-label", label);
    setAttribute(this.#speed, "title", label);
  }

  show(position: number, playing: boolean): void {
    setText(this.#counter, `${position}/${this.#length}`);
    // Still focusable at its end: a button that vanished under the finger would lose the keyboard.
    for (const { button, at } of this.#ends) setAttribute(button, "aria-disabled", position === at ? "true" : null);
    const face: Face = playing ? "pause" : position === this.#length ? "replay" : "play";
    if (face === this.#face) return;
    this.#face = face;
    const label = this.#words[face];
    setAttribute(this.#play, "aria-label", label);
    setAttribute(this.#play, "title", label);
    this.#play.replaceChildren(icon(ICONS[face]));
  }

  stop(): void {
    this.#undo.run();
  }
}
