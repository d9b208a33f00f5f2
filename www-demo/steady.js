/** What must not be lost when a part of the page is rendered anew: the focus of the keyboard, and what was said already. */

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

/** @param {HTMLElement} element */
const canHold = (element) => element.isConnected && element.getClientRects().length > 0 && !element.matches(":disabled") && !element.closest("[inert]");

/**
 * Changes a part of the page that may have the focus. What had it keeps it; if it was made anew, its successor gets it;
 * if it is gone, hidden or disabled, `instead` does: a person at the keyboard is never thrown back to the page's beginning.
 * @param {HTMLElement} place
 * @param {() => void} change
 * @param {() => HTMLElement | undefined} [instead]
 */
export function keepFocus(place, change, instead = () => undefined) {
  const held = document.activeElement;
  if (!(held instanceof HTMLElement) || held === document.body || !place.contains(held)) return change();
  const all = () => /** @type {HTMLElement[]} */ ([...place.querySelectorAll(FOCUSABLE)]);
  const at = all().indexOf(held);
  change();
  // The browser takes it from what can't have it only later.
  if (canHold(held)) return held.focus({ preventScroll: true });
  const successor = held.isConnected ? undefined : all()[at];
  const next = successor && canHold(successor) && successor.tagName === held.tagName ? successor : instead();
  if (next && canHold(next)) next.focus({ preventScroll: true });
}

/** Words in a place that is read out when it changes: the same again is no change. @param {HTMLElement} place @param {string} words */
export function say(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
