/** `<fair-wheel>` on a stand: what it paints and when, what it says, and what it leaves behind. */

import assert from "node:assert/strict";
import { beforeEach, describe, it, mock } from "node:test";
import { load } from "../../wasm/tests/load.mjs";
import { definition } from "../lib/wheel/definition.js";
import { DEMO, evenPrizes } from "./prizes.mjs";
import { fakeCanvas, mount, settled } from "./stand.mjs";

const core = await load();
const LIGHT = { color: "rgb(255, 253, 250)", backgroundColor: "rgb(255, 249, 242)", borderTopColor: "rgb(239, 227, 214)", borderRightColor: "rgb(201, 152, 63)", opacity: "1" };
/** A frame is: empty the canvas, turn, put the disc, stand still, put the pointer. */
const FRAME = ["setTransform", "clearRect", "setTransform", "drawImage", "setTransform", "drawImage"];

let phone;
let canvas;
let discs;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date", "setTimeout"], now: 10_000_000 });
  discs = [];
  canvas = fakeCanvas();
  phone = { size: 300, style: { ...LIGHT }, dpr: 2, vibrated: 0, theme: null };
  globalThis.wx = {
    getWindowInfo: () => ({ pixelRatio: phone.dpr }),
    createOffscreenCanvas: ({ width, height }) => {
      const made = Object.assign(fakeCanvas(), { width, height });
      discs.push(made);
      return made;
    },
    vibrateShort: ({ type }) => {
      assert.equal(type, "light");
      phone.vibrated += 1;
    },
    onThemeChange: (listener) => {
      phone.theme = listener;
    },
    offThemeChange: (listener) => {
      if (phone.theme === listener) phone.theme = null;
    },
    nextTick: (call) => queueMicrotask(call),
  };
});

const query = (selector) => (selector === "#disc" ? { node: canvas, width: phone.size, height: phone.size } : phone.style);

async function wheel({ loadCore = async () => core, ...properties } = {}) {
  const mounted = mount(definition(loadCore), { prizes: DEMO, ...properties }, query);
  await settled();
  return mounted;
}

/** One picture, some milliseconds later. */
async function tick(ms = 16) {
  mock.timers.setTime(Date.now() + ms);
  canvas.tick();
  await settled();
}

/** The rotation of the disc in the last frame, in hundredths of a degree. */
function shown() {
  const turns = canvas.calls.filter(({ name, args }) => name === "setTransform" && (args[0] !== 1 || args[4] === args[5]) && args[4] !== 0);
  const [cos, sin] = turns.at(-1).args;
  return Math.round(((Math.atan2(sin, cos) * 18_000) / Math.PI + 36_000) % 36_000);
}

const paintings = () => discs[0]?.calls.filter(({ name }) => name === "clip").length / DEMO.length || 0;

describe("the wheel at rest", () => {
  it("is painted once, and says that it is ready", async () => {
    const mounted = await wheel();
    assert.deepEqual(mounted.named("ready"), [{ count: 8 }]);
    assert.equal(canvas.width, 600);
    assert.equal(paintings(), 1);
    mounted.page("show");
    await settled();
    assert.equal(paintings(), 1, "seen again: the same disc");
    assert.deepEqual(canvas.calls.slice(-FRAME.length).map(({ name }) => name), FRAME);
    assert.equal(mounted.named("ready").length, 1);
  });

  it("is painted again when prizes, size, pixels or colours change, and only then", async () => {
    const mounted = await wheel();
    mounted.page("resize");
    await settled();
    assert.equal(paintings(), 1);
    phone.size = 343;
    mounted.page("resize");
    await settled();
    assert.equal(paintings(), 2);
    phone.dpr = 4;
    mounted.page("resize");
    await settled();
    assert.equal(paintings(), 3);
    assert.equal(canvas.width, 343 * 3, "finer pixels than 3 are not used");
    phone.style = { ...LIGHT, color: "rgb(51, 41, 31)" };
    phone.theme();
    await settled();
    assert.equal(paintings(), 4);
    mounted.set({ prizes: DEMO.map((prize) => ({ ...prize })) });
    await settled();
    assert.equal(paintings(), 5);
    assert.equal(discs.length, 2, "the disc and the pointer keep their canvases");
  });

  it("waits for its room and its prizes", async () => {
    phone.size = 0;
    const mounted = await wheel({ prizes: [] });
    assert.deepEqual(mounted.named("ready"), []);
    mounted.set({ prizes: DEMO });
    phone.size = 260;
    mounted.page("show");
    await settled();
    assert.deepEqual(mounted.named("ready"), [{ count: 8 }]);
  });

  it("is told to those who hear it", async () => {
    const mounted = await wheel({ label: "今日转盘" });
    assert.match(mounted.component.data.description, /^今日转盘，8 个奖品：八折券、.*谢谢参与。$/);
    await mounted.component.showAt(100);
    assert.match(mounted.component.data.description, /指针停在：招牌小炒肉。$/);
    assert.equal(shown(), 26_000);
  });

  it("lets one prize stand out", async () => {
    const mounted = await wheel();
    await mounted.component.highlight(3);
    assert.ok(canvas.calls.slice(-12).some(({ name }) => name === "fill"));
    await mounted.component.highlight(null);
    assert.deepEqual(canvas.calls.slice(-FRAME.length).map(({ name }) => name), FRAME);
  });

  it("hands on the press of its button, unless it is disabled", async () => {
    const mounted = await wheel();
    mounted.component.press();
    mounted.set({ disabled: true });
    mounted.component.press();
    assert.equal(mounted.named("spin").length, 1);
  });
});

describe("a spin", () => {
  it("takes six calls a frame, no setData, and ends on the prize with one light tap", async () => {
    const mounted = await wheel();
    const spun = mounted.component.spinTo(100.25);
    await settled();
    const { setDataCalls } = mounted.component;
    const before = canvas.calls.length;
    let frames = 0;
    while (canvas.waiting > 0 && Date.now() < 10_000_000 + 4190) {
      await tick();
      frames += 1;
    }
    assert.equal(canvas.calls.length - before, frames * FRAME.length);
    assert.ok(frames > 200);
    assert.equal(mounted.component.setDataCalls, setDataCalls, "no setData while it turns");
    assert.equal(paintings(), 1, "the disc is not painted again");
    await tick(50);
    assert.equal(await spun, true);
    assert.equal(shown(), 36_000 - 10_025);
    assert.deepEqual(mounted.named("end"), [{ angle: 100.25, prizeId: 3, name: "招牌小炒肉" }]);
    assert.equal(phone.vibrated, 1);
    assert.equal(canvas.waiting, 0);
    assert.match(mounted.component.data.description, /指针停在：招牌小炒肉。$/);
  });

  it("is where the core says, whatever the frames do", async () => {
    const mounted = await wheel();
    mounted.component.spinTo(200);
    await settled();
    await tick(333);
    assert.equal(shown(), core.spinRotation(0, 20_000, 5, 4200, 333) % 36_000);
    await tick(1777);
    assert.equal(shown(), core.spinRotation(0, 20_000, 5, 4200, 2110) % 36_000);
  });

  it("begins where the last one ended", async () => {
    const mounted = await wheel();
    mounted.component.spinTo(90);
    await settled();
    await tick(4200);
    mounted.component.spinTo(10);
    await settled();
    await tick(1);
    assert.equal(shown(), core.spinRotation(27_000, 1000, 5, 4200, 1) % 36_000);
  });

  it("goes on over a hidden page, and has ended when that was long", async () => {
    const mounted = await wheel();
    const spun = mounted.component.spinTo(300);
    await settled();
    await tick(500);
    mounted.page("hide");
    assert.equal(canvas.waiting, 0, "no frames for nobody");
    mock.timers.setTime(Date.now() + 1000);
    mounted.page("show");
    await settled();
    assert.equal(shown(), core.spinRotation(0, 30_000, 5, 4200, 1500) % 36_000);
    mounted.page("hide");
    mock.timers.setTime(Date.now() + 60_000);
    mounted.page("show");
    assert.equal(await spun, true);
    assert.equal(shown(), 6000);
  });

  it("stops when its page goes, and leaves nothing behind", async () => {
    const mounted = await wheel();
    const spun = mounted.component.spinTo(300);
    await settled();
    await tick(500);
    mounted.detach();
    assert.equal(await spun, false);
    assert.equal(canvas.waiting, 0);
    assert.equal(phone.theme, null);
    const before = canvas.calls.length;
    mock.timers.tick(10_000);
    assert.equal(canvas.calls.length, before);
    assert.deepEqual(mounted.named("end"), []);
  });

  it("gives way to the next one, which alone ends", async () => {
    const mounted = await wheel();
    const first = mounted.component.spinTo(300);
    await settled();
    await tick(500);
    const second = mounted.component.spinTo(10);
    await settled();
    await tick(4300);
    assert.deepEqual([await first, await second], [false, true]);
    assert.deepEqual(mounted.named("end").map(({ prizeId }) => prizeId), [1]);
  });

  it("waits while the clock is put back", async () => {
    const mounted = await wheel();
    mounted.component.spinTo(200);
    await settled();
    await tick(1000);
    const there = shown();
    await tick(-3_600_000);
    assert.equal(shown(), there);
    await tick(500);
    assert.equal(shown(), core.spinRotation(0, 20_000, 5, 4200, 1500) % 36_000);
  });

  it("ends without frames too", async () => {
    const mounted = await wheel();
    const spun = mounted.component.spinTo(300);
    await settled();
    mock.timers.tick(5000);
    assert.equal(await spun, true);
    assert.equal(shown(), 6000);
  });

  it("turns with timers where the canvas has no frames of its own", async () => {
    canvas.requestAnimationFrame = undefined;
    const mounted = await wheel();
    const spun = mounted.component.spinTo(300);
    await settled();
    for (let n = 0; n < 270; n += 1) mock.timers.tick(16);
    assert.equal(await spun, true);
  });

  it("is a short fade for those who asked for less motion", async () => {
    phone.style = { ...LIGHT, opacity: "0.5" };
    const mounted = await wheel({ loadCore: () => assert.fail("the core is not needed") });
    const spun = mounted.component.spinTo(90);
    await settled();
    await tick(100);
    assert.equal(canvas.calls.slice(-(FRAME.length + 2)).filter(({ name }) => name === "drawImage").length, 3, "both places at once");
    await tick(100);
    assert.equal(await spun, true);
    assert.equal(shown(), 27_000);
    assert.equal(mounted.named("end").length, 1);
  });

  it("keeps the prizes it began with until it is moved again: what it points at is what it said", async () => {
    const mounted = await wheel();
    const spun = mounted.component.spinTo(100);
    await settled();
    await tick(1000);
    mounted.set({ prizes: evenPrizes(3) });
    await tick(1000);
    assert.equal(paintings(), 1);
    await tick(4200);
    await spun;
    assert.deepEqual(mounted.named("end").map(({ name }) => name), ["招牌小炒肉"]);
    assert.equal(paintings(), 1);
    assert.match(mounted.component.data.description, /8 个奖品.*指针停在：招牌小炒肉。$/);
    await mounted.component.showAt(130);
    assert.equal(paintings(), 1 + 3 / 8);
    assert.match(mounted.component.data.description, /3 个奖品.*指针停在：奖品2。$/);
    mounted.set({ prizes: DEMO });
    assert.match(mounted.component.data.description, /8 个奖品.*指针停在：招牌小炒肉。$/, "at rest the pointer says what is under it now");
  });

  it("without an angle stays where it is, and says so", async () => {
    const mounted = await wheel();
    await mounted.component.showAt(90);
    for (const angle of [undefined, Number.NaN, null]) {
      assert.equal(await mounted.component.spinTo(angle), false);
      await mounted.component.showAt(angle);
    }
    assert.deepEqual(mounted.named("fail").map(({ reason }) => reason), Array(6).fill("angle"));
    assert.deepEqual([mounted.component.turning.rotation, mounted.named("end")], [27_000, []]);
    const spun = mounted.component.spinTo(100);
    await settled();
    await tick(4200);
    assert.equal(await spun, true);
  });
});

describe("what goes wrong", () => {
  it("without a core: it says so, and stands on the result at once", async () => {
    const mounted = await wheel({ loadCore: () => Promise.reject(new Error("WXWebAssembly refused")) });
    assert.equal(await mounted.component.spinTo(100), true);
    assert.match(mounted.named("fail")[0].message, /验证程序没有准备好.*WXWebAssembly refused/);
    assert.equal(mounted.named("fail")[0].reason, "core");
    assert.equal(shown(), 26_000);
    assert.equal(mounted.named("end").length, 1);
  });

  it("without a canvas: it says so, and nobody waits for ever", async () => {
    canvas = null;
    const mounted = await wheel();
    assert.equal(mounted.named("fail")[0].reason, "canvas");
    assert.equal(await mounted.component.spinTo(100), false);
  });

  it("without a canvas that is not seen: all is painted each time, in the same place", async () => {
    wx.createOffscreenCanvas = () => {
      throw new Error("not here");
    };
    const mounted = await wheel();
    assert.deepEqual(mounted.named("ready"), [{ count: 8 }]);
    const spun = mounted.component.spinTo(100);
    await settled();
    await tick(4200);
    assert.equal(await spun, true);
    assert.ok(canvas.calls.some(({ name, args }) => name === "fillText" && args[0] === "八折券"));
  });

  it("a missing picture: the name stays, and the page is told once", async () => {
    const image = "https://example.test/a.png";
    const mounted = await wheel({ prizes: DEMO.map((prize) => (prize.id < 3 ? { ...prize, image } : prize)) });
    const [picture] = [...discs[0].pictures, ...canvas.pictures];
    assert.equal(picture.src, image);
    picture.onerror(new Error("404"));
    assert.deepEqual(mounted.named("fail").map(({ reason, prizeId }) => [reason, prizeId]), [["image", 1], ["image", 2]]);
    mounted.page("show");
    await settled();
    assert.equal(discs[0].pictures.length, 1, "it is not asked for again");
    assert.ok(discs[0].calls.some(({ name, args }) => name === "fillText" && args[0] === "八折券"));
  });

  it("a picture that comes is painted, one that comes too late is not", async () => {
    const mounted = await wheel({ prizes: DEMO.map((prize) => ({ ...prize, image: `https://example.test/${prize.id}.png` })) });
    const [first, second] = discs[0].pictures;
    const before = discs[0].calls.length;
    first.onload();
    assert.equal(discs[0].calls.slice(before).filter(({ name }) => name === "drawImage").length, 1);
    mounted.detach();
    const after = discs[0].calls.length;
    second.onload();
    assert.equal(discs[0].calls.length, after);
  });

  it("prizes that make no wheel: it says which, and shows none", async () => {
    const mounted = await wheel({ prizes: [{ id: 1, name: "甲" }, DEMO[1]] });
    assert.equal(mounted.named("fail")[0].reason, "prizes");
    assert.match(mounted.named("fail")[0].message, /甲/);
    assert.deepEqual(mounted.named("ready"), []);
  });
});
