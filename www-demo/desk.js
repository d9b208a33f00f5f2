/** Who stands at the wheel, and what the server said last to them; the stage shows it. */

import { readNews } from "./common/news.js";
import { renderOdds, renderOddsSkeleton } from "./odds.js";
import { colouredPrizes, sectorsOf } from "./shop.js";

/**
 * @typedef {ReturnType<typeof import('./common/memory.js').createMemory>} Memory
 * @typedef {import('./common/news.js').Known} Known
 */

/**
 * What the diner has, the draws left today, the price of a draw.
 * @param {Known} now
 */
export const purse = ({ points, left, config }) => ({ points, left, cost: config.cost_points });

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./api.js').createApi>} parts.api
 * @param {import('./core.js').Core} parts.core
 * @param {ReturnType<typeof import('./stage.js').createStage>} parts.stage
 * @param {ReturnType<typeof import('./wheel.js').createWheel>} parts.wheel
 * @param {HTMLElement[]} parts.oddsPlaces
 */
export function createDesk({ api, core, stage, wheel, oddsPlaces }) {
  /** @type {Memory | null} */
  let memory = null;
  /** @type {Known | null} */
  let known = null;

  /** @param {import('./common/news.js').News} news */
  function take(news) {
    const { config, table, nonce } = news.known;
    if (known?.table.hash !== table.hash) {
      const prizes = colouredPrizes(config, table);
      wheel.setSectors(sectorsOf(table, prizes));
      stage.describe(prizes, "");
      for (const place of oddsPlaces) renderOdds(place, { hash: table.hash, prizes }, config.rules ?? "");
    }
    known = news.known;
    stage.numbers(known);
    stage.promise(nonce, news.promise.commitment);
  }

  return {
    /** Of the one who is logged in. */
    get memory() {
      return memory;
    },
    /** What the server said last. */
    get known() {
      return known;
    },
    /** @param {Memory} ofUser */
    enter(ofUser) {
      memory = ofUser;
      known = null;
      stage.skeleton();
      oddsPlaces.forEach(renderOddsSkeleton);
    },
    leave() {
      memory = known = null;
    },
    /**
     * Reads the wheel, the points and the promise anew.
     * @param {Memory} mine @param {() => boolean} wanted whether the answer is still of use when it comes
     * @returns {Promise<import('./common/news.js').News | null>} null if it was not
     */
    async read(mine, wanted) {
      const news = await readNews({ api, core, memory: mine });
      if (memory !== mine || !wanted()) return null;
      take(news);
      return news;
    },
  };
}
