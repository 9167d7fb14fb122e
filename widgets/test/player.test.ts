import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { PlayDocument } from "../src/document";
import { render } from "../src/index";
import { formula } from "../src/math";
import { Playback } from "../src/playback";
import { Player } from "../src/player";
import { hostTheme } from "../src/theme";
import { HandFrames, turn } from "./dom";
import { FakeModel } from "./page";
import { SAMPLES } from "./samples";
import { folded } from "./samples/folded";
import { linear } from "./samples/linear";
import { hostile } from "./samples/stress";

let cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
  cleanUp = [];
  document.body.replaceChildren();
});

function show(play: PlayDocument | Record<string, never> = linear, position = 0) {
  const model = new FakeModel({ document: play, position });
  const el = document.createElement("div");
  document.body.append(el);
  const stop = render({ model, el });
  cleanUp.push(stop);
  const host = el.querySelector<HTMLElement>(".mg-player");
  const shadow = host?.shadowRoot;
  assert.ok(host && shadow);
  const get = <E extends Element = HTMLElement>(selector: string): E => {
    const found = shadow.querySelector<E>(selector);
    assert.ok(found, `no ${selector}`);
    return found;
  };
  return { model, el, stop, host, shadow, get };
}

/** All that the eye could tell apart: not what was read aloud, nor where the Tab key would go. */
function pictureOf(shadow: ShadowRoot): string {
  const card = shadow.querySelector(".mg-card")?.cloneNode(true) as HTMLElement;
  card.querySelector(".mg-live")?.remove();
  for (const number of card.querySelectorAll(".mg-dock-number")) if (number.textContent === "") number.remove();
  for (const element of card.querySelectorAll("[tabindex]")) element.removeAttribute("tabindex");
  return card.outerHTML.replaceAll(/></g, ">\n<");
}

const press = (target: Element, key: string): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, composed: true });
  target.dispatchEvent(event);
  return event;
};

test("the player stands where the model says", () => {
  const { host, get } = show(linear, 8);
  assert.equal(host.dataset["position"], "8");
  assert.equal(host.dataset["steps"], "10");
  assert.match(host.dataset["theme"] ?? "", /^(light|dark)$/);
  assert.equal(get(".mg-step").textContent, "8/10");
  assert.equal(get(".mg-title").textContent, "MulBackward0");
  assert.equal(get(".mg-phase.mg-active").textContent, "Backwardstep 5 of 7");
  assert.equal(get('.mg-node[data-id="mul"]').getAttribute("aria-current"), "step");
  assert.equal(get('.mg-source-line[data-line="5"] .mg-span').textContent, "w * x");
});

test("jumping anywhere gives the same picture as stepping there", () => {
  const walked = show();
  for (let k = 1; k <= linear.steps.length; k++) {
    walked.model.set("position", k);
    const jumped = show(linear, k);
    assert.equal(pictureOf(walked.shadow), pictureOf(jumped.shadow), `at ${k}`);
    jumped.stop();
  }
  walked.model.set("position", 2);
  assert.equal(pictureOf(walked.shadow), pictureOf(show(linear, 2).shadow));
});

test("a step keeps every element of the picture", () => {
  const { model, shadow } = show(linear, 4);
  const before = [...shadow.querySelectorAll(".mg-node, .mg-edge, .mg-dock-row, .mg-source-line")];
  for (const position of [7, 10, 0, 5]) model.set("position", position);
  assert.deepEqual([...shadow.querySelectorAll(".mg-node, .mg-edge, .mg-dock-row, .mg-source-line")], before);
});

test("the buttons step, and Python hears of it", () => {
  const { model, get, host } = show(linear, 3);
  get(".mg-last").click();
  assert.equal(model.get("position"), 10);
  get(".mg-back").click();
  assert.equal(model.get("position"), 9);
  get(".mg-first").click();
  get(".mg-forward").click();
  assert.equal(host.dataset["position"], "1");
  assert.equal(model.saved, 4);
});

test("a position that Python sets is clamped, and does not come back as an echo", () => {
  const { model, host } = show(linear, 3);
  model.set("position", 7);
  assert.equal(host.dataset["position"], "7");
  assert.equal(model.saved, 0);
  model.set("position", 99);
  assert.equal(host.dataset["position"], "10");
});

test("another document takes the place of the first, and none leaves nothing", () => {
  const { model, shadow, get } = show(linear, 8);
  model.set("document", SAMPLES["heat"]?.());
  assert.equal(shadow.querySelectorAll(".mg-card").length, 1);
  assert.equal(get(".mg-step").textContent, "1/1");
  model.set("document", {});
  assert.equal(shadow.querySelectorAll(".mg-card").length, 0);
  model.set("document", linear);
  assert.ok(shadow.querySelector(".mg-card"));
});

test("clean-up leaves no element and no listener", () => {
  const { model, el, stop } = show();
  assert.ok(model.listening > 0);
  stop();
  assert.equal(model.listening, 0);
  assert.equal(el.childElementCount, 0);
  model.set("position", 5); // nobody stumbles over it
});

test("every sample renders at every position", () => {
  for (const [name, make] of Object.entries(SAMPLES)) {
    if (name === "steps500" || name === "nodes400") continue;
    const play = make();
    const { model, host, stop } = show(play);
    for (let k = 0; k <= play.steps.length; k++) {
      model.set("position", k);
      assert.equal(host.dataset["position"], String(k), name);
    }
    stop();
  }
});

test("a document without steps, graph or source still shows its message", () => {
  const { get, shadow } = show({
    ...linear,
    steps: [],
    source: { lines: [] },
    graph: { width: 0, height: 0, variables: [], operators: [], edges: [] },
    start: { ...linear.start, effects: [] },
    message: { kind: "error", text: "no tensor was made", line: null },
  });
  assert.equal(get(".mg-message").textContent, "Errorno tensor was made");
  assert.equal(shadow.querySelector(".mg-controls"), null);
  assert.equal(shadow.querySelector(".mg-graph"), null);
});

test("hostile names are text, of a bearable length, and turn nothing round", () => {
  const { model, shadow } = show(hostile);
  for (const position of [0, 1, 2]) {
    model.set("position", position);
    const card = shadow.querySelector(".mg-card");
    assert.equal(card?.querySelectorAll("img, script, iframe, a").length, 0);
    assert.ok((card?.textContent ?? "").includes("<img src=x"));
    assert.doesNotMatch(card?.textContent ?? "", /[\u202a-\u202e\u2066-\u2069]/);
    assert.ok((card?.outerHTML.length ?? 0) < 100_000);
    for (const element of card?.querySelectorAll("*") ?? []) {
      for (const { name } of element.attributes) assert.doesNotMatch(name, /^on/);
    }
  }
});

test("a formula is made of the tags of the whitelist, and of no attribute", () => {
  const tree = ["math", ["script", "alert(1)"], ["mfrac", ["mi", "z"], ["annotation-xml", ["mi", "w"]]]] as const;
  const node = formula(tree);
  const tags = [...node.querySelectorAll("*")].map(({ localName }) => localName);
  assert.deepEqual(tags, ["mrow", "mtext", "mfrac", "mi", "mrow", "mi"]);
  assert.equal(node.namespaceURI, "http://www.w3.org/1998/Math/MathML");
  assert.equal(formula("z").outerHTML, "<math><mtext>z</mtext></math>");
});

test("a formula that nests without end is cut", () => {
  let tree: readonly unknown[] = ["mi", "x"];
  for (let i = 0; i < 5000; i++) tree = ["mrow", tree];
  assert.ok(formula(tree as never).outerHTML.length < 5000);
});

test("keys step, and a key that is used goes no further", () => {
  const { el, get, host } = show(linear, 3);
  let heard = 0;
  el.addEventListener("keydown", () => heard++);
  const card = get(".mg-card");
  const used = press(card, "ArrowRight");
  assert.equal(host.dataset["position"], "4");
  assert.ok(used.defaultPrevented);
  press(card, "End");
  press(card, "ArrowLeft");
  assert.equal(host.dataset["position"], "9");
  press(get(".mg-timeline"), "Home");
  assert.equal(host.dataset["position"], "0");
  assert.equal(heard, 0);
  press(card, "a");
  assert.equal(heard, 1);
  assert.equal(host.getAttribute("data-lm-suppress-shortcuts"), "true");
});

test("arrows roam the nodes, one of which the Tab key finds, and Enter goes to its step", () => {
  const { get, shadow, host } = show();
  const stops = () =>
    [...shadow.querySelectorAll('.mg-node[tabindex="0"]')].map((node) => node.getAttribute("data-id"));
  assert.equal(stops().length, 1);
  const mul = get<SVGElement>('.mg-node[data-id="mul"]');
  mul.focus();
  press(mul, "ArrowRight");
  assert.equal(shadow.activeElement?.getAttribute("data-id"), "y");
  assert.deepEqual(stops(), ["y"]);
  const add = get<SVGElement>('.mg-node[data-id="add"]');
  add.focus();
  press(add, "Enter");
  assert.equal(host.dataset["position"], "2");
  press(add, "Enter");
  assert.equal(host.dataset["position"], "6");
});

test("a click on a node or a line goes to its next step", () => {
  const { get, host } = show();
  const click = (selector: string): boolean =>
    get<Element>(selector).dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
  click('.mg-node[data-id="sum"] .mg-body');
  assert.equal(host.dataset["position"], "3");
  click('.mg-node[data-id="sum"] .mg-body');
  assert.equal(host.dataset["position"], "5");
  click('.mg-source-line[data-line="5"]');
  assert.equal(host.dataset["position"], "8");
  click('.mg-source-line[data-line="1"]');
  assert.equal(host.dataset["position"], "8");
});

test("a node points at its span, and a line at its nodes", () => {
  const { get, shadow } = show();
  const over = (selector: string): void => {
    get<Element>(selector).dispatchEvent(new MouseEvent("pointerover", { bubbles: true, composed: true }));
  };
  over('.mg-node[data-id="mul"] .mg-body');
  assert.deepEqual(
    [...shadow.querySelectorAll(".mg-token.mg-hinted")].map(({ textContent }) => textContent),
    ["w * x"],
  );
  over('.mg-source-line[data-line="6"] .mg-source-text');
  const hinted = [...shadow.querySelectorAll(".mg-node.mg-hinted")].map((node) => node.getAttribute("data-id"));
  assert.deepEqual(hinted.sort(), ["add", "s"]);
});

test("the slider says where it stands", () => {
  const { model, get } = show(linear, 8);
  const slider = get(".mg-timeline");
  assert.equal(slider.getAttribute("role"), "slider");
  assert.equal(slider.getAttribute("aria-valuenow"), "8");
  assert.equal(slider.getAttribute("aria-valuetext"), "Step 8 of 10, Backward, MulBackward0");
  model.set("position", 0);
  assert.equal(slider.getAttribute("aria-valuetext"), "Start, before step 1 of 10");
});

test("a node tells its numbers to whoever cannot see them", () => {
  const { model, get } = show();
  assert.equal(
    get('.mg-node[data-id="w"]').getAttribute("aria-label"),
    "leaf variable w, shape (3,), val [2, −1, 0.5], .grad None",
  );
  model.set("position", 10);
  assert.match(get('.mg-node[data-id="w"]').getAttribute("aria-label") ?? "", /\.grad \[1, 3, −2\]$/);
});

test("the help opens, closes with Escape, and gives the focus back", () => {
  const { get, shadow } = show();
  press(get(".mg-card"), "?");
  assert.equal(get(".mg-help").hidden, false);
  assert.equal(get(".mg-help-button").getAttribute("aria-expanded"), "true");
  press(get(".mg-help"), "Escape");
  assert.equal(get(".mg-help").hidden, true);
  assert.equal(shadow.activeElement?.className, "mg-button mg-help-button");
});

/** A player on frames that the test hands out. */
function played(position = 0) {
  const frames = new HandFrames();
  const host = document.createElement("div");
  document.body.append(host);
  const shadow = host.attachShadow({ mode: "open" });
  const moves: number[] = [];
  const player = new Player(linear, position, { host, moved: (to) => moves.push(to), frames });
  shadow.append(player.card);
  cleanUp.push(() => player.stop());
  const get = (selector: string): HTMLElement => {
    const found = shadow.querySelector<HTMLElement>(selector);
    assert.ok(found, `no ${selector}`);
    return found;
  };
  return { frames, player, moves, get, shadow };
}

test("playing takes 1250 ms a step, ends at the last one, and begins again", () => {
  const { frames, player, moves, get } = played();
  get(".mg-play").click();
  assert.equal(get(".mg-play").getAttribute("aria-label"), "Pause");
  frames.pass(40);
  assert.deepEqual(moves, [1]);
  frames.pass(1260);
  assert.deepEqual(moves, [1, 2]);
  frames.pass(20_000);
  assert.equal(player.position, 10);
  assert.equal(get(".mg-play").getAttribute("aria-label"), "Play again");
  assert.equal(frames.waiting, 0);
  get(".mg-play").click();
  assert.equal(player.position, 0);
});

test("at double speed a step takes half the time", () => {
  const { frames, moves, get } = played();
  get(".mg-speed").click();
  assert.equal(get(".mg-speed").textContent, "2×");
  get(".mg-play").click();
  frames.pass(40);
  frames.pass(640);
  assert.deepEqual(moves, [1, 2]);
  get(".mg-speed").click();
  assert.equal(get(".mg-speed").textContent, "0.5×");
});

test("a step's results arrive late in its movement, and rest is the still picture", () => {
  const { frames, get, shadow } = played();
  const number = () => get('.mg-node[data-id="y"] .mg-dock-value').textContent;
  get(".mg-forward").click();
  frames.pass(600);
  assert.equal(number(), "val");
  assert.ok(get(".mg-card").classList.contains("mg-moving"));
  frames.pass(100);
  assert.equal(number(), "val2−3−1");
  frames.pass(300);
  assert.ok(!get(".mg-card").classList.contains("mg-moving"));
  const still = show(linear, 1);
  assert.equal(shadow.querySelector(".mg-stage")?.outerHTML, still.shadow.querySelector(".mg-stage")?.outerHTML);
});

test("whoever steps by hand stops the playing", () => {
  const { frames, player, get } = played();
  get(".mg-play").click();
  frames.pass(40);
  get(".mg-back").click();
  frames.pass(5000);
  assert.equal(player.position, 0);
  assert.equal(get(".mg-play").getAttribute("aria-label"), "Play");
});

test("nothing moves while nobody looks, and it goes on afterwards", () => {
  const { frames, player, get } = played();
  get(".mg-play").click();
  frames.pass(40);
  player.asleep = true;
  assert.equal(frames.waiting, 0);
  frames.pass(60_000);
  assert.equal(player.position, 1);
  player.asleep = false;
  frames.pass(1300);
  assert.equal(player.position, 2);
});

test("the live region reads each step by hand, and playing only what can be heard out", () => {
  const { frames, get } = played();
  get(".mg-forward").click();
  frames.pass(1000);
  assert.equal(get(".mg-live").textContent, linear.steps[0]?.spoken);
  get(".mg-play").click();
  frames.pass(2000);
  assert.equal(get(".mg-live").textContent, linear.steps[0]?.spoken);
  get(".mg-play").click();
  assert.equal(get(".mg-live").textContent, linear.steps[2]?.spoken);
});

test("a reader who wants no movement gets the same steps at rest", () => {
  const seen: (readonly [number, boolean])[] = [];
  const frames = new HandFrames();
  const listener = {
    enter: (position: number, moving: boolean) => seen.push([position, moving]),
    frame: () => assert.fail("it moved"),
    rest: () => undefined,
    playing: () => undefined,
  };
  const playback = new Playback(3, 0, listener, () => true, frames);
  playback.play();
  frames.pass(10_000);
  assert.deepEqual(seen, [
    [1, false],
    [2, false],
    [3, false],
  ]);
});

test("the host's theme is believed: JupyterLab, VS Code, Colab", () => {
  const make = (attributes: Record<string, string>): HTMLElement => {
    const element = document.createElement("div");
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const plain = make({});
  assert.equal(hostTheme(plain, plain), null);
  assert.equal(hostTheme(make({ "data-jp-theme-light": "false" }), plain), "dark");
  assert.equal(hostTheme(make({ "data-jp-theme-light": "true" }), plain), "light");
  assert.equal(hostTheme(make({ "data-vscode-theme-kind": "vscode-high-contrast" }), plain), "dark");
  assert.equal(hostTheme(make({ class: "vscode-light" }), plain), "light");
  assert.equal(hostTheme(plain, make({ theme: "dark" })), "dark");
});

test("the theme follows the host while it runs", async () => {
  const { host } = show();
  document.body.setAttribute("data-jp-theme-light", "false");
  await turn();
  assert.equal(host.dataset["theme"], "dark");
  document.body.setAttribute("data-jp-theme-light", "true");
  await turn();
  assert.equal(host.dataset["theme"], "light");
  document.body.removeAttribute("data-jp-theme-light");
});

test("a theme that Python asks for is believed before the host's", () => {
  const { model, host } = show();
  document.body.setAttribute("data-jp-theme-light", "true");
  model.set("theme", "dark");
  assert.equal(host.dataset["theme"], "dark");
  model.set("theme", "auto");
  assert.equal(host.dataset["theme"], "light");
  document.body.removeAttribute("data-jp-theme-light");
});

test("a box opens by a press and closes by a press on its title; the step stays", () => {
  const { host, shadow, get } = show(folded, 1);
  const node = (id: string): Element | null => shadow.querySelector(`.mg-node[data-id="${id}"]`);
  assert.equal(node("mul"), null);
  assert.equal(node("g")?.getAttribute("aria-expanded"), "false");
  assert.equal(node("g")?.getAttribute("aria-current"), "step");
  node("g")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  node("h")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  assert.equal(node("mul")?.getAttribute("aria-current"), "step");
  assert.ok(get(".mg-frame").classList.contains("mg-node"));
  assert.equal(host.dataset["position"], "1");
  node("g")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  assert.equal(node("mul"), null);
});

test("Enter opens the box that has the focus, which keeps it", () => {
  const { shadow, get } = show(folded);
  get<SVGElement>('.mg-node[data-id="g"]').focus();
  press(get('.mg-node[data-id="g"]'), "Enter");
  assert.ok(shadow.querySelector('.mg-node[data-id="h"]'));
  assert.equal(shadow.activeElement?.getAttribute("data-id"), "g");
});

test("what is found is unfolded and has the focus", () => {
  const { shadow, get } = show(folded);
  press(get(".mg-card"), "/");
  const field = get<HTMLInputElement>(".mg-search-field");
  assert.equal(shadow.activeElement, field);
  field.value = "mul";
  field.dispatchEvent(new MouseEvent("input"));
  assert.equal(shadow.querySelectorAll("[role=option]").length, 1);
  press(field, "Enter");
  assert.equal(shadow.activeElement?.getAttribute("data-id"), "mul");
  assert.ok(get<HTMLElement>(".mg-search").hidden);
});

test("keys that are typed into the field are text", () => {
  const { host, get } = show(folded);
  get(".mg-search-button").click();
  const field = get<HTMLInputElement>(".mg-search-field");
  for (const key of ["ArrowRight", "End", " ", "f"]) press(field, key);
  assert.equal(host.dataset["position"], "0");
  assert.equal(get(".mg-follow").getAttribute("aria-pressed"), "false");
  press(field, "Escape");
  assert.ok(get<HTMLElement>(".mg-search").hidden);
});

test("following opens the boxes around the step and closes them behind it", () => {
  const { model, shadow, get } = show(folded);
  press(get(".mg-card"), "f");
  assert.equal(get(".mg-follow").getAttribute("aria-pressed"), "true");
  model.set("position", 1);
  assert.ok(shadow.querySelector('.mg-node[data-id="mul"]'));
  model.set("position", 2);
  assert.equal(shadow.querySelector('.mg-node[data-id="mul"]'), null);
});

test("a box that the reader has opened stays open while following", () => {
  const { model, shadow, get } = show(folded);
  get('.mg-node[data-id="g"]').dispatchEvent(new MouseEvent("click", { bubbles: true }));
  press(get(".mg-card"), "f");
  model.set("position", 1);
  model.set("position", 2);
  assert.ok(shadow.querySelector('.mg-node[data-id="h"]'));
  assert.equal(shadow.querySelector('.mg-node[data-id="mul"]'), null);
});

test("a packed document is played when it is unpacked", async () => {
  const data = gzipSync(JSON.stringify(linear));
  const model = new FakeModel({
    document: { format: "minigrad.play+gzip", data: new DataView(data.buffer, data.byteOffset, data.byteLength) },
    position: 3,
  });
  const el = document.createElement("div");
  document.body.append(el);
  cleanUp.push(render({ model, el }));
  const shadow = el.querySelector(".mg-player")?.shadowRoot;
  for (let i = 0; i < 200 && !shadow?.querySelector(".mg-card"); i++) await new Promise((done) => setTimeout(done, 5));
  assert.equal(shadow?.querySelector(".mg-step")?.textContent, "3/10");
});
