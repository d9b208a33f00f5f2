/** Runs a simulation in a worker of its own, which is simply ended when nobody wants it any more. */

import { simulateInSlices } from "./slices.js";

/**
 * @typedef {import('./slices.js').Progress} Progress
 * @typedef {{table_text: string, seed: string, draws: number}} Work
 *
 * @typedef {object} Listener
 * @property {(progress: Progress) => void} step
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

/** @param {Worker} worker @param {Work} work @param {Listener} listener @returns {() => void} ends it */
function beside(worker, work, { step, fail }) {
  worker.onmessage = ({ data }) => ("failed" in data ? fail(data.failed) : step(data));
  worker.onerror = (event) => fail(event.message || "后台程序没有取到");
  worker.postMessage(work);
  return () => worker.terminate();
}

/** @param {import('../common/types.js').Core} core @param {Work} work @param {Listener} listener @returns {() => void} ends it */
function here(core, work, { step, fail }) {
  let isOver = false;
  const ended = new Error("ended");
  simulateInSlices(core, work, async (progress) => {
    if (isOver) throw ended;
    step(progress);
    await new Promise((resolve) => setTimeout(resolve)); // the page wants its turn
  }).catch((error) => error !== ended && fail(String(error)));
  return () => {
    isOver = true;
  };
}

/**
 * @param {import('../common/types.js').Core} core for browsers without such workers
 * @param {Work} work @param {Listener} listener
 * @returns {{isBeside: boolean, stop: () => void}}
 */
export function startSimulation(core, work, listener) {
  const worker = moduleWorker();
  return worker ? { isBeside: true, stop: beside(worker, work, listener) } : { isBeside: false, stop: here(core, work, listener) };
}
