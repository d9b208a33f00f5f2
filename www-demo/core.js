/** Fairwheel's core, compiled to wasm: the same code the server draws with. */

/** @typedef {typeof import('./core/fairwheel_wasm.js')} Core */

/**
 * Why there is no core: `off`, this browser has WebAssembly switched off; `missing`, the server does not have it; `lost`, it did not
 * come; `foreign`, something else came in its place; `spoilt`, it is not whole, or its two files don't belong together.
 * @typedef {"off" | "missing" | "lost" | "foreign" | "spoilt"} Kind
 */
export class CoreProblem extends Error {
  /** @param {Kind} kind @param {unknown} cause */
  constructor(kind, cause) {
    super(`${kind}: ${cause}`);
    this.kind = kind;
  }
}

/** @param {Kind} kind @returns {(cause: unknown) => never} */
const because = (kind) => (cause) => {
  throw cause instanceof CoreProblem ? cause : new CoreProblem(kind, cause);
};

/** @param {URL} url */
async function bytesAt(url) {
  const response = await fetch(url);
  if (!response.ok) throw new CoreProblem(response.status === 404 ? "missing" : "lost", `${url} ${response.status}`);
  const bytes = await response.arrayBuffer();
  // A network that wants a login first answers with its own page.
  if (new TextDecoder().decode(bytes.slice(0, 4)) !== "\0asm") throw new CoreProblem("foreign", url);
  return bytes;
}

/**
 * @param {string} base folder of the generated files, ending in `/`
 * @returns {Promise<Core>} rejected with a `CoreProblem`
 */
export async function loadCore(base) {
  // A browser that reads this module knows WebAssembly.
  if (typeof WebAssembly !== "object") throw new CoreProblem("off", "no WebAssembly");
  const [glue, bytes] = await Promise.allSettled([import(new URL("fairwheel_wasm_bg.js", base).href), bytesAt(new URL("fairwheel_wasm.wasm", base))]);
  // What the server says of one of them is more than that the other could not be imported.
  if (bytes.status === "rejected") return because("lost")(bytes.reason);
  if (glue.status === "rejected") return because(glue.reason instanceof SyntaxError ? "foreign" : "lost")(glue.reason);
  try {
    const { instance } = await WebAssembly.instantiate(bytes.value, { "./fairwheel_wasm_bg.js": glue.value });
    const exports = /** @type {any} */ (instance.exports);
    glue.value.__wbg_set_wasm(exports);
    exports.__wbindgen_start?.();
    return glue.value;
  } catch (error) {
    return because("spoilt")(error);
  }
}
