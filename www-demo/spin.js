/** The wheel's way to its place: the core says where it is at each millisecond, this only shows it. */

/** Duration of a spin, in milliseconds. */
export const SPIN_MS = 4200;
/** Whole turns before it stops. */
const TURNS = 5;
/** A frame's own clock may start before the spin does. */
const atLeastZero = (/** @type {number} */ ms) => Math.max(0, ms);

/**
 * @param {{
 *   wheel: {rotation: number, turn(rotation: number): void},
 *   core: Pick<import('./core.js').Core, "spinRotation" | "rotationFor">,
 *   calm: () => boolean,
 *   fade: () => void,
 * }} parts `calm`: the person asked for less motion; `fade`: blends the wheel in at its new place
 */
export function createSpin({ wheel, core, calm, fade }) {
  /**
   * Turns the wheel until `angle` is under the pointer.
   * @param {number} angle hundredths of a degree
   * @returns {Promise<void>} when it rests
   */
  return function spinTo(angle) {
    const rest = core.rotationFor(angle);
    if (calm()) {
      wheel.turn(rest);
      fade();
      return Promise.resolve();
    }
    const from = wheel.rotation;
    const begin = performance.now();
    return new Promise((resolve) => {
      /** @param {number} now */
      function frame(now) {
        const elapsed = atLeastZero(now - begin);
        if (elapsed >= SPIN_MS) {
          wheel.turn(rest);
          resolve();
          return;
        }
        wheel.turn(core.spinRotation(from, angle, TURNS, SPIN_MS, elapsed));
        requestAnimationFrame(frame);
      }
      requestAnimationFrame(frame);
    });
  };
}
