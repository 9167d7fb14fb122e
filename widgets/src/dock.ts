/** The rows of numbers under a variable: its value, and its gradient when there is one. */

import type { Effect, Value, Variable } from "./document";
import { html, setAttribute, setText, svg } from "./dom";
import { barScale, gridOf, heatPaths, peakOf } from "./heat";
import { fitFont, fitText } from "./text";

const NUMBER_FONT = 11.5;
const NOTE_WIDTH = 220;
const BAR_ROOM = 12; // left of a number, for its bar
const STATES = ["shown", "flight", "freed", "stored", "none", "pending"] as const;
type RowState = (typeof STATES)[number];

/** One row: built once, then only its texts, its bars and its class change. */
export class DockRow {
  readonly element = svg("g", { class: "mg-dock-row" });
  readonly #box: SVGRectElement;
  readonly #line = svg("text", { class: "mg-dock-line", "text-anchor": "middle" });
  readonly #bars = svg("path", { class: "mg-dock-bars" });
  readonly #rules = svg("path", { class: "mg-dock-rules" });
  readonly #heat = svg("g", { class: "mg-dock-heat" });
  readonly #note = svg("text", { class: "mg-dock-note", "text-anchor": "middle" });
  readonly #badge: SVGGElement;
  readonly #badgeText = svg("text", { x: 13.5, y: 13.1, "text-anchor": "middle" });
  #numbers: SVGTextElement[] = [];
  readonly #caption = svg("text", { class: "mg-dock-label", "text-anchor": "middle" });
  #value: Value | null = null;

  constructor(
    private readonly variable: Variable,
    private readonly kind: Effect["row"],
    private readonly label: string,
    private readonly y: number,
    private readonly peak: number,
    private readonly none: string,
  ) {
    const { x, w, label_w, row_h } = variable.dock;
    this.element.classList.add(`mg-dock-${kind}`);
    this.#box = svg("rect", { class: "mg-dock-box", x, y, width: w, height: row_h, rx: 5 });
    setAttribute(this.#caption, "x", x + label_w / 2 + 0.5);
    setAttribute(this.#caption, "y", y + row_h / 2 + 3.5);
    setAttribute(this.#line, "x", x + label_w + (w - label_w) / 2);
    setAttribute(this.#line, "y", y + row_h / 2 + 3.8);
    setAttribute(this.#note, "x", variable.x);
    setAttribute(this.#note, "y", y + row_h + 14);
    this.#badge = svg(
      "g",
      { class: "mg-dock-badge", transform: `translate(${x + w + 6} ${y + row_h / 2 - 9})` },
      svg("rect", { width: 27, height: 18, rx: 5 }),
      this.#badgeText,
    );
    this.element.append(
      this.#box,
      this.#caption,
      this.#rules,
      this.#bars,
      this.#line,
      this.#heat,
      this.#badge,
      this.#note,
    );
    this.show(null);
  }

  /** What the row says at a position; null before anything is known of it. */
  show(effect: Effect | null): void {
    // A leaf's `.grad` is None until something says otherwise.
    const state: RowState = effect?.state ?? (this.kind === "grad" && this.variable.leaf ? "none" : "pending");
    for (const name of STATES) this.element.classList.toggle(`mg-${name}`, name === state);
    const value = effect?.value ?? null;
    const label = effect?.label ?? this.label;
    const font = fitFont(label, this.variable.dock.label_w - 6, 9.6, 6);
    this.#caption.style.fontSize = `${font}px`;
    setText(this.#caption, fitText(label, this.variable.dock.label_w - 4, font));
    if (value === null) {
      this.#value = null;
      this.#clear();
      setText(this.#line, state === "none" ? this.none : "");
    } else if (value !== this.#value) {
      this.#value = value;
      this.#show(value);
    }
    setText(this.#note, fitText(effect?.note ?? "", Math.max(this.variable.dock.w, NOTE_WIDTH), 10, 0.5));
    setText(this.#badgeText, effect?.badge ?? "");
    this.element.classList.toggle("mg-hooked", effect?.badge === "ƒ");
    this.element.classList.toggle("mg-badged", Boolean(effect?.badge));
  }

  /** The heat map's value while the pointer is over it. */
  heatUnder(target: Element): Value | null {
    return this.#heat.contains(target) ? this.#value : null;
  }

  /** What a screen reader hears of the row. */
  get spoken(): string {
    return this.#value?.summary ?? this.#line.textContent ?? "";
  }

  #clear(): void {
    setAttribute(this.#bars, "d", null);
    setAttribute(this.#rules, "d", null);
    this.#heat.replaceChildren();
    for (const number of this.#numbers) setText(number, "");
  }

  #show(value: Value): void {
    const cells = this.variable.cells;
    const fits = value.kind === "cells" && value.text.length > 0 && value.text.length <= cells;
    this.#clear();
    setText(this.#line, "");
    if (fits) this.#showCells(value);
    else if (value.numbers.length > 1) this.#showHeat(value);
    else this.#showSummary(value.summary);
  }

  #showCells(value: Value): void {
    const { x, label_w, w, cell_w, row_h } = this.variable.dock;
    const count = value.text.length;
    // Fewer cells than there is room for share the row.
    const width = count === this.variable.cells ? cell_w : (w - label_w) / count;
    const middle = this.y + row_h / 2;
    const scale = barScale(this.peak);
    const [rows, cols] = gridOf(value);
    let bars = "";
    let rules = "";
    value.text.forEach((text, i) => {
      const left = x + label_w + i * width;
      const number = value.numbers[i];
      const font = fitFont(text, width - BAR_ROOM - 3, NUMBER_FONT, 9.2);
      const cramped = fitFont(text, width - BAR_ROOM - 3, font, 0) < font;
      if (!cramped && number !== null && number !== undefined) {
        const height = Math.min(Math.abs(number) / scale, 1) * (row_h / 2 - 2.5);
        const top = number >= 0 ? middle - height : middle;
        bars += `M${left + 4} ${middle - 0.3}h7v.6h-7zM${left + 5.2} ${top}h4.6v${Math.max(height, 0.6)}h-4.6z`;
      }
      rules += `M${left} ${this.y + 1}v${row_h - 2}`;
      // Between the rows of a matrix the rule is doubled.
      if (i > 0 && rows > 1 && i % cols === 0) rules += `M${left + 1.6} ${this.y + 1}v${row_h - 2}`;
      const cell = this.#numberAt(i);
      const size = cramped ? fitFont(text, width - 6, NUMBER_FONT, 7) : font;
      cell.style.fontSize = `${size}px`;
      setAttribute(cell, "x", left + width / 2 + (cramped ? 0 : BAR_ROOM / 2 - 1));
      setAttribute(cell, "y", middle + size * 0.36);
      setText(cell, fitText(text, width - 4, size));
    });
    setAttribute(this.#bars, "d", bars);
    setAttribute(this.#rules, "d", rules);
  }

  #numberAt(index: number): SVGTextElement {
    let number = this.#numbers[index];
    if (!number) {
      number = svg("text", { class: "mg-dock-number", "text-anchor": "middle" });
      this.#numbers.push(number);
      this.element.insertBefore(number, this.#line);
    }
    return number;
  }

  #showHeat(value: Value): void {
    const { x, w, label_w, row_h } = this.variable.dock;
    const [rows, cols] = gridOf(value);
    const [left, top, width, height] = [x + label_w + 1, this.y + 3, w - label_w - 5, row_h - 6];
    this.#heat.append(
      svg(
        "g",
        { transform: `translate(${left} ${top}) scale(${width / cols} ${height / rows})` },
        ...heatPaths(value).map(({ className, d }) => svg("path", { class: className, d })),
      ),
      svg("rect", { class: "mg-heat-frame", x: left, y: top, width, height }),
    );
  }

  #showSummary(summary: string): void {
    const { w, label_w } = this.variable.dock;
    const font = fitFont(summary, w - label_w - 8, 10.5, 8.5);
    this.#line.style.fontSize = `${font}px`;
    setText(this.#line, fitText(summary, w - label_w - 8, font));
  }
}

/** The largest number that a row of a dock ever shows: its bars keep one scale, so that a sum is seen to grow. */
export function rowPeaks(effects: readonly Effect[]): ReadonlyMap<string, number> {
  const peaks = new Map<string, number>();
  for (const { variable, row, value } of effects) {
    if (value?.kind !== "cells") continue;
    const key = `${row}:${variable}`;
    peaks.set(key, Math.max(peaks.get(key) ?? 0, peakOf(value.numbers)));
  }
  return peaks;
}

/** A small note beside the pointer: one entry of a heat map. */
export class Tip {
  readonly element = html("div", { class: "mg-tip", "aria-hidden": "true", hidden: true });

  show(text: string, x: number, y: number): void {
    setText(this.element, text);
    this.element.hidden = false;
    this.element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -140%)`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
