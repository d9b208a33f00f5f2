/** `<fair-wheel>` and `<fair-proof>` rendered: that the pointer shows the prize it names, and that the proof can be read. */

import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { load, proofOf, vectors } from "../../../wasm/tests/load.mjs";
import { mix } from "../../../www-demo/common/colour.js";
import { GLUE, openPhone } from "../harness/index.mjs";
import { evenPrizes } from "../prizes.mjs";

const app = path.join(GLUE, "tests/fixture");
/** Told apart at a glance. */
const COLOURS = ["#ff0000", "#00ff00", "#0000ff", "#ffff00", "#ff00ff", "#00ffff", "#800000", "#008000"];

const openWheel = async (prizes, options = {}) => {
  const phone = await openPhone({ app, path: "pages/wheel/wheel", ...options });
  await set(phone, { prizes });
  await phone.mp.until((data) => data.told.some(({ type }) => type === "ready"));
  return phone;
};

const set = (phone, data) =>
  phone.page.evaluate((given) => {
    globalThis.__mp.current().instance.setData(given);
  }, data);

/** Calls a method of the wheel, and waits for what it promises. */
const ask = (phone, name, ...given) => phone.page.evaluate(([method, values]) => globalThis.__mp.current().instance.wheel()[method](...values), [name, given]);

/** The colour right below the pointer. */
const underPointer = (phone) =>
  phone.page.evaluate(() => {
    const canvas = document.querySelector(".mp-page:not(.is-hidden) canvas");
    const dpr = canvas.width / 300;
    const [r, g, b] = canvas.getContext("2d").getImageData(canvas.width / 2, Math.round(31 * dpr), 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
  });

/** As a canvas says it. @param {string} hex */
const pixel = (hex) => mix(hex, hex, 0);

describe("the wheel", () => {
  for (const number of [2, 8, 24]) {
    it(`of ${number} shows under the pointer what it names`, async () => {
      const prizes = evenPrizes(number, (n) => ({ color: COLOURS[n % COLOURS.length], name: " " }));
      const phone = await openWheel(prizes);
      for (const { angle, color } of prizes) {
        await ask(phone, "showAt", angle + 1.5);
        assert.equal(await underPointer(phone), pixel(color), `at ${angle}`);
      }
      await phone.close();
    });
  }

  it("spins with the core to its place, and says so", async () => {
    const prizes = evenPrizes(8, (n) => ({ color: COLOURS[n], name: " " }));
    const phone = await openWheel(prizes, { reducedMotion: false });
    assert.equal(await ask(phone, "spinTo", 137.42), true);
    assert.equal(await underPointer(phone), pixel(COLOURS[3]));
    const { told } = await phone.mp.data();
    assert.deepEqual(told.at(-1), { type: "end", detail: { angle: 137.42, prizeId: 4, name: " " } });
    assert.equal((await phone.mp.calls("vibrateShort")).length, 1);
    await phone.close();
  });

  it("fades for those who asked for less motion, in the dark too", async () => {
    const prizes = evenPrizes(8);
    const phone = await openWheel(prizes, { dark: true });
    assert.equal(await ask(phone, "spinTo", 50), true);
    const label = await phone.mp.find(".wheel__face").getAttribute("aria-label");
    assert.match(label, /^转盘，8 个奖品：.*指针停在：奖品2。$/);
    await phone.close();
  });

  it("has a button that can be pressed, and not when it is disabled", async () => {
    const phone = await openWheel(evenPrizes(8));
    await phone.mp.tap(".wheel__button");
    await phone.mp.until((data) => data.told.some(({ type }) => type === "spin"));
    await set(phone, { disabled: true });
    await phone.mp.tap(".wheel__button");
    await set(phone, { size: 200 });
    await phone.page.waitForFunction(() => document.querySelector(".mp-page:not(.is-hidden) canvas").width === 200 * devicePixelRatio);
    assert.equal((await phone.mp.data()).told.filter(({ type }) => type === "spin").length, 1);
    await phone.close();
  });

  it("turns with the plain core where there is no wasm", async () => {
    const prizes = evenPrizes(8, (n) => ({ color: COLOURS[n], name: " " }));
    const phone = await openWheel(prizes, { wasm: "fails", reducedMotion: false });
    assert.equal(await ask(phone, "spinTo", 50), true);
    assert.equal(await underPointer(phone), pixel(COLOURS[1]));
    assert.deepEqual((await phone.mp.data()).told.map(({ type }) => type), ["ready", "end"]);
    await phone.close();
  });
});

describe("the proof", () => {
  it("is verified, read, laid open and copied", async () => {
    const core = await load();
    const proof = proofOf(core, (await vectors()).find(({ count }) => count === 10));
    const phone = await openPhone({ app, path: "pages/proof/proof" });
    await set(phone, { proof, expected: { commitment: "0".repeat(64) } });
    await phone.mp.find(".verdict--failed").waitFor();
    const text = await phone.mp.text();
    for (const words of ["抽奖之前，店家承诺了什么", "抽奖之后，店家公开了什么", "您的设备重新算出了什么", proof.server_seed, proof.commitment, "封条和您抽奖前看到的不一样"]) assert.ok(text.includes(words), words);
    assert.doesNotMatch(text, /号码对应的奖品/);
    await phone.mp.tap(".draw__head");
    assert.match(await phone.mp.text(), /号码对应的奖品/);
    await phone.mp.tap(".button");
    await phone.mp.until((data) => data.told.length === 1);
    const [{ data }] = await phone.mp.calls("setClipboardData");
    assert.deepEqual(JSON.parse(data), proof);
    await phone.close();
  });
});
