/** The sandbox itself: what a mini-program lacks is not there, what it has works. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { GLUE, openSandbox } from "./harness/index.mjs";

const root = path.join(GLUE, "tests/fixture");
const ZEROS = "00".repeat(32);

test("the built package loads the real wasm, and its plain form where there is none", async () => {
  const commitments = [];
  for (const wasm of /** @type {const} */ ([undefined, "nothing", "fails"])) {
    const sandbox = openSandbox({ root, wasm });
    sandbox.require("app");
    sandbox.app.onLaunch();
    commitments.push((await sandbox.app.core).commitment(ZEROS));
  }
  assert.match(commitments[0], /^[0-9a-f]{64}$/);
  assert.equal(new Set(commitments).size, 1);
});

test("a core that cannot be had is asked for again", async () => {
  const sandbox = openSandbox({ root, wasm: "nothing" });
  const { loadCore } = sandbox.require("miniprogram_npm/fairwheel-miniprogram/core/index");
  await assert.rejects(loadCore(), /WXWebAssembly is missing/);
  await assert.rejects(loadCore({ fallback: () => Promise.reject(new Error("no subpackage")) }), /no subpackage/);
  const core = await loadCore({ fallback: () => sandbox.require("fallback/core") });
  assert.equal(await loadCore(), core);
  assert.equal(core.algorithm(), "fairwheel-draw-v1");
});

test("a page's logic, with setData as a page has it", () => {
  const sandbox = openSandbox({ root, app: { core: new Promise(() => {}) } });
  const page = sandbox.page("pages/first/first");
  page.onLoad({ from: "test" });
  page.onRow({ currentTarget: { dataset: { id: 2 } } });
  assert.equal(page.data.picked, "2");
  assert.equal(page.data.list[1].name, "贰");
  assert.throws(() => page.setData({ run() {} }), { name: "DataCloneError" });
});

for (const [name, what] of Object.entries({ document: /not defined/, fetch: /not defined/, window: /not defined/, eval: /not defined/, Function: /disallowed/, globalThis: /not defined/, TextDecoder: /not defined/, URL: /not defined/, WebAssembly: /not defined/ })) {
  test(`there is no ${name}`, () => {
    assert.throws(() => openSandbox({ root }).page("pages/bad/bad").onLoad({ name }), what);
  });
}

test("the codec writes and reads every kind of text as the platform's own does", () => {
  const codec = openSandbox({ root }).lib("core/text-codec");
  const texts = ["", "a", "é", "谢谢参与", "🍜🧧", "a\ud800b", "\udc00", "\ud800\ud800\udc00", "\u07ff\u0800\uffff", "长🍜".repeat(9000)];
  const encoder = new codec.TextEncoder();
  const decoder = new codec.TextDecoder();
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    assert.deepEqual(Buffer.from(encoder.encode(text)), Buffer.from(bytes));
    assert.equal(decoder.decode(bytes), new TextDecoder().decode(bytes));
  }
  assert.equal(decoder.decode(), "");
});
