/** What a merchant does with products. Stock moves by a difference, as on the server. */

import { listOf, malformed, refusal } from "./answer.js";
import { chosen, shown } from "./exchange.js";
import { nextId } from "./shop.js";

/** @typedef {import('./answer.js').Visit} Visit */

const MISSING = "商品不存在或已删除";
const FIELDS = ["name", "description", "category", "image", "sort_order"];

/** @param {any} body @param {any} product is changed */
function setFields(body, product) {
  for (const key of ["name", "category"]) {
    if (body[key] !== undefined && !String(body[key]).trim()) throw malformed(key, `参数 ${key} 不能为空`);
  }
  const points = body.exchange_points;
  if (points !== undefined && !(Number.isInteger(points) && points >= 1 && points <= 1_000_000)) {
    throw malformed("exchange_points", "参数 exchange_points 必须是 1 到 1000000 的整数");
  }
  for (const key of FIELDS) if (body[key] !== undefined) product[key] = body[key];
  if (points !== undefined) product.exchange_points = points;
  if (body.is_hot !== undefined) product.is_hot = body.is_hot === true || body.is_hot === 1;
  if (body.status !== undefined) product.status = body.status === "active" || (body.status === "sold_out" && product.stock === 0) ? "active" : "inactive";
}

/** @param {Visit} visit @param {any} product */
function tell({ at, push }, { id, name, stock, status }) {
  push("stock_update", { product_id: id, stock: status === "active" ? stock : 0, product_name: name, timestamp: at });
}

/** @param {any} body @param {number} stock there is @returns {number} that there will be */
function newStock({ stock_delta, stock: wanted, expected_stock }, stock) {
  const refuse = () => refusal(409, `当前库存为 ${stock}，未作修改`, { stock });
  if (expected_stock !== undefined && expected_stock !== stock) throw refuse();
  if (wanted !== undefined && expected_stock === undefined && wanted !== stock) throw refuse();
  const next = (wanted ?? stock) + (stock_delta ?? 0);
  if (!Number.isInteger(next) || next < 0 || next > 1_000_000) throw refuse();
  return next;
}

/** @param {Visit} visit @param {any} id @param {any} changes */
function change(visit, id, changes) {
  const product = visit.shop.products.find((one) => one.id === Number(id));
  if (!product) throw refusal(404, MISSING);
  const stock = newStock(changes, product.stock);
  setFields(changes, product);
  product.stock = stock;
  tell(visit, product);
  return shown(product);
}

/** @param {Visit} visit */
function create(visit) {
  const { shop, body, at } = visit;
  for (const field of ["name", "category", "exchange_points", "stock"]) if (body[field] === undefined) throw malformed(field, `参数 ${field} 缺失`);
  if (!Number.isInteger(body.stock) || body.stock < 0 || body.stock > 1_000_000) throw malformed("stock", "参数 stock 必须是 0 到 1000000 的整数");
  const id = nextId(shop);
  const plain = { name: "", description: "", category: "", exchange_points: 1, stock: body.stock, image: "", status: "active", is_hot: false };
  const product = { id, commodity_id: id, ...plain, sort_order: 0, sales_count: 0, rating: 5, created_time: at };
  setFields({ ...body, status: undefined }, product);
  shop.products.push(product);
  tell(visit, product);
  return shown(product);
}

/** @param {Visit} visit @param {any} id */
function remove(visit, id) {
  const { shop } = visit;
  const product = shop.products.find((one) => one.id === Number(id));
  if (!product) throw refusal(404, MISSING);
  shop.products = shop.products.filter((one) => one !== product);
  tell(visit, { ...product, status: "inactive" });
  return shown(product);
}

/** @param {any[] | undefined} ids @param {(id: any) => void} each */
function batch(ids, each) {
  if (!Array.isArray(ids) || ids.length < 1 || ids.length > 100) throw malformed("ids", "参数 ids 必须是 1 到 100 项");
  const results = ids.map((id) => {
    try {
      each(id);
      return { id, ok: true, code: 0, message: "success" };
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      return { id, ok: false, code, message };
    }
  });
  const success_count = results.filter(({ ok }) => ok).length;
  return { processed_count: results.length, success_count, failed_count: results.length - success_count, results };
}

/** @param {Visit} visit */
function list({ shop, query }) {
  const { status, search = "" } = query;
  const found = shop.products.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const rows = chosen(found, query).filter((one) => !status || status === "all" || one.status === status);
  return listOf("products", rows, query);
}

/** @type {Record<string, (visit: Visit) => any>} */
export const PRODUCTS = {
  "GET /api/merchant/products": list,
  "POST /api/merchant/products": create,
  "POST /api/merchant/products/batch-update": (visit) => batch(visit.body.ids, (id) => change(visit, id, visit.body.updates)),
  "POST /api/merchant/products/batch-delete": (visit) => batch(visit.body.ids, (id) => remove(visit, id)),
  "PUT /api/merchant/products/{id}": (visit) => change(visit, visit.id, visit.body),
  "DELETE /api/merchant/products/{id}": (visit) => remove(visit, visit.id),
};
