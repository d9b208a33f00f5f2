/** The diner's page in every state, held against axe-core: by day and by night, on a phone and on a desktop. */

import test, { after, before } from "node:test";
import { accessible } from "./axe.mjs";
import { DESKTOP_SIZE, launch, logIn, openPage, PHONE_SIZE, POOR_PHONE, refusal, spin } from "./page.mjs";

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Ten draws are a day's: the next ones are another diner's. @param {import('playwright-core').Page} page */
async function another(page) {
  await page.click("#logout");
  await page.reload(); // which forgets that a code was just asked for
  await logIn(page);
}

for (const [size, options] of /** @type {const} */ ([["phone", PHONE_SIZE], ["desktop", DESKTOP_SIZE]])) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`nobody is shut out of the demo, ${size}, ${colorScheme}`, async () => {
      const { page, expect, close } = await openPage(browser, { ...options, colorScheme });
      const look = (/** @type {string} */ state) => accessible(page, `${state}, ${size}, ${colorScheme}`);
      await look("login");
      await page.click("#login-submit");
      await look("login refused");
      await logIn(page);
      await look("wheel");
      if (size === "phone") {
        await page.click("#open-odds");
        await look("odds");
        await page.keyboard.press("Escape");
      }
      await spin(page, "one");
      await look("result");
      await another(page);
      await spin(page, "ten");
      await look("ten results");
      await page.click("#result .seal");
      await page.waitForSelector("#proof-panel .verdict");
      await look("proof");
      for (const details of await page.$$("#proof-panel details:not([open]) > summary")) await details.click();
      await look("proof, opened");
      await page.fill("#proof-text", "{");
      await look("proof, broken");
      await page.keyboard.press("Escape");
      await page.click("#open-history");
      await page.waitForSelector("#history-panel button");
      await look("history");
      await page.keyboard.press("Escape");
      await another(page);
      expect(/503/);
      await page.route("**/api/lottery/draw", (route) => route.fulfill({ status: 503, ...refusal(500) }));
      await page.click("#spin-one");
      await page.waitForSelector("#result .notice");
      await look("trouble");
      await close();
    });
  }
}

test("nobody is shut out without points", { skip: POOR_PHONE === "" }, async () => {
  const { page, close } = await openPage(browser, PHONE_SIZE);
  await logIn(page, POOR_PHONE);
  await accessible(page, "wheel, too few points");
  await close();
});
