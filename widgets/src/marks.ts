/** What is drawn beside the nodes and lanes: tags on nodes, scissors where a lane ends, hulls around what belongs together. */

import type { Edge, Hull, Tag } from "./document";
import { svg } from "./dom";
import { pathData } from "./path";
import { fitText } from "./text";

const TAG_HEIGHT = 15;
const TAG_FONT = 9.6;
const BAND = 22;
const ICONS: Readonly<Partial<Record<Tag["kind"], string>>> = {
  // a pin: head, needle; an arrow that leaves a box
  pin: "M2.2 1h4.6M3 1v2.6L1.8 5.2h5.4L6 3.6V1M4.5 5.2V8.6",
  fault: "M1.5 1.5 8 8M8 1.5 1.5 8",
  escape: "M4 1.6H1.4v6h6V5M5 1h3.4v3.4M8.2 1.2 4.4 5",
};

/** The tags of a node, each a pill with its text and, for some, a small drawing. */
export function tagElements(tags: readonly Tag[]): SVGGElement[] {
  return tags.map(({ kind, text, x, y, w }) => {
    const icon = ICONS[kind];
    const left = x - w / 2;
    const shift = icon ? 5 : 0;
    return svg(
      "g",
      { class: `mg-tag mg-tag-${kind}` },
      svg("rect", { x: left, y: y - TAG_HEIGHT / 2, width: w, height: TAG_HEIGHT, rx: 4 }),
      icon ? svg("path", { class: "mg-tag-icon", d: icon, transform: `translate(${left + 5} ${y - 4.8})` }) : null,
      svg("text", { x: x + shift, y: y + 3.3, "text-anchor": "middle" }, fitText(text, w - (icon ? 16 : 6), TAG_FONT)),
    );
  });
}

/** Where a gradient lane is cut: what is left of it, and the scissors. */
export function cutElement({ cut, scissors }: Pick<Edge, "cut" | "scissors">): SVGGElement | null {
  if (!cut || !scissors) return null;
  const { x, y, stub } = scissors;
  return svg(
    "g",
    { class: `mg-cut mg-cut-${cut}` },
    svg("path", { class: "mg-cut-stub", d: pathData(stub) }),
    svg("circle", { class: "mg-cut-ground", cx: x, cy: y, r: 8 }),
    svg(
      "g",
      { class: "mg-scissors", transform: `translate(${x} ${y})` },
      svg("circle", { cx: -4, cy: -2.9, r: 1.9 }),
      svg("circle", { cx: -4, cy: 2.9, r: 1.9 }),
      svg("path", { d: "M-2.5 -1.8L6 3.4M-2.5 1.8L6 -3.4" }),
    ),
  );
}

/** The hatching that hulls refer to. */
export function hatching(): SVGDefsElement {
  return svg(
    "defs",
    {},
    svg(
      "pattern",
      {
        id: "mg-hatch",
        width: 7,
        height: 7,
        patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      },
      svg("path", { class: "mg-hatch", d: "M0 0V7" }),
    ),
  );
}

/** A hull: its edge, its ground, and for no_grad its hatching, each over the whole of its boxes and bands. */
export function hullElement({ kind, label, boxes, bands, x, y }: Hull): SVGGElement {
  const layer = (name: string, more: number): SVGGElement =>
    svg(
      "g",
      { class: `mg-hull-${name}` },
      ...bands.map((band) => svg("path", { class: "mg-hull-band", d: pathData(band), "stroke-width": BAND + more })),
      ...boxes.map(([left, top, width, height]) =>
        svg("rect", {
          x: left - more / 2,
          y: top - more / 2,
          width: width + more,
          height: height + more,
          rx: 10 + more / 2,
        }),
      ),
    );
  return svg(
    "g",
    { class: `mg-hull mg-hull-of-${kind}`, "aria-hidden": "true" },
    layer("edge", 2),
    layer("ground", 0),
    ...(kind === "no_grad" ? [layer("hatch", 0)] : []),
    svg("text", { class: "mg-hull-label", x, y }, label),
  );
}
