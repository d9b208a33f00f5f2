/** Keeps the design of this window in the browser, a moment after each change. */

import { createAutosave } from "./autosave.js";
import { example } from "./example.js";
import { fromKept, toKept } from "./kept-design.js";
import { noTerms } from "./write-design.js";

/**
 * @typedef {import('./kept-design.js').State} State
 * @typedef {"saved" | "unsaved" | "failed" | "elsewhere"} Saved `unsaved`: in a moment; `failed`: the browser keeps nothing, or has
 *   no more room; `elsewhere`: another window has saved a design since, and this one waits for `takeOver` or `reload`
 *
 * @typedef {object} Place
 * @property {import('./autosave.js').TextStorage | null} storage `localStorage`; null if the browser has none
 * @property {() => number} now Unix milliseconds
 * @property {EventTarget | null} host the window, whose storage others write to, and which may be closed
 * @property {(action: () => void) => (() => void)} later waits before saving; what it gives back calls it off
 */

const SAVED_AFTER_MS = 400;

/** @param {() => void} action */
export function inAMoment(action) {
  const timer = setTimeout(action, SAVED_AFTER_MS);
  return () => clearTimeout(timer);
}

/**
 * @param {Place} place
 * @param {{current: () => State, take: (state: State) => void, tell: () => void}} store `take`: another window's state is this one's, too;
 *   `tell`: `saved` is another
 */
export function createKeeper({ storage, now, host, later }, { current, take, tell }) {
  const autosave = createAutosave(storage);
  const text = autosave.read();
  const kept = readKept(text);
  // What can neither be read nor put aside stays where it is.
  const isStuck = text !== null && !kept && autosave.setAside("broken", text) === "";
  /** Where this window's work is aside while another one's is the saved one. */
  let own = "";
  /** Nobody has worked here yet. */
  let isNew = text === null;
  /** Nothing was changed in this window. */
  let isUntouched = true;
  /** @type {Saved} */
  let saved = isStuck ? "failed" : "saved";
  /** @type {(() => void) | null} */
  let waiting = null;

  function save() {
    waiting?.();
    waiting = null;
    if (isStuck) return;
    const state = current();
    saved = autosave.write(toKept(state, now()));
    // Rather without what can be undone than not at all.
    if (saved === "failed" && state.replaced) saved = autosave.write(toKept({ ...state, replaced: null }, now()));
    if (saved === "elsewhere") own = autosave.setAside("other", toKept(state, now()), own) || own;
  }

  function saveAndTell() {
    save();
    tell();
  }

  host?.addEventListener("storage", () => {
    autosave.lookAgain();
    if (saved === "elsewhere" || !autosave.isElsewhere()) return;
    const state = isUntouched ? readKept(autosave.there()) : null;
    if (state) {
      autosave.read();
      isNew = false;
      return take(state);
    }
    saved = "elsewhere";
    tell();
  });
  for (const event of ["pagehide", "visibilitychange"]) {
    host?.addEventListener(event, () => {
      if (waiting) saveAndTell();
    });
  }

  return {
    get isNew() {
      return isNew;
    },
    /** What the browser has kept; else the first design of all. */
    first: kept ?? /** @type {State} */ ({ draft: example(), base: null, terms: noTerms(), replaced: null }),
    get saved() {
      return saved;
    },
    /** Something is to be saved. */
    changed() {
      isUntouched = false;
      if (saved === "saved") saved = "unsaved";
      waiting ??= later(saveAndTell);
    },
    flush() {
      if (waiting) saveAndTell();
    },
    takeOver() {
      const other = autosave.there();
      // Without room for the other one neither is lost by waiting.
      if (other !== null && autosave.setAside("other", other, own) === "") return false;
      autosave.read();
      own = "";
      saveAndTell();
      return true;
    },
    /** What another window has saved, which is this one's to replace from here on; null if it can't be read. */
    other() {
      saved = "unsaved";
      own = "";
      return readKept(autosave.read());
    },
    /** Without what this window keeps there for itself until one of two is chosen. */
    asides: () => autosave.asides().filter(({ place }) => saved !== "elsewhere" || place !== own),
    /** @param {string} place */
    dropAside: (place) => autosave.dropAside(place),
  };
}

/** @param {string | null} text @returns {State | null} */
function readKept(text) {
  try {
    return text === null ? null : fromKept(text);
  } catch {
    return null;
  }
}
