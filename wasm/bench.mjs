// Speed of the wasm in Node: verifications, and the simulation beside its limit, the same ChaCha20 words alone.
// Prints, never asserts.
import { load, proofOf, vectors } from './tests/load.mjs'

const wasm = await load()
const cases = await vectors()
const ROUNDS = 5
const DRAWS = 10_000_000

/** Median of the times of some rounds, in milliseconds. */
function median(work) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return times.sort((a, b) => a - b)[ROUNDS >> 1]
}

for (const count of [1, 10]) {
  const proof = proofOf(wasm, cases.find((one) => one.count === count && one.nonce < 2 ** 53))
  if (!wasm.verify(proof).ok) throw new Error('the proof does not hold')
  const times = 2_000
  const ms = median(() => {
    for (let i = 0; i < times; i++) wasm.verify(proof)
  })
  console.log(`verifications of ${count}, wasm in Node: ${Math.round((times / ms) * 1_000)} a second`)
}

const table = wasm.tableFromText(cases[0].table_text).text
const draws = median(() => wasm.simulate(table, '07'.repeat(32), DRAWS))
console.log(`simulation, wasm in Node: ${((draws * 1e6) / DRAWS).toFixed(2)} ns a draw`)
