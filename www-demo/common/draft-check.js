/** A draft of the prize table put together for the core, which checks it, and for the server. */

import { PRIZES_MAX, WEIGHTS, chanceSum } from "./draft.js";
import { imageProblem } from "./draft-image.js";
import { hasControl, length, parts, whole } from "./typed-numbers.js";

/** @typedef {import('./draft.js').Draft} Draft */

const RULES_MAX = 5000;
const NAME_MAX = 100;
const CENTS_MAX = 100_000_000;
/** Half of a pair is no character. */
export const HALF = /[\ud800-\udfff]/u;

/**
 * The draft as the core takes it. What can't be read as a number is a nought there, and named in `unread`.
 * @param {Draft} draft
 */
export function toSpec(draft) {
  const unread = /** @type {Record<string, string>} */ ({});
  /** @param {string} field @param {number | null} number @param {string} words */
  const read = (field, number, words) => {
    if (number === null) unread[field] = words;
    return number === null ? 0 : number;
  };
  const prizes = draft.prizes.map((prize, at) => {
    const field = (/** @type {string} */ name) => `prizes[${at}].${name}`;
    const cents = read(field("value"), parts(prize.value, 2, CENTS_MAX), "请填 0 到 1,000,000 的数，最多两位小数");
    if (prize.type === "points" && cents % 100 !== 0) unread[field("value")] = "积分要是整数";
    if (!/^#[0-9a-f]{6}$/i.test(prize.color)) unread[field("color")] = "请填 # 和六位十六进制数字";
    const picture = imageProblem(prize.image);
    if (picture !== "") unread[field("image")] = picture;
    return {
      id: prize.id,
      angle: read(field("angle"), whole(prize.angle, 0, 359), "请填 0 到 359 的整数"),
      weight: read(field("probability"), parts(prize.chance, 2, WEIGHTS), "请填 0 到 100 的百分数，最多两位小数"),
      type: prize.type,
      value_cents: cents,
      is_activity: prize.isActivity,
      stock: prize.isLimited ? read(field("stock"), whole(prize.stock, 0, 4294967295), "请填 0 或更多的整数") : null,
      name: length(prize.name) > NAME_MAX || HALF.test(prize.name) ? "" : prize.name,
    };
  });
  const spec = {
    cost: read("cost_points", whole(draft.cost, 0, 4294967295), "请填 1 到 1,000,000 的整数"),
    daily_limit: read("daily_limit", whole(draft.limit, 0, 4294967295), "请填 1 到 10,000 的整数"),
    fallback: draft.fallback,
    prizes,
  };
  return { spec, unread };
}

/** What the core calls otherwise than the server. @type {Record<string, string>} */
export const WIRE = { cost: "cost_points", weight: "probability", value_cents: "value" };

/** What the core finds, in words. @param {{code: string, field: string}} problem @param {Draft} draft */
export function words(problem, draft) {
  const { code, field } = problem;
  const named = draft.prizes.find((prize) => prize.id === draft.fallback);
  const name = named ? `“${named.name}”` : "它";
  switch (code) {
    case "duplicate":
      return field === "angle" ? "和别的奖品从同一处开始" : "和别的奖品重复";
    case "weight_sum":
      return `概率加起来要正好 100%，现在${chanceSum(draft).words}`;
    case "too_narrow":
      return "这一格太窄，至少要 2°";
    case "control_character":
      return "不能换行，也不能有特殊字符";
    case "fallback_needed":
      return "有奖品限量，要选一个“未中奖”在抽完后代替它";
    case "fallback_unknown":
      return "请重新选一个，原来那个不在转盘上了";
    case "fallback_not_empty":
      return `${name}不是“未中奖”，请换一个`;
    case "fallback_limited":
      return `${name}自己不能限量`;
    default:
      return /** @type {Record<string, string>} */ ({
        cost: "请填 1 到 1,000,000 的整数",
        daily_limit: "请填 1 到 10,000 的整数",
        prizes: `要有 2 到 ${PRIZES_MAX} 个奖品`,
        weight: "请填 0 到 100 的百分数，最多两位小数",
        value_cents: "请填 0 到 1,000,000 的数，最多两位小数",
        name: "请填名称，最多 100 个字",
        angle: "请填 0 到 359 的整数",
      })[field] || "请检查这一项";
  }
}

/** What is wrong with the rules, in words; empty if nothing. @param {string} rules */
export function rulesFault(rules) {
  if (rules.length > RULES_MAX && length(rules) > RULES_MAX) return `最多 5,000 个字，现在 ${length(rules)} 个`;
  return hasControl(rules, true) || HALF.test(rules) ? "含有特殊字符，请重新输入" : "";
}

/**
 * What is wrong, by the server's names of the fields: `prizes[3].probability`.
 * @param {any} core @param {Draft} draft
 * @returns {Record<string, string>}
 */
export function errors(core, draft) {
  const { spec, unread } = toSpec(draft);
  const found = /** @type {Record<string, string>} */ ({});
  const isWeightUnread = Object.keys(unread).some((field) => /probability$/.test(field));
  for (const problem of core.tableErrors(spec)) {
    // A sum of what can't be read says nothing.
    if (problem.code === "weight_sum" && isWeightUnread) continue;
    const name = WIRE[problem.field] || problem.field;
    // The chances of all are nobody's own.
    const whose = problem.code === "weight_sum" ? "probability" : name;
    const field = problem.prize_index === null ? whose : `prizes[${problem.prize_index}].${name}`;
    if (!found[field]) found[field] = words(problem, draft);
  }
  for (const [at, prize] of draft.prizes.entries()) if (prize.name.trim() === "") found[`prizes[${at}].name`] = "请填写名称";
  const fault = rulesFault(draft.rules);
  if (fault !== "") found.rules = fault;
  return { ...found, ...unread };
}

/** What is sent. Every prize has its id, so that the one in place of others can be named. @param {Draft} draft */
export function toBody(draft) {
  const { spec } = toSpec(draft);
  return {
    cost_points: spec.cost,
    daily_limit: spec.daily_limit,
    fallback: spec.fallback,
    rules: draft.rules,
    prizes: spec.prizes.map((prize, at) => ({
      id: prize.id,
      name: draft.prizes[at]?.name || "",
      type: prize.type,
      value: prize.value_cents / 100,
      probability: prize.weight / WEIGHTS,
      angle: prize.angle,
      color: (draft.prizes[at]?.color || "").toLowerCase(),
      image: draft.prizes[at]?.image || "",
      is_activity: prize.is_activity,
      stock: prize.stock,
    })),
  };
}
