/**
 * How soon each page can be used, and what it weighs on the way, headers and all, until nothing more comes: printed beside the
 * limits; only the weight may fail. Charts and QR codes come when they are wanted, so nothing is left out.
 */

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { launch } from "./page.mjs";

const BASE = process.env.FAIRWHEEL_BASE_URL ?? "";
const PAGES = ["", "design", "check", "odds"];
const RUNS = 5;
const READY_MS = 1_000;
const BYTES = 150_000;

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** One visit of somebody who was never here. @param {string} name */
async function visit(name) {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  const debug = await context.newCDPSession(page);
  await debug.send("Network.enable");
  /** @type {Map<string, string>} */
  const asked = new Map();
  /** @type {Map<string, number>} */
  const weighed = new Map();
  debug.on("Network.requestWillBeSent", ({ requestId, request }) => asked.set(requestId, request.url));
  debug.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = asked.get(requestId) ?? "";
    weighed.set(url, (weighed.get(url) ?? 0) + encodedDataLength);
  });
  const answer = await page.goto(`${BASE}/demo/${name}`);
  assert.equal(answer?.status(), 200, `/demo/${name} is there`);
  await page.waitForFunction(() => performance.getEntriesByName("ready").length > 0);
  await page.waitForLoadState("networkidle");
  const ready = await page.evaluate(() => performance.getEntriesByName("ready")[0]?.startTime ?? 0);
  await context.close();
  assert.deepEqual([...weighed.keys()].filter((url) => url.includes("/vendor/")), [], "libraries come when they are wanted");
  return { ready, bytes: [...weighed.values()].reduce((sum, size) => sum + size, 0), files: weighed.size };
}

for (const name of PAGES) {
  test(`/demo/${name} is light`, async () => {
    const visits = [];
    for (let run = 0; run < RUNS; run += 1) visits.push(await visit(name));
    const times = visits.map(({ ready }) => ready).sort((a, b) => a - b);
    const bytes = Math.max(...visits.map((one) => one.bytes));
    const median = times[Math.floor(RUNS / 2)] ?? 0;
    console.log(`/demo/${name}: ready in ${Math.round(median)} ms (of ${READY_MS}; ${times.map(Math.round).join(", ")}), ${(bytes / 1000).toFixed(1)} kB on the way (of ${BYTES / 1000}), ${visits[0]?.files} files`);
    assert.ok(bytes > 0 && bytes < BYTES, `${bytes} bytes`);
  });
}
