/** The page that checks any proof: every way in, every verdict, the wheel, the numbers, and what is no proof. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { deflateRawSync, deflateSync } from "node:zlib";
import { load } from "../../wasm/tests/load.mjs";
import { accessible } from "./axe.mjs";
import { launch, logIn, openPage, PHONE_SIZE, settled, spinAndDoubt } from "./page.mjs";

const EXAMPLE = readFileSync(new URL("../../www-demo/check/example.json", import.meta.url), "utf8");
const PROOF = JSON.parse(EXAMPLE);
/** Where the pointer is at a draw of the example, as the page says it. @param {number} draw */
const angleOf = (draw) => `${(PROOF.results[draw].angle / 100).toFixed(2)}°`;
const SHOTS = new URL("../screenshots/", import.meta.url).pathname;
const FOLDER = mkdtempSync(join(tmpdir(), "fairwheel-check-"));
const LIMIT = { timeout: 60_000 };
const core = await load();
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await launch();
});
after(() => browser.close());

/** @param {string} [hash] @param {import('playwright-core').BrowserContextOptions} [options] */
async function openCheck(hash = "", options = {}) {
  const opened = await openPage(browser, options);
  await opened.page.goto(new URL(`check${hash}`, opened.page.url()).href);
  await opened.page.waitForSelector("main:not([aria-busy])");
  return opened;
}

/** @param {import('playwright-core').Page} page */
const verdict = (page) =>
  page.evaluate(() => {
    const named = (/** @type {string} */ status) => [...document.querySelectorAll(`#story [data-status=${status}]`)].map((row) => row.getAttribute("data-check"));
    const place = document.querySelector("#verdict .verdict");
    return { ok: place?.getAttribute("data-ok") === "true", words: place?.textContent ?? "", failed: named("failed"), skipped: named("skipped"), passed: named("ok") };
  });

/** @param {import('playwright-core').Page} page */
const opened = (page) => page.waitForSelector("#opened:not([hidden]) .verdict[data-ok]");
/** @param {import('playwright-core').Page} page @param {RegExp} words */
const complaint = (page, words) => page.waitForFunction((source) => new RegExp(source, "u").test(document.querySelector("#intake-message")?.textContent ?? ""), words.source);

/** @param {import('playwright-core').Page} page @param {string} text @param {string} [target] */
const paste = (page, text, target = "body") =>
  page.evaluate(
    ([text, target]) => {
      const data = new DataTransfer();
      data.setData("text/plain", String(text));
      document.querySelector(String(target))?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    [text, target],
  );

/** @param {import('playwright-core').Page} page @param {{name: string, type: string, base64: string}[]} files @param {"drop" | "paste"} how */
const bringFiles = (page, files, how) =>
  page.evaluate(
    ([files, how]) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of /** @type {any[]} */ (files)) data.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name, { type }));
      if (how === "drop") document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      else document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    [files, how],
  );

const json = (/** @type {string} */ name, /** @type {string} */ text) => ({ name, type: "application/json", base64: Buffer.from(text).toString("base64") });
const packed = (/** @type {string} */ text) => deflateRawSync(text).toString("base64url");

describe("the ways in", () => {
  test("pasted anywhere, typed, as an answer of the server, or an example", LIMIT, async () => {
    for (const way of ["anywhere", "field", "envelope", "link", "example"]) {
      const { page, close } = await openCheck();
      if (way === "anywhere") await paste(page, EXAMPLE);
      if (way === "link") await paste(page, `看看我的抽奖 https://wheel.example/demo/check#proof=${packed(EXAMPLE)} 自己核对`);
      if (way === "field" || way === "envelope") {
        await page.fill("#intake-text", way === "field" ? EXAMPLE : JSON.stringify({ code: 0, data: PROOF }));
        await page.click("#intake-check");
      }
      if (way === "example") await page.click("#intake-example");
      await opened(page);
      const { ok, failed, skipped } = await verdict(page);
      assert.deepEqual([ok, failed], [true, []], way);
      assert.ok(skipped.length > 0 && skipped.every((check) => check?.startsWith("expected_")), "nothing from before the draw is claimed");
      await close();
    }
  });

  test("a file chosen or dropped, and a link that carries it, deflated or plain", LIMIT, async () => {
    const { page, close } = await openCheck();
    await page.setInputFiles("#intake-files", { name: "my.json", mimeType: "application/json", buffer: Buffer.from(`\ufeff${EXAMPLE}`) });
    await opened(page);
    assert.match(await page.innerText(".intake__folded"), /my\.json/);
    await bringFiles(page, [json("other.json", EXAMPLE)], "drop");
    await page.waitForFunction(() => document.querySelector(".intake__folded")?.textContent?.includes("other.json"));
    await close();
    for (const hash of [packed(EXAMPLE), Buffer.from(EXAMPLE).toString("base64url"), Buffer.from(EXAMPLE).toString("base64").replaceAll("+", "-").replaceAll("/", "_")]) {
      const linked = await openCheck(`#proof=${hash}`);
      await opened(linked.page);
      assert.ok((await verdict(linked.page)).ok);
      await linked.close();
    }
  });

  test("a QR code through a file: saved here, turned, on its side, dropped and pasted", { timeout: 240_000 }, async () => {
    const { page, close } = await openCheck();
    // How long the reader takes is the machine's affair, not the picture's: its patience is for people.
    await page.route("**/check/qr-worker.js", async (route) => {
      const response = await route.fetch();
      const script = await response.text();
      assert.match(script, /LIMIT_MS = 4000/);
      await route.fulfill({ response, body: script.replace("LIMIT_MS = 4000", "LIMIT_MS = 60_000") });
    });
    await page.click("#intake-example");
    await opened(page);
    await page.click("text=分享证明");
    const download = page.waitForEvent("download");
    await page.click("text=保存二维码图片");
    const file = join(FOLDER, "code.png");
    await (await download).saveAs(file);
    await page.keyboard.press("Escape");
    const picture = `data:image/png;base64,${readFileSync(file).toString("base64")}`;
    for (const [degrees, filter, type] of /** @type {[number, string, string][]} */ ([[0, "none", "image/png"], [90, "none", "image/png"], [180, "contrast(0.4)", "image/png"], [12, "blur(1px)", "image/jpeg"], [45, "brightness(0.8)", "image/webp"]])) {
      const base64 = await page.evaluate(
        async ([picture, degrees, filter, type]) => {
          const image = new Image();
          image.src = String(picture);
          await image.decode();
          const canvas = Object.assign(document.createElement("canvas"), { width: 1800, height: 1800 });
          const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
          ctx.fillStyle = "#999";
          ctx.fillRect(0, 0, 1800, 1800);
          ctx.filter = String(filter);
          ctx.translate(900, 900);
          ctx.rotate((Number(degrees) * Math.PI) / 180);
          ctx.drawImage(image, -image.width / 2, -image.height / 2);
          return canvas.toDataURL(String(type), 0.8).split(",")[1] ?? "";
        },
        [picture, degrees, filter, type],
      );
      const name = `code-${degrees}.png`;
      await bringFiles(page, [{ name, type: String(type), base64 }], degrees % 2 ? "paste" : "drop");
      await page.waitForFunction((name) => document.querySelector(".intake__folded")?.textContent?.includes(name), name, { timeout: 45_000 }).catch(async () => assert.fail(`${name}: ${await page.innerText("#intake-message")}`));
      assert.ok((await verdict(page)).ok, name);
      assert.deepEqual(JSON.parse(await page.inputValue("#proof-text")), PROOF);
    }
    await close();
  });
});

describe("the verdict", () => {
  /** @type {[string, (proof: any) => void, string][]} */
  const TAMPERED = [
    ["algorithm", (proof) => (proof.algorithm = "fairwheel-draw-v2"), "algorithm"],
    ["draw_id", (proof) => (proof.draw_id = `d1-${"0".repeat(40)}`), "draw_id"],
    ["table_text", (proof) => (proof.table_text = proof.table_text.replace("2000 points", "2001 points")), "table_hash"],
    ["table_hash", (proof) => (proof.table_hash = "0".repeat(64)), "table_hash"],
    ["server_seed", (proof) => (proof.server_seed = "0".repeat(64)), "commitment"],
    ["commitment", (proof) => (proof.commitment = "0".repeat(64)), "commitment"],
    ["client_seed", (proof) => (proof.client_seed += "!"), "ticket"],
    ["nonce", (proof) => (proof.nonce += 1), "ticket"],
    ["count", (proof) => (proof.count = 4), "count"],
    ["sold_out", (proof) => (proof.sold_out[0] = [6]), "draw_id"],
    ["ticket", (proof) => (proof.results[1].ticket += 1), "ticket"],
    ["prize_id", (proof) => (proof.results[1].prize_id = 6), "prize"],
    ["angle", (proof) => (proof.results[4].angle += 1), "angle"],
    ["is_near_miss", (proof) => (proof.results[1].is_near_miss = false), "near_miss"],
    ["created_at", (proof) => (proof.created_at = "2026-11-23T04:18:26.519Z"), "draw_id"],
    ["next_nonce", (proof) => (proof.next_nonce = 14), "next"],
    ["next_commitment", (proof) => (proof.next_commitment = "0".repeat(64)), "draw_id"],
  ];

  test("a change of any field is red and named", { timeout: 60_000 }, async () => {
    const { page, close } = await openCheck();
    for (const [field, change, check] of TAMPERED) {
      const proof = structuredClone(PROOF);
      change(proof);
      await paste(page, JSON.stringify(proof));
      await page.waitForFunction((text) => JSON.stringify(JSON.parse(/** @type {HTMLTextAreaElement | null} */ (document.querySelector("#proof-text"))?.value || "0")) === text, JSON.stringify(proof));
      const { ok, failed, words } = await verdict(page);
      assert.equal(ok, false, field);
      assert.ok(failed.includes(check), `${field}: ${failed} names ${check}`);
      assert.match(words, /未通过/);
    }
    await close();
  });

  test("held against what was kept from before, in full and in short", LIMIT, async () => {
    const { page, close } = await openCheck();
    await page.click("#intake-example");
    await opened(page);
    for (const [seal, good] of /** @type {[string, boolean][]} */ ([
      [PROOF.commitment, true],
      [` ${PROOF.commitment.toUpperCase()} `, true],
      [`${PROOF.commitment.slice(0, 8)}…${PROOF.commitment.slice(-6)}`, true],
      ["0".repeat(64), false],
      [`00000000…${PROOF.commitment.slice(-6)}`, false],
    ])) {
      await page.fill("#before-commitment", seal);
      const { ok, words, passed, failed, skipped } = await verdict(page);
      assert.equal(ok, good, seal);
      assert.ok((good ? passed : failed).includes("expected_commitment"));
      assert.ok(!skipped.includes("expected_commitment"));
      assert.match(words, good ? /封条完好/ : /封条和您抽奖前看到的不一样/);
    }
    await page.fill("#before-commitment", "what I saw");
    assert.match(await page.innerText("#before-commitment-hint"), /64 位/);
    assert.ok((await verdict(page)).skipped.includes("expected_commitment"));
    await page.fill("#before-commitment", "");
    await page.fill("#before-nonce", "13");
    assert.deepEqual((await verdict(page)).failed, ["expected_nonce"]);
    await page.fill("#before-nonce", "9999999999999999");
    assert.ok((await verdict(page)).ok, "a slip of the finger makes no bad proof");
    assert.match(await page.innerText("#before-nonce-hint"), /没有这么大的序号/);
    assert.equal(await page.getAttribute("#before-nonce", "aria-invalid"), "true");
    await page.fill("#before-nonce", "第 12 次");
    await page.fill("#before-client-seed", PROOF.client_seed);
    const { ok, passed } = await verdict(page);
    assert.ok(ok && passed.includes("expected_nonce") && passed.includes("expected_client_seed"));
    await close();
  });

  test("many files: a verdict each, in the order of the draws, and the bad ones by name", LIMIT, async () => {
    const { page, close } = await openCheck();
    const bad = { ...PROOF, client_seed: "x", created_at: "2026-11-24T00:00:00.000Z" };
    await bringFiles(page, [json("bad.json", JSON.stringify(bad)), json("none.json", "[1,"), json("good.json", EXAMPLE)], "drop");
    await opened(page);
    assert.deepEqual(await page.locator(".paper-row").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-ok"))), ["true", "false", "false"]);
    assert.match(await page.innerText("#papers"), /3 份里：1 份通过，1 份没有通过，1 份读不出证明/);
    assert.match(await page.innerText("#papers"), /none\.json[\s\S]*不完整/);
    await page.focus(".paper-row >> nth=1");
    await page.keyboard.press("Enter");
    assert.match(await focused(page), /^bad\.json/, "the focus stays in the list");
    assert.equal((await verdict(page)).ok, false);
    const download = page.waitForEvent("download");
    await page.click("text=保存核对结果");
    const csv = readFileSync(await (await download).path(), "utf8");
    assert.equal(csv.trim().split("\r\n").length, 4);
    assert.match(csv, /"good\.json","d1-[0-9a-f]{40}","12","5"/);
    await close();
  });
});

/** What has the focus. @param {import('playwright-core').Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") || document.activeElement?.textContent || document.activeElement?.tagName || "");
/** The angle that is shown, and the one in the workings of the same draw. @param {import('playwright-core').Page} page */
const angles = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector("#wheel-canvas");
    return [document.querySelector(".replay__angle")?.textContent, document.querySelector("[data-sum=place] .sum__result")?.textContent, canvas?.getAttribute("data-state")];
  });

describe("the wheel shows what is open", () => {
  /** @param {string} text @param {number} at @param {string} digit */
  const replaced = (text, at, digit) => `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
  const digit = EXAMPLE.indexOf('"server_seed": "') + 20;
  const other = replaced(EXAMPLE, digit, EXAMPLE[digit] === "7" ? "8" : "7");

  test("typed letter by letter, it goes where it would have gone", LIMIT, async () => {
    const { page, close } = await openCheck();
    await page.click("#intake-example");
    await opened(page);
    await page.click(".draw-tab >> nth=2");
    const text = await page.inputValue("#proof-text");
    const at = text.indexOf('"server_seed": "') + 20;
    await page.fill("#proof-text", text.slice(0, at) + text.slice(at + 1));
    assert.ok(await page.isHidden("#replay"), "half a seed is none");
    await page.fill("#proof-text", replaced(text, at, text[at] === "7" ? "8" : "7"));
    const [wheel, workings, state] = await angles(page);
    assert.equal(wheel, workings);
    assert.notEqual(wheel, angleOf(2));
    assert.equal(state, "rest");
    await page.fill("#proof-text", text);
    assert.equal((await angles(page))[0], angleOf(2));
    await close();
  });

  test("changed, broken and mended while it turns", LIMIT, async () => {
    const { page, close } = await openCheck("", { reducedMotion: "no-preference" });
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const begin = async () => {
      await paste(page, EXAMPLE);
      await opened(page);
      await page.clock.runFor(1500);
      assert.equal(await page.getAttribute("#wheel-canvas", "data-state"), "busy");
    };
    await begin();
    await page.click("text=替我改一个字");
    await page.clock.runFor(6000);
    const [changed, workings, state] = await angles(page);
    assert.deepEqual([changed, state], [workings, "rest"]);
    assert.notEqual(changed, angleOf(0));
    await begin();
    await page.fill("#proof-text", "{");
    assert.notEqual(await page.getAttribute("#wheel-canvas", "data-state"), "busy");
    await page.click("text=恢复原样");
    await page.clock.runFor(6000);
    assert.deepEqual(await angles(page), [angleOf(0), angleOf(0), "rest"]);
    await page.fill("#proof-text", other);
    await page.clock.runFor(300);
    const [later, same] = await angles(page);
    assert.equal(later, same);
    assert.notEqual(later, angleOf(0));
    await begin();
    await page.fill("#proof-text", `${EXAMPLE} `);
    assert.equal(await page.getAttribute("#wheel-canvas", "data-state"), "busy", "what changes nothing does not stop it");
    await page.clock.runFor(6000);
    assert.deepEqual(await angles(page), [angleOf(0), angleOf(0), "rest"]);
    await close();
  });
});

describe("at the keyboard, and read aloud", () => {
  test("the focus is never lost", LIMIT, async () => {
    const { page, close } = await openCheck();
    const press = async (/** @type {string} */ selector) => {
      await page.focus(selector);
      await page.keyboard.press("Enter");
      return focused(page);
    };
    await page.focus("#intake-example");
    await page.keyboard.press("Enter");
    await opened(page);
    assert.equal(await focused(page), "换一份");
    assert.match(await press(".draw-tab >> nth=1"), /^第 2 个/);
    await page.click(".draw-tab >> nth=3");
    assert.equal(await press("[aria-label=下一个结果]"), "上一个结果", "the last: there is nothing further");
    await page.click(".draw-tab >> nth=1");
    assert.equal(await press("[aria-label=上一个结果]"), "下一个结果");
    await press("text=替我改一个字");
    assert.equal(await press("text=恢复原样"), "替我改一个字");
    await page.focus("text=换一份");
    await paste(page, "hello");
    await complaint(page, /没有在里面找到/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "intake-text");
    await close();
  });

  test("the same verdict is not said again at each letter", LIMIT, async () => {
    const { page, close } = await openCheck();
    await page.click("#intake-example");
    await opened(page);
    await page.evaluate(() => {
      Object.assign(window, { said: 0 });
      const seen = new MutationObserver((all) => Object.assign(window, { said: /** @type {any} */ (window).said + all.length }));
      for (const place of document.querySelectorAll("#opened [role=status]")) seen.observe(place, { childList: true, subtree: true, characterData: true });
    });
    const said = () => page.evaluate(() => /** @type {any} */ (window).said);
    for (const seed of ["1", "12", "123"]) await page.fill("#before-client-seed", seed);
    const first = await said();
    assert.ok(first > 0 && first <= 2, `${first} changes: the verdict turned red once`);
    const text = await page.inputValue("#proof-text");
    for (let blanks = 1; blanks < 4; blanks += 1) await page.fill("#proof-text", text + " ".repeat(blanks));
    assert.equal(await said(), first);
    await close();
  });
});

describe("the wheel", () => {
  test("turns to the angle of a draw, and the reading says which", LIMIT, async () => {
    const { page, close } = await openCheck("", { reducedMotion: "no-preference" });
    await page.clock.install();
    await page.click("#intake-example");
    await opened(page);
    await page.clock.runFor(2000);
    assert.equal(await page.getAttribute("#wheel-canvas", "data-state"), "busy");
    assert.notEqual(await page.innerText(".replay__angle"), angleOf(0));
    await page.clock.runFor(3000);
    await page.waitForSelector("#wheel-canvas[data-state=rest]");
    assert.equal(await page.innerText(".replay__angle"), angleOf(0));
    assert.equal(await page.getAttribute("#wheel-canvas", "data-rotation"), String(36_000 - PROOF.results[0].angle));
    await close();
  });

  test("that still turns goes on to the draw that is asked for next", LIMIT, async () => {
    const { page, close } = await openCheck("", { reducedMotion: "no-preference" });
    await page.clock.install();
    await page.click("#intake-example");
    await opened(page);
    for (let again = 0; again < 3; again += 1) {
      await page.clock.runFor(1234);
      assert.equal(await page.getAttribute("#wheel-canvas", "data-state"), "busy");
      await page.click("#replay .wheel__button");
    }
    await page.clock.runFor(5000);
    await page.waitForSelector("#wheel-canvas[data-state=rest]");
    assert.equal(await page.innerText(".replay__angle"), angleOf(0));
    await close();
  });

  test("shows one draw after another, and each that is asked for", LIMIT, async () => {
    const { page, close } = await openCheck();
    await page.click("#intake-example");
    await opened(page);
    for (const [n, { angle }] of PROOF.results.entries()) {
      await page.click(`.draw-tab >> nth=${n}`);
      assert.equal(await page.innerText(".replay__angle"), `${(angle / 100).toFixed(2)}°`);
    }
    await page.click("text=依次重转");
    await page.waitForFunction(() => document.querySelector(".replay__steps")?.textContent?.includes("第 5 / 5 个"), null, { timeout: 10_000 });
    assert.equal(await page.innerText(".replay__angle"), angleOf(4));
    await page.click("[aria-label=上一个结果]");
    assert.equal(await page.innerText(".replay__angle"), angleOf(3));
    assert.match(await page.innerText(".replay__words"), /已送完/);
    await close();
  });
});

describe("the numbers", () => {
  test("are the core's, and the commands on the page find them", LIMIT, async () => {
    const { page, close } = await openCheck();
    await page.click("#intake-example");
    await opened(page);
    const { table_text, server_seed, client_seed, nonce, count, sold_out } = PROOF;
    const { key, draws } = core.drawTrace({ table_text, server_seed, client_seed, nonce, count, sold_out });
    for (const [n, draw] of draws.entries()) {
      await page.click(`.draw-tab >> nth=${n}`);
      await page.evaluate(() => {
        for (const sum of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(".sum"))) sum.open = true;
      });
      const said = (await page.innerText("#workings")).replaceAll(",", "");
      for (const number of [key, ...draw.words, draw.ticket, draw.offset, draw.width, draw.angle, PROOF.commitment, PROOF.table_hash, PROOF.draw_id]) {
        assert.ok(said.includes(String(number)), `draw ${n}: ${number}`);
      }
      const won = table_text.split("\n").find((/** @type {string} */ line) => line.startsWith(`prize ${draw.drawn_prize_id} `)).split(" ").slice(8).join(" ");
      assert.match(await page.innerText("[data-sum=prize] .is-result"), new RegExp(won));
    }
    const { stdout, status, stderr } = spawnSync("bash", ["--norc"], { input: await page.textContent(".shell__commands"), encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, await page.textContent(".shell__printed"));
    await close();
  });
});

describe("a proof is shared", () => {
  test("from the diner's page by link, and opens here", LIMIT, async () => {
    for (const which of /** @type {const} */ (["one", "ten"])) {
      const { page, close } = await openPage(browser);
      await logIn(page);
      assert.ok((await spinAndDoubt(page, which)).ok);
      await page.click("text=分享证明");
      const link = await page.inputValue(".share__link");
      const modules = Number(await page.getAttribute(".share__code canvas", "data-modules"));
      assert.ok(modules > 60 && modules <= 137, `${modules} modules`);
      const text = await page.inputValue("#proof-text");
      await page.goto(link);
      await opened(page);
      assert.ok((await verdict(page)).ok);
      assert.equal(await page.inputValue("#proof-text"), text);
      await close();
    }
  });

  test("a long table has no code, and says so", LIMIT, async () => {
    const { page, close } = await openCheck();
    const lines = Array.from({ length: 90 }, (_, n) => `prize ${n + 1} ${n * 4} ${n === 0 ? 1100 : 100} empty 0 0 - ${String.fromCodePoint(0x4e00 + n * 37)}${n * 7919}号谢谢参与`);
    const { table_text: _, ...rest } = PROOF;
    await paste(page, JSON.stringify({ ...rest, table_text: `fairwheel-table-v1\ncost 1\ndaily_limit 1\nfallback -\n${lines.join("\n")}\n` }));
    await opened(page);
    await page.click("text=分享证明");
    await page.waitForSelector("text=这份证明太长");
    assert.match(await page.inputValue(".share__link"), /#proof=/);
    await close();
  });
});

describe("what is no proof", () => {
  test("is named, and what was open stays", { timeout: 120_000 }, async () => {
    const { page, expect, close } = await openCheck();
    expect(/Failed to load resource|blob:/);
    await page.click("#intake-example");
    await opened(page);
    const stays = async () => assert.deepEqual(JSON.parse(await page.inputValue("#proof-text")), PROOF);
    for (const [text, words] of /** @type {[string, RegExp][]} */ ([
      ["hello", /没有在里面找到/],
      ["[]", /空的列表/],
      ['{"prizes":[]}', /不是抽奖证明/],
      [EXAMPLE.slice(0, -10), /不完整/],
      [EXAMPLE.slice(10), /少了开头/],
      ["https://wheel.example/demo/", /没有抽奖证明/],
      [`https://wheel.example/demo/check#proof=${packed(EXAMPLE).slice(0, 300)}`, /不完整/],
      [`#proof=${packed(`[${" ".repeat(1_000_000)}]`)}`, /太长/],
      [`#proof=${packed("[1]")}`, /不是抽奖证明/],
      ["x".repeat(1_048_577), /太长/],
      [JSON.stringify(Array(201).fill(PROOF)), /最多/],
    ])) {
      await paste(page, text);
      await complaint(page, words);
      await stays();
    }
    const png = (/** @type {Buffer} */ bytes) => ({ name: "a.png", type: "image/png", base64: bytes.toString("base64") });
    await bringFiles(page, [png(Buffer.alloc(1000, 7))], "drop");
    await complaint(page, /打不开/);
    await page.setInputFiles("#intake-files", { name: "big.png", mimeType: "image/png", buffer: Buffer.alloc(20 * 1_048_576) });
    await complaint(page, /20\.0 MB.*太大/);
    await bringFiles(page, [png(plainPng(12_000, 12_000))], "drop");
    await complaint(page, /12000×12000/);
    await bringFiles(page, [png(plainPng(400, 300))], "drop");
    await complaint(page, /没有在图片里认出二维码/);
    await bringFiles(page, [json("empty.json", "")], "drop");
    await complaint(page, /空的.*下面还是上一份：例子：一次五连抽/);
    await stays();
    assert.ok((await verdict(page)).ok);
    await close();
  });

  test("many pictures are read one after another", LIMIT, async () => {
    const { page, close } = await openPage(browser);
    await page.addInitScript(() => {
      const Real = window.Worker;
      const load = { now: 0, most: 0 };
      Object.assign(window, { load });
      window.Worker = class extends Real {
        constructor(/** @type {URL} */ url, /** @type {WorkerOptions} */ options) {
          super(url, options);
          load.most = Math.max(load.most, ++load.now);
        }
        terminate() {
          load.now -= 1;
          super.terminate();
        }
      };
    });
    await page.goto(new URL("check", page.url()).href);
    await page.waitForSelector("main:not([aria-busy])");
    const base64 = plainPng(400, 300).toString("base64");
    await bringFiles(page, Array.from({ length: 6 }, (_, n) => ({ name: `${n}.png`, type: "image/png", base64 })), "drop");
    await complaint(page, /6 个文件都没有读成/);
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).load), { now: 0, most: 1 });
    await close();
  });

  test("a short link does not unfold to megabytes", LIMIT, async () => {
    const { page, close } = await openCheck(`#proof=${packed(EXAMPLE.replace(/^\{/, `{"more":${"[".repeat(3000)}${"]".repeat(3000)},`))}`);
    await complaint(page, /一层套一层/);
    await close();
  });

  test("a QR code with something else says what it holds", LIMIT, async () => {
    const { page, close } = await openCheck();
    const base64 = await page.evaluate(async () => {
      const { encodeQR } = await import(/** @type {any} */ ("/demo/vendor/qr/index.js"));
      const { paintCode } = await import(/** @type {any} */ ("/demo/share.js"));
      return paintCode(encodeQR("https://example.com/menu", "raw", { border: 1 }).slice(1, -1).map((/** @type {boolean[]} */ row) => row.slice(1, -1)), null).toDataURL().split(",")[1];
    });
    await bringFiles(page, [{ name: "menu.png", type: "image/png", base64 }], "drop");
    await complaint(page, /不是抽奖证明.*example\.com\/menu/);
    await close();
  });

  test("markup in a proof is only text", LIMIT, async () => {
    const { page, close } = await openCheck();
    const evil = `<img src=x onerror="document.title='pwned'">`;
    await paste(page, JSON.stringify({ ...PROOF, client_seed: evil, draw_id: evil, created_at: evil, table_text: PROOF.table_text.replace("谢谢参与", evil) }));
    await opened(page);
    assert.equal((await verdict(page)).ok, false);
    assert.equal(await page.locator("#opened img").count(), 0);
    assert.doesNotMatch(await page.title(), /pwned/);
    await close();
  });
});

describe("for everybody to read", () => {
  for (const [size, options] of /** @type {const} */ ([["desktop", { viewport: { width: 1440, height: 900 } }], ["phone", PHONE_SIZE]])) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      test(`every state on a ${size}, ${colorScheme}`, { timeout: 180_000 }, async () => {
        const { page, close } = await openCheck("", { ...options, colorScheme });
        const look = async (/** @type {string} */ state, fullPage = false) => {
          await accessible(page, `check ${state}, ${size}, ${colorScheme}`);
          await settled(page);
          await page.screenshot({ path: `${SHOTS}check-${state}-${size}-${colorScheme}.png`, fullPage });
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${state} is no wider than the screen`);
        };
        await look("empty");
        await paste(page, "hello");
        await complaint(page, /没有/);
        await look("refused");
        await page.click("#intake-example");
        await opened(page);
        await look("open");
        await page.click("text=替我改一个字");
        await look("red");
        await page.click("text=恢复原样");
        await page.click("text=分享证明");
        await page.waitForSelector(".share__code");
        await look("share");
        await page.keyboard.press("Escape");
        await bringFiles(page, [json("七月十二日.json", EXAMPLE), json("bad.json", JSON.stringify({ ...PROOF, client_seed: "x" })), json("none.json", "[1,")], "drop");
        await page.waitForSelector("#papers:not([hidden])");
        await look("many");
        if (colorScheme === "dark") return close(); // axe-core takes its time over all that follows
        await page.evaluate(() => {
          for (const one of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details"))) one.open = true;
        });
        await look("all", true);
        await close();
      });
    }
  }
});

/** A picture of one colour, small as a file. @param {number} width @param {number} height */
function plainPng(width, height) {
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1; // a bit a pixel, grey
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

/** @param {Buffer} bytes */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let n = 0; n < 8; n += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
