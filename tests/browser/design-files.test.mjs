/** What comes to the designers' page and goes from it: files, links, pictures, and what the browser keeps. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { deflateSync } from "node:zlib";
import { example } from "../../www-demo/design/example.js";
import { accessible } from "./axe.mjs";
import { drop, field, fault, kept, names, openDesign } from "./design-page.mjs";
import { launch, PHONE_SIZE } from "./page.mjs";

/** @typedef {import('playwright-core').Page} Page */

const BASE = process.env.FAIRWHEEL_BASE_URL;
const LIMIT = { timeout: 60_000 };
/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What the page gives to save. @param {Page} page @param {string} item */
async function exported(page, item) {
  await page.click("#export");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(`.item:has-text('${item}')`)]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

/** @param {Page} page @param {string} name @param {string | Buffer} content @param {string} [mimeType] */
const choose = (page, name, content, mimeType = "application/json") => page.setInputFiles("#open-file", { name, mimeType, buffer: Buffer.from(content) });

/** Whatever was wrong, the work is still there. @param {Page} page @param {RegExp} words */
async function refused(page, words) {
  await page.waitForSelector("#open-fault:not([hidden])");
  assert.match((await page.textContent("#open-fault")) ?? "", words);
  assert.equal((await names(page))[0], "我的券");
  await page.keyboard.press("Escape");
}

/** Somebody's work. @param {Page} page */
async function work(page) {
  await field(page, 1, "name").fill("我的券");
  await kept(page);
}

/** A PNG of one colour. @param {number} width @param {number} height @param {(at: number) => number} [byte] */
function png(width, height, byte = () => 200) {
  const chunk = (/** @type {string} */ name, /** @type {Buffer} */ data) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let at = 0; at < rows.length; at += 1) rows[at] = at % (width * 3 + 1) === 0 ? 0 : byte(at);
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** @param {Buffer} data */
function crc(data) {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

describe("files", () => {
  test("JSON goes out and comes in again, whole", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await work(page);
    await page.fill("[data-field=rules]", "到店领取");
    const { name, text } = await exported(page, "JSON 文件");
    assert.match(name, /^转盘-\d{4}-\d\d-\d\d\.json$/);
    await page.click("#new");
    await page.click(".item:has-text('空白转盘')");
    assert.deepEqual(await names(page), ["八八折券", "谢谢参与"]);
    await page.click("#open");
    await choose(page, name, text);
    await page.waitForSelector(".snack:has-text('打开了')");
    assert.equal((await names(page))[0], "我的券");
    assert.equal(await page.inputValue("[data-field=rules]"), "到店领取");
    assert.equal((await exported(page, "JSON 文件")).text, text);
    await page.click("#undo");
    assert.deepEqual(await names(page), ["八八折券", "谢谢参与"]);
    await close();
  });

  test("the canonical text goes out once all is right, and comes in by pasting", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await field(page, 1, "probability").fill("6");
    await page.click("#export");
    await page.click(".item:has-text('规范文本')");
    await page.waitForSelector(".snack:has-text('还有 1 处要改')");
    await field(page, 1, "probability").fill("5");
    const { name, text } = await exported(page, "规范文本");
    assert.match(name, /\.txt$/);
    assert.match(text, /^fairwheel-table-v1\n/);
    await page.click("#open");
    await page.fill("#open-text", text.replace("我的券", "八八折券").replace("甜品1份", "甜品2份"));
    await page.click("#open-panel .button--main");
    await page.waitForSelector(".snack:has-text('打开了粘贴的设计')");
    assert.equal((await names(page))[2], "甜品2份");
    assert.equal((await kept(page)).prizes[1].color, "#f6d9b8", "colours are not in the text, and stay");
    await close();
  });

  test("what is no design is named, and the work kept", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await work(page);
    const { text } = await exported(page, "JSON 文件");
    const wheel = JSON.parse(text);
    const bad = /** @type {[string | Buffer, RegExp][]} */ ([
      ["{", /不是 JSON/],
      [JSON.stringify({ hello: 1 }), /里面没有奖品/],
      [JSON.stringify({ ...wheel, prizes: Array.from({ length: 1000 }, (_, at) => ({ ...wheel.prizes[0], id: at + 1 })) }), /最多 100 个，这里有 1000 个/],
      [JSON.stringify({ ...wheel, prizes: wheel.prizes.map((/** @type {any} */ one) => ({ ...one, probability: "a" })) }), /第 1 个奖品的“概率”/],
      [Buffer.alloc(20 * 1024 * 1024, 32), /20\.0 MB，最多 8 MB/],
    ]);
    for (const [content, words] of bad) {
      await page.click("#open");
      await choose(page, "坏的.json", content);
      await refused(page, words);
    }
    // Two that start at the same place are a design that is not finished: it opens, and says so.
    await page.click("#open");
    await choose(page, "同角.json", JSON.stringify({ ...wheel, prizes: wheel.prizes.map((/** @type {any} */ one, /** @type {number} */ at) => (at === 1 ? { ...one, angle: 0 } : one)) }));
    await page.waitForSelector(".snack:has-text('同角.json')");
    assert.equal(await fault(page, 2, "angle").textContent(), "和别的奖品从同一处开始");
    await close();
  });

  test("a file that is dropped on the page opens", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await work(page);
    const { text } = await exported(page, "JSON 文件");
    await page.click("#new");
    await page.click(".item:has-text('空白转盘')");
    await drop(page, "main", { name: "拖.json", type: "application/json", text });
    await page.waitForSelector(".snack:has-text('拖.json')");
    assert.equal((await names(page))[0], "我的券");
    await drop(page, "main", { name: "图.png", type: "image/png", text: "x" });
    await refused(page, /是图片，请拖到一个奖品上/);
    await close();
  });
});

describe("links", () => {
  test("a shared link shows what it is, and asks before it replaces anything", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await work(page);
    await page.click("#share");
    await page.waitForSelector("#share-panel[open]");
    const link = await page.inputValue("#share-link");
    await close();
    for (const size of [{}, PHONE_SIZE]) {
      const other = await openDesign(browser, { hash: new URL(link).hash, draft: { ...example(), cost: "120" }, ...size });
      await other.page.waitForSelector("#link-panel[open]");
      assert.match((await other.page.textContent("#link-panel .panel__body")) ?? "", /^8 个奖品，概率合计正好 100%，每次 100 积分。我的券5%/);
      assert.equal((await names(other.page))[0], "八八折券", "not opened yet");
      if ("isMobile" in size) {
        await other.page.click("#link-panel button:has-text('留着现在的')");
        assert.equal((await names(other.page))[0], "八八折券");
      } else {
        await other.page.click("#link-panel button:has-text('打开链接里的')");
        assert.equal((await names(other.page))[0], "我的券");
        await other.page.click(".snack__button");
        assert.equal((await names(other.page))[0], "八八折券");
      }
      assert.equal(new URL(other.page.url()).hash, "", "a reload does not ask again");
      await other.close();
    }
  });

  test("a shared link takes the place of an untouched example at once, and can be undone", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await work(page);
    await page.click("#share");
    await page.waitForSelector("#share-panel[open]");
    const link = await page.inputValue("#share-link");
    await close();
    const other = await openDesign(browser, { hash: new URL(link).hash, draft: null });
    await other.page.waitForSelector(".snack__button");
    assert.equal((await names(other.page))[0], "我的券");
    await other.page.click(".snack__button");
    assert.equal((await names(other.page))[0], "八八折券");
    await other.close();
  });

  test("terms that were typed are asked after, too; a link is found among the words that it came with", LIMIT, async () => {
    const { page, close } = await openDesign(browser, { draft: null });
    await page.mouse.move(5, 5);
    await page.fill("#terms-organiser", "公平小馆");
    await page.click("#share");
    await page.waitForSelector("#share-panel[open]");
    const link = await page.inputValue("#share-link");
    await page.keyboard.press("Escape");
    await page.fill("#terms-organiser", "另一家");
    await page.evaluate((hash) => {
      location.hash = hash;
    }, new URL(link).hash);
    await page.waitForSelector("#link-panel[open]");
    await page.click("#link-panel button:has-text('留着现在的')");
    assert.equal(await page.inputValue("#terms-organiser"), "另一家");
    await page.click("#open");
    await page.fill("#open-text", `看看这个转盘：${link} 怎么样？`);
    await page.click("#open-panel .button--main");
    await page.waitForSelector(".snack:has-text('打开了链接里的设计')");
    assert.equal(await page.inputValue("#terms-organiser"), "公平小馆");
    await close();
  });

  test("an address that is pasted is named as one", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await page.click("#open");
    await page.fill("#open-text", "https://wheel.example/demo/design");
    await page.click("#open-panel .button--main");
    assert.match(await page.innerText("#open-fault"), /这是一个网址.*#draft=/);
    await close();
  });

  test("a broken link is named, and the work kept", LIMIT, async () => {
    for (const hash of ["#draft=zAAAA", "#draft=j%%", "#draft=jeyJwcml6ZXMiOjF9"]) {
      const { page, close } = await openDesign(browser, { hash });
      await page.waitForSelector("#open-fault:not([hidden])");
      assert.match((await page.textContent("#open-fault")) ?? "", /没有打开：(链接不完整|“奖品”要是|“每次抽奖的积分”).*现在的设计没有变/);
      assert.equal((await names(page)).length, 8);
      await close();
    }
  });
});

describe("pictures", () => {
  /** @param {Page} page @param {string} name @param {Buffer} buffer */
  async function give(page, name, buffer) {
    await field(page, 1, "image").click();
    await page.setInputFiles(".pop--picture input[type=file]", { name, mimeType: "image/png", buffer });
  }

  test("a picture is made small, shown, kept, and taken away", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    let seed = 1;
    const noise = () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed >> 16;
    };
    await give(page, "照片.png", png(900, 500, noise));
    await page.waitForSelector(".snack:has-text('换上了图片')", { timeout: 20_000 });
    const { image } = (await kept(page)).prizes[0];
    assert.match(image, /^data:image\/(png|webp);base64,/);
    assert.ok((image.length * 3) / 4 <= 41_000, `${image.length} letters`);
    const size = await page.evaluate(() => {
      const shown = /** @type {HTMLImageElement} */ (document.querySelector(".thumb img"));
      return shown.decode().then(() => [shown.naturalWidth, shown.naturalHeight]);
    });
    assert.ok((size[0] ?? 0) <= 256 && Math.abs((size[0] ?? 0) / (size[1] ?? 1) - 1.8) < 0.05, size.join(" × "));
    const { text } = await exported(page, "JSON 文件");
    assert.equal(JSON.parse(text).prizes[0].image, image);
    await page.click("#share");
    assert.match((await page.textContent("#share-panel .advice")) ?? "", /^1 张还没上传的图片放不进链接/);
    await page.keyboard.press("Escape");
    await field(page, 1, "image").click();
    await page.click("text=去掉图片");
    assert.equal((await kept(page)).prizes[0].image, "");
    await close();
  });

  test("what is no picture is named, nothing is lost, and the page goes on", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await give(page, "好的.png", png(10, 10));
    await page.waitForSelector(".thumb img");
    const { image } = (await kept(page)).prizes[0];
    const huge = png(1, 1);
    huge.writeUInt32BE(30_000, 16);
    huge.writeUInt32BE(30_000, 20);
    const bad = /** @type {[Buffer, RegExp][]} */ ([
      [Buffer.alloc(20 * 1024 * 1024, 1), /“坏的\.png”有 20\.0 MB，最多 10 MB/],
      [Buffer.from("not a picture"), /读不出图片：请用 PNG/],
      [Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), /读不出图片/],
      [png(40, 40).subarray(0, 60), /坏了，或者不完整/],
      [huge, /30000 × 30000 像素，太大了/],
    ]);
    for (const [buffer, words] of bad) {
      await give(page, "坏的.png", buffer);
      await page.waitForSelector(".pop--picture .cell__error:not([hidden])");
      assert.match((await page.textContent(".pop--picture .cell__error")) ?? "", words);
      await page.keyboard.press("Escape");
    }
    assert.equal((await kept(page)).prizes[0].image, image);
    await close();
  });
});

describe("what the browser keeps", () => {
  test("the work is there after a reload", LIMIT, async () => {
    const { page, close } = await openDesign(browser, { draft: null });
    assert.equal((await names(page)).length, 8);
    await page.waitForSelector("#notices .notice:has-text('这是一个示例转盘')");
    await accessible(page, "the first visit");
    await work(page);
    assert.equal(await page.locator("#notices .notice").count(), 0, "it is the designer's now");
    assert.equal(await page.textContent("#saved"), "已保存在这个浏览器里");
    await page.reload();
    await page.waitForSelector(".prize");
    assert.equal((await names(page))[0], "我的券");
    await close();
  });

  test("a browser that keeps nothing says so, and one can go on", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await field(page, 1, "name").fill("我的券");
    await page.waitForSelector("#notices .notice--bad");
    assert.equal(await page.textContent("#saved"), "没有保存在浏览器里");
    assert.match((await exported(page, "JSON 文件")).text, /我的券/);
    await close();
  });

  test("two windows: nothing is eaten", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    const other = await page.context().newPage();
    await other.goto(`${BASE}/demo/design`);
    await other.waitForSelector(".prize");
    await field(other, 2, "name").fill("那边的券");
    await kept(other);
    // Where nothing was done there is nothing to ask.
    await page.waitForFunction(() => /** @type {HTMLInputElement | null} */ (document.querySelector(".prize:nth-child(2) [data-field=name]"))?.value === "那边的券");
    assert.equal(await page.locator("#notices .notice").count(), 0);
    await field(page, 1, "name").fill("我的券");
    await kept(page);
    await other.waitForSelector("#notices .notice:has-text('另一个窗口也在改')");
    await field(other, 3, "name").fill("那边的甜品");
    await other.click("text=用那个窗口的");
    assert.deepEqual((await names(other)).slice(0, 3), ["我的券", "那边的券", "甜品1份"]);
    await other.click("#undo");
    assert.deepEqual((await names(other)).slice(0, 3), ["八八折券", "那边的券", "那边的甜品"]);
    await close();
  });

  test("a text that is far too long is named, kept, and there after a reload", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    const rules = page.locator("[data-field=rules]");
    await rules.focus();
    await page.keyboard.insertText("长".repeat(25_000));
    assert.equal((await rules.inputValue()).length, 20_000);
    assert.match(await page.innerText("#settings"), /最多 5,000 个字，现在 20000 个，再多这里放不下/);
    await kept(page);
    await page.reload();
    await page.waitForSelector(".prize");
    assert.equal((await rules.inputValue()).length, 20_000);
    assert.equal(await page.locator(".prize").count(), 8);
    const text = await page.evaluate(() => localStorage.getItem("fairwheel.design") ?? "");
    await page.click("#open");
    await page.fill("#open-text", text);
    await page.getByRole("button", { name: "打开", exact: true }).last().click();
    await page.waitForSelector("#open-panel:not([open])", { state: "attached" });
    // Longer ones were kept before the field had an end.
    await page.evaluate((whole) => localStorage.setItem("fairwheel.design", JSON.stringify({ ...JSON.parse(whole), rules: "长".repeat(25_000) })), text);
    await page.reload();
    await page.waitForSelector(".prize");
    assert.equal((await rules.inputValue()).length, 25_000);
    await close();
  });

  test("more digits than will do are a fault of their field, not another number", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    for (const [name, text] of [["cost_points", "10000000"], ["daily_limit", "100000"]]) {
      await page.locator(`[data-field=${name}]`).focus();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(text ?? "");
      assert.equal(await page.inputValue(`[data-field=${name}]`), text);
    }
    assert.match(await page.innerText("#settings"), /请填 1 到 1,000,000 的整数[\s\S]*请填 1 到 10,000 的整数/);
    await close();
  });

  test("terms that the core does not take are named beside their field, and the page stands", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await page.mouse.move(5, 5);
    await page.waitForSelector("#notice-text");
    const text = JSON.stringify({ ...(await kept(page)), terms: { organiser: "店", period: "", redemption: "长".repeat(501), contact: "a\ud800" }, rules: "a\ud800b" });
    await drop(page, "body", { name: "d.json", type: "application/json", text });
    await page.waitForFunction(() => /最多 500 个字，现在 501 个/.test(document.querySelector("#rules")?.textContent ?? ""));
    assert.match((await page.textContent("#rules")) ?? "", /含有特殊字符[\s\S]*上面标红的改好以后/);
    assert.equal(await page.locator("#open-panel[open]").count(), 0, "it was opened");
    await accessible(page, "terms that are too long");
    await kept(page);
    await page.reload();
    await page.waitForSelector(".prize");
    await page.mouse.move(5, 5);
    await page.waitForSelector("#simulation button");
    assert.doesNotMatch((await page.textContent("#simulation")) ?? "", /没有取到/);
    await page.fill("#terms-redemption", "三十天内到店");
    await page.fill("#terms-contact", "电话");
    await page.fill("[data-field=rules]", "规则");
    assert.match((await page.textContent("#notice-text")) ?? "", /三十天内到店/);
    await close();
  });

  test("canonical text leaves what it says nothing of: the terms", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await page.mouse.move(5, 5);
    await page.fill("#terms-organiser", "公平小馆");
    await page.click("#open");
    await page.fill("#open-text", "fairwheel-table-v1\ncost 100\ndaily_limit 10\nfallback 2\nprize 1 0 1000 coupon 88 1 5 八八折券\nprize 2 90 9000 empty 0 0 - 谢谢\n");
    await page.getByRole("button", { name: "打开", exact: true }).last().click();
    await page.waitForFunction(() => document.querySelectorAll(".prize").length === 2);
    assert.equal(await page.inputValue("#terms-organiser"), "公平小馆");
    await close();
  });

  test("a saved design that can't be read is kept aside", LIMIT, async () => {
    const { page, close } = await openDesign(browser, { draft: null });
    await page.evaluate(() => localStorage.setItem("fairwheel.design", "{broken"));
    await page.goto("about:blank");
    await page.goto(`${BASE}/demo/design`);
    await page.waitForSelector("#notices .notice:has-text('读不出来')");
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=下载原来的内容")]);
    assert.equal(readFileSync(await file.path(), "utf8"), "{broken");
    await close();
  });

  test("without the core the page says what to do", LIMIT, async () => {
    const { page, expect, close } = await openDesign(browser);
    expect(/fairwheel_wasm|404|fairwheel core/);
    await page.route("**/fairwheel_wasm.wasm", (route) => route.fulfill({ status: 404, body: "" }));
    await page.reload();
    await page.waitForSelector("#fatal .notice");
    assert.match((await page.textContent("#fatal")) ?? "", /验证程序没有准备好[\s\S]*设计还在[\s\S]*cargo xtask wasm/);
    assert.equal(await page.isVisible("#table"), false);
    await close();
  });
});
