/** How long the core takes to be ready, measured and told; that it comes at all is what is tested. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { GLUE, openPhone } from "../harness/index.mjs";

const app = path.join(GLUE, "tests/fixture");
const TIMES = 5;
const middle = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

for (const [name, wasm] of /** @type {const} */ ([["wasm", undefined], ["plain JavaScript", "nothing"]])) {
  test(`the core is ready, as ${name}`, async () => {
    const phone = await openPhone({ app, wasm });
    const throttle = await phone.context.newCDPSession(phone.page);
    for (const rate of [1, 4]) {
      await throttle.send("Emulation.setCPUThrottlingRate", { rate });
      const taken = [];
      for (let n = 0; n < TIMES; n++) {
        await phone.mp.restart();
        await phone.mp.until((data) => data.commitment);
        taken.push(await phone.page.evaluate(() => globalThis.__mp.app().coreTime));
      }
      assert.equal(taken.every((ms) => ms > 0), true);
      console.log(`Core ready as ${name}, CPU ${rate}× throttled: ${middle(taken).toFixed(1)} ms from the call (middle of ${TIMES})`);
    }
    await phone.close();
  });
}
