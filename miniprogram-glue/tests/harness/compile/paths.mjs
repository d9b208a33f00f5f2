/** Paths inside a mini-program: relative to its root, with `/` between, without one in front. */

import fs from "node:fs";
import path from "node:path";

/** @param {string} app its folder */
export function appFiles(app) {
  const full = (/** @type {string} */ file) => path.join(app, file);
  const has = (/** @type {string} */ file) => fs.existsSync(full(file)) && fs.statSync(full(file)).isFile();
  const read = (/** @type {string} */ file) => fs.readFileSync(full(file), "utf8");
  /** Each file of the folder and those below. @returns {string[]} */
  const list = (dir = "") =>
    fs.readdirSync(full(dir), { withFileTypes: true }).flatMap((entry) => {
      const file = path.posix.join(dir, entry.name);
      return entry.isDirectory() ? list(file) : [file];
    });
  return { app, full, has, read, list, json: (/** @type {string} */ file) => JSON.parse(read(file)) };
}

/**
 * What `id`, named in the file `from`, means.
 * @param {string} from @param {string} id
 */
export const resolve = (from, id) => (id.startsWith("/") ? path.posix.normalize(id.slice(1)) : path.posix.join(path.posix.dirname(from), id));

/**
 * The folders in which WeChat looks for an npm package, the nearest first.
 * @param {string} from
 */
export function* packageFolders(from) {
  for (let dir = path.posix.dirname(from); ; dir = path.posix.dirname(dir)) {
    yield path.posix.join(dir === "." ? "" : dir, "miniprogram_npm");
    if (dir === ".") return;
  }
}
