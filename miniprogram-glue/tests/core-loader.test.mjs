/** The core's loader: WXWebAssembly first, then the plain core, and nobody waits for ever. */

import assert from "node:assert/strict";
import fs from "node:fs";
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
