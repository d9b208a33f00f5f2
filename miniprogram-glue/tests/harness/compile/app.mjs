/** Makes a page for the browser out of a mini-program's folder. */

import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { NODE_MODULES, OUT, packages } from "../paths.mjs";
import { collect } from "./components.mjs";
import { modules } from "./modules.mjs";
import { appFiles } from "./paths.mjs";
import { styles } from "./styles.mjs";
import { templates } from "./templates.mjs";

const ASSET = /\.(png|jpe?g|gif|svg|webp|wasm|br|mp3)$/;
const KEPT_MS = 3_600_000;
const HARNESS = path.resolve(import.meta.dirname, "..");

/** Pages made of an app before its last changes, unless a test that is still running may have one open. @param {string} name */
function forgetOld(name) {
  if (!fs.existsSync(OUT)) return;
  for (const made of fs.readdirSync(OUT).filter((each) => each.startsWith(`${name}-`) || each.startsWith(".made-"))) {
    const folder = path.join(OUT, made);
    if (Date.now() - fs.statSync(folder).mtimeMs > KEPT_MS) fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} app folder of a mini-program
 * @returns {Promise<string>} folder of the page, made anew only if something changed
 */
export async function compileApp(app) {
  const files = appFiles(app);
  const state = createHash("sha256");
  for (const { list, full } of [files, appFiles(HARNESS)]) {
    for (const name of list()) {
      const bytes = fs.readFileSync(full(name));
      state.update(`${name}\0${bytes.length}\0`).update(bytes);
    }
  }
  const name = path.basename(app);
  const out = path.join(OUT, `${name}-${state.digest("hex").slice(0, 16)}`);
  if (fs.existsSync(out)) return out;
  forgetOld(name);

  /** @type {string[]} */
  const problems = [];
  const { app: json, components } = collect(files, problems);
  const places = [...components.keys()];
  const data = {
    json,
    theme: json.themeLocation && files.has(json.themeLocation) ? files.json(json.themeLocation) : null,
    components: Object.fromEntries(components),
    styles: styles(files, components),
    modules: modules(files, places, problems),
  };
  const compiled = templates(files, places, problems);
  if (problems.length) throw new Error(`${app} is no mini-program that works:\n  ${problems.join("\n  ")}`);

  fs.mkdirSync(OUT, { recursive: true });
  const made = fs.mkdtempSync(path.join(OUT, ".made-"));
  fs.writeFileSync(path.join(made, "app.js"), `globalThis.__app = ${JSON.stringify(data)};\n__app.templates = ${compiled};\n`);
  await packages("esbuild").build({
    entryPoints: [path.join(HARNESS, "runtime/main.js")],
    outfile: path.join(made, "runtime.js"),
    bundle: true,
    format: "iife",
    sourcemap: "inline",
    nodePaths: [NODE_MODULES],
    define: { "process.env.NODE_ENV": '"development"' },
    logLevel: "warning",
  });
  for (const file of files.list().filter((name) => ASSET.test(name))) {
    fs.mkdirSync(path.join(made, path.dirname(file)), { recursive: true });
    fs.copyFileSync(files.full(file), path.join(made, file));
  }
  fs.copyFileSync(path.join(HARNESS, "runtime/base.css"), path.join(made, "base.css"));
  fs.writeFileSync(
    path.join(made, "index.html"),
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
      '<link rel="icon" href="data:,"><link rel="stylesheet" href="base.css"><body><script src="app.js"></script><script src="runtime.js"></script>',
  );
  try {
    fs.renameSync(made, out);
  } catch (error) {
    // Another test file was quicker.
    fs.rmSync(made, { recursive: true, force: true });
    if (!fs.existsSync(out)) throw error;
  }
  return out;
}
