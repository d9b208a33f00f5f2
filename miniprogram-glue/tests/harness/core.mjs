/** The core as Node loads it, once for all tests of a file. */

import { readFile } from "node:fs/promises";
import * as glue from "../../../wasm/pkg/fairwheel_wasm_bg.js";

/** @type {Promise<any> | null} */
let loading = null;

export function loadCore() {
  loading ??= (async () => {
    const bytes = await readFile(new URL("../../../wasm/pkg/fairwheel_wasm.wasm", import.meta.url));
    const { instance } = await WebAssembly.instantiate(bytes, { "./fairwheel_wasm_bg.js": /** @type {any} */ (glue) });
    const exports = /** @type {any} */ (instance.exports);
    glue.__wbg_set_wasm(exports);
    exports.__wbindgen_start?.();
    return glue;
  })();
  return loading;
}
