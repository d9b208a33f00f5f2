/** `<fair-proof>` on a stand: each check with its own mark, and nothing claimed that was not computed. */

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { load, proofOf, vectors } from "../../wasm/tests/load.mjs";
import { CHECKS } from "../../www-demo/common/check-words.js";
import { judge } from "../../www-demo/common/prove.js";
import { definition } from "../lib/proof/definition.js";
import { namesIn } from "../lib/proof/view.js";
import { mount, settled } from "./stand.mjs";

const core = await load();
const cases = await vectors();
/** With the id that seals it. */
const sealed = (proof) => ({ ...proof, draw_id: core.verify({ ...proof, draw_id: "0".repeat(43) }).checks.find(({ check }) => check === "draw_id").expected });
const unsealed = proofOf(core, cases.find(({ count, nonce }) => count === 1 && nonce < 1e6));
const single = sealed(unsealed);
const ten = sealed(proofOf(core, cases.find(({ count, nonce }) => count === 10 && nonce < 1e6)));
const judged = (proof, expected = {}) => judge(core, proof, { expected, shown: null, live: false, extra: [] });

let clipboard;
beforeEach(() => {
  clipboard = "";
  globalThis.wx = {
    setClipboardData({ data, success }) {
      clipboard = data;
      success();
    },
  };
});

async function shown(properties, loadCore = async () => core) {
  const mounted = mount(definition(loadCore), properties);
  await settled();
  return { ...mounted, view: () => mounted.component.data.view };
}

const lines = ({ chapters }) => chapters.flatMap((chapter) => [...chapter.lines, ...chapter.draws.flatMap((draw) => draw.lines)]);

describe("a proof", () => {
  it("is told in three steps: promised, revealed, computed; every check has its mark and its words", async () => {
    const report = judged(ten, { commitment: ten.commitment, nonce: ten.nonce });
    const { view } = await shown({ proof: ten, report });
    assert.deepEqual(view().chapters.map(({ step }) => step), ["before", "revealed", "computed"]);
    assert.equal(lines(view()).length, report.checks.length);
    for (const line of lines(view())) {
      assert.ok(CHECKS[line.check], line.check);
      assert.match(line.spoken, /通过|没有对照/);
    }
    assert.equal(view().chapters[2].draws.length, 10);
    const values = view().chapters.flatMap((chapter) => chapter.values.map(({ value }) => value));
    for (const value of [ten.commitment, ten.server_seed, ten.client_seed, report.key]) assert.ok(values.includes(value));
  });

  it("whose draw was seen from the beginning is whole", async () => {
    const report = judged(single, { commitment: single.commitment });
    const { view } = await shown({ proof: single, report });
    assert.equal(view().status, "ok");
    assert.match(view().title, /封条完好/);
  });

  it("of which nothing was seen before claims no more than it can", async () => {
    const report = judged(single);
    const { view } = await shown({ proof: single, report });
    assert.match(view().title, /前后一致/);
    assert.match(view().text, /没有对照/);
  });

  it("that was changed is red, says which check in words, and lays the draw open", async () => {
    const forged = structuredClone(ten);
    forged.results[6].angle = (forged.results[6].angle + 1) % 36_000;
    const { view, component } = await shown({ proof: forged, report: judged(forged) });
    assert.equal(view().status, "failed");
    assert.match(view().text, /第 7 个结果：重新算出的位置不同/);
    assert.equal(component.data.opened[6], true);
    assert.equal(component.data.opened[5], false);
    const [line] = lines(view()).filter(({ check, status }) => check === "angle" && status === "failed");
    assert.deepEqual(line.reason.map(({ term }) => term), ["应为", "证明里是"]);
    assert.match(line.reason[0].value, /^\d+\.\d\d°$/);
  });

  it("is explained in the words of whoever knows better", async () => {
    const report = { ...judged(single), ok: false, checks: [] };
    const { view } = await shown({ proof: single, report, words: "页面上显示的和证明里的结果不同。" });
    assert.equal(view().text, "页面上显示的和证明里的结果不同。");
  });

  it("names prizes as its own table does, and never fails on a name", () => {
    const nameOf = namesIn("prize 1 0 500 coupon 88 1 - 八折券 prize 9\nprize 8 315 2000 empty 0 0 12 $& 谢谢\n");
    assert.deepEqual([nameOf(1), nameOf(8), nameOf(9)], ["八折券 prize 9", "$& 谢谢", "奖品 9"]);
    assert.equal(namesIn(undefined)(3), "奖品 3");
  });

  it("is laid open and shut draw by draw", async () => {
    const { component } = await shown({ proof: ten, report: judged(ten) });
    component.toggle({ currentTarget: { dataset: { draw: 3 } } });
    assert.equal(component.data.opened[3], true);
    component.toggle({ currentTarget: { dataset: { draw: 3 } } });
    assert.equal(component.data.opened[3], false);
  });

  it("is copied whole", async () => {
    const { component, named } = await shown({ proof: single, report: judged(single) });
    component.copy();
    assert.deepEqual(JSON.parse(clipboard), single);
    assert.deepEqual(named("copy"), [{ isCopied: true }]);
  });
});

describe("a report", () => {
  it("of the core alone is not enough: what is not sealed has not passed, with or without one", async () => {
    for (const report of [null, { ...core.verify(unsealed), ok: true }]) {
      const { view } = await shown({ proof: unsealed, report });
      assert.deepEqual([view().status, view().text], ["failed", judged(unsealed).why]);
      assert.match(view().text, /证明编号和内容对不上/);
    }
  });

  it("of another proof says nothing of this one", async () => {
    const { view, set } = await shown({ proof: single, report: judged(single), words: "" });
    assert.equal(view().status, "ok");
    set({ proof: { ...single, server_seed: "0".repeat(64) } });
    await settled();
    assert.deepEqual([view().status, /种子和封条对不上/.test(view().text)], ["failed", true]);
    set({ proof: ten, words: "别的。" });
    await settled();
    assert.equal(view().status, "ok");
  });

  it("without a check has passed nothing", async () => {
    const { view } = await shown({ proof: single, report: { ...judged(single), ok: true, checks: [] } });
    assert.deepEqual([view().status, view().title], ["failed", "验证没有通过"]);
    assert.doesNotMatch(view().text, /全部通过/);
  });
});

describe("a proof without a report", () => {
  it("is verified on the phone, against what was seen before if that is given", async () => {
    const { view } = await shown({ proof: single, expected: { commitment: "0".repeat(64) } });
    assert.equal(view().status, "failed");
    assert.match(view().text, /封条和您抽奖前看到的不一样/);
  });

  it("that is none at all is refused in words", async () => {
    const { view } = await shown({ proof: { algorithm: 7 } });
    assert.equal(view().status, "failed");
    assert.match(view().text, /格式不对/);
  });

  it("claims nothing while it is computed, nor where there is no core", async () => {
    let refuse;
    const { view } = await shown({ proof: single }, () => new Promise((_, reject) => {
      refuse = reject;
    }));
    assert.equal(view().status, "waiting");
    refuse(new Error("WXWebAssembly refused"));
    await settled();
    assert.equal(view().status, "unknown");
    assert.deepEqual(JSON.parse(view().paper), single);
  });

  it("that comes later is the one that is shown", async () => {
    /** @type {((core: any) => void)[]} */
    const waiting = [];
    const { view, set } = await shown({ proof: single }, () => new Promise((resolve) => waiting.push(resolve)));
    set({ proof: ten });
    waiting[1](core);
    await settled();
    waiting[0](core);
    await settled();
    assert.equal(view().chapters[2].draws.length, 10);
  });

  it("that goes away leaves nothing", async () => {
    const { view, set } = await shown({ proof: single, report: judged(single) });
    set({ proof: null, report: null });
    assert.equal(view(), null);
  });
});
