/** What publishing a draft changes for diners, in words. */

import { TYPES, WEIGHTS, chanceText } from "./draft.js";
import { toBody } from "./draft-check.js";
import { count, points } from "./numbers.js";

/**
 * @typedef {import('./draft.js').Draft} Draft
 * @typedef {import('./draft.js').ServerConfig} ServerConfig
 * @typedef {import('./draft.js').ServerPrize} ServerPrize
 */

/** @param {string} type */
export const typeName = (type) => (TYPES.find((known) => known.id === type) || { name: type }).name;

/** @param {number} probability */
const chance = (probability) => `${chanceText(Math.round(probability * WEIGHTS))}%`;

/** @param {Pick<ServerPrize, "stock">} prize */
const stockWords = (prize) => (prize.stock === null ? "不限量" : `共 ${count(prize.stock)} 份`);

/** What it is worth, with its unit: a coupon under 1 is a discount. @param {Pick<ServerPrize, "type" | "value">} prize */
function valueWords({ type, value }) {
  if (type === "points") return points(value);
  return type === "coupon" && value > 0 && value < 1 ? `${Number((value * 10).toFixed(1))} 折` : `${value} 元`;
}

/**
 * @typedef {object} Change
 * @property {string} title
 * @property {string} text
 * @property {string} [before] a long text as it was @property {string} [after] and as it will be
 */

/** @param {ServerPrize} prize */
const introduced = (prize) =>
  [typeName(prize.type), prize.type !== "empty" && `价值 ${valueWords(prize)}`, `概率 ${chance(prize.probability)}`, stockWords(prize), prize.image && "有图片", prize.is_activity && "标为活动"].filter(Boolean).join("，");

/**
 * @param {ServerPrize} before as the server has it @param {ServerPrize} now as it is sent
 * @returns {string[]}
 */
function changesOf(before, now) {
  const found = [];
  if (before.name !== now.name) found.push(`改名为“${now.name}”`);
  if (before.type !== now.type) found.push(`${typeName(before.type)} → ${typeName(now.type)}，限量重新算起`);
  if (before.value !== now.value) found.push(`价值 ${valueWords(before)} → ${valueWords(now)}`);
  if (chance(before.probability) !== chance(now.probability)) found.push(`概率 ${chance(before.probability)} → ${chance(now.probability)}`);
  if (before.stock !== now.stock) found.push(`${stockWords(before)} → ${stockWords(now)}${left(before, now)}`);
  if (before.angle !== now.angle) found.push(`起点 ${before.angle}° → ${now.angle}°`);
  if ((before.color || "").toLowerCase() !== now.color) found.push("换了颜色");
  if ((before.image || "") !== (now.image || "")) found.push(now.image ? (before.image ? "换了图片" : "加了图片") : "去掉图片");
  if (before.is_activity !== now.is_activity) found.push(now.is_activity ? "标为活动" : "不再标为活动");
  return found;
}

/** @param {ServerPrize} before @param {ServerPrize} now */
function left(before, now) {
  if (before.stock === null || now.stock === null || before.type !== now.type) return "";
  return `（还剩 ${count(Math.max(0, now.stock - before.stock + (before.stock_left || 0)))} 份）`;
}

/**
 * @param {ServerConfig | null} config the wheel that is replaced; null if there is none
 * @param {Draft} draft
 * @returns {Change[]} empty if it is the same wheel
 */
export function changes(config, draft) {
  const now = toBody(draft);
  if (!config) return [{ title: "新的转盘", text: `${count(now.prizes.length)} 个奖品，每次 ${points(now.cost_points)}` }];
  const found = /** @type {Change[]} */ ([]);
  if (config.cost_points !== now.cost_points) found.push({ title: "每次抽奖", text: `${points(config.cost_points)} → ${points(now.cost_points)}` });
  if (config.daily_limit !== now.daily_limit) found.push({ title: "每人每天", text: `${count(config.daily_limit)} 次 → ${count(now.daily_limit)} 次` });
  for (const prize of now.prizes) {
    const before = config.prizes.find((old) => old.id === prize.id);
    if (!before) found.push({ title: `新增“${prize.name}”`, text: introduced(prize) });
    else {
      const own = changesOf(before, prize);
      if (own.length > 0) found.push({ title: `“${before.name}”`, text: own.join("；") });
    }
  }
  for (const old of config.prizes) {
    if (!now.prizes.some((prize) => prize.id === old.id)) found.push({ title: `撤下“${old.name}”`, text: `原来概率 ${chance(old.probability)}` });
  }
  if ((config.fallback || null) !== now.fallback) {
    const named = now.prizes.find((prize) => prize.id === now.fallback);
    found.push({ title: "抽完后给", text: named ? `“${named.name}”` : "不需要" });
  }
  if (config.rules !== now.rules) found.push({ title: "规则文字", text: now.rules.trim() === "" ? "删掉了" : "有改动", before: config.rules, after: now.rules });
  return found;
}

/**
 * The same draft on another wheel: what is new must not take an id that the other one has, or it would inherit what was won of it.
 * @param {Draft} draft
 * @param {ServerConfig} config the wheel that is there now
 * @returns {Draft}
 */
export function rebased(draft, config) {
  const ids = new Set(draft.prizes.map((prize) => prize.id).concat(config.prizes.map((prize) => prize.id)));
  let fallback = draft.fallback;
  const prizes = draft.prizes.map((prize) => {
    const there = config.prizes.find((old) => old.id === prize.id);
    if (!prize.isNew) return { ...prize, won: there && there.stock !== null ? there.stock - (there.stock_left || 0) : prize.won };
    if (!there) return prize;
    let id = 1;
    while (ids.has(id)) id += 1;
    ids.add(id);
    if (draft.fallback === prize.id) fallback = id;
    return { ...prize, id };
  });
  return { ...draft, fallback, prizes };
}

/**
 * The draft as one of that wheel: a prize with the id of one on it is that one, with what was won of it; the others are new.
 * @param {Draft} draft @param {ServerConfig | null} config @returns {Draft}
 */
export const adopted = (draft, config) => ({
  ...draft,
  prizes: draft.prizes.map((prize) => {
    const there = config ? config.prizes.find((old) => old.id === prize.id) : undefined;
    if (!there) return { ...prize, isNew: true, won: null, wonType: "" };
    return { ...prize, isNew: false, won: there.stock === null ? null : there.stock - (there.stock_left || 0), wonType: there.type };
  }),
});
