/** Names cut to the room there is, never through a letter or an emoji. */

/**
 * A mark, a skin colour or a tag that changes the character before it; or one that is joined on. Then a letter of a flag, two of
 * which are one. Without property escapes (ES2018), the marks that names of prizes may have.
 */
const KINDS = [
  { mark: "\\p{M}\\p{Emoji_Modifier}", joined: "\\P{M}", flag: "\\p{RI}" },
  { mark: "\\u0300-\\u036f\\u1ab0-\\u1aff\\u20d0-\\u20ff\\ufe00-\\ufe0f\\ufe20-\\ufe2f\\u{1f3fb}-\\u{1f3ff}", joined: "[^]", flag: "[\\u{1f1e6}-\\u{1f1ff}]" },
];

/** Flags are two letters, the rest is one character and what changes it. Phones have no `Intl.Segmenter`. @param {RegExpConstructor} [Pattern] */
export function letterPattern(Pattern = RegExp) {
  const [best, plain] = KINDS.map(({ mark, joined, flag }) => {
    const more = `(?:[${mark}\\u200c\\u{e0020}-\\u{e007f}]|\\u200d${joined}?)*`;
    return `\\r\\n|${flag}${flag}${more}|[^]${more}`;
  });
  try {
    return new Pattern(String(best), "gu");
  } catch {
    return new Pattern(String(plain), "gu");
  }
}

const LETTER = letterPattern();

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
