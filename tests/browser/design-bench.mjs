/** The wheel and the simulation of the designers' page on a bench: the real modules, store and core, and nothing around them. */

import { openPage } from "./page.mjs";

const BASE = process.env.FAIRWHEEL_BASE_URL;
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'";
const SHEETS = ["tokens.css", "css/base.css", "css/preview.css", "css/trial.css", "css/simulation.css"];

const HTML = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>试验台</title>${SHEETS.map((sheet) => `<link rel="stylesheet" href="${sheet}">`).join("")}
<script type="module" src="bench.js"></script></head><body><main><h1 class="sr-only">试验台</h1><section id="preview"></section><section id="simulation"></section></main></body></html>`;

const SCRIPT = `
import { loadCore } from "./core.js";
import { fromConfig } from "./common/draft.js";
import { createPreview } from "./design/preview.js";
import { createSimulation } from "./design/simulation.js";
import { createStore } from "./design/store.js";
const core = await loadCore(new URL("core/", import.meta.url).href);
const store = createStore({ core });
const config = JSON.parse(sessionStorage.getItem("bench"));
store.open(fromConfig(config), { base: config });
createPreview({ place: document.querySelector("#preview"), store, core });
createSimulation({ place: document.querySelector("#simulation"), store, core });
window.bench = { store, core };`;

const prize = (/** @type {any[]} */ [id, name, type, value, probability, angle, stock = null, stock_left = stock, image = ""]) => ({ id, name, type, value, probability, angle, color: COLOURS[(id - 1) % COLOURS.length], image, is_activity: false, stock, stock_left });
const COLOURS = ["#cb3a22", "#f6d9b8", "#eeb98a", "#fae8d2", "#e7b04c", "#f2c9a0", "#d98a5b", "#efe3d6"];

/** @param {any[][]} prizes id, name, type, value, probability, angle, stock, pieces left, image */
export const configOf = (prizes, fallback = 8) => ({ cost_points: 100, daily_limit: 10, fallback, rules: "", prizes: prizes.map(prize) });

/** Eight prizes, one of them nearly gone. */
export const EIGHT = configOf([
  [1, "八八折券", "coupon", 0.88, 0.05, 0, 500, 412],
  [2, "十元代金券", "coupon", 10, 0.1, 45],
  [3, "50 积分", "points", 50, 0.2, 90],
  [4, "招牌酸梅汤", "physical", 12, 0.08, 135, 60, 60],
  [5, "200 积分", "points", 200, 0.05, 180],
  [6, "龙虾一份", "physical", 188, 0.005, 225, 3, 3],
  [7, "小菜一碟", "physical", 6, 0.2, 270],
  [8, "谢谢参与", "empty", 0, 0.315, 315],
]);

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{config?: any, clock?: boolean, policy?: (policy: string) => string, before?: (page: import('playwright-core').Page) => Promise<void>} & import('playwright-core').BrowserContextOptions} [options]
 *   `clock`: time stands still until the test moves it
 */
export async function openBench(browser, { config = EIGHT, clock = false, policy = String, before, ...options } = {}) {
  const opened = await openPage(browser, { viewport: { width: 1440, height: 900 }, ...options });
  const { page } = opened;
  await page.route("**/demo/bench", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", headers: { "content-security-policy": policy(POLICY) }, body: HTML }));
  await page.route("**/demo/bench.js", (route) => route.fulfill({ contentType: "text/javascript", body: SCRIPT }));
  await page.evaluate((text) => sessionStorage.setItem("bench", text), JSON.stringify(config));
  await before?.(page);
  if (clock) await page.clock.install();
  await page.goto(`${BASE}/demo/bench`);
  await page.waitForFunction(() => "bench" in window);
  if (clock) await page.clock.pauseAt(Date.now() + 60_000);
  return opened;
}

/** A look at the store or the core in the page. @template T @param {import('playwright-core').Page} page @param {(bench: any) => T} look @returns {Promise<T>} */
export const ask = (page, look) => page.evaluate(`(${look})(window.bench)`);
