/** The samples by name, for the tests and for the page to look at. */

import type { PlayDocument } from "../../src/document";
import { linear } from "./linear";
import { chainOf, gridOf, heat, hostile, longNames } from "./stress";

export const SAMPLES: Readonly<Record<string, () => PlayDocument>> = {
  linear: () => linear,
  note: () => ({
    ...linear,
    message: { kind: "note", text: "w.grad was not zeroed: this pass adds to what was there.", line: 2 },
  }),
  long: () => longNames,
  hostile: () => hostile,
  heat,
  steps60: () => chainOf(30),
  steps500: () => chainOf(250),
  nodes400: () => gridOf(400),
};
