/** Colours of the sectors, and which label colour can be read on each. */

/** One warm family, light and dark by turns, with two accents. */
const PALETTE = ["#C9472F", "#FBE8CC", "#EFB98A", "#FFF5E6", "#D9A03F", "#F9E0C0", "#DE9670", "#FDEEDA"];

/** Liked first; black and white always reach 4.5:1 on one of them. */
const LABELS = ["#2A211C", "#FFFFFF", "#000000"];

const HEX = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * The colour of the sector at `index` of `count`: its own, else from the palette.
 * @param {string | undefined} own @param {number} index @param {number} count
 */
export function sectorColour(own, index, count) {
  if (own && HEX.test(own)) return own;
  const wraps = index > 0 && index === count - 1 && index % PALETTE.length === 0;
  return PALETTE[(wraps ? 4 : index) % PALETTE.length] || "#FBE8CC";
}

/** @param {string} ground as for `contrast` */
export function labelColour(ground) {
  return LABELS.find((label) => contrast(label, ground) >= 4.5) || "#000000";
}

/**
 * WCAG contrast, 1 to 21.
 * @param {string} a `#rgb`, `#rrggbb` or `rgb(r, g, b)` @param {string} b
 */
export function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/**
 * A colour on its way to another one.
 * @param {string} from @param {string} to @param {number} share 0 is `from`, 1 is `to`
 */
export function mix(from, to, share) {
  const ends = channels(to);
  return `rgb(${channels(from).map((value, n) => Math.round(value + ((ends[n] || 0) - value) * share)).join(", ")})`;
}

/** Red, green and blue, 0 to 255. @param {string} colour @returns {number[]} */
function channels(colour) {
  if (!HEX.test(colour)) return (colour.match(/\d+(?:\.\d+)?/g) || ["0", "0", "0"]).slice(0, 3).map(Number);
  const digits = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
  return [1, 3, 5].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

/** @param {string} colour */
function luminance(colour) {
  const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
    const channel = value / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
