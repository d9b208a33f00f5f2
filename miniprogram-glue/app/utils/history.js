/** Past draws and orders, made ready for showing. */

const { count, points, when } = require("./format");
const { iconOf } = require("./shelf");

/** Results in a draw of each type, and what it is called. @type {Record<string, {results: number, name: string}>} */
const DRAW_TYPES = {
  single: { results: 1, name: "单抽" },
  triple: { results: 3, name: "三连抽" },
  five: { results: 5, name: "五连抽" },
  ten: { results: 10, name: "十连抽" },
};

/**
 * A draw in the list: ten results are one draw.
 * @typedef {object} Draw
 * @property {string} id
 * @property {string} name
 * @property {string} time
 * @property {string} cost
 * @property {string} prizes what was won, with how often
 * @property {boolean} isWin
 * @property {boolean} isWhole false while some of its results are on the next page
 */

/**
 * @param {any[]} records as the server lists them, newest first, one a result
 * @returns {Draw[]}
 */
function drawsOf(records) {
  /** @type {Map<string, any[]>} */
  const draws = new Map();
  for (const record of records) draws.set(record.draw_id, [...(draws.get(record.draw_id) || []), record]);
  return Array.from(draws.values(), (results) => {
    const [first] = results;
    const type = DRAW_TYPES[first.draw_type] || { results: results.length, name: "抽奖" };
    const cost = results.reduce((sum, one) => sum + one.points_cost, 0);
    return {
      id: first.draw_id,
      name: `${type.name} · 第 ${count(first.nonce)} 次`,
      time: when(first.created_at),
      cost: `−${points(cost)}`,
      prizes: prizesOf(results),
      isWin: results.some((one) => one.prize_type !== "empty"),
      isWhole: results.length >= type.results,
    };
  });
}

/** Prizes with how often each came, those that are something first. @param {any[]} results */
function prizesOf(results) {
  /** @type {Map<string, {name: string, times: number, isEmpty: boolean}>} */
  const found = new Map();
  for (const { prize_name: name, prize_type } of [...results].sort((a, b) => a.id - b.id)) {
    const { times } = found.get(name) || { times: 0 };
    found.set(name, { name, times: times + 1, isEmpty: prize_type === "empty" });
  }
  const all = [...found.values()].sort((a, b) => Number(a.isEmpty) - Number(b.isEmpty));
  return all.map(({ name, times }) => (times > 1 ? `${name} ×${times}` : name)).join("、");
}

/** @type {Record<string, {text: string, tag: string}>} */
const ORDER_STATUSES = {
  pending: { text: "待领取", tag: "tag-gold" },
  shipped: { text: "已发出", tag: "tag-gold" },
  completed: { text: "已完成", tag: "tag-good" },
  cancelled: { text: "已取消", tag: "" },
};

/** @param {any} order as the server lists it */
function orderOf(order) {
  const { id, order_id, source, product_name, product_image, quantity, points_cost, status, created_at } = order;
  const { text, tag } = ORDER_STATUSES[status] || { text: status, tag: "" };
  const isPrize = source === "lottery";
  return {
    id: id || order_id,
    orderId: order_id,
    name: product_name,
    image: product_image || "",
    icon: iconOf(product_name),
    times: quantity > 1 ? `× ${count(quantity)}` : "",
    cost: isPrize ? "抽奖所得" : status === "cancelled" ? `已退回 ${points(points_cost)}` : `−${points(points_cost)}`,
    isPrize,
    status,
    statusText: text,
    statusTag: tag,
    time: when(created_at),
  };
}

/** @type {Record<string, string>} */
const REASON_ICONS = { lottery_draw: "wheel", lottery_prize: "points", exchange_redeem: "gift", photo_review: "receipt", check_in: "clock", register: "user", admin: "store" };

/** @param {any} record of the points' ledger */
function ledgerOf({ id, points: moved, reason, reason_text, description, balance_after, created_at }) {
  return {
    id,
    icon: REASON_ICONS[reason] || "points",
    name: reason_text,
    description: description && description !== reason_text ? description : "",
    moved: `${moved > 0 ? "+" : "−"}${count(Math.abs(moved))}`,
    isEarned: moved > 0,
    balance: `余额 ${count(balance_after)}`,
    time: when(created_at),
  };
}

module.exports = { drawsOf, orderOf, ledgerOf, DRAW_TYPES, ORDER_STATUSES };
