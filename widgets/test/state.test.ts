import assert from "node:assert/strict";
import { test } from "node:test";
import { asDocument, say } from "../src/document";
import {
  clampPosition,
  laneKey,
  midway,
  nextOf,
  pictureAt,
  positionsOf,
  positionsOfLine,
  progress,
  rowKey,
} from "../src/state";
import { linear } from "./samples/linear";
import { ENGLISH } from "./samples/words";

test("at the start the leaves show their values and nothing has travelled", () => {
  const picture = pictureAt(linear, 0);
  assert.equal(picture.rows.get(rowKey("w", "value"))?.value?.summary, "[2, −1, 0.5]");
  assert.equal(picture.rows.get(rowKey("y", "value")), undefined);
  assert.equal(picture.lanes.size, 0);
  assert.deepEqual([...picture.reached].sort(), ["b", "w", "x"]);
});

test("an effect holds from its step on, and a later one replaces it", () => {
  const stateOf = (position: number) => pictureAt(linear, position).rows.get(rowKey("s", "grad"))?.state;
  assert.deepEqual([4, 5, 6, 10].map(stateOf), [undefined, "flight", "freed", "freed"]);
});

test("a badge belongs to its own step alone", () => {
  const badge = (position: number) => pictureAt(linear, position).rows.get(rowKey("b", "grad"))?.badge;
  assert.deepEqual([7, 8].map(badge), ["+=", null]);
  const [before, after] = [pictureAt(linear, 7), pictureAt(linear, 8)];
  assert.equal(midway(before, after).rows.get(rowKey("b", "grad"))?.badge, null);
});

test("a lane is active in the step that uses it and done afterwards", () => {
  const lane = (position: number) => pictureAt(linear, position).lanes.get(laneKey("s-sum", "gradient"));
  assert.deepEqual([4, 5, 6].map(lane), [undefined, "active", "done"]);
});

test("while a step moves, its lanes are lit and its results have not arrived", () => {
  const between = midway(pictureAt(linear, 0), pictureAt(linear, 1));
  assert.equal(between.lanes.get(laneKey("w-mul", "value")), "active");
  assert.equal(between.rows.get(rowKey("y", "value")), undefined);
  assert.ok(between.reached.has("mul"));
  assert.ok(!between.reached.has("y"));
});

test("a position is a whole number from 0 to the last step, whatever comes in", () => {
  const inputs = [-1, 3.9, 99, Number.NaN, "4", null, undefined];
  assert.deepEqual(
    inputs.map((input) => clampPosition(linear, input)),
    [0, 3, 10, 0, 0, 0, 0],
  );
});

test("an element leads to the steps that look at it, a line to those that light it", () => {
  assert.deepEqual(positionsOf(linear, "mul"), [1, 8]);
  assert.deepEqual(positionsOf(linear, "y"), [1, 6, 8]); // never in focus: where its rows change
  assert.deepEqual(positionsOf(linear, "nobody"), []);
  assert.deepEqual(positionsOfLine(linear, 7), [3, 5]);
});

test("the next position goes round", () => {
  assert.equal(nextOf([1, 8], 1), 8);
  assert.equal(nextOf([1, 8], 8), 1);
  assert.equal(nextOf([], 8), null);
});

test("progress counts within a phase", () => {
  assert.equal(progress(linear.steps, 0), null);
  assert.deepEqual(progress(linear.steps, 3), { phase: "forward", pass: 0, k: 3, n: 3 });
  assert.deepEqual(progress(linear.steps, 8), { phase: "backward", pass: 0, k: 5, n: 7 });
});

test("two passes of one phase count apart", () => {
  const twice = [...linear.steps, ...linear.steps];
  assert.deepEqual(progress(twice, 18), { phase: "backward", pass: 0, k: 5, n: 7 });
});

test("an earlier pass's lanes fade when the next one begins", () => {
  const [seed, node] = linear.steps.slice(3, 5);
  assert.ok(seed && node);
  const document = {
    ...linear,
    steps: [
      { ...seed, pass: 1 },
      { ...node, pass: 1 },
      { ...seed, pass: 2 },
    ],
  };
  const lane = node.flows.find((flow) => flow.lane === "gradient");
  assert.ok(lane);
  assert.equal(pictureAt(document, 2).lanes.get(laneKey(lane.edge, "gradient")), "active");
  assert.equal(pictureAt(document, 3).lanes.get(laneKey(lane.edge, "gradient")), "former");
});

test("what a node saved is released from its step on", () => {
  const steps = linear.steps.map((step, i) => (i === 4 ? { ...step, released: ["mul"] } : step));
  assert.deepEqual([...pictureAt({ ...linear, steps }, 4).released], []);
  assert.deepEqual([...pictureAt({ ...linear, steps }, 6).released], ["mul"]);
});

test("only a play document of version 1 is played", () => {
  assert.equal(asDocument(linear), linear);
  for (const other of [null, {}, "text", { ...linear, version: 2 }, { ...linear, format: "other" }]) {
    assert.equal(asDocument(other), null);
  }
});

test("a word is filled in, and a missing one shows its key", () => {
  assert.equal(say(ENGLISH, "step", { k: 5, n: 7 }), "step 5 of 7");
  assert.equal(say({ ...ENGLISH, step: "{k} {unknown}" }, "step", { k: 5 }), "5 {unknown}");
  assert.equal(say({} as typeof ENGLISH, "step"), "step");
});
