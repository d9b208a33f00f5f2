/** Logging in, and what there is of a user. */

import { dayOf, listOf, malformed, movePoints, ownRows, refusal, tomorrow } from "./answer.js";
import { nextId, WELCOME_POINTS } from "./shop.js";

/** @typedef {import('./answer.js').Visit} Visit */

const CHECK_IN_POINTS = 10;

/** @param {any} user */
const userInfo = ({ user_id, phone, nickname, avatar, total_points }) => ({
  user_id,
  phone,
  nickname,
  avatar,
  total_points,
  is_merchant: true, // whoever looks at the app without a server sees all of it
  status: "active",
});

/** @param {any} user */
const wholeUser = (user) => ({ ...userInfo(user), level: 1 + Math.floor(user.earned / 1000), created_at: user.created_at });

/** @param {unknown} phone */
function checkPhone(phone) {
  if (!/^1[3-9]\d{9}$/.test(String(phone))) throw refusal(1001, "手机号格式不正确", { field: "phone" });
}

/** Made out of chance; nobody looks at them. @param {Visit} visit */
const tokens = ({ seed }) => ({ access_token: `offline-${seed}`, refresh_token: seed, token_type: "Bearer", expires_in: 7200 });

/** @param {Visit} visit */
function login(visit) {
  const { shop, body, at } = visit;
  checkPhone(body.phone);
  if (!/^\d{6}$/.test(String(body.code))) throw refusal(1002, "验证码错误或已过期");
  const digits = String(body.phone);
  let user = shop.users.find(({ mobile }) => mobile === digits);
  if (!user) {
    const phone = `${digits.slice(0, 3)}****${digits.slice(-4)}`;
    const nickname = body.nickname || `用户${digits.slice(-4)}`;
    user = { user_id: nextId(shop), mobile: digits, phone, nickname, avatar: "", total_points: 0, earned: 0, spent: 0, draws: 0, created_at: at };
    Object.assign(user, { nonce: 1, server_seed: visit.seed, client_seed: visit.seed.slice(0, 32), checked_in: null });
    shop.users.push(user);
    movePoints(visit, user, { points: WELCOME_POINTS, reason: "register", description: "新用户注册奖励" });
  }
  return { ...tokens(visit), user_info: userInfo(user) };
}

/** @param {Visit} visit */
function update({ me, body }) {
  const given = Object.keys(body).filter((key) => ["nickname", "avatar", "client_seed"].includes(key));
  if (given.length === 0) throw malformed("nickname", "没有要修改的内容");
  const nickname = body.nickname === undefined ? me.nickname : String(body.nickname).trim();
  if (nickname === "") throw malformed("nickname", "参数 nickname 不能为空");
  if (Array.from(nickname).length > 32) throw malformed("nickname", "参数 nickname 不能超过 32 个字符");
  Object.assign(me, { nickname, avatar: body.avatar ?? me.avatar, client_seed: body.client_seed ?? me.client_seed });
  return wholeUser(me);
}

/** @param {Visit} visit */
function statistics({ shop, me, at }) {
  const own = (/** @type {any[]} */ rows) => rows.filter(({ user_id }) => user_id === me.user_id);
  const orders = own(shop.orders).filter(({ source, status }) => source === "redeem" && status !== "cancelled").length;
  const uploads = own(shop.uploads).length;
  const month = own(shop.ledger).filter(({ points, created_at, reason }) => points > 0 && reason !== "exchange_redeem" && created_at.slice(0, 7) === at.slice(0, 7));
  return {
    total_lottery: me.draws,
    total_exchange: orders,
    total_upload: uploads,
    this_month_points: month.reduce((sum, { points }) => sum + points, 0),
    total_earned_points: me.earned,
    total_spent_points: me.spent,
    total_draws: me.draws,
    total_exchanges: orders,
    total_uploads: uploads,
    total_points_earned: me.earned,
    total_points_spent: me.spent,
  };
}

/** @param {Visit} visit */
function checkIn(visit) {
  const { me, now, at } = visit;
  const next_at = tomorrow(now);
  if (me.checked_in === dayOf(now)) throw refusal(409, "今天已经签到过了，明天再来吧", { next_at });
  me.checked_in = dayOf(now);
  movePoints(visit, me, { points: CHECK_IN_POINTS, reason: "check_in", description: "每日签到" });
  const { total_points } = me;
  return { points: CHECK_IN_POINTS, remaining_points: total_points, total_points, checked_in_at: at, next_at };
}

/** @param {Visit} visit */
function pointsRecords({ shop, me, query }) {
  const { type = "all" } = query;
  if (!["all", "earn", "spend", ""].includes(type)) throw malformed("type", "参数 type 必须是 earn、spend 或 all");
  const rows = ownRows(shop.ledger, me).filter((row) => type === "all" || type === "" || row.type === type);
  return listOf("records", rows, query);
}

/** @type {Record<string, (visit: Visit) => any>} */
export const USER = {
  "POST /api/auth/send-code": ({ body }) => {
    checkPhone(body.phone);
    return { expires_in: 300, retry_after: 60, dev_code: "123456" };
  },
  "POST /api/auth/login": login,
  "POST /api/auth/refresh": tokens,
  "GET /api/auth/verify": ({ me }) => ({ valid: true, user_info: userInfo(me) }),
  "POST /api/auth/logout": () => ({ logged_out: true }),
  "GET /api/user/info": ({ me }) => wholeUser(me),
  "PUT /api/user/info": update,
  "GET /api/user/statistics": statistics,
  "GET /api/user/points-records": pointsRecords,
  "POST /api/user/check-in": checkIn,
};
