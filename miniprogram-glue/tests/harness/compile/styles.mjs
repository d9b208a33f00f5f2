/** WXSS, by the compiler that glass-easel brings: rpx, class prefixes for isolation, `:host`. */

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { resolve } from "./paths.mjs";

const NAME = "glass-easel-stylesheet-compiler";
const VERSION = "0.12.1";
/** `cargo xtask` puts it there and says so; a test that is started by hand finds it there too. */
const CACHE = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "fairwheel/tools", `${NAME}-${VERSION}/bin`, NAME);
const COMPILER = process.env.FAIRWHEEL_WXSS_COMPILER || CACHE;

/** Tags of the platform: in the browser each is an element `wx-…`. */
export const TAGS = `view text image button input textarea switch checkbox checkbox-group radio radio-group slider progress
  picker picker-view picker-view-column scroll-view swiper swiper-item navigator form label icon rich-text canvas
  cover-view cover-image block-text video map page-meta root-portal`.split(/\s+/);

const IN_SELECTOR = new RegExp(`(^|[\\s,>+~(])(${TAGS.join("|")})(?![\\w-])`, "g");

/**
 * Puts `wx-` before the platform's tags in selectors.
 * @param {string} css compiled
 */
function renameTags(css) {
  return css.replace(/([^{};]*)\{/g, (whole, prelude) => (prelude.trimStart().startsWith("@") ? whole : `${prelude.replace(IN_SELECTOR, "$1wx-$2")}{`));
}

/**
 * @param {ReturnType<typeof import("./paths.mjs").appFiles>} files
 * @param {Map<string, {json: any, isPage: boolean}>} components
 */
export function styles(files, components) {
  if (!fs.existsSync(COMPILER)) throw new Error(`${COMPILER} is missing: \`cargo xtask miniprogram\` builds it`);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "fairwheel-wxss-"));
  const inline = (/** @type {string} */ file, /** @type {string[]} */ within = []) => {
    if (!files.has(file) || within.includes(file)) return "";
    return files.read(file).replace(/@import\s+(?:url\()?["']([^"']+)["']\)?\s*;/g, (_, id) => inline(resolve(file, id), [...within, file]));
  };
  /** @type {Record<string, {css: string, scope?: string}>} */
  const compiled = {};
  const compile = (/** @type {string} */ place, /** @type {string | undefined} */ scope) => {
    const source = inline(`${place}.wxss`);
    compiled[place] = { css: "", scope };
    if (!source.trim()) return;
    const low = path.join(scratch, "low.css");
    fs.rmSync(low, { force: true });
    const words = ["--interactive", "--convert-host", `${place}.wxss`, "--low-priority-output", low];
    if (scope) words.push("--class-prefix", scope);
    const high = execFileSync(COMPILER, words, { input: source, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });
    compiled[place] = { css: renameTags((fs.existsSync(low) ? fs.readFileSync(low, "utf8") : "") + high), scope };
  };
  try {
    compile("app", undefined);
    let count = 0;
    for (const [place, { json, isPage }] of components) {
      const isShared = isPage || /^(page-)?shared$/.test(json.styleIsolation ?? "");
      compile(place, isShared ? undefined : `s${count++}`);
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return compiled;
}
