// The wheel of the designers' page: turned, stopped, tried out, and its sectors pulled to their width.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, configOf, EIGHT, openBench } from "./design-bench.mjs";
import { launch, PHONE_SIZE } from "./page.mjs";

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const CANVAS = ".phone__canvas";
const resting = (/** @type {import('playwright-core').Page} */ page) => page.waitForSelector(`${CANVAS}[data-state=rest]`, { timeout: 10_000 });
const rotation = async (/** @type {import('playwright-core').Page} */ page) => Number(await page.getAttribute(CANVAS, "data-rotation"));
/** The angle under the pointer, hundredths of a degree. @param {import('playwright-core').Page} page */
const pointed = async (page) => (36_000 - (await rotation(page))) % 36_000;
const angleOf = (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ key) => page.evaluate((own) => Number(window.bench.store.draft.prizes.find((prize) => prize.key === own).angle), key);

/** @param {import('playwright-core').Page} page @param {string} key @param {"middle" | "first" | "last"} where */
async function stopAt(page, key, where) {
  await page.selectOption(".stops select >> nth=0", key);
  await page.selectOption(".stops select >> nth=1", where);
  await page.click("[data-do=turn]");
}

/** Where the middle of a handle is on the screen. @param {import('playwright-core').Page} page @param {string} key */
async function handle(page, key) {
  const box = await page.locator(`.edge[data-key=${key}]`).boundingBox();
  assert.ok(box && box.width >= 44 && box.height >= 44, "a touch finds the handle");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Pulls an edge round the wheel by degrees. @param {import('playwright-core').Page} page @param {string} key @param {number} degrees */
async function pull(page, key, degrees) {
  const from = await handle(page, key);
  const wheel = await page.locator(CANVAS).boundingBox();
  assert.ok(wheel);
  const middle = { x: wheel.x + wheel.width / 2, y: wheel.y + wheel.height / 2 };
  const radius = Math.hypot(from.x - middle.x, from.y - middle.y);
  const start = Math.atan2(from.y - middle.y, from.x - middle.x);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (let step = 1; step <= 10; step += 1) {
    const at = start + (degrees * step * Math.PI) / 1800;
    await page.mouse.move(middle.x + Math.cos(at) * radius, middle.y + Math.sin(at) * radius);
  }
}

test("the wheel stops in the middle of a prize, or as near its edges as the draw comes", async () => {
  const { page, close } = await openBench(browser);
  for (const [where, angle] of /** @type {const} */ ([["middle", 11_250], ["first", 9_050], ["last", 13_449]])) {
    await stopAt(page, "p3", where);
    await resting(page);
    assert.equal(await pointed(page), angle, where);
    assert.match((await page.getAttribute(CANVAS, "aria-label")) ?? "", /指针停在：50 积分/);
  }
  await close();
});

test("a spin takes its time, and four times as long in slow motion", async () => {
  const { page, close } = await openBench(browser, { reducedMotion: "no-preference", clock: true });
  const state = () => page.getAttribute(CANVAS, "data-state");
  const seen = () => page.evaluate(() => document.querySelector(".edges").style.rotate);
  for (const [slow, duration] of /** @type {const} */ ([[false, 4_200], [true, 16_800]])) {
    await page.setChecked(".switch input", slow);
    await stopAt(page, slow ? "p6" : "p2", "middle");
    await page.clock.runFor(duration / 2);
    const half = await seen();
    assert.equal(await state(), "busy");
    await page.clock.runFor(duration / 2 - 100);
    assert.equal(await state(), "busy", `${duration - 100} ms`);
    assert.notEqual(await seen(), half, "it moves");
    await page.clock.runFor(200);
    assert.equal(await state(), "rest", `${duration + 100} ms`);
    assert.equal(await pointed(page), slow ? 24_750 : 6_750);
  }
  await close();
});

test("with reduced motion the wheel fades to its place in 200 ms", async () => {
  const { page, close } = await openBench(browser);
  await stopAt(page, "p5", "middle");
  const fades = await page.evaluate(() => document.querySelector(".phone__canvas").getAnimations().map((fade) => fade.effect.getTiming().duration));
  assert.deepEqual(fades, [200]);
  assert.equal(await pointed(page), 20_250);
  await page.waitForSelector(".phone__result:has-text('202.50°，是转过去的')");
  await close();
});

test("trial draws are the core's own draws of the draft's table", async () => {
  const { page, close } = await openBench(browser);
  for (const [button, count] of /** @type {const} */ ([["one", 1], ["ten", 10]])) {
    await page.click(`[data-do=${button}]`);
    await page.waitForSelector(".phone__result[data-request]");
    const { request, results, again, table } = await page.evaluate(() => {
      const { request, results } = document.querySelector(".phone__result").dataset;
      return { request: JSON.parse(request), results: JSON.parse(results), again: window.bench.core.draw(JSON.parse(request)).results, table: window.bench.store.table };
    });
    assert.equal(request.table_text, table.text);
    assert.equal(results.length, count);
    assert.deepEqual(results, again);
    assert.equal(await pointed(page), results.at(-1).angle);
  }
  const counts = await page.$$eval(".tally__list li", (rows) => rows.map((row) => Number(row.children[1].textContent)));
  assert.equal(counts.reduce((sum, n) => sum + n, 0), 11);
  await page.click("[data-do=reset]");
  assert.ok(await page.isHidden(".tally"));
  await close();
});

test("a near miss is told when the draw says so, and only then", async () => {
  const config = configOf([[1, "常有", "points", 10, 0.5, 0], [2, "龙虾", "physical", 188, 0.01, 2], [8, "谢谢参与", "empty", 0, 0.49, 90]]);
  const { page, close } = await openBench(browser, { config });
  const seen = new Set();
  for (let n = 0; n < 60 && seen.size < 2; n += 1) {
    await page.click("[data-do=one]");
    await page.waitForSelector(".phone__result[data-request]");
    const { result, words } = await page.evaluate(() => {
      const place = document.querySelector(".phone__result");
      return { result: JSON.parse(place.dataset.results)[0], words: place.querySelector("[data-near-miss]")?.textContent ?? "" };
    });
    assert.equal(words !== "", result.is_near_miss, JSON.stringify(result));
    if (result.is_near_miss && result.prize_id === 1) assert.equal(words, `离「龙虾」只差 ${((200 - result.angle) / 100).toFixed(1)}°，这是算出来的位置，不是安排的。`);
    seen.add(result.is_near_miss);
  }
  assert.equal(seen.size, 2, "both were seen");
  await close();
});

test("what has run out is given by the prize in its place, and looks it", async () => {
  const config = configOf([[1, "八八折券", "coupon", 0.88, 0.99, 0, 5, 0], [8, "谢谢参与", "empty", 0, 0.01, 180]]);
  const { page, close } = await openBench(browser, { config });
  await page.click("[data-do=ten]");
  await page.waitForSelector(".phone__result[data-request]");
  const results = await page.evaluate(() => JSON.parse(document.querySelector(".phone__result").dataset.results));
  assert.ok(results.every((/** @type {any} */ result) => result.prize_id === 8));
  assert.match((await page.getAttribute(CANVAS, "aria-label")) ?? "", /八八折券（已送完）/);
  await close();
});

/** What the card says, and of what. @param {import('playwright-core').Page} page */
const card = (page) =>
  page.evaluate(() => {
    const place = document.querySelector(".phone__result");
    return { words: place.textContent, isResult: "results" in place.dataset };
  });
const widen = (/** @type {any} */ { store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize) => (prize.key === "p4" ? { ...prize, angle: "155" } : prize)) }));

test("a result stands only beside the wheel it was drawn on", async () => {
  const { page, close } = await openBench(browser);
  const drawn = async () => {
    await page.click("[data-do=one]");
    await page.waitForSelector(".phone__result[data-request]");
  };
  await drawn();
  await ask(page, widen);
  assert.deepEqual(await card(page), { words: "转盘改过了，之前的结果不再是它的。再转一次看看", isResult: false });
  await drawn();
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize) => ({ ...prize, color: "#cb3a22" })) })));
  assert.ok((await card(page)).isResult, "a colour changes no result");
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize) => (prize.key === "p6" ? { ...prize, won: 3, wonType: prize.type } : prize)) })));
  assert.equal((await card(page)).isResult, false, "what runs out does");
  await drawn();
  await ask(page, ({ store }) => store.select("p7"));
  await resting(page);
  assert.deepEqual(await card(page), { words: "转一次，结果会出现在这里", isResult: false });
  await drawn();
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, cost: "" })));
  assert.equal((await card(page)).isResult, false, "a broken draft has none");
  await close();
});

test("where a draft with faults was turned to is told only until its wheel changes", async () => {
  const { page, close } = await openBench(browser);
  const renamed = (/** @type {any} */ { store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize) => (prize.key === "p4" ? { ...prize, name: `${prize.name}汁` } : prize)) }));
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, cost: "" })));
  await page.selectOption("select[aria-label=停在哪个奖品]", "p4");
  await page.click("[data-do=turn]");
  await page.waitForSelector(".phone__result :text('停在「招牌酸梅汤」')");
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, cost: "x" })));
  assert.match((await card(page)).words, /停在/, "the price is not on the wheel");
  await ask(page, renamed);
  assert.match((await card(page)).words, /转盘改过了/);
  await close();
});

test("a spin that is cut off, or whose table changes, leaves no result", async () => {
  const { page, close } = await openBench(browser, { reducedMotion: "no-preference", clock: true });
  await page.click("[data-do=one]");
  await page.clock.runFor(1000);
  await ask(page, ({ store }) => store.select("p3"));
  await page.clock.runFor(6000);
  assert.equal(await pointed(page), 11_250);
  assert.deepEqual(await card(page), { words: "没等停下，转盘就转去了别处。这次的结果只计入试抽", isResult: false });
  await page.click("[data-do=one]");
  await page.clock.runFor(1000);
  await ask(page, widen);
  await page.clock.runFor(6000);
  await resting(page);
  assert.deepEqual(await card(page), { words: "转盘改过了，之前的结果不再是它的。再转一次看看", isResult: false });
  await page.click("[data-do=one]");
  await page.clock.runFor(6000);
  assert.ok((await card(page)).isResult);
  await close();
});

test("the focus is never lost", async () => {
  const { page, close } = await openBench(browser);
  const focus = () => page.evaluate(() => document.activeElement?.getAttribute("data-do") ?? document.activeElement?.getAttribute("data-key") ?? document.activeElement?.tagName);
  await page.click("[data-do=one]");
  await page.waitForSelector("[data-do=reset]");
  await page.focus(".tally summary");
  await ask(page, ({ store }) => store.select("p2"));
  await resting(page);
  assert.equal(await focus(), "SUMMARY", "the tally was written anew");
  await page.focus("[data-do=reset]");
  await page.keyboard.press("Enter");
  assert.equal(await focus(), "one");
  await page.focus(".edge[data-key=p5]");
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, prizes: draft.prizes.filter((/** @type {any} */ { key }) => key !== "p5") })));
  assert.notEqual(await focus(), "BODY");
  await close();
});

test("an edge that is pulled changes the table, and one undo takes it back", async () => {
  const { page, close } = await openBench(browser);
  const hash = await ask(page, ({ store }) => store.table.hash);
  await pull(page, "p4", 20);
  assert.match((await page.textContent(".phone__readout")) ?? "", /155°/);
  assert.equal(await angleOf(page, "p4"), 155);
  await page.mouse.up();
  assert.ok(await page.isHidden(".phone__readout"));
  assert.notEqual(await ask(page, ({ store }) => store.table.hash), hash);
  await pull(page, "p4", 100);
  await page.mouse.up();
  assert.equal(await angleOf(page, "p4"), 178, "2 degrees are left of it");
  await ask(page, ({ store }) => store.undo());
  assert.equal(await angleOf(page, "p4"), 155);
  await ask(page, ({ store }) => store.undo());
  assert.equal(await ask(page, ({ store }) => store.table.hash), hash);
  await close();
});

test("an edge is moved by the keyboard, and says where it is", async () => {
  const { page, close } = await openBench(browser);
  const edge = page.locator(".edge[data-key=p4]");
  await edge.focus();
  for (const key of ["ArrowRight", "ArrowRight", "PageUp", "ArrowLeft"]) await page.keyboard.press(key);
  assert.equal(await angleOf(page, "p4"), 146);
  assert.equal(await edge.getAttribute("aria-valuenow"), "146");
  assert.equal(await edge.getAttribute("aria-valuetext"), "146 度；前一格宽 56 度，后一格宽 34 度");
  await page.keyboard.press("Home");
  assert.equal(await angleOf(page, "p4"), 92);
  await ask(page, ({ store }) => store.undo());
  assert.equal(await angleOf(page, "p4"), 135, "the keys of one visit are one step");
  await close();
});

test("a wide sector's edge can be pulled more than half round", async () => {
  const config = configOf([[1, "积分", "points", 10, 0.5, 0], [8, "谢谢参与", "empty", 0, 0.5, 300]]);
  const { page, close } = await openBench(browser, { config });
  await page.locator(".edge[data-key=p8]").focus();
  await page.keyboard.press("Home");
  assert.equal(await angleOf(page, "p8"), 2);
  await page.keyboard.press("End");
  assert.equal(await angleOf(page, "p8"), 358);
  await close();
});

test("a tap selects the prize where it is; one selected elsewhere comes under the pointer", async () => {
  const { page, close } = await openBench(browser, PHONE_SIZE);
  const box = await page.locator(CANVAS).boundingBox();
  assert.ok(box);
  await page.touchscreen.tap(box.x + box.width * 0.85, box.y + box.height * 0.62);
  assert.equal(await ask(page, ({ store }) => store.selected), "p3");
  assert.equal(await rotation(page), 0);
  const shown = await page.$$eval(".edge[data-near]", (edges) => edges.map((edge) => edge.getAttribute("data-key")));
  assert.deepEqual(shown.sort(), ["p3", "p4"], "its two edges can be taken hold of");
  await ask(page, ({ store }) => store.select("p7"));
  await resting(page);
  assert.equal(await pointed(page), 29_250);
  await close();
});

test("a draft that makes no wheel leaves the last one, says so, and draws nothing", async () => {
  const { page, close } = await openBench(browser);
  const picture = () => page.evaluate(() => document.querySelector(".phone__canvas").toDataURL());
  const before = await picture();
  await ask(page, ({ store }) => store.edit((draft) => ({ ...draft, prizes: draft.prizes.map((prize) => ({ ...prize, angle: "7" })) })));
  assert.match((await page.textContent(".phone__note")) ?? "", /转盘停留在改之前的样子/);
  assert.equal(await picture(), before);
  await page.locator("[data-do=one]").dispatchEvent("click");
  assert.equal(await page.getAttribute(".phone__result", "data-request"), null);
  await ask(page, ({ store }) => store.undo());
  assert.ok(await page.isHidden(".phone__note"));
  await close();
});

test("a prize's picture is drawn on the wheel; one that does not come is named", async () => {
  const dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFUlEQVR42mNgYPhPIhrVMKph2GoAAJLb/wHQPqPSAAAAAElFTkSuQmCC"; // 16 × 16, blue
  const config = structuredClone(EIGHT);
  config.prizes[7].image = dot;
  const { page, expect, close } = await openBench(browser, { config });
  expect(/404/);
  await page.waitForFunction(() => {
    const canvas = document.querySelector(".phone__canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 255) return true;
    return false;
  }, null, { timeout: 5_000 });
  await ask(page, ({ store }) => store.edit((draft) => ({ ...draft, prizes: draft.prizes.map((prize) => (prize.id === 8 ? { ...prize, angle: "350" } : prize)) })));
  await page.waitForFunction(() => /「谢谢参与」的格子太窄，放不下图片/.test(document.querySelector(".phone__note").textContent));
  await ask(page, ({ store }) => store.edit((draft) => ({ ...draft, prizes: draft.prizes.map((prize) => ({ ...prize, image: prize.id === 8 ? "/media/pictures/none.png" : "" })) })));
  await page.waitForFunction(() => /「谢谢参与」的图片没有取到/.test(document.querySelector(".phone__note").textContent));
  await close();
});
