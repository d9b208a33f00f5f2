/** Loads the app's files as WeChat does: each in a function of its own, which sees no global of a browser. */

import { forbidden, GIVEN } from "../globals.mjs";
import { app, phone } from "./state.js";

const SETTINGS = "config/env.js";
const HIDDEN = forbidden(globalThis);

/** `Function(text)` is code from text; `instanceof Function` is not. */
const CalmFunction = new Proxy(Function, {
  apply: () => {
    throw new EvalError("a mini-program has no Function(text)");
  },
  construct: () => {
    throw new EvalError("a mini-program has no new Function(text)");
  },
});

/** @param {(file: string) => Record<string, unknown>} given what a file finds under the names of `GIVEN` */
export function moduleLoader(given) {
  /** @type {Record<string, {exports: any}>} */
  const loaded = {};
  /** @param {string} file */
  function load(file) {
    if (loaded[file]) return loaded[file].exports;
    const { source, requires } = app.modules[file];
    const module = { exports: {} };
    loaded[file] = module;
    const find = (/** @type {string} */ id) => {
      if (!requires[id]) throw new Error(`${file}: no module ${id}`);
      return load(requires[id]);
    };
    find.async = (/** @type {string} */ id) => new Promise((resolve) => setTimeout(() => resolve(find(id))));
    const names = { ...given(file), require: find, module, exports: module.exports };
    const make = Function(...HIDDEN, "Function", `return function (${GIVEN.join(", ")}) { "use strict";\n${source}\n}\n//# sourceURL=app/${file}`);
    make(...HIDDEN.map(() => undefined), CalmFunction).apply(
      undefined,
      GIVEN.map((name) => names[name]),
    );
    // Where the server is, only the test knows.
    if (file === SETTINGS) module.exports = { ...module.exports, ...phone.env };
    return module.exports;
  }
  return load;
}
