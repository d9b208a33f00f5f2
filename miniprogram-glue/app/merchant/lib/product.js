/** Products as merchants keep them. */

const { count, points } = require("./words");
const { hasControl, length, narrow, whole } = require("../common/index");

/** The most of one request. */
const BATCH_MAX = 100;
const STOCK_MAX = 1000000;
/** Fewer are soon gone. */
const LOW_STOCK = 5;

/** What the list is narrowed to, and in which order it comes. */
const SHELVES = [
  { id: "all", name: "全部" },
  { id: "active", name: "在售" },
  { id: "sold_out", name: "售罄" },
  { id: "inactive", name: "已下架" },
];
const SORTS = [
  { id: "all", name: "店家排序" },
  { id: "new", name: "最新" },
  { id: "hot", name: "推荐与热门" },
  { id: "stock", name: "库存多到少" },
  { id: "points", name: "积分低到高" },
];

/** @param {any} item @param {boolean} isChosen */
function row(item, isChosen) {
  const isOff = item.status === "inactive";
  const mark = isOff ? "已下架" : item.stock === 0 ? "售罄" : item.stock <= LOW_STOCK ? "快没了" : "";
  return {
    id: item.id,
    name: item.name,
    image: item.image || "",
    initial: Array.from(item.name)[0] || "",
    category: item.category,
    points: points(item.exchange_points),
    stock: count(item.stock),
    sales: count(item.sales_count),
    isHot: item.is_hot === true || item.is_hot === 1,
    isOff,
    mark,
    isAlarming: !isOff && item.stock <= LOW_STOCK,
    isChosen,
  };
}

/** The form of a product; of a new one without one. @param {any} [item] */
function form(item) {
  if (!item) return { name: "", category: "", exchange_points: "", stock: "", description: "", image: "", is_hot: false, sort_order: "0", is_on: true };
  return {
    name: item.name,
    category: item.category,
    exchange_points: String(item.exchange_points),
    stock: "",
    description: item.description,
    image: item.image || "",
    is_hot: item.is_hot === true || item.is_hot === 1,
    sort_order: String(item.sort_order),
    is_on: item.status !== "inactive",
  };
}

/** A picture's address as the server takes it: nothing that a page would run. @param {string} text */
function isImage(text) {
  if (hasControl(text) || /[\s\\"<>]/.test(text)) return false;
  const before = text.split(/[/?#]/)[0] || "";
  if (!/:$/.test(before)) return before.indexOf(":") < 0 && text.slice(0, 2) !== "//";
  return /^https?:\/\/[^/?#]/i.test(text);
}

/**
 * What is wrong with a form, field by field.
 * @param {ReturnType<typeof form>} typed @param {any} item the product it is of; null for a new one
 * @returns {Record<string, string>}
 */
function errors(typed, item) {
  const found = /** @type {Record<string, string>} */ ({});
  /** @param {string} field @param {string} text @param {number} max */
  const line = (field, text, max) => {
    const clean = text.trim();
    if (clean === "") found[field] = "请填写";
    else if (length(clean) > max) found[field] = `最多 ${max} 个字，现在 ${length(clean)} 个`;
    else if (hasControl(clean)) found[field] = "不能换行，也不能有特殊字符";
  };
  line("name", typed.name, 100);
  line("category", typed.category, 50);
  if (typed.category.trim() === "all") found.category = "请换一个名字，all 指全部分类";
  if (whole(typed.exchange_points, 1, 1000000) === null) found.exchange_points = "请填 1 到 1,000,000 的整数";
  if (!item && whole(typed.stock, 0, STOCK_MAX) === null) found.stock = "请填 0 到 1,000,000 的整数";
  if (length(typed.description.trim()) > 2000) found.description = `最多 2,000 个字，现在 ${count(length(typed.description.trim()))} 个`;
  else if (hasControl(typed.description, true)) found.description = "含有特殊字符，请重新输入";
  if (length(typed.image.trim()) > 1000 || !isImage(typed.image.trim())) found.image = "请填 http 或 https 开头的网址，或留空";
  if (whole(typed.sort_order, -1000000, 1000000) === null) found.sort_order = "请填 −1,000,000 到 1,000,000 的整数";
  return found;
}

/** @param {ReturnType<typeof form>} typed */
const values = (typed) => ({
  name: typed.name.trim(),
  category: typed.category.trim(),
  exchange_points: Number(narrow(typed.exchange_points)),
  description: typed.description.trim(),
  image: typed.image.trim(),
  is_hot: typed.is_hot,
  sort_order: Number(narrow(typed.sort_order).replace("−", "-")),
});

/** @param {ReturnType<typeof form>} typed */
const created = (typed) => ({ ...values(typed), stock: Number(narrow(typed.stock)) });

/**
 * Only what was changed: what somebody else changes meanwhile stays.
 * @param {ReturnType<typeof form>} typed @param {any} item
 */
function changed(typed, item) {
  const before = values(form(item));
  const now = values(typed);
  const body = /** @type {Record<string, any>} */ ({});
  for (const field of Object.keys(now)) if (now[field] !== before[field]) body[field] = now[field];
  if (typed.is_on !== (item.status !== "inactive")) body.status = typed.is_on ? "active" : "inactive";
  return body;
}

/**
 * A signed difference of the stock.
 * @param {string} text @param {number} stock what is shown
 * @returns {{delta: number | null, error: string, words: string}}
 */
function difference(text, stock) {
  if (text.trim() === "") return { delta: null, error: "", words: "" };
  const delta = whole(text, -STOCK_MAX, STOCK_MAX);
  if (delta === null || delta === 0) return { delta: null, error: "请填要加或减的件数，例如 10 或 -3", words: "" };
  if (stock + delta < 0) return { delta: null, error: `只有 ${count(stock)} 件，减不了 ${count(-delta)} 件`, words: "" };
  if (delta > 0 && stock + delta > STOCK_MAX) return { delta: null, error: "库存最多 1,000,000 件", words: "" };
  return { delta, error: "", words: `${count(stock)} → ${count(stock + delta)}` };
}

module.exports = { BATCH_MAX, SHELVES, SORTS, changed, created, difference, errors, form, isImage, row };
