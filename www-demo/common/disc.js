/** The turning part of the wheel, painted once for each table, size and pixel ratio. */

import { labelColour, mix } from "./colour.js";
import { PRIZE_ICONS } from "./icons.js";
import { fitLines, fitOne } from "./label.js";
import { trace } from "./trace.js";

/**
 * `start` and `width` in hundredths of a degree, clockwise from 12 o'clock.
 * @typedef {{prizeId: number, name: string, kind: import('./icons.js').PrizeKind, colour: string, start: number, width: number, soldOut?: boolean, image?: CanvasImageSource}} Sector
 * @typedef {{rim: string, line: string, peg: string}} DiscColours
 *
 * Radii in CSS pixels: of the whole disc, and of what covers its middle.
 * @typedef {{outer: number, hub: number}} Rings
 */

const FONT = '"PingFang SC", "Noto Sans CJK SC", "Segoe UI", system-ui, sans-serif';
/** Hundredths of a degree clockwise from 12 o'clock, as the canvas' radians. */
export const radians = (/** @type {number} */ hundredths) => ((hundredths / 100 - 90) * Math.PI) / 180;
/** Radius of the sectors within a disc of this one. */
export const sectorRadius = (/** @type {number} */ outer) => outer - Math.max(12, outer * 0.072);
/** Text under this size cannot be read. */
const SMALLEST = 13;
const SOLD_OUT = ["已送完", "送完"];

/**
 * @param {CanvasRenderingContext2D} ctx the middle of the disc is its origin
 * @param {Sector[]} sectors
 * @param {Rings} rings
 * @param {DiscColours} colours
 */
export function paintDisc(ctx, sectors, rings, colours) {
  const radius = sectorRadius(rings.outer);
  const ground = (/** @type {Sector} */ { soldOut, colour }) => (soldOut ? mix(colour, colours.rim, 0.65) : colour);
  paintRim(ctx, rings.outer, colours);
  for (const sector of sectors) paintSector(ctx, sector, radius, ground(sector), colours.rim);
  for (const sector of sectors) paintPeg(ctx, sector.start, (radius + rings.outer) / 2, colours.peg);
  for (const sector of sectors) paintLabel(ctx, sector, { radius, hub: rings.hub, ink: labelColour(ground(sector)) });
}

/** @param {CanvasRenderingContext2D} ctx @param {number} radius @param {DiscColours} colours */
function paintRim(ctx, radius, colours) {
  ctx.beginPath();
  ctx.arc(0, 0, radius - 0.5, 0, Math.PI * 2);
  ctx.fillStyle = colours.rim;
  ctx.fill();
  ctx.lineWidth = 1;
  ctx.strokeStyle = colours.line;
  ctx.stroke();
}

/** @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {number} radius */
function wedge(ctx, sector, radius) {
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.arc(0, 0, radius, radians(sector.start), radians(sector.start + sector.width));
  ctx.closePath();
}

/** @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {number} radius @param {string} ground @param {string} gap */
function paintSector(ctx, sector, radius, ground, gap) {
  wedge(ctx, sector, radius);
  ctx.fillStyle = ground;
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

/** @typedef {{radius: number, hub: number, ink: string}} Place of a label */

const emOf = (/** @type {number} */ radius) => Math.min(20, Math.max(SMALLEST, radius * 0.092));
const halfOf = (/** @type {number} */ width) => (width / 200) * (Math.PI / 180);

/** Whether its label stands across: only there is room for a picture. @param {number} width hundredths of a degree @param {number} radius of the sectors */
export const isWide = (width, radius) => halfOf(width) * radius * 0.8 > emOf(radius) * 1.9;

/**
 * Across a wide sector, along a narrow one, and nothing where no letter fits.
 * @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {Place} place
 */
function paintLabel(ctx, sector, place) {
  const { radius } = place;
  const half = halfOf(sector.width);
  ctx.save();
  wedge(ctx, sector, radius);
  ctx.clip();
  ctx.rotate(radians(sector.start + sector.width / 2));
  ctx.fillStyle = ctx.strokeStyle = place.ink;
  ctx.textBaseline = "middle";
  if (isWide(sector.width, radius)) labelAcross(ctx, sector, place, half, emOf(radius));
  else labelAlong(ctx, sector, place, half);
  ctx.restore();
}

/** @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {Place} place @param {number} half @param {number} em */
function labelAcross(ctx, sector, { radius, hub }, half, em) {
  ctx.rotate(Math.PI / 2);
  ctx.textAlign = "center";
  const first = radius - em * 1.95;
  /** Room for a line at this radius: inside the sector, inside the rim, and not too long to read. */
  const room = (/** @type {number} */ r) => {
    const between = 2 * (r - em * 0.6) * Math.tan(Math.min(half, 0.9)) - em * 0.7;
    return Math.min(between, 1.9 * Math.sqrt(radius ** 2 - (r + em * 0.7) ** 2), em * 9);
  };
  const measure = (/** @type {string} */ text) => ctx.measureText(text).width;
  let size = em;
  for (; size >= SMALLEST; size -= 1) {
    ctx.font = `600 ${size}px ${FONT}`;
    if (measure(sector.name) <= room(first)) break;
  }
  const second = first - em * 1.3;
  /** How large a picture fits below the last line. */
  const sideBelow = (/** @type {number} */ at) => imageSide(at - em * 0.8, Math.min(em * 3.4, at - em * 0.8 - hub - 3), room);
  // What stands below the name matters more than its end.
  const isAlone = sector.soldOut || (sector.image && sideBelow(second) < em * 1.4);
  const lines = fitLines(sector.name, isAlone ? [room(first)] : [room(first), room(second)], measure);
  lines.forEach((line, n) => {
    ctx.fillText(line, 0, -(first - n * em * 1.3));
  });
  const last = first - (lines.length - 1) * em * 1.3;
  const free = (/** @type {number} */ at, /** @type {number} */ side) => at - side / 2 > Math.max(radius * 0.36, hub + 2);
  const under = last - em * 1.9;
  const words = sector.soldOut && SOLD_OUT.find((text) => measure(text) <= room(under));
  if (words && free(under, em)) ctx.fillText(words, 0, -under);
  if (sector.soldOut) return;
  const side = Math.min(em * 1.7, room(under));
  if (sector.image) paintImage(ctx, sector.image, last - em * 0.8, sideBelow(last));
  else if (side >= 16 && free(under, side)) paintIcon(ctx, sector.kind, under, side);
}

/** As large as fits below this radius; 0 if it could not be made out. @param {number} top radius @param {number} most @param {(r: number) => number} room */
function imageSide(top, most, room) {
  let side = most;
  while (side >= 14 && room(top - side) < side) side -= 1;
  return side < 14 ? 0 : side;
}

/** @param {CanvasRenderingContext2D} ctx @param {CanvasImageSource} image @param {number} top radius @param {number} side */
function paintImage(ctx, image, top, side) {
  if (side === 0) return;
  const { width = 1, height = 1 } = /** @type {{width?: number, height?: number}} */ (image);
  const scale = side / Math.max(width, height);
  ctx.drawImage(image, (-width * scale) / 2, -top + (side - height * scale) / 2, width * scale, height * scale);
}

/** @param {CanvasRenderingContext2D} ctx @param {import('./icons.js').PrizeKind} kind @param {number} at radius @param {number} side */
function paintIcon(ctx, kind, at, side) {
  ctx.translate(-side / 2, -at - side / 2);
  ctx.scale(side / 24, side / 24);
  ctx.lineWidth = 1.7;
  ctx.lineCap = ctx.lineJoin = "round";
  ctx.beginPath();
  trace(ctx, PRIZE_ICONS[kind] || PRIZE_ICONS.physical);
  ctx.stroke();
}

/** @param {CanvasRenderingContext2D} ctx @param {Sector} sector @param {Place} place @param {number} half */
function labelAlong(ctx, sector, { radius, hub }, half) {
  const em = Math.min(16, Math.max(SMALLEST, radius * 0.075));
  const outer = radius - em * 0.7;
  const inner = Math.max(radius * 0.36, hub + 4, (em * 0.58) / Math.tan(half));
  if (outer - inner < em * 2) return;
  ctx.font = `600 ${em}px ${FONT}`;
  ctx.textAlign = "right";
  const measure = (/** @type {string} */ text) => ctx.measureText(text).width;
  const whole = `${sector.name} ${SOLD_OUT[0]}`;
  const text = !sector.soldOut ? sector.name : measure(whole) <= outer - inner ? whole : SOLD_OUT[0] || "";
  ctx.fillText(fitOne(text, outer - inner, measure), outer, 0);
}
