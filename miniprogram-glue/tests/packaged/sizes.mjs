/** How large the app is, in its parts, as WeChat's upload tool packs it: JavaScript and styles minified. */

import fs from "node:fs";
import path from "node:path";
import { packages } from "../harness/index.mjs";

const esbuild = packages("esbuild");
/** What the upload tool does not pack. */
const LEFT_OUT = /(^|\/)(\.|README|project\.)|\.d\.ts$/;

const FORMS = {
  ".js": (/** @type {string} */ text) => esbuild.transformSync(text, { minify: true, charset: "utf8" }).code,
  ".wxss": (/** @type {string} */ text) => esbuild.transformSync(text, { loader: "css", minify: true, charset: "utf8", logLevel: "silent" }).code,
  ".wxml": (/** @type {string} */ text) => text.replace(/<!--[\s\S]*?-->/g, "").replace(/\s*\n\s*/g, " "),
  ".json": (/** @type {string} */ text) => JSON.stringify(JSON.parse(text)),
};

/**
 * @param {string} app folder
 * @param {{name: string, has: (file: string) => boolean}[]} parts the first one that has a file counts it
 * @returns {Map<string, {raw: number, packed: number}>} bytes
 */
export function sizes(app, parts) {
  const sums = new Map(parts.map(({ name }) => [name, { raw: 0, packed: 0 }]));
  for (const file of fs.readdirSync(app, { recursive: true, encoding: "utf8" }).map((name) => name.split(path.sep).join("/"))) {
    const full = path.join(app, file);
    if (!fs.statSync(full).isFile() || LEFT_OUT.test(file)) continue;
    const sum = sums.get(parts.find(({ has }) => has(file))?.name ?? "");
    if (!sum) throw new Error(`${file} belongs to no part`);
    const bytes = fs.readFileSync(full);
    const form = FORMS[/** @type {keyof typeof FORMS} */ (path.extname(file))];
    sum.raw += bytes.length;
    sum.packed += form ? Buffer.byteLength(form(bytes.toString())) : bytes.length;
  }
  return sums;
}
