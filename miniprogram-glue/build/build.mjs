/** Builds the package, and puts it into the app: `node build/build.mjs`. */

import fs from "node:fs";
import path from "node:path";
import { buildFallback } from "./fallback.mjs";
import { buildLibrary } from "./library.mjs";
import { buildMerchant } from "./merchant.mjs";
import { GLUE } from "./paths.mjs";

const dist = path.join(GLUE, "miniprogram_dist");
const fallback = path.join(GLUE, "fallback");
/** The app that is shipped, and the one on which the harness tests itself. */
const APPS = ["app", "tests/fixture"];

const replace = (/** @type {string} */ from, /** @type {string} */ to) => {
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(from, to, { recursive: true });
};

await buildLibrary(dist);
await buildFallback(fallback);
await buildMerchant(path.join(GLUE, "app/merchant/common"));
for (const app of APPS.map((name) => path.join(GLUE, name)).filter((folder) => fs.existsSync(path.join(folder, "app.json")))) {
  replace(dist, path.join(app, "miniprogram_npm/fairwheel-miniprogram"));
  replace(fallback, path.join(app, "fallback"));
}
