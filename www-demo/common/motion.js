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
 * @param {number} from rotation at the start, of a wheel that still turns, too: whole turns and fractions are left out
 * @param {number} angle both in hundredths of a degree
 * @returns {(elapsed: number) => number} rotation after milliseconds
 */
export function wayTo(core, from, angle) {
  const start = Math.round(from) % 36_000;
  return (elapsed) => (elapsed >= SPIN_MS ? core.rotationFor(angle) : core.spinRotation(start, angle, TURNS, SPIN_MS, elapsed));
}

/** How long after its end a motion ends even if no frame comes, in milliseconds. */
const PATIENCE_MS = 500;

/**
 * `request` calls back before the next picture, with the time of `now` if it knows it better; `after` calls back once,
 * and gives what takes it back.
 * @typedef {object} Frames
 * @property {() => number} now milliseconds
 * @property {(step: (now?: number) => void) => unknown} request
 * @property {(handle: any) => void} cancel
 * @property {(ms: number, call: () => void) => () => void} [after]
 *
 * @typedef {object} Running
 * @property {number} duration
 * @property {(elapsed: number) => void} show
 * @property {(whole: boolean) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {number} elapsed
 * @property {number} seen the clock at the last frame
 * @property {unknown} handle of the next frame, null while nobody looks
 * @property {(() => void) | undefined} giveUp takes back the call that ends it without frames
 */

/**
 * One motion at a time.
 * @param {Frames} frames
 */
export function createMotion(frames) {
  /** @type {Running | null} */
  let running = null;
  let paused = false;

  /** No frame is waited for any more. @param {Running} motion */
  function drop(motion) {
    if (motion.handle !== null) frames.cancel(motion.handle);
    motion.handle = null;
  }

  /** @param {Running} motion */
  function ask(motion) {
    motion.handle = frames.request((now) => {
      motion.handle = null;
      if (running === motion) step(now);
    });
  }

  /** @param {(of: Running) => void} how */
  function end(how) {
    const ended = running;
    running = null;
    if (!ended) return;
    drop(ended);
    ended.giveUp?.();
    how(ended);
  }

  /** @param {number} [now] */
  function step(now = frames.now()) {
    const motion = running;
    if (!motion || paused) return;
    drop(motion);
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
    else ask(motion);
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
        running = { duration, show, resolve, reject, elapsed: 0, seen: frames.now(), handle: null, giveUp: frames.after?.(duration + PATIENCE_MS, () => step()) };
        if (!paused) ask(running);
      });
    },
    /** No more frames until `resume`. The time goes on. */
    pause() {
      paused = true;
      if (running) drop(running);
    },
    resume() {
      paused = false;
      if (running && running.handle === null) step();
    },
    stop,
  };
}
