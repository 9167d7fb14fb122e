/** As much of Python's syntax as a few colours need; it never fails, and keeps every character. */

export type TokenKind = "plain" | "number" | "string" | "quiet" | "keyword";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const KEYWORDS =
  "and as assert async await break class continue def del elif else except finally for from global if import in is " +
  "lambda nonlocal not or pass raise return try while with yield None True False";
const PATTERN = new RegExp(
  [
    String.raw`(?<quiet>#.*$|\b\w+=(?:True|False|None)\b)`,
    String.raw`(?<string>[rbfuRBFU]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))`,
    String.raw`(?<number>(?<![\w.])(?:(?<=[[(,=:]\s*)-)?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?(?![\w]))`,
    String.raw`(?<keyword>\b(?:${KEYWORDS.split(" ").join("|")})\b)`,
  ].join("|"),
  "gu",
);
const LONGEST = 2000; // a longer line is shown in one colour

export function tokenize(line: string): Token[] {
  if (line.length > LONGEST) return [{ kind: "plain", text: line }];
  const tokens: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(PATTERN)) {
    if (match.index > end) tokens.push({ kind: "plain", text: line.slice(end, match.index) });
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] as TokenKind;
    tokens.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < line.length || tokens.length === 0) tokens.push({ kind: "plain", text: line.slice(end) });
  return tokens;
}

export interface Piece extends Token {
  /** The columns it covers, in characters. */
  readonly from: number;
  readonly to: number;
}

/** The tokens, cut wherever a span begins or ends, so that lighting a span is toggling a class. */
export function pieces(line: string, cuts: Iterable<number>): Piece[] {
  const sorted = [...new Set(cuts)].sort((a, b) => a - b);
  const result: Piece[] = [];
  let column = 0;
  for (const { kind, text } of tokenize(line)) {
    const characters = Array.from(text);
    const end = column + characters.length;
    const bounds = [column, ...sorted.filter((cut) => cut > column && cut < end), end];
    bounds.slice(1).forEach((to, i) => {
      const from = bounds[i] ?? column;
      result.push({ kind, from, to, text: characters.slice(from - column, to - column).join("") });
    });
    column = end;
  }
  return result;
}
