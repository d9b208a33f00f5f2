/** Where things are, and the Node packages, which live in the project's `tests/`. */

import { createRequire } from "node:module";
import path from "node:path";

/** The project's folder. */
export const ROOT = path.resolve(import.meta.dirname, "../../..");
/** The package's folder. */
export const GLUE = path.join(ROOT, "miniprogram-glue");
/** The app that is shipped. */
export const APP = path.join(GLUE, "app");
/** What the harness makes of apps: never committed. */
export const OUT = path.join(GLUE, "tests/.harness");
/** Where `screenshot()` puts pictures: never committed. */
export const SCREENSHOTS = path.join(GLUE, "tests/screenshots");
export const NODE_MODULES = path.join(ROOT, "tests/node_modules");

/** Loads a package of `tests/package.json`, which is no parent of this folder. */
export const packages = createRequire(path.join(ROOT, "tests/package.json"));
