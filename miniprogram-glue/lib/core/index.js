/** Fairwheel's core, compiled to wasm: the same code the server draws with. */

import * as glue from "../../../wasm/pkg/fairwheel_wasm_bg.js";

/** @typedef {typeof import("../../../wasm/pkg/fairwheel_wasm.js")} Core */
/** @typedef {{instantiate(imports: object): object}} Plain the core as plain JavaScript, for a phone that runs no wasm */
/**
 * @typedef {object} CoreOptions
 * @property {string} [path] where the package's wasm is in the mini-program, from its root
 * @property {() => Promise<Plain> | Plain} [fallback] brings the plain core, as `() => require.async("./fallback/core.js")`
 */

const PATH = "/miniprogram_npm/fairwheel-miniprogram/core/fairwheel.wasm.br";
/** Some phones never answer: then it is the fallback's turn. */
const PATIENCE_MS = 10_000;
const IMPORTS = "./fairwheel_wasm_bg.js";

/** @type {Promise<Core> | null} */
let loading = null;
/** @type {CoreOptions} */
let settings = {};

/**
 * Loads the core once. What is said about where it is holds for later calls too, also for those of the components.
 * @param {CoreOptions} [options]
 * @returns {Promise<Core>} rejected if this phone can run neither form of it; a later call tries again
 */
export function loadCore(options) {
  settings = Object.assign({}, settings, options);
  if (!loading) {
    loading = start();
    loading.catch(() => {
      loading = null;
    });
  }
  return loading;
}

async function start() {
  const imports = { [IMPORTS]: Object.assign({}, glue) };
  let exports;
  try {
    if (typeof WXWebAssembly === "undefined") throw new Error("WXWebAssembly is missing");
    const asked = WXWebAssembly.instantiate(settings.path || PATH, imports);
    // The typings say that the instance itself comes, phones give it inside of an object.
    const made = /** @type {any} */ (await inPatience(asked));
    exports = (made.instance || made).exports;
  } catch (error) {
    if (!settings.fallback) throw error;
    const plain = await settings.fallback();
    exports = plain.instantiate(imports);
  }
  glue.__wbg_set_wasm(exports);
  if (exports.__wbindgen_start) exports.__wbindgen_start();
  return /** @type {Core} */ (glue);
}

/** @template T @param {Promise<T>} asked @returns {Promise<T>} */
function inPatience(asked) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("WXWebAssembly does not answer")), PATIENCE_MS);
    const done = () => clearTimeout(timer);
    asked.then(resolve, reject).then(done, done);
  });
}
