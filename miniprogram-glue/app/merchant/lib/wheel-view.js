/** A draft of the prize table as it is shown: rows, the wheel, who can stand in for what ran out. */

const { TYPES, discountAdvice, narrow, parts, whole, widths } = require("../common/index");
const { count } = require("./words");

/**
 * What is left of a prize, and what would be: `stock` is what is promised in all since it was introduced.
 * @param {import("../common/index").Prize} prize
 */
function stockOf(prize) {
  if (!prize.isLimited) return { words: "不限量", hint: "", isSoldOut: false };
  const stock = whole(prize.stock, 0, 4294967295);
  const won = prize.type === prize.wonType ? prize.won || 0 : 0;
  if (stock === null) return { words: "限量", hint: "", isSoldOut: false };
  const left = Math.max(0, stock - won);
  const hint = won > 0 ? `已中出 ${count(won)} 份，还剩 ${count(left)} 份。想多放 10 份，就填 ${count(stock + 10)}。` : `从上架起一共放出 ${count(stock)} 份。`;
  return { words: left === 0 ? "已抽完" : `剩 ${count(left)} / 共 ${count(stock)} 份`, hint, isSoldOut: left === 0 };
}

/**
 * @param {import("../common/index").Draft} draft @param {Record<string, string>} errors by the server's names of the fields
 * @param {string} openKey the prize whose fields are shown
 */
function rows(draft, errors, openKey) {
  const wide = widths(draft);
  return draft.prizes.map((prize, at) => {
    /** @param {string} field */
    const error = (field) => errors[`prizes[${at}].${field}`] || "";
    const own = { name: error("name"), value: error("value"), probability: error("probability"), angle: error("angle"), color: error("color"), stock: error("stock"), id: error("id") };
    const weight = parts(prize.chance, 2);
    const type = TYPES.find((known) => known.id === prize.type) || TYPES[0];
    const stock = stockOf(prize);
    return {
      key: prize.key,
      id: prize.id,
      name: prize.name,
      title: prize.name || "（还没有名称）",
      typeName: type.name,
      typeAt: TYPES.indexOf(type),
      hasValue: prize.type !== "empty",
      unit: type.unit,
      value: prize.value,
      valueAdvice: discountAdvice(prize),
      chance: prize.chance,
      chanceHint: weight === null ? "" : `${count(weight)} / 10,000`,
      chanceText: weight === null ? "?" : `${weight / 100}%`,
      angle: prize.angle,
      angleHint: wide ? `宽 ${wide[prize.key]}°` : "",
      color: prize.color,
      isActivity: prize.isActivity,
      isLimited: prize.isLimited,
      stock: prize.stock,
      stockText: stock.words,
      stockHint: stock.hint,
      isSoldOut: stock.isSoldOut,
      isNew: prize.isNew,
      isFallback: prize.id === draft.fallback,
      isFirst: at === 0,
      isLast: at === draft.prizes.length - 1,
      isOpen: prize.key === openKey,
      errors: own,
      hasError: Object.keys(own).some((field) => own[field] !== ""),
    };
  });
}

/** The prizes for `<fair-wheel>`, in the order of the wheel; null while they have no sectors. @param {import("../common/index").Draft} draft */
function preview(draft) {
  if (draft.prizes.length < 2 || !widths(draft)) return null;
  return draft.prizes
    .map((prize) => ({
      id: prize.id,
      name: prize.name || "？",
      type: prize.type,
      color: /^#[0-9a-f]{6}$/i.test(prize.color) ? prize.color : undefined,
      angle: Number(narrow(prize.angle)),
      image: prize.image || undefined,
      sold_out: stockOf(prize).isSoldOut,
    }))
    .sort((a, b) => a.angle - b.angle);
}

/** Those that can stand in for a prize that ran out, after “none”. @param {import("../common/index").Draft} draft */
function standIns(draft) {
  const able = draft.prizes.filter((prize) => prize.type === "empty" && !prize.isLimited);
  return [{ id: null, name: "不需要" }].concat(able.map((prize) => /** @type {any} */ ({ id: prize.id, name: prize.name || "（还没有名称）" })));
}

module.exports = { preview, rows, standIns, stockOf };
