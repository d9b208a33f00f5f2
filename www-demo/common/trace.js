/** A line drawing (the `d` of an SVG path) onto a canvas: mini-programs have no `Path2D` for it. */

/** How many numbers a command takes. @type {Record<string, number>} */
const NUMBERS = { M: 2, L: 2, H: 1, V: 1, C: 6, A: 7, Z: 0 };

/**
 * Adds the path to the context's own. Arcs are of circles, which is all the drawings have.
 * @param {CanvasRenderingContext2D} ctx @param {string} d
 */
export function trace(ctx, d) {
  let [x, y] = [0, 0];
  let [startX, startY] = [0, 0];
  for (const { letter, values } of commands(d)) {
    const name = letter.toUpperCase();
    const [dx, dy] = letter === name ? [0, 0] : [x, y];
    const at = (/** @type {number} */ n) => (values[n] || 0) + (n % 2 === 0 ? dx : dy);
    const [fromX, fromY] = [x, y];
    if (name === "H") x = at(0);
    else if (name === "V") y = (values[0] || 0) + dy;
    else if (name === "Z") [x, y] = [startX, startY];
    else [x, y] = [(values[values.length - 2] || 0) + dx, (values[values.length - 1] || 0) + dy];

    if (name === "M") {
      ctx.moveTo(x, y);
      [startX, startY] = [x, y];
    } else if (name === "C") ctx.bezierCurveTo(at(0), at(1), at(2), at(3), x, y);
    else if (name === "A") arc(ctx, { fromX, fromY, x, y, radius: values[0] || 0, large: values[3] === 1, clockwise: values[4] === 1 });
    else if (name === "Z") ctx.closePath();
    else ctx.lineTo(x, y);
  }
}

/**
 * Its commands; numbers beyond what one takes are the same command again, after a move a line.
 * @param {string} d
 */
function commands(d) {
  /** @type {{letter: string, values: number[]}[]} */
  const found = [];
  for (const part of d.match(/[a-z][^a-z]*/gi) || []) {
    let letter = part[0] || "";
    const values = (part.slice(1).match(/-?(?:\d+\.?\d*|\.\d+)/g) || []).map(Number);
    const length = NUMBERS[letter.toUpperCase()] || 0;
    do {
      found.push({ letter, values: values.splice(0, length) });
      if (letter === "M" || letter === "m") letter = letter === "M" ? "L" : "l";
    } while (values.length > 0 && length > 0);
  }
  return found;
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{fromX: number, fromY: number, x: number, y: number, radius: number, large: boolean, clockwise: boolean}} way
 */
function arc(ctx, { fromX, fromY, x, y, radius, large, clockwise }) {
  const [halfX, halfY] = [(x - fromX) / 2, (y - fromY) / 2];
  const half = Math.sqrt(halfX ** 2 + halfY ** 2);
  const r = Math.max(radius, half);
  const away = half === 0 ? 0 : (Math.sqrt(r ** 2 - half ** 2) / half) * (large === clockwise ? -1 : 1);
  const centreX = fromX + halfX - away * halfY;
  const centreY = fromY + halfY + away * halfX;
  ctx.arc(centreX, centreY, r, Math.atan2(fromY - centreY, fromX - centreX), Math.atan2(y - centreY, x - centreX), !clockwise);
}
