/** Answers lost, late or refused: nobody is charged twice, accused wrongly, or left without a word. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { atRest, launch, lieAbout, logIn, newPhone, openPage, points, refusal, settled, spin } from "./page.mjs";

const SHOTS = new URL("../screenshots/", import.meta.url).pathname;
const LIMIT = { timeout: 30_000 };
const DRAW = "**/api/lottery/draw";
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The server draws, and the answer is lost. @param {import('playwright-core').Page} page */
async function loseAnswer(page) {
  await page.route(DRAW, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.click("#spin-one");
  await page.waitForSelector("text=重试");
  await page.unroute(DRAW);
}

describe("a lost answer", () => {
  test("pressing the wheel asks for it again instead of drawing anew", LIMIT, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/net::ERR_FAILED/);
    await logIn(page);
    await loseAnswer(page);
    assert.match(await page.innerText("#result"), /如果刚才没有抽成，会现在抽/);
    await spin(page, "ten");
    assert.equal(await page.getAttribute("#result .seal", "data-ok"), "true");
    assert.match(await page.innerText("#left"), /还可抽 9 次/);
    await spin(page, "one");
    assert.equal(await page.getAttribute("#result .seal", "data-ok"), "true", "and nobody is accused afterwards");
    await close();
  });

  test("is not taken for a draw made elsewhere", LIMIT, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/net::ERR_FAILED/);
    await logIn(page);
    await loseAnswer(page);
    await page.reload();
    await page.waitForSelector("text=查看结果");
    assert.match(await page.innerText("#result"), /如果刚才没有抽成，会现在抽/);
    await page.click("text=查看结果");
    await page.waitForSelector("#result .seal[data-ok=true]");
    assert.doesNotMatch(await page.innerText("#result"), /另一台设备/);
    await close();
  });

  test("being refused at the door afterwards does not forget it", LIMIT, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/net::ERR_FAILED/);
    await logIn(page);
    await loseAnswer(page);
    await page.route(DRAW, (route) => route.fulfill(refusal(429)));
    await page.click("text=重试");
    await page.waitForSelector("text=操作太快了");
    assert.doesNotMatch(await page.innerText("#result"), /没有扣积分/);
    await page.unroute(DRAW);
    await page.click("text=再试一次");
    await page.waitForSelector("#result .seal[data-ok=true]");
    assert.match(await page.innerText("#left"), /还可抽 9 次/);
    await close();
  });

  test("after an expired login there is nothing to look for", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const login = await page.evaluate(() => sessionStorage.getItem("fairwheel.session"));
    await page.route(DRAW, (route) => route.fulfill(refusal(401)));
    await page.click("#spin-one");
    await page.waitForSelector("#login:not([hidden])");
    await page.evaluate((text) => sessionStorage.setItem("fairwheel.session", text ?? ""), login);
    await page.reload();
    await atRest(page);
    assert.equal(await page.locator("text=查看结果").count(), 0);
    assert.equal(await points(page), 1500);
    await close();
  });
});

describe("the wheel", () => {
  test("none at all is said kindly, before a draw and instead of one", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await page.route("**/api/lottery/config", (route) => route.fulfill(refusal(404)));
    await page.route(DRAW, (route) => route.fulfill(refusal(1003)));
    await page.click("#spin-one");
    await page.waitForSelector("text=现在没有进行中的转盘");
    await page.reload();
    await page.waitForSelector("text=现在没有进行中的转盘");
    assert.doesNotMatch(await page.innerText("#result"), /暂时取不到/);
    await close();
  });

  test("a button that is of no use looks so and says why", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/api/lottery/draw")) asked += 1;
    });
    await spin(page, "one");
    assert.equal(await page.getAttribute("#spin-one", "aria-disabled"), "false");
    assert.equal(await page.getAttribute("#spin-ten", "aria-disabled"), "true");
    assert.match(await page.innerText("#left"), /还可抽 9 次，不够连抽十次/);
    await settled(page);
    await page.screenshot({ path: `${SHOTS}desktop-light-nine-left.png` });
    await page.click("#spin-ten", { force: true });
    await page.waitForSelector("text=改抽一次");
    assert.equal(asked, 1, "no request that can only be refused");
    await close();
  });

  test("with too few points for one draw both buttons are of no use", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await lieAbout(page, "**/api/user/info", (data) => ({ ...data, total_points: 40 }));
    await logIn(page);
    for (const which of ["one", "ten"]) assert.equal(await page.getAttribute(`#spin-${which}`, "aria-disabled"), "true");
    assert.match(await page.innerText("#left"), /还差 60 积分/);
    await settled(page);
    await page.screenshot({ path: `${SHOTS}desktop-light-short.png` });
    await close();
  });
});

describe("a late proof", () => {
  /** Asks for a proof whose answer waits. @param {import('playwright-core').Page} page @returns {Promise<() => Promise<void>>} lets it come */
  async function holdProof(page) {
    /** @type {() => void} */
    let release = () => {};
    const held = new Promise((resolve) => (release = () => resolve(null)));
    await page.route("**/api/lottery/proof/*", async (route) => {
      await held;
      await route.continue();
    });
    await spin(page, "one");
    await page.click("#open-history");
    await page.click("#history-panel .record button");
    await page.waitForSelector("text=正在取证明");
    const answered = page.waitForResponse("**/api/lottery/proof/*");
    return async () => {
      release();
      await (await answered).finished();
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve))); // its handlers have run
    };
  }

  test("does not open over the login", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const release = await holdProof(page);
    await page.evaluate(() => document.querySelector("#logout")?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    await release();
    assert.ok(await page.locator("#login").isVisible());
    assert.equal(await page.locator("dialog[open]").count(), 0);
    await close();
  });

  test("does not take the place of another one", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const release = await holdProof(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.click("#result .seal");
    const text = `${await page.inputValue("#proof-text")} `;
    await page.fill("#proof-text", text);
    await release();
    assert.equal(await page.inputValue("#proof-text"), text);
    await close();
  });
});

describe("the login", () => {
  test("takes a number as people write it, and says how long to wait for another code", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    const phone = newPhone();
    const ask = async () => {
      await page.fill("#phone", `+86 ${phone.slice(0, 3)} ${phone.slice(3, 7)} ${phone.slice(7)}`);
      const asked = page.waitForRequest("**/api/auth/send-code");
      await page.click("#send-code");
      return (await asked).postDataJSON().phone;
    };
    assert.equal(await ask(), phone);
    await page.reload();
    assert.equal(await ask(), phone);
    await page.waitForFunction(() => /请 \d+ 秒后再试/.test(document.querySelector("#login-message")?.textContent ?? ""));
    await close();
  });
});
