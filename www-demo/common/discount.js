/** A coupon that lets something off is worth less than 1: 八折 is 0.8. Who types 8 has made one of 8 yuan. */

import { narrow, parts } from "./typed-numbers.js";

/** 八折, 8.8折, 九五折; no 折叠伞, and no 折扣 after a number that belongs to something else. */
const NUMBERED = /([一二三四五六七八九零〇点\d.]+)\s*折(?![扣叠])/;
const HALF = /[对半]折/;
const UNNUMBERED = /打折|折扣(?!店)|折券/;
/** What is off is so much money. */
const MONEY = /[元块¥￥]|减|代金|现金|抵用/;
/** Not what this coupon is, but what it is not for, or cannot be joined with. */
const EXCEPTION = /不|除|非|已/;
const DIGITS = "〇一二三四五六七八九";

/** What of a name says what the coupon is: 20元代金券（不与折扣同享） is no discount. @param {string} name */
const said = (name) =>
  narrow(name)
    .split(/[（()）【】，,。；;、]/)
    .map((clause) => clause.split("不")[0] ?? "")
    .filter((clause) => !EXCEPTION.test(clause))
    .join("，");

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

/** Hundredths of the price that are paid; 0 if nobody can tell, null if it is no discount. @param {string} name @param {number} cents typed as its value */
function paid(name, cents) {
  const words = said(name);
  const isMoney = MONEY.test(words);
  const typed = meant(cents);
  const number = NUMBERED.exec(words)?.[1];
  if (number === "10") return null; // all of it
  const own = number ? named(number) : HALF.test(words) ? 50 : null;
  // 满100元打8折 is one; 打8折后可用的20元券 is not: there the value has to be that number.
  if (own !== null) return isMoney && own !== typed ? null : own;
  if (isMoney || !(number || UNNUMBERED.test(words))) return null;
  return typed !== null && typed >= 50 ? typed : 0;
}

/**
 * What to say of a discount that was typed as money; null if there is nothing to say.
 * @param {{type: string, name: string, value: string}} prize
 * @returns {{words: string, value: string} | null} `value`: what it should be, as it is typed; empty if nobody can tell
 */
export function discountAdvice({ type, name, value }) {
  const cents = parts(value, 2);
  if (type !== "coupon" || cents === null || cents < 100) return null;
  const hundredths = paid(name, cents);
  if (hundredths === null) return null;
  const right = hundredths === 0 ? "" : String(hundredths / 100);
  return { words: `现在是 ${cents / 100} 元的券；打折的券请填折扣，${right === "" ? "八折填 0.8" : `这里是 ${right}`}`, value: right };
}
