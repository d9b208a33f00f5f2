/** Publishing from the designers' page, against the real server: nothing is overwritten unseen, and nothing is lost. */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { fromConfig } from "../../www-demo/common/draft.js";
import { toBody } from "../../www-demo/common/draft-check.js";
import { toKept } from "../../www-demo/design/kept-design.js";
import { accessible } from "./axe.mjs";
import { MERCHANT_PHONE, bodyOf, drawTen, liveWheel, publishElsewhere, tokenOf } from "./merchant.mjs";
import { PHONE_SIZE, launch, newPhone, openPage, settled } from "./page.mjs";

const BASE = process.env.FAIRWHEEL_BASE_URL;
const SHOTS = new URL("../screenshots/", import.meta.url).pathname;
const LIMIT = { timeout: 40_000 };
const CONFIG = "**/api/merchant/lottery/config";
const PICTURES = "**/api/merchant/pictures";
const NO_TERMS = { organiser: "", period: "", redemption: "", contact: "" };
/** One red point. */
const PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {{token: string, userId: number}} */
let merchant;
/** The wheel that was there before, for the tests after these. @type {any} */
let first;

before(async () => {
  browser = await launch();
  merchant = await tokenOf(MERCHANT_PHONE);
  first = bodyOf(await liveWheel(merchant.token));
});
afterEach(() => publishElsewhere(merchant.token, () => first));
after(() => browser.close());

/** @param {any} draft @param {number} at @param {object} change */
const changed = (draft, at, change) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize, /** @type {number} */ n) => (n === at ? { ...prize, ...change } : prize)) });
let names = 0;
const newName = () => `测试券${Date.now() % 100_000}${names++}`;

/**
 * The page with a draft that was made before, and with somebody logged in.
 * @param {{draft?: any, base?: any, login?: any, size?: object}} [given] `draft` gets the draft of the live wheel, gives the one to open
 */
async function openDesign({ draft = (/** @type {any} */ same) => same, base, login = merchant, size = {} } = {}) {
  const live = base === undefined ? await liveWheel(merchant.token) : base;
  const kept = toKept({ draft: draft(fromConfig(live ?? (await liveWheel(merchant.token)))), base: live, terms: NO_TERMS, replaced: null }, Date.now());
  const opened = await openPage(browser, { viewport: { width: 1440, height: 900 }, ...size });
  // What the server refuses has a status of its own, and browsers write that down.
  opened.expect(/Failed to load resource: the server responded with a status of 4/);
  await opened.page.evaluate(
    ([design, session]) => {
      localStorage.setItem("fairwheel.design", design ?? "");
      if (session) sessionStorage.setItem("fairwheel.session", session);
    },
    [kept, login && JSON.stringify(login)],
  );
  await opened.page.goto(`${BASE}/demo/design`);
  await opened.page.waitForSelector("#publish-button");
  // What is below comes at the first sign of somebody at work.
  await opened.page.mouse.move(5, 5);
  await opened.page.waitForSelector("#rules > *");
  return { ...opened, live };
}

/** @param {import('playwright-core').Page} page @param {string} step */
async function atStep(page, step) {
  await page.waitForSelector(`#publish-dialog[open][data-step=${step}]`, { timeout: 10_000 });
  return page.innerText("#publish-dialog");
}
/** @param {import('playwright-core').Page} page @param {string} label */
const press = (page, label) => page.locator("#publish-dialog").getByRole("button", { name: label, exact: true }).click();
/** @param {import('playwright-core').Page} page */
const state = (page) => page.innerText("#publish-state");
/** The design as the browser keeps it. @param {import('playwright-core').Page} page @param {string} part */
const keptHas = (page, part) => page.waitForFunction((text) => (localStorage.getItem("fairwheel.design") ?? "").includes(text), part);

describe("publishing", () => {
  test("shows what changes, publishes it, and diners see it", LIMIT, async () => {
    const name = newName();
    const { page, close, live } = await openDesign({ draft: (d) => changed(changed({ ...d, cost: "130" }, 0, { name, chance: String(Number(d.prizes[0].chance) + 1) }), 1, { chance: String(Number(d.prizes[1].chance) - 1) }) });
    assert.equal(await state(page), "3 处改动");
    await page.click("#publish-button");
    const words = await atStep(page, "confirm");
    assert.ok(words.includes(`改名为“${name}”`) && words.includes("→ 130 积分"), words);
    assert.match(await page.innerText("#publish-dialog .odds-change"), /现在\s+发布后\s+相差[\s\S]*\+1\.00%[\s\S]*−1\.00%/);
    assert.ok(words.includes(live.table_hash.slice(0, 8)), "the old fingerprint");
    await settled(page);
    await accessible(page, "the confirmation");
    await page.screenshot({ path: `${SHOTS}publish-confirm.png` });
    await press(page, "确认发布");
    await atStep(page, "done");
    const now = await liveWheel(merchant.token);
    assert.equal(now.prizes[0].name, name);
    assert.equal(now.cost_points, 130);
    assert.ok((await page.innerText("#publish-dialog")).includes(now.table_hash));
    await accessible(page, "what was published");
    await page.screenshot({ path: `${SHOTS}publish-done.png` });
    const link = page.locator("#publish-dialog a");
    assert.equal(await link.evaluate((a) => /** @type {HTMLAnchorElement} */ (a).pathname), "/demo/odds");
    await press(page, "完成");
    assert.equal(await state(page), "和在用的转盘一样");
    await keptHas(page, now.table_hash);
    await page.goto(`${BASE}/demo/odds`);
    await page.waitForSelector(`text=${name}`, { timeout: 10_000 });
    await close();
  });

  test("what is sent is the draft, whole", LIMIT, async () => {
    const make = (/** @type {any} */ d) => changed({ ...d, rules: `每次抽奖前看清概率。${newName()}`, limit: "7" }, 2, { name: newName(), color: "#123456", isActivity: true });
    /** @type {any} */
    let draft;
    const { page, close } = await openDesign({ draft: (d) => (draft = make(d)) });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    await atStep(page, "done");
    assert.deepEqual(bodyOf(await liveWheel(merchant.token)), toBody(draft));
    await close();
  });

  test("there is nothing to publish where nothing changed", LIMIT, async () => {
    const { page, close } = await openDesign();
    assert.equal(await state(page), "和在用的转盘一样");
    await page.click("#publish-button");
    assert.match(await atStep(page, "same"), /没有要发布的/);
    await close();
  });

  test("what has to be mended is listed first", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: (d) => changed(changed(d, 0, { chance: "x" }), 1, { name: "" }) });
    assert.equal(await page.innerText("#publish-errors"), "2 处要改");
    await page.click("#publish-button");
    assert.match(await atStep(page, "errors"), /第 2 个奖品的名称\s+请填写名称/);
    assert.match(await page.innerText("#rules"), /奖品表还不成立/);
    await close();
  });
});

describe("who may", () => {
  test("logging in goes on with publishing", LIMIT, async () => {
    const { page, close } = await openDesign({ login: null, draft: (d) => ({ ...d, limit: "6" }) });
    await page.route("**/api/auth/send-code", (route) => route.fulfill({ json: { code: 0, message: "", data: { dev_code: "123456", retry_after: 60 } } }));
    await page.route("**/api/auth/login", (route) => route.fulfill({ json: { code: 0, message: "", data: { access_token: merchant.token, user_info: { user_id: merchant.userId } } } }));
    await page.click("#publish-button");
    await atStep(page, "login");
    await settled(page);
    await accessible(page, "the login");
    await page.screenshot({ path: `${SHOTS}publish-login.png` });
    await page.click("#demo-phone");
    await page.click("#send-code");
    await page.click("#dev-code");
    await page.click("#login-submit");
    assert.match(await atStep(page, "confirm"), /6 次/);
    await close();
  });

  test("a diner is told plainly, and what to do", LIMIT, async () => {
    const { page, close } = await openDesign({ login: null });
    await page.click("#read-live");
    await atStep(page, "login");
    await page.fill("#phone", newPhone());
    await page.click("#send-code");
    await page.click("#dev-code");
    await page.click("#login-submit");
    const words = await atStep(page, "diner");
    assert.match(words, /没有店家的权限[\s\S]*申请入驻[\s\S]*grant-merchant/);
    await accessible(page, "a diner is sent away");
    await press(page, "换一个账号");
    await atStep(page, "login");
    assert.ok(await page.isDisabled("#send-code"), "the same number waits");
    await page.fill("#phone", newPhone());
    assert.equal(await page.innerText("#send-code"), "获取验证码", "another one does not wait for the first");
    await page.click("#send-code");
    await page.click("#dev-code");
    await page.click("#login-submit");
    await atStep(page, "diner");
    await close();
  });

  test("a code that comes late is the first number's: who types another one is left in peace", LIMIT, async () => {
    const { page, close } = await openDesign({ login: null });
    let answer = () => {};
    const answered = new Promise((resolve) => {
      answer = () => resolve(null);
    });
    await page.route("**/api/auth/send-code", async (route) => {
      await answered;
      await route.fulfill({ json: { code: 0, message: "", data: { retry_after: 60 } } });
    });
    await page.click("#read-live");
    await atStep(page, "login");
    await page.fill("#phone", newPhone());
    await page.click("#send-code");
    await page.fill("#phone", "139");
    answer();
    await page.waitForSelector("#send-code:not(:disabled)");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "phone");
    assert.equal(await page.innerText("#login-message"), "");
    await close();
  });

  test("a login that ran out costs no work", LIMIT, async () => {
    const name = newName();
    const { page, close } = await openDesign({ login: { token: "gone", userId: 1 }, draft: (d) => changed(d, 0, { name }) });
    await page.click("#publish-button");
    assert.match(await atStep(page, "login"), /登录已过期[\s\S]*您的修改都还在/);
    await page.evaluate((session) => sessionStorage.setItem("fairwheel.session", session), JSON.stringify(merchant));
    await page.reload();
    await page.click("#publish-button");
    assert.ok((await atStep(page, "confirm")).includes(name));
    await close();
  });

  test("offline it is said, and the work is kept", LIMIT, async () => {
    const { page, close, expect } = await openDesign({ draft: (d) => ({ ...d, limit: "5" }) });
    expect(/ERR_INTERNET_DISCONNECTED/);
    await page.waitForFunction(() => document.querySelector("#publish-state")?.textContent === "1 处改动");
    await page.context().setOffline(true);
    await page.click("#publish-button");
    assert.match(await atStep(page, "trouble"), /连不上网[\s\S]*您的修改都还在/);
    await page.context().setOffline(false);
    await press(page, "再试一次");
    await atStep(page, "confirm");
    await close();
  });
});

describe("what comes later", () => {
  test("who publishes first of all waits, is told if it does not come, and goes on", LIMIT, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/ERR_FAILED|publish-flow/);
    await page.route("**/publish-flow.js", (route) => route.abort());
    await page.goto(`${BASE}/demo/design`);
    // No sign of anybody: the press is the first.
    const press = () => page.waitForSelector("#publish-button").then((button) => button.evaluate((/** @type {HTMLElement} */ own) => own.click()));
    await press();
    await page.waitForSelector("#snack :text('没有取到')");
    assert.equal(await page.innerText("#publish-button"), "发布");
    await page.unroute("**/publish-flow.js");
    await press();
    await atStep(page, "login");
    await close();
  });

  for (const [what, path] of /** @type {[string, RegExp | null]} */ ([["the network", null], ["its style sheet", /\/css\/(simulation|rules)\.css$/], ["a module of its own", /\/design\/(simulation|rules-check)\.js$/], ["a module that it needs", /\/design\/(simulator|findings)\.js$/]])) {
    test(`each part says in its own place that it did not come, and comes when ${what} is back`, LIMIT, async () => {
      const { page, close, expect } = await openPage(browser);
      expect(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|fairwheel: /);
      if (path) await page.route(path, (route) => route.abort());
      await page.goto(`${BASE}/demo/design`);
      await page.waitForSelector(".prize");
      await page.waitForLoadState("load");
      await page.context().setOffline(!path);
      await page.mouse.move(5, 5);
      await page.waitForSelector("#simulation .notice:has-text('模拟没有取到')");
      await page.waitForSelector("#rules .notice:has-text('规则检查没有取到')");
      // Who presses the button in vain is still at it.
      const again = page.locator("#simulation .notice button");
      await again.focus();
      const pressed = await again.elementHandle();
      await page.keyboard.press("Enter");
      await page.waitForFunction((button) => button && !button.isConnected, pressed);
      assert.ok(await again.evaluate((button) => button === document.activeElement));
      await page.unrouteAll();
      if (path) {
        await page.keyboard.press("Enter");
        await page.locator("#rules .notice button").click();
      } else await page.context().setOffline(false);
      await page.waitForSelector("#simulation [data-do=simulate]");
      await page.waitForSelector("#notice-text");
      if (!path) assert.equal(await page.evaluate(() => document.activeElement?.closest("section")?.id), "simulation", "and goes on from there");
      await close();
    });
  }

  test("who came without a network is told of somebody else's wheel once it is back", LIMIT, async () => {
    const { page, close, expect, live } = await openDesign({ draft: (d) => ({ ...d, cost: "171" }) });
    expect(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|fairwheel: /);
    await publishElsewhere(merchant.token, (body) => ({ ...body, daily_limit: live.daily_limit + 1 }));
    await page.route(CONFIG, (route) => route.abort());
    await page.reload();
    await page.waitForSelector("#publish-button");
    await page.mouse.move(5, 5);
    await page.waitForSelector("#rules > *");
    assert.doesNotMatch(await page.innerText("#publish"), /别人发布了/);
    await page.context().setOffline(true);
    await page.unrouteAll();
    await page.context().setOffline(false);
    await page.waitForSelector("#publish :text('别人发布了新的转盘')");
    await close();
  });

  test("a part that came, and failed, is not blamed on the network", LIMIT, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/no plots today/);
    await page.route(/\/design\/simulation\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body: 'export function createSimulation() { throw new Error("no plots today"); }' }));
    await page.goto(`${BASE}/demo/design`);
    await page.waitForSelector(".prize");
    await page.mouse.move(5, 5);
    await page.waitForSelector("#simulation .notice:has-text('模拟出了错')");
    assert.doesNotMatch(await page.innerText("#simulation"), /网络/);
    await page.waitForSelector("#notice-text");
    await close();
  });

  test("what opens at a press is here before the network goes", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    const came = ["share", "open-panel", "colours", "picture-view"].map((name) => page.waitForResponse(new RegExp(`/design/${name}\\.js$`)));
    await page.goto(`${BASE}/demo/design`);
    await page.waitForSelector(".prize");
    await page.mouse.move(5, 5);
    await Promise.all(came);
    await page.waitForLoadState("networkidle");
    await page.context().setOffline(true);
    await page.click("#open");
    await page.waitForSelector("#open-panel[open]");
    await page.keyboard.press("Escape");
    await page.click("#share");
    await page.waitForSelector("dialog[open]");
    await close();
  });
});

describe("somebody else", () => {
  test("who published meanwhile is seen before the confirmation, and kept", LIMIT, async () => {
    const [mine, theirs] = [newName(), newName()];
    const { page, close, live } = await openDesign({ draft: (d) => changed(d, 0, { name: mine }) });
    await page.waitForFunction(() => document.querySelector("#publish-state")?.textContent === "1 处改动");
    await publishElsewhere(merchant.token, (body) => ({ ...changed(body, 1, { name: theirs }), daily_limit: live.daily_limit + 1 }));
    await page.click("#publish-button");
    const words = await atStep(page, "conflict");
    assert.match(words, new RegExp(`别人改了这些[\\s\\S]*${theirs}[\\s\\S]*您改了这些[\\s\\S]*${mine}`));
    await settled(page);
    await accessible(page, "a conflict");
    await page.screenshot({ path: `${SHOTS}publish-conflict.png` });
    await page.setViewportSize(PHONE_SIZE.viewport);
    await page.screenshot({ path: `${SHOTS}publish-conflict-phone.png` });
    assert.equal((await liveWheel(merchant.token)).prizes[0].name, live.prizes[0].name, "nothing is published yet");
    await press(page, "在新的上面重做我的修改");
    const again = await atStep(page, "confirm");
    assert.ok(again.includes(mine) && !again.includes(theirs), again);
    await press(page, "确认发布");
    await atStep(page, "done");
    const { prizes, daily_limit } = await liveWheel(merchant.token);
    assert.deepEqual([prizes[0].name, prizes[1].name, daily_limit], [mine, theirs, live.daily_limit + 1]);
    await close();
  });

  test("who published between the confirmation and the sending is not overwritten", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: (d) => ({ ...d, cost: "140" }) });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    const theirs = newName();
    await publishElsewhere(merchant.token, (body) => changed(body, 1, { name: theirs }));
    await press(page, "确认发布");
    assert.ok((await atStep(page, "conflict")).includes(theirs));
    const live = await liveWheel(merchant.token);
    assert.deepEqual([live.prizes[1].name, live.cost_points === 140], [theirs, false]);
    await press(page, "看新的");
    assert.match(await atStep(page, "replace"), /换成别人的新转盘[\s\S]*140 积分/);
    await press(page, "不换");
    await atStep(page, "conflict");
    await press(page, "看新的");
    await press(page, "读入");
    assert.equal(await state(page), "和在用的转盘一样");
    await page.click(".snack__button");
    assert.equal(await page.inputValue("[data-field=cost_points]"), "140", "and can be had back");
    await close();
  });

  test("is not taken back by a draft in which nothing was changed", LIMIT, async () => {
    const { page, close, live } = await openDesign();
    await page.waitForFunction(() => document.querySelector("#publish-state")?.textContent === "和在用的转盘一样");
    const rules = newName();
    await publishElsewhere(merchant.token, (body) => ({ ...body, cost_points: 77, rules }));
    await page.click("#publish-button");
    const words = await atStep(page, "conflict");
    assert.match(words, /77 积分[\s\S]*您改了这些\s+没有改动/);
    await settled(page);
    await accessible(page, "a conflict without changes of mine");
    await page.screenshot({ path: `${SHOTS}publish-conflict-none.png` });
    assert.equal(await page.locator("#publish-dialog").getByRole("button", { name: "在新的上面重做我的修改" }).count(), 0);
    // Taken back all the same it is shown, and then published.
    await press(page, "整个换成我的");
    const shown = await atStep(page, "confirm");
    assert.match(shown, /别人改了这几处，会换成您的\s+每次抽奖\s+规则文字[\s\S]*77 积分 → [\s\S]*规则文字\s+有改动/);
    assert.match(shown, new RegExp(`别人写的，会被换掉\\s+${rules}`), "laid open, for it goes");
    assert.equal((await liveWheel(merchant.token)).cost_points, 77);
    await press(page, "确认发布");
    await atStep(page, "done");
    assert.equal((await liveWheel(merchant.token)).cost_points, live.cost_points);
    await close();
  });

  test("is not taken back by what was published here before and undone since", LIMIT, async () => {
    const { page, close, live } = await openDesign();
    await page.fill("[data-field=cost_points]", "130");
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    await atStep(page, "done");
    await press(page, "完成");
    await page.click("#undo");
    assert.equal(await state(page), "1 处改动", "taking it back is a change, and nobody else's");
    await publishElsewhere(merchant.token, (body) => ({ ...body, rules: newName() }));
    await page.click("#publish-button");
    assert.match(await atStep(page, "conflict"), new RegExp(`别人改了这些\\s+规则文字[\\s\\S]*您改了这些[\\s\\S]*130 积分 → ${live.cost_points} 积分`));
    await close();
  });

  test("who changed only rules and colours after the confirmation is not overwritten", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: (d) => ({ ...d, cost: "141" }) });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    const rules = newName();
    const theirs = await publishElsewhere(merchant.token, (body) => ({ ...changed(body, 0, { color: "#010203" }), rules }));
    // As a server that does not compare the time yet would say it, too.
    await page.route(CONFIG, (route) => {
      const { expected_published_at, expected_table_hash } = route.request().postDataJSON() ?? {};
      if (route.request().method() !== "PUT" || expected_published_at === theirs.published_at) return route.fallback();
      assert.ok(expected_published_at && expected_table_hash);
      const data = { field: "expected_published_at", table_hash: theirs.table_hash, published_at: theirs.published_at };
      return route.fulfill({ status: 409, json: { code: 409, message: "转盘已被他人更新，请刷新后再发布", data } });
    });
    await press(page, "确认发布");
    assert.match(await atStep(page, "conflict"), /规则文字/);
    await press(page, "在新的上面重做我的修改");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    await atStep(page, "done");
    const now = await liveWheel(merchant.token);
    assert.deepEqual([now.rules, now.prizes[0].color, now.cost_points], [rules, "#010203", 141]);
    await close();
  });

  test("what both changed is named", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: (d) => ({ ...d, cost: "150" }) });
    await publishElsewhere(merchant.token, (body) => ({ ...body, cost_points: 160 }));
    await page.click("#publish-button");
    await atStep(page, "conflict");
    await press(page, "在新的上面重做我的修改");
    assert.match(await atStep(page, "confirm"), /两边都改了[\s\S]*每次抽奖的积分[\s\S]*160 积分 → 150 积分/);
    await close();
  });

  test("rules that both wrote are shown in full before the other's are replaced", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: (d) => ({ ...d, rules: "我写的规则" }) });
    const theirs = newName();
    await publishElsewhere(merchant.token, (body) => ({ ...body, rules: theirs }));
    await page.click("#publish-button");
    await atStep(page, "conflict");
    await press(page, "在新的上面重做我的修改");
    assert.match(await atStep(page, "confirm"), new RegExp(`别人写的，会被换掉\\s+${theirs}\\s+您写的\\s+我写的规则`));
    await accessible(page, "rules that both wrote");
    await page.screenshot({ path: `${SHOTS}publish-rules.png` });
    await close();
  });
});

describe("the server's word", () => {
  test("less stock than was won stands beside its field until it is edited", LIMIT, async () => {
    const wheel = (/** @type {any} */ body) => ({
      ...body,
      cost_points: 100,
      daily_limit: 20,
      fallback: 2,
      prizes: [
        { ...body.prizes[0], id: 1, name: newName(), type: "coupon", value: 0.88, probability: 1, angle: 0, stock: 400 },
        { ...body.prizes[1], id: 2, name: "谢谢参与", type: "empty", value: 0, probability: 0, angle: 180, stock: null },
      ],
    });
    await publishElsewhere(merchant.token, wheel);
    await drawTen(newPhone());
    const { page, close } = await openDesign({ draft: (d) => changed(d, 0, { stock: "4" }) });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    assert.match(await atStep(page, "refused"), /没有发布[\s\S]*的数量\s+已经中出 10 份，不能比它少/);
    await accessible(page, "a refusal");
    await page.screenshot({ path: `${SHOTS}publish-refused.png` });
    await press(page, "返回编辑");
    assert.equal(await page.innerText("#publish-errors"), "1 处要改");
    assert.match(await page.innerText("#table"), /已经中出 10 份/);
    await close();
  });

  test("a lost answer is asked for again, and published once", LIMIT, async () => {
    const name = newName();
    const { page, close, expect } = await openDesign({ draft: (d) => changed(d, 0, { name }) });
    expect(/net::ERR_FAILED/);
    /** @type {string[]} */
    const asked = [];
    let publishedAt = "";
    await page.route(CONFIG, async (route) => {
      if (route.request().method() !== "PUT") return route.fallback();
      asked.push(route.request().postDataJSON().request_id);
      const answer = await (await route.fetch()).json();
      if (asked.length > 1) return route.fulfill({ json: answer });
      publishedAt = answer.data.published_at;
      return route.abort();
    });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    assert.match(await atStep(page, "unknown"), /不会发布两遍/);
    await press(page, "再问一次");
    await atStep(page, "done");
    assert.equal(asked.length, 2);
    assert.equal(asked[0], asked[1]);
    const live = await liveWheel(merchant.token);
    assert.deepEqual([live.prizes[0].name, live.published_at], [name, publishedAt]);
    await close();
  });

  test("after a lost answer the bar finds out by itself", LIMIT, async () => {
    const { page, close, expect } = await openDesign({ draft: (d) => changed(d, 0, { name: newName() }) });
    expect(/net::ERR_FAILED/);
    await page.route(CONFIG, async (route) => {
      if (route.request().method() !== "PUT") return route.fallback();
      await route.fetch();
      return route.abort();
    });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    await atStep(page, "unknown");
    await press(page, "返回编辑");
    await page.click("#publish-button");
    assert.match(await atStep(page, "same"), /没有要发布的/);
    assert.equal(await state(page), "和在用的转盘一样");
    await close();
  });

  test("pictures go up first, and not twice", LIMIT, async () => {
    const name = newName();
    const { page, close } = await openDesign({ draft: (d) => changed(d, 0, { name, image: PICTURE }) });
    let uploads = 0;
    let isRefusing = true;
    await page.route(PICTURES, async (route) => {
      uploads += 1;
      if (isRefusing) return route.fulfill({ status: 400, json: { code: 1002, message: "图片太大", data: {} } });
      return route.fallback();
    });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    const words = await atStep(page, "refused");
    assert.ok(words.includes(`“${name}”的图片`) && words.includes("图片太大"), words);
    assert.notEqual((await liveWheel(merchant.token)).prizes[0].name, name);
    isRefusing = false;
    await press(page, "返回编辑");
    await page.reload();
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    await atStep(page, "done");
    assert.equal(uploads, 2);
    const { image } = (await liveWheel(merchant.token)).prizes[0];
    assert.match(image, /^\/media\/pictures\/[0-9a-f]{64}\./);
    assert.equal((await fetch(`${BASE}${image}`)).status, 200);
    await close();
  });
});

describe("what is confirmed", () => {
  test("is what goes out: what came to the draft meanwhile is shown first", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: (d) => ({ ...d, cost: "142" }) });
    await page.click("#publish-button");
    assert.ok(!(await atStep(page, "confirm")).includes("每人每天"));
    // As a picture that was still being read would: by script, behind the dialog.
    await page.evaluate(() => {
      const limit = /** @type {HTMLInputElement} */ (document.querySelector("[data-field=daily_limit]"));
      limit.value = "9";
      limit.dispatchEvent(new Event("input"));
    });
    await press(page, "确认发布");
    await page.waitForFunction(() => /草稿又变了/.test(document.querySelector("#publish-dialog")?.textContent ?? ""));
    assert.match(await atStep(page, "confirm"), /每人每天[\s\S]*9 次/);
    await press(page, "确认发布");
    await atStep(page, "done");
    const { cost_points, daily_limit } = await liveWheel(merchant.token);
    assert.deepEqual([cost_points, daily_limit], [142, 9]);
    await close();
  });

  test("a picture that the network lost is tried again, and stands in nobody's way", LIMIT, async () => {
    const { page, close, expect } = await openDesign({ draft: (d) => changed(d, 0, { image: PICTURE }) });
    expect(/net::ERR_FAILED/);
    await page.route(PICTURES, (route) => route.abort(), { times: 1 });
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    assert.match(await atStep(page, "trouble"), /连不上网[\s\S]*修改都还在/);
    assert.equal(await page.locator("#publish-errors").isVisible(), false);
    await press(page, "再试一次");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    await atStep(page, "done");
    await close();
  });

  test("publishing what is there already costs no step that was undone", LIMIT, async () => {
    const { page, close } = await openDesign();
    await page.fill("[data-field=cost_points]", "143");
    await page.click("#undo");
    await page.click("#publish-button");
    await atStep(page, "same");
    await press(page, "返回编辑");
    await page.click("#redo");
    assert.equal(await page.inputValue("[data-field=cost_points]"), "143");
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "确认发布");
    await atStep(page, "done");
    await press(page, "完成");
    assert.equal(await state(page), "和在用的转盘一样");
    await page.click("#undo");
    assert.equal(await state(page), "1 处改动");
    await close();
  });
});

describe("an example", () => {
  /** Somebody who was never here. */
  async function firstVisit() {
    const opened = await openPage(browser, { viewport: { width: 1440, height: 900 } });
    await opened.page.evaluate((session) => sessionStorage.setItem("fairwheel.session", session), JSON.stringify(merchant));
    await opened.page.goto(`${BASE}/demo/design`);
    await opened.page.waitForSelector(".prize");
    return opened;
  }

  test("is one, also after a look at what publishing would change", LIMIT, async () => {
    const { page, close } = await firstVisit();
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await press(page, "先不发布");
    assert.equal(await page.locator("#notices .notice:has-text('示例转盘')").count(), 1);
    assert.equal(await state(page), "还没有发布");
    assert.equal(await page.evaluate(() => localStorage.getItem("fairwheel.design")), null);
    await page.click("#read-live");
    await page.waitForSelector(".snack:has-text('读入了')");
    assert.equal(await page.locator("#publish-dialog[open]").count(), 0, "nobody's work is asked after");
    await close();
  });

  test("that was published and taken back is the same wheel, and a colleague's is not overwritten", LIMIT, async () => {
    const { page, close } = await firstVisit();
    const name = newName();
    await page.fill(".prize:nth-child(5) [data-field=name]", name);
    await page.click("#publish-button");
    const hash = (await atStep(page, "confirm")).match(/发布后的指纹\s+(\w+)/)?.[1] ?? "";
    await press(page, "确认发布");
    await atStep(page, "done");
    const { prizes, table_hash } = await liveWheel(merchant.token);
    assert.ok(hash.length > 4 && table_hash.startsWith(hash), "what was shown is what was published");
    await press(page, "完成");
    await page.click("#undo");
    await page.click("#publish-button");
    const words = await atStep(page, "confirm");
    assert.match(words, /改名为“虾1份”/);
    assert.doesNotMatch(words, /新增|撤下/);
    await press(page, "确认发布");
    await atStep(page, "done");
    await press(page, "完成");
    assert.deepEqual((await liveWheel(merchant.token)).prizes.map((/** @type {any} */ { id }) => id), prizes.map((/** @type {any} */ { id }) => id));
    await page.click("#redo");
    await page.click("#undo");
    const rules = newName();
    await publishElsewhere(merchant.token, (body) => ({ ...body, rules }));
    await page.fill("[data-field=cost_points]", "131");
    await page.click("#publish-button");
    assert.match(await atStep(page, "conflict"), /别人改了这些\s+规则文字[\s\S]*131 积分/);
    await close();
  });

  test("makes room for a blank one, and the keyboard is not thrown back to the beginning", LIMIT, async () => {
    const { page, close } = await firstVisit();
    await page.locator("#notices button:has-text('从空白开始')").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".prize").length === 2);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), "MAIN");
    await close();
  });
});

describe("reading in", () => {
  test("says what the draft is by now, as long as it is", LIMIT, async () => {
    const { page, close, live } = await openDesign();
    const note = () => page.innerText("#publish .publish__note");
    await page.click("#read-live");
    await page.waitForSelector("#publish :text('草稿就是')");
    await page.click(".prize:nth-child(2) .prize__dot, .prize:nth-child(2)");
    assert.match(await note(), /草稿就是/, "choosing a prize changes nothing of it");
    await page.fill("[data-field=cost_points]", "172");
    assert.equal(await note(), "");
    await page.click("#undo");
    await page.click("#read-live");
    await page.waitForSelector("#publish :text('草稿就是')");
    await publishElsewhere(merchant.token, (body) => ({ ...body, daily_limit: live.daily_limit + 1 }));
    await page.click("#publish-button");
    await atStep(page, "conflict");
    await page.locator("#publish-dialog .close").click();
    assert.match(await note(), /别人发布了新的转盘/);
    await page.click("#publish-logout");
    await close();
  });

  test("says nothing more of the wheel to who has logged out", LIMIT, async () => {
    const { page, close } = await openDesign();
    await page.click("#read-live");
    await page.waitForSelector("#publish :text('草稿就是')");
    await page.click("#publish-logout");
    assert.match(await page.innerText("#publish .publish__note"), /登录后和正在使用的转盘比较/);
    await close();
  });

  test("asks before work is replaced", LIMIT, async () => {
    const { page, close, live } = await openDesign({ draft: (d) => ({ ...d, cost: "170" }) });
    await page.click("#read-live");
    assert.match(await atStep(page, "replace"), /170 积分/);
    await press(page, "不换");
    assert.equal(await state(page), "1 处改动");
    await page.click("#read-live");
    await atStep(page, "replace");
    await press(page, "读入");
    assert.equal(await state(page), "和在用的转盘一样");
    await keptHas(page, live.table_hash);
    await close();
  });
});

describe("the rules check", () => {
  const bad = (/** @type {any} */ d) => {
    const [one, two, three, ...rest] = d.prizes;
    const last = rest.pop();
    const prizes = [
      { ...one, type: "physical", name: "电动车", value: "60000", isLimited: false },
      { ...two, chance: "0", isLimited: false },
      { ...three, isLimited: true, stock: "0", chance: String((Number(three.chance) * 100 + Number(two.chance) * 100) / 100) },
      ...rest,
      { ...last, type: "empty", name: "神秘大奖", value: "0", isLimited: false },
    ];
    return { ...d, rules: "欢迎来玩", fallback: last.id, prizes };
  };

  test("names what is wrong with its source, and jumps to the prize", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: bad });
    const codes = await page.locator("#rules .finding[data-level=warning]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-code")));
    assert.deepEqual(codes, ["top_prize_limit", "unreachable", "unreachable", "empty_named", "organiser_terms", "period_terms", "redemption_terms"]);
    const words = await page.innerText("#rules");
    assert.match(words, /“电动车”超过五万元[\s\S]*《规范促销行为暂行规定》/);
    assert.match(words, /“神秘大奖”没有奖，名称却像有奖/);
    assert.match(words, /这是提示，不是法律意见/);
    await accessible(page, "the findings");
    await page.locator("#rules").screenshot({ path: `${SHOTS}rules-bad.png` });
    await page.click("#publish-button");
    assert.match(await atStep(page, "confirm"), /活动规则还有 \d+ 条提示[\s\S]*不影响发布/);
    await close();
  });

  test("writes the notice, asks before it replaces another text, and can be undone", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: (d) => ({ ...d, rules: "我们自己写的规则" }) });
    await page.fill("#terms-organiser", "公平小馆");
    await page.fill("#terms-period", "2026年11月1日至12月31日");
    await page.fill("#terms-redemption", "中奖后 30 天内到店出示记录领取，券有效期 30 天，在店内使用");
    await page.fill("#terms-contact", "电话 010-12345678");
    const notice = await page.innerText("#notice-text");
    assert.match(notice, /公平小馆/);
    await page.click("#notice-write");
    await page.locator("#rules").screenshot({ path: `${SHOTS}rules-ask.png` });
    await page.click("#notice-replace");
    assert.match(await page.innerText("#notice-state"), /就是这份公告/);
    assert.deepEqual(await page.locator("#rules .finding[data-level=warning]").count(), 0);
    await keptHas(page, "公平小馆");
    await page.locator("#rules").screenshot({ path: `${SHOTS}rules-good.png` });
    await page.locator("#toolbar").getByRole("button", { name: "撤销" }).click();
    await page.waitForFunction(() => /不一样/.test(document.querySelector("#notice-state")?.textContent ?? ""), null, { timeout: 5000 });
    await keptHas(page, "我们自己写的规则");
    await close();
  });

  test("is whole on a phone", LIMIT, async () => {
    const { page, close } = await openDesign({ draft: bad, size: PHONE_SIZE });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.click("#publish-button");
    await atStep(page, "confirm");
    await settled(page);
    await page.screenshot({ path: `${SHOTS}publish-phone.png` });
    await close();
  });
});
