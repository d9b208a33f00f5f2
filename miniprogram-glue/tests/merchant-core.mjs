/** The core, as Node runs it. */

import fs from "node:fs";
import path from "node:path";
import { ROOT } from "./harness/paths.mjs";

const PKG = path.join(ROOT, "wasm/pkg");

export async function wasmCore() {
  const core = await import(path.join(PKG, "fairwheel_wasm_bg.js"));
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(path.join(PKG, "fairwheel_wasm.wasm")), { "./fairwheel_wasm_bg.js": core });
  core.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start?.();
  return core;
}
