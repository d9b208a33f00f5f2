/** Names cut to the room there is, never through a letter or an emoji. */

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("zh", { granularity: "grapheme" }) : null;

/** @param {string} text @returns {string[]} what a reader takes for one character */
const letters = (text) => (segmenter ? Array.from(segmenter.segment(text), (part) => part.segment) : Array.from(text));

/**
 * One line no wider than `room`, cut with an ellipsis.
 * @param {string} text @param {number} room @param {(text: string) => number} measure
 */
export function fitOne(text, room, measure) {
  if (measure(text) <= room) return text;
  const kept = letters(text);
  while (kept.length > 1 && measure(`${kept.join("")}…`) > room) kept.pop();
  return `${kept.join("")}…`;
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
  let line = "";
  while (rest.length > 0 && measure(line + rest[0]) <= room && (measure(line) < half || measure(rest.join("")) > (others[0] ?? 0))) {
    line += rest.shift();
  }
  if (line === "") return [fitOne(text, room, measure)];
  return [line.trim(), ...fitLines(rest.join("").trim(), others, measure)];
}
