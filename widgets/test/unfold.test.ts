import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Graph } from "../src/document";
import { packedBytes, unpack } from "../src/packed";
import { entriesOf, find } from "../src/search";
import { History, laneKey, rowKey } from "../src/state";
import { Folding, type Scene } from "../src/unfold";
import { folded } from "./samples/folded";
import { linear } from "./samples/linear";

const graph = folded.graph;
const scene = (...open: string[]): Scene => new Folding(graph).scene(new Set(open));
const ids = (things: readonly { readonly id: string }[]): string[] => things.map(({ id }) => id).sort();

test("a graph without boxes is drawn as it is", () => {
  const plain = new Folding(linear.graph).scene(new Set());
  assert.equal(plain.width, linear.graph.width);
  assert.deepEqual(ids(plain.lines), ids(linear.graph.edges));
  assert.ok(plain.lines.every(({ edges, id }) => edges.length === 1 && edges[0] === id));
});

test("a closed box stands for what is in it", () => {
  const shut = scene();
  assert.deepEqual(ids(shut.variables), ["a", "z"]);
  assert.deepEqual(
    shut.boxes.map(({ group }) => group.id),
    ["g"],
  );
  assert.equal(shut.boxes[0]?.shown?.id, "y");
  assert.deepEqual([shut.width, shut.height], [graph.width, graph.height]);
  const folding = new Folding(graph);
  assert.equal(folding.seen("mul", new Set()), "g");
  assert.equal(folding.seen("mul", new Set(["g"])), "h");
  assert.equal(folding.seen("mul", new Set(["g", "h"])), "mul");
  assert.deepEqual([...folding.inside("g")].sort(), ["mul", "y"]);
});

test("an inner box that is open shows nothing while the one around it is closed", () => {
  assert.deepEqual(ids(scene("h").operators), ["add"]);
});

test("what is open makes room: nothing comes to lie on anything", () => {
  for (const open of [["g"], ["g", "h"]]) {
    const { variables, operators, boxes, frames, width, height } = scene(...open);
    const rects = [
      ...variables.map(({ x, y, rx, ry }) => ({ x: x - rx, y: y - ry, w: 2 * rx, h: 2 * ry })),
      ...operators.map(({ x, y, w, h }) => ({ x: x - w / 2, y: y - h / 2, w, h })),
      ...boxes.map(({ x, y, group: { w, h } }) => ({ x: x - w / 2, y: y - h / 2, w, h })),
    ];
    rects.forEach((a, i) => {
      assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.w <= width && a.y + a.h <= height);
      for (const b of rects.slice(0, i)) {
        assert.ok(a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h || b.y >= a.y + a.h);
      }
    });
    const outer = frames.find(({ group }) => group.id === "g");
    assert.ok(outer);
    for (const inside of [...frames.filter((frame) => frame !== outer), ...operators.filter(({ group }) => group)]) {
      assert.ok(inside.x - inside.w / 2 >= outer.x - outer.w / 2);
      assert.ok(inside.y + inside.h / 2 <= outer.y + outer.h / 2);
    }
  }
});

test("a line goes on where the one before it ended, into every box that is open", () => {
  const { lines } = scene("g", "h");
  const way = ["w0", "w3", "w5"].map((id) => lines.find((line) => line.id === id));
  way.slice(1).forEach((line, i) => {
    const point = (command: readonly unknown[] | undefined): number[] =>
      (command ?? []).slice(-2).map((n) => Math.round(Number(n)));
    assert.deepEqual(point(way[i]?.value_path.at(-1)), point(line?.value_path[0]));
  });
  assert.deepEqual(
    way.map((line) => line?.joints.target),
    [true, true, false],
  );
});

test("opening and closing gives the drawing of before", () => {
  const folding = new Folding(graph);
  const before = JSON.stringify(folding.scene(new Set()));
  folding.scene(new Set(["g", "h"]));
  assert.equal(JSON.stringify(folding.scene(new Set())), before);
});

const hulled: Graph = {
  ...graph,
  groups: (graph.groups ?? []).map((group) => ({ ...group, column: null })),
  hulls: [
    { kind: "no_grad", label: "quiet", members: ["g", "add"], boxes: [[201, 5, 338, 134]], bands: [], x: 211, y: 17 },
    {
      kind: "no_grad",
      label: "quiet",
      members: ["mul"],
      boxes: [[81, 28, 78, 88]],
      bands: [],
      x: 91,
      y: 40,
      group: "h",
    },
  ],
};
const holds = ([left, top, w, h]: readonly number[] | undefined = [], x: number, y: number): boolean =>
  Number(left) < x && x < Number(left) + Number(w) && Number(top) < y && y < Number(top) + Number(h);

test("a hull grows with the box that is opened in it, and no stranger comes into it", () => {
  for (const open of [[], ["g"], ["g", "h"]]) {
    const { hulls, frames, boxes, operators, variables } = new Folding(hulled).scene(new Set(open));
    const outer = hulls.find(({ group }) => !group)?.boxes[0];
    const [add, z, a] = [
      operators.find(({ id }) => id === "add"),
      ...["z", "a"].map((n) => variables.find(({ id }) => id === n)),
    ];
    assert.ok(add && z && a);
    assert.ok(holds(outer, add.x, add.y) && !holds(outer, z.x, z.y) && !holds(outer, a.x, a.y));
    for (const { x, y, w, h } of frames.filter(({ group }) => group.id === "g")) {
      assert.ok(holds(outer, x - w / 2, y - h / 2) && holds(outer, x + w / 2, y + h / 2));
    }
    for (const { x, y } of boxes.filter(({ group }) => group.id === "g")) assert.ok(holds(outer, x, y));
    assert.equal(hulls.length, open.length === 2 ? 2 : 1);
  }
});

test("a hull in a box is drawn where the box is opened", () => {
  const { hulls, operators } = new Folding(hulled).scene(new Set(["g", "h"]));
  const inner = hulls.find(({ group }) => group === "h");
  const mul = operators.find(({ id }) => id === "mul");
  assert.ok(inner && mul && holds(inner.boxes[0], mul.x, mul.y));
  assert.ok(holds(inner.boxes[0], inner.x, inner.y));
});

const sight = (...open: string[]) => {
  const folding = new Folding(graph);
  const { variables, operators, boxes, frames, lines } = folding.scene(new Set(open));
  return {
    variables: [...ids(variables), ...boxes.flatMap(({ shown }) => shown?.id ?? [])],
    lines,
    nodes: [...ids(variables), ...ids(operators), ...[...boxes, ...frames].map(({ group }) => group.id)],
    inside: (id: string) => folding.inside(id),
    seen: (id: string) => folding.seen(id, new Set(open)),
  };
};

test("a step inside of a closed box lights the box and the lines into it", () => {
  const picture = new History(folded).at(1, sight());
  assert.equal(picture.step?.focus, "g");
  assert.equal(picture.lanes.get(laneKey("w0", "value")), "active");
  assert.ok(picture.reached.has("g"));
  assert.equal(picture.rows.get(rowKey("y", "value"))?.value?.summary, "4");
});

test("of an edge in pieces one alone bears the number", () => {
  const flows = new History(folded).at(1, sight("g", "h")).step?.flows ?? [];
  const pieces = flows.filter(({ edge }) => ["w0", "w3", "w5"].includes(edge));
  assert.equal(pieces.length, 3);
  assert.equal(pieces.filter(({ chip }) => chip !== null).length, 1);
});

test("one finds by name, by op, by line and by box, what is called so first", () => {
  const entries = entriesOf(graph);
  const found = (query: string): string[] => find(entries, query).map(({ id }) => id);
  assert.deepEqual(found("A").slice(0, 2), ["a", "add"]);
  assert.deepEqual(found("mul"), ["mul"]);
  assert.deepEqual(found("+"), ["add"]);
  assert.deepEqual(found("7"), ["add"]);
  assert.deepEqual(found("part h"), ["h"]);
  assert.deepEqual(found("   "), []);
  assert.deepEqual(found("nobody"), []);
});

test("a packed document is the document", async () => {
  const data = gzipSync(JSON.stringify(folded));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const bytes = packedBytes({ format: "minigrad.play+gzip", data: view });
  assert.ok(bytes);
  assert.deepEqual(await unpack(bytes), folded);
  for (const other of [null, folded, { format: "minigrad.play+gzip", data: "text" }]) {
    assert.equal(packedBytes(other), null);
  }
});
