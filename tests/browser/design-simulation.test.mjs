// Ten million draws of a draft, and what the wheel costs, on the bench.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, configOf, EIGHT, openBench } from "./design-bench.mjs";
import { launch } from "./page.mjs";

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const DRAWS = 10_000_000;
const PANEL = ".simulate";

/** @param {import('playwright-core').Page} page @param {string} state */
const reached = (page, state) => page.waitForSelector(`${PANEL}[data-state=${state}]`, { timeout: 60_000 });
/** @param {import('playwright-core').Page} page @returns {Promise<number[]>} */
const counts = async (page) => JSON.parse((await page.getAttribute(PANEL, "data-counts")) ?? "[]");
const sum = (/** @type {number[]} */ list) => list.reduce((total, n) => total + n, 0);
const focused = (/** @type {import('playwright-core').Page} */ page) => page.evaluate(() => document.activeElement?.getAttribute("data-do"));
const raise = (/** @type {any} */ { store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, cost: String(Number(draft.cost) + 20) }));

/** Holds the simulation back: the worker's slices arrive only while the test lets them. @param {import('playwright-core').Page} page */
const slowly = (page) =>
  page.addInitScript(() => {
    const Real = window.Worker;
    window.Worker = class extends Real {
      set onmessage(listener) {
        let seen = 0;
        super.onmessage = (event) => {
          if (++seen <= 3) listener(event);
        };
      }
    };
  });

test("ten million draws are counted to the last one, and tested as the core does", async () => {
  const { page, close } = await openBench(browser);
  /** @type {string[]} */
  const fetched = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.click("[data-do=simulate]");
  await reached(page, "done");
  const observed = await counts(page);
  assert.equal(sum(observed), DRAWS);
  assert.equal(observed.length, 8);
  assert.equal(await page.textContent(".simulate [role=status].sr-only"), `模拟完成：${await page.textContent(".simulate__verdict h3")}`);
  assert.equal(await focused(page), "simulate");
  const test = await page.evaluate((list) => window.bench.core.chiSquare(window.bench.store.table.text, list), observed);
  const figures = (await page.textContent("[data-figures]")) ?? "";
  assert.ok(figures.includes(`卡方 ${test.chi_square.toFixed(2)}，自由度 7，p = ${test.p_value < 0.01 ? "" : test.p_value.toFixed(3)}`), figures);
  assert.match(figures, /每秒 [\d,]+ 次/);
  const shown = await page.$$eval(".counts__count", (cells) => cells.map((cell) => Number(cell.textContent.replace(/\D/g, ""))));
  assert.deepEqual(shown, observed);
  const expected = await page.$$eval(".counts__expected", (cells) => cells.map((cell) => Number(cell.textContent.replace(/\D/g, ""))));
  assert.equal(sum(expected), DRAWS);
  await page.locator(".plots").scrollIntoViewIfNeeded();
  await page.waitForSelector(".plots .uplot canvas");
  assert.equal(await page.locator(".plots .uplot").count(), 2);
  assert.ok(fetched.includes("/demo/vendor/uplot/uPlot.esm.js"));
  await close();
});

test("the plots are fetched by those who come to see them", async () => {
  const { page, close } = await openBench(browser, { viewport: { width: 390, height: 600 } });
  const has = () => page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => name.includes("/vendor/uplot/")));
  assert.equal(await has(), false);
  await page.locator(".stock").scrollIntoViewIfNeeded();
  await page.waitForSelector(".stock .uplot canvas");
  assert.equal(await has(), true);
  await close();
});

test("a simulation is stopped at once, and keeps what it has", async () => {
  const { page, close } = await openBench(browser, { before: slowly });
  await page.click("[data-do=simulate]");
  await page.waitForSelector(".simulate .counts");
  await page.click("[data-do=stop]");
  await reached(page, "stopped");
  const done = sum(await counts(page));
  assert.ok(done > 0 && done < DRAWS, String(done));
  assert.match((await page.textContent(".simulate__verdict h3")) ?? "", new RegExp(`^抽了 ${done.toLocaleString("en")} 次`));
  assert.ok(await page.isVisible("[data-do=simulate]"));
  await close();
});

test("a change while it runs is said, and the results stay those of the earlier table", async () => {
  const { page, close } = await openBench(browser, { before: slowly });
  await page.click("[data-do=simulate]");
  await page.waitForSelector(".simulate .counts");
  await ask(page, raise);
  assert.match((await page.textContent(".simulate__old")) ?? "", /还在模拟改之前的那张表/);
  await page.click("[data-do=stop]");
  assert.match((await page.textContent(".simulate__old")) ?? "", /下面是改之前那张表的结果/);
  const before = await counts(page);
  assert.ok(sum(before) > 0);
  await ask(page, raise);
  assert.deepEqual(await counts(page), before);
  assert.equal(await page.textContent("[data-do=simulate]"), "按现在的表再模拟");
  for (let twice = 0; twice < 2; twice += 1) await ask(page, ({ store }) => store.undo());
  assert.ok(await page.isHidden(".simulate__old"), "it is that table again");
  await close();
});

/** @param {import('playwright-core').Page} page */
async function drawsOnPage(page) {
  await page.click("[data-do=simulate]");
  await reached(page, "done");
  assert.equal(sum(await counts(page)), DRAWS);
  assert.match((await page.textContent("[data-figures]")) ?? "", /没有后台程序/);
  assert.ok(await page.isHidden(".simulate__failure"));
}

test("a browser without workers for modules draws on the page, and says so", async () => {
  const without = (/** @type {import('playwright-core').Page} */ page) =>
    page.addInitScript(() => {
      Object.assign(window, { Worker: undefined });
    });
  const { page, close } = await openBench(browser, { before: without });
  await drawsOnPage(page);
  await close();
});

test("a worker that throws when it is made is done without", async () => {
  const throws = (/** @type {import('playwright-core').Page} */ page) =>
    page.addInitScript(() => {
      Object.assign(window, {
        Worker: function Worker(/** @type {URL} */ _, /** @type {WorkerOptions} */ options) {
          throw new DOMException(`no ${options.type}`, "SecurityError");
        },
      });
    });
  const { page, expect, close } = await openBench(browser, { before: throws });
  expect(/no worker/);
  await drawsOnPage(page);
  await close();
});

test("a worker that the policy refuses is done without", async () => {
  const { page, expect, close } = await openBench(browser, { policy: (policy) => policy.replace("worker-src 'self'", "worker-src 'none'") });
  expect(/no worker|worker-src|Content Security Policy|CSP/);
  await drawsOnPage(page);
  await close();
});

test("a worker that does not come, or whose core does not, is done without", async () => {
  const { page, expect, close } = await openBench(browser);
  expect(/404|Failed to load|no worker/);
  await page.route("**/design/simulate-worker.js", (route) => route.fulfill({ status: 404, body: "" }));
  await drawsOnPage(page);
  await page.unroute("**/design/simulate-worker.js");
  await page.route("**/design/simulate-worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: 'addEventListener("message", () => postMessage({ failed: "lost" }));' }));
  await drawsOnPage(page);
  await close();
});

test("a worker that dies in the middle is named, and nothing else breaks", async () => {
  const { page, expect, close } = await openBench(browser);
  expect(/died/);
  const dies = 'addEventListener("message", () => { postMessage({ done: 0, counts: [], nearMisses: 0, ms: 0 }); setTimeout(() => { throw new Error("died"); }, 50); });';
  await page.route("**/design/simulate-worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: dies }));
  await page.click("[data-do=simulate]");
  await reached(page, "failed");
  assert.match((await page.textContent(".simulate__failure")) ?? "", /模拟没有跑起来.*died/);
  assert.equal(await focused(page), "simulate", "the focus is on the way to try again");
  assert.ok(await page.isEnabled("[data-do=simulate]"));
  await close();
});

test("a table with a fault cannot be simulated", async () => {
  const { page, close } = await openBench(browser);
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, cost: "" })));
  assert.ok(await page.isDisabled("[data-do=simulate]"));
  assert.match((await page.textContent(".simulate__go")) ?? "", /改好才能模拟/);
  await page.locator("[data-do=simulate]").dispatchEvent("click");
  assert.equal(await page.getAttribute(PANEL, "data-state"), "idle");
  await ask(page, ({ store }) => store.undo());
  await page.focus("[data-do=simulate]");
  await ask(page, ({ store }) => store.edit((/** @type {any} */ draft) => ({ ...draft, cost: "" })));
  assert.equal(await focused(page), "simulate");
  await close();
});

test("the costs follow from the declared odds, and what was typed is remembered", async () => {
  const { page, close } = await openBench(browser);
  const figure = (/** @type {string} */ key) => page.textContent(`[data-figure=${key}] b`);
  // 12·5 % + 10·10 % + 5·20 % + 12·8 % + 20·5 % + 188·0.5 % + 6·20 %
  assert.equal(await figure("draw"), "6.70 元");
  assert.equal(await figure("points"), "20 积分");
  // Not 1,340 and 40,200: 3 lobsters, 60 drinks and 412 coupons are all there are.
  assert.equal(await figure("day"), "1,336 元");
  assert.equal(await figure("month"), "30,084 元");
  await page.fill("[data-input=bill]", "200");
  await page.fill("[data-input=draws]", "50");
  assert.equal(await figure("draw"), "7.30 元");
  assert.match((await page.textContent("[data-figure=day]")) ?? "", /1,000 次（每人每天最多 10 次）/);
  await page.fill("[data-input=rate]", "0");
  assert.match((await page.textContent(".money__fields")) ?? "", /请填 1 到 100,000 的整数/);
  assert.equal(await figure("draw"), "7.30 元");
  await page.reload();
  await page.waitForFunction(() => "bench" in window);
  assert.equal(await page.inputValue("[data-input=bill]"), "200");
  assert.equal(await page.inputValue("[data-input=rate]"), "10");
  await close();
});

test("a stock is told with its days and what comes after it", async () => {
  const { page, close } = await openBench(browser);
  const row = (/** @type {number} */ id) => page.textContent(`.counts--money [data-prize="${id}"]`);
  assert.match((await row(1)) ?? "", /412 份约 41 天38–45 天/);
  assert.match((await row(6)) ?? "", /3 份约 3 天/);
  await page.fill("[data-input=diners]", "5000");
  assert.match((await row(6)) ?? "", /3 份第一天就会送完/);
  await page.fill("[data-input=diners]", "1");
  await page.fill("[data-input=draws]", "1");
  assert.match((await row(6)) ?? "", /0\.94 元0\.005 份3 份约 600 天/);
  await page.fill("[data-input=diners]", "100");
  await page.fill("[data-input=draws]", "2");
  await page.locator(".stock").scrollIntoViewIfNeeded();
  await page.selectOption(".stock select", "6");
  assert.match((await page.textContent(".stock")) ?? "", /送完以后，抽中「龙虾一份」的客人得到「谢谢参与」/);
  assert.match((await page.getAttribute(".stock .plot", "aria-label")) ?? "", /「龙虾一份」的库存：平均 3\.0 天送完，九成情况在 0\.8 到 6\.3 天之间/);
  await close();
});

test("what is gone costs nothing, and what is nearly gone no more than what is left", async () => {
  const gold = (/** @type {number} */ left) => configOf([[1, "金条", "physical", 50_000, 0.01, 0, 3, left], [2, "小菜", "physical", 10, 0.1, 90], [8, "谢谢参与", "empty", 0, 0.89, 180]]);
  for (const [left, draw, month] of /** @type {const} */ ([[0, "1.00 元", "6,000 元"], [3, "501.00 元", "156,000 元"]])) {
    const { page, close } = await openBench(browser, { config: gold(left) });
    assert.equal(await page.textContent("[data-figure=draw] b"), draw);
    assert.equal(await page.textContent("[data-figure=month] b"), month);
    if (left === 0) assert.match((await page.textContent('.counts--money [data-prize="1"]')) ?? "", /50,000 元0\.00 元0 份0 份已送完/);
    await close();
  }
});

test("a run that was stopped early pools what is rare, and says so", async () => {
  const config = configOf([[1, "大奖", "physical", 1000, 0.0001, 0], [2, "小奖", "points", 10, 0.3, 90], [8, "谢谢参与", "empty", 0, 0.6999, 180]]);
  const early = (/** @type {import('playwright-core').Page} */ page) =>
    page.addInitScript(() => {
      const Real = window.Worker;
      window.Worker = class extends Real {
        set onmessage(listener) {
          setTimeout(() => listener({ data: { done: 10_000, counts: [1, 2500, 7499], nearMisses: 0, ms: 1 } }));
        }
      };
    });
  const { page, close } = await openBench(browser, { config, before: early });
  await page.click("[data-do=simulate]");
  await page.waitForSelector(".simulate .counts");
  await page.click("[data-do=stop]");
  const words = (await page.textContent(".simulate__verdict")) ?? "";
  assert.match(words, /自由度 1，.*「大奖」「小奖」按概率出现得太少，合在一起比较/);
  assert.match(words, /这次偏得非常少见/);
  await close();
});

test("a table of one outcome has nothing to be compared with", async () => {
  const config = { ...EIGHT, prizes: EIGHT.prizes.map((prize) => ({ ...prize, probability: prize.id === 8 ? 1 : 0 })) };
  const { page, close } = await openBench(browser, { config });
  await page.click("[data-do=simulate]");
  await reached(page, "done");
  assert.match((await page.textContent(".simulate__verdict")) ?? "", /只有一种结果/);
  await close();
});
