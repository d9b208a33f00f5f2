// The draft of a prize table: sectors, chances, copies, and what the core and the server make of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../wasm/tests/load.mjs";
import { adopted, changes, rebased } from "../../www-demo/common/draft-changes.js";
import { errors, toBody, toSpec } from "../../www-demo/common/draft-check.js";
import * as draft from "../../www-demo/common/draft.js";
import { discountAdvice } from "../../www-demo/common/discount.js";
import { parts, whole } from "../../www-demo/common/typed-numbers.js";
import { CONFIG, drafts, typo } from "./designs.mjs";

const core = await load();
const sumOf = (widths) => Object.values(widths).reduce((sum, width) => sum + width, 0);
const weights = (one) => one.prizes.map((prize) => Math.round(Number(prize.chance) * 100));

test("sectors fill the circle and stay wide enough, however they are dragged and reordered", () => {
  let drags = 0;
  for (const [start, random] of drafts(200, { isWhole: true })) {
    let one = random.pick([draft.equalAngles, draft.chanceAngles])(start);
    for (let turn = 0; turn < 30; turn += 1) {
      const { key } = random.pick(one.prizes);
      const next = random.pick([
        () => draft.withWidth(one, key, random.below(60) - 5),
        () => draft.withEdge(one, key, random.below(900) - 400),
        () => draft.moved(one, key, random.below(one.prizes.length + 2) - 1),
        () => draft.duplicated(one, key),
      ])();
      if (!next) continue;
      if (next.prizes.length > 60) break;
      drags += 1;
      const wide = draft.widths(next);
      assert.ok(wide);
      assert.equal(sumOf(wide), 360);
      assert.ok(Math.min(...Object.values(wide)) >= 2);
      one = next;
    }
  }
  assert.ok(drags > 2000, `${drags}`);
});

test("a width moves the edge to the next sector, and no other", () => {
  const one = draft.equalAngles({ ...draft.fromConfig(CONFIG), prizes: [1, 2, 3, 4].map((id) => ({ ...draft.added(draft.blank()), key: `k${id}`, id })) });
  assert.deepEqual(draft.widths(draft.withWidth(one, "k1", 100)), { k1: 100, k2: 80, k3: 90, k4: 90 });
  // Over the top of the wheel.
  assert.deepEqual(draft.widths(draft.withWidth(one, "k4", 178)), { k1: 2, k2: 90, k3: 90, k4: 178 });
  for (const bad of [1, 179, 0, -5, 1.5, Number.NaN]) assert.equal(draft.withWidth(one, "k1", bad), null, `${bad}`);
  assert.equal(draft.withWidth(one, "none", 10), null);
  assert.equal(draft.withWidth({ ...one, prizes: one.prizes.map((prize) => ({ ...prize, angle: "x" })) }, "k1", 10), null);
});

test("an edge stops where a sector would be too narrow", () => {
  const one = draft.equalAngles({ ...draft.blank(), prizes: [1, 2, 3, 4].map((id) => ({ ...draft.added(draft.blank()), key: `k${id}`, id })) });
  const start = (made) => made.prizes[1].angle;
  assert.equal(start(draft.withEdge(one, "k2", 45)), "45");
  assert.equal(start(draft.withEdge(one, "k2", 0)), "2");
  assert.equal(start(draft.withEdge(one, "k2", 200)), "178");
  assert.equal(draft.withEdge(one, "k1", -30).prizes[0].angle, "330");
  assert.equal(draft.withEdge(one, "k1", 690).prizes[0].angle, "330");
  assert.equal(draft.withEdge(one, "k1", Number.NaN), null);
});

test("a prize that is moved takes its sector along, and the first sector starts where it did", () => {
  const one = draft.withWidth(draft.fromConfig(CONFIG), "p1", 120);
  const first = { ...one, prizes: one.prizes.map((prize) => ({ ...prize, angle: String((Number(prize.angle) + 30) % 360) })) };
  const next = draft.moved(first, "p1", 2);
  assert.deepEqual(next.prizes.map((prize) => prize.key), ["p2", "p3", "p1"]);
  assert.deepEqual(draft.widths(next), draft.widths(first));
  assert.equal(next.prizes[0].angle, first.prizes[0].angle);
});

test("a sum is put right in proportion: 10,000 exactly, noughts stay noughts, what is right stays", () => {
  const of = (...chances) => ({ ...draft.blank(), prizes: chances.map((chance, at) => ({ ...draft.blank().prizes[0], key: `k${at}`, id: at + 1, chance })) });
  assert.deepEqual(weights(draft.summed(of("1", "1", "1"))), [3334, 3333, 3333]);
  assert.deepEqual(weights(draft.summed(of("0", "20", "20"))), [0, 5000, 5000]);
  assert.deepEqual(weights(draft.summed(of("0", "0", "0"))), [3334, 3333, 3333]);
  assert.deepEqual(weights(draft.summed(of("0.01", "999999999"))), [1, 9999], "what could be won can still be won");
  assert.deepEqual(draft.summed(of("x", "50", "")).prizes.map((prize) => prize.chance), ["x", "100", ""], "what was typed stays");
  assert.deepEqual(weights(draft.summed(of(...Array(100).fill("0.01"), "900"))), [...Array(100).fill(1), 9900]);
  for (const [start, random] of drafts(400)) {
    const any = { ...start, prizes: start.prizes.map((prize) => ({ ...prize, chance: random.pick(["0", "0", "0.01", String(random.below(200)), String(random.below(1_000_000) / 100), "999999999", typo(random)]) })) };
    const made = draft.summed(any);
    const before = any.prizes.map((prize) => parts(prize.chance, 2));
    const isNothing = before.every((weight) => !weight);
    if (before.some((weight) => weight !== null)) assert.equal(draft.chanceSum(made).sum, 10_000);
    for (const [at, weight] of before.entries()) {
      if (weight === null) assert.equal(made.prizes[at].chance, any.prizes[at].chance);
      else if (!isNothing) assert.equal(parts(made.prizes[at].chance, 2) === 0, weight === 0);
    }
    assert.deepEqual(draft.summed(made), made);
  }
});

test("a copy is another prize, behind its original", () => {
  const one = draft.fromConfig(CONFIG);
  const copied = draft.duplicated(one, "p1", [{ id: 4 }]);
  const [, copy] = copied.prizes;
  assert.deepEqual(copied.prizes.map((prize) => prize.id), [1, 5, 2, 3]);
  assert.deepEqual({ ...copy, key: "", id: 1, angle: "0", isNew: false, chance: "5", won: 40, wonType: "coupon" }, { ...one.prizes[0], key: "" });
  assert.equal(copy.chance, "0");
  assert.equal(draft.chanceSum(copied).isRight, true);
  const unread = { ...copied, prizes: [...copied.prizes, { ...copied.prizes[0], key: "unread", chance: "abc" }] };
  assert.deepEqual(draft.chanceSum(unread), { sum: 10_000, isRight: false, words: "有一个读不出来" });
  assert.equal(new Set(copied.prizes.map((prize) => prize.key)).size, 4);
  assert.equal(draft.duplicated(one, "none"), one);
  const renamed = rebased({ ...one, prizes: one.prizes.concat([{ ...draft.added(one), name: "新菜" }]) }, { ...CONFIG, prizes: CONFIG.prizes.concat([{ ...CONFIG.prizes[0], id: 4 }]) });
  assert.equal(new Set(renamed.prizes.concat([draft.added(renamed)]).map((prize) => prize.key)).size, 5);
});

test("a prize that goes takes what pointed to it along", () => {
  const one = draft.fromConfig(CONFIG);
  assert.equal(draft.removed(one, "p2").fallback, null);
  assert.equal(draft.removed(one, "p1").fallback, 2);
  assert.equal(draft.removed(one, "none"), one);
});

test("whatever is typed, the errors are named, and none is thrown", () => {
  for (const [one] of drafts(500)) {
    const found = errors(core, one);
    if (Object.keys(found).length === 0) assert.ok(core.tableFromSpec(toSpec(one).spec));
    for (const [field, words] of Object.entries(found)) {
      assert.match(field, /^(cost_points|daily_limit|fallback|rules|probability|prizes|prizes\[\d+\]\.(name|value|probability|angle|color|stock|image|id))$/);
      assert.match(words, /\p{Script=Han}/u);
    }
  }
  const base = draft.fromConfig(CONFIG);
  const wrong = (change) => errors(core, { ...base, prizes: base.prizes.map((prize, at) => (at === 0 ? { ...prize, ...change } : prize)) });
  assert.match(wrong({ value: "999999999" })["prizes[0].value"], /1,000,000/);
  assert.match(wrong({ type: "points", value: "999999999" })["prizes[0].value"], /1,000,000/);
  assert.match(wrong({ chance: "999999999" })["prizes[0].probability"], /0 到 100/);
  assert.match(wrong({ name: "长".repeat(3000) })["prizes[0].name"], /100 个字/);
  assert.ok(wrong({ name: "\ud800" })["prizes[0].name"]);
  assert.match(errors(core, { ...base, rules: "\udc00" }).rules, /特殊字符/);
  assert.match(wrong({ image: "data:image/svg+xml;base64,AAAA" })["prizes[0].image"], /PNG/);
  assert.match(wrong({ image: `data:image/png;base64,${"A".repeat(70_000)}` })["prizes[0].image"], /48 KB/);
  assert.match(wrong({ image: "javascript:alert(1)" })["prizes[0].image"], /http/);
  for (const image of ["", "/media/pictures/a.png", "https://example.com/a.png", "data:image/webp;base64,AAAA"]) assert.deepEqual(wrong({ image }), {}, image);
});

test("a discount that is typed as money is told, with what it should be", () => {
  const right = (name, value, type = "coupon") => discountAdvice({ type, name, value })?.value;
  for (const [name, value] of [["八折优惠券", "8"], ["8折", "80"], ["８．０折券", "８"], ["八点零折", "800"], ["打折券", "8"], ["折扣券", "80"]]) assert.equal(right(name, value), "0.8", `${name} ${value}`);
  for (const [name, value] of [["八八折券", "8.8"], ["全场88折", "88"], ["八点八折", "8800"], ["8.8 折", "1"], ["打折券", "8.8"]]) assert.equal(right(name, value), "0.88", `${name} ${value}`);
  assert.equal(right("对折券", "5"), "0.5");
  assert.equal(right("满100元打8折", "8"), "0.8", "what is off is no money");
  assert.equal(right("八折券（不含酒水）", "8"), "0.8");
  assert.equal(right("饮品券（8折）", "8"), "0.8");
  for (const value of ["12.5", "30"]) assert.equal(right("打折券", value), "", "nobody can tell");
  assert.match(discountAdvice({ type: "coupon", name: "八折券", value: "8" })?.words ?? "", /8 元的券.*0\.8/);
  for (const [name, value, type] of [["八折券", "0.8"], ["八折券", ""], ["八折券", "x"], ["满百减十元", "10"], ["折叠伞券", "30"], ["八折菜刀", "88", "physical"]]) assert.equal(right(name, value, type), undefined, `${name} ${value}`);
});

test("a coupon of money is no discount, whatever else its name speaks of", () => {
  const coupons = [["30元折扣券", "30"], ["20元代金券（不与折扣同享）", "20"], ["20元代金券,不与8折同享", "20"], ["代金券 不可与八折同用", "8"], ["满50减5（已打折商品除外）", "5"], ["满50减5，打折商品可用", "5"], ["10折", "10"], ["10 折券", "100"], ["￥50折扣券", "50"], ["五十块折扣券", "50"], ["现金抵用券（折扣商品除外）", "20"], ["打8折后可用的20元券", "20"], ["折扣店购物券", "50"]];
  for (const [name, value] of coupons) assert.equal(discountAdvice({ type: "coupon", name, value }), null, `${name} ${value}`);
});

test("digits are read as Chinese keyboards write them, too", () => {
  assert.equal(parts("８８．５", 2), 8850);
  assert.equal(whole("－１２", -100, 100), -12);
  assert.equal(whole("＋３", 0, 9), 3);
  const narrow = draft.blank();
  const wide = { ...narrow, cost: "１００", prizes: narrow.prizes.map((prize, at) => ({ ...prize, chance: ["１０", "９０"][at] ?? "", angle: ["０", "１８０"][at] ?? "" })) };
  assert.deepEqual(errors(core, wide), {});
  assert.deepEqual(toBody(wide), toBody(narrow));
  const [, , copy] = draft.duplicated(wide, wide.prizes[1]?.key ?? "").prizes;
  assert.equal(copy?.angle, "270");
});

test("pictures go to the server and back, and a change of one is told", () => {
  const one = draft.fromConfig(CONFIG);
  assert.deepEqual(toBody(one).prizes.map((prize) => prize.image), CONFIG.prizes.map((prize) => prize.image));
  assert.deepEqual(changes(CONFIG, one), []);
  const [was] = one.prizes;
  const told = (image) => changes(CONFIG, { ...one, prizes: one.prizes.map((prize) => (prize === was ? { ...prize, image } : prize)) })[0]?.text;
  assert.equal(told(""), "去掉图片");
  assert.equal(told("/media/pictures/other.png"), "换了图片");
});

test("what a new prize is worth and that it has a picture is told, and both texts of the rules", () => {
  const one = draft.fromConfig(CONFIG);
  const added = { ...draft.added(one), name: "七折券", type: "coupon", value: "0.7", image: "data:image/png;base64,iVBORw0KGgo=" };
  const found = changes(CONFIG, { ...one, rules: "新的", prizes: one.prizes.concat([added]) });
  assert.deepEqual(found, [
    { title: "新增“七折券”", text: "优惠券，价值 7 折，概率 0%，不限量，有图片" },
    { title: "规则文字", text: "有改动", before: CONFIG.rules, after: "新的" },
  ]);
  const dear = { ...one, prizes: one.prizes.map((prize, at) => (at === 0 ? { ...prize, value: "8.8" } : prize)) };
  assert.equal(changes(CONFIG, dear)[0]?.text, "价值 8.8 折 → 8.8 元");
});

test("a new prize has the colour that is used least, and none of its neighbours'", () => {
  let one = draft.blank();
  for (let count = 3; count <= 40; count += 1) {
    one = { ...one, prizes: one.prizes.concat([draft.added(one)]) };
    const colours = one.prizes.map(({ color }) => color);
    assert.ok(colours[count - 1] !== colours[count - 2] && colours[count - 1] !== colours[0], `${count}`);
    // The first one's is always a neighbour's.
    const used = draft.COLOURS.filter((colour) => colour !== colours[0]).map((colour) => colours.filter((own) => own === colour).length);
    assert.ok(Math.max(...used) - Math.min(...used) <= 1, `${count}: ${used}`);
  }
});

test("held against a wheel, a prize is the one with its id there", () => {
  const one = draft.fromConfig(CONFIG);
  const anew = adopted(one, null);
  assert.ok(anew.prizes.every((prize) => prize.isNew && prize.won === null));
  assert.deepEqual(adopted(anew, CONFIG), one);
  assert.equal(adopted({ ...anew, prizes: anew.prizes.concat([draft.added(anew)]) }, CONFIG).prizes[3].isNew, true);
});
