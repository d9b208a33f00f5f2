/** Drawing, by the core: sealed before, proved after, as the server does it. */

import { dayOf, listOf, malformed, movePoints, refusal } from "./answer.js";
import { nextId } from "./shop.js";
import { leftOf } from "./wheel.js";

/** @typedef {import('./answer.js').Visit} Visit */

/** @type {Record<string, number>} */
const COUNTS = { single: 1, triple: 3, five: 5, ten: 10 };

/** @param {Visit} visit */
const drawnToday = ({ me, now }) => (me.draw_day === dayOf(now) ? me.drawn_today : 0);

/** @param {Visit} visit */
function config(visit) {
  const { shop, me, core } = visit;
  const { wheel } = shop;
  const today_draw_count = drawnToday(visit);
  const prizes = wheel.prizes.map((/** @type {any} */ { won, stock, ...prize }) => ({ ...prize, sold_out: leftOf({ won, stock }) === 0 }));
  const { table_hash, table_text } = wheel;
  const commitment = core.commitment(me.server_seed);
  return {
    prizes,
    cost_points: wheel.cost_points,
    daily_limit: wheel.daily_limit,
    today_draw_count,
    remaining_draws: Math.max(0, wheel.daily_limit - today_draw_count),
    rules: wheel.rules,
    fairness: { algorithm: core.algorithm(), table_hash, table_text, nonce: me.nonce, commitment, client_seed: me.client_seed },
  };
}

/** @param {Visit} visit @returns {number} */
function checked(visit) {
  const { shop, me, body } = visit;
  const { wheel } = shop;
  const count = COUNTS[body.draw_type];
  if (!count) throw malformed("draw_type", "参数 draw_type 必须是 single、triple、five 或 ten");
  if (body.count !== undefined && body.count !== count) throw malformed("count", "参数 count 与 draw_type 不一致");
  if (body.table_hash && body.table_hash !== wheel.table_hash) throw refusal(1003, "奖品概率已更新，请刷新后再抽", { field: "table_hash" });
  if (body.nonce !== undefined && body.nonce !== me.nonce) throw refusal(409, "您在别处抽过奖，请刷新后再抽", { field: "nonce" });
  const remaining_draws = Math.max(0, wheel.daily_limit - drawnToday(visit));
  if (remaining_draws < count) {
    throw refusal(1002, remaining_draws > 0 ? `今日还可抽 ${remaining_draws} 次` : "今日抽奖次数已用完，明天再来吧", { remaining_draws });
  }
  const missing_points = wheel.cost_points * count - me.total_points;
  if (missing_points > 0) throw refusal(1001, `积分不足，还差 ${missing_points} 积分`, { missing_points });
  return count;
}

/**
 * What had run out before each draw of the request: a prize given in it counts for the next.
 * @param {Visit} visit @param {any} asked
 */
function drawAll({ shop, core }, asked) {
  const { prizes } = shop.wheel;
  /** @type {number[][]} */
  let sold_out = Array.from({ length: asked.count }, () => []);
  for (let n = 0; ; n += 1) {
    const { results } = core.draw({ ...asked, sold_out });
    const left = new Map(prizes.map((/** @type {any} */ prize) => [prize.id, leftOf(prize)]));
    for (const { prize_id } of results.slice(0, n)) left.set(prize_id, left.get(prize_id) === null ? null : left.get(prize_id) - 1);
    if (n === asked.count) return { results, sold_out };
    const gone = [...left].filter(([, pieces]) => pieces === 0).map(([id]) => Number(id)).sort((a, b) => a - b);
    sold_out = sold_out.map((list, draw) => (draw === n ? gone : list));
  }
}

/** @param {Visit} visit */
function draw(visit) {
  const { shop, me, body, core, at, now, seed } = visit;
  const count = checked(visit);
  const { table_hash, table_text, cost_points } = shop.wheel;
  const { server_seed, nonce } = me;
  const client_seed = body.client_seed || me.client_seed;
  const { results, sold_out } = drawAll(visit, { table_text, server_seed, client_seed, nonce, count });
  const sealed = {
    algorithm: core.algorithm(),
    table_hash,
    server_seed,
    commitment: core.commitment(server_seed),
    client_seed,
    nonce,
    count,
    sold_out,
    results,
    created_at: at,
    next_nonce: nonce + 1,
    next_commitment: core.commitment(seed),
  };
  const proof = { ...sealed, draw_id: sealedId(core, { ...sealed, table_text }) };
  const today = drawnToday(visit) + count;
  Object.assign(me, { nonce: nonce + 1, server_seed: seed, draws: me.draws + count, draw_day: dayOf(now), drawn_today: today });
  movePoints(visit, me, { points: -cost_points * count, reason: "lottery_draw", description: "抽奖消耗", related_id: proof.draw_id });
  const won = results.map((result, n) => give(visit, proof, result, n));
  shop.draws.push({ user_id: me.user_id, draw_type: body.draw_type, proof, won, ids: won.map(() => nextId(shop)), cost: cost_points });
  return {
    results: won,
    remaining_points: me.total_points,
    today_draw_count: today,
    points_cost: cost_points * count,
    draw_id: proof.draw_id,
    fairness: proof,
  };
}

/** The id is the digest of the rest; the core says what it should be. @param {Visit["core"]} core @param {any} sealed @returns {string} */
function sealedId(core, sealed) {
  const { checks } = core.verify({ ...sealed, draw_id: `d1-${"0".repeat(40)}` });
  return String(checks.find(({ check }) => check === "draw_id")?.expected);
}

/** @param {Visit} visit @param {any} proof @param {any} result @param {number} n */
function give(visit, proof, { prize_id, drawn_prize_id, angle, is_near_miss }, n) {
  const { shop, me, at } = visit;
  const { wheel } = shop;
  const prize = wheel.prizes.find((/** @type {any} */ one) => one.id === prize_id);
  prize.won += 1;
  wheel.total_draws += 1;
  wheel.counts[drawn_prize_id].observed += 1;
  wheel.counts[prize_id].given += 1;
  const { draw_id } = proof;
  if (prize.type === "points" && prize.value > 0) {
    movePoints(visit, me, { points: prize.value, reason: "lottery_prize", description: prize.name, related_id: draw_id });
  } else if (prize.type === "coupon" || prize.type === "physical") {
    const order_id = `LW${draw_id.slice(3, 27)}-${n + 1}`;
    const product = { product_id: null, draw_id, product_name: prize.name, product_image: "", quantity: 1, points_cost: 0 };
    shop.orders.push({ user_id: me.user_id, id: nextId(shop), order_id, order_no: order_id, source: "lottery", ...product, status: "pending", created_at: at });
  }
  return {
    prize_id,
    prize_name: prize.name,
    prize_type: prize.type,
    prize_value: prize.value,
    angle: angle / 100,
    is_near_miss,
    is_activity: prize.is_activity,
    drawn_prize_id,
  };
}

/** One row for each result, newest first. @param {Visit} visit */
function rowsOf({ shop, me }) {
  const own = shop.draws.filter(({ user_id }) => user_id === me.user_id);
  const rows = own.map(({ draw_type, proof, won, ids, cost }) =>
    won.map((/** @type {any} */ { prize_id, prize_name, prize_type, prize_value, is_near_miss, angle }, /** @type {number} */ n) => ({
      id: ids[n],
      draw_id: proof.draw_id,
      draw_type,
      prize_id,
      prize_name,
      prize_type,
      prize_value,
      points_cost: cost,
      is_near_miss,
      angle,
      nonce: proof.nonce,
      created_at: proof.created_at,
    })),
  );
  return /** @type {any[]} */ ([]).concat(...rows).reverse();
}

/** @param {Visit} visit */
function proof({ shop, id }) {
  const found = shop.draws.find((one) => one.proof.draw_id === id);
  if (!found) throw refusal(404, "没有找到这次抽奖");
  return { ...found.proof, table_text: shop.tables[found.proof.table_hash] };
}

/** @param {Visit} visit */
function statistics(visit) {
  const rows = rowsOf(visit);
  const wins = { points: 0, coupon: 0, physical: 0, empty: 0 };
  for (const { prize_type } of rows) wins[/** @type {keyof typeof wins} */ (prize_type)] += 1;
  const sum = (/** @type {any[]} */ numbers) => numbers.reduce((all, one) => all + one, 0);
  return {
    total_draws: rows.length,
    today_draws: drawnToday(visit),
    points_spent: sum(rows.map(({ points_cost }) => points_cost)),
    points_won: sum(rows.filter(({ prize_type }) => prize_type === "points").map(({ prize_value }) => prize_value)),
    total_wins: rows.length - wins.empty,
    wins,
    near_misses: rows.filter(({ is_near_miss }) => is_near_miss).length,
  };
}

/** @param {Visit} visit */
function odds({ shop }) {
  const { table_text, table_hash, published_at, cost_points, total_draws, prizes, counts } = shop.wheel;
  const shown = prizes.map((/** @type {any} */ { id, name, type, value, probability, stock, won }) => ({
    id,
    name,
    type,
    value,
    probability,
    expected_count: Math.round(total_draws * probability * 10_000) / 10_000,
    observed_count: counts[id].observed,
    given_count: counts[id].given,
    stock,
    stock_left: leftOf({ stock, won }),
  }));
  return { table_text, table_hash, published_at, cost_points, total_draws, prizes: shown };
}

/** @type {Record<string, (visit: Visit) => any>} */
export const LOTTERY = {
  "GET /api/lottery/config": config,
  "POST /api/lottery/draw": draw,
  "GET /api/lottery/records": (visit) => listOf("records", rowsOf(visit), visit.query),
  "GET /api/lottery/proof/{id}": proof,
  "GET /api/lottery/statistics": statistics,
  "GET /api/lottery/odds": odds,
};
