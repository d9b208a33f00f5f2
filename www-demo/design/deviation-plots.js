/** The pictures of a simulation: how far each prize is off, and how that settled. */

import { axis, createPlot } from "./plots.js";
import { settlingLimit, wilson } from "./statistics.js";

/**
 * Each prize's share beside the declared one, with the bounds that hold it in 99 of 100 fair runs.
 * @param {HTMLElement} place
 */
export function createSharePlot(place) {
  /** @type {{name: string}[]} */
  let shown = [];
  const plot = createPlot(place, (palette, width) => {
    const isNarrow = width / Math.max(1, shown.length) < 84;
    const names = shown.map(({ name }) => (Array.from(name).length > 6 ? `${Array.from(name).slice(0, 5).join("")}…` : name));
    return {
      height: isNarrow ? 260 : 240,
      options: {
        scales: { x: { time: false, range: () => [-0.6, Math.max(1, shown.length) - 0.4] }, y: { range: symmetric } },
        axes: [
          axis(palette, { splits: () => names.map((_, at) => at), values: () => names, rotate: isNarrow ? -60 : 0, size: isNarrow ? 76 : 34, grid: { show: false } }),
          axis(palette, { size: 64, values: (/** @type {unknown} */ _, /** @type {number[]} */ splits) => splits.map(signed) }),
        ],
        series: [{}, { paths: () => null, points: { show: false } }, { paths: () => null, points: { show: false } }, { paths: () => null, points: { show: false } }],
        hooks: { draw: [(/** @type {any} */ u) => whiskers(u, palette)] },
      },
    };
  });
  return {
    /** @param {{name: string, weight: number}[]} prizes @param {number[]} counts @param {number} total */
    show(prizes, counts, total) {
      const rows = prizes.map((prize, at) => ({ ...prize, count: counts[at] ?? 0 })).filter(({ weight }) => weight > 0);
      const isOther = JSON.stringify(rows.map(({ name }) => name)) !== JSON.stringify(shown.map(({ name }) => name));
      shown = rows;
      const off = (/** @type {number} */ share, /** @type {number} */ weight) => (share / (weight / 10_000) - 1) * 100;
      const bounds = rows.map(({ count, weight }) => {
        const { low, high } = wilson(count, total);
        return [off(low, weight), off(count / total, weight), off(high, weight)];
      });
      return plot.show([rows.map((_, at) => at), bounds.map(([low]) => low), bounds.map(([, is]) => is), bounds.map(([, , high]) => high)], isOther);
    },
  };
}

/** The same room above and below. @param {unknown} _ @param {number} low @param {number} high */
function symmetric(_, low, high) {
  const most = Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0), 0.01) * 1.15;
  return [-most, most];
}

/** @param {number} percent */
const signed = (percent) => `${percent > 0 ? "+" : percent < 0 ? "−" : ""}${Number(Math.abs(percent).toFixed(3))}%`;

/** @param {any} u @param {import('./plots.js').Palette} palette */
function whiskers(u, { jade, vermilion, ink, card }) {
  const { ctx, data, bbox } = u;
  const dpr = devicePixelRatio || 1;
  const y = (/** @type {number} */ value) => Math.round(u.valToPos(value, "y", true));
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.lineWidth = dpr;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y(0));
  ctx.lineTo(bbox.left + bbox.width, y(0));
  ctx.stroke();
  data[0].forEach((/** @type {number} */ at) => {
    const [low, is, high] = [data[1][at], data[2][at], data[3][at]];
    const x = Math.round(u.valToPos(at, "x", true));
    const cap = 7 * dpr;
    ctx.strokeStyle = ctx.fillStyle = low > 0 || high < 0 ? vermilion : jade;
    ctx.lineWidth = 2 * dpr;
    ctx.beginPath();
    for (const end of [low, high]) {
      ctx.moveTo(x - cap, y(end));
      ctx.lineTo(x + cap, y(end));
    }
    ctx.moveTo(x, y(low));
    ctx.lineTo(x, y(high));
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x, y(is), 5 * dpr, 0, Math.PI * 2);
    ctx.fill();
    ctx.strokeStyle = card;
    ctx.stroke();
  });
  ctx.restore();
}

/**
 * The largest deviation of any prize while the draws went on.
 * @param {HTMLElement} place
 */
export function createSettlingPlot(place) {
  let draws = 1;
  let limit = 0;
  const plot = createPlot(place, (palette) => ({
    height: 240,
    options: {
      scales: { x: { time: false, range: () => [0, draws] }, y: { range: (/** @type {unknown} */ _, /** @type {number} */ low, /** @type {number} */ high) => [0, Math.max(limit * 1.3, (high ?? 0) * 1.1, low ?? 0)] } },
      axes: [axis(palette, { size: 34, grid: { show: false }, values: (/** @type {unknown} */ _, /** @type {number[]} */ splits) => splits.map(million) }), axis(palette, { size: 40 })],
      series: [{}, { stroke: palette.jade, width: 2, points: { show: false } }, { stroke: palette.gold, width: 1.5, dash: [6, 5], points: { show: false } }],
    },
  }));
  return {
    /** @param {number[]} done @param {number[]} deviations @param {number} all draws there will be @param {number} prizes that can be won */
    show(done, deviations, all, prizes) {
      const isOther = all !== draws;
      draws = all;
      limit = settlingLimit(prizes);
      return plot.show([[0, ...done, all], [null, ...deviations, null], [limit, ...done.map(() => limit), limit]], isOther);
    },
  };
}

/** @param {number} draws */
const million = (draws) => (draws === 0 ? "0" : `${draws / 10_000} 万`);
