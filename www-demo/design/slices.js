/** A simulation cut into slices, so that it can be watched. The same in a worker and, where there is none, on the page. */

/** A slice should take about so long, in milliseconds: twenty pictures of the progress a second. */
const SLICE_MS = 50;
const FIRST = 50_000;
const LEAST = 5_000;

/**
 * `ms` is the time spent on drawing so far.
 * @typedef {{done: number, counts: number[], nearMisses: number, ms: number}} Progress
 */

/**
 * Each slice draws from a stream of its own: the key ends in the slice's number.
 * @param {string} seed 56 hexadecimal digits @param {number} slice
 */
const keyOf = (seed, slice) => seed + slice.toString(16).padStart(8, "0");

/**
 * @param {Pick<import('../common/types.js').Core, "simulate">} core
 * @param {{table_text: string, seed: string, draws: number}} work
 * @param {(progress: Progress) => void | Promise<void>} step after each slice
 */
export async function simulateInSlices(core, { table_text, seed, draws }, step) {
  const now = () => performance.now();
  /** @type {Progress} */
  const all = { done: 0, counts: [], nearMisses: 0, ms: 0 };
  let size = FIRST;
  for (let slice = 0; all.done < draws; slice += 1) {
    const part = Math.min(size, draws - all.done);
    const start = now();
    const { counts, near_misses } = core.simulate(table_text, keyOf(seed, slice), part);
    const ms = Math.max(now() - start, 0.1);
    all.counts = counts.map(({ observed }, at) => (all.counts[at] ?? 0) + observed);
    all.done += part;
    all.nearMisses += near_misses;
    all.ms += ms;
    size = Math.max(LEAST, Math.min(size * 4, Math.round((part * SLICE_MS) / ms)));
    await step({ ...all });
  }
}
