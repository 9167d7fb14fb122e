/** The style sheet, as one text. */

import card from "./styles/card.css";
import controls from "./styles/controls.css";
import graph from "./styles/graph.css";
import panes from "./styles/panes.css";
import tokens from "./styles/tokens.css";

export default [tokens, card, graph, panes, controls].join("\n");
