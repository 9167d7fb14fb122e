/** The cell's source: the lit lines, the exact sub-expression, and the way to and from the nodes. */

import type { Fault, PlayDocument, SourceLine, Span, Words } from "./document";
import { html, icon, setAttribute, Undo } from "./dom";
import type { Picture } from "./state";
import { columns, fitText } from "./text";
import { pieces } from "./tokens";

const CROSS = "M4 3 3 4l4 4-4 4 1 1 4-4 4 4 1-1-4-4 4-4-1-1-4 4z";
const WIDEST_GLYPHS = 9; // letters
const LONGEST_LINE = 600;

const glyphsOf = ({ glyphs }: SourceLine): string => fitText((glyphs ?? []).join(" "), WIDEST_GLYPHS, 1, 1);

interface LineView {
  readonly line: SourceLine;
  readonly element: HTMLElement;
  readonly pieces: readonly { readonly from: number; readonly to: number; readonly element: HTMLElement }[];
}

/** Whether a span covers some of the columns of a line. */
export function covers([line, column, endLine, endColumn]: Span, number: number, from: number, to: number): boolean {
  if (number < line || number > endLine) return false;
  const first = number === line ? column : 0;
  const last = number === endLine ? endColumn : Number.POSITIVE_INFINITY;
  return from < last && to > first;
}

/** The columns of a line at which some span begins or ends. */
export function cutsOf(spans: readonly Span[], number: number): number[] {
  return spans.flatMap(([line, column, endLine, endColumn]) => [
    ...(line === number ? [column] : []),
    ...(endLine === number ? [endColumn] : []),
  ]);
}

export interface SourceEvents {
  /** The pointer or the focus has come to a line, or left with null. */
  over(line: number | null): void;
  pick(line: number): void;
}

export class SourceView {
  readonly element: HTMLElement;
  readonly #lines: readonly LineView[];
  readonly #list: HTMLElement;
  readonly #fold: HTMLButtonElement;
  readonly #undo = new Undo();
  #roving: HTMLElement | null = null;

  constructor(
    document: PlayDocument,
    private readonly events: SourceEvents,
  ) {
    const { words, steps, graph, source, message } = document;
    const faults = (message?.places ?? []).filter(({ span }) => span !== null);
    const spans = [...graph.variables, ...graph.operators, ...steps, ...faults].flatMap(({ span }) =>
      span ? [span] : [],
    );
    const lively = new Set(steps.flatMap(({ lines }) => lines));
    this.#lines = source.lines.map((line) => this.#build(line, spans, lively.has(line.number), words));
    for (const fault of faults) this.#mark(fault);
    const fault = this.#lines.find(({ line }) => message !== null && line.number === message.line);
    fault?.element.classList.add(`mg-fault-${message?.kind}`);
    const glyphs = Math.max(1, ...source.lines.map((line) => columns(glyphsOf(line))));
    this.#list = html("div", { class: "mg-source-lines" }, ...this.#lines.map(({ element }) => element));
    this.#list.style.setProperty("--mg-glyphs", String(glyphs));
    this.#list.style.setProperty("--mg-lines", String(source.lines.length));
    this.#list.style.setProperty("--mg-digits", String(String(source.lines.at(-1)?.number ?? 1).length));
    this.#fold = html(
      "button",
      { type: "button", class: "mg-fold", "aria-expanded": "false" },
      icon("M5 3l6 5-6 5z"),
      words.source,
    );
    this.element = html(
      "div",
      { class: "mg-source", role: "group", "aria-label": words.source },
      html("div", { class: "mg-caption mg-source-title", "aria-hidden": "true" }, words.source),
      this.#fold,
      this.#list,
    );
    this.#undo.listen(this.#fold, "click", () => this.#toggle());
    this.#listen();
  }

  /** Lights the lines and the span of a position. */
  show({ step }: Picture): void {
    const lit = new Set(step?.lines ?? []);
    for (const { line, element, pieces } of this.#lines) {
      const active = lit.has(line.number);
      element.classList.toggle("mg-active", active);
      setAttribute(element, "aria-current", active ? "step" : null);
      for (const piece of pieces) {
        const covered = step?.span ? covers(step.span, line.number, piece.from, piece.to) : false;
        piece.element.classList.toggle("mg-span", covered);
      }
    }
    this.reveal();
    const first = this.#active();
    if (first && !this.#list.matches(":focus-within")) this.#rove(first);
  }

  /** There is more to the right: the lines fade there. */
  #fade(): void {
    const { scrollLeft, clientWidth, scrollWidth } = this.#list;
    this.#list.classList.toggle("mg-more-right", scrollLeft + clientWidth < scrollWidth - 1);
  }

  /** Scrolls to the lit line. Only the list scrolls: `scrollIntoView` would move the notebook too. */
  reveal(): void {
    this.#fade();
    const [list, element] = [this.#list, this.#active()];
    if (!element) return;
    const [top, bottom] = [element.offsetTop, element.offsetTop + element.offsetHeight];
    const seen = top >= list.scrollTop && bottom <= list.scrollTop + list.clientHeight;
    if (!seen) list.scrollTop = (top + bottom - list.clientHeight) / 2;
  }

  #active(): HTMLElement | null {
    return this.#lines.find(({ element }) => element.classList.contains("mg-active"))?.element ?? null;
  }

  /** Underlines the spans of the nodes that are pointed at. */
  hint(spans: readonly Span[]): void {
    for (const { line, pieces } of this.#lines) {
      for (const { from, to, element } of pieces) {
        element.classList.toggle(
          "mg-hinted",
          spans.some((span) => covers(span, line.number, from, to)),
        );
      }
    }
  }

  stop(): void {
    this.#undo.run();
  }

  #build(line: SourceLine, spans: readonly Span[], lively: boolean, words: Words): LineView {
    const code = html("code", { class: "mg-source-text" });
    const long = line.text.length > LONGEST_LINE;
    const parts = pieces(long ? `${line.text.slice(0, LONGEST_LINE)}…` : line.text, cutsOf(spans, line.number)).map(
      ({ kind, text, from, to }) => {
        const element = html("span", { class: `mg-token mg-token-${kind}` }, text);
        code.append(element);
        return { from, to, element };
      },
    );
    if (parts.length === 0 || line.text === "") code.append("\u200b");
    const element = html(
      "div",
      {
        class: `mg-source-line mg-${line.kind}`,
        "data-line": line.number,
        role: lively ? "button" : null,
        tabindex: lively ? -1 : null,
      },
      html("span", { class: "mg-number" }, String(line.number)),
      html("span", { class: "mg-glyphs", "aria-hidden": "true" }, glyphsOf(line)),
      code,
      line.kind === "added" ? html("span", { class: "mg-added-tag" }, words.added) : null,
    );
    return { line, element, pieces: parts };
  }

  /** Underlines what a message is about, and says beside the line what it did. */
  #mark({ span, label, kind }: Fault): void {
    if (!span) return;
    for (const { line, element, pieces } of this.#lines) {
      const covered = pieces.filter(({ from, to }) => covers(span, line.number, from, to));
      for (const piece of covered) piece.element.classList.add("mg-fault-span");
      if (covered.length > 0 && line.number === span[0])
        element.append(html("span", { class: `mg-fault-tag mg-fault-${kind}` }, icon(CROSS), label));
    }
  }

  #lineOf(target: EventTarget | null): number | null {
    const element = target instanceof Element ? target.closest(".mg-source-line") : null;
    const number = Number(element?.getAttribute("data-line"));
    return element ? number : null;
  }

  #listen(): void {
    const list = this.#list;
    this.#rove(this.#lines.find(({ element }) => element.hasAttribute("role"))?.element ?? null);
    this.#undo.listen(list, "scroll", () => this.#fade());
    this.#undo.listen(list, "pointerover", (event: PointerEvent) => this.events.over(this.#lineOf(event.target)));
    this.#undo.listen(list, "pointerleave", () => this.events.over(null));
    this.#undo.listen(list, "focusin", (event: FocusEvent) => {
      this.#rove(event.target instanceof HTMLElement ? event.target : null);
      this.events.over(this.#lineOf(event.target));
    });
    this.#undo.listen(list, "focusout", () => this.events.over(null));
    this.#undo.listen(list, "click", (event: MouseEvent) => {
      const line = this.#lineOf(event.target);
      if (line !== null) this.events.pick(line);
    });
    this.#undo.listen(list, "keydown", (event: KeyboardEvent) => {
      const line = this.#lineOf(event.target);
      if (line === null || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Enter") this.events.pick(line);
      else if (event.key === "ArrowDown" || event.key === "ArrowUp")
        this.#walk(line, event.key === "ArrowDown" ? 1 : -1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  #walk(line: number, way: 1 | -1): void {
    const lively = this.#lines.filter(({ element }) => element.hasAttribute("role"));
    const at = lively.findIndex((view) => view.line.number === line);
    lively[at + way]?.element.focus();
  }

  #rove(element: HTMLElement | null): void {
    if (!element?.hasAttribute("role")) return;
    if (this.#roving) this.#roving.tabIndex = -1;
    element.tabIndex = 0;
    this.#roving = element;
  }

  #toggle(): void {
    const open = this.element.classList.toggle("mg-open");
    this.#fold.setAttribute("aria-expanded", String(open));
  }
}
