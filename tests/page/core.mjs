/** The core as the page loads it, without a browser. */

import { readFile } from "node:fs/promises";

const FOLDER = new URL("../../www-demo/core/", import.meta.url);

const glue = await import(new URL("fairwheel_wasm_bg.js", FOLDER).href);
const { instance } = await WebAssembly.instantiate(await readFile(new URL("fairwheel_wasm.wasm", FOLDER)), { "./fairwheel_wasm_bg.js": glue });
glue.__wbg_set_wasm(instance.exports);
/** @type {any} */ (instance.exports).__wbindgen_start?.();

export const core = /** @type {typeof import('../../www-demo/core/fairwheel_wasm.js')} */ (glue);
