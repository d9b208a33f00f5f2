/** The designers' page in its states, by day and by night, on a phone and on a desktop: held against axe-core, and photographed. */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { example } from "../../www-demo/design/example.js";
import { accessible } from "./axe.mjs";
import { field, many, openDesign, WIDE } from "./design-page.mjs";
import { launch, PHONE_SIZE, settled } from "./page.mjs";

const SHOTS = new URL("../screenshots/", import.meta.url).pathname;
/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await launch();
});
after(() => browser.close());

/** A design in the middle of its work: pieces were won, and some of it is wrong. */
function faulty() {
  const draft = example();
  const wrong = /** @type {Record<number, object>} */ ({ 1: { name: "", chance: "20.123" }, 3: { color: "#fae8d" }, 4: { stock: "很多" }, 6: { angle: "225" } });
  return { ...draft, cost: "0", prizes: draft.prizes.map((prize, at) => ({ ...prize, ...wrong[at] })) };
}

for (const [size, options] of /** @type {const} */ ([["phone", PHONE_SIZE], ["desktop", WIDE]])) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const name = `${size}-${colorScheme}`;

    test(`the table, its cards and its dialogs, ${name}`, { timeout: 120_000 }, async () => {
      const { page, close } = await openDesign(browser, { ...options, colorScheme });
      const look = async (/** @type {string} */ state) => {
        await settled(page);
        await page.screenshot({ path: `${SHOTS}design-${name}-${state}.png` });
        await accessible(page, `${state}, ${name}`);
      };
      await look("eight");
      const isPhone = size === "phone";
      if (isPhone) {
        await page.click("#sections a:nth-child(2)");
        await look("cards");
        await page.click(".prize:nth-child(5) .prize__head");
        await page.evaluate(() => document.querySelector(".prize:nth-child(5)")?.scrollIntoView({ block: "center" }));
        await look("card");
      }
      await field(page, 5, "color").click();
      await look("colours");
      await page.keyboard.press("Escape");
      await field(page, 5, "image").click();
      await look("picture");
      await page.keyboard.press("Escape");
      await page.click(".prize:nth-child(5) .prize__menu");
      await look("menu");
      await page.keyboard.press("Escape");
      await page.click("#open");
      await page.fill("#open-text", "{");
      await page.click("#open-panel .button--main");
      await look("open");
      await page.keyboard.press("Escape");
      await page.click("#share");
      await page.waitForSelector("#share-panel[open]");
      await look("share");
      await page.keyboard.press("Escape");
      await page.click("#new");
      await page.click(".item:has-text('空白转盘')");
      await look("snack");
      await close();
    });

    test(`faults and many prizes, ${name}`, { timeout: 120_000 }, async () => {
      const bad = await openDesign(browser, { ...options, colorScheme, draft: faulty() });
      await bad.page.evaluate(() => document.querySelector("#work")?.scrollIntoView());
      await bad.page.screenshot({ path: `${SHOTS}design-${name}-faults.png` });
      await accessible(bad.page, `faults, ${name}`);
      await bad.close();
      const { page, close } = await openDesign(browser, { ...options, colorScheme, draft: many(24) });
      await page.evaluate(() => document.querySelector(".prize:nth-child(20)")?.scrollIntoView());
      await page.screenshot({ path: `${SHOTS}design-${name}-many.png` });
      await accessible(page, `24 prizes, ${name}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `nothing sticks out: ${wide} px`);
      await close();
    });
  }
}

test("on a phone everything that is touched is large enough", { timeout: 60_000 }, async () => {
  const { page, close } = await openDesign(browser, PHONE_SIZE);
  await page.click(".prize:nth-child(5) .prize__head");
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("#toolbar button, #table button, #table input, #table select, #settings input, #settings select, #sections a")].flatMap((one) => {
      // A box is touched by its line, and a field by its well.
      const box = (one.closest("label, .well") ?? one).getBoundingClientRect();
      return box.width === 0 || (box.height >= 44 && box.width >= 44) ? [] : [`${one.id || one.className} ${box.width}×${box.height}`];
    }),
  );
  assert.deepEqual(small, []);
  await close();
});

/** The page's own places that are not wholly between the header and the bar at the bottom, or lie under something. @param {import('playwright-core').Page} page */
const outOfSight = (page) =>
  page.evaluate(() => {
    const top = document.querySelector(".bar")?.getBoundingClientRect().bottom ?? 0;
    const bottom = document.querySelector("#publish")?.getBoundingClientRect().top ?? 0;
    // The pointer is part of the canvas, at its upper edge.
    return [".phone__canvas", "[data-do=one]", "[data-do=ten]", ".phone__result", ".stops select", "[data-do=turn]", ".switch input", "[data-do=reset]"].flatMap((name) => {
      const one = document.querySelector(name);
      if (!one && name === "[data-do=reset]") return [];
      const box = one?.getBoundingClientRect();
      if (!box || box.height === 0 || box.top < top || box.bottom > bottom) return [`${name} ${box?.top}…${box?.bottom} of ${top}…${bottom}`];
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const isFree = name === ".phone__canvas" || (hit !== null && one?.contains(hit));
      return isFree ? [] : [`${name} under ${hit?.className}`];
    });
  });

for (const [width, height, least] of /** @type {const} */ ([[1280, 640, 200], [1366, 650, 240], [1366, 768, 300], [1440, 900, 320]])) {
  test(`beside a long table the wheel and all that moves it stay in sight, ${width}×${height}`, { timeout: 120_000 }, async () => {
    const { page, close } = await openDesign(browser, { viewport: { width, height }, draft: many(40) });
    await page.waitForSelector("#publish-button");
    const seen = async (/** @type {string} */ when) => {
      for (const at of [5, 20, 35]) {
        await page.evaluate((place) => document.querySelector(`.prize:nth-child(${place})`)?.scrollIntoView({ block: "center" }), at);
        assert.deepEqual(await outOfSight(page), [], `${when}, at prize ${at}`);
      }
    };
    const box = await page.locator(".phone__canvas").boundingBox();
    assert.ok(box && box.width >= least && Math.abs(box.width - box.height) < 1, `round, and large enough to read: ${box?.width}×${box?.height}`);
    await seen("before a draw");
    await page.click("[data-do=ten]");
    await page.waitForSelector(".phone__result[data-request] li:nth-child(10)");
    await seen("after ten draws");
    const after = await page.locator(".phone__canvas").boundingBox();
    assert.equal(after?.width, box.width, "the wheel stays as large as it was");
    await page.focus(".phone__result");
    await page.keyboard.press("End");
    await page.waitForFunction(() => {
      const last = document.querySelector(".phone__result > :last-child")?.getBoundingClientRect().bottom ?? 0;
      return last <= (document.querySelector(".phone__result")?.getBoundingClientRect().bottom ?? 0);
    });
    await page.screenshot({ path: `${SHOTS}design-laptop-${height}.png` });
    await accessible(page, `ten draws, ${width}×${height}`);
    await page.click(".tally summary");
    assert.deepEqual((await outOfSight(page)).filter((name) => /^\.phone__canvas/.test(name)), [], "the count of all comes over it");
    await accessible(page, `the count, ${width}×${height}`);
    await close();
  });
}
