/** A proof as a text that anybody may have edited: read as far as it can be. */

/** @param {string} text @returns {any} null if it is not JSON */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {Pick<import('./core.js').Core, "tableFromText">} core @param {any} proof @returns {(id: number) => string} names of its prizes */
export function namesOf(core, proof) {
  try {
    const { prizes } = core.tableFromText(proof.table_text);
    return (id) => prizes.find((prize) => prize.id === id)?.name ?? `奖品 ${id}`;
  } catch {
    return (id) => `奖品 ${id}`;
  }
}

/** A name for its file, without what a folder's name could not have. @param {any} proof */
export const fileNameOf = (proof) => (/^[\w-]{1,80}$/.test(String(proof?.draw_id)) ? String(proof.draw_id) : "proof");

/** @param {Blob} blob @param {string} name of the file */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
