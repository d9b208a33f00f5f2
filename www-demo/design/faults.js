/** What is wrong, sorted for the table. */

/** @param {Record<string, string>} errors by field @returns {Record<string, string>[]} by position, then by the prize's own field */
export function byPrize(errors) {
  /** @type {Record<string, string>[]} */
  const found = [];
  for (const [field, words] of Object.entries(errors)) {
    const [, at, name] = /^prizes\[(\d+)\]\.?(.*)$/.exec(field) ?? [];
    if (at !== undefined) found[Number(at)] = { ...found[Number(at)], [name || "name"]: words };
  }
  return found;
}

/** Fields that are wrong, as they come on the page: those of the prizes first. @param {Record<string, string>} errors */
export function inOrder(errors) {
  const rank = (/** @type {string} */ field) => (field.startsWith("prizes[") ? Number.parseInt(field.slice(7), 10) : field === "probability" || field === "prizes" ? 1000 : 2000);
  return Object.keys(errors).sort((a, b) => rank(a) - rank(b));
}
