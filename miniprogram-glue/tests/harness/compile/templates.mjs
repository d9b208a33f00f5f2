/** WXML and WXS, by the compiler that glass-easel brings. */

import { packages } from "../paths.mjs";
import { resolve } from "./paths.mjs";

const { TmplGroup } = packages("glass-easel-template-compiler");

/**
 * @param {ReturnType<typeof import("./paths.mjs").appFiles>} files
 * @param {Iterable<string>} components
 * @param {string[]} problems
 * @returns {string} JavaScript: an object of templates by path
 */
export function templates(files, components, problems) {
  const group = new TmplGroup();
  const done = new Set();
  const script = (/** @type {string} */ place) => {
    const file = place.endsWith(".wxs") ? place : `${place}.wxs`;
    if (done.has(file)) return;
    done.add(file);
    const source = files.read(file);
    group.addScript(place, source);
    for (const [, id] of source.matchAll(/require\(['"]([^'"]+)['"]\)/g)) script(resolve(place, id));
  };
  const template = (/** @type {string} */ place) => {
    if (done.has(place)) return;
    done.add(place);
    if (!files.has(`${place}.wxml`)) return problems.push(`${place}.wxml is missing`);
    const source = files.read(`${place}.wxml`);
    // A phone shows `&nbsp;` letter by letter, and `\n` perhaps; the compiler here makes of them what they mean.
    for (const [line, text] of source.split("\n").entries()) {
      for (const [letters] of text.matchAll(/&#?\w+;|>[^<{]*\\n/g)) problems.push(`${place}.wxml:${line + 1} a phone shows ${letters} as it is written`);
    }
    for (const found of group.addTmpl(place, source) ?? []) {
      problems.push(`${found.path}.wxml:${found.startLine + 1}:${found.startColumn + 1} ${found.message}`);
    }
    for (const used of group.getDirectDependencies(place)) template(used);
    for (const used of group.getScriptDependencies(place)) script(used);
  };
  for (const place of components) template(place);
  return group.getTmplGenObjectGroups();
}
