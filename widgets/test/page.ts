/** A page to look at the player with: page.html?sample=linear&position=8&theme=dark&width=900. */

import { SAMPLES } from "./samples";

/** As much of anywidget's model as a page without a kernel needs. */
export class FakeModel {
  readonly #values: Map<string, unknown>;
  readonly #listeners = new Map<string, Set<() => void>>();
  saved = 0;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(values));
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    if (this.#values.get(name) === value) return;
    this.#values.set(name, value);
    for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }

  save_changes(): void {
    this.saved += 1;
  }

  on(event: string, callback: () => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: () => void): void {
    this.#listeners.get(event)?.delete(callback);
  }

  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

/** A sample by its name, or a document that lies in test/build as JSON. */
async function sample(name: string): Promise<unknown> {
  if (name.endsWith(".json")) return (await fetch(`build/${name}`)).json();
  return (SAMPLES[name] ?? SAMPLES["linear"])?.();
}

async function show(frame: HTMLElement): Promise<void> {
  const query = new URLSearchParams(location.search);
  const theme = query.get("theme");
  if (theme) document.body.setAttribute("data-jp-theme-light", String(theme !== "dark"));
  frame.style.width = `${query.get("width") ?? 1200}px`;
  const model = new FakeModel({
    document: await sample(query.get("sample") ?? "linear"),
    position: Number(query.get("position") ?? 0),
  });
  const path = "../../dist/player.js";
  const { default: widget } = await import(path);
  const begun = performance.now();
  const stop = widget.render({ model, el: frame });
  Object.assign(window, { model, stop, built: performance.now() - begun });
}

const frame = document.querySelector<HTMLElement>("#player");
if (frame) void show(frame);
