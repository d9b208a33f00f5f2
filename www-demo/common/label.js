/** Names cut to the room there is, never through a letter or an emoji. */

/** A mark, a skin colour or a tag that changes the character before it; or one that is joined on. */
const MORE = "(?:[\\p{M}\\p{Emoji_Modifier}\\u200c\\u{e0020}-\\u{e007f}]|\\u200d\\P{M}?)*";

/** Flags are two letters, the rest is one character and what changes it. Phones have no `Intl.Segmenter`. */
const LETTER = new RegExp(`\\r\\n|\\p{RI}\\p{RI}${MORE}|[^]${MORE}`, "gu");

/** @param {string} text @returns {string[]} what a reader takes for one character */
export const letters = (text) => text.match(LETTER) || [];

/**
 * One line no wider than `room`, cut with an ellipsis.
 * @param {string} text @param {number} room @param {(text: string) => number} measure
 */
export function fitOne(text, room, measure) {
  if (measure(text) <= room) return text;
  const kept = letters(text);
  while (kept.length > 1 && measure(`${kept.join("").trim()}…`) > room) kept.pop();
  return `${kept.join("").trim()}…`;
}

/**
 * As few lines as there are rooms, the last one cut if it must be.
 * @param {string} text @param {number[]} rooms width of each line
 * @param {(text: string) => number} measure
 * @returns {string[]}
 */
export function fitLines(text, rooms, measure) {
  const [room = 0, ...others] = rooms;
  if (measure(text) <= room || others.length === 0) return [fitOne(text, room, measure)];
  const rest = letters(text);
  const half = measure(text) / 2; // two lines of about the same length read better than a long and a short one
  const second = others[0] || 0;
  let line = "";
  while (rest.length > 0 && measure(line + rest[0]) <= room && (measure(line) < half || measure(rest.join("")) > second)) {
    line += rest.shift();
  }
  if (line === "") return [fitOne(text, room, measure)];
  return [line.trim(), ...fitLines(rest.join("").trim(), others, measure)];
}
