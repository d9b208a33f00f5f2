/** The wheel's way to its place: the core says where it is at each millisecond, this only shows it. */

import { createMotion, SPIN_MS, wayTo } from "./common/motion.js";

/**
 * @param {{
 *   wheel: {rotation: number, turn(rotation: number): void},
 *   core: Pick<import('./core.js').Core, "spinRotation" | "rotationFor">,
 *   calm: () => boolean,
 *   fade: () => void,
 * }} parts `calm`: the person asked for less motion; `fade`: blends the wheel in at its new place
 */
export function createSpin({ wheel, core, calm, fade }) {
  const motion = createMotion({ now: () => performance.now(), request: (step) => requestAnimationFrame(step), cancel: (handle) => cancelAnimationFrame(handle) });
  /**
   * Turns the wheel until `angle` is under the pointer.
   * @param {number} angle hundredths of a degree
   * @returns {Promise<unknown>} when it rests
   */
  function spinTo(angle) {
    if (calm()) {
      wheel.turn(core.rotationFor(angle));
      fade();
      return Promise.resolve();
    }
    const rotation = wayTo(core, wheel.rotation, angle);
    return motion.run(SPIN_MS, (elapsed) => wheel.turn(rotation(elapsed)));
  }

  /** The wheel stands still where it is. */
  spinTo.stop = motion.stop;
  return spinTo;
}
