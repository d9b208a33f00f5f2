// How fast the designers' page is: printed, for a machine in quiet; the tests only ask that there is something to print.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBench } from "./design-bench.mjs";
import { launch } from "./page.mjs";

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const ROUNDS = 5;
/** How much slower than this machine a phone is. */
const THROTTLE = 4;

test("figures of the simulation in its worker", async (t) => {
  const { page, close } = await openBench(browser);
  /** @type {number[]} */
  const speeds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.click("[data-do=simulate]");
    await page.waitForSelector(".simulate[data-state=done]", { timeout: 60_000 });
    const words = (await page.textContent("[data-figures]")) ?? "";
    speeds.push(Number(/每秒 ([\d,]+) 次/.exec(words)?.[1]?.replaceAll(",", "")));
  }
  assert.ok(speeds.every((speed) => speed > 0));
  t.diagnostic(`simulation in a worker: median ${(speeds.sort((a, b) => a - b)[ROUNDS >> 1] / 1e6).toFixed(1)} M draws a second (${speeds.map((speed) => (speed / 1e6).toFixed(1)).join(", ")})`);
  await close();
});

test("figures of a spin's frames, throttled", async (t) => {
  for (const [name, options] of /** @type {const} */ ([["1440×900", { viewport: { width: 1440, height: 900 } }], ["390×844 at 3 pixels", { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true }]])) {
    const { page, close } = await openBench(browser, { reducedMotion: "no-preference", ...options });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
    await browser.startTracing(page, { categories: ["devtools.timeline"] });
    for (const key of ["p2", "p6"]) {
      await page.selectOption(".stops select >> nth=0", key);
      await page.click("[data-do=turn]");
      await page.waitForSelector(".phone__canvas[data-state=busy]");
      await page.waitForSelector(".phone__canvas[data-state=rest]", { timeout: 30_000 });
    }
    const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
    // The thread's own time: what other programs take from it is not the page's.
    const frames = traceEvents.filter((/** @type {any} */ { name: event, tdur }) => event === "FireAnimationFrame" && tdur > 0).map((/** @type {any} */ { tdur }) => tdur / 1000);
    assert.ok(frames.length > 10);
    frames.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
    const at = (/** @type {number} */ share) => (frames[Math.floor((frames.length - 1) * share)] ?? 0).toFixed(2);
    t.diagnostic(`script a frame of a spin, ${name}, ${THROTTLE}× slower: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, most ${at(1)} ms (${frames.length} frames of 2 spins)`);
    await close();
  }
});
