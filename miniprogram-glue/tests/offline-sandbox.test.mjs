/** The built library where a phone would run it: no global of Node or of a browser, the real wasm, and no server. */

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import { GLUE, openSandbox } from "./harness/index.mjs";

const root = path.join(GLUE, "tests/fixture");

for (const wasm of /** @type {const} */ ([undefined, "nothing"])) {
  test(`a diner's evening without a server${wasm ? ", on a phone without WebAssembly" : ""}`, async () => {
    const getRandomValues = (/** @type {any} */ { length, success }) => success({ randomValues: webcrypto.getRandomValues(new Uint8Array(length)).buffer });
    const sandbox = openSandbox({ root, wasm, wx: { getRandomValues } });
    const { createClient } = sandbox.require("miniprogram_npm/fairwheel-miniprogram/index");
    const { loadCore } = sandbox.require("miniprogram_npm/fairwheel-miniprogram/core/index");
    const core = () => loadCore({ fallback: () => sandbox.require("fallback/core") });
    const client = createClient({ isOffline: true, host: { loadCore: core } });
    await client.session.login("13800138000", "123456");
    const { news, prizes } = await client.draws.load();
    assert.deepEqual([news, prizes.length], [null, 8]);
    const { verdict, outcomes } = await client.draws.draw(10);
    assert.deepEqual([verdict.ok, verdict.words, outcomes.length], [true, "封条完好，结果没有被改动。", 10]);
    await client.api.exchange.redeem({ product_id: 7, quantity: 1 });
    const again = createClient({ isOffline: true, host: { loadCore: core } });
    assert.equal((await again.session.restore()).total_points, client.session.user.total_points);
    const refused = await client.draws.draw(1).catch((/** @type {any} */ error) => error);
    assert.deepEqual([refused.name, refused.kind, refused.code, refused.isUnanswered], ["ApiError", "refused", 1002, false]);
  });
}
