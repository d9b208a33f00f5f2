/** What came of a draw, as its proof has it, and as the list of draws has it. */

/**
 * @typedef {object} Outcome
 * @property {number} prize_id
 * @property {string} name
 * @property {import('./types.js').PrizeKind} kind
 * @property {number} value yuan, or points
 * @property {number | null} ticket null if the proof does not say
 * @property {number} angle hundredths of a degree
 * @property {string | null} instead name of the prize drawn first, if that one had run out
 */

/**
 * What to show for an answer. Names come from the table of its proof, never from beside it.
 * @param {import('./play.js').Played} played
 * @returns {Outcome[]}
 */
export function outcomesOf({ proof, table, shown }) {
  const prizeOf = (/** @type {number} */ id) => table?.prizes.find((prize) => prize.id === id);
  return shown.map(({ prize_id, drawn_prize_id = prize_id, angle }, n) => ({
    prize_id,
    name: prizeOf(prize_id)?.name ?? `奖品 ${prize_id}`,
    kind: prizeOf(prize_id)?.type ?? "physical",
    value: (prizeOf(prize_id)?.value_cents ?? 0) / 100,
    ticket: proof?.results?.[n]?.ticket ?? null,
    angle,
    instead: drawn_prize_id === prize_id ? null : (prizeOf(drawn_prize_id)?.name ?? null),
  }));
}

/** Results in a draw of each type. @type {Record<string, number>} */
const RESULTS = { single: 1, triple: 3, five: 5, ten: 10 };

/**
 * A draw as it stands in the list. `shown` is null while some of its results are on the next page.
 * @typedef {{draw_id: string, nonce: number, count: number, shown: import('./prove.js').Shown[] | null}} Listed
 */

/** @param {import('./types.js').DrawRecord[]} results of one draw, at least one @returns {Listed} */
export function listed(results) {
  const [{ draw_id, nonce, draw_type }] = /** @type {[import('./types.js').DrawRecord]} */ (results);
  const count = RESULTS[draw_type] ?? results.length;
  const inOrder = [...results].sort((a, b) => a.id - b.id);
  const shown = inOrder.map(({ prize_id, angle, prize_name }) => ({ prize_id, angle: Math.round(angle * 100), name: prize_name }));
  return { draw_id, nonce, count, shown: results.length < count ? null : shown };
}
