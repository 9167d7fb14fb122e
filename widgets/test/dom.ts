/** A page without a browser, for the tests that need elements. Import it first. */

import { Window } from "happy-dom";

const page = new Window({ url: "http://127.0.0.1/" });

class Idle {
  observe(): void {}
  disconnect(): void {}
}

Object.assign(globalThis, {
  window: page,
  document: page.document,
  Node: page.Node,
  Element: page.Element,
  HTMLElement: page.HTMLElement,
  ShadowRoot: page.ShadowRoot,
  Document: page.Document,
  MutationObserver: page.MutationObserver,
  // Sizes and sight are the browser's: nothing is laid out here.
  ResizeObserver: Idle,
  IntersectionObserver: Idle,
  KeyboardEvent: page.KeyboardEvent,
  MouseEvent: page.MouseEvent,
});

/** Frames that come when the test says so. */
export class HandFrames {
  #now = 0;
  #next = 1;
  readonly #waiting = new Map<number, () => void>();

  now(): number {
    return this.#now;
  }

  request(callback: () => void): number {
    this.#waiting.set(this.#next, callback);
    return this.#next++;
  }

  cancel(handle: number): void {
    this.#waiting.delete(handle);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets time pass, a frame every 20 ms. */
  pass(milliseconds: number): void {
    for (let end = this.#now + milliseconds; this.#now < end; ) {
      this.#now += 20;
      const due = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const callback of due) callback();
    }
  }
}

/** The next turn of the event loop, in which observers report. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
