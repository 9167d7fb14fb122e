import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { barScale, entryAt, heatClass, heatPaths, shapeText, unravel } from "../src/heat";
import { commandOf, type Place } from "../src/keyboard";
import { ease, landed, readable, spread } from "../src/motion";
import { covers, cutsOf } from "../src/source";
import { columns, fitFont, fitText, plain, shorten } from "../src/text";
import { pieces, tokenize } from "../src/tokens";
import { value } from "./samples/parts";

test("unseen characters are shown, one for one", () => {
  assert.equal(plain("a\u202eb\u0000c\u2066"), "a\ufffdb\ufffdc\ufffd");
  assert.equal(plain("w₂ − ∂z/∂y 权重 🙂"), "w₂ − ∂z/∂y 权重 🙂");
});

test("a text is shortened by whole characters", () => {
  assert.equal(shorten("weights", 10), "weights");
  assert.equal(shorten("weights", 4), "wei…");
  assert.equal(shorten("🙂🙂🙂🙂🙂", 3), "🙂🙂…");
  assert.equal(shorten("🙂🙂🙂", 3), "🙂🙂🙂");
  assert.equal(shorten("x".repeat(10_000), 50).length, 50);
});

test("a wide character counts as two columns", () => {
  assert.equal(columns("abc"), 3);
  assert.equal(columns("权重"), 4);
});

test("a text gets smaller to fit, and is cut where that is not enough", () => {
  assert.equal(fitFont("abc", 100, 12, 8), 12);
  assert.equal(fitFont("a".repeat(100), 100, 12, 8), 8);
  const cut = fitText("a".repeat(10_000), 100, 10);
  assert.ok(cut.endsWith("…") && columns(cut) * 6.1 <= 100);
});

test("tokens keep every character of a line", () => {
  const lines = [
    "",
    "w = tensor([2., -1., .5], requires_grad=True)  # set",
    "x = 'it\\'s' if a else f\"{b}\"",
    "x2 = a.b3 * 1e-5",
    "权重 = 3",
  ];
  for (const line of lines) {
    assert.equal(
      tokenize(line)
        .map(({ text }) => text)
        .join(""),
      line,
    );
    assert.equal(
      pieces(line, [1, 3, 3, 99])
        .map(({ text }) => text)
        .join(""),
      line,
    );
  }
});

test("numbers, strings and comments are told apart from names", () => {
  const kinds = (line: string) =>
    tokenize(line)
      .filter(({ kind }) => kind !== "plain")
      .map(({ kind, text }) => [kind, text]);
  assert.deepEqual(kinds("w = f([2., -1.], a=True)"), [
    ["number", "2."],
    ["number", "-1."],
    ["quiet", "a=True"],
  ]);
  assert.deepEqual(kinds("x2 = y - 1  # no 3"), [
    ["number", "1"],
    ["quiet", "# no 3"],
  ]);
});

test("pieces are cut where a span begins or ends, in characters", () => {
  const cut = pieces("权重 = w * x", cutsOf([[5, 5, 5, 10]], 5));
  assert.deepEqual(
    cut.filter((piece) => covers([5, 5, 5, 10], 5, piece.from, piece.to)).map(({ text }) => text),
    ["w * x"],
  );
});

test("a span over several lines covers the middle ones whole", () => {
  const span = [2, 4, 4, 3] as const;
  assert.ok(!covers(span, 2, 0, 4));
  assert.ok(covers(span, 2, 4, 9));
  assert.ok(covers(span, 3, 0, 1));
  assert.ok(!covers(span, 4, 3, 5));
  assert.ok(!covers(span, 5, 0, 1));
});

test("a heat map is purple below zero, green above, and marks what is not finite", () => {
  assert.deepEqual(
    [-2, -0.001, 0, 1, 2, null].map((number) => heatClass(number, 2)),
    [0, 5, 5, 8, 10, null],
  );
  const paths = heatPaths(value([-1, 0, 1, null], [2, 2]));
  assert.deepEqual(paths.map(({ className }) => className).sort(), [
    "mg-heat-0",
    "mg-heat-10",
    "mg-heat-5",
    "mg-heat-none",
  ]);
});

test("an entry of a heat map is named by its index", () => {
  const matrix = value([1, 2, 3, 4, 5, 6], [2, 3]);
  assert.equal(entryAt(matrix, 0.5, 0.9), "[1, 1]  5");
  assert.equal(entryAt(matrix, 1.2, 0.5), null);
  assert.deepEqual(unravel(17, [2, 3, 4]), [1, 1, 1]);
  assert.equal(shapeText([3]), "(3,)");
  assert.equal(shapeText([]), "()");
});

test("a bar's scale is a round number no smaller than the peak", () => {
  assert.deepEqual([0, 1, 3, 4, 250, 0.02, Number.POSITIVE_INFINITY].map(barScale), [1, 1.5, 3, 6, 300, 0.03, 1]);
});

test("motion begins slowly, ends at one, and never goes back", () => {
  const heights = Array.from({ length: 101 }, (_, i) => ease(i / 100));
  assert.equal(heights[0], 0);
  assert.equal(heights[100], 1);
  assert.deepEqual(
    [...heights].sort((a, b) => a - b),
    heights,
  );
  assert.ok((heights[10] ?? 1) < 0.05);
});

test("what arrives at the focus has arrived before anything leaves it", () => {
  assert.equal(spread(505, true, true), 1);
  assert.equal(spread(505, false, true), 0);
  assert.equal(spread(750, false, true), 1);
  assert.equal(spread(300, false, false), 0);
  assert.ok(landed(650) && !landed(640));
});

test("a sentence is read aloud only where there is time for it", () => {
  assert.ok(readable("b.grad becomes 3.", 1250));
  assert.ok(!readable("MulBackward0 undoes line 5: it sends 1, 3 and minus 2 to w.", 1250));
});

test("a key does what its place lets it do", () => {
  const press = (key: string, place: Place, rest = {}) =>
    commandOf({ key, altKey: false, ctrlKey: false, metaKey: false, ...rest }, place);
  assert.equal(press("ArrowRight", "other"), "forward");
  assert.equal(press("ArrowRight", "slider"), "forward");
  assert.equal(press("ArrowRight", "node"), "roam-right");
  assert.equal(press("ArrowUp", "other"), null);
  assert.equal(press(" ", "other"), "toggle");
  assert.equal(press(" ", "button"), null);
  assert.equal(press("Enter", "node"), "pick");
  assert.equal(press("ArrowRight", "other", { ctrlKey: true }), null);
  assert.equal(press("a", "other"), null);
});

/** The contrast of two colours, by WCAG. */
function contrast(first: string, second: string): number {
  const light = (colour: string): number => {
    const hex = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
      const share = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(first), light(second)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test("every text can be read on what it stands on, in light and in dark", () => {
  const css = readFileSync(new URL("../../src/styles/tokens.css", import.meta.url), "utf8");
  const theme = (selector: string): Map<string, string> => {
    const block = css.slice(css.indexOf(selector)).split("}")[0] ?? "";
    return new Map(
      Array.from(block.matchAll(/--mg-([\w-]+):\s*(#\w+)/g), ([, name = "", colour = ""]) => [name, colour]),
    );
  };
  const pairs = [
    ["text", "panel"],
    ["text", "canvas"],
    ["muted", "panel"],
    ["muted", "canvas"],
    ["muted", "gradient-tint"],
    ["muted", "value-tint"],
    ["value-text", "value-tint"],
    ["value-text", "panel"],
    ["gradient-text", "gradient-tint"],
    ["gradient-text", "panel"],
    ["on-gradient", "gradient-fill"],
    ["on-value", "value-fill"],
    ["on-operator", "operator"],
    ["error", "error-tint"],
    ["text", "error-tint"],
  ] as const;
  for (const selector of [":host {", ':host([data-theme="dark"])']) {
    const colours = theme(selector);
    for (const [ink, paper] of pairs) {
      const ratio = contrast(colours.get(ink) ?? "", colours.get(paper) ?? "");
      assert.ok(ratio >= 4.5, `${ink} on ${paper} in ${selector}: ${ratio.toFixed(2)}`);
    }
  }
});
