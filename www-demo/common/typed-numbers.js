/** Numbers as they are typed, checked as the server checks them. */

/** Digits and signs as Chinese keyboards write them, too. @param {string} text */
export const narrow = (text) => text.replace(/[０-９．＋－]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0)).trim();

/**
 * A number with so many decimals at most, as a whole number of its last place; null if it is none.
 * @param {string} text @param {number} decimals @param {number} [max] in the last place
 * @returns {number | null}
 */
export function parts(text, decimals, max = Number.MAX_SAFE_INTEGER) {
  const match = /^(\d{1,9})(?:[.。](\d*))?$/.exec(narrow(text));
  if (!match) return null;
  const [, whole = "", fraction = ""] = match;
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > decimals) return null;
  const number = Number(whole) * 10 ** decimals + Number((digits + "0".repeat(decimals)).slice(0, decimals));
  return number <= max ? number : null;
}

/**
 * @param {string} text
 * @param {number} min
 * @param {number} max
 * @returns {number | null}
 */
export function whole(text, min, max) {
  const clean = narrow(text).replace("−", "-").replace(/^\+/, "");
  if (!/^-?\d{1,10}$/.test(clean)) return null;
  const number = Number(clean);
  return number >= min && number <= max ? number : null;
}

/** Characters as the server counts them: code points. @param {string} text */
export const length = (text) => Array.from(text).length;

/** @param {string} text @param {boolean} [isLong] with line breaks and tabs */
export const hasControl = (text, isLong = false) =>
  Array.from(text).some((letter) => {
    const code = letter.charCodeAt(0);
    if (isLong && (code === 9 || code === 10 || code === 13)) return false;
    return code < 32 || (code >= 127 && code < 160);
  });
