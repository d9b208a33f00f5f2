/** The test of the odds against figures that were computed without it (exact fractions, and erfc). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { atLeast, chiWords, testOdds } from "../../www-demo/common/odds-stats.js";
import { core } from "./core.mjs";

/** @param {number[]} weights */
function tableOf(weights) {
  const prizes = weights.map((weight, n) => ({ id: n + 1, name: `奖品${n + 1}`, type: /** @type {const} */ ("empty"), value_cents: 0, weight, angle: n * 10, is_activity: false, stock: null }));
  return core.tableFromSpec({ cost: 1, daily_limit: 1, fallback: null, prizes });
}

/** @param {number[]} weights @param {number[]} counts */
function said(weights, counts) {
  const made = testOdds(core, tableOf(weights), counts);
  return { ...made, ...chiWords(made, counts.reduce((sum, n) => sum + n, 0)) };
}

/** @param {number | null} found @param {number} due */
const isNear = (found, due) => assert.ok(found !== null && Math.abs(found / due - 1) < 1e-9, `${found} is ${due}`);

test("one rare prize does not hide a wheel that is grossly off", () => {
  const { fit, level, pooled, cells, text } = said([1, 4000, 5999], [1, 3400, 6599]);
  assert.deepEqual([level, pooled, cells, fit.degrees_of_freedom], ["odd", ["奖品1", "奖品2"], 2, 1]);
  isNear(fit.chi_square, 149.9875072905386);
  isNear(fit.p_value, 1.7445777996343116e-34);
  assert.match(text, /「奖品1」「奖品2」按概率出现得太少，合在一起比较/);
  assert.equal(said([1, 4000, 5999], [1, 4010, 5989]).level, "usual");
});

test("all that are rare share one cell", () => {
  const { fit, level, pooled, cells } = said([5, 10, 20, 2965, 7000], [3, 1, 6, 590, 1400]);
  assert.deepEqual([level, pooled.length, cells, fit.degrees_of_freedom], ["usual", 3, 3, 2]);
  isNear(fit.chi_square, 1.3008913515814708);
  isNear(fit.p_value, 0.5218131654611912);
});

test("a rare prize that comes far too often is named, even where nothing else can be said", () => {
  const many = said([1, 4000, 5999], [30, 3990, 5980]);
  assert.equal(many.level, "odd");
  assert.match(many.text, /「奖品1」按概率只该出现大约 1\.0 次，却出现了 30 次/);
  const few = said([1, 9999], [6, 14]);
  assert.deepEqual([few.level, few.isFew], ["odd", true]);
  assert.match(few.text, /不到 0\.1 次，却出现了 6 次/);
  assert.equal(said([1, 4000, 5999], [3, 4000, 5997]).level, "usual");
});

test("few draws, none, and what cannot deviate", () => {
  const few = said([500, 500, 9000], [1, 0, 9]);
  assert.deepEqual([few.level, few.fit.p_value], ["few", null]);
  assert.equal(said([500, 500, 9000], [0, 0, 0]).level, "none");
  assert.equal(said([10_000, 0], [2, 0]).level, "none");
  assert.equal(said([10_000, 0], [200, 0]).level, "none");
});

test("what cannot be drawn at all and was, is odd", () => {
  const { level, fit } = said([1, 0, 9999], [0, 1, 999]);
  assert.deepEqual([level, fit.p_value], ["odd", 0]);
});

test("nothing is pooled where every prize is expected often enough", () => {
  const weights = [500, 500, 9000];
  const counts = [8, 3, 89];
  const { fit, pooled } = testOdds(core, tableOf(weights), counts);
  assert.deepEqual([fit, pooled], [core.chiSquare(tableOf(weights).text, counts), []]);
});

test("the tail of the binomial distribution", () => {
  for (const [k, n, p, due] of /** @type {const} */ ([[8, 10_000, 1e-4, 1.0227315629013618e-5], [30, 2000, 4e-4, 1.7498365633787243e-36], [2, 10, 0.3, 0.8506916541]])) isNear(atLeast(k, n, p), due);
  isNear(atLeast(5, 5, 0.5), 1 / 32);
  assert.deepEqual([atLeast(0, 5, 0.5), atLeast(6, 5, 0.5)], [1, 0]);
});
