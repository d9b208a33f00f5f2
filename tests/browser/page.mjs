/** A browser, and the few gestures that every test of the demo page makes. */

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const BASE = process.env.FAIRWHEEL_BASE_URL;
assert.ok(BASE, "FAIRWHEEL_BASE_URL is the server to test, for example http://127.0.0.1:3000");

/** A registered diner with 40 points. */
export const POOR_PHONE = process.env.FAIRWHEEL_POOR_PHONE ?? "";
export const PHONE_SIZE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const DESKTOP_SIZE = { viewport: { width: 1280, height: 800 } };

export const launch = () =>
  chromium.launch({
    executablePath: process.env.FAIRWHEEL_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

let phones = 0;
/** A phone nobody has used: its diner starts with 1,500 points. */
export const newPhone = () => `137${String(Date.now() % 1_000_000).padStart(6, "0")}${String(phones++).padStart(2, "0")}`;

/**
 * A fresh page at the demo's address, which fails the test on any error of its own.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options] reduced motion unless told otherwise
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce", ...DESKTOP_SIZE, ...options });
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  /** Patterns of complaints that a test brings about itself. @type {RegExp[]} */
  const expected = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${BASE}/`) && !/^(data|blob):/.test(request.url())) complaints.push(`left the house: ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(`${BASE}/demo/`);
  return {
    page,
    expect: (/** @type {RegExp} */ pattern) => expected.push(pattern),
    async close() {
      await context.close();
      assert.deepEqual(complaints.filter((text) => !expected.some((pattern) => pattern.test(text))), []);
    },
  };
}

/** @param {import('playwright-core').Page} page @param {string | null} [phone] null: the one that is filled in */
export async function logIn(page, phone = newPhone()) {
  if (phone !== null) await page.fill("#phone", phone);
  await page.click("#send-code");
  await page.click("#dev-code");
  await page.click("#login-submit");
  await atRest(page);
}

/** Until the wheel stands still and may be spun. @param {import('playwright-core').Page} page */
export const atRest = (page) => page.waitForSelector("#wheel-canvas[data-state=rest]", { timeout: 10_000 });

/**
 * Spins, and waits until the result is there.
 * @param {import('playwright-core').Page} page @param {"one" | "ten"} which
 * @returns {Promise<{body: any, answer: any}>} what was sent, and the data of the answer
 */
export async function spin(page, which) {
  const response = page.waitForResponse("**/api/lottery/draw");
  await page.click(`#spin-${which}`);
  const got = await response;
  const envelope = await got.json();
  await page.waitForSelector("#result .seal, #result .notice", { timeout: 10_000 });
  await atRest(page);
  return { body: got.request().postDataJSON(), answer: envelope.data };
}

/**
 * Changes the data of the server's answers to a path, as a server that lies would.
 * @param {import('playwright-core').Page} page @param {string} path a pattern of Playwright
 * @param {(data: any, asked: any) => any} lie gets the data and the body of the request, gives the data to answer with
 */
export async function lieAbout(page, path, lie) {
  await page.route(path, async (route) => {
    const response = await route.fetch();
    const envelope = await response.json();
    if (envelope.code === 0) envelope.data = await lie(envelope.data, route.request().postDataJSON());
    await route.fulfill({ response, json: envelope });
  });
}

/** The answer of a server that refuses. @param {number} code */
export const refusal = (code) => ({ contentType: "application/json", body: JSON.stringify({ code, message: "x", msg: "x", data: null }) });

/** Until nothing on the page moves any more. @param {import('playwright-core').Page} page */
export const settled = (page) =>
  page.evaluate(async () => {
    const passing = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(passing.map((animation) => animation.finished));
  });

/** Hundredths of a degree. @param {import('playwright-core').Page} page */
export const rotation = async (page) => Number(await page.getAttribute("#wheel-canvas", "data-rotation"));
/** Points shown at the top. @param {import('playwright-core').Page} page */
export const points = async (page) => Number((await page.textContent("#points"))?.replace(/\D/g, ""));
/** The commitment shown under the wheel. @param {import('playwright-core').Page} page */
export const promised = (page) => page.getAttribute("#promise [data-commitment]", "data-commitment");

/** The verdict of the open proof. @param {import('playwright-core').Page} page */
export const verdict = (page) =>
  page.evaluate(() => {
    const panel = document.querySelector("#proof-panel");
    const named = (/** @type {string} */ status) => [...(panel?.querySelectorAll(`[data-status=${status}]`) ?? [])].map((row) => row.getAttribute("data-check"));
    return {
      ok: panel?.querySelector(".verdict")?.getAttribute("data-ok") === "true",
      words: panel?.querySelector(".verdict")?.textContent ?? "",
      passed: named("ok"),
      failed: named("failed"),
      skipped: named("skipped"),
    };
  });

/** Puts another text into the proof. @param {import('playwright-core').Page} page @param {(text: string) => string} edit */
export async function editProof(page, edit) {
  const text = await page.inputValue("#proof-text");
  const edited = edit(text);
  assert.notEqual(edited, text, "the edit found its place");
  await page.fill("#proof-text", edited);
}

/** Spins, and opens the proof. @param {import('playwright-core').Page} page @param {"one" | "ten"} [which] */
export async function spinAndDoubt(page, which = "one") {
  await spin(page, which);
  await page.click("#result .seal");
  return verdict(page);
}
