/** A wheel that became known as the one that was worked on, in all that can be undone and done again. */

import { adopted } from "../common/draft-changes.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 * @typedef {import('./kept-design.js').State} State
 */

/** Each step of the same wheel as one of `base`. @param {State} present @param {ServerConfig} base @param {Draft} draft of the present */
export function settling(present, base, draft) {
  /** @param {State} state @returns {State} */
  const settled = (state) => {
    const replaced = state.replaced && settled(state.replaced);
    if (state === present) return { ...state, base, replaced, draft: adopted(draft, base) };
    return state.base !== null && state.base === present.base ? { ...state, base, replaced, draft: adopted(state.draft, base) } : state;
  };
  return settled;
}
