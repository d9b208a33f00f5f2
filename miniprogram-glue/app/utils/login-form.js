/** What the login asks for, and what it says when something is wrong. */

const { oneLine, sentence } = require("./trouble");

/** Without what people put around a number: spaces, dashes, the country code. @param {string} text */
const phoneOf = (text) => text.replace(/\D/g, "").replace(/^86(?=1\d{10}$)/, "");

/**
 * @typedef {{phone?: string, code?: string, agreed?: string, form?: string}} Troubles what is wrong, by field
 */

/**
 * @param {{phone: string, code: string, isAgreed: boolean}} form
 * @param {"code" | "login"} call what is about to be asked
 * @returns {Troubles | null}
 */
function check({ phone, code, isAgreed }, call) {
  /** @type {Troubles} */
  const troubles = {};
  if (!/^1[3-9]\d{9}$/.test(phoneOf(phone))) troubles.phone = "请填写 11 位手机号。";
  if (call === "login" && !/^\d{6}$/.test(code.trim())) troubles.code = "请填写 6 位验证码。";
  if (!isAgreed) troubles.agreed = "请先阅读并同意下面的协议。";
  return Object.keys(troubles).length > 0 ? troubles : null;
}

/** @type {Record<"code" | "login", Record<number, [keyof Troubles, string]>>} */
const REFUSALS = {
  code: {
    1001: ["phone", "请填写 11 位手机号。"],
    1002: ["code", "验证码刚刚发过，请稍等一分钟。"],
    1003: ["code", "今天获取验证码的次数用完了，请明天再试。"],
    1004: ["code", "短信暂时发不出去，请稍后再试。"],
  },
  login: {
    1001: ["phone", "请填写 11 位手机号。"],
    1002: ["code", "验证码不对或已过期，请重新获取。"],
    1003: ["code", "输错次数太多，请重新获取验证码。"],
    1004: ["form", "这个账号已停用，请联系店家。"],
  },
};

/** @param {any} error an ApiError @param {"code" | "login"} call @returns {Troubles} */
function refused(error, call) {
  const known = error.kind === "refused" ? REFUSALS[call][error.code] : undefined;
  if (!known) return { form: oneLine(error) };
  // The server's own words name the seconds to wait.
  const waits = call === "code" && error.code === 1002 && error.message;
  return { [known[0]]: waits ? sentence(error.message) : known[1] };
}

module.exports = { phoneOf, check, refused };
