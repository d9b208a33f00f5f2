/** The whole path of a diner in Chromium: log in, spin, prove, doubt, and what happens when things go wrong. */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { atRest, DESKTOP_SIZE, editProof, launch, lieAbout, logIn, newPhone, openPage, PHONE_SIZE, POOR_PHONE, points, promised, refusal, rotation, settled, spin, verdict } from "./page.mjs";

const SHOTS = new URL("../screenshots/", import.meta.url).pathname;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await launch();
});
after(() => browser.close());

describe("a draw", () => {
  test("the wheel turns for 4.2 s, stops where the server said, and the proof is green", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser, { reducedMotion: "no-preference" });
    await page.click("#demo-phone"); // fills in the demo diner's
    await logIn(page, null);
    assert.equal(await points(page), 1500);
    const before = await promised(page);
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const response = page.waitForResponse("**/api/lottery/draw");
    await page.click("#spin-one");
    const body = (await response).request().postDataJSON();
    const answer = (await (await response).json()).data;
    await page.waitForFunction(() => document.querySelector("#points")?.textContent?.includes("1,400")); // paid, and turning
    await page.clock.runFor(4150);
    assert.equal(await page.getAttribute("#wheel-canvas", "data-state"), "busy", "it still turns after 4.15 s");
    assert.equal(await page.locator("#result .seal").count(), 0);
    await page.clock.runFor(100);
    await page.waitForSelector("#result .seal");
    await atRest(page);
    assert.equal(await rotation(page), (36_000 - Math.round(answer.results[0].angle * 100)) % 36_000);
    assert.equal(answer.fairness.commitment, before);
    assert.equal(answer.fairness.client_seed, body.client_seed);
    assert.equal(await points(page), answer.remaining_points);
    assert.equal(await promised(page), answer.fairness.next_commitment);

    await page.click("#result .seal");
    const proof = await verdict(page);
    assert.ok(proof.ok, proof.words);
    assert.deepEqual([proof.failed, proof.skipped], [[], []]);
    for (const check of ["expected_commitment", "expected_nonce", "expected_table_hash", "expected_draw_id", "ticket", "angle", "displayed"]) {
      assert.ok(proof.passed.includes(check), `${check} was checked`);
    }
    await close();
  });

  test("ten draws are one spin that rests on the last, and all ten are listed", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const { answer } = await spin(page, "ten");
    assert.equal(answer.results.length, 10);
    assert.equal(await rotation(page), (36_000 - Math.round(answer.results[9].angle * 100)) % 36_000);
    const names = await page.locator("#result .ten__name").allTextContents();
    assert.deepEqual(names, answer.results.map((/** @type {{prize_name: string}} */ result) => result.prize_name));
    await page.click("#result .seal");
    const proof = await verdict(page);
    assert.ok(proof.ok, proof.words);
    assert.equal(proof.passed.filter((check) => check === "ticket").length, 10);
    await close();
  });

  test("the next spin starts where the last one stopped", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser, { reducedMotion: "no-preference" });
    await logIn(page);
    await spin(page, "one");
    const { answer } = await spin(page, "one");
    assert.equal(await rotation(page), (36_000 - Math.round(answer.results[0].angle * 100)) % 36_000);
    await close();
  });

  test("with reduced motion the wheel is in its place at once", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await spin(page, "one"); // no time passes
    assert.equal(await page.locator(".petal").count(), 0, "and nothing flies about");
    await close();
  });
});

describe("a proof", () => {
  /** One byte each; the check that must be named first, and some more that must fail. */
  const TAMPERED = [
    ["server_seed", /("server_seed": ")(.)/, "commitment"],
    ["commitment", /("commitment": ")(.)/, "commitment"],
    ["client_seed", /("client_seed": ")(.)/, "ticket"],
    ["angle", /("angle": \d*)(\d)/, "angle"],
    ["ticket", /("ticket": \d*)(\d)/, "ticket"],
    ["nonce", /("nonce": )(\d)/, "expected_nonce"],
    ["table_hash", /("table_hash": ")(.)/, "table_hash"],
    ["table_text", /(prize 2 45 20)(0)/, "table_hash"],
    ["created_at", /("created_at": ".*)(\d)/, "draw_id"],
    ["next_commitment", /("next_commitment": ")(.)/, "draw_id"],
    ["algorithm", /("algorithm": "fairwheel-draw-v)(1)/, "algorithm"],
  ];

  test("one changed byte turns the seal red and names the check; restored, it is green again", { timeout: 60_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await spin(page, "one");
    await page.click("#result .seal");
    const whole = await page.inputValue("#proof-text");
    for (const [field, place, check] of TAMPERED) {
      await editProof(page, (text) => text.replace(place, (_, before, byte) => before + (byte === "1" ? "2" : "1")));
      const red = await verdict(page);
      assert.equal(red.ok, false, String(field));
      assert.ok(red.failed.includes(String(check)), `${field}: ${red.failed} names ${check}`);
      assert.match(await page.innerText("#proof-panel .verdict .seal"), /未通过/);
      await page.click("text=恢复原样");
      assert.equal(await page.inputValue("#proof-text"), whole);
      assert.ok((await verdict(page)).ok, `${field} restored`);
    }
    await close();
  });

  test("a text that is no proof is named in words, and layout alone changes nothing", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await spin(page, "one");
    await page.click("#result .seal");
    for (const edit of [() => "", () => "[1,2]", () => "null", (/** @type {string} */ text) => text.slice(0, -1), (/** @type {string} */ text) => text.replace(/"count": 1/, '"count": "1"')]) {
      await editProof(page, edit);
      const red = await verdict(page);
      assert.equal(red.ok, false);
      assert.match(red.words, /证明/);
      await page.click("text=恢复原样");
    }
    await editProof(page, (text) => JSON.stringify(JSON.parse(text)));
    assert.match((await verdict(page)).words, /只是排版不同/);
    await close();
  });

  test("the page tampers for those without a keyboard, and Esc gives the focus back to the seal", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await spin(page, "one");
    await page.click("#result .seal");
    for (let n = 0; n < 6; n += 1) {
      await page.click("text=替我改一个字");
      assert.equal((await verdict(page)).ok, false);
    }
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#result .seal").evaluate((seal) => seal === document.activeElement));
    await close();
  });

  test("a commitment swapped between promise and draw is caught", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await lieAbout(page, "**/api/lottery/config", (data) => ({ ...data, fairness: { ...data.fairness, commitment: "0".repeat(64) } }));
    await logIn(page);
    await spin(page, "one");
    assert.match(await page.innerText("#result"), /封条和您抽奖前看到的不一样/);
    await page.click("#result .seal");
    const red = await verdict(page);
    assert.deepEqual(red.failed, ["expected_commitment"]);
    await close();
  });

  test("a commitment swapped before the draw is said over a reload, and nothing is drawn", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    const before = await promised(page);
    await page.reload();
    await atRest(page);
    assert.equal(await promised(page), before);
    // What this browser remembers is another promise than the one the server will prove.
    await page.evaluate((seen) => {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith("fairwheel.promises"))) {
        localStorage.setItem(key, (localStorage.getItem(key) ?? "").replaceAll(seen, "0".repeat(64)));
      }
    }, before ?? "");
    await page.reload();
    await page.waitForSelector("#result .notice");
    assert.match(await page.innerText("#result"), /封条和之前看到的不同/);
    const had = await points(page);
    const read = page.waitForResponse("**/api/lottery/config");
    await page.click("#spin-one");
    await read;
    await page.waitForSelector("#result .notice");
    assert.match(await page.innerText("#result"), /封条和之前看到的不同/);
    assert.equal(await points(page), had);
    await close();
  });

  test("earlier draws are proved again from the history, against what was seen then", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await spin(page, "one");
    await spin(page, "one");
    await page.reload();
    await atRest(page);
    await page.click("#open-history");
    const prove = page.locator("#history-panel .record button");
    await prove.nth(1).waitFor(); // the list is fetched
    assert.equal(await prove.count(), 2);
    await prove.last().click();
    await page.waitForSelector("#proof-panel .verdict");
    const proof = await verdict(page);
    assert.ok(proof.ok, proof.words);
    assert.deepEqual(proof.skipped, []);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await close();
  });
});

describe("when things go wrong", () => {
  test("points short: what is missing, nothing charged", { timeout: 30_000 }, async () => {
    assert.ok(POOR_PHONE, "FAIRWHEEL_POOR_PHONE is a diner with 40 points");
    const { page, close } = await openPage(browser);
    await logIn(page, POOR_PHONE);
    assert.match(await page.innerText("#left"), /还差 60 积分/);
    for (const which of ["one", "ten"]) assert.equal(await page.getAttribute(`#spin-${which}`, "aria-disabled"), "true", which);
    await page.click("#spin-one", { force: true }); // disabled, and yet it explains
    await page.waitForSelector("#result .notice");
    assert.match(await page.innerText("#result"), /积分不足，还差 60 积分[\s\S]*没有扣积分/);
    assert.equal(await points(page), 40);
    await close();
  });

  test("a lost answer is asked for again under the same id, and charged once", { timeout: 30_000 }, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/net::ERR_FAILED/);
    await logIn(page);
    /** @type {any[]} */
    const sent = [];
    await page.route("**/api/lottery/draw", async (route) => {
      sent.push(route.request().postDataJSON());
      const response = await route.fetch(); // the server draws, the answer is lost
      if (sent.length < 3) await route.abort();
      else await route.fulfill({ response });
    });
    await page.click("#spin-one");
    await page.click("text=重试");
    await page.waitForSelector("text=没有收到结果");
    await page.click("text=重试");
    await page.waitForSelector("#result .seal[data-ok=true]");
    assert.deepEqual(sent[1], sent[0]);
    assert.deepEqual(sent[2], sent[0]);
    assert.match(await page.innerText("#left"), /还可抽 9 次/);
    await page.click("#open-history");
    await page.waitForSelector("#history-panel .record");
    assert.equal(await page.locator("#history-panel .record").count(), 1);
    await close();
  });

  test("a draw lost with the page is found again after a reload", { timeout: 30_000 }, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/net::ERR_FAILED/);
    await logIn(page);
    await page.route("**/api/lottery/draw", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.click("#spin-ten");
    await page.waitForSelector("text=重试");
    await page.unroute("**/api/lottery/draw");
    await page.reload();
    await page.click("text=查看结果");
    await page.waitForSelector("#result .seal[data-ok=true]");
    assert.equal(await page.locator("#result .ten li").count(), 10);
    await close();
  });

  test("refusals and nonsense: what happened, whether anything was charged, one way on", { timeout: 60_000 }, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/status of 50[0-9]/);
    await logIn(page);
    /** @type {[any, RegExp, string][]} */
    const cases = [
      [refusal(1002), /今天还可以抽 10 次[\s\S]*没有扣积分/, "改抽一次"],
      [refusal(1003), /奖品或概率刚刚更新[\s\S]*没有扣积分/, "知道了"],
      [refusal(1004), /人有点多[\s\S]*没有扣积分/, "再试一次"],
      [{ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }, /不会重复扣积分/, "重试"],
      [{ status: 500, ...refusal(500) }, /不会重复扣积分/, "重试"],
    ];
    for (const [answer, words, way] of cases) {
      await page.route("**/api/lottery/draw", (route) => route.fulfill(answer));
      await page.click("#spin-ten");
      await page.waitForSelector(`#result button:has-text("${way}")`);
      assert.match(await page.innerText("#result"), words);
      assert.equal(await page.locator("#result .notice button").count(), 1);
      await page.unroute("**/api/lottery/draw");
    }
    await page.click("text=重试");
    await page.waitForSelector("#result .seal[data-ok=true]");
    await close();
  });

  test("an expired login leads back to the login, politely", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await logIn(page);
    await page.route("**/api/lottery/draw", (route) => route.fulfill(refusal(401)));
    await page.click("#spin-one");
    await page.waitForSelector("#login:not([hidden])");
    assert.match(await page.innerText("#login-message"), /登录已过期/);
    assert.ok(await page.locator("#stage").isHidden());
    await close();
  });

  test("a wrong code is said beside the field", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    await page.fill("#phone", "123");
    await page.click("#login-submit");
    assert.match(await page.innerText("#login-message"), /11 位手机号/);
    await page.fill("#phone", newPhone());
    await page.click("#send-code");
    await page.waitForSelector("#dev-code:not([hidden])");
    const right = await page.getAttribute("#dev-code", "data-code");
    await page.fill("#code", right === "000000" ? "000001" : "000000");
    await page.click("#login-submit");
    await page.waitForSelector("#login-message:has-text('验证码不对')");
    await close();
  });

  test("without the wasm the page says how to build it", { timeout: 30_000 }, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/404|fairwheel core/);
    await page.route("**/demo/core/**", (route) => route.fulfill({ status: 404, body: "" }));
    await page.reload();
    await page.waitForSelector("#fatal:not([hidden])");
    assert.match(await page.innerText("#fatal"), /cargo xtask wasm/);
    await close();
  });

  test("a browser that can't read the page's program is told so, and one that can is not", { timeout: 90_000 }, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/SyntaxError|Unexpected|Invalid|preloaded/);
    for (const [path, main] of [["", "main.js"], ["design", "design/main.js"], ["check", "check/main.js"], ["odds", "odds-page/main.js"]]) {
      const go = () => page.goto(new URL(path || ".", page.url()).href);
      await go();
      await page.waitForFunction(() => performance.getEntriesByName("ready").length > 0);
      assert.equal(await page.locator("#unstarted").count(), 0, path);
      await page.route(`**/demo/${main}`, (route) => route.fulfill({ contentType: "text/javascript", body: "newer syntax" }));
      await go();
      const said = page.locator("#unstarted");
      assert.ok(await said.isHidden(), "not at once");
      await said.waitFor({ state: "visible", timeout: 12_000 });
      assert.match(await said.innerText(), /浏览器太旧/, path);
      await page.unrouteAll();
    }
    await close();
  });

  test("a network that wants a login first is not blamed on the browser", { timeout: 30_000 }, async () => {
    const { page, close, expect } = await openPage(browser);
    expect(/fairwheel core/);
    await page.route("**/*.wasm", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Wi-Fi</title>" }));
    await page.reload();
    await page.waitForSelector("#fatal:not([hidden])");
    const words = await page.innerText("#fatal");
    assert.match(words, /登录这里的 Wi-Fi/);
    assert.doesNotMatch(words, /太旧|升级|cargo/);
    await close();
  });

  test("a browser that can't run the wasm, and a network that is gone, are no matter for the maintainers", { timeout: 60_000 }, async () => {
    for (const path of ["", "design", "check", "odds"]) {
      const { page, close, expect } = await openPage(browser);
      expect(/fairwheel core|ERR_FAILED|Failed to/);
      const fatal = async () => {
        await page.goto(new URL(path, page.url()).href);
        await page.waitForSelector("#fatal:not([hidden])");
        return page.innerText("#fatal");
      };
      await page.route("**/*.wasm", (route) => route.abort());
      assert.match(await fatal(), /没有取到[\s\S]*检查网络/, path);
      await page.unroute("**/*.wasm");
      await page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
      const words = await fatal();
      assert.match(words, /关掉了 WebAssembly/, path);
      assert.doesNotMatch(words, /cargo/, path);
      await close();
    }
  });
});

describe("for everybody", () => {
  test("logs in, spins and reads the proof with the keyboard alone", { timeout: 30_000 }, async () => {
    const { page, close } = await openPage(browser);
    const focus = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.className);
    /** Tab until this has the focus. @param {string} wanted */
    const tabTo = async (wanted) => {
      for (let n = 0; n < 20; n += 1) {
        if ((await focus())?.split(" ").includes(wanted)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab does not lead to ${wanted}`);
    };
    await tabTo("phone");
    await page.keyboard.type(newPhone());
    await tabTo("send-code");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#dev-code:not([hidden])");
    assert.equal(await focus(), "code");
    await page.keyboard.type((await page.getAttribute("#dev-code", "data-code")) ?? "");
    await page.keyboard.press("Enter");
    await atRest(page);
    assert.equal(await focus(), "spin-one");
    const ring = await page.locator("#spin-one").evaluate((button) => getComputedStyle(button).outlineStyle);
    assert.equal(ring, "solid");
    await page.keyboard.press("Space");
    await page.waitForSelector("#result .seal");
    await tabTo("seal");
    await page.keyboard.press("Enter");
    assert.ok((await verdict(page)).ok);
    await page.keyboard.press("Escape");
    assert.ok((await focus())?.includes("seal"));
    await tabTo("open-history");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#history-panel .record");
    await page.keyboard.press("Escape");
    assert.equal(await focus(), "open-history");
    await close();
  });

  test("odds add up, are beside the wheel on a desktop and one tap away on a phone", { timeout: 30_000 }, async () => {
    for (const [size, table] of /** @type {const} */ ([[DESKTOP_SIZE, "#odds-side"], [PHONE_SIZE, "#odds-panel"]])) {
      const { page, close } = await openPage(browser, size);
      await logIn(page);
      if (size === PHONE_SIZE) await page.click("#open-odds");
      const percents = await page.locator(`${table} tbody td:last-child`).allInnerTexts();
      assert.equal(percents.length, 8);
      assert.equal(percents.reduce((sum, text) => sum + Math.round(Number.parseFloat(text) * 100), 0), 10_000);
      await close();
    }
  });

  test("screenshots, light and dark, and targets of 44 px with text of 13 px", { timeout: 90_000 }, async () => {
    for (const [name, size] of Object.entries({ phone: PHONE_SIZE, desktop: DESKTOP_SIZE })) {
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        const { page, close } = await openPage(browser, { ...size, colorScheme });
        const shot = async (/** @type {string} */ what) => {
          await settled(page);
          await page.screenshot({ path: `${SHOTS}${name}-${colorScheme}-${what}.png` });
          assert.deepEqual(await tooSmall(page), [], `${name} ${what}`);
        };
        await shot("login");
        await logIn(page);
        await shot("wheel");
        await spin(page, "one");
        await shot("result");
        await page.click("#result .seal");
        await shot("proof");
        await page.click("text=替我改一个字");
        await shot("tampered");
        await page.keyboard.press("Escape");
        await page.click("#open-history");
        await shot("history");
        await close();
      }
    }
    const { page, close } = await openPage(browser, PHONE_SIZE);
    await logIn(page);
    await spin(page, "ten");
    await settled(page);
    await page.screenshot({ path: `${SHOTS}phone-light-ten.png` });
    await close();
  });
});

/** Visible buttons and fields under 44 px, and text under 13 px. @param {import('playwright-core').Page} page */
const tooSmall = (page) =>
  page.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      const box = element.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || element.closest("svg")) continue;
      if (element.matches("button, input, textarea, summary") && (box.height < 43.5 || box.width < 43.5)) found.push(`${element.outerHTML.slice(0, 80)}: ${box.width}×${box.height}`);
      const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (text && Number.parseFloat(getComputedStyle(element).fontSize) < 13) found.push(`${element.outerHTML.slice(0, 80)}: text`);
    }
    return found;
  });
