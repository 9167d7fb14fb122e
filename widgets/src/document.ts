/** The play document: what Python decides and this page plays. Plain JSON, version 1. */

/** A place in the cell: first line, first column, last line, column after the end; columns count characters. */
export type Span = readonly [line: number, column: number, endLine: number, endColumn: number];

/** A formula as a tree of MathML: a tag and its children, or a text. */
export type MathTree = string | MathElement;
export interface MathElement extends ReadonlyArray<MathTree> {
  readonly 0: string;
}

/** One array, ready to be shown: number cells up to 8 elements, a heat map up to 1,000, else a line of statistics. */
export interface Value {
  readonly shape: readonly number[];
  readonly kind: "cells" | "heat" | "stats";
  readonly text: readonly string[];
  readonly numbers: readonly (number | null)[];
  readonly rows: number;
  readonly cols: number;
  readonly summary: string;
}

export interface Dock {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly label_w: number;
  readonly cell_w: number;
  readonly row_h: number;
  readonly gap: number;
}

/** A small mark on a node: a hook, a pin, a version, numbers that leave the graph. */
export interface Tag {
  readonly kind: "version" | "hook" | "pin" | "escape" | "fault" | "more";
  readonly text: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

export interface Variable {
  readonly id: string;
  readonly name: string;
  readonly full_name: string;
  readonly expression: boolean;
  readonly shape: string;
  readonly dtype: string;
  readonly leaf: boolean;
  readonly requires_grad: boolean;
  readonly label: string;
  readonly span: Span | null;
  readonly cells: number;
  readonly value: Value | null;
  readonly value_label: string;
  readonly grad_label: string | null;
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly font: number;
  readonly dock: Dock;
  /** The innermost box that it stands in; its place is then one inside of that box. */
  readonly group?: string;
  readonly tags?: readonly Tag[];
}

export interface Operator {
  readonly id: string;
  readonly glyph: string;
  readonly name: string;
  readonly title: string;
  readonly label: string;
  readonly line: string | null;
  readonly span: Span | null;
  readonly saved: string | null;
  readonly requires_grad: boolean;
  readonly sentence: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** Whether its lines may come in another order than its operands. */
  readonly commutes?: boolean;
  readonly tags?: readonly Tag[];
  readonly group?: string;
}

/** One command of a path, in absolute coordinates. */
export type PathCommand =
  | readonly ["M" | "L", number, number]
  | readonly ["C", number, number, number, number, number, number];

export interface Edge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly slot: number;
  readonly gradient: boolean;
  readonly chip: { readonly text: string; readonly x: number; readonly y: number; readonly w: number } | null;
  readonly value_path: readonly PathCommand[];
  readonly gradient_path: readonly PathCommand[];
  /** Why no gradient comes back here, though its source requires one. */
  readonly cut?: "detach" | "no_grad" | "op" | null;
  /** Where the source is far away: its name once more, from which the line comes. */
  readonly reference?: {
    readonly variable: string;
    readonly text: string;
    readonly x: number;
    readonly y: number;
    readonly w: number;
  } | null;
  /** Where the scissors lie, and the stub of the gradient lane that they end. */
  readonly scissors?: { readonly x: number; readonly y: number; readonly stub: readonly PathCommand[] } | null;
}

/** A part of the graph that belongs together: boxes, and bands along the edges inside. */
export interface Hull {
  readonly kind: "no_grad" | "recorded";
  readonly label: string;
  readonly members: readonly string[];
  readonly boxes: readonly (readonly [x: number, y: number, w: number, h: number])[];
  readonly bands: readonly (readonly PathCommand[])[];
  readonly x: number;
  readonly y: number;
  /** In a folded graph: the box that it stands in, and the wires along which its bands run. */
  readonly group?: string | null;
  readonly wires?: readonly string[];
}

/** Ops that are shown as one box until it is opened. Places are those in the box around it. */
export interface Group {
  readonly id: string;
  readonly parent: string | null;
  readonly kind: "scope" | "function" | "loop" | "round" | "rounds" | "line" | "part";
  readonly title: string;
  readonly subtitle: string;
  readonly label: string;
  readonly count: number;
  /** The variables in it that are used outside. */
  readonly gives: readonly string[];
  readonly span: Span | null;
  /** The closed box: its middle and its size. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** Where its column begins and ends; null where parts of the level are stacked. */
  readonly column: readonly [left: number, right: number] | null;
  /** The value whose rows the closed box bears. */
  readonly shows: {
    readonly variable: string;
    readonly value_label: string;
    readonly cells: number;
    readonly dock: Dock;
  } | null;
  /** The size of the open box. */
  readonly inner: { readonly w: number; readonly h: number };
}

/** A line of a folded graph, inside of one box: edges are cut where they enter or leave a box. */
export interface Wire {
  readonly id: string;
  readonly group: string | null;
  /** A node, a box, or a port: the box's id, `<` or `>`, and the variable that comes in or goes out. */
  readonly source: string;
  readonly target: string;
  readonly slot: number;
  readonly gradient: boolean;
  /** The edges that it is a part of. */
  readonly edges: readonly string[];
  readonly chip: Edge["chip"];
  readonly scissors?: Edge["scissors"];
  readonly reference?: Edge["reference"];
  readonly value_path: readonly PathCommand[];
  readonly gradient_path: readonly PathCommand[];
}

export interface Graph {
  readonly width: number;
  readonly height: number;
  readonly variables: readonly Variable[];
  readonly operators: readonly Operator[];
  readonly edges: readonly Edge[];
  readonly hulls?: readonly Hull[];
  /** A folded graph has boxes, an outer one before those inside, and wires; its edges have no paths. */
  readonly groups?: readonly Group[];
  readonly wires?: readonly Wire[];
}

export type Lane = "value" | "gradient";
export type Phase = "forward" | "backward";

/** From this step on, that row of that variable's dock shows this. */
export interface Effect {
  readonly variable: string;
  readonly row: "value" | "grad";
  readonly state: "shown" | "flight" | "freed" | "stored" | "none";
  readonly value: Value | null;
  readonly badge: string | null;
  readonly note: string | null;
  /** What the row is called from here on, where that is not the variable's own label. */
  readonly label?: string;
}

export interface Flow {
  readonly edge: string;
  readonly lane: Lane;
  readonly chip: string | null;
}

export interface Term {
  readonly caption: string;
  readonly role: "upstream" | "local" | "sent" | "value" | "grad";
  readonly value: Value;
  readonly code: string | null;
}

/** One equation; its terms are boxes of numbers with symbols between them. */
export interface Row {
  readonly kind: string;
  readonly left: MathTree | null;
  readonly terms: readonly (Term | string)[];
  readonly then: { readonly badge: string | null; readonly text: string } | null;
}

export interface Link {
  readonly text: string;
  readonly factor: string | null;
  readonly state: "seed" | "done" | "active" | "pending";
}

export interface Step {
  readonly phase: Phase;
  /** Which backward pass, from 1. */
  readonly pass?: number;
  /** A recorded backward pass ran this op. */
  readonly recorded?: boolean;
  /** "refused": an op or a node that did not run; it is the last step of its cell. */
  readonly kind: "op" | "seed" | "node" | "accumulate" | "refused";
  readonly mark: { readonly shape: "op" | "seed" | "leaf"; readonly text: string };
  readonly focus: string | null;
  readonly title: string;
  readonly where: { readonly text: string; readonly code: string | null } | null;
  readonly rule: string | null;
  readonly sentence: string;
  readonly lines: readonly number[];
  readonly span: Span | null;
  readonly rows: readonly Row[];
  readonly chain: { readonly caption: string; readonly links: readonly Link[] } | null;
  readonly flows: readonly Flow[];
  readonly effects: readonly Effect[];
  readonly spoken: string;
  /** The operators whose saved tensors are freed here. */
  readonly released?: readonly string[];
  /** Source that is not beside the graph: a backward of the user's in another cell or file. */
  readonly aside?: { readonly title: string; readonly lines: readonly { number: number; text: string }[] } | null;
}

export interface Start {
  readonly title: string;
  readonly sentence: string;
  readonly spoken: string;
  readonly effects: readonly Effect[];
}

export interface SourceLine {
  readonly number: number;
  readonly text: string;
  readonly kind: "magic" | "code" | "added";
  readonly glyphs?: readonly string[];
}

export interface Message {
  readonly kind: "error" | "note";
  readonly text: string;
  readonly line: number | null;
  readonly places?: readonly Fault[];
}

/** A place that a message is about. */
export interface Fault {
  readonly kind: "saved" | "modified" | "cut" | "freed" | "used" | "refused";
  readonly node: string | null;
  readonly span: Span | null;
  readonly label: string;
  readonly text: string;
}

export interface PlayDocument {
  readonly format: "minigrad.play";
  readonly version: 1;
  readonly language: string;
  readonly title: { readonly code: string; readonly call: string | null };
  readonly words: Words;
  readonly source: { readonly lines: readonly SourceLine[] };
  readonly message: Message | null;
  readonly graph: Graph;
  readonly start: Start;
  readonly steps: readonly Step[];
  /** The call of each backward pass. */
  readonly passes?: readonly string[];
}

/** Every text that the page itself needs; Python fills it in the reader's language. Braces name what is put in. */
export interface Words {
  /** The phases, as pills, over the timeline and in its spoken value. */
  readonly forward: string;
  readonly backward: string;
  /** Of several backward passes: {k}, {n}. */
  readonly pass: string;
  readonly pass_short: string;
  /** Ops that a recorded backward pass ran. */
  readonly recorded: string;
  /** Beside the pill of the running phase: {k}, {n}. */
  readonly step: string;

  /** Names of regions: {code} is the expression. */
  readonly player: string;
  readonly graph: string;
  readonly source: string;
  readonly explanation: string;
  readonly playback: string;

  /** The controls. */
  readonly first: string;
  readonly back: string;
  readonly play: string;
  readonly pause: string;
  readonly replay: string;
  readonly next: string;
  readonly last: string;
  /** {rate} is 0.5, 1 or 2. */
  readonly speed: string;
  readonly timeline: string;
  /** {k}, {n}, {phase}, {title}. */
  readonly timeline_step: string;
  /** Before the first step: {n}. */
  readonly timeline_start: string;
  readonly pan_left: string;
  readonly pan_right: string;
  readonly zoom_in: string;
  readonly zoom_out: string;
  readonly zoom_fit: string;
  /** Of a box of ops: {title}. */
  readonly fold_open: string;
  readonly fold_close: string;
  readonly search: string;
  readonly search_hint: string;
  readonly search_none: string;
  /** {n} results that are not shown. */
  readonly search_more: string;
  readonly follow: string;
  readonly map: string;

  /** The kinds of the strip under the title bar. */
  readonly error: string;
  readonly note: string;

  /** Beside a line of the source that the magic has added. */
  readonly added: string;
  /** Where a `.grad` holds nothing yet. */
  readonly none: string;

  /** The popover of shortcuts and legend. */
  readonly help: string;
  readonly close: string;
  readonly keyboard: string;
  readonly legend: string;
  readonly space: string;
  readonly home: string;
  readonly end: string;
  readonly enter: string;
  readonly hint_step: string;
  readonly hint_play: string;
  readonly keys_step: string;
  readonly keys_play: string;
  readonly keys_ends: string;
  readonly keys_nodes: string;
  readonly keys_enter: string;
  readonly keys_zoom: string;
  readonly keys_search: string;
  readonly keys_follow: string;
  readonly legend_value: string;
  readonly legend_gradient: string;
  readonly legend_variable: string;
  readonly legend_leaf: string;
  readonly legend_constant: string;
  readonly legend_operator: string;
  readonly legend_stored: string;
  readonly legend_flight: string;
  readonly legend_freed: string;
  readonly legend_saved: string;
  readonly legend_cut: string;
  readonly legend_no_grad: string;
  readonly legend_recorded: string;
  readonly legend_hook: string;
  readonly legend_pin: string;
  readonly legend_version: string;
  readonly legend_escape: string;
}

/** The document in a trait's value, or null while there is none that this page can play. */
export function asDocument(value: unknown): PlayDocument | null {
  if (typeof value !== "object" || value === null) return null;
  const { format, version } = value as { format?: unknown; version?: unknown };
  return format === "minigrad.play" && version === 1 ? (value as PlayDocument) : null;
}

/** A text of the page, with what the braces name put in; a missing word shows its key. */
export function say(words: Words, key: keyof Words, values: Readonly<Record<string, string | number>> = {}): string {
  const text: string = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (braces, name: string) => String(values[name] ?? braces));
}
