/** The page of the odds, in Chromium: what was really drawn, and servers that lie about it. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import test, { after, before } from "node:test";
import { accessible } from "./axe.mjs";
import { DESKTOP_SIZE, launch, newPhone, openPage, PHONE_SIZE, refusal } from "./page.mjs";

const BASE = process.env.FAIRWHEEL_BASE_URL ?? "";
const ODDS = "**/api/lottery/odds";
const NONE = { status: 200, ...refusal(404) };

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** @param {string} path @param {unknown} [body] @param {string} [token] */
async function call(path, body, token) {
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${BASE}/api/${path}`, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
  const { code, message, data } = await response.json();
  assert.equal(code, 0, `${path}: ${message}`);
  return data;
}

/** Ten draws of a new diner, by the API; they are shown two seconds later at most. */
async function drawTen() {
  const phone = newPhone();
  const { dev_code } = await call("auth/send-code", { phone });
  const { access_token } = await call("auth/login", { phone, code: dev_code });
  await call("lottery/draw", { draw_type: "ten" }, access_token);
}

/** The page, read. @param {import('playwright-core').BrowserContextOptions & {route?: (page: import('playwright-core').Page) => Promise<unknown>}} [options] */
async function openOdds({ route, ...options } = {}) {
  const opened = await openPage(browser, options);
  await route?.(opened.page);
  await opened.page.goto(`${BASE}/demo/odds`);
  await opened.page.waitForSelector("#open:not([data-state=loading])");
  return opened;
}

/** @param {import('playwright-core').Page} page */
const faults = (page) => page.$$eval(".faults [data-field]", (items) => items.map((item) => item.getAttribute("data-field")));
/** @param {import('playwright-core').Page} page */
const state = (page) => page.getAttribute("#open", "data-state");
/** The numbers in a column of the prizes. @param {import('playwright-core').Page} page @param {string} column */
const numbers = (page, column) => page.$$eval(`.tally__${column} dd`, (cells) => cells.map((cell) => Number.parseFloat((cell.textContent ?? "").replaceAll(",", ""))));

const TABLE = `fairwheel-table-v1
cost 100
daily_limit 10
fallback 8
prize 1 0 500 coupon 88 1 - 八八折券
prize 2 45 2000 coupon 98 0 - 九八折券
prize 3 90 1500 physical 1800 0 - 甜品1份
prize 4 135 1500 physical 1200 0 - 青菜1份
prize 5 180 500 physical 3800 0 600 虾1份
prize 6 225 800 physical 2800 0 2000 花甲1份
prize 7 270 1200 points 5000 0 - 50积分
prize 8 315 2000 empty 0 0 - 谢谢参与
`;

/**
 * What an honest server answers after so many draws, which are as declared but for `more`.
 * @param {number} total @param {number[]} [more] draws of each prize beyond those expected; add up to 0
 * @returns {any}
 */
function honest(total, more = []) {
  let instead = 0;
  const prizes = TABLE.split("\n").filter((line) => line.startsWith("prize")).map((line, n) => {
    const [, id, , weight, type, value, , stock, name] = line.split(" ");
    const expected_count = (total * Number(weight)) / 10_000;
    const observed_count = Math.round(expected_count) + (more[n] ?? 0);
    const promised = stock === "-" ? null : Number(stock);
    const given_count = Math.min(observed_count, promised ?? observed_count);
    instead += observed_count - given_count;
    return { id: Number(id), name, type, value: Number(value) / 100, probability: Number(weight) / 10_000, expected_count, observed_count, given_count, stock: promised, stock_left: promised === null ? null : promised - given_count };
  });
  Object.assign(prizes[7] ?? {}, { given_count: (prizes[7]?.given_count ?? 0) + instead });
  const table_hash = createHash("sha256").update(TABLE).digest("hex");
  return { table_text: TABLE, table_hash, published_at: "2026-11-22T04:00:00.000Z", cost_points: 100, total_draws: total, prizes };
}

/** @param {import('playwright-core').Page} page @param {unknown} data */
async function answering(page, data) {
  await page.unroute(ODDS);
  await page.route(ODDS, (route) => route.fulfill({ json: { code: 0, message: "ok", msg: "ok", data } }));
}

/** @param {import('playwright-core').Page} page */
async function readAgain(page) {
  await page.click("#refresh");
  await page.waitForSelector("#refresh[aria-disabled=false]");
}

test("shows what was drawn, as the server has it", async () => {
  const { page, close } = await openOdds();
  const drawn = async () => Number((await page.textContent("#facts dd"))?.replace(/\D/g, ""));
  const before = await drawn();
  await drawTen();
  await assert.doesNotReject(async () => {
    for (const end = Date.now() + 10_000; Date.now() < end; ) {
      await readAgain(page);
      if ((await drawn()) === before + 10) return;
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error("the ten draws never came");
  });
  const odds = await call("lottery/odds");
  assert.deepEqual(await numbers(page, "observed"), odds.prizes.map((/** @type {any} */ prize) => prize.observed_count));
  assert.deepEqual(await numbers(page, "declared"), odds.prizes.map((/** @type {any} */ prize) => Math.round(prize.probability * 10_000) / 100));
  assert.equal(await page.getAttribute("#agrees .verdict", "data-ok"), "true");
  assert.match((await page.textContent("#agrees .seal")) ?? "", /已验证/);
  await close();
});

test("the command repeats the fingerprint", async () => {
  const { page, close } = await openOdds();
  const command = (await page.textContent("#command")) ?? "";
  const [hash] = execFileSync("bash", ["-c", command], { encoding: "utf8" }).split(" ");
  assert.equal(hash, await page.textContent("#table-hash"));
  await close();
});

/** What a server may lie about, and the field that is named for it. @type {[string, (data: any) => void][]} */
const LIES = [
  ["table_text", (data) => { data.table_text = data.table_text.replace("cost", "coast"); }],
  ["table_hash", (data) => { data.table_text = data.table_text.replace("daily_limit 10", "daily_limit 11"); }],
  ["table_hash", (data) => { data.table_hash = `0${data.table_hash.slice(1)}`.replace(/^00/, "01"); }],
  ["cost_points", (data) => { data.cost_points -= 1; }],
  ["published_at", (data) => { data.published_at = "yesterday"; }],
  ["total_draws", (data) => { data.total_draws = -1; }],
  ["prizes", (data) => { data.prizes.pop(); }],
  ["prizes[0].id", (data) => { data.prizes[0].id = 99; }],
  ["prizes[1].name", (data) => { data.prizes[1].name = "九折券"; }],
  ["prizes[2].type", (data) => { data.prizes[2].type = "coupon"; }],
  ["prizes[2].value", (data) => { data.prizes[2].value = 88; }],
  ["prizes[4].probability", (data) => { data.prizes[4].probability += 0.01; }],
  ["prizes[4].expected_count", (data) => { data.prizes[4].expected_count += 1; }],
  ["prizes[5].observed_count", (data) => { data.prizes[5].observed_count = 1.5; }],
  ["total_draws", (data) => { data.prizes[5].observed_count += 1; data.prizes[5].given_count += 1; }],
  ["prizes[3].given_count", (data) => { data.prizes[3].given_count -= 1; data.prizes[7].given_count += 1; }],
  ["prizes[4].given_count", (data) => { data.prizes[4].given_count -= 1; data.prizes[7].given_count += 1; data.prizes[4].stock_left += 1; }],
  ["prizes[4].stock_left", (data) => { data.prizes[4].stock_left += 1; }],
  ["prizes[7].given_count", (data) => { data.prizes[7].given_count -= 1; data.prizes[0].given_count += 1; }],
  ["prizes[3].stock", (data) => { data.prizes[3].stock = 5; data.prizes[3].stock_left = 5; }],
  ["prizes[3].stock_left", (data) => { data.prizes[3].stock_left = 5; }],
];

test("a server that lies is found out, and the field is named", async () => {
  const { page, close } = await openOdds({ route: (page) => answering(page, honest(10_000)) });
  assert.equal(await page.getAttribute("#agrees .verdict", "data-ok"), "true");
  for (const [field, lie] of LIES) {
    const data = honest(10_000);
    lie(data);
    await answering(page, data);
    await readAgain(page);
    assert.ok((await faults(page)).includes(field), `${field} is among ${await faults(page)}`);
    assert.match((await page.textContent("#agrees .seal")) ?? "", /未通过/);
    assert.equal(await page.isVisible("#shown"), field !== "table_text");
  }
  await close();
});

test("few draws, many, and a wheel that is off are told apart", async () => {
  const { page, close } = await openOdds({ route: (page) => answering(page, honest(0)) });
  const words = async (/** @type {any} */ data) => {
    await answering(page, data);
    await readAgain(page);
    assert.deepEqual(await faults(page), []);
    return { level: await page.getAttribute("#luck", "data-level"), text: (await page.textContent("#luck")) ?? "" };
  };
  const none = await words(honest(0));
  assert.equal(none.level, "none");
  assert.match(none.text, /还没有抽过/);
  const few = await words(honest(20));
  assert.equal(few.level, "few");
  assert.match(few.text, /看不出什么/);
  assert.doesNotMatch(few.text, /χ²/);
  const pooled = await words(honest(80));
  assert.equal(pooled.level, "usual");
  assert.match(pooled.text, /「八八折券」「虾1份」按概率出现得太少，合在一起比较.*2 种少见的合成一格，共 7 格：χ² = \d/);
  const rare = await words(honest(80, [16, 0, 0, 0, 0, 0, 0, -16]));
  assert.equal(rare.level, "odd");
  assert.equal((await words(honest(100))).level, "usual");
  assert.doesNotMatch((await words(honest(100))).text, /合在|合成/);
  assert.equal((await words(honest(10_000, [50, 0, 0, 0, 0, 0, 0, -50]))).level, "usual");
  assert.equal((await words(honest(10_000, [80, 0, 0, 0, 0, 0, 0, -80]))).level, "rare");
  const off = await words(honest(10_000, [-200, 0, 0, 0, 0, 0, 0, 200]));
  assert.equal(off.level, "odd");
  assert.match(off.text, /不像是运气/);
  await close();
});

test("what is expected is rounded as it is read", async () => {
  const { page, close } = await openOdds({ route: (page) => answering(page, honest(8, [0, 0, 0, 0, 0, 0, 0, 0])) });
  const cells = await page.$$eval(".tally__expected dd", (all) => all.map((cell) => cell.textContent));
  assert.deepEqual(cells, ["0.4", "1.6", "1.2", "1.2", "0.4", "0.6", "1.0", "1.6"]);
  await close();
});

test("asking again by the keyboard keeps the focus", async () => {
  const { page, close } = await openOdds({ route: (page) => page.route(ODDS, (route) => route.fulfill(NONE)) });
  await page.focus("#trouble button");
  const answer = page.waitForResponse(ODDS);
  await page.keyboard.press("Enter");
  await answer;
  await page.waitForSelector("#refresh[aria-disabled=false]");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "再试一次");
  await answering(page, honest(100));
  await page.keyboard.press("Enter");
  await page.waitForSelector("#open[data-state=ready]");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "refresh");
  await close();
});

test("what ran out, and what was given for it", async () => {
  const { page, close } = await openOdds({ route: (page) => answering(page, honest(13_000)) });
  assert.deepEqual(await faults(page), []);
  const cell = (/** @type {number} */ id, /** @type {string} */ column) => page.textContent(`[data-prize="${id}"] .tally__${column} dd`);
  assert.equal(await cell(5, "given"), "60050 次改发“谢谢参与”");
  assert.equal(await cell(5, "left"), "已送完共 600 份");
  assert.equal(await cell(8, "given"), "2,650其中 50 份替送完的奖品");
  assert.equal(await cell(6, "left"), "960共 2,000 份");
  await close();
});

test("without a wheel, without a net, without sense", async () => {
  const empty = await openOdds({ route: (page) => page.route(ODDS, (route) => route.fulfill(NONE)) });
  assert.equal(await state(empty.page), "none");
  assert.match((await empty.page.textContent("#trouble")) ?? "", /没有进行中的转盘/);
  await accessible(empty.page, "odds, no wheel");
  await empty.close();

  const broken = await openOdds({ route: (page) => page.route(ODDS, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Wi-Fi</h1>" })) });
  assert.equal(await state(broken.page), "failed");
  assert.match((await broken.page.textContent("#trouble")) ?? "", /不是本店服务器的回答/);
  await broken.page.unroute(ODDS);
  await broken.page.click("#trouble button");
  await broken.page.waitForSelector("#open[data-state=ready]");
  assert.equal(await broken.page.textContent("#trouble"), "");

  broken.expect(/ERR_INTERNET_DISCONNECTED/);
  await broken.page.context().setOffline(true);
  await broken.page.click("#refresh");
  await broken.page.waitForSelector("#trouble .notice");
  assert.match((await broken.page.textContent("#trouble")) ?? "", /网络断开了.*下面是 .* 读到的/);
  assert.equal(await state(broken.page), "ready", "what was read stays");
  await broken.close();
});

test("it is read again when one comes back to it", async () => {
  const { page, close } = await openOdds({ route: (page) => page.clock.install() });
  const asked = page.waitForRequest(ODDS);
  await page.clock.fastForward(3_000);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await asked;
  await close();
});

for (const [size, options] of /** @type {const} */ ([["phone", PHONE_SIZE], ["desktop", { ...DESKTOP_SIZE, viewport: { width: 1440, height: 900 } }]])) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`nobody is shut out of the odds, ${size}, ${colorScheme}`, async () => {
      const { page, close } = await openOdds({ ...options, colorScheme, route: (page) => answering(page, honest(12_480, [9, -31, 22, -17, 29, -75, 56, 7])) });
      assert.deepEqual(await faults(page), []);
      await page.screenshot({ path: `screenshots/odds-${size}-${colorScheme}.png`, fullPage: true });
      await accessible(page, `odds, ${size}, ${colorScheme}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), options.viewport.width, "nothing to scroll sideways");
      await answering(page, { ...honest(12_480), cost_points: 1, total_draws: 12_481 });
      await readAgain(page);
      await page.click(".verdict summary");
      await page.screenshot({ path: `screenshots/odds-bad-${size}-${colorScheme}.png` });
      await accessible(page, `odds that disagree, ${size}, ${colorScheme}`);
      await close();
    });
  }
}
