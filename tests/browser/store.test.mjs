/** The store of the designers' page in a browser: two real windows on one storage, real links, and how long a change takes. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "./page.mjs";

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Makes a store in the page, as the designers' page does. @param {import('playwright-core').Page} page */
const open = (page) =>
  page.evaluate(async () => {
    const at = (/** @type {string} */ name) => import(new URL(name, location.href).href);
    const [{ loadCore }, { createStore }] = await Promise.all([at("core.js"), at("design/store.js")]);
    const core = await loadCore(new URL("core/", location.href).href);
    Object.assign(window, { files: await at("design/files.js"), draft: await at("common/draft.js"), store: createStore({ core, storage: localStorage, host: window }) });
  });
const saved = (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ state) => page.waitForFunction((wanted) => /** @type {any} */ (window).store.saved === wanted, state, { timeout: 5000 });

test("two windows hear of each other, and a window that closes has saved", { timeout: 30_000 }, async () => {
  const { page, close } = await openPage(browser);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await open(page);
  await open(other);
  await page.evaluate(() => /** @type {any} */ (window).store.edit({ cost: "111" }));
  await saved(page, "saved");
  await other.waitForFunction(() => /** @type {any} */ (window).store.draft.cost === "111", null, { timeout: 5000 });
  assert.equal(await other.evaluate(() => /** @type {any} */ (window).store.saved), "saved", "nothing was done here, and nothing is asked");
  await other.evaluate(() => /** @type {any} */ (window).store.edit({ cost: "112" }));
  await saved(other, "saved");
  await saved(page, "elsewhere");
  await page.evaluate(() => /** @type {any} */ (window).store.takeOver());
  await saved(other, "elsewhere");
  await other.evaluate(() => /** @type {any} */ (window).store.reload());
  await saved(other, "saved");
  assert.equal(await other.evaluate(() => /** @type {any} */ (window).store.draft.cost), "111");
  await saved(page, "elsewhere");
  await page.evaluate(() => /** @type {any} */ (window).store.takeOver());
  await saved(page, "saved");
  await page.evaluate(() => /** @type {any} */ (window).store.edit({ cost: "222" }));
  await page.reload();
  await open(page);
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).store.draft.cost), "222");
  await close();
});

test("a link is compressed, and read again", { timeout: 30_000 }, async () => {
  const { page, close } = await openPage(browser);
  await open(page);
  const found = await page.evaluate(async () => {
    const { draft, files, store } = /** @type {any} */ (window);
    store.open(draft.blank());
    for (let count = 2; count < 8; count += 1) store.edit((/** @type {any} */ now) => draft.duplicated(now, now.prizes[0].key));
    const { link } = await files.toLink(store, location.href);
    const read = await files.fromLink(new URL(link).hash);
    const bomb = await files.fromLink(`${link.slice(link.indexOf("#"))}AAAA`).catch((/** @type {any} */ problem) => problem.words);
    return { link, isSame: JSON.stringify(read) === JSON.stringify(files.fromJson(files.toJson(store)), (name, value) => (name === "base" ? undefined : value)), bomb };
  });
  assert.match(found.link, /#draft=z/);
  assert.ok(found.link.length < 1000, `${found.link.length}`);
  assert.equal(found.isSame, true);
  assert.match(found.bomb, /不完整/);
  await close();
});

test("a step of a drag takes little of a frame, with a hundred prizes", { timeout: 30_000 }, async (context) => {
  const { page, close } = await openPage(browser);
  await open(page);
  const ms = await page.evaluate(() => {
    const { draft, store } = /** @type {any} */ (window);
    store.open(draft.blank());
    for (let count = 2; count < 100; count += 1) store.edit((/** @type {any} */ now) => draft.equalAngles({ ...now, prizes: now.prizes.concat([{ ...draft.added(now), name: "茶" }]) }));
    const { key } = store.draft.prizes[40];
    const start = performance.now();
    for (let turn = 0; turn < 200; turn += 1) store.edit((/** @type {any} */ now) => draft.withEdge(now, key, 140 + (turn % 3)), { merge: "drag" });
    return (performance.now() - start) / 200;
  });
  context.diagnostic(`${ms.toFixed(2)} ms for each step`);
  await close();
});
