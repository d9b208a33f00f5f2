/** Fairwheel's core, compiled to wasm: the same code the server draws with. */

/** @typedef {typeof import('./core/fairwheel_wasm.js')} Core */

/**
 * @param {string} base folder of the generated files, ending in `/`
 * @returns {Promise<Core>} rejected if the files are missing or this browser cannot run them
 */
export async function loadCore(base) {
  const [glue, response] = await Promise.all([
    import(new URL("fairwheel_wasm_bg.js", base).href),
    fetch(new URL("fairwheel_wasm.wasm", base)),
  ]);
  if (!response.ok) throw new Error(`fairwheel_wasm.wasm: ${response.status}`);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), { "./fairwheel_wasm_bg.js": glue });
  const exports = /** @type {any} */ (instance.exports);
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
  return glue;
}
