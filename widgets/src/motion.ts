/** The clock of one step at speed 1: when what happens, as pure functions of milliseconds. */

export const STEP_MS = 900;
export const PAUSE_MS = 350;
export const SPEEDS = [0.5, 1, 2] as const;

const SPREAD: readonly [number, number] = [300, 750];
const LAND_MS = 650;

/** Whether the docks show the step's results yet. */
export const landed = (elapsed: number): boolean => elapsed >= LAND_MS;

/** How far a flow has come. Where some arrive at the focus and others leave it, those that arrive go first. */
export function spread(elapsed: number, arriving: boolean, mixed: boolean): number {
  const [from, to] = SPREAD;
  const middle = (from + to) / 2;
  const [start, end] = !mixed ? [from, to] : arriving ? [from - 100, middle - 20] : [middle - 20, to];
  return ease(Math.min(Math.max((elapsed - start) / (end - start), 0), 1));
}

/** cubic-bezier(.45, 0, .2, 1): the height at a share of the time. */
export function ease(time: number): number {
  if (time <= 0) return 0;
  if (time >= 1) return 1;
  const curve = (a: number, b: number, t: number): number =>
    3 * a * t * (1 - t) * (1 - t) + 3 * b * t * t * (1 - t) + t * t * t;
  let [low, high] = [0, 1];
  for (let i = 0; i < 24; i++) {
    const t = (low + high) / 2;
    if (curve(0.45, 0.2, t) < time) low = t;
    else high = t;
  }
  return curve(0, 1, (low + high) / 2);
}

/** Whether a sentence can be heard out in this time; slow speech is 150 words a minute. */
export const readable = (sentence: string, milliseconds: number): boolean =>
  sentence.trim().split(/\s+/).length * 400 <= milliseconds;
