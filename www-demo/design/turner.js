/** Turns the wheel: as diners see it, slowly for those who look closely, or just round to a prize. */

import { createMotion, SPIN_MS, wayTo } from "../common/motion.js";

const GLIDE_MS = 240;
const TURN = 36_000;
/** Of real time. */
const SLOW = 0.25;

/** What follows a motion waits until its last frame is on the screen. @param {boolean} arrived @returns {Promise<boolean>} */
const shown = (arrived) =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(arrived);
    };
    port2.postMessage(null);
  });

/**
 * @param {object} parts
 * @param {{rotation: number, turn(rotation: number): void}} parts.wheel
 * @param {import('../common/types.js').Core} parts.core
 * @param {() => boolean} parts.calm the person asked for less motion
 * @param {() => void} parts.fade blends the wheel in at its new place
 */
export function createTurner({ wheel, core, calm, fade }) {
  const motion = createMotion({ now: () => performance.now(), request: (step) => requestAnimationFrame(step), cancel: (handle) => cancelAnimationFrame(handle) });
  let speed = 1;

  /** @param {number} angle */
  function jump(angle) {
    motion.stop();
    const to = core.rotationFor(angle);
    if (to !== wheel.rotation) fade();
    wheel.turn(to);
    return Promise.resolve(true);
  }

  return {
    /** @param {boolean} isSlow from the next spin on */
    setSlow(isSlow) {
      speed = isSlow ? SLOW : 1;
    },

    /**
     * As a draw does it. Angles in hundredths of a degree.
     * @param {number} angle
     * @returns {Promise<boolean>} when it rests; false if another motion cut it off
     */
    spin(angle) {
      if (calm()) return jump(angle);
      const own = speed;
      const way = wayTo(core, wheel.rotation, angle);
      return motion.run(SPIN_MS / own, (elapsed) => wheel.turn(way(elapsed * own))).then(shown);
    },

    /** The short way round. @param {number} angle @returns {Promise<boolean>} as `spin` */
    glide(angle) {
      if (calm()) return jump(angle);
      const from = wheel.rotation % TURN;
      const to = core.rotationFor(angle);
      const way = ((to - from + TURN * 1.5) % TURN) - TURN / 2;
      return motion.run(GLIDE_MS, (elapsed) => {
        const rest = (1 - elapsed / GLIDE_MS) ** 3;
        wheel.turn(rest === 0 ? to : (from + way * (1 - rest) + TURN) % TURN);
      });
    },

    stop: motion.stop,
  };
}
