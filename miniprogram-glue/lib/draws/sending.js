/** One draw on its way, new or again, until it is clear what became of it. */

import { apiError } from "../../../www-demo/common/api-error.js";
import { outcomesOf } from "../../../www-demo/common/outcomes.js";
import { play } from "../../../www-demo/common/play.js";
import { judge } from "../../../www-demo/common/prove.js";
import { expired } from "../api/renewal.js";
import { findSpent } from "./spent.js";
import { madeBefore, maybeMade, notDrawn, spared } from "./trouble.js";
import { verdictOf } from "./verdict.js";

/**
 * @typedef {import('../../../www-demo/common/api-error.js').ApiError} ApiError
 * @typedef {import('../../../www-demo/common/memory.js').Pending} Pending
 * @typedef {import('./reading.js').Desk} Desk
 * @typedef {import('./verdict.js').Verdict} Verdict
 *
 * `outcomes` has names and kinds from the proof's own table.
 * @typedef {{answer: import('../../../www-demo/common/types.js').DrawAnswer, verdict: Verdict,
 *   outcomes: import('../../../www-demo/common/outcomes.js').Outcome[], isResumed: boolean}} Drawn
 */

/** Pages may show all of a result, so all of it is compared. @param {any} result */
const shownOf = ({ prize_id, drawn_prize_id, angle, prize_name, prize_type }) => ({
  prize_id,
  drawn_prize_id,
  angle: Math.round(angle * 100),
  name: prize_name,
  kind: prize_type,
});

/**
 * @param {object} parts
 * @param {import('../session/state.js').State} parts.state
 * @param {import('../api/api.js').Api} parts.api
 * @param {import('../../../www-demo/common/types.js').Calls} parts.calls
 * @param {import('./reading.js').Reading} parts.reading
 * @param {(desk: Desk, verdict: Verdict, drawId: string, against: {expected: any, shown: any}) => void} parts.keep a proof that failed
 */
export function createSending({ state, api, calls, reading: { read, known, told, set }, keep }) {
  /** @param {Desk} desk @param {Pending} pending @param {boolean} isResumed @returns {Promise<Drawn>} */
  async function send(desk, pending, isResumed) {
    const { core, memory, visit } = desk;
    const news = await known(desk);
    const { table, config, points, left } = news.known;
    const draw = (/** @type {import('../../../www-demo/common/types.js').DrawBody} */ body) => api.lottery.draw(body, isResumed);
    let played;
    try {
      played = await play({ api: { ...calls, draw }, core, memory, table, shownOf }, pending);
    } catch (caught) {
      const error = apiError(caught);
      if (error.code === 409) throw await spent(desk, pending);
      if (error.code === 1003) await read(desk).catch(() => {});
      const unsure = memory.pending() !== null;
      throw notDrawn(error, { cost: config.cost_points * pending.body.count, points, left, unsure });
    }
    const { answer, proof, judgement, against } = played;
    const verdict = verdictOf(judgement, proof);
    if (!verdict.ok) keep(desk, verdict, answer.draw_id, against);
    if (state.visit !== visit) throw expired();
    // A promise that was not kept is no ground for the next draw.
    const next = { commitment: proof.next_commitment, table_hash: table.hash };
    set(desk, verdict.ok ? { ...news, known: after(news.known, answer, proof), promise: next } : null);
    const drawn = { answer, verdict, outcomes: outcomesOf(played), isResumed };
    return isResumed ? { ...drawn, answer: await upToDate(desk, answer, pending, news.known) } : drawn;
  }

  /**
   * The answer to a draw that was sent before is as old as the draw: what is left of points and draws is read.
   * @param {Desk} desk @param {import('../../../www-demo/common/types.js').DrawAnswer} answer @param {Pending} pending
   * @param {import('../../../www-demo/common/news.js').Known} before as read before it was sent again
   */
  async function upToDate(desk, answer, { nonce }, before) {
    const fresh = await read(desk).catch(() => null);
    if (state.visit !== desk.visit) throw expired();
    if (!fresh && before.nonce <= nonce) return answer; // it was made only now
    const { points, left, config } = fresh ? fresh.known : before;
    return { ...answer, remaining_points: points, today_draw_count: Math.max(0, config.daily_limit - left) };
  }

  /**
   * The number of this draw is spent: by this very draw, whose answer was lost, or by another.
   * @param {Desk} desk @param {Pending} pending @returns {Promise<ApiError>}
   */
  async function spent(desk, { nonce, commitment, body }) {
    const { client_seed, count, table_hash } = body;
    let proof;
    try {
      proof = await findSpent(calls, nonce);
    } catch {
      set(desk, null);
      return maybeMade();
    }
    if (!proof || proof.client_seed !== client_seed) return spared(told(await read(desk)).words);
    const against = { expected: { commitment, client_seed, count, nonce, table_hash, draw_id: proof.draw_id }, shown: null, live: false, extra: [] };
    const verdict = verdictOf(judge(desk.core, proof, against), proof);
    if (!verdict.ok) keep(desk, verdict, proof.draw_id, against);
    desk.memory.settle(nonce, proof.draw_id, body);
    await read(desk).catch(() => {});
    return madeBefore(verdict);
  }

  return send;
}

/**
 * @param {import('../../../www-demo/common/news.js').Known} before
 * @param {import('../../../www-demo/common/types.js').DrawAnswer} answer @param {any} proof
 */
function after(before, { remaining_points, today_draw_count }, { next_nonce, next_commitment }) {
  const left = Math.max(0, before.config.daily_limit - today_draw_count);
  return { ...before, points: remaining_points, left, nonce: next_nonce, commitment: next_commitment };
}
