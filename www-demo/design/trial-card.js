/** The phone's card: a trial's result, for as long as the wheel beside it is the one that it was drawn on, and rests there. */

import { isGone } from "./sectors.js";
import { renderNoTrial, renderStop, renderTrial } from "./trial-view.js";

const NOTHING = "转一次，结果会出现在这里";
const CHANGED = "转盘改过了，之前的结果不再是它的。再转一次看看";
const ELSEWHERE = "没等停下，转盘就转去了别处。这次的结果只计入试抽";

/** What a result belongs to: the table, and what of it has run out; of a draft with faults, which can be turned all the same, what its wheel shows. @param {import('./store.js').DesignStore} store */
const basisOf = ({ table, draft: { prizes } }) => JSON.stringify(table ? [table.hash, prizes.filter(isGone).map(({ id }) => id)] : prizes.map(({ key, name, angle }) => [key, name, angle]));

/** @param {{place: HTMLElement, store: import('./store.js').DesignStore}} parts */
export function createTrialCard({ place, store }) {
  /** What the result was drawn for, or the one that is on its way; empty if there is none. */
  let basis = "";
  let isWaiting = false;
  let isNew = false;
  // It reports when the browser has laid out the card anyway: to ask for its height sooner would cost the wheel's last frame a layout.
  const sizes = new ResizeObserver(reach);

  /** @param {string} [words] */
  function clear(words = NOTHING) {
    basis = "";
    isWaiting = false;
    renderNoTrial(place, words);
    watch();
  }

  /** What the card shows now. */
  function watch() {
    isNew = true;
    sizes.disconnect();
    for (const each of [place, ...place.children]) sizes.observe(each);
  }

  /** What is longer than its place is scrolled, by the keyboard too, and begins at its beginning. */
  function reach() {
    const isLong = place.scrollHeight > place.clientHeight;
    if (isLong) place.tabIndex = 0;
    else if (document.activeElement !== place) place.removeAttribute("tabindex");
    if (isNew) place.scrollTop = 0;
    isNew = false;
  }

  clear();
  return {
    clear: () => clear(),
    /** A draw was made, and the wheel is on its way there. */
    wait() {
      basis = basisOf(store);
      isWaiting = true;
      renderNoTrial(place, "正在转动…");
      watch();
    },
    /** The wheel has come there. @param {Parameters<typeof renderTrial>[1]} table @param {Parameters<typeof renderTrial>[2]} drawn @returns {boolean} whether it is still of this wheel */
    arrive(table, drawn) {
      if (!isWaiting) return false;
      isWaiting = false;
      renderTrial(place, table, drawn);
      watch();
      return true;
    },
    /** The wheel goes where no draw has sent it. */
    leave: () => clear(isWaiting ? ELSEWHERE : NOTHING),
    /** It has come there. @param {import('./sectors.js').Sector} sector @param {number} angle */
    stop(sector, angle) {
      basis = basisOf(store);
      renderStop(place, store.table, sector, angle);
      watch();
    },
    /** The draft has changed. */
    follow() {
      if (basis && basis !== basisOf(store)) clear(CHANGED);
    },
  };
}
