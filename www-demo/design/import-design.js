/** Reads a design that comes from elsewhere, in a file or a link: no more of it than anybody could have made here. */

import { PRIZES_MAX } from "../common/draft.js";
import { isUnsent } from "../common/draft-image.js";
import { TEXT_MAX } from "./design-numbers.js";
import { problemOf, readDesign } from "./read-design.js";

/**
 * @param {any} value what JSON was parsed into
 * @returns {import('./read-design.js').Read}
 * @throws {import('./file-problem.js').FileProblem} naming what is wrong
 */
export function importDesign(value) {
  const prizes = value?.prizes;
  if (Array.isArray(prizes) && prizes.length > PRIZES_MAX) throw problemOf("prizes", `最多 ${PRIZES_MAX} 个，这里有 ${prizes.length} 个`);
  const read = readDesign(value);
  for (const [field, text] of textsOf(read)) if (text.length > TEXT_MAX) throw problemOf(field, `太长，最多 ${TEXT_MAX.toLocaleString("en")} 个字`);
  return read;
}

/** @param {import('./read-design.js').Read} read @returns {[string, string][]} each text with the server's name of its field */
const textsOf = ({ draft, terms = /** @type {any} */ ({}) }) => [
  ["cost_points", draft.cost],
  ["daily_limit", draft.limit],
  ["rules", draft.rules],
  ...Object.entries(terms).map(([name, text]) => /** @type {[string, string]} */ ([`terms.${name}`, text])),
  ...draft.prizes.flatMap(({ name, value, chance, angle, color, stock, image }, at) =>
    Object.entries({ name, value, probability: chance, angle, color, stock, image: isUnsent(image) ? "" : image }).map(([field, text]) => /** @type {[string, string]} */ ([`prizes[${at}].${field}`, text])),
  ),
];
