/** Where things are, and the Node packages, which live in the project's `tests/`. */

import { createRequire } from "node:module";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");
export const GLUE = path.join(ROOT, "miniprogram-glue");
export const LIB = path.join(GLUE, "lib");
/** What the browser page and the mini-program have in common. */
export const COMMON = path.join(ROOT, "www-demo/common");
export const WASM = path.join(ROOT, "wasm/pkg/fairwheel_wasm.wasm");
export const BIN = path.join(ROOT, "tests/node_modules/.bin");
/**
 * What the library is lowered to, one step below what the app is written in (ES2018, which every phone with the base library
 * 2.20.1 reads): other teams' builds may still transpile for less. It concerns syntax alone; what a script needs of the engine
 * beyond that, it tries first.
 */
export const TARGET = "es2017";

/** Loads a package of `tests/package.json`, which is no parent of this folder. */
export const packages = createRequire(path.join(ROOT, "tests/package.json"));
