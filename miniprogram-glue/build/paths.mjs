/** Where things are, and the Node packages, which live in the project's `tests/`. */

import { createRequire } from "node:module";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");
export const GLUE = path.join(ROOT, "miniprogram-glue");
export const LIB = path.join(GLUE, "lib");
export const WASM = path.join(ROOT, "wasm/pkg/fairwheel_wasm.wasm");
export const BIN = path.join(ROOT, "tests/node_modules/.bin");
/** The oldest language that a phone with the base library 2.20.1 may run. */
export const TARGET = "es2017";

/** Loads a package of `tests/package.json`, which is no parent of this folder. */
export const packages = createRequire(path.join(ROOT, "tests/package.json"));
