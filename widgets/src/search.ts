/** A field that finds nodes and boxes by name, op or line; Enter goes there. */

import { type Graph, say, type Words } from "./document";
import { html, icon, setAttribute, setText, Undo } from "./dom";
import { shorten } from "./text";

export interface Found {
  readonly id: string;
  readonly name: string;
  /** What tells it from others of its name. */
  readonly about: string;
  readonly kind: "variable" | "operator" | "box";
}

interface Entry extends Found {
  readonly words: readonly string[];
}

const MOST_SHOWN = 8;
const plainCase = (text: string): string => text.toLowerCase();

/** All that can be found, in the order of the document. */
export function entriesOf(graph: Graph): Entry[] {
  const names = new Map(graph.variables.map(({ id, name }) => [id, name]));
  const makes = new Map(graph.edges.map(({ source, target }) => [source, names.get(target) ?? ""]));
  const line = (span: readonly number[] | null): string => (span ? `line ${span[0]}` : "");
  return [
    ...(graph.groups ?? []).map(({ id, title, subtitle, span }) => ({
      id,
      name: title,
      about: subtitle,
      kind: "box" as const,
      words: [title, subtitle, line(span)].map(plainCase),
    })),
    ...graph.variables.map(({ id, name, full_name, shape, span, leaf }) => ({
      id,
      name,
      about: [shape, line(span)].filter(Boolean).join(" · "),
      kind: "variable" as const,
      words: [full_name, name, line(span), leaf ? "leaf" : ""].map(plainCase),
    })),
    ...graph.operators.map((operator) => ({
      id: operator.id,
      name: operator.name,
      about: [operator.line, makes.get(operator.id) ? `→ ${makes.get(operator.id)}` : ""].filter(Boolean).join(" · "),
      kind: "operator" as const,
      words: [operator.name, operator.title, operator.glyph, operator.line ?? line(operator.span)].map(plainCase),
    })),
  ];
}

/** What a query finds: first what is called so, then what begins so, then what has it anywhere. */
export function find(entries: readonly Entry[], query: string): Entry[] {
  const wanted = plainCase(query.trim());
  if (wanted === "") return [];
  const asLine = /^\d+$/.test(wanted) ? `line ${wanted}` : "";
  const rank = ({ words }: Entry): number => {
    if (words[0] === wanted || (asLine && words.includes(asLine))) return 0;
    if (words.includes(wanted)) return 1;
    if (words.some((word) => word.startsWith(wanted))) return 2;
    return words.some((word) => word.includes(wanted)) ? 3 : 4;
  };
  const ranked = entries.map((entry) => ({ entry, at: rank(entry) })).filter(({ at }) => at < 4);
  return ranked.sort((a, b) => a.at - b.at).map(({ entry }) => entry);
}

const LIST = "mg-found"; // a name in the player's own shadow tree

export class SearchView {
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly #undo = new Undo();
  readonly #field: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #status = html("div", { class: "mg-search-status", role: "status" });
  #entries: Entry[] | null = null;
  #found: readonly Found[] = [];
  #chosen = 0;

  constructor(
    private readonly graph: Graph,
    private readonly words: Words,
    private readonly go: (id: string) => void,
  ) {
    this.button = html("button", {
      type: "button",
      class: "mg-button mg-search-button",
      "aria-label": words.search,
      title: `${words.search} (/)`,
      "aria-expanded": "false",
    });
    this.button.append(
      icon(
        "M7 1.8a5.2 5.2 0 1 0 3.1 9.4l3.2 3.2 1.1-1.1-3.2-3.2A5.2 5.2 0 0 0 7 1.8zm0 1.6a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2z",
      ),
    );
    this.#list = html("ul", { class: "mg-search-list", role: "listbox", id: LIST, "aria-label": words.search });
    this.#field = html("input", {
      type: "text",
      class: "mg-search-field",
      role: "combobox",
      placeholder: words.search_hint,
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": words.search,
      "aria-controls": LIST,
      "aria-expanded": "false",
    });
    this.element = html("div", { class: "mg-search", hidden: true }, this.#field, this.#list, this.#status);
    this.#undo.listen(this.button, "click", () => (this.open ? this.close() : this.show()));
    this.#undo.listen(this.#field, "input", () => this.#search());
    // What is typed here is text, whatever the player's and the notebook's keys are.
    this.#undo.listen(this.element, "keydown", (event: KeyboardEvent) => this.#press(event));
    this.#undo.listen(this.#list, "mousedown", (event: MouseEvent) => event.preventDefault());
    this.#undo.listen(this.#list, "click", (event: MouseEvent) => {
      const option = event.target instanceof Element ? event.target.closest("[data-index]") : null;
      if (option) this.#take(Number(option.getAttribute("data-index")));
    });
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  show(): void {
    this.#entries ??= entriesOf(this.graph);
    this.element.hidden = false;
    setAttribute(this.button, "aria-expanded", "true");
    this.#field.value = "";
    this.#search();
    this.#field.focus({ preventScroll: true });
  }

  close(): void {
    if (!this.open) return;
    this.element.hidden = true;
    setAttribute(this.button, "aria-expanded", "false");
    this.button.focus({ preventScroll: true });
  }

  stop(): void {
    this.#undo.run();
  }

  #press(event: KeyboardEvent): void {
    event.stopPropagation();
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      const many = Math.min(this.#found.length, MOST_SHOWN);
      if (many > 0) this.#choose((this.#chosen + move + many) % many);
    } else if (event.key === "Enter") this.#take(this.#chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  #search(): void {
    this.#found = find(this.#entries ?? [], this.#field.value);
    const shown = this.#found.slice(0, MOST_SHOWN);
    this.#list.replaceChildren(
      ...shown.map(({ name, about, kind }, index) =>
        html(
          "li",
          { role: "option", id: `${LIST}-${index}`, "data-index": index, class: `mg-found mg-found-${kind}` },
          html("b", {}, shorten(name, 40)),
          html("span", {}, shorten(about, 48)),
        ),
      ),
    );
    setAttribute(this.#field, "aria-expanded", String(shown.length > 0));
    const more = this.#found.length - shown.length;
    const nothing = this.#field.value.trim() !== "" && shown.length === 0;
    setText(
      this.#status,
      nothing ? this.words.search_none : more > 0 ? say(this.words, "search_more", { n: more }) : "",
    );
    this.#choose(0);
  }

  #choose(index: number): void {
    this.#chosen = index;
    [...this.#list.children].forEach((option, at) => {
      setAttribute(option, "aria-selected", String(at === index));
    });
    setAttribute(this.#field, "aria-activedescendant", this.#found.length > 0 ? `${LIST}-${index}` : null);
  }

  #take(index: number): void {
    const found = this.#found[index];
    if (!found) return;
    this.element.hidden = true;
    setAttribute(this.button, "aria-expanded", "false");
    this.go(found.id);
  }
}
