/** The wheel on its canvas: a disc painted once, and for each frame one rotation and the pointer. */

import { paintDisc, radians, sectorRadius } from "./disc.js";

/** Finer pixels than these cost memory and show nothing. */
const MAX_DPR = 3;

/**
 * @param {HTMLCanvasElement} canvas square; its size follows the layout
 */
export function createWheel(canvas) {
  const ctx = canvas.getContext("2d", { alpha: true });
  if (!ctx) throw new Error("no 2d canvas");
  /** @type {import('./disc.js').Sector[]} */
  let sectors = [];
  /** @type {HTMLCanvasElement | null} */
  let disc = null;
  let size = 0;
  let dpr = 1;
  let rotation = 0;
  /** @type {import('./disc.js').Sector | undefined} */
  let marked;
  let veil = "";

  function paint() {
    size = canvas.clientWidth;
    dpr = Math.min(window.devicePixelRatio || 1, MAX_DPR);
    if (size === 0 || sectors.length === 0) return;
    canvas.width = canvas.height = Math.round(size * dpr);
    const style = getComputedStyle(canvas);
    veil = style.getPropertyValue("--ground");
    const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    disc = paintDisc(sectors, size, dpr, { rim: token("--rim"), line: token("--line"), peg: token("--peg") });
    frame();
  }

  function frame() {
    if (!ctx || !disc) return;
    const middle = canvas.width / 2;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    ctx.translate(middle, middle);
    ctx.rotate((rotation / 18_000) * Math.PI);
    ctx.drawImage(disc, -middle, -middle);
    if (marked) hush(ctx, marked, sectorRadius(size) * dpr, veil);
    ctx.setTransform(dpr, 0, 0, dpr, middle, 0);
    pointer(ctx, size);
  }

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
    /** @param {import('./disc.js').Sector[]} next */
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

/**
 * Lays a veil over every sector but this one.
 * @param {CanvasRenderingContext2D} ctx @param {import('./disc.js').Sector} sector @param {number} radius @param {string} veil
 */
function hush(ctx, sector, radius, veil) {
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.arc(0, 0, radius, radians(sector.start + sector.width), radians(sector.start + 36_000));
  ctx.closePath();
  ctx.globalAlpha = 0.45;
  ctx.fillStyle = veil;
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** The fixed pointer at 12 o'clock. @param {CanvasRenderingContext2D} ctx @param {number} size */
function pointer(ctx, size) {
  const unit = Math.max(1, size / 358);
  ctx.scale(unit, unit);
  ctx.beginPath();
  ctx.moveTo(0, 32);
  ctx.bezierCurveTo(-6, 24, -11.5, 19, -11.5, 13);
  ctx.arc(0, 13, 11.5, Math.PI, 0);
  ctx.bezierCurveTo(11.5, 19, 6, 24, 0, 32);
  ctx.closePath();
  ctx.fillStyle = "#CB3A22";
  ctx.fill();
  ctx.lineWidth = 2.5;
  ctx.strokeStyle = "#FFFDFA";
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(0, 13, 3.5, 0, Math.PI * 2);
  ctx.fillStyle = "#FFFDFA";
  ctx.fill();
}
