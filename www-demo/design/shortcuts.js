/** Undo and redo by keys. In the fields of the design they are the page's own: what was typed is a step like any other. */

/** What the store keeps: elsewhere a field undoes its own typing. */
const OWN = "#table, #settings, #toolbar, #rules, .pop";

/** @param {import('./store.js').DesignStore} store @param {(field: HTMLElement) => boolean} isUntold whether it holds typing that the store has not seen */
export function createShortcuts(store, isUntold) {
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const isUndo = key === "z" && !event.shiftKey;
    const isRedo = (key === "z" && event.shiftKey) || (key === "y" && !event.metaKey);
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing || !(isUndo || isRedo)) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const isField = target.matches("input:not([type=checkbox], [type=range], [type=color]), textarea");
    if (document.querySelector("dialog[open]") || (isField && (!target.closest(OWN) || isUntold(target)))) return;
    event.preventDefault();
    if (isUndo) store.undo();
    else store.redo();
  });
}
