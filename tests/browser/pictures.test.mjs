/** Pictures of prizes on the demo page's wheel. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logIn, openPage, PHONE_SIZE, settled } from "./page.mjs";

const BASE = process.env.FAIRWHEEL_BASE_URL;
const SHOTS = new URL("../screenshots/", import.meta.url).pathname;
/** Of the demo data. */
const MERCHANT = "13800138888";
/** A colour that nothing else on the wheel has. */
const BLUE = [20, 60, 200];

/** @type {import('playwright-core').Browser} */
let browser;
let token = "";
/** The wheel as it was. @type {any} */
let wheel;

/** @param {string} method @param {string} path @param {unknown} [body] */
async function call(method, path, body) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${BASE}/api/${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { code, message, data } = await response.json();
  assert.equal(code, 0, message);
  return data;
}

/** @param {(string | null)[]} images of the first prizes, null for as it is */
function publish(images) {
  const prizes = wheel.prizes.map((/** @type {any} */ prize, /** @type {number} */ n) => ({ ...prize, image: images[n] ?? "" }));
  return call("PUT", "merchant/lottery/config", { ...wheel, prizes });
}

before(async () => {
  browser = await launch();
  const { dev_code: code } = await call("POST", "auth/send-code", { phone: MERCHANT });
  token = (await call("POST", "auth/login", { phone: MERCHANT, code })).access_token;
  wheel = await call("GET", "merchant/lottery/config");
});

after(async () => {
  await publish([]);
  await browser.close();
});

/** Pictures drawn in the browser, sent in: their paths. @param {import('playwright-core').Page} page @param {string[]} colours */
async function sentIn(page, colours) {
  const files = await page.evaluate(
    (all) =>
      all.map((colour) => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 192, height: 192 });
        const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
        const disc = (/** @type {string} */ fill, /** @type {number} */ radius) => {
          ctx.beginPath();
          ctx.arc(96, 96, radius, 0, Math.PI * 2);
          ctx.fillStyle = fill;
          ctx.fill();
        };
        disc("#FFFDFA", 92);
        disc(colour, 70);
        return canvas.toDataURL("image/png");
      }),
    colours,
  );
  const paths = [];
  for (const data of files) paths.push((await call("POST", "merchant/pictures", { data })).image);
  return paths;
}

/** Until so many pixels of the wheel have the colour. @param {import('playwright-core').Page} page @param {number} least */
const blueAtLeast = (page, least) =>
  page.waitForFunction(
    ({ rgb: [r, g, b], least }) => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#wheel-canvas"));
      const { width, height } = canvas;
      const copy = Object.assign(document.createElement("canvas"), { width, height });
      const ctx = /** @type {CanvasRenderingContext2D} */ (copy.getContext("2d", { willReadFrequently: true }));
      ctx.drawImage(canvas, 0, 0);
      const { data } = ctx.getImageData(0, 0, width, height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count += 1;
      return count >= least;
    },
    { rgb: BLUE, least },
    { timeout: 5_000 },
  );

test("a prize's picture is on the wheel, also for who had the page open", async () => {
  const { page, close } = await openPage(browser);
  await logIn(page);
  const paths = await sentIn(page, [`rgb(${BLUE})`, "#1F7A55", "#8A5A06"]);
  await publish([null, null, ...paths]);
  // The odds are the same, and so is the table's hash: only the look is not. A page that is seen again reads the wheel anew.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await blueAtLeast(page, 400);
  await settled(page);
  await page.screenshot({ path: `${SHOTS}pictures-desktop.png` });
  await close();

  const phone = await openPage(browser, { ...PHONE_SIZE, colorScheme: "dark" });
  await logIn(phone.page);
  await blueAtLeast(phone.page, 400);
  await settled(phone.page);
  await phone.page.screenshot({ path: `${SHOTS}pictures-phone-dark.png` });
  await phone.close();
});

test("a picture that does not come, or is elsewhere, leaves the icon and asks nobody", async () => {
  await publish(["/media/none.png", "https://example.com/a.png"]);
  const { page, expect, close } = await openPage(browser);
  expect(/Failed to load resource.*404/);
  const failed = page.waitForResponse("**/media/none.png");
  await logIn(page);
  assert.equal((await failed).status(), 404);
  await page.screenshot({ path: `${SHOTS}pictures-missing.png` });
  await close();
});
