/** What went wrong with a call, as a title and a text. The library's errors have words for a person already. */

/** @param {string} text */
const sentence = (text) => (/[。！？]$/.test(text) ? text : `${text}。`);

/**
 * @param {any} error an ApiError, or anything a page may stumble over
 * @param {string} [what] what could not be had, as in 商品
 * @returns {{title: string, text: string}}
 */
function describe(error, what = "") {
  const kind = error && error.kind;
  if (!kind) return { title: "出了点问题", text: "请稍后再试。" };
  if (error.data && error.data.title) return { title: error.data.title, text: error.data.text || "" };
  if (kind === "refused") return { title: what ? `暂时取不到${what}` : "没有成功", text: sentence(error.message || "请稍后再试") };
  const [title, ...rest] = sentence(error.message || "服务暂时没有回应").split("。");
  return { title, text: rest.join("。") };
}

/** In one line, for a toast or under a field. @param {any} error */
function oneLine(error) {
  return error && error.kind && error.message ? sentence(error.message) : "出了点问题，请稍后再试。";
}

module.exports = { describe, oneLine, sentence };
