/** Playing: which position, how far into its step, at what speed; it moves by frames and sleeps when nobody looks. */

import { PAUSE_MS, STEP_MS } from "./motion";

/** The page's clock, or a test's. */
export interface Frames {
  now(): number;
  request(callback: () => void): number;
  cancel(handle: number): void;
}

export const pageFrames: Frames = {
  now: () => performance.now(),
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

export interface Listener {
  /** A position is entered; `moving` when frames will follow, else it is at rest at once. */
  enter(position: number, moving: boolean): void;
  /** A moment of a moving step, in milliseconds at speed 1. */
  frame(elapsed: number): void;
  /** The step's movement is over. */
  rest(): void;
  /** Playing has begun or ended. */
  playing(playing: boolean): void;
}

const LONGEST_FRAME = 100; // after a pause of the page, motion goes on where it was

export class Playback {
  #position: number;
  #playing = false;
  #moving = false;
  #elapsed = 0;
  #rate = 1;
  #asleep = false;
  #last = 0;
  #handle: number | null = null;

  constructor(
    private readonly length: number,
    position: number,
    private readonly listener: Listener,
    private readonly still: () => boolean,
    private readonly frames: Frames = pageFrames,
  ) {
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#rate = rate;
  }

  /** Jumps, or with `move` walks, to a position. */
  go(position: number, move = false): void {
    const target = Math.min(Math.max(position, 0), this.length);
    const moving = move && !this.still() && target === this.#position + 1;
    this.#position = target;
    this.#elapsed = 0;
    this.#moving = moving;
    this.listener.enter(target, moving);
    this.#wake();
  }

  /** One step on: a first press while a step still moves brings it to rest, and goes on. */
  forward(): void {
    if (this.#position < this.length) this.go(this.#position + 1, true);
  }

  back(): void {
    if (this.#position > 0) this.go(this.#position - 1);
  }

  play(): void {
    if (this.length === 0 || this.#playing) return;
    this.#playing = true;
    this.listener.playing(true);
    if (this.#position === this.length) this.go(0);
    else if (!this.#moving) this.#elapsed = STEP_MS + PAUSE_MS; // the next step begins at once
    this.#wake();
  }

  pause(): void {
    if (!this.#playing) return;
    this.#playing = false;
    this.listener.playing(false);
  }

  /** Nobody looks: no frame is asked for until `asleep` is false again. */
  set asleep(asleep: boolean) {
    this.#asleep = asleep;
    if (!asleep) this.#wake();
    else if (this.#handle !== null) {
      this.frames.cancel(this.#handle);
      this.#handle = null;
    }
  }

  stop(): void {
    this.#playing = false;
    this.#moving = false;
    if (this.#handle !== null) this.frames.cancel(this.#handle);
    this.#handle = null;
  }

  #wake(): void {
    if (this.#handle !== null || this.#asleep || !(this.#moving || this.#playing)) return;
    this.#last = this.frames.now();
    this.#handle = this.frames.request(() => this.#tick());
  }

  #tick(): void {
    this.#handle = null;
    const now = this.frames.now();
    this.#elapsed += Math.min(now - this.#last, LONGEST_FRAME) * this.#rate;
    if (this.#moving) {
      if (this.#elapsed < STEP_MS) this.listener.frame(this.#elapsed);
      else {
        this.#moving = false;
        this.listener.rest();
      }
    }
    if (this.#playing && !this.#moving) {
      if (this.#position === this.length) this.pause();
      else if (this.#elapsed >= STEP_MS + PAUSE_MS) this.forward();
    }
    this.#wake();
  }
}
