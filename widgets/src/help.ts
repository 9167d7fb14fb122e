/** The popover of shortcuts and legend, and the short legend under the graph. */

import type { Hull, Tag, Words } from "./document";
import { html, icon, svg, Undo } from "./dom";
import { cutElement, hullElement, tagElements } from "./marks";

const kbd = (...keys: string[]): HTMLElement =>
  html("span", { class: "mg-keys" }, ...keys.map((key) => html("kbd", {}, key)));

/** A sample of how something is drawn, 38 by 18. */
function sample(shapes: readonly SVGElement[], width = 38): SVGSVGElement {
  const viewBox = `${(38 - width) / 2} 0 ${width} 18`;
  return svg("svg", { class: "mg-sample", width, height: 18, viewBox, "aria-hidden": "true" }, ...shapes);
}

const line = (lane: string, left: boolean): SVGElement[] => [
  svg("path", { class: `mg-lane mg-lane-${lane} mg-done`, d: left ? "M9 9H35" : "M3 9H29" }),
  svg("path", {
    class: `mg-head mg-lane-${lane} mg-done`,
    d: left ? "M3 9L10 5.5L10 12.5Z" : "M35 9L28 5.5L28 12.5Z",
  }),
];
const ellipse = (classes: string): SVGElement =>
  svg(
    "g",
    { class: `mg-node mg-variable mg-reached ${classes}` },
    svg("ellipse", { class: "mg-body", cx: 19, cy: 9, rx: 12, ry: 6.5 }),
  );
const ring = (): SVGElement =>
  svg("g", { class: "mg-variable mg-reached" }, svg("ellipse", { class: "mg-ring", cx: 19, cy: 9, rx: 15, ry: 8.5 }));
const box = (): SVGElement =>
  svg(
    "g",
    { class: "mg-node mg-operator mg-reached" },
    svg("rect", { class: "mg-body", x: 9, y: 2, width: 20, height: 14, rx: 3 }),
  );
const row = (state: string): SVGElement =>
  svg(
    "g",
    { class: `mg-dock-row mg-dock-grad mg-${state}` },
    svg("rect", { class: "mg-dock-box", x: 3, y: 2, width: 32, height: 14, rx: 4 }),
  );
const saved = (): SVGElement => svg("rect", { class: "mg-saved-box", x: 3, y: 2, width: 32, height: 14, rx: 4 });

const tag = (kind: Tag["kind"], text: string): SVGElement[] =>
  tagElements([{ kind, text, label: "", x: 19, y: 9, w: text ? 28 : 20 }]);
const cut = (): SVGElement[] => {
  const element = cutElement({
    cut: "detach",
    scissors: {
      x: 14,
      y: 9,
      stub: [
        ["M", 19, 9],
        ["L", 36, 9],
      ],
    },
  });
  element?.classList.add("mg-shown");
  return element ? [element] : [];
};
const hull = (kind: Hull["kind"]): SVGElement => {
  const element = hullElement({ kind, label: "", members: [], boxes: [[3, 2, 32, 14]], bands: [], x: 0, y: 0 });
  element.classList.add("mg-shown");
  return element;
};

export function legend(words: Words): HTMLElement {
  const entry = (text: string, width: number, ...shapes: SVGElement[]): HTMLElement =>
    html("span", { class: "mg-legend-entry" }, sample(shapes, width), text);
  return html(
    "div",
    { class: "mg-legend", "aria-hidden": "true" },
    entry(words.legend_value, 38, ...line("value", false)),
    entry(words.legend_gradient, 38, ...line("gradient", true)),
    entry(words.legend_variable, 26, ellipse("")),
    entry(words.legend_operator, 22, box()),
  );
}

export class HelpView {
  readonly element: HTMLElement;
  readonly #undo = new Undo();

  constructor(
    words: Words,
    private readonly button: HTMLButtonElement,
  ) {
    const keys = (term: HTMLElement, text: string): HTMLElement[] => [html("dt", {}, term), html("dd", {}, text)];
    const shown = (text: string, ...shapes: SVGElement[]): HTMLElement[] => [
      html("dt", {}, sample(shapes)),
      html("dd", {}, text),
    ];
    const close = html("button", {
      type: "button",
      class: "mg-button mg-close",
      "aria-label": words.close,
      title: words.close,
    });
    close.append(icon("M4.1 3 8 6.9 11.9 3 13 4.1 9.1 8l3.9 3.9-1.1 1.1L8 9.1 4.1 13 3 11.9 6.9 8 3 4.1z"));
    this.element = html(
      "div",
      { class: "mg-help", role: "dialog", "aria-label": words.help, tabindex: -1, hidden: true },
      close,
      html("div", { class: "mg-caption" }, words.keyboard),
      html(
        "dl",
        {},
        ...keys(kbd("←", "→"), words.keys_step),
        ...keys(kbd(words.space), words.keys_play),
        ...keys(kbd(words.home, words.end), words.keys_ends),
        ...keys(kbd("←", "→", "↑", "↓"), words.keys_nodes),
        ...keys(kbd(words.enter), words.keys_enter),
        ...keys(kbd("+", "−", "0"), words.keys_zoom),
        ...keys(kbd("/"), words.keys_search),
        ...keys(kbd("F"), words.keys_follow),
      ),
      html("div", { class: "mg-caption" }, words.legend),
      html(
        "dl",
        {},
        ...shown(words.legend_value, ...line("value", false)),
        ...shown(words.legend_gradient, ...line("gradient", true)),
        ...shown(words.legend_leaf, ring(), ellipse("mg-leaf")),
        ...shown(words.legend_variable, ellipse("")),
        ...shown(words.legend_constant, ellipse("mg-constant")),
        ...shown(words.legend_operator, box()),
        ...shown(words.legend_saved, saved()),
        ...shown(words.legend_stored, row("stored")),
        ...shown(words.legend_flight, row("flight")),
        ...shown(words.legend_freed, row("freed")),
        ...shown(words.legend_hook, ...tag("hook", "ƒ")),
        ...shown(words.legend_pin, ...tag("pin", "")),
        ...shown(words.legend_version, ...tag("version", "v1")),
        ...shown(words.legend_escape, ...tag("escape", "")),
        ...shown(words.legend_cut, ...cut()),
        ...shown(words.legend_no_grad, hull("no_grad")),
        ...shown(words.legend_recorded, hull("recorded")),
      ),
    );
    this.#undo.listen(close, "click", () => this.close());
    this.#undo.listen(button, "click", () => this.toggle());
    // A press elsewhere in the player closes it.
    this.#undo.listen(this.element, "focusout", (event: FocusEvent) => {
      const to = event.relatedTarget;
      if (to instanceof Node && !this.element.contains(to) && to !== this.button) this.#hide();
    });
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    if (this.open) this.close();
    else {
      this.element.hidden = false;
      this.button.setAttribute("aria-expanded", "true");
      this.element.focus({ preventScroll: true });
    }
  }

  /** Closes it and gives the focus back. */
  close(): void {
    if (!this.open) return;
    this.#hide();
    this.button.focus({ preventScroll: true });
  }

  stop(): void {
    this.#undo.run();
  }

  #hide(): void {
    this.element.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }
}
