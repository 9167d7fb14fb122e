/** The style sheet, as one text; what changes the look of something stands behind it. */

import boxes from "./styles/boxes.css";
import canvas from "./styles/canvas.css";
import card from "./styles/card.css";
import controls from "./styles/controls.css";
import docks from "./styles/docks.css";
import edges from "./styles/edges.css";
import explanation from "./styles/explanation.css";
import motion from "./styles/motion.css";
import narrow from "./styles/narrow.css";
import nodes from "./styles/nodes.css";
import panes from "./styles/panes.css";
import source from "./styles/source.css";
import tokens from "./styles/tokens.css";

const graph = [canvas, edges, nodes, boxes, docks, motion];

export default [tokens, card, ...graph, panes, source, explanation, narrow, controls].join("\n");
