/** What the page remembers from draw to draw, here and in other windows, and what it says where it remembers nothing. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { atRest, launch, lieAbout, logIn, newPhone, openPage, points, promised, refusal, spin, spinAndDoubt, verdict } from "./page.mjs";

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

const LIMIT = { timeout: 30_000 };
const DRAW = "**/api/lottery/draw";

describe("seeds and promises", () => {
  test("a refused draw is asked for again with the same client seed", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    /** @type {any[]} */
    const sent = [];
    await page.route(DRAW, async (route) => {
      sent.push(route.request().postDataJSON());
      if (sent.length === 1) await route.fulfill(refusal(1004));
      else await route.continue();
    });
    await page.click("#spin-one");
    await page.click("text=再试一次");
    await page.waitForSelector("#result .seal[data-ok=true]");
    await spin(page, "one");
    assert.equal(sent[1].client_seed, sent[0].client_seed);
    assert.notEqual(sent[1].request_id, sent[0].request_id);
    assert.notEqual(sent[2].client_seed, sent[0].client_seed, "the next nonce has a seed of its own");
    await close();
  });

  test("a new promise gets a new seed, and what is known of old draws stays", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await spin(page, "one");
    /** @type {any[]} */
    const sent = [];
    await page.route(DRAW, async (route) => {
      sent.push(route.request().postDataJSON());
      await route.fulfill(refusal(1004));
    });
    await page.click("#spin-one");
    await page.waitForSelector("text=再试一次");
    await lieAbout(page, "**/api/lottery/config", (data) => ({ ...data, fairness: { ...data.fairness, commitment: "0".repeat(64) } }));
    await page.reload();
    await page.click("text=以新的封条为准");
    await page.click("#spin-one");
    await page.waitForSelector("text=再试一次");
    assert.notEqual(sent[1].client_seed, sent[0].client_seed);
    await page.click("#open-history");
    await page.click("#history-panel .record button");
    await page.waitForSelector("#proof-panel .verdict");
    const proof = await verdict(page);
    assert.ok(proof.ok, proof.words);
    assert.deepEqual(proof.skipped, []);
    await close();
  });

  test("a full storage keeps the promise it had for the next page", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const promises = () => page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith("fairwheel.promises")));
    const before = await promises();
    assert.equal(before.length, 1);
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await spin(page, "one");
    assert.equal(await page.getAttribute("#result .seal", "data-ok"), "true", "this page still remembers");
    assert.deepEqual(await promises(), before);
    await close();
  });
});

describe("draws made elsewhere", () => {
  /** Two browsers of one diner. @param {string} phone */
  async function twoDevices(phone) {
    const one = await openPage(browser);
    await logIn(one.page, phone);
    const other = await openPage(browser);
    // A second code would have to wait for a minute: the other device is given the same login.
    const login = await one.page.evaluate(() => sessionStorage.getItem("fairwheel.session"));
    await other.page.evaluate((text) => sessionStorage.setItem("fairwheel.session", text ?? ""), login);
    await other.page.reload();
    await atRest(other.page);
    return { one, other };
  }

  test("are said in words, and the draw after them is compared in full", LIMIT, async () => {
    const { one, other } = await twoDevices(newPhone());
    await spin(other.page, "one");
    await spin(other.page, "one");
    const before = await points(one.page);
    const { answer } = await spin(one.page, "one");
    assert.equal(answer.field, "nonce", "refused: this page has promised another draw");
    assert.match(await one.page.innerText("#result"), /您在另一台设备或窗口抽过奖[\s\S]*没有扣积分[\s\S]*第 1 至 2 次/);
    assert.ok((await points(one.page)) < before, "what the other device spent is seen");
    const proof = await spinAndDoubt(one.page);
    assert.ok(proof.ok, proof.words);
    assert.deepEqual([proof.failed, proof.skipped], [[], []]);
    await one.close();
    await other.close();
  });

  test("are said when the page is looked at again", LIMIT, async () => {
    const { one, other } = await twoDevices(newPhone());
    await spin(other.page, "one");
    await one.page.reload();
    await one.page.waitForSelector("#result .notice");
    assert.match(await one.page.innerText("#result"), /您在另一台设备或窗口抽过奖[\s\S]*第 1 次/);
    assert.equal(await promised(one.page), await promised(other.page));
    await one.close();
    await other.close();
  });

  test("a broken chain is red", LIMIT, async () => {
    const { one, other } = await twoDevices(newPhone());
    await spin(other.page, "one");
    await lieAbout(one.page, "**/api/lottery/proof/*", (data) => ({ ...data, next_commitment: "0".repeat(64) }));
    await spin(one.page, "one");
    assert.match(await one.page.innerText("#result"), /别处的抽奖与封条对不上/);
    await one.close();
    await other.close();
  });

  test("in another window of the same browser: both go on from there", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const login = await page.evaluate(() => sessionStorage.getItem("fairwheel.session"));
    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.evaluate((text) => sessionStorage.setItem("fairwheel.session", text ?? ""), login);
    await second.reload();
    await atRest(second);
    await spin(second, "one");
    const next = await promised(second);
    await page.waitForSelector(`#promise [data-commitment="${next}"]`);
    const proof = await spinAndDoubt(page);
    assert.ok(proof.ok, proof.words);
    assert.doesNotMatch(await page.innerText("#result"), /另一台设备/);
    await close();
  });
});

describe("old draws", () => {
  test("the list is held against the proof", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await spin(page, "one");
    await lieAbout(page, "**/api/lottery/records*", (data) => ({ ...data, records: data.records.map((/** @type {any} */ one) => ({ ...one, prize_name: "大奖" })) }));
    await page.click("#open-history");
    await page.click("#history-panel .record button");
    await page.waitForSelector("#proof-panel .verdict");
    assert.deepEqual((await verdict(page)).failed, ["displayed"]);
    await close();
  });

  test("what this browser did not see before is said to be without comparison", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await spin(page, "ten");
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await atRest(page);
    await page.click("#open-history");
    await page.click("#history-panel .record button");
    await page.waitForSelector("#proof-panel .verdict");
    const proof = await verdict(page);
    assert.ok(proof.ok, proof.words);
    assert.deepEqual(proof.skipped.sort(), ["expected_client_seed", "expected_commitment", "expected_table_hash"]);
    assert.match(proof.words, /3 项没有对照/);
    assert.doesNotMatch(proof.words, /封条完好/);
    await close();
  });
});

describe("what a page remembers", () => {
  test("a seed goes with the table, and a draw on its way goes with its promise", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    const found = await page.evaluate(async () => {
      const { createMemory } = await import(/** @type {any} */ ("/demo/common/memory.js"));
      const kept = new Map();
      const store = {
        get: (/** @type {string} */ key) => JSON.parse(kept.get(key) ?? "null"),
        set: (/** @type {string} */ key, /** @type {unknown} */ value) => kept.set(key, JSON.stringify(value)),
        remove: (/** @type {string} */ key) => kept.delete(key),
        isKept: () => true,
      };
      const memory = createMemory(store, 999);
      let seeds = 0;
      const choose = () => `seed ${++seeds}`;
      memory.note(3, { commitment: "c", table_hash: "t" });
      const first = [memory.clientSeed(3, choose), memory.clientSeed(3, choose)];
      memory.note(3, { commitment: "c", table_hash: "another" });
      const otherTable = memory.clientSeed(3, choose);
      memory.setPending({ nonce: 3, commitment: "c", sent_at: Date.now(), body: { request_id: "r" } });
      memory.accept(4, { commitment: "d", table_hash: "another" });
      const earlier = memory.pending() !== null;
      memory.accept(3, { commitment: "d", table_hash: "another" });
      return { first, otherTable, earlier, waiting: memory.pending(), otherPromise: memory.clientSeed(3, choose) };
    });
    assert.deepEqual(found, { first: ["seed 1", "seed 1"], otherTable: "seed 2", earlier: true, waiting: null, otherPromise: "seed 3" });
    await close();
  });

  test("is lost while the page is open: the next press reads anew instead of charging", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const before = await points(page);
    await page.evaluate(() => localStorage.clear());
    let drawn = 0;
    await page.route("**/api/lottery/draw", (route) => {
      drawn += 1;
      return route.continue();
    });
    const read = page.waitForResponse("**/api/lottery/config");
    await page.click("#spin-one");
    await read;
    await atRest(page);
    assert.deepEqual([drawn, await points(page)], [0, before]);
    const proof = await spinAndDoubt(page);
    assert.ok(proof.ok, proof.words);
    await close();
  });
});
