/** Formulas: a JSON tree becomes MathML, by a whitelist of tags and without attributes. */

import type { MathTree } from "./document";
import { plain } from "./text";

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

const TAGS: ReadonlySet<string> = new Set(
  "math mrow mi mn mo mtext mfrac msup msub msubsup munder mover munderover msqrt mroot mspace mtable mtr mtd".split(
    " ",
  ),
);
const DEPTH = 40; // a formula that nests deeper than this is none

/** The tree as a node; an unknown tag becomes an `mrow`, so that its texts still show. */
export function mathNode(tree: MathTree, depth = 0): Node {
  if (typeof tree === "string") return document.createTextNode(plain(tree, 400));
  if (!Array.isArray(tree) || depth > DEPTH) return document.createTextNode("");
  const tag = tree[0];
  const element = document.createElementNS(NAMESPACE, TAGS.has(tag) ? tag : "mrow");
  for (const child of tree.slice(1)) {
    const node = mathNode(child, depth + 1);
    const bare = node.nodeType === Node.TEXT_NODE && !TOKENS.has(element.localName);
    element.append(bare ? wrap(node) : node);
  }
  return element;
}

const TOKENS: ReadonlySet<string> = new Set(["mi", "mn", "mo", "mtext"]);

/** A text that stands loose between formulas. */
function wrap(text: Node): Element {
  const element = document.createElementNS(NAMESPACE, "mtext");
  element.append(text);
  return element;
}

/** A whole formula, inside its `math` element whatever the tree begins with. */
export function formula(tree: MathTree): Element {
  const node = mathNode(tree);
  if (node instanceof Element && node.localName === "math") return node;
  const root = document.createElementNS(NAMESPACE, "math");
  root.append(node.nodeType === Node.TEXT_NODE ? wrap(node) : node);
  return root;
}
