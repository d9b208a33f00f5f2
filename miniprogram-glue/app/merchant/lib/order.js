/** Orders as those see them who hand them out. */

const { count, points, when } = require("./words");

const STATUSES = [
  { id: "pending", name: "待处理" },
  { id: "shipped", name: "已发货" },
  { id: "completed", name: "已完成" },
  { id: "cancelled", name: "已取消" },
  { id: "all", name: "全部" },
];

/** @type {Record<string, {to: string, name: string, isMain?: boolean}[]>} */
const NEXT = {
  pending: [
    { to: "cancelled", name: "取消" },
    { to: "shipped", name: "发货" },
    { to: "completed", name: "完成", isMain: true },
  ],
  shipped: [{ to: "completed", name: "完成", isMain: true }],
};

/** @param {string} status */
const nameOf = (status) => (STATUSES.find((known) => known.id === status) || { name: status }).name;

/** @param {any} item */
function row(item) {
  const isPrize = item.source === "lottery";
  return {
    id: item.order_id,
    shortId: item.order_id.length > 8 ? `…${item.order_id.slice(-6)}` : item.order_id,
    name: item.product_name,
    quantity: count(item.quantity),
    source: isPrize ? "抽奖奖品" : points(item.points_cost),
    isPrize,
    phone: item.user_phone,
    when: when(item.created_at),
    status: item.status,
    statusName: nameOf(item.status),
    actions: NEXT[item.status] || [],
  };
}

/** What is asked before an order changes. @param {any} item @param {string} to */
function question(item, to) {
  const what = `${item.product_name} × ${count(item.quantity)}`;
  if (to !== "cancelled") return { title: to === "shipped" ? "标为已发货？" : "标为已完成？", text: `${what}（${item.user_phone}）。之后不能改回，也不能取消。`, confirm: nameOf(to) };
  const back =
    item.source === "lottery"
      ? "抽奖得来的奖品没有花积分，取消后不退积分，也不补发。"
      : `退给 ${item.user_phone} ${points(item.points_cost)}，库存加回 ${count(item.quantity)} 件。`;
  return { title: "取消这张订单？", text: `${what}。${back}`, confirm: "取消订单" };
}

/** @param {any} error a refusal @param {string} to */
function refused(error, to) {
  if (error.code === 404) return "这张订单不存在。";
  if (error.code !== 409) return "";
  const { status } = error.data || {};
  if (to === "cancelled" && status === "pending") return "顾客的积分到上限了，退不回去，订单没有取消。";
  return status ? `别人刚把它改成“${nameOf(status)}”，不能再改成“${nameOf(to)}”。` : "";
}

/** Whether it is the order that was asked for: the end of its number will do. @param {any} item @param {string} text */
function isFound(item, text) {
  const wanted = text.trim().toUpperCase();
  return wanted !== "" && item.order_id.toUpperCase().indexOf(wanted) >= 0;
}

module.exports = { STATUSES, isFound, nameOf, question, refused, row };
