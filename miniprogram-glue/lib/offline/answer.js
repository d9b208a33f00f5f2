/** What handlers share: refusals, lists, days, and the ledger. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { nextId } from "./shop.js";

/**
 * What a handler is given. `id` is what stands in the path.
 * @typedef {object} Visit
 * @property {import('./shop.js').Shop} shop
 * @property {any} me the user's row; changed in place
 * @property {any} body
 * @property {any} query
 * @property {string} id
 * @property {{filePath: string, formData: any} | undefined} photo
 * @property {import('../../../www-demo/common/types.js').Core} core
 * @property {number} now Unix milliseconds
 * @property {string} at the same as ISO-8601
 * @property {string} seed 64 hexadecimal digits of chance, for one use
 * @property {(type: string, data: any) => void} push
 */

/** @param {number} code @param {string} message @param {any} [data] */
export const refusal = (code, message, data = {}) => new ApiError("refused", code, message, data);

/** @param {string} field @param {string} message */
export const malformed = (field, message) => refusal(400, message, { field });

/** @param {string} name @param {any[]} rows all of them, in order @param {any} query */
export function listOf(name, rows, query) {
  const page = wholeNumber(query.page, 1, "page", 1_000_000_000);
  const size = wholeNumber(query.size, 20, "size", 100);
  const shown = rows.slice((page - 1) * size, page * size);
  const place = { page, size, total: rows.length, has_more: page * size < rows.length };
  return { [name]: shown, list: shown, ...place, pagination: { ...place } };
}

/** @param {unknown} given @param {number} otherwise @param {string} field @param {number} most */
function wholeNumber(given, otherwise, field, most) {
  if (given === undefined || given === null || given === "") return otherwise;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1 || number > most) throw malformed(field, `参数 ${field} 必须是 1 到 ${most} 的整数`);
  return number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days are those of Asia/Shanghai, as the server has them. @param {number | string} time */
export const dayOf = (time) => Math.floor((new Date(time).getTime() + 8 * HOUR_MS) / DAY_MS);
/** @param {number} now */
export const tomorrow = (now) => new Date((dayOf(now) + 1) * DAY_MS - 8 * HOUR_MS).toISOString();

/** @type {Record<string, string>} */
const REASONS = {
  lottery_draw: "抽奖消耗",
  lottery_prize: "抽奖奖励",
  exchange_redeem: "商品兑换",
  photo_review: "小票审核",
  check_in: "每日签到",
  register: "注册奖励",
};

/**
 * @param {Visit} visit @param {any} user
 * @param {{points: number, reason: string, description: string, related_id?: string | null}} move
 */
export function movePoints({ shop, at, push }, user, { points, reason, description, related_id = null }) {
  user.total_points += points;
  const isReturn = reason === "exchange_redeem" && points > 0;
  if (points > 0 && !isReturn) user.earned += points;
  else user.spent -= points;
  const reason_text = isReturn ? "兑换退回" : REASONS[reason];
  shop.ledger.push({
    id: nextId(shop),
    user_id: user.user_id,
    type: points > 0 ? "earn" : "spend",
    points,
    change_points: points,
    source: reason,
    reason,
    reason_text,
    description,
    balance_after: user.total_points,
    related_id,
    created_at: at,
  });
  push("points_update", { user_id: user.user_id, total_points: user.total_points, change_points: points, reason, reason_text, timestamp: at });
}

/** Rows of one user without saying whose, newest first. @param {any[]} rows @param {any} me */
export const ownRows = (rows, me) =>
  rows
    .filter(({ user_id }) => user_id === me.user_id)
    .map(({ user_id: _, ...row }) => row)
    .reverse();

/** @param {any[]} rows @param {unknown} status @param {string[]} known @param {string} [field] */
export function withStatus(rows, status, known, field = "status") {
  if (!status || status === "all") return rows;
  if (!known.includes(String(status))) throw malformed(field, `参数 ${field} 必须是 ${known.join("、")} 或 all`);
  return rows.filter((row) => row[field] === status);
}
