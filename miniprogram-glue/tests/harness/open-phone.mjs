/** A phone with the mini-program open: a page of Chromium in which glass-easel renders it. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { cleanUp } from "./clean.mjs";
import { compileApp } from "./compile/app.mjs";
import { APP, packages, SCREENSHOTS } from "./paths.mjs";
import { serveApp } from "./serve.mjs";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** @type {Promise<import("playwright-core").Browser> | null} */
let browser = null;
function theBrowser() {
  if (!browser) {
    browser = packages("playwright-core").chromium.launch({ executablePath: process.env.FAIRWHEEL_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
    cleanUp(async () => (await browser)?.close());
  }
  return /** @type {Promise<import("playwright-core").Browser>} */ (browser);
}

/**
 * @typedef {object} PhoneOptions
 * @property {string} [app] folder of the mini-program
 * @property {{url: string} | null} [server] whatever answers `/api`, `/ws` and `/media`
 * @property {number} [width] @property {number} [height] CSS px
 * @property {boolean} [dark] @property {boolean} [reducedMotion]
 * @property {number} [fontSize] WeChat's setting, px
 * @property {string} [path] the page to begin with, with its query
 * @property {Record<string, unknown>} [env] fields put over what `config/env.js` exports; without it `baseUrl`, and `needAuth` if there is a server
 * @property {"nothing" | "fails"} [wasm] what is wrong with WXWebAssembly
 */

/** In a component a class has the component's own prefix, which no test should know. @param {string} selector */
const anywhere = (selector) => (/["']/.test(selector) ? selector : selector.replace(/\.(-?[A-Za-z_][\w-]*)/g, ':is(.$1, [class$="--$1"], [class*="--$1 "])'));

/** @param {PhoneOptions} [options] */
export async function openPhone(options = {}) {
  const { app = APP, server = null, width = 375, height = 812, dark = false, reducedMotion = true } = options;
  const front = await serveApp(await compileApp(app), server);
  const context = await (await theBrowser()).newContext({
    viewport: { width, height },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    colorScheme: dark ? "dark" : "light",
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  /** What the browser itself complains of. @type {string[]} */
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    // A request that got no answer is the app's to handle; the browser says so all the same.
    if (message.type() === "error" && !/^Failed to load resource|WebSocket connection to/.test(message.text())) complaints.push(`console: ${message.text()}`);
  });
  await context.addInitScript((given) => Object.assign(globalThis, { __phone: given }), { env: { baseUrl: front.url, ...(server ? { needAuth: true } : {}), ...options.env }, wasm: options.wasm ?? "", fontSize: options.fontSize });

  const open = async (/** @type {string} */ first) => {
    await page.goto(`${front.url}/${first ? `?path=${encodeURIComponent(first)}` : ""}`);
    // What an app throws at its very start is told at once.
    await page.waitForFunction(() => globalThis.__mp?.isReady || globalThis.__mp?.errors.length);
    if (!(await page.evaluate(() => globalThis.__mp.isReady))) throw new Error(`the app does not start:\n${(await page.evaluate(() => globalThis.__mp.errors)).join("\n")}`);
  };
  /** @param {(mp: any, given: any) => any} ask @param {unknown} [given] */
  const inside = (ask, given) => page.evaluate(([source, value]) => Function(`return (${source})`)()(globalThis.__mp, value), [ask.toString(), given]);

  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await context.close();
    await front.close();
  };
  cleanUp(close);
  await open(options.path ?? "");

  const mp = {
    /** The page's `data`. */
    data: () => inside((m) => JSON.parse(JSON.stringify(m.current().instance.data))),
    /** Like `pages/lottery/lottery?id=1`. @returns {Promise<string>} */
    route: () => inside((m) => m.current().url),
    /** The routes of all open pages, the first one first. */
    routes: () => inside((m) => m.stack.map((each) => each.url)),
    /** What went wrong so far, in the app or in the harness: tests assert that it is empty. @returns {Promise<string[]>} */
    errors: async () => [...complaints, ...(isOpen ? await inside((m) => m.errors) : [])],
    /** Forgets errors that a test brought about itself, after looking at them. @param {RegExp} pattern */
    async forgive(pattern) {
      const keep = (/** @type {string} */ text) => !pattern.test(text);
      complaints.splice(0, complaints.length, ...complaints.filter(keep));
      await inside((m, source) => m.errors.splice(0, m.errors.length, ...m.errors.filter((text) => !new RegExp(source).test(text))), pattern.source);
    },
    /** Calls of `wx.name` so far, with what they were given. @param {string} name */
    calls: (name) => inside((m, wanted) => m.calls.filter((call) => call.name === wanted).map((call) => call.given), name),
    /** An element of the page on top, never of one below, also inside of components. @param {string} selector */
    find: (selector) => page.locator(`.mp-page:not(.is-hidden) >> ${anywhere(selector)}`),
    /** @param {string} selector */
    tap: (selector) => mp.find(selector).first().tap(),
    /** Types into an `input` or `textarea`. @param {string} selector @param {string} text */
    fill: (selector, text) => mp.find(selector).locator("input, textarea").first().fill(text),
    /** What the page on top shows. */
    text: () => page.locator(".mp-page:not(.is-hidden)").innerText(),
    /** Until the page's data are as wanted. @param {(data: any) => any} wanted runs in the browser: it sees nothing of the test's @param {number} [timeout] */
    until: (wanted, timeout = 10_000) =>
      page.waitForFunction((source) => Function(`return (${source})`)()(globalThis.__mp.current().instance.data), wanted.toString(), { timeout }),
    /** Until a page is on top and ready. @param {string} route without its query */
    at: (route, timeout = 10_000) => page.waitForFunction((wanted) => globalThis.__mp.current().route === wanted && globalThis.__mp.current().isReady, route, { timeout }),
    /** The button of an open dialog, action sheet or privacy question. @param {string} words */
    answer: (words) => page.locator(".mp-dialog [data-answer]", { hasText: words }).first().tap(),
    /** The words of the open toast or dialog. */
    toast: () => page.locator(".mp-toast").innerText(),
    dialog: () => page.locator(".mp-dialog").innerText(),
    /** @param {number} index of the tabBar */
    tab: (index) => page.locator(".mp-tab").nth(index).tap(),
    back: () => page.locator(".mp-back").tap(),
    /** What the next `chooseMedia` or `chooseImage` gives. @param {Buffer[]} pictures @param {string} [type] */
    choose: (pictures, type = "image/png") => inside((m, given) => m.choose(given.bytes, given.type), { bytes: pictures.map((each) => each.toString("base64")), type }),
    /** `wx.…` as the app sees it. @param {string} name @param {unknown} [given] */
    wx: (name, given) => inside((m, asked) => m.wx[asked.name](asked.given), { name, given }),
    pullDown: () => inside((m) => m.pullDown()),
    /** @param {boolean} isOn */
    online: async (isOn) => {
      await context.setOffline(!isOn);
    },
    /** The app goes into the background, or comes back. */
    hide: () => inside((m) => m.hide()),
    show: () => inside((m) => m.show()),
    /** The app is closed and opened again: what is in storage stays. @param {string} [first] */
    async restart(first = "") {
      complaints.push(...(await inside((m) => m.errors))); // they are of the app that is closed now
      await open(first);
    },
  };
  return {
    page,
    context,
    mp,
    front: front.url,
    /** Into `tests/screenshots`. @param {string} name @param {{fullPage?: boolean}} [how] */
    async screenshot(name, how = {}) {
      fs.mkdirSync(SCREENSHOTS, { recursive: true });
      const file = path.join(SCREENSHOTS, `${name}.png`);
      await page.screenshot({ path: file, ...how });
      return file;
    },
    /** Ends it, and fails if anything went wrong on the way. */
    async close() {
      const errors = await mp.errors();
      await close();
      assert.deepEqual(errors, []);
    },
  };
}
