/**
 * What the merchants' pages share with the browser: one module in their subpackage, so that diners, who never open them, do not
 * load it.
 */

import fs from "node:fs";
import path from "node:path";
import { COMMON, packages, TARGET } from "./paths.mjs";

const MODULES = ["typed-numbers", "discount", "draft", "draft-check", "draft-changes"];

/** @param {string} folder made anew */
export async function buildMerchant(folder) {
  const from = (/** @type {string} */ place) => MODULES.map((name) => `export * from ${JSON.stringify(`${place}/${name}.js`)};\n`).join("");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  await packages("esbuild").build({
    stdin: { contents: from("."), resolveDir: COMMON },
    outfile: path.join(folder, "index.js"),
    bundle: true,
    format: "cjs",
    target: TARGET,
    charset: "utf8",
    minify: true,
    logLevel: "warning",
  });
  // WeChat's tool packs no types; tsc reads those of the modules themselves.
  fs.writeFileSync(path.join(folder, "index.d.ts"), from(path.posix.relative(folder.split(path.sep).join("/"), COMMON.split(path.sep).join("/"))));
}
