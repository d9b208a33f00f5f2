/** Receipts that wait for a merchant. */

const { count, points, when, yuan } = require("./words");
const { hasControl, length, parts, whole } = require("../common/index");

/** The most of one request. */
const BATCH_MAX = 100;
const REASON_MAX = 200;
const POINTS_MAX = 1000000;

/** What receipts are refused for most, in words for the diner. */
const REASONS = ["照片看不清，请重新拍一张", "不是本店的小票", "这张小票已经用过", "金额与小票不一致", "照片里没有小票"];

/**
 * A pending receipt as a row.
 * @param {any} item @param {boolean} isChosen
 */
function row(item, isChosen) {
  const { amount, estimated_amount: read } = item;
  const differs = typeof amount === "number" && typeof read === "number" && amount !== read;
  return {
    id: item.upload_id,
    photo: item.image_url,
    thumb: item.thumbnail_url || item.image_url,
    phone: item.user_phone,
    nickname: item.user_nickname || "",
    said: yuan(amount) || "没填",
    read: yuan(read) || "没读出",
    differs,
    note: differs ? "两个金额不同，按小的算" : amount === null && read === null ? "没有金额，按最低积分算" : "",
    points: count(item.expected_points),
    when: when(item.upload_time),
    isOwn: item.is_own,
    twin: item.possible_duplicate_of || "",
    label: `${item.user_phone} 的小票，${points(item.expected_points)}`,
    isChosen: isChosen && !item.is_own,
  };
}

/** @param {any[]} items chosen ones */
function sum(items) {
  return items.reduce((total, item) => total + item.expected_points, 0);
}

/**
 * What is asked before many are decided.
 * @param {"approve" | "reject"} action @param {any[]} items
 */
function question(action, items) {
  const twins = items.filter((item) => item.possible_duplicate_of).length;
  const bare = items.filter((item) => item.amount === null && item.estimated_amount === null).length;
  const notes = [twins > 0 ? `其中 ${count(twins)} 张疑似重复。` : "", bare > 0 ? `${count(bare)} 张没有金额，按最低积分发。` : ""].join("");
  if (action === "reject") return { title: `拒绝这 ${count(items.length)} 张小票？`, text: "不发积分，原因会发给每一位顾客，之后不能改。" };
  return { title: `通过这 ${count(items.length)} 张小票？`, text: `一共发 ${points(sum(items))}，立即到账，不能撤回。${notes}` };
}

/**
 * What became of many, in words. `data` is the same whether all went well or not.
 * @param {"approve" | "reject"} action @param {any} data @param {any[]} items as they were asked
 */
function outcome(action, data, items) {
  const phones = new Map(items.map((item) => [item.upload_id, item.user_phone]));
  const given = data.results.reduce((total, result) => total + (result.ok ? result.points_awarded : 0), 0);
  const did = action === "approve" ? "通过" : "拒绝";
  const title = data.failed_count === 0 ? `已${did} ${count(data.success_count)} 张` : `${did}了 ${count(data.success_count)} 张，${count(data.failed_count)} 张没有成功`;
  return {
    title,
    text: action === "approve" && given > 0 ? `一共发出 ${points(given)}` : "",
    rows: data.results.map((result) => ({
      id: result.upload_id,
      phone: phones.get(result.upload_id) || result.upload_id,
      ok: result.ok,
      words: result.ok ? (action === "approve" ? `+${count(result.points_awarded)}` : "已拒绝") : refused(result),
    })),
    // Decided by us or by somebody else, or not there at all: it does not wait any more.
    gone: data.results.filter((result) => result.ok || result.code === 1001 || result.code === 1002).map((result) => result.upload_id),
  };
}

/** @param {{code: number, message: string, data?: any}} error why one receipt was not decided */
function refused(error) {
  const { max, min, status } = error.data || {};
  switch (error.code) {
    case 1001:
      return "这张小票已经不在了";
    case 1002:
      return status ? `别人刚刚${status === "approved" ? "通过" : "拒绝"}了它` : "别人已经审过了";
    case 1003:
      return max ? `积分要在 ${count(min)} 到 ${count(max)} 之间` : "顾客的积分到上限了，发不进去";
    case 1005:
      return "自己上传的小票要由别的店员审";
    default:
      return error.message || "没有成功";
  }
}

/**
 * A decision as it is typed, checked as the server will.
 * @param {{amount: string, points: string, reason: string}} typed
 * @param {"approve" | "reject"} action
 * @param {{max: number | null}} limit what the server said of the points, once it did
 * @returns {{errors: {amount?: string, points?: string, reason?: string}, body: any}}
 */
function decision(typed, action, limit) {
  const errors = /** @type {{amount?: string, points?: string, reason?: string}} */ ({});
  const body = /** @type {any} */ ({ action });
  const text = typed.reason.replace(/\s*[\r\n]+\s*/g, " ").trim();
  if (length(text) > REASON_MAX) errors.reason = `最多 ${REASON_MAX} 个字，现在 ${length(text)} 个`;
  else if (hasControl(text)) errors.reason = "含有不能显示的字符，请重新输入";
  else if (action === "reject" && text === "") errors.reason = "请选一个原因，或写几个字，顾客会看到";
  if (text !== "") body.review_reason = text;
  if (action === "reject") return { errors, body };
  if (typed.amount.trim() !== "") {
    const cents = parts(typed.amount, 2);
    if (cents === null) errors.amount = "请填金额，最多两位小数";
    else if (cents < 1 || cents > 99999999) errors.amount = "金额要在 0.01 到 999,999.99 之间";
    else body.amount = cents / 100;
  }
  const max = limit.max || POINTS_MAX;
  const given = whole(typed.points, 1, max);
  if (given === null) errors.points = limit.max ? `积分要在 1 到 ${count(max)} 之间` : "请填 1 或更多的整数";
  else body.points_awarded = given;
  return { errors, body };
}

/** The amount that the rule goes by: the smaller one. @param {any} item */
function amountOf(item) {
  const amounts = [item.amount, item.estimated_amount].filter((amount) => typeof amount === "number");
  return amounts.length > 0 ? Math.min.apply(null, amounts) : null;
}

/** Whether it tells how points follow from amounts. @param {any} item */
const isPriced = (item) => amountOf(item) !== null;

/**
 * Points for another amount. No call tells the server's rule: it is known to be the core's own if the points of every receipt
 * that has an amount follow from it. If it is not, only the amount that the server itself has counted gives points.
 * @param {any} core @param {any} item @param {number | null} cents
 * @param {any[]} others receipts of the same server
 * @returns {{isKnown: boolean, points: number | null}} null if there are none to propose
 */
function proposal(core, item, cents, others) {
  const own = Math.round((amountOf(item) || 0) * 100);
  const isOurs = (/** @type {any} */ one) => core.receiptPoints(Math.round((amountOf(one) || 0) * 100)) === one.expected_points;
  const isKnown = [item].concat(others).some(isPriced) && [item].concat(others).every(isOurs);
  if ((cents || 0) === own) return { isKnown, points: item.expected_points };
  return { isKnown, points: isKnown && cents !== null && cents > 0 ? core.receiptPoints(cents) : null };
}

module.exports = { BATCH_MAX, REASONS, REASON_MAX, amountOf, decision, isPriced, outcome, proposal, question, refused, row, sum };
