/** Runs a simulation in a worker of its own, which is simply ended when nobody wants it any more. */

import { simulateInSlices } from "./slices.js";

/**
 * @typedef {import('./slices.js').Progress} Progress
 * @typedef {{table_text: string, seed: string, draws: number}} Work
 *
 * @typedef {object} Listener
 * @property {(progress: Progress, isBeside: boolean) => void} step
 * @property {(why: string) => void} fail
 */

/** A worker that runs modules; null in a browser that knows none, or lets the page have none. */
function moduleWorker() {
  if (typeof Worker !== "function") return null;
  let isKnown = false;
  // Whoever does not know modules does not look at the type.
  const options = {
    get type() {
      isKnown = true;
      return /** @type {const} */ ("module");
    },
  };
  try {
    const worker = new Worker(new URL("./simulate-worker.js", import.meta.url), options);
    if (isKnown) return worker;
    worker.terminate();
  } catch (error) {
    console.warn("fairwheel: no worker:", error);
  }
  return null;
}

/**
 * A browser refuses a worker, or does not get it, after it has been made: what never began can begin elsewhere.
 * @param {Worker} worker @param {Work} work @param {Listener} listener @param {(why: string) => void} refused nothing has been drawn
 * @returns {() => void} ends it
 */
function beside(worker, work, { step, fail }, refused) {
  let hasBegun = false;
  const end = () => {
    worker.onerror = null;
    worker.terminate();
  };
  const lost = (/** @type {string} */ why) => {
    end();
    (hasBegun ? fail : refused)(why);
  };
  worker.onmessage = ({ data }) => {
    if ("failed" in data) return lost(data.failed);
    hasBegun = true;
    step(data, true);
  };
  worker.onerror = (event) => lost(event.message || "后台程序没有取到");
  worker.postMessage(work);
  return end;
}

/** @param {import('../common/types.js').Core} core @param {Work} work @param {Listener} listener @returns {() => void} ends it */
function here(core, work, { step, fail }) {
  let isOver = false;
  const ended = new Error("ended");
  simulateInSlices(core, work, async (progress) => {
    if (isOver) throw ended;
    step(progress, false);
    await new Promise((resolve) => setTimeout(resolve)); // the page wants its turn
  }).catch((error) => error !== ended && fail(String(error)));
  return () => {
    isOver = true;
  };
}

/**
 * @param {import('../common/types.js').Core} core for browsers that have no such worker, or give none
 * @param {Work} work @param {Listener} listener
 * @returns {() => void} ends it
 */
export function startSimulation(core, work, listener) {
  const worker = moduleWorker();
  if (!worker) return here(core, work, listener);
  let end = beside(worker, work, listener, (why) => {
    console.warn("fairwheel: no worker:", why);
    end = here(core, work, listener);
  });
  return () => end();
}
