/** Amounts of money as people type them, held to the server's rule. */

const MOST_CENTS = 99999999;

/**
 * @param {string} text yuan; may be empty, as the amount is optional
 * @returns {{amount: string | null, trouble: string}} amount as the server takes it, null if there is none
 */
function parseAmount(text) {
  const plain = text.replace(/[\s,，¥￥元]/g, "").replace(/[。．]/g, ".");
  if (plain === "") return { amount: null, trouble: "" };
  if (!/^\d*\.?\d*$/.test(plain) || plain === ".") return { amount: null, trouble: "请填数字，例如 68.50" };
  const [whole, cents = ""] = plain.split(".");
  if (cents.length > 2) return { amount: null, trouble: "最多两位小数" };
  const total = Number(whole || "0") * 100 + Number(cents.padEnd(2, "0"));
  if (total < 1) return { amount: null, trouble: "金额要大于 0" };
  if (total > MOST_CENTS) return { amount: null, trouble: "金额不能超过 999,999.99" };
  return { amount: (total / 100).toFixed(2), trouble: "" };
}

module.exports = { parseAmount };
