/** The shop in the phone: everything that a server would keep, in one object, bounded. */

import { DEMO_PRODUCTS } from "./seed.js";
import { tableOfWheel } from "./wheel.js";

/** With points to spend, as nobody earns any here. */
export const WELCOME_POINTS = 3000;

/** Rows kept of each kind; the oldest are forgotten first. @type {Record<string, number>} */
const KEPT = { users: 20, products: 300, draws: 60, orders: 200, uploads: 100, ledger: 300, answers: 40, applications: 20 };

const KEY = "fairwheel.shop";
const VERSION = 1;

/** @typedef {Record<string, any>} Row */
/**
 * @typedef {{version: number, last: number, wheel: any, tables: Record<string, string>, users: Row[], products: Row[], draws: Row[],
 *   orders: Row[], uploads: Row[], ledger: Row[], answers: Row[], applications: Row[]}} Shop newest rows last
 */

/** @param {import('../../../www-demo/common/types.js').Core} core @param {string} at @param {any} wheel @returns {Shop} */
export function newShop(core, at, wheel) {
  const products = DEMO_PRODUCTS.map(([category, name, exchange_points, stock, is_hot, description], n) => ({
    id: n + 1,
    commodity_id: n + 1,
    name,
    description,
    category,
    exchange_points,
    stock,
    image: "",
    status: "active",
    is_hot,
    sort_order: (n + 1) * 10,
    sales_count: 0,
    rating: 5,
    created_time: at,
  }));
  const rows = { users: [], draws: [], orders: [], uploads: [], ledger: [], answers: [], applications: [] };
  /** @type {Shop} */
  const shop = { version: VERSION, last: 1_000, wheel: null, tables: {}, products, ...rows };
  tableOfWheel(core, shop, wheel, at);
  return shop;
}

/** @param {import('../../../www-demo/common/storage.js').Store} store @returns {Shop | null} */
export function loadShop(store) {
  const shop = store.get(KEY);
  return shop && shop.version === VERSION ? shop : null;
}

/** @param {import('../../../www-demo/common/storage.js').Store} store @param {Shop} shop */
export function saveShop(store, shop) {
  for (const [kind, kept] of Object.entries(KEPT)) {
    const rows = /** @type {any} */ (shop)[kind];
    if (rows.length > kept) /** @type {any} */ (shop)[kind] = rows.slice(-kept);
  }
  const proved = new Set([shop.wheel.table_hash, ...shop.draws.map(({ proof }) => proof.table_hash)]);
  for (const hash of Object.keys(shop.tables)) if (!proved.has(hash)) delete shop.tables[hash];
  store.set(KEY, shop);
}

/** A number that no row has yet. @param {Shop} shop */
export function nextId(shop) {
  shop.last += 1;
  return shop.last;
}
