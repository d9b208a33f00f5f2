/** Every sentence a diner reads that is not in index.html, and the numbers in them. */

export { drawError, ELSEWHERE, elsewhere, FORGETFUL, loadError, MAYBE_MADE, NO_WHEEL, PENDING, SPARED, shortage } from "./common/draw-words.js";
export { count, degrees, fraction, percent, points, short } from "./common/numbers.js";

const time = new Intl.DateTimeFormat("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

/** @param {string} iso */
export const when = (iso) => time.format(new Date(iso));

/** @type {Record<string, string>} */
export const DRAW_TYPES = { single: "单次", triple: "三连抽", five: "五连抽", ten: "十连抽" };

/** @param {import('./common/api-error.js').ApiError} error @param {"code" | "login"} call */
export function loginError(error, call) {
  if (error.kind === "network") return "网络断开了，请再试一次。";
  if (error.isUnanswered) return "服务暂时没有回应，请稍后再试。";
  // The server's own words name the seconds to wait.
  if (call === "code" && error.code === 1002 && error.message) return `${error.message}。`;
  const table =
    call === "code"
      ? { 1001: "请填写 11 位手机号。", 1002: "验证码刚刚发过，请稍等一分钟。", 1003: "今天获取验证码的次数用完了，请明天再试。", 1004: "短信暂时发不出去，请稍后再试。" }
      : { 1001: "请填写 11 位手机号。", 1002: "验证码不对或已过期，请重新获取。", 1003: "输错次数太多，请重新获取验证码。", 1004: "这个账号已停用，请联系店家。" };
  return /** @type {Record<number, string>} */ (table)[error.code] ?? (error.message || "没有成功，请再试一次。");
}
