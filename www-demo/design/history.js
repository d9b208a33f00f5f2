/** Steps that can be undone, and done again. */

const STEPS_MAX = 100;

/**
 * @template T
 * @param {T} first
 */
export function createHistory(first) {
  /** @type {T[]} */
  let past = [];
  /** @type {T[]} */
  let future = [];
  let present = first;
  /** What the last step was for; empty if it is closed. */
  let open = "";

  return {
    get present() {
      return present;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    /** @param {T} next @param {string} [merge] steps in succession with the same one, not empty, are one step */
    step(next, merge = "") {
      if (merge === "" || merge !== open) past = past.concat([present]).slice(-STEPS_MAX);
      present = next;
      future = [];
      open = merge;
    },
    /** What has become known of all steps alike: nothing to undo, and nothing is lost of what can be done again. @param {(state: T) => T} change */
    revise(change) {
      past = past.map(change);
      present = change(present);
      future = future.map(change);
    },
    /** What comes next is a step of its own. */
    close() {
      open = "";
    },
    /** @returns {boolean} whether there was anything to undo */
    undo() {
      const before = past.pop();
      if (before === undefined) return false;
      future.push(present);
      present = before;
      open = "";
      return true;
    },
    redo() {
      const next = future.pop();
      if (next === undefined) return false;
      past.push(present);
      present = next;
      open = "";
      return true;
    },
  };
}
