/** The wheel itself, whatever it stands on: a canvas, a clock, and a core that says where it is. */

import { createImages } from "../../../www-demo/common/images.js";
import { createMotion, FADE_MS, SPIN_MS, wayTo } from "../../../www-demo/common/motion.js";
import { createPainter } from "../../../www-demo/common/painter.js";
import { hundredthsOf, restAt, sectorAt, sectorsOf } from "./prizes.js";

/** Of the size: the disc's radius (125 of 260), and that of the button with its edge (45 of 260). */
const OUTER = 125 / 260;
const HUB = 45 / 260;

/**
 * Where the wheel stands; `size` in CSS pixels.
 * @typedef {{size: number, dpr: number, colours: import('../../../www-demo/common/painter.js').Colours}} Place
 * @typedef {{reason: "prizes" | "angle" | "image" | "core" | "canvas", message: string, prizeId?: number}} Failure
 *
 * @typedef {object} Host
 * @property {any} canvas
 * @property {import('../../../www-demo/common/motion.js').Frames} frames
 * @property {(width: number, height: number) => any} makeCanvas one that is not seen, null if there is none
 * @property {() => Promise<any>} loadCore
 * @property {(failure: Failure) => void} fail
 * @property {(arrival: Arrival) => void} end the wheel has come to its place
 *
 * Angle in degrees; `prize` is what the pointer shows.
 * @typedef {{angle: number, prize: import('./prizes.js').Sector | undefined}} Arrival
 */

/** @param {Host} host */
export function createTurning({ canvas, frames, makeCanvas, loadCore, fail, end }) {
  const painter = createPainter({ canvas, makeCanvas });
  const motion = createMotion(frames);
  const images = createImages({ make: () => (painter.disc.createImage ? painter.disc : canvas).createImage(), loaded: paint, failed: imageFailed });
  /** @type {import('./prizes.js').Sector[]} */
  let sectors = [];
  /** @type {Place | null} */
  let place = null;
  let rotation = 0;
  /** @type {import('./prizes.js').Sector | undefined} */
  let marked;
  /** Motions asked for so far: a later one cuts off an earlier one, also while that waits for the core. */
  let asked = 0;
  let isMoving = false;
  /** Sectors that came while the wheel turned: it rests on what it turned with, until it is moved again. @type {import('./prizes.js').Sector[] | null} */
  let later = null;

  const frame = () => painter.frame(rotation, { marked });

  /** @returns {boolean} whether there is a wheel to be seen */
  function paint() {
    if (!place || place.size <= 0) return false;
    if (sectors.length === 0) {
      painter.clear();
      return false;
    }
    const { size, dpr, colours } = place;
    const rings = { outer: size * OUTER, hub: size * HUB };
    painter.setLook({ sectors: sectors.map((sector) => ({ ...sector, image: /** @type {any} */ (images.get(sector.imageUrl)) })), size, dpr, rings, colours });
    frame();
    images.want([...new Set(sectors.map(({ imageUrl }) => imageUrl).filter(Boolean))]);
    return true;
  }

  /** @param {string} url */
  function imageFailed(url) {
    for (const { prizeId, name, imageUrl } of sectors) {
      if (imageUrl === url) fail({ reason: "image", prizeId, message: `奖品「${name}」的图片没有取到` });
    }
  }

  /** @param {import('./prizes.js').Sector[]} next */
  function take(next) {
    const wasMarked = marked?.prizeId;
    sectors = next;
    later = null;
    marked = next.find(({ prizeId }) => prizeId === wasMarked);
    return paint();
  }

  /** Where there is none, the wheel stays as it is. @param {unknown} degrees */
  function isAngle(degrees) {
    if (Number.isFinite(degrees)) return true;
    fail({ reason: "angle", message: "没有给出角度，转盘不转动" });
    return false;
  }

  /** @param {number} degrees @param {boolean} calm @returns {Promise<boolean>} */
  async function move(degrees, calm) {
    if (!isAngle(degrees)) return false;
    const angle = hundredthsOf(degrees);
    const mine = ++asked;
    motion.stop();
    marked = undefined;
    if (later) take(later);
    isMoving = true;
    const arrived = await (calm ? fade(angle) : spin(angle, mine)).catch(broken);
    if (!arrived || mine !== asked) return false;
    isMoving = false;
    rotation = restAt(angle);
    frame();
    end({ angle: angle / 100, prize: sectorAt(sectors, angle) });
    return true;
  }

  /** @param {number} angle hundredths of a degree */
  function fade(angle) {
    const to = restAt(angle);
    return motion.run(FADE_MS, (elapsed) => painter.frame(rotation, { instead: { rotation: to, share: elapsed / FADE_MS } }));
  }

  /** @param {number} angle hundredths of a degree @param {number} mine */
  async function spin(angle, mine) {
    const core = await loadCore().catch(coreFailed);
    if (!core) return true;
    if (mine !== asked) return false;
    const way = wayTo(core, rotation, angle);
    return motion.run(SPIN_MS, (elapsed) => {
      rotation = way(elapsed) % 36_000;
      frame();
    });
  }

  /** It could not be shown on its way: then at its end. */
  function broken() {
    fail({ reason: "canvas", message: "转盘没有转起来，直接停在结果上" });
    return true;
  }

  /** @param {unknown} error */
  function coreFailed(error) {
    fail({ reason: "core", message: `验证程序没有准备好，转盘不转动，直接停在结果上（${error instanceof Error ? error.message : "原因不明"}）` });
    return null;
  }

  return {
    get sectors() {
      return sectors;
    },
    /** Hundredths of a degree, clockwise. */
    get rotation() {
      return rotation;
    },
    /** @param {unknown} prizes @returns {boolean} whether they are painted */
    setPrizes(prizes) {
      const { sectors: next, problem } = sectorsOf(prizes);
      if (problem) fail({ reason: "prizes", message: problem });
      if (!isMoving) return take(next);
      later = next;
      return false;
    },
    /** Paints anew only if something has changed. @param {Place} next @returns {boolean} whether it is painted */
    setPlace(next) {
      const same = place && JSON.stringify(place) === JSON.stringify(next);
      place = next;
      if (!same) return paint();
      frame();
      return next.size > 0 && sectors.length > 0;
    },
    /**
     * @param {number} degrees @param {boolean} calm
     * @returns {Promise<boolean>} whether it came there; false if another motion or the end of the wheel cut it off
     */
    spinTo: move,
    /** At once. @param {number} degrees @returns {boolean} whether that is an angle */
    showAt(degrees) {
      if (!isAngle(degrees)) return false;
      asked += 1;
      isMoving = false;
      motion.stop();
      rotation = restAt(hundredthsOf(degrees));
      if (later) take(later);
      else frame();
      return true;
    },
    /** @param {number | null} prizeId */
    highlight(prizeId) {
      marked = sectors.find((sector) => sector.prizeId === prizeId);
      frame();
    },
    /** @param {number} degrees */
    at: (degrees) => sectorAt(sectors, hundredthsOf(degrees)),
    /** What the pointer shows now. */
    pointed: () => sectorAt(sectors, (36_000 - Math.round(rotation)) % 36_000),
    pause: motion.pause,
    /** The page is seen again: a canvas may have been emptied meanwhile. */
    resume() {
      frame();
      motion.resume();
    },
    destroy() {
      asked += 1;
      motion.stop();
      images.forget();
    },
  };
}
