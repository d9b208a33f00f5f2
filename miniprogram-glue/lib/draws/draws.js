/** Fair draws: what was promised is noted before, the proof is judged after, and both outlive the app. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { FORGETFUL } from "../../../www-demo/common/draw-words.js";
import { createMemory } from "../../../www-demo/common/memory.js";
import { listed } from "../../../www-demo/common/outcomes.js";
import { newDraw } from "../../../www-demo/common/play.js";
import { expectedOf, judge } from "../../../www-demo/common/prove.js";
import { expired } from "../api/renewal.js";
import { LOG_IN } from "../api/words.js";
import { randomBytes, requestId } from "../random/random.js";
import { createEvidence } from "./evidence.js";
import { createReading } from "./reading.js";
import { createSending } from "./sending.js";
import { noChance, notShown, spared } from "./trouble.js";
import { verdictOf } from "./verdict.js";

/**
 * @typedef {import('./reading.js').Desk} Desk
 * @typedef {import('./sending.js').Drawn} Drawn
 * @typedef {import('./verdict.js').Verdict} Verdict
 */

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
  /** The table whose prizes, odds and price `load` handed out last: nobody draws by another. @type {{visit: number, hash: string} | null} */
  let shown = null;
  let wasForgetful = false;
  /** One at a time: a wheel that is read while a draw is on its way would take it for somebody else's. @type {Promise<unknown>} */
  let last = Promise.resolve();

  /** @template T @param {() => Promise<T>} step @returns {Promise<T>} */
  function inTurn(step) {
    const mine = last.then(step, step);
    last = mine.catch(() => {});
    return mine;
  }

  /** @returns {Promise<Desk>} */
  async function ready() {
    const { visit } = state;
    const core = await host.loadCore();
    if (!state.user) throw new ApiError("expired", 401, LOG_IN);
    if (state.visit !== visit) throw expired();
    const { user_id } = state.user;
    return { visit, core, memory: createMemory(store, user_id, host.now), evidence: createEvidence(store, user_id) };
  }

  /** @param {Desk} desk @param {Verdict} verdict @param {string} draw_id @param {{expected: any, shown: any}} against */
  function keep({ evidence }, { words, failed, proof }, draw_id, { expected, shown }) {
    evidence.keep({ draw_id, kept_at: new Date(host.now()).toISOString(), words, failed, proof, expected, shown });
  }

  const reading = createReading(state, calls);
  const { read, known } = reading;
  const send = createSending({ state, api, calls, reading, keep });

  return {
    /**
     * The wheel as it is now, and what is promised for the next draw.
     * @returns {Promise<import('../../../www-demo/common/types.js').Config & {points: number,
     *   news: {title: string, text: string, bad: boolean} | null, pending: {count: number} | null,
     *   hint: {title: string, text: string} | null}>} `news` is what the diner should know before drawing: if it is `bad`, nothing is
     * drawn until `accept`. `pending` was cut off: `resume` it. `hint` can wait; it is given once.
     */
    load: () =>
      inTurn(async () => {
        const desk = await ready();
        const news = await read(desk);
        shown = { visit: desk.visit, hash: news.known.table.hash };
        const pending = desk.memory.pending();
        const hint = wasForgetful || desk.memory.isKept() ? null : FORGETFUL;
        wasForgetful = wasForgetful || hint !== null;
        const { known, words } = reading.told(news);
        return { ...known.config, points: known.points, news: words, pending: pending && { count: pending.body.count }, hint };
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
        if (memory.promised(nonce)?.commitment !== commitment) throw spared(reading.told(await read(desk)).words);
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
        reading.set(desk, { ...news, words: null });
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
