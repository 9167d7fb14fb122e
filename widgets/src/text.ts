/** Texts as they enter the page: text nodes only, of a bearable length, with nothing in them that turns the line. */

const GREEDY = 4000; // characters; a longer text is no text that anybody reads here

/**
 * Controls and bidirectional marks, each shown as one replacement character, so that columns still count.
 * A name with a right-to-left override would otherwise reorder what stands beside it.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with unseen characters made visible, cut where it is longer than the limit. */
export function plain(text: string, limit: number = GREEDY): string {
  return shorten(text, limit).replace(UNSEEN, "\ufffd");
}

/** The text, or its beginning and an ellipsis. It counts characters, not halves of a surrogate pair. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text.slice(0, limit * 2 + 2));
  return characters.length <= limit && text.length <= limit * 2 + 2
    ? text
    : `${characters.slice(0, Math.max(limit - 1, 0)).join("")}…`;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u;

/** How many letters of a fixed-width font the text takes up; Chinese characters and emoji take two. */
export function columns(text: string): number {
  let count = 0;
  for (const character of text) count += WIDE.test(character) || character.length > 1 ? 2 : 1;
  return count;
}

/** The font size at which a text fits a width: the wanted one, or as much smaller as the floor allows. */
export function fitFont(text: string, width: number, wanted: number, floor: number, letter = 0.61): number {
  const natural = columns(text) * letter * wanted;
  return natural <= width ? wanted : Math.max(floor, (wanted * width) / natural);
}

/** The text cut to what fits a width at this font size. */
export function fitText(text: string, width: number, font: number, letter = 0.61): string {
  if (columns(text.slice(0, 2000)) * letter * font <= width && text.length <= 2000) return text;
  const room = Math.max(Math.floor(width / (letter * font)), 1);
  let used = 0;
  let kept = "";
  for (const character of text) {
    const wide = columns(character);
    if (used + wide > room - 1) break;
    used += wide;
    kept += character;
  }
  return `${kept}…`;
}
