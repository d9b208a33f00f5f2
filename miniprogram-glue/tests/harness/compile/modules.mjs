/** The JavaScript files of an app, as text, and which file each `require` means. */

import path from "node:path";
import { packageFolders, resolve } from "./paths.mjs";

const REQUIRE = /\brequire(?:\.async)?\(\s*["'`]([^"'`$]+)["'`]\s*[,)]/g;

/**
 * @param {ReturnType<typeof import("./paths.mjs").appFiles>} files
 * @param {Iterable<string>} components
 * @param {string[]} problems
 */
export function modules(files, components, problems) {
  /** @type {Record<string, {source: string, requires: Record<string, string>}>} */
  const found = {};
  const file = (/** @type {string} */ place) => [place, `${place}.js`, `${place}/index.js`].find((name) => name.endsWith(".js") && files.has(name));
  const find = (/** @type {string} */ from, /** @type {string} */ id) => {
    const near = file(resolve(from, id));
    if (near || /^[./]/.test(id)) return near;
    for (const folder of packageFolders(from)) {
      const far = file(path.posix.join(folder, id));
      if (far) return far;
    }
  };
  const add = (/** @type {string} */ name) => {
    if (found[name]) return;
    const source = files.read(name);
    /** @type {Record<string, string>} */
    const requires = {};
    found[name] = { source, requires };
    for (const [, id] of source.matchAll(REQUIRE)) {
      const meant = find(name, id);
      if (!meant) problems.push(`${name} requires ${id}, which is not there`);
      else {
        requires[id] = meant;
        add(meant);
      }
    }
  };
  add("app.js");
  for (const place of components) add(`${place}.js`);
  return found;
}
