/** What went wrong with a call, in words: what happened, and one way on. */

/**
 * @param {any} error an ApiError
 * @param {string} [what] what could not be had, as in 商品
 * @returns {{title: string, text: string}}
 */
function describe(error, what = "") {
  const kind = error && error.kind;
  if (kind === "network") return { title: "网络断开了", text: "请检查网络，再试一次。" };
  if (kind === "timeout") return { title: "等了很久没有回应", text: "可能是网络太慢，再试一次。" };
  if (kind === "not_json") return { title: "收到的不是预期的内容", text: "可能连上了需要登录的无线网络，换个网络再试。" };
  if (kind === "server") return { title: "服务暂时没有正常回应", text: "请稍后再试。" };
  if (kind === "expired") return { title: "登录已过期", text: "请重新登录。" };
  const words = error && kind === "refused" && error.message ? sentence(error.message) : "请稍后再试。";
  return { title: what ? `暂时取不到${what}` : "没有成功", text: words };
}

/** @param {string} text */
const sentence = (text) => (/[。！？]$/.test(text) ? text : `${text}。`);

/** Both in one line, for a toast or under a field. @param {any} error */
function oneLine(error) {
  const { title, text } = describe(error);
  return error && error.kind === "refused" && error.message ? text : `${title}，${text}`;
}

module.exports = { describe, oneLine, sentence };
