// What keeps the core from a page, told apart.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { loadCore } from "../../www-demo/core.js";

const { fetch, WebAssembly } = globalThis;
afterEach(() => Object.assign(globalThis, { fetch, WebAssembly }));

const BASE = new URL("../../wasm/pkg/", import.meta.url).href;
const answers = (status, body = "") => Object.assign(globalThis, { fetch: async () => new Response(body, { status }) });
const kindOf = (base = BASE) => loadCore(base).then(() => "", ({ kind }) => kind);

test("a browser that has no wasm, or can't compile this, is too old", async () => {
  answers(200, "no wasm");
  assert.equal(await kindOf(), "old");
  Object.assign(globalThis, { WebAssembly: undefined });
  assert.equal(await kindOf(), "old");
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
