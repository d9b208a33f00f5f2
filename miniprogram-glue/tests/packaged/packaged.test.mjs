/** What is packed and sent to WeChat: that its compilers take it, that old phones can read it, and how large it is. */

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { APP, packages } from "../harness/index.mjs";
import { compileWxml, compileWxss } from "./official.mjs";
import { sizes } from "./sizes.mjs";

const esbuild = packages("esbuild");
const KB = 1024;
/** What every phone loads at the start: the diners' pages, the library and the wasm. */
const MAX = 300 * KB;
/** WeChat's own limit for each package. */
const PACKAGE_MAX = 2048 * KB;

const files = fs.readdirSync(APP, { recursive: true, encoding: "utf8" }).filter((file) => fs.statSync(path.join(APP, file)).isFile());
const ending = (/** @type {string} */ name) => files.filter((file) => file.endsWith(name));

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "fairwheel-packaged-"));
after(() => fs.rmSync(scratch, { recursive: true, force: true }));
const written = (/** @type {string} */ name, /** @type {string} */ text) => {
  fs.writeFileSync(path.join(scratch, name), text);
  return name;
};

test("the package is built into the app", () => {
  for (const file of ["index.js", "core/fairwheel.wasm.br", "wheel/index.wxml", "proof/index.wxml"]) assert.ok(files.includes(`miniprogram_npm/fairwheel-miniprogram/${file}`), file);
  assert.ok(files.includes("fallback/core.js"));
  const app = JSON.parse(fs.readFileSync(path.join(APP, "app.json"), "utf8"));
  assert.ok(app.subPackages.some((/** @type {{root: string}} */ { root }) => root === "fallback"), "without its own subpackage the plain core would be part of the main one");
});

test("WeChat's compiler takes every WXML, and refuses what is none", () => {
  assert.ok(ending(".wxml").length > 10);
  assert.equal(compileWxml(APP, ending(".wxml")), "");
  for (const [name, text] of Object.entries({ "open.wxml": "<view><text></view>", "js.wxml": "<view>{{a?.b}}</view>" })) assert.notEqual(compileWxml(scratch, [written(name, text)]), "");
});

test("WeChat's compiler takes every WXSS, and refuses what is none", () => {
  assert.ok(ending(".wxss").length > 10);
  const isComponent = (/** @type {string} */ file) => {
    const json = path.join(APP, file.replace(/wxss$/, "json"));
    return fs.existsSync(json) && JSON.parse(fs.readFileSync(json, "utf8")).component === true;
  };
  const components = ending(".wxss").filter(isComponent);
  assert.ok(components.length > 2);
  assert.equal(compileWxss(APP, components, ending(".wxss").filter((file) => !isComponent(file))), "");
  const wrong = { "open.wxss": ".a { color: red", "star.wxss": ".a * { color: red; }", "id.wxss": "#a { color: red; }" };
  for (const [name, text] of Object.entries(wrong)) assert.notEqual(compileWxss(scratch, [written(name, text)]), "", name);
});

/** Whether a script says nothing that ES2018 does not know: then esbuild has nothing to put otherwise. @param {string} source */
function isOld(source) {
  const form = (/** @type {object} */ options) => esbuild.transformSync(source, { charset: "utf8", logLevel: "silent", ...options }).code;
  try {
    // iOS knows lookbehind only since 16.4.
    return form({ target: "es2018", supported: { "regexp-lookbehind-assertions": false } }) === form({ target: "esnext" });
  } catch {
    return false;
  }
}

test("every script is ES2018, so that nothing need be transpiled", () => {
  for (const source of ["a?.b", "a ?? b", "a ||= b", "1n", "/(?<=a)b/.test(c)", "class A { b = 1 }", "try { a() } catch { b() }"]) assert.equal(isOld(source), false, source);
  for (const source of ["const { a, ...b } = c;", "async () => { for await (const a of b) c(a); };", "/(?<a>b)/u.test(c)"]) assert.equal(isOld(source), true, source);
  assert.ok(ending(".js").length > 10);
  assert.deepEqual(
    ending(".js").filter((file) => !isOld(fs.readFileSync(path.join(APP, file), "utf8"))),
    [],
  );
});

test("no script of the app is an ES module", () => {
  for (const file of ending(".js")) assert.doesNotMatch(fs.readFileSync(path.join(APP, file), "utf8"), /^\s*(import|export)\s/m, file);
});

test("the size stays within what was promised", () => {
  const library = "miniprogram_npm/fairwheel-miniprogram/";
  const within = (/** @type {string} */ folder) => (/** @type {string} */ file) => file.startsWith(folder);
  const parts = [
    { name: "core as wasm", has: (/** @type {string} */ file) => file.endsWith(".wasm.br") },
    { name: "<fair-wheel>", has: within(`${library}wheel/`) },
    { name: "<fair-proof>", has: within(`${library}proof/`) },
    { name: "library, the rest", has: within(library) },
    { name: "subpackage: core as plain JavaScript", has: within("fallback/") },
    { name: "subpackage: merchants' pages", has: within("merchant/") },
    { name: "pictures", has: (/** @type {string} */ file) => /\.(png|jpe?g|svg|webp|gif)$/.test(file) },
    { name: "diners' pages", has: () => true },
  ];
  const found = sizes(APP, parts);
  const kb = (/** @type {number} */ bytes) => `${(bytes / KB).toFixed(1).padStart(7)} KB`;
  const sum = (/** @type {(name: string) => boolean} */ wanted, /** @type {"raw" | "packed"} */ which) => [...found].filter(([name]) => wanted(name)).reduce((all, [, size]) => all + size[which], 0);
  const rows = [...found].map(([name, { raw, packed }]) => [name, packed, raw]);
  for (const [name, wanted] of /** @type {const} */ ([
    ["main package, loaded at the start", (/** @type {string} */ part) => !part.startsWith("subpackage")],
    ["all that a phone with wasm loads", (/** @type {string} */ part) => !part.includes("plain JavaScript")],
    ["all", () => true],
  ])) {
    rows.push([name, sum(wanted, "packed"), sum(wanted, "raw")]);
  }
  console.log(["Size of the mini-program: minified as it is packed, and as written", ...rows.map(([name, packed, raw]) => `${String(name).padEnd(38)}${kb(Number(packed))}${kb(Number(raw))}`)].join("\n"));
  const [main] = rows.slice(-3).map(([, packed]) => Number(packed));
  assert.ok(main <= MAX, `the main package has ${kb(main)}, more than ${kb(MAX)}`);
  for (const [name, { packed }] of found) assert.ok(packed <= PACKAGE_MAX, name);
});
