// Speed of the wasm in Node, beside its limits: verifications beside the digests of as many bytes, the simulation beside the
// same ChaCha20 words alone.
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
  // The text of the table, the seed, and what the key and the id are digests of.
  const bytes = proof.table_text.length + 32 + 384
  const [ms, limit] = medians(
    () => {
      for (let i = 0; i < times; i++) wasm.verify(proof)
    },
    () => {
      for (let i = 0; i < times; i++) wasm.sha256(bytes)
    },
  )
  const [each, alone] = [ms, limit].map((ms) => Math.round((times / ms) * 1_000))
  console.log(`verifications of ${count}, wasm in Node: ${each} a second; SHA-256 of their bytes alone ${alone}; ratio ${(ms / limit).toFixed(2)}`)
}

const table = wasm.tableFromText(cases[0].table_text).text
const [draws, words] = medians(
  () => wasm.simulate(table, '07'.repeat(32), DRAWS),
  () => wasm.chachaWords(2 * DRAWS),
)
const [draw, limit] = [draws, words].map((ms) => ((ms * 1e6) / DRAWS).toFixed(2))
const ratio = (draws / words).toFixed(2)
console.log(`simulation, wasm in Node: ${draw} ns a draw; its ChaCha20 words alone ${limit} ns; ratio ${ratio}`)
