/** A design as the browser keeps it: as a file has it, and the wheel it was made from, and what it took the place of. */

import { adopted } from "../common/draft-changes.js";
import { readConfig } from "./read-config.js";
import { readDesign } from "./read-design.js";
import { noTerms, written } from "./write-design.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 * @typedef {import('./write-design.js').Terms} Terms
 * @typedef {object} State
 * @property {Draft} draft
 * @property {ServerConfig | null} base
 * @property {Terms} terms
 * @property {State | null} replaced what was there before this was opened: kept, so that it can still be undone the next day
 */

/** @param {State} state @param {number} savedAt Unix milliseconds @returns {string} */
export const toKept = ({ replaced, ...state }, savedAt) =>
  JSON.stringify({ ...written(state), base: state.base, saved_at: savedAt, replaced: replaced && { ...written(replaced), base: replaced.base } });

/**
 * @param {string} text
 * @returns {State}
 * @throws {Error} if it can't be read
 */
export function fromKept(text) {
  const value = JSON.parse(text);
  return { ...stateOf(value), replaced: replacedOf(value.replaced) };
}

/** What was replaced is not worth what took its place. @param {any} value @returns {State | null} */
function replacedOf(value) {
  try {
    return value ? stateOf(value) : null;
  } catch {
    return null;
  }
}

/** @param {any} value @returns {State} */
function stateOf(value) {
  const { draft, terms } = readDesign(value);
  const base = value.base ? readConfig(value.base) : null;
  return { draft: adopted(draft, base), base, terms: terms ?? noTerms(), replaced: null };
}
