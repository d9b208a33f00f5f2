/** Fair draws: what was promised is noted before, the proof is judged after, and both outlive the app. */

import { ApiError, apiError } from "../../../www-demo/common/api-error.js";
import { createMemory } from "../../../www-demo/common/memory.js";
import { readNews } from "../../../www-demo/common/news.js";
import { listed, outcomesOf } from "../../../www-demo/common/outcomes.js";
import { newDraw, play } from "../../../www-demo/common/play.js";
import { expectedOf, judge } from "../../../www-demo/common/prove.js";
import { expired } from "../api/renewal.js";
import { LOG_IN } from "../api/words.js";
import { randomBytes, requestId } from "../random/random.js";
import { createEvidence } from "./evidence.js";
import { findSpent } from "./spent.js";
import { madeBefore, maybeMade, noChance, notDrawn, notRead, notShown, spared } from "./trouble.js";
import { verdictOf } from "./verdict.js";

/**
 * @typedef {import('../../../www-demo/common/memory.js').Pending} Pending
 * @typedef {import('../../../www-demo/common/news.js').News} News
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
 * @param {import('../host.js').Host} parts.host
 * @param {import('../../../www-demo/common/storage.js').Store} parts.store
 * @param {import('../session/state.js').State} parts.state
 * @param {import('../api/api.js').Api} parts.api
 */
export function createDraws({ host, store, state, api }) {
  const calls = {
    user: api.user.info,
    config: api.lottery.config,
    draw: api.lottery.draw,
    proof: api.lottery.proof,
    records: (/** @type {number} */ page, /** @type {number | undefined} */ size) => api.lottery.records({ page, size }),
  };
  /** What the server said last, and to whom. @type {{visit: number, news: News} | null} */
  let current = null;
  /** The table whose prizes, odds and price `load` handed out last: nobody draws by another. @type {{visit: number, hash: string} | null} */
  let shown = null;
  /** One at a time: a wheel that is read while a draw is on its way would take it for somebody else's. @type {Promise<unknown>} */
  let last = Promise.resolve();

  /** @template T @param {() => Promise<T>} step @returns {Promise<T>} */
  function inTurn(step) {
    const mine = last.then(step, step);
    last = mine.catch(() => {});
    return mine;
  }

  /** Core and memory of whoever is logged in. */
  async function ready() {
    const { visit } = state;
    const core = await host.loadCore();
    if (!state.user) throw new ApiError("expired", 401, LOG_IN);
    if (state.visit !== visit) throw expired();
    const { user_id } = state.user;
    return { visit, core, memory: createMemory(store, user_id, host.now), evidence: createEvidence(store, user_id) };
  }

  /** @typedef {Awaited<ReturnType<typeof ready>>} Desk */

  /** @param {Desk} desk @returns {Promise<News>} */
  async function read({ visit, core, memory }) {
    current = null;
    const news = await readNews({ api: calls, core, memory }).catch((error) => {
      throw notRead(apiError(error));
    });
    if (state.visit !== visit) throw expired();
    current = { visit, news };
    return news;
  }

  /** @param {Desk} desk */
  const known = async (desk) => (current && current.visit === desk.visit ? current.news : read(desk));

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
    current = verdict.ok ? { visit, news: { ...news, known: after(news.known, answer, proof), promise: { commitment: proof.next_commitment, table_hash: table.hash } } } : null;
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
      current = null;
      return maybeMade();
    }
    if (!proof || proof.client_seed !== client_seed) return spared((await read(desk)).words);
    const against = { expected: { commitment, client_seed, count, nonce, table_hash, draw_id: proof.draw_id }, shown: null, live: false, extra: [] };
    const verdict = verdictOf(judge(desk.core, proof, against), proof);
    if (!verdict.ok) keep(desk, verdict, proof.draw_id, against);
    desk.memory.settle(nonce, proof.draw_id, body);
    await read(desk).catch(() => {});
    return madeBefore(verdict);
  }

  /** @param {Desk} desk @param {Verdict} verdict @param {string} draw_id @param {{expected: any, shown: any}} against */
  function keep({ evidence }, { words, failed, proof }, draw_id, { expected, shown }) {
    evidence.keep({ draw_id, kept_at: new Date(host.now()).toISOString(), words, failed, proof, expected, shown });
  }

  return {
    /**
     * The wheel as it is now, and what is promised for the next draw.
     * @returns {Promise<import('../../../www-demo/common/types.js').Config & {points: number,
     *   news: {title: string, text: string, bad: boolean} | null, pending: {count: number} | null}>} `news` is what the diner
     * should know before drawing: if it is `bad`, nothing is drawn until `accept`. `pending` was cut off: `resume` it.
     */
    load: () =>
      inTurn(async () => {
        const desk = await ready();
        const news = await read(desk);
        shown = { visit: desk.visit, hash: news.known.table.hash };
        const pending = desk.memory.pending();
        return { ...news.known.config, points: news.known.points, news: news.words, pending: pending && { count: pending.body.count } };
      }),

    /**
     * Draws by the prizes, the odds and the price that `load` gave last; if they are others now, it is refused like the server's 1003
     * until they were loaded. If an earlier draw is still without an answer, that one is asked for again instead (`isResumed`).
     * @param {number} count 1, 3, 5 or 10 @returns {Promise<Drawn>} rejected with an ApiError that says what happened
     */
    draw(count) {
      const seen = shown; // what a `load` that is on its way brings was not seen yet
      return inTurn(async () => {
        const desk = await ready();
        const { core, memory } = desk;
        const pending = memory.pending();
        if (pending) return send(desk, pending, true);
        const { known: now, words } = await known(desk);
        if (words?.bad) throw spared(words);
        const { nonce, commitment, table } = now;
        if (seen?.visit !== desk.visit || seen.hash !== table.hash) throw notShown();
        if (memory.promised(nonce)?.commitment !== commitment) throw spared((await read(desk)).words);
        const seed = await randomBytes(host, 32).then(core.clientSeedFromBytes).catch(() => {
          throw noChance();
        });
        const id = await requestId(host);
        const wish = { count, nonce, commitment, tableHash: table.hash };
        return send(desk, newDraw(memory, wish, { clientSeed: () => seed, requestId: () => id, now: host.now }), false);
      });
    },

    /** The draw that was cut off, by the same request. @returns {Promise<Drawn | null>} null if there is none */
    resume: () =>
      inTurn(async () => {
        const desk = await ready();
        const pending = desk.memory.pending();
        return pending ? send(desk, pending, true) : null;
      }),

    /** The draw without an answer, if there is one. */
    get pending() {
      const pending = state.user ? createMemory(store, state.user.user_id, host.now).pending() : null;
      return pending && { count: pending.body.count, sent_at: pending.sent_at };
    },

    /** Takes the promise that is there now for what it is, after `news.bad`. */
    accept: () =>
      inTurn(async () => {
        const desk = await ready();
        const news = await known(desk);
        desk.memory.accept(news.known.nonce, news.promise);
        current = { visit: desk.visit, news: { ...news, words: null } };
      }),

    /**
     * An old draw of one's own, judged again.
     * @param {string} drawId
     * @param {import('../../../www-demo/common/types.js').DrawRecord[]} [rows] its rows in the list of draws: they are held against it
     * @returns {Promise<Verdict>} rejected with an ApiError
     */
    async judge(drawId, rows = []) {
      const desk = await ready();
      const proof = await api.lottery.proof(drawId);
      const row = rows.length > 0 ? listed(rows) : null;
      const seen = expectedOf(desk.memory, row ? row.nonce : proof?.nonce, drawId);
      const expected = row ? { count: row.count, ...seen } : seen;
      const against = { expected, shown: row ? row.shown : null, live: false, extra: [] };
      const verdict = verdictOf(judge(desk.core, proof, against), proof);
      if (!verdict.ok) keep(desk, verdict, drawId, against);
      return verdict;
    },

    /** Proofs that did not hold, newest first, whole as they should be shared. */
    kept: () => (state.user ? createEvidence(store, state.user.user_id).kept() : []),
  };
}

/**
 * @param {import('../../../www-demo/common/news.js').Known} before
 * @param {import('../../../www-demo/common/types.js').DrawAnswer} answer @param {any} proof
 */
function after(before, { remaining_points, today_draw_count }, { next_nonce, next_commitment }) {
  const left = Math.max(0, before.config.daily_limit - today_draw_count);
  return { ...before, points: remaining_points, left, nonce: next_nonce, commitment: next_commitment };
}
