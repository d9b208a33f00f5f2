/** The wheel on its canvas: the disc and the pointer painted beforehand, and for each frame put where they belong. */

import { paintDisc, radians, sectorRadius } from "./disc.js";

/** Finer pixels than these cost memory and show nothing. */
export const MAX_DPR = 3;
/** The pointer's box, in its own units. */
const POINTER = { width: 28, height: 36 };

/**
 * `ground` lies over the sectors that are not marked.
 * @typedef {import('./disc.js').Sector} Sector
 * @typedef {import('./disc.js').DiscColours & {ground: string}} Colours
 *
 * Sizes in CSS pixels.
 * @typedef {{sectors: Sector[], size: number, dpr: number, rings: import('./disc.js').Rings, colours: Colours}} Look
 *
 * @typedef {object} Instead
 * @property {number} rotation
 * @property {number} share 0 shows nothing of it, 1 nothing else
 */

/**
 * @template {{width: number, height: number, getContext(kind: "2d"): any}} C
 * @param {object} host
 * @param {C} host.canvas the one that is seen
 * @param {(width: number, height: number) => C | null} host.makeCanvas one that is not; null: there is none, and all is painted each time
 */
export function createPainter({ canvas, makeCanvas }) {
  /** @type {CanvasRenderingContext2D | null} */
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no 2d canvas");
  const ctx = context;
  /** @type {Look | null} */
  let look = null;
  /** @type {C | null} */
  let disc = null;
  /** @type {C | null} */
  let pointer = null;

  /**
   * What `paint` paints, kept for the frames.
   * @param {C | null} before the canvas to use again
   * @param {number} width @param {number} height device pixels
   * @param {(ctx: CanvasRenderingContext2D) => void} paint
   */
  function kept(before, width, height, paint) {
    const made = before || makeCanvas(width, height);
    const onto = made?.getContext("2d");
    if (!made || !onto) return null;
    made.width = width; // which empties it
    made.height = height;
    paint(onto);
    return made;
  }

  /** @param {number} rotation hundredths of a degree, clockwise @param {number} scale */
  function turn(rotation, scale) {
    const angle = (rotation / 18_000) * Math.PI;
    const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
    const middle = canvas.width / 2;
    ctx.setTransform(cos, sin, -sin, cos, middle, middle);
  }

  /** @param {Look} now @param {number} rotation */
  function paintTurned(now, rotation) {
    turn(rotation, disc ? 1 : now.dpr);
    const middle = canvas.width / 2;
    if (disc) ctx.drawImage(/** @type {any} */ (disc), -middle, -middle);
    else paintDisc(ctx, now.sectors, now.rings, now.colours);
  }

  return {
    /** Images for the disc must be made by the canvas it is painted on. */
    get disc() {
      return disc || canvas;
    },

    /** Paints the disc anew. @param {Look} next */
    setLook(next) {
      look = next;
      const { size, dpr, sectors, rings, colours } = next;
      const side = Math.round(size * dpr);
      if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
      disc = kept(disc, side, side, (onto) => {
        onto.setTransform(dpr, 0, 0, dpr, side / 2, side / 2);
        paintDisc(onto, sectors, rings, colours);
      });
      const unit = pointerUnit(size) * dpr;
      pointer = kept(pointer, Math.ceil(POINTER.width * unit), Math.ceil(POINTER.height * unit), (onto) => paintPointer(onto, unit));
    },

    /** Nothing is to be seen any more. */
    clear() {
      look = null;
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, canvas.width, canvas.height);
    },

    /**
     * @param {number} rotation hundredths of a degree, clockwise
     * @param {{marked?: Sector | undefined, instead?: Instead | undefined}} [also] `marked` stands out; `instead` shines through
     */
    frame(rotation, { marked, instead } = {}) {
      if (!look) return;
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, canvas.width, canvas.height);
      paintTurned(look, rotation);
      if (instead) {
        ctx.globalAlpha = instead.share;
        paintTurned(look, instead.rotation);
        ctx.globalAlpha = 1;
      }
      if (marked) {
        turn(rotation, look.dpr);
        hush(ctx, marked, sectorRadius(look.rings.outer), look.colours.ground);
      }
      const unit = pointerUnit(look.size) * look.dpr;
      const left = Math.round((canvas.width - POINTER.width * unit) / 2);
      ctx.setTransform(1, 0, 0, 1, left, 0);
      if (pointer) ctx.drawImage(/** @type {any} */ (pointer), 0, 0);
      else paintPointer(ctx, unit);
    },
  };
}

/**
 * Lays a veil over every sector but this one.
 * @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {number} radius @param {string} veil
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

/** Pixels to a unit of the pointer's. @param {number} size of the wheel */
const pointerUnit = (size) => Math.max(0.85, size / 358);

/** The fixed pointer at 12 o'clock, in the middle of its box. @param {CanvasRenderingContext2D} ctx @param {number} unit */
function paintPointer(ctx, unit) {
  ctx.scale(unit, unit);
  ctx.translate(POINTER.width / 2, 0);
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
