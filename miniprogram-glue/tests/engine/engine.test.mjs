/** The shipped core in the engine of iPhones, interpreted, as where just-in-time compilation is off. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { GLUE, ROOT } from "../harness/paths.mjs";

const JSC = process.env.FAIRWHEEL_JSC || "/usr/bin/jsc";
const CASES = path.join(ROOT, "core/vectors/draw-v1.json");

for (const [name, plain] of [["wasm", ""], ["plain JavaScript", path.join(GLUE, "fallback/core.js")]]) {
  test(`all cases, as ${name}`, () => {
    const words = [path.join(import.meta.dirname, "vectors.js"), "--", path.join(GLUE, "miniprogram_dist"), path.join(ROOT, "wasm/pkg/fairwheel_wasm.wasm"), plain, CASES];
    const { status, stdout, stderr, error } = spawnSync(JSC, words, { encoding: "utf8", env: { PATH: process.env.PATH, JSC_useJIT: "0" } });
    if (error) throw new Error(`${JSC} does not run: on Debian, \`apt-get install libjavascriptcoregtk-4.0-bin\` brings it`, { cause: error });
    assert.equal(`${stdout}${stderr}`.trim(), "24 cases");
    assert.equal(status, 0);
  });
}
