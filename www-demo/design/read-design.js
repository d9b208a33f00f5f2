/**
 * Reads a design from JSON, whole or not at all: what was exported here, and what the server answers and takes at
 * `/api/merchant/lottery/config`. Rules of the table are not looked at: an unfinished design is one, too. Nor is how much it is: what was
 * kept here comes back, whatever it is. A design from elsewhere is read by `importDesign`.
 */

import { COLOURS, TYPES, equalAngles } from "../common/draft.js";
import { imageProblem, isUnsent } from "../common/draft-image.js";
import { NUMBERS, unitsOf } from "./design-numbers.js";
import { FileProblem } from "./file-problem.js";
import { FORMAT, TERMS, noTerms } from "./write-design.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').Prize} Prize
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 * @typedef {import('./write-design.js').Terms} Terms
 * @typedef {{draft: Draft, terms: Terms | undefined}} Read `terms`: undefined where nothing is said of them
 */

const ID_MAX = 2_147_483_647;
/** @type {Record<string, string>} */
const LABELS = { cost_points: "每次抽奖的积分", daily_limit: "每人每天的次数", fallback: "抽完后给的奖品", rules: "规则文字", terms: "活动说明", prizes: "奖品", id: "编号", name: "名称", type: "种类", value: "价值", probability: "概率", angle: "格子起点", color: "颜色", image: "图片", is_activity: "活动标记", stock: "限量", stock_left: "剩余数量", organiser: "主办方", period: "活动时间", redemption: "兑奖办法", contact: "联系方式" };

/** @param {string} field @param {string} problem */
export function problemOf(field, problem) {
  const [, at, own] = /^prizes\[(\d+)\]\.?(.*)$/.exec(field) || [];
  const label = LABELS[own ?? field.replace(/^terms\./, "")];
  const whose = at === undefined ? "" : `第 ${Number(at) + 1} 个奖品`;
  return new FileProblem(field, `${whose}${whose && label ? "的" : ""}${label ? `“${label}”` : ""}${problem}`);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A field of its own: what an object inherits was not in the file. @param {Record<string, unknown>} object @param {string} name */
const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

/** @param {string} field @param {unknown} value @param {string} [otherwise] if it is not there @returns {string} */
function text(field, value, otherwise) {
  if ((value === undefined || value === null) && otherwise !== undefined) return otherwise;
  if (typeof value !== "string") throw problemOf(field, "要是文字");
  return value;
}

/** @param {string} field @param {unknown} value @returns {boolean} */
function flag(field, value) {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw problemOf(field, "要是 true 或 false");
  return value;
}

/** @param {string} field @param {unknown} value @returns {number} */
function id(field, value) {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > ID_MAX) throw problemOf(field, `要是 1 到 ${ID_MAX} 的整数`);
  return value;
}

/**
 * A number as it is typed: as it was, if the file says so and it is the same number.
 * @param {string} field @param {keyof typeof NUMBERS} name @param {unknown} value @param {Record<string, unknown>} typed @param {string} [otherwise]
 */
function number(field, name, value, typed, otherwise) {
  const kind = NUMBERS[name];
  const given = own(typed, field);
  const was = given === undefined ? undefined : text(field, given);
  if (value === undefined || value === null) {
    if (was !== undefined) return was;
    if (otherwise !== undefined) return otherwise;
    throw problemOf(field, value === null ? `要是${kind.words}` : "没有写");
  }
  const units = unitsOf(kind, value);
  if (units === null) throw problemOf(field, `要是${kind.words}`);
  return was !== undefined && kind.read(was) === units ? was : kind.text(units);
}

/** @param {string} field @param {unknown} value @returns {string} */
function image(field, value) {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw problemOf(field, "要是文字");
  // An address that won't do is shown beside its field; a picture that won't do is never taken in.
  if (isUnsent(value) && imageProblem(value) !== "") throw problemOf(field, `：${imageProblem(value)}`);
  return value;
}

/** @param {unknown} value @param {number} at @param {number} fresh an id, if it brings none @param {Record<string, unknown>} typed @returns {Prize} */
function prize(value, at, fresh, typed) {
  const field = (/** @type {string} */ name) => `prizes[${at}].${name}`;
  if (!isObject(value)) throw problemOf(`prizes[${at}]`, "要是一组 { … }");
  const given = (/** @type {string} */ name) => own(value, name);
  const type = given("type");
  if (!TYPES.some((known) => known.id === type)) throw problemOf(field("type"), "要是 coupon、points、physical 或 empty");
  const isLimited = (given("stock") !== undefined && given("stock") !== null) || flag(field("stock"), given("is_limited"));
  const ownId = given("id") === undefined || given("id") === null ? fresh : id(field("id"), given("id"));
  return {
    key: `p${ownId}`,
    id: ownId,
    isNew: true,
    name: text(field("name"), given("name")),
    type: String(type),
    value: number(field("value"), "value", given("value"), typed),
    chance: number(field("probability"), "probability", given("probability"), typed),
    angle: number(field("angle"), "angle", given("angle"), typed, ""),
    color: text(field("color"), given("color"), COLOURS[at % COLOURS.length]),
    image: image(field("image"), given("image")),
    isActivity: flag(field("is_activity"), given("is_activity")),
    isLimited,
    stock: number(field("stock"), "stock", given("stock"), typed, ""),
    won: null,
    wonType: "",
  };
}

/** @param {unknown} value @param {Record<string, unknown>} typed @returns {Prize[]} */
function prizes(value, typed) {
  if (!Array.isArray(value)) throw problemOf("prizes", value === undefined ? "没有写" : "要是一列 [ … ]");
  const ids = new Set(value.map((one) => (isObject(one) ? own(one, "id") : undefined)));
  const found = value.map((one, at) => {
    let fresh = 1;
    while (ids.has(fresh)) fresh += 1;
    const made = prize(one, at, fresh, typed);
    ids.add(made.id);
    return made;
  });
  const seen = new Set();
  for (const [at, one] of found.entries()) {
    if (seen.has(one.id)) throw problemOf(`prizes[${at}].id`, `和别的奖品一样，都是 ${one.id}`);
    seen.add(one.id);
  }
  return found;
}

/**
 * @param {unknown} value what JSON was parsed into
 * @returns {Read} its prizes are new ones until they are held against a wheel (`adopted`)
 * @throws {FileProblem} naming what is wrong
 */
export function readDesign(value) {
  if (!isObject(value)) throw new FileProblem("", "里面不是一个转盘");
  const given = (/** @type {string} */ name) => own(value, name);
  const format = given("format");
  if (format !== undefined && format !== FORMAT) throw new FileProblem("format", `这是另一种文件（format 不是 ${FORMAT}）`);
  if (format === undefined && given("prizes") === undefined) throw new FileProblem("prizes", "里面没有奖品，不是转盘的文件");
  const typed = given("typed") ?? {};
  if (!isObject(typed)) throw new FileProblem("typed", "“typed”要是一组 { … }");
  const terms = given("terms") ?? undefined;
  if (terms !== undefined && !isObject(terms)) throw problemOf("terms", "要是一组 { … }");
  const fallback = given("fallback");
  const draft = {
    cost: number("cost_points", "cost_points", given("cost_points"), typed),
    limit: number("daily_limit", "daily_limit", given("daily_limit"), typed),
    fallback: fallback === undefined || fallback === null ? null : id("fallback", fallback),
    rules: text("rules", given("rules"), ""),
    prizes: prizes(given("prizes"), typed),
  };
  const isUnplaced = format === undefined && draft.prizes.every((one) => one.angle === "");
  const read = terms && noTerms();
  for (const name of TERMS) if (read) read[name] = text(`terms.${name}`, own(terms, name), "");
  // As the server does where nobody says where sectors start.
  return { draft: isUnplaced ? equalAngles(draft) : draft, terms: read };
}
