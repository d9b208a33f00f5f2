// What keeps the core from a page, told apart.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { loadCore } from "../../www-demo/core.js";

const { fetch, WebAssembly } = globalThis;
afterEach(() => Object.assign(globalThis, { fetch, WebAssembly }));

const BASE = new URL("../../wasm/pkg/", import.meta.url).href;
/** The start of every wasm file. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const answers = (status, body = EMPTY) => Object.assign(globalThis, { fetch: async () => new Response(body, { status }) });
const kindOf = (base = BASE) => loadCore(base).then(() => "", ({ kind }) => kind);

test("a browser that has no wasm, though it reads modules, has it switched off", async () => {
  Object.assign(globalThis, { WebAssembly: undefined });
  assert.equal(await kindOf(), "off");
});

test("another's answer in its place is not the core, and no fault of the browser", async () => {
  for (const page of ["<!doctype html><title>Wi-Fi</title>", "no", ""]) {
    answers(200, page);
    assert.equal(await kindOf(), "foreign", page);
  }
});

test("glue that is another's page is not the core either", async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "core-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, "fairwheel_wasm_bg.js"), "<!doctype html>");
  fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  answers(200);
  assert.equal(await kindOf(pathToFileURL(`${folder}/`).href), "foreign");
});

test("half of it, or halves that don't belong together, are not blamed on the browser", async () => {
  const whole = fs.readFileSync(new URL("fairwheel_wasm.wasm", BASE));
  answers(200, whole.subarray(0, whole.length / 2));
  assert.equal(await kindOf(), "spoilt");
  // Wants a function "f" from the glue that is not there.
  const glue = Buffer.from("./fairwheel_wasm_bg.js");
  answers(200, Buffer.concat([EMPTY, Buffer.from([1, 4, 1, 0x60, 0, 0, 2, glue.length + 6, 1, glue.length]), glue, Buffer.from([1, 0x66, 0, 0])]));
  assert.equal(await kindOf(), "spoilt");
});

test("what the server does not have is missing, whatever becomes of the rest of it", async () => {
  answers(404);
  assert.equal(await kindOf(), "missing");
  assert.equal(await kindOf("file:///nowhere/"), "missing");
});

test("what does not come is lost", async () => {
  answers(502);
  assert.equal(await kindOf(), "lost");
  Object.assign(globalThis, { fetch: async () => Promise.reject(new TypeError("Failed to fetch")) });
  assert.equal(await kindOf(), "lost");
  answers(200);
  assert.equal(await kindOf("file:///nowhere/"), "lost");
});
