/**
 * A mini-program's code without anything to look at: a vm with no global of Node or of a browser, a stub of `wx`, the real
 * wasm. For the library's modules and for the logic of pages.
 */

import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import zlib from "node:zlib";
import { forbidden, GIVEN } from "./globals.mjs";
import { APP, GLUE, packages } from "./paths.mjs";

/**
 * @typedef {object} SandboxOptions
 * @property {Record<string, any>} [wx] over the stub's own calls
 * @property {string} [root] folder of the mini-program
 * @property {Record<string, any>} [modules] in place of files, by path from the root, as `config/env.js`
 * @property {"nothing" | "fails"} [wasm]
 * @property {any} [app] what `getApp()` gives
 * @property {Partial<Record<"setTimeout" | "clearTimeout" | "setInterval" | "clearInterval" | "Date", any>>} [clock] in place of the real one
 */

/** @param {SandboxOptions} [options] */
export function openSandbox(options = {}) {
  const { root = APP, modules = {}, clock = {} } = options;
  const context = vm.createContext({ console, setTimeout, clearTimeout, setInterval, clearInterval, ...clock }, { codeGeneration: { strings: false, wasm: false } });
  // Deleted from inside: from outside, what the language itself brings stays.
  const names = forbidden(vm.runInContext("globalThis", context)).filter((name) => name !== "globalThis");
  vm.runInContext(`for (const name of ${JSON.stringify([...names, "globalThis"])}) delete this[name]`, context);
  /** @type {Map<string, any>} */
  const stored = new Map();
  const wx = { ...stub(stored), ...options.wx };
  /** What the last file that was loaded defined. @type {any} */
  let definition;
  let app = options.app;
  const define = (/** @type {any} */ given) => (definition = given);
  /** @type {Record<string, any>} */
  const given = {
    wx,
    WXWebAssembly: options.wasm === "nothing" ? undefined : wasm(root, options.wasm === "fails"),
    Page: define,
    Component: define,
    Behavior: (/** @type {any} */ behavior) => behavior,
    App: (/** @type {any} */ made) => (app = made),
    getApp: () => app,
    getCurrentPages: () => [],
  };

  /** @type {Map<string, {exports: any}>} */
  const loaded = new Map();
  /** @param {string} file full path */
  function load(file) {
    const known = loaded.get(file);
    if (known) return known.exports;
    const local = path.relative(root, file).split(path.sep).join("/");
    const module = { exports: modules[local] ?? {} };
    loaded.set(file, module);
    if (local in modules) return module.exports;
    const find = (/** @type {string} */ id) => load(resolve(file, id));
    find.async = async (/** @type {string} */ id) => find(id);
    const run = vm.runInContext(`(function (${GIVEN.join(", ")}) { "use strict";\n${commonJs(file)}\n})`, context, { filename: file, lineOffset: -1 });
    run(...GIVEN.map((name) => ({ ...given, require: find, module, exports: module.exports })[name]));
    return module.exports;
  }
  /** @param {string} from @param {string} id */
  function resolve(from, id) {
    const places = id.startsWith("/") ? [path.join(root, id)] : [path.resolve(path.dirname(from), id)];
    if (!/^[./]/.test(id)) places.push(path.join(root, "miniprogram_npm", id));
    const file = places.flatMap((place) => [place, `${place}.js`, `${place}/index.js`]).find((place) => fs.existsSync(place) && fs.statSync(place).isFile());
    if (!file) throw new Error(`${from} requires ${id}, which is not there`);
    return file;
  }

  return {
    wx,
    stored,
    context,
    /** A module of the app, by its path from the root. @param {string} file */
    require: (file) => load(resolve(path.join(root, "x.js"), `./${file}`)),
    /** A module of the library's sources, as `lib("socket/backoff")`. @param {string} file */
    lib: (file) => load(resolve(path.join(GLUE, "lib/x.js"), `./${file}`)),
    get app() {
      return app;
    },
    /** A page, with as much of a page as logic needs. @param {string} route @param {Record<string, any>} [children] by selector */
    page(route, children = {}) {
      loaded.delete(path.join(root, `${route}.js`));
      definition = undefined;
      load(path.join(root, `${route}.js`));
      if (!definition) throw new Error(`${route} calls neither Page nor Component`);
      return instance(definition, children, route);
    },
  };
}

/** ES modules, as the library's sources are, become CommonJS; others stay what they are. @param {string} file */
function commonJs(file) {
  const source = fs.readFileSync(file, "utf8");
  if (!/^\s*(import|export)\b/m.test(source)) return source;
  return packages("esbuild").transformSync(source, { format: "cjs", target: "es2017", sourcefile: file, sourcemap: "inline" }).code;
}

/** @param {string} root @param {boolean} fails */
const wasm = (root, fails) => ({
  async instantiate(/** @type {string} */ file, /** @type {WebAssembly.Imports} */ imports) {
    if (fails) throw new Error("WXWebAssembly refused");
    const built = path.join(root, file);
    const bytes = fs.readFileSync(fs.existsSync(built) ? built : path.join(GLUE, "miniprogram_dist/core/fairwheel.wasm.br"));
    const { instance } = await WebAssembly.instantiate(file.endsWith(".br") ? zlib.brotliDecompressSync(bytes) : bytes, imports);
    return { instance: { exports: instance.exports } };
  },
});

/** @param {any} definition @param {Record<string, any>} children @param {string} route */
function instance(definition, children, route) {
  const properties = Object.fromEntries(Object.entries(definition.properties ?? {}).map(([name, type]) => [name, type?.value]));
  /** @type {any} */
  const made = { ...definition, ...definition.methods, route, is: route, options: {}, sets: [], events: [] };
  made.data = structuredClone({ ...properties, ...definition.data });
  made.properties = made.data;
  made.setData = (/** @type {Record<string, any>} */ changes, /** @type {() => void} */ done) => {
    const copy = structuredClone(changes);
    made.sets.push(copy);
    for (const [key, value] of Object.entries(copy)) put(made.data, key, value);
    done?.();
  };
  made.triggerEvent = (/** @type {string} */ name, /** @type {any} */ detail) => made.events.push({ name, detail });
  made.selectComponent = (/** @type {string} */ selector) => children[selector] ?? null;
  return made;
}

/** `a.b[0].c` and the like. @param {any} target @param {string} key @param {unknown} value */
function put(target, key, value) {
  const steps = key.replace(/\[(\d+)\]/g, ".$1").split(".");
  const last = /** @type {string} */ (steps.pop());
  let at = target;
  for (const [index, step] of steps.entries()) {
    at[step] ??= /^\d+$/.test(steps[index + 1] ?? last) ? [] : {};
    at = at[step];
  }
  at[last] = value;
}

/** The calls that need no person and no network. @param {Map<string, any>} stored */
function stub(stored) {
  const answer = (/** @type {any} */ options, /** @type {any} */ given) => {
    if (!options?.success && !options?.complete) return Promise.resolve(given);
    options.success?.(given);
    options.complete?.(given);
  };
  const copy = (/** @type {any} */ value) => (value === undefined ? "" : JSON.parse(JSON.stringify(value)));
  const quiet = ["showToast", "hideToast", "showLoading", "hideLoading", "vibrateShort", "setNavigationBarTitle", "stopPullDownRefresh", "setClipboardData"];
  return {
    ...Object.fromEntries(quiet.map((name) => [name, (/** @type {any} */ options) => answer(options, { errMsg: `${name}:ok` })])),
    setStorageSync: (/** @type {string} */ key, /** @type {any} */ value) => void stored.set(key, copy(value)),
    getStorageSync: (/** @type {string} */ key) => copy(stored.get(key)),
    removeStorageSync: (/** @type {string} */ key) => void stored.delete(key),
    getRandomValues: (/** @type {any} */ options) => answer(options, { randomValues: crypto.getRandomValues(new Uint8Array(options.length)).buffer }),
    getAppBaseInfo: () => ({ SDKVersion: "2.20.1", theme: "light" }),
    getWindowInfo: () => ({ pixelRatio: 2, windowWidth: 375, windowHeight: 718, screenWidth: 375, screenHeight: 812 }),
    getSystemInfoSync: () => ({ pixelRatio: 2, windowWidth: 375, windowHeight: 718, platform: "devtools", SDKVersion: "2.20.1" }),
    getAccountInfoSync: () => ({ miniProgram: { appId: "touristappid", envVersion: "develop" } }),
    onNetworkStatusChange() {},
    offNetworkStatusChange() {},
    canIUse: () => true,
    getPerformance: () => ({ now: () => performance.now() }),
    nextTick: (/** @type {() => void} */ action) => setTimeout(action),
  };
}
