/** A design as JSON: by the server's names, with numbers where there are numbers. */

import { NUMBERS } from "./design-numbers.js";

/**
 * What a notice says beside the odds.
 * @typedef {{organiser: string, period: string, redemption: string, contact: string}} Terms
 * @typedef {{draft: import('../common/draft.js').Draft, terms: Terms}} Design
 */

export const FORMAT = "fairwheel-design-v1";
export const TERMS = /** @type {const} */ (["organiser", "period", "redemption", "contact"]);

/** @returns {Terms} */
export const noTerms = () => ({ organiser: "", period: "", redemption: "", contact: "" });

/**
 * Nothing is lost: what is no number yet is null, and what was typed, where it says more than the number, is under `typed`.
 * @param {Design} design
 */
export function written({ draft, terms }) {
  /** @type {Record<string, string>} */
  const typed = {};
  /** @param {string} field @param {keyof typeof NUMBERS} name @param {string} text @returns {number | null} */
  function number(field, name, text) {
    const kind = NUMBERS[name];
    const units = kind.read(text);
    if (units === null || kind.text(units) !== text) typed[field] = text;
    return units === null ? null : units / kind.scale;
  }
  const prizes = draft.prizes.map((prize, at) => {
    const field = (/** @type {string} */ name) => `prizes[${at}].${name}`;
    const made = {
      id: prize.id,
      name: prize.name,
      type: prize.type,
      value: number(field("value"), "value", prize.value),
      probability: number(field("probability"), "probability", prize.chance),
      angle: number(field("angle"), "angle", prize.angle),
      color: prize.color,
      image: prize.image,
      is_activity: prize.isActivity,
      stock: prize.isLimited ? number(field("stock"), "stock", prize.stock) : null,
    };
    if (!prize.isLimited && prize.stock !== "") typed[field("stock")] = prize.stock;
    // Null alone would be unlimited.
    return prize.isLimited && made.stock === null ? { ...made, is_limited: true } : made;
  });
  return {
    format: FORMAT,
    cost_points: number("cost_points", "cost_points", draft.cost),
    daily_limit: number("daily_limit", "daily_limit", draft.limit),
    fallback: draft.fallback,
    rules: draft.rules,
    terms: { ...terms },
    prizes,
    ...(Object.keys(typed).length > 0 ? { typed } : {}),
  };
}
