/** What only the phone knows: how large the wheel is, how fine its pixels are, which colours are in force. */

import { MAX_DPR } from "../../../www-demo/common/painter.js";

/** Properties of `#colours` in the style sheet, and what each stands for. @type {Record<string, string>} */
const MEANT = { color: "rim", backgroundColor: "ground", borderTopColor: "line", borderRightColor: "peg" };
/** The same colours, for a phone that does not tell. */
const LIGHT = { rim: "#FFFDFA", ground: "#FFF9F2", line: "#EFE3D6", peg: "#C9983F" };

/**
 * @param {any} component
 * @returns {Promise<{canvas: any, isCalm: boolean, place: import('./turning.js').Place}>} `canvas` is null if there is none
 */
export function measure(component) {
  return new Promise((resolve) => {
    const query = component.createSelectorQuery();
    query.select("#disc").fields({ node: true, size: true });
    query.select("#colours").fields({ computedStyle: [...Object.keys(MEANT), "opacity"] });
    query.exec((/** @type {any[]} */ [disc, style]) => {
      const colours = { ...LIGHT };
      for (const [property, name] of Object.entries(MEANT)) if (style && style[property]) Object.assign(colours, { [name]: style[property] });
      resolve({
        canvas: (disc && disc.node) || null,
        isCalm: Boolean(style) && Number(style.opacity) === 0.5,
        place: { size: (disc && disc.width) || 0, dpr: Math.min(pixelRatio(), MAX_DPR), colours },
      });
    });
  });
}

const pixelRatio = () => (wx.getWindowInfo ? wx.getWindowInfo() : wx.getSystemInfoSync()).pixelRatio || 1;

/**
 * A canvas that is not seen, null where there is none.
 * @param {number} width @param {number} height
 */
export function makeCanvas(width, height) {
  try {
    return wx.createOffscreenCanvas({ type: "2d", width, height });
  } catch {
    return null;
  }
}

/** @param {any} canvas @returns {import('../../../www-demo/common/motion.js').Frames} */
export function framesOf(canvas) {
  const clock = { now: Date.now, after: delayed };
  // What a canvas hands to its callback differs from phone to phone: the clock is asked instead.
  if (!canvas.requestAnimationFrame) return { ...clock, request: (step) => setTimeout(() => step(), 16), cancel: clearTimeout };
  return { ...clock, request: (step) => canvas.requestAnimationFrame(() => step()), cancel: (handle) => canvas.cancelAnimationFrame(handle) };
}

/** @param {number} ms @param {() => void} call @returns {() => void} takes it back */
function delayed(ms, call) {
  const timer = setTimeout(() => call(), ms);
  return () => clearTimeout(timer);
}

/** A light tap to the hand, where the phone can. */
export function tap() {
  if (wx.vibrateShort) wx.vibrateShort({ type: "light", fail() {} });
}
