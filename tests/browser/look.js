// Questions about the picture that a player shows: each takes its host and returns what is wrong, as rows of texts.

const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
const all = (root, selector) => [...(root.shadowRoot ?? root).querySelectorAll(selector)].filter(visible);
const named = (element) => {
  const owner = element.closest("[data-id]");
  const text = element.textContent || element.parentElement.querySelector("text")?.textContent || "";
  return `${owner ? `${owner.dataset.id} ` : ""}${element.getAttribute("class") ?? element.parentElement.getAttribute("class")} "${text}"`;
};

/** The parts of the graph that one wants to read; an empty text takes no room. */
const BOXES = [
  ".mg-node .mg-body",
  ".mg-node .mg-line",
  ".mg-saved-box",
  ".mg-dock-box",
  ".mg-dock-badge rect",
  ".mg-dock-note",
  ".mg-tag rect",
  ".mg-pill rect",
  ".mg-chip rect",
].join();

/** Whether two parts cover each other: an ellipse counts as what it is, not as the rectangle around it. */
function covers(a, b) {
  const [p, q] = [a.room, b.room];
  const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
  const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
  if (wide <= 1 || high <= 1) return false;
  if (b.element.tagName === "ellipse" && a.element.tagName !== "ellipse") return covers(b, a);
  if (a.element.tagName !== "ellipse") return true;
  const [x, y] = [(p.left + p.right) / 2, (p.top + p.bottom) / 2];
  const dx = Math.max(q.left - x, 0, x - q.right) / (p.width / 2);
  const dy = Math.max(q.top - y, 0, y - q.bottom) / (p.height / 2);
  return dx * dx + dy * dy < 0.97;
}

/** A closed box holds the numbers of the value that it gives. */
const holds = (a, b) => a.matches(".mg-box .mg-body") && a.closest(".mg-box").contains(b);

function overlaps(root) {
  const boxes = all(root, BOXES)
    .map((element) => ({ element, room: element.getBoundingClientRect() }))
    .filter(({ room }) => room.width > 0);
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .flatMap((b) =>
        covers(a, b) && !holds(a.element, b.element) ? [[named(a.element), named(b.element)]] : [],
      ),
  );
}

/** The box in which a text stands, where it has one. */
const boxOf = (text) => {
  if (text.matches(".mg-line, .mg-dock-note")) return null;
  if (text.matches(".mg-saved")) return text.parentElement.querySelector(".mg-saved-box");
  return text.parentElement.querySelector(":scope > .mg-body, :scope > .mg-mark-shape, :scope > rect:not(.mg-halo)");
};

function spilling(root) {
  const inGraph = all(root, "svg text").flatMap((text) => {
    const box = boxOf(text)?.getBoundingClientRect();
    const room = text.getBoundingClientRect();
    if (!box || room.width === 0) return [];
    // the letters may touch no edge to the left or right; above and below, a line of text is higher than its letters
    const inside = room.left >= box.left && room.right <= box.right && room.top >= box.top - 3 && room.bottom <= box.bottom + 3;
    return inside ? [] : [[named(text)]];
  });
  const pane = root.getBoundingClientRect();
  const outside = all(root, ".mg-row, .mg-row *, .mg-sentence, .mg-title").filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (left < pane.left - 1 || right > pane.right + 1) && !element.closest(".mg-scroll");
  });
  return [...inGraph, ...outside.map((element) => [named(element)])];
}

/** Whatever of the graph lies beyond the drawing's own edge, where it would be cut off. */
function outside(root) {
  const stage = all(root, ".mg-stage")[0];
  const { left, top, right, bottom } = stage.getBoundingClientRect();
  return all(root, `${BOXES}, .mg-edges path, .mg-hull rect, .mg-cuts path`).flatMap((element) => {
    if (!stage.contains(element)) return []; // of the legend
    const room = element.getBoundingClientRect();
    const beyond = room.left < left - 1 || room.right > right + 1 || room.top < top - 1 || room.bottom > bottom + 1;
    return beyond && room.width > 0 ? [[named(element)]] : [];
  });
}

/** A colour as the browser paints it over another. */
function paint(colour, ground) {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  const scale = colour.startsWith("color(srgb ") ? 255 : 1;
  return [r, g, b].map((channel, i) => channel * scale * a + ground[i] * (1 - a));
}
const luminance = (colour) => {
  const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

/** The colour behind an element of the page: the first painted ancestor's. */
function groundOf(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour.startsWith("rgb(")) return paint(colour, [255, 255, 255]);
  }
  return [255, 255, 255];
}

function faint(root) {
  return all(root, "svg text").flatMap((text) => {
    if (!text.textContent) return [];
    const { fill, fontSize, fontWeight } = getComputedStyle(text);
    const canvas = groundOf(text.closest("svg").parentElement);
    const box = boxOf(text);
    const boxFill = box ? getComputedStyle(box).fill : "none";
    const ground = boxFill !== "none" ? paint(boxFill, canvas) : canvas;
    // white and bold on orange is 4:1; what is pending or freed is out of play, and fades on purpose
    const resting = text.closest(".mg-pending, .mg-freed, .mg-constant");
    const wanted = resting || Number(fontWeight) >= 600 || Number.parseFloat(fontSize) >= 18.66 ? 3 : 4.5;
    const ratio = contrast(paint(fill, ground), ground);
    return ratio >= wanted ? [] : [[named(text), `${fill} on ${boxFill}`, ratio.toFixed(2)]];
  });
}

/** Numbers that rest on a lane, and pulses that rest on a pill or on one another. */
function hidden(root) {
  const bounds = (selector) => all(root, selector).map((element) => [element, element.getBoundingClientRect()]);
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const points = all(root, ".mg-lane").flatMap((lane) => {
    const [length, matrix] = [lane.getTotalLength(), lane.getScreenCTM()];
    return Array.from({ length: Math.ceil(length / 4) }, (_, k) => lane.getPointAtLength(4 * k).matrixTransform(matrix));
  });
  const inside = ({ left, right, top, bottom }) => ({ x, y }) => x > left && x < right && y > top + 1 && y < bottom - 1;
  const pulses = bounds(".mg-pulse");
  const pills = bounds(".mg-pill rect");
  return [
    ...bounds(".mg-chip rect").flatMap(([chip, box]) => (points.some(inside(box)) ? [["on a lane", named(chip)]] : [])),
    ...pulses.flatMap(([, box], k) => [
      ...pills.flatMap(([pill, other]) => (meet(box, other) ? [["a pulse on", named(pill)]] : [])),
      ...pulses.slice(k + 1).flatMap(([, other]) => (meet(box, other) ? [["a pulse on a pulse"]] : [])),
    ]),
  ];
}

/** Walk from the start to the end, by the button that steps, and ask questions of each picture as it comes to rest. */
async function walk(root, questions) {
  const card = root.shadowRoot.querySelector(".mg-card");
  const moves = () => card.matches(".mg-moving") || card.getAnimations({ subtree: true }).length > 0;
  const found = [];
  card.focus();
  card.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true, composed: true }));
  for (let position = 0; position <= Number(root.dataset.steps); position += 1) {
    if (position > 0) card.querySelector(".mg-forward").click();
    do await new Promise(requestAnimationFrame);
    while (moves());
    if (root.dataset.position !== String(position)) throw new Error(`${root.dataset.position} instead of ${position}`);
    for (const question of questions) for (const row of question(root)) found.push([position, question.name, ...row]);
  }
  return found;
}
