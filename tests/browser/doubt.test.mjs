/** A server that lies: its answers are rewritten on the way, and the page must say so. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { atRest, launch, lieAbout, logIn, newPhone, openPage, spin, spinAndDoubt } from "./page.mjs";

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

const LIMIT = { timeout: 30_000 };
const DRAW = "**/api/lottery/draw";

describe("a server that lies about the draw", () => {
  test("grinds the client seed: a proof whole in itself, but not of the seed that was sent", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await page.route(DRAW, async (route) => {
      const body = { ...route.request().postDataJSON(), client_seed: "chosen by the server" };
      await route.fulfill({ response: await route.fetch({ postData: JSON.stringify(body) }) });
    });
    const red = await spinAndDoubt(page);
    assert.equal(red.ok, false);
    assert.deepEqual(red.failed, ["expected_client_seed"]);
    await close();
  });

  test("draws another number of times than was asked for", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await page.route(DRAW, async (route) => {
      const body = { ...route.request().postDataJSON(), draw_type: "single", count: 1 };
      await route.fulfill({ response: await route.fetch({ postData: JSON.stringify(body) }) });
    });
    const red = await spinAndDoubt(page, "ten");
    assert.deepEqual(red.failed, ["expected_count", "price"]);
    await close();
  });

  test("charges another price", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await lieAbout(page, DRAW, (data) => ({ ...data, points_cost: data.points_cost + 1 }));
    assert.deepEqual((await spinAndDoubt(page)).failed, ["price"]);
    await close();
  });

  test("shows a prize that was drawn and ran out, where the proof knows of none", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await lieAbout(page, DRAW, (data) => ({ ...data, results: [{ ...data.results[0], drawn_prize_id: (data.results[0].drawn_prize_id % 8) + 1 }] }));
    assert.deepEqual((await spinAndDoubt(page)).failed, ["displayed"]);
    await close();
  });

  test("names the prizes otherwise beside the proof: the names are the table's, even after another table came", LIMIT, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/net::ERR_FAILED/);
    await logIn(page);
    await page.route(DRAW, async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.click("#spin-ten");
    await page.waitForSelector("text=重试");
    await page.unroute(DRAW);
    await lieAbout(page, "**/api/lottery/config", (data) => {
      const [prize] = data.prizes;
      const table_text = data.fairness.table_text.replace(` ${prize.name}\n`, " 新的奖品\n");
      const table_hash = createHash("sha256").update(table_text).digest("hex");
      prize.name = "新的奖品";
      return { ...data, fairness: { ...data.fairness, table_text, table_hash } };
    });
    await lieAbout(page, DRAW, (data) => ({
      ...data,
      results: data.results.map((/** @type {any} */ result) => ({ ...result, prize_name: "谎言", prize_type: "physical" })),
    }));
    await page.reload();
    await page.click("text=查看结果");
    await page.waitForSelector("#result .seal[data-ok=true]");
    assert.equal(await page.locator("#result .ten li").count(), 10);
    assert.doesNotMatch(await page.innerText("#result"), /谎言|新的奖品/);
    await close();
  });

  test("gives the draw an id that vouches for nothing", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await lieAbout(page, DRAW, (data) => ({ ...data, draw_id: "D1", fairness: { ...data.fairness, draw_id: "D1" } }));
    const red = await spinAndDoubt(page);
    assert.deepEqual(red.failed, ["draw_id"]);
    assert.match(await page.innerText("#proof-panel [data-check=draw_id]"), /不是由内容算出来的/);
    await close();
  });

  test("offers the same draw a second time", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    /** @type {any} */
    let config = null;
    await lieAbout(page, "**/api/lottery/config", (data) => {
      config ??= data;
      return config;
    });
    await page.reload();
    await atRest(page);
    const { body, answer: first } = await spin(page, "one");
    await page.reload();
    await atRest(page);
    const replayed = JSON.stringify({ code: 0, message: "success", msg: "success", data: first });
    await page.route(DRAW, (route) => route.fulfill({ contentType: "application/json", body: replayed }));
    const again = page.waitForRequest(DRAW);
    const red = await spinAndDoubt(page);
    assert.notEqual((await again).postDataJSON().client_seed, body.client_seed, "a judged nonce does not get its seed again");
    assert.deepEqual(red.failed, ["expected_client_seed"]);
    await close();
  });
});

describe("a server that lies about the wheel", () => {
  for (const [what, lie] of /** @type {[string, (data: any) => void][]} */ ([
    ["the price", (data) => (data.cost_points = 50)],
    ["a name", (data) => (data.prizes[0].name = "大奖")],
    ["a chance", (data) => (data.prizes[0].probability += 0.01)],
    ["a type", (data) => (data.prizes.at(-1).type = "physical")],
    ["a place", (data) => (data.prizes[1].angle += 1)],
    ["a prize more", (data) => data.prizes.push({ ...data.prizes[0], id: 99 })],
  ])) {
    test(`${what} beside the table is refused before any draw`, LIMIT, async () => {
      const { page, close } = await openPage(browser);
      await lieAbout(page, "**/api/lottery/config", (data) => {
        lie(data);
        return data;
      });
      await page.fill("#phone", newPhone());
      await page.click("#send-code");
      await page.click("#dev-code");
      await page.click("#login-submit");
      await page.waitForSelector("#result .notice");
      assert.match(await page.innerText("#result"), /和封存的奖品表不一样，先不要抽奖/);
      assert.equal(await page.getAttribute("#spin-one", "aria-disabled"), "true");
      await close();
    });
  }
});
