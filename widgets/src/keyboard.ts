/** Which key does what; a key that is used goes no further. */

export type Command =
  | "forward"
  | "back"
  | "toggle"
  | "first"
  | "last"
  | "help"
  | "escape"
  | "search"
  | "follow"
  | "pick"
  | "zoom-in"
  | "zoom-out"
  | "zoom-fit"
  | "roam-left"
  | "roam-right"
  | "roam-up"
  | "roam-down";

/** What has the focus: a node of the graph, the slider, a button, or anything else of the player. */
export type Place = "node" | "slider" | "button" | "other";

export interface Press {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

const EVERYWHERE: Readonly<Record<string, Command>> = {
  ArrowRight: "forward",
  ArrowLeft: "back",
  Home: "first",
  End: "last",
  "?": "help",
  Escape: "escape",
  "/": "search",
  f: "follow",
  F: "follow",
};

const ON_A_NODE: Readonly<Record<string, Command>> = {
  ArrowLeft: "roam-left",
  ArrowRight: "roam-right",
  ArrowUp: "roam-up",
  ArrowDown: "roam-down",
  Enter: "pick",
  "+": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
  "0": "zoom-fit",
};

const ON_THE_SLIDER: Readonly<Record<string, Command>> = {
  ArrowUp: "forward",
  ArrowDown: "back",
  PageUp: "forward",
  PageDown: "back",
};

/** The command of a key press at a place; null leaves the key to the page. */
export function commandOf({ key, altKey, ctrlKey, metaKey }: Press, place: Place): Command | null {
  if (altKey || ctrlKey || metaKey) return null;
  // A button keeps the keys that press it.
  if (key === " ") return place === "button" ? null : "toggle";
  if (place === "node" && ON_A_NODE[key]) return ON_A_NODE[key] ?? null;
  if (place === "slider" && ON_THE_SLIDER[key]) return ON_THE_SLIDER[key] ?? null;
  return EVERYWHERE[key] ?? null;
}
