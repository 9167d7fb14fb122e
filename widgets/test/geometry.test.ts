import assert from "node:assert/strict";
import { test } from "node:test";
import { around, fitScale, homeScale, paneHeight, reveal, settle, visiblePart, zoomAt } from "../src/camera";
import { boxAround, overlap, PULSE, restingPlace } from "../src/chips";
import { arrowHead, pathData, pointAt, samples, track } from "../src/path";
import { neighbour } from "../src/roam";
import { layout, positionAt, runsOf } from "../src/timeline";
import { linear } from "./samples/linear";
import { chainOf } from "./samples/stress";

const near = (actual: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test("a straight path has its length, and its points at shares of it", () => {
  const path = track([
    ["M", 0, 0],
    ["L", 30, 40],
    ["L", 30, 90],
  ]);
  near(path.total, 100);
  assert.deepEqual(pointAt(path, 0.5), { x: 30, y: 40 });
  assert.deepEqual(pointAt(path, 0.75), { x: 30, y: 65 });
  assert.deepEqual(pointAt(path, 2), { x: 30, y: 90 });
});

test("a curve that imitates a quarter circle has its length", () => {
  const k = 0.5522847498;
  const path = track([
    ["M", 100, 0],
    ["C", 100, 100 * k, 100 * k, 100, 0, 100],
  ]);
  near(path.total, (Math.PI / 2) * 100, 0.1);
  near(Math.hypot(pointAt(path, 0.5).x, pointAt(path, 0.5).y), 100, 0.1);
});

test("an empty path and numbers that are none do no harm", () => {
  assert.deepEqual(pointAt(track([]), 0.5), { x: 0, y: 0 });
  assert.equal(arrowHead(track([]), "end", 6), "");
  const broken = [
    ["M", 0, 0],
    ["L", Number.NaN, 5],
  ] as const;
  assert.equal(pathData(broken), "M0 0");
});

test("an arrow head has its tip on the end of the path", () => {
  const path = track([
    ["M", 0, 5],
    ["L", 50, 5],
  ]);
  assert.equal(arrowHead(path, "end", 6), "M50.00 5.00L44.00 8.00L44.00 2.00Z");
  assert.ok(arrowHead(path, "start", 6).startsWith("M0.00 5.00L6.00"));
});

test("a pulse comes to rest on no pill of its lane and on no other pulse", () => {
  const path = track([
    ["M", 0, 100],
    ["L", 200, 100],
  ]);
  const bounds = { x: -50, y: 0, w: 300, h: 200 };
  const pill = boxAround({ x: 120, y: 100 }, 36, 18);
  const first = restingPlace(path, false, 30, { boxes: [pill], lines: [], bounds });
  assert.equal(overlap(boxAround(first.anchor, PULSE, PULSE), pill), 0);
  const pulse = boxAround(first.anchor, PULSE, PULSE);
  const second = restingPlace(path, false, 30, { boxes: [pill, pulse], lines: [], bounds });
  assert.equal(overlap(boxAround(second.anchor, PULSE, PULSE), pulse), 0);
});

test("of a step that is wider than the pane one sees the op and where it sends", () => {
  const core = { x: 400, y: 50, w: 60, h: 54 };
  const interest = {
    all: { x: 0, y: 0, w: 800, h: 150 },
    ahead: { x: 0, y: 0, w: 460, h: 150 },
    core,
  };
  const part = visiblePart(interest, { scale: 1, x: 0, y: 0 }, { width: 500, height: 300 });
  assert.deepEqual([part.x, part.w], [0, 460]);
  const less = visiblePart(interest, { scale: 1, x: 0, y: 0 }, { width: 300, height: 300 });
  assert.deepEqual([less.x, less.x + less.w], [160, 460]); // the op, and the first of the way
});

test("a number comes to rest beside its lane, on nothing else", () => {
  const path = track([
    ["M", 0, 100],
    ["L", 200, 100],
  ]);
  const bounds = { x: -50, y: 0, w: 300, h: 200 };
  const above = { x: 0, y: 60, w: 200, h: 38 };
  const { centre } = restingPlace(path, false, 60, { boxes: [above], lines: samples(path, 8), bounds });
  const box = boxAround(centre, 60, 22);
  assert.equal(overlap(box, above), 0);
  assert.equal(overlap(box, { x: 0, y: 98, w: 200, h: 4 }), 0);
});

test("the neighbour is the nearest one straight ahead", () => {
  const places = [
    { id: "a", x: 0, y: 0 },
    { id: "b", x: 100, y: 10 },
    { id: "c", x: 80, y: 90 },
    { id: "d", x: 0, y: 60 },
  ];
  const from = { id: "a", x: 0, y: 0 };
  assert.equal(neighbour(places, from, "right")?.id, "b");
  assert.equal(neighbour(places, from, "down")?.id, "d");
  assert.equal(neighbour(places, from, "left"), null);
});

test("a graph is fitted while it can be read, and panned beyond", () => {
  const pane = { width: 1000, height: 400 };
  near(homeScale({ width: 1250, height: 400 }, pane), 0.8);
  near(homeScale({ width: 5000, height: 400 }, pane), 0.85);
  near(fitScale({ width: 5000, height: 400 }, pane), 0.2);
  near(fitScale({ width: 100, height: 100 }, pane), 1.15); // a small one is not blown up
});

test("the pane is as high as the graph needs, within limits", () => {
  assert.equal(paneHeight({ width: 1000, height: 300 }, 1000, [180, 470]), 300);
  assert.equal(paneHeight({ width: 1000, height: 3000 }, 1000, [180, 470]), 470);
  assert.equal(paneHeight({ width: 1000, height: 20 }, 1000, [180, 470]), 180);
});

test("a graph that fits is centred, and a larger one leaves no gap", () => {
  const pane = { width: 500, height: 500 };
  assert.deepEqual(settle({ scale: 1, x: 90, y: 90 }, { width: 100, height: 900 }, pane), { scale: 1, x: 200, y: 0 });
  assert.equal(settle({ scale: 1, x: 0, y: -2000 }, { width: 100, height: 900 }, pane).y, -400);
});

test("zooming keeps the point under the pointer", () => {
  const view = zoomAt({ scale: 1, x: 10, y: 20 }, 2, 100, 100);
  assert.deepEqual(view, { scale: 2, x: -80, y: -60 });
  near((100 - view.x) / view.scale, 90);
});

test("what a step is about is brought into the pane, and what is in it stays", () => {
  const pane = { width: 500, height: 500 };
  const view = { scale: 1, x: 0, y: 0 };
  assert.deepEqual(reveal(view, { x: 200, y: 200, w: 50, h: 50 }, pane), view);
  const moved = reveal(view, { x: 900, y: 200, w: 50, h: 50 }, pane);
  assert.ok(950 + moved.x < 500 && 900 + moved.x > 0);
});

test("a box around boxes", () => {
  const boxes = [
    { x: 0, y: 5, w: 10, h: 10 },
    { x: 20, y: 0, w: 5, h: 5 },
  ];
  assert.deepEqual(around(boxes), { x: 0, y: 0, w: 25, h: 15 });
  assert.equal(around([]), null);
});

test("the timeline thins out: marks, then ticks, then one bar", () => {
  const modes = [
    [linear.steps, 640],
    [linear.steps, 250],
    [chainOf(30).steps, 640],
    [chainOf(30).steps, 200],
    [chainOf(110).steps, 5000],
  ] as const;
  assert.deepEqual(
    modes.map(([steps, width]) => layout(steps, width).mode),
    ["marks", "ticks", "ticks", "bar", "bar"],
  );
});

test("every position has its own place on the timeline, inside it and in order", () => {
  for (const width of [260, 400, 640, 900]) {
    const { xs } = layout(linear.steps, width);
    assert.equal(xs.length, linear.steps.length + 1);
    xs.forEach((x, k) => {
      assert.ok(x >= 0 && x <= width, `${x} is outside of ${width}`);
      assert.ok(k === 0 || x > (xs[k - 1] ?? 0));
      assert.equal(positionAt(layout(linear.steps, width), x + 1), k);
    });
  }
});

test("runs are neighbouring steps of one phase", () => {
  assert.deepEqual(runsOf(linear.steps), [
    { phase: "forward", pass: 0, from: 1, to: 3 },
    { phase: "backward", pass: 0, from: 4, to: 10 },
  ]);
  const passes = [1, 1, 2].flatMap((pass) => linear.steps.slice(3, 4).map((step) => ({ ...step, pass })));
  assert.deepEqual(runsOf(passes), [
    { phase: "backward", pass: 1, from: 1, to: 2 },
    { phase: "backward", pass: 2, from: 3, to: 3 },
  ]);
});
