/** A wheel that became known as the one that was worked on, in all that can be undone and done again. */

import { adopted, rebased } from "../common/draft-changes.js";
import { keyed, textOf } from "./editions.js";
import { recognised } from "./redo.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 * @typedef {import('./kept-design.js').State} State
 */

/**
 * This wheel is the one that the design is made from by now, and so are all its steps, before and after: a prize is the same one in each
 * of them, whatever number it has got since. Nothing to undo, and nothing is lost of what can be done again.
 * @param {{draft: Draft, revise(change: (present: State) => (state: State) => State): void}} store
 * @param {ServerConfig} base @param {Draft} [named] the design with its numbers on that wheel
 * @param {boolean} [isSent] that wheel is what `named` was published as
 */
export function settle(store, base, named = store.draft, isSent = false) {
  store.revise((present) => settling(present, base, named, isSent));
}

/** @param {State} present @param {ServerConfig} base @param {Draft} named @param {boolean} isSent */
function settling(present, base, named, isSent) {
  /** What one step has replaced is a step itself, and stays the same one. @type {Map<State, State>} */
  const done = new Map();

  /** @param {State} state @returns {Draft} */
  function draftOf(state) {
    // Steps of one design have replaced the same. Prizes of another one are its own, whatever they are called in the table.
    if (state.replaced === present.replaced) {
      const own = numbered(state.draft, named);
      return isSent && state === present && textOf(own) === textOf(named) ? keyed(base, named) : rebased(own, base);
    }
    return rebased(state.base ? state.draft : recognised(state.draft, base), base);
  }

  /** @param {State} state @returns {State} */
  function settled(state) {
    const known = done.get(state);
    if (known) return known;
    const replaced = state.replaced && settled(state.replaced);
    // What was made from no wheel, or from the same one, is published over this one; what was made from another is held against that.
    const isOfIt = state.base === null || state.base === present.base;
    const next = isOfIt ? { ...state, replaced, base, draft: adopted(draftOf(state), base) } : { ...state, replaced };
    done.set(state, next);
    return next;
  }
  return settled;
}

/** The prizes by the numbers that they have there; what is not there takes none of those. @param {Draft} draft @param {Draft} named @returns {Draft} */
function numbered(draft, named) {
  const own = new Map(named.prizes.map(({ key, id }) => [key, id]));
  const theirs = new Set(own.values());
  const ids = new Set([...theirs, ...draft.prizes.map(({ id }) => id)]);
  let { fallback } = draft;
  const prizes = draft.prizes.map((prize) => {
    let id = own.get(prize.key) ?? prize.id;
    const isKnown = own.has(prize.key);
    if (!isKnown && theirs.has(id)) {
      id = 1;
      while (ids.has(id)) id += 1;
      ids.add(id);
    } else if (!isKnown) return prize;
    if (draft.fallback === prize.id) fallback = id;
    return { ...prize, id, isNew: !isKnown };
  });
  return { ...draft, fallback, prizes };
}
