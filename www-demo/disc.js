/** The turning part of the wheel, painted once for each table, size and pixel ratio. */

import { labelColour } from "./colour.js";
import { PRIZE_ICONS } from "./icons.js";
import { fitLines, fitOne } from "./label.js";

/**
 * `start` and `width` in hundredths of a degree, clockwise from 12 o'clock.
 * @typedef {{prizeId: number, name: string, kind: import('./common/types.js').PrizeKind, colour: string, start: number, width: number}} Sector
 * @typedef {{rim: string, line: string, peg: string}} DiscColours
 */

const FONT = '"PingFang SC", "Noto Sans CJK SC", "Segoe UI", system-ui, sans-serif';
/** Hundredths of a degree clockwise from 12 o'clock, as the canvas' radians. */
export const radians = (/** @type {number} */ hundredths) => ((hundredths / 100 - 90) * Math.PI) / 180;
/** Radius of the sectors within a wheel of this size. */
export const sectorRadius = (/** @type {number} */ size) => size / 2 - Math.max(12, size * 0.036);

/**
 * @param {Sector[]} sectors
 * @param {number} size CSS pixels
 * @param {number} dpr
 * @param {DiscColours} colours
 * @returns {HTMLCanvasElement}
 */
export function paintDisc(sectors, size, dpr, colours) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size * dpr);
  const ctx = canvas.getContext("2d");
  if (!ctx) return canvas;
  ctx.scale(dpr, dpr);
  ctx.translate(size / 2, size / 2);
  const radius = sectorRadius(size);
  paintRim(ctx, size / 2, colours);
  for (const sector of sectors) paintSector(ctx, sector, radius, colours.rim);
  for (const sector of sectors) paintPeg(ctx, sector.start, (radius + size / 2) / 2, colours.peg);
  for (const sector of sectors) paintLabel(ctx, sector, radius);
  return canvas;
}

/** @param {CanvasRenderingContext2D} ctx @param {number} radius @param {DiscColours} colours */
function paintRim(ctx, radius, colours) {
  ctx.beginPath();
  ctx.arc(0, 0, radius - 0.5, 0, Math.PI * 2);
  ctx.fillStyle = colours.rim;
  ctx.fill();
  ctx.strokeStyle = colours.line;
  ctx.stroke();
}

/** @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {number} radius @param {string} gap */
function paintSector(ctx, sector, radius, gap) {
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.arc(0, 0, radius, radians(sector.start), radians(sector.start + sector.width));
  ctx.closePath();
  ctx.fillStyle = sector.colour;
  ctx.fill();
  ctx.strokeStyle = gap;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

/** @param {CanvasRenderingContext2D} ctx @param {number} at @param {number} radius @param {string} colour */
function paintPeg(ctx, at, radius, colour) {
  const angle = radians(at);
  ctx.beginPath();
  ctx.arc(Math.cos(angle) * radius, Math.sin(angle) * radius, 3, 0, Math.PI * 2);
  ctx.fillStyle = colour;
  ctx.fill();
}

/**
 * Across a wide sector, along a narrow one, and nothing where no letter fits.
 * @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {number} radius
 */
function paintLabel(ctx, sector, radius) {
  const half = (sector.width / 200) * (Math.PI / 180);
  const em = Math.min(20, Math.max(13, radius * 0.092));
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.arc(0, 0, radius, radians(sector.start), radians(sector.start + sector.width));
  ctx.clip();
  ctx.rotate(radians(sector.start + sector.width / 2));
  ctx.fillStyle = ctx.strokeStyle = labelColour(sector.colour);
  ctx.textBaseline = "middle";
  if (half * radius * 0.8 > em * 1.9) labelAcross(ctx, sector, radius, half, em);
  else labelAlong(ctx, sector, radius, half);
  ctx.restore();
}

/** @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {number} radius @param {number} half @param {number} em */
function labelAcross(ctx, sector, radius, half, em) {
  ctx.rotate(Math.PI / 2);
  ctx.textAlign = "center";
  const first = radius - em * 1.95;
  /** Room for a line at this radius: inside the sector, inside the rim, and not too long to read. */
  const room = (/** @type {number} */ r) => {
    const wedge = 2 * (r - em * 0.6) * Math.tan(Math.min(half, 0.9)) - em * 0.7;
    return Math.min(wedge, 1.9 * Math.sqrt(radius ** 2 - (r + em * 0.7) ** 2), em * 9);
  };
  const measure = (/** @type {string} */ text) => ctx.measureText(text).width;
  let size = em;
  for (; size >= 13; size -= 1) {
    ctx.font = `600 ${size}px ${FONT}`;
    if (measure(sector.name) <= room(first)) break;
  }
  const lines = fitLines(sector.name, [room(first), room(first - em * 1.3)], measure);
  lines.forEach((line, n) => {
    ctx.fillText(line, 0, -(first - n * em * 1.3));
  });
  const under = first - (lines.length - 1) * em * 1.3 - em * 1.9;
  const side = Math.min(em * 1.7, room(under));
  if (side >= 16 && under - side / 2 > radius * 0.36) paintIcon(ctx, sector.kind, under, side);
}

/** @param {CanvasRenderingContext2D} ctx @param {import('./common/types.js').PrizeKind} kind @param {number} at radius @param {number} side */
function paintIcon(ctx, kind, at, side) {
  ctx.translate(-side / 2, -at - side / 2);
  ctx.scale(side / 24, side / 24);
  ctx.lineWidth = 1.7;
  ctx.lineCap = ctx.lineJoin = "round";
  ctx.stroke(new Path2D(PRIZE_ICONS[kind]));
}

/** @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {number} radius @param {number} half */
function labelAlong(ctx, sector, radius, half) {
  const em = Math.min(16, Math.max(13, radius * 0.075));
  const outer = radius - em * 0.7;
  const inner = Math.max(radius * 0.36, (em * 0.58) / Math.tan(half));
  if (outer - inner < em * 2) return;
  ctx.font = `600 ${em}px ${FONT}`;
  ctx.textAlign = "right";
  ctx.fillText(fitOne(sector.name, outer - inner, (text) => ctx.measureText(text).width), outer, 0);
}
