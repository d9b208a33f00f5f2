/** The little statistics that a simulation is told with. Pure numbers. */

/** The standard normal's 99.5 %: 99 of 100 fair results lie within so many standard deviations. */
export const Z99 = 2.5758293035489;

/**
 * Wilson's bounds for a share, which also hold near 0 and 1.
 * @param {number} count @param {number} total at least 1 @param {number} [z]
 * @returns {{low: number, high: number}} 0..=1
 */
export function wilson(count, total, z = Z99) {
  const share = count / total;
  const z2 = (z * z) / total;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (z * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total))) / (1 + z2);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * How many standard deviations a count lies from what its weight promises; 0 where nothing can deviate.
 * @param {number} count @param {number} total @param {number} share 0..=1
 */
export function deviation(count, total, share) {
  const spread = Math.sqrt(total * share * (1 - share));
  return spread === 0 ? 0 : (count - total * share) / spread;
}

/** The largest deviation, either way. @param {number[]} counts @param {number[]} weights ten-thousandths */
export function largest(counts, weights) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  return Math.max(...counts.map((count, at) => Math.abs(deviation(count, total, (weights[at] ?? 0) / 10_000))));
}

/**
 * Where the largest of so many independent deviations stays in 99 of 100 fair runs.
 * @param {number} many at least 1
 */
export function bound(many) {
  const tail = (1 - 0.99 ** (1 / many)) / 2;
  let [low, high] = [0, 10];
  for (let n = 0; n < 60; n += 1) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Where the largest deviation of so many prizes stays in 99 of 100 fair runs. Two deviate as one: when one is too frequent,
 * the other is too rare. More of them hang together less, and the bound of independent ones holds for any (Šidák).
 * @param {number} prizes that can be drawn
 */
export const settlingLimit = (prizes) => bound(prizes <= 2 ? 1 : prizes);

/** P(Z > z) of the standard normal, for z ≥ 0: Abramowitz & Stegun 7.1.26, off by less than 1e-7. @param {number} z */
export function upperTail(z) {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return (poly * Math.exp(-x * x)) / 2;
}

/** @param {number} p */
export function chance(p) {
  if (p < 0.0001) return "小于 0.0001";
  return p < 0.01 ? p.toFixed(4) : p.toFixed(3);
}

/**
 * What a p-value means, in words for whoever owns the wheel.
 * @param {number | null} p null: there is nothing to compare
 * @returns {{level: "ok" | "odd" | "rare", title: string, text: string}}
 */
export function inWords(p) {
  if (p === null) return { level: "ok", title: "没有可比的", text: "这张表里只有一种结果，每次都一样。" };
  const often = p >= 0.01 ? `每 100 次公平的模拟里，大约有 ${Math.round(p * 100)} 次` : p >= 0.0001 ? `每 10,000 次公平的模拟里，大约有 ${Math.max(1, Math.round(p * 10_000))} 次` : "10,000 次公平的模拟里，还不到 1 次";
  const meaning = `p = ${chance(p)}：${often}会偏这么多，或者更多。`;
  if (p >= 0.05) return { level: "ok", title: "和声明的概率对得上", text: `${meaning}这样的偏差很平常。` };
  if (p >= 0.01) return { level: "odd", title: "对得上，这次偏得稍多", text: `${meaning}偶尔会遇到，不说明有问题。` };
  const advice = "公平的转盘，每模拟 100 次也会有 1 次 p 小于 1%。再模拟一次：如果次次如此，才说明概率不对。";
  return { level: "rare", title: p >= 0.0001 ? "这次偏得少见" : "这次偏得非常少见", text: `${meaning}${advice}` };
}
