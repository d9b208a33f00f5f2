/** The core's loader: WXWebAssembly first, then the plain core, and nobody waits for ever. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { afterEach, beforeEach, mock, test } from "node:test";
import { WASM } from "../build/paths.mjs";

const wasm = new WebAssembly.Module(fs.readFileSync(WASM));
const exportsOf = (/** @type {any} */ imports) => new WebAssembly.Instance(wasm, imports).exports;
const fallback = () => ({ instantiate: exportsOf });
const settled = () => new Promise((resolve) => setImmediate(resolve));
let times = 0;

/** The module as at the start of an app. @param {(path: string, imports: any) => Promise<any>} instantiate */
async function loader(instantiate) {
  Object.assign(globalThis, { WXWebAssembly: { instantiate } });
  times += 1;
  return (await import(`../lib/core/index.js?${times}`)).loadCore;
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => {
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, "WXWebAssembly");
});

test("wasm that comes is taken, and leaves no timer behind", async () => {
  const loadCore = await loader(async (_, imports) => ({ instance: { exports: exportsOf(imports) } }));
  const core = await loadCore({ fallback: () => assert.fail("not needed") });
  assert.equal(core.algorithm(), "fairwheel-draw-v1");
  mock.timers.tick(60_000);
});

test("wasm that never comes gives way to the plain core after ten seconds", async () => {
  const loadCore = await loader(() => new Promise(() => {}));
  let asked = 0;
  const loading = loadCore({
    fallback() {
      asked += 1;
      return fallback();
    },
  });
  mock.timers.tick(9_999);
  await settled();
  assert.equal(asked, 0);
  mock.timers.tick(1);
  assert.equal((await loading).algorithm(), "fairwheel-draw-v1");
  assert.equal(asked, 1);
});

test("without a plain core that is an error, and a later call tries again", async () => {
  let asked = 0;
  const loadCore = await loader((_, imports) => (++asked === 1 ? new Promise(() => {}) : Promise.resolve({ exports: exportsOf(imports) })));
  const loading = loadCore().catch((/** @type {Error} */ error) => error.message);
  await settled();
  mock.timers.tick(10_000);
  assert.match(await loading, /does not answer/);
  assert.equal((await loadCore()).algorithm(), "fairwheel-draw-v1");
});

test("the plain core is right also after its memory grew", async () => {
  const plain = createRequire(import.meta.url)("../fallback/core.js");
  const loadCore = await loader(() => Promise.reject(new Error("no wasm here")));
  const core = await loadCore({ fallback: () => plain });
  const prizes = Array.from({ length: 100 }, (_, n) => ({ id: n + 1, angle: n * 3, weight: 100, type: "coupon", value_cents: 100, is_activity: false, stock: null, name: "奖品".repeat(50) }));
  const { text, hash } = core.tableFromSpec({ cost: 100, daily_limit: 10, fallback: null, prizes });
  for (let nonce = 1; nonce <= 20; nonce += 1) core.draw({ table_text: text, server_seed: "ab".repeat(32), client_seed: "x", nonce, count: 100 });
  const again = core.tableFromText(text);
  assert.equal(again.hash, hash);
  assert.equal(again.prizes[99].name, prizes[99].name);
});
