/** The title bar: whose picture this is, which phase runs, and the way to the help; under it, a message if any. */

import { type Message, type Phase, type PlayDocument, say, type Words } from "./document";
import { coded, html, icon, setText } from "./dom";
import { progress } from "./state";
import { shorten } from "./text";

const LONGEST_TITLE = 160;
const LONGEST_MESSAGE = 600;

export class HeaderView {
  readonly element: HTMLElement;
  readonly help: HTMLButtonElement;
  readonly #pills = new Map<
    Phase,
    { readonly element: HTMLElement; readonly name: HTMLElement; readonly count: HTMLElement }
  >();

  constructor(private readonly document: PlayDocument) {
    const { title, words, steps } = document;
    const phases = (["forward", "backward"] as const).filter((phase) => steps.some((step) => step.phase === phase));
    for (const phase of phases) {
      const mark = html("span", { class: "mg-phase-mark" }, icon(phase === "forward" ? FORWARD : BACKWARD), icon(DONE));
      const count = html("b", { class: "mg-phase-count" });
      const name = html("span", {}, words[phase]);
      const element = html("span", { class: `mg-phase mg-phase-${phase}` }, mark, name, count);
      this.#pills.set(phase, { element, name, count });
    }
    this.help = html(
      "button",
      {
        type: "button",
        class: "mg-button mg-help-button",
        "aria-label": words.help,
        title: words.help,
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
      },
      "?",
    );
    this.element = html(
      "div",
      { class: "mg-header" },
      html("span", { class: "mg-brand" }, "mini", html("i", {}, "grad")),
      html(
        "code",
        { class: "mg-expression", title: shorten(title.code, LONGEST_TITLE) },
        html("b", {}, shorten(title.code, LONGEST_TITLE)),
        title.call ? ` · ${shorten(title.call, 60)}` : null,
      ),
      html("span", { class: "mg-phases" }, ...Array.from(this.#pills.values(), ({ element }) => element)),
      this.help,
    );
  }

  show(position: number): void {
    const { steps, words } = this.document;
    const now = progress(steps, position);
    const passes = this.document.passes?.length ?? 0;
    for (const [phase, { element, name, count }] of this.#pills) {
      const running = now?.phase === phase;
      const done = !running && steps.slice(0, position).some((step) => step.phase === phase);
      element.classList.toggle("mg-active", running);
      element.classList.toggle("mg-done", done);
      const numbered = running && now && now.pass > 0 && passes > 1;
      setText(name, numbered ? say(words, "pass", { k: now.pass, n: passes }) : words[phase]);
      setText(count, running && now ? say(words, "step", { k: now.k, n: now.n }) : "");
    }
  }
}

const FORWARD = "M3.5 2.5v11l9-5.5z";
const BACKWARD = "M12.5 2.5v11l-9-5.5z";
const DONE = "M6.4 11.2 13 4.4l1.1 1.1-7.7 7.9-4.5-4.6L3 7.7z";
const ALERT = "M8 1.6 15.2 14.4H.8zM7.3 6v4.2h1.4V6zm0 5.4v1.4h1.4v-1.4z";
const NOTE = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 3h1.6v1.6H7.2zm0 3h1.6v5H7.2z";

/** The message strip: an icon and a word say its kind, not the colour alone. */
export function messageStrip({ kind, text }: Message, words: Words): HTMLElement {
  const sign = icon(kind === "error" ? ALERT : NOTE);
  sign.setAttribute("fill-rule", "evenodd");
  return html(
    "div",
    { class: `mg-message mg-message-${kind}`, role: "note" },
    sign,
    html("b", {}, words[kind]),
    html("span", { class: "mg-message-text" }, ...coded(shorten(text, LONGEST_MESSAGE))),
  );
}
