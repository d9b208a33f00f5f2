/** The phone's card: a trial's result, for as long as the wheel beside it is the one that it was drawn on, and rests there. */

import { isGone } from "./sectors.js";
import { renderNoTrial, renderStop, renderTrial } from "./trial-view.js";

const NOTHING = "转一次，结果会出现在这里";
const CHANGED = "转盘改过了，之前的结果不再是它的。再转一次看看";
const ELSEWHERE = "没等停下，转盘就转去了别处。这次的结果只计入试抽";

/** What a result belongs to: the table, and what of it has run out. @param {import('./store.js').DesignStore} store */
const basisOf = ({ table, draft }) => (table ? JSON.stringify([table.hash, draft.prizes.filter(isGone).map(({ id }) => id)]) : "");

/** @param {{place: HTMLElement, store: import('./store.js').DesignStore}} parts */
export function createTrialCard({ place, store }) {
  /** What the result was drawn for, or the one that is on its way; empty if there is none. */
  let basis = "";
  let isWaiting = false;

  /** @param {string} [words] */
  function clear(words = NOTHING) {
    basis = "";
    isWaiting = false;
    renderNoTrial(place, words);
  }

  clear();
  return {
    clear: () => clear(),
    /** A draw was made, and the wheel is on its way there. */
    wait() {
      basis = basisOf(store);
      isWaiting = true;
      renderNoTrial(place, "正在转动…");
    },
    /** The wheel has come there. @param {Parameters<typeof renderTrial>[1]} table @param {Parameters<typeof renderTrial>[2]} drawn @returns {boolean} whether it is still of this wheel */
    arrive(table, drawn) {
      if (!isWaiting) return false;
      isWaiting = false;
      renderTrial(place, table, drawn);
      return true;
    },
    /** The wheel goes where no draw has sent it. */
    leave: () => clear(isWaiting ? ELSEWHERE : NOTHING),
    /** It has come there. @param {import('./sectors.js').Sector} sector @param {number} angle */
    stop(sector, angle) {
      basis = basisOf(store);
      renderStop(place, store.table, sector, angle);
    },
    /** The draft has changed. */
    follow() {
      if (basis && basis !== basisOf(store)) clear(CHANGED);
    },
  };
}
