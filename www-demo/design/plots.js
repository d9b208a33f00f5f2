/** Plots by uPlot, fetched when the first one is shown, in the colours of the page. */

const HOME = new URL("../vendor/uplot/", import.meta.url);
/** @type {Promise<any> | null} */
let loading = null;

function load() {
  loading ??= fetchAll().catch((error) => {
    loading = null; // the next one tries again
    throw error;
  });
  return loading;
}

async function fetchAll() {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("uPlot.css", HOME).href });
  const styled = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
  });
  document.head.append(link);
  const [module] = await Promise.all([import(new URL("uPlot.esm.js", HOME).href), styled]);
  return module.default;
}

/** @typedef {Record<"ink" | "quiet" | "line" | "jade" | "jadeSoft" | "gold" | "vermilion" | "card", string>} Palette */

/** @param {HTMLElement} place @returns {Palette} */
function paletteOf(place) {
  const style = getComputedStyle(place);
  const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { ink: token("--ink"), quiet: token("--ink-2"), line: token("--line"), jade: token("--jade"), jadeSoft: token("--jade-soft"), gold: token("--gold"), vermilion: token("--vermilion"), card: token("--card") };
}

const FONT = '13px -apple-system, "PingFang SC", "Noto Sans CJK SC", "Segoe UI", system-ui, sans-serif';

/** An axis in the page's looks. @param {Palette} palette @param {object} [more] */
export const axis = ({ quiet, line }, more = {}) => ({ stroke: quiet, font: FONT, grid: { stroke: line, width: 1 }, ticks: { show: false }, gap: 6, ...more });

/**
 * A plot that follows its place, the colour scheme and its data.
 * @param {HTMLElement} place
 * @param {(palette: Palette, width: number) => {height: number, options: object}} describe
 */
export function createPlot(place, describe) {
  /** @type {any} */
  let plot = null;
  /** @type {unknown[][] | null} */
  let data = null;
  /** The library, once it is there. @type {any} */
  let Plot = null;

  function build() {
    plot?.destroy();
    plot = null;
    const width = place.clientWidth;
    if (!Plot || !data || width === 0) return;
    const { height, options } = describe(paletteOf(place), width);
    plot = new Plot({ width, height, pxAlign: 0, legend: { show: false }, cursor: { show: false }, ...options }, data, place);
  }

  /** Fetched for those who come to see it. */
  const seen = new Promise((resolve) => {
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      resolve(undefined);
    }, { rootMargin: "200px" });
    watch.observe(place);
  });

  let width = 0;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    build();
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", build);

  return {
    /** @param {unknown[][]} next columns @param {boolean} [isOther] axes and series change, too */
    async show(next, isOther = false) {
      data = next;
      if (!Plot) {
        try {
          await seen;
          Plot = await load();
        } catch {
          place.textContent = "图没有取到，数字都在表里。";
          return;
        }
        place.textContent = "";
        build();
      } else if (!plot || isOther) build();
      else plot.setData(data);
    },
  };
}
