/** Who stands at the wheel, and what the server said last to them; the stage shows it. */

import { createImages } from "./common/images.js";
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

/** What of the prizes is seen on the wheel. @param {import('./shop.js').ColouredPrize[]} prizes */
const looksOf = (prizes) => JSON.stringify(prizes.map(({ colour, imageUrl }) => [colour, imageUrl]));

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
  /** @type {import('./shop.js').ColouredPrize[]} */
  let prizes = [];
  // What has not come, or never does, leaves an icon in its place.
  const images = createImages({ make: () => new Image(), loaded: paint, failed: () => {} });

  function paint() {
    if (known) wheel.setSectors(sectorsOf(known.table, prizes, (url) => /** @type {any} */ (images.get(url))));
  }

  /** @param {import('./common/news.js').News} news */
  function take(news) {
    const { config, table, nonce } = news.known;
    const looks = colouredPrizes(config, table);
    // The table's hash is of the odds: colours and pictures may change without it.
    const isOther = known?.table.hash !== table.hash || looksOf(looks) !== looksOf(prizes);
    known = news.known;
    if (isOther) {
      prizes = looks;
      images.want([...new Set(prizes.map(({ imageUrl }) => imageUrl))].filter(Boolean));
      paint();
      stage.describe(prizes, "");
      for (const place of oddsPlaces) renderOdds(place, { hash: table.hash, prizes }, config.rules ?? "");
    }
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
