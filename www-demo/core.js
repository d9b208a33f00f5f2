/** Fairwheel's core, compiled to wasm: the same code the server draws with. */

/** @typedef {typeof import('./core/fairwheel_wasm.js')} Core */

/** Why there is no core: `old`, this browser can't run it; `missing`, the server does not have it; `lost`, it did not come. */
export class CoreProblem extends Error {
  /** @param {"old" | "missing" | "lost"} kind @param {unknown} cause */
  constructor(kind, cause) {
    super(`${kind}: ${cause}`);
    this.kind = kind;
  }
}

/** @param {"old" | "lost"} kind @returns {(cause: unknown) => never} */
const because = (kind) => (cause) => {
  throw cause instanceof CoreProblem ? cause : new CoreProblem(cause instanceof SyntaxError ? "old" : kind, cause);
};

/** @param {URL} url */
async function bytesAt(url) {
  const response = await fetch(url);
  if (response.ok) return response.arrayBuffer();
  throw new CoreProblem(response.status === 404 ? "missing" : "lost", `${url} ${response.status}`);
}

/**
 * @param {string} base folder of the generated files, ending in `/`
 * @returns {Promise<Core>} rejected with a `CoreProblem`
 */
export async function loadCore(base) {
  if (typeof WebAssembly !== "object") throw new CoreProblem("old", "no WebAssembly");
  const [glue, bytes] = await Promise.allSettled([import(new URL("fairwheel_wasm_bg.js", base).href), bytesAt(new URL("fairwheel_wasm.wasm", base))]);
  // What the server says of one of them is more than that the other could not be imported.
  if (bytes.status === "rejected") return because("lost")(bytes.reason);
  if (glue.status === "rejected") return because("lost")(glue.reason);
  const { instance } = await WebAssembly.instantiate(bytes.value, { "./fairwheel_wasm_bg.js": glue.value }).catch(because("old"));
  const exports = /** @type {any} */ (instance.exports);
  glue.value.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
  return glue.value;
}
