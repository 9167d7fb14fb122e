/** The step in words and numbers: title, sentence, one equation an input, and the chain so far. */

import type { Link, Phase, PlayDocument, Row, Step, Term, Value } from "./document";
import { coded, html, setAttribute } from "./dom";
import { formula } from "./math";
import type { Picture } from "./state";
import { columns, shorten } from "./text";
import { tokenize } from "./tokens";
import { captionShape, valueBox } from "./values";

const LONGEST_CODE = 80;
const LONGEST_TITLE = 80;
const LONGEST_LINE = 200;
const LONGEST_SENTENCE = 600;
const CELLS = ".mg-left, .mg-symbol, .mg-term, .mg-then";
const MEASURED = 24; // steps whose height is taken before the first is shown ...
const MOST_PROMISING = 8; // ... and of more than that, those that promise to be the highest

export class ExplainView {
  readonly element: HTMLElement;
  readonly #scroll = html("div", { class: "mg-explain-scroll" });
  /** The values behind the heat maps on the page, for the note beside the pointer. */
  readonly #heats = new WeakMap<Element, Value>();
  #room = ""; // the width at which heights were last taken, and how high the pane may be

  constructor(
    private readonly document: PlayDocument,
    label: string,
  ) {
    this.element = html("div", { class: "mg-explain", role: "group", "aria-label": label }, this.#scroll);
  }

  show({ position, step, phase }: Picture): void {
    this.#scroll.replaceChildren(...this.#contents(position));
    this.#scroll.scrollTop = 0;
    setAttribute(this.element, "data-phase", step ? phase : null);
    arrange([this.#scroll]);
    this.fitFocus();
  }

  /** As high as the highest step needs, so that the controls below never move; longer steps scroll. */
  measure(limit: number): void {
    const { steps } = this.document;
    const room = `${this.element.clientWidth} ${limit}`;
    if (room === this.#room) return;
    this.#room = room;
    const positions = steps.length <= MEASURED ? [0, ...steps.map((_, i) => i + 1)] : tallest(steps);
    // All of them at once, so that the page is laid out a few times and not for each of them.
    const rulers = positions.map((position) =>
      html("div", { class: "mg-explain-scroll mg-ruler", "aria-hidden": "true" }, ...this.#contents(position)),
    );
    this.element.append(...rulers);
    arrange(rulers);
    const height = Math.max(...rulers.map((ruler) => ruler.offsetHeight));
    for (const ruler of rulers) ruler.remove();
    this.element.style.height = height > 0 ? `${Math.min(height, limit)}px` : "";
    arrange([this.#scroll]);
    this.fitFocus();
  }

  /** A part that scrolls can be scrolled by keyboard. */
  fitFocus(): void {
    const overflows = this.#scroll.scrollHeight > this.#scroll.clientHeight + 1;
    setAttribute(this.#scroll, "tabindex", overflows ? 0 : null);
    setAttribute(this.#scroll, "role", overflows ? "group" : null);
    setAttribute(this.#scroll, "aria-label", overflows ? this.element.getAttribute("aria-label") : null);
  }

  /** The heat map under an element, with the frame that it fills. */
  heatUnder(target: Element): { value: Value; frame: Element } | null {
    const frame = target.closest(".mg-heat > svg");
    const value = frame ? this.#heats.get(frame) : undefined;
    return frame && value ? { value, frame } : null;
  }

  #contents(position: number): HTMLElement[] {
    const step = this.document.steps[position - 1];
    if (!step) {
      const { start, steps, words } = this.document;
      const key = (name: string, text: string): HTMLElement => html("span", {}, html("kbd", {}, name), text);
      const invitation = html(
        "div",
        { class: "mg-invitation" },
        key("→", words.hint_step),
        key(words.space, words.hint_play),
      );
      return [
        html("div", { class: "mg-head-line" }, heading(start.title)),
        says(start.sentence),
        ...(steps.length > 0 ? [invitation] : []),
      ];
    }
    const where = step.where
      ? html(
          "span",
          { class: "mg-where" },
          `${step.where.text} `,
          step.where.code ? html("code", {}, shorten(step.where.code, LONGEST_CODE)) : null,
        )
      : null;
    // Where no row has a left side, none keeps a place for it.
    const equation = step.rows.some(({ left }) => left !== null);
    const rule = step.rule ? html("span", { class: "mg-rule" }, step.rule) : null;
    return [
      html("div", { class: "mg-head-line" }, heading(step.title), where, rule),
      says(step.sentence),
      ...(step.rows.length > 0
        ? [html("div", { class: "mg-rows" }, ...step.rows.map((row) => this.#row(row, step.phase, equation)))]
        : []),
      ...(step.aside ? [aside(step.aside)] : []),
      ...(step.chain && step.chain.links.length > 0 ? [chain(step.chain)] : []),
    ];
  }

  #row(row: Row, phase: Phase, equation: boolean): HTMLElement {
    const element = html("div", { class: `mg-row mg-row-${phase}`, "data-kind": row.kind });
    const left = html("span", { class: "mg-left" });
    if (row.left) left.append(formula(row.left), html("span", { class: "mg-equals" }, "="));
    if (equation) element.append(left);
    let pair: HTMLElement | null = null;
    for (const term of row.terms) {
      if (typeof term === "string") {
        // Where a row has to wrap, a symbol goes to the next line with its box.
        pair = html(
          "span",
          { class: "mg-pair" },
          html("span", { class: columns(term) > 2 ? "mg-symbol mg-word" : "mg-symbol" }, shorten(term, 24)),
        );
        element.append(pair);
      } else {
        (pair ?? element).append(this.#term(term));
        pair = null;
      }
    }
    if (row.then) {
      element.append(
        html(
          "span",
          { class: "mg-then" },
          row.then.badge ? html("b", { class: "mg-badge" }, row.then.badge) : null,
          html("span", {}, shorten(row.then.text, LONGEST_CODE)),
        ),
      );
    }
    element.querySelectorAll<HTMLElement>(CELLS).forEach((cell, i) => {
      cell.style.gridColumn = String(i + 1);
    });
    return element;
  }

  #term({ caption, role, value, code }: Term): HTMLElement {
    const box = valueBox(value);
    const frame = box.querySelector("svg");
    if (frame) this.#heats.set(frame, value);
    const shape = captionShape(value);
    return html(
      "span",
      {
        class: `mg-term mg-role-${role}`,
        role: "img",
        "aria-label": `${shorten(caption, 80)}: ${shorten(value.summary, 200)}`,
      },
      html(
        "span",
        { class: "mg-term-caption" },
        shorten(caption, LONGEST_CODE),
        code ? html("code", {}, ` ${shorten(code, 40)}`) : null,
        shape ? html("span", { class: "mg-term-shape" }, ` ${shape}`) : null,
      ),
      box,
    );
  }
}

const heading = (title: string): HTMLElement => html("div", { class: "mg-title" }, shorten(title, LONGEST_TITLE));
const says = (sentence: string): HTMLElement =>
  html("p", { class: "mg-sentence" }, ...coded(shorten(sentence, LONGEST_SENTENCE)));

function chain({ caption, links }: NonNullable<Step["chain"]>): HTMLElement {
  const chip = ({ text, factor, state }: Link): HTMLElement =>
    html(
      "li",
      { class: `mg-link mg-link-${state}` },
      html("span", {}, shorten(text, 28)),
      factor ? html("b", {}, shorten(factor, 28)) : null,
    );
  return html(
    "div",
    { class: "mg-chain" },
    html("span", { class: "mg-chain-caption" }, caption),
    html("ul", { class: "mg-links" }, ...links.map(chip)),
  );
}

/** Source from elsewhere, that the step ran. */
function aside({ title, lines }: NonNullable<Step["aside"]>): HTMLElement {
  const line = ({ number, text }: { number: number; text: string }): HTMLElement =>
    html(
      "div",
      { class: "mg-elsewhere-line" },
      html("span", { class: "mg-number" }, String(number)),
      html(
        "code",
        {},
        ...tokenize(shorten(text, LONGEST_LINE)).map((token) =>
          html("span", { class: `mg-token mg-token-${token.kind}` }, token.text),
        ),
      ),
    );
  return html(
    "div",
    { class: "mg-elsewhere" },
    html("div", { class: "mg-term-caption" }, shorten(title, LONGEST_CODE)),
    ...lines.map(line),
  );
}

/** Rows share their columns where all of them fit, closer together if need be; else each wraps by itself. */
function arrange(containers: readonly HTMLElement[]): void {
  let wide = containers.flatMap((container) => container.querySelector<HTMLElement>(".mg-rows") ?? []);
  for (const rows of wide) {
    const columns = Math.max(...Array.from(rows.children, (row) => row.querySelectorAll(CELLS).length));
    rows.style.gridTemplateColumns = `repeat(${columns}, max-content)`;
    rows.classList.remove("mg-tight", "mg-wrap");
  }
  for (const name of ["mg-tight", "mg-wrap"]) {
    wide = wide.filter((rows) => rows.scrollWidth > rows.clientWidth);
    for (const rows of wide) rows.classList.add(name);
  }
}

/** Of very many steps, the positions that promise to be the highest: each kind's longest. */
function tallest(steps: readonly Step[]): number[] {
  const weight = ({ rows, sentence, chain }: Step): number =>
    rows.length * 60 +
    Math.max(0, ...rows.map((row) => weightOf(row))) +
    sentence.length / 4 +
    (chain?.links.length ?? 0) * 4;
  return steps
    .map((step, index) => ({ position: index + 1, weight: weight(step) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST_PROMISING)
    .map(({ position }) => position);
}

const weightOf = (row: Row): number =>
  Math.max(0, ...row.terms.map((term) => (typeof term === "string" ? 0 : Math.min(term.value.rows, 6) * 13)));
