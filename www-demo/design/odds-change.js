/** The chances before and after a publication, side by side. */

import { WEIGHTS } from "../common/draft.js";
import { toBody } from "../common/draft-check.js";

/** @typedef {{name: string, before: number | null, after: number | null}} Odds in ten-thousandths; null: not on that wheel */

const weight = (/** @type {{probability: number}} */ prize) => Math.round(prize.probability * WEIGHTS);

/**
 * The prizes whose chance is another one, in the order of the new wheel, then those that are gone.
 * @param {import('../common/draft.js').ServerConfig} config
 * @param {import('../common/draft.js').Draft} draft
 * @returns {Odds[]}
 */
export function oddsChanges(config, draft) {
  const now = toBody(draft).prizes;
  const found = now.map((prize) => {
    const old = config.prizes.find(({ id }) => id === prize.id);
    return { name: prize.name, before: old ? weight(old) : null, after: /** @type {number | null} */ (weight(prize)) };
  });
  const gone = config.prizes.filter((old) => !now.some(({ id }) => id === old.id));
  return [...found, ...gone.map((old) => ({ name: old.name, before: weight(old), after: null }))].filter(({ before, after }) => before !== after);
}
