/** What the wheel costs the house, and how long its stocks last. */

import { count, decimal, percent } from "../common/numbers.js";
import { createStore as createMemory } from "../common/storage.js";
import { whole } from "../common/typed-numbers.js";
import { h } from "../dom.js";
import { costOf, costOver, drawsUntilGone, expectedGiven, inStock, MONTH, perDraw } from "./budget.js";
import { createStockPlot } from "./stock-plot.js";

/**
 * @typedef {import('./sectors.js').Table} Table
 * @typedef {{bill: number, rate: number, diners: number, draws: number}} Inputs
 * @typedef {{id: number, name: string, weight: number, left: number}} Stock
 * @typedef {Table["prizes"][number] & {left: number | null}} Offered
 */

const KEY = "fairwheel.design.money";
/** @type {{key: keyof Inputs, words: string, unit: string, usual: number, most: number}[]} */
const FIELDS = [
  { key: "bill", words: "一桌平均消费", unit: "元", usual: 100, most: 1_000_000 },
  { key: "rate", words: "多少积分值 1 元", unit: "积分", usual: 10, most: 100_000 },
  { key: "diners", words: "每天来抽奖的客人", unit: "人", usual: 100, most: 1_000_000 },
  { key: "draws", words: "每人每天抽", unit: "次", usual: 2, most: 10_000 },
];

/** Yuan as they are read: cents where they matter. @param {number} amount */
const yuan = (amount) => (amount >= 999.995 ? `${count(Math.round(amount))} 元` : amount > 0 && amount < 0.005 ? "不到 0.01 元" : `${amount.toFixed(2)} 元`);
/** Never 0 for what is not. @param {number} n */
const short = (n) => (Number.isInteger(n) || n >= 999.95 ? count(Math.round(n)) : n < 0.095 ? String(Number(n.toPrecision(1))) : decimal(n, 1));

/** @param {{place: HTMLElement, store: import('./store.js').DesignStore}} parts */
export function createMoney({ place, store }) {
  const memory = createMemory(() => localStorage);
  const inputs = remembered(memory.get(KEY));
  /** The last table that held, for as long as the draft does not. @type {Table | null} */
  let table = null;
  const figures = h("dl", { class: "money__figures" });
  const rows = h("div", { class: "money__table" });
  const stocks = createStockPlot();
  const note = h("p", { class: "quiet", role: "status" });

  const fields = FIELDS.map(({ key, words, unit, most }) => {
    const input = h("input", { type: "text", inputMode: "numeric", value: String(inputs[key]), autocomplete: "off", "data-input": key });
    const problem = h("span", { class: "bad-words money__problem", role: "alert" });
    input.addEventListener("input", () => {
      const value = whole(input.value, 1, most);
      input.setAttribute("aria-invalid", String(value === null));
      problem.textContent = value === null ? `请填 1 到 ${count(most)} 的整数` : "";
      if (value === null) return;
      inputs[key] = value;
      memory.set(KEY, inputs);
      render();
    });
    return h("label", { class: "money__field" }, h("span", {}, words), h("span", { class: "money__input" }, input, h("span", { class: "quiet" }, unit)), problem);
  });

  function render() {
    if (store.table) table = store.table;
    note.hidden = store.table !== null;
    note.textContent = table ? "表里还有要改的地方，下面按改之前的算。" : "表里还有要改的地方，改好就能算。";
    if (!table) return;
    const daily = inputs.diners * Math.min(inputs.draws, table.daily_limit);
    const left = leftOf(table, store.draft);
    const offered = table.prizes.map((prize) => ({ ...prize, left: left.find(({ id }) => id === prize.id)?.left ?? null }));
    figures.replaceChildren(...figuresOf(table, offered, daily, inputs));
    renderPrizes(rows, inStock(offered), daily, inputs);
    stocks.show(left, daily, fallbackName(table));
  }

  const title = h("div", {}, h("h2", {}, "花费与库存"), h("p", { class: "quiet" }, "按声明的概率算出的平均数，不是保证。估算只在这台设备上。"));
  place.classList.add("card", "money");
  place.replaceChildren(title, h("div", { class: "money__fields" }, ...fields), note, figures, rows, stocks.element);
  render();
  store.subscribe(render);
}

/** @param {any} kept @returns {Inputs} */
function remembered(kept) {
  const value = (/** @type {typeof FIELDS[number]} */ { key, usual, most }) => whole(String(kept?.[key]), 1, most) ?? usual;
  return /** @type {Inputs} */ (Object.fromEntries(FIELDS.map((field) => [field.key, value(field)])));
}

/** @param {Table} table */
const fallbackName = (table) => table.prizes.find(({ id }) => id === table.fallback)?.name ?? "";

/** Pieces that are there now. @param {Table} table @param {import('../common/draft.js').Draft} draft @returns {Stock[]} */
function leftOf(table, draft) {
  return table.prizes.flatMap(({ id, name, weight, stock, type }) => {
    if (stock === null) return [];
    const own = draft.prizes.find((prize) => prize.id === id);
    const won = own && own.wonType === type ? (own.won ?? 0) : 0;
    return [{ id, name, weight, left: Math.max(0, stock - won) }];
  });
}

/** @param {Table} table @param {Offered[]} offered @param {number} daily draws a day @param {Inputs} inputs */
function figuresOf(table, offered, daily, inputs) {
  const draw = perDraw(inStock(offered), inputs);
  const over = (/** @type {number} */ days) => yuan(costOver(offered, daily * days, inputs));
  const isLimited = offered.some(({ left, weight }) => left !== null && weight > 0);
  const back = (draw.points / table.cost) * 100;
  const capped = inputs.draws > table.daily_limit ? `（每人每天最多 ${count(table.daily_limit)} 次）` : "";
  const figure = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ more, /** @type {string} */ key) => h("div", { "data-figure": key }, h("dt", {}, name), h("dd", {}, h("b", { class: "num" }, value), h("span", { class: "quiet num" }, more)));
  return [
    figure("每抽一次，平均花费", yuan(draw.yuan), `收 ${count(table.cost)} 积分，按 ${count(inputs.rate)} 积分 1 元值 ${yuan(table.cost / inputs.rate)}`, "draw"),
    figure("每抽一次，返还积分", `${short(draw.points)} 积分`, `是价钱的 ${back.toFixed(1)}%`, "points"),
    figure("接下来一天", over(1), `${count(daily)} 次${capped}`, "day"),
    figure(`接下来 ${MONTH} 天`, over(MONTH), isLimited ? `只算还有的份数，送完后给「${fallbackName(table)}」` : `${count(daily * MONTH)} 次`, "month"),
  ];
}

/** @param {HTMLElement} place @param {Offered[]} prizes with the odds of the next draw @param {number} daily @param {Inputs} inputs */
function renderPrizes(place, prizes, daily, inputs) {
  const head = ["奖品", "每份", "每抽摊到", "接下来一天送出", "还有", "几天送完"].map((words) => h("th", { scope: "col" }, words));
  const rows = prizes.filter(({ type }) => type !== "empty").map((prize) => {
    const cost = costOf(prize, inputs);
    const { left, weight } = prize;
    return h(
      "tr",
      { "data-prize": prize.id },
      h("th", { scope: "row" }, prize.name, h("span", { class: "quiet" }, basis(prize))),
      h("td", {}, yuan(cost)),
      h("td", {}, yuan((cost * prize.weight) / 10_000)),
      h("td", {}, `${short(expectedGiven(daily, weight, left))} 份`),
      h("td", {}, left === null ? "不限" : `${count(left)} 份`),
      h("td", {}, left === null ? "—" : lasting({ left, weight }, daily)),
    );
  });
  place.replaceChildren(h("table", { class: "counts counts--money" }, h("thead", { class: "sr-only" }, h("tr", {}, ...head)), h("tbody", {}, ...rows)));
}

/** Where a cost comes from. @param {Table["prizes"][number]} prize */
function basis({ type, value_cents }) {
  if (value_cents === 0) return "没有填价值，按 0 元";
  if (type === "points") return `${count(value_cents / 100)} 积分`;
  return type === "coupon" && value_cents < 100 ? `按账单的 ${percent(10_000 - value_cents * 100).replace(/\.?0+%/, "%")} 让利` : "";
}

/** @param {{left: number, weight: number}} stock @param {number} daily draws */
function lasting({ left, weight }, daily) {
  if (left === 0) return "已送完";
  if (weight === 0) return "抽不到";
  const { low, mean, high } = drawsUntilGone(left, weight);
  if (high <= daily) return "第一天就会送完";
  const days = (/** @type {number} */ draws) => (draws / daily < 0.095 ? "不到 0.1" : short(Number((draws / daily).toFixed(draws / daily < 10 ? 1 : 0))));
  return h("span", {}, `约 ${days(mean)} 天`, h("span", { class: "quiet" }, `${days(low)}–${days(high)} 天`));
}
