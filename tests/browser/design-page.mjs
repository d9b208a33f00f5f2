/** The designers' page, opened with a design that was made before, and the few gestures that its tests make. */

import { COLOURS, added, blank, equalAngles } from "../../www-demo/common/draft.js";
import { example } from "../../www-demo/design/example.js";
import { toKept } from "../../www-demo/design/kept-design.js";
import { openPage } from "./page.mjs";

/** @typedef {import('playwright-core').Page} Page */

const BASE = process.env.FAIRWHEEL_BASE_URL;
export const WIDE = { viewport: { width: 1440, height: 900 } };
const NO_TERMS = { organiser: "", period: "", redemption: "", contact: "" };

/** So many prizes, all with a chance. @param {number} total */
export function many(total) {
  const draft = { ...blank(), prizes: /** @type {import('../../www-demo/common/draft.js').Prize[]} */ ([]) };
  for (let at = 0; at < total; at += 1) draft.prizes.push({ ...added(draft), name: `奖品 ${at + 1}`, chance: String(Math.floor(10_000 / total) / 100), color: COLOURS[at % COLOURS.length] ?? "" });
  draft.prizes[total - 1] = { .../** @type {any} */ (draft.prizes[total - 1]), type: "empty", name: "谢谢参与" };
  return { ...equalAngles(draft), fallback: null };
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{draft?: any, base?: any, hash?: string} & import('playwright-core').BrowserContextOptions} [options] `draft`: null leaves the storage empty
 */
export async function openDesign(browser, { draft = example(), base = null, hash = "", ...options } = {}) {
  const opened = await openPage(browser, { ...WIDE, acceptDownloads: true, ...options });
  const { page } = opened;
  await page.evaluate((text) => text && localStorage.setItem("fairwheel.design", text), draft && toKept({ draft, base, terms: NO_TERMS, replaced: null }, Date.now()));
  await page.goto(`${BASE}/demo/design${hash}`);
  await page.waitForSelector(".prize");
  return opened;
}

/** A field of the prize at a place, from 1. @param {Page} page @param {number} at @param {string} name */
export const field = (page, at, name) => page.locator(`.prize:nth-child(${at}) [data-field=${name}]`);

/** What is said under it. @param {Page} page @param {number} at @param {string} name */
export const fault = (page, at, name) => page.locator(`.prize:nth-child(${at}) [data-cell=${name}] > .cell__error`);

/** @param {Page} page */
export const names = (page) => page.locator(".prize [data-field=name]").evaluateAll((inputs) => inputs.map((input) => /** @type {HTMLInputElement} */ (input).value));

/** The design as the browser keeps it, once it is kept. @param {Page} page @returns {Promise<any>} */
export async function kept(page) {
  await page.waitForSelector("#saved[data-saved=saved]");
  return page.evaluate(() => JSON.parse(localStorage.getItem("fairwheel.design") ?? "null"));
}

/** Drops a file somewhere. @param {Page} page @param {string} target @param {{name: string, type: string, text: string}} file */
export async function drop(page, target, { name, type, text }) {
  const data = await page.evaluateHandle(
    ([fileName, fileType, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content ?? ""], fileName ?? "", { type: fileType ?? "" }));
      return transfer;
    },
    [name, type, text],
  );
  await page.dispatchEvent(target, "dragover", { dataTransfer: data });
  await page.dispatchEvent(target, "drop", { dataTransfer: data });
}
