/** The two kinds of node: an ellipse for a variable, a rectangle for an operator; and the boxes they take up. */

import type { Box } from "./chips";
import { type Operator, say, type Variable, type Words } from "./document";
import { svg } from "./dom";
import { tagElements } from "./marks";
import { columns, fitFont, fitText, shorten } from "./text";
import { type ClosedBox, type Frame, TITLE } from "./unfold";

const LONGEST_LABEL = 160;
const NOTE_HEIGHT = 18;
const SAVED_FONT = 9.6;

function node(id: string, label: string, ...classes: string[]): SVGGElement {
  return svg("g", {
    class: ["mg-node", ...classes].join(" "),
    "data-id": id,
    role: "button",
    tabindex: -1,
    "aria-label": shorten(label, LONGEST_LABEL),
  });
}

export function variableNode(variable: Variable): SVGGElement {
  const { x, y, rx, ry, name, shape, leaf, expression, requires_grad } = variable;
  const element = node(variable.id, variable.label, "mg-variable");
  element.classList.toggle("mg-leaf", leaf);
  element.classList.toggle("mg-constant", !requires_grad);
  const room = 2 * rx - 14;
  const letter = expression ? 0.61 : 0.52;
  const font = fitFont(name, room, variable.font, Math.min(variable.font, 10), letter);
  const shapeFont = fitFont(shape, room, 9.5, 7);
  // The name's small letters are centred above the shape, whatever its size.
  const caption = svg(
    "text",
    {
      class: expression ? "mg-name mg-code" : "mg-name",
      x,
      y: y - 3.2 + font * 0.225,
      "text-anchor": "middle",
    },
    fitText(name, room, font, letter),
  );
  caption.style.fontSize = `${font}px`;
  const under = svg(
    "text",
    { class: "mg-shape", x, y: y + ry * 0.64, "text-anchor": "middle" },
    fitText(shape, room, shapeFont),
  );
  under.style.fontSize = `${shapeFont}px`;
  element.append(
    svg("ellipse", { class: "mg-halo", cx: x, cy: y, rx: rx + 8, ry: ry + 8 }),
    ...(leaf ? [svg("ellipse", { class: "mg-ring", cx: x, cy: y, rx: rx + 4, ry: ry + 4 })] : []),
    svg("ellipse", { class: "mg-body", cx: x, cy: y, rx, ry }),
    caption,
    under,
    ...tagElements(variable.tags ?? []),
  );
  return element;
}

export function operatorNode(operator: Operator): SVGGElement {
  const { x, y, w, h, glyph, name, line, saved } = operator;
  const element = node(operator.id, operator.label, "mg-operator");
  const [left, top] = [x - w / 2, y - h / 2];
  const glyphFont = fitFont(glyph, w - 12, columns(glyph) > 2 ? 16 : 23, 9, 0.6); // a word is no sign
  const nameFont = fitFont(name, w - 8, 9, 6, 0.78);
  const glyphText = svg(
    "text",
    { class: "mg-glyph", x, y: y - 4 + glyphFont * 0.35, "text-anchor": "middle" },
    fitText(glyph, w - 6, glyphFont, 0.6),
  );
  glyphText.style.fontSize = `${glyphFont}px`;
  const nameText = svg(
    "text",
    { class: "mg-op-name", x, y: y + h / 2 - 7, "text-anchor": "middle" },
    fitText(name, w - 6, nameFont, 0.74),
  );
  nameText.style.fontSize = `${nameFont}px`;
  element.classList.toggle("mg-constant", !operator.requires_grad);
  element.append(
    svg("rect", { class: "mg-halo", x: left - 4, y: top - 4, width: w + 8, height: h + 8, rx: 12 }),
    svg("rect", { class: "mg-body", x: left, y: top, width: w, height: h, rx: 8 }),
    glyphText,
    nameText,
  );
  if (line) {
    element.append(
      svg("text", { class: "mg-line", x: x + w / 2, y: top - 6, "text-anchor": "end" }, fitText(line, 90, 9.5)),
    );
  }
  if (saved) {
    const box = savedBox(operator);
    element.append(
      svg("rect", { class: "mg-saved-box", x: box.x, y: box.y, width: box.w, height: box.h, rx: 5 }),
      svg(
        "text",
        { class: "mg-saved", x, y: box.y + 12, "text-anchor": "middle" },
        fitText(saved, box.w - 8, SAVED_FONT),
      ),
    );
  }
  element.append(...tagElements(operator.tags ?? []));
  return element;
}

const SHUT = "M0 -4.5L5.5 0L0 4.5Z";
const OPEN = "M-4.5 -2L4.5 -2L0 3.5Z";

/** A closed box: its title, what is in it, and below them, from the caller, the value that it gives. */
export function boxNode({ group, x, y }: ClosedBox, words: Words): SVGGElement {
  const { w, h, title, subtitle, id, label } = group;
  const [left, top] = [x - w / 2, y - h / 2];
  const element = node(id, `${label}, ${say(words, "fold_open", { title })}`, "mg-box");
  element.setAttribute("aria-expanded", "false");
  const rect = (inset: number, name: string): SVGRectElement =>
    svg("rect", { class: name, x: left + inset, y: top - inset, width: w, height: h, rx: 9 });
  element.append(
    svg("rect", { class: "mg-halo", x: left - 4, y: top - 4, width: w + 8, height: h + 8, rx: 12 }),
    rect(6, "mg-box-back"),
    rect(3, "mg-box-back"),
    rect(0, "mg-body"),
    svg("path", { class: "mg-fold-mark", d: SHUT, transform: `translate(${left + 12} ${top + 17})` }),
    svg("text", { class: "mg-box-title", x: left + 24, y: top + 21.5 }, fitText(title, w - 34, 13, 0.6)),
    svg("text", { class: "mg-box-subtitle", x: left + 24, y: top + 36 }, fitText(subtitle, w - 34, 10, 0.56)),
  );
  return element;
}

/** An open box: a frame with its title, which closes it. */
export function frameNode({ group, x, y, w, h }: Frame, words: Words): SVGGElement {
  const { title, subtitle, id, label } = group;
  const [left, top] = [x - w / 2, y - h / 2];
  const element = node(id, `${label}, ${say(words, "fold_close", { title })}`, "mg-frame");
  element.setAttribute("aria-expanded", "true");
  const room = Math.max(w - 40, 40);
  const name = fitText(title, room, 12.5, 0.6);
  const used = columns(name) * 12.5 * 0.6 + 12;
  element.append(
    svg("rect", { class: "mg-body", x: left, y: top, width: w, height: h, rx: 11 }),
    svg("rect", { class: "mg-halo", x: left, y: top, width: w, height: TITLE, rx: 11 }),
    svg("path", { class: "mg-fold-mark", d: OPEN, transform: `translate(${left + 17} ${top + 15.5})` }),
    svg("text", { class: "mg-box-title", x: left + 29, y: top + 20 }, name),
    svg(
      "text",
      { class: "mg-box-subtitle", x: left + 29 + used, y: top + 19.6 },
      room - used > 60 ? fitText(subtitle, room - used, 10, 0.56) : "",
    ),
  );
  return element;
}

function savedBox({ x, y, w, h, saved }: Operator): Box {
  const width = Math.min(Math.max(columns(saved ?? "") * SAVED_FONT * 0.61 + 14, 48), w + 64);
  return { x: x - width / 2, y: y + h / 2 + 8, w: width, h: 17 };
}

/** How high a dock is: its rows and the note below them. */
export function dockBox({ dock, requires_grad }: Variable): Box {
  const rows = requires_grad ? 2 : 1;
  return { x: dock.x, y: dock.y, w: dock.w, h: rows * dock.row_h + (rows - 1) * dock.gap };
}

/** All that belongs to a variable, for the camera. */
export function variableBoxes(variable: Variable): Box[] {
  const { x, y, rx, ry } = variable;
  // An ellipse leaves the corners of its rectangle free.
  const [wide, high] = [rx + 4, ry + 4];
  return [
    { x: x - wide, y: y - 0.6 * high, w: 2 * wide, h: 1.2 * high },
    { x: x - 0.8 * wide, y: y - high, w: 1.6 * wide, h: 2 * high },
    dockBox(variable),
    ...tagBoxes(variable),
  ];
}

/** All that belongs to an operator: its box, the line above and the tag below. */
export function operatorBoxes(operator: Operator): Box[] {
  const { x, y, w, h } = operator;
  const boxes = [{ x: x - w / 2, y: y - h / 2, w, h }];
  if (operator.line) boxes.push({ x: x - w / 2, y: y - h / 2 - 16, w, h: 16 });
  if (operator.saved) boxes.push(savedBox(operator));
  return [...boxes, ...tagBoxes(operator)];
}

const tagBoxes = ({ tags }: Variable | Operator): Box[] =>
  (tags ?? []).map(({ x, y, w }) => ({ x: x - w / 2, y: y - 7.5, w, h: 15 }));

/** Where the badge of a dock's row stands, beside it. */
export function badgeBox({ dock }: Variable, row: "value" | "grad"): Box {
  const y = dock.y + (row === "grad" ? dock.row_h + dock.gap : 0);
  return { x: dock.x + dock.w + 4, y, w: 31, h: dock.row_h };
}

/** The line under a dock where its note stands. */
export function noteBox(variable: Variable): Box {
  const dock = dockBox(variable);
  return { x: dock.x, y: dock.y + dock.h, w: dock.w, h: NOTE_HEIGHT };
}
