/** The core as plain JavaScript, for a phone that runs no wasm. It is large, so it is a subpackage of its own. */

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { BIN, packages, TARGET, WASM } from "./paths.mjs";

const PAGE = {
  js: "Page({});",
  json: '{ "navigationBarTitleText": "关于" }',
  wxml: '<view class="page">这个分包里有抽奖算法的另一种写法，给不支持 WebAssembly 的手机用。</view>',
};

/** @param {string} folder made anew */
export async function buildFallback(folder) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "fairwheel-wasm2js-"));
  try {
    const made = path.join(scratch, "core.js");
    execFileSync(path.join(BIN, "wasm2js"), ["-Os", WASM, "-o", made], { stdio: "inherit" });
    const { code } = await packages("esbuild").transform(asFunction(fs.readFileSync(made, "utf8")), { format: "cjs", target: TARGET, minify: true });
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "core.js"), code);
    // WeChat wants a page in every subpackage. Nothing leads to this one.
    fs.mkdirSync(path.join(folder, "pages"));
    for (const [name, text] of Object.entries(PAGE)) fs.writeFileSync(path.join(folder, `pages/about.${name}`), `${text}\n`);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * wasm2js writes a module that imports the glue and starts at once; here the loader hands the glue over, as it does to wasm.
 * @param {string} source
 */
function asFunction(source) {
  const start = source.indexOf("var retasmFunc = asmFunc({");
  const body = source.slice(0, start).replace(/^import .*;$/m, "");
  if (start < 0 || /^(import|export) /m.test(body)) throw new Error("wasm2js writes another kind of module than it used to");
  return `${body}\nexport const instantiate = (imports) => asmFunc(imports);\n`;
}
