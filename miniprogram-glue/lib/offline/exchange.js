/** Products, redeeming them, and orders: the diner's side and the merchant's. */

import { listOf, malformed, movePoints, ownRows, refusal, withStatus } from "./answer.js";
import { nextId } from "./shop.js";

/** @typedef {import('./answer.js').Visit} Visit */

const STATUSES = ["pending", "shipped", "completed", "cancelled"];

/** As pages see it: one without stock is sold out. @param {any} product */
export const shown = (product) => ({ ...product, status: product.status === "active" && product.stock === 0 ? "sold_out" : product.status });

/** @type {Record<string, (a: any, b: any) => number>} */
const SORTS = {
  all: (a, b) => a.sort_order - b.sort_order,
  points: (a, b) => a.exchange_points - b.exchange_points,
  new: (a, b) => b.created_time.localeCompare(a.created_time),
  hot: (a, b) => Number(b.is_hot) - Number(a.is_hot) || b.sales_count - a.sales_count,
  stock: (a, b) => b.stock - a.stock,
};

/** @param {any[]} rows @param {any} query */
export function chosen(rows, { category, sort }) {
  const order = SORTS[sort || "all"];
  if (!order) throw malformed("sort", "参数 sort 必须是 points、new、hot、stock 或 all");
  const all = !category || category === "all";
  return rows.filter((row) => all || row.category === category).sort((a, b) => order(a, b) || a.id - b.id).map(shown);
}

/** @param {Visit} visit */
function categories({ shop }) {
  const onShelf = shop.products.filter(({ status }) => status === "active");
  const names = [...new Set(onShelf.map(({ category }) => category))];
  const counted = names.map((name) => ({ id: name, name, count: onShelf.filter(({ category }) => category === name).length }));
  return { categories: [{ id: "all", name: "全部", count: onShelf.length }, ...counted] };
}

/** @param {Visit} visit */
function redeem(visit) {
  const { shop, me, body, at, push } = visit;
  const { product_id, quantity } = body;
  if (!Number.isInteger(quantity)) throw malformed("quantity", "参数 quantity 的类型或取值不正确");
  if (quantity < 1 || quantity > 99) throw refusal(1004, "兑换数量必须是 1 到 99", { field: "quantity" });
  const product = shop.products.find(({ id }) => id === product_id);
  if (product?.status !== "active") throw refusal(1001, "商品不存在或已下架");
  const { stock, name, exchange_points } = product;
  if (body.exchange_points != null && body.exchange_points !== exchange_points) {
    throw refusal(409, "商品的积分已变化，请确认后再兑换", { field: "exchange_points", exchange_points });
  }
  if (stock < quantity) throw refusal(1003, stock === 0 ? "商品已兑完" : `库存不足，仅剩 ${stock} 件`, { stock });
  const points_cost = exchange_points * quantity;
  const missing_points = points_cost - me.total_points;
  if (missing_points > 0) throw refusal(1002, `积分不足，还差 ${missing_points} 积分`, { missing_points });
  product.stock -= quantity;
  product.sales_count += quantity;
  const record_id = nextId(shop);
  const order_id = `EX${at.slice(0, 10).replace(/-/g, "")}${String(record_id).padStart(10, "0")}`;
  movePoints(visit, me, { points: -points_cost, reason: "exchange_redeem", description: `兑换 ${name} ×${quantity}`, related_id: order_id });
  const what = { product_id, draw_id: null, product_name: name, product_image: product.image, quantity, points_cost };
  shop.orders.push({ user_id: me.user_id, id: record_id, order_id, order_no: order_id, source: "redeem", ...what, status: "pending", created_at: at });
  push("stock_update", { product_id, stock: product.stock, product_name: name, timestamp: at });
  return { remaining_points: me.total_points, order_id, record_id, product_name: name, quantity, points_cost, stock: product.stock, exchange_time: at };
}

/** @param {Visit["shop"]} shop @param {any} order */
const withUser = (shop, order) => ({ ...order, user_phone: shop.users.find(({ user_id }) => user_id === order.user_id)?.phone ?? "" });

/** @param {Visit} visit */
function orderStatus(visit) {
  const { shop, id, body, at, push } = visit;
  const order = shop.orders.find(({ order_id }) => order_id === id);
  if (!order) throw refusal(404, "订单不存在");
  const { status } = body;
  if (!STATUSES.slice(1).includes(status)) throw malformed("status", "参数 status 必须是 shipped、completed 或 cancelled");
  if (order.status === status) return withUser(shop, order);
  const mayChange = order.status === "pending" || (order.status === "shipped" && status === "completed");
  if (!mayChange) throw refusal(409, "订单当前状态不允许此操作", { status: order.status });
  order.status = status;
  if (status === "cancelled" && order.source === "redeem") {
    const user = shop.users.find(({ user_id }) => user_id === order.user_id);
    if (user) movePoints(visit, user, { points: order.points_cost, reason: "exchange_redeem", description: "兑换取消退回", related_id: order.order_id });
    const product = shop.products.find((one) => one.id === order.product_id);
    if (product) {
      product.stock += order.quantity;
      product.sales_count -= order.quantity;
      push("stock_update", { product_id: product.id, stock: product.stock, product_name: product.name, timestamp: at });
    }
  }
  return withUser(shop, order);
}

/** @type {Record<string, (visit: Visit) => any>} */
export const EXCHANGE = {
  "GET /api/exchange/products": ({ shop, query }) => listOf("products", chosen(shop.products.filter(({ status }) => status === "active"), query), query),
  "GET /api/exchange/categories": categories,
  "POST /api/exchange/redeem": redeem,
  "GET /api/exchange/records": ({ shop, me, query }) => listOf("records", withStatus(ownRows(shop.orders, me), query.status, STATUSES), query),
  "GET /api/merchant/exchange/records": ({ shop, query }) => {
    const all = shop.orders.map((order) => withUser(shop, order)).reverse();
    return listOf("records", withStatus(all, query.status, STATUSES), query);
  },
  "POST /api/merchant/exchange/{id}/status": orderStatus,
};
