/** What the rules check says of bad tables, in words, from the real core. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toSpec } from "../../www-demo/common/draft-check.js";
import { blank, equalAngles } from "../../www-demo/common/draft.js";
import { findingWords, runningChange } from "../../www-demo/common/promotion-words.js";
import { findingsOf } from "../../www-demo/design/findings.js";
import { core } from "./core.mjs";

const TERMS = { organiser: "公平小馆", period: "2026年11月1日至12月31日", redemption: "中奖后 30 天内到店出示记录，券在店内使用，有效期 30 天。积分可换商品，长期有效", contact: "电话 010-12345678" };
const good = () => {
  const draft = blank();
  const [first, empty] = draft.prizes;
  assert.ok(first && empty);
  const cup = { ...first, key: "n3", id: 3, name: "酸梅汤", type: "physical", value: "6", chance: "10" };
  return equalAngles({ ...draft, prizes: [first, { ...empty, chance: "80" }, cup] });
};
/** @param {any} draft */
const tableOf = (draft) => core.tableFromSpec(/** @type {any} */ (toSpec(draft).spec));
/** @param {any} draft @param {string} [rules] */
const found = (draft, rules) => findingsOf(core, { table: tableOf(draft), draft: { ...draft, rules: rules ?? core.noticeText(tableOf(draft).text, TERMS) } });
/** @param {any} draft @param {number} at @param {object} change */
const changed = (draft, at, change) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize, /** @type {number} */ n) => (n === at ? { ...prize, ...change } : prize)) });

describe("the rules check", () => {
  test("has nothing to say of an honest wheel with its own notice", () => {
    assert.deepEqual(found(good()).filter(({ level }) => level !== "ok"), []);
  });

  test("names the prize that is worth too much, can't be won, or pretends", () => {
    const cases = /** @type {[number, object, string, string][]} */ ([
      [2, { value: "60000", name: "电动车" }, "top_prize_limit", "“电动车”超过五万元"],
      [2, { chance: "0" }, "unreachable", "“酸梅汤”抽不到"],
      [2, { isLimited: true, stock: "0" }, "unreachable", "“酸梅汤”抽不到"],
      [1, { name: "神秘大奖" }, "empty_named", "“神秘大奖”没有奖，名称却像有奖"],
    ]);
    for (const [at, change, code, title] of cases) {
      const draft = changed(good(), at, change);
      const isZero = "chance" in change;
      const finding = found(isZero ? changed(draft, 1, { chance: "90" }) : draft).find((one) => one.level === "warning");
      assert.deepEqual([finding?.code, finding?.title, finding?.key], [code, title, draft.prizes[at].key]);
      assert.ok((finding?.source.length ?? 0) > 0);
    }
  });

  test("misses the terms where there are none, the gravest first", () => {
    const findings = found(good(), "玩得开心");
    assert.deepEqual(findings.filter(({ level }) => level === "warning").map(({ code }) => code), ["organiser_terms", "period_terms", "redemption_terms"]);
    assert.deepEqual(findings.map(({ level }) => level), [...findings.map(({ level }) => level)].sort((a, b) => "warning advice ok".indexOf(a) - "warning advice ok".indexOf(b)));
  });

  test("tells of a notice of another table", () => {
    const rules = core.noticeText(tableOf(good()).text, TERMS);
    const finding = found({ ...good(), cost: "99" }, rules).find(({ level }) => level === "warning");
    assert.deepEqual([finding?.code, finding?.title], ["notice_outdated", "规则文字里的公告不是这个转盘的"]);
  });

  test("asks a merchant who changes a running wheel to look at article 13", () => {
    assert.deepEqual(runningChange(false), []);
    const [advice] = runningChange(true);
    assert.deepEqual([advice?.level, advice?.source[0]?.cite], ["advice", "《规范促销行为暂行规定》第十三条"]);
    assert.match(advice?.source[0]?.text ?? "", /不得变更，不得附加条件/);
  });

  test("says nothing of a table that there is not", () => {
    assert.deepEqual(findingsOf(core, { table: null, draft: good() }), []);
  });

  test("has words for each finding that the core knows", () => {
    const codes = new Set([...found(good()), ...found(good(), "")].map(({ code }) => code));
    assert.ok(codes.size >= 8);
    for (const code of codes) {
      for (const level of /** @type {const} */ (["ok", "advice", "warning"])) {
        const words = findingWords({ code, level, prize_id: null }, "酸梅汤");
        assert.ok(words.title !== "" && words.title !== "请再看一看这一项" && !words.title.includes("{}"), `${code} ${level}`);
      }
    }
  });
});
