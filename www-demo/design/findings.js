/** What the core finds about the promotion that is designed, ready to be shown. */

import { rulesFault } from "../common/draft-check.js";
import { findingWords } from "../common/promotion-words.js";

/**
 * @typedef {import('../common/promotion-words.js').Level} Level
 * @typedef {{code: string, level: Level, key: string, title: string, text: string,
 *   source: import('../common/promotion-words.js').Source}} Shown `key`: of its prize, or empty
 * @typedef {{table: {text: string} | null, draft: import('../common/draft.js').Draft}} Designed
 */

/** @type {Level[]} */
const ORDER = ["warning", "advice", "ok"];

/**
 * The gravest first; nothing while the table breaks a rule of the core's, or the rules can't be published.
 * @param {any} core
 * @param {Designed} designed
 * @returns {Shown[]}
 */
export function findingsOf(core, { table, draft }) {
  if (!table || rulesFault(draft.rules) !== "") return [];
  const found = /** @type {import('../common/promotion-words.js').Finding[]} */ (core.promotionCheck(table.text, { rules: draft.rules }));
  const shown = found.map((finding) => {
    const prize = draft.prizes.find(({ id }) => id === finding.prize_id);
    return { code: finding.code, level: finding.level, key: prize?.key ?? "", ...findingWords(finding, prize?.name.trim()) };
  });
  return shown.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}
