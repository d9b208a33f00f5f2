/**
 * One design, kept in the browser. Several windows share the place: what another one wrote since is not written over, and what can't
 * be read is put aside.
 */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TextStorage */

export const KEY = "fairwheel.design";
/**
 * What texts are put aside for: one could not be read, or is one of two designs that were worked on at the same time.
 * @typedef {"broken" | "other"} Reason
 * @typedef {{place: string, reason: Reason, text: string}} Aside
 */
const REASONS = /** @type {const} */ (["broken", "other"]);
/** So many of each: none is written over that nobody has looked at, and they don't fill the browser. */
const ASIDE_MAX = 4;

/** @param {Reason} reason */
const placesOf = (reason) => Array.from({ length: ASIDE_MAX }, (_, at) => `${KEY}.${reason}${at === 0 ? "" : `.${at + 1}`}`);

/** @param {TextStorage | null} storage null: the browser keeps nothing */
export function createAutosave(storage) {
  /** What this window read or wrote last. @type {string | null} */
  let known = null;
  /** What is aside, as last looked at. @type {Aside[] | null} */
  let asides = null;

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
    there,

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

    /**
     * @param {Reason} reason @param {string} text
     * @param {string} [own] the place of an earlier state of the same, which it takes
     * @returns {string} the place where it is kept; empty if there is no room
     */
    setAside(reason, text, own = "") {
      asides = null;
      return tried((kept) => {
        const places = placesOf(reason);
        const place = own || places.find((one) => kept.getItem(one) === text) || places.find((one) => kept.getItem(one) === null) || "";
        if (place !== "") kept.setItem(place, text);
        return place;
      }, "");
    },

    /** What is aside, oldest place first. @returns {Aside[]} */
    asides() {
      asides ??= REASONS.flatMap((reason) => placesOf(reason).map((place) => ({ place, reason, text: tried((kept) => kept.getItem(place), null) ?? "" }))).filter(({ text }) => text !== "");
      return asides;
    },

    /** Another window may have put something aside. */
    lookAgain() {
      asides = null;
    },

    /** @param {string} place */
    dropAside(place) {
      asides = null;
      tried((kept) => kept.removeItem(place), undefined);
    },
  };
}
