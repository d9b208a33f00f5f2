/** The wheel in its place on the page: follows the layout, the screen's pixels and the colour scheme. */

import { createPainter, MAX_DPR } from "./common/painter.js";

/** The button's share of the wheel, and its least radius: as in the style sheet. */
const HUB = { share: 0.135, least: 42 };

/** @param {number} width @param {number} height */
const makeCanvas = (width, height) => Object.assign(document.createElement("canvas"), { width, height });

/** @param {number} size of the canvas @returns {import('./common/disc.js').Rings} */
const pageRings = (size) => ({ outer: size / 2, hub: Math.max(HUB.least, size * HUB.share) });

/**
 * @param {HTMLCanvasElement} canvas square; its size follows the layout
 * @param {typeof pageRings} [rings] how large the disc and its button are in it
 */
export function createWheel(canvas, rings = pageRings) {
  const painter = createPainter({ canvas, makeCanvas });
  /** @type {import('./common/disc.js').Sector[]} */
  let sectors = [];
  let rotation = 0;
  /** @type {import('./common/disc.js').Sector | undefined} */
  let marked;

  function paint() {
    const size = canvas.clientWidth;
    if (size === 0 || sectors.length === 0) return;
    const style = getComputedStyle(canvas);
    const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    painter.setLook({
      sectors,
      size,
      dpr: Math.min(window.devicePixelRatio || 1, MAX_DPR),
      rings: rings(size),
      colours: { rim: token("--rim"), line: token("--line"), peg: token("--peg"), ground: token("--ground") },
    });
    frame();
  }

  const frame = () => painter.frame(rotation, { marked });

  const resized = new ResizeObserver(paint);
  resized.observe(canvas);
  const finer = new AbortController();
  (function watchPixels() {
    const same = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const changed = () => {
      paint();
      watchPixels();
    };
    same.addEventListener("change", changed, { once: true, signal: finer.signal });
  })();
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", paint);

  return {
    /** @param {import('./common/disc.js').Sector[]} next */
    setSectors(next) {
      sectors = next;
      marked = undefined;
      paint();
    },
    /** Hundredths of a degree, clockwise. */
    get rotation() {
      return rotation;
    },
    /** @param {number} next hundredths of a degree, clockwise */
    turn(next) {
      rotation = next;
      frame();
    },
    /** Lets this prize's sector stand out; null: none does. @param {number | null} prizeId */
    mark(prizeId) {
      marked = sectors.find((sector) => sector.prizeId === prizeId);
      frame();
    },
    destroy() {
      resized.disconnect();
      finer.abort();
      scheme.removeEventListener("change", paint);
    },
  };
}
