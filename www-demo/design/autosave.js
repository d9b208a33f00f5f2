/**
 * One design, kept in the browser. Several windows share the place: what another one wrote since is not written over, and what can't
 * be read is put aside.
 */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TextStorage */

export const KEY = "fairwheel.design";
/**
 * Where texts are put aside: what could not be read, and one of two designs that were worked on at the same time.
 * @typedef {"broken" | "other"} Aside
 * @type {Record<Aside, string>}
 */
const ASIDE = { broken: "fairwheel.design.broken", other: "fairwheel.design.other" };

/** @param {TextStorage | null} storage null: the browser keeps nothing */
export function createAutosave(storage) {
  /** What this window read or wrote last. @type {string | null} */
  let known = null;

  /** @template T @param {(storage: TextStorage) => T} action @param {T} otherwise @returns {T} */
  function tried(action, otherwise) {
    try {
      return storage ? action(storage) : otherwise;
    } catch {
      return otherwise;
    }
  }
  const there = () => tried((kept) => kept.getItem(KEY), null);

  return {
    /** What is kept by now; from here on it is this window's to replace. @returns {string | null} */
    read() {
      known = there();
      return known;
    },

    /** Whether another window has written since. */
    isElsewhere() {
      const now = there();
      // Storage that was cleared holds nobody's work.
      return now !== null && now !== known;
    },

    /** @param {string} text @returns {"saved" | "failed" | "elsewhere"} */
    write(text) {
      if (this.isElsewhere()) return "elsewhere";
      return tried((kept) => {
        kept.setItem(KEY, text);
        known = text;
        return /** @type {const} */ ("saved");
      }, "failed");
    },

    /** @param {Aside} kind @param {string} text @returns {boolean} whether it is kept */
    setAside: (kind, text) =>
      tried((kept) => {
        kept.setItem(ASIDE[kind], text);
        return true;
      }, false),

    /** @param {Aside} kind */
    aside: (kind) => tried((kept) => kept.getItem(ASIDE[kind]), null) ?? "",

    /** @param {Aside} kind */
    dropAside: (kind) => tried((kept) => kept.removeItem(ASIDE[kind]), undefined),
  };
}
