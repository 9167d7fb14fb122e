/** The only doors into the page: elements by name, attributes by value, texts as text nodes. */

import { plain } from "./text";

const SVG = "http://www.w3.org/2000/svg";

export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Child = Node | string | null;

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : plain(String(value)));
  }
}

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  setAttributes(element, attributes);
  for (const child of children) {
    if (child !== null) element.append(typeof child === "string" ? plain(child) : child);
  }
  return element;
}

/** An HTML element. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** A text in which `code` stands between backticks, as it is written: the ticks go, and the code is set as code. */
export const coded = (text: string): Child[] =>
  text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? html("code", {}, part) : part));

/** An SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Changes a text only where it differs: the page then has nothing to lay out again. */
export function setText(element: Element, text: string): void {
  const safe = plain(text);
  if (element.textContent !== safe) element.textContent = safe;
}

export function setAttribute(element: Element, name: string, value: string | number | null): void {
  if (value === null) element.removeAttribute(name);
  else {
    const text = plain(String(value));
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** An icon of 16 by 16, drawn in the colour of the text around it. */
export function icon(...shapes: readonly string[]): SVGSVGElement {
  return svg(
    "svg",
    { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false", class: "mg-icon" },
    ...shapes.map((d) => svg("path", { d })),
  );
}

/** Collects what has to be undone, and undoes it in reverse order. */
export class Undo {
  readonly #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  listen<T extends EventTarget>(
    target: T,
    type: string,
    handler: (event: never) => void,
    options?: AddEventListenerOptions,
  ): void {
    const listener = handler as EventListener;
    target.addEventListener(type, listener, options);
    this.add(() => target.removeEventListener(type, listener, options));
  }

  run(): void {
    for (const step of this.#steps.splice(0).reverse()) step();
  }
}
