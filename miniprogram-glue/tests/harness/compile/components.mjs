/** The pages of an app.json and every component that they use. */

import path from "node:path";
import { packageFolders, resolve } from "./paths.mjs";

/**
 * @param {ReturnType<typeof import("./paths.mjs").appFiles>} files
 * @param {string[]} problems
 */
export function collect(files, problems) {
  const app = files.json("app.json");
  /** @type {Map<string, {json: any, isPage: boolean, using: Record<string, string>}>} by path, without ending */
  const found = new Map();
  const find = (/** @type {string} */ from, /** @type {string} */ id) => {
    const places = [resolve(from, id)];
    if (!/^[./]/.test(id)) for (const folder of packageFolders(from)) places.push(path.posix.join(folder, id));
    return places.flatMap((place) => [place, `${place}/index`]).find((place) => files.has(`${place}.wxml`));
  };
  const using = (/** @type {string} */ from, /** @type {Record<string, string>} */ listed = {}) => {
    /** @type {Record<string, string>} */
    const named = {};
    for (const [tag, id] of Object.entries(listed)) {
      const place = find(from, id);
      if (!place) problems.push(`${from}: usingComponents names ${id}, which has no .wxml`);
      else named[tag] = `/${place}`;
    }
    return named;
  };
  const common = using("app.json", app.usingComponents);
  const visit = (/** @type {string} */ place, /** @type {boolean} */ isPage) => {
    if (found.has(place)) return;
    for (const ending of ["wxml", "js"]) if (!files.has(`${place}.${ending}`)) return problems.push(`${place}.${ending} is missing`);
    const json = files.has(`${place}.json`) ? files.json(`${place}.json`) : {};
    if (!isPage && !json.component) problems.push(`${place}.json lacks "component": true`);
    const named = using(`${place}.json`, json.usingComponents);
    found.set(place, { json, isPage, using: { ...common, ...named } });
    for (const used of Object.values(named)) visit(used.slice(1), false);
  };
  for (const used of Object.values(common)) visit(used.slice(1), false);
  for (const page of app.pages) visit(page, true);
  for (const { root, pages } of app.subPackages ?? app.subpackages ?? []) for (const page of pages) visit(path.posix.join(root, page), true);
  return { app, components: found };
}
