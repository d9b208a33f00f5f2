/** WeChat's own compilers of WXML and WXSS, as an npm package brings them. */

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { NODE_MODULES } from "../harness/paths.mjs";

const SYSTEMS = { linux: "linux", darwin: "mac" };
const folder = path.join(NODE_MODULES, "miniprogram-compiler/bin", SYSTEMS[/** @type {keyof typeof SYSTEMS} */ (process.platform)] ?? "");

/** @param {string} name @param {string[]} words @param {string} cwd @returns {string} what it complains of; empty if of nothing */
function run(name, words, cwd) {
  const program = path.join(folder, name);
  // npm unpacks it as a plain file.
  fs.chmodSync(program, 0o755);
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (error) throw error;
  if (status !== 0) return (stderr || stdout).slice(-4000) || `${name} gives ${status}`;
  // It goes on, and the phone says so in its console.
  return [...stdout.matchAll(/Some selectors are not allowed[^"\\]*/g)].join("\n");
}

/** @param {string} app folder @param {string[]} files */
export const compileWxml = (app, files) => run("wcc", ["-d", "-cc", "0", ...files, "-gn", "$gwx"], app);
/** @param {string} app folder @param {string[]} components @param {string[]} [others] */
export const compileWxss = (app, components, others = []) => run("wcsc", ["-db", "-pc", String(components.length), ...components, ...others], app);
