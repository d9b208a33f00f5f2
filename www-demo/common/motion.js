/** The wheel's way to its place: a pure function of the time says where it is, frames only show it. */

/** Duration of a spin, in milliseconds. */
export const SPIN_MS = 4200;
/** Whole turns before it stops. */
const TURNS = 5;
/** Duration of the fade that stands in for a spin, in milliseconds. */
export const FADE_MS = 200;

/**
 * Where the wheel is on its way, ending where `angle` is under the pointer.
 * @param {{spinRotation(from: number, angle: number, turns: number, duration: number, elapsed: number): number, rotationFor(angle: number): number}} core
 * @param {number} from rotation at the start @param {number} angle both in hundredths of a degree
 * @returns {(elapsed: number) => number} rotation after milliseconds
 */
export const wayTo = (core, from, angle) => (elapsed) =>
  elapsed >= SPIN_MS ? core.rotationFor(angle) : core.spinRotation(from, angle, TURNS, SPIN_MS, elapsed);

/**
 * `request` calls back before the next picture, with the time of `now` if it knows it better.
 * @typedef {{now: () => number, request: (step: (now?: number) => void) => unknown, cancel: (handle: any) => void}} Frames
 *
 * @typedef {object} Running
 * @property {number} duration
 * @property {(elapsed: number) => void} show
 * @property {(whole: boolean) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {number} elapsed
 * @property {number} seen the clock at the last frame
 * @property {unknown} handle of the next frame, null while nobody looks
 */

/**
 * One motion at a time.
 * @param {Frames} frames
 */
export function createMotion(frames) {
  /** @type {Running | null} */
  let running = null;
  let paused = false;

  /** @param {(of: Running) => void} how */
  function end(how) {
    const ended = running;
    running = null;
    if (!ended) return;
    if (ended.handle !== null) frames.cancel(ended.handle);
    how(ended);
  }

  /** @param {number} [now] */
  function step(now = frames.now()) {
    const motion = running;
    if (!motion) return;
    motion.handle = null;
    // A clock may be put back, and a frame's own may start before the spin does: then the wheel waits.
    motion.elapsed += Math.max(0, now - motion.seen);
    motion.seen = now;
    try {
      motion.show(Math.min(motion.elapsed, motion.duration));
    } catch (error) {
      return end(({ reject }) => reject(error));
    }
    if (running !== motion) return;
    if (motion.elapsed >= motion.duration) end(({ resolve }) => resolve(true));
    else motion.handle = frames.request(step);
  }

  const stop = () => end(({ resolve }) => resolve(false));

  return {
    /**
     * @param {number} duration milliseconds @param {(elapsed: number) => void} show gets 0..=duration, the last time all of it
     * @returns {Promise<boolean>} whether it came to its end; false if another one or `stop` cut it off
     */
    run(duration, show) {
      stop();
      return new Promise((resolve, reject) => {
        running = { duration, show, resolve, reject, elapsed: 0, seen: frames.now(), handle: null };
        if (!paused) running.handle = frames.request(step);
      });
    },
    /** No more frames until `resume`. The time goes on. */
    pause() {
      paused = true;
      if (!running || running.handle === null) return;
      frames.cancel(running.handle);
      running.handle = null;
    },
    resume() {
      paused = false;
      if (running && running.handle === null) step();
    },
    stop,
  };
}
