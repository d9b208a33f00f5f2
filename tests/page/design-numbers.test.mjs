// The figures of the designers' page against exact computations.

import assert from "node:assert/strict";
import { test } from "node:test";
import { costOf, costOver, drawsUntilGone, expectedGiven, inStock, leftAfter, perDraw } from "../../www-demo/design/budget.js";
import { simulateInSlices } from "../../www-demo/design/slices.js";
import { bound, deviation, inWords, largest, settlingLimit, wilson } from "../../www-demo/design/statistics.js";

/** The draws after which a stock is gone with a probability of at least `share`: the negative binomial, added up. */
function exact(pieces, p, share) {
  let term = p ** pieces;
  let sum = term;
  let draws = pieces;
  while (sum < share) {
    draws += 1;
    term *= ((draws - 1) / (draws - pieces)) * (1 - p);
    sum += term;
  }
  return draws;
}

test("the days of a stock are near the exact ones", () => {
  for (const [pieces, weight] of [[1, 50], [1, 1000], [3, 50], [3, 2500], [20, 500], [60, 800], [100, 5000]]) {
    const p = weight / 10_000;
    const { low, mean, high } = drawsUntilGone(pieces, weight);
    assert.equal(mean, pieces / p);
    for (const [found, share] of [[low, 0.05], [high, 0.95]]) {
      const right = exact(pieces, p, share);
      const off = Math.abs(found - right);
      assert.ok(off <= Math.max(1, right * 0.04) || (pieces === 1 && off <= right * 0.25), `${pieces} at ${p}: ${found}, not ${right}`);
    }
  }
  assert.deepEqual(drawsUntilGone(7, 10_000), { low: 7, mean: 7, high: 7 });
});

test("a stock goes down to nothing and not below", () => {
  assert.deepEqual(leftAfter(10, 1000, 0), { low: 10, mean: 10, high: 10 });
  assert.equal(leftAfter(10, 1000, 50).mean, 5);
  const late = leftAfter(10, 1000, 1000);
  assert.deepEqual(late, { low: 0, mean: 0, high: 0 });
  const { low, high } = leftAfter(10, 1000, 50);
  assert.ok(low < 5 && high > 5 && low >= 0 && high <= 10);
});

test("a coupon under 1 costs what is let off, points cost at their rate, nothing costs nothing", () => {
  const terms = { bill: 80, rate: 10 };
  const cost = (type, value_cents) => costOf({ type, value_cents, weight: 1 }, terms);
  assert.equal(cost("coupon", 75), 20);
  assert.equal(cost("coupon", 100), 1);
  assert.equal(cost("coupon", 2000), 20);
  assert.equal(cost("coupon", 0), 0);
  assert.equal(cost("points", 5000), 5);
  assert.equal(cost("physical", 50), 0.5);
  assert.equal(cost("empty", 5000), 0);
  const prizes = [{ type: "points", value_cents: 20_000, weight: 2500 }, { type: "physical", value_cents: 4000, weight: 500 }, { type: "empty", value_cents: 0, weight: 7000 }];
  assert.deepEqual(perDraw(prizes, terms), { yuan: 7, points: 50 });
});

test("what is given of a stock is the expectation of a binomial that stops at it", () => {
  // Computed in exact fractions.
  for (const [draws, weight, left, due] of [[200, 100, 3, 1.7846959459343545], [600, 100, 3, 2.919537826584147], [40, 9999, 39, 38.99999220987087], [30, 1, 5, 0.003], [1000, 5000, 500, 493.6937454554098], [7, 10_000, 3, 3]]) {
    const found = expectedGiven(draws, weight, left);
    assert.ok(Math.abs(found - due) < 1e-9, `${draws} at ${weight}, ${left} left: ${found}, not ${due}`);
  }
  assert.equal(expectedGiven(500, 100, 0), 0);
  assert.equal(expectedGiven(500, 0, 10), 0);
  assert.equal(expectedGiven(500, 100, null), 5);
});

/** The same, added up term by term, with the logarithms of the factorials. */
function addedUp(draws, weight, left) {
  const p = weight / 10_000;
  let log = draws * Math.log1p(-p);
  let sum = 0;
  for (let k = 0; k < left; k += 1) {
    sum += (left - k) * Math.exp(log);
    log += Math.log((draws - k) / (k + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return left - sum;
}

test("very wide distributions are approximated to a hundredth of a piece", () => {
  for (const [draws, weight] of [[1_100_000, 1000], [500_000, 5000], [2_000_000, 9000], [1_200_000_000, 1], [30_000_000, 50]]) {
    const mean = (draws * weight) / 10_000;
    const spread = Math.sqrt(mean * (1 - weight / 10_000));
    for (const z of [-6, -2, -0.5, 0, 0.7, 1.5, 3]) {
      const left = Math.round(mean + z * spread);
      const [found, due] = [expectedGiven(draws, weight, left), addedUp(draws, weight, left)];
      assert.ok(Math.abs(found - due) < 0.01, `${draws} at ${weight}, ${left} left: ${found}, not ${due}`);
    }
  }
  assert.equal(expectedGiven(300_000_000_000, 1, 100), 100);
  assert.ok(expectedGiven(300_000_000_000, 5000, 4_000_000_000) === 4_000_000_000);
});

test("a month costs no more than what there is to give", () => {
  const terms = { bill: 100, rate: 10 };
  const gold = { type: "physical", value_cents: 5_000_000, weight: 100 };
  const soup = { type: "physical", value_cents: 1000, weight: 1000, left: null };
  const nothing = { type: "empty", value_cents: 0, weight: 8900, left: null };
  assert.equal(costOver([{ ...gold, left: 0 }, soup, nothing], 6000, terms), 6000);
  const three = costOver([{ ...gold, left: 3 }, soup, nothing], 6000, terms);
  assert.ok(Math.abs(three - 156_000) < 1, String(three));
  assert.equal(costOver([{ ...gold, left: null }, soup, nothing], 6000, terms), 3_006_000);
  assert.equal(perDraw(inStock([{ ...gold, left: 0 }, soup, nothing]), terms).yuan, 1);
});

test("the largest deviation of a fair run stays under the line in 99 of 100", () => {
  let state = 12_345;
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  for (const prizes of [2, 3, 8]) {
    const limit = settlingLimit(prizes);
    let over = 0;
    const runs = 200_000;
    for (let run = 0; run < runs; run += 1) {
      // Equal prizes of very many draws: normal, and adding up to nothing.
      const drawn = Array.from({ length: prizes }, normal);
      const mean = drawn.reduce((sum, n) => sum + n, 0) / prizes;
      if (drawn.some((n) => Math.abs(n - mean) / Math.sqrt(1 - 1 / prizes) > limit)) over += 1;
    }
    assert.ok(over / runs < 0.0105 && over / runs > 0.008, `${prizes} prizes: ${(over / runs) * 100} %`);
  }
});

test("Wilson's bounds are those of the published example, and stay within 0 and 1", () => {
  // Newcombe 1998, table I: 81 of 263 and 15 of 148, at 95 %.
  for (const [count, total, low, high] of [[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]]) {
    const found = wilson(count, total, 1.959964);
    assert.ok(Math.abs(found.low - low) < 1e-4 && Math.abs(found.high - high) < 1e-4, JSON.stringify(found));
  }
});

test("deviations are in standard deviations", () => {
  assert.equal(deviation(60, 100, 0.5), 2);
  assert.equal(deviation(0, 100, 0), 0);
  assert.equal(largest([60, 40], [5000, 5000]), 2);
  assert.equal(largest([0, 0], [5000, 5000]), 0);
  assert.ok(Math.abs(bound(1) - 2.5758) < 1e-3);
  assert.ok(Math.abs(bound(10) - 3.2891) < 1e-3);
});

test("a p-value is told by how often a fair run is as far off", () => {
  assert.equal(inWords(0.5).level, "ok");
  assert.match(inWords(0.088).text, /每 100 次公平的模拟里，大约有 9 次/);
  assert.equal(inWords(0.03).level, "odd");
  const rare = inWords(0.003);
  assert.equal(rare.level, "rare");
  assert.match(rare.text, /p = 0\.0030：每 10,000 次公平的模拟里，大约有 30 次会偏这么多/);
  assert.match(rare.text, /每模拟 100 次也会有 1 次 p 小于 1%/);
  assert.match(inWords(0.000001).text, /还不到 1 次/);
  assert.equal(inWords(null).level, "ok");
});

test("slices add up to what was asked for, each from a stream of its own", async () => {
  const keys = new Set();
  const core = {
    simulate(_, key, draws) {
      keys.add(key);
      assert.match(key, /^[0-9a-f]{64}$/);
      return { counts: [{ observed: draws - 1 }, { observed: 1 }], near_misses: 2 };
    },
  };
  let steps = 0;
  let last;
  await simulateInSlices(core, { table_text: "", seed: "a".repeat(56), draws: 1_234_567 }, (progress) => {
    steps += 1;
    last = progress;
  });
  assert.equal(last.done, 1_234_567);
  assert.equal(last.counts[0] + last.counts[1], 1_234_567);
  assert.equal(last.counts[1], steps);
  assert.equal(last.nearMisses, 2 * steps);
  assert.equal(keys.size, steps);
});
