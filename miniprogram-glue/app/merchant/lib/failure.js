/** What went wrong with a merchant's call, in words, and what can be done about it. */

const { describe, sentence } = require("../../utils/trouble");

/** The server names parameters for programmers; merchants see which field it is beside it. @param {string} message */
const readable = (message) => message.replace(/^参数 \S+ ?的?/, "");

/**
 * `login`: log in first · `right`: not a merchant (any more) · `other`: try again.
 * @param {any} error what a call of the client was rejected with
 * @param {string} doing what was tried, as in 保存
 * @returns {{kind: "login" | "right" | "other", title: string, text: string}}
 */
function failure(error, doing) {
  const { code = 0, kind = "", message = "", isUnknown = false } = error || {};
  if (code === 401 || kind === "expired") return { kind: "login", title: "请先登录", text: "登录之后就能看到店里的数据。" };
  if (code === 403) return { kind: "right", title: "这里只给店家使用", text: "您的账号现在没有店家权限。" };
  if (isUnknown) return { kind: "other", title: "没有收到结果", text: `${doing}可能已经完成，请刷新看一眼再决定要不要重做。` };
  if (kind !== "refused") return { kind: "other", ...describe(error) };
  return { kind: "other", title: `${doing}没有成功`, text: sentence(readable(message) || "请稍后再试") };
}

module.exports = { failure, readable };
