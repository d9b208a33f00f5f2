/** A coupon that lets something off is worth less than 1: 八折 is 0.8. Who types 8 has made one of 8 yuan. */

import { narrow, parts } from "./typed-numbers.js";

/** 八折, 8.8折, 九五折, 对折, 折扣券; no 折叠伞. */
const DISCOUNT = /([一二三四五六七八九零〇点\d.]+)\s*折|[对半打]折|折[扣券]/;
const DIGITS = "〇一二三四五六七八九";

/** Hundredths of the price that are paid, as the name has it; null if it says no number. @param {string} text */
function named(text) {
  const digits = Array.from(text.replace(/[.点]/g, ""), (letter) => (DIGITS.includes(letter) ? DIGITS.indexOf(letter) : letter === "零" ? 0 : letter)).join("");
  if (digits.length !== 1 && digits.length !== 2) return null;
  const hundredths = Number(digits) * (digits.length === 1 ? 10 : 1);
  return hundredths > 0 ? hundredths : null;
}

/** What was meant by 8, 8.8 or 88. @param {number} cents */
function meant(cents) {
  const hundredths = cents < 1000 ? cents / 10 : cents / 100;
  return hundredths < 100 && Number.isInteger(hundredths) ? hundredths : null;
}

/**
 * What to say of a discount that was typed as money; null if there is nothing to say.
 * @param {{type: string, name: string, value: string}} prize
 * @returns {{words: string, value: string} | null} `value`: what it should be, as it is typed; empty if nobody can tell
 */
export function discountAdvice({ type, name, value }) {
  const cents = parts(value, 2);
  const match = type === "coupon" ? DISCOUNT.exec(narrow(name)) : null;
  if (!match || cents === null || cents < 100) return null;
  const hundredths = (match[1] && named(match[1])) || meant(cents);
  const right = hundredths === null ? "" : String(hundredths / 100);
  return { words: `现在是 ${cents / 100} 元的券；打折的券请填折扣，${right === "" ? "八折填 0.8" : `这里是 ${right}`}`, value: right };
}
