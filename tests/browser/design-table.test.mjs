/** The prize table of the designers' page: every field, what is wrong with it, its order and its steps. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { field, fault, kept, many, names, openDesign } from "./design-page.mjs";
import { launch, PHONE_SIZE } from "./page.mjs";

/** @typedef {import('playwright-core').Page} Page */

const LIMIT = { timeout: 60_000 };
const EIGHT = ["八八折券", "九八折券", "甜品1份", "青菜1份", "虾1份", "花甲1份", "50积分", "谢谢参与"];
/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Where the middle of a thing is. @param {import('playwright-core').Locator} locator */
async function middle(locator) {
  const box = await locator.boundingBox();
  assert.ok(box);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** @param {Page} page @param {number} at */
const grip = (page, at) => page.locator(`.prize:nth-child(${at}) .prize__grip`);

describe("fields", () => {
  test("each field of a prize is changed in place, and kept", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await field(page, 2, "name").fill("酸梅汤");
    await field(page, 2, "type").selectOption("points");
    await field(page, 2, "value").fill("20");
    await field(page, 2, "probability").fill("12.34");
    assert.equal(await page.textContent(".prize:nth-child(2) .weight"), "1,234 / 10,000");
    await page.locator(".prize:nth-child(2) .stock__limited input").check();
    await page.keyboard.type("60");
    await field(page, 2, "is_activity").check();
    await field(page, 2, "width").fill("50");
    await field(page, 2, "width").press("Enter");
    await field(page, 1, "angle").fill("5");
    await field(page, 1, "angle").press("Tab");
    const [first, second, third] = (await kept(page)).prizes;
    assert.deepEqual(second, { ...second, name: "酸梅汤", type: "points", value: 20, probability: 0.1234, stock: 60, is_activity: true, angle: 45 });
    assert.deepEqual([first.angle, third.angle], [5, 95], "the width came out of the next sector");
    await field(page, 2, "type").selectOption("empty");
    assert.equal((await kept(page)).prizes[1].value, 0, "what is nothing is worth nothing");
    assert.equal(await field(page, 2, "value").isVisible(), false);
    await close();
  });

  test("arrow keys count on from a number as Chinese keyboards write it", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    const angle = field(page, 1, "angle");
    await angle.fill("９");
    await angle.press("ArrowUp");
    assert.equal(await angle.inputValue(), "10");
    await angle.press("Shift+ArrowDown");
    await angle.press("ArrowDown");
    assert.equal(await angle.inputValue(), "359");
    const width = field(page, 2, "width");
    await width.fill("４０");
    await width.press("ArrowUp");
    assert.equal(await width.inputValue(), "41");
    await close();
  });

  test("a discount that is typed as money is told, and put right with one click", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    const advice = page.locator(".prize:nth-child(1) [data-cell=value] > .advice");
    assert.equal(await advice.isVisible(), false);
    await field(page, 1, "value").fill("8.8");
    assert.match(await advice.innerText(), /8.8 元的券[\s\S]*0.88/);
    await advice.getByRole("button", { name: "改成 0.88" }).click();
    assert.equal(await field(page, 1, "value").inputValue(), "0.88");
    assert.equal(await advice.isVisible(), false);
    await close();
  });

  test("price, limit, stand-in and rules", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await page.fill("[data-field=cost_points]", "200");
    await page.fill("[data-field=daily_limit]", "3");
    await page.fill("[data-field=rules]", "每人每天三次。\n到店领取。");
    assert.deepEqual(await page.locator("[data-field=fallback] option").allTextContents(), ["不需要", "谢谢参与"]);
    await page.selectOption("[data-field=fallback]", "");
    assert.equal(await page.textContent("[data-cell=fallback] > .cell__error"), "有奖品限量，要选一个“未中奖”在抽完后代替它");
    await page.click(".prize:nth-child(8) .prize__menu");
    await page.click(".item:has-text('抽完后给它')");
    assert.equal(await page.inputValue("[data-field=fallback]"), "8");
    const { cost_points, daily_limit, rules, fallback } = await kept(page);
    assert.deepEqual([cost_points, daily_limit, rules, fallback], [200, 3, "每人每天三次。\n到店领取。", 8]);
    await close();
  });

  test("what is wrong is said under its field, counted, led to, and gone when it is right", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    const wrong = /** @type {const} */ ([
      ["name", "", "请填写名称"],
      ["value", "1.234", "请填 0 到 1,000,000 的数，最多两位小数"],
      ["probability", "x", "请填 0 到 100 的百分数，最多两位小数"],
      ["angle", "45", "和别的奖品从同一处开始"],
    ]);
    for (const [name, text, words] of wrong) {
      const before = await field(page, 3, name).inputValue();
      await field(page, 3, name).fill(text);
      await field(page, 3, name).press("Tab");
      assert.equal(await fault(page, 3, name).textContent(), words);
      assert.equal(await field(page, 3, name).getAttribute("aria-invalid"), "true");
      const described = (await field(page, 3, name).getAttribute("aria-describedby")) ?? "";
      assert.ok(described.includes((await fault(page, 3, name).getAttribute("id")) ?? "?"), "the field points to its fault");
      assert.match((await page.textContent("#first-fault")) ?? "", /^\d+ 处要改：先看.+的/);
      await page.click("#first-fault");
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-field")), name);
      await field(page, 3, name).fill(before);
      await field(page, 3, name).press("Tab");
      assert.equal(await fault(page, 3, name).isVisible(), false);
      assert.equal(await field(page, 3, name).getAttribute("aria-invalid"), null);
    }
    assert.equal(await page.isVisible("#first-fault"), false);
    await field(page, 3, "width").fill("89");
    await field(page, 3, "width").press("Enter");
    assert.match((await fault(page, 3, "width").textContent()) ?? "", /至少要留 2°/);
    assert.equal((await kept(page)).prizes[3].angle, 135, "nothing moved");
    await close();
  });

  test("a fault that the publish bar names opens its card on a phone", LIMIT, async () => {
    const { page, close } = await openDesign(browser, PHONE_SIZE);
    await page.click(".prize:nth-child(5) .prize__head");
    await field(page, 5, "stock").fill("?");
    await page.click(".prize:nth-child(5) .prize__head");
    assert.equal(await page.textContent(".prize:nth-child(5) .prize__fault"), "1 处要改");
    await page.click("#publish-errors");
    await page.click("#publish-dialog button:has-text('虾1份')");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-field") === "stock");
    assert.ok(await field(page, 5, "stock").isVisible());
    await close();
  });

  test("arrow keys turn an edge by a degree, and full-width digits are numbers", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await field(page, 2, "angle").focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowDown");
    assert.equal(await field(page, 2, "angle").inputValue(), "46");
    await field(page, 2, "width").focus();
    await page.keyboard.press("Shift+ArrowDown");
    assert.equal(await field(page, 3, "angle").inputValue(), "80");
    await field(page, 1, "probability").fill("６．５");
    await field(page, 1, "probability").press("Tab");
    assert.equal(await field(page, 1, "probability").inputValue(), "6.5");
    await close();
  });
});

test("the sum is shown as it will be used, and made to fit with one click", LIMIT, async () => {
  const { page, close } = await openDesign(browser);
  assert.equal(await page.textContent("#sum"), "概率合计10,000 / 10,000正好 100%");
  assert.equal(await page.isVisible("#make-sum"), false);
  await field(page, 1, "probability").fill("1.5");
  assert.equal(await page.textContent("#sum"), "概率合计9,650 / 10,000还差 3.5%");
  await page.click("#make-sum");
  assert.equal(await page.textContent("#sum"), "概率合计10,000 / 10,000正好 100%");
  await page.click(".snack__button");
  assert.equal(await page.textContent("#sum"), "概率合计9,650 / 10,000还差 3.5%");
  await page.click("#sectors-by-chance");
  assert.equal((await kept(page)).prizes[1].angle, 7);
  await page.click("#equal-sectors");
  assert.equal((await kept(page)).prizes[1].angle, 45);
  await close();
});

describe("order", () => {
  test("a prize is dragged with the mouse, its sector with it; Esc puts it back", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await field(page, 1, "width").fill("60");
    await field(page, 1, "width").press("Enter");
    const [from, to] = [await middle(grip(page, 1)), await middle(grip(page, 4))];
    const drag = async () => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(from.x, from.y + 10);
      await page.mouse.move(to.x, to.y + 8, { steps: 5 });
    };
    await drag();
    const line = await page.locator(".insertion").boundingBox();
    assert.ok(line && Math.abs(line.y - (to.y + 24)) < 4, "the line is under the fourth");
    await page.keyboard.press("Escape");
    await page.mouse.up();
    assert.deepEqual(await names(page), EIGHT);
    await drag();
    await page.mouse.up();
    assert.deepEqual((await names(page)).slice(0, 5), ["九八折券", "甜品1份", "青菜1份", "八八折券", "虾1份"]);
    assert.equal(await field(page, 4, "width").inputValue(), "60");
    assert.equal(await field(page, 1, "angle").inputValue(), "0");
    await page.keyboard.press("Control+z");
    assert.deepEqual(await names(page), EIGHT);
    await close();
  });

  test("with a finger, and the page runs along at its edge", LIMIT, async () => {
    const { page, close } = await openDesign(browser, PHONE_SIZE);
    await grip(page, 1).scrollIntoViewIfNeeded();
    await page.evaluate(() => document.querySelector("#work")?.scrollIntoView());
    const cdp = await page.context().newCDPSession(page);
    const { x, y } = await middle(grip(page, 1));
    const touch = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {number} */ at) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y: at }] });
    const top = await page.evaluate(() => scrollY);
    await touch("touchStart", y);
    for (let at = y; at < 770; at += 60) await touch("touchMove", at);
    await page.waitForFunction((before) => scrollY > before + 60, top);
    await touch("touchEnd", 0);
    const moved = (await names(page)).indexOf("八八折券");
    assert.ok(moved >= 5, `far down the list: ${moved}`);
    await close();
  });

  test("with the keyboard, said aloud, the handle keeping the focus", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await grip(page, 2).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Alt+ArrowDown");
    assert.equal(await page.textContent("#said"), "“九八折券”移到第 4 位，一共 8 位");
    assert.equal((await names(page))[3], "九八折券");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "移动“九八折券”");
    await close();
  });
});

describe("steps", () => {
  test("add, duplicate, remove, undo and redo", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await page.click("#add-prize");
    await page.keyboard.type("小菜");
    assert.equal((await names(page))[8], "小菜");
    assert.equal(await field(page, 9, "width").inputValue(), "40", "equal sectors stay equal");
    await page.click(".prize:nth-child(5) .prize__menu");
    await page.click(".item:has-text('复制')");
    assert.deepEqual((await names(page)).slice(4, 6), ["虾1份", "虾1份"]);
    assert.equal(await field(page, 6, "probability").inputValue(), "0");
    await page.click(".prize:nth-child(3) .prize__menu");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    assert.equal((await names(page)).includes("甜品1份"), false);
    await page.click(".snack__button");
    assert.equal((await names(page))[2], "甜品1份");
    for (let turn = 0; turn < 3; turn += 1) await page.click("#undo");
    assert.deepEqual(await names(page), EIGHT);
    assert.equal(await page.isDisabled("#undo"), true);
    await page.keyboard.press("Control+y");
    assert.equal((await names(page)).length, 9);
    await page.keyboard.press("Control+Shift+z");
    assert.equal((await names(page))[8], "小菜");
    await close();
  });

  test("what is typed in one visit is one step, also while the field is in use", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await field(page, 1, "name").focus();
    await page.keyboard.press("End");
    await page.keyboard.type("，限午市");
    await page.keyboard.press("Control+z");
    assert.equal(await field(page, 1, "name").inputValue(), "八八折券");
    await page.keyboard.press("Control+Shift+z");
    assert.equal(await field(page, 1, "name").inputValue(), "八八折券，限午市");
    // What was not told yet is the field's own to undo.
    await field(page, 1, "angle").focus();
    await page.keyboard.press("End");
    await page.keyboard.type("7");
    await page.keyboard.press("Control+z");
    assert.equal(await field(page, 1, "angle").inputValue(), "0");
    assert.equal(await field(page, 1, "name").inputValue(), "八八折券，限午市");
    await close();
  });

  test("characters that are still being chosen are left alone, and then are one step", LIMIT, async () => {
    const { page, close } = await openDesign(browser);
    await field(page, 1, "name").focus();
    await page.keyboard.press("End");
    const cdp = await page.context().newCDPSession(page);
    for (const text of ["j", "ji", "jia"]) await cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    assert.equal(await field(page, 1, "name").inputValue(), "八八折券jia");
    // Another part of the page changes the design meanwhile.
    await page.evaluate(() => document.querySelector("#equal-sectors")?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    await page.evaluate(() => document.querySelector("#recolour")?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    assert.equal(await field(page, 1, "name").inputValue(), "八八折券jia", "nobody wrote over it");
    assert.equal((await kept(page)).prizes[0].name, "八八折券", "letters on the way are nobody's name");
    await cdp.send("Input.insertText", { text: "加" });
    assert.equal(await field(page, 1, "name").inputValue(), "八八折券加");
    assert.equal((await kept(page)).prizes[0].name, "八八折券加");
    await page.keyboard.press("Control+z");
    assert.equal(await field(page, 1, "name").inputValue(), "八八折券");
    await close();
  });
});

test("colours: the palette names the contrast, and neighbours that look alike are pointed out", LIMIT, async () => {
  const { page, close } = await openDesign(browser);
  await field(page, 2, "color").click();
  assert.equal(await page.getAttribute(".tile[aria-pressed=true]", "data-colour"), "#f6d9b8");
  const ratios = await page.locator(".tile span").allTextContents();
  assert.ok(ratios.every((ratio) => Number(ratio) >= 4.5), ratios.join(" "));
  await page.click(".tile[data-colour='#cb3a22']");
  assert.equal(await page.textContent(".pop--colours .advice"), "和相邻的“八八折券”太像，转起来分不清。");
  await page.fill("[data-field=own-colour]", "#12345");
  assert.equal(await page.textContent("[data-cell=own-colour] > .cell__error"), "请填 # 和六位十六进制数字");
  await page.fill("[data-field=own-colour]", "#1F7A55");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-field")), "color");
  assert.equal((await kept(page)).prizes[1].color, "#1F7A55");
  await field(page, 2, "color").click();
  await page.click(".tile[data-colour='#cb3a22']");
  await page.keyboard.press("Escape");
  assert.match((await page.textContent("#table > .advice")) ?? "", /^2 格和相邻的颜色太像/);
  await page.click("#recolour");
  assert.equal(await page.isVisible("#table > .advice"), false);
  await close();
});

test("a hundred prizes: an edit takes little time", LIMIT, async () => {
  const { page, close } = await openDesign(browser, { draft: many(100) });
  assert.equal(await page.locator(".prize").count(), 100);
  assert.equal(await page.isDisabled("#add-prize"), true);
  await field(page, 50, "name").focus();
  const times = await page.evaluate(() => {
    const input = /** @type {HTMLInputElement} */ (document.activeElement);
    return Array.from({ length: 20 }, (_, turn) => {
      input.value = `奖品 ${turn}`;
      const start = performance.now();
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      return performance.now() - start;
    }).sort((a, b) => a - b);
  });
  console.log(`an edit among 100 prizes: ${times[10]?.toFixed(1)} ms of script (median of 20), ${times[19]?.toFixed(1)} ms at most`);
  assert.equal((await kept(page)).prizes[49].name, "奖品 19");
  await close();
});
