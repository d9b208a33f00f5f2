// Speed of the wasm in Node: verifications, and the simulation beside its limit, the same ChaCha20 words alone.
// Prints, never asserts.
import { pathToFileURL } from 'node:url'
import { load, proofOf, vectors } from './tests/load.mjs'

// The package to measure, built with the feature `bench`.
const wasm = await load(pathToFileURL(`${process.argv[2]}/`))
const cases = await vectors()
const ROUNDS = 5
const DRAWS = 10_000_000

/** Medians of the times of some works, done in turns, in milliseconds. */
function medians(...works) {
  const times = works.map(() => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, work] of works.entries()) {
      const start = performance.now()
      work()
      times[index].push(performance.now() - start)
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[ROUNDS >> 1])
}

for (const count of [1, 10]) {
  const proof = proofOf(wasm, cases.find((one) => one.count === count && one.nonce < 2 ** 53))
  if (!wasm.verify(proof).ok) throw new Error('the proof does not hold')
  const times = 2_000
  const [ms] = medians(() => {
    for (let i = 0; i < times; i++) wasm.verify(proof)
  })
  console.log(`verifications of ${count}, wasm in Node: ${Math.round((times / ms) * 1_000)} a second`)
}

const table = wasm.tableFromText(cases[0].table_text).text
const [draws, words] = medians(
  () => wasm.simulate(table, '07'.repeat(32), DRAWS),
  () => wasm.chachaWords(2 * DRAWS),
)
const [draw, limit] = [draws, words].map((ms) => ((ms * 1e6) / DRAWS).toFixed(2))
const ratio = (draws / words).toFixed(2)
console.log(`simulation, wasm in Node: ${draw} ns a draw; its ChaCha20 words alone ${limit} ns; ratio ${ratio}`)
